"""Select, drag and step among 300 boxes in the real window; print how long each took, as JSON.

    scripts/bench_crowd.py CACHE [--rounds N] [--screenshot FILE]

CACHE is the folder of the drive that scripts/bench_scrub.py makes; in each of its 200 frames 300 boxes are put around
the vehicle. An action is timed from the mouse or key event until the window has given all views to the screen, the box
with its handles and the side views among them; "settled" counts the panels that follow, too, and the 3D view where it
turns to a box that lies outside its picture. It needs a display.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from lidar_label.edit import ImportLabels
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.window import Window
from lidar_label.gui.sides.pane import SidePane
from lidar_label.gui.views import handles
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.jobs import import_drive
from lidar_label.jobs.project import Project
from lidar_label.model import SE3, Box, Labels, Scene, Track

sys.path.insert(0, str(Path(__file__).parent))
import bench_scrub
from bench_drive import FRAMES, POINTS, drive_under

BOXES = 300
NEAREST_M, FARTHEST_M = 6.0, 45.0
MOVES = 12  # of the mouse, in one drag


def crowd_in(scene: Scene) -> Labels:
    """Return 300 tracks with a box in every frame, on rings around the vehicle that turn slowly."""
    kinds = {"vehicle.car": (4.5, 1.9, 1.6), "human.pedestrian.adult": (0.7, 0.7, 1.75), "vehicle.truck": (8, 2.6, 3.2)}
    tracks, boxes = [], []
    for number in range(BOXES):
        category = list(kinds)[number % len(kinds)]
        track = Track(category=category, name=f"{number}")
        tracks.append(track)
        away = NEAREST_M + (FARTHEST_M - NEAREST_M) * math.sqrt(number / BOXES)
        for frame in scene.frames:
            angle = number * 2.4 + 0.002 * frame.index  # the golden angle spreads them evenly
            place = (away * math.cos(angle), away * math.sin(angle), kinds[category][2] / 2)
            pose = frame.world_SE3_ego @ SE3.from_yaw("ego", "box", angle, place)
            boxes.append(Box(track=track.token, frame=frame.index, world_SE3_box=pose, size=kinds[category]))
    return Labels(tracks, boxes)


def project_in(folder: Path, drive: Path) -> Path:
    """Make a project on a drive with the crowd as its labels."""
    target = folder / "crowd.lidarlabel"
    import_drive(drive, target, labels=False)
    project = Project(target)
    try:
        ref = project.refs[0]
        labels = crowd_in(project.scene(ref.token))
        known = project.session.store.taxonomy()
        missing = sorted({track.category for track in labels.tracks} - {found.name for found in known.categories})
        if missing:
            raise SystemExit(f"the drive's taxonomy lacks {', '.join(missing)}")
        project.session.do(ImportLabels(ref, labels))
    finally:
        project.close()
    return target


class Crowd:
    """What a hand does among many boxes, and how long the window takes to show it."""

    def __init__(self, bench: bench_scrub.Bench) -> None:
        self.bench, self.desk = bench, bench.desk
        self.stage = Stage.of(bench.desk)
        self.top = next(view for view in bench.views() if isinstance(view, TopView))
        self.main = next(view for view in bench.views() if isinstance(view, View3D))
        kinds = ("select", "drag", "step")
        self.times: dict[str, list[float]] = {kind: [] for kind in kinds}
        self.settled: dict[str, list[float]] = {kind: [] for kind in kinds}
        self.cpu: dict[str, list[float]] = {kind: [] for kind in kinds}

    def timed(self, kind: str, act: Callable[[], object], done: Callable[[], bool] = lambda: True) -> None:
        """Do something; note how long it took until all views were on the screen and nothing more was to come."""
        bench_scrub.PAINTS.clear()
        sides = self.bench.window.findChildren(SidePane)
        large = {id(view) for view in self.bench.views() if not isinstance(view, bench_scrub.SMALL)}
        shown: list[float] = []

        def painted() -> bool:
            wanted = large | {id(pane) for pane in sides if pane.isVisible()}
            return done() and wanted <= bench_scrub.PAINTS and not self.bench.is_drawing()

        def look() -> None:
            if not shown and painted():
                shown.append(time.perf_counter())

        ON_SCREEN[:] = [look]
        start, busy = time.perf_counter(), time.thread_time()
        act()
        if not self.bench.until(lambda: painted() and self.main.is_settled(), bench_scrub.GIVE_UP_S):
            raise SystemExit(f"{kind}: not shown within {bench_scrub.GIVE_UP_S:g} s")
        end = time.perf_counter()
        self.cpu[kind].append((time.thread_time() - busy) * 1000)
        self.times[kind].append(((shown[0] if shown else end) - start) * 1000)
        self.settled[kind].append((end - start) * 1000)

    def near(self) -> list[int]:
        """Return the boxes that can be clicked in the top view, each alone at its middle."""
        spots = self.top.to_pixels(self.stage.arrays.centers)
        area = self.top.rect().adjusted(30, 30, -30, -30)
        return [i for i, spot in enumerate(spots.tolist()) if area.contains(QPoint(round(spot[0]), round(spot[1])))]

    def select(self, index: int) -> None:
        """Click a box in the top view."""
        spot = self.top.to_pixels(self.stage.arrays.centers[index : index + 1])[0]
        at, token = QPoint(round(spot[0]), round(spot[1])), self.stage.boxes[index].track
        was = self.desk.selected
        left = Qt.MouseButton.LeftButton
        self.timed("select", lambda: QTest.mouseClick(self.top, left, pos=at), lambda: self.desk.selected != was)
        if self.desk.selected != token:
            self.desk.select(token)  # another lies over it
            self.bench.wait(0.05)

    def drag(self) -> None:
        """Drag the selected box by a handle, a few pixels at a time, and let it go."""
        arrays, index = self.stage.arrays, self.stage.selected
        front = arrays.placed(index, handles.position("front", arrays.sizes[index].tolist())[None])
        at = QPointF(*self.top.to_pixels(front)[0].tolist())
        QTest.mousePress(self.top, Qt.MouseButton.LeftButton, pos=at.toPoint())
        for _ in range(MOVES):
            at += QPointF(1.0, -2.0)
            self.timed("drag", lambda at=at: _move(self.top, at))
        QTest.mouseRelease(self.top, Qt.MouseButton.LeftButton, pos=at.toPoint())
        self.bench.wait(0.4)  # the edit is stored

    def step(self, frame: int) -> None:
        """Step one frame by key."""
        key = Qt.Key.Key_D if frame > self.desk.index else Qt.Key.Key_A
        widget = self.bench.window.focusWidget() or self.bench.window
        shown = lambda: self.desk.index == frame and not self.bench.missing()  # noqa: E731
        self.timed("step", lambda: QTest.keyClick(widget, key), shown)

    def go(self, rounds: int) -> None:
        """Step on, select, drag; again and again."""
        dice = random.Random(3)
        for _ in range(rounds):
            for _ in range(5):
                self.step(self.desk.index + 1)
                self.bench.wait(0.1)
            chosen = dice.sample(self.near(), 4)
            for index in chosen:
                if self.stage.boxes[index].track != self.desk.selected:
                    self.select(index)
                    self.bench.wait(0.1)
            self.drag()


ON_SCREEN: list[Callable[[], None]] = []  # called when the window has given what was painted to the screen


def _watch() -> None:
    """Note when a side view has painted, and when the window's picture has reached the screen."""
    paint, event = SidePane.paintEvent, Window.event

    def painted(self: SidePane, what: QPaintEvent | None) -> None:
        paint(self, what)
        bench_scrub.PAINTS.add(id(self))

    def handled(self: Window, what: QEvent | None) -> bool:
        is_done = event(self, what)
        if what is not None and what.type() == QEvent.Type.UpdateRequest:
            for look in ON_SCREEN:
                look()
        return is_done

    SidePane.paintEvent = painted  # type: ignore[method-assign]
    Window.event = handled  # type: ignore[method-assign]


def _move(widget: QWidget, at: QPointF) -> None:
    bench_scrub.send(widget, QEvent.Type.MouseMove, at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--screenshot", type=Path)
    chosen = parser.parse_args()
    drive = drive_under(chosen.cache, FRAMES, POINTS)
    _watch()
    app = QApplication(["bench"])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as folder, bench_scrub.opened(app, project_in(Path(folder), drive)) as bench:
        crowd = Crowd(bench)
        crowd.go(chosen.rounds)
        if chosen.screenshot:
            bench.window.grab().save(str(chosen.screenshot))
        found = {
            "boxes": len(bench.desk.boxes),
            "frames": len(bench.desk.times_ns),
            "opened_s": round(bench.opened_s, 2),
            **{f"{kind}_ms": bench_scrub.percentiles(times) for kind, times in crowd.times.items()},
            **{f"{kind}_settled_ms": bench_scrub.percentiles(times) for kind, times in crowd.settled.items()},
            **{f"{kind}_window_thread_cpu_ms": bench_scrub.percentiles(times) for kind, times in crowd.cpu.items()},
        }
    sys.stdout.write(f"{json.dumps(found, indent=1)}\n")


if __name__ == "__main__":
    main()
