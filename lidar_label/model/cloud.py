"""PointCloud: the points of one sweep, with every field its file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import InvalidValue


@dataclass(frozen=True, slots=True, eq=False)
class PointCloud:
    """A read-only cloud in its own sensor's frame.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
    fields : mapping of str to (N,) array
        Every other field by its name in the file. Usual names: ``intensity``, ``ring``,
        ``time_s`` (seconds after the sweep's time stamp), ``r``, ``g``, ``b``.

    Notes
    -----
    Points without a return (NaN or exactly 0, 0, 0) stay where they are, so that an index here is
    an index into the file; `valid` tells them apart.

    Raises
    ------
    InvalidValue
        If the shapes or the dtype of xyz are not as above.
    """

    xyz: NDArray[np.float32]
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.xyz.ndim != 2 or self.xyz.shape[1] != 3 or self.xyz.dtype != np.float32:
            raise InvalidValue(f"xyz needs (N, 3) float32, got {self.xyz.shape} {self.xyz.dtype}")
        kept: dict[str, NDArray[Any]] = {}
        for name, values in self.fields.items():
            if values.shape != (len(self.xyz),):
                raise InvalidValue(f"field {name} needs {len(self.xyz)} values, got shape {values.shape}")
            kept[name] = _read_only(values)
        object.__setattr__(self, "xyz", _read_only(np.ascontiguousarray(self.xyz)))
        object.__setattr__(self, "fields", kept)

    def __len__(self) -> int:
        return len(self.xyz)

    @property
    def valid(self) -> NDArray[np.bool_]:
        """Mark the points that are a return: finite and not exactly at the origin, (N,) bool."""
        with np.errstate(invalid="ignore"):  # of a NaN that signals
            x, y, z = self.xyz.T  # by columns, which takes a fifth of the time
            finite = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
            return np.asarray(finite & ((x != 0) | (y != 0) | (z != 0)))

    @property
    def nbytes(self) -> int:
        """Memory the arrays hold, in bytes."""
        return self.xyz.nbytes + sum(values.nbytes for values in self.fields.values())


def _read_only(values: NDArray[Any]) -> NDArray[Any]:
    view = values.view()
    view.flags.writeable = False
    return view
