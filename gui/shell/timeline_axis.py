"""TimeAxis: where frames stand along the timeline, zoomed and shifted. No pens and no widgets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import Floats

MARGIN = 14.0
GAP_FACTOR = 1.7  # a step this much longer than the usual one is a gap in the recording
_FEWEST_FRAMES = 8.0  # that the closest look shows
_EDGE = 0.12  # of the width: how near to an end the playhead comes before the view goes on


class TimeAxis:
    """Frames at their true times between two margins; a part of the drive when zoomed.

    Parameters
    ----------
    times_ns : sequence of int
        Time of each frame, rising.
    """

    def __init__(self, times_ns: Sequence[int] = ()) -> None:
        self.times_ns = times_ns
        start = times_ns[0] if times_ns else 0
        self.seconds: Floats = np.array([(time - start) * 1e-9 for time in times_ns], dtype=np.float64)
        self.span = float(self.seconds[-1]) if len(self.seconds) else 0.0
        steps = np.diff(self.seconds)
        self._usual = float(np.median(steps)) if len(steps) else 0.0
        self.width = 100.0
        self.start, self.shown = 0.0, self.span  # seconds at the left margin, and between the margins

    @property
    def is_zoomed(self) -> bool:
        """Whether only a part of the drive is shown."""
        return self.shown < self.span

    @property
    def room(self) -> float:
        """Pixels between the margins."""
        return max(self.width - 2 * MARGIN, 1.0)

    def at(self, seconds: float) -> float:
        """Return where a time is, in pixels."""
        share = (seconds - self.start) / self.shown if self.shown > 0 else 0.5
        return MARGIN + share * self.room

    def x_of(self, index: int) -> float:
        """Return where a frame stands, in pixels."""
        return self.at(float(self.seconds[index])) if len(self.seconds) else self.width / 2

    def xs(self) -> Floats:
        """Return where each frame stands, (N,) pixels."""
        if self.shown <= 0:
            return np.full(len(self.seconds), self.width / 2)
        places: Floats = MARGIN + (self.seconds - self.start) / self.shown * self.room
        return places

    def index_at(self, x: float) -> int:
        """Return the frame whose time is nearest to a place."""
        wanted = self.start + (x - MARGIN) / self.room * self.shown
        at = min(max(bisect_left(self.seconds, wanted), 0), len(self.seconds) - 1)
        return at - 1 if at > 0 and wanted - self.seconds[at - 1] < self.seconds[at] - wanted else at

    def visible(self) -> tuple[int, int]:
        """Return the first frame that is shown and the one behind the last."""
        first = bisect_left(self.seconds, self.start - 1e-9)
        return first, bisect_left(self.seconds, self.start + self.shown + 1e-9)

    def gaps(self) -> list[tuple[int, int]]:
        """Return the pairs of neighbouring frames between which some are missing."""
        wide = np.flatnonzero(np.diff(self.seconds) > self._usual * GAP_FACTOR)
        return [(int(i), int(i) + 1) for i in wide]

    def zoom(self, factor: float, x: float) -> None:
        """Show `factor` times as long a part; what is at a place stays there."""
        if self.span <= 0:
            return
        held = self.start + (x - MARGIN) / self.room * self.shown
        least = min(self.span, self._usual * _FEWEST_FRAMES)
        self.shown = min(max(self.shown * factor, least), self.span)
        self._begin(held - (x - MARGIN) / self.room * self.shown)

    def scroll(self, pixels: float) -> None:
        """Go on by some pixels, or back."""
        self._begin(self.start + pixels / self.room * self.shown)

    def middle(self, share: float) -> None:
        """Bring a share of the whole drive to the middle."""
        self._begin(share * self.span - self.shown / 2)

    def reveal(self, index: int) -> None:
        """Go on where a frame comes near to an end of what is shown."""
        if not self.is_zoomed or not 0 <= index < len(self.seconds):
            return
        now, edge = float(self.seconds[index]), self.shown * _EDGE
        if now < self.start + edge:
            self._begin(now - edge)
        elif now > self.start + self.shown - edge:
            self._begin(now - self.shown + edge)

    def _begin(self, seconds: float) -> None:
        self.start = min(max(seconds, 0.0), self.span - self.shown)


def alive_in(spans: Sequence[tuple[int, int, int]], frames: int) -> NDArray[np.intp]:
    """Count the tracks that live in each frame, (frames,), from their first and last ones."""
    steps = np.zeros(frames + 1, np.intp)
    if spans:
        first, last = np.array([span[:2] for span in spans]).T
        known = first < frames
        np.add.at(steps, first[known], 1)
        np.add.at(steps, np.minimum(last[known] + 1, frames), -1)
    return np.cumsum(steps[:-1])
