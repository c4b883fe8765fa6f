"""Naming the values of a point: from a header, from what a person says, or by their number and look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model import Floats

XYZ = ("x", "y", "z")
LEFT_OUT = "_"
_COLORS, _NORMALS = ("r", "g", "b"), ("nx", "ny", "nz")
_MOST_RINGS = 4096
_MOST_COLOR = 65535
_UNIT = re.compile(r"\s*[\[(].*[\])]$")  # X [m]
_AXIS = re.compile(r"(?:(?:pos|position|point|coord|coordinate|cartesian)[ ._]*)?([xyz])")
_KNOWN = {"red": "r", "green": "g", "blue": "b", "r": "r", "g": "g", "b": "b", "intensity": "intensity"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the values of a point; `doubt` says why they are not sure, empty where they are."""

    names: tuple[str, ...]
    doubt: str = ""


def told_columns(told: Sequence[str], count: int | None = None) -> Columns:
    """Return the names a person gave; ``_`` leaves a value out.

    Raises
    ------
    InvalidValue
        If they are not `count`, a name comes twice or is empty, or x, y or z is not among them.
    """
    names = tuple(told)
    shown = ", ".join(names)
    kept = [name for name in names if name != LEFT_OUT]
    lacking = [axis for axis in XYZ if axis not in names]
    if lacking:
        raise InvalidValue(f"of the values of a point, {', '.join(lacking)} is missing in: {shown}")
    if len(set(kept)) != len(kept) or not all(names):
        raise InvalidValue(f"a value of a point is empty or comes twice in: {shown}")
    if count is not None and len(names) != count:
        raise InvalidValue(
            f"a point of this file has {count} values and {len(names)} are named: {shown}", hint="_ leaves a value out"
        )
    return Columns(names)


def standard_name(text: str) -> str:
    """Return the name that the head of a column stands for: ours where it means the same, else its own."""
    own = _UNIT.sub("", text.strip().strip("\"'").strip())
    axis = _AXIS.fullmatch(own.lower())
    return axis[1] if axis else _KNOWN.get(own.lower(), own)


def guess_columns(sample: Floats) -> Columns:
    """Name the columns of a table that does not, by their number and what could be in them.

    Parameters
    ----------
    sample : (N, K) float64
        Some of the rows; K is 3 or more.

    Returns
    -------
    Columns
        x, y, z come first; then an intensity, a ring, colours or normals where the values could be
        those. What is left is ``value_3``, ``value_4``..., and doubted.
    """
    count = sample.shape[1]
    rest = tuple(range(3, count))
    for names in _layouts(count):
        if all(_could_be(sample, rest, names, what) for what in (_COLORS, _NORMALS, ("ring",))):
            return Columns((*XYZ, *names))
    own = tuple(f"value_{i}" for i in rest)
    return Columns((*XYZ, *own), f"nothing says what the {count} values of a point are; the first three are x, y, z")


def _layouts(count: int) -> list[tuple[str, ...]]:
    """Return what may follow x, y, z, the likelier first."""
    known: list[tuple[str, ...]] = [
        (),
        ("intensity",),
        ("intensity", "ring"),
        _COLORS,
        _NORMALS,
        ("intensity", *_COLORS),
        (*_COLORS, "intensity"),
        ("intensity", *_NORMALS),
        (*_COLORS, *_NORMALS),
        (*_NORMALS, *_COLORS),
        ("intensity", *_COLORS, *_NORMALS),
    ]
    return [names for names in known if len(names) == count - 3]


def _could_be(sample: Floats, rest: tuple[int, ...], names: tuple[str, ...], what: tuple[str, ...]) -> bool:
    """Say whether the columns called `what` could be that; True where none is called so."""
    if not set(what) <= set(names):
        return True
    columns = [rest[names.index(name)] for name in what]
    values = sample[:, columns]
    values = values[np.isfinite(values).all(axis=1)]
    if what == _NORMALS:
        lengths = np.linalg.norm(values, axis=1)
        return bool(np.all((np.abs(lengths - 1) < 0.01) | (lengths == 0)) and (lengths > 0).any())
    whole = bool(np.all((values >= 0) & (values == np.floor(values))))
    if what == _COLORS:
        return whole and bool(np.all(values <= _MOST_COLOR))
    return whole and bool(np.all(values < _MOST_RINGS))
