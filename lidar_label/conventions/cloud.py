"""What a cloud alone says: where up is, what is ground, and where things stand out from what lies behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, minimum_filter

from lidar_label.model import Floats

Flags = NDArray[np.bool_]

_TRIES, _SAMPLE = 400, 4000
_ON_PLANE_M, _BELOW_M = 0.12, 0.4
_NEAR_M, _FAR_M = 25.0, 90.0
_MOST_BELOW = 0.15  # of the points, under the ground
_CELL_M, _REACH_M = 1.0, 100.0
_AROUND_CELLS, _LOW_M, _GUESSED_M = 7, 0.35, 3.0
_STANDS_OUT_M, _EVEN_M, _LEAST_GROUND = 0.25, 0.4, 0.06
_ROW, _COLUMN = np.radians(0.4), np.radians(0.35)
_JUMP_M, _JUMP, _BESIDE = 0.6, 0.08, 3
_USUAL_HEIGHT_M, _LEAST_HEIGHT_M, _HIGHEST_M = 1.8, 0.8, 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One sweep seen upright.

    Attributes
    ----------
    level_R_lidar : (3, 3) float64
        Turns the cloud so that its ground lies flat, z up; `points` are turned so.
    points : (N, 3) float64, metres
        What stands on the ground, rising in x.
    edges, plain : (K, 3) float64, metres
        Points of what stands on the ground before something farther away, and others; some of each.
    ground : (H, W) float64, metres
        Heights of the ground in cells of a metre, 100 m each way; NaN where none was measured nearby.
    eye : (3,) float64, metres
        From where it was measured.
    under : float, metres
        The height of the ground there.
    is_sure : bool
        False where no ground was found, so that up is what the file says.
    """

    level_R_lidar: Floats
    points: Floats
    edges: Floats
    plain: Floats
    ground: Floats
    eye: Floats
    under: float
    is_sure: bool

    def ground_at(self, places: Floats) -> Floats:
        """Return the height of the ground under places, (N, 2 or 3), metres; NaN where nobody knows."""
        side = len(self.ground)
        cell = np.floor((places[:, :2] + _REACH_M) / _CELL_M).astype(np.int64)
        inside = ((cell >= 0) & (cell < side)).all(axis=1)
        cell = np.clip(cell, 0, side - 1)
        return np.where(inside, self.ground[cell[:, 0], cell[:, 1]], np.nan)


def look_at(xyz: Floats, seed: int = 0, *, dots: int = 3000) -> Cloud:
    """Look at a cloud; `xyz` is (N, 3) in the LiDAR's frame, metres, finite."""
    rng = np.random.default_rng(seed)
    distance = np.linalg.norm(xyz, axis=1)
    xyz = xyz[(distance > 1.5) & (distance < _FAR_M)]
    up, is_sure = _up(xyz, rng)
    level = _level(up)
    points = xyz @ level.T
    ground, far = _ground(points)
    cell = np.clip(np.floor((points[:, :2] + _REACH_M) / _CELL_M).astype(np.int64), 0, len(ground) - 1)
    stands = points[:, 2] - ground[cell[:, 0], cell[:, 1]] > _STANDS_OUT_M
    under = float(np.nanmedian(ground[95:106, 95:106]))
    eye = np.array([0.0, 0.0, 0.0 if under < -_LEAST_HEIGHT_M else under + _USUAL_HEIGHT_M])
    out = _edges(points - eye) & stands
    return Cloud(
        level_R_lidar=level,
        points=_rising(points[stands]),
        edges=_some(points[out], dots, rng),
        plain=_some(points[~out], dots, rng),
        ground=np.where(far <= _GUESSED_M, ground, np.nan),
        eye=eye,
        under=under,
        is_sure=is_sure,
    )


def _rising(points: Floats) -> Floats:
    found: Floats = points[np.argsort(points[:, 0], kind="stable")]
    return found


def _some(points: Floats, most: int, rng: np.random.Generator) -> Floats:
    return points if len(points) <= most else points[rng.choice(len(points), most, replace=False)]


def _up(xyz: Floats, rng: np.random.Generator) -> tuple[Floats, bool]:
    """Return the direction away from the plane on which most lies and under which hardly anything does."""
    near = xyz[np.linalg.norm(xyz, axis=1) < _NEAR_M]
    near = near[np.unique(np.floor(near / _EVEN_M).astype(np.int64), axis=0, return_index=True)[1]]  # by area
    if len(near) < 200:
        return np.array([0.0, 0.0, 1.0]), False
    near = _some(near, _SAMPLE, rng)
    best, found = 0.0, None
    for three in near[rng.integers(0, len(near), (_TRIES, 3))]:
        normal = np.cross(three[1] - three[0], three[2] - three[0])
        size = float(np.linalg.norm(normal))
        if size < 0.5:
            continue
        normal = normal / size
        if abs(float(three[0] @ normal)) > _HIGHEST_M:
            continue  # a wall: nothing is mounted that far above the road
        height = (near - three[0]) @ normal
        on = np.abs(height) < _ON_PLANE_M
        above, below = float((height > _BELOW_M).mean()), float((height < -_BELOW_M).mean())
        if min(above, below) > _MOST_BELOW:
            continue
        if float(on.mean()) > best:
            best, found = float(on.mean()), (normal if above >= below else -normal, near[on])
    if found is None or best < _LEAST_GROUND:
        return np.array([0.0, 0.0, 1.0]), False
    normal, on_plane = found
    axis = np.linalg.svd(on_plane - on_plane.mean(axis=0), full_matrices=False)[2][2]
    return axis if axis @ normal > 0 else -axis, True


def _level(up: Floats) -> Floats:
    """Return the smallest turn that takes `up` to +z; about x where it points straight down."""
    z = np.array([0.0, 0.0, 1.0])
    cross, cos = np.cross(up, z), float(up @ z)
    if cos < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    k = np.array([[0, -cross[2], cross[1]], [cross[2], 0, -cross[0]], [-cross[1], cross[0], 0]])
    turn: Floats = np.eye(3) + k + k @ k / (1 + cos)
    return turn


def _ground(points: Floats) -> tuple[Floats, Floats]:
    """Return the height of the ground in each cell, or in the nearest that was measured, and how far that one is."""
    side = int(2 * _REACH_M / _CELL_M)
    cell = np.floor((points[:, :2] + _REACH_M) / _CELL_M).astype(np.int64)
    inside = ((cell >= 0) & (cell < side)).all(axis=1)
    flat = cell[inside, 0] * side + cell[inside, 1]
    lowest = np.full(side * side, np.inf)
    np.minimum.at(lowest, flat, points[inside, 2])
    heights = lowest.reshape(side, side)
    # Ground is what lies low among its neighbours; roofs and what hangs in the air do not.
    rough = np.where(np.isfinite(heights), heights, np.nan)
    usual = np.nanmedian(rough[side // 2 - 20 : side // 2 + 20, side // 2 - 20 : side // 2 + 20])
    index = np.indices(heights.shape) - side / 2
    slack = 0.5 + 0.04 * np.hypot(*index)
    is_low = np.isfinite(heights) & (np.abs(heights - usual) < slack)
    around = minimum_filter(np.where(is_low, heights, np.inf), _AROUND_CELLS)
    is_ground = is_low & (heights < around + _LOW_M)
    if not is_ground.any():
        return np.full((side, side), float(usual) if np.isfinite(usual) else 0.0), np.zeros((side, side))
    far, near = distance_transform_edt(~is_ground, return_indices=True)
    return heights[near[0], near[1]], far * _CELL_M


def _edges(points: Floats) -> Flags:
    """Mark points beside which, in a picture of ranges, the next thing lies clearly farther away."""
    distance = np.linalg.norm(points, axis=1)
    rows = np.round(np.arcsin(np.clip(points[:, 2] / np.maximum(distance, 1e-6), -1, 1)) / _ROW).astype(np.int64)
    columns = np.round((np.arctan2(points[:, 1], points[:, 0]) + np.pi) / _COLUMN).astype(np.int64)
    wide, low = round(2 * np.pi / _COLUMN), int(rows.min(initial=0))
    columns %= wide
    rows = rows - low + 1
    picture = np.full((int(rows.max(initial=0)) + 2, wide), np.inf)
    np.minimum.at(picture, (rows, columns), distance)
    foremost = distance <= picture[rows, columns] + 0.3
    far = distance + np.maximum(_JUMP_M, _JUMP * distance)
    found = np.zeros(len(points), dtype=np.bool_)
    for side in (-1, 1):
        beside = np.full(len(points), np.inf)
        for step in range(1, _BESIDE + 1):
            for up in (0, -1, 1):
                beside = np.minimum(beside, picture[rows + up, (columns + side * step) % wide])
        found |= np.isfinite(beside) & (beside > far)
    marked: Flags = found & foremost
    return marked
