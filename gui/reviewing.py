"""Review in the desk: saying how far tracks and frames have come, and the way to what was changed since."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.model import Patch
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session
    from lidar_label.model.review import State

translate = QCoreApplication.translate
_T = QT_TRANSLATE_NOOP
WORDS: dict[str, str] = {
    "to do": _T("Reviewing", "to do"),
    "labelled": _T("Reviewing", "labelled"),
    "checked": _T("Reviewing", "checked"),
    "rejected": _T("Reviewing", "rejected"),
    "done": _T("Reviewing", "done"),
}


def set_track(desk: Desk, state: State) -> None:
    """Give the selected track a state, as one edit."""
    track = desk.tracks.get(desk.selected)
    if track is not None:
        name = track.name or track.token
        said = translate("Reviewing", "Track {0}: {1}").format(name, translate("Reviewing", WORDS[state]))
        _set(desk, state, said, track=track.token)


def set_frame(desk: Desk, state: State) -> None:
    """Give this frame a state, as one edit."""
    said = translate("Reviewing", "Frame {0}: {1}").format(desk.index, translate("Reviewing", WORDS[state]))
    _set(desk, state, said, frame=desk.index)


def _set(desk: Desk, state: State, said: str, *, track: str | None = None, frame: int | None = None) -> None:
    scene, title = desk.scene_token, translate("Reviewing", "Set a state of review")

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import SetReviews
        from lidar_label.model import Review

        review = Review(
            scene=scene, state=state, track=track, frame=frame, author=session.author, time_ns=time.time_ns()
        )
        return session.do(SetReviews((review,), title))

    desk.do(edit, lambda patch: desk.said.emit(said) if patch is not None else None)


def next_change(desk: Desk) -> None:
    """Go to the next box that somebody else changed since one's own last word on a track or frame of this drive."""
    desk.flush()
    project, scene, here = desk.project, desk.scene_token, (desk.index, desk.selected)
    if project is None:
        return
    session = project.session

    def look(_: Progress) -> tuple[int, str, str, int] | None:
        store, me = session.store, session.author
        mine = [review.time_ns for review in store.reviews(scene) if review.author == me]
        changed = store.changed_since(scene, max(mine, default=0))
        alive = {track.token for track in store.tracks(scene)}
        places = sorted((f, t, who) for (t, f), (who, _) in changed.items() if who != me and t in alive)
        if not places:
            return None
        frame, track, who = next((place for place in places if place[:2] > here), places[0])
        return frame, track, who, len(places)

    def found(place: tuple[int, str, str, int] | None) -> None:
        if place is None:
            desk.said.emit(translate("Reviewing", "Nobody else changed a box since your last word"))
            return
        frame, track, who, count = place
        Multi.of(desk).choose([track])
        desk.go_to(frame)
        name = who or translate("Reviewing", "somebody")
        desk.said.emit(translate("Reviewing", "Changed by {0}; {1} boxes since your last word").format(name, count))

    desk.after_edits(lambda: desk.run_job(look, found))
