"""Part of scripts/clicks: vehicles clicked with the frames before and after at hand, and without them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from clicks_data import kind_of
from numpy.typing import NDArray

from lidar_label.assist.fit import Fit, fit_click
from lidar_label.assist.fit_merged import fit_click_merged
from lidar_label.errors import LidarLabelError
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Floats, Labels, Scene

_CAR = (4.6, 1.9, 1.7)
_STANDS_M = 0.5
_FEWEST = 10
_BY_POINTS = (10, 50, 150, 10**9)
_FRAMES = 7

Cloud = NDArray[np.float32]


def beside_rows(data: Path, drives: range, steps: int) -> list[dict[str, Any]]:
    """Return a row for each set, for what stands and what moves, and by points."""
    found: dict[tuple[str, str], list[tuple[int, float, float, bool]]] = {}
    for title, scene, labels, frames in _scenes(data, drives):
        for index in frames:
            for stands, *one in _frame(scene, labels, index, steps):
                found.setdefault((title, "stands" if stands else "moves"), []).append(tuple(one))
    rows = []
    for (title, moves), clicks in found.items():
        for low, high in pairwise(_BY_POINTS):
            some = np.array([one[1:] for one in clicks if low <= one[0] < high], dtype=float)
            if len(some):
                rows.append({
                    "set": title, "vehicle": moves, "from_points": low, "clicks": len(some),
                    "alone": float(some[:, 0].mean()), "alone_at_0.7": float((some[:, 0] >= 0.7).mean()),
                    "beside": float(some[:, 1].mean()), "beside_at_0.7": float((some[:, 1] >= 0.7).mean()),
                    "by_more_frames": float(some[:, 2].mean()),
                })  # fmt: skip
    return rows


def _scenes(data: Path, drives: range) -> Iterator[tuple[str, Scene, Labels, list[int]]]:
    """Yield scenes that have poses and frames close in time, and the frames to click in."""
    from lidar_label.datasets import open_dataset
    from lidar_label.synth import make_drive

    dataset = open_dataset(data / "dgp_test_scene")
    for name in dataset.scene_names:
        scene = dataset.scene(name)
        yield "DGP", scene, dataset.labels(name), [frame.index for frame in scene.frames]
    for seed in drives:
        drive = make_drive(frames=_FRAMES, seed=seed, cameras=0, frame_rate_hz=5.0)
        yield "made up", drive.scene, drive.labels, [_FRAMES // 2]


def _frame(scene: Scene, labels: Labels, index: int, steps: int) -> Iterator[tuple[bool, int, float, float, bool]]:
    """Yield of each vehicle whether it stands, its points, overlaps without and with other frames, if those told."""
    kinds = {track.token: track.category for track in labels.tracks}
    ego_SE3_world = scene.frames[index].world_SE3_ego.inverse
    xyz = _cloud(scene, index)
    origin = ego_SE3_world.apply(scene.world_SE3_lidar(index).translation[None])[0]
    others = [
        (_cloud(scene, near), ego_SE3_world @ scene.frames[near].world_SE3_ego)
        for near in range(max(index - steps, 0), min(index + steps + 1, len(scene.frames)))
        if near != index
    ]
    for number, box in enumerate(labels.in_frame(index)):
        pose = ego_SE3_world @ box.world_SE3_box
        inside = np.flatnonzero((np.abs(pose.inverse.apply(xyz)) <= np.array(box.size) / 2).all(axis=1))
        if kind_of(kinds[box.track]) != "vehicle" or len(inside) < _FEWEST:
            continue
        point = xyz[np.random.default_rng([0, number]).choice(inside)].astype(np.float64)
        truth = np.array([[*pose.translation, *box.size, pose.yaw]])
        moved = max(float(np.hypot(*(other.center - box.center)[:2])) for other in labels.of_track(box.track))
        try:
            alone = fit_click(xyz, point, origin, _CAR, headings=(0.0,))
            found = fit_click_merged(xyz, others, point, origin, _CAR, headings=(0.0,))
        except LidarLabelError:
            yield moved < _STANDS_M, len(inside), 0.0, 0.0, False
            continue
        yield moved < _STANDS_M, len(inside), _overlap(alone, truth), _overlap(found, truth), found.frames > 1


def _cloud(scene: Scene, index: int) -> Cloud:
    """Return the points of a frame in its ego frame."""
    ego_SE3_world: SE3 = scene.frames[index].world_SE3_ego.inverse
    parts = [np.empty((0, 3))]
    for sweep in scene.frames[index].sweeps.values():
        if sweep.sensor.kind == "lidar" and sweep.is_present:
            cloud = sweep.points()
            parts.append((ego_SE3_world @ sweep.world_SE3_sensor).apply(cloud.xyz[cloud.valid].astype(np.float64)))
    return np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)


def _overlap(fit: Fit, truth: Floats) -> float:
    row = np.array([[*fit.pose.translation, *fit.size, fit.pose.yaw]])
    return float(iou_of_pairs(row, truth, "bev")[0])


def beside_table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as text."""
    lines = [f"{'':<26}clicks | alone: IoU  at 0.7 | frames beside: IoU  at 0.7 | told by them"]
    lines += [
        f"{r['set'] + ', ' + r['vehicle'] + ', ' + str(r['from_points']) + '+':<26}{r['clicks']:6d} "
        f"| {r['alone']:10.3f} {r['alone_at_0.7']:7.1%} | {r['beside']:18.3f} {r['beside_at_0.7']:7.1%} "
        f"| {r['by_more_frames']:.0%}"
        for r in rows
    ]
    return "\n".join(lines)
