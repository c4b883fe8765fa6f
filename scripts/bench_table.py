"""Part of scripts/bench: a row of what was measured, the table and the JSON they make, and what the machine is."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

COLUMNS = ("what", "ours", "bound", "peer", "theirs", "ratio", "peak memory")
PACKAGES = ("numpy", "numba", "vtk", "PyQt6", "open3d", "copclib", "laspy", "lazrs", "shapely", "nuscenes-devkit")


@dataclass
class Row:
    """One thing that was measured.

    Parameters
    ----------
    what : str
    ours, theirs : number in `unit`, or None where it was not measured
    bound : number in `unit`
        What ours may be at most, or must be at least where `more` is better.
    least : number
        How many times better than the peer's ours must be.
    peak_mb, peak_bound_mb, their_peak_mb : megabytes
        Peak memory of a process of its own.
    absent : str
        Why it, or its peer, was not measured.
    failed : str
        What went wrong; such a row counts as over its bound.
    """

    what: str
    ours: float | None = None
    unit: str = "s"
    bound: float | None = None
    peer: str = ""
    theirs: float | None = None
    least: float | None = None
    more: bool = False
    peak_mb: float | None = None
    peak_bound_mb: float | None = None
    their_peak_mb: float | None = None
    absent: str = ""
    failed: str = ""
    group: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is."""
        if not self.ours or not self.theirs:
            return None
        return self.ours / self.theirs if self.more else self.theirs / self.ours

    @property
    def is_over(self) -> bool:
        """Whether a bound does not hold."""
        if self.failed:
            return True
        if self.least is not None and self.ratio is not None and self.ratio < self.least:
            return True
        if self.peak_bound_mb is not None and self.peak_mb is not None and self.peak_mb > self.peak_bound_mb:
            return True
        if self.bound is None or self.ours is None:
            return False
        return self.ours < self.bound if self.more else self.ours > self.bound

    def cells(self) -> tuple[str, ...]:
        """Return what the table shows."""
        bounds = []
        if self.bound is not None:
            bounds.append(f"{'at least' if self.more else 'at most'} {_number(self.bound)} {self.unit}")
        if self.least is not None:
            bounds.append(f"{_number(self.least)}x")
        if self.peak_bound_mb is not None:
            bounds.append(f"{_number(self.peak_bound_mb)} MB")
        peak = "-" if self.peak_mb is None else f"{self.peak_mb:.0f} MB"
        if self.their_peak_mb is not None:
            peak += f"; theirs {self.their_peak_mb:.0f} MB"
        shown = "-" if self.ours is None else f"{_number(self.ours)} {self.unit}"
        if self.failed:
            shown = f"failed: {self.failed}"
        elif self.is_over:
            shown += " (over)"
        return (
            self.what,
            f"{shown}; {self.absent}" if self.absent and self.ours is not None else self.absent or shown,
            ", ".join(bounds) or "-",
            self.peer or "-",
            "-" if self.theirs is None else f"{_number(self.theirs)} {self.unit}",
            "-" if self.ratio is None else f"{_number(self.ratio)}x",
            peak,
        )


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + "---|" * len(COLUMNS)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row.cells())} |"


def machine() -> dict[str, str]:
    """Return what the figures depend on; no name of the machine and no path."""
    found = {"cores": str(os.cpu_count() or 1), "processor": platform.machine()}
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        found["memory"] = f"{memory / 2**30:.0f} GiB"
    except (ValueError, OSError, AttributeError):
        pass
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                found["processor"] = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    found["system"] = f"{platform.system()} {platform.machine()}"
    found["Python"] = platform.python_version()
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def as_json(rows: Iterable[Row], how: str) -> str:
    """Return rows, the machine, and with which arguments it was run."""
    kept = [{**asdict(row), "ratio": row.ratio} for row in rows]
    return json.dumps({"machine": machine(), "arguments": how, "rows": kept}, indent=1) + "\n"


def rows_of(found: Mapping[str, Any]) -> list[Row]:
    """Return the rows that `as_json` wrote."""
    known = {one.name for one in fields(Row)}
    return [Row(**{name: value for name, value in row.items() if name in known}) for row in found["rows"]]


def page(found: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the page of documentation that is made from a run."""
    yield "# Performance"
    yield ""
    yield "What a person waits for, measured by `scripts/bench`, each beside its peer in the same run where there is"
    yield "one. The page is made from the last full run, `docs/performance.json`."
    yield ""
    yield "## To run it"
    yield ""
    yield "```"
    yield 'xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python scripts/bench --json docs/performance.json'
    yield ".venv/bin/python scripts/make_docs performance"
    yield "```"
    yield ""
    yield "`scripts/test` sets up the environment with the peers. A full run takes about ten minutes. It makes the"
    yield "clouds it needs (2.2 GB; with `--huge` 500 million points too, 18 GB and some minutes) and keeps them in"
    yield "the cache folder, or under `--folder`. `--quick` takes 10 million points in place of 50 and fewer repeats,"
    yield "`--only WORD` the rows of a group, or with that word in their name. What a machine lacks, a display, a"
    yield "peer, real data or room on the disk, is left out, and the row says so."
    yield ""
    yield "## To read it"
    yield ""
    yield "Ratios hold from machine to machine, the figures themselves do not. A ratio says how many times better"
    yield "ours is; both sides do the same work, take turns, and their results are compared first. Peak memory is"
    yield 'that of a process of its own. "(over)" marks a bound that did not hold.'
    yield ""
    yield "## The machine"
    yield ""
    yield "; ".join(f"{name} {value}" for name, value in found["machine"].items()) + "."
    yield f"Run with: `scripts/bench {found['arguments']}`".rstrip("` ") + "`."
    rows = rows_of(found)
    for group in dict.fromkeys(row.group for row in rows):
        yield ""
        yield f"## {titles.get(group, group)}"
        yield ""
        yield from table(row for row in rows if row.group == group)


if __name__ == "__main__":
    sys.exit("a part of scripts/bench")
