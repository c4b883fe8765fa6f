"""Findings: what the rules say of the open scene, kept up as one edits; the ways through them, waiving and mending."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk
from lidar_label.gui.mending import MENDED, mended
from lidar_label.gui.wording import in_language
from lidar_label.gui.worker import Worker
from lidar_label.model import Box, Labels, Patch, Scene
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.check import Found, Points
    from lidar_label.edit import Session

Tell = Callable[[str, str], object]


class Findings(QObject):
    """What all rules find in the open scene, the worst and surest first.

    A run over the drive is asked for; after each edit only the track and the frame at hand are looked at again, on a
    thread of its own.
    """

    changed = pyqtSignal()

    @staticmethod
    def of(desk: Desk) -> Findings:
        """Return the findings of a desk."""
        found = desk.findChild(Findings)
        return found if found is not None else Findings(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._found: list[Found] | None = None  # until a run
        self._at = -1
        self._said = ""
        self._again = False
        self._points: tuple[int, Points | None] = (-1, None)  # of the frame that was looked at last
        self._worker = Worker("checks", self)
        desk.edited.connect(self._look_again)
        desk.scene_changed.connect(self._begin_anew)
        desk.closing.connect(self._worker.close)

    @property
    def found(self) -> Sequence[Found]:
        """What was found, in order."""
        return self._found or ()

    @property
    def is_known(self) -> bool:
        """Whether the rules were run over this scene."""
        return self._found is not None

    @property
    def at(self) -> int:
        """Which finding was shown last; -1 for none."""
        return self._at

    def check(self, then: Callable[[], object] | None = None) -> None:
        """Run all rules over the scene, with its points."""
        desk = self._desk
        desk.flush()
        project, scene, token = desk.project, desk.scene, desk.scene_token
        if project is None or scene is None:
            return
        store = project.session.store

        def work(progress: Progress) -> list[Found]:
            from lidar_label.check import check_drive, without_waived

            found = check_drive(scene, store.labels(token), store.taxonomy(), progress=progress)
            return without_waived(found, store.waivers(token))[0]

        def take(found: list[Found]) -> None:
            if desk.scene_token != token:
                return
            self._found, self._at = found, -1
            self.changed.emit()
            if then is not None:
                then()

        desk.after_edits(lambda: desk.run_job(work, take))

    def go_next(self, tell: Tell, step: int = 1) -> None:
        """Show the next finding; `tell` is given its sentence and the one that it takes the place of."""
        if self._found is None:
            self.check(lambda: self.go_next(tell, step))
            return
        if not self._found:
            self._desk.said.emit(self.tr("The labels keep every rule"))
            return
        self.go_to((self._at + step) % len(self._found) if self._at >= 0 or step > 0 else len(self._found) - 1)
        tell(self.sentence(self._at), self._said)
        self._said = self.sentence(self._at)

    def go_to(self, place: int) -> None:
        """Show a finding: its frame, and its track selected."""
        if not 0 <= place < len(self.found):
            return
        self._at = place
        remark = self.found[place].remark
        if remark.frame >= 0:
            self._desk.go_to(remark.frame)
        self._desk.select(remark.track.token if remark.track is not None else "")
        self.changed.emit()

    def sentence(self, place: int) -> str:
        """Return what is said of a finding."""
        remark = self.found[place].remark
        track = remark.track
        name = (track.name or track.token) if track is not None else "-"
        words = in_language(remark.message)
        return self.tr("{0} of {1}, track {2}: {3}").format(place + 1, len(self.found), name, words)

    def waive(self, place: int, reason: str) -> None:
        """Say why a finding is right as it is: it is not shown again while it gets no worse."""
        if not 0 <= place < len(self.found) or not reason.strip():
            return
        one, token = self.found[place], self._desk.scene_token

        def edit(session: Session) -> Patch | None:
            from lidar_label.check import waiver_for
            from lidar_label.edit import AddWaiver

            waiver = waiver_for(one, token, reason, author=session.author, time_ns=time.time_ns())
            return session.do(AddWaiver(waiver))

        self._desk.do(edit, lambda _: self._drop(one))

    def can_mend(self, place: int) -> bool:
        """Say whether a finding can be put right without asking."""
        return 0 <= place < len(self.found) and self.found[place].rule.id in MENDED

    def mend(self, place: int) -> None:
        """Put right what a finding says, as one edit."""
        desk = self._desk
        if not self.can_mend(place) or desk.scene is None:
            return
        one, times = self.found[place], desk.times_ns
        token, title = desk.scene_token, self.tr("Mend what a check found")

        def edit(session: Session) -> Patch | None:
            from lidar_label.edit import PutBoxes

            track = one.remark.track
            boxes = session.store.boxes_of_track(track.token) if track is not None else ()
            made = mended(one, boxes, times)
            return session.do(PutBoxes(token, tuple(made), title)) if made else None

        desk.do(edit)

    # As one edits

    def _look_again(self) -> None:
        """Check the track and the frame at hand anew; edits in between are seen by the next look."""
        desk = self._desk
        project, scene = desk.project, desk.scene
        shown = self.found[self._at].remark.track if 0 <= self._at < len(self.found) else None
        tracks = {desk.selected, shown.token if shown is not None else ""} - {""}
        if self._found is None or project is None or scene is None or not tracks or self._again:
            return
        self._again = True
        session, token, frame = project.session, desk.scene_token, desk.index

        def work() -> dict[str, list[Found]]:
            self._again = False
            return {track: self._of_edit(scene, session, token, track, frame) for track in tracks}

        def take(found: dict[str, list[Found]]) -> None:
            if self._found is None or desk.scene_token != token:
                return
            for track, own in found.items():
                self._put(track, own)

        self._worker.run(work, take, lambda _: None)

    def _of_edit(self, scene: Scene, session: Session, token: str, track: str, frame: int) -> list[Found]:
        from lidar_label.check import check_edit, points_of, without_waived

        store = session.store
        tracks = {known.token: known for known in store.tracks(token)}
        if track not in tracks:
            return []
        here: tuple[Box, ...] = store.boxes_in_frame(token, frame)
        labels = Labels([tracks[box.track] for box in here], here)
        if self._points[0] != frame:
            self._points = (frame, points_of(scene, frame))
        found = check_edit(
            scene, tracks[track], store.boxes_of_track(track), labels, store.taxonomy(), frame, self._points[1]
        )
        return without_waived(found, store.waivers(token))[0]

    def _put(self, track: str, found: list[Found]) -> None:
        """Put what was found of a track in the place of what was known of it; what only a run can tell stays."""
        from lidar_label.check import in_order

        kept = [
            one for one in self.found
            if one.remark.track is None or one.remark.track.token != track or one.rule.scope in ("scene", "unlabelled")
        ]  # fmt: skip
        shown = self.found[self._at] if 0 <= self._at < len(self.found) else None
        self._found = in_order([*kept, *found])
        self._at = self._found.index(shown) if shown in self._found else min(self._at, len(self._found)) - 1
        self.changed.emit()

    def _drop(self, one: Found) -> None:
        if self._found is not None and one in self._found:
            place = self._found.index(one)
            self._found.remove(one)
            self._at -= self._at >= place
            self.changed.emit()

    def _begin_anew(self) -> None:
        self._found, self._at, self._points = None, -1, (-1, None)
        self.changed.emit()
