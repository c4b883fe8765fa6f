"""A whole desk in a process of its own: show all of it in both languages, and say which texts are cut off.

Arguments: an empty folder, and the width and height in logical pixels.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.opening import open_scene
from lidar_label.gui.shell.export_dialog import ExportDialog
from lidar_label.gui.shell.import_report import ImportReport, look
from lidar_label.gui.shell.keys_dialog import KeysDialog
from lidar_label.gui.shell.preferences import Preferences
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.sheet import ShortcutSheet
from lidar_label.gui.shell.surgery_dialogs import MergeDialog, NumberDialog, SplitDialog, SwapDialog
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.tour import Tour
from lidar_label.gui.shell.window import Window
from lidar_label.gui.talk import About, Talk
from lidar_label.gui.translate import Language
from lidar_label.jobs.targets import targets
from lidar_label.model import SE3, Frame, Image, Labels, Scene, Source, Sweep, Track
from lidar_label.progress import Progress
from tests.gui.conftest import CAMERA, LIDAR, MemoryProject, box_at, cloud, picture
from tests.gui.shell.clipped import cut_off

if TYPE_CHECKING:
    from lidar_label.jobs import Project


def wait(until: Callable[[], bool]) -> None:
    for _ in range(600):
        if until():
            break
        QTest.qWait(50)
    else:
        raise TimeoutError
    QTest.qWait(100)


def look_round(window: Window, drive: Path, found: dict[str, list[str]]) -> None:
    """Show one thing after another, in the language in use."""
    actions, language = window.menus.actions, window.language.name

    def note(what: str, shown: QWidget) -> None:
        QTest.qWait(60)
        found[f"{what} {language}"] = list(cut_off(shown))

    for layout in ("all", "fit", "pictures", "above"):
        actions[f"layout-{layout}"].trigger()
        note(f"layout {layout}", window)
    actions["layout-all"].trigger()
    for panel in ("categories", "comments"):
        window.docks[panel].show()
        window.docks[panel].raise_()
        note(panel, window)
    actions["batch"].trigger()
    note("batch", window)
    actions["batch"].trigger()
    window.desk.go_to(1)
    wait(lambda: window.desk.selected_box is not None and bool(window.desk.selected_box.doubt))
    note("doubtful", window)
    inspected = look(drive, Progress())
    dialogs: list[QDialog] = [
        ExportDialog(targets(), drive, "drive", window),
        ImportReport(*inspected, window),
        KeysDialog(window.keymap, window),
        Preferences(window),
        *(kind(window.desk, window) for kind in (MergeDialog, SplitDialog, SwapDialog, NumberDialog)),
        ShortcutSheet(window.keymap, window),
    ]
    for dialog in dialogs:
        dialog.open()
        note(type(dialog).__name__, dialog)
        dialog.reject()
    for ask in (window.asking.show_palette, window.asking.show_about):
        before = set(QApplication.topLevelWidgets())
        ask()
        QTest.qWait(60)
        for shown in [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]:
            note(ask.__name__, shown)
            shown.close()
    tour = Tour(window)
    while tour.isVisible():
        note(f"tour {tour.at}", window)
        tour.go(+1)


def made_up(folder: Path) -> MemoryProject:
    """Make a project with six cameras and two tracks, and beside it a cloud for the import report."""
    header = "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 1\nPOINTS 2\nDATA ascii\n"
    (folder / "0001.pcd").write_text(f"{header}1 2 3\n4 5 6\n", "ascii")
    channels = [f"CAM_{side}{hand}" for side in ("FRONT", "BACK") for hand in ("_LEFT", "", "_RIGHT")]
    mounted = CAMERA.ego_SE3_sensor
    cameras = [
        replace(CAMERA, channel=name, ego_SE3_sensor=SE3("ego", name, mounted.rotation, mounted.translation))
        for name in channels
    ]
    frames = []
    for index in range(4):
        moment = {
            "timestamp_ns": 100_000_000 * index,
            "world_SE3_ego": SE3("world", "ego", (1, 0, 0, 0), (index, 0, 0)),
        }
        sweep = Sweep(sensor=LIDAR, load=partial(cloud, index), frame=index, **moment)
        images = {
            camera.channel: Image(sensor=camera, load=partial(picture, "#336699"), suffix=".png", frame=index, **moment)
            for camera in cameras
        }
        frames.append(Frame(index=index, timestamp_ns=100_000_000 * index, sweeps={"LIDAR_TOP": sweep}, images=images))
    scene = Scene(name="made-up", frames=frames, sensors={s.channel: s for s in (LIDAR, *cameras)})
    car = Track(category="vehicle.car", name="rigid bus 1444", token="car")
    walker = Track(category="human.pedestrian", name="anna", token="walker")
    boxes = [*(box_at(car, i, 10 + i, 2, is_keyframe=i in (0, 3)) for i in range(4)), box_at(walker, 2, 5, -8)]
    boxes[1] = replace(boxes[1], source=Source.PROPAGATED, doubt="few-points")
    return MemoryProject(folder / "made-up.lidarlabel", scene, Labels([car, walker], boxes))


def main(folder: str, width: str, height: str) -> None:
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(["desk"])
    apply_theme(app)
    settings, desk = Settings(), Desk(author="tester")
    window = Window(desk, settings, Language())
    window.resize(int(width), int(height))
    window.show()
    found = {"welcome": list(cut_off(window))}
    project = made_up(Path(folder))
    desk.show(open_scene(cast("Project", project), project.refs[0].token))
    wait(lambda: desk.view is not None and bool(desk.boxes))
    desk.select(desk.boxes[0].track)
    Talk.of(desk).write("Where does this one end?", About(0, desk.boxes[0].track))
    wait(lambda: bool(Talk.of(desk).comments) and bool(desk.track_boxes))
    for language in ("en", "zh_CN"):
        window.use_language(language)
        QTest.qWait(300)
        look_round(window, Path(folder), found)
    found["width"] = [] if window.width() == int(width) else [str(window.size())]
    window.close()
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        os._exit(1)  # threads of the desk would keep the process alive
