"""Looking over a source before it is written as LAS: how far it reaches, and what its fields hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CloudSource
from lidar_label.datasets.clouds.las_records import Dimension
from lidar_label.model import Floats

_DIGITS = (2, 3, 4, 5, 6)  # steps of 1 cm to 1 µm
_TOLERANCE_M = 1e-9


@dataclass(slots=True)
class _Values:
    """What the values of a field are: whole or not, and how small and large."""

    whole: bool = True
    low: float = np.inf
    high: float = -np.inf

    def add(self, values: NDArray[Any]) -> None:
        if not len(values):
            return
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            with np.errstate(invalid="ignore"):  # of a NaN that signals
                self.whole = self.whole and bool(finite.all()) and bool(np.all(values == np.floor(values)))
            values = values[finite]
        if len(values):
            self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))


@dataclass(slots=True)
class Survey:
    """What a source holds.

    `low` and `high` bound the positions that are numbers; `invalid` counts the others.
    `exact_digits` are the decimals, the fewest first, that positions could be written with and read
    back as they are.
    """

    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (0.0, 0.0, 0.0)
    invalid: int = 0
    exact_digits: tuple[int, ...] = ()
    values: Mapping[str, _Values] = field(default_factory=dict)

    def fits(self, name: str, dtype: np.dtype[Any], place: Dimension) -> bool:
        """Say whether every value of a field has a place in a dimension."""
        if not place.bits and np.can_cast(dtype, place.dtype, "safe"):
            return True
        if place.dtype.kind == "f" or dtype.kind not in "biuf":
            return False
        values = self.values[name]
        if values.low > values.high:
            return values.whole
        info = np.iinfo(place.dtype)
        low, high = (0, (1 << place.bits) - 1) if place.bits else (info.min, info.max)
        return values.whole and low <= values.low and values.high <= high

    def largest(self, name: str) -> float:
        """Return the largest value of a field that is a number."""
        return max(self.values[name].high, 0.0)


def survey(source: CloudSource, names: Sequence[str]) -> Survey:
    """Look at all points once; of the fields, at those in `names`."""
    numeric = [name for name in names if source.fields[name].kind in "biuf"]
    values = {name: _Values() for name in numeric}
    low, high, invalid = np.full(3, np.inf), np.full(3, -np.inf), 0
    exact: tuple[int, ...] = () if source.step is not None else _DIGITS
    for chunk in source.chunks():
        valid = np.asarray(np.isfinite(chunk.xyz).all(axis=1))
        invalid += len(valid) - int(valid.sum())
        xyz = chunk.xyz if valid.all() else chunk.xyz[valid]
        if len(xyz):
            low, high = np.minimum(low, xyz.min(axis=0)), np.maximum(high, xyz.max(axis=0))
            exact = tuple(digits for digits in exact if _are_multiples(xyz, 10.0**-digits, source.xyz_dtype))
        for name in numeric:
            values[name].add(chunk.fields[name])
    if not np.isfinite(low).all():
        low, high = np.zeros(3), np.zeros(3)
    x, y, z = low.tolist()
    far_x, far_y, far_z = high.tolist()
    return Survey((x, y, z), (far_x, far_y, far_z), invalid, exact, values)


def _are_multiples(xyz: Floats, step: float, dtype: np.dtype[Any]) -> bool:
    """Say whether positions, written as whole steps, would read back as they are (float64: to a nanometre)."""
    with np.errstate(over="ignore"):
        back = np.rint(xyz / step) * step
        if dtype == np.float32:
            return bool(np.array_equal(back.astype(np.float32), xyz.astype(np.float32)))
    return bool(np.all(np.abs(back - xyz) <= _TOLERANCE_M + np.spacing(np.abs(xyz))))
