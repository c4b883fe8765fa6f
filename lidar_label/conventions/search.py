"""Which conventions explain a drive best: all that are one or two steps from how it was read, ranked by evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from lidar_label.conventions.evidence import Evidence, thinned
from lidar_label.conventions.placed import placed
from lidar_label.conventions.scores import Scorer
from lidar_label.model import Fisheye
from lidar_label.model.convention import FIXES, Convention
from lidar_label.progress import Progress

A_FIX = 2.0  # what a convention must gain, in log odds, to be worth a step more
_LOOKED_AT = 60  # conventions that are looked at closely, of all that a first look has ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A convention with its score, and what each kind of evidence says; `alike` come to the same by other steps."""

    convention: Convention
    score: float
    parts: dict[str, float]
    alike: tuple[Convention, ...] = ()


def askable(evidence: Evidence) -> tuple[str, ...]:
    """Return the fixes that change anything in what was gathered of a drive."""
    lenses = [view.camera for view in evidence.views]
    moves = evidence.has_poses and len(evidence.path) > 1 and bool(np.ptp(evidence.path[:, :3, 3], axis=0).max() > 1.0)
    has_boxes = any(len(moment.boxes) for moment in evidence.moments)
    can = {
        "camera": bool(lenses),
        "lidar": True,
        "time": bool(lenses) and moves,
        "poses": moves or (evidence.in_world and has_boxes),  # who stands still, and alone, shows nothing
        "boxes": has_boxes,
        "lens:none": any(lens.distortion for lens in lenses),
        "lens:fisheye": any(not isinstance(lens, Fisheye) for lens in lenses),
        "lens:pinhole": any(isinstance(lens, Fisheye) for lens in lenses),
    }
    return tuple(text for text, fix in FIXES.items() if can.get(text, can.get(fix.part, False)))


def together(fixes: Sequence[str], most: int = 2) -> Iterator[tuple[str, ...]]:
    """Yield no fix, each, and those that can go together, up to so many."""
    for count in range(most + 1):
        for chosen in combinations(fixes, count):
            kinds = {(FIXES[text].part, FIXES[text].rank) for text in chosen}
            if len(kinds) == count:
                yield chosen


def rank(
    evidence: Evidence, *, fixes: Sequence[str] | None = None, most: int = 2, scorer: Scorer | None = None,
    progress: Progress | None = None,
) -> list[Ranked]:  # fmt: skip
    """Rank what can be meant, the best first: all by a first look, and the best of them by all the evidence.

    Parameters
    ----------
    evidence : Evidence
    fixes : sequence of str, optional
        Those that are tried; all that change anything without it.
    most : int
        How many are tried together.

    Returns
    -------
    list of Ranked
        Of conventions that come to the same places only the simplest is kept, and names the others.

    Raises
    ------
    Cancelled
        If the person stopped it.
    """
    progress = progress or Progress()
    scorer = scorer or Scorer(evidence)
    tried = [Convention(chosen, evidence.in_world) for chosen in together(fixes or askable(evidence), most)]
    first_look = Scorer(thinned(evidence))
    roughly: list[float] = []
    for done, convention in enumerate(tried):
        if done % 50 == 0:
            progress.step(done, len(tried), "conventions")
        roughly.append(_total(first_look.parts(convention), convention))
    best = sorted(range(len(tried)), key=lambda i: -roughly[i])[:_LOOKED_AT]
    chosen = [one for i, one in enumerate(tried) if i in set(best) or len(one.fixes) == 0]
    found: list[Ranked] = []
    for done, convention in enumerate(chosen):
        progress.step(len(tried) - len(chosen) + done, len(tried), "conventions")
        parts = scorer.parts(convention)
        found.append(Ranked(convention=convention, score=_total(parts, convention), parts=parts))
    found.sort(key=lambda one: (-round(one.score, 6), len(one.convention.fixes)))
    return _told_apart(evidence, found)


def _total(parts: dict[str, float], convention: Convention) -> float:
    return sum(parts.values()) - A_FIX * len(convention.fixes)


def _told_apart(evidence: Evidence, found: Sequence[Ranked]) -> list[Ranked]:
    """Return the simplest of those that come to the same places; it names the others."""
    same: dict[bytes, list[Ranked]] = {}
    for one in found:
        same.setdefault(placed(evidence, one.convention).digest, []).append(one)
    kept = [replace(group[0], alike=tuple(one.convention for one in group[1:])) for group in same.values()]
    return sorted(kept, key=lambda one: -one.score)
