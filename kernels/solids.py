"""Solids and ground: the scene that rays are cast into, as checked arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

CONVEX, CYLINDER, ELLIPSOID = 0, 1, 2
_FLOAT_ROWS: dict[str, tuple[int, ...]] = {
    "planes": (4,), "part_maps": (3, 4), "part_bounds": (4,), "object_halves": (3,),
}  # fmt: skip
_INT_ROWS: dict[str, tuple[int, ...]] = {"kinds": (), "part_planes": (2,), "object_parts": (2,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """Rigid objects, each made of convex parts in its own frame.

    Parameters
    ----------
    planes : (P, 4) float
        Faces of convex parts: outward unit normal n and distance d; inside is ``n . x <= d``.
    kinds : (K,) int
        What each part is: CONVEX, CYLINDER or ELLIPSOID.
    part_planes : (K, 2) int
        First plane of a convex part and how many it has; 0, 0 for the others.
    part_maps : (K, 3, 4) float
        From the object's frame to the one where a cylinder is ``x2 + y2 <= 1, |z| <= 1`` and an
        ellipsoid the unit sphere.
    part_bounds : (K, 4) float, metres
        A sphere around each part in the object's frame: centre and radius.
    object_parts : (M, 2) int
        First part of each object and how many it has.
    object_halves : (M, 3) float, metres
        Half of the length, width and height of a box about the object's origin that holds all of it.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or an index leads outside its array.
    """

    planes: Floats
    kinds: Ints
    part_planes: Ints
    part_maps: Floats
    part_bounds: Floats
    object_parts: Ints
    object_halves: Floats

    def __post_init__(self) -> None:
        for name, tail in _FLOAT_ROWS.items():
            object.__setattr__(self, name, float_rows(getattr(self, name), name, tail))
        for name, tail in _INT_ROWS.items():
            object.__setattr__(self, name, int_rows(getattr(self, name), name, tail))
        parts, objects = len(self.kinds), len(self.object_parts)
        for name in ("part_planes", "part_maps", "part_bounds"):
            same_length(name, getattr(self, name), parts, "part")
        same_length("object_halves", self.object_halves, objects, "object")
        _inside("part_planes", self.part_planes, len(self.planes))
        _inside("object_parts", self.object_parts, parts)
        if not np.isin(self.kinds, (CONVEX, CYLINDER, ELLIPSOID)).all():
            raise ValueError("kinds has a number that is no kind of part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraces:
    """Level ground in rings about a vertical axis, with upright steps between them.

    Parameters
    ----------
    center : (2,) float, metres
        Where the axis stands.
    radii : (R,) float, metres, rising
        Where one ring ends and the next begins.
    heights : (R + 1,) float, metres
        Of each ring, from the innermost.

    Raises
    ------
    ValueError
        If a shape is not as above or the radii do not rise.
    """

    center: Floats
    radii: Floats
    heights: Floats

    def __post_init__(self) -> None:
        for name in ("center", "radii", "heights"):
            object.__setattr__(self, name, float_rows(getattr(self, name), name, ()))
        if len(self.center) != 2:
            raise ValueError(f"center needs 2 numbers, got {len(self.center)}")
        if len(self.heights) != len(self.radii) + 1:
            raise ValueError(f"heights needs one number more than radii, got {len(self.heights)}")
        if (np.diff(self.radii) <= 0).any():
            raise ValueError("radii needs numbers that rise")


def float_rows(values: ArrayLike, name: str, tail: tuple[int, ...]) -> Floats:
    """Return rows of float64, side by side in memory and writable; raise `ValueError` naming what is wrong."""
    array = _finite_rows(values, name, "fiu", tail)
    return np.require(array, np.float64, ("C", "W"))  # a read-only array would compile every kernel once more


def int_rows(values: ArrayLike, name: str, tail: tuple[int, ...]) -> Ints:
    """Return rows of int32, side by side in memory and writable; raise `ValueError` naming what is wrong."""
    array = _finite_rows(values, name, "iu", tail)
    return np.require(array, np.int32, ("C", "W"))


def _finite_rows(values: ArrayLike, name: str, kinds: str, tail: tuple[int, ...]) -> NDArray[Any]:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in kinds:
        raise ValueError(f"{name} needs {'real' if 'f' in kinds else 'whole'} numbers, got dtype {array.dtype}")
    if array.ndim != len(tail) + 1 or array.shape[1:] != tail:
        raise ValueError(f"{name} needs rows of shape {tail}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has a value that is not finite")
    return array


def same_length(name: str, values: NDArray[Any], count: int, what: str) -> None:
    """Raise `ValueError` unless there is one row for each of `count` things."""
    if len(values) != count:
        raise ValueError(f"{name} needs one row a {what} ({count}), got {len(values)}")


def _inside(name: str, ranges: Ints, count: int) -> None:
    if (ranges < 0).any() or (ranges.sum(axis=1, dtype=np.int64) > count).any():
        raise ValueError(f"{name} leads outside the {count} rows it names")
