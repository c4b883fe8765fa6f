"""Deskew a sweep: its points moved to one time by the vehicle's poses, unless that was done before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lidar_label.kernels.deskew import deskew_by_poses
from lidar_label.model import SE3, Floats, PointCloud, Scene, Sweep

TIMES = "time_s"
TIMES_BEFORE = "scan_time_s"  # where the times of a cloud lie that was deskewed here
_CONSTANT_S = 1e-6  # less is rounding, and less than a millimetre at any speed of a car
_LONGEST_S = 1.0  # no LiDAR takes longer for a turn, so that the times are none of a sweep
_FARTHEST_S = 0.15  # how far beyond the poses their motion is thought to go on: about a turn
_WIDEST_S = 2.0  # between two poses, beyond which nobody knows the way


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTimes:
    """What the times of a cloud's points are.

    `kind` is "absent" without usable times, "before" where the cloud was deskewed here, "constant" where all
    points are of one time, "lacking" where points with a return have none, else "each". `span_s` is from the
    first to the last, seconds; None without any.
    """

    kind: str
    span_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deskewed:
    """A cloud, whether its points were moved, and in a sentence why not (empty where they were).

    A moved cloud has all its fields; ``time_s`` is 0 for each point and ``scan_time_s`` has the times of before.
    A cloud that was not moved is the very one that was given.
    """

    cloud: PointCloud
    done: bool
    reason: str = ""


def point_times(cloud: PointCloud) -> PointTimes:
    """Look at the times of the points that have a return."""
    if TIMES_BEFORE in cloud.fields:
        return PointTimes(kind="before")
    times = cloud.fields.get(TIMES)
    if times is None or times.dtype.kind not in "fiu":
        return PointTimes(kind="absent")
    seen = times[cloud.valid]
    known = seen[np.isfinite(seen)]
    if not len(known):
        return PointTimes(kind="absent")
    span = float(known.max()) - float(known.min())
    if span <= _CONSTANT_S:
        return PointTimes(kind="constant", span_s=span)
    return PointTimes(kind="each" if len(known) == len(seen) else "lacking", span_s=span)


def why_compensated(sweep: Sweep, times: PointTimes) -> str:
    """Say in a sentence why the points of a sweep are taken as freed of the vehicle's motion; empty if they are not."""
    if sweep.is_compensated:
        return "its format says that its points are motion-compensated already"
    if times.kind == "before":
        return "its points were motion-compensated before"
    if times.kind == "constant":
        return "all its points have the same time, so it is motion-compensated already or cannot be"
    return ""


def pose_track(scene: Scene, channel: str) -> dict[int, SE3]:
    """Return ``world_SE3_ego`` by time in nanoseconds, of every recording of a channel.

    Those of others are left out: in some formats a picture has its own time, but the pose of its frame. It is empty
    where the scene has no poses or no times.
    """
    if not (scene.has_poses and scene.has_timestamps):
        return {}
    return {found.timestamp_ns: found.world_SE3_ego for found in scene.recordings() if found.channel == channel}


def deskew_sweep(
    sweep: Sweep, poses: Mapping[int, SE3], cloud: PointCloud | None = None, *, threads: int | None = None
) -> Deskewed:
    """Move each point of a sweep from the vehicle's pose at its own time to that at the sweep's time, once.

    Only what stands still in the world gets straight; what drives stays drawn out by its own way.

    Parameters
    ----------
    sweep : Sweep
        Its ``timestamp_ns`` and ``world_SE3_ego`` are what the points are brought to.
    poses : mapping of int to SE3
        ``world_SE3_ego`` by time in nanoseconds, in any order; `pose_track` gives them.
    cloud : PointCloud, optional
        Its points, where they are at hand; read otherwise. Their ``time_s`` counts from ``timestamp_ns``.
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    Deskewed
        Left alone, with the reason, where the reader's flag, the times or a former call say that the points are
        motion-compensated, and where times or poses do not reach for it.

    Raises
    ------
    MissingFile, UnreadableFile
        If the cloud cannot be read.
    """
    cloud = sweep.points() if cloud is None else cloud
    times = point_times(cloud)
    track = _track(sweep, poses)
    reason = why_compensated(sweep, times) or _why_not(cloud, times, track)
    if reason:
        return Deskewed(cloud=cloud, done=False, reason=reason)
    knots, rotations, places = track
    mounting, here = sweep.sensor.ego_SE3_sensor, sweep.world_SE3_ego
    xyz = deskew_by_poses(
        cloud.xyz,
        cloud.fields[TIMES],
        knots,
        rotations,
        places,
        (here.rotation_matrix, here.translation),
        mounting=(mounting.rotation_matrix, mounting.translation),
        threads=threads,
    )
    before = cloud.fields[TIMES]
    fields = {**cloud.fields, TIMES: np.zeros_like(before), TIMES_BEFORE: before}
    return Deskewed(cloud=PointCloud(xyz, fields), done=True)


def _track(sweep: Sweep, poses: Mapping[int, SE3]) -> tuple[Floats, Floats, Floats]:
    """Return the poses near a sweep by seconds after it; its own is one of them, so that a point at 0 stays."""
    around = {**poses, sweep.timestamp_ns: sweep.world_SE3_ego}
    near_ns = round((_LONGEST_S + _WIDEST_S) * 1e9)
    stamps = sorted(stamp for stamp in around if abs(stamp - sweep.timestamp_ns) <= near_ns)
    return (
        np.array([stamp - sweep.timestamp_ns for stamp in stamps], dtype=np.float64) * 1e-9,
        np.array([around[stamp].rotation_matrix for stamp in stamps]),
        np.array([around[stamp].translation for stamp in stamps]),
    )


def _why_not(cloud: PointCloud, times: PointTimes, track: tuple[Floats, Floats, Floats]) -> str:
    """Say what there is too little of, or nothing."""
    if times.kind == "absent":
        return "its points have no times of their own"
    if times.kind == "lacking":
        return "some of its points have no time"
    if times.span_s is None or times.span_s > _LONGEST_S:
        return f"the times of its points span {times.span_s:.6g} s, which no sweep lasts"
    seen = cloud.fields[TIMES][cloud.valid]
    first, last = float(seen.min()), float(seen.max())
    if max(-first, last) > _LONGEST_S:
        return f"the times of its points lie up to {max(-first, last):.6g} s away from its own"
    knots = track[0]
    if len(knots) < 2:
        return "there are no poses before or after it"
    if knots[0] - first > _FARTHEST_S or last - knots[-1] > _FARTHEST_S:
        return "its points reach too far beyond the poses"
    low = max(int(np.searchsorted(knots, first, side="right")) - 1, 0)
    high = min(int(np.searchsorted(knots, last, side="left")), len(knots) - 1)
    low, high = min(low, len(knots) - 2), max(high, 1)
    if float(np.diff(knots[low : high + 1]).max()) > _WIDEST_S:
        return f"the poses around it are more than {_WIDEST_S:g} s apart"
    return ""
