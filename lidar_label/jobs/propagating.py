"""Propagate a track of a scene: its points read frame by frame, the same for the desk and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lidar_label.assist.propagate import Points, Step, propagate
from lidar_label.errors import InvalidValue
from lidar_label.model import Box, Floats, Scene

_KEPT = 8  # clouds that are held, since a track is often begun at a frame of its seeds


def propagate_track(scene: Scene, boxes: Sequence[Box], frames: Sequence[int], *, category: str) -> Iterator[Step]:
    """Carry a track on through frames, one at a time; a frame is read when its step is asked for.

    Parameters
    ----------
    scene : Scene
    boxes : sequence of Box
        All boxes of the track. It starts at the last one before the frames in the direction of the walk; key frames
        and boxes that the machine is sure of tell of its shape and speed.
    frames : sequence of int
        To be filled, rising or falling.
    category : str
        Of the track; says how it moves.

    Yields
    ------
    Step
        Its box says in `doubt` why a person should look.

    Raises
    ------
    InvalidValue
        If the track has no box to start from.
    UnreadableFile
        If the points of a frame cannot be read.
    """
    if not frames:
        return
    rising = frames[-1] >= frames[0]
    before = [box for box in boxes if (box.frame < frames[0] if rising else box.frame > frames[0])]
    if not before:
        raise InvalidValue("the track has no box to start from")
    start = (max if rising else min)(before, key=lambda box: box.frame)
    filled = set(frames)
    seeds = [
        box for box in boxes if box is start or box.is_keyframe or (not box.doubt and box.frame not in filled)
    ]  # fmt: skip
    read = lru_cache(_KEPT)(lambda frame: points_of(scene, frame))
    times = [frame.timestamp_ns for frame in scene.frames]
    for step in propagate(seeds, frames, times, read, category=category, has_poses=scene.has_poses):
        yield replace(step, box=replace(step.box, doubt=str(step.reason or "")))


def points_of(scene: Scene, frame: int) -> Points:
    """Return the points of all LiDAR sweeps of a frame in world, with their times where every sweep has them."""
    xyz: list[Floats] = []
    seconds: list[Floats | None] = []
    moment = scene.frames[frame]
    for sweep in moment.sweeps.values():
        if sweep.sensor.kind != "lidar":
            continue
        cloud = sweep.points()
        valid = cloud.valid
        xyz.append(sweep.world_SE3_sensor.apply(cloud.xyz[valid].astype(np.float64)))
        times = cloud.fields.get("time_s")
        late = (sweep.timestamp_ns - moment.timestamp_ns) * 1e-9
        seconds.append(None if times is None else times[valid].astype(np.float64) + late)
    known = [part for part in seconds if part is not None]
    return Points(
        xyz=np.concatenate(xyz) if xyz else np.empty((0, 3)),
        sensor=scene.world_SE3_lidar(frame).translation,
        seconds=np.concatenate(known) if known and len(known) == len(seconds) else None,
    )
