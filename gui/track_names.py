"""What a person knows a track by: its name, a long one (a data set's UUID, say) by its two ends."""

from __future__ import annotations

from lidar_label.gui.desk import Desk

_LONG = 24  # letters
_ENDS = 4  # letters of each end


def short(name: str) -> str:
    """Return a name that leaves room beside it."""
    return name if len(name) <= _LONG else f"{name[:_ENDS]}…{name[-_ENDS:]}"


def name_of(desk: Desk, token: str) -> str:
    """Return what a person knows a track by."""
    track = desk.tracks.get(token)
    return (short(track.name) or token[:6]) if track is not None else token[:6]
