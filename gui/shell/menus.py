"""Menus, tool bar and shortcuts, made from the table of actions and kept in step with the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QObject, Qt
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QDockWidget, QMenu, QToolBar

from lidar_label.gui.painters.choose import WANTED, from_environment
from lidar_label.gui.shell.commands import ACTIONS, BY_ID, CONTEXT, MENUS, Action
from lidar_label.gui.trail import note
from lidar_label.gui.translate import LANGUAGES

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

_CONDITIONS = frozenset(action.enabled for action in ACTIONS)


class Menus(QObject):
    """One QAction for each entry of the table.

    Parameters
    ----------
    window : Window
        What the actions act on.
    open_recent, use_language : callable
        Of the two submenus that are not in the table.
    """

    tools: QToolBar

    def __init__(
        self,
        window: Window,
        open_recent: Callable[[Path], None],
        use_language: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._open_recent, self._use_language = open_recent, use_language
        self.actions: dict[str, QAction] = {}
        self._stands: dict[str, tuple[bool, bool | None]] = {}  # enabled and ticked: only what changes is told to Qt
        self.menus: dict[str, QMenu] = {}
        self.recent = QMenu(window)
        self.language, self.painters, self.panels = QMenu(window), QMenu(window), QMenu(window)
        self.tools = QToolBar(window)
        self.tools.setObjectName("tools")
        self.tools.setMovable(False)
        self.tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._build()
        self._build_tools()
        self._build_languages()
        self._build_painters()
        window.keymap.changed.connect(self._renew_keys)
        desk = window.desk
        for signal in (
            desk.scene_changed, desk.selection_changed, desk.boxes_changed, desk.tracks_changed, desk.look_changed,
            desk.tool_changed,
        ):  # fmt: skip
            signal.connect(self.renew)

    def _build(self) -> None:
        bar = self._window.menuBar()
        for name in MENUS:
            menu = QMenu(self._window)
            self.menus[name] = menu
            menu.aboutToShow.connect(partial(self._explain, name))
            if bar is not None:
                bar.addMenu(menu)
        for action in ACTIONS:
            made = self._make(action)
            self.actions[action.id] = made
            self._window.addAction(made)
            menu_of = self.menus.get(action.menu)
            if menu_of is not None:
                if action.section:
                    menu_of.addSeparator()
                menu_of.addAction(made)
                if action.id == "open-project":
                    menu_of.addMenu(self.recent)
                if action.id == "image-points":
                    menu_of.addSeparator()
                    menu_of.addMenu(self.panels)
                    menu_of.addMenu(self.painters)
                    menu_of.addMenu(self.language)

    def _build_tools(self) -> None:
        menu = ""
        for action in ACTIONS:
            if not action.tool:
                continue
            if menu and action.menu != menu:
                self.tools.addSeparator()
            menu = action.menu
            made = self.actions[action.id]
            self.tools.addAction(made)
            button = self.tools.widgetForAction(made)
            if button is not None:
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _make(self, action: Action) -> QAction:
        made = QAction(self._window)
        made.setObjectName(action.id)
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        made.setCheckable(action.checked is not None)

        def call(_: bool = False) -> None:
            self.run(action)

        made.triggered.connect(call)
        return made

    def run(self, action: Action) -> None:
        """Do what a command does, if it can be done now; else say why not."""
        refusal = action.refusal(self._window.desk)
        if refusal is None:
            note(action.id)
            action.call(self._window)
        elif refusal:
            self._window.desk.said.emit(f"{action.title}: {refusal}")
        self.renew()

    def _explain(self, menu: str) -> None:
        """Have the status bar say, under the mouse, why a command of this menu cannot be run; tick what is on now."""
        self.renew()
        for action in ACTIONS:
            if action.menu == menu:
                self.actions[action.id].setStatusTip(action.refusal(self._window.desk) or "")

    def _renew_keys(self) -> None:
        """Give each command the keys it has now."""
        keymap, portable = self._window.keymap, QKeySequence.SequenceFormat.PortableText
        for made in filter(QAction.shortcuts, self.actions.values()):
            made.setShortcuts([])  # all of them first: a key that changes hands must never have two commands
        for action in ACTIONS:
            made = self.actions[action.id]
            made.setShortcuts([QKeySequence(key, portable) for key in keymap.keys(action.id)])
            if action.tool:
                keys = QKeySequence(next(iter(keymap.keys(action.id)), ""), portable)
                shown = f"  ({keys.toString(QKeySequence.SequenceFormat.NativeText)})" if not keys.isEmpty() else ""
                made.setToolTip(f"{action.title}{shown}")

    def _build_languages(self) -> None:
        group = QActionGroup(self)
        for name, title in LANGUAGES.items():
            made = QAction(title, group)
            made.setCheckable(True)
            made.setData(name)
            made.triggered.connect(lambda _=False, chosen=name: self._use_language(chosen))
            self.language.addAction(made)

    def _build_painters(self) -> None:
        group, painting = QActionGroup(self), self._window.painting
        for wanted in WANTED:
            made = QAction(group)
            made.setCheckable(True)
            made.setData(wanted)
            made.triggered.connect(lambda _=False, chosen=wanted: painting.use(chosen))
            self.painters.addAction(made)
        painting.changed.connect(self._renew_painters)

    def show_panels(self, docks: Iterable[QDockWidget]) -> None:
        """List the panels that can be shown and hidden."""
        for dock in docks:
            made = dock.toggleViewAction()
            if made is not None:
                self.panels.addAction(made)

    def _renew_painters(self) -> None:
        titles = {
            "auto": self.tr("The faster one"),
            "vtk": self.tr("VTK (graphics card)"),
            "splat": self.tr("Software"),
        }
        for made in self.painters.actions():
            made.setText(titles[made.data()])
            made.setChecked(made.data() == self._window.painting.wanted)
        self.painters.setTitle(self.tr("Points drawn by"))
        self.painters.setEnabled(from_environment() is None)

    def renew(self) -> None:
        """Enable, disable and tick each action as the desk now stands."""
        desk = self._window.desk
        can = {enabled: enabled(desk) for enabled in _CONDITIONS}  # a few conditions for a great many commands
        fixed = desk.project is not None and desk.project.session.read_only
        for action in ACTIONS:
            ticked = action.checked(desk) if action.checked is not None else None
            stands = can[action.enabled] and not (fixed and action.edits), ticked
            made = self.actions[action.id]
            if stands != self._stands.get(action.id) or (ticked is not None and made.isChecked() != ticked):
                self._stands[action.id] = stands
                made.setEnabled(stands[0])
                if ticked is not None:
                    made.setChecked(ticked)
        for name, title in (("undo", desk.undo_title), ("redo", desk.redo_title)):
            text = BY_ID[name].title
            self.actions[name].setText(f"{text}: {title}" if title else text)

    def retranslate(self, language: str = "") -> None:
        """Show every text in the language in use."""
        for name, menu in self.menus.items():
            menu.setTitle(QCoreApplication.translate(CONTEXT, MENUS[name]))
        self.recent.setTitle(self.tr("Recent"))
        self.language.setTitle(self.tr("Language"))
        self.panels.setTitle(self.tr("Panels"))
        self._renew_painters()
        for action in ACTIONS:
            made = self.actions[action.id]
            made.setText(action.title)
            if action.tool:
                made.setIconText(action.tool_title)
        for made in self.language.actions():
            made.setChecked(made.data() == language)
        self._renew_keys()
        self.renew()

    def show_recent(self, paths: list[Path]) -> None:
        """List what was opened last."""
        self.recent.clear()
        for path in paths:
            made = self.recent.addAction(str(path))
            if made is not None:
                made.triggered.connect(lambda _=False, chosen=path: self._open_recent(chosen))
        self.recent.setEnabled(bool(paths))
