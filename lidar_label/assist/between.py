"""Between: where an object is from one known place to the next, by what it can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.chain import Chain, curve
from lidar_label.assist.motion import CYCLE, Motion
from lidar_label.model import Floats

# Found on ten sequences of KITTI tracking labels; the same for every track.
_WANDER = 1.0  # m2/s3: how much the square of a velocity grows by in a second
_OFF_M = {"wheeled": 0.1, "walker": 0.2, "other": 0.1}  # how far a person's box is off
_LASTING_S = 0.25  # for how long it is off in the same way
_SLIP_MPS, _SLIP = 0.2, 0.04  # how much of a vehicle's speed goes sideways: at a crawl, and for each m/s
_SLIP_CYCLE_MPS = 1.0  # a short box has a heading that is less sure
_AXLE = 0.25  # of the length behind the centre is what goes where the wheels point
_STANDS_M, _STANDS_MPS = 0.15, 0.3  # what moves less from one place to the next stands
_STANDS_SURE_MPS = 0.1
_TURN_WANDER = 1.0  # rad2/s3
_TURN_OFF, _TURN_SURE = 0.1, 0.1  # rad, rad/s


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of a track: times (N,) seconds, rising; centres (N, 3); yaws (N,), of one turn to the next."""

    times: Floats
    places: Floats
    yaws: Floats


def between(keys: Keys, at: Floats, motion: Motion, length: float) -> tuple[Floats, Floats]:
    """Return where an object is and where it points at times between those known.

    A person's boxes are not exact. So a path is found that stays near all of them and bends no more than it must,
    for wheels along their headings; the way from the path to a key box fades with the time from it, so that every
    key box lies on the result. What stands goes straight from one to the next: a parked car drifts only as the
    poses do.

    Parameters
    ----------
    keys : Keys
        Two or more.
    at : (M,) float64, seconds
        From the first to the last of the keys.
    motion : Motion
    length : float, metres

    Returns
    -------
    places : (M, 3) float64, metres
        Of the centre.
    yaws : (M,) float64, radians
        Not wrapped.
    """
    gap = gap_of(keys.times, at)
    places, yaws = straight(keys, at, gap)
    moves = moving(keys, motion)
    if not moves.any():
        return places, yaws
    turned = _turned(keys, at, gap, moves) if motion.kind == "wheeled" else yaws
    back = _AXLE * length if motion.kind == "wheeled" else 0.0
    axle = keys.places - back * _ahead(keys.yaws)
    found = _path(keys, axle, at, gap, moves, motion) + back * _ahead(turned)
    bent = moves[gap]
    return np.where(bent[:, None], found, places), np.where(bent, turned, yaws)


def gap_of(times: Floats, at: Floats) -> NDArray[np.intp]:
    """Return between which of the times each other time lies, (M,): 0 from the first to the second."""
    return np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)


def straight(keys: Keys, at: Floats, gap: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return places and yaws on straight lines from key to key; `gap` (M,) says between which."""
    part = (at - keys.times[gap]) / (keys.times[gap + 1] - keys.times[gap])
    places = keys.places[gap] + (keys.places[gap + 1] - keys.places[gap]) * part[:, None]
    return places, keys.yaws[gap] + (keys.yaws[gap + 1] - keys.yaws[gap]) * part


def moving(keys: Keys, motion: Motion) -> NDArray[np.bool_]:
    """Say between which keys an object moves as its kind can, (N - 1,): elsewhere it stands, or times are wrong."""
    seconds = np.diff(keys.times)
    far = np.linalg.norm(np.diff(keys.places[:, :2], axis=0), axis=1)
    found: NDArray[np.bool_] = (far > _STANDS_M + _STANDS_MPS * seconds) & (far < motion.speed * seconds)
    return found


def _path(
    keys: Keys, places: Floats, at: Floats, gap: NDArray[np.intp], moves: NDArray[np.bool_], motion: Motion
) -> Floats:
    """Return the path of one point of the object through all its places, (M, 3)."""
    seconds, count = np.diff(keys.times), len(keys.times)
    chain = Chain(count, 3)
    chain.wander(seconds, moves / _WANDER)
    chain.measure_places_with_drift(places, seconds, _OFF_M[motion.kind], _LASTING_S)
    _stands(chain, places, seconds, moves, motion, _STANDS_SURE_MPS)
    if motion.kind == "wheeled":
        way = np.linalg.norm(np.diff(places, axis=0), axis=1) / seconds
        speed = np.minimum((np.append(way, way[-1]) + np.append(way[0], way)) / 2, motion.speed)
        slip = (_SLIP_CYCLE_MPS if motion == CYCLE else _SLIP_MPS) + _SLIP * speed
        sideways = np.stack([-np.sin(keys.yaws), np.cos(keys.yaws), np.zeros(count)], axis=1)
        chain.measure_velocities(sideways, np.zeros(count), 1 / slip**2)
    path, velocities = chain.solve()
    return curve(keys.times, path, velocities, at) + _fading(keys, places - path, at, gap)


def _turned(keys: Keys, at: Floats, gap: NDArray[np.intp], moves: NDArray[np.bool_]) -> Floats:
    """Return the yaws of what turns steadily, (M,)."""
    seconds, yaws = np.diff(keys.times), keys.yaws[:, None]
    chain = Chain(len(yaws), 1)
    chain.wander(seconds, moves / _TURN_WANDER)
    chain.measure_places_with_drift(yaws, seconds, _TURN_OFF, _LASTING_S)
    _stands(chain, yaws, seconds, moves, None, _TURN_SURE)
    found, rates = chain.solve()
    return (curve(keys.times, found, rates, at) + _fading(keys, yaws - found, at, gap))[:, 0]


def _stands(
    chain: Chain, places: Floats, seconds: Floats, moves: NDArray[np.bool_], motion: Motion | None, sure: float
) -> None:
    """Tell a chain that it has the speed of its ends where it stands, however it moves beside."""
    drift = np.diff(places, axis=0) / seconds[:, None]
    slow = ~moves & (np.linalg.norm(drift, axis=1) < (1e3 if motion is None else motion.speed))
    for side in (slice(None, -1), slice(1, None)):
        known, speeds = np.zeros(len(places)), np.zeros_like(places)
        known[side], speeds[side] = slow / sure**2, np.where(slow[:, None], drift, 0)
        for axis in range(places.shape[1]):
            direction = np.zeros_like(places)
            direction[:, axis] = 1
            chain.measure_velocities(direction, speeds[:, axis], known)


def _fading(keys: Keys, rest: Floats, at: Floats, gap: NDArray[np.intp]) -> Floats:
    """Return what is left of the way from a path to the keys, (M, A): all of it at a key, less with time."""
    long = (keys.times[gap + 1] - keys.times[gap]) / _LASTING_S
    since, until = (at - keys.times[gap]) / _LASTING_S, (keys.times[gap + 1] - at) / _LASTING_S
    before = np.exp(-since) * np.expm1(-2 * until) / np.expm1(-2 * long)  # sinh(until) / sinh(long), which may overflow
    after = np.exp(-until) * np.expm1(-2 * since) / np.expm1(-2 * long)
    found: Floats = rest[gap] * before[:, None] + rest[gap + 1] * after[:, None]
    return found


def _ahead(yaws: Floats) -> Floats:
    """Return the directions of yaws, (N, 3)."""
    return np.stack([np.cos(yaws), np.sin(yaws), np.zeros(len(yaws))], axis=1)
