"""What a painter is given and gives back: batches of points in, colours and depths of a picture out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.orbit import Orbit
from lidar_label.model import Floats

NOTHING = np.float32(np.inf)
"""Depth of a pixel that no point falls on."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some points that are drawn together, in the view's frame; `xyz`, or `grid` with `corner` and `step`.

    Painters know a batch by the object it is: give the same object again while nothing of it changed, and a new one
    where the colours did. Any first part of it should be a fair sample, which is what a moving camera shows.

    Parameters
    ----------
    colors : (N, 4) uint8
        RGBA; a point with alpha 0 is hidden, any other alpha is opaque.
    xyz : (N, 3) float32, metres
    grid : (N, 3) uint16
        Drawn at ``corner + grid * step``.
    corner, step : (3,) float64, metres

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """

    colors: NDArray[np.uint8]
    xyz: NDArray[np.float32] | None = None
    grid: NDArray[np.uint16] | None = None
    corner: Floats = field(default_factory=lambda: np.zeros(3))
    step: Floats = field(default_factory=lambda: np.ones(3))

    def __post_init__(self) -> None:
        object.__setattr__(self, "colors", np.ascontiguousarray(self.colors))
        for name in ("xyz", "grid"):
            places = getattr(self, name)
            object.__setattr__(self, name, None if places is None else np.ascontiguousarray(places))
        given = [values for values in (self.xyz, self.grid) if values is not None]
        if len(given) != 1:
            raise ValueError("a batch needs either xyz or grid")
        places = given[0]
        if places.ndim != 2 or places.shape[1] != 3:
            raise ValueError(f"positions need shape (N, 3), got {places.shape}")
        if places.dtype != (np.float32 if self.xyz is not None else np.uint16):
            raise ValueError(f"xyz needs float32 and grid uint16, got {places.dtype}")
        if self.colors.shape != (len(places), 4) or self.colors.dtype != np.uint8:
            raise ValueError(f"colors needs ({len(places)}, 4) uint8, got {self.colors.shape} {self.colors.dtype}")
        for name in ("corner", "step"):
            kept = np.asarray(getattr(self, name), dtype=np.float64)
            if kept.shape != (3,):
                raise ValueError(f"{name} needs shape (3,), got {kept.shape}")
            object.__setattr__(self, name, kept)

    def __len__(self) -> int:
        return len(self.colors)

    def positions(self, count: int | None = None) -> NDArray[np.float32]:
        """Return the first `count` places, (n, 3) float32 metres."""
        if self.xyz is not None:
            return self.xyz[:count]
        if self.grid is None:  # never so; told to the type checker
            raise ValueError("a batch needs either xyz or grid")
        placed: NDArray[np.float32] = (self.corner + self.grid[:count] * self.step).astype(np.float32)
        return placed


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
        RGBA, row 0 at the top; all four are 0 where no point falls, alpha is 255 elsewhere.
    depth : (H, W) float32, metres
        Along the camera's axis; infinite where no point falls.
    """

    color: NDArray[np.uint8]
    depth: NDArray[np.float32]

    @classmethod
    def empty(cls, width: int, height: int) -> Painted:
        """Return a picture of nothing."""
        shape = (max(height, 0), max(width, 0))
        return cls(np.zeros((*shape, 4), np.uint8), np.full(shape, NOTHING, np.float32))


Part = tuple[Batch, int, int]
"""A batch, and which of its points: the first, and the one behind the last."""


class Tiling(NamedTuple):
    """Where the tiles of a row of points begin, (K + 1,), and their corners and steps, (K, 3) metres."""

    starts: NDArray[np.int64]
    corners: Floats
    steps: Floats


class Painter(Protocol):
    """Draws batches through a camera. One thread at a time may call it."""

    name: str
    """As in the settings: "vtk" or "splat"."""
    needs_gui_thread: bool
    """Whether it may be called from the GUI thread alone."""

    def draw(
        self,
        batches: Sequence[Batch],
        camera: Orbit,
        width: int,
        height: int,
        point_size: float,
        *,
        counts: Sequence[int] | None = None,
        most_points: int | None = None,
        crop: Crop | None = None,
    ) -> Painted:
        """Return what the camera sees.

        Parameters
        ----------
        batches : sequence of Batch
        camera : Orbit
        width, height : int, pixels
        point_size : float, pixels
            Side of the square a point is drawn as.
        counts : sequence of int, optional
            How many points of each batch to draw, the first ones; else all.
        most_points : int, optional
            Draw no more than about these: fewer of each batch, in proportion.
        crop : Crop, optional
            Leave out what lies outside.
        """
        ...

    def close(self) -> None:
        """Give threads and graphics memory back; from here on it draws nothing."""
        ...


def shares(
    batches: Sequence[Batch], counts: Sequence[int] | None = None, most_points: int | None = None
) -> list[tuple[Batch, int]]:
    """Return each batch that is drawn, and how many of its first points are; see `Painter.draw`."""
    wished = np.fromiter(map(len, batches), np.int64, len(batches))
    if counts is not None:
        wished = np.clip(np.asarray(counts, dtype=np.int64), 0, wished)
    total = int(wished.sum())
    if most_points is not None and most_points < total:
        wished = np.rint(wished * (max(most_points, 0) / total)).astype(np.int64)
    return [(batch, count) for batch, count in zip(batches, wished.tolist(), strict=True) if count]


def pieces(drawn: Iterable[tuple[Batch, int]], most: int) -> Iterator[list[Part]]:
    """Yield what a kernel is given at a time, of about `most` points: a part of one batch, or several small tiles."""
    tiles: list[Part] = []
    room = most
    for batch, count in drawn:
        if batch.grid is None or count >= most:
            for first in range(0, count, most):
                yield [(batch, first, min(first + most, count))]
            continue
        if count > room:
            yield tiles
            tiles, room = [], most
        tiles.append((batch, 0, count))
        room -= count
    if tiles:
        yield tiles


def together(parts: Sequence[Part]) -> tuple[NDArray[np.uint16], NDArray[np.uint8], Tiling]:
    """Return the points of parts of batches on grids as one row, and where each part of it lies.

    A kernel that is called once for many small tiles spends its time on points, not on being called.
    """
    grids = [batch.grid[first:last] for batch, first, last in parts if batch.grid is not None]
    colors = [batch.colors[first:last] for batch, first, last in parts if batch.grid is not None]
    corners = [batch.corner for batch, _, _ in parts if batch.grid is not None]
    steps = [batch.step for batch, _, _ in parts if batch.grid is not None]
    starts = np.zeros(len(grids) + 1, np.int64)
    np.cumsum([len(grid) for grid in grids], out=starts[1:])
    tiling = Tiling(starts, np.concatenate(corners).reshape(-1, 3), np.concatenate(steps).reshape(-1, 3))
    if len(grids) == 1:
        return grids[0], colors[0], tiling
    return np.concatenate(grids), np.concatenate(colors), tiling
