"""Part of scripts/bench: starting, editing, converting, and stepping through a real drive."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench_plan import ROOT, Plan, best_of, command
from bench_table import Row


def start(_: Plan) -> Iterator[Row]:
    yield Row("lidar-label --help", best_of(5, lambda: command("--help")), "s", bound=0.4)


def edits(_: Plan) -> Iterator[Row]:
    from lidar_label.edit import AddScene, AddTrack, PutBoxes, Session
    from lidar_label.model import SE3, Box, Track, driving_taxonomy
    from lidar_label.store import ProjectStore, SceneRef

    with tempfile.TemporaryDirectory() as folder:
        session = Session(ProjectStore.create(Path(folder) / "bench.lidarlabel", driving_taxonomy()))
        ref = SceneRef(token="s", name="s", path=".", format="none", scene="s", frames=1, fingerprint="", position=0)
        session.do(AddScene(ref))
        track = Track(category="vehicle.car")
        box = Box(track=track.token, frame=0, world_SE3_box=SE3.identity("world", "box"), size=(4, 2, 1.5))
        session.do(AddTrack("s", track, (box,)))
        times = []
        for step in range(200):
            moved = box.moved(SE3.from_yaw("world", "box", 0.01 * step, (0.1 * step + 0.1, 0, 0)))
            began = time.perf_counter()
            session.do(PutBoxes("s", (moved,), "Move box"))
            times.append(time.perf_counter() - began)
        session.close()
    yield Row("one edit, on disk", statistics.median(times) * 1000, "ms")


def convert(plan: Plan) -> Iterator[Row]:
    drive = plan.drive()
    with tempfile.TemporaryDirectory() as folder:

        def work() -> None:
            shutil.rmtree(Path(folder) / "out", ignore_errors=True)
            command("convert", drive, Path(folder) / "out", "--to", "nuscenes")

        yield Row("KITTI drive 0052 (8 frames) to nuScenes", best_of(3, work), "s")


def first_picture(plan: Plan) -> Iterator[Row]:
    plan.display()
    with tempfile.TemporaryDirectory() as folder:
        project, picture = Path(folder) / "bench.lidarlabel", Path(folder) / "first.png"
        command("import", plan.drive(), project)

        def work() -> None:
            command("open", project, "--screenshot", picture)
            if not picture.exists():
                raise RuntimeError("the desk showed no picture")

        yield Row("first picture of a KITTI frame, from the command", best_of(3, work), "s", bound=3.0)


def stepping(plan: Plan) -> Iterator[Row]:
    plan.display()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "bench.lidarlabel"
        command("import", plan.drive(), project)
        script = ROOT / "scripts" / "bench_stepping.py"
        done = subprocess.run(
            [sys.executable, str(script), str(project)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        yield Row("a step to the next frame, median, drive 0052", float(done.stdout.split()[-1]), "ms", bound=100.0)


def clouds(plan: Plan) -> Iterator[Row]:
    import bench_clouds

    for row, ours, theirs in bench_clouds.measured_rows(1_000_000 if plan.quick else bench_clouds.POINTS):
        least = 1 / row.most if row.most else None
        size = "1 M points" if plan.quick else "5 M points"
        yield Row(f"{row.what}, {size}", ours, "ms", peer=row.peer, theirs=theirs, least=least)
