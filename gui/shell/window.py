"""The desk's window: views in the middle, panels around them, and what the menus do."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from lidar_label.gui.conventions import Rereading
from lidar_label.gui.desk import Desk
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.shell.appearance import Appearance
from lidar_label.gui.shell.asking import Asking
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.gui.shell.carry_bar import CarryBar
from lidar_label.gui.shell.centre import Centre
from lidar_label.gui.shell.choices import keep_pictures, use_settings
from lidar_label.gui.shell.drops import dropped_path
from lidar_label.gui.shell.first_run import open_demo
from lidar_label.gui.shell.keyguard import KeyGuard
from lidar_label.gui.shell.keymap import KeyMap
from lidar_label.gui.shell.layouts import Layouts
from lidar_label.gui.shell.menus import Menus
from lidar_label.gui.shell.painting import Painting
from lidar_label.gui.shell.panels import PANELS
from lidar_label.gui.shell.scrolled import Scrolled
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.standing import Standing
from lidar_label.gui.shell.status import Status
from lidar_label.gui.shell.timeline import Timeline
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.views import Views, ViewsFactory, make_views
from lidar_label.gui.translate import Language

LAYOUT_VERSION = 2
SAID_MS = 5000


class Window(QMainWindow):
    """The main window. It owns the desk and closes it.

    Parameters
    ----------
    desk : Desk
    settings : Settings
    language : Language
    make : callable(Desk) -> Views
        Makes the views; tests give plain ones.
    """

    desk: Desk
    # Said here, since the table of commands is read before the window is.
    centre: Centre
    docks: dict[str, QDockWidget]
    asking: Asking
    keymap: KeyMap
    menus: Menus
    appearance: Appearance
    standing: Standing
    crashed = pyqtSignal(str, str, str)
    """A sentence, the details and the report of an exception nobody caught; may be emitted from any thread."""

    def __init__(self, desk: Desk, settings: Settings, language: Language, *, make: ViewsFactory = make_views) -> None:
        super().__init__()
        self.desk, self.settings, self.language = desk, settings, language
        self._make_views = make
        self.views: Views | None = None
        self.centre = Centre(settings)
        self.strip, self.welcome = self.centre.strip, self.centre.welcome
        self.setCentralWidget(self.centre)
        self.panels: dict[str, QWidget] = {panel.id: panel.make(desk) for panel in PANELS}
        self.status = Status(desk)
        self.setStatusBar(self.status)
        self.painting = Painting(settings, self)
        self.asking = Asking(self)
        self.keymap = KeyMap(settings.folder / "keys.json", self)
        KeyNames.of(desk).follow(self.keymap.named)
        self.keymap.changed.connect(KeyNames.of(desk).changed)
        self.menus = Menus(self, self.open, self.use_language)
        self.appearance, self.layouts = Appearance(settings, self.menus, self), Layouts(self)
        self.menus.menus["view"].addMenu(self.layouts.menu)
        self.scenes = QComboBox()
        self.category = QLabel()
        self._build_tools()
        self.docks = self._build_docks()
        self.setAcceptDrops(True)
        self.resize(self._usual_size())
        self._first_layout = self.saveState(LAYOUT_VERSION)
        self._guard = KeyGuard(self)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self._guard)
        self._connect()
        self.standing = Standing(self)
        CarryBar(self)
        Rereading(desk)
        self.retranslate()
        desk.set_point_size(settings.point_size)
        use_settings(desk, settings)
        keep_pictures(desk, settings)

    # Building

    def _build_tools(self) -> None:
        tools = self.menus.tools
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        tools.addWidget(room)
        tools.addWidget(self.category)
        self._scenes_action = tools.addWidget(self.scenes)
        if self._scenes_action is not None:
            self._scenes_action.setVisible(False)
        self.scenes.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.scenes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addToolBar(tools)

    def _build_docks(self) -> dict[str, QDockWidget]:
        docks: dict[str, QDockWidget] = {}
        for panel in PANELS:
            dock = QDockWidget(self)
            dock.setObjectName(panel.id)
            content = self.panels[panel.id]
            scrolls = isinstance(content, QScrollArea | TracksPanel)  # by itself
            dock.setWidget(content if panel.fixed or scrolls else Scrolled(content))
            self.addDockWidget(panel.area, dock)
            if panel.beside:
                self.tabifyDockWidget(docks[panel.beside], dock)
                docks[panel.beside].raise_()
            if panel.fixed:
                dock.setTitleBarWidget(QWidget(dock))
                dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
            dock.setVisible(panel.shown)
            docks[panel.id] = dock
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.resizeDocks([docks["tracks"]], [364], Qt.Orientation.Horizontal)
        column = [panel for panel in PANELS if panel.area == Qt.DockWidgetArea.RightDockWidgetArea and not panel.beside]
        self.resizeDocks(
            [docks[panel.id] for panel in column], [panel.height for panel in column], Qt.Orientation.Vertical
        )
        self.menus.show_panels([docks[panel.id] for panel in PANELS if not panel.fixed])
        return docks

    @property
    def tracks(self) -> TracksPanel:
        """The panel of tracks."""
        return cast("TracksPanel", self.panels["tracks"])

    @property
    def box(self) -> BoxPanel:
        """The panel of the selected box."""
        return cast("BoxPanel", self.panels["box"])

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return cast("Timeline", self.panels["timeline"])

    def _connect(self) -> None:
        desk = self.desk
        desk.failed.connect(lambda text: self.strip.warn(text))
        desk.noticed.connect(self.strip.note)
        desk.said.connect(lambda text: self.status.showMessage(text, SAID_MS))
        self.crashed.connect(self._show_crash)
        self.keymap.failed.connect(lambda text: self.strip.warn(text))
        for problem in self.keymap.problems:
            self.strip.warn(problem)
        desk.scene_changed.connect(self._scene_changed)
        desk.category_changed.connect(self._show_category)
        desk.tracks_changed.connect(self._show_category)
        desk.look_changed.connect(lambda: setattr(self.settings, "point_size", desk.point_size))
        self.scenes.activated.connect(lambda at: desk.open_scene(self.scenes.itemData(at)))
        self._guard.left_field.connect(self._focus_views)
        self.box.chosen.connect(self._focus_views)
        self.menus.recent.aboutToShow.connect(self._show_recent)
        self.welcome.folder.clicked.connect(self.asking.open_folder)
        self.welcome.project.clicked.connect(self.asking.open_project)
        self.welcome.picked.connect(self.open)
        self.welcome.demo.clicked.connect(lambda: open_demo(self))
        self.welcome.show_recent(self.settings.recent)
        self.welcome.folder.setFocus()  # else the first field takes the single keys
        self._show_recent()

    def raise_views(self) -> None:
        """Make the views, once; the window is on the screen before their libraries are loaded."""
        if self.views is not None:
            return
        self.views = self._make_views(self.desk)
        self.centre.show_views(self.views)
        self.painting.serve(self.views.use_painter)
        self.restoreState(self.settings.layout("window"), LAYOUT_VERSION)
        self.views.when_pointer_moves(self.status.show_pointer)

    def show_as_left(self) -> None:
        """Show the window where it was when it was last closed; the first time it fills the screen."""
        kept = self.settings.layout("geometry")
        if kept.isEmpty() or not self.restoreGeometry(kept):
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)
        self.show()

    def _usual_size(self) -> QSize:
        screen = self.screen()
        return QSize(1600, 1000).boundedTo(screen.availableSize()) if screen is not None else QSize(1600, 1000)

    # What the menus ask for

    def open(self, path: Path, frame: int | None = None) -> None:
        """Open a project file or a data set."""

        def opened() -> None:
            self.settings.add_recent(path)
            self._show_recent()

        self.desk.open(path, frame, opened)

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def look_down(self) -> None:
        """Look straight down in the 3D view."""
        if self.views is not None:
            self.views.look_down()

    def look_home(self) -> None:
        """Look at the vehicle again."""
        if self.views is not None:
            self.views.look_home()

    def focus_selection(self) -> None:
        """Bring the selected box to the middle of the views."""
        if self.views is not None:
            self.views.focus_selection()

    def copy_place(self) -> None:
        """Copy the place under the mouse."""
        if self.views is not None:
            self.views.copy_place()

    def rename_track(self) -> None:
        """Open the selected track's name for typing."""
        self.docks["tracks"].show()
        self.tracks.rename()

    def find_track(self) -> None:
        """Go to the filter of the tracks."""
        self.docks["tracks"].show()
        self.tracks.focus_filter()

    def reset_layout(self) -> None:
        """Put every panel back to where it first was."""
        self.restoreState(self._first_layout, LAYOUT_VERSION)
        self.centre.reset()

    def use_language(self, name: str) -> None:
        """Show everything in another language, from now on."""
        self.settings.language = name
        self.language.use(name)
        self.retranslate()

    # Keeping up

    def _show_crash(self, text: str, details: str, report: str) -> None:
        told = self.tr("Something went wrong inside: {0}. Your labels are stored.").format(text)
        where = self.tr("A report lies in {0}").format(report) if report else ""
        self.strip.warn(f"{told} {where}".strip(), details)

    def _scene_changed(self) -> None:
        project, scene = self.desk.project, self.desk.scene
        self.raise_views()
        if project is None or scene is None:
            self.setWindowTitle("lidar-label")
            return
        self.setWindowTitle(f"{project.path.stem} – {scene.name} – lidar-label")
        refs = project.refs
        self.scenes.clear()
        for ref in refs:
            self.scenes.addItem(ref.name, ref.token)
        self.scenes.setCurrentIndex(self.scenes.findData(self.desk.scene_token))
        if self._scenes_action is not None:
            self._scenes_action.setVisible(len(refs) > 1)
        if self.views is not None:
            self.views.cameras.setVisible(any(sensor.kind == "camera" for sensor in scene.sensors.values()))
            QTimer.singleShot(0, self.centre.fit_cameras)  # once the cameras of this scene are there
            self.views.main.setFocus()  # else the first field takes the single keys

    def _show_category(self) -> None:
        name = self.desk.active_category if self.desk.scene is not None else ""
        color = self.desk.category_color(name).name()
        self.category.setText(f'<span style="color:{color}">■</span> {name}&nbsp;&nbsp;' if name else "")
        self.category.setToolTip(self.tr("Category of the next new box (keys 1 to 9)"))

    def _focus_views(self) -> None:
        if self.views is not None:
            (self.centre.covering or self.views.main).setFocus()

    def _show_recent(self) -> None:
        self.menus.show_recent(self.settings.recent)

    def retranslate(self) -> None:
        """Show every text of the window itself in the language in use."""
        self.menus.retranslate(self.language.name)
        self.layouts.retranslate()
        for panel in PANELS:
            self.docks[panel.id].setWindowTitle(panel.title)
        self._show_category()

    # Events

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and hasattr(self, "docks"):
            self.retranslate()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take a folder or a file."""
        if event is not None and dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Open what was dropped."""
        path = dropped_path(event) if event is not None else None
        if event is not None and path is not None:
            event.acceptProposedAction()
            self.open(path)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Store what is pending, keep the layout, and end every thread."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self._guard)
        self.settings.set_layout("geometry", self.saveGeometry())
        if self.views is not None:
            self.settings.set_layout("window", self.saveState(LAYOUT_VERSION))
        self.centre.keep()
        self.settings.save()
        self.painting.close()
        self.standing.close()
        self.desk.close()
        if self.views is not None:
            self.views.close()
        super().closeEvent(event)
