"""The tree of frames that tf builds: where one frame is in another at any time, from samples along its edges."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.ros.messages import PoseMessage
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Floats

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

Times = NDArray[np.int64]
_STILL_M, _STILL_RAD = 1e-4, 1e-4
_FARTHEST_M = 1e9  # the earth's own axes are 6e6 m away


@dataclass(slots=True)
class Edge:
    """Samples of ``parent_SE3_child``, in any order until they are asked for.

    `is_static` marks an edge that holds for all times; so does one of a single sample.
    """

    parent: str
    child: str
    is_static: bool = False
    times: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] = field(default_factory=lambda: array("d"))
    refused: int = 0
    _sorted: tuple[Times, Floats] | None = None

    def add(self, pose: PoseMessage) -> None:
        """Take in a sample; one that is no rotation, or not finite, is counted and left out."""
        values = (*pose.rotation, *pose.position)
        sane = all(abs(value) <= _FARTHEST_M for value in values)  # which NaN is not
        if not sane or abs(math.hypot(*pose.rotation) - 1.0) > 0.01 or not 0 <= pose.time_ns < 2**63:
            self.refused += 1
            return
        if self.is_static:  # the last one stands
            self.times, self.numbers = array("q"), array("d")
        self.times.append(pose.time_ns)
        self.numbers.extend(values)
        self._sorted = None

    def samples(self) -> tuple[Times, Floats]:
        """Return times, strictly rising, and (N, 7) quaternions w x y z and positions; of equal times the last."""
        if self._sorted is None:
            times = np.array(self.times, dtype=np.int64)
            numbers = np.array(self.numbers, dtype=np.float64).reshape(-1, 7)
            order = np.argsort(times, kind="stable")
            times, numbers = times[order], numbers[order]
            last = np.append(times[1:] != times[:-1], True) if len(times) else np.zeros(0, dtype=bool)
            self._sorted = times[last], numbers[last]
        return self._sorted

    @property
    def is_still(self) -> bool:
        """True where the child never moves in its parent."""
        _, numbers = self.samples()
        if self.is_static or len(numbers) < 2:
            return True
        moved = np.abs(numbers[:, 4:] - numbers[0, 4:]).max()
        turned = 2 * np.arccos(np.clip(np.abs(numbers[:, :4] @ numbers[0, :4]), 0, 1)).max()
        return bool(moved < _STILL_M and turned < max(_STILL_RAD, 1e-7))

    def at(self, times: Times) -> tuple[Rotation, Floats]:
        """Return rotations and positions at some times; before the first sample and behind the last those stand."""
        from scipy.spatial.transform import Rotation, Slerp  # here, since it takes a second to load

        known, numbers = self.samples()
        turns = Rotation.from_quat(numbers[:, :4], scalar_first=True)
        if len(known) == 1:
            return turns[np.zeros(len(times), dtype=np.int64)], np.repeat(numbers[:1, 4:], len(times), axis=0)
        # Relative to the first: a float has no nanoseconds since 1970.
        inside = (np.clip(times, known[0], known[-1]) - known[0]).astype(np.float64)
        steps = (known - known[0]).astype(np.float64)
        places = np.column_stack([np.interp(inside, steps, numbers[:, 4 + i]) for i in range(3)])
        return Slerp(steps, turns)(inside), places


class Frames:
    """Every edge that was met."""

    def __init__(self) -> None:
        self.edges: dict[tuple[str, str], Edge] = {}

    def add(self, pose: PoseMessage, *, is_static: bool) -> None:
        """Take in a sample of ``parent_SE3_child``."""
        if not pose.parent or not pose.child or pose.parent == pose.child:
            return
        key = (pose.parent, pose.child)
        edge = self.edges.setdefault(key, Edge(*key, is_static=is_static))
        edge.add(pose)

    @property
    def names(self) -> set[str]:
        """Every frame that has an edge."""
        return {name for (parent, child), edge in self.edges.items() if edge.times for name in (parent, child)}

    def parents(self, frame: str) -> list[str]:
        """Return the frames above one, from the nearest to the root; a frame with two parents has the fuller one."""
        found: list[str] = []
        start = frame
        while True:
            above = [e for e in self.edges.values() if e.child == frame and e.times and e.parent not in (start, *found)]
            if not above:
                return found
            frame = max(above, key=lambda edge: len(edge.times)).parent
            found.append(frame)

    def path(self, dst: str, src: str) -> list[tuple[Edge, bool]] | None:
        """Return the edges from `dst` to `src`, each with whether it leads down to the child; None where none do."""
        reached: dict[str, list[tuple[Edge, bool]]] = {dst: []}
        queue = [dst]
        for frame in queue:
            if frame == src:
                return reached[frame]
            for edge in self.edges.values():
                if not edge.times or frame not in (edge.parent, edge.child):
                    continue
                down = frame == edge.parent
                other = edge.child if down else edge.parent
                if other not in reached:
                    reached[other] = [*reached[frame], (edge, down)]
                    queue.append(other)
        return None

    def doubled(self) -> list[str]:
        """Return the frames that have two parents, which a tree cannot."""
        children = [edge.child for edge in self.edges.values() if edge.times]
        return sorted({child for child in children if children.count(child) > 1})


class Motion:
    """Where `src` is in `dst` over time, along a path of edges."""

    def __init__(self, dst: str, src: str, path: Sequence[tuple[Edge, bool]]) -> None:
        self.dst, self.src = dst, src
        self._path = [(edge, down) for edge, down in path]
        moving = [edge for edge, _ in path if not edge.is_still]
        self.is_still = not moving
        ends = [edge.samples()[0][[0, -1]] for edge in moving]
        self.span_ns = (max(int(e[0]) for e in ends), min(int(e[1]) for e in ends)) if ends else None

    def at(self, times_ns: Sequence[int]) -> list[SE3]:
        """Return ``dst_SE3_src`` at each time; positions go straight between samples, rotations the shortest way."""
        times = np.array(times_ns, dtype=np.int64)
        if not len(times):
            return []
        from scipy.spatial.transform import Rotation

        turns, places = Rotation.identity(len(times)), np.zeros((len(times), 3))
        for edge, down in self._path:
            turn, place = edge.at(times)
            if not down:
                turn = turn.inv()
                place = -turn.apply(place)
            places = places + turns.apply(place)
            turns = turns * turn
        quaternions = turns.as_quat(scalar_first=True)
        return [SE3(self.dst, self.src, quaternions[i], places[i]) for i in range(len(times))]

    def one(self) -> SE3:
        """Return ``dst_SE3_src`` of a motion that stands still."""
        return self.at([0])[0]


def motion(frames: Frames, dst: str, src: str, names: tuple[str, str]) -> Motion | None:
    """Return the motion of `src` in `dst` under other names; None where the tree does not join them."""
    path = frames.path(dst, src)
    try:
        return Motion(*names, path) if path is not None else None
    except (InvalidValue, ValueError, IndexError):
        return None
