"""KITTI tracking sequences with ego poses, as the tracking table needs them: truth, what is ignored, and frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lidar_label.check.mot import Objects
from lidar_label.datasets.kitti.calib import LEVEL_FROM_RECT, Calibration, read_calib
from lidar_label.model import Floats

CLASSES = {"Car": ("car", "van"), "Pedestrian": ("pedestrian", "person_sitting"), "Cyclist": ("cyclist",)}
FRAME_NS = 100_000_000
_LEAST_PIXELS = 25.0  # a box this low in the image is nobody's error
_MOST_HIDDEN = 2  # 3 is "unknown"
_IMAGE = (1242.0, 375.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """One sequence. `world_from_level` (F, 4, 4): the level frame at the rectified camera in world, frame by frame."""

    name: str
    calibration: Calibration
    world_from_level: Floats
    rows: list[list[str]]

    @property
    def frames(self) -> int:
        return len(self.world_from_level)

    @property
    def times_ns(self) -> list[int]:
        return [frame * FRAME_NS for frame in range(self.frames)]


def sequences_of(folder: Path) -> list[Sequence]:
    """Return the sequences of a folder with ``label_02``, ``calib`` and ``imu_poses``."""
    return [_sequence(folder, path.stem) for path in sorted((folder / "label_02").glob("*.txt"))]


def _sequence(folder: Path, name: str) -> Sequence:
    calibration = read_calib(folder / "calib" / f"{name}.txt")
    poses = np.loadtxt(folder / "imu_poses" / f"{name}.txt").reshape(-1, 3, 4)
    world_from_imu = np.zeros((len(poses), 4, 4))
    world_from_imu[:, :3], world_from_imu[:, 3, 3] = poses, 1
    level_from_rect = np.eye(4)
    level_from_rect[:3, :3] = LEVEL_FROM_RECT
    imu_from_velo = calibration.velo_SE3_imu.inverse.matrix if calibration.velo_SE3_imu else np.eye(4)
    imu_from_level = imu_from_velo @ np.linalg.inv(level_from_rect @ calibration.rect_from_velo)
    rows = [line.split() for line in (folder / "label_02" / f"{name}.txt").read_text().splitlines() if line.strip()]
    return Sequence(name=name, calibration=calibration, world_from_level=world_from_imu @ imu_from_level, rows=rows)


def level_boxes(values: Floats) -> Floats:
    """Return boxes in the level frame, (N, 7), of rows h, w, l, x, y, z, rotation_y as the files have them."""
    h, w, length, x, y, z, turn = values.T
    return np.column_stack([z, -x, -(y - h / 2), length, w, h, -turn - np.pi / 2])


def truth_of(sequence: Sequence, category: str) -> Objects:
    """Return the objects of a class and its neighbours; hidden, cut and neighbouring ones are ignored."""
    wanted = CLASSES[category]
    rows = [row for row in sequence.rows if row[2].lower() in wanted]
    values = np.array([[float(cell) for cell in row[10:17]] for row in rows]).reshape(-1, 7)
    ignored = [
        row[2].lower() == wanted[-1] != wanted[0] or int(float(row[3])) > 0 or int(float(row[4])) > _MOST_HIDDEN
        for row in rows
    ]
    return Objects(
        frame=np.array([int(row[0]) for row in rows], dtype=np.int64),
        track=np.array([int(row[1]) for row in rows], dtype=np.int64),
        boxes=level_boxes(values),
        ignored=np.array(ignored, dtype=np.bool_),
    )


def ignored_regions(sequence: Sequence, frame: Floats, rect: Floats) -> np.ndarray:
    """Mark boxes that are low in the image, or lie by more than half in a region that nobody labelled."""
    marked = np.abs(rect[:, 3] - rect[:, 1]) <= _LEAST_PIXELS
    regions = np.array([[float(c) for c in (row[0], *row[6:10])] for row in sequence.rows if row[2] == "DontCare"])
    for number in np.unique(frame):
        here, there = np.flatnonzero(frame == number), regions[regions[:, 0] == number] if len(regions) else []
        for _, left, top, right, bottom in there:
            wide = np.minimum(rect[here, 2], right) - np.maximum(rect[here, 0], left)
            high = np.minimum(rect[here, 3], bottom) - np.maximum(rect[here, 1], top)
            area = (rect[here, 2] - rect[here, 0]) * (rect[here, 3] - rect[here, 1])
            marked[here] |= np.where((wide > 0) & (high > 0) & (area > 0), wide * high, 0) > 0.5 * area
    return marked


def rects_of(sequence: Sequence, boxes: Floats) -> Floats:
    """Return the rectangle of each level box in the picture of camera 2, (N, 4): left, top, right, bottom.

    One that shows nowhere in the picture has no area.
    """
    signs = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2
    corners = signs[None] * boxes[:, None, 3:6]
    cos, sin = np.cos(boxes[:, 6])[:, None], np.sin(boxes[:, 6])[:, None]
    x = corners[..., 0] * cos - corners[..., 1] * sin + boxes[:, None, 0]
    y = corners[..., 0] * sin + corners[..., 1] * cos + boxes[:, None, 1]
    z = corners[..., 2] + boxes[:, None, 2]
    rect = np.stack([x, y, z], axis=-1) @ LEVEL_FROM_RECT  # its inverse is its transpose
    rect[..., 2] = np.maximum(rect[..., 2], 0.1)
    pixels = np.concatenate([rect, np.ones((*rect.shape[:2], 1))], axis=-1) @ sequence.calibration.projections[2].T
    pixels = pixels[..., :2] / pixels[..., 2:]
    low, high = pixels.min(axis=1), pixels.max(axis=1)
    most = np.array(_IMAGE) - 1
    found: Floats = np.concatenate([np.clip(low, 0, most), np.clip(high, 0, most)], axis=1)
    return found


def in_world(sequence: Sequence, frame: np.ndarray, boxes: Floats) -> Floats:
    """Return level boxes in world, upright there; `in_level` is the way back."""
    return _moved(sequence.world_from_level[frame], boxes)


def in_level(sequence: Sequence, frame: np.ndarray, boxes: Floats) -> Floats:
    """Return boxes in world in the level frame of their own frame, upright there."""
    return _moved(np.linalg.inv(sequence.world_from_level)[frame], boxes)


def _moved(matrix: Floats, boxes: Floats) -> Floats:
    moved = boxes.copy()
    moved[:, :3] = np.einsum("nij,nj->ni", matrix[:, :3, :3], boxes[:, :3]) + matrix[:, :3, 3]
    heading = np.stack([np.cos(boxes[:, 6]), np.sin(boxes[:, 6]), np.zeros(len(boxes))], axis=1)
    heading = np.einsum("nij,nj->ni", matrix[:, :3, :3], heading)
    moved[:, 6] = np.arctan2(heading[:, 1], heading[:, 0])
    return moved


def write_tracks(
    file: Path, sequence: Sequence, category: str, frame: np.ndarray, track: np.ndarray, boxes: Floats, score: Floats
) -> None:
    """Write tracks as the benchmark's result files have them; those that show nowhere in the picture are left out.

    Scores are rounded to 64ths, which six decimals hold exactly: AB3DMOT's script takes the mean of a track's scores
    anew in every pass, and a track at the threshold would come and go by rounding.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    rect = rects_of(sequence, boxes)
    lines = []
    for n in np.lexsort((track, frame)):
        left, top, right, bottom = rect[n]
        if right <= left or bottom <= top:
            continue
        x, y, z, length, width, height, yaw = boxes[n]
        cells = (left, top, right, bottom, height, width, length, -y, height / 2 - z, x, -yaw - np.pi / 2)
        numbers = " ".join(f"{cell:.6f}" for cell in (*cells, round(float(score[n]) * 64) / 64))
        lines.append(f"{frame[n]} {track[n]} {category} 0 0 -10 {numbers}\n")
    file.write_text("".join(lines))
