"""BoxArrays: the boxes of a frame as arrays in the frame they are drawn and picked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import ray_boxes
from lidar_label.model import EDGES, SE3, Box, Floats
from lidar_label.model.turns import matrices_of

EDGE_STARTS, EDGE_ENDS = (np.array(ends) for ends in zip(*EDGES, strict=True))
FACE_CORNERS = ((0, 1, 2, 3), (4, 5, 6, 7), (0, 3, 7, 4), (1, 2, 6, 5), (0, 1, 5, 4), (3, 2, 6, 7))
_SIGNS = np.array(
    [[1, 1, 1], [1, -1, 1], [1, -1, -1], [1, 1, -1], [-1, 1, 1], [-1, -1, 1], [-1, -1, -1], [-1, 1, -1]],
    dtype=np.float64,
)  # the order of `Box.corners`
_TICK_M = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class BoxArrays:
    """M boxes in one frame.

    Parameters
    ----------
    centers : (M, 3) float64, metres
    rotations : (M, 3, 3) float64
        Columns are the box's axes.
    sizes : (M, 3) float64, metres
        Length, width, height.
    corners : (M, 8, 3) float64, metres
        In the order of `Box.corners`.
    """

    centers: Floats
    rotations: Floats
    sizes: Floats
    corners: Floats

    @classmethod
    def of(cls, boxes: Sequence[Box], frame_SE3_world: SE3) -> BoxArrays:
        """Return boxes in the frame `frame_SE3_world` leads to."""
        if not boxes:
            return cls(np.empty((0, 3)), np.empty((0, 3, 3)), np.empty((0, 3)), np.empty((0, 8, 3)))
        poses = [box.world_SE3_box for box in boxes]
        quats = np.concatenate([pose.rotation for pose in poses]).reshape(-1, 4)
        centers = frame_SE3_world.apply(np.concatenate([pose.translation for pose in poses]).reshape(-1, 3))
        rotations = frame_SE3_world.rotation_matrix @ matrices_of(quats)
        sizes = np.array([box.size for box in boxes])
        local = _SIGNS * (sizes[:, None] / 2)
        corners = np.einsum("mij,mkj->mki", rotations, local) + centers[:, None]
        return cls(centers, rotations, sizes, corners)

    def __len__(self) -> int:
        return len(self.centers)

    def only(self, rows: NDArray[np.intp]) -> BoxArrays:
        """Return some of the boxes."""
        return BoxArrays(self.centers[rows], self.rotations[rows], self.sizes[rows], self.corners[rows])

    def having(self, rows: Sequence[int], some: BoxArrays) -> BoxArrays:
        """Return all boxes with others in some places."""
        made = BoxArrays(self.centers.copy(), self.rotations.copy(), self.sizes.copy(), self.corners.copy())
        where = list(rows)
        made.centers[where], made.rotations[where] = some.centers, some.rotations
        made.sizes[where], made.corners[where] = some.sizes, some.corners
        return made

    def hits(self, origin: Floats, direction: Floats) -> list[int]:
        """Return the boxes that a ray meets, nearest first."""
        far = ray_boxes(origin, direction, self.centers, self.rotations, self.sizes)
        return [int(i) for i in np.argsort(far, kind="stable") if np.isfinite(far[i])]

    def edges(self) -> tuple[Floats, Floats]:
        """Return the starts and ends of the 12 edges of each box, (M * 12, 3) each."""
        return self.corners[:, EDGE_STARTS].reshape(-1, 3), self.corners[:, EDGE_ENDS].reshape(-1, 3)

    def headings(self) -> tuple[Floats, Floats]:
        """Return a line for each box from the middle of its floor to a little before its front."""
        floor = self.centers - self.rotations[:, :, 2] * (self.sizes[:, 2:] / 2)
        tick = np.minimum(_TICK_M, self.sizes[:, :1] / 2)  # a small box is not lost beside its own tick
        return floor, floor + self.rotations[:, :, 0] * (self.sizes[:, :1] / 2 + tick)

    def local(self, index: int, points: Floats) -> Floats:
        """Return points of the arrays' frame in the frame of one box, (N, 3)."""
        moved: Floats = (points - self.centers[index]) @ self.rotations[index]
        return moved

    def placed(self, index: int, points: Floats) -> Floats:
        """Return points of one box's frame in the arrays' frame, (N, 3)."""
        moved: Floats = points @ self.rotations[index].T + self.centers[index]
        return moved
