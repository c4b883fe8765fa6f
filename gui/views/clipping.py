"""Clipping: from what a person wants left out to the part of the space that is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.look import Clip
from lidar_label.gui.painters.base import Crop
from lidar_label.model import Floats

ON_GROUND_M = 0.25  # what lies lower is taken for ground
ISOLATED_M = 1.5  # around the selected box
_ALL = Crop()


def crop_of(clip: Clip, ground: float, corners: Floats | None = None) -> Crop | None:
    """Return the part of the ego frame that is shown; None for all of it.

    Parameters
    ----------
    clip : Clip
    ground : float, metres
        Height of the ground.
    corners : (8, 3) float64, metres, optional
        Of the selected box, where there is one.
    """
    low, high = np.full(3, -np.inf), np.full(3, np.inf)
    if clip.ground:
        low[2] = ground + ON_GROUND_M
    if clip.ceiling is not None:
        high[2] = ground + clip.ceiling
    if clip.region is not None:
        low[:2], high[:2] = clip.region[:2], clip.region[2:]
    if clip.isolated and corners is not None:
        low = np.maximum(low, corners.min(axis=0) - ISOLATED_M)
        high = np.minimum(high, corners.max(axis=0) + ISOLATED_M)
    crop = Crop((float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2])))
    return None if crop == _ALL else crop


def shown_by(crop: Crop, xyz: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Mark the points that are shown, (N,), as the painters do: a point on a limit is."""
    mask = np.ones(len(xyz), np.bool_)
    for axis in range(3):
        if np.isfinite(crop.low[axis]):
            mask &= xyz[:, axis] >= np.float32(crop.low[axis])
        if np.isfinite(crop.high[axis]):
            mask &= xyz[:, axis] <= np.float32(crop.high[axis])
    return mask


def cut(crop: Crop | None, xyz: NDArray[np.float32], *others: NDArray[np.uint8]) -> list[NDArray[np.generic]]:
    """Return what is shown of points, and of arrays as long as they are."""
    if crop is None:
        return [xyz, *others]
    kept = np.flatnonzero(shown_by(crop, xyz))
    return [xyz[kept], *(values[kept] for values in others)]
