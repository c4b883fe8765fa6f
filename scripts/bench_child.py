"""Part of scripts/bench: a function run in a process of its own, under a limit, and how much memory it took at most.

The peak is read by the child from the system's own account of it (VmHWM), since what the parent may
read of a child that ended counts the parent's own pages too.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parent
MARK = "bench-child:"


class ChildFailed(Exception):
    """What the child said last."""


@dataclass(frozen=True)
class Done:
    value: Any
    peak_mb: float


def in_child(function: str, *arguments: Any, limit_mb: float | None = None, timeout_s: float = 900.0) -> Done:  # noqa: ANN401
    """Call ``module:function`` of this folder with arguments that JSON can hold; its address space may be limited."""
    told = json.dumps({"function": function, "arguments": arguments, "limit_mb": limit_mb})
    paths = [str(SCRIPTS), str(SCRIPTS.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), told],
            capture_output=True, text=True, check=False, timeout=timeout_s,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"not done after {timeout_s:g} s") from None
    said = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not said:
        words = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise ChildFailed(words[-1])
    found = json.loads(said[-1].removeprefix(MARK))
    return Done(found["value"], found["peak_mb"])


def peak_mb() -> float:
    """Return the most memory this process has held so far."""
    try:
        for line in Path("/proc/self/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1e3 * 1.024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def hold(megabytes: int) -> int:
    """Hold so much memory for a moment: what the limit and the peak are tried on."""
    held = bytearray(b"x") * (megabytes * 10**6)
    return len(held) // 10**6


def main() -> int:
    told = json.loads(sys.argv[1])
    if told["limit_mb"]:
        most = int(told["limit_mb"] * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    module, name = told["function"].split(":")
    value = getattr(importlib.import_module(module), name)(*told["arguments"])
    print(f"\n{MARK}{json.dumps({'value': value, 'peak_mb': peak_mb()})}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
