"""The truth: exact boxes of everything a made-up drive's LiDAR saw, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.points_in_boxes import count_points_in_boxes
from lidar_label.kernels.raycast import cast_rays
from lidar_label.model import SE3, Box, Floats, Labels, PointCloud, Source, Track
from lidar_label.synth.world import Thing, World, token_for

LABELLED_TO_M = 80.0
_GRID = 8  # rays across and up an object, to see how much of it shows
_LEVELS = ((0.4, "1"), (0.6, "2"), (0.8, "3"), (2.0, "4"))


def boxes_in_frame(
    world: World,
    seed: int,
    frame: int,
    time: float,
    world_SE3_lidar: SE3,
    cloud: PointCloud,
    owners: NDArray[np.int32],
) -> list[Box]:
    """Return the boxes of one frame: of each labelled thing with a point within 80 m.

    Parameters
    ----------
    world, seed, frame, time
        The drive, and the moment (in seconds) of the frame.
    world_SE3_lidar : SE3
        The sensor's pose at that time.
    cloud : PointCloud
        Of the frame's key sweep, in the sensor's frame.
    owners : (N,) int32
        The thing each point lies on.
    """
    hit = np.unique(owners[owners >= 0])
    poses = world.poses(time, time)[:, 0]
    eye = world_SE3_lidar.translation
    near = [m for m in hit if world.things[m].category and np.hypot(*(poses[m, :2] - eye[:2])) <= LABELLED_TO_M]
    if not near:
        return []
    found = [_pose(world.things[m], poses[m]) for m in near]
    sizes = np.array([world.things[m].size for m in near])
    to_lidar = world_SE3_lidar.inverse
    in_lidar = [to_lidar @ pose for pose in found]
    counts = count_points_in_boxes(
        cloud.xyz,
        np.array([pose.translation for pose in in_lidar]),
        np.array([pose.rotation_matrix for pose in in_lidar]),
        sizes,
    )
    shares = _shares_seen(world, near, poses, eye, time)
    boxes = []
    for m, pose, count, share in zip(near, found, counts, shares, strict=True):
        thing = world.things[m]
        if count == 0:  # a fast thing, all of whose points were taken well before or after
            continue
        boxes.append(
            Box(
                track=track_token(seed, m),
                frame=frame,
                world_SE3_box=pose,
                size=thing.size,
                attributes=thing.attributes(time),
                visibility=next(token for bound, token in _LEVELS if share < bound),
                source=Source.MACHINE,
                num_lidar_pts=int(count),
                num_radar_pts=0,
                token=token_for(seed, "box", m, frame),
            )
        )
    return boxes


def track_token(seed: int, thing: int) -> str:
    """Return the token of the track of one of the world's things."""
    return token_for(seed, "track", thing)


def labels_of(world: World, seed: int, boxes: Sequence[Box]) -> Labels:
    """Return the labels of a drive: its boxes, and a track for each thing that has any."""
    used = {box.track for box in boxes}
    tracks = [
        Track(category=thing.category, name=f"{thing.category.split('.')[1]} {m}", token=track_token(seed, m))
        for m, thing in enumerate(world.things)
        if track_token(seed, m) in used
    ]
    return Labels(tracks, boxes)


def _pose(thing: Thing, pose: Floats) -> SE3:
    x, y, z, yaw = pose.tolist()
    return SE3.from_yaw("world", "box", float(np.arctan2(np.sin(yaw), np.cos(yaw))), (x, y, z + thing.lift))


def _shares_seen(world: World, things: Sequence[int], poses: Floats, eye: Floats, time: float) -> Floats:
    """Return the share of each thing that shows, seen from the LiDAR.

    A grid of rays is sent over the rectangle that the thing's box fills from there. Of those that
    would meet it if it stood alone, the share counts that meet nothing before.
    """
    rays, aims = [], []
    step = (np.arange(_GRID) + 0.5) / _GRID * 2 - 1
    for m in things:
        half = world.things[m].shape.size / 2
        gap = poses[m, :3] - eye
        ahead = gap / np.linalg.norm(gap)
        aside = np.cross(ahead, (0.0, 0.0, 1.0))
        aside /= max(float(np.linalg.norm(aside)), 1e-9)
        c, s = np.cos(poses[m, 3]), np.sin(poses[m, 3])
        axes = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
        up = np.cross(aside, ahead)
        wide, high = np.abs(axes @ aside) @ half, np.abs(axes @ up) @ half
        grid = gap + (step[:, None, None] * wide * aside + step[None, :, None] * high * up)
        rays.append(grid.reshape(-1, 3))
        aims.append(np.full(_GRID * _GRID, m, dtype=np.int32))
    ways = np.concatenate(rays)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    aim = np.concatenate(aims)
    origins, still = np.broadcast_to(eye, ways.shape), np.zeros(len(ways))
    both = world.poses(time, time)
    alone = cast_rays(origins, ways, still, world.solids, both, only=aim).object == aim
    first = cast_rays(origins, ways, still, world.solids, both, world.street.ground).object == aim
    seen = (alone & first).reshape(len(things), -1).sum(axis=1)
    return np.asarray(seen / np.maximum(alone.reshape(len(things), -1).sum(axis=1), 1))
