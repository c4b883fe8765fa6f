"""Part of scripts/bench: all rules over 200 frames of 100 boxes with their points, and over one edit of a box."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from bench_plan import Plan, best_of
from bench_table import Row

from lidar_label.check import check_drive, check_edit, points_of
from lidar_label.model import SE3, Box, Frame, Labels, PointCloud, Scene, Track, driving_taxonomy
from lidar_label.synth import make_drive

FRAMES, BOXES, CAST, PIECES = 200, 100, 8, 3
_KINDS = {"vehicle.car": (4.5, 1.9, 1.6), "human.pedestrian.adult": (0.7, 0.7, 1.75), "vehicle.truck": (8, 2.6, 3.2)}


def _load(file: Path) -> PointCloud:
    table = np.fromfile(file, dtype=np.float32).reshape(-1, 4)
    return PointCloud(np.ascontiguousarray(table[:, :3]), {"time_s": np.ascontiguousarray(table[:, 3])})


def _drive(folder: Path) -> tuple[Scene, Labels]:
    """Make a drive of which few sweeps are cast; each frame reads one from a file, and has boxes on rings about it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = make_drive(frames=CAST, seed=5, cameras=0)
    frames = []
    for index in range(FRAMES):
        near = made.scene.frames[index % CAST]
        sweep = near.sweep()
        file = folder / f"{index % CAST}.bin"
        if not file.exists():
            cloud = sweep.points()
            np.column_stack([cloud.xyz, cloud.fields["time_s"]]).astype(np.float32).tofile(file)
        time = index * 100_000_000
        pose = SE3.from_yaw("world", "ego", 0.0, (1.0 * index, 0.0, 0.0))
        frames.append(_frame(near, index, time, pose, file))
    scene = Scene(name="bench", frames=frames, sensors=made.scene.sensors)
    tracks, boxes = [], []
    for number in range(BOXES):
        category = list(_KINDS)[number % len(_KINDS)]
        size = _KINDS[category]
        away = 6.0 + 40.0 * math.sqrt(number / BOXES)
        own = [Track(category=category, name=f"{number}.{piece}") for piece in range(PIECES)]
        tracks += own
        for frame in frames:
            angle = number * 2.4 + 0.001 * frame.index  # the golden angle spreads them evenly
            place = (away * math.cos(angle), away * math.sin(angle), size[2] / 2)
            pose = frame.world_SE3_ego @ SE3.from_yaw("ego", "box", 0.0, place)
            token = own[frame.index * PIECES // FRAMES].token
            boxes.append(Box(track=token, frame=frame.index, world_SE3_box=pose, size=size))
    return scene, Labels(tracks, boxes)


def _frame(near: Frame, index: int, time: int, pose: SE3, file: Path) -> Frame:
    sweep = replace(near.sweep(), frame=index, timestamp_ns=time, world_SE3_ego=pose, load=partial(_load, file))
    return Frame(index=index, timestamp_ns=time, sweeps={sweep.channel: sweep})


def checks(plan: Plan) -> Iterator[Row]:
    scene, labels = _drive(plan.folder / "check")
    taxonomy = driving_taxonomy()
    short = Scene(name="short", frames=scene.frames[:2], sensors=scene.sensors)
    check_drive(short, Labels(labels.tracks, [b for f in (0, 1) for b in labels.in_frame(f)]), taxonomy)  # compiles
    taken = best_of(1 if plan.quick else 2, lambda: check_drive(scene, labels, taxonomy))
    yield Row(f"all rules over {FRAMES} frames of {BOXES} boxes, points read from files, 2 threads", taken, "s", 10.0)
    middle = FRAMES // 2
    box = labels.in_frame(middle)[0]
    track, boxes = labels.track(box.track), labels.of_track(box.track)
    here = Labels([labels.track(b.track) for b in labels.in_frame(middle)], labels.in_frame(middle))
    points = points_of(scene, middle)

    def edit() -> None:
        check_edit(scene, track, boxes, here, taxonomy, middle, points)

    edit()
    taken = best_of(20, edit)
    what = f"the rules over one edit: a track of {len(boxes)} boxes and its frame of {BOXES} with points"
    yield Row(what, 1000 * taken, "ms", 30.0)
