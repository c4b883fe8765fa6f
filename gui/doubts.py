"""What the machine is not sure of: the words for it, the ways from one such box to the next, and accepting the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.model import Box, Patch, Source
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session

CONTEXT = "Reasons"
LOST = "lost"
_T = QT_TRANSLATE_NOOP
translate = QCoreApplication.translate

# Why a box is doubtful: in a word or two for a cell, and in a sentence.
_SHORT: dict[str, str] = {
    "few-points": _T("Reasons", "few points"),
    "occluded": _T("Reasons", "hidden"),
    "poor-fit": _T("Reasons", "poor fit"),
    "jump": _T("Reasons", "jump"),
    LOST: _T("Reasons", "lost"),
    "ambiguous": _T("Reasons", "ambiguous"),
}
_LONG: dict[str, str] = {
    "few-points": _T("Reasons", "too few points lie on the object; its motion alone places the box"),
    "occluded": _T("Reasons", "something hides the object; its motion alone places the box"),
    "poor-fit": _T("Reasons", "the points do not fit the shape that was seen so far"),
    "jump": _T("Reasons", "the points would have the object jump or turn as it cannot"),
    LOST: _T("Reasons", "the object was not seen for a while"),
    "ambiguous": _T("Reasons", "another object explains the 2D label about as well"),
}


def reason_word(doubt: str) -> str:
    """Say why a box is doubtful in a word or two, in the language in use; what is not known as it is."""
    return translate(CONTEXT, _SHORT[doubt]) if doubt in _SHORT else doubt


def reason_text(doubt: str) -> str:
    """Say why a box is doubtful in a sentence, in the language in use; what is not known as it is."""
    return translate(CONTEXT, _LONG[doubt]) if doubt in _LONG else doubt


def step_unsure(desk: Desk, delta: int) -> None:
    """Go to the next (or previous) box that the machine is not sure of: of the selected track, else of any other.

    Those of others are looked for from this frame on, and then from the other end of the drive.
    """
    desk.flush()
    frames = unsure_in(desk.track_boxes)
    there = [frame for frame in frames if (frame > desk.index if delta > 0 else frame < desk.index)]
    if there:
        Multi.of(desk).choose([desk.selected])  # alone: what is done now is meant for it
        desk.go_to(there[0] if delta > 0 else there[-1])
        return
    project, scene, count, selected = desk.project, desk.scene_token, len(desk.times_ns), desk.selected
    if project is None:
        return
    store = project.session.store
    order = [(desk.index + delta * step) % count for step in range(1 if not selected else 0, count)]

    def look(progress: Progress) -> tuple[int, str] | None:
        for done, frame in enumerate(order):
            progress.step(done, len(order))
            for box in store.boxes_in_frame(scene, frame):
                if box.doubt and box.track != selected:
                    return frame, box.track
        return None

    def found(place: tuple[int, str] | None) -> None:
        if place is None:
            desk.said.emit(translate("Doubts", "There is no other doubtful box"))
            return
        desk.go_to(place[0])
        desk.select(place[1])

    desk.run_job(look, found)


def unsure_in(boxes: Iterable[Box]) -> list[int]:
    """Return the frames of the boxes that are doubtful."""
    return [box.frame for box in boxes if box.doubt]


def accept_sure(desk: Desk) -> None:
    """Say that every box of the chosen tracks is right that the machine is sure of; the doubtful ones stay so."""
    desk.flush()
    tracks, scene = Multi.of(desk).tokens, desk.scene_token
    title = translate("Doubts", "Accept the boxes of a track")
    if len(tracks) > 1:
        title = translate("Doubts", "Accept the boxes of {0} tracks").format(len(tracks))
    done: list[Box] = []
    left: list[int] = []

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import PutBoxes

        boxes = [box for track in tracks for box in session.store.boxes_of_track(track)]
        left.extend(unsure_in(boxes))
        done.extend(
            replace(box, is_keyframe=True, source=Source.HUMAN, score=None)
            for box in boxes
            if not box.doubt and box.source != Source.HUMAN
        )
        return session.do(PutBoxes(scene, tuple(done), title)) if done else None

    def say(_: Patch | None) -> None:
        told = translate("Doubts", "{0} boxes accepted").format(len(done))
        if left:
            told = translate("Doubts", "{0} boxes accepted; {1} are doubtful and stay so").format(len(done), len(left))
        desk.said.emit(told)

    desk.do(edit, say)
