"""Colours of points: a number for each point through a table of 256 colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels import plain
from lidar_label.kernels.compiled import compiled

Colors = NDArray[np.uint8]

_CHUNK = 1 << 20  # values turned into float64 at a time
_GREY = np.frombuffer(bytes((128, 128, 128, 255)), np.uint32)[0]
_NARROW = 2  # bytes of an integer, of which there are so few that each is looked up


def colors_by_value(values: NDArray[Any], low: float, high: float, table: Colors) -> Colors:
    """Colour each value by its place between `low` and `high`.

    Parameters
    ----------
    values : (N,) of any real dtype
    low, high : float, in the unit of the values
        What the first and the last colour stand for; values beyond take the nearest of the two.
        Where they are equal, values at or below take the first colour and the others the last.
    table : (256, 3) or (256, 4) uint8
        RGB or RGBA.

    Returns
    -------
    (N, 4) uint8
        RGBA; NaN is grey and opaque.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or the limits are not finite or the wrong way round.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"values needs shape (N,), got {given.shape}")
    if given.dtype.kind not in "fiub":
        raise ValueError(f"values needs real numbers, got dtype {given.dtype}")
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"low and high need finite numbers in order, got {low} and {high}")
    palette = np.asarray(table)
    if palette.shape not in ((256, 3), (256, 4)) or palette.dtype != np.uint8:
        raise ValueError(f"table needs (256, 3) or (256, 4) uint8, got {palette.shape} {palette.dtype}")
    rgba = np.full((256, 4), 255, dtype=np.uint8)
    rgba[:, : palette.shape[1]] = palette

    if _is_narrow(given) and len(given) > 1 << 8 * given.itemsize:
        every = np.arange(1 << 8 * given.itemsize).astype(f"u{given.itemsize}")  # in the order of their bits
        known = colors_by_value(
            every.view(f"i{given.itemsize}" if given.dtype.kind == "i" else every.dtype), low, high, table
        )
        return np.take(known.view(np.uint32)[:, 0], _bits(given)).view(np.uint8).reshape(-1, 4)
    colors = np.empty((len(given), 4), dtype=np.uint8)
    words, paint = colors.view(np.uint32)[:, 0], rgba.view(np.uint32)[:, 0]
    if given.dtype == np.uint16 and not given.flags.c_contiguous:  # a column of a tile's grid, as it lies
        _color(given, float(low), float(high), paint, words)
        return colors
    for start in range(0, len(given), _CHUNK):
        chunk = np.ascontiguousarray(given[start : start + _CHUNK], dtype=np.float64)
        _color(chunk, float(low), float(high), paint, words[start : start + _CHUNK])
    return colors


def percentiles(values: NDArray[Any], percents: Sequence[float]) -> tuple[float, ...]:
    """Return percentiles of the finite values, as ``np.percentile`` has them.

    Integers of up to 16 bits are counted and not sorted, which takes a fraction of the time.

    Parameters
    ----------
    values : (N,) of any real dtype
        At least one is finite.
    percents : sequence of float
        From 0 to 100.

    Raises
    ------
    ValueError
        If a shape, dtype or percent is not as above, or no value is finite.
    """
    given = np.asarray(values)
    if given.ndim != 1 or given.dtype.kind not in "fiub":
        raise ValueError(f"values needs (N,) real numbers, got {given.shape} {given.dtype}")
    if not all(0 <= percent <= 100 for percent in percents):
        raise ValueError(f"percents need to lie between 0 and 100, got {tuple(percents)}")
    finite = given[np.isfinite(given)] if given.dtype.kind == "f" else given
    if not len(finite):
        raise ValueError("values has none that is finite")
    if not _is_narrow(finite):
        return _sought(finite, percents)
    half = 1 << 8 * finite.itemsize - 1
    counts = np.bincount(_bits(finite), minlength=2 * half)
    least = 0
    if finite.dtype.kind == "i":
        counts, least = np.roll(counts, half), -half
    ends = np.cumsum(counts)

    def at(rank: int) -> int:
        return int(np.searchsorted(ends, rank, side="right")) + least

    found = []
    for percent in percents:
        place = percent / 100 * (len(finite) - 1)
        below = int(place)
        low, high = at(below), at(min(below + 1, len(finite) - 1))
        found.append(low + (high - low) * (place - below))
    return tuple(found)


def _sought(values: NDArray[Any], percents: Sequence[float]) -> tuple[float, ...]:
    """Return what `numpy.percentile` does, whose first call imports masked arrays, and that takes long."""
    places = [percent / 100 * (len(values) - 1) for percent in percents]
    around = [(int(place), min(int(place) + 1, len(values) - 1)) for place in places]
    ordered = np.partition(values, sorted({rank for ranks in around for rank in ranks}))
    found = []
    for place, (below, above) in zip(places, around, strict=True):
        low, high = float(ordered[below]), float(ordered[above])
        found.append(low + (high - low) * (place - below))
    return tuple(found)


def _is_narrow(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iu" and values.itemsize <= _NARROW


def _bits(values: NDArray[Any]) -> NDArray[Any]:
    """Return narrow integers as their bits, unsigned and in this machine's order."""
    native = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))
    return native.view(f"u{native.itemsize}")


@compiled(plain=partial(plain.color, grey=_GREY))
def _color(
    values: NDArray[np.float64] | NDArray[np.uint16],
    low: float,
    high: float,
    rgba: NDArray[np.uint32],
    colors: NDArray[np.uint32],
) -> None:
    scale = 255.0 / (high - low) if high > low else 0.0
    for n in range(len(values)):
        value = np.float64(values[n])
        if np.isnan(value):
            colors[n] = _GREY
            continue
        if value <= low:
            place = 0
        elif value >= high:
            place = 255
        else:
            place = min(int((value - low) * scale + 0.5), 255)
        colors[n] = rgba[place]
