"""Deskewing: each point of a sweep moved from where the sensor was at its own time to where it was at one time."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.rigid import checked, checked_points, checked_pose
from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]

_LEAST = 1 << 16  # points for a thread
_SMALL = 1e-4  # radians, below which the quotients of sines are taken from their series


def deskew_by_poses(
    points: NDArray[Any],
    times: NDArray[Any],
    pose_times: Floats,
    rotations: Floats,
    translations: Floats,
    reference: tuple[Floats, Floats],
    *,
    mounting: tuple[Floats, Floats] | None = None,
    threads: int | None = None,
) -> NDArray[np.float32]:
    """Move each point by the vehicle's poses: linear in place and spherical in rotation between two of them.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        In the sensor's own frame at the time of each.
    times : (N,) float, seconds
    pose_times : (K,) float64, seconds
        Strictly rising, on the clock of `times`; K is 2 or more. Before the first and after the last pose the
        motion of the nearest two goes on.
    rotations : (K, 3, 3) float64
        Of the vehicle in world.
    translations : (K, 3) float64, metres
    reference : (3, 3) and (3,) float64
        Rotation and translation of the vehicle in world to which the points are brought.
    mounting : (3, 3) and (3,) float64, optional
        Of the sensor on the vehicle; the same frame without it.
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    (N, 3) float32, metres
        In the sensor's own frame at the reference. A point without a return (not finite or exactly at 0, 0, 0)
        and one whose time is not finite are as they were.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, a pose is not finite, or their times do not rise.
    """
    cloud, stamps = checked_points(points), _checked_times(times, len(points))
    knots = checked("pose_times", pose_times, (-1,))
    turns, places = checked("rotations", rotations, (-1, 3, 3)), checked("translations", translations, (-1, 3))
    if len(knots) < 2 or not len(knots) == len(turns) == len(places):
        text = f"{len(knots)}, {len(turns)} and {len(places)}"
        raise ValueError(f"pose_times, rotations and translations need one row for each of 2 or more poses, got {text}")
    if (np.diff(knots) <= 0).any():
        raise ValueError("pose_times needs to rise strictly")
    turn, place = checked_pose(*reference)
    mount, lever = _mounting(mounting)
    # Seen from the reference, so that no large number is left in what follows.
    near_turns = turn.T @ turns
    near_places = (places - place) @ turn
    steps = np.array([_rotation_vector(a.T @ b) for a, b in pairwise(near_turns)])
    moved = np.empty((len(cloud), 3), dtype=np.float32)

    def work(a: int, b: int) -> None:
        _by_poses(cloud[a:b], stamps[a:b], knots, near_turns, near_places, steps, mount, lever, moved[a:b])

    in_pieces(work, len(cloud), _LEAST, threads)
    return moved


def deskew_by_velocity(
    points: NDArray[Any],
    times: NDArray[Any],
    velocity: Floats,
    turn_rate: Floats,
    reference_time: float = 0.0,
    *,
    mounting: tuple[Floats, Floats] | None = None,
    threads: int | None = None,
) -> NDArray[np.float32]:
    """Move each point by one velocity and one turn rate, both constant as seen from the vehicle: along an arc.

    Takes and returns what `deskew_by_poses` does, but for

    Parameters
    ----------
    velocity : (3,) float, metres a second
        Of the vehicle's origin, along its own axes.
    turn_rate : (3,) float, radians a second
        About its own axes.
    reference_time : float, seconds
        The time to which the points are brought.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or a number is not finite.
    """
    cloud, stamps = checked_points(points), _checked_times(times, len(points))
    speed, rate = checked("velocity", velocity, (3,)), checked("turn_rate", turn_rate, (3,))
    if not math.isfinite(reference_time):
        raise ValueError(f"reference_time needs to be finite, got {reference_time}")
    mount, lever = _mounting(mounting)
    moved = np.empty((len(cloud), 3), dtype=np.float32)
    zero = float(reference_time)

    def work(a: int, b: int) -> None:
        _by_velocity(cloud[a:b], stamps[a:b], zero, speed, rate, mount, lever, moved[a:b])

    in_pieces(work, len(cloud), _LEAST, threads)
    return moved


def _checked_times(times: NDArray[Any], count: int) -> Floats:
    given = np.asarray(times)
    if given.shape != (count,):
        raise ValueError(f"times needs shape ({count},), got {given.shape}")
    if given.dtype.kind not in "fiu":
        raise ValueError(f"times needs real numbers, got dtype {given.dtype}")
    stamps = np.ascontiguousarray(given, dtype=np.float64).view()
    stamps.flags.writeable = False
    return stamps


def _mounting(mounting: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
    return (np.eye(3), np.zeros(3)) if mounting is None else checked_pose(*mounting)


def _rotation_vector(turn: Floats) -> Floats:
    """Return axis times angle of a rotation matrix, also of one near to half a turn."""
    w = turn.trace() + 1.0
    four = np.array(
        [
            [w, turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]],
            [0.0, 1 + turn[0, 0] - turn[1, 1] - turn[2, 2], turn[0, 1] + turn[1, 0], turn[0, 2] + turn[2, 0]],
            [0.0, 0.0, 1 - turn[0, 0] + turn[1, 1] - turn[2, 2], turn[1, 2] + turn[2, 1]],
            [0.0, 0.0, 0.0, 1 - turn[0, 0] - turn[1, 1] + turn[2, 2]],
        ]
    )
    four = four + np.triu(four, 1).T  # four times the outer product of the quaternion: its largest row is safe
    quaternion = four[np.argmax(four.diagonal())]
    quaternion = quaternion / np.linalg.norm(quaternion)
    if quaternion[0] < 0:
        quaternion = -quaternion
    half = float(np.linalg.norm(quaternion[1:]))
    if half == 0.0:
        return np.zeros(3)
    vector: Floats = quaternion[1:] * (2.0 * math.atan2(half, quaternion[0]) / half)
    return vector


@compiled(inner=True)
def _is_kept(x: float, y: float, z: float, time: float) -> bool:
    """Say whether a point has no return or no time, so that it stays as it is."""
    if not (np.isfinite(x) and np.isfinite(y) and np.isfinite(z) and np.isfinite(time)):
        return True
    return bool(x == 0.0 and y == 0.0 and z == 0.0)


@compiled(inner=True)
def _quotients(square: float) -> tuple[float, float, float]:
    """Return sin(a) / a, (1 - cos(a)) / a^2 and (a - sin(a)) / a^3 of an angle whose square is given."""
    if square < _SMALL * _SMALL:
        return 1.0 - square / 6.0, 0.5 - square / 24.0, 1.0 / 6.0 - square / 120.0
    angle = math.sqrt(square)
    sine, half = math.sin(angle), math.sin(0.5 * angle)
    return sine / angle, 2.0 * half * half / square, (angle - sine) / (square * angle)


@compiled(inner=True)
def _cross(a: float, b: float, c: float, x: float, y: float, z: float) -> tuple[float, float, float]:
    return b * z - c * y, c * x - a * z, a * y - b * x


@compiled(inner=True)
def _mounted(mount: Floats, lever: Floats, x: float, y: float, z: float) -> tuple[float, float, float]:
    return (
        mount[0, 0] * x + mount[0, 1] * y + mount[0, 2] * z + lever[0],
        mount[1, 0] * x + mount[1, 1] * y + mount[1, 2] * z + lever[1],
        mount[2, 0] * x + mount[2, 1] * y + mount[2, 2] * z + lever[2],
    )


@compiled(inner=True)
def _put(mount: Floats, lever: Floats, x: float, y: float, z: float, out: NDArray[np.float32]) -> None:
    """Write a point of the vehicle's frame in the sensor's."""
    x, y, z = x - lever[0], y - lever[1], z - lever[2]
    for axis in range(3):
        out[axis] = np.float32(mount[0, axis] * x + mount[1, axis] * y + mount[2, axis] * z)


@compiled()
def _by_poses(
    points: NDArray[Any],
    times: Floats,
    knots: Floats,
    turns: Floats,
    places: Floats,
    steps: Floats,
    mount: Floats,
    lever: Floats,
    moved: NDArray[np.float32],
) -> None:
    last = len(knots) - 2
    part = 0
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_kept(x, y, z, times[n]):
            moved[n, 0], moved[n, 1], moved[n, 2] = np.float32(x), np.float32(y), np.float32(z)
            continue
        time = times[n]
        if not knots[part] <= time < knots[part + 1]:  # a scan's next point is mostly between the same two poses
            part = min(max(np.searchsorted(knots, time, side="right") - 1, 0), last)
        share = (time - knots[part]) / (knots[part + 1] - knots[part])
        e, f, g = _mounted(mount, lever, x, y, z)
        a, b, c = steps[part, 0] * share, steps[part, 1] * share, steps[part, 2] * share
        first, second, _ = _quotients(a * a + b * b + c * c)
        u, v, w = _cross(a, b, c, e, f, g)
        r, s, t = _cross(a, b, c, u, v, w)
        e, f, g = e + first * u + second * r, f + first * v + second * s, g + first * w + second * t
        turn = turns[part]
        i = turn[0, 0] * e + turn[0, 1] * f + turn[0, 2] * g
        j = turn[1, 0] * e + turn[1, 1] * f + turn[1, 2] * g
        k = turn[2, 0] * e + turn[2, 1] * f + turn[2, 2] * g
        i += places[part, 0] + share * (places[part + 1, 0] - places[part, 0])
        j += places[part, 1] + share * (places[part + 1, 1] - places[part, 1])
        k += places[part, 2] + share * (places[part + 1, 2] - places[part, 2])
        _put(mount, lever, i, j, k, moved[n])


@compiled()
def _by_velocity(
    points: NDArray[Any],
    times: Floats,
    zero: float,
    speed: Floats,
    rate: Floats,
    mount: Floats,
    lever: Floats,
    moved: NDArray[np.float32],
) -> None:
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_kept(x, y, z, times[n]):
            moved[n, 0], moved[n, 1], moved[n, 2] = np.float32(x), np.float32(y), np.float32(z)
            continue
        time = times[n] - zero
        e, f, g = _mounted(mount, lever, x, y, z)
        a, b, c = rate[0] * time, rate[1] * time, rate[2] * time
        first, second, third = _quotients(a * a + b * b + c * c)
        u, v, w = _cross(a, b, c, e, f, g)
        r, s, t = _cross(a, b, c, u, v, w)
        e, f, g = e + first * u + second * r, f + first * v + second * s, g + first * w + second * t
        # The way along the arc.
        i, j, k = speed[0] * time, speed[1] * time, speed[2] * time
        u, v, w = _cross(a, b, c, i, j, k)
        r, s, t = _cross(a, b, c, u, v, w)
        e += i + second * u + third * r
        f += j + second * v + third * s
        g += k + second * w + third * t
        _put(mount, lever, e, f, g, moved[n])
