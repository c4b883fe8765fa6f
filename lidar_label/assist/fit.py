"""Fit a box to the points of one object: from a place on it, or from the points themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.click import Answer, click_boxes
from lidar_label.assist.click_seen import CannotFit, Reason
from lidar_label.assist.fit_ground import Ground, ground_about
from lidar_label.assist.fit_grow import Indices, grow
from lidar_label.assist.fit_rectangle import Rectangle, fit_rectangle
from lidar_label.kernels.click_points import points_about
from lidar_label.model import SE3, Floats

__all__ = [
    "CannotFit", "Fit", "Indices", "Reason", "Size", "clearance", "first_of", "fit_click", "fit_points", "placed"
]  # fmt: skip

Size = tuple[float, float, float]

_CLEARANCE_M, _CLEARANCE = 0.25, 0.25  # over the ground, and of a low thing's height: what is higher belongs to it
_TALLEST, _TALLEST_M = 1.6, 0.5  # times the usual height, and more
_PEOPLE_M, _PEOPLE = (1.3, 2.2), 1.2  # heights of people and riders, who are all about as tall, and times that
_AROUND, _AROUND_M = 1.5, 4.0  # times the usual length, and more: what is looked at
_SEED_M, _SEED_BY_RANGE = 0.6, 0.01  # how far from the place the object may begin, and more for each metre of range
_THIN_M, _BEHIND_M = 1.0, 0.05  # the usual length of people, and how far behind their points their middle lies
_FEWEST = 4
_VEHICLE_M = 3.0  # the usual length from which a click is answered by all that is seen
_TOP_M = 0.03  # a roof is a little higher than the highest beam that met it
_LOW_SEEN = 0.7  # of the usual height: a lower top was hidden, or missed by the beams


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A box fitted to points.

    Parameters
    ----------
    pose : SE3
        From the box's frame into that of the cloud: origin its centre, +x its heading. Upright.
    size : (length, width, height), metres
    score : float
        0 to 1: how near the points lie to the sides that the sensor sees.
        Of a click on a vehicle: how likely it is that the box is right.
    indices : (K,) int
        Which points of the cloud were taken for the object's.
    others : tuple of Fit
        What else may be meant, the likeliest first.
    frames : int
        How many frames the points are of.
    """

    pose: SE3
    size: Size
    score: float
    indices: Indices
    others: tuple[Fit, ...] = ()
    frames: int = 1


def fit_click(
    xyz: NDArray[np.float32],
    point: ArrayLike,
    sensor_origin: ArrayLike,
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    ground: float | None = None,
    frame: str = "ego",
) -> Fit:
    """Fit a box to the object at a place.

    Of a kind as long as a vehicle see `click_boxes`. Of others, the ground there is taken away; from the point
    nearest to the place the object is grown over the points that belong together, as far as its kind is large; a
    rectangle is fitted to them from above, and completed on the sides that the sensor does not see; it stands on the
    ground and is as high as its points.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The cloud, z up. Points that are not finite are passed over.
    point : (3,) float, metres
        A place on the object; z may be NaN, as of a place seen from above.
    sensor_origin : (3,) float, metres
        Where the sensor stands that saw it.
    usual_size : (length, width, height), metres
        Of the object's kind: bounds its growth, and completes what is hidden.
    headings : sequence of float, radians
        Directions that objects here have (its track's motion, its neighbours, the vehicle's own), the most trusted
        first; see `fit_rectangle`.
    ground : float, optional
        The ground's height where too few points tell, metres.
    frame : str
        Name of the cloud's frame.

    Raises
    ------
    CannotFit
        If there are no points at the place, nothing but ground, too few over it, or what stands there is too large.
    """
    if max(usual_size[:2]) >= _VEHICLE_M:
        return first_of(
            click_boxes(xyz, point, sensor_origin, usual_size, headings=headings, ground=ground, frame=frame)
        )
    place, origin = np.asarray(point, dtype=np.float64), np.asarray(sensor_origin, dtype=np.float64)
    reach = _AROUND * max(usual_size[:2]) + _AROUND_M
    around = points_about(xyz, float(place[0]), float(place[1]), reach)
    if not len(around):
        raise CannotFit("no-points", "there are no points at this place")
    floor = ground_about(xyz[around], place, reach, ground)
    over = floor.over(xyz[around])
    standing = around[(over > clearance(usual_size)) & (over < _tallest(usual_size))]
    distance = float(np.hypot(*(place - origin)[:2]))
    away = np.linalg.norm((xyz[standing] - place)[:, : 3 if np.isfinite(place[2]) else 2], axis=1)
    if not len(standing) or away.min() > _SEED_M + _SEED_BY_RANGE * distance:
        near = np.hypot(*(xyz[around, :2] - place[:2]).T).min() <= _SEED_M + _SEED_BY_RANGE * distance
        if near:
            raise CannotFit("ground", "there is nothing but ground at this place")
        raise CannotFit("no-points", "there are no points at this place")
    seed = int(np.argmin(away))
    found = standing[grow(xyz[standing, :2].astype(np.float64), seed, usual_size, distance)]
    return fit_points(xyz, found, floor, origin, usual_size, headings=headings, frame=frame)


def first_of(answers: Sequence[Answer]) -> Fit:
    """Return the likeliest answer, with the others behind it."""
    first, *others = (Fit(answer.pose, answer.size, answer.sure, answer.indices) for answer in answers)
    return replace(first, others=tuple(others))


def fit_points(
    xyz: NDArray[np.float32],
    indices: Indices,
    floor: Ground,
    sensor_origin: Floats,
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    frame: str = "ego",
) -> Fit:
    """Fit a box to the points of one object, which `indices` names, on a ground; see `fit_click`.

    Raises
    ------
    CannotFit
        If they are fewer than four.
    """
    if len(indices) < _FEWEST:
        raise CannotFit("few", "there are too few points at this place to tell what stands there")
    usual = (max(usual_size[:2]), min(usual_size[:2]))
    flat = xyz[indices, :2].astype(np.float64)
    rectangle = fit_rectangle(flat, sensor_origin[:2], usual, headings)
    if usual[0] <= _THIN_M and _PEOPLE_M[0] <= usual_size[2] <= _PEOPLE_M[1]:
        rectangle = _about_body(rectangle, flat, sensor_origin[:2])
    return placed(xyz, indices, floor, rectangle, usual_size, frame)


def _about_body(rectangle: Rectangle, flat: Floats, eye: Floats) -> Rectangle:
    """Return a person's rectangle moved along the ray to the middle of its points: a body is thin."""
    ray = np.array([rectangle.x, rectangle.y]) - eye
    ray /= max(float(np.hypot(*ray)), 1e-9)
    x, y = ray * ((np.median(flat, axis=0) - (rectangle.x, rectangle.y)) @ ray + _BEHIND_M)
    return replace(rectangle, x=rectangle.x + float(x), y=rectangle.y + float(y))


def placed(
    xyz: NDArray[np.float32],
    indices: Indices,
    floor: Ground,
    rectangle: Rectangle,
    usual_size: Size,
    frame: str = "ego",
) -> Fit:
    """Return the box over a rectangle: it stands on the ground and is as high as the points, which `indices` names."""
    top = float(np.percentile(floor.over(xyz[indices]), 99.5)) + _TOP_M
    height = top if top >= _LOW_SEEN * usual_size[2] else usual_size[2]
    center = (rectangle.x, rectangle.y, floor.at(rectangle.x, rectangle.y) + height / 2)
    pose = SE3.from_yaw(frame, "box", rectangle.yaw, center)
    return Fit(pose, (rectangle.length, rectangle.width, height), rectangle.score, indices)


def _tallest(usual_size: Size) -> float:
    """Return how high over the ground a point may belong to an object of a usual size, metres."""
    height = usual_size[2]
    return _PEOPLE * height if _PEOPLE_M[0] <= height <= _PEOPLE_M[1] else _TALLEST * height + _TALLEST_M


def clearance(usual_size: Size) -> float:
    """Return how high over the ground a point belongs to an object of a usual size, metres."""
    return min(_CLEARANCE_M, _CLEARANCE * usual_size[2])
