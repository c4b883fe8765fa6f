"""The filter and smoother of tracks, against plain matrices and one big system of equations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.track_motion import NO_PAIR, carry, pair_costs, smooth_path, take


def _by_equations(
    times: np.ndarray, seen: np.ndarray, variance: np.ndarray, jerkiness: float, fastest: float
) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest path as the solution of all equations at once; the first is seen with an unknown velocity."""
    count = len(times)
    first = int(np.flatnonzero(np.isfinite(variance))[0])
    information, right = np.zeros((2 * count, 2 * count)), np.zeros((2 * count, seen.shape[1]))
    information[2 * first + 1, 2 * first + 1] += 1 / fastest**2
    for n in np.flatnonzero(np.isfinite(variance)):
        information[2 * n, 2 * n] += 1 / variance[n]
        right[2 * n] += seen[n] / variance[n]
    for n in range(count - 1):
        step = times[n + 1] - times[n]
        noise = jerkiness * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
        row = np.hstack([np.array([[-1, -step], [0, -1]]), np.eye(2)])
        at = slice(2 * n, 2 * n + 4)
        information[at, at] += row.T @ np.linalg.inv(noise) @ row
    solved = np.linalg.solve(information, right)
    spread = np.sqrt(np.diag(np.linalg.inv(information))[::2])
    return solved, spread


@given(st.integers(0, 10_000), st.integers(2, 12), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_smoother_solves_all_equations_at_once(seed: int, count: int, gaps: bool) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.05, 0.6, count))
    seen, variance = rng.normal(size=(count, 2)) * 3, rng.uniform(0.01, 0.5, count)
    if gaps:
        variance[rng.random(count) < 0.4] = np.inf
        variance[rng.integers(count)] = 0.1
    place, velocity, spread, _ = smooth_path(times, seen, variance, 1.5, 4.0)
    solved, sure = _by_equations(times, seen, variance, 1.5, 4.0)
    np.testing.assert_allclose(place, solved[::2], atol=1e-6)
    np.testing.assert_allclose(velocity, solved[1::2], atol=1e-5)
    np.testing.assert_allclose(spread, sure, rtol=1e-5)


def test_a_steady_drive_is_likelier_stiff_and_a_wild_one_free() -> None:
    times = np.arange(40) * 0.1
    rng = np.random.default_rng(1)
    steady = np.column_stack([8 * times, 0 * times]) + rng.normal(size=(40, 2)) * 0.1
    wild = np.column_stack([8 * times, 3 * np.sin(3 * times)]) + rng.normal(size=(40, 2)) * 0.1
    likely = [[smooth_path(times, way, np.full(40, 0.01), q, 10.0)[3] for q in (0.1, 20.0)] for way in (steady, wild)]
    assert likely[0][0] > likely[0][1]
    assert likely[1][1] > likely[1][0]


def test_one_place_alone() -> None:
    place, velocity, spread, _ = smooth_path(
        np.array([0.0, 1.0]), np.array([[9.0, 9.0], [1.0, 2.0]]), np.array([np.inf, 0.25]), 1.0, 2.0
    )
    np.testing.assert_allclose(place, [[1, 2], [1, 2]])
    np.testing.assert_allclose(velocity, 0)
    assert spread[1] == pytest.approx(0.5)
    assert spread[0] > spread[1]


@pytest.mark.parametrize(
    ("times", "seen", "variance", "word"),
    [
        ([0.0, 0.0], np.zeros((2, 2)), [1.0, 1.0], "rise"),
        ([0.0, 1.0], np.zeros((2, 2)), [np.inf, np.inf], "finite at least once"),
        ([0.0, 1.0], np.full((2, 2), np.nan), [1.0, 1.0], "not finite"),
        ([0.0, 1.0], np.zeros((3, 2)), [1.0, 1.0], "as many rows"),
    ],
)
def test_what_cannot_be_smoothed(times: list[float], seen: np.ndarray, variance: list[float], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        smooth_path(np.array(times), seen, np.array(variance), 1.0, 1.0)


def test_a_step_is_that_of_a_kalman_filter() -> None:
    place, velocity = np.array([[1.0, 2.0, 3.0]]), np.array([[4.0, 5.0, 6.0]])
    spread = np.array([[0.3, 0.1, 0.7]])
    matrix = np.array([[0.3, 0.1], [0.1, 0.7]])
    move, seconds = np.array([[1, 0.2], [0, 1]]), 0.2
    noise = 1.5 * np.array([[seconds**3 / 3, seconds**2 / 2], [seconds**2 / 2, seconds]])
    matrix = move @ matrix @ move.T + noise
    carry(place, velocity, spread, seconds, 1.5)
    np.testing.assert_allclose(place, [[1.8, 3.0, 4.2]])
    np.testing.assert_allclose(spread[0], [matrix[0, 0], matrix[0, 1], matrix[1, 1]])
    state = np.array([place[0], velocity[0]])
    gain = matrix[:, :1] / (matrix[0, 0] + 0.04)
    take(place, velocity, spread, np.array([0]), np.array([[2.0, 3.0, 4.0]]), np.array([0.04]))
    state = state + gain @ (np.array([[2.0, 3.0, 4.0]]) - state[:1])
    matrix = matrix - gain @ matrix[:1]
    np.testing.assert_allclose([place[0], velocity[0]], state)
    np.testing.assert_allclose(spread[0], [matrix[0, 0], matrix[0, 1], matrix[1, 1]])


def test_pairs_that_do_not_fit_cost_too_much() -> None:
    place, spread = np.zeros((1, 3)), np.array([[1.0, 0, 0]])
    seen = np.array([[1.0, 0, 0], [1.0, 0, 0], [9.0, 0, 0]])
    cost = pair_costs(place, spread, seen, np.ones(3), np.array([[0.6, -0.9, 0.6]]), -0.5, 16.0)
    assert cost[0, 0] == pytest.approx(0.5 * 0.5 / 16 - 0.6)
    assert cost[0, 1] == cost[0, 2] == NO_PAIR
