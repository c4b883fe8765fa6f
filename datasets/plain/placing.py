"""From poses as a file has them to where the vehicle was: which way they are meant, whose they are, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import Find
from lidar_label.datasets.plain.matching import Frames
from lidar_label.datasets.plain.poses import PoseTable, find_poses, more_even, read_poses
from lidar_label.datasets.plain.rig import Rig
from lidar_label.datasets.plain.times import frame_numbers
from lidar_label.datasets.poses import Trajectory
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, Floats

_ALONG = 0.8  # of the direction of travel, along one axis
_FAR_M = 500.0  # from the world's origin; nearer, a cloud about the vehicle and one in the world look alike
_NEAR = 0.25  # of that way, within which points lie about the vehicle


def poses_table(folder: Path, find: Find) -> PoseTable | None:
    """Return the poses of a folder; what is wrong with them is told, and then there are none."""
    found = find_poses(folder)
    for extra in found[1:]:
        find("info", "not-read", f"{found[0].name} has the poses, so {extra.name} is not read", extra)
    for path in found[:1]:
        try:
            return read_poses(path)
        except LidarLabelError as error:
            text = f"the poses are not used: {error.what}"
            find("warning", "wrong-poses", f"{text} ({error.hint})" if error.hint else text, error.where)
    return None


def trajectory(table: PoseTable, frames: Frames, rig: Rig, assumed: Mapping[str, str], find: Find) -> Trajectory | None:
    """Return where the vehicle was at the times of the frames; None where the poses do not fit them, which is told."""
    table = _meant(table, assumed, find)
    table = _of_vehicle(table, rig, assumed, find)
    timed = _timed(table, frames, find)
    if timed is None:
        return None
    times, rows = timed
    return Trajectory(times, table.rotations[rows], table.places[rows], table.path)


def _meant(table: PoseTable, assumed: Mapping[str, str], find: Find) -> PoseTable:
    """Return the poses as quaternion order and direction are told, or as a vehicle can have driven them."""
    usual_order = "xyzw" if table.kind == "tum" else "wxyz"
    orders = {usual_order: table}
    if table.order_open:
        orders["wxyz" if usual_order == "xyzw" else "xyzw"] = table.reordered
    order, way = assumed["quaternion_order"], assumed["poses_direction"]
    tables = {
        f"{name}, {direction}": turned if direction == "sensor_to_world" else turned.inverse
        for direction in ("sensor_to_world", "world_to_sensor")
        for name, turned in orders.items()
        if (order in ("auto", name) or not table.order_open) and way in ("auto", direction)
    }
    first = next(iter(tables))
    others = {name: other for name, other in tables.items() if name != first}
    best, usual, sure = more_even(tables[first], others)
    if best:
        text = (
            f"the poses are taken as {best}, since so the vehicle goes where it looks ({sure:.0%} of the way; "
            f"{usual:.0%} as {first})"
        )
        find("warning", "assumed", text, table.path)
        return tables[best]
    if others and table.order_open:
        find(
            "info", "assumed", f"the poses are taken as {first}, as is usual ({usual:.0%} of the way ahead)", table.path
        )
    return tables[first]


def _of_vehicle(table: PoseTable, rig: Rig, assumed: Mapping[str, str], find: Find) -> PoseTable:
    """Return poses of the vehicle, in a world whose z is up, where those of a camera were given."""
    mean, _ = table.heading()
    whose = assumed["poses_of"]
    if whose == "auto":
        ahead = mean[2] > _ALONG
        still = not mean.any() and rig.has_camera_0 and table.kind == "kitti"
        whose = "camera" if ahead or still else "lidar"
        if whose == "camera":
            why = "the vehicle travels along its z axis" if ahead else "KITTI's poses are those of camera 0"
            find("info", "assumed", f"the poses are those of a camera, since {why}", table.path)
    if whose != "camera":
        return table
    if not rig.has_camera_0:
        text = "nothing says where the camera of the poses is; it is taken to look ahead from the LiDAR"
        find("warning", "assumed", text, table.path)
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    # world_SE3_ego = level_SE3_camera @ camera_pose @ camera_SE3_lidar @ lidar_SE3_ego, with the world turned level
    level = Rotation.from_quat((0.5, -0.5, 0.5, -0.5), scalar_first=True)
    ego_SE3_lidar = SE3("ego", "lidar", rig.ego_SE3_lidar.rotation, rig.ego_SE3_lidar.translation)
    camera_SE3_ego = (ego_SE3_lidar @ rig.lidar_SE3_camera).inverse
    turn = Rotation.from_quat(table.rotations, scalar_first=True)
    places = level.apply(turn.apply(np.tile(camera_SE3_ego.translation, (len(table), 1))) + table.places)
    turned = level * turn * Rotation.from_quat(camera_SE3_ego.rotation, scalar_first=True)
    return replace(table, rotations=turned.as_quat(scalar_first=True), places=places)


def _timed(table: PoseTable, frames: Frames, find: Find) -> tuple[np.ndarray, list[int]] | None:
    """Return times and rows of the poses that can be used."""
    count, own = len(table), table.times_ns
    wanted = np.array(frames.times_ns, dtype=np.int64)
    if own is not None and frames.has_times:
        step = int(np.median(np.diff(wanted))) if len(wanted) > 1 else 10**9
        inside = (wanted >= own.min() - step) & (wanted <= own.max() + step)
        if inside.all():
            return own, list(range(count))
        if inside.any():
            lacking = [stem for stem, good in zip(frames.stems, inside, strict=True) if not good]
            text = (
                f"{len(lacking)} frames lie before the first pose or after the last; they get that one: {some(lacking)}"
            )
            find("warning", "missing-poses", text, table.path)
            return own, list(range(count))
        if count != len(wanted):
            find(
                "warning", "missing-poses", "the poses are of another time than the clouds, so none is used", table.path
            )
            return None
        find("warning", "assumed", "the poses are of another clock than the clouds; taken in their order", table.path)
    if table.names:
        place = {name: row for row, name in enumerate(table.names)}
        rows = [place[stem] for stem in frames.stems if stem in place]
        lacking = [stem for stem in frames.stems if stem not in place]
        if lacking:
            text = f"{len(lacking)} frames have no pose; it is that between their neighbours: {some(lacking)}"
            find("warning", "missing-poses", text if rows else "no pose has the name of a cloud", table.path)
        return (wanted[[stem in place for stem in frames.stems]], rows) if rows else None
    if count == len(wanted):
        return wanted, list(range(count))
    numbers = frame_numbers(frames.stems)
    if numbers is not None and numbers[-1] < count:
        text = f"there are {count} poses for {len(wanted)} clouds; each takes that of its number"
        find("info", "assumed", text, table.path)
        return wanted, numbers
    find("warning", "missing-poses", f"there are {count} poses for {len(wanted)} clouds, so none is used", table.path)
    return None


def lies_in_world(points: Floats, poses: Trajectory, time_ns: int) -> bool:
    """Say whether points are in the world's frame: about the vehicle there, and far from the world's origin."""
    good = points[np.isfinite(points).all(axis=1) & points.any(axis=1)]
    if not len(good):
        return False
    there = poses.at(time_ns).translation + np.array(poses.origin)
    middle = np.median(good, axis=0)
    away = float(np.linalg.norm(there[:2]))
    return away > _FAR_M and float(np.linalg.norm((middle - there)[:2])) < _NEAR * away
