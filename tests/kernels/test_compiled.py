"""What Numba compiles is compiled once for each kind of argument."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

pytestmark = pytest.mark.one_numpy


@compiled(inner=True)
def _count_on(values: NDArray[np.int64], begin: int, step: int = 1) -> int:
    total = begin
    for value in values:
        total += value * step
    return total


@compiled()
def _counted(values: NDArray[np.int64]) -> int:
    count = 0
    for _ in range(3):
        count = _count_on(values, count)
    return count + _count_on(values, 5, step=2)


def test_a_constant_takes_the_code_of_any_number() -> None:
    """Numba by itself has a type for each constant, and compiles all that is called once more for it."""
    assert _counted(np.array([1, 2, 3])) == 3 * 6 + 5 + 12
    kinds = [tuple(map(str, found)) for found in _count_on.dispatcher.overloads]
    assert len(kinds) == 2, kinds  # with the step, and with the usual one
    assert not any("iteral" in one for found in kinds for one in found)
