"""Match the shape of an object to points: where to look, which places suit, and how much the points tell of each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.propagate_course import Course
from lidar_label.assist.propagate_scan import Nearby
from lidar_label.assist.propagate_shape import Shape
from lidar_label.kernels.about_object import in_frame_of, within
from lidar_label.model import Box, Floats, wrap_angle

APART_M = 0.5  # places nearer to each other are one
SEEN_FROM_M = 0.05  # outside the box, where points still are its own
_WEIGHT, _MOST_POINTS = 0.5, 200  # what a point counts beside the motion, and how many count in full
_SIGMAS = 2.5
_COARSE_M, _LEAST_M = 0.2, 0.3  # between tried places, and how far is looked at least
_FASTEST_M_S = 42.0
_MOST_TRIED = 40_000
_RIVALS = 4
STEPS = (0.1, 0.1, 0.04, math.radians(2.0))  # of a climb: along, across, up, yaw
_BEST_M = 0.025  # how sure any number of points makes a place: the shape seen before errs as well
_H = np.array([0.06, 0.06, 0.05, math.radians(2.0)])  # how far about a pose is looked at what points tell of it
_PLACE_M, _YAW = 0.2, math.radians(16.0)  # how sure one point makes a place and a heading


def _moves(free: int) -> Floats:
    """Return no move, there and back along each free axis, and to the four corners of the first two: (K, 4)."""
    axes = np.diag(_H)
    moves = [np.zeros(4)]
    for axis in axes[:free]:
        moves += [axis, -axis]
    return np.array([*moves, *(p * axes[0] + q * axes[1] for p in (1, -1) for q in (1, -1))])


_FREE_OF, _MOVES_OF = {"walker": 3}, {3: _moves(3), 4: _moves(4)}  # who walks may turn as he likes


def reach_of(course: Course, dt: float) -> Floats:
    """Return how far is looked along and across the heading: (2, 2), from and to, metres from the prediction."""
    c, s = math.cos(course.pose[3]), math.sin(course.pose[3])
    axes = np.array([[c, s], [-s, c]])
    spread = _SIGMAS * np.sqrt(np.maximum(np.diag(axes @ course.place @ axes.T), 0.0))
    spread = np.maximum(spread, _LEAST_M)
    reach = np.stack([-spread, spread], axis=1)
    if dt and course.grounded and course.motion.kind == "wheeled":
        back = 0 if dt > 0 else 1
        reach[0, back] *= 0.25
    if dt:
        most = _FASTEST_M_S * abs(dt)
        reach = np.clip(reach, -most, most)
    return reach


def search(
    shape: Shape, course: Course, points: Floats, weight: float, reach: Floats, rivals: int = _RIVALS
) -> list[tuple[float, Floats]]:
    """Return the best poses about a prediction that lie apart, the best first, each after what speaks for it."""
    expected, precision = course.pose, course.precision()
    step = _COARSE_M
    spans = reach[:, 1] - reach[:, 0]
    if np.prod(spans / step) > _MOST_TRIED:
        step = math.sqrt(float(np.prod(spans)) / _MOST_TRIED)
    along, across = (np.arange(low, high + step / 2, step) for low, high in reach)
    grid = np.stack(np.meshgrid(along, across, indexing="ij"), axis=-1).reshape(-1, 2)
    c, s = math.cos(expected[3]), math.sin(expected[3])
    poses = np.tile(expected, (len(grid) + 1, 1))
    poses[:-1, 0] += c * grid[:, 0] - s * grid[:, 1]
    poses[:-1, 1] += s * grid[:, 0] + c * grid[:, 1]
    off = poses - expected
    prior = 0.5 * np.einsum("ka,ab,kb->k", off, precision, off)
    worth = weight * shape.values(points, poses, wide=True) - prior
    steps = np.array(STEPS)
    if course.motion.kind == "walker":
        steps[3] = 0.0
    found: list[tuple[float, Floats]] = []
    left = worth.copy()
    for _ in range(rivals):
        best = int(np.argmax(left))
        if not np.isfinite(left[best]):
            break
        pose, value = shape.climb(points, poses[best], expected, precision, weight, steps)
        found.append((value, pose))
        left[np.hypot(*(poses[:, :2] - poses[best, :2]).T) < APART_M] = -np.inf
    found.sort(key=lambda pair: -pair[0])
    return found


def curvature(shape: Shape, kind: str, pose: Floats, points: Floats, weight: float) -> tuple[Floats, Floats]:
    """Return what the points alone tell of a pose: the inverse covariance, (4, 4), of x, y, z and yaw.

    Once as the field has it, and once no surer than so many points can be.
    """
    h, free = _H, _FREE_OF.get(kind, 4)
    values = -weight * shape.values(points, pose + _MOVES_OF[free])
    told = np.zeros((4, 4))
    for a in range(free):
        told[a, a] = max((values[1 + 2 * a] + values[2 + 2 * a] - 2 * values[0]) / h[a] ** 2, 0.0)
    at = 1 + 2 * free
    cross = (values[at] - values[at + 1] - values[at + 2] + values[at + 3]) / (4 * h[0] * h[1])
    most = 0.95 * math.sqrt(told[0, 0] * told[1, 1])
    told[0, 1] = told[1, 0] = float(np.clip(cross, -most, most))
    raw = told.copy()
    # Curves of a field are steeper than so few points are sure.
    many = float(inside_of(local_of(points, pose), shape.half + SEEN_FROM_M).sum())
    told[:2, :2] = _at_most(told[:2, :2], 1 / (_BEST_M**2 + _PLACE_M**2 / many))
    told[2, 2] = min(told[2, 2], 1 / (0.02**2 + _PLACE_M**2 / many))
    told[3, 3] = min(told[3, 3], 1 / (math.radians(0.3) ** 2 + _YAW**2 / many))
    return raw, told


def weighed(predicted: Floats, before: Floats, alone: Floats, told: Floats) -> Floats:
    """Return the mean of a prediction and of where the points lay it, (4,) each, by how sure they are, (4, 4)."""
    off = alone - predicted
    off[3] = wrap_angle(float(off[3]))
    found: Floats = predicted + np.linalg.solve(before + told, told @ off)
    found[3] = wrap_angle(float(found[3]))
    return found


def weight_of(near: Nearby) -> float:
    """Return what a point counts beside the motion: many points lie on the same sides and tell the same."""
    return _WEIGHT * min(1.0, _MOST_POINTS / max(len(near.xyz) * near.share, 1.0))


def _at_most(matrix: Floats, most: float) -> Floats:
    """Return a symmetric matrix with its eigenvalues held between 0 and a most."""
    values, axes = np.linalg.eigh(matrix)
    held: Floats = axes @ np.diag(np.clip(values, 1e-6, most)) @ axes.T
    return held


def pose_of(box: Box) -> Floats:
    """Return x, y, z and yaw of a box, (4,)."""
    return np.array([*box.center, box.yaw])


def turned_with(velocity: Floats, at: Floats, pose: Floats) -> Floats:
    """Return a velocity turned as the box is from one pose to another."""
    turn = float(pose[3] - at[3])
    c, s = math.cos(turn), math.sin(turn)
    return np.array([c * velocity[0] - s * velocity[1], s * velocity[0] + c * velocity[1]])


def local_of(points: Floats, pose: Floats) -> Floats:
    """Return points, (N, 3), in the frame of a box at a pose."""
    return in_frame_of(points, pose)


def inside_of(local: Floats, half: Floats) -> NDArray[np.bool_]:
    """Mark the points, (N, 3) in the frame of a box, that lie within half its size."""
    return within(local, half)
