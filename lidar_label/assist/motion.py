"""Motion: how a kind of object moves, and what it cannot do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["wheeled", "walker", "other"]


@dataclass(frozen=True, slots=True)
class Motion:
    """How a kind of object moves, and the most it does on a road.

    Parameters
    ----------
    kind : "wheeled", "walker" or "other"
        What rolls goes where it points, forwards or backwards; what walks may turn on the spot and step
        aside, but looks where it goes as a rule; of anything else nothing is known.
    speed : float, m/s
    acceleration : float, m/s2
        Along its way, when it starts or brakes hard.
    sideways : float, m/s2
        Across its way, in a sharp bend.
    turn : float, rad/s
        About the vertical axis.
    curvature : float, 1/m
        Of its narrowest bend; for what can turn on the spot it is infinite.
    """

    kind: Kind
    speed: float
    acceleration: float
    sideways: float
    turn: float
    curvature: float

    @staticmethod
    def of(category: str | None, size: tuple[float, float, float] | None = None) -> Motion:
        """Return how things of a category move, by the words of its name.

        Parameters
        ----------
        category : str or None
            In any taxonomy: ``vehicle.car``, ``REGULAR_VEHICLE``, ``Person_sitting``, ``ScooterRider``.
        size : (length, width, height), metres, optional
            Decides where the name says nothing.
        """
        words = _words(category or "")
        for known, motion in _BY_WORD:
            if words & known:
                return motion
        return OTHER if size is None else _by_size(*size)


WHEELED = Motion("wheeled", speed=60.0, acceleration=8.0, sideways=6.0, turn=1.2, curvature=0.25)
"""Cars, lorries and buses; a trailer goes where it is pulled, which comes to the same."""
CYCLE = Motion("wheeled", speed=25.0, acceleration=5.0, sideways=5.0, turn=2.0, curvature=0.7)
"""Bicycles, motorcycles and whoever rides them."""
WALKER = Motion("walker", speed=8.0, acceleration=4.0, sideways=4.0, turn=4.0, curvature=float("inf"))
"""People on foot, animals, and what a person pushes."""
OTHER = Motion("other", speed=60.0, acceleration=10.0, sideways=10.0, turn=4.0, curvature=float("inf"))
"""Whatever the name does not say: nothing is taken for granted."""

# The first line that has a word of the name decides: a traffic cone is no traffic, a bicycle rack does not ride,
# and a person on a scooter rides although persons walk.
_WORDS: tuple[tuple[Motion, str], ...] = (
    (OTHER, "rack cone barrier bollard barrel sign light board debris obstacle static"),
    (CYCLE, "bicycle bike cyclist bicyclist motorcycle motorcyclist motorbike motor moped scooter rider cycle"),
    (CYCLE, "tricycle mobility wheeled 自行车 摩托车 电动车 骑行者 骑车人 三轮车"),
    (WALKER, "pedestrian person people human adult child worker officer stroller pram wheelchair animal dog signaler"),
    (WALKER, "walker man woman 行人 人 儿童 动物 婴儿车 轮椅"),
    (WHEELED, "car van truck lorry bus coach trailer vehicle tram train railed caravan rv pickup suv taxi ambulance"),
    (WHEELED, "police tractor excavator auto 车 汽车 轿车 小汽车 卡车 货车 公交车 巴士 客车 面包车 挂车 拖车 车辆"),
)
_BY_WORD = tuple((frozenset(words.split()), motion) for motion, words in _WORDS)


def _words(name: str) -> frozenset[str]:
    """Return the words of a name: ``TrafficCone``, ``traffic_cone`` and ``traffic.cone`` have the same two.

    With those of two words written as one (``trafficcone``), a known word at the end counts.
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+", name)
    words = {part.lower() for part in parts}
    return frozenset(words | {end for word in words for end in _ENDS if word.endswith(end)})


_ENDS = ("cone", "worker", "cyclist", "rider", "cycle", "vehicle", "truck", "trailer", "bus")


def _by_size(length: float, width: float, height: float) -> Motion:
    """Return how a thing of a size most likely moves: as long and wide as a car is a car, as tall as wide a walker."""
    if length >= 2.8 and width >= 1.3:
        return WHEELED
    if length >= 1.3 and width < 1.3 and height >= 0.9:
        return CYCLE
    return WALKER if length < 1.3 and height >= 0.9 else OTHER
