"""Which way a calibration is meant, told by where the points fall: in the picture, and the picture upright."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Camera, Floats

_FEW = 0.002  # share of points; a camera that looks at what the LiDAR sees has more
_UPRIGHT = 0.5  # how far down the camera's y axis points
_CLEARLY = 4.0
WORDS = ("direction", "matrix order", "quaternion order")
Reading = tuple[str, str, str]
Readings = Mapping[Reading, SE3]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was taken, and in words why; `sure` is False where nothing spoke for it."""

    reading: Reading
    why: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """How mountings hold up: cameras that see points, upright, of how many; and the mean share of points they see."""

    good: int
    cameras: int
    share: float
    upright: float

    @property
    def text(self) -> str:
        """The score in words."""
        stands = "upright" if self.upright >= _UPRIGHT else "lying or upside down"
        if self.cameras == 1:
            return f"{self.share:.0%} of the points fall in the picture, which is {stands}"
        return (
            f"{self.good} of {self.cameras} cameras see points and stand upright ({self.share:.0%} of the points each)"
        )


def choose(cameras: Sequence[tuple[Readings, Camera | None]], assumed: Reading, points: Floats) -> Choice:
    """Choose how the mountings of cameras are meant, all in one way: one maker wrote them.

    Parameters
    ----------
    cameras : sequence of (mapping of Reading to SE3, Camera or None)
        ``camera_SE3_lidar`` in each way in which the file can be meant, the usual one first; the same
        ways for all. Without a lens, only whether the picture stands upright is looked at.
    assumed : Reading
        What a person says of each question; "auto" where nobody does.
    points : (N, 3) float64, metres
        Of the LiDAR, z up.

    Raises
    ------
    InvalidValue
        If no reading is what a person says it is.
    """
    given = cameras[0][0]
    left = [r for r in given if all(a in ("auto", q) or not q for a, q in zip(assumed, r, strict=True))]
    if not left:
        raise InvalidValue("the calibration cannot be meant as assumed")
    default = left[0]
    if len(left) == 1:
        said = [value for value, question in zip(assumed, default, strict=True) if question and value != "auto"]
        return Choice(default, f"as told ({', '.join(said)})" if said else "")
    scores = {r: _score([(readings[r], lens) for readings, lens in cameras], points) for r in left}
    usual = scores[default]
    best = max(scores, key=lambda reading: (scores[reading].good, scores[reading].share, scores[reading].upright))
    if usual.good == scores[best].good and usual.good:
        best = default
    better = scores[best].good > usual.good or scores[best].share > max(_CLEARLY * usual.share, _FEW * 10)
    if best != default and better:
        return Choice(best, f"{scores[best].text}; the usual way, {usual.text}", scores[best].good > 0)
    return Choice(default, usual.text if usual.good else f"{usual.text}; no other way is better", usual.good > 0)


def _score(cameras: Sequence[tuple[SE3, Camera | None]], points: Floats) -> Score:
    seen = [_one(pose, lens, points) for pose, lens in cameras]
    good = sum(share >= _FEW and upright >= _UPRIGHT for share, upright in seen)
    share, upright = (float(np.mean([row[i] for row in seen])) for i in (0, 1))
    return Score(good, len(seen), share, upright)


def _one(camera_SE3_lidar: SE3, lens: Camera | None, points: Floats) -> tuple[float, float]:
    """Return the share of points in a picture, and how far down its y axis points."""
    upright = -float(camera_SE3_lidar.rotation_matrix[1, 2])
    if lens is None or not len(points):
        return 1.0, upright
    uv, seen = lens.project(camera_SE3_lidar.apply(points))
    return float(np.count_nonzero(seen & lens.inside(uv))) / len(points), upright


def told(reading: Sequence[str]) -> str:
    """Return in words what a reading answers."""
    return ", ".join(f"{word} {value}" for word, value in zip(WORDS, reading, strict=True) if value)
