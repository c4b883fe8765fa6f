"""One click, one box: what stands at a place, as boxes in order, each with how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.click_kinds import Kind, Size, kinds_for, likely_of
from lidar_label.assist.click_seen import FREE_BANDS, FREE_CELL_M, CannotFit, Indices, Seen, look
from lidar_label.assist.fit_rectangle import headed
from lidar_label.kernels.box_worth import Points
from lidar_label.kernels.click_boxes import Evidence, best_boxes, best_boxes_near, inward_of, passed_about, reach_of
from lidar_label.kernels.click_cells import held_by
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Floats

# Chosen on made-up drives and on the KITTI, Argoverse 2 and DGP frames that scripts/clicks reads.
_KNOBS = np.array([0.4, 0.6, 0.1, 3.0, 0.2, 0.06, 1.0, 1.0])  # see kernels.click_boxes
_INWARD = inward_of(_KNOBS)
_POINTS = 20.0  # points that tell as much as any number of them: neighbours say the same
_NEAR_M = 3.0
_KNOWN = 1.0  # what a known direction counts
_YAWS, _KEPT, _REFINED = 24, 4, 6
_SOFT = 2.0  # how much worth makes a difference in being sure
# The share of odds that goes to boxes alike, and how many such first answers overlap the label by 0.7 or more: measured
# with 920 clicks on the KITTI, Argoverse 2 and DGP frames of scripts/clicks, made monotone.
_SHARE, _RIGHT = (0.0, 0.15, 0.4, 0.6, 0.85, 0.95, 1.0), (0.05, 0.2, 0.25, 0.47, 0.53, 0.72, 0.86)
_SAME, _OTHER = 0.7, 0.7  # overlaps: of answers that say the same, and of one that is no other answer
_MOST = 6
_FEWEST = 4
_MAY_BE = -0.5  # log odds of a point that may be of the object
_OUT_M, _MOST_OUT_M = 0.25, 0.4  # how far beyond a side its outermost points are looked for, and it is moved to them
_TOP_M = 0.03  # a roof is a little higher than the highest beam that met it
_LOW_SEEN = 0.7  # of the usual height: a lower top was hidden, or missed by the beams
_SPARE_M = 0.1  # beyond a box's side, where its points may lie
_HEIGHTS = 500  # points that tell how high a top is
_HELD, _HELD_HIGH = 0.2, 0.4  # of what hangs together with the click closely; a box that holds less is a piece of it
_HIGH_M, _HELD_WITHIN_M = 2.5, 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A box that may be meant.

    Parameters
    ----------
    pose : SE3
        From the box's frame into that of the cloud: origin its centre, +x its heading. Upright.
    size : (length, width, height), metres
    kind : str
        Of object, see `click_kinds`; "told" is the one that was asked for.
    sure : float
        How likely it is that this box overlaps the object by 0.7 or more, 0 to 1.
    indices : (K,) int
        Which points of the cloud were taken for the object's.
    """

    pose: SE3
    size: Size
    kind: str
    sure: float
    indices: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A box of one kind, its worth as odds, and which of the points that are seen it holds."""

    worth: float
    row: Floats
    kind: str
    held: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Points that may be of the object: which of those that are seen, and x, y, height over the ground of each."""

    which: Indices
    level: Floats


def click_boxes(
    xyz: NDArray[np.float32],
    point: ArrayLike,
    sensor_origins: ArrayLike,
    usual_size: Size | None = None,
    *,
    known: bool = False,
    inside: Indices | None = None,
    headings: Sequence[float] = (),
    ground: float | None = None,
    frame: str = "ego",
) -> tuple[Answer, ...]:
    """Return the boxes that may be meant by a click on an object, the likeliest first; each is another answer.

    The ground is taken away, points are weighed by the gaps between them and the click, and of many boxes of several
    kinds, sizes and directions those are found that explain best what is seen: points lie near the sides that face
    the sensor, rays went past and not through, what is hidden is as large as usual.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The cloud, z up. Points that are not finite are passed over.
    point : (3,) float, metres
        A place on the object; z may be NaN, as of a place seen from above.
    sensor_origins : (3,) or (K, 3) float, metres
        Where the sensors stand that saw it, the main one first.
    usual_size : (length, width, height), metres, optional
        Of the kind that is asked for; vehicles of other kinds are answers, too. Without it any vehicle is.
    known : bool
        The object has this very size, as one of a track that goes on.
    inside : (K,) int, optional
        The points of a region that a person drew around the object; what lies outside is hardly of it.
    headings : sequence of float, radians
        Directions that objects here have, the most trusted first.
    ground : float, optional
        The ground's height where too few points tell, metres.
    frame : str
        Name of the cloud's frame.

    Raises
    ------
    CannotFit
        If there are no points at the place, nothing but ground, too few over it, or what stands there is too large.
    """
    kinds = kinds_for(usual_size, known=known)
    seen = look(xyz, point, sensor_origins, ground, inside, rays_for=lambda top: _rays(likely_of(kinds, top)))
    likely = likely_of(kinds, seen.top)
    if not likely:
        raise CannotFit("large", "what stands at this place is of another kind: it is too high, or too low")
    found = boxes_of(seen, likely, headings)
    if not found:
        raise CannotFit("few", "there are too few points at this place to tell what stands there")
    if inside is None and _is_piece(seen, found[0]):
        raise CannotFit("large", "what stands at this place is too large for one object: a wall, or a hedge")
    return _answers(seen, found, headings, frame)


def warm_up() -> None:
    """Compile what the first click would otherwise wait for."""
    across, up = np.meshgrid(np.arange(-6.0, 6.0, 0.5), (0.0, 0.1))
    road = np.column_stack([np.repeat(across.ravel(), across.size), np.tile(across.ravel(), across.size),
                            np.tile(up.ravel(), across.size)])  # fmt: skip
    side, high = np.meshgrid(np.arange(-2.2, 2.3, 0.1), (0.4, 0.8, 1.2))
    car = np.column_stack([side.ravel(), np.full(side.size, -0.9), high.ravel()])
    click_boxes(np.concatenate([road, car]).astype(np.float32), car[0], (0.0, -9.0, 1.7), headings=(0.0,))


def inside_polygon(xyz: NDArray[np.float32], polygon: ArrayLike) -> Indices:
    """Return which points lie in a polygon, (K, 2), seen from above: the region of a rectangle or a lasso."""
    corners = np.asarray(polygon, dtype=np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((xyz[:, :2] >= low) & (xyz[:, :2] <= high)).all(axis=1) & np.isfinite(xyz[:, 2]))
    x, y = xyz[near, 0].astype(np.float64), xyz[near, 1].astype(np.float64)
    odd = np.zeros(len(near), np.bool_)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return near[odd]


def _rays(kinds: Sequence[Kind]) -> tuple[Sequence[tuple[float, float]], float]:
    """Return between which heights rays tell of kinds, and how far off: the higher ones only of lorries and buses."""
    farthest = max((reach_of(*kind.size[:2]) for kind in kinds), default=0.0)
    return FREE_BANDS if any(kind.is_high for kind in kinds) else FREE_BANDS[:1], farthest


def boxes_of(
    seen: Seen, kinds: Sequence[Kind], headings: Sequence[float], *, yaws: int = _YAWS, refined: int = _REFINED
) -> list[Found]:
    """Return the best boxes of all kinds, the worthiest first; `row` has centre, size and yaw.

    So many directions are tried, and so many boxes refined.
    """
    away = np.hypot(*(seen.level[seen.chosen, :2] - seen.seed).T)
    some = int(np.count_nonzero((seen.odds[seen.chosen] > 0) & (away < _NEAR_M)))
    counts = min(1.0, _POINTS / float(max(some, 1)))
    hints = np.array([[yaw, _KNOWN] for yaw in headings], dtype=np.float64).reshape(-1, 2)
    rough: list[tuple[float, Floats, Kind, Evidence]] = []
    passed: dict[bool, tuple[Points, Points]] = {}
    for kind in kinds:
        near = seen.chosen[(away < kind.longest) & (seen.level[seen.chosen, 2] < kind.highest)]
        if not len(near):
            continue
        points = np.column_stack([seen.level[near, :2], seen.odds[near] + _KNOBS[6], np.full(len(near), counts)])
        if kind.is_high not in passed:
            longest = max((one.size for one in kinds if one.is_high == kind.is_high), key=lambda size: size[0])
            passed[kind.is_high] = passed_about(seen.free[int(kind.is_high)], seen.low, FREE_CELL_M, seen.seed,
                                                *longest[:2])  # fmt: skip
        evidence = Evidence(points, seen.seed, seen.eyes, *passed[kind.is_high], FREE_CELL_M, hints, _INWARD, _KNOBS)
        boxes, worth = best_boxes(evidence, kind.usual, yaws, _KEPT)
        rough += [(value + kind.odds, box, kind, evidence) for box, value in zip(boxes, worth.tolist(), strict=True)]
    rough.sort(key=lambda one: -one[0])
    own_points = np.flatnonzero(seen.odds > _MAY_BE)
    own = Own(own_points, seen.level.take(own_points, axis=0))
    found = []
    for _, box, kind, evidence in rough[:refined]:
        fine, worth = best_boxes_near(evidence, box[None], kind.usual)
        made = _stood(seen, own, fine[0], float(worth[0]) + kind.odds, kind)
        if made is not None:
            found.append(made)
    return sorted(found, key=lambda one: -one.worth)


def _stood(seen: Seen, own: Own, box: Floats, worth: float, kind: Kind) -> Found | None:
    """Return a box with its height, worth what that is worth, too; None where it holds too few points."""
    within, ends = held_by(own.level, box, kind.highest, _SPARE_M, _OUT_M)
    inside = np.flatnonzero(within)
    if len(inside) < _FEWEST:
        return None
    heights = own.level[inside[:: max(len(inside) // _HEIGHTS, 1)], 2]
    at = round(0.98 * (len(heights) - 1))
    top = float(np.partition(heights, at)[at]) + _TOP_M
    off_by = math.log(top / kind.size[2]) / kind.varies[2]
    worth -= 0.5 * min(off_by * off_by, 25.0) * (0.5 if off_by < 0 else 1.0)  # a low top may be hidden
    height = top if top > _LOW_SEEN * kind.size[2] else kind.size[2]
    x, y, yaw, length, width = _outward(seen, box, ends).tolist()
    z = seen.ground.at(x, y) + height / 2
    held = np.zeros(len(seen.level), np.bool_)
    held[own.which[inside]] = True
    return Found(worth, np.array([x, y, z, length, width, height, yaw]), kind.name, held)


def _outward(seen: Seen, box: Floats, ends: Floats) -> Floats:
    """Return a box moved until the sides that face the sensor hold their outermost points, as boxes by hand do.

    `ends` say how far the points near it reach, along its length and across.
    """
    x, y, yaw, length, width = box.tolist()
    c, s = math.cos(yaw), math.sin(yaw)
    ahead, aside = (seen.eyes[0] - box[:2]).tolist()
    (rear, front), (right, left) = ends.tolist()
    on = _moved(c * ahead + s * aside, length / 2, -rear, front)
    off = _moved(c * aside - s * ahead, width / 2, -right, left)
    return np.array([x + c * on - s * off, y + s * on + c * off, yaw, length, width])


def _moved(eye: float, half: float, back: float, ahead: float) -> float:
    """Return how far a box is to go along an axis: its seen side to how far points reach that way, if it is seen."""
    side = math.copysign(1.0, eye)
    end = ahead if side > 0 else back
    return side * min(max(end - half, 0.0), _MOST_OUT_M) if abs(eye) > half and math.isfinite(end) else 0.0


def _is_piece(seen: Seen, found: Found) -> bool:
    """Say whether a box holds but a piece of what hangs together closely: of a wall, or a hedge."""
    close = np.flatnonzero(seen.gaps <= 0.5 * seen.reach)
    is_high = found.row[5] > _HIGH_M  # walls are taken for lorries more than for cars, beside which they stand
    if not is_high:
        away = ((seen.level.take(close, axis=0)[:, :2] - seen.seed) ** 2).sum(axis=1)
        close = close[away < _HELD_WITHIN_M**2]
    return bool(np.count_nonzero(found.held[close]) < (_HELD_HIGH if is_high else _HELD) * len(close))


def _answers(seen: Seen, found: Sequence[Found], headings: Sequence[float], frame: str) -> tuple[Answer, ...]:
    """Return what is really another answer each, and in the end the first one turned by 90 degrees."""
    rows = np.array([one.row for one in found])
    odds = np.exp((np.array([one.worth for one in found]) - found[0].worth) / _SOFT)
    odds /= odds.sum()
    chosen: list[int] = []
    sure: list[float] = []
    many = len(rows)
    overlaps = iou_of_pairs(np.repeat(rows, many, axis=0), np.tile(rows, (many, 1)), "bev").reshape(many, many)
    for n in range(many):
        if all(overlaps[n, m] < _OTHER for m in chosen):
            chosen.append(n)
            sure.append(float(np.interp(odds[overlaps[n] >= _SAME].sum(), _SHARE, _RIGHT)))
    made = [_answer(seen, found[n], p, headings, frame) for n, p in zip(chosen[:_MOST], sure, strict=False)]
    turned = found[0].row.copy()
    turned[6] += math.pi / 2
    if not any(abs(math.cos(answer.pose.yaw - turned[6])) > 0.94 for answer in made[1:]):
        made.append(_answer(seen, replace(found[0], row=turned), 0.0, headings, frame))
    return tuple(made)


def _answer(seen: Seen, found: Found, sure: float, headings: Sequence[float], frame: str) -> Answer:
    x, y, z, length, width, height, yaw = found.row.tolist()
    if width > length:
        length, width, yaw = width, length, yaw + math.pi / 2
    pose = SE3.from_yaw(frame, "box", headed(yaw, headings), (x, y, z))
    return Answer(pose, (length, width, height), found.kind, sure, seen.taken(found.held))
