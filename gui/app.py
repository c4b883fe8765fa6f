"""The desk as a program: one application, one window, one exit code."""

from __future__ import annotations

import sys
from pathlib import Path

from PyQt6.QtCore import QLocale, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.crash import CrashNet, start_log, state_folder
from lidar_label.gui.vigil import Ended, Vigil

SCREENSHOT_SETTLES_MS = 60
SCREENSHOT_DRAWS = 250  # waits for the last points; then the picture is of what is there
MEASURES_AFTER_MS = 5000  # the drive that was asked for comes first


def run(path: Path | None, *, frame: int | None = None, screenshot: Path | None = None) -> int:
    """Show the desk until its window is closed.

    Parameters
    ----------
    path : Path or None
        A project file or a data set; None opens an empty desk.
    frame : int, optional
        The frame to show first; without, the first that has points.
    screenshot : Path, optional
        Save a picture of the window there once the frame is shown, and leave.

    Returns
    -------
    int
        0, or 1 if `path` could not be opened (its reason is on stderr) or the picture not saved.
    """
    if path is not None and not path.exists():
        sys.stderr.write(f"error: {path}: there is nothing at this path\n")
        return 1
    start_log()
    net, vigil = CrashNet(), Vigil(state_folder())
    net.install()
    ended = vigil.begin() if screenshot is None else []
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(["lidar-label"])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication without windows is already running")
    try:
        return _run(app, net, path, frame, screenshot, vigil, ended)
    finally:
        vigil.end()
        net.remove()


def _run(
    app: QApplication,
    net: CrashNet,
    path: Path | None,
    frame: int | None,
    screenshot: Path | None,
    vigil: Vigil,
    ended: list[Ended],
) -> int:
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.garbage import Garbage
    from lidar_label.gui.shell.settings import Settings
    from lidar_label.gui.shell.theme import apply_theme
    from lidar_label.gui.shell.warming import Warming
    from lidar_label.gui.shell.window import Window
    from lidar_label.gui.translate import Language, chosen_language
    from lidar_label.gui.worker import Worker

    app.setApplicationName("lidar-label")
    app.setApplicationDisplayName("lidar-label")
    QLocale.setDefault(QLocale.c())  # a decimal point is a point, in every country
    settings, language = Settings(), Language()
    apply_theme(app, settings.theme)
    language.use(chosen_language(settings.language))
    garbage = Garbage()
    desk = Desk(author=settings.author)
    window = Window(desk, settings, language)
    garbage.heed(desk.index_changed, desk.boxes_changed, desk.selection_changed)
    net.show = window.crashed.emit
    desk.scene_changed.connect(lambda: vigil.works_on(desk.project.path if desk.project else None))
    window.standing.tell_of(ended)
    warming = Warming(desk, for_picture=screenshot is not None)
    code = 0
    if path is not None:
        window.open(path, frame)
    if screenshot is not None:
        code, draws = 1, 0

        settled = QTimer(window)
        settled.setSingleShot(True)
        settled.setInterval(SCREENSHOT_SETTLES_MS)

        def wait() -> None:
            """Go on once nothing is being worked on, and what came of it has been laid out and drawn."""
            nonlocal draws
            busy = any(worker.pending for root in (desk, window) for worker in root.findChildren(Worker))
            undrawn = window.views is not None and not window.views.is_drawn()
            draws += not busy and undrawn
            if busy or (undrawn and draws < SCREENSHOT_DRAWS):
                settled.start()
            else:
                QTimer.singleShot(SCREENSHOT_SETTLES_MS, shoot)

        def shoot() -> None:
            nonlocal code
            screen = window.screen()
            try:
                picture = screen.grabWindow(window.winId()) if screen is not None else window.grab()
                code = 0 if picture.save(str(screenshot)) else 1
            finally:  # a command that waits for the picture must end, whatever became of it
                window.close()

        def failed(text: str) -> None:
            """Say it; with a drive open, a file of a frame is missing, and the window shows what there is."""
            sys.stderr.write(f"error: {text}\n")
            if desk.scene is None:
                window.close()
            else:
                settled.start()

        settled.timeout.connect(wait)
        desk.frame_changed.connect(settled.start)
        desk.scene_changed.connect(lambda: settled.start() if desk.scene and not desk.scene.frames else None)
        desk.failed.connect(failed)
    if screenshot is None:
        window.show_as_left()
        QTimer.singleShot(MEASURES_AFTER_MS, window.painting.measure_once)
    else:
        window.show()
    if path is None:
        warming.begin()
    app.exec()
    warming.end()
    net.show = None
    window.deleteLater()
    garbage.deleteLater()
    return code
