"""The dialogs of track surgery: each says beforehand what will happen, and Return does it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lidar_label.edit import Keep, MergePlan
from lidar_label.gui import surgery
from lidar_label.gui.desk import Desk
from lidar_label.gui.edits import free_name
from lidar_label.gui.multi import Multi
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.model import Box

_SHOWN = 12  # frames and names that are listed; of more the number is said


class SurgeryDialog(QDialog):
    """A form, a paragraph that says what will happen, and two buttons; without anything to be done, OK is grey."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.track = desk, desk.selected
        self.is_done = False
        self.finished.connect(lambda _: setattr(self, "is_done", True))  # what is still being read comes too late
        self.name = surgery.short_name(desk.tracks.get(self.track))
        self.form = QFormLayout()
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        cancel = QCoreApplication.translate("SurgeryDialog", "Cancel")
        self.buttons = ok_cancel("", cancel, self.accept, self.reject)  # `entitle` names the other
        column = QVBoxLayout(self)
        column.addLayout(self.form)
        column.addWidget(self.told)
        column.addStretch(1)
        column.addWidget(self.buttons)
        desk.tracks_changed.connect(self._drop_gone)

    def entitle(self, title: str, deed: str) -> None:
        """Name the dialog, and the button that does what it says."""
        self.setWindowTitle(title)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setText(deed)

    def say(self, lines: Sequence[str], *, can: bool) -> None:
        """Say what will happen, a paragraph a line."""
        self.told.setText("\n\n".join(line for line in lines if line))
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(can)
            ok.setDefault(True)

    def partners(self, frame: int | None = None) -> QComboBox:
        """Return a list of the other tracks, the likeliest first."""
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for token in surgery.partners(self.desk, frame):
            box.addItem(surgery.long_name(self.desk, token), token)
        return box

    def frame_field(self) -> QSpinBox:
        """Return a field for a frame, which is that of the playhead."""
        field = QSpinBox()
        field.setRange(0, max(len(self.desk.times_ns) - 1, 0))
        field.setValue(self.desk.index)
        return field

    def _drop_gone(self) -> None:
        if self.track not in self.desk.tracks:
            self.reject()


class _PairDialog(SurgeryDialog):
    """A deed on the selected track and another one, whose boxes are read to say beforehand what will happen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, frame: int | None = None) -> None:
        super().__init__(desk, parent)
        self._boxes: dict[str, tuple[Box, ...]] = {}
        self.other = self.partners(frame)

    def _renew(self) -> None:
        raise NotImplementedError

    def _read(self) -> None:
        other = self.other.currentData()
        self._boxes = {}
        self._renew()
        if other is not None:
            surgery.read_boxes(self.desk, (self.track, str(other)), self._take)

    def _take(self, boxes: dict[str, tuple[Box, ...]]) -> None:
        if not self.is_done and self.other.currentData() in boxes:
            self._boxes = boxes
            self._renew()


class MergeDialog(_PairDialog):
    """Another track becomes part of the selected one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.entitle(self.tr("Merge two tracks"), self.tr("Merge"))
        self.form.addRow(self.tr("Track {0} takes all boxes of").format(self.name), self.other)
        self.rules = QButtonGroup(self)
        self.choices: dict[Keep, QRadioButton] = {}
        for keep in (Keep.KEY, Keep.THIS, Keep.OTHER):
            self.choices[keep] = QRadioButton()
            self.rules.addButton(self.choices[keep])
        self.choices[Keep.KEY].setChecked(True)
        self.both = QLabel(self.tr("Where both have a box, keep"))
        column = QVBoxLayout()
        for button in self.choices.values():
            column.addWidget(button)
        self.form.addRow(self.both, column)
        self.other.currentIndexChanged.connect(self._read)
        self.rules.buttonToggled.connect(self._renew)
        self.accepted.connect(lambda: surgery.merge(desk, str(self.other.currentData()), self.keep))
        self._read()

    @property
    def keep(self) -> Keep:
        """The rule that is chosen."""
        return next(keep for keep, button in self.choices.items() if button.isChecked())

    def _renew(self) -> None:
        other = str(self.other.currentData() or "")
        tracks = self.desk.tracks
        name = surgery.short_name(tracks.get(other))
        known = other in self._boxes
        plans = {keep: MergePlan.of(self._boxes.get(self.track, ()), self._boxes.get(other, ()), keep) for keep in Keep}
        plan, both = plans[self.keep], len(plans[self.keep].both)
        words = {
            Keep.KEY: self.tr("the key frame; of two, that of track {0}").format(self.name),
            Keep.THIS: self.tr("that of track {0}").format(self.name),
            Keep.OTHER: self.tr("that of track {0}").format(name),
        }
        for keep, button in self.choices.items():
            button.setVisible(bool(both))
            theirs = len(plans[keep].from_other)
            split = self.tr("{0} of track {1}, {2} of track {3}").format(both - theirs, self.name, theirs, name)
            button.setText(f"{words[keep]}   ({split})")
        self.both.setVisible(bool(both))
        if not known:
            self.say([self.tr("There is no other track") if not other else "…"], can=False)
            return
        lines = [self.tr("Track {0} gets {1} boxes; track {2} goes.").format(self.name, len(plan.added), name)]
        if plan.added:
            lines[0] += " " + self.tr("Frames: {0}.").format(runs_text(plan.added))
        if both:
            lines.append(self.tr("Frames in which both have a box: {0} ({1})").format(both, runs_text(plan.both)))
        else:
            lines.append(self.tr("In no frame do both have a box."))
        mine, theirs_ = tracks.get(self.track), tracks.get(other)
        if mine is not None and theirs_ is not None and mine.category != theirs_.category:
            lines.append(self.tr("All of it will be a {0}, not a {1}.").format(mine.category, theirs_.category))
        if mine is not None and mine.locked_size is not None:
            lines.append(self.tr("The boxes get the one size of track {0}.").format(self.name))
        self.say(lines, can=True)
        self.adjustSize()


class SplitDialog(SurgeryDialog):
    """The selected track becomes two."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.entitle(self.tr("Split a track"), self.tr("Split"))
        self.frame, self.new_name = self.frame_field(), QLineEdit(free_name(desk.tracks.values()))
        self.form.addRow(self.tr("The second part begins in frame"), self.frame)
        self.form.addRow(self.tr("and is called"), self.new_name)
        self._boxes = desk.track_boxes
        self.frame.valueChanged.connect(self._renew)
        self.new_name.textChanged.connect(self._renew)
        self.accepted.connect(lambda: surgery.split(desk, self.frame.value(), self.new_name.text().strip()))
        self._renew()

    def _renew(self) -> None:
        cut = self.frame.value()
        first = [box.frame for box in self._boxes if box.frame < cut]
        then = [box.frame for box in self._boxes if box.frame >= cut]
        if not first or not then:
            self.say([self.tr("Track {0} has boxes on one side of frame {1} alone.").format(self.name, cut)], can=False)
            return
        stays = self.tr("Frames {0} to {1} stay track {2}: {3} boxes.")
        goes = self.tr("Frames {0} to {1} become track {2}: {3} boxes.")
        lines = [
            stays.format(first[0], first[-1], self.name, len(first)),
            goes.format(then[0], then[-1], self.new_name.text().strip(), len(then)),
        ]
        self.say(lines, can=True)


class SwapDialog(_PairDialog):
    """Two tracks that were taken for each other are exchanged from a frame on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent, desk.index)
        self.entitle(self.tr("Swap two tracks from a frame on"), self.tr("Swap"))
        self.frame = self.frame_field()
        self.form.addRow(self.tr("Track {0} is exchanged with").format(self.name), self.other)
        self.form.addRow(self.tr("from frame"), self.frame)
        self.other.currentIndexChanged.connect(self._read)
        self.frame.valueChanged.connect(self._renew)
        self.accepted.connect(lambda: surgery.swap(desk, str(self.other.currentData()), self.frame.value()))
        self._read()

    def _renew(self) -> None:
        other, cut = str(self.other.currentData() or ""), self.frame.value()
        if other not in self._boxes:
            self.say([self.tr("There is no other track") if not other else "…"], can=False)
            return
        name = surgery.short_name(self.desk.tracks.get(other))
        mine, theirs = (sum(box.frame >= cut for box in self._boxes[token]) for token in (self.track, other))
        before = {token: len(self._boxes[token]) - count for token, count in ((self.track, mine), (other, theirs))}
        goes = self.tr("From frame {0} on, the {1} boxes of track {2} are those of track {3}.")
        lines = [goes.format(cut, mine, self.name, name), goes.format(cut, theirs, name, self.name)]
        can = bool(mine or theirs)
        if (mine and not theirs and not before[self.track]) or (theirs and not mine and not before[other]):
            can = False
            lines.append(self.tr("One of the two would have no box left: merge them instead."))
        self.say(lines, can=can)


class NumberDialog(SurgeryDialog):
    """Tracks get running numbers, in the order in which they are first seen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.entitle(self.tr("Number the tracks"), self.tr("Number"))
        self._chosen = Multi.of(desk).tokens
        self.start = QSpinBox()
        self.start.setRange(0, 999_999)
        self.start.setValue(1)
        self.only = QCheckBox(self.tr("Only the {0} tracks that are chosen").format(len(self._chosen)))
        self.only.setChecked(len(self._chosen) > 1)
        self.only.setVisible(len(self._chosen) > 1)
        self.form.addRow(self.tr("First number"), self.start)
        self.form.addRow(self.only)
        self.start.valueChanged.connect(self._renew)
        self.only.toggled.connect(self._renew)
        self.accepted.connect(lambda: surgery.number(desk, self.names()))
        self._renew()

    def names(self) -> dict[str, str]:
        """Return the new names by track; the numbers of tracks that keep theirs are left out."""
        tracks = self.desk.tracks
        chosen = [tracks[t] for t in self._chosen if t in tracks] if self.only.isChecked() else list(tracks.values())
        kept = [track.name for token, track in tracks.items() if token not in {c.token for c in chosen}]
        return surgery.numbered(chosen, self.desk.track_counts, self.start.value(), kept)

    def _renew(self) -> None:
        names, tracks = self.names(), self.desk.tracks
        pairs = [(surgery.short_name(tracks[t]), name) for t, name in names.items() if tracks[t].name != name]
        listed = ", ".join(f"{old} → {new}" for old, new in pairs[:_SHOWN]) + (" …" if len(pairs) > _SHOWN else "")
        count = self.tr("{0} of {1} tracks get another name.").format(len(pairs), len(names))
        self.say([count, listed], can=bool(pairs))

    def _drop_gone(self) -> None:
        """Nothing: no one track is meant."""


def runs_text(frames: Sequence[int]) -> str:
    """Return frames as runs: ``3 to 7, 9``; of very many only the first."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    parts = [str(a) if a == b else f"{a}–{b}" for a, b in runs[:_SHOWN]]
    return ", ".join(parts) + (" …" if len(runs) > _SHOWN else "")
