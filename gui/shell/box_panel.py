"""The panel of the selected box: its numbers, category, attributes and what is inside."""

from __future__ import annotations

import math
from dataclasses import replace

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.fitting import Fitting
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.attributes import AttributesForm
from lidar_label.gui.shell.inside import count_inside
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.narrow import narrow
from lidar_label.gui.shell.speed import Speed
from lidar_label.gui.shell.swatch import swatch
from lidar_label.model import SE3, Box, Source
from lidar_label.model.turns import product, turn_about

_FAR, _LONG = 100_000.0, 1000.0
_LEVEL_DEG = 0.1  # a box that is tilted less, to the vehicle or to the world, stands upright


class BoxPanel(QScrollArea):
    """Numbers of the selected box in the vehicle's frame, each of which can be typed."""

    chosen = pyqtSignal()
    """A choice was made with the mouse; from here on an arrow key must not change it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._fitting = desk, Fitting.of(desk)
        self._later = DoneLater(self, self._follow)
        self._shown: Box | None = None
        self._told: tuple[tuple[object, ...], int] = (None, None, None, None), -1
        self.name = QLineEdit()
        self.category = QComboBox()
        self.visibility = QComboBox()
        for choice in (self.category, self.visibility):  # a long name must not widen the panel
            narrow(choice, 6)
        self.position = [_spin(-_FAR, _FAR, 0.1, " m") for _ in range(3)]
        self.sides = [_spin(0.01, _LONG, 0.05, " m") for _ in range(3)]
        self.yaw = _spin(-360.0, 360.0, 1.0, "°", decimals=2)
        self.yaw.setWrapping(True)
        self.tilt = [_spin(-180.0, 180.0, 0.5, "°", decimals=2) for _ in range(2)]
        self.fit, self.usual, self.lock = QToolButton(), QToolButton(), QToolButton()
        self.lock.setCheckable(True)
        self.points, self.origin, self.hint, self.speed = QLabel(), QLabel(), QLabel(), Speed(desk)
        self.attributes = AttributesForm(desk)
        self._labels: dict[str, QLabel] = {}
        self._lay_out()
        self._connect()
        self._retranslate()
        self._renew_taxonomy()
        self.renew()

    def _lay_out(self) -> None:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(10, 6, 10, 10)
        grid.setVerticalSpacing(5)
        rows: dict[str, list[QWidget]] = {
            "name": [self.name], "category": [self.category], "position": list(self.position), "size": list(self.sides),
            "yaw": [self.yaw], "tilt": list(self.tilt), "tools": [self.fit, self.usual, self.lock],
            "speed": [self.speed], "inside": [self.points], "visibility": [self.visibility], "origin": [self.origin],
        }  # fmt: skip
        at = 0
        for name, widgets in rows.items():
            label = QLabel()
            label.setProperty("quiet", "true")
            self._labels[name] = label
            if name in ("tilt", "tools"):
                row: list[QWidget] = [label, *widgets] if name == "tilt" else widgets
                for column, widget in enumerate(row):
                    grid.addWidget(widget, at, column)
            elif len(widgets) == 1:
                grid.addWidget(label, at, 0)
                grid.addWidget(widgets[0], at, 1, 1, 1 if name == "yaw" else 2)
            else:
                grid.addWidget(label, at, 0, 1, 3)
                at += 1
                for column, widget in enumerate(widgets):
                    grid.addWidget(widget, at, column)
            at += 1
        for button in (self.fit, self.usual, self.lock):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.origin.setWordWrap(True)
        self.hint.setWordWrap(True)
        self.hint.setProperty("quiet", "true")
        grid.addWidget(self.hint, at, 0, 1, 3)
        at += 1
        grid.addWidget(self.attributes, at, 0, 1, 3)
        grid.setRowStretch(at + 1, 1)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        desk = self._desk
        desk.tiles.counted.connect(self.renew)
        for signal in (desk.selection_changed, desk.boxes_changed, desk.frame_changed):
            signal.connect(self._box_changed)
        desk.scene_changed.connect(self.renew)
        desk.tracks_changed.connect(self._renew_taxonomy)
        desk.tracks_changed.connect(self.renew)
        desk.category_changed.connect(self.renew)
        for field in self.position:
            field.valueChanged.connect(self._move)
        for field in self.sides:
            field.valueChanged.connect(self._resize)
        self.yaw.valueChanged.connect(self._turn)
        for field in self.tilt:
            field.valueChanged.connect(self._tip)
        self._fitting.changed.connect(self.renew)
        KeyNames.of(desk).changed.connect(self.renew)
        self.fit.clicked.connect(lambda: self._fitting.fit())
        self.usual.clicked.connect(self._fitting.usual_size)
        self.lock.clicked.connect(self._toggle_lock)
        multi = Multi.of(desk)
        self.category.textActivated.connect(multi.set_category)
        self.visibility.activated.connect(lambda at: multi.set_visibility(self.visibility.itemData(at)))
        self.name.editingFinished.connect(self._rename)
        for choice in (self.category.activated, self.visibility.activated, self.attributes.chosen):
            choice.connect(self.chosen)

    def _box_changed(self) -> None:
        """Follow after the views, whose picture a hand waits for; at once while somebody types here."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._follow()
        else:
            self._later.ask()

    def _follow(self) -> None:
        """Show another box, or the same in another frame."""
        desk = self._desk
        told = (desk.selected_box, desk.tracks.get(desk.selected), desk.view, desk.times_ns), desk.index
        if told[1] != self._told[1] or any(a is not b for a, b in zip(told[0], self._told[0], strict=True)):
            self._told = told
            self.renew()

    def renew(self) -> None:
        """Show the box that is selected now."""
        desk, box = self._desk, self._desk.selected_box
        self._shown = box
        track = desk.tracks.get(desk.selected)
        fields: list[QWidget] = [*self.position, *self.sides, self.yaw, *self.tilt, self.visibility]
        for field in fields:
            field.setEnabled(box is not None)
        for button in (self.fit, self.usual):
            button.setEnabled(box is not None)
        self.lock.setEnabled(track is not None)
        self.lock.setChecked(self._fitting.is_locked)
        self.name.setEnabled(track is not None)
        self.category.setEnabled(desk.scene is not None)
        name = track.name if track is not None else ""
        self.name.setProperty(GIVEN, name)
        if not self.name.hasFocus():
            self.name.setText(name)
            self.name.setCursorPosition(0)  # of a long one the beginning is seen
        self.category.setCurrentText(track.category if track is not None else desk.active_category)
        self.attributes.renew()
        for field in (self.visibility, self._labels["visibility"]):
            field.setVisible(self.visibility.count() > 1)
        for text, label in ((self.points, "inside"), (self.origin, "origin"), (self.speed, "speed")):
            text.setVisible(box is not None)
            self._labels[label].setVisible(box is not None)
        self.hint.setText(self._hint(track is not None))
        self.hint.setVisible(box is None)
        for shown in (*self.tilt, self._labels["tilt"]):
            shown.setVisible(self._shows_tilt(box))
        if box is None or desk.scene is None:
            for number in (*self.position, *self.sides, self.yaw, *self.tilt):
                _empty(number)
            self.visibility.setCurrentIndex(0)
            return
        ego_SE3_box = desk.scene.frames[desk.index].world_SE3_ego.inverse @ box.world_SE3_box
        values = [*ego_SE3_box.translation.tolist(), *box.size, math.degrees(ego_SE3_box.yaw), *_tilt_of(ego_SE3_box)]
        for field, value in zip([*self.position, *self.sides, self.yaw, *self.tilt], values, strict=True):
            _show(field, value)
        at = self.visibility.findData(box.visibility)
        self.visibility.setCurrentIndex(at)
        self.points.setText(self._count(box))
        self.origin.setText(self._describe(box))
        self.speed.renew()

    def _shows_tilt(self, box: Box | None) -> bool:
        """Show roll and pitch where they may be changed, and of a box that has some, so that nobody overlooks them."""
        if box is None or self._desk.scene is None or self._fitting.is_full:
            return self._fitting.is_full
        ego_SE3_world = self._desk.scene.frames[box.frame].world_SE3_ego.inverse
        poses = box.world_SE3_box, ego_SE3_world @ box.world_SE3_box
        return min(max(abs(angle) for angle in _tilt_of(pose)) for pose in poses) > _LEVEL_DEG

    def _hint(self, has_track: bool) -> str:
        if self._desk.scene is None:
            return ""
        if has_track:
            return self.tr("This track has no box in this frame.")
        return KeyNames.of(self._desk).fill(self.tr("Click a box to see its numbers, or press {draw-box} to draw one."))

    def _count(self, box: Box) -> str:
        view = self._desk.view
        if view is None or view.index != box.frame:
            return "…"
        found = count_inside(self._desk, view, box)
        return "…" if found is None else f"{found:,}".replace(",", " ")

    def _describe(self, box: Box) -> str:
        text = {
            Source.HUMAN: self.tr("made by a person"),
            Source.IMPORTED: self.tr("imported"),
            Source.INTERPOLATED: self.tr("interpolated"),
            Source.PROPAGATED: self.tr("propagated"),
            Source.MACHINE: self.tr("made by the machine"),
        }[box.source]
        key = self.tr("key frame") if box.is_keyframe else self.tr("between key frames")
        score = "" if box.score is None else f" · {box.score:.2f}"
        return f"{key} · {text}{score}"

    def _ego_pose(self) -> SE3 | None:
        if self._shown is None or self._desk.scene is None:
            return None
        return self._desk.scene.frames[self._shown.frame].world_SE3_ego.inverse @ self._shown.world_SE3_box

    def _put(self, ego_SE3_box: SE3, title: str) -> None:
        if self._shown is not None and self._desk.scene is not None:
            pose = self._desk.scene.frames[self._shown.frame].world_SE3_ego @ ego_SE3_box
            self._desk.change_box(self._shown.moved(pose), title)

    def _move(self) -> None:
        pose = self._ego_pose()
        if pose is not None:
            # Only the number that was typed changes; the rest keeps the digits that are not shown.
            place = [_typed(field, old) for field, old in zip(self.position, pose.translation.tolist(), strict=True)]
            self._put(SE3("ego", "box", pose.rotation, place), self.tr("Move a box"))

    def _turn(self) -> None:
        pose = self._ego_pose()
        if pose is not None:
            turn = product(turn_about("z", math.radians(self.yaw.value()) - pose.yaw), pose.rotation)
            self._put(SE3("ego", "box", turn, pose.translation), self.tr("Turn a box"))

    def _tip(self) -> None:
        pose = self._ego_pose()
        if pose is not None:
            roll, pitch = (_typed(field, old) for field, old in zip(self.tilt, _tilt_of(pose), strict=True))
            leaning = product(turn_about("y", math.radians(pitch)), turn_about("x", math.radians(roll)))
            turn = product(turn_about("z", pose.yaw), leaning)
            self._put(SE3("ego", "box", turn, pose.translation), self.tr("Turn a box"))

    def _toggle_lock(self) -> None:
        self._fitting.toggle_lock()
        self.lock.setChecked(self._fitting.is_locked)  # until it is stored

    def _resize(self) -> None:
        if self._shown is not None:
            sides = [_typed(field, old) for field, old in zip(self.sides, self._shown.size, strict=True)]
            size = (sides[0], sides[1], sides[2])
            self._desk.change_box(replace(self._shown, size=size), self.tr("Resize a box"))

    def _rename(self) -> None:
        if self._desk.selected:
            self._desk.set_track_name(self.name.text())

    def _renew_taxonomy(self) -> None:
        taxonomy = self._desk.taxonomy
        wanted = [(category.name, category.color) for category in taxonomy.categories]
        if wanted != self.category.property("shown"):
            self.category.setProperty("shown", wanted)
            self.category.clear()
            for number, category in enumerate(taxonomy.categories, start=1):
                self.category.addItem(swatch(category.color), category.name)
                name = f"{number}  {category.name}" if number < 10 else category.name
                hint = f"{name}\n{category.description}".rstrip()
                self.category.setItemData(number - 1, hint, Qt.ItemDataRole.ToolTipRole)
            self.visibility.clear()
            self.visibility.addItem("–", "")
            for level in taxonomy.visibilities:
                self.visibility.addItem(level.level, level.token)
        self.attributes.show_taxonomy(taxonomy)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and self._labels:
            self._retranslate()
            self.renew()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        texts = {
            "name": self.tr("Name"),
            "category": self.tr("Category"),
            "position": self.tr("Centre x, y, z in the vehicle's frame"),
            "size": self.tr("Length, width, height"),
            "yaw": self.tr("Heading"),
            "tilt": self.tr("Roll, pitch"),
            "tools": "",
            "speed": self.tr("Speed, turn"),
            "inside": self.tr("Points inside"),
            "visibility": self.tr("Visibility"),
            "origin": self.tr("Origin"),
        }
        for name, text in texts.items():
            self._labels[name].setText(text)
        for button, text, tip in (
            (self.fit, self.tr("Fit"), self.tr("Fit the box to the points in it")),
            (self.usual, self.tr("Usual size"), self.tr("Give it the usual size of its category; the seen sides stay")),
            (self.lock, self.tr("One size"), self.tr("Keep this size in every frame of the track")),
        ):
            button.setText(text)
            button.setToolTip(tip)
        self.category.setToolTip(self.tr("The keys 1 to 9 give one of the first nine."))


def _spin(low: float, high: float, step: float, suffix: str, decimals: int = 3) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(decimals)
    field.setSingleStep(step)
    field.setSuffix(suffix)
    field.setProperty("unit", suffix)
    field.setKeyboardTracking(False)
    field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setMinimumWidth(40)
    return field


def _show(field: QDoubleSpinBox, value: float) -> None:
    edit = field.lineEdit()
    if field.hasFocus() and edit is not None and edit.isModified():
        return  # somebody is typing a number here
    with QSignalBlocker(field):
        field.setSuffix(str(field.property("unit")))
        field.setValue(value)


def _empty(field: QDoubleSpinBox) -> None:
    """Show no number, and no unit either."""
    with QSignalBlocker(field):
        field.setSuffix("")
        field.clear()


def _typed(field: QDoubleSpinBox, old: float) -> float:
    """Return the field's number, or the old one where the field only rounds it."""
    return old if round(old, field.decimals()) == round(field.value(), field.decimals()) else field.value()


def _tilt_of(pose: SE3) -> tuple[float, float]:
    """Return roll and pitch of a box in degrees: about its x, and about the y that its heading gives."""
    turn = pose.rotation_matrix
    roll, pitch = math.atan2(turn[2, 1], turn[2, 2]), math.asin(min(max(-turn[2, 0], -1.0), 1.0))
    return math.degrees(roll), math.degrees(pitch)
