"""Rules on times: whether labels, sweeps and pictures of a frame belong to one moment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject

_SWEEP_S, _PICTURE_S = 0.06, 0.15


def sweep_times(subject: Subject) -> Iterator[Remark]:
    """Find frames whose sweep was taken at another time than its labels hold for."""
    if not subject.scene.has_timestamps:
        return
    apart: list[tuple[int, float, str, float]] = []
    for frame in subject.scene.frames:
        for data, most in (*((s, _SWEEP_S) for s in frame.sweeps.values() if s.sensor.kind == "lidar"),
                           *((i, _PICTURE_S) for i in frame.images.values())):  # fmt: skip
            seconds = abs(data.timestamp_ns - frame.timestamp_ns) * 1e-9
            if seconds > most:
                apart.append((frame.index, seconds, data.channel, most))
    for channel in dict.fromkeys(name for _, _, name, _ in apart):
        own = [entry for entry in apart if entry[2] == channel]
        frame_index, seconds, _, most = max(own, key=lambda entry: entry[1])
        frames = tuple(entry[0] for entry in own)
        message = f"{channel} was taken {1000 * seconds:.0f} ms from the time of the labels, in {len(own)} frames"
        yield Remark(message, None, frame_index, seconds, most, frames)


def uneven_frames(subject: Subject) -> Iterator[Remark]:
    """Find places where frames are missing: a step in time far longer than the usual one."""
    frames = subject.scene.frames
    if not subject.scene.is_sequence or not subject.scene.has_timestamps or len(frames) < 4:
        return
    steps = [(b.timestamp_ns - a.timestamp_ns) * 1e-9 for a, b in itertools.pairwise(frames)]
    usual = sorted(steps)[len(steps) // 2]
    long = [(step, index) for index, step in enumerate(steps) if step > 1.9 * usual]
    if long:
        step, index = max(long)
        message = f"{len(long)} steps between frames are longer than the usual {usual:.2f} s, the longest {step:.2f} s"
        yield Remark(message, None, index, step, 1.9 * usual, tuple(i for _, i in long))


RULES = table(
    Rule(
        "label-time",
        "Labels of another time than the sweep",
        "warning",
        "Labels that hold for another moment than the points lie beside everything that moves.",
        sweep_times,
        "scene",
        "timeline",
    ),
    Rule(
        "frame-times",
        "Frames that are missing",
        "info",
        "Speeds by the count of frames are wrong where frames were dropped.",
        uneven_frames,
        "scene",
        "timeline",
    ),
)
