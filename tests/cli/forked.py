"""One command line in a process of its own, forked from a server that has the libraries loaded already.

A start costs two seconds of imports, and these tests make hundreds; what they see is the same: exit code and streams.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

LIMIT_S = 300
_LOADED = ["lidar_label.cli.main", "lidar_label.jobs", "lidar_label.datasets.registry", "tests.cli.forked"]


def _command(arguments: list[str], folder: str, environment: Mapping[str, str], streams: str) -> None:
    """Run the command line here, with files for its streams."""
    from lidar_label.cli.main import main

    for name, number in (("in", 0), ("out", 1), ("err", 2)):
        path = Path(streams, name)
        os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["lidar-label", *arguments]
    main(arguments)


def run_forked(arguments: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Return exit code, output and errors of ``lidar-label`` with these arguments, run in a folder."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    with tempfile.TemporaryDirectory() as streams:
        for name in ("in", "out", "err"):
            Path(streams, name).touch()
        child = context.Process(target=_command, args=(arguments, str(folder), dict(environment), streams))
        child.start()
        child.join(LIMIT_S)
        if child.exitcode is None:
            child.kill()
            raise TimeoutError(f"lidar-label {' '.join(arguments)} did not end in {LIMIT_S} s")
        code = child.exitcode
        child.close()
        return code, Path(streams, "out").read_text(), Path(streams, "err").read_text()
