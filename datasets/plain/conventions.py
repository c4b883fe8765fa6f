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


@dataclass(frozen=True, slots=True)
class Choice:
    """What was taken, and in words why; `sure` is False where nothing spoke for it."""

    camera_SE3_lidar: SE3
    reading: Reading
    why: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """How a mounting holds up: the share of points in the picture, and how far the camera's y axis points down."""

    share: float
    upright: float

    @property
    def is_good(self) -> bool:
        """Whether a camera on a vehicle could see this."""
        return self.share >= _FEW and self.upright >= _UPRIGHT

    @property
    def text(self) -> str:
        """The score in words."""
        stands = "upright" if self.upright >= _UPRIGHT else "lying or upside down"
        return f"{self.share:.0%} of the points fall in the picture, which is {stands}"


def choose(readings: Mapping[Reading, SE3], assumed: Reading, lens: Camera | None, points: Floats) -> Choice:
    """Choose how a camera's mounting is meant.

    Parameters
    ----------
    readings : mapping of Reading to SE3
        ``camera_SE3_lidar`` in each way in which the file can be meant, the usual one first.
    assumed : Reading
        What a person says of each question; "auto" where nobody does.
    lens : Camera or None
        Without one, only whether the picture stands upright is looked at.
    points : (N, 3) float64, metres
        Of the LiDAR, z up.

    Raises
    ------
    InvalidValue
        If no reading is what a person says it is.
    """
    left = {
        r: pose
        for r, pose in readings.items()
        if all(a in ("auto", q) or not q for a, q in zip(assumed, r, strict=True))
    }
    if not left:
        raise InvalidValue("the calibration cannot be meant as assumed")
    default = next(iter(left))
    if len(left) == 1:
        said = [value for value, question in zip(assumed, default, strict=True) if question and value != "auto"]
        return Choice(left[default], default, f"as told ({', '.join(said)})" if said else "")
    scores = {reading: _score(pose, lens, points) for reading, pose in left.items()}
    usual = scores[default]
    best = max(scores, key=lambda reading: (scores[reading].is_good, scores[reading].share, scores[reading].upright))
    if usual.is_good or best == default:
        return Choice(left[default], default, usual.text, usual.is_good)
    if scores[best].is_good or scores[best].share > max(_CLEARLY * usual.share, _FEW * 10):
        why = f"{scores[best].text}; the usual way, {usual.text}"
        return Choice(left[best], best, why, scores[best].is_good)
    return Choice(left[default], default, f"{usual.text}; no other way is better", sure=False)


def _score(camera_SE3_lidar: SE3, lens: Camera | None, points: Floats) -> Score:
    upright = -float(camera_SE3_lidar.rotation_matrix[1, 2])
    if lens is None or not len(points):
        return Score(1.0, upright)
    uv, seen = lens.project(camera_SE3_lidar.apply(points))
    return Score(float(np.count_nonzero(seen & lens.inside(uv))) / len(points), upright)


def told(reading: Sequence[str]) -> str:
    """Return in words what a reading answers."""
    return ", ".join(f"{word} {value}" for word, value in zip(WORDS, reading, strict=True) if value)
