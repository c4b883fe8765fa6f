"""What the tracker takes for granted, once, for each way of moving."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.assist.motion import Motion


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is known of detections and of the things they show.

    Parameters
    ----------
    jerkiness : float, m2/s3
        How freely a thing changes its speed: the spectral density of its acceleration.
    fastest : float, m/s
        The speed of most things before anything is known of one.
    near_m, far : float, metres and metres a metre
        Standard deviation of a detection's place: so much, and so much more for each metre from the sensor.
    least_likeness : float
        Generalized overlap, -1 to 1, under which a detection is no sign of a track.
    gate : float
        Squared distance from where a track is expected, in standard deviations, beyond which it is none either.
    patience_s, patience_most_s : float, seconds
        How long a track seen once is waited for, and how long at most one that was seen often.
    join_s, join_m : float, seconds and metres
        How long a gap may be over which two pieces are one track, and how far apart where they meet in the middle.
    ahead_s, behind_s : float, seconds
        How long a track is carried on after it was seen last, and back before it was seen first, at most: only as
        long as its place is sure to `sure_m` metres, and where it was seen `steady_from` times or more.
    doubt, doubts, missed : float
        Log-odds of a thing before it was seen, as many times as it counts, and of a frame in which it was not.
    doubled : float
        Share of the ground plan in common from which the weaker of two tracks is the other one once more.
    """

    jerkiness: float
    fastest: float
    near_m: float
    far: float
    least_likeness: float
    gate: float = 16.0
    patience_s: float = 0.35
    patience_most_s: float = 1.2
    join_s: float = 3.0
    join_m: float = 1.5
    ahead_s: float = 0.0
    behind_s: float = 0.3
    sure_m: float = 0.15
    steady_from: int = 5
    doubt: float = -1.0
    doubts: float = 5.0
    missed: float = -2.0
    doubled: float = 0.1


WHEELED = Rules(jerkiness=1.0, fastest=12.0, near_m=0.05, far=0.002, least_likeness=-0.5)
WALKER = Rules(jerkiness=0.5, fastest=1.5, near_m=0.06, far=0.001, least_likeness=-0.6, join_m=1.0)
OTHER = Rules(jerkiness=1.0, fastest=8.0, near_m=0.05, far=0.002, least_likeness=-0.5)


def rules_of(category: str) -> Rules:
    """Return the rules for a category, by how its kind moves."""
    return {"wheeled": WHEELED, "walker": WALKER, "other": OTHER}[Motion.of(category).kind]
