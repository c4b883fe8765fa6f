"""Inks: how the points of tiles are coloured, the same in every tile; none of it knows of Qt."""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.colors import HEIGHTS, INTENSITIES, RGB, SHADES, Colors, colors_of, depth_of_colors
from lidar_label.gui.views.geometry import is_sweep_sized, middle_and_reach
from lidar_label.kernels.colorize import colors_by_value, percentiles
from lidar_label.kernels.points_in_boxes import box_of_points
from lidar_label.model import SE3, Floats

if TYPE_CHECKING:
    from lidar_label.cloud.stream import Points

_ROUGH_M = 0.2  # what the ground rises and falls anyway, all in one colour


@dataclass(frozen=True, slots=True, eq=False)
class ByHeight:
    """Colours by height between `low` and `high`, metres in the coordinates of the store."""

    low: float
    high: float
    table: Colors
    fields: tuple[str, ...] = ()

    def key(self, tile: int) -> Hashable:  # noqa: ARG002
        """Return nothing: all tiles are coloured alike for good."""
        return None

    def paint(self, tile: int, points: Points) -> Colors:  # noqa: ARG002
        """Colour the steps of the grid, which need not be made metres first."""
        corner, step = float(points.corner[2]), float(points.step[2])
        low, high = (self.low - corner) / step, (self.high - corner) / step
        if step < 0:
            return colors_by_value(points.grid[:, 2], high, low, self.table[::-1])
        return colors_by_value(points.grid[:, 2], low, high, self.table)


@dataclass(frozen=True, slots=True, eq=False)
class ByField:
    """Colours by the values of a field between `low` and `high`."""

    name: str
    low: float
    high: float
    table: Colors

    @property
    def fields(self) -> tuple[str, ...]:
        """The one field."""
        return (self.name,)

    def key(self, tile: int) -> Hashable:  # noqa: ARG002
        """Return nothing: all tiles are coloured alike for good."""
        return None

    def paint(self, tile: int, points: Points) -> Colors:  # noqa: ARG002
        """Colour the field's values."""
        return colors_by_value(points.fields[self.name], self.low, self.high, self.table)


@dataclass(frozen=True, slots=True, eq=False)
class ByColor:
    """The colours that the points have themselves; of their numbers the bits above `shift` are shown."""

    shift: int
    fields: tuple[str, ...] = RGB

    def key(self, tile: int) -> Hashable:  # noqa: ARG002
        """Return nothing: all tiles are coloured alike for good."""
        return None

    def paint(self, tile: int, points: Points) -> Colors:  # noqa: ARG002
        """Take the colours as they are."""
        return colors_of([points.fields[name] for name in RGB], self.shift)


class ByBox:
    """Points in a box have its colour, the others are shades of grey by height.

    Parameters
    ----------
    ground : ByHeight
        Of what lies in no box.
    low, high : (T, 3) float64
        Bounds of the tiles, in the coordinates of the store.
    """

    fields: tuple[str, ...] = ()

    def __init__(self, ground: ByHeight, low: Floats, high: Floats) -> None:
        self._ground, self._low, self._high = ground, low, high
        self._state = _Boxes(BoxArrays.of((), SE3.identity("ego", "world")), np.empty((0, 3), np.uint8), [], {})

    def set_boxes(self, boxes: BoxArrays, colors: Colors) -> None:
        """Take other boxes, in the coordinates of the store, and their colours, (M, 3)."""
        near: dict[int, list[int]] = {}
        names: list[bytes] = []
        for n in range(len(boxes)):
            low, high = boxes.corners[n].min(axis=0), boxes.corners[n].max(axis=0)
            for tile in np.flatnonzero(((self._low <= high) & (self._high >= low)).all(axis=1)).tolist():
                near.setdefault(tile, []).append(n)
            names.append(boxes.corners[n].tobytes() + colors[n].tobytes())
        self._state = _Boxes(boxes, colors, names, near)

    def key(self, tile: int) -> Hashable:
        """Return the boxes that reach into a tile, as they are."""
        state = self._state
        return tuple(state.names[n] for n in state.near.get(tile, ()))

    def paint(self, tile: int, points: Points) -> Colors:
        """Colour by the boxes that reach into the tile."""
        painted = self._ground.paint(tile, points)
        state = self._state
        near = state.near.get(tile)
        if not near:
            return painted
        local = (points.grid * points.step).astype(np.float32)  # a tile is small: float32 is exact enough in it
        centers = state.boxes.centers[near] - points.corner
        owner = box_of_points(local, centers, state.boxes.rotations[near], state.boxes.sizes[near])
        inside = owner >= 0
        painted[inside, :3] = state.colors[near][owner[inside]]
        return painted


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """Boxes, their colours and names, and which of them reach into a tile; replaced as one, since threads read it."""

    boxes: BoxArrays
    colors: Colors
    names: list[bytes]
    near: dict[int, list[int]]


def by_height(xyz: NDArray[np.float32], ground: float, z: float, table: Colors = HEIGHTS) -> ByHeight:
    """Return the ink of heights that a sample of the cloud calls for.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The sample, in the frame of the views.
    ground : float, metres
        Height of the ground there.
    z : float, metres
        Height of the views' frame in the coordinates of the store.
    """
    if not len(xyz):
        return ByHeight(z, z + 1.0, table)
    if not is_sweep_sized(middle_and_reach(xyz)[2]):
        low, high = percentiles(xyz[:, 2], (2, 98))
        return ByHeight(low + z, max(high, low + 1e-3) + z, table)
    top = float(np.clip(percentiles(xyz[:, 2] - ground, (98,))[0] - _ROUGH_M, 3.0, 8.0))
    return ByHeight(ground + _ROUGH_M + z, ground + _ROUGH_M + top + z, by_root(table))


def by_field(name: str, values: NDArray[Any]) -> ByField | None:
    """Return the ink of a field, by a sample of its values; None where none is a number."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not len(finite):
        return None
    low, high = percentiles(finite, (2, 98))
    return ByField(name, low, max(high, low + 1e-9), by_root(INTENSITIES))


def by_color(sample: Mapping[str, Any], has: Container[str]) -> ByColor | None:
    """Return the ink of the points' own colours, by a sample of them; None where the fields `has` hold none."""
    shift = depth_of_colors(sample)
    return None if shift is None or not all(name in has for name in RGB) else ByColor(shift)


def by_root(table: Colors) -> Colors:
    """Return a table in which equal steps are those of the square root, so that low values show most."""
    return np.ascontiguousarray(table[np.round(np.sqrt(np.arange(256) / 255) * 255).astype(np.intp)])


def grey(xyz: NDArray[np.float32], ground: float, z: float) -> ByHeight:
    """Return the ink of what lies in no box."""
    return by_height(xyz, ground, z, SHADES)


def field_of(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of some names that is a field, or empty."""
    return next((name for name in names if name in fields), "")
