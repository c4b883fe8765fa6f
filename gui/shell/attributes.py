"""A form for what can be said of a box and of its track, made from the taxonomy."""

from __future__ import annotations

import math

from PyQt6.QtCore import QEvent, QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from lidar_label.gui import saying
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.narrow import narrow
from lidar_label.model import Attribute, AttributeValue, Taxonomy


class AttributesForm(QWidget):
    """A tick for each flag, a list for each choice, a field for each number or text.

    What differs from frame to frame stands first, with a switch that says it for every frame; what
    holds for the whole track stands under it. With several tracks chosen, all are told.
    """

    chosen = pyqtSignal()
    """A tick or a choice was made, with nothing left to type."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[Attribute, ...] = ()
        self._fields: dict[str, QWidget] = {}
        self.here, self.throughout, self.several = QLabel(), QLabel(), QLabel()
        self.every = QCheckBox()
        self.several.setProperty("quiet", "true")
        self.several.setWordWrap(True)
        for heading in (self.here, self.throughout):
            heading.setProperty("heading", "true")
        self._of_box, self._of_track = QFormLayout(), QFormLayout()
        above = QHBoxLayout()
        above.addWidget(self.here, 1)
        above.addWidget(self.every)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.several)
        column.addLayout(above)
        column.addLayout(self._of_box)
        column.addWidget(self.throughout)
        column.addLayout(self._of_track)
        self.every.clicked.connect(self.chosen)
        Multi.of(desk).changed.connect(self.renew)
        desk.scene_changed.connect(lambda: self.every.setChecked(False))
        self._retranslate()

    def show_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Make the fields that this taxonomy needs."""
        if taxonomy.attributes == self._shown:
            return
        self._shown = taxonomy.attributes
        self._fields.clear()
        for form in (self._of_box, self._of_track):
            while form.rowCount():
                form.removeRow(0)
        for attribute in self._shown:
            form = self._of_box if attribute.per == "box" else self._of_track
            field = self._make(attribute)
            field.setToolTip(attribute.description)
            self._fields[attribute.name] = field
            if isinstance(field, QCheckBox):
                form.addRow(field)
            else:
                form.addRow(attribute.name, field)
        self.every.setVisible(self._of_box.rowCount() > 0)
        self.renew()

    def renew(self) -> None:
        """Show what is true of the selected box and its track."""
        desk, box = self._desk, self._desk.selected_box
        track = desk.tracks.get(desk.selected)
        for attribute in self._shown:
            of_box = attribute.per == "box"
            values = (box.attributes if box else {}) if of_box else (track.attributes if track else {})
            field = self._fields[attribute.name]
            form = self._of_box if of_box else self._of_track
            is_said = attribute.name in values  # it is shown, so that it can be taken back
            form.setRowVisible(field, track is None or attribute.concerns(track.category) or is_said)
            field.setEnabled(track is not None and (box is not None or not of_box or self.every.isChecked()))
            self._show(field, values.get(attribute.name))
        for heading, form in ((self.here, self._of_box), (self.throughout, self._of_track)):
            heading.setVisible(any(form.isRowVisible(row) for row in range(form.rowCount())))
        self.every.setEnabled(track is not None)
        count = len(Multi.of(desk).tokens)
        self.several.setVisible(count > 1)
        self.several.setText(self.tr("{0} tracks are selected; what is said here is said of all").format(count))

    def _show(self, field: QWidget, value: AttributeValue | None) -> None:
        text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        with QSignalBlocker(field):
            if isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(max(field.findText(text), 0))
            elif isinstance(field, QLineEdit):
                field.setProperty(GIVEN, text)
                if not (field.hasFocus() and field.isModified()):
                    field.setText(text)

    def _make(self, attribute: Attribute) -> QWidget:
        name = attribute.name
        if attribute.kind == "flag":
            tick = QCheckBox(name.replace("&", "&&"))
            tick.clicked.connect(lambda on: self._say(name, True if on else None))
            tick.clicked.connect(self.chosen)
            return tick
        if attribute.kind == "choice":
            box = QComboBox()
            narrow(box, 6)
            box.addItems(["", *attribute.values])
            box.textActivated.connect(lambda text: self._say(name, text or None))
            box.activated.connect(self.chosen)
            return box
        field = QLineEdit()
        field.editingFinished.connect(lambda: self._typed(attribute, field))
        return field

    def _typed(self, attribute: Attribute, field: QLineEdit) -> None:
        text = field.text().strip()
        if not field.isModified() or text == field.property(GIVEN):
            return
        field.setModified(False)
        if attribute.kind != "number" or not text:
            self._say(attribute.name, text or None)
            return
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            self._say(attribute.name, number)
        else:
            self._desk.said.emit(self.tr("{0} is a number").format(attribute.name))
            field.setText(str(field.property(GIVEN) or ""))

    def _say(self, name: str, value: AttributeValue | None) -> None:
        saying.set_attribute(self._desk, name, value, whole=self.every.isChecked())

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.here.setText(self.tr("In this frame"))
        self.every.setText(self.tr("in every frame"))
        self.every.setToolTip(self.tr("What is said here is said in all frames of the track"))
        self.throughout.setText(self.tr("Of the whole track"))
        self.renew()
