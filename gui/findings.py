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
from lidar_label.model import Patch
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.check import Found, Points
    from lidar_label.edit import Session
    from lidar_label.gui.finding_look import Look
    from lidar_label.model import Waiver

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
        self._all: list[Found] | None = None  # until a run
        self._found: list[Found] = []  # of these, what nobody waived
        self._waived: list[tuple[Found, Waiver]] = []
        self._at = -1
        self._said = ""
        self._again = False
        self._points: tuple[int, Points | None] = (-1, None)  # of the frame that was looked at last
        self._worker = Worker("checks", self)
        self._limits: object = None  # that the last run held boxes to
        desk.edited.connect(self._look_again)
        desk.tracks_changed.connect(self._run_again)
        desk.scene_changed.connect(self._begin_anew)
        desk.closing.connect(self._worker.close)

    @property
    def found(self) -> Sequence[Found]:
        """What was found and nobody waived, in order."""
        return self._found

    @property
    def waived(self) -> Sequence[tuple[Found, Waiver]]:
        """What was found and somebody said is right, with that word."""
        return self._waived

    @property
    def is_known(self) -> bool:
        """Whether the rules were run over this scene."""
        return self._all is not None

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
        store, limits = project.session.store, _limits_of(desk)

        def work(progress: Progress) -> tuple[list[Found], Sequence[Waiver]]:
            from lidar_label.check import check_drive

            found = check_drive(scene, store.labels(token), store.taxonomy(), progress=progress)
            return found, store.waivers(token)

        def take(found: tuple[list[Found], Sequence[Waiver]]) -> None:
            if desk.scene_token != token:
                return
            self._at, self._limits = -1, limits
            self._sort(*found)
            self.changed.emit()
            if then is not None:
                then()

        desk.after_edits(lambda: desk.run_job(work, take))

    def go_next(self, tell: Tell, step: int = 1) -> None:
        """Show the next finding; `tell` is given its sentence and the one that it takes the place of."""
        if self._all is None:
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
        self.show(self.found[place])
        self.changed.emit()

    def show(self, one: Found) -> None:
        """Lead to what a finding is about."""
        remark = one.remark
        if remark.frame >= 0:
            self._desk.go_to(remark.frame)
        self._desk.select(remark.track.token if remark.track is not None else "")

    def sentence(self, place: int) -> str:
        """Return what is said of a finding."""
        remark = self.found[place].remark
        track, words = remark.track, in_language(remark.message)
        if track is None:
            return self.tr("{0} of {1}: {2}").format(place + 1, len(self.found), words)
        name = track.name or track.token
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

        self._desk.do(edit)

    def take_back(self, waiver: Waiver) -> None:
        """Have a finding shown again that somebody said is right."""

        def edit(session: Session) -> Patch | None:
            from lidar_label.edit import DeleteWaivers

            return session.do(DeleteWaivers((waiver.token,), self.tr("Take back a waiver")))

        self._desk.do(edit)

    def can_mend(self, place: int) -> bool:
        """Say whether a finding can be put right without asking."""
        return 0 <= place < len(self.found) and self.found[place].rule.id in MENDED

    def mend(self, place: int) -> None:
        """Put right what a finding says, as one edit; say why not, where only a person can."""
        desk = self._desk
        if desk.scene is None:
            return
        if not self.can_mend(place):
            shown = 0 <= place < len(self.found)
            told = self.tr("Only a person can put this finding right") if shown else self.tr("No finding is shown")
            desk.said.emit(told)
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

    def _run_again(self) -> None:
        """Run all rules again where they hold boxes to other limits now."""
        if self._all is not None and _limits_of(self._desk) != self._limits:
            self._limits = _limits_of(self._desk)
            self.check()

    def _look_again(self) -> None:
        """Check the track and the frame at hand anew; edits in between are seen by the next look."""
        desk = self._desk
        project, scene = desk.project, desk.scene
        shown = self.found[self._at].remark.track if 0 <= self._at < len(self.found) else None
        tracks = {desk.selected, shown.token if shown is not None else ""} - {""}
        if self._all is None or project is None or scene is None or self._again:
            return
        self._again = True
        session, token, frame = project.session, desk.scene_token, desk.index

        def work() -> tuple[Look, Sequence[Waiver]]:
            self._again = False
            if self._points[0] != frame:
                self._points = (frame, points_of(scene, frame))
            return look(session, scene, token, tracks, frame, self._points[1]), session.store.waivers(token)

        def take(found: tuple[Look, Sequence[Waiver]]) -> None:
            if self._all is not None and desk.scene_token == token:
                self._put(*found)

        from lidar_label.check import points_of
        from lidar_label.gui.finding_look import look

        self._worker.run(work, take, lambda _: None)

    def _put(self, seen: Look, waivers: Sequence[Waiver]) -> None:
        """Put what a look found in the place of what it looked at; what only a run can tell stays."""
        from lidar_label.check import in_order

        shown = self.found[self._at] if 0 <= self._at < len(self.found) else None
        self._sort(in_order([*(one for one in self._all or () if seen.leaves(one)), *seen.found]), waivers)
        self._at = self._found.index(shown) if shown in self._found else max(min(self._at, len(self._found)) - 1, -1)
        self.changed.emit()

    def _sort(self, found: list[Found], waivers: Sequence[Waiver]) -> None:
        """Keep findings, those that were waived apart."""
        from lidar_label.check import without_waived

        self._all = found
        self._found, self._waived = without_waived(found, waivers)

    def _begin_anew(self) -> None:
        self._all, self._found, self._waived, self._at, self._points = None, [], [], -1, (-1, None)
        self.changed.emit()


def _limits_of(desk: Desk) -> object:
    return [(category.name, category.size, category.limits) for category in desk.taxonomy.categories]
