"""Motion of many tracks at once: a Kalman filter of constant velocity, and its smoother over a whole track.

The axes of a track share one covariance (position, both, velocity), since they are seen and disturbed alike; so a
step is a few products and no matrix is turned over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.rigid import checked

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NO_PAIR = 1e3


def carry(place: Floats, velocity: Floats, spread: Floats, seconds: float, jerkiness: float) -> None:
    """Move tracks on in time, in place.

    Parameters
    ----------
    place, velocity : (N, D) float64
        Metres and metres a second.
    spread : (N, 3) float64
        Variance of the place, covariance of both, variance of the velocity; the same for all axes of a row.
    seconds : float
    jerkiness : float, m2/s3
        Spectral density of the acceleration, which is taken for white noise.
    """
    _carry(place, velocity, spread, seconds, jerkiness)


def pair_costs(
    place: Floats, spread: Floats, seen: Floats, variance: Floats, likeness: Floats, least: float, gate: float
) -> Floats:
    """Return what it costs to take each detection for each track, to be made as small as can be.

    Parameters
    ----------
    place, spread : (N, 3) float64
        As `carry` leaves them.
    seen : (K, D) float64
        Where the detections are; of more columns than three the first three count.
    variance : (K,) float64
    likeness : (N, K) float64
        Generalized overlap of each pair.
    least, gate : float
        The least overlap, and the most squared distance in standard deviations; other pairs cost `NO_PAIR`.

    Returns
    -------
    (N, K) float64
        Half the squared distance as a share of the gate, less the overlap.
    """
    cost = np.empty_like(likeness)
    _pair_costs(place, spread, seen, variance, likeness, least, gate, cost)
    return cost


def take(place: Floats, velocity: Floats, spread: Floats, rows: Whole, seen: Floats, variance: Floats) -> None:
    """Update the tracks in `rows` with the place (K, D) each was seen at, in place; `variance` (K,) is of one axis."""
    _take(place, velocity, spread, rows, seen, variance)


def smooth_path(
    seconds: Floats, seen: Floats, variance: Floats, jerkiness: float, fastest: float
) -> tuple[Floats, Floats, Floats, float]:
    """Return the likeliest path through places seen with errors: a Kalman filter forwards, then Rauch-Tung-Striebel.

    Parameters
    ----------
    seconds : (N,) float64
        Rising.
    seen : (N, D) float64
        Places; what stands in a row that was not seen does not matter.
    variance : (N,) float64
        Of one axis of each place; infinite where it was not seen. At least one is finite.
    jerkiness : float, m2/s3
        Spectral density of the acceleration, above 0.
    fastest : float, m/s
        The standard deviation of the velocity before anything is seen.

    Returns
    -------
    place, velocity : (N, D) float64
    spread : (N,) float64
        Standard deviation of one axis of the place.
    likelihood : float
        Logarithm of how likely what was seen is under this motion, to compare one `jerkiness` with another.

    Raises
    ------
    ValueError
        If a shape is not as above, times do not rise, or nothing was seen.

    References
    ----------
    H. Rauch, F. Tung, C. Striebel, "Maximum likelihood estimates of linear dynamic systems", 1965.
    """
    times = checked("seconds", seconds, (-1,))
    noise = np.ascontiguousarray(variance, dtype=np.float64)
    places = np.ascontiguousarray(seen, dtype=np.float64)
    if noise.shape != times.shape or places.ndim != 2 or len(places) != len(times):
        raise ValueError(f"seconds, seen and variance need as many rows, got {len(times)}, {len(places)}, {len(noise)}")
    if (np.diff(times) <= 0).any():
        raise ValueError("seconds needs to rise")
    if not (noise > 0).all() or not np.isfinite(noise).any():
        raise ValueError("variance needs to be above 0, and finite at least once")
    if not np.isfinite(places[np.isfinite(noise)]).all():
        raise ValueError("seen has a value that is not finite")
    place, velocity, spread = np.empty_like(places), np.empty_like(places), np.empty((len(times), 3))
    likelihood = _smooth(times, places, noise, jerkiness, fastest, place, velocity, spread)
    return place, velocity, np.sqrt(spread[:, 0]), float(likelihood)


@compiled()
def _carry(place: Floats, velocity: Floats, spread: Floats, seconds: float, jerkiness: float) -> None:
    for n in range(len(place)):
        for axis in range(place.shape[1]):
            place[n, axis] += seconds * velocity[n, axis]
        _spread_on(spread, n, seconds, jerkiness)


@compiled(inner=True)
def _spread_on(spread: Floats, n: int, seconds: float, jerkiness: float) -> None:
    p, c, v = spread[n, 0], spread[n, 1], spread[n, 2]
    spread[n, 0] = p + seconds * (2 * c + seconds * v) + jerkiness * seconds**3 / 3
    spread[n, 1] = c + seconds * v + jerkiness * seconds * seconds / 2
    spread[n, 2] = v + jerkiness * seconds


@compiled()
def _pair_costs(
    place: Floats, spread: Floats, seen: Floats, variance: Floats, likeness: Floats, least: float, gate: float,
    cost: Floats,
) -> None:  # fmt: skip
    for i in range(cost.shape[0]):
        for j in range(cost.shape[1]):
            far = 0.0
            for axis in range(3):
                off = place[i, axis] - seen[j, axis]
                far += off * off
            far /= spread[i, 0] + variance[j]
            fits = (likeness[i, j] >= least) and (far <= gate)
            cost[i, j] = 0.5 * far / gate - likeness[i, j] if fits else NO_PAIR


@compiled()
def _take(place: Floats, velocity: Floats, spread: Floats, rows: Whole, seen: Floats, variance: Floats) -> None:
    for k in range(len(rows)):
        _see(place, velocity, spread, rows[k], seen[k], variance[k])


@compiled(inner=True)
def _see(place: Floats, velocity: Floats, spread: Floats, n: int, seen: Floats, variance: float) -> None:
    p, c, v = spread[n, 0], spread[n, 1], spread[n, 2]
    gain, pull = p / (p + variance), c / (p + variance)
    for axis in range(place.shape[1]):
        off = seen[axis] - place[n, axis]
        place[n, axis] += gain * off
        velocity[n, axis] += pull * off
    spread[n, 0], spread[n, 1], spread[n, 2] = p * (1 - gain), c * (1 - gain), v - pull * c


@compiled()
def _smooth(
    times: Floats, seen: Floats, variance: Floats, jerkiness: float, fastest: float,
    place: Floats, velocity: Floats, spread: Floats,
) -> float:  # fmt: skip
    first = 0
    while not np.isfinite(variance[first]):
        first += 1
    for axis in range(seen.shape[1]):
        place[first, axis], velocity[first, axis] = seen[first, axis], 0.0
    spread[first, 0], spread[first, 1], spread[first, 2] = variance[first], 0.0, fastest * fastest
    ahead = np.empty((len(times), 3))  # what was expected of each before it was seen
    likelihood = _forwards(first, times, seen, variance, jerkiness, place, velocity, spread, ahead)
    for n in range(len(times) - 2, first - 1, -1):
        _backwards(n, times[n + 1] - times[n], place, velocity, spread, ahead)
    for n in range(first - 1, -1, -1):  # before the first that was seen: straight back
        step = times[first] - times[n]
        for axis in range(seen.shape[1]):
            velocity[n, axis] = velocity[first, axis]
            place[n, axis] = place[first, axis] - step * velocity[first, axis]
        spread[n] = spread[first]
        spread[n, 1] = -spread[n, 1]
        _spread_on(spread, n, step, jerkiness)
        spread[n, 1] = -spread[n, 1]
    return likelihood


@compiled(inner=True)
def _forwards(
    first: int, times: Floats, seen: Floats, variance: Floats, jerkiness: float,
    place: Floats, velocity: Floats, spread: Floats, ahead: Floats,
) -> float:  # fmt: skip
    """Filter from the first that was seen on; return the logarithm of how likely the others are."""
    likelihood = 0.0
    for n in range(first + 1, len(times)):
        step = times[n] - times[n - 1]
        for axis in range(seen.shape[1]):
            velocity[n, axis] = velocity[n - 1, axis]
            place[n, axis] = place[n - 1, axis] + step * velocity[n, axis]
        spread[n] = spread[n - 1]
        _spread_on(spread, n, step, jerkiness)
        ahead[n] = spread[n]
        if np.isfinite(variance[n]):
            total = spread[n, 0] + variance[n]
            for axis in range(seen.shape[1]):
                off = seen[n, axis] - place[n, axis]
                likelihood -= 0.5 * (np.log(total) + off * off / total)
            _see(place, velocity, spread, n, seen[n], variance[n])
    return likelihood


@compiled(inner=True)
def _backwards(n: int, step: float, place: Floats, velocity: Floats, spread: Floats, ahead: Floats) -> None:
    """Correct a row by the smoothed one after it.

    The gain is the spread of the row moved on, times the inverse of what was expected of the next one.
    """
    p, c, v = spread[n, 0], spread[n, 1], spread[n, 2]
    e, f, g = ahead[n + 1, 0], ahead[n + 1, 1], ahead[n + 1, 2]
    det = e * g - f * f
    a, b = p + step * c, c + step * v
    k00, k01 = (a * g - c * f) / det, (c * e - a * f) / det
    k10, k11 = (b * g - v * f) / det, (v * e - b * f) / det
    for axis in range(place.shape[1]):
        dp = place[n + 1, axis] - place[n, axis] - step * velocity[n, axis]
        dv = velocity[n + 1, axis] - velocity[n, axis]
        place[n, axis] += k00 * dp + k01 * dv
        velocity[n, axis] += k10 * dp + k11 * dv
    d, h, i = spread[n + 1, 0] - e, spread[n + 1, 1] - f, spread[n + 1, 2] - g
    spread[n, 0] = p + k00 * k00 * d + 2 * k00 * k01 * h + k01 * k01 * i
    spread[n, 1] = c + k00 * k10 * d + (k00 * k11 + k01 * k10) * h + k01 * k11 * i
    spread[n, 2] = v + k10 * k10 * d + 2 * k10 * k11 * h + k11 * k11 * i
