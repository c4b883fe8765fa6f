"""Comment: what one person tells the others about a scene, a frame, a track or a box."""

from __future__ import annotations

from dataclasses import dataclass, field

from lidar_label.errors import InvalidValue
from lidar_label.model.box import new_token

MAX_LETTERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark, or an answer to one.

    Parameters
    ----------
    scene : str
        Token of its scene.
    text : str
    frame : int or None
        The frame it is about; None for the whole scene or the whole track.
    track : str or None
        Token of the track it is about; with a frame it is about that box.
    author : str
    time_ns : int
        When it was written, Unix time.
    done : bool
        Whether what it asks for was dealt with; an answer has no say in this.
    reply_to : str or None
        Token of the comment it answers. An answer is about what that one is about.
    token : str
        Its own id; made fresh where none is given.

    Raises
    ------
    InvalidValue
        If it says nothing or too much, or its frame or time is below zero.
    """

    scene: str
    text: str
    frame: int | None = None
    track: str | None = None
    author: str = ""
    time_ns: int = 0
    done: bool = False
    reply_to: str | None = None
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.scene or not self.token:
            raise InvalidValue("a comment needs a scene and a token")
        if not self.text.strip():
            raise InvalidValue("a comment needs a text")
        if len(self.text) > MAX_LETTERS:
            raise InvalidValue(f"a comment has at most {MAX_LETTERS} letters, this one {len(self.text)}")
        if (self.frame is not None and self.frame < 0) or self.time_ns < 0:
            raise InvalidValue(f"a comment's frame and time are 0 or more, got {self.frame} and {self.time_ns}")
        if self.reply_to == self.token:
            raise InvalidValue("a comment cannot answer itself")
