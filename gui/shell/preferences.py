"""The preferences: what a person sets once, in one dialog; each change is seen at once, Cancel takes all back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lidar_label.cloud.place import usual_folder
from lidar_label.gui.look import POINT_SIZES
from lidar_label.gui.painters.choose import WANTED, from_environment
from lidar_label.gui.shell.choices import Choices, choices_of, use_choices, usual_choices
from lidar_label.gui.shell.settings import BIGS, BUDGETS, CACHES, FRAMES, GB, MB, login_name
from lidar_label.gui.shell.shades import THEMES
from lidar_label.gui.translate import LANGUAGES
from lidar_label.gui.worker import Worker

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

_MILLION = 1_000_000
_STANDARD = QDialogButtonBox.StandardButton
_WIDE = 620


class Preferences(QDialog):
    """Every field holds at once for the window behind it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._first = window, choices_of(window)
        self._worker = Worker("cache", self)
        self._worker.failed.connect(lambda error: window.strip.warn(str(error)))
        self._wants_tour = False
        self._size: int | None = None  # of the tiles on the disk; None while they are weighed
        self.author = QLineEdit()
        self.author.setPlaceholderText(login_name())
        self.language, self.theme, self.painter = QComboBox(), QComboBox(), QComboBox()
        for name, title in LANGUAGES.items():
            self.language.addItem(title, name)
        for name in THEMES:
            self.theme.addItem("", name)
        for name in WANTED:
            self.painter.addItem("", name)
        self.painter.setEnabled(from_environment() is None)
        self.measured = _quiet()
        self.point_size = QSpinBox()
        self.point_size.setRange(POINT_SIZES[0], POINT_SIZES[-1])
        self.budget, self.big = _millions(BUDGETS), _millions(BIGS)
        self.frames, self.cache = QSpinBox(), QSpinBox()
        self.frames.setRange(FRAMES[0] // MB, FRAMES[1] // MB)
        self.frames.setSingleStep(100)
        self.cache.setRange(CACHES[0] // GB, CACHES[1] // GB)
        self.cache.setSingleStep(10)
        for spin in (self.point_size, self.frames, self.cache):
            spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # up, down and the wheel do it
        self.folder, self.choose = QLineEdit(), QPushButton()
        self.folder.setReadOnly(True)
        self.held, self.empty = _quiet(), QPushButton()
        self.tour = QPushButton()
        self.buttons = QDialogButtonBox(_STANDARD.Ok | _STANDARD.Cancel)
        self.usual = self.buttons.addButton("", QDialogButtonBox.ButtonRole.ResetRole)
        self._lay_out()
        self._show(self._first)
        self._retranslate()
        self._connect()
        self._weigh()

    def _lay_out(self) -> None:
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(18)
        self.form.setVerticalSpacing(8)
        self.headings: list[QLabel] = []
        self.names: list[QLabel] = []
        for fields in (
            (self.author, self.language, self.theme, _row(QLabel(), self.tour)),
            (self.painter, self.measured, self.point_size, self.budget, self.big, self.frames),
            (self.cache, _row(self.folder, self.choose), _row(self.held, self.empty)),
        ):
            heading = QLabel()
            heading.setProperty("heading", "true")
            if self.headings:
                heading.setContentsMargins(0, 12, 0, 0)
            self.headings.append(heading)
            self.form.addRow(heading)
            for field in fields:
                name = QLabel()
                self.names.append(name)
                self.form.addRow(name, field)
        for button in (self.choose, self.empty, self.tour):
            button.setAutoDefault(False)
        for made in self.buttons.buttons():
            made.setIcon(QIcon())
        if self.usual is not None:
            self.usual.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addLayout(self.form)
        column.addSpacing(10)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDE)

    def _connect(self) -> None:
        self.author.editingFinished.connect(self._use)
        for box in (self.language, self.theme, self.painter):
            box.activated.connect(self._use)
        for spin in (self.point_size, self.budget, self.big, self.frames, self.cache):
            spin.valueChanged.connect(self._use)
        self.choose.clicked.connect(self._choose_folder)
        self.empty.clicked.connect(self._empty)
        self.tour.clicked.connect(self._show_tour)
        if self.usual is not None:
            self.usual.clicked.connect(lambda: self._set(usual_choices(self._window.language.name)))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._window.painting.changed.connect(self._say_measured)
        self._window.desk.closing.connect(self.reject)

    @property
    def choices(self) -> Choices:
        """What the fields say."""
        return Choices(
            author=self.author.text().strip() or login_name(),
            language=self.language.currentData(),
            theme=self.theme.currentData(),
            painter=self.painter.currentData(),
            point_size=self.point_size.value(),
            point_budget=round(self.budget.value() * _MILLION),
            big_points=round(self.big.value() * _MILLION),
            frames_bytes=self.frames.value() * MB,
            cache_bytes=self.cache.value() * GB,
            folder="" if Path(self.folder.text()) == usual_folder() else self.folder.text(),
        )

    def done(self, result: int) -> None:
        """Keep what was set, or take it back."""
        self._window.desk.closing.disconnect(self.reject)
        if result == QDialog.DialogCode.Accepted:
            use_choices(self._window, self.choices)
        else:
            use_choices(self._window, self._first)
        self._worker.close()
        super().done(result)
        if self._wants_tour:
            from lidar_label.gui.shell.tour import Tour

            Tour(self._window)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language, which may be one made here."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _use(self) -> None:
        use_choices(self._window, self.choices)

    def _set(self, choices: Choices) -> None:
        self._show(choices)
        self._use()
        self._weigh()

    def _show(self, choices: Choices) -> None:
        fields = (self.language, self.theme, self.painter, self.point_size, self.budget, self.big, self.frames,
                  self.cache)  # fmt: skip
        blocked = [QSignalBlocker(field) for field in fields]
        self.author.setText(choices.author)
        for box, name in ((self.language, choices.language), (self.theme, choices.theme),
                          (self.painter, choices.painter)):  # fmt: skip
            box.setCurrentIndex(max(box.findData(name), 0))
        self.point_size.setValue(choices.point_size)
        self.budget.setValue(choices.point_budget / _MILLION)
        self.big.setValue(choices.big_points / _MILLION)
        self.frames.setValue(choices.frames_bytes // MB)
        self.cache.setValue(choices.cache_bytes // GB)
        self.folder.setText(choices.folder or str(usual_folder()))
        del blocked

    # The cache

    def _choose_folder(self) -> None:
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontUseNativeDialog
        title = self.tr("Keep the tiles in")
        folder = QFileDialog.getExistingDirectory(self, title, self.folder.text(), options)
        if folder:
            self._set(replace(self.choices, folder=str(Path(folder) / "lidar-label-tiles")))

    def _weigh(self) -> None:
        """Say what the tiles take, once that is known."""

        def weigh() -> int:
            from lidar_label.cloud.cache import cache_bytes

            return cache_bytes()

        self._size = None
        self._say_size()
        self._worker.run(weigh, self._weighed)

    def _weighed(self, size: int) -> None:
        self._size = size
        self._say_size()

    def _empty(self) -> None:
        def empty() -> int:
            from lidar_label.cloud.cache import trim

            return len(trim(0, recent_s=0.0))

        def emptied(gone: int) -> None:
            told = self.tr("Tiles of {0} clouds removed. Tiles that are open or hold labels stay.")
            self._window.desk.said.emit(told.format(gone))
            self.empty.setToolTip(told.format(gone))
            self.empty.setEnabled(True)
            self._weigh()

        self.empty.setEnabled(False)
        self._worker.run(empty, emptied)

    def _show_tour(self) -> None:
        """Show it now where a drive is open, else with the made-up drive."""
        self._window.settings.toured = False
        self._wants_tour = self._window.desk.scene is not None
        self.accept()

    # Texts

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Preferences"))
        titles = (self.tr("You and the window"), self.tr("Points and frames"), self.tr("Tiles of big clouds"))
        for heading, title in zip(self.headings, titles, strict=True):
            heading.setText(title)
        names = (
            self.tr("Your name, in the history"), self.tr("Language"), self.tr("Theme"), "",
            self.tr("Points drawn by"), "", self.tr("Size of a point"), self.tr("Points of a big cloud drawn at most"),
            self.tr("A cloud is big from"), self.tr("Memory for frames read ahead"),
            self.tr("Space on the disk, at most"), self.tr("Kept in"), "",
        )  # fmt: skip
        for name, text in zip(self.names, names, strict=True):
            name.setText(text)
        themes = {"dark": self.tr("Dark"), "light": self.tr("Light")}
        painters = {"auto": self.tr("The faster one, as measured"), "vtk": self.tr("VTK (graphics card)"),
                    "splat": self.tr("Software")}  # fmt: skip
        for box, texts in ((self.theme, themes), (self.painter, painters)):
            for at in range(box.count()):
                box.setItemText(at, texts.get(box.itemData(at), box.itemData(at)))
        self.point_size.setSuffix(self.tr(" pixels"))
        for spin in (self.budget, self.big):
            spin.setSuffix(self.tr(" million points"))
        self.big.setToolTip(self.tr("Smaller clouds are read whole. Holds for clouds that are opened from now on."))
        self.choose.setText(self.tr("Choose..."))
        self.empty.setText(self.tr("Empty the cache"))
        self.tour.setText(self.tr("Show the tour again"))
        self.frames.setSuffix(" MB")
        self.cache.setSuffix(" GB")
        if self.usual is not None:
            self.usual.setText(self.tr("All as usual"))
        self._say_measured()
        self._say_size()

    def _say_size(self) -> None:
        told = self.tr("{0} GB in use").format(f"{self._size / GB:.2f}") if self._size is not None else "…"
        self.held.setText(told)

    def _say_measured(self) -> None:
        self.measured.setText(self._window.painting.said())


def _quiet() -> QLabel:
    label = QLabel()
    label.setProperty("quiet", "true")
    label.setWordWrap(True)
    return label


def _millions(between: tuple[int, int]) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    spin.setDecimals(1)
    spin.setRange(between[0] / _MILLION, between[1] / _MILLION)
    return spin


def _row(first: QWidget, button: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(first, 1)
    row.addWidget(button)
    return row
