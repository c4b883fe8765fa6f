"""Splat: points through a camera into colours and depths, the nearest point of each pixel in front.

A pixel is one whole number: its depth as the bits of a positive float32, which sort like the float, above its colour.
The smallest wins, so the picture depends neither on the order of the points nor on how many threads draw it: each
thread has keys of its own, and `resolve` takes the smallest. A point marks a single cell; `resolve` widens it to a
square by taking the smallest key of as many cells around a pixel, which costs the same for any number of points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels import plain
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.tile_table import Tiles, colors_at, grid_at, tile_of

Keys = NDArray[np.int64]
Single = NDArray[np.float32]

EMPTY = np.int64(0x7F800000_00000000)
"""The key of a pixel that no point falls on: infinitely far, of no colour."""
LARGEST_SIDE = 64
_CHUNK = 1024
_MOST_PIXELS = 1 << 28
_NO_CELL = np.int32(-1)
_NOWHERE = np.int32(EMPTY >> 32)


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """A perspective camera, and what part of the space it shows.

    Parameters
    ----------
    axes : (3, 3) float64
        Rows point right, down and ahead in the picture; unit vectors of the points' frame.
    eye : (3,) float64, metres
    focal : float, pixels
    width, height : int, pixels
    near, far : float, metres
        Along the axis; points nearer or farther are left out.
    low, high : (3,) float64, metres
        Points outside of this box along the frame's own axes are left out; may be infinite.
    side : int, pixels
        Of the square a point is drawn as.

    Raises
    ------
    ValueError
        If a shape or number is not as above.
    """

    axes: NDArray[np.float64]
    eye: NDArray[np.float64]
    focal: float
    width: int
    height: int
    near: float = 0.1
    far: float = 30_000.0
    low: tuple[float, float, float] = (-np.inf, -np.inf, -np.inf)
    high: tuple[float, float, float] = (np.inf, np.inf, np.inf)
    side: int = 1

    def __post_init__(self) -> None:
        if np.shape(self.axes) != (3, 3) or np.shape(self.eye) != (3,):
            raise ValueError(
                f"axes needs shape (3, 3) and eye (3,), got {np.shape(self.axes)} and {np.shape(self.eye)}"
            )
        if not (np.isfinite(self.axes).all() and np.isfinite(self.eye).all() and 0 < self.focal < np.inf):
            raise ValueError("a lens needs finite axes, eye and focal length")
        if self.width < 1 or self.height < 1 or self.width * self.height > _MOST_PIXELS:
            raise ValueError(f"a picture needs 1 to {_MOST_PIXELS} pixels, got {self.width} x {self.height}")
        if not 1 <= self.side <= LARGEST_SIDE:
            raise ValueError(f"side needs 1 to {LARGEST_SIDE} pixels, got {self.side}")
        if not 0 < self.near < self.far:
            raise ValueError(f"near needs to lie above 0 and below far, got {self.near} and {self.far}")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of keys: a square may reach into the picture from a cell outside."""
        return self.height + self.side - 1, self.width + self.side - 1

    def numbers(self) -> tuple[Single, Single, Single]:
        """Return the matrix to pixels and depth, the limits as seen from the eye, and centre, near and far."""
        scaled = np.asarray(self.axes, np.float64) * np.array([[self.focal], [self.focal], [1.0]])
        limits = np.stack([np.subtract(self.low, self.eye), np.subtract(self.high, self.eye)])
        shift = (self.side - 1) / 2
        frame = [self.width / 2 + shift, self.height / 2 + shift, self.near, self.far]
        return scaled.astype(np.float32), limits.astype(np.float32), np.array(frame, np.float32)


def new_keys(lens: Lens, threads: int = 1) -> Keys:
    """Return keys of empty pictures, one for each thread, (threads, *lens.shape) int64."""
    return np.full((threads, *lens.shape), EMPTY, np.int64)


def splat_xyz(keys: Keys, xyz: Single, colors: NDArray[np.uint8], lens: Lens) -> None:
    """Draw points into keys.

    Parameters
    ----------
    keys : (H, W) int64
        Those of one thread; changed.
    xyz : (N, 3) float32, metres
    colors : (N, 4) uint8
        RGBA; a point with alpha 0 is left out, any other alpha is opaque.
    lens : Lens

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.

    Notes
    -----
    Of two points as far the one with the smaller colour wins, read as a little-endian number. Points with a value that
    is not finite are left out.
    """
    flat, paint = _checked(keys, xyz, colors, lens, np.float32)
    matrix, limits, frame = lens.numbers()
    whole = np.asarray(lens.eye, np.float64).astype(np.float32)
    place = np.stack([whole, (lens.eye - whole).astype(np.float32)])  # what float32 cannot hold comes off afterwards
    _splat_xyz(keys, flat, paint, place, matrix, limits, frame)


def splat_tiles(keys: Keys, tiles: Tiles, lens: Lens, first: int = 0, last: int | None = None) -> None:
    """Draw the points of tiles into keys.

    Parameters
    ----------
    keys : (H, W) int64
        Those of one thread; changed.
    tiles : Tiles
    lens : Lens
    first, last : int, optional
        Which of all their points: the first, and the one behind the last. Several threads share one picture so.

    Raises
    ------
    ValueError
        If a shape or number is not as above.
    """
    _check_keys(keys, lens)
    end = len(tiles) if last is None else last
    if not 0 <= first <= end <= len(tiles):
        raise ValueError(f"there are points 0 to {len(tiles)}, got {first} to {end}")
    eye = np.array(lens.eye, np.float64)
    _splat_tiles(keys, tiles.places, tiles.starts, tiles.corners, tiles.steps, first, end, eye, *lens.numbers())


def resolve(keys: Keys, lens: Lens, color: NDArray[np.uint8], depth: Single, first: int, last: int) -> None:
    """Turn keys into rows of a picture.

    Parameters
    ----------
    keys : (T, H, W) int64
        Those of all threads that drew, of `new_keys`.
    lens : Lens
    color : (height, width, 4) uint8
        BGRA, the order that a screen's pictures have; rows `first` to `last` are written. All four are 0 where no
        point falls, alpha is 255 elsewhere.
    depth : (height, width) float32, metres
        Likewise; infinite where no point falls.
    first, last : int

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    size = (lens.height, lens.width)
    if color.shape != (*size, 4) or color.dtype != np.uint8 or not color.flags.c_contiguous:
        raise ValueError(f"color needs {(*size, 4)} uint8 without gaps, got {color.shape} {color.dtype}")
    if depth.shape != size or depth.dtype != np.float32 or not depth.flags.c_contiguous:
        raise ValueError(f"depth needs {size} float32 without gaps, got {depth.shape} {depth.dtype}")
    if not 0 <= first <= last <= lens.height:
        raise ValueError(f"rows need to lie in the picture, got {first} to {last} of {lens.height}")
    if keys.ndim != 3 or not len(keys):
        raise ValueError(f"keys needs (T, H, W), got {keys.shape}")
    _check_keys(keys[0], lens)
    rows = np.empty((lens.side, lens.shape[1]), np.int64)
    _resolve(np.ascontiguousarray(keys), rows, color.view(np.uint32)[:, :, 0], depth.view(np.int32), first, last)


def _check_keys(keys: Keys, lens: Lens) -> None:
    if keys.shape != lens.shape or keys.dtype != np.int64 or not keys.flags.c_contiguous:
        raise ValueError(f"keys needs {lens.shape} int64 without gaps, got {keys.shape} {keys.dtype}")


def _checked(
    keys: Keys, places: NDArray[Any], colors: NDArray[np.uint8], lens: Lens, dtype: type
) -> tuple[NDArray[Any], NDArray[np.uint32]]:
    _check_keys(keys, lens)
    if places.ndim != 2 or places.shape[1] != 3 or places.dtype != dtype:
        raise ValueError(f"positions need (N, 3) {np.dtype(dtype)}, got {places.shape} {places.dtype}")
    if colors.shape != (len(places), 4) or colors.dtype != np.uint8:
        raise ValueError(f"colors needs ({len(places)}, 4) uint8, got {colors.shape} {colors.dtype}")
    flat = np.require(places, requirements=["C", "A"]).reshape(-1).view()
    rgba = np.require(colors, requirements=["C"])
    paint = (rgba if rgba.ctypes.data % 4 == 0 else rgba.copy()).view(np.uint32).reshape(-1)
    flat.flags.writeable = paint.flags.writeable = False  # one signature, whatever was given
    return flat, paint


@compiled(plain=plain.splat_xyz, error_model="numpy")
def _splat_xyz(
    keys: Keys, xyz: Single, colors: NDArray[np.uint32], place: Single, matrix: Single, limits: Single, frame: Single
) -> None:
    depth, cells, flat = np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.int32), keys.reshape(-1)
    dx, dy, dz = np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.float32)
    ex, ey, ez, rx, ry, rz = place[0, 0], place[0, 1], place[0, 2], place[1, 0], place[1, 1], place[1, 2]
    for start in range(0, len(colors), _CHUNK):
        part = xyz[3 * start : 3 * (start + _CHUNK)]
        count = len(part) // 3
        for k in range(count):
            dx[k] = (part[3 * k] - ex) - rx
            dy[k] = (part[3 * k + 1] - ey) - ry
            dz[k] = (part[3 * k + 2] - ez) - rz
        _project(dx, dy, dz, count, matrix, limits, frame, keys.shape, depth, cells)
        _mark(flat, cells, depth, count, colors[start : start + count])


@compiled(error_model="numpy")
def _splat_tiles(
    keys: Keys,
    lies: NDArray[np.int64],
    starts: NDArray[np.int64],
    corners: NDArray[np.float64],
    steps: NDArray[np.float64],
    first: int,
    end: int,
    eye: NDArray[np.float64],
    matrix: Single,
    limits: Single,
    frame: Single,
) -> None:
    depth, cells, flat = np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.int32), keys.reshape(-1)
    dx, dy, dz = np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.float32)
    tile = tile_of(starts, first)
    while first < end:
        whole, begin, last = starts[tile + 1] - starts[tile], first - starts[tile], min(end, starts[tile + 1])
        grid, paint = grid_at(lies[tile, 0], whole), colors_at(lies[tile, 1], whole)
        cx, sx = np.float32(corners[tile, 0] - eye[0]), np.float32(steps[tile, 0])
        cy, sy = np.float32(corners[tile, 1] - eye[1]), np.float32(steps[tile, 1])
        cz, sz = np.float32(corners[tile, 2] - eye[2]), np.float32(steps[tile, 2])
        for start in range(begin, last - starts[tile], _CHUNK):
            count = min(last - starts[tile] - start, _CHUNK)
            part = grid[3 * start : 3 * (start + count)]
            for k in range(count):
                dx[k] = cx + np.float32(part[3 * k]) * sx
                dy[k] = cy + np.float32(part[3 * k + 1]) * sy
                dz[k] = cz + np.float32(part[3 * k + 2]) * sz
            _project(dx, dy, dz, count, matrix, limits, frame, keys.shape, depth, cells)
            _mark(flat, cells, depth, count, paint[start : start + count])
        first, tile = last, tile + 1


@compiled(error_model="numpy", inline="always")
def _project(
    dx: Single,
    dy: Single,
    dz: Single,
    count: int,
    matrix: Single,
    limits: Single,
    frame: Single,
    shape: tuple[int, int],
    depth: Single,
    cells: NDArray[np.int32],
) -> None:
    """Find the cell of each point, seen from the eye, or `_NO_CELL`; no branches, so that it runs in wide registers."""
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    g, h, i = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    x0, y0, z0, x1, y1, z1 = limits[0, 0], limits[0, 1], limits[0, 2], limits[1, 0], limits[1, 1], limits[1, 2]
    middle_x, middle_y, near, far = frame[0], frame[1], frame[2], frame[3]
    wide, high, columns = np.float32(shape[1]), np.float32(shape[0]), np.int32(shape[1])
    zero, one = np.float32(0.0), np.float32(1.0)
    for k in range(count):
        x, y, z = dx[k], dy[k], dz[k]
        ahead = g * x + h * y + i * z
        scale = one / ahead
        u = middle_x + (a * x + b * y + c * z) * scale
        v = middle_y + (d * x + e * y + f * z) * scale
        # NaN fails every comparison.
        seen = (ahead > near) & (ahead < far) & (u >= zero) & (u < wide) & (v >= zero) & (v < high)
        seen = seen & (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (z >= z0) & (z <= z1)
        depth[k] = ahead
        column, row = np.int32(u if seen else zero), np.int32(v if seen else zero)
        cells[k] = np.int32(row * columns + column) if seen else _NO_CELL


@compiled(error_model="numpy", inline="always")
def _mark(flat: Keys, cells: NDArray[np.int32], depth: Single, count: int, colors: NDArray[np.uint32]) -> None:
    bits = depth.view(np.int32)
    for k in range(count):
        cell = cells[k]
        if cell >= 0:  # the one branch: whether a point is in front is as good as random, and would be guessed wrong
            color, old = colors[k], flat[cell]
            key = (np.int64(bits[k]) << 32) | np.int64(color)
            key = key if color >> 24 != 0 else EMPTY
            flat[cell] = key if key < old else old


@compiled(plain=partial(plain.resolve, nowhere=_NOWHERE), error_model="numpy")
def _resolve(
    keys: Keys, rows: Keys, color: NDArray[np.uint32], depth: NDArray[np.int32], first: int, last: int
) -> None:
    side, columns, width = len(rows), keys.shape[2], color.shape[1]
    least = np.empty(columns, np.int64)
    for row in range(first, last + side - 1):
        kept = rows[row % side]  # the last `side` rows, each the smallest of all threads
        _smaller(keys[0, row], keys[min(1, len(keys) - 1), row], kept)
        for thread in range(2, len(keys)):
            _smaller(kept, keys[thread, row], kept)
        if row < first + side - 1:
            continue
        _smaller(rows[0], rows[min(1, side - 1)], least)
        for other in range(2, side):
            _smaller(least, rows[other], least)
        for _ in range(1, side):  # from the left: the right neighbour is as it was before this pass
            _smaller(least[:-1], least[1:], least[:-1])
        shown, far = color[row - side + 1], depth[row - side + 1]
        words = least.view(np.int32)
        for k in range(width):
            rgba, ahead = np.uint32(words[2 * k]), words[2 * k + 1]
            red, blue = (rgba & np.uint32(0xFF)) << np.uint32(16), (rgba >> np.uint32(16)) & np.uint32(0xFF)
            opaque = np.uint32(0xFF000000) if ahead != _NOWHERE else np.uint32(0)
            shown[k] = (rgba & np.uint32(0xFF00)) | red | blue | opaque
            far[k] = ahead


@compiled(error_model="numpy", inline="always")
def _smaller(one: Keys, other: Keys, least: Keys) -> None:
    for k in range(len(least)):
        least[k] = min(one[k], other[k])
