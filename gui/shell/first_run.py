"""The first run: a made-up drive to try things on, and the tour round it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QStandardPaths

from lidar_label.gui.shell.tour import Tour

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window
    from lidar_label.jobs.demo import Demo
    from lidar_label.progress import Progress

FRAMES = 40


def demo_folder() -> Path:
    """Return where the made-up drive is kept, in the user's own data folder."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(base) / "lidar-label" / "demo"


def open_demo(window: Window) -> None:
    """Open the made-up drive, which is made the first time, and show a newcomer round."""
    from lidar_label.jobs.demo import Demo, make_demo

    folder = demo_folder()

    def opened() -> None:
        window.settings.add_recent(folder)
        if not window.settings.toured:
            window.settings.toured = True
            Tour(window)

    def made(demo: Demo) -> None:
        window.desk.open(demo.project, then=opened)

    def make(progress: Progress) -> Demo:
        if folder.is_dir():  # what a stopped run left; all in it was made here
            shutil.rmtree(folder)
        return make_demo(folder, frames=FRAMES, progress=progress)

    if Demo(folder=folder).project.is_file():
        made(Demo(folder=folder))
    else:
        window.desk.run_job(make, made)
