"""The table of keys: every command with its keys, to be found, recorded, moved and put back."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QIcon, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.shell.commands import BY_ID, CONTEXT, MENUS, PAGES, SHEET_ONLY, Action
from lidar_label.gui.shell.keymap import KeyMap, native
from lidar_label.gui.shell.keymap_presets import PRESETS

_ID = Qt.ItemDataRole.UserRole
_HIDDEN = "hidden"
_PORTABLE = QKeySequence.SequenceFormat.PortableText


class KeysDialog(QDialog):
    """Changes the keys of commands; each change holds at once, and is kept."""

    def __init__(self, keymap: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        self._keymap = keymap
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search by name or key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.preset = QComboBox()
        self.preset.addItem("lidar-label", "")
        for name in PRESETS:
            self.preset.addItem(name, name)
        self.preset.activated.connect(self._use_preset)
        self.table = QTreeWidget()
        self.table.setColumnCount(2)
        self.table.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setUniformRowHeights(True)
        self.table.currentItemChanged.connect(self._chosen)
        self.recorder = QKeySequenceEdit()
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setFinishingKeyCombinations([])  # Tab and Shift+Tab are keys like any other
        self.recorder.keySequenceChanged.connect(self._recorded)
        self.add, self.set_only = QPushButton(self.tr("Add")), QPushButton(self.tr("Use only this"))
        self.clear, self.reset = QPushButton(self.tr("No key")), QPushButton(self.tr("Usual keys"))
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.add.clicked.connect(lambda: self._give(keep=True))
        self.set_only.clicked.connect(lambda: self._give(keep=False))
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self._lay_out()
        self._fill()
        keymap.changed.connect(self._show_keys)
        self.resize(760, 700)

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(QLabel(self.tr("Keys like those of")))
        top.addWidget(self.preset)
        bottom.addWidget(QLabel(self.tr("Click here and press a key:")))
        bottom.addWidget(self.recorder, 1)
        for button in (self.add, self.set_only, self.clear, self.reset):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.all_usual = buttons.addButton(self.tr("All as they were"), QDialogButtonBox.ButtonRole.ResetRole)
        if self.all_usual is not None:
            self.all_usual.clicked.connect(lambda: self._use_preset(self.preset.currentIndex()))
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setText(self.tr("Close"))
        for made in buttons.buttons():
            made.setIcon(QIcon())
            if isinstance(made, QPushButton):
                made.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)
        column.addWidget(self.told)
        column.addWidget(buttons)

    def _fill(self) -> None:
        self._items: dict[str, QTreeWidgetItem] = {}
        for menu, title in {**MENUS, **SHEET_ONLY, **PAGES, _HIDDEN: self.tr("Further keys")}.items():
            shown = title if menu == _HIDDEN else QCoreApplication.translate(CONTEXT, title)
            group = QTreeWidgetItem([shown])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.addTopLevelItem(group)
            for action in BY_ID.values():
                if action.menu == menu:
                    item = QTreeWidgetItem([self._title(action)])
                    item.setData(0, _ID, action.id)
                    group.addChild(item)
                    self._items[action.id] = item
            group.setExpanded(True)
        header = self.table.header()
        if header is not None:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
            header.setStretchLastSection(False)
        self._show_keys()
        self.table.setCurrentItem(next(iter(self._items.values())))

    def _title(self, action: Action) -> str:
        if action.id.endswith("-fine"):
            return self.tr("{0}, fine").format(action.title)
        number = action.id.rpartition("-")[2]
        return f"{action.title} – {number}" if number.isdecimal() and len(number) == 1 else action.title

    def _show_keys(self) -> None:
        """Show the keys as they are now; a person's own stand out."""
        self.preset.setCurrentIndex(max(self.preset.findData(self._keymap.preset), 0))
        for name, item in self._items.items():
            item.setText(1, self._keymap.text(name))
            font = item.font(1)
            font.setBold(self._keymap.is_own(name))
            item.setFont(1, font)
        self._filter(self.search.text())
        self._chosen()

    def _filter(self, wanted: str) -> None:
        wanted = wanted.strip().casefold()
        for at in range(self.table.topLevelItemCount()):
            group = self.table.topLevelItem(at)
            if group is None:
                continue
            any_shown = False
            for row in range(group.childCount()):
                item = group.child(row)
                if item is None:
                    continue
                action = BY_ID[item.data(0, _ID)]
                texts = (item.text(0), action.text, item.text(1), action.id)
                shown = any(wanted in text.casefold() for text in texts)
                item.setHidden(not shown)
                any_shown = any_shown or shown
            group.setHidden(not any_shown)

    @property
    def chosen(self) -> str:
        """Id of the command whose keys are changed; empty on a menu's line."""
        item = self.table.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def choose(self, name: str) -> None:
        """Choose the command whose keys are changed."""
        self.table.setCurrentItem(self._items[name])

    @property
    def recorded(self) -> str:
        """The key that was pressed last, in Qt's portable notation."""
        return self.recorder.keySequence().toString(_PORTABLE)

    def _chosen(self) -> None:
        self._recorded()
        self.clear.setEnabled(bool(self.chosen and self._keymap.keys(self.chosen)))
        self.reset.setEnabled(bool(self.chosen and self._keymap.is_own(self.chosen)))

    def _recorded(self) -> None:
        """Say at once whose a key is."""
        owner = self._keymap.owner(self.recorded, self.chosen) if self.recorded else ""
        can = bool(self.chosen and self.recorded)
        self.add.setEnabled(can and owner != self.chosen)
        self.set_only.setEnabled(can)
        text = ""
        if owner and owner != self.chosen:
            text = self.tr("{0} is the key of: {1}").format(native([self.recorded]), self._title(BY_ID[owner]))
        self.told.setText(text)

    def _give(self, *, keep: bool) -> None:
        key, name = self.recorded, self.chosen
        owner = self._keymap.owner(key, name)
        if owner and owner != name and not self._may_move(key, owner):
            return
        self._keymap.set_keys(name, [*(self._keymap.keys(name) if keep else ()), key])
        self.recorder.clear()

    def _may_move(self, key: str, owner: str) -> bool:
        """Ask whether a key that another command has may change hands."""
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Keys"))
        box.setText(
            self.tr("{0} is the key of: {1}. Take it from there?").format(native([key]), self._title(BY_ID[owner]))
        )
        move = box.addButton(self.tr("Take it"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Leave it"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        moved = box.clickedButton() is move
        box.deleteLater()
        return moved

    def _clear(self) -> None:
        self._keymap.set_keys(self.chosen, ())

    def _reset(self) -> None:
        self._keymap.reset(self.chosen)

    def _use_preset(self, at: int) -> None:
        self._keymap.use(str(self.preset.itemData(at)))
