"""A few numbers copied in a kernel by hand: to assign an array to a slice has Numba compile the words of an error."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled


@compiled(inner=True)
def take_over(source: NDArray[Any], target: NDArray[Any]) -> None:
    """Write all of a row into another as long; where `target[:] = source` stood, kernels took seconds more to compile.

    Parameters
    ----------
    source, target : (N,)
    """
    for i in range(len(source)):
        target[i] = source[i]
