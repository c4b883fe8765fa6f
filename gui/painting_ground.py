"""Painting on the ground: what was drawn in a view, laid on the ground's surface, and the points there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import Floats
from lidar_label.model.area import signed_size

if TYPE_CHECKING:
    from lidar_label.assist.ground_surface import GroundSurface
    from lidar_label.gui.loader import FrameView

_ON_M = 0.15  # how far off the surface a point of the ground may lie
_FEWEST = 3
_STRAIGHT_M = 0.03  # how far the ground may lie off a straight side of an area


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A polygon as a view has it: a ray each corner, in the ego frame.

    Parameters
    ----------
    origins, rays : (K, 3) float64
        Where each begins, metres, and its unit direction.
    pieces : int
        How many corners there are from one that the hand set to the next: those between follow the ground. 0 where it
        was drawn in one go.
    """

    origins: Floats
    rays: Floats
    pieces: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class OnGround:
    """A polygon on the ground of a frame.

    Parameters
    ----------
    frame : int
    corners : (K, 3) float64, metres, ego frame
    """

    frame: int
    corners: Floats

    @property
    def area(self) -> float:
        """As seen from above, square metres."""
        return abs(signed_size(self.corners))

    def holds(self, xyz: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return which points lie over or under it, rising."""
        from lidar_label.assist.lift_marks import in_polygon

        flat = self.corners[:, :2]
        near = np.flatnonzero(((xyz[:, :2] >= flat.min(axis=0)) & (xyz[:, :2] <= flat.max(axis=0))).all(axis=1))
        found: NDArray[np.intp] = near[in_polygon(xyz[near, :2].astype(np.float64), flat)]
        return found


def as_few(corners: Floats, pieces: int = 0) -> Floats:
    """Return a polygon, (K, 3) metres, without the corners that lie within 3 cm of a line between those that stay.

    Every `pieces`-th stays in any case: a hand set it. With 0 the first and the one farthest from it stay.
    """
    if pieces:
        fixed = list(range(0, len(corners), pieces))
    else:
        fixed = [0, int(np.linalg.norm(corners - corners[0], axis=1).argmax())]
    ring = np.concatenate([corners, corners[:1]])
    kept = set(fixed)
    spans = list(zip(fixed, [*fixed[1:], len(corners)], strict=True))
    while spans:  # Douglas and Peucker, 1973
        start, stop = spans.pop()
        if stop - start < 2:
            continue
        way, off = ring[stop] - ring[start], ring[start + 1 : stop] - ring[start]
        share = np.clip(off @ way / max(float(way @ way), 1e-12), 0.0, 1.0)
        away = np.linalg.norm(off - share[:, None] * way, axis=1)
        if away.max() > _STRAIGHT_M:
            middle = start + 1 + int(away.argmax())
            kept.add(middle)
            spans += [(start, middle), (middle, stop)]
    found: Floats = corners[sorted(kept)]
    return found


class Ground:
    """The ground's surface of the frame that was asked for last; asked on one thread."""

    def __init__(self) -> None:
        self._kept: tuple[FrameView, GroundSurface] | None = None

    def surface(self, view: FrameView) -> GroundSurface:
        """Return the surface of a frame, in its ego frame."""
        if self._kept is None or self._kept[0] is not view:
            from lidar_label.assist.ground import find_ground

            own = view.world_SE3_ego.inverse
            places = [sweep.world_SE3_sensor.translation for sweep in view.frame.sweeps.values()]
            eyes = own.apply(np.array(places)) if places else np.zeros((1, 3))
            xyz = np.ascontiguousarray(view.xyz[np.isfinite(view.xyz).all(axis=1)])
            self._kept = view, find_ground(xyz, eyes).surface
        return self._kept[1]

    def laid(self, view: FrameView, drawn: Drawn) -> OnGround | None:
        """Lay a polygon on the ground; None where a corner looks at no ground that was seen."""
        from lidar_label.assist.lift_road import rays_on_ground

        corners = rays_on_ground(self.surface(view), drawn.origins, drawn.rays)
        if len(corners) < _FEWEST or not np.isfinite(corners).all():
            return None
        return OnGround(view.index, corners)

    def only(self, view: FrameView, found: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return those of some points that lie on the ground."""
        over = self.surface(view).over(view.xyz[found])
        with np.errstate(invalid="ignore"):
            kept: NDArray[np.intp] = found[np.abs(over) <= _ON_M]
        return kept
