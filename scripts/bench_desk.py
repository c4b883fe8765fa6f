#!/usr/bin/env python3
"""Measure the desk on a big cloud: the real window, from the command to the first picture, jumps, orbiting, memory.

It needs a display; without one, run it as: xvfb-run -a -s "-screen 0 1600x1000x24" python scripts/bench_desk.py FILE
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_VIEW = (1280, 800)
_LONGEST_S = 900.0


def main() -> int:
    """Run the desk in a process of its own and print what it measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cloud", type=Path)
    parser.add_argument("--jumps", type=int, default=8)
    parser.add_argument("--orbit", type=float, default=3.0, help="seconds of turning")
    parser.add_argument("--cache", type=Path, help="the cache folder, whose tiles are used again; a fresh one without")
    parser.add_argument("--screenshot", type=Path, help="save the last picture there")
    parser.add_argument("--child", type=float, default=0.0, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.child:
        return measure(told)
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as fresh:
        folders = {
            "NUMBA_CACHE_DIR": _compiled(),
            "XDG_CACHE_HOME": str(told.cache.absolute() if told.cache else fresh),
            "XDG_CONFIG_HOME": fresh,
            "XDG_DATA_HOME": fresh,
        }
        arguments = [
            sys.executable,
            __file__,
            str(told.cloud.resolve()),
            "--jumps",
            str(told.jumps),
            "--orbit",
            str(told.orbit),
        ]
        if told.screenshot:
            arguments += ["--screenshot", str(told.screenshot)]
        began = time.time()
        done = subprocess.run([*arguments, "--child", repr(began)], env={**os.environ, **folders}, check=False)
    return done.returncode


def measure(told: argparse.Namespace) -> int:  # noqa: C901  one measurement after another
    """Drive the window; runs in the child."""
    gc.disable()  # as the command does

    from PyQt6.QtWidgets import QApplication

    import lidar_label.cli.main  # noqa: F401  so does the command, before it opens anything
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.garbage import Garbage
    from lidar_label.gui.shell.settings import Settings
    from lidar_label.gui.shell.theme import apply_theme
    from lidar_label.gui.shell.warming import Warming
    from lidar_label.gui.shell.window import Window
    from lidar_label.gui.translate import Language
    from lidar_label.gui.views.stage import Stage

    app = QApplication(["bench"])
    apply_theme(app)
    Garbage(app)
    window = Window(Desk(author="bench"), Settings(), Language())
    desk = window.desk
    failures: list[str] = []
    desk.failed.connect(failures.append)
    window.show()
    Warming(desk)
    window.open(told.cloud)
    found: dict[str, Any] = {"failures": failures}

    def wait(ready: Callable[[], bool], limit_s: float = _LONGEST_S) -> float:
        began = time.perf_counter()
        while not ready() and not failures and time.perf_counter() - began < limit_s:
            app.processEvents()
            time.sleep(0.001)
        return time.perf_counter() - began

    def view() -> Any:  # noqa: ANN401
        return window.views.main if window.views is not None else None

    def has_picture() -> bool:
        main = view()
        return (
            main is not None and main.canvas.shown is not None and (main.canvas.shown.painted.color[..., 3] > 0).any()
        )

    wait(has_picture)
    app.processEvents()
    found["first_picture_s"] = round(time.time() - told.child, 3)
    found["first_phase"] = desk.tiles.phase
    found["rss_at_first_mb"] = _rss()
    wait(lambda: desk.tiles.phase == "tiles")
    found["tiles_s"] = round(time.time() - told.child, 3)
    main = view()
    main.setParent(None)
    main.resize(*_VIEW)
    main.show()
    tiles = Stage.of(desk).tiles

    def is_final() -> bool:
        shown, canvas = main.canvas.shown, main.canvas
        return (
            tiles.is_complete("3d") and shown is not None and shown.is_whole and not canvas.is_drawing
            and shown.wish.camera == main.camera and shown.wish.batches == tiles.given("3d").batches
        )  # fmt: skip

    wait(is_final, 60)
    found["points"], found["shown_whole"], found["loaded"] = desk.tiles.points, tiles.shown, tiles.loaded
    store = desk.tiles.store
    rng = random.Random(1)
    centers = (store.tiles["low"] + store.tiles["high"]) / 2 - tiles.origin

    def jump() -> tuple[float, int]:
        x, y, z = centers[rng.randrange(len(centers))].tolist()
        camera = main.camera.with_pivot((x, y, z)).zoomed(rng.uniform(40, 150) / main.camera.distance, (x, y, z))
        began = time.perf_counter()
        main.set_camera(camera.turned(rng.uniform(-3, 3), 0.0))
        wait(is_final, 30)
        return time.perf_counter() - began, tiles.shown

    os.sync()  # a page that is still to be written cannot be dropped, and a disk that writes is no cold cache
    for name in ("cold", "warm"):
        times, counts = [], []
        for _ in range(told.jumps):
            if name == "cold":
                tiles.forget()
                with (store.folder / "points.bin").open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            spent, shown = jump()
            times.append(spent)
            counts.append(shown)
        found[f"jump_{name}_ms"] = {
            "median": round(statistics.median(times) * 1e3), "worst": round(max(times) * 1e3),
            "points": round(statistics.mean(counts)),
        }  # fmt: skip
    began, frames, drawn = time.perf_counter(), 0, []
    last = main.canvas.shown
    while time.perf_counter() - began < told.orbit:
        main.set_camera(main.camera.turned(0.01, 0.0))
        main.repaint()
        app.processEvents()
        if main.canvas.shown is not last:
            last = main.canvas.shown
            frames += 1
            drawn.append(int(last.points))
    spent = time.perf_counter() - began
    found["orbit_fps"] = round(frames / spent, 1)
    found["orbit_points"] = round(statistics.mean(drawn)) if drawn else 0
    wait(is_final, 30)
    found["rss_mb"], found["peak_rss_mb"] = _rss(), _rss("VmHWM")
    if told.screenshot:
        main.grab_image().save(str(told.screenshot))
    main.close()
    window.close()
    print(json.dumps(found))
    return 1 if failures else 0


def _compiled() -> str:
    """Compile what the desk needs, as its first start ever does; return where that is kept."""
    code = "import numba, lidar_label.gui.shell.views as v; v.preload(); print(numba.config.CACHE_DIR)"
    quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=quiet, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def _rss(name: str = "VmRSS") -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    sys.exit(main())
