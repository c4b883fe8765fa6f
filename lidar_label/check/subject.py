"""What a rule looks at: the labels of one scene, and how a remark names its place."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from lidar_label.model import Box, Category, Labels, Scene, Taxonomy, Track, with_usual_look

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Subject:
    """The labels of one scene with what they are checked against."""

    scene: Scene
    labels: Labels
    taxonomy: Taxonomy
    _made: dict[Callable[[Subject], object], object] = field(default_factory=dict, init=False, repr=False)

    def placed(self) -> Iterator[Box]:
        """Yield the boxes that lie in a frame of the scene; the others have a rule of their own."""
        return (box for box in self.labels.boxes() if box.frame < len(self.scene.frames))

    def steps(self, *, keys: bool = False) -> Iterator[tuple[Box, Box]]:
        """Yield each box of a track with its next one; with `keys`, among its key frames."""
        for track in self.labels.tracks:
            boxes = [b for b in self.labels.of_track(track.token) if b.frame < len(self.scene.frames)]
            if keys:
                boxes = [box for box in boxes if box.is_keyframe]
            yield from itertools.pairwise(boxes)

    def seconds(self, one: Box, other: Box) -> float:
        """Return the true time from one box to another."""
        frames = self.scene.frames
        return (frames[other.frame].timestamp_ns - frames[one.frame].timestamp_ns) * 1e-9

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The taxonomy's categories by name, with the size that things of a name usually have where it says none."""
        return {c.name: c if c.size is not None else with_usual_look(c) for c in self.taxonomy.categories}

    def kept(self, make: Callable[[Subject], T]) -> T:
        """Return what a function makes of the labels, made at the first call, for rules that look at the same."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def category(self, name: str) -> Category:
        """Return a category as `categories` has it; one that the taxonomy lacks has a usual size alone."""
        if name not in self.categories:
            self.categories[name] = with_usual_look(Category(name=name))
        return self.categories[name]


@dataclass(frozen=True, slots=True)
class Remark:
    """One break of a rule.

    Parameters
    ----------
    message : str
        A sentence on what is wrong.
    track : Track or None
        The track it speaks of; None for what no track has.
    frame : int
        The frame to look at, where it is worst; -1 for all.
    value, bound : float or None
        What was measured, and what it may be at most or at least.
    frames : tuple of int
        All frames it holds for; without any, `frame` alone.
    place : (x, y, z) or None
        Where in world, where no box says it.
    other : Track or None
        The second track, where a break is between two.
    """

    message: str
    track: Track | None = None
    frame: int = -1
    value: float | None = None
    bound: float | None = None
    frames: tuple[int, ...] = field(default=())
    place: tuple[float, float, float] | None = None
    other: Track | None = None

    @property
    def excess(self) -> float:
        """How many times over its bound the value is: 1 at the bound, and 2 as far again beyond it."""
        if self.value is None or self.bound is None:
            return 2.0
        return 1.0 + abs(self.value - self.bound) / max(abs(self.bound), 1e-6)

    def where(self, scene: Scene) -> str:
        """Return the place as a finding names it."""
        if self.track is None:
            if self.place is not None:
                x, y, z = self.place
                return f"scene {scene.name}, frame {self.frame}, at ({x:.1f}, {y:.1f}, {z:.1f})"
            return f"scene {scene.name}, frame {self.frame}" if self.frame >= 0 else f"scene {scene.name}"
        track = self.track.token + (f" ({self.track.name})" if self.track.name else "")
        if self.frame < 0:
            return f"scene {scene.name}, track {track}"
        return f"scene {scene.name}, frame {self.frame}, track {track}"


def by_track(subject: Subject, found: Iterable[tuple[Box, str]]) -> Iterator[Remark]:
    """Gather remarks on boxes into one a track and message, at the first frame it holds for."""
    frames: dict[tuple[str, str], list[int]] = defaultdict(list)
    for box, message in found:
        frames[box.track, message].append(box.frame)
    for (track, message), where in frames.items():
        yield Remark(f"{message}{more_frames(where)}", subject.labels.track(track), where[0], frames=tuple(where))


def more_frames(frames: Iterable[int]) -> str:
    """Return what is added to a message that holds for more frames than the one it points to."""
    more = len(tuple(frames)) - 1
    return f", and in {more} more of its frames" if more > 0 else ""
