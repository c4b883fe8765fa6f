"""Of the import report: what the points of some sweeps are, their fields, ranges and invalid ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.jobs.inspect_motion import MotionStats
from lidar_label.model import PointCloud, Sweep

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """A value that each point has; its smallest and largest finite one, None where there is none."""

    name: str
    dtype: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsInfo:
    """The points of a channel's sweeps that were read: `sweeps` of them.

    `fewest` and `most` are the points of a sweep, `invalid` those without a return (not finite, or
    exactly at the sensor), `minimum` and `maximum` the corners around the valid ones in metres, in
    the sensor's own frame. `times_span_s` is from the first point of a sweep to its last where points have times of
    their own, `is_compensated` whether they are taken as freed of the vehicle's motion, None where nobody says.
    """

    channel: str
    sweeps: int
    points: int
    fewest: int
    most: int
    invalid: int
    minimum: tuple[float, ...] | None
    maximum: tuple[float, ...] | None
    fields: tuple[FieldInfo, ...]
    times_span_s: float | None = None
    is_compensated: bool | None = None


@dataclass(slots=True)
class Ranges:
    """The smallest and largest finite value of each field, over any number of clouds."""

    dtypes: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Take in the values of one field."""
        self.dtypes.setdefault(name, values.dtype.name)
        if values.dtype.kind == "f":
            values = values[np.isfinite(values)]
        if values.dtype.kind in "fiub" and len(values):
            low, high = float(values.min()), float(values.max())
            before = self.ranges.get(name, (low, high))
            self.ranges[name] = (min(low, before[0]), max(high, before[1]))

    def fields(self, *but: str) -> Iterator[FieldInfo]:
        """Yield what each field is, in the order they came."""
        for name, dtype in self.dtypes.items():
            if name not in but:
                low, high = self.ranges.get(name, (None, None))
                yield FieldInfo(name=name, dtype=dtype, minimum=low, maximum=high)

    def corners(self) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
        """Return the least and the greatest x, y, z; None where no point is valid."""
        if not all(axis in self.ranges for axis in "xyz"):
            return None, None
        return tuple(self.ranges[a][0] for a in "xyz"), tuple(self.ranges[a][1] for a in "xyz")


@dataclass(slots=True)
class PointStats:
    """Adds up the sweeps of one channel."""

    channel: str
    counts: list[int] = field(default_factory=list)
    invalid: int = 0
    ranges: Ranges = field(default_factory=Ranges)
    motion: MotionStats = field(default_factory=MotionStats)

    def add(self, sweep: Sweep, cloud: PointCloud) -> None:
        """Take in one sweep with its points."""
        self.motion.add(sweep, cloud)
        valid = cloud.valid
        self.counts.append(len(cloud))
        self.invalid += int(len(cloud) - np.count_nonzero(valid))
        for axis, values in zip("xyz", cloud.xyz[valid].T, strict=True):
            self.ranges.add(axis, values)
        for name, values in cloud.fields.items():
            self.ranges.add(name, values)

    def info(self) -> PointsInfo:
        """Return what was found."""
        low, high = self.ranges.corners()
        return PointsInfo(
            channel=self.channel,
            sweeps=len(self.counts),
            points=sum(self.counts),
            fewest=min(self.counts, default=0),
            most=max(self.counts, default=0),
            invalid=self.invalid,
            minimum=low,
            maximum=high,
            fields=tuple(self.ranges.fields("x", "y", "z")),
            times_span_s=self.motion.span_s if self.motion.has_times else None,
            is_compensated=self.motion.is_compensated,
        )
