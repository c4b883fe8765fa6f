"""Box: one track's cuboid in one frame."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model.se3 import SE3, Floats

AttributeValue = bool | int | float | str
MAX_SIDE_M = 1000.0

# Corners 0-3 are the front face (+x) and 4-7 the rear one, each from upper left around to lower
# left as the object's driver sees it. Every drawing, test and writer uses this order.
CORNER_SIGNS = np.array(
    [[1, 1, 1], [1, -1, 1], [1, -1, -1], [1, 1, -1], [-1, 1, 1], [-1, -1, 1], [-1, -1, -1], [-1, 1, -1]],
    dtype=np.float64,
)
EDGES: tuple[tuple[int, int], ...] = (
    (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7),
)  # fmt: skip


def new_token() -> str:
    """Return a fresh token: 32 hexadecimal digits, as nuScenes tables use."""
    return uuid.uuid4().hex


class Source(StrEnum):
    """Who or what made a box."""

    HUMAN = "human"
    IMPORTED = "imported"
    INTERPOLATED = "interpolated"
    PROPAGATED = "propagated"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A cuboid with a heading, in world, at the time of one frame.

    Parameters
    ----------
    track : str
        Token of the `Track` it belongs to; a track has at most one box in a frame.
    frame : int
        Index of the frame in its scene.
    world_SE3_box : SE3
        Pose of the box's own frame: origin the geometric centre, +x the heading, +z up.
    size : (length, width, height), metres
        Along the box's x, y and z; each above zero.
    attributes : mapping of str to bool, int, float or str
        What is true of the object in this frame. A nuScenes attribute is ``name: True``.
    visibility : str
        Token of a `Visibility` in the taxonomy, or empty where nobody said.
    is_keyframe : bool
        True where a person (or the source data) fixed it; interpolation runs between these.
    source : Source
    score : float or None
        How sure the machine is, 0 to 1; None for what a person made.
    doubt : str
        Why the machine wants a person to look at it, as a short word such as "occluded"; empty where
        it does not, and always empty in what a person made or checked.
    num_lidar_pts, num_radar_pts : int or None
        Counts as the source data stated them; None where it did not.
    token : str
        Its own id (nuScenes ``sample_annotation``); made fresh where none is given.

    Raises
    ------
    InvalidValue
        If a size, score, count, frame index or transform breaks these rules.
    """

    track: str
    frame: int
    world_SE3_box: SE3
    size: tuple[float, float, float]
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    visibility: str = ""
    is_keyframe: bool = True
    source: Source = Source.HUMAN
    score: float | None = None
    doubt: str = ""
    num_lidar_pts: int | None = None
    num_radar_pts: int | None = None
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.track or not self.token:
            raise InvalidValue("a box needs a track and a token")
        if self.frame < 0:
            raise InvalidValue(f"a box's frame index is 0 or more, got {self.frame}")
        if (self.world_SE3_box.dst, self.world_SE3_box.src) != ("world", "box"):
            raise InvalidValue(f"a box's pose is world_SE3_box, got {self.world_SE3_box!r}")
        object.__setattr__(self, "size", check_size(self.size))
        object.__setattr__(self, "attributes", dict(self.attributes))
        if self.source == Source.HUMAN:
            object.__setattr__(self, "doubt", "")
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise InvalidValue(f"a score is between 0 and 1, got {self.score}")
        for name in ("num_lidar_pts", "num_radar_pts"):
            count = getattr(self, name)
            if count is not None and count < 0:
                raise InvalidValue(f"{name} is 0 or more, got {count}")

    @property
    def center(self) -> Floats:
        """Geometric centre in world, (3,) float64 metres."""
        return self.world_SE3_box.translation

    @property
    def yaw(self) -> float:
        """Heading about world's +z, radians in (-pi, pi]."""
        return self.world_SE3_box.yaw

    def corners(self) -> Floats:
        """Return the eight corners in world, (8, 3) float64 metres; front face first."""
        return self.world_SE3_box.apply(CORNER_SIGNS * (np.array(self.size) / 2))

    def moved(self, pose: SE3) -> Box:
        """Return this box at another ``world_SE3_box``."""
        return replace(self, world_SE3_box=pose)


def check_size(size: Sequence[float]) -> tuple[float, float, float]:
    """Return (length, width, height) as floats.

    Raises
    ------
    InvalidValue
        If there are not three, or one is not finite, not above zero, or above 1000 m.
    """
    try:
        values = tuple(float(v) for v in size)
    except (TypeError, ValueError):
        raise InvalidValue(f"a size is length, width, height in metres, got {size!r:.80}") from None
    if len(values) != 3:
        raise InvalidValue(f"a size is length, width, height; got {len(values)} numbers")
    if not all(math.isfinite(v) and 0.0 < v <= MAX_SIDE_M for v in values):
        raise InvalidValue(f"each side of a size is above 0 and at most {MAX_SIDE_M:.0f} m, got {values}")
    return values
