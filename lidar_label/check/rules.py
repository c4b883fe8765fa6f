"""The table of all rules: ours by subject, and those of other packages by entry point."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points

from lidar_label.check import (
    attributes,
    boxes,
    motion,
    points,
    shake,
    sizes,
    times,
    tracks,
    unlabelled,
    views,
    vocabulary,
)
from lidar_label.check.rule import Rule, table
from lidar_label.errors import InvalidValue

GROUP = "lidar_label.rules"

RULES: tuple[Rule, ...] = table(
    *boxes.RULES,
    *vocabulary.RULES,
    *sizes.RULES,
    *motion.RULES,
    *tracks.RULES,
    *attributes.RULES,
    *times.RULES,
    *shake.RULES,
    *views.RULES,
    *points.RULES,
    *unlabelled.RULES,
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return our rules and those that other packages name under ``lidar_label.rules``.

    An entry point is a `Rule`, or a sequence of them.

    Raises
    ------
    InvalidValue
        If one is something else, cannot be imported, or has the id of another.
    """
    theirs: list[Rule] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            given = point.load()
        except Exception as error:  # noqa: BLE001 - whatever another package does wrong is told, not raised
            raise InvalidValue(f"the rules {point.name!r} of {point.value} cannot be loaded: {error}") from None
        more = [given] if isinstance(given, Rule) else list(given) if isinstance(given, Iterable) else [given]
        if not all(isinstance(rule, Rule) for rule in more):
            raise InvalidValue(f"the entry point {point.name!r} of {GROUP} is neither a Rule nor a sequence of them")
        theirs += more
    try:
        return table(*RULES, *theirs)
    except ValueError as error:
        raise InvalidValue(str(error)) from None


def rule_named(name: str) -> Rule:
    """Return the rule of an id.

    Raises
    ------
    InvalidValue
        If there is none.
    """
    for rule in all_rules():
        if rule.id == name:
            return rule
    raise InvalidValue(f"there is no rule {name!r}", hint=f"rules: {', '.join(rule.id for rule in all_rules())}")
