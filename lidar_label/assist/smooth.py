"""Smooth: a whole track as it most likely moved, between key frames that stay as they are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.chain import Chain
from lidar_label.assist.motion import Motion
from lidar_label.assist.predict import ordered, time_of
from lidar_label.assist.static import is_static
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Floats

_WANDER, _WANDER_STANDING = 1.0, 1e-3  # m2/s3, rad2/s3: how much the square of a velocity grows by in a second
_TURN_WANDER = 0.3  # rad2/s3
_LEAST_OFF_M, _LEAST_OFF_RAD = 0.03, 0.01  # boxes are no better than this
_FIXED = 1e-4  # m and rad: how far from a key frame
_SLIP_MPS, _SLIP = 0.2, 0.04  # how much of a vehicle's speed goes sideways: at a crawl, and for each m/s
_AXLE = 0.25  # of the length behind the centre is what goes where the wheels point
_ONE_TIME_S = 1e-3  # closer boxes are of one time
_ROUNDS = 6  # of weighing anew what is far off
_FAR = 2.5  # times the usual: a box farther off counts little


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A track that was smoothed.

    Parameters
    ----------
    boxes : list of Box
        N, by frame.
    velocity : (N, 3) float64, m/s
        Of the centre, in world.
    yaw_rate : (N,) float64, rad/s
    """

    boxes: list[Box]
    velocity: Floats
    yaw_rate: Floats


def smooth_track(
    boxes: Sequence[Box],
    times_ns: Sequence[int] | Mapping[int, int],
    *,
    category: str | None = None,
    size: Literal["median", "keep"] = "median",
) -> Smoothed:
    """Lay the boxes of a track on the way that agrees best with all of them.

    What a Rauch-Tung-Striebel smoother finds for a velocity that wanders, with wheels along their headings. A box
    far from the way of the others counts little, however many times it is off. Headings are taken as they are but
    for whole turns: see `set_headings` for those that point backwards.

    Parameters
    ----------
    boxes : sequence of Box
        Boxes of one track, in world. Key frames are not changed, and the way goes through them; of the others one
        with a score counts for as much.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.
    category : str, optional
        What the track is of; the size decides where it says nothing.
    size : "median" or "keep"
        Give all that are no key frames the median size of the key frames (of all where there is none), or leave it.

    Returns
    -------
    Smoothed

    Raises
    ------
    InvalidValue
        If the boxes are of two tracks or two are in one frame, or times are missing or fall.
    """
    track = ordered(boxes)
    if not track:
        return Smoothed([], np.zeros((0, 3)), np.zeros(0))
    start = time_of(times_ns, track[0].frame)
    seconds = np.array([(time_of(times_ns, box.frame) - start) * 1e-9 for box in track])
    for one, other in itertools.pairwise(track):
        if time_of(times_ns, other.frame) < time_of(times_ns, one.frame):
            raise InvalidValue(f"frame {other.frame} is not later than frame {one.frame}")
    fixed = np.array([box.is_keyframe for box in track])
    worth = np.array([1.0 if box.score is None else max(box.score, 0.05) for box in track])
    sizes = np.array([box.size for box in track])
    usual = np.median(sizes[fixed] if fixed.any() else sizes, axis=0)
    motion = Motion.of(category, (float(usual[0]), float(usual[1]), float(usual[2])))
    yaws = np.unwrap([box.yaw for box in track])
    stands = is_static(track, times_ns)
    rolls = motion.kind == "wheeled" and not stands
    wander, turn_wander = (_WANDER_STANDING, _WANDER_STANDING) if stands else (_WANDER, _TURN_WANDER)
    turned, rates = _robust(yaws[:, None], seconds, turn_wander, worth, fixed, _LEAST_OFF_RAD, None)
    back = _AXLE * float(usual[0]) if rolls else 0.0
    centers = np.stack([box.center for box in track])
    origin, axle = centers[0], centers - centers[0] - back * _ahead(yaws)
    headings = turned[:, 0] if rolls else None
    places, velocity = _robust(axle, seconds, wander, worth, fixed, _LEAST_OFF_M, headings)
    places = places + origin + back * _ahead(turned[:, 0])
    velocity = velocity + back * rates * _left(turned[:, 0])
    about = np.zeros((len(track), 3))
    about[:, 2] = turned[:, 0] - yaws
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    poses = Rotation.from_quat(np.stack([box.world_SE3_box.rotation for box in track]), scalar_first=True)
    rotations = (Rotation.from_rotvec(about) * poses).as_quat(scalar_first=True)
    if size == "median":
        sizes = np.tile(usual, (len(track), 1))
    made = [box if box.is_keyframe else _laid(box, rotations[n], places[n], sizes[n]) for n, box in enumerate(track)]
    return Smoothed(made, velocity, rates[:, 0])


def _robust(
    values: Floats,
    seconds: Floats,
    wander: float,
    worth: Floats,
    fixed: NDArray[np.bool_],
    least: float,
    headings: Floats | None,
) -> tuple[Floats, Floats]:
    """Return the smoothest values and rates, (N, A) each, with what is far off weighed down round by round."""
    steps = np.diff(seconds)
    bound = np.where(steps > _ONE_TIME_S, 1 / wander, 0.0)  # two at one time say nothing of the way between them
    steps = np.maximum(steps, _ONE_TIME_S)
    off, weight = _usual_off(values, least), np.ones(len(values))
    found, rates = values, np.zeros_like(values)
    for _ in range(_ROUNDS if len(values) > 2 else 1):
        chain = Chain(len(values), values.shape[1])
        chain.wander(steps, bound)
        chain.measure_places(values, np.where(fixed, 1 / _FIXED**2, worth * weight / off**2))
        if headings is not None:
            slip = _SLIP_MPS + _SLIP * np.linalg.norm(rates, axis=1)
            chain.measure_velocities(_left(headings), np.zeros(len(values)), 1 / slip**2)
        found, rates = chain.solve()
        rest = np.linalg.norm(values - found, axis=1)
        loose = rest[~fixed]
        if not len(loose):
            break
        off = max(float(np.median(loose)), least)
        weight = 1 / (1 + (rest / (_FAR * off)) ** 2) ** 2
    return found, rates


def _usual_off(values: Floats, least: float) -> float:
    """Return how far values usually are from the middle of their neighbours."""
    if len(values) < 3:
        return least
    bends = values[1:-1] - (values[:-2] + values[2:]) / 2
    return max(float(np.median(np.linalg.norm(bends, axis=1))), least)


def _laid(box: Box, rotation: Floats, place: Floats, size: Floats) -> Box:
    """Return a box at another place; what the source counted in it is dropped."""
    length, width, height = size.tolist()
    return replace(
        box,
        world_SE3_box=SE3("world", "box", rotation, place),
        size=(length, width, height),
        num_lidar_pts=None,
        num_radar_pts=None,
    )


def _ahead(yaws: Floats) -> Floats:
    """Return the directions of yaws, (N, 3)."""
    return np.stack([np.cos(yaws), np.sin(yaws), np.zeros(len(yaws))], axis=1)


def _left(yaws: Floats) -> Floats:
    """Return the directions to the left of yaws, (N, 3)."""
    return np.stack([-np.sin(yaws), np.cos(yaws), np.zeros(len(yaws))], axis=1)
