"""Part of scripts/bench: what a group of rows is told, the clouds it may ask for, and how times are taken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_table import Row

ROOT = Path(__file__).resolve().parent.parent
DRIVE = "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync"
RECORD_BYTES = 36  # of a point of the made-up clouds
_SPARE_BYTES = 2 * 10**9
_NAMES = {10_000_000: "10m", 50_000_000: "50m", 500_000_000: "500m"}


class LeftOut(Exception):
    """Why something cannot be measured here."""


@dataclass(frozen=True)
class Plan:
    """How a run is made."""

    data: Path
    folder: Path
    quick: bool = False
    huge: bool = False

    def drive(self) -> Path:
        """Return the real drive of the rows that need one."""
        if not (self.data / DRIVE).is_dir():
            raise LeftOut("no real data here")
        return self.data / DRIVE

    def display(self) -> None:
        """Make sure that windows can be opened."""
        if not os.environ.get("DISPLAY"):
            raise LeftOut("no display; run it under xvfb-run")

    def room(self, need: float) -> None:
        """Make sure that so many bytes fit on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < need + _SPARE_BYTES:
            raise LeftOut(f"{(need + _SPARE_BYTES) / 1e9:.0f} GB of disk are needed, {free / 1e9:.0f} GB are free")

    def cloud(self, points: int) -> Path:
        """Return a made-up LAS of so many points, made if it is not there yet."""
        path = self.folder / f"{_NAMES.get(points, points)}.las"
        if not path.exists():
            self.room(points * RECORD_BYTES)
            print(f"making {points:,} points", file=sys.stderr)
            from bench_data import make_las

            make_las(path, points)
        return path

    @property
    def points(self) -> int:
        """How many points a big cloud has in this run."""
        return 10_000_000 if self.quick else 50_000_000


Rows = Callable[[Plan], Iterator[Row]]


def best_of(repeats: int, work: Callable[[], Any]) -> float:
    """Return the shortest of several runs, in seconds: the one least disturbed."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def in_turns(
    ours: Callable[[], Any], theirs: Callable[[], Any], repeats: int, their_repeats: int = 0, inner: int = 1
) -> tuple[float, float]:
    """Return the shortest times of both in seconds; they take turns, so that a busy machine disturbs both.

    Ours, being shorter, may have `inner` runs in each of its turns.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats):
        for work, found in zip((ours, theirs), times, strict=True):
            if work is theirs and their_repeats and turn >= their_repeats:
                continue
            found.append(best_of(inner if work is ours else 1, work))
    return min(times[0]), min(times[1])


def command(*arguments: object) -> None:
    """Run lidar-label."""
    subprocess.run(
        [sys.executable, "-m", "lidar_label.cli.main", *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
    )


def memory_free() -> float:
    """Return how many bytes of memory can be had; infinite where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text("utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return float("inf")


def warm(path: Path) -> None:
    """Read a file once, so that it lies in the system's memory."""
    block = bytearray(2**22)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass
