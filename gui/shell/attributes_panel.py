"""The panel of attributes: what can be said of objects, of which ones, and how; each can be made and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui import attributes
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.listing import button_row, dress
from lidar_label.model import Attribute

NAME, KIND, PER = range(3)
KINDS: tuple[Literal["flag", "choice", "number", "text"], ...] = ("flag", "choice", "number", "text")
SPANS: tuple[Literal["box", "track"], ...] = ("box", "track")
_TOKEN = Qt.ItemDataRole.UserRole


class AttributesPanel(QWidget):
    """A list of the attributes, and under it a form for the chosen one; what is changed there is stored at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.table = QTableWidget(0, 3)
        self.add, self.up, self.down, self.delete = (QToolButton() for _ in range(4))
        self.name, self.values = QLineEdit(), QLineEdit()
        self.kind, self.per = QComboBox(), QComboBox()
        self.categories, self.menu = QToolButton(), QMenu(self)
        self.form, self.labels = QFormLayout(), tuple(QLabel() for _ in range(4))
        self.form.setHorizontalSpacing(10)  # the style has none, and letters would touch the fields
        self.form.setVerticalSpacing(4)
        self._lay_out()
        self.table.currentCellChanged.connect(self._renew_form)
        self.name.editingFinished.connect(self._rename)
        self.values.editingFinished.connect(self._revalue)
        self.kind.activated.connect(lambda at: self._change(kind=KINDS[at]))
        self.per.activated.connect(lambda at: self._change(per=SPANS[at]))
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add.clicked.connect(self._add)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(+1))
        self.delete.clicked.connect(self._delete)
        for signal in (desk.tracks_changed, desk.scene_changed):
            signal.connect(self.renew)
        self._retranslate()

    def _lay_out(self) -> None:
        dress(self.table, NAME, QAbstractItemView.EditTrigger.NoEditTriggers)
        tools = button_row((self.add, self.up, self.down, self.delete))
        self.categories.setMenu(self.menu)
        self.categories.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.categories.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.categories.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        both = QHBoxLayout()
        both.addWidget(self.kind, 1)
        both.addWidget(self.per, 1)
        name, kind, values, asked = self.labels
        self.form.addRow(name, self.name)
        self.form.addRow(kind, both)
        self.form.addRow(values, self.values)
        self.form.addRow(asked, self.categories)
        below = QVBoxLayout()
        below.setContentsMargins(8, 4, 8, 6)
        below.addLayout(tools)
        below.addLayout(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addLayout(below)

    # What is shown

    def renew(self) -> None:
        """Show the attributes as they are stored."""
        found, chosen = self._desk.taxonomy.attributes, self._token()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(found))
            for row, attribute in enumerate(found):
                texts = (attribute.name, self._kinds()[attribute.kind], self._spans()[attribute.per])
                for column, text in enumerate(texts):
                    item = QTableWidgetItem(text)
                    item.setData(_TOKEN, attribute.token)
                    item.setToolTip(attribute.description or text)
                    self.table.setItem(row, column, item)
            rows = [row for row, attribute in enumerate(found) if attribute.token == chosen]
            self.table.setCurrentCell(rows[0] if rows else min(0, len(found) - 1), NAME)
        current = self.table.currentItem()
        if current is not None:
            self.table.scrollToItem(current)
        self._renew_form()

    def _renew_form(self) -> None:
        attribute, row, rows = self._attribute(), self.table.currentRow(), self.table.rowCount()
        self.add.setEnabled(self._desk.scene is not None)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < rows - 1)
        for widget in (self.delete, self.name, self.kind, self.per, self.categories, self.values):
            widget.setEnabled(attribute is not None)
        self.form.setRowVisible(self.values, attribute is not None and attribute.kind == "choice")
        for field, text in (
            (self.name, attribute.name if attribute else ""),
            (self.values, ", ".join(attribute.values) if attribute else ""),
        ):
            field.setProperty(GIVEN, text)
            if not (field.hasFocus() and field.isModified()):
                field.setText(text)
        self.kind.setCurrentIndex(KINDS.index(attribute.kind) if attribute else -1)
        self.per.setCurrentIndex(SPANS.index(attribute.per) if attribute else -1)
        of = ", ".join(attribute.categories) if attribute is not None else ""
        count = len(attribute.categories) if attribute is not None else 0
        self.categories.setText(of if count == 1 else self.tr("{0} categories").format(count) if of else self.tr("all"))
        self.categories.setToolTip(of)

    def _token(self) -> str:
        item = self.table.item(self.table.currentRow(), NAME)
        return str(item.data(_TOKEN)) if item is not None else ""

    def _attribute(self) -> Attribute | None:
        token = self._token()
        return next((found for found in self._desk.taxonomy.attributes if found.token == token), None)

    # Deeds

    def _change(self, **what: object) -> None:
        attribute = self._attribute()
        changed = replace(attribute, **what) if attribute is not None else None  # type: ignore[arg-type]
        if changed is not None and changed != attribute:
            attributes.change(self._desk, changed)
        self._renew_form()  # what is refused is shown as it was

    def _rename(self) -> None:
        name, attribute = self.name.text().strip(), self._attribute()
        self.name.setModified(False)
        if attribute is not None and name != attribute.name:
            if any(found.name == name for found in self._desk.taxonomy.attributes):
                self._desk.said.emit(self.tr("There is an attribute {0} already").format(name))
                name = ""
            self._change(**({"name": name} if name else {}))

    def _revalue(self) -> None:
        self.values.setModified(False)
        self._change(values=attributes.values_of(self.values.text()))

    def _fill_menu(self) -> None:
        """Offer every category with a tick; none ticked is all."""
        self.menu.clear()
        attribute = self._attribute()
        if attribute is None:
            return
        every = self._tick(self.tr("all"), on=not attribute.categories)
        every.triggered.connect(lambda: self._change(categories=()))
        self.menu.addSeparator()
        for category in self._desk.taxonomy.categories:
            action = self._tick(category.name.replace("&", "&&"), on=category.name in attribute.categories)
            action.triggered.connect(lambda on, name=category.name: self._ask_of(name, on=on))

    def _tick(self, text: str, *, on: bool) -> QAction:
        action = QAction(text, self.menu)
        action.setCheckable(True)
        action.setChecked(on)
        self.menu.addAction(action)
        return action

    def _ask_of(self, name: str, *, on: bool) -> None:
        attribute = self._attribute()
        if attribute is not None:
            others = tuple(found for found in attribute.categories if found != name)
            self._change(categories=(*others, name) if on else others)

    def _add(self) -> None:
        """Add an attribute under a name that is free, and let the name be typed."""
        names = {attribute.name for attribute in self._desk.taxonomy.attributes}
        plain = self.tr("new attribute")
        made = Attribute(name=next(n for n in (plain, *(f"{plain} {i}" for i in range(2, 10_000))) if n not in names))

        def type_name() -> None:
            tokens = [attribute.token for attribute in self._desk.taxonomy.attributes]
            if made.token in tokens:
                self._desk.tracks_changed.disconnect(type_name)
                self.table.setCurrentCell(tokens.index(made.token), NAME)
                if self.isVisible():
                    self.name.setFocus()
                    self.name.selectAll()

        self._desk.tracks_changed.connect(type_name)
        attributes.add(self._desk, made)

    def _move(self, step: int) -> None:
        if self._token():
            attributes.move(self._desk, self._token(), step)

    def _delete(self) -> None:
        """Delete the chosen attribute; where something was said with it, ask first."""
        attribute = self._attribute()
        if attribute is None:
            return

        def ask(boxes: int, tracks: int) -> None:
            if not boxes + tracks:
                attributes.delete(self._desk, attribute.token)
                return
            told = self.tr("{0} is said of {1} boxes and {2} tracks of this project. Delete it with what was said?")
            box = QMessageBox(QMessageBox.Icon.Question, self.tr("Delete an attribute"),
                              told.format(attribute.name, boxes, tracks), parent=self)  # fmt: skip
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            yes = cast("QWidget", box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.AcceptRole))
            yes.setObjectName("delete")
            box.addButton(QMessageBox.StandardButton.Cancel)
            box.accepted.connect(lambda: attributes.delete(self._desk, attribute.token))
            box.open()

        attributes.count_said(self._desk, attribute, ask)

    # Words

    def _kinds(self) -> dict[str, str]:
        return {
            "flag": self.tr("yes or not"), "choice": self.tr("choice"), "number": self.tr("number"),
            "text": self.tr("text"),
        }  # fmt: skip

    def _spans(self) -> dict[str, str]:
        return {"box": self.tr("frame"), "track": self.tr("track")}

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        titles = [self.tr("Attribute"), self.tr("Kind"), self.tr("Per")]
        self.table.setHorizontalHeaderLabels(titles)
        for box, texts in ((self.kind, self._kinds()), (self.per, self._long_spans())):
            box.clear()
            box.addItems(list(texts.values()))
        words = (self.tr("Name"), self.tr("Kind"), self.tr("Values"), self.tr("Asked of"))
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        self.values.setPlaceholderText(self.tr("left, right, ..."))
        self.values.setToolTip(self.tr("The values to choose from, with commas between"))
        for button, text, tip in (
            (self.add, self.tr("Add"), self.tr("Add an attribute")),
            (self.up, "▲", self.tr("Move it up in the forms")),
            (self.down, "▼", self.tr("Move it down")),
            (self.delete, self.tr("Delete..."), self.tr("Delete the attribute")),
        ):
            button.setText(text)
            button.setToolTip(tip)
        self.renew()

    def _long_spans(self) -> dict[str, str]:
        return {"box": self.tr("for each frame"), "track": self.tr("for the whole track")}
