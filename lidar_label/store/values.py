"""What the store hands out beside the model's values: scene references, spans, counts, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lidar_label.errors import InvalidValue

State = Literal["done", "undone", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRef:
    """A scene of a project: where its data is, and what it was when the project was made.

    Parameters
    ----------
    token : str
    name : str
        What a person sees.
    path : str
        The data set: relative to the project file's folder, in POSIX form, where that is
        possible; absolute otherwise.
    format : str
        Name of the data set's format.
    scene : str
        Name of the scene in its data set.
    frames : int
        Number of frames; a box lies in one of 0 to `frames` - 1.
    fingerprint : str
        A digest of the frames as they were, to notice that the data was changed.
    position : int
        Its place in the project's list of scenes.
    options : str
        What a person told the reader of the data, as JSON; the store does not look into it.

    Raises
    ------
    InvalidValue
        If there is no token, or a number is below zero.
    """

    token: str
    name: str
    path: str
    format: str
    scene: str
    frames: int
    fingerprint: str = ""
    position: int = 0
    options: str = "{}"

    def __post_init__(self) -> None:
        if not self.token:
            raise InvalidValue("a scene needs a token")
        if self.frames < 0 or self.position < 0:
            raise InvalidValue(
                f"a scene's frames and position are 0 or more, got {self.frames} and {self.position}",
                where=f"scene {self.name}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSpan:
    """From which frame to which a track has boxes, how many, and how many of them who made.

    `keys` are key frames that no machine made, `machine` what a machine found or carried on; the
    rest lies between key frames. `human` is what a person made or confirmed, `doubts` what a person is
    asked to look at, `score` the mean of those that a machine gave its boxes, `size` the mean length, width and
    height in metres of those that a person made or that were imported, None without any.
    """

    track: str
    first: int
    last: int
    boxes: int
    keys: int
    machine: int
    human: int
    doubts: int = 0
    score: float | None = None
    size: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a scene has been labelled: `frames` is the number of frames with a box."""

    tracks: int
    boxes: int
    keyframes: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One edit in the log.

    `state` is "done", "undone" (redo brings it back) or "discarded" (undone, then overtaken by
    another edit; kept as a record).
    """

    seq: int
    title: str
    author: str
    timestamp_ns: int
    state: State
    changes: int
