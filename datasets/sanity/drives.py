"""Rules on any drive, as its reader gives it: files, clouds, pictures, sensors, poses, and labels beside points."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np

from lidar_label.datasets.base import Drive
from lidar_label.datasets.sanity.rule import FolderRule, Said, folder_rules, found_by
from lidar_label.datasets.sanity.vehicle import jumps, pose_jump, sensor_far, too_far
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding, Frame, Scene, Sweep

_FAR_M, _NEAR_M = 1000.0, 0.3  # the middle distance of points: beyond, they are in another unit
_LOOKS = 3  # sweeps of a channel that are read
_FRAMES, _BOXES = 5, 10  # that are looked at at most, and at least
_BOX_NEAR_M, _HIT = 40.0, 0.25  # boxes so near must hold points, this share of them at least


def drive_findings(drive: Drive) -> Iterator[Finding]:
    """Yield what anybody who reads this drive will trip over; a few sweeps are read."""
    yield from found_by(RULES, drive)


def wrong_files(drive: Drive) -> Iterator[Said]:
    """Find sensor files that are not there, or empty."""
    scene = drive.scene
    paths = [r.path for f in scene.frames for r in (*f.sweeps.values(), *f.images.values()) if r.path is not None]
    paths += [recording.path for recording in scene.between if recording.path is not None]
    absent = [path for path in paths if not path.exists()]
    empty = [path for path in paths if path.is_file() and not path.stat().st_size]
    for found, what in ((absent, "are not there"), (empty, "are empty")):
        if found:
            yield f"{len(found)} of {len(paths)} sensor files {what}", found[0]


def wrong_clouds(drive: Drive) -> Iterator[Said]:
    """Find clouds that cannot be read, are empty, or are in another unit."""
    for sweep in _some_sweeps(drive.scene):
        place = sweep.path or f"{drive.scene.name}, frame {sweep.frame}, {sweep.channel}"
        if sweep.path is not None and not (sweep.path.exists() and (sweep.path.is_dir() or sweep.path.stat().st_size)):
            continue  # another rule names it
        try:
            cloud = sweep.points()
        except (LidarLabelError, OSError) as error:
            yield f"the cloud cannot be read: {getattr(error, 'what', error)}", place
            continue
        xyz = cloud.xyz[cloud.valid]
        if not len(xyz):
            yield "the cloud has no point", place
            continue
        middle = float(np.median(np.linalg.norm(xyz, axis=1)))
        if sweep.sensor.kind == "lidar" and not _NEAR_M < middle < _FAR_M:
            yield f"half of the points are farther than {middle:.4g} m: they are not in metres", place


def wrong_pictures(drive: Drive) -> Iterator[Said]:
    """Find cameras whose first picture has another size than their calibration."""
    from PIL import Image

    for channel, sensor in drive.scene.sensors.items():
        first = next((f.images[channel] for f in drive.scene.frames if channel in f.images), None)
        if sensor.camera is None or first is None or first.path is None:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(first.path) as picture:
                    wide, high = picture.size
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            yield "the picture cannot be read", first.path
            continue
        if (wide, high) != (sensor.camera.width, sensor.camera.height):
            message = f"{channel} is calibrated for {sensor.camera.width} x {sensor.camera.height}"
            yield f"{message}, and its pictures are {wide} x {high}", first.path


def far_sensors(drive: Drive) -> Iterator[Said]:
    """Find sensors that are not on the vehicle."""
    for channel, sensor in drive.scene.sensors.items():
        place = sensor.ego_SE3_sensor.translation
        if too_far(place[None])[0]:
            yield f"{channel} is {np.linalg.norm(place):.0f} m from the vehicle's own middle", drive.scene.name


def pose_jumps(drive: Drive) -> Iterator[Said]:
    """Find vehicles that are faster than one can be."""
    scene = drive.scene
    if not (scene.has_poses and scene.is_sequence) or len(scene.frames) < 2:
        return
    places = np.array([frame.world_SE3_ego.translation for frame in scene.frames])
    times = np.array([frame.timestamp_ns for frame in scene.frames], dtype=np.int64)
    wrong, way = jumps(places, (times - times[0]) * 1e-9)
    if len(wrong):
        at = int(wrong[0])
        yield f"the vehicle jumps {len(wrong)} times, here by {way[at]:.1f} m", f"{scene.name}, frame {at + 1}"


def beside_points(drive: Drive) -> Iterator[Said]:
    """Find labels that do not lie on the points: of another frame, unit, time or box origin."""
    from lidar_label.kernels.points_in_boxes import indices_in_boxes

    held = total = 0
    for frame in _labelled(drive):
        ego = frame.world_SE3_ego.translation
        boxes = [b for b in drive.labels.in_frame(frame.index) if np.linalg.norm(b.center - ego) < _BOX_NEAR_M]
        clouds = []
        for sweep in frame.sweeps.values():
            try:
                cloud, pose = sweep.points(), sweep.world_SE3_sensor
            except (LidarLabelError, OSError):
                continue
            clouds.append(cloud.xyz[cloud.valid] @ pose.rotation_matrix.T + (pose.translation - ego))
        if not boxes or not clouds:
            continue
        xyz = np.ascontiguousarray(np.concatenate(clouds), dtype=np.float32)
        turns = np.array([box.world_SE3_box.rotation_matrix for box in boxes])
        offsets, _ = indices_in_boxes(
            xyz, np.array([box.center - ego for box in boxes]), turns, np.array([box.size for box in boxes]), threads=1
        )
        held += int((np.diff(offsets) > 0).sum())
        total += len(boxes)
    if total >= _BOXES and held < _HIT * total:
        yield f"of {total} boxes within {_BOX_NEAR_M:.0f} m only {held} hold a point", drive.scene.name


def _some_sweeps(scene: Scene) -> Iterator[Sweep]:
    for channel in scene.sensors:
        having = [frame.sweeps[channel] for frame in scene.frames if channel in frame.sweeps]
        for at in sorted({round(k * (len(having) - 1) / (_LOOKS - 1)) for k in range(_LOOKS)}) if having else ():
            yield having[at]


def _labelled(drive: Drive) -> Sequence[Frame]:
    with_boxes = [frame for frame in drive.scene.frames if drive.labels.in_frame(frame.index)]
    step = max(len(with_boxes) // _FRAMES, 1)
    return with_boxes[::step][:_FRAMES]


RULES = folder_rules(
    FolderRule("file", "Sensor file that is not there, or empty", "error",
               "A loader stops at the first file that it cannot read.", wrong_files),
    FolderRule("cloud", "Cloud that cannot be used", "error",
               "Points that cannot be read, or are in millimetres, train nothing.", wrong_clouds),
    FolderRule("picture-size", "Picture of another size", "error",
               "The camera's matrix holds for one size; in pictures of another one all boxes lie beside.",
               wrong_pictures),
    sensor_far(far_sensors),
    pose_jump(pose_jumps),
    FolderRule("beside-points", "Labels that lie on no points", "error",
               "Labels of another frame, unit, time or origin of the box than the points are of no use to anybody.",
               beside_points),
)  # fmt: skip
