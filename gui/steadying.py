"""A track made steady: one box for all frames of what stands, headings set right by the motion, and smoothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from PyQt6.QtCore import QCoreApplication

from lidar_label.errors import CannotEdit
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import frames_of
from lidar_label.model import Box, Patch, Scene, Source
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session

_FEWEST = 5  # points in the box, over the ground, of a frame in which it is seen
_OVER_FLOOR_M = 0.25
translate = QCoreApplication.translate


def stand(desk: Desk) -> None:
    """Say that the selected track does not move: it gets one box, in all frames in which points lie in it.

    The frames it has boxes in stay, whatever is seen there, and key frames as they are. The points are read beside
    the window.
    """
    desk.flush()
    scene, project, track, token = desk.scene, desk.project, desk.selected, desk.scene_token
    if scene is None or project is None or not track:
        return
    if not scene.has_poses:
        desk.said.emit(translate("Steadying", "The drive has no poses, so nothing is known to stand"))
        return
    store, times = project.session.store, desk.times_ns
    title = translate("Steadying", "One box for all frames")

    def work(progress: Progress) -> tuple[tuple[Box, ...], list[int]]:
        from lidar_label.assist.static import is_static, static_track

        boxes = store.boxes_of_track(track)
        if len(boxes) > 1 and not is_static(boxes, times):
            far = float(np.linalg.norm(boxes[-1].center - boxes[0].center))
            raise CannotEdit(
                f"the track moves: {far:.1f} m from its first to its last box",
                hint="only what stands has one box for all frames",
            )
        keys = {box.frame for box in boxes if box.is_keyframe}
        model = static_track(boxes, [frame for frame in range(len(times)) if frame not in keys][:1])
        seen = frames_seen(scene, model[0], progress, title) if model else []
        return boxes, sorted({*seen, *(box.frame for box in boxes)})

    def put(found: tuple[tuple[Box, ...], list[int]]) -> None:
        before, frames = found

        def edit(session: Session) -> Patch | None:
            from lidar_label.assist.static import static_track
            from lidar_label.edit import PutBoxes

            if session.store.boxes_of_track(track) != before:
                raise CannotEdit("the track was changed meanwhile", hint="repeat it")
            made = changed(before, static_track(before, frames))
            return session.do(PutBoxes(token, made, title)) if made else None

        def say(_: Patch | None) -> None:
            told = translate("Steadying", "One box in {0} frames, {1} to {2}")
            desk.said.emit(told.format(len(frames), frames[0], frames[-1]))

        desk.do(edit, say)

    desk.after_edits(lambda: desk.run_job(work, put))


def frames_seen(scene: Scene, box: Box, progress: Progress, title: str) -> list[int]:
    """Return the frames in which points lie in a box that stands, over its floor."""
    from lidar_label.jobs.propagating import points_of

    half, found = np.array(box.size) / 2, []
    inverse = box.world_SE3_box.inverse
    for frame in progress.over(scene.frames, len(scene.frames), title):
        xyz = points_of(scene, frame.index).xyz
        near = xyz[(np.abs(xyz[:, :2] - box.center[:2]) <= np.linalg.norm(half)).all(axis=1)]
        local = np.abs(inverse.apply(near))
        floor = inverse.apply(near)[:, 2] > _OVER_FLOOR_M - half[2]
        if int(((local <= half).all(axis=1) & floor).sum()) >= _FEWEST:
            found.append(frame.index)
    return found


def set_headings(desk: Desk) -> None:
    """Turn the boxes of the selected track round that head against its motion, and against the others.

    What a person set has the last word, unless a person set all of them.
    """
    desk.flush()
    track, scene, times = desk.tracks.get(desk.selected), desk.scene_token, desk.times_ns
    if track is None:
        return
    title = translate("Steadying", "Set the headings of a track")

    def edit(session: Session) -> Patch | None:
        from lidar_label.assist.heading import set_headings as headed
        from lidar_label.edit import PutBoxes

        boxes = session.store.boxes_of_track(track.token)
        by_hand = [box.is_keyframe and box.source == Source.HUMAN for box in boxes]
        held = [is_held and not all(by_hand) for is_held in by_hand]
        asked = [replace(box, is_keyframe=is_held) for box, is_held in zip(boxes, held, strict=True)]
        found = headed(asked, times, category=track.category)
        made = tuple(
            replace(box, world_SE3_box=new.world_SE3_box)
            for box, old, new in zip(boxes, asked, found, strict=True)
            if new is not old
        )
        return session.do(PutBoxes(scene, made, title)) if made else None

    def say(patch: Patch | None) -> None:
        told = translate("Steadying", "Every box heads the right way")
        if patch is not None:
            told = translate("Steadying", "{0} boxes turned round").format(len(frames_of(patch)))
        desk.said.emit(told)

    desk.do(edit, say)


def smooth(desk: Desk) -> None:
    """Lay the boxes of the selected track that are no key frames on the way that agrees best with all of them."""
    desk.flush()
    track, scene, times = desk.tracks.get(desk.selected), desk.scene_token, desk.times_ns
    if track is None:
        return
    title = translate("Steadying", "Smooth a track")

    def edit(session: Session) -> Patch | None:
        from lidar_label.assist.smooth import smooth_track
        from lidar_label.edit import PutBoxes

        boxes = session.store.boxes_of_track(track.token)
        size: Literal["median", "keep"] = "keep" if track.locked_size is not None else "median"
        made = changed(boxes, smooth_track(boxes, times, category=track.category, size=size).boxes)
        return session.do(PutBoxes(scene, made, title)) if made else None

    def say(patch: Patch | None) -> None:
        told = translate("Steadying", "There is nothing between key frames to be smoothed")
        if patch is not None:
            told = translate("Steadying", "{0} boxes smoothed").format(len(frames_of(patch)))
        desk.said.emit(told)

    desk.do(edit, say)


def changed(before: Sequence[Box], after: Sequence[Box]) -> tuple[Box, ...]:
    """Return those of the boxes of a track that are not as they were."""
    was = {box.frame: box for box in before}
    return tuple(box for box in after if was.get(box.frame) != box)
