"""A hand at the desk: real mouse and key events in the real window, each counted and waited for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_LONGEST_S = 120.0
_EDGE = 12  # pixels of a view in which nothing is clicked


class Hand:
    """Opens the window and works in it; `counts` are the actions so far, `waited_s` what the machine took over them."""

    def __init__(self, app: QApplication) -> None:
        apply_theme(app)
        self._app = app
        self.window = Window(Desk(author="effort"), Settings(), Language())
        self.desk: Desk = self.window.desk
        self.failures: list[str] = []
        self.said: list[str] = []
        self.counts: Counter[str] = Counter()
        self.waited_s = 0.0
        self.desk.failed.connect(self.failures.append)
        self.desk.said.connect(self.said.append)
        self.window.resize(1600, 960)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)

    @property
    def stage(self) -> Stage:
        """What the views share."""
        return Stage.of(self.desk)

    @property
    def top(self) -> TopView:
        """The view from above."""
        assert self.window.views is not None
        assert isinstance(self.window.views.top, TopView)
        return self.window.views.top

    def open(self, path: Path) -> None:
        """Open a drive; its project file is made beside it."""
        self.window.open(path)
        self.wait(lambda: self.desk.scene is not None and self._is_settled())
        self.wait(self._is_settled)

    def close(self) -> None:
        """Close the window."""
        self.window.close()

    def key(self, name: str, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press a key."""
        self._do("key", lambda: QTest.keyClick(self.top, getattr(Qt.Key, f"Key_{name}"), keys))

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        """Click on a place of the ego frame in the view from above."""
        self._bring_into_view(x, y)
        at = self._pixel(x, y)
        self._do("click", lambda: QTest.mouseClick(self.top, LEFT, keys, at))

    def click_track(self, token: str) -> None:
        """Click a track's row in the list of tracks."""
        table = self.window.findChild(TracksPanel)
        assert table is not None
        name = self.desk.tracks[token].name
        rows = (table.proxy.index(row, 0) for row in range(table.proxy.rowCount()))
        index = next(index for index in rows if str(index.data()) == name)
        viewport = table.table.viewport()
        assert viewport is not None
        table.table.scrollTo(index)
        at = table.table.visualRect(index).center()
        self._do("click", lambda: QTest.mouseClick(viewport, LEFT, NONE, at))

    def drag(self, start: QPointF, end: QPointF) -> None:
        """Drag from pixel to pixel in the view from above."""

        def pull() -> None:
            self._send(QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
            self._send(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
            for part in (0.2, 0.5, 0.8, 1.0):
                self._send(QEvent.Type.MouseMove, start + (end - start) * part, Qt.MouseButton.NoButton, LEFT)
            self._send(QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)

        self._do("drag", pull)

    def wait(self, ready: Callable[[], bool]) -> float:
        """Let the window work until something is so; return the seconds it took."""
        began = time.perf_counter()
        while not ready():
            if time.perf_counter() - began > _LONGEST_S:
                raise TimeoutError(f"the desk did not come to rest; it said: {self.failures}")
            self._app.processEvents()
            time.sleep(0.001)
        return time.perf_counter() - began

    def pixel_of(self, x: float, y: float) -> QPointF:
        """Return where a place of the ego frame is in the view from above, not rounded."""
        return QPointF(*self.top.to_pixels(np.array([[x, y]]))[0].tolist())

    def _bring_into_view(self, x: float, y: float) -> None:
        """Turn the wheel until a place is in the view from above; nobody clicks on what is not seen."""
        seen = self.top.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        if seen.contains(self._pixel(x, y)):
            return

        def turn() -> None:
            middle = QPointF(self.top.rect().center())
            for _ in range(60):
                if seen.contains(self._pixel(x, y)):
                    return
                QApplication.sendEvent(
                    self.top,
                    QWheelEvent(middle, self.top.mapToGlobal(middle), QPoint(), QPoint(0, -120),
                                Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False),
                )  # fmt: skip

        self._do("wheel", turn)

    def _pixel(self, x: float, y: float) -> QPoint:
        return self.pixel_of(x, y).toPoint()

    def _do(self, kind: str, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        self.wait(self._is_settled)
        self.waited_s += time.perf_counter() - began
        self.counts[kind] += 1

    def _is_settled(self) -> bool:
        desk = self.desk
        shown = desk.view is not None and desk.view.index == desk.index
        at_work = desk._store.pending or desk._jobs.pending or Maker.of(desk).is_fitting  # noqa: SLF001
        return shown and not at_work

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        widget: QWidget = self.top
        QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, NONE))
