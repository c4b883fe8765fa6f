"""A real window on a project, and a camera before it, for scripts/pictures."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

LIMIT_S = 60
COLORS = 256


class Photographer:
    """A real window on a project, in one language, and a camera before it."""

    def __init__(self, project: Path, language: str) -> None:
        place = tempfile.mkdtemp(dir=project.parent)  # nobody's settings
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = place
        from lidar_label.gui.desk import Desk
        from lidar_label.gui.shell.settings import Settings
        from lidar_label.gui.shell.window import Window
        from lidar_label.gui.translate import Language

        self.project, self.language = project, Language()
        self.language.use(language)
        self.desk = Desk(author="pictures")
        self.window = Window(self.desk, Settings(), self.language)
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.activateWindow()

    def open(self, frame: int) -> None:
        self.window.open(self.project, frame)
        self.wait(lambda: self.desk.view is not None and self.desk.view.index == frame)

    def wait(self, until: Callable[[], bool] = lambda: True) -> None:
        """Wait until something holds and nothing is worked on any more."""
        from lidar_label.gui.worker import Worker

        def rests() -> bool:
            workers = [w for root in (self.desk, self.window) for w in root.findChildren(Worker)]
            return until() and not any(worker.pending for worker in workers)

        end = time.monotonic() + LIMIT_S
        while not rests():
            QTest.qWait(20)
            if time.monotonic() > end:
                raise SystemExit("the desk did not come to rest")
        QTest.qWait(400)

    def select(self, name: str) -> None:
        """Select a track by its name in the list."""
        token = next(token for token, track in self.desk.tracks.items() if track.name == name)
        self.desk.select(token)
        self.wait(lambda: self.desk.selected_box is not None)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.wait()

    def run(self, command: str) -> None:
        """Run a command by its id."""
        self.window.menus.actions[command].trigger()
        self.wait()

    def shoot(self, path: Path) -> None:
        """Save what the window shows, in few enough colours for a small file."""
        self.wait()
        if not self.window.grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        from lidar_label.gui.translate import ENGLISH

        self.window.close()  # its threads end with it
        self.language.use(ENGLISH)
