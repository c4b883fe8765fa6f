"""What is done to the selected boxes of a track, each deed one edit and one step of undo."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QCoreApplication

from lidar_label.gui import edits, size_lock
from lidar_label.gui.batch.points import CellPoints, points_of, read_cell
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import Edit, frames_of
from lidar_label.gui.nudge import nudged
from lidar_label.gui.views.handles import SHORTEST_SIDE_M, Change, changed
from lidar_label.model import Box, Floats, Patch, Source
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session

translate = QCoreApplication.translate


def put(desk: Desk, box: Box, title: str) -> None:
    """Store a box that was dragged; it becomes a key frame made by a person."""
    made = replace(
        box, is_keyframe=True, source=Source.HUMAN, score=None, num_lidar_pts=None, num_radar_pts=None
    )  # fmt: skip
    _put(desk, [made], title)


def accept(desk: Desk, boxes: Sequence[Box]) -> None:
    """Say that a person has checked boxes: they are key frames from now on, and stay as they are."""
    made = [replace(box, is_keyframe=True, source=Source.HUMAN, score=None) for box in boxes]
    _put(desk, made, translate("BatchDeeds", "Accept boxes"), translate("BatchDeeds", "{0} boxes accepted"))


def delete(desk: Desk, boxes: Sequence[Box]) -> None:
    """Delete boxes; with the last one goes the track."""
    title, keys = translate("BatchDeeds", "Delete boxes"), tuple((box.track, box.frame) for box in boxes)
    gone = set(keys)

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import DeleteBoxes

        return session.do(DeleteBoxes(keys, title)) if keys else None

    shown = [box for box in desk.boxes if (box.track, box.frame) not in gone]
    desk.do(edit, _say(desk, translate("BatchDeeds", "{0} boxes deleted")), shown)


def flip(desk: Desk, boxes: Sequence[Box]) -> None:
    """Turn headings round; counts of points stay true."""
    made = [
        replace(nudged(box, dyaw=math.pi), num_lidar_pts=box.num_lidar_pts, num_radar_pts=box.num_radar_pts)
        for box in boxes
    ]
    _put(desk, made, translate("BatchDeeds", "Turn boxes round"), translate("BatchDeeds", "{0} boxes turned round"))


def same_size(desk: Desk, size: tuple[float, float, float], boxes: Sequence[Box]) -> None:
    """Give boxes one size; the sides that the sensor sees and the floor stay where they are.

    A track that keeps one size gets it as a whole.
    """
    from lidar_label.assist.resize import resized

    scene, title = desk.scene, translate("BatchDeeds", "Give boxes one size")
    if scene is None:
        return
    if _is_locked(desk):
        desk.do(size_lock.lock(scene, desk.selected, size, title))
        return
    made = [resized(box, size, scene.world_SE3_lidar(box.frame).translation) for box in boxes]
    told = translate("BatchDeeds", "{0} boxes have another size now")
    _put(desk, made, title, told)


def interpolate(desk: Desk, boxes: Sequence[Box]) -> None:
    """Fill a track between its key frames, from the first to the last of the boxes; of a single one, all of it."""
    desk.flush()
    track, scene, times = desk.selected, desk.scene_token, desk.times_ns
    numbers = [box.frame for box in boxes]
    span = (min(numbers), max(numbers)) if len(numbers) > 1 else None
    frames = desk.scene.frames if desk.scene is not None and desk.scene.has_poses else ()
    edit = edits.interpolate(scene, track, times, translate("BatchDeeds", "Interpolate a track"), frames, span)
    nothing = translate("BatchDeeds", "Nothing changed between the key frames")
    desk.do(edit, _say(desk, translate("BatchDeeds", "{0} boxes interpolated"), nothing))


def fit(desk: Desk, boxes: Sequence[Box], *, keep_size: bool) -> None:
    """Fit boxes to their points, read beside the edits; with `keep_size` they are laid on them as they are.

    A box with too few points is left alone, and so is one that has been changed meanwhile.
    """
    desk.flush()
    scene, keep_size = desk.scene, keep_size or _is_locked(desk)
    if scene is None or not boxes:
        return
    about = points_of(desk)
    frames, sensors = scene.frames, {box.frame: scene.world_SE3_lidar(box.frame).translation for box in boxes}
    title = translate("BatchDeeds", "Fit boxes to their points")
    if keep_size:
        title = translate("BatchDeeds", "Lay boxes on their points")

    def work(progress: Progress) -> list[tuple[Box, Box]]:
        made: list[tuple[Box, Box]] = []
        for box in progress.over(boxes, len(boxes), title):
            cell = read_cell(frames[box.frame], box, about)
            better = fitted(cell, box, sensors[box.frame], keep_size=keep_size)
            if better is not None:
                made.append((box, better))
        return made

    def store(made: list[tuple[Box, Box]]) -> None:
        told = translate("BatchDeeds", "{0} boxes fitted to their points")
        if len(made) < len(boxes):
            told = translate("BatchDeeds", "{0} of {1} boxes fitted to their points; the others have too few")
        desk.said.emit(told.format(len(made), len(boxes)))
        desk.do(_put_unless_changed(desk.scene_token, made, title))

    desk.run_job(work, store)


def fitted(cell: CellPoints, box: Box, sensor: Floats, *, keep_size: bool) -> Box | None:
    """Return a box fitted to the points about it, or laid on them in its size; None where they are too few.

    `sensor` is where the points were seen from, in world, (3,) metres.
    """
    from lidar_label.assist import hug

    center, rotation, size = cell.place(box)
    points, floor = cell.near.objects(center, rotation, size), cell.near.floor_of(center, rotation, size)
    if keep_size:
        seen_from = box.world_SE3_box.inverse.apply(sensor[None])[0]
        shift = hug.slid(points, size / 2, seen_from, floor)
        if shift is None:
            return None
        change = Change(tuple3(shift), 0.0, box.size)
    else:
        bounds = hug.fitted(points, size / 2, floor)
        if bounds is None:
            return None
        low, high = bounds
        change = Change(tuple3((low + high) / 2), 0.0, tuple3(np.maximum(high - low, SHORTEST_SIDE_M)))
    source = box.source if box.source == Source.HUMAN else Source.MACHINE
    return replace(changed(box, change), source=source, num_lidar_pts=None, num_radar_pts=None)


def _is_locked(desk: Desk) -> bool:
    """Say whether the selected track keeps one size."""
    track = desk.tracks.get(desk.selected)
    return track is not None and track.locked_size is not None


def tuple3(values: Floats) -> tuple[float, float, float]:
    """Return (3,) as three floats."""
    x, y, z = values.tolist()
    return x, y, z


def _put(desk: Desk, boxes: Sequence[Box], title: str, told: str = "") -> None:
    new = {(box.track, box.frame): box for box in boxes}
    shown = [new.get((box.track, box.frame), box) for box in desk.boxes]
    desk.do(edits.put_boxes(desk.scene_token, boxes, title), _say(desk, told), shown)


def _put_unless_changed(scene: str, pairs: Sequence[tuple[Box, Box]], title: str) -> Edit:
    """Return the edit that puts the second of each pair, where the first is still what is stored."""

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import PutBoxes

        tracks = {before.track for before, _ in pairs}
        now = {(box.track, box.frame): box for track in tracks for box in session.store.boxes_of_track(track)}
        made = tuple(after for before, after in pairs if now.get((before.track, before.frame)) == before)
        return session.do(PutBoxes(scene, made, title)) if made else None

    return edit


def _say(desk: Desk, told: str, nothing: str = "") -> Callable[[Patch | None], None]:
    def say(patch: Patch | None) -> None:
        text = told.format(len(frames_of(patch))) if patch is not None else nothing
        if text:
            desk.said.emit(text)

    return say
