"""The life of the selected track: trimmed and made longer, and the ways to what nobody has checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Patch, Source
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session

BASE_S = 0.5  # over which a motion is measured: neighbouring boxes carry more of the hand's shake
STILL_M_S = 0.3  # slower than this, a track is carried on where it stands
translate = QCoreApplication.translate


def can_edit(desk: Desk) -> bool:
    """Say whether labels may be changed; a project that another desk has open is for reading only."""
    return desk.project is None or not desk.project.session.read_only


# Trimming


def begin_here(desk: Desk) -> None:
    """Have the selected track begin in this frame."""
    boxes = desk.track_boxes
    if boxes:
        trim(desk, desk.index, boxes[-1].frame)


def end_here(desk: Desk) -> None:
    """Have the selected track end in this frame."""
    boxes = desk.track_boxes
    if boxes:
        trim(desk, boxes[0].frame, desk.index)


def trim(desk: Desk, first: int, last: int) -> None:
    """Have the selected track live from one frame to another, as one edit.

    Its boxes beyond are deleted. Where it is to live longer, it is carried on along its motion, or where it stands;
    those boxes are the machine's. Nothing happens where no box would be left.
    """
    desk.flush()
    boxes = desk.track_boxes
    if not boxes or (first, last) == (boxes[0].frame, boxes[-1].frame):
        return
    gone, made = change_of_span(boxes, desk.times_ns, first, last)
    if len(gone) == len(boxes):
        said = translate("Spans", "The track would have no box left; {delete-track} deletes it whole.")
        desk.said.emit(KeyNames.of(desk).fill(said))
        return
    track, scene, times = desk.selected, desk.scene_token, desk.times_ns

    def say(patch: Patch | None) -> None:
        if patch is not None:
            told = translate("Spans", "Frames {0} to {1}: {2} boxes deleted, {3} carried on")
            desk.said.emit(told.format(first, last, len(gone), len(made)))

    preview = [box for box in desk.boxes if box.track != track or first <= box.frame <= last]
    preview += [box for box in made if box.frame == desk.index]
    title = translate("Spans", "Change the life of a track")
    desk.do(span_edit(scene, track, times, first, last, title), say, preview)


def span_edit(scene: str, track: str, times_ns: Sequence[int], first: int, last: int, title: str) -> Edit:
    """Return the edit that has a track live from one frame to another."""

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import DeleteBoxes, PutBoxes, Together

        boxes = session.store.boxes_of_track(track)
        gone, made = change_of_span(boxes, times_ns, first, last)
        kept = [box for box in boxes if first <= box.frame <= last]
        made = [*made, *_new_ends(boxes, kept)]
        parts = [PutBoxes(scene, tuple(made), title)] if made else []
        if gone:
            keys = tuple((track, box.frame) for box in gone)
            return session.do(Together((DeleteBoxes(keys, title), *parts), title))
        return session.do(parts[0]) if parts else None

    return edit


def _new_ends(boxes: Sequence[Box], kept: Sequence[Box]) -> list[Box]:
    """Return the boxes at new ends that lay between key frames: key frames from now on, since they hold the shape."""
    ends: list[Box] = []
    for end, outer in ((kept[0], boxes[0]), (kept[-1], boxes[-1])) if kept else ():
        if end is not outer and not end.is_keyframe and end not in ends:
            ends.append(end)
    return [replace(box, is_keyframe=True) for box in ends]


def change_of_span(boxes: Sequence[Box], times_ns: Sequence[int], first: int, last: int) -> tuple[list[Box], list[Box]]:
    """Return the boxes of a track that a new span takes away, and those it makes.

    Parameters
    ----------
    boxes : sequence of Box
        Of one track, by frame.
    times_ns : sequence of int
        Time of each frame of the scene.
    first, last : int
        The frames in which the track is to begin and to end.
    """
    gone = [box for box in boxes if not first <= box.frame <= last]
    if not boxes or len(gone) == len(boxes):
        return gone, []
    later = _carried_on(boxes, times_ns, range(boxes[-1].frame + 1, min(last, len(times_ns) - 1) + 1))
    before = range(max(first, 0), boxes[0].frame)
    return gone, [*_carried_back(boxes, times_ns, before), *later]


def _carried_on(boxes: Sequence[Box], times_ns: Sequence[int], frames: range) -> list[Box]:
    from lidar_label.assist.predict import predict_box

    if not frames:
        return []
    last = boxes[-1]
    since = times_ns[last.frame] - BASE_S * 1e9
    near = next((box for box in reversed(boxes[:-1]) if times_ns[box.frame] <= since), boxes[0])
    seconds = (times_ns[last.frame] - times_ns[near.frame]) * 1e-9
    still = seconds <= 0 or last.world_SE3_box.error_to(near.world_SE3_box)[0] / seconds < STILL_M_S
    past = (last,) if still else (near, last)
    return [predict_box(past, times_ns, frame) for frame in frames]


def _carried_back(boxes: Sequence[Box], times_ns: Sequence[int], frames: range) -> list[Box]:
    """Carry a track on towards the past: the same in a drive whose time runs backwards."""
    end = len(times_ns) - 1
    turned = [replace(box, frame=end - box.frame) for box in reversed(boxes)]
    times = [-time for time in reversed(times_ns)]
    made = _carried_on(turned, times, range(end - frames.stop + 1, end - frames.start + 1)) if frames else []
    return [replace(box, frame=end - box.frame) for box in reversed(made)]


# What nobody has checked


def step_unchecked(desk: Desk, delta: int) -> None:
    """Go to the next (or previous) box of the selected track that no person made or checked; without, of any track."""
    desk.flush()
    if desk.selected:
        frames = [box.frame for box in desk.track_boxes if box.source != Source.HUMAN]
        there = [frame for frame in frames if (frame > desk.index if delta > 0 else frame < desk.index)]
        _arrive(desk, (there[0] if delta > 0 else there[-1]) if there else None, "")
        return
    project, scene = desk.project, desk.scene_token
    if project is None:
        return
    order = range(desk.index + 1, len(desk.times_ns)) if delta > 0 else range(desk.index - 1, -1, -1)
    store = project.session.store

    def look(progress: Progress) -> tuple[int, str] | None:
        for count, frame in enumerate(order):
            progress.step(count, len(order))
            for box in store.boxes_in_frame(scene, frame):
                if box.source != Source.HUMAN:
                    return frame, box.track
        return None

    def found(place: tuple[int, str] | None) -> None:
        _arrive(desk, *(place or (None, "")))

    desk.run_job(look, found)


def _arrive(desk: Desk, frame: int | None, track: str) -> None:
    if frame is None:
        desk.said.emit(translate("Spans", "Every box from here on is made or checked by a person"))
        return
    desk.go_to(frame)
    if track:
        desk.select(track)
