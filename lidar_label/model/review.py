"""Review: how far a frame or a track has come on its way to being right, who said so, and what was changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from lidar_label.errors import InvalidValue
from lidar_label.model.box import Box

State = Literal["to do", "labelled", "checked", "rejected", "done"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The state of one frame or of one track; what has none is to do.

    Parameters
    ----------
    scene : str
        Token of its scene.
    state : "to do", "labelled", "checked", "rejected" or "done"
    track : str or None
        Token of the track, or
    frame : int or None
        the frame: one of the two.
    author : str
    time_ns : int
        When it was said, Unix time.

    Raises
    ------
    InvalidValue
        If it is about both or neither, or the state is none of these.
    """

    scene: str
    state: State
    track: str | None = None
    frame: int | None = None
    author: str = ""
    time_ns: int = 0

    def __post_init__(self) -> None:
        if not self.scene or (self.track is None) == (self.frame is None):
            raise InvalidValue("a review is of a scene's frame or of its track, one of the two")
        if self.state not in STATES:
            raise InvalidValue(f"{self.state!r} is no state of a review", hint=f"one of {', '.join(STATES)}")
        if (self.frame is not None and self.frame < 0) or self.time_ns < 0:
            raise InvalidValue("a review's frame and time are 0 or more")

    @property
    def token(self) -> str:
        """What tells it from all others: a frame, or a track, has one."""
        return f"{self.scene}:{self.track or self.frame}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxChange:
    """What became of a box: who changed it last, when, and how it was before; None where it was not there."""

    track: str
    frame: int
    author: str
    time_ns: int
    before: Box | None
    is_there: bool
