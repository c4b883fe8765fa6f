"""Of the import report: whether points have times of their own, and whether the vehicle's motion was taken out."""

from __future__ import annotations

from dataclasses import dataclass, field

from lidar_label.assist import point_times
from lidar_label.model import Finding, PointCloud, Sweep

_SHORT_MS = 10.0  # below, tenths are shown


@dataclass(slots=True)
class MotionStats:
    """What the points of one channel's sweeps say of their times.

    `kinds` are those of `lidar_label.assist.PointTimes`, `span_s` is the longest from the first point of a sweep to
    its last, and `promised` has what the formats say of each sweep.
    """

    kinds: set[str] = field(default_factory=set)
    span_s: float = 0.0
    promised: set[bool | None] = field(default_factory=set)

    def add(self, sweep: Sweep, cloud: PointCloud) -> None:
        """Take in one sweep with its points."""
        times = point_times(cloud)
        self.kinds.add(times.kind)
        self.span_s = max(self.span_s, times.span_s or 0.0)
        self.promised.add(sweep.is_compensated)

    @property
    def has_times(self) -> bool:
        """Whether the points of a sweep have times that differ."""
        return bool(self.kinds & {"each", "lacking"})

    @property
    def is_compensated(self) -> bool | None:
        """Whether the points are taken as motion-compensated; None where nobody says."""
        if self.promised == {True} or self.kinds <= {"constant", "before"}:
            return True
        return False if False in self.promised else None

    def finding(self, channel: str) -> Finding:
        """Return all that in a sentence."""
        return Finding("info", "point-times", f"{channel}: {self._text()}")

    def _text(self) -> str:
        if not self.has_times:
            if self.promised == {True}:
                return "points have no times of their own; the format says that the vehicle's motion is taken out"
            if self.is_compensated:
                return "all points of a sweep have one time, so the vehicle's motion is taken as taken out"
            return "points have no times of their own, so they are taken as they are"
        span_ms = self.span_s * 1e3
        span = f"{span_ms:.1f}" if span_ms < _SHORT_MS else f"{span_ms:.0f}"
        if self.is_compensated:
            return f"points have times of their own, over {span} ms; the vehicle's motion is taken out already"
        if self.is_compensated is None:
            return (
                f"points have times of their own, over {span} ms; nobody says whether the vehicle's motion is taken out"
            )
        return f"points have times of their own, over {span} ms; the vehicle's motion is not taken out"
