"""The rules of labels as data: what each is called, how bad a break is, and why it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lidar_label.check import boxes, motion, vocabulary
from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of labels.

    Parameters
    ----------
    id : str
        Stable name in kebab-case; the `code` of its findings.
    name : str
        A few words for a list.
    severity : "info", "warning" or "error"
        An error stops an export.
    why : str
        What goes wrong where the rule is broken.
    find : callable
        Yields one remark a break, from the labels of a scene.
    """

    id: str
    name: str
    severity: Severity
    why: str
    find: Callable[[Subject], Iterable[Remark]]


def _table(*rules: Rule) -> tuple[Rule, ...]:
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise ValueError(f"two rules share an id: {sorted(ids)}")
    return rules


RULES: tuple[Rule, ...] = _table(
    Rule(
        "frame-outside",
        "Box outside the scene",
        "error",
        "A box in a frame that does not exist has no place in any export.",
        boxes.outside_the_scene,
    ),
    Rule(
        "not-finite",
        "Number that is not finite",
        "error",
        "NaN and infinity are no places and no JSON; readers fail on them.",
        boxes.not_finite,
    ),
    Rule(
        "unknown-category",
        "Category that is not in the taxonomy",
        "error",
        "An export writes references to categories; this one would point to nothing.",
        vocabulary.unknown_categories,
    ),
    Rule(
        "unknown-attribute",
        "Attribute that is not in the taxonomy",
        "error",
        "An export writes references to attributes; this one would point to nothing.",
        vocabulary.unknown_attributes,
    ),
    Rule(
        "unknown-visibility",
        "Visibility level that is not in the taxonomy",
        "error",
        "An export writes references to visibility levels; this one would point to nothing.",
        vocabulary.unknown_visibilities,
    ),
    Rule(
        "attribute-value",
        "Attribute with a value of another kind",
        "warning",
        "A value that its attribute does not allow is often a slip, and formats drop it.",
        vocabulary.misfit_values,
    ),
    Rule(
        "far-box",
        "Box far from the car",
        "warning",
        "No sensor sees an object 500 m away: a pose or a unit is probably wrong.",
        boxes.far_away,
    ),
    Rule(
        "odd-size",
        "Size far from what its category has",
        "warning",
        "A side three times too long or too short is often a wrong category or swapped sides.",
        boxes.odd_sizes,
    ),
    Rule(
        "double-box",
        "Two tracks with the same boxes",
        "warning",
        "One object labelled twice counts as a false detection for every model that sees it once.",
        boxes.doubled,
    ),
    Rule(
        "empty-track",
        "Track without a box",
        "warning",
        "It is lost on export, since formats hold tracks only through their boxes.",
        boxes.empty_tracks,
    ),
    Rule(
        "heading-flip",
        "Heading that turns round at once",
        "warning",
        "Objects do not turn by half a circle between neighbouring frames; one of the boxes is the wrong way round.",
        motion.flips,
    ),
    Rule(
        "too-fast",
        "Speed above 70 m/s",
        "warning",
        "Nothing on a road is this fast: the track jumps from one object to another, or times are wrong.",
        motion.too_fast,
    ),
    Rule(
        "doubtful-box",
        "Box that the machine is not sure of",
        "warning",
        "Where too little was seen the motion alone placed it, and nobody has looked at it since.",
        boxes.doubtful,
    ),
    Rule(
        "double-name",
        "Two tracks of one category with the same name",
        "info",
        "Formats that know tracks by category and name would join them.",
        vocabulary.doubled_names,
    ),
)
