"""The desk's edits: each a function that the worker's thread runs on the session."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lidar_label.edit import AddTrack, DeleteBoxes, DeleteTracks, PutBoxes, Session, SetCategory, SetTrackName
from lidar_label.errors import CannotEdit
from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Frame, Patch, Track


def free_name(tracks: Iterable[Track]) -> str:
    """Return a name for a new track: the number after the highest that a name is, or ends in."""
    found = (re.search(r"(?:^|\s)(\d{1,9})$", track.name) for track in tracks)
    return str(max((int(match[1]) for match in found if match), default=0) + 1)


def add_track(scene: str, track: Track, boxes: Sequence[Box], title: str) -> Edit:
    """Make a track with its first boxes."""
    return lambda session: session.do(AddTrack(scene, track, tuple(boxes), title))


def put_boxes(scene: str, boxes: Sequence[Box], title: str) -> Edit:
    """Write boxes, new or changed."""
    return lambda session: session.do(PutBoxes(scene, tuple(boxes), title))


def delete_box(track: str, frame: int, title: str) -> Edit:
    """Delete a track's box in one frame."""
    return lambda session: session.do(DeleteBoxes(((track, frame),), title))


def delete_track(track: str, title: str) -> Edit:
    """Delete a track and all its boxes."""
    return lambda session: session.do(DeleteTracks((track,), title))


def set_category(track: str, category: str, title: str) -> Edit:
    """Give a track another category."""
    return lambda session: session.do(SetCategory((track,), category, title))


def set_track_name(track: str, name: str, title: str) -> Edit:
    """Name a track."""
    return lambda session: session.do(SetTrackName(track, name, title))


def undo(session: Session) -> Patch | None:
    """Take the last edit back, but never the import that the project began with."""
    patch = session.undo()
    if patch is not None and any(c.table == "scene" and None in (c.before, c.after) for c in patch.changes):
        session.redo()
        raise CannotEdit("nothing is left to undo: what came before is the import of the drive")
    return patch


def interpolate(
    scene: str,
    track: str,
    times_ns: Sequence[int],
    title: str,
    frames: Sequence[Frame] = (),
    span: tuple[int, int] | None = None,
) -> Edit:
    """Fill a track between its key frames, as its kind moves; boxes that a person fixed stay as they are.

    Parameters
    ----------
    frames : sequence of Frame
        Those of the scene where its poses are known, so that the boxes stay on the points as poses shake.
    span : (int, int), optional
        Fill from one frame to another only.
    """

    def edit(session: Session) -> Patch | None:
        from lidar_label.assist.interpolate import interpolate_track

        boxes = tuple(session.store.boxes_of_track(track))
        if sum(box.is_keyframe for box in boxes) < 2:
            raise CannotEdit(
                "there is nothing to interpolate between: the track has fewer than two key frames",
                hint="change its box in another frame first",
            )
        first, last = span or (None, None)
        poses = [frame.world_SE3_ego for frame in frames] or None
        category = session.store.track(track).category
        made = tuple(interpolate_track(boxes, times_ns, first=first, last=last, category=category, ego=poses))
        return session.do(PutBoxes(scene, made, title)) if made else None

    return edit


def copy_to_next(scene: str, track: str, frame: int, times_ns: Sequence[int], title: str) -> Edit:
    """Carry a track's box on to the next frame along its motion; a key frame there is kept."""

    def edit(session: Session) -> Patch | None:
        from lidar_label.assist.interpolate import predict_box

        boxes = tuple(session.store.boxes_of_track(track))
        if any(box.frame == frame + 1 and box.is_keyframe for box in boxes):
            raise CannotEdit("the next frame has a key frame of this track already", hint="it was kept as it is")
        made = predict_box(boxes, times_ns, frame + 1)
        old = next((box for box in boxes if box.frame == frame + 1), None)
        return session.do(PutBoxes(scene, (replace(made, token=old.token) if old else made,), title))

    return edit
