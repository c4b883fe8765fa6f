"""Whether a tensor is as its description says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import InvalidValue
from lidar_label.model import Floats

_ROUNDING = 1e-3  # how far a probability may be off 0 to 1


def mismatch(name: str, array: NDArray[Any], wanted: str) -> InvalidValue:
    """Return the error of a tensor that is another than the description has."""
    shape = tuple(np.asarray(array).shape)
    return InvalidValue(
        f"the output {name!r} of the model has shape {shape}, and the description makes it {wanted}",
        hint="correct [output], or the model",
    )


def without_batch(name: str, array: NDArray[Any], dimensions: int) -> NDArray[Any]:
    """Return a tensor of so many dimensions, of one that may have a batch of one before them."""
    found = np.asarray(array)
    if found.ndim == dimensions + 1 and found.shape[0] == 1:
        found = found[0]
    if found.ndim != dimensions:
        raise mismatch(name, array, f"one of {dimensions} dimensions, or with a batch of 1 before them")
    return found


def channels_first(name: str, array: NDArray[Any], layout: str, channels: int) -> NDArray[Any]:
    """Return a tensor as (C, H, W)."""
    found = without_batch(name, array, 3)
    if layout == "channels-last":
        found = np.moveaxis(found, 2, 0)
    if found.shape[0] != channels or not found.size:
        order = "(C, H, W)" if layout == "channels-first" else "(H, W, C)"
        raise mismatch(name, array, f"{order} with C of {channels}")
    return found


def chances(name: str, scores: NDArray[Any], form: str) -> tuple[Floats, int]:
    """Return scores as probabilities, NaN where they are not finite, and how many are not.

    Raises
    ------
    InvalidValue
        If probabilities are none.
    """
    given = np.asarray(scores, dtype=np.float64)
    dropped = int(np.count_nonzero(np.isnan(given)))
    if form == "logit":
        with np.errstate(over="ignore", invalid="ignore"):
            return 1 / (1 + np.exp(-given)), dropped
    infinite = np.isinf(given)
    with np.errstate(invalid="ignore"):
        odd = ~infinite & ((given < -_ROUNDING) | (given > 1 + _ROUNDING))
    if odd.any():
        raise InvalidValue(
            f"the output {name!r} of the model has the score {given[odd].flat[0]:.4g}, which is no probability",
            hint='if scores are log-odds, write score_form = "logit" under [output]',
        )
    return np.where(infinite, np.nan, given), dropped + int(np.count_nonzero(infinite))
