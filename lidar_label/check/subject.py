"""What a rule looks at: the labels of one scene, and how a remark names its place."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lidar_label.model import Box, Labels, Scene, Taxonomy, Track


@dataclass(frozen=True, slots=True)
class Subject:
    """The labels of one scene with what they are checked against."""

    scene: Scene
    labels: Labels
    taxonomy: Taxonomy

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


@dataclass(frozen=True, slots=True)
class Remark:
    """One break of a rule: a sentence, and the track and frame it speaks of (-1 for all)."""

    message: str
    track: Track
    frame: int = -1

    def where(self, scene: Scene) -> str:
        """Return the place as a finding names it."""
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
        more = f", and in {len(where) - 1} more of its frames" if len(where) > 1 else ""
        yield Remark(f"{message}{more}", subject.labels.track(track), where[0])
