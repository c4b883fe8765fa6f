"""The crowd: who is let onto the street of a made-up drive, so that nothing ever touches."""

from __future__ import annotations

import numpy as np

from lidar_label.model import Floats
from lidar_label.synth.motion import Motion
from lidar_label.synth.shapes import Shape
from lidar_label.synth.street import Street
from lidar_label.synth.world import Thing

ROOM_M = 0.25  # that two things keep at least between them
_EGO_HALF = (2.6, 1.0)  # half length and width kept clear around the labelling car, metres


class Crowd:
    """The things so far; a labelled one is let in only where it never touches another."""

    def __init__(self, street: Street, ego: Motion, duration: float) -> None:
        self.street = street
        self.duration = duration
        self.things: list[Thing] = []
        self._times = np.arange(-0.2, duration + 0.3, 0.1)
        middle = ego.poses(street, self._times)
        middle[:, :2] += 1.3 * np.column_stack([np.cos(middle[:, 2]), np.sin(middle[:, 2])])
        self._tracks: list[Floats] = [middle]
        self._halves: list[tuple[float, float]] = [_EGO_HALF]
        self._bounds: list[Floats] = [_bounds(middle, _EGO_HALF)]

    def add(self, *things: Thing) -> bool:
        """Let labelled things in, all or none: none may touch another at any time."""
        count = len(self._tracks)
        if all(self._add(thing) for thing in things):
            self.things += things
            return True
        for known in (self._tracks, self._halves, self._bounds):
            del known[count:]
        return False

    def _add(self, thing: Thing) -> bool:
        track = thing.motion.poses(self.street, self._times)
        half = (thing.shape.size[0] / 2 + ROOM_M / 2, thing.shape.size[1] / 2 + ROOM_M / 2)
        bounds = _bounds(track, half)
        others = np.array(self._bounds)
        meets = (others[:, :2] <= bounds[2:]).all(axis=1) & (others[:, 2:] >= bounds[:2]).all(axis=1)
        if any(_touch(track, half, self._tracks[k], self._halves[k]) for k in np.flatnonzero(meets)):
            return False
        self._tracks.append(track)
        self._halves.append(half)
        self._bounds.append(bounds)
        return True

    def stand(self, shape: Shape, s: float, d: float, facing: float) -> None:
        """Put up scenery: its own origin at (s, d), its +x turned by `facing` from the street's."""
        turn, (x, y, _) = facing, shape.anchor
        back_s = -(np.cos(turn) * x - np.sin(turn) * y) / (1 - d / self.street.radius)
        back_d = -(np.sin(turn) * x + np.cos(turn) * y)
        motion = Motion(s=float(s + back_s), d=float(d + back_d), facing=facing)
        self.things.append(Thing(shape=shape, motion=motion))


def _bounds(track: Floats, half: tuple[float, float]) -> Floats:
    """Return the lowest and the highest x and y that a rectangle ever reaches, (4,)."""
    reach = np.hypot(*half)
    return np.concatenate([track[:, :2].min(axis=0) - reach, track[:, :2].max(axis=0) + reach])


def _touch(a: Floats, half_a: tuple[float, float], b: Floats, half_b: tuple[float, float]) -> bool:
    """Say whether two rectangles overlap at any time, by their separating axes."""
    gap = a[:, :2] - b[:, :2]
    near = np.hypot(gap[:, 0], gap[:, 1]) < np.hypot(*half_a) + np.hypot(*half_b)
    if not near.any():
        return False
    a, b, gap = a[near], b[near], gap[near]
    apart = np.zeros(len(a), dtype=bool)
    for axis_yaw in (a[:, 2], a[:, 2] + np.pi / 2, b[:, 2], b[:, 2] + np.pi / 2):
        reach = np.zeros(len(a))
        for yaw, (length, width) in ((a[:, 2], half_a), (b[:, 2], half_b)):
            reach += length * np.abs(np.cos(yaw - axis_yaw)) + width * np.abs(np.sin(yaw - axis_yaw))
        apart |= np.abs(gap[:, 0] * np.cos(axis_yaw) + gap[:, 1] * np.sin(axis_yaw)) > reach
    return bool((~apart).any())
