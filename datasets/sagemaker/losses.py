"""What of a drive the input of a Ground Truth job cannot hold, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lidar_label.datasets.base import Drive, Holds
from lidar_label.datasets.lidar_files import keyframe_losses, main_sweep, one_lidar_losses
from lidar_label.datasets.losses import common_losses, lost, some
from lidar_label.model import Camera, Finding, Pinhole, Scene

MOST_FRAMES, MOST_IMAGES = 500, 8  # what a job takes
_US_NS = 1000


def losses(holds: Holds, drives: Sequence[Drive]) -> list[Finding]:
    """Return what is lost, scene by scene."""
    own = (f for d in drives for f in (*_of_scene(d.scene), *keyframe_losses(d)))
    return [*common_losses(holds, drives), *own]


def bent_as_written(camera: Camera) -> bool:
    """Say whether a lens has no coefficient that the files have no name for."""
    return not isinstance(camera, Pinhole) or not any(camera.distortion[6:])


def _of_scene(scene: Scene) -> Iterator[Finding]:
    yield from one_lidar_losses(scene, distortion=True)
    if not scene.is_sequence:
        yield lost(scene, "no-sequence", "unrelated frames become one drive, as a sequence is one")
    if len(scene.frames) > MOST_FRAMES:
        yield lost(scene, "too-long", f"a job takes {MOST_FRAMES} frames a sequence; there are {len(scene.frames)}")
    cameras = [sensor for sensor in scene.sensors.values() if sensor.kind == "camera"]
    if len(cameras) > MOST_IMAGES:
        yield lost(
            scene, "many-cameras", f"a job takes {MOST_IMAGES} pictures a frame; there are {len(cameras)} cameras"
        )
    times = [frame.timestamp_ns for frame in scene.frames]
    times += [image.timestamp_ns for frame in scene.frames for image in frame.images.values()]
    if scene.has_timestamps and any(time % _US_NS for time in times):
        yield Finding("info", "times", "times are rounded to whole microseconds", scene.name)
    if any(main_sweep(scene, frame.index) is not None for frame in scene.frames):
        text = "of points their place, intensity and colours are kept; other fields of points are lost"
        yield lost(scene, "point-fields", text)
        text = "clouds come back in the vehicle's frame: the LiDAR's mounting is lost"
        yield Finding("info", "mounting", text, scene.name)
    if any(scene.origin):
        x, y, z = scene.origin
        text = f"positions are written less {x:.0f}, {y:.0f}, {z:.0f} m, since float32 is too coarse so far away"
        yield Finding("info", "shifted-world", text, scene.name)
    if cameras:
        text = "a camera's mounting becomes that of its first picture; where each picture was taken is kept"
        yield Finding("info", "camera-mounting", text, scene.name)
        bare = [sensor.channel for sensor in cameras if sensor.camera is None]
        if bare:
            text = f"a job takes no pictures of cameras without a calibration: {some(bare)}"
            yield Finding("info", "uncalibrated-camera", text, scene.name)
        odd = [s.channel for s in cameras if s.camera is not None and not bent_as_written(s.camera)]
        if odd:
            yield lost(scene, "distortion", f"two coefficients of a lens have no name: {some(odd)}")
