"""And back: the tight 2D boxes of 3D ones, with what the picture's border cuts off and what hides behind others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lidar_label.model import SE3, Box, Camera, Floats
from lidar_label.model.outline import Outline, outline

_GRID = np.linspace(-0.45, 0.45, 7)
_SLACK_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A box in a picture.

    Parameters
    ----------
    index : int
        Which of the boxes that were asked for.
    outline : Outline
        Its tight rectangle and polygon, and the share that the picture's border cuts off.
    occluded : float
        The share of the sides that face the camera, as far as they are in the picture, that other boxes hide, 0 to 1.
    """

    index: int
    outline: Outline
    occluded: float


def shown_in(camera: Camera, camera_SE3_world: SE3, boxes: Sequence[Box]) -> list[Shown]:
    """Return the boxes that a picture shows, in the order given.

    Parameters
    ----------
    camera : Camera
    camera_SE3_world : SE3
        At the time of the picture.
    boxes : sequence of Box
        Of one frame.
    """
    poses = [camera_SE3_world @ box.world_SE3_box for box in boxes]
    outlines = [outline(camera, pose, box.size) for pose, box in zip(poses, boxes, strict=True)]
    found = []
    for n, drawn in enumerate(outlines):
        if drawn is None:
            continue
        near = [m for m, other in enumerate(outlines) if m != n and other is not None and _meet(drawn, other)]
        hidden = _hidden(camera, poses[n], boxes[n].size, [(poses[m], boxes[m].size) for m in near])
        found.append(Shown(n, drawn, hidden))
    return found


def _meet(one: Outline, other: Outline) -> bool:
    a, b = one.rect, other.rect
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _hidden(
    camera: Camera, pose: SE3, size: tuple[float, float, float], others: list[tuple[SE3, tuple[float, float, float]]]
) -> float:
    """Return the share of places on the sides that face the camera that lie behind other boxes."""
    if not others:
        return 0.0
    places = _facing(pose, size)
    uv, seen = camera.project(places)
    places = places[seen & camera.inside(uv)]
    if not len(places):
        return 0.0
    hidden = np.zeros(len(places), np.bool_)
    for other, sides in others:
        hidden |= _behind(places, other, np.array(sides) / 2)
    return float(hidden.mean())


def _facing(pose: SE3, size: tuple[float, float, float]) -> Floats:
    """Return places spread over the sides that face the camera, in its frame; as many for each as large as it looks."""
    half = np.array(size) / 2
    eye = pose.inverse.translation
    u, v = (side.ravel() for side in np.meshgrid(_GRID, _GRID))
    made = []
    for axis in range(3):
        if abs(eye[axis]) <= half[axis]:
            continue
        local = np.empty((len(u), 3))
        local[:, axis] = np.copysign(half[axis], eye[axis])
        one, other = (n for n in range(3) if n != axis)
        local[:, one], local[:, other] = u * size[one], v * size[other]
        made.append(pose.apply(local))
    return np.concatenate(made) if made else pose.apply(np.zeros((1, 3)))


def _behind(places: Floats, pose: SE3, half: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say for which places, (N, 3) in the camera's frame, the way from the lens leads through a box."""
    eye, ends = pose.inverse.translation, pose.inverse.apply(places)
    way = ends - eye
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (-half - eye) / way, (half - eye) / way
    flat = np.abs(way) < 1e-12  # along a side: in it or never
    outside = (flat & (np.abs(eye) > half)).any(axis=1)
    enter = np.where(flat, -np.inf, np.minimum(one, other)).max(axis=1)
    leave = np.where(flat, np.inf, np.maximum(one, other)).min(axis=1)
    away = np.linalg.norm(way, axis=1)
    found = ~outside & (enter < leave) & (leave > 0) & (enter * away < away - _SLACK_M)
    return np.asarray(found)
