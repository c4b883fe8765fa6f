"""How likely what the draft proposes is right: log-odds, learned once on made-up drives.

`draft_scores.json` holds the numbers. `scripts/draft --fit` fits them to made-up drives that nothing else uses;
`docs/draft.md` says how well they hold there and on real drives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from lidar_label.model import Floats

_MOST = 8.0

Bend = tuple[tuple[Floats, ...], Floats, tuple[float, float]]
"""For each feature the places at which its weight changes; all weights, see `basis`; and a factor and a summand that
cool the log-odds: of drives that weights were not fitted to, they promise too much."""


def basis(features: Floats, knots: tuple[Floats, ...]) -> Floats:
    """Return what weights are for, (N, B): one, and of each feature its value and how far it is beyond each knot."""
    columns = [np.ones(len(features))]
    for column, bends in enumerate(knots):
        values = features[:, column]
        columns.append(values)
        columns.extend(np.maximum(values - bend, 0.0) for bend in bends)
    return np.column_stack(columns)


def log_odds(model: str, features: Floats) -> Floats:
    """Return the log-odds, (N,), that rows of features, (N, F), are of something right.

    `model` is "vehicle", "person" or "rider", for a proposal of one frame; with " track" after it, for a track.
    """
    knots, weights, (factor, summand) = models()[model]
    found: Floats = np.clip(basis(features, knots) @ weights, -_MOST, _MOST) * factor + summand
    return found


@cache
def models() -> dict[str, Bend]:
    """Return the numbers that the program comes with."""
    text = resources.files("lidar_label.assist").joinpath("draft_scores.json").read_text(encoding="utf-8")
    return read(json.loads(text))


def read(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Bend]:
    """Return numbers as they stand in the file."""
    found: dict[str, Bend] = {}
    for name, one in told.items():
        factor, summand = one["cooled"]
        found[name] = tuple(np.array(bends) for bends in one["knots"]), np.array(one["weights"]), (factor, summand)
    return found
