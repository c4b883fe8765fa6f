"""Records of points as a file holds them, for those who sort many of them without taking each apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Bounds = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class RawValue:
    """A value of a record: type and first byte; of it `bits` from `shift` on (0: all), or times `scale` plus `add`."""

    dtype: np.dtype[Any]
    offset: int
    shift: int = 0
    bits: int = 0
    scale: float | None = None
    add: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRows:
    """Rows of `stride` bytes, one a point.

    Parameters
    ----------
    stride : int, bytes
    axes : three RawValue
        Whole numbers where the source has a `step`, else floating point or whole numbers, in metres.
    fields : mapping of str to RawValue
    path : Path or None
        The file in which the rows stand one after the other; None where they must be unpacked first.
    start : int
        Byte of that file at which the first row begins.
    bounds : (low, high) or None, metres
        What the file says they are; not checked.
    """

    stride: int
    axes: tuple[RawValue, RawValue, RawValue]
    fields: Mapping[str, RawValue] = field(default_factory=dict)
    path: Path | None = None
    start: int = 0
    bounds: Bounds | None = None

    @property
    def is_little(self) -> bool:
        """Say whether every number stands with its lowest byte first."""
        return all(value.dtype.newbyteorder("<") == value.dtype for value in (*self.axes, *self.fields.values()))
