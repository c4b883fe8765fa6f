"""Propagate: one box becomes a track, by the points of the frames that follow and by how its kind moves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lidar_label.assist.motion import Motion
from lidar_label.assist.predict import ordered, time_of
from lidar_label.assist.propagate_company import Company, Others
from lidar_label.assist.propagate_follow import Follower
from lidar_label.assist.propagate_judge import Reason, judge
from lidar_label.assist.propagate_scan import Points
from lidar_label.assist.propagate_sight import Sight
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Source, new_token

__all__ = ["Others", "Points", "Reason", "Step", "propagate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A box in one frame, and how sure it is.

    Parameters
    ----------
    box : Box
        `source` PROPAGATED, `is_keyframe` False, `score` as here.
    score : float
        0 to 1: about how likely the box overlaps the true one by 0.7.
    reason : Reason or None
        Why a person should look; None where it is sure.
    bridged : bool
        Whether the frame shows too little of the object, so that its motion alone places the box.
    """

    box: Box
    score: float
    reason: Reason | None
    bridged: bool


def propagate(
    seeds: Sequence[Box],
    frames: Sequence[int],
    times_ns: Sequence[int] | Mapping[int, int],
    points: Callable[[int], Points],
    *,
    category: str | None = None,
    has_poses: bool = True,
    others: Others | None = None,
) -> Iterator[Step]:
    """Carry a box on through frames, one at a time; nothing is read or done before a step is asked for.

    Each step predicts the box by a motion model of its kind, lays the shape that was seen so far on the points about
    it, and says how sure that is. Where too little is seen the motion bridges. Nothing stops by itself: the caller
    does at the first unsure step, or goes on.

    Parameters
    ----------
    seeds : sequence of Box
        Boxes of one track that a person fixed. The walk starts at the one that comes last before the first frame in
        the direction of the walk; the others tell of its shape and speed.
    frames : sequence of int
        In the order they are to be walked, rising or falling.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame, of those of the seeds too.
    points : callable
        Gives the cloud of a frame, of those of the seeds too.
    category : str, optional
        Of the track, in any taxonomy; says how it moves.
    has_poses : bool
        False where world is the vehicle in every frame, so that whatever stands seems to move.
    others : callable(frame) -> sequence of Box, optional
        Gives the boxes of other tracks that are known in a frame, asked for when its step is: where a car shows too
        little, those in line with it or close beside it tell whether it stands.

    Yields
    ------
    Step

    Raises
    ------
    InvalidValue
        If there is no seed, the seeds are of two tracks, the frames neither rise nor fall or none of the seeds comes
        before them, or times are missing.
    """
    known = ordered(seeds)
    if not known:
        raise InvalidValue("nothing to propagate: there is no box to start from")
    if not frames:
        return
    nearest = min(known, key=lambda box: abs(box.frame - frames[0]))
    rising = frames[-1] > frames[0] or (len(frames) == 1 and nearest.frame < frames[0])
    if any((after > before) != rising or after == before for before, after in itertools.pairwise(frames)):
        raise InvalidValue("the frames to propagate through neither rise nor fall")
    before = [box for box in known if (box.frame < frames[0] if rising else box.frame > frames[0])]
    if not before:
        raise InvalidValue(f"the track has no box {'before' if rising else 'after'} frame {frames[0]} to start from")
    start = before[-1] if rising else before[0]
    order = sorted(known, key=lambda box: (box is not start, abs(box.frame - start.frame)))
    seconds = {frame: time_of(times_ns, frame) * 1e-9 for frame in (*frames, *(box.frame for box in known))}
    base = seconds[start.frame]
    clock = {frame: time - base for frame, time in seconds.items()}
    follower = Follower(
        [(box, clock[box.frame], points(box.frame)) for box in order[:_MOST_SEEDS]],
        Motion.of(category, start.size),
        has_poses=has_poses,
        company=None if others is None else Company(start, others),
    )
    for frame in frames:
        sight = follower.follow(points(frame), clock[frame], frame)
        judged = judge(sight)
        follower.believe(sight, judged)
        score, reason, _ = judged
        yield Step(box=_box(start, frame, sight, score, reason), score=score, reason=reason, bridged=sight.bridged)


_MOST_SEEDS = 6  # whose points make the shape: the nearest ones


def _box(start: Box, frame: int, sight: Sight, score: float, reason: Reason | None) -> Box:
    x, y, z, yaw = sight.pose.tolist()
    turn = SE3.from_yaw("world", "world", yaw - start.yaw, (0.0, 0.0, 0.0)) @ start.world_SE3_box
    return replace(
        start,
        frame=frame,
        world_SE3_box=SE3("world", "box", turn.rotation, (x, y, z)),
        is_keyframe=False,
        source=Source.PROPAGATED,
        score=float(np.clip(score, 0.0, 1.0)),
        doubt=str(reason or ""),
        num_lidar_pts=sight.inside,
        num_radar_pts=None,
        token=new_token(),
    )
