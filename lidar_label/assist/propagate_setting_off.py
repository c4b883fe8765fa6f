"""Whether a thing of which one box is known moves, and how fast: what speaks for it is summed over a few frames."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.assist.motion import Motion
from lidar_label.assist.propagate_course import Course
from lidar_label.assist.propagate_match import inside_of, local_of, reach_of, search, weight_of
from lidar_label.assist.propagate_scan import Nearby, Points, gather
from lidar_label.assist.propagate_shape import Shape
from lidar_label.assist.propagate_start import (
    FASTEST_M_S,
    FEWEST,
    SPEEDS_M_S,
    both_suit,
    fits_here,
    left_here,
    share_that_counts,
)
from lidar_label.model import Floats

_MANY_RIVALS = 20
_AT_ONCE = 1.5  # what speaks against a move that the times of the points do not bear out
_AS_SEEN = 0.45  # of a thing that moved far: its fit there
# Where nobody knows when points were seen, what drives is smeared and fits worse: there a place will do that is so much
# better than the one where it stood. So much has to speak for a move of what stood for a while, too.
_CLEARLY = 3.0
_BETTER, _TRIES = {"wheeled": 0.5, "walker": 3.0, "other": 8.0}, 3
_USUAL = 0.25  # of the fastest of its kind: as fast as it goes as a rule
_SLOWEST_M_S, _LEAST_MOVE_M = 0.25, 0.06  # what is less is noise
_STILL = np.zeros(2)
_SLACK = 0.176  # of its length: a box that is off by so much overlaps by 0.7


class SettingOff:
    """What is known of whether a thing moves, as long as it is taken to stand.

    Parameters
    ----------
    pose : (4,) float64
        Of its box, with `size`, in `cloud`.
    size : (length, width, height), metres
    cloud : Points
    motion : Motion
    has_poses : bool
    shape : Shape
        What the box shows of a thing that stands.
    seen : (int, float)
        How many points the box shows, and from how far.
    """

    def __init__(
        self, pose: Floats, size: tuple[float, float, float], cloud: Points, motion: Motion, shape: Shape,
        seen: tuple[int, float], *, has_poses: bool,
    ) -> None:  # fmt: skip
        self._pose, self._size, self._half, self._cloud = pose, size, np.array(size) / 2, cloud
        self._motion, self._has_poses, self._shape, self._seen = motion, has_poses, shape, seen
        self._tried, self._gain = 0, 0.0
        self._suits: dict[float, float] = {}
        self.left_open = -math.inf
        """Log-odds that it moves all the same, so fast that a box that stays lies under 0.7; where that was asked."""

    @property
    def is_begun(self) -> bool:
        """Whether it was looked for."""
        return self._tried > 0

    @property
    def is_over(self) -> bool:
        """Whether it was looked for often enough."""
        return self._tried >= _TRIES

    def velocity(self, points: Points, dt: float) -> Floats | None:
        """Return the velocity, (2,) metres a second, by what a cloud shows `dt` seconds later; None where it stands."""
        self._tried += 1
        least = _BETTER[self._motion.kind]
        if self._cloud.seconds is not None and self._motion.kind == "wheeled" and self._has_poses:
            velocity, gain = self._fastest_fit(points, dt)
            if gain < least and self._tried == 1:  # later a neighbour may be within reach
                velocity, gain = self._moved_at_once(points, dt)
                gain -= _AT_ONCE
        else:
            velocity, gain = self._moved_at_once(points, dt)
        moves = gain >= least and np.hypot(*velocity) >= max(_SLOWEST_M_S, _LEAST_MOVE_M / abs(dt))
        return velocity if moves or not self._has_poses else None

    def _moved_at_once(self, points: Points, dt: float) -> tuple[Floats, float]:
        """Return the velocity by which the box's points are found again, and what speaks for it against standing."""
        pose, shape = self._pose, self._shape
        guess = Course(pose, self._motion, grounded=self._has_poses)
        guess.predict(dt)
        reach = reach_of(guess, dt)
        near = gather(points, guess.pose, self._half, float(np.abs(reach).max()))
        if len(near.xyz) < FEWEST:
            return np.zeros(2), self._gain
        weight = self._weight(near)
        here = weight * float(shape.values(near.xyz, pose[None])[0])
        best, gain = pose, 0.0
        smeared = self._cloud.seconds is None and self._motion.kind == "wheeled"
        for value, found in search(shape, guess, near.xyz, weight, reach, _MANY_RIVALS):
            local = local_of(near.xyz, found)
            worth = shape.worth(local[inside_of(local, self._half)])
            fit = float(worth.mean()) if len(worth) else 0.0
            value *= share_that_counts(found, pose, self._size, near, _STILL, self._seen)
            fits_well = fit > _AS_SEEN or not self._has_poses or (smeared and value - here > _CLEARLY)
            if fits_well and value - here > gain:
                best, gain = found, value - here
        self._gain += gain + math.log(near.share)  # among so many more places one is good by chance
        left = 0.0
        if not self._has_poses:
            self._gain = math.inf
        elif self._motion.kind == "walker":  # whose steps are as short as he is thick
            left = left_here(near, pose, self._half, self._seen[0])
        else:
            self._gain -= self._fits_here(near, weight)
        return (best - pose)[:2] / dt, self._gain + left

    def _fastest_fit(self, points: Points, dt: float) -> tuple[Floats, float]:
        """Return the velocity along the heading that suits both sweeps best, each point at its own time; as above.

        At a wrong one the box's own points lie outside it, and the next sweep's beside the shape.
        """
        pose, size = self._pose, self._size
        ahead = np.array([math.cos(pose[3]), math.sin(pose[3])])
        own = gather(self._cloud, pose, self._half, 2.0)
        near = gather(points, pose, self._half, FASTEST_M_S * abs(dt) + 2.0)
        weight = self._weight(near)

        def suits(speed: float) -> float:
            return both_suit(speed * ahead, pose, size, own, near, dt, weight, self._seen)

        known = {speed: suits(speed) for speed in SPEEDS_M_S}
        usual = self._motion.speed * _USUAL
        for speed, value in known.items():
            self._suits[speed] = self._suits.get(speed, -0.5 * (speed / usual) ** 2) + value
        best = max(self._suits, key=self._suits.__getitem__)
        still = self._suits[0.0] + self._fits_here(near, weight) - 0.5 * math.log(near.share)
        gain = self._suits[best] - still
        off = [value for speed, value in self._suits.items() if abs(speed * dt) > _SLACK * size[0]]
        self.left_open = max(off, default=-math.inf) - still
        if best:
            on_grid = known[best]
            for step in (1.0, 0.5, 0.25):
                known |= {speed: suits(speed) for speed in (best - step, best + step) if speed not in known}
                best = max((speed for speed in known if abs(speed - best) <= step), key=known.__getitem__)
            if near.share < 1.0:  # in so long a time the speeds tried at first lead past a small thing
                gain += known[best] - on_grid
        return ahead * best, gain

    def _weight(self, near: Nearby) -> float:
        """Return what a point counts; where the next frame is far off in time, as much as one about the known box."""
        if near.share == 1.0:
            return weight_of(near)
        return max(weight_of(near), weight_of(gather(self._cloud, self._pose, self._half, 2.0)))

    def _fits_here(self, near: Nearby, weight: float) -> float:
        return fits_here(self._shape, near, self._pose, weight, self._seen[0])
