"""Figures of a check: how many boxes there are, and how many findings point to them, by who made them and by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lidar_label.check import Found
from lidar_label.model import Box, Labels, Source

Row = tuple[str, int, int, float]
"""A name, its boxes, the findings that point to one of them, and that of a hundred boxes."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Whose boxes are counted: who wrote them last ("" where nobody knows), what made them, and of which category."""

    author: str
    source: str
    category: str


Figures = Mapping[Maker, tuple[int, int]]


def figures_of(labels: Labels, found: Iterable[Found], authors: Mapping[str, str]) -> Figures:
    """Count boxes and findings by maker.

    What was imported as it is has no author here. A finding counts for the box in the frame that it points to; one
    without such a box for the first of its track.

    Parameters
    ----------
    labels : Labels
    found : iterable of Found
    authors : mapping of a box's token to who wrote it last
    """

    def maker(box: Box) -> Maker:
        author = authors.get(box.token, "") if box.source != Source.IMPORTED else ""
        return Maker(author, box.source.value, labels.track(box.track).category)

    boxes, wrong = Counter(maker(box) for box in labels.boxes()), Counter[Maker]()
    for one in found:
        own = labels.of_track(one.remark.track.token) if one.remark.track is not None else ()
        meant = next((box for box in own if box.frame == one.remark.frame), own[0] if own else None)
        if meant is not None:
            wrong[maker(meant)] += 1
    return {key: (number, wrong[key]) for key, number in boxes.items()}


def summed(scenes: Iterable[Figures], name: Callable[[Maker], str]) -> list[Row]:
    """Return rows of all scenes by a name that makers have, the most boxes first; "" is left out."""
    boxes, found = Counter[str](), Counter[str]()
    for figures in scenes:
        for key, (number, wrong) in figures.items():
            boxes[name(key)] += number
            found[name(key)] += wrong
    return [(one, n, found[one], 100 * found[one] / n) for one, n in boxes.most_common() if one]


def by_annotator(scenes: Sequence[Figures]) -> list[tuple[str, str, int, int, float]]:
    """Return a row a person over all classes, each followed by rows of the single ones."""
    rows: list[tuple[str, str, int, int, float]] = []
    for who, boxes, found, share in summed(scenes, lambda maker: maker.author):
        own = [{key: value for key, value in scene.items() if key.author == who} for scene in scenes]
        rows.append((who, "all", boxes, found, share))
        rows += [("", *row) for row in summed(own, lambda maker: maker.category)]
    return rows
