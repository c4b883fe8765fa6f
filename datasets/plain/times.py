"""Times of files that nobody made a table of: in their names, or in a text beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lidar_label.datasets.files import read_text
from lidar_label.datasets.moments import UNITS_NS, parse_time
from lidar_label.errors import UnreadableFile

FILES = ("timestamps.txt", "times.txt", "timestamp.txt")
_LEAST = 10**9  # smaller whole numbers count frames
_EARLIEST_NS, _LATEST_NS = 631_152_000 * 10**9, 4_102_444_800 * 10**9  # 1990 to 2100
_SHORTEST_STEP_NS = 100_000
_USUAL_STEP_NS = (1_000_000, 20_000_000_000)
_TOKEN = re.compile(r"(?<![\d.])(\d+\.\d+|[1-9]\d{9,})(?![\d.]*\d)")
_TWO_PARTS = re.compile(r"(?<!\d)([1-9]\d{8,9})[_-](\d{9}|\d{6})(?!\d)")
_DATE = re.compile(
    r"(\d{4})[-_]?(\d\d)[-_]?(\d\d)[T_ -]?(\d\d)[:_-]?(\d\d)[:_-]?(\d\d)(?:[.,_-](\d{1,9}))?(?:Z|UTC)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Stamps:
    """Times in whole nanoseconds, and in words how they were understood."""

    times_ns: tuple[int, ...]
    how: str


def times_in_names(stems: Sequence[str], unit: str) -> Stamps | None:
    """Return the times that names are; None where they are no times, or not each another one.

    A date with a time of day, seconds with decimals, or a whole number of ten or more digits (seconds,
    milli-, micro- or nanoseconds). Other letters may stand around it. Shorter whole numbers count
    frames.

    Parameters
    ----------
    stems : sequence of str
    unit : "auto", "s", "ms", "us" or "ns"
        Of whole numbers.
    """
    if not stems:
        return None
    tokens = [given[-1] if (given := _TOKEN.findall(stem)) else "" for stem in stems]
    numbers = parse_stamps(tokens, unit, "the names are") if all(tokens) else None
    parts, dates = _two_parts(stems), _dates(stems)
    if parts is not None and (found := _distinct(parts, "the names are seconds and their rest")) is not None:
        return found
    if numbers is not None and all(token.isdigit() for token in tokens) and _is_of_our_days(numbers.times_ns[0]):
        return numbers  # though a date may stand ahead of them
    if dates is not None and (found := _distinct(dates, "the names are dates")) is not None:
        return found
    return numbers


def parse_stamps(texts: Sequence[str], unit: str, what: str) -> Stamps | None:
    """Return times written as text; None where one is no time, or one comes twice.

    Numbers with decimals are seconds unless `unit` says otherwise; of whole numbers, "auto" finds the
    unit in which they are a date of our days, else the one in which the steps between them are usual.
    """
    numbers = [re.fullmatch(r"[+-]?\d+", text.strip()) is not None for text in texts]
    if unit == "auto" and all(numbers):
        unit = _unit([int(text) for text in texts])
    elif unit == "auto":
        unit = "s"
    found = [parse_time(text.strip(), unit) for text in texts]
    if any(value is None for value in found):
        return None
    told = "dates" if re.match(r"\d{4}-\d\d-", texts[0].strip()) else f"times in {unit}"
    return _distinct([value for value in found if value is not None], f"{what} {told}")


def read_times(path: Path, unit: str) -> Stamps | None:
    """Return the times of a text with one a line; None where it holds something else.

    Of a line with several numbers the first is the time, unless the line is a date and a time of day.
    """
    try:
        lines = [line.split("#")[0].strip() for line in read_text(path).splitlines()]
    except UnreadableFile:
        return None
    texts = [line for line in lines if line]
    if not texts:
        return None
    if all(re.match(r"\d{4}-\d\d-\d\d", text) for text in texts):
        return parse_stamps(texts, unit, f"{path.name} holds")
    return parse_stamps([re.split(r"[,;\s]", text)[0] for text in texts], unit, f"{path.name} holds")


def frame_numbers(stems: Sequence[str]) -> list[int] | None:
    """Return the numbers that names count frames with, each larger than the one before; None where they do not."""
    found: list[int] = []
    for stem in stems:
        digits = re.findall(r"\d+", stem)
        if not digits or int(digits[-1][:40]) >= _LEAST:
            return None
        found.append(int(digits[-1]))
    return found if all(a < b for a, b in pairwise(found)) else None


def _unit(values: Sequence[int]) -> str:
    for unit in ("ns", "us", "ms", "s"):
        if _is_of_our_days(values[0] * UNITS_NS[unit]):
            return unit
    ordered = sorted(values)
    steps = sorted(b - a for a, b in pairwise(ordered))
    middle = steps[len(steps) // 2] if steps else 0
    least, most = _USUAL_STEP_NS
    return next((unit for unit in ("ns", "us", "ms", "s") if least <= middle * UNITS_NS[unit] <= most), "ns")


def _is_of_our_days(time_ns: int) -> bool:
    return _EARLIEST_NS <= abs(time_ns) <= _LATEST_NS


def _dates(stems: Sequence[str]) -> list[int] | None:
    found: list[int] = []
    for stem in stems:
        match = _DATE.search(stem)
        if match is None:
            return None
        year, month, day, hour, minute, second, rest = match.groups()
        time = parse_time(f"{year}-{month}-{day}T{hour}:{minute}:{second}.{rest or 0}")
        if time is None or not _is_of_our_days(time):
            return None
        found.append(time)
    return found


def _two_parts(stems: Sequence[str]) -> list[int] | None:
    found: list[int] = []
    for stem in stems:
        match = _TWO_PARTS.search(stem)
        if match is None:
            return None
        found.append(int(match[1]) * 10**9 + int(match[2].ljust(9, "0")))
    return found


def _distinct(times: Sequence[int], how: str) -> Stamps | None:
    """Return times; None where one comes twice, or they follow so closely that they count something."""
    steps = sorted(b - a for a, b in pairwise(sorted(times)))
    if steps and (steps[0] == 0 or steps[len(steps) // 2] < _SHORTEST_STEP_NS):
        return None
    return Stamps(tuple(times), how)
