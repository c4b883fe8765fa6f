"""Of the import report: how often each channel recorded, where it paused, and which files are absent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from lidar_label.model import Image, Kind, Scene, Sweep

_LONG = 1.5  # a step is a gap beyond this many usual ones
_MOST_ASKED = 5000  # files of a scene that the disk is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A step in time over one and a half times the usual: after which frame, when, and how long (seconds)."""

    frame: int
    at_s: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInfo:
    """What one sensor recorded.

    `rate_hz` is one over the usual step; None where the source has no times, or there is one
    recording. `absent` counts the files that are not there among the `asked` ones: all, or of very
    many an even choice.
    """

    channel: str
    kind: Kind
    recordings: int
    rate_hz: float | None
    gaps: tuple[Gap, ...]
    absent: int
    asked: int


def channels_of(scene: Scene, *, full: bool = False) -> list[ChannelInfo]:
    """Return what each channel recorded, by name."""
    found: dict[str, list[Sweep | Image]] = defaultdict(list)
    for recording in scene.recordings():
        found[recording.channel].append(recording)
    every = 1 if full else max(1, sum(map(len, found.values())) // _MOST_ASKED)
    return [_channel(scene, channel, found[channel], every) for channel in sorted(found)]


def _channel(scene: Scene, channel: str, recordings: list[Sweep | Image], every: int) -> ChannelInfo:
    recordings.sort(key=lambda recording: recording.timestamp_ns)
    steps = [(b.timestamp_ns - a.timestamp_ns) * 1e-9 for a, b in pairwise(recordings)]
    usual = median(steps) if steps and scene.has_timestamps else 0.0
    start = scene.frames[0].timestamp_ns if scene.frames else 0
    gaps = [
        Gap(frame=first.frame, at_s=(first.timestamp_ns - start) * 1e-9, seconds=step)
        for first, step in zip(recordings, steps, strict=False)
        if usual and step > _LONG * usual
    ]
    asked = recordings[::every]
    return ChannelInfo(
        channel=channel,
        kind=recordings[0].sensor.kind,
        recordings=len(recordings),
        rate_hz=1 / usual if usual else None,
        gaps=tuple(gaps),
        absent=sum(not recording.is_present for recording in asked),
        asked=len(asked),
    )
