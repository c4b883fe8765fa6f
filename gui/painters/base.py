"""What a painter is given and gives back: batches of points in, colours and depths of a picture out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.orbit import Orbit
from lidar_label.kernels.tile_table import Tiles

NOTHING = np.float32(np.inf)
"""Depth of a pixel that no point falls on."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some points that are drawn together, in the view's frame.

    Painters know a batch by the object it is: give the same object again while nothing of it changed, and a new one
    where the colours did. Any first part of it should be a fair sample, which is what a moving camera shows.

    Parameters
    ----------
    colors : (N, 4) uint8
        RGBA; a point with alpha 0 is hidden, any other alpha is opaque.
    xyz : (N, 3) float32, metres

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """

    colors: NDArray[np.uint8]
    xyz: NDArray[np.float32]

    def __post_init__(self) -> None:
        for name in ("colors", "xyz"):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name)))
        if self.xyz.ndim != 2 or self.xyz.shape[1] != 3 or self.xyz.dtype != np.float32:
            raise ValueError(f"xyz needs (N, 3) float32, got {self.xyz.shape} {self.xyz.dtype}")
        if self.colors.shape != (len(self.xyz), 4) or self.colors.dtype != np.uint8:
            raise ValueError(f"colors needs ({len(self.xyz)}, 4) uint8, got {self.colors.shape} {self.colors.dtype}")

    def __len__(self) -> int:
        return len(self.colors)

    def part(self, share: float) -> Batch:
        """Return fewer of the points, the first ones, 0 to 1."""
        count = round(len(self) * min(max(share, 0.0), 1.0))
        return self if count == len(self) else Batch(self.colors[:count], self.xyz[:count])


Points = Batch | Tiles
"""What a painter draws: points of one frame, or those of a big cloud."""


@dataclass(frozen=True, slots=True)
class Crop:
    """What part of the space is shown: a box along the view's axes, metres; infinite where it does not end."""

    low: tuple[float, float, float] = (-np.inf, -np.inf, -np.inf)
    high: tuple[float, float, float] = (np.inf, np.inf, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A picture of points, its arrays the receiver's own.

    Parameters
    ----------
    color : (H, W, 4) uint8
        BGRA, as Qt's own pictures lie in memory, row 0 at the top; all four are 0 where no point falls, alpha is 255
        elsewhere.
    depth : (H, W) float32, metres
        Along the camera's axis; infinite where no point falls.
    """

    color: NDArray[np.uint8]
    depth: NDArray[np.float32]

    @classmethod
    def room(cls, width: int, height: int) -> Painted:
        """Return a picture that is yet to be filled."""
        return cls(np.empty((height, width, 4), np.uint8), np.empty((height, width), np.float32))

    @classmethod
    def empty(cls, width: int, height: int) -> Painted:
        """Return a picture of nothing."""
        shape = (max(height, 0), max(width, 0))
        return cls(np.zeros((*shape, 4), np.uint8), np.full(shape, NOTHING, np.float32))


def never() -> bool:
    """Say that a picture is wanted."""
    return False


class Painter(Protocol):
    """Draws batches through a camera. One thread at a time may call it."""

    name: str
    """As in the settings: "vtk" or "splat"."""
    needs_gui_thread: bool
    """Whether it may be called from the GUI thread alone."""

    def draw(
        self,
        batches: Sequence[Points],
        camera: Orbit,
        width: int,
        height: int,
        point_size: float,
        *,
        most_points: int | None = None,
        crop: Crop | None = None,
        is_stale: Callable[[], bool] = never,
    ) -> Painted:
        """Return what the camera sees.

        Parameters
        ----------
        batches : sequence of Batch or Tiles
        camera : Orbit
        width, height : int, pixels
        point_size : float, pixels
            Side of the square a point is drawn as.
        most_points : int, optional
            Draw no more than about these: fewer of each batch, in proportion.
        crop : Crop, optional
            Leave out what lies outside.
        is_stale : callable, optional
            Asked now and then: once it says so nobody wants the picture, and any will do.
        """
        ...

    def close(self) -> None:
        """Give threads and graphics memory back; from here on it draws nothing."""
        ...


def share_of(batches: Sequence[Points], most_points: int | None) -> float:
    """Return which part of each batch is drawn, 0 to 1; see `Painter.draw`."""
    total = sum(map(len, batches))
    return 1.0 if most_points is None or most_points >= total else max(most_points, 0) / total
