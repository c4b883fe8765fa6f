"""Scrub a drive of real size back and forth in the real window; print how long each step took, as JSON.

    scripts/bench_scrub.py CACHE [--seconds N] [--only key|drag] [--json FILE] [--profile FILE] [--screenshot FILE]

CACHE is a folder in which the drive (200 frames of 200 thousand points, six cameras) is made once. A step is timed
from the key or mouse event to the end of the painting in which the last of all views shows the new frame. It needs a
display: xvfb-run -a -s "-screen 0 1600x1000x24" python scripts/bench_scrub.py CACHE
"""

from __future__ import annotations

import argparse
import cProfile
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.garbage import Garbage
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.timeline import TimeBar
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.jobs import import_drive

sys.path.insert(0, str(Path(__file__).parent))
from bench_drive import FRAMES, POINTS, drive_under

STEPS_A_SECOND = 10.0
SETTLE_S = 2.0
GIVE_UP_S = 10.0
FLAT_FROM = 20
JUMPS = 12


@dataclass
class Step:
    """One frame step: what caused it, how long it took, what the window's thread computed, the memory afterwards."""

    kind: str
    frame: int
    ms: float
    cpu_ms: float
    was_ready: bool
    rss_mb: float


class Bench:
    """The window with its drive, and a clock over its views."""

    def __init__(self, app: QApplication, project: Path, desks: list[Desk]) -> None:
        self.app = app
        self.process = psutil.Process()
        self.steps: list[Step] = []
        self.watched: list[QWidget] = []
        self.desk = Desk()
        desks.append(self.desk)
        self.garbage = Garbage()  # as the program has it
        self.garbage.heed(self.desk.index_changed, self.desk.boxes_changed, self.desk.selection_changed)
        self.window = Window(self.desk, Settings(), Language())
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        start = time.perf_counter()
        self.window.open(project, 0)
        self.until(lambda: self.desk.view is not None and self.desk.view.index == 0, 120.0)
        self.until(lambda: not self.missing(), 60.0)
        self.opened_s = time.perf_counter() - start
        self.wait(SETTLE_S)
        self.watched = self.views()

    def views(self) -> list[QWidget]:
        """Return every widget that shows the frame; searched for until all are there, since that takes 2 ms."""
        if self.watched:
            return self.watched
        kinds = (View3D, TopView, CameraPane, TimeBar)
        return [w for kind in kinds for w in self.window.findChildren(kind) if w.isVisible()]

    def missing(self) -> list[str]:
        """Return which views have not painted the frame at the playhead yet."""
        frame = self.desk.index
        return [_name(w) for w in self.views() if _shown(w) != frame]

    def is_drawing(self) -> bool:
        """Whether the points of a view are still being drawn."""
        canvases = (getattr(view, "_canvas", None) for view in self.views())
        return any(canvas is not None and canvas.is_drawing for canvas in canvases)

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Handle events until something holds; say whether it came to hold in time."""
        end = time.perf_counter() + seconds
        while True:
            self.app.processEvents()
            if done():
                return True
            if time.perf_counter() > end:
                return False
            time.sleep(0.0003)

    def wait(self, seconds: float) -> None:
        """Handle events for a while."""
        self.until(lambda: False, seconds)

    def step(self, kind: str, frame: int, act: Callable[[], object]) -> None:
        """Do one step, and note how long it took until all views showed it."""
        was_ready = self.desk.is_ready(frame)
        start, busy = time.perf_counter(), time.thread_time()
        act()
        done = self.until(lambda: self.desk.index == frame and not self.missing(), GIVE_UP_S)
        ms, cpu_ms = (time.perf_counter() - start) * 1000, (time.thread_time() - busy) * 1000
        if not done:
            raise SystemExit(f"frame {frame} was not shown within {GIVE_UP_S:g} s: {self.missing()}")
        self.steps.append(Step(kind, frame, ms, cpu_ms, was_ready, self.process.memory_info().rss / 1e6))

    # What a hand does

    def key(self, frame: int) -> None:
        """Step one frame by key."""
        name = Qt.Key.Key_D if frame > self.desk.index else Qt.Key.Key_A
        self.step("key", frame, lambda: QTest.keyClick(self.window.focusWidget() or self.window, name))

    def drag(self, frame: int, kind: str = "drag") -> None:
        """Move the pressed mouse along the time bar to a frame."""
        bar = self.window.timeline.bar
        y = bar.height() / 6  # among the seconds, where nothing else can be taken hold of
        held, at = QPointF(bar.x_of(self.desk.index), y), QPointF(bar.x_of(frame), y)
        send(bar, QEvent.Type.MouseButtonPress, held)
        self.step(kind, frame, lambda: send(bar, QEvent.Type.MouseMove, at))
        send(bar, QEvent.Type.MouseButtonRelease, at)

    def scrub(self, seconds: float, only: str = "") -> None:
        """Go back and forth at ten steps a second, by key and by mouse or by one of them only."""
        end = time.perf_counter() + seconds
        due = time.perf_counter()
        for by, frame in path(self.desk.index, len(self.desk.times_ns)):
            if time.perf_counter() > end:
                return
            by_key = (only or by) == "key" and abs(frame - self.desk.index) == 1
            (self.key if by_key else self.drag)(frame)
            due = max(due + 1 / STEPS_A_SECOND, time.perf_counter() - 1 / STEPS_A_SECOND)
            self.wait(max(due - time.perf_counter(), 0.0))

    def jump(self) -> None:
        """Press on far places of the time bar, where nothing has been read ahead."""
        dice, last = random.Random(1), len(self.desk.times_ns) - 1
        for _ in range(JUMPS):
            here = self.desk.index
            frame = dice.choice([i for i in range(last + 1) if abs(i - here) > last // 3])
            self.drag(frame, "jump")
            self.key(frame + 1 if frame < last else frame - 1)
            self.steps[-1].kind = "after a jump"
            self.wait(0.6)

    def play(self, seconds: float) -> dict[str, Any]:
        """Play at the true rate; tell which frames came and how long the event loop stood still."""
        shown: list[tuple[int, float]] = []
        self.desk.go_to(0)
        self.until(lambda: not self.missing(), GIVE_UP_S)
        self.wait(SETTLE_S)
        self.desk.play()
        stalls, last, end = [], time.perf_counter(), time.perf_counter() + seconds
        while time.perf_counter() < end and self.desk.is_playing:
            self.app.processEvents()
            now = time.perf_counter()
            stalls.append((now - last) * 1000)
            last = now
            if not self.missing() and (not shown or shown[-1][0] != self.desk.index):
                shown.append((self.desk.index, now))
            time.sleep(0.0003)
        self.desk.stop()
        gaps = np.diff([when for _, when in shown]) * 1000
        due = max(seconds * STEPS_A_SECOND, 1.0)
        return {
            "frames_shown": len(shown),
            "frames_due": round(due),
            "gap_ms": percentiles(gaps.tolist()),
            "longest_stall_ms": round(max(stalls, default=0.0), 1),
        }


def path(start: int, frames: int) -> Iterator[tuple[str, int]]:
    """Yield where a hand that looks for something goes: legs of 10 to 60 frames, turning round, by key and by mouse."""
    dice, at, way = random.Random(0), start, 1
    while True:
        by, stride = dice.choice([("key", 1), ("key", 1), ("drag", 1), ("drag", 2)])
        for _ in range(dice.randint(10, 60) // stride):
            if not 0 <= at + way * stride < frames:
                break
            at += way * stride
            yield by, at
        way = -way if 0 < at < frames - 1 else (1 if at == 0 else -1)


def send(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    """Send a mouse event of a hand that holds the left button, presses it, or lets it go."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


SMALL = (CameraPane, TimeBar)
PAINTS: set[int] = set()  # views that have painted since it was cleared
_painted: dict[int, int] = {}


def _watch(desk: Callable[[], Desk]) -> None:
    """Note at the end of each paint event which frame it has shown."""
    for kind in (View3D, TopView, CameraPane, TimeBar):
        paint = kind.paintEvent

        def watched(self: Any, event: Any, paint: Any = paint) -> None:  # noqa: ANN401
            paint(self, event)
            frame = self.shown_frame if hasattr(self, "shown_frame") else desk().index
            canvas = getattr(self, "_canvas", None)  # the 3D view paints once more when its points are drawn
            PAINTS.add(id(self))
            _painted[id(self)] = -1 if canvas is not None and not canvas.is_settled else frame

        kind.paintEvent = watched  # type: ignore[method-assign,assignment]


def _shown(widget: QWidget) -> int:
    return _painted.get(id(widget), -2)


def _name(widget: QWidget) -> str:
    return str(getattr(widget, "channel", type(widget).__name__))


def percentiles(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    found = {f"p{p:g}": round(float(np.percentile(values, p)), 1) for p in (50, 90, 95, 99)}
    return {**found, "max": round(max(values), 1), "n": len(values)}


@contextmanager
def opened(app: QApplication, project: Path) -> Iterator[Bench]:
    """Open a project in the window, watch its views, and close it in the end."""
    desks: list[Desk] = []
    _watch(lambda: desks[0] if desks else _Nobody())  # type: ignore[return-value,arg-type]
    bench = Bench(app, project, desks)
    try:
        yield bench
    finally:
        bench.window.close()
        app.processEvents()


def report(bench: Bench, play: dict[str, Any] | None) -> dict[str, Any]:
    """Sum up what was measured."""
    scrubbed = [s for s in bench.steps if s.kind in ("key", "drag")]
    rss = [s.rss_mb for s in scrubbed]
    flat = rss[FLAT_FROM:] or rss
    kinds = sorted({s.kind for s in bench.steps})
    return {
        "frames": len(bench.desk.times_ns),
        "opened_s": round(bench.opened_s, 2),
        "step_ms": percentiles([s.ms for s in scrubbed]),
        "window_thread_cpu_ms": percentiles([s.cpu_ms for s in scrubbed]),
        "under_50_ms": round(float(np.mean([s.ms < 50 for s in scrubbed])), 4) if scrubbed else None,
        "not_ready": sum(not s.was_ready for s in scrubbed),
        "ms_by_kind": {kind: percentiles([s.ms for s in bench.steps if s.kind == kind]) for kind in kinds},
        "rss_mb": {
            "first": round(rss[0]),
            "frame_20": round(flat[0]),
            "highest_after": round(max(flat)),
            "last": round(rss[-1]),
            "curve": [round(value) for value in rss[:: max(len(rss) // 24, 1)]],
        }
        if rss
        else {},
        "frames_mb": round(bench.desk.frames_nbytes / 1e6),
        "play": play,
        "slowest": [asdict(s) for s in sorted(scrubbed, key=lambda s: -s.ms)[:8]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--play", type=float, default=8.0, help="seconds of playing; 0 for none")
    parser.add_argument("--only", choices=("key", "drag"), default="", help="of the two ways to step")
    parser.add_argument("--no-jumps", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--screenshot", type=Path)
    chosen = parser.parse_args()
    drive = drive_under(chosen.cache, FRAMES, POINTS)
    app = QApplication(["bench"])
    apply_theme(app)
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "scrub.lidarlabel"
        import_drive(drive, project)
        with opened(app, project) as bench:
            if chosen.profile:
                profile.enable()
            bench.scrub(chosen.seconds, chosen.only)
            profile.disable()
            if chosen.screenshot:
                bench.window.grab().save(str(chosen.screenshot))
            if not chosen.no_jumps:
                bench.jump()
            play = bench.play(chosen.play) if chosen.play > 0 else None
            found = report(bench, play)
    if chosen.profile:
        profile.dump_stats(chosen.profile)
    text = json.dumps(found, indent=1)
    if chosen.json:
        chosen.json.write_text(text)
    sys.stdout.write(f"{text}\n")


class _Nobody:
    index = -1


if __name__ == "__main__":
    main()
