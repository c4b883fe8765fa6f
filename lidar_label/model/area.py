"""Area: a polygon on the ground that a drive keeps: a crossing, a stop line, a parking place, where nobody labels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model.box import Source, new_token
from lidar_label.model.se3 import Floats

MAX_CORNERS = 1000
MAX_NOTE = 2000  # letters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Area:
    """A polygon on the ground, in world: it is the same in all frames of its drive.

    Where a drive has no poses (`Scene.has_poses` False), or its frames are unrelated, world is another in each frame,
    and an area is one of the frame it was drawn in alone.

    Parameters
    ----------
    scene : str
        Token of its scene.
    category : str
        Name of a `Category` in the taxonomy.
    corners : (K, 3) float64, metres, world
        Along its edge, either way round, each once. Kept as a copy that cannot be written to.
    frame : int
        Index of the frame it was drawn in.
    source : Source
    author : str
    time_ns : int
        When it was drawn, Unix time.
    note : str
        What a person has to say of it; may be empty.
    token : str
        Its own id; made fresh where none is given.

    Raises
    ------
    InvalidValue
        If there are fewer than 3 corners or more than 1000, one is not finite or there twice in a row, or its sides
        cross or touch each other as seen from above.
    """

    scene: str
    category: str
    corners: Floats
    frame: int = 0
    source: Source = Source.HUMAN
    author: str = ""
    time_ns: int = 0
    note: str = ""
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.scene or not self.category or not self.token:
            raise InvalidValue("an area needs a scene, a category and a token")
        if self.frame < 0 or self.time_ns < 0:
            raise InvalidValue(f"an area's frame and time are 0 or more, got {self.frame} and {self.time_ns}")
        if len(self.note) > MAX_NOTE:
            raise InvalidValue(f"the note of an area has at most {MAX_NOTE} letters, this one {len(self.note)}")
        object.__setattr__(self, "corners", check_corners(self.corners))

    @property
    def size(self) -> float:
        """How large it is as seen from above, square metres."""
        return abs(signed_size(self.corners))

    @property
    def middle(self) -> Floats:
        """The mean of its corners, (3,) metres, world."""
        found: Floats = self.corners.mean(axis=0)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Area):
            return NotImplemented
        return self._told == other._told and np.array_equal(self.corners, other.corners)

    def __hash__(self) -> int:
        return hash((self._told, self.corners.tobytes()))

    @property
    def _told(self) -> tuple[object, ...]:
        return (self.token, self.scene, self.category, self.frame, self.source, self.author, self.time_ns, self.note)


def check_corners(corners: Floats) -> Floats:
    """Return the corners of an area, (K, 3) float64 metres, as a copy that cannot be written to.

    Raises
    ------
    InvalidValue
        If they are no polygon; see `Area`.
    """
    try:
        found = np.array(corners, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidValue(f"corners are rows of x, y, z in metres, got {corners!r:.80}") from None
    if found.ndim != 2 or found.shape[1] != 3:
        raise InvalidValue(f"corners need shape (K, 3), got {found.shape}")
    if not 3 <= len(found) <= MAX_CORNERS:
        raise InvalidValue(f"an area has 3 to {MAX_CORNERS} corners, this one {len(found)}")
    if not np.isfinite(found).all():
        raise InvalidValue("a corner of the area is not finite")
    if (found[:, :2] == np.roll(found[:, :2], -1, axis=0)).all(axis=1).any():
        raise InvalidValue("a corner of the area is there twice in a row")
    if crosses_itself(found):
        raise InvalidValue("the sides of the area cross each other")
    found.flags.writeable = False
    return found


def signed_size(corners: Floats) -> float:
    """Return how large a polygon, (K, 2 or 3) metres, is from above; below zero where it goes round clockwise."""
    x, y = corners[:, 0] - corners[0, 0], corners[:, 1] - corners[0, 1]  # far from zero the products lose digits
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2


def crosses_itself(corners: Floats) -> bool:
    """Say whether sides of a polygon, (K, 2 or 3) metres, meet from above other than at the corner they share."""
    a = corners[:, :2] - corners[0, :2]
    b = np.roll(a, -1, axis=0)
    count = len(a)
    # From side i, on which side of it the ends of side j lie: crossing needs both pairs of ends apart.
    along = b - a
    of_starts = _turn(along[:, None], a[None] - a[:, None])
    of_ends = _turn(along[:, None], b[None] - a[:, None])
    apart = of_starts * of_ends <= 0
    low, high = np.minimum(a, b), np.maximum(a, b)
    near = ((low[:, None] <= high[None]) & (low[None] <= high[:, None])).all(axis=2)
    meet = apart & apart.T & near
    place = np.arange(count)
    for step in (-1, 0, 1):
        meet[place, (place + step) % count] = False
    if meet.any():
        return True
    following = np.roll(along, -1, axis=0)  # of two that share a corner, one may run back over the other
    back = (_turn(along, following) == 0) & ((along * following).sum(axis=1) < 0)
    return bool(back.any()) or signed_size(a) == 0


def _turn(way: Floats, other: Floats) -> Floats:
    found: Floats = way[..., 0] * other[..., 1] - way[..., 1] * other[..., 0]
    return found
