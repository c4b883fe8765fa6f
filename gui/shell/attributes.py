"""A form for the attributes of a box, made from the taxonomy."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from lidar_label.model import Attribute, AttributeValue, Taxonomy


class AttributesForm(QWidget):
    """A tick for each flag, a list for each choice, a field for each number or text."""

    changed = pyqtSignal(str, object)
    """Name and new value of an attribute; None takes it back."""
    chosen = pyqtSignal()
    """A tick or a choice was made, with nothing left to type."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 4, 0, 0)
        self._shown: tuple[Attribute, ...] = ()
        self._fields: dict[str, QWidget] = {}

    def show_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Make the fields that this taxonomy needs."""
        wanted = tuple(attribute for attribute in taxonomy.attributes if attribute.per == "box")
        if wanted == self._shown:
            return
        self._shown = wanted
        self._fields.clear()
        while self._form.rowCount():
            self._form.removeRow(0)
        for attribute in wanted:
            field = self._make(attribute)
            field.setToolTip(attribute.description)
            self._fields[attribute.name] = field
            if isinstance(field, QCheckBox):
                self._form.addRow(field)
            else:
                self._form.addRow(attribute.name, field)

    def show_values(self, values: Mapping[str, AttributeValue]) -> None:
        """Show what is true of a box."""
        for name, field in self._fields.items():
            value = values.get(name)
            if field.hasFocus() and isinstance(field, QLineEdit):
                continue
            with QSignalBlocker(field):
                if isinstance(field, QCheckBox):
                    field.setChecked(bool(value))
                elif isinstance(field, QComboBox):
                    field.setCurrentIndex(max(field.findText(str(value)), 0))
                elif isinstance(field, QLineEdit):
                    field.setText("" if value is None else str(value))

    def _make(self, attribute: Attribute) -> QWidget:
        name = attribute.name
        if attribute.kind == "flag":
            tick = QCheckBox(name)
            tick.toggled.connect(lambda on: self.changed.emit(name, True if on else None))
            tick.clicked.connect(self.chosen)
            return tick
        if attribute.kind == "choice":
            box = QComboBox()
            box.addItems(["", *attribute.values])
            box.textActivated.connect(lambda text: self.changed.emit(name, text or None))
            box.activated.connect(self.chosen)
            return box
        field = QLineEdit()
        field.editingFinished.connect(lambda: self._typed(attribute, field))
        return field

    def _typed(self, attribute: Attribute, field: QLineEdit) -> None:
        if not field.isModified():
            return
        field.setModified(False)
        text = field.text().strip()
        if attribute.kind != "number" or not text:
            self.changed.emit(attribute.name, text or None)
            return
        try:
            self.changed.emit(attribute.name, float(text))
        except ValueError:
            field.undo()
