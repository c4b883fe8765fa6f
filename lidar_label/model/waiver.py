"""Waiver: a person's word that what a check found is right as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from lidar_label.errors import InvalidValue
from lidar_label.model.box import new_token

MAX_LETTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that is not to be shown again while it does not get worse.

    Parameters
    ----------
    scene : str
        Token of its scene.
    rule : str
        Id of the rule.
    reason : str
        Why it is right as it is.
    track : str or None
        Token of the track; None for a finding that speaks of none.
    frame : int or None
        The frame the finding points to; None for a finding on all of a track or scene.
    excess : float, 1 or more
        How many times over its bound the measured value was.
    author : str
    time_ns : int
        When it was said, Unix time.
    token : str
        Its own id; made fresh where none is given.

    Raises
    ------
    InvalidValue
        If it gives no reason or too long a one, or a number is out of its range.
    """

    scene: str
    rule: str
    reason: str
    track: str | None = None
    frame: int | None = None
    excess: float = 2.0
    author: str = ""
    time_ns: int = 0
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.scene or not self.rule or not self.token:
            raise InvalidValue("a waiver needs a scene, a rule and a token")
        if not self.reason.strip():
            raise InvalidValue("a waiver needs a reason")
        if len(self.reason) > MAX_LETTERS:
            raise InvalidValue(f"a reason has at most {MAX_LETTERS} letters, this one {len(self.reason)}")
        if (self.frame is not None and self.frame < 0) or self.time_ns < 0 or not self.excess >= 0.0:
            raise InvalidValue("a waiver's frame, time and excess are 0 or more")
