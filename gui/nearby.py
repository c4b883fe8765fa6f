"""Nearby: the points about a box and the ground there, looked for once and kept while they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.around import around
from lidar_label.model import Floats

if TYPE_CHECKING:
    from lidar_label.assist.fit_ground import Ground
    from lidar_label.gui.views.stage import Stage

_MARGIN_M = 2.0
_OVER_GROUND_M, _OF_HEIGHT = 0.2, 0.3  # what is lower is ground; for low things the share of their height
_FOR_GROUND = 4_000  # points that say where the ground is; more say the same
_GROUND_ABOVE, _GROUND_BELOW_M = 0.5, 1.5  # of the box's height over its floor, metres under it: else it is no ground


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """Points about one place.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        In the ego frame.
    center : (3,) float64, metres
    reach : float, metres
        How far from the centre points were taken, along each axis of the ego frame.
    ground : Ground
        The ground there, in the ego frame.
    """

    xyz: NDArray[np.float32]
    center: Floats
    reach: float
    ground: Ground

    def local(self, center: Floats, rotation: Floats) -> NDArray[np.float32]:
        """Return the points in a frame at `center` with the columns of `rotation` as its axes, (N, 3) metres."""
        moved = (self.xyz - center.astype(np.float32)) @ rotation.astype(np.float32)
        return np.ascontiguousarray(moved)

    def floor_of(self, center: Floats, rotation: Floats, size: Floats) -> float | None:
        """Return how far below a box's centre the ground is, along the box's own z; None where none is near it."""
        upright = float(rotation[2, 2])
        if upright < 0.5:  # it lies on its side
            return None
        below = float(center[2] - self.ground.at(float(center[0]), float(center[1]))) / upright
        half = float(size[2]) / 2
        return below if half - _GROUND_ABOVE * size[2] <= below <= half + _GROUND_BELOW_M else None

    def objects(self, center: Floats, rotation: Floats, size: Floats) -> NDArray[np.float32]:
        """Return the points that are not ground in the frame of a box, (M, 3) metres."""
        points = self.local(center, rotation)
        if self.floor_of(center, rotation, size) is None:
            return points
        least = min(_OVER_GROUND_M, _OF_HEIGHT * float(size[2]))
        standing: NDArray[np.float32] = points[self.ground.over(self.xyz) > least]
        return standing


class Finder:
    """Keeps what was found last for a stage: most asks are of the same place."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._found: Nearby | None = None
        self._loaded: tuple[float, float, float, NDArray[np.float32]] | None = None  # of a big cloud: x, y, reach
        stage.cloud_changed.connect(self.forget)
        stage.points_changed.connect(self.forget)
        stage.tiles.changed.connect(self.forget)

    def forget(self) -> None:
        """Look anew the next time."""
        self._found, self._loaded = None, None

    def points(self, center: Floats, reach: float) -> NDArray[np.float32]:
        """Return points that hold all those within a distance of a place, in the ego frame.

        They are part of the frame's cloud, or what is in memory about there of one that is drawn from tiles.
        """
        stage = self._stage
        if not stage.tiles.is_active:
            return around(stage.box_xyz, center, reach)
        x, y = float(center[0]), float(center[1])
        kept = self._loaded
        if kept is None or max(abs(kept[0] - x), abs(kept[1] - y)) + reach > kept[2]:
            kept = self._loaded = (x, y, 1.5 * reach, stage.tiles.around(x, y, 1.5 * reach))
        return kept[3]

    def about(self, center: Floats, size: Floats) -> Nearby:
        """Return the points about a box, (3,) metres each, in the ego frame."""
        from lidar_label.assist.fit_ground import ground_about
        from lidar_label.kernels.near_box import points_between

        need = float(np.linalg.norm(size)) / 2 + _MARGIN_M
        found = self._found
        if found is not None and float(np.abs(found.center - center).max()) + need <= found.reach <= 4 * need:
            return found
        wide = need + _MARGIN_M / 2
        reach = np.full(3, wide)
        xyz = self.points(center, wide)
        _, index = points_between(xyz, center, np.eye(3), -reach, reach)
        near = xyz[index]
        some = near[:: max(len(near) // _FOR_GROUND, 1)]
        ground = ground_about(some, center, wide, usual=float(center[2] - size[2] / 2))
        self._found = Nearby(near, np.array(center), wide, ground)
        return self._found


def warm_up() -> None:
    """Compile what the first selected box would otherwise wait for."""
    from lidar_label.kernels.near_box import points_between

    points_between(np.zeros((1, 3), np.float32), np.zeros(3), np.eye(3), -np.ones(3), np.ones(3))
