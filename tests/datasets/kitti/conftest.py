"""Made-up KITTI files, and arithmetic that owes nothing to the reader."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2


def _row(values: Any) -> str:
    return " ".join(repr(float(v)) for v in np.asarray(values).ravel())


class Kitti:
    """Writes files as KITTI has them, with one calibration of its own."""

    def __init__(self) -> None:
        tilt = 0.02
        c, s = math.cos(tilt), math.sin(tilt)
        axes = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])
        self.velo = np.hstack([axes @ [[c, 0, s], [0, 1, 0], [-s, 0, c]], [[0.01], [-0.08], [-0.27]]])
        self.rectify = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
        self.imu = np.hstack([[[c, 0, s], [0, 1, 0], [-s, 0, c]], [[-0.8], [0.3], [-0.8]]])
        k = np.array([[700.0, 0, 600], [0, 700, 180], [0, 0, 1]])
        self.p = {n: np.hstack([k, k @ [[-b], [0.001], [0.003]]]) for n, b in enumerate((0, 0.54, -0.06, 0.47))}

    @property
    def rect_from_velo(self) -> np.ndarray:
        full = np.eye(4)
        full[:3] = self.rectify @ self.velo
        return full

    def object_calib(self) -> str:
        rows = [f"P{n}: {_row(p)}" for n, p in self.p.items()]
        rows += [f"R0_rect: {_row(self.rectify)}", f"Tr_velo_to_cam: {_row(self.velo)}"]
        return "\n".join([*rows, f"Tr_imu_to_velo: {_row(self.imu)}", ""])

    def raw_calib(self, day: Path) -> None:
        rows = ["calib_time: 09-Jan-2012 13:57:47"]
        for n, p in self.p.items():
            rows += [f"S_rect_{n:02d}: 1.242e+03 3.75e+02", f"R_rect_{n:02d}: {_row(self.rectify)}"]
            rows += [f"P_rect_{n:02d}: {_row(p)}"]
        (day / "calib_cam_to_cam.txt").write_text("\n".join(rows) + "\n")
        for name, m in (("velo_to_cam", self.velo), ("imu_to_velo", self.imu)):
            (day / f"calib_{name}.txt").write_text(f"R: {_row(m[:, :3])}\nT: {_row(m[:, 3])}\n")

    def corners_in_velo(self, row: str) -> np.ndarray:
        """The eight corners of a label row, from its numbers and the calibration alone."""
        h, w, length, x, y, z, ry = map(float, row.split()[-7:])
        c, s = math.cos(ry), math.sin(ry)
        turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        camera = SIGNS * (length, h, w) @ turn.T + (x, y - h / 2, z)
        back = np.linalg.inv(self.rect_from_velo)
        return camera @ back[:3, :3].T + back[:3, 3]


def _cloud(path: Path, points: int = 50, seed: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.random.default_rng(seed).uniform(-30, 30, (points, 4)).astype("<f4")
    rows[:, 3] = np.abs(rows[:, 3]) / 30
    path.write_bytes(rows.tobytes())


def _picture(path: Path, size: tuple[int, int] = (1242, 375)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.new("L", size, 90).save(path)


@pytest.fixture
def kitti() -> Kitti:
    return Kitti()


@pytest.fixture
def cloud() -> Callable[..., None]:
    return _cloud


@pytest.fixture
def picture() -> Callable[..., None]:
    return _picture


@pytest.fixture
def farthest() -> Callable[[np.ndarray, np.ndarray], float]:
    """The largest distance from a corner of one set to the nearest of the other, metres."""

    def measure(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.linalg.norm(one[:, None] - other[None], axis=2).min(axis=1).max())

    return measure


@pytest.fixture
def count() -> Callable[[np.ndarray, np.ndarray, np.ndarray], int]:
    """Points in a box given by eight corners in the order of `SIGNS`: plain numpy, faces inclusive."""

    def inside(points: np.ndarray, corners: np.ndarray, _: object = None) -> int:
        origin = corners[7]
        found = np.ones(len(points), dtype=bool)
        for edge in (corners[3] - origin, corners[5] - origin, corners[6] - origin):
            along = (points.astype(float) - origin) @ edge
            found &= (along >= -1e-9) & (along <= edge @ edge + 1e-9)
        return int(found.sum())

    return inside
