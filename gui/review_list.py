"""ReviewList: the list that a reviewer steps through, made off the window's thread and kept up as one works."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk
from lidar_label.gui.findings import Findings
from lidar_label.gui.review_items import Item, of_changes, of_differences, of_tracks
from lidar_label.gui.reviewing import Reviewing, others_changes
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.worker import Worker
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.check.agreement_differences import Difference
    from lidar_label.model.review import BoxChange

Kind = Literal["order", "risk", "sample", "rejected", "changes", "compare"]
_SAMPLED = 0.2  # of the tracks that are to be looked at
_OPEN = ("to do", "labelled")


class ReviewList(QObject):
    """One for each desk, made by the first who asks (`ReviewList.of`)."""

    changed = pyqtSignal()
    """Other lines, or another one is shown."""
    looked = pyqtSignal(object)
    """A box is shown that none of these labels' boxes is at, so that the views have to turn to it."""

    @staticmethod
    def of(desk: Desk) -> ReviewList:
        """Return the one of a desk."""
        found = desk.findChild(ReviewList)
        return found if found is not None else ReviewList(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._reviewing = desk, Reviewing.of(desk)
        self._kind: Kind = "order"
        self._items: list[Item] = []
        self._key, self._at = "", -1
        self._drawn: tuple[list[str], dict[str, float]] = ([], {})
        self._changes: list[BoxChange] = []
        self._differences: list[Difference] = []
        self._compared = ""
        self._worker = Worker("review", self)
        desk.tracks_changed.connect(self.renew)
        desk.edited.connect(self._edited)
        desk.scene_changed.connect(self._begin_anew)
        desk.closing.connect(self._worker.close)

    @property
    def kind(self) -> Kind:
        """Which list it is."""
        return self._kind

    @property
    def items(self) -> Sequence[Item]:
        """Its lines."""
        return self._items

    @property
    def at(self) -> int:
        """Which line was shown last; -1 for none."""
        return self._at

    @property
    def compared(self) -> str:
        """Name of the other labels, of which the differences are known; empty for none."""
        return self._compared

    # Which list

    def choose(self, kind: Kind) -> None:
        """Show another list; one that takes long is made with the progress shown."""
        self._kind, self._key, self._at = kind, "", -1
        Beside.of(self._desk).show(())
        self.renew()
        self.changed.emit()
        if kind in ("risk", "sample"):
            self._weigh(sampled=kind == "sample")
        elif kind == "changes":
            self._read_changes(go=False)

    def compare(self, other: Path) -> None:
        """List what another label set of this drive, a project or a data set, has otherwise."""
        desk = self._desk
        project, scene, token = desk.project, desk.scene, desk.scene_token
        if project is None or scene is None:
            return
        store = project.session.store

        def work(progress: Progress) -> list[Difference]:
            from lidar_label.jobs.agreement import compare_scene

            return compare_scene(scene, store.labels(token), other, progress)

        def take(found: list[Difference]) -> None:
            if desk.scene_token == token:
                self._differences, self._compared = found, other.name
                self.choose("compare")
                desk.said.emit(self.tr("{0} differences from {1}").format(len(found), other.name))

        desk.flush()
        desk.after_edits(lambda: desk.run_job(work, take))

    def renew(self) -> None:
        """Make the lines anew of what is known; the line that is shown stays it as long as it is there."""
        desk = self._desk
        if self._kind == "changes":
            items = of_changes(desk, self._changes)
        elif self._kind == "compare":
            items = of_differences(desk, self._differences)
        else:
            items = of_tracks(desk, self._tracks(), self._drawn[1] if self._kind in ("risk", "sample") else None)
        self._stand_out()
        if items == self._items:
            return
        self._items = items
        places = [at for at, item in enumerate(items) if item.key == self._key]
        self._at = places[0] if places else max(min(self._at, len(items)) - 1, -1)
        self._key = self._key if places else ""
        self.changed.emit()

    def _stand_out(self) -> None:
        """Have the boxes that others changed stand out while they are listed."""
        listed = self._changes if self._kind == "changes" else []
        if self._reviewing.stand_out((change.track, change.frame) for change in listed):
            Stage.of(self._desk).boxes_changed.emit()

    def _tracks(self) -> list[str]:
        state, counts = self._reviewing.state_of, self._desk.track_counts
        if self._kind in ("risk", "sample"):
            return [token for token in self._drawn[0] if state(token) in _OPEN]
        wanted = ("rejected",) if self._kind == "rejected" else _OPEN
        tokens = [token for token in self._desk.tracks if state(token) in wanted]
        return sorted(tokens, key=lambda token: (state(token) != "labelled", counts.get(token, (0, 0, 0))[0]))

    # Making them

    def _weigh(self, *, sampled: bool) -> None:
        """Have the rules say with which tracks something is likely to be wrong, and put those first."""
        desk, kind = self._desk, self._kind
        project, scene, token = desk.project, desk.scene, desk.scene_token
        if project is None or scene is None:
            return
        store, known = project.session.store, Findings.of(desk)
        found_before = list(known.found) if known.is_known else None
        done = [track for track in desk.tracks if self._reviewing.state_of(track) not in _OPEN]

        def work(progress: Progress) -> tuple[list[str], dict[str, float]]:
            from lidar_label.check import check_drive, without_waived
            from lidar_label.check.risk import risks, sample

            labels, found = store.labels(token), found_before
            if found is None:
                found = check_drive(scene, labels, store.taxonomy(), progress=progress)
                found = without_waived(found, store.waivers(token))[0]
            risk = risks(found, labels)
            left = len(set(risk) - set(done))
            count = max(round(_SAMPLED * left), 1) if sampled else left
            return sample(risk, count, seed=random.SystemRandom().getrandbits(32), done=done), risk

        def take(drawn: tuple[list[str], dict[str, float]]) -> None:
            if desk.scene_token == token and self._kind == kind:
                self._drawn = drawn
                self.renew()

        desk.flush()
        desk.after_edits(lambda: desk.run_job(work, take))

    def _read_changes(self, *, go: bool) -> None:
        """Look up what others changed since one's own last word."""
        desk = self._desk
        project, token, began = desk.project, desk.scene_token, self._reviewing.began_ns
        if project is None:
            return
        session = project.session

        def take(found: list[BoxChange]) -> None:
            if desk.scene_token == token and self._kind == "changes":
                self._changes = found
                self.renew()
                if go:
                    self._step(1)

        self._worker.run(lambda: others_changes(session, token, began), take)

    def _edited(self) -> None:
        if self._kind == "changes":
            self._read_changes(go=False)

    def _begin_anew(self) -> None:
        self._kind, self._key, self._at, self._compared = "order", "", -1, ""
        self._drawn, self._changes, self._differences = ([], {}), [], []
        self.renew()
        self.changed.emit()

    # Through it

    def go_next(self, step: int = 1) -> None:
        """Show the next line, or the one before."""
        self._desk.flush()
        self._step(step)

    def next_change(self) -> None:
        """Show the next box that somebody else changed."""
        if self._kind == "changes":
            self._step(1)
            return
        self._kind, self._key, self._at = "changes", "", -1
        self.renew()
        self._desk.flush()
        self._desk.after_edits(lambda: self._read_changes(go=True))

    def _step(self, step: int) -> None:
        if not self._items:
            self._desk.said.emit(self._said_of_none())
            return
        back = self._at + step if self._at >= 0 else len(self._items) - 1
        self.go_to((self._at + 1 if step > 0 else back) % len(self._items))

    def go_to(self, place: int) -> None:
        """Show a line: its frame, its track selected, and what was or is elsewhere drawn beside it."""
        if not 0 <= place < len(self._items):
            return
        desk, item = self._desk, self._items[place]
        self._at, self._key = place, item.key
        Beside.of(desk).show(item.beside, item.beside_text)
        frame = item.frame
        if frame < 0:
            first, last, boxes = desk.track_counts.get(item.track, (0, 0, 0))
            frame = min(max(desk.index, first), last) if boxes else desk.index
        desk.go_to(frame)
        desk.select(item.track)
        if item.beside and not any(box.track == item.track for box in desk.boxes):
            self.looked.emit(item.beside[0])
        desk.said.emit(self.tr("{0} of {1}: {2}").format(place + 1, len(self._items), item.told))
        self.changed.emit()

    def _said_of_none(self) -> str:
        if self._kind == "changes":
            return self.tr("Nobody else changed a box since your last word")
        if self._kind == "compare":
            return self.tr("The labels do not differ")
        if self._kind == "rejected":
            return self.tr("No track is rejected")
        return self.tr("Every track has been looked at")
