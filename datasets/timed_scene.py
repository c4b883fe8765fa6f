"""Scenes of drives whose files are named by their times: frames, the pictures nearest to them, and the rest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.tokens import steady_scene
from lidar_label.model import SE3, Frame, Image, PointCloud, Scene, Sensor, Sweep

_ALONE_NS = 50_000_000  # how far a picture may be from the only frame
_TIME = re.compile(r"[0-9]{1,19}")
_MOST_NS = 2**63
_NOWHERE = SE3.identity("world", "ego")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDrive:
    """The files of a drive by their times, in whole nanoseconds.

    `sweeps` and `pictures` are by channel; `sensors` has every channel. `labelled` are times that labels have and
    that are frames too. Without a `trajectory` world is the vehicle in every frame. `is_compensated` is that of the
    sweeps.
    """

    sensors: Mapping[str, Sensor]
    sweeps: Mapping[str, Mapping[int, Path]]
    load: Callable[[Path], PointCloud]
    pictures: Mapping[str, Mapping[int, Path]] = field(default_factory=dict)
    labelled: Sequence[int] = ()
    trajectory: Trajectory | None = None
    is_compensated: bool | None = None


def timed_scene(
    format_name: str,
    name: str,
    drive: TimedDrive,
    find: Find,
    *,
    description: str = "",
    log: Mapping[str, str] | None = None,
    where: object = "",
) -> Scene:
    """Return a scene whose frames are the times of sweeps and labels.

    The picture of a camera that is nearest to a frame, and no further than half the way to the next, stands for it;
    the others lie between the frames. Each has the pose of its own time.
    """
    times = sorted({time for files in drive.sweeps.values() for time in files} | set(drive.labelled))
    report_poses(drive, times, find, where)
    pose_at = drive.trajectory.at if drive.trajectory is not None else _nowhere
    keys, between = share_out(times, drive.pictures)
    frames: list[Frame] = []
    for index, time_ns in enumerate(times):
        pose = pose_at(time_ns)
        sweeps = {
            channel: Sweep(
                sensor=drive.sensors[channel], timestamp_ns=time_ns, world_SE3_ego=pose, frame=index,
                path=files[time_ns], load=partial(drive.load, files[time_ns]), is_compensated=drive.is_compensated,
            )
            for channel, files in drive.sweeps.items()
            if time_ns in files
        }  # fmt: skip
        images = {
            channel: _image(drive, channel, taken_ns, index, pose_at(taken_ns), is_keyframe=True)
            for channel, taken_ns in keys[index].items()
        }
        alone = pose if not (sweeps or images) else None
        frames.append(
            Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=str(time_ns), pose=alone)
        )
    others = [
        _image(drive, channel, taken_ns, frame, pose_at(taken_ns), is_keyframe=False)
        for taken_ns, channel, frame in between
    ]
    scene = Scene(
        name=name, frames=frames, sensors=drive.sensors, between=others, description=description, log=log or {},
        origin=drive.trajectory.origin if drive.trajectory is not None else (0.0, 0.0, 0.0),
        has_poses=drive.trajectory is not None,
    )  # fmt: skip
    return steady_scene(format_name, scene)


def files_by_time(folder: Path, suffixes: Sequence[str], find: Find, prefix: str = "") -> dict[int, Path]:
    """Return the files of a folder by the time in nanoseconds that their names are, after a prefix."""
    found: dict[int, Path] = {}
    odd = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() not in suffixes or path.name.startswith("."):
            continue
        stem = path.stem.removeprefix(prefix)
        if not _TIME.fullmatch(stem) or int(stem) >= _MOST_NS:
            odd += 1
        else:
            found[int(stem)] = path
    if odd:
        text = f"{odd} files are left out, since their names are no times in nanoseconds"
        find("warning", "untimed-file", text, folder)
    return found


def share_out(
    times: Sequence[int], pictures: Mapping[str, Mapping[int, object]]
) -> tuple[list[dict[str, int]], list[tuple[int, str, int]]]:
    """Return the time of the picture that stands for each frame, by channel, and the pictures between.

    Those between are (time, channel, frame that follows), by time.
    """
    keys: list[dict[str, int]] = [{} for _ in times]
    between: list[tuple[int, str, int]] = []
    if not times:
        return keys, between
    half = float(np.median(np.diff(times))) / 2 if len(times) > 1 else float(_ALONE_NS)
    for channel, files in pictures.items():
        nearest: dict[int, int] = {}
        for taken in sorted(files):
            after = min(bisect_left(times, taken), len(times) - 1)
            frame = min((after, max(after - 1, 0)), key=lambda index: abs(times[index] - taken))
            off = abs(times[frame] - taken)
            if off <= half and (frame not in nearest or off < abs(times[frame] - nearest[frame])):
                nearest[frame] = taken
        chosen = set(nearest.values())
        for frame, taken in nearest.items():
            keys[frame][channel] = taken
        rest = (taken for taken in files if taken not in chosen)
        between += [(taken, channel, min(bisect_left(times, taken), len(times) - 1)) for taken in rest]
    return keys, sorted(between)


def report_poses(drive: TimedDrive, times: Sequence[int], find: Find, where: object) -> None:
    """Tell which recordings have no pose of their own, and how far the world was moved."""
    path = drive.trajectory
    if path is None:
        find("info", "no-poses", "there are no poses, so each cloud stands in its own world", where)
        return
    if any(path.origin):
        x, y, z = path.origin
        find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", where)
    asked = {*times, *(taken for files in drive.pictures.values() for taken in files)}
    beyond = sum(not path.first_ns <= time <= path.last_ns for time in asked)
    if beyond:
        text = f"{beyond} recordings lie before the first pose or after the last; they get that one"
        find("warning", "missing-poses", text, where)
    inner = sum(not path.has(time) for time in asked) - beyond
    if inner:
        text = f"{inner} recordings have no pose of their own time; it is interpolated"
        find("info", "interpolated-poses", text, where)


def _image(drive: TimedDrive, channel: str, taken: int, frame: int, pose: SE3, *, is_keyframe: bool) -> Image:
    path = drive.pictures[channel][taken]
    return Image(
        sensor=drive.sensors[channel], timestamp_ns=taken, world_SE3_ego=pose, frame=frame, is_keyframe=is_keyframe,
        path=path, load=partial(read_bytes, path), suffix=path.suffix.lower(),
    )  # fmt: skip


def _nowhere(time_ns: int) -> SE3:  # noqa: ARG001 - the same at any time
    return _NOWHERE
