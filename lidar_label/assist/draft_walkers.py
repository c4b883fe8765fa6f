"""People who walk, in a draft: they head where they go, and a stride makes their boxes longer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lidar_label.assist.draft import Drafted
from lidar_label.model import SE3, Box, Floats

_SLOW_MPS, _LEAST_M, _HALF_S, _FEWEST = 0.4, 0.4, 1.0, 3
_STRIDE = (0.8, 0.65)  # length and width of who walks, as nuScenes (0.73 and 0.67) and KITTI (0.84 and 0.66) have them
_OVER = 0.0035  # radians: a top lies half a gap between beams over the highest point, as a rule


def in_stride(tracks: Sequence[Drafted], times_ns: Sequence[int], sensors: Sequence[Floats]) -> list[Drafted]:
    """Return tracks, those of people as `walking` has them; poses have to be known, or all that stands would walk."""
    return [
        replace(track, boxes=tuple(walking(track.boxes, times_ns, sensors))) if track.kind == "person" else track
        for track in tracks
    ]


def walking(boxes: Sequence[Box], times_ns: Sequence[int], sensors: Sequence[Floats]) -> list[Box]:
    """Return the boxes of a person with heading and size of who walks, in the frames in which the person does.

    A box grows towards the sensor: its far side was made of the points of a round body, which lie behind the side of
    a box that holds arms and feet.

    Parameters
    ----------
    boxes : sequence of Box
        Of one track, by frame.
    times_ns : sequence of int
    sensors : sequence of (3,) float64, metres
        Where the main LiDAR was in world, by frame.
    """
    seconds = np.array([(times_ns[box.frame] - times_ns[boxes[0].frame]) * 1e-9 for box in boxes])
    places = np.array([box.center[:2] for box in boxes])
    made = []
    for box, now in zip(boxes, seconds.tolist(), strict=True):
        near = np.abs(seconds - now) <= _HALF_S
        velocity = _slope(seconds[near], places[near]) if near.sum() >= _FEWEST else np.zeros(2)
        speed = float(np.hypot(*velocity))
        walks = speed >= _SLOW_MPS and speed * float(np.ptp(seconds[near])) >= _LEAST_M
        made.append(_in_stride(box, math.atan2(velocity[1], velocity[0]), sensors[box.frame]) if walks else box)
    return made


def _slope(seconds: Floats, places: Floats) -> Floats:
    """Return the velocity of the straight line through places, metres a second."""
    apart = seconds - seconds.mean()
    found: Floats = apart @ places / (apart @ apart)
    return found


def _in_stride(box: Box, yaw: float, sensor: Floats) -> Box:
    length, width = max(box.size[0], _STRIDE[0]), max(box.size[1], _STRIDE[1])
    view = sensor[:2] - box.center[:2]
    away = max(float(np.hypot(*view)), 1e-6)
    taller = _OVER * away
    cos, sin = math.cos(yaw), math.sin(yaw)
    toward = np.array([cos * view[0] + sin * view[1], cos * view[1] - sin * view[0]]) / away
    on, off = np.clip(2 * toward, -1, 1) * (length - box.size[0], width - box.size[1]) / 2
    center = box.center + np.array([cos * on - sin * off, sin * on + cos * off, taller / 2])
    pose = SE3.from_yaw("world", "box", yaw, center)
    return replace(box, world_SE3_box=pose, size=(length, width, box.size[2] + taller))
