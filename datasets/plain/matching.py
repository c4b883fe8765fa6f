"""Which file of a sensor belongs to which frame: by name, number, time or order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import Find
from lidar_label.datasets.plain.layout import Channel
from lidar_label.datasets.plain.times import FILES, Stamps, frame_numbers, read_times, times_in_names
from lidar_label.datasets.timed_scene import share_out


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames that a scene has: their names and times, and whether the times are real."""

    stems: Sequence[str]
    times_ns: Sequence[int]
    has_times: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """The stem that each frame has of a sensor; those between are (time, stem, frame that follows).

    `times_ns` are the sensor's own, by stem, where it has some.
    """

    frames: Mapping[int, str]
    between: Sequence[tuple[int, str, int]] = ()
    times_ns: Mapping[str, int] = field(default_factory=dict)


def own_times(channel: Channel, places: Sequence[Path], unit: str, find: Find) -> Stamps | None:
    """Return the times of a sensor's files, in the order of their stems: from their names, or a text beside them.

    A text with more lines than there are files is taken by the numbers in their names.
    """
    stems = list(channel.files)
    found = times_in_names(stems, unit)
    if found is not None:
        return found
    for path in (place / name for place in places for name in FILES):
        if not path.is_file():
            continue
        stamps = read_times(path, unit)
        if stamps is None:
            find("warning", "not-read", "the file holds no times, or some twice", path)
            continue
        numbers = frame_numbers(stems)
        if len(stamps.times_ns) == len(stems):
            return stamps
        if numbers is not None and numbers[-1] < len(stamps.times_ns):
            chosen = tuple(stamps.times_ns[number] for number in numbers)
            return Stamps(chosen, f"{stamps.how}, a line for each number")
        text = f"it has {len(stamps.times_ns)} times for {len(stems)} files of {channel.name}, so it is not used"
        find("warning", "not-read", text, path)
    return None


def match(channel: Channel, frames: Frames, unit: str, find: Find) -> Matched:
    """Give each frame its file of a sensor; files that belong to none are told through `find`.

    The same stem comes first, then the nearest time (no further than half the way to the next frame),
    then the same number in the name, then, where there are as many files as frames, the order.
    """
    stamps = own_times(channel, _places(channel), unit, find)
    stems = list(channel.files)
    times = dict(zip(stems, stamps.times_ns, strict=True)) if stamps is not None else {}
    index = {stem: i for i, stem in enumerate(frames.stems)}
    shared = {index[stem]: stem for stem in stems if stem in index}
    if shared and (2 * len(shared) >= len(stems) or not (times and frames.has_times)):
        return _reported(channel, Matched(shared, times_ns=times), frames, "by name", find)
    if times and frames.has_times:
        keys, between = share_out(
            frames.times_ns, {channel.name: {time: channel.files[s] for s, time in times.items()}}
        )
        by_time = {time: stem for stem, time in times.items()}
        near = {i: by_time[found[channel.name]] for i, found in enumerate(keys) if channel.name in found}
        others = [(time, by_time[time], frame) for time, _, frame in between]
        if near:
            return _reported(channel, Matched(near, others, times), frames, "by time", find)
    numbers, own = frame_numbers(frames.stems), frame_numbers(stems)
    if numbers is not None and own is not None and set(numbers) & set(own):
        place = {number: i for i, number in enumerate(numbers)}
        found = {place[number]: stem for number, stem in zip(own, stems, strict=True) if number in place}
        return _reported(channel, Matched(found, times_ns=times), frames, "by number", find)
    if len(stems) == len(frames.stems):
        text = f"the files of {channel.name} have other names than the clouds; they were taken in their order"
        find("warning", "assumed", text, channel.folder)
        return Matched(dict(enumerate(stems)), times_ns=times)
    return _reported(channel, Matched({}), frames, "", find)


def _places(channel: Channel) -> list[Path]:
    return [channel.folder, channel.folder.parent] if channel.folder.name in ("data", "image_raw") else [channel.folder]


def _reported(channel: Channel, matched: Matched, frames: Frames, how: str, find: Find) -> Matched:
    used = {*matched.frames.values(), *(stem for _, stem, _ in matched.between)}
    unused = [stem for stem in channel.files if stem not in used]
    if unused:
        text = f"{len(unused)} files of {channel.name} belong to no frame and are left out: {some(unused)}"
        find("warning", "without-frame", text, channel.folder)
    lacking = [stem for i, stem in enumerate(frames.stems) if i not in matched.frames]
    if lacking and used:
        text = f"{len(lacking)} frames have no file of {channel.name} (matched {how}): {some(lacking)}"
        find("info", "missing-recordings", text, channel.folder)
    return matched
