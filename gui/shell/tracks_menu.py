"""The menu over the table of tracks: what can be done to all that are chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QIcon
from PyQt6.QtWidgets import QMenu, QWidget

from lidar_label.gui import doubts, saying, spans
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell import surgery_dialogs
from lidar_label.gui.shell.swatch import swatch
from lidar_label.model import Attribute, AttributeValue


class TracksMenu(QMenu):
    """Category, attributes and visibility of the chosen tracks, surgery on the selected one, and their end."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._multi = desk, Multi.of(desk)
        self._categories()
        self._attributes()
        self._visibility()
        self._surgery(parent)
        self.addSeparator()
        self._add(self, self.tr("Accept all boxes but the doubtful ones"), partial(doubts.accept_sure, desk))
        count = len(self._multi.tokens)
        text = self.tr("Delete the track") if count < 2 else self.tr("Delete {0} tracks").format(count)
        self._add(self, text, self._multi.delete_tracks)

    def _categories(self) -> None:
        under = self._under(self.tr("Category"))
        now = {self._desk.tracks[t].category for t in self._multi.tokens if t in self._desk.tracks}
        for category in self._desk.taxonomy.categories:
            call = partial(self._multi.set_category, category.name)
            action = self._add(under, category.name, call, swatch(category.color))
            action.setEnabled(now != {category.name})

    def _attributes(self) -> None:
        categories = {self._desk.tracks[t].category for t in self._multi.tokens if t in self._desk.tracks}
        found = [
            attribute
            for attribute in self._desk.taxonomy.attributes
            if attribute.kind in ("flag", "choice") and any(map(attribute.concerns, categories))
        ]
        if not found:
            return
        under = self._under(self.tr("Attribute"))
        for attribute in found:
            self._choices(self._under(attribute.name, under), attribute)

    def _choices(self, under: QMenu, attribute: Attribute) -> None:
        values: list[tuple[str, AttributeValue | None]] = [(value, value) for value in attribute.values]
        if attribute.kind == "flag":
            values = [(self.tr("yes"), True)]
        values.append((self.tr("not said"), None))
        for text, value in values:
            if attribute.per == "track":
                self._say(under, text, attribute.name, value, whole=True)
                continue
            self._say(under, self.tr("{0}, in this frame").format(text), attribute.name, value, whole=False)
            self._say(under, self.tr("{0}, in every frame").format(text), attribute.name, value, whole=True)

    def _say(self, under: QMenu, text: str, name: str, value: AttributeValue | None, *, whole: bool) -> None:
        action = self._add(under, text, lambda: saying.set_attribute(self._desk, name, value, whole=whole))
        action.setEnabled(whole or bool(self._desk.chosen_boxes))

    def _visibility(self) -> None:
        levels = self._desk.taxonomy.visibilities
        if levels and self._desk.chosen_boxes:
            under = self._under(self.tr("Visibility in this frame"))
            for level in levels:
                self._add(under, level.level, partial(self._multi.set_visibility, level.token))

    def _surgery(self, parent: QWidget | None) -> None:
        if spans.can_edit(self._desk):
            self.addSeparator()
            for text, dialog in (
                (self.tr("Merge..."), surgery_dialogs.MergeDialog),
                (self.tr("Split..."), surgery_dialogs.SplitDialog),
                (self.tr("Swap..."), surgery_dialogs.SwapDialog),
            ):
                self._add(self, text, partial(_open, dialog, self._desk, parent))

    def _under(self, text: str, menu: QMenu | None = None) -> QMenu:
        made = QMenu(text, self)
        (menu or self).addMenu(made)
        return made

    def _add(self, menu: QMenu, text: str, call: Callable[[], object], icon: QIcon | None = None) -> QAction:
        action = QAction(icon or QIcon(), text.replace("&", "&&"), self)
        action.triggered.connect(lambda _=False: call())
        menu.addAction(action)
        return action


def _open(dialog: type[surgery_dialogs.SurgeryDialog], desk: Desk, parent: QWidget | None) -> None:
    dialog(desk, parent).open()
