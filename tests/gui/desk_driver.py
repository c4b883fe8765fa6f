"""The real desk in a process of its own, told by lines on stdin what to do; each is answered on stdout.

Mouse and keyboard are real Qt events sent to the real widgets. The process is there to be killed.

Lines: ``open PATH`` | ``go N`` | ``draw X0 Y0 X1 Y1`` | ``drag X0 Y0 X1 Y1`` | ``click X Y`` (metres in the
vehicle's frame, in the top view) | ``key NAME [ctrl|shift]`` | ``state`` | ``export FORMAT PATH`` | ``quit``.
An answer is one line of JSON: the state of the desk once every edit is in the project file.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox

from lidar_label.gui.crash import CrashNet
from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker
from lidar_label.gui.shell.export_dialog import ExportDialog, ReportDialog
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MODIFIERS = {"": NONE, "ctrl": Qt.KeyboardModifier.ControlModifier, "shift": Qt.KeyboardModifier.ShiftModifier}


class Driver(QObject):
    """Reads lines on a thread and does them one after another in the GUI thread."""

    told = pyqtSignal(str)

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window, self.desk = window, window.desk
        self.failures: list[str] = []
        self.report: dict[str, Any] = {}
        self.desk.failed.connect(self.failures.append)
        self.told.connect(self._do, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.told.emit(line.strip())
        self.told.emit("quit")

    def _do(self, line: str) -> None:
        word, *rest = line.split(" ")
        getattr(self, f"do_{word}")(*rest)

    def _answer(self) -> None:
        """Answer once nothing is pending and the shown frame is here."""
        desk = self.desk
        shown = desk.scene is None or (desk.view is not None and desk.view.index == desk.index)
        if desk._store.pending or desk._jobs.pending or Maker.of(desk).is_fitting or not shown:
            QTimer.singleShot(5, self._answer)
            return
        boxes = [
            {
                "track": box.track,
                "center": box.center.tolist(),
                "size": list(box.size),
                "yaw": box.yaw,
                "key": box.is_keyframe,
                "source": str(box.source),
            }
            for box in desk.boxes
        ]
        counts = {track: list(count) for track, count in desk.track_counts.items()}
        _say(
            json.dumps(
                {
                    "index": desk.index,
                    "frames": len(desk.times_ns),
                    "boxes": boxes,
                    "tracks": counts,
                    "selected": desk.selected,
                    "undo": desk.undo_title,
                    "redo": desk.redo_title,
                    "project": str(desk.project.path) if desk.project else "",
                    "failures": self.failures,
                    "report": self.report,
                }
            )
        )
        self.failures.clear()

    def do_open(self, path: str) -> None:
        self.window.open(Path(path))
        self._answer()

    def do_go(self, index: str) -> None:
        self.desk.go_to(int(index))
        self._answer()

    def do_state(self) -> None:
        self._answer()

    def do_key(self, name: str, modifier: str = "") -> None:
        focus = QApplication.focusWidget() or self.window
        QTest.keyClick(focus, getattr(Qt.Key, f"Key_{name}"), MODIFIERS[modifier])
        self._answer()

    def do_click(self, x: str, y: str) -> None:
        QTest.mouseClick(self._top(), LEFT, NONE, self._pixel(x, y))
        self._answer()

    def do_drag(self, x0: str, y0: str, x1: str, y1: str) -> None:
        top, start, end = self._top(), self._pixel(x0, y0), self._pixel(x1, y1)
        QTest.mouseMove(top, start)
        QTest.mousePress(top, LEFT, NONE, start)
        for step in range(1, 9):
            way = QPointF(start) + (QPointF(end) - QPointF(start)) * step / 8
            _move_pressed(top, way)
        QTest.mouseRelease(top, LEFT, NONE, end)
        self._answer()

    def do_draw(self, x0: str, y0: str, x1: str, y1: str) -> None:
        QTest.keyClick(self._top(), Qt.Key.Key_B)
        self.do_drag(x0, y0, x1, y1)

    def do_export(self, name: str, path: str) -> None:
        """Export through the menu and its dialogs."""

        def fill() -> None:
            (dialog,) = self.window.findChildren(ExportDialog)
            dialog.format.setCurrentIndex(dialog.format.findData(name))
            dialog.path.setText(path)
            button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
            assert button is not None
            QTest.mouseClick(button, LEFT)

        def read() -> None:
            reports = self.window.findChildren(ReportDialog)
            if not reports and not self.failures:
                QTimer.singleShot(5, read)
                return
            for dialog in reports:
                self.report = dialog.report.as_dict()
                dialog.reject()
            self._answer()

        QTimer.singleShot(0, fill)
        self.window.menus.actions["export"].trigger()
        read()

    def do_quit(self) -> None:
        self.window.close()

    def _top(self) -> Any:
        assert self.window.views is not None
        return self.window.views.top

    def _pixel(self, x: str, y: str) -> QPoint:
        """Return where a place on the ground is in the top view."""
        u, v = self._top().to_pixels(np.array([[float(x), float(y)]]))[0]
        return QPointF(u, v).toPoint()


def _move_pressed(widget: Any, place: QPointF) -> None:
    """Move with the left button held, which QTest.mouseMove cannot."""
    from PyQt6.QtCore import QEvent
    from PyQt6.QtGui import QMouseEvent

    at = widget.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, at, Qt.MouseButton.NoButton, LEFT, NONE)
    QApplication.sendEvent(widget, event)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    net = CrashNet()
    net.install()
    app = QApplication(["desk"])
    apply_theme(app)
    window = Window(Desk(author="tester"), Settings(), Language())
    driver = Driver(window)
    crashes: Callable[[str, str], None] = lambda text, details: driver.failures.append(details or text)  # noqa: E731
    window.crashed.connect(crashes)
    net.show = window.crashed.emit
    window.resize(1500, 900)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    _say("ready")
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
