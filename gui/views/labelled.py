"""Labelled: what is written at the boxes of tracks, kept since views ask for hundreds at each step."""

from __future__ import annotations

from lidar_label.gui.desk import Desk
from lidar_label.gui.reviewing import CHANGED, Reviewing
from lidar_label.gui.talk import Talk
from lidar_label.gui.views.shown import label_of
from lidar_label.model import Box, Track


class Labelled:
    """One for each stage."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._talk, self._reviewing = desk, Talk.of(desk), Reviewing.of(desk)
        self._texts: dict[str, tuple[Track, str]] = {}

    def text(self, box: Box) -> str:
        """Return the last word of a track's category, its name, and marks: open comments, changed by others."""
        track = self._desk.tracks.get(box.track)
        if track is None:
            return ""
        kept = self._texts.get(box.track)
        if kept is None or kept[0] is not track:
            kept = self._texts[box.track] = track, label_of(track)
        mark = self._talk.mark(box)
        if box.track in self._reviewing.standing_out(box.frame):
            mark = f"{mark}{CHANGED}"
        return f"{kept[1]} {mark}".strip() if mark else kept[1]
