"""Boxes of real tracks left out and filled in again, by each method and gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.assist import interpolate_track
from lidar_label.datasets import open_dataset
from lidar_label.datasets.kitti.calib import read_calib
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box, Floats, Labels, Scene

GAPS = (5, 10, 20)
GOOD = 0.7
Fill = Callable[[list[Box], list[int], str, list[SE3]], list[Box]]

METHODS: dict[str, Fill] = {
    "ours": lambda boxes, times, kind, ego: interpolate_track(boxes, times, category=kind, ego=ego),
    "ours, boxes alone": lambda boxes, times, kind, _: interpolate_track(boxes, times, category=kind),
    "linear": lambda boxes, times, *_: interpolate_track(boxes, times, method="linear"),
    "cubic": lambda boxes, times, *_: interpolate_track(boxes, times, method="cubic"),
}


def results(folder: Path) -> list[dict[str, Any]]:
    """Return a row for each gap and method, ours first.

    `boxes` were filled in, of which `good` are at an intersection over union of 0.7 or more.
    """
    drives = list(drives_of(folder))
    found: list[dict[str, Any]] = []
    for gap in GAPS:
        for name, fill in METHODS.items():
            overlaps = np.concatenate([_overlaps(*drive, gap, fill) for drive in drives])
            good = int((overlaps >= GOOD).sum())
            row = {"gap": gap, "method": name, "boxes": len(overlaps), "good": good}
            found.append({**row, "share": round(good / len(overlaps), 4), "mean_iou": round(float(overlaps.mean()), 4)})
    return found


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as text."""
    lines = [f"{'gap':>4} {'method':<20} {'boxes':>7} {'at 0.7':>7} {'share':>7} {'mean IoU':>9}"]
    lines += [
        f"{row['gap']:>4} {row['method']:<20} {row['boxes']:>7} {row['good']:>7} "
        f"{100 * row['share']:>6.2f}% {row['mean_iou']:>9.4f}"
        for row in rows
    ]
    return "\n".join(lines)


def drives_of(folder: Path) -> Iterator[tuple[Labels, list[int], list[SE3]]]:
    """Yield the labels in world, the times and the ego poses of each sequence."""
    dataset = open_dataset(folder)
    for name in dataset.scene_names:
        scene, labels = dataset.scene(name), dataset.labels(name)
        times = [frame.timestamp_ns for frame in scene.frames]
        if scene.has_poses:
            yield labels, times, [frame.world_SE3_ego for frame in scene.frames]
        else:
            yield _placed(folder, name, scene, labels, times)


def _placed(
    folder: Path, name: str, scene: Scene, labels: Labels, times: list[int]
) -> tuple[Labels, list[int], list[SE3]]:
    """Return a sequence by the poses of its IMU, a row of 3 x 4 numbers a frame; its boxes are in the Velodyne's."""
    velo_SE3_imu = read_calib(folder / "calib" / f"{name}.txt").velo_SE3_imu
    if velo_SE3_imu is None:
        raise SystemExit(f"{folder / 'calib' / name}.txt: it does not say where the IMU is (Tr_imu_to_velo)")
    recorded = folder / "imu_poses" / f"{name}.txt"
    if not recorded.is_file():
        raise SystemExit(f"{folder}: sequence {name} has no poses, neither in oxts nor in imu_poses")
    rows = np.loadtxt(recorded, ndmin=2).reshape(-1, 3, 4)
    ego = [SE3.from_matrix("world", velo_SE3_imu.src, row) for row in rows[: len(scene.frames)]]
    boxes: list[Box] = []
    for track in labels.tracks:
        for box in labels.of_track(track.token):
            velo_SE3_box = SE3(velo_SE3_imu.dst, "box", box.world_SE3_box.rotation, box.center)
            boxes.append(box.moved(ego[box.frame] @ velo_SE3_imu.inverse @ velo_SE3_box))
    return Labels(labels.tracks, boxes), times, ego


def _overlaps(labels: Labels, times: list[int], ego: list[SE3], gap: int, fill: Fill) -> Floats:
    """Return how much each box that was filled in has in common with its label."""
    ours: list[Box] = []
    truth: list[Box] = []
    for track in labels.tracks:
        boxes = list(labels.of_track(track.token))
        kept = {box.frame for box in (*boxes[::gap], boxes[-1])}
        labelled = {box.frame: box for box in boxes}
        made = fill([replace(box, is_keyframe=box.frame in kept) for box in boxes], times, track.category, ego)
        made = [box for box in made if box.frame in labelled]  # some tracks have frames without a label
        ours += made
        truth += [labelled[box.frame] for box in made]
    return iou_of_pairs(_rows(ours), _rows(truth)) if ours else np.zeros(0)


def _rows(boxes: Sequence[Box]) -> Floats:
    return np.array([[*box.center, *box.size, box.yaw] for box in boxes])
