"""Step through a project in the real window, by key; print the median of a step in milliseconds."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language

ROUNDS = 4
LIMIT_S = 60


def main() -> None:
    app = QApplication(["bench"])
    apply_theme(app)
    desk = Desk()
    window = Window(desk, Settings(), Language())
    window.resize(1600, 1000)
    window.show()
    window.activateWindow()  # keys go nowhere without a window manager that does it
    QTest.qWaitForWindowActive(window)
    window.open(Path(sys.argv[1]), 0)
    end = time.perf_counter() + LIMIT_S

    def wait_for(frame: int) -> None:
        while desk.view is None or desk.view.index != frame:
            app.processEvents()
            if time.perf_counter() > end:
                window.close()
                raise SystemExit(f"frame {frame} was not shown in time")

    wait_for(0)
    QTest.qWait(1500)  # the person looks at the first frame; the loader runs ahead
    last = len(desk.times_ns) - 1
    times = []
    for _ in range(ROUNDS):
        for key, frames in ((Qt.Key.Key_D, range(1, last + 1)), (Qt.Key.Key_A, range(last - 1, -1, -1))):
            for frame in frames:
                start = time.perf_counter()
                QTest.keyClick(window.focusWidget() or window, key)
                wait_for(frame)
                app.processEvents()  # what the new frame asked to be painted
                window.repaint()
                times.append(time.perf_counter() - start)
    window.close()
    app.processEvents()
    print(statistics.median(times) * 1000)


if __name__ == "__main__":
    main()
