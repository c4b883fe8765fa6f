"""What stood and seems to have set off: for a few frames both are held against what is seen."""

from __future__ import annotations

from lidar_label.assist.propagate_match import inside_of, local_of, weight_of
from lidar_label.assist.propagate_scan import Points, gather
from lidar_label.assist.propagate_shape import Shape
from lidar_label.model import Floats

_NEAR_M, _FEWEST = 0.3, 3
_FIRST, _LAST = 2, 5  # frames, after which it may turn out to stand, and is taken to have left


class Stood:
    """A thing as it stood, before it was taken to move.

    Parameters
    ----------
    shape : Shape
        What was seen of it, as of a thing that stands.
    seen : int
        Points in its box.
    seen_from : float, metres
        How far from.
    """

    def __init__(self, shape: Shape, seen: int, seen_from: float) -> None:
        self.shape, self.seen, self.seen_from = shape, seen, seen_from
        self._frames, self._more = 0, 0.0

    def outdoes(self, points: Points, anchor: Floats, value: float) -> bool:
        """Say whether the frames since speak more for it that it stands at `anchor`, (4,), than for its way.

        Parameters
        ----------
        points : Points
            Of the next frame.
        anchor : (4,) float64
        value : float
            What that frame says for its way.
        """
        self._frames += 1
        near = gather(points, anchor, self.shape.half, _NEAR_M)
        self._more -= value
        if inside_of(local_of(near.xyz, anchor), self.shape.half).sum() >= _FEWEST:
            self._more += weight_of(near) * float(self.shape.values(near.xyz, anchor[None])[0])
        return _FIRST <= self._frames <= _LAST and self._more > 0
