"""Kinds of objects that marks are lifted to, by their usual size."""

from __future__ import annotations

import math
from dataclasses import replace

from lidar_label.assist.click_kinds import Kind, Size

# Sizes as data sets of several countries have them, rounded; they vary more than those of one of them.
_KINDS = (
    Kind("car", (4.15, 1.75, 1.58), (0.14, 0.09, 0.1), 0.6, (0.35, 2.4)),
    Kind("van", (5.1, 1.95, 2.2), (0.14, 0.08, 0.12), 0.4, (1.5, 3.2)),
    Kind("truck", (7.5, 2.5, 3.1), (0.3, 0.08, 0.15), 0.3, (1.8, 4.6)),
    Kind("bus", (11.5, 2.8, 3.3), (0.2, 0.06, 0.08), 0.3, (2.4, 4.6)),
    Kind("person", (0.65, 0.62, 1.74), (0.2, 0.15, 0.08), 0.3, (0.4, 2.2)),
    Kind("rider", (1.78, 0.65, 1.5), (0.1, 0.18, 0.2), 0.2, (0.4, 2.3)),
    Kind("thing", (0.5, 0.5, 0.9), (0.4, 0.4, 0.3), 0.5, (0.1, 2.0)),
)


def kind_told(usual: Size) -> Kind:
    """Return the kind of objects of a usual size: the nearest that is known, between its size and what was told."""
    told = (max(usual[:2]), min(usual[:2]), usual[2])
    nearest = min(_KINDS, key=lambda kind: _apart(kind.size, told))
    length, width, height = (math.sqrt(a * b) for a, b in zip(nearest.size, told, strict=True))
    return replace(nearest, size=(length, width, height))


def _apart(one: Size, other: Size) -> float:
    return sum(abs(math.log(a / b)) for a, b in zip(one, other, strict=True))
