"""Kinds of objects that are clicked on: how large they usually are, and how much that varies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lidar_label.model import Floats

Size = tuple[float, float, float]

_FAR = 2.5  # deviations: larger or higher than that is another kind
_BEHIND = 1.0  # what a kind counts less that was not asked for


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object; deviations are of logarithms."""

    name: str
    size: Size
    """Usual length, width, height, metres."""
    varies: Size
    together: float
    """How length and width go together, -1 to 1."""
    tops: tuple[float, float]
    """The lowest and highest top that may be seen of it near the click, metres over the ground."""
    odds: float = 0.0
    """The logarithm of how often it is clicked on, beside a car."""

    @property
    def usual(self) -> Floats:
        """What the kernels take: logarithms of length and width, their deviations, how they go together."""
        return np.array([math.log(self.size[0]), math.log(self.size[1]), *self.varies[:2], self.together])

    @property
    def longest(self) -> float:
        """Metres."""
        return self.size[0] * math.exp(_FAR * self.varies[0])

    @property
    def highest(self) -> float:
        """Metres over the ground."""
        return self.size[2] * math.exp(_FAR * self.varies[2]) + 0.2

    @property
    def is_high(self) -> bool:
        """Whether rays pass under it, and are to be looked at higher up."""
        return self.size[2] > 2.5

    def may_have_top(self, top: float) -> bool:
        """Say whether this is the kind of what is so high near the click."""
        return self.tops[0] - (0.3 if self.is_high else 0.2) <= top <= self.tops[1] + 0.5


# Sizes as data sets of several countries have them, rounded.
KINDS = (
    Kind("car", (4.45, 1.83, 1.6), (0.11, 0.085, 0.11), 0.6, (0.35, 2.4)),
    Kind("van", (5.3, 2.0, 2.2), (0.13, 0.07, 0.12), 0.3, (1.5, 3.2), -1.5),
    Kind("truck", (7.5, 2.5, 3.1), (0.28, 0.08, 0.15), 0.3, (1.8, 4.6), -1.5),
    Kind("bus", (11.5, 2.8, 3.3), (0.2, 0.06, 0.08), 0.3, (2.4, 4.6), -2.0),
)


def kinds_for(usual: Size | None, *, known: bool = False) -> tuple[Kind, ...]:
    """Return the kinds to think of: any vehicle; with a usual size that kind first; with a known one that alone."""
    if usual is None:
        return KINDS
    nearest = min(KINDS, key=lambda kind: sum(abs(math.log(a / b)) for a, b in zip(kind.size, usual, strict=True)))
    told = replace(nearest, name="told", size=(max(usual[:2]), min(usual[:2]), usual[2]), odds=0.0)
    if known:
        return (replace(told, varies=(0.03, 0.03, 0.05)),)
    others = (replace(kind, odds=kind.odds - _BEHIND) for kind in KINDS if kind is not nearest)
    return (told, *others)


def likely_of(kinds: Sequence[Kind], top: float) -> list[Kind]:
    """Return those kinds that may have a top so high near the click, metres over the ground."""
    return [kind for kind in kinds if kind.may_have_top(top)]
