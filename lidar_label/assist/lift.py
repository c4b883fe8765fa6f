"""Lift: what was drawn around an object in cameras' pictures becomes a box in space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lidar_label.assist.click_kinds import Size
from lidar_label.assist.click_seen import FREE_BANDS, CannotFit, Indices, Seen, look, share_of
from lidar_label.assist.fit_rectangle import headed
from lidar_label.assist.lift_fit import Guess, guesses, held, is_in
from lidar_label.assist.lift_kinds import kind_told
from lidar_label.assist.lift_likely import worth_of_parts
from lidar_label.assist.lift_look import LiftView, Part, held_by, parts_of
from lidar_label.assist.lift_marks import Eye, Mark
from lidar_label.assist.lift_sight import numbers_of
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Floats

__all__ = ["CannotFit", "Eye", "LiftView", "Lifted", "Mark", "lift"]

_FEWEST = 3
_TRIED, _HOPELESS = 2, 3.0  # parts of a mark that are looked at, and by how much less those are worth that are not
_CLEAR, _GOOD = 0.7, -1.0  # by how much less than one whose box is so likely
_ABOUT_M, _FARTHEST_M = 2.5, 14.0  # about what is as long as its kind may be, and at most
_OTHER = 0.3  # overlap from above under which another box is another object
_ALIKE = 0.7  # overlap from above from which boxes say the same
_AS_WELL = 1.1  # log odds: another that is worth so much less explains the mark as well
_MOST = 4


@dataclass(frozen=True, slots=True, eq=False)
class Lifted:
    """A box that a mark may mean.

    Parameters
    ----------
    pose : SE3
        From the box's frame into that of the cloud: origin its centre, +x its heading. Upright.
    size : (length, width, height), metres
    score : float
        0 to 1: how likely it is that the box is right.
    sight : float
        How well its own picture agrees with the marks: the logarithm of odds, 0 where it lies on them.
    indices : (K,) int
        Which points of the view's cloud it holds.
    ambiguous : bool
        Whether another object explains the marks about as well; then it is the first of `others`.
    others : tuple of Lifted
        What else may be meant, the likeliest first.
    """

    pose: SE3
    size: Size
    score: float
    sight: float
    indices: Indices
    ambiguous: bool = False
    others: tuple[Lifted, ...] = ()

    @property
    def row(self) -> Floats:
        """The box as kernels take it: centre, size, yaw; (7,)."""
        return np.array([*self.pose.translation, *self.size, self.pose.yaw])


def lift(
    view: LiftView,
    marks: Sequence[Mark],
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    frame: str = "ego",
) -> Lifted:
    """Return the box of the object that marks enclose, each in a picture of its own.

    Of the points that all lenses see inside the marks and over the ground, those that hang together may be the
    object. To each such part boxes of the kind are fitted that explain its points as from a click and whose own
    pictures lie on the marks, which completes what the points do not show; the one is taken that does both best.

    Parameters
    ----------
    view : LiftView
    marks : sequence of Mark
        Of one object, at most one a camera.
    usual_size : (length, width, height), metres
        Of the object's kind.
    headings : sequence of float, radians
        Directions that objects here have, the most trusted first.
    frame : str
        Name of the cloud's frame.

    Raises
    ------
    CannotFit
        If no points lie in the marks, none over the ground, or too few of them hang together.
    """
    given = list(marks)
    inside = held_by(view, given)
    if not len(inside):
        raise CannotFit("no-points", "there are no points in the mark: the LiDAR saw nothing of this object")
    standing, parts = parts_of(view, inside, usual_size, _FEWEST)
    if not len(standing):
        raise CannotFit("ground", "there is nothing but ground in the mark")
    if not parts:
        raise CannotFit("few", "there are too few points in the mark to tell what stands there")
    found = candidates(view, parts, standing, given, usual_size, headings)
    if not found:
        raise CannotFit("few", "there are too few points in the mark to tell what stands there")
    return _chosen(found, headings, frame)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A guess with what was seen of its part, and how likely it is the object that was marked, as log odds."""

    guess: Guess
    seen: Seen
    features: Floats
    """See `FEATURES`."""

    @property
    def odds(self) -> float:
        """The logarithm of the odds that its box is right."""
        return float(self.features @ _WEIGHTS[:-1] + _WEIGHTS[-1])


FEATURES = ("sight", "share", "plan", "points", "part")
_WEIGHTS = np.array([0.17, 0.1, 0.65, 0.36, 0.95, -2.2])  # of them and of 1: from made-up drives 731 to 734


def candidates(
    view: LiftView, parts: list[Part], standing: Indices, marks: list[Mark], usual: Size, headings: Sequence[float]
) -> list[Candidate]:
    """Return the boxes that marks may mean, the likeliest first."""
    kind, numbers = kind_told(usual), numbers_of(marks)
    reach = min(kind.longest + _ABOUT_M, _FARTHEST_M)
    bands = FREE_BANDS[int(kind.is_high) :][:1]
    own = view.xyz[standing, :2].astype(np.float64)
    found: list[Candidate] = []
    worth = worth_of_parts(view, parts, marks, usual)
    every = float(np.logaddexp.reduce(worth))
    order = np.argsort(-worth, kind="stable")[:_TRIED].tolist()
    for n in order:
        behind = float(worth[order[0]] - worth[n])
        best = max((one.odds for one in found), default=-math.inf)
        if behind > _HOPELESS or (behind > _CLEAR and best > _GOOD):
            break
        part = parts[n]
        at = view.xyz[part.indices].astype(np.float64)
        off = [axis - share_of(axis, 0.5) for axis in np.ascontiguousarray(at.T)]  # rows of three take numpy long
        seed = at[np.argmin(off[0] ** 2 + off[1] ** 2 + off[2] ** 2)]
        try:
            seen = look(view.xyz, seed, view.origins, view.ground, part.indices, reach, lambda _: (bands, reach))
        except CannotFit:
            continue
        top = share_of(part.over, 0.98)
        for guess in guesses(seen, kind, numbers, headings, top):
            if math.isfinite(guess.worth):
                inside = is_in(own, guess.row)
                count = int(np.count_nonzero(inside))
                found.append(Candidate(guess, seen, np.array([
                    guess.sight, math.log(count / len(inside) + 0.03),
                    guess.plan / (1.0 + min(count, 20)), math.log1p(count), float(worth[n]) - every,
                ])))  # fmt: skip
    return sorted(found, key=lambda one: -one.odds)


def _chosen(found: list[Candidate], headings: Sequence[float], frame: str) -> Lifted:
    """Return the likeliest, with what is really another answer behind it."""
    rows = np.array([_row(one.guess.row) for one in found])
    shared = iou_matrix(rows, rows, "bev")
    kept = [0]
    for n in range(1, len(rows)):
        if len(kept) < _MOST and (shared[n, kept] < _ALIKE).all():
            kept.append(n)
    answers = [_lifted(found[n], rows[n], headings, frame) for n in kept]
    near = (k for k in range(1, len(kept)) if found[0].odds - found[kept[k]].odds < _AS_WELL)
    rival = next((k for k in near if shared[0, kept[k]] < _OTHER), None)
    if rival is not None:
        answers.insert(1, answers.pop(rival))
    return replace(answers[0], ambiguous=rival is not None, others=tuple(answers[1:]))


def _lifted(one: Candidate, row: Floats, headings: Sequence[float], frame: str) -> Lifted:
    x, y, z, length, width, height, yaw = row.tolist()
    pose = SE3.from_yaw(frame, "box", headed(yaw, headings), (x, y, z))
    score = 1.0 / (1.0 + math.exp(-min(max(one.odds, -30.0), 30.0)))
    return Lifted(pose, (length, width, height), score, one.guess.sight, held(one.seen, one.guess.row))


def _row(row: Floats) -> Floats:
    """Return a guess as the kernels of overlap take it; its length is the longer side."""
    x, y, yaw, length, width, bottom, height = row.tolist()
    if width > length:
        length, width, yaw = width, length, yaw + math.pi / 2
    return np.array([x, y, bottom + height / 2, length, width, height, yaw])
