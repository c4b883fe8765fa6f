"""SizeLock: edits that keep one size through a whole track, for objects that do not grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lidar_label.edit import Command, PutBoxes, SetTrackLock, Together
from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Patch, Scene

if TYPE_CHECKING:
    from lidar_label.edit import Session

_SAME_M = 1e-9


def put_boxes(scene: Scene, token: str, boxes: Sequence[Box], title: str) -> Edit:
    """Write boxes; where a track keeps one size and its box has another, all boxes of the track get that one."""

    def edit(session: Session) -> Patch | None:
        tracks = {track.token: track for track in session.store.tracks(token)} if boxes else {}
        plain: list[Box] = []
        commands: list[Command] = []
        for box in boxes:
            track = tracks.get(box.track)
            if track is None or track.locked_size is None or _is_same(track.locked_size, box.size):
                plain.append(box)
                continue
            others = [other for other in session.store.boxes_of_track(box.track) if other.frame != box.frame]
            commands.append(SetTrackLock(box.track, box.size, (box, *_in_size(scene, others, box.size)), title))
        if plain:
            commands.append(PutBoxes(token, tuple(plain), title))
        return session.do(Together(tuple(commands), title))

    return edit


def lock(scene: Scene, track: str, size: tuple[float, float, float], title: str) -> Edit:
    """Give all boxes of a track one size, about the sides that the sensor saw, and keep it so."""

    def edit(session: Session) -> Patch | None:
        boxes = _in_size(scene, session.store.boxes_of_track(track), size)
        return session.do(SetTrackLock(track, size, tuple(boxes), title))

    return edit


def unlock(track: str, title: str) -> Edit:
    """Let the boxes of a track have a size each."""
    return lambda session: session.do(SetTrackLock(track, None, (), title))


def _in_size(scene: Scene, boxes: Iterable[Box], size: tuple[float, float, float]) -> list[Box]:
    from lidar_label.assist.resize import resized

    return [
        resized(box, size, scene.world_SE3_lidar(box.frame).translation)
        for box in boxes
        if not _is_same(box.size, size)
    ]


def _is_same(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < _SAME_M
