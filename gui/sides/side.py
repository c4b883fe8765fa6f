"""Side: from where a side view looks at a box, and which handles it then has. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lidar_label.gui.views import handles
from lidar_label.gui.views.handles import Signs
from lidar_label.model import Floats

_BY_SIGNS = {signs: name for name, signs in handles.CARRIED.items()}
_AXES = "xyz"


@lru_cache(maxsize=16)
def _axes(right: Signs, up: Signs) -> Floats:
    """Return the axes of a side; each handle and each line of a picture asks."""
    made = np.array([right, up, np.cross(right, up)], dtype=np.float64)
    made.setflags(write=False)
    return made


@dataclass(frozen=True, slots=True)
class Side:
    """One way to look at a box.

    Parameters
    ----------
    name : str
        "top", "side" or "rear".
    right, up : three of -1, 0, 1
        The axis of the box's frame that points to the right and up in the picture.
    turn : str
        The handle that turns the box in this picture.
    turn_at : (right, up)
        Beyond which edge that handle sits.
    """

    name: str
    right: Signs
    up: Signs
    turn: str
    turn_at: tuple[int, int]

    @property
    def axes(self) -> Floats:
        """Rows: right, up, and towards the person, in the box's frame, (3, 3)."""
        return _axes(self.right, self.up)

    @property
    def across(self) -> int:
        """Which of the box's axes runs across the picture; `high` the one upwards, `deep` the one away."""
        return next(axis for axis, sign in enumerate(self.right) if sign)

    @property
    def high(self) -> int:
        """Which of the box's axes runs upwards."""
        return next(axis for axis, sign in enumerate(self.up) if sign)

    @property
    def deep(self) -> int:
        """Which of the box's axes points out of the picture."""
        return 3 - self.across - self.high

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of the axes to the right and upwards, with their sign."""
        right, up = (("-" if min(axis) < 0 else "") for axis in (self.right, self.up))
        return f"{right}{_AXES[self.across]}", f"{up}{_AXES[self.high]}"

    def handle(self, right: int, up: int) -> str:
        """Return the handle at an edge or a corner of the picture: -1, 0 or 1 to the right and up."""
        signs = right * np.array(self.right) + up * np.array(self.up)
        return _BY_SIGNS[int(signs[0]), int(signs[1]), int(signs[2])]


EDGES = ((1, 0), (-1, 0), (0, 1), (0, -1))
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
TOP = Side("top", (1, 0, 0), (0, 1, 0), handles.TURN, (1, 0))
# From the right, so that the heading points to the right as in the view from above.
SIDE = Side("side", (1, 0, 0), (0, 0, 1), handles.PITCH, (1, 0))
FAR_SIDE = Side("side", (-1, 0, 0), (0, 0, 1), handles.PITCH, (-1, 0))
REAR = Side("rear", (0, -1, 0), (0, 0, 1), handles.ROLL, (0, 1))
FRONT = Side("rear", (0, 1, 0), (0, 0, 1), handles.ROLL, (0, 1))
BOTH = {"top": (TOP, TOP), "side": (SIDE, FAR_SIDE), "rear": (REAR, FRONT)}
"""Each view as it first looks, and flipped."""
