"""KITTI's timestamps.txt: the time of file number N on line N, counted from 0."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lidar_label.datasets.files import read_text
from lidar_label.errors import UnreadableFile

_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")
_SECOND_NS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_times(path: Path) -> list[int | None]:
    """Return each line's time in nanoseconds since 1970; None for an empty line.

    The files do not name a time zone; the clock is taken as UTC.

    Raises
    ------
    MissingFile, UnreadableFile
        If the file is not there, or a line is no time.
    """
    times: list[int | None] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        text = line.strip()
        times.append(_time(text, f"{path}, row {number}") if text else None)
    return times


def _time(text: str, where: str) -> int:
    match = _LINE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}+00:00")
    except ValueError:
        raise UnreadableFile(
            f"{text[:40]!r} is no time", where=where, hint="expected: 2011-09-26 13:02:25.951199337"
        ) from None
    return (moment - _EPOCH) // timedelta(seconds=1) * _SECOND_NS + int((match[3] or "0").ljust(9, "0"))


def format_time(time_ns: int) -> str:
    """Return a time as KITTI writes it, in UTC."""
    seconds, rest = divmod(time_ns, _SECOND_NS)
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}.{rest:09d}"


def write_times(path: Path, times: Mapping[int, int]) -> None:
    """Write the times of numbered files; a line of a number without a file gets a time in step with the others."""
    numbers = sorted(times)
    lines = [_in_step(number, numbers, times) for number in range(numbers[-1] + 1)]
    path.write_text("".join(f"{format_time(time)}\n" for time in lines), encoding="utf-8")


def _in_step(number: int, numbers: Sequence[int], times: Mapping[int, int]) -> int:
    if number in times:
        return times[number]
    at = bisect_right(numbers, number)
    after = numbers[at]
    if at:
        low = numbers[at - 1]
        return times[low] + (times[after] - times[low]) * (number - low) // (after - low)
    step = (times[numbers[1]] - times[after]) // (numbers[1] - after) if len(numbers) > 1 else _SECOND_NS // 10
    return times[after] - step * (after - number)
