"""What of a drive the files of a Scale AI task cannot hold, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lidar_label.datasets.base import Drive, Holds
from lidar_label.datasets.lidar_files import keyframe_losses, main_sweep, one_lidar_losses
from lidar_label.datasets.losses import common_losses, lost
from lidar_label.model import Finding, Scene


def losses(holds: Holds, drives: Sequence[Drive]) -> list[Finding]:
    """Return what is lost, scene by scene."""
    own = (f for d in drives for f in (*_of_scene(d.scene), *keyframe_losses(d)))
    return [*common_losses(holds, drives), *own]


def _of_scene(scene: Scene) -> Iterator[Finding]:
    yield from one_lidar_losses(scene, distortion=True)
    if not scene.is_sequence:
        yield lost(scene, "no-sequence", "unrelated frames become one drive, as a task is one")
    if any(main_sweep(scene, frame.index) is not None for frame in scene.frames):
        text = "of points their place, intensity and time are kept; other fields of points are lost"
        yield lost(scene, "point-fields", text)
        text = "clouds come back in the vehicle's frame: the LiDAR's mounting is lost"
        yield Finding("info", "mounting", text, scene.name)
    if any(sensor.kind == "camera" for sensor in scene.sensors.values()):
        text = "a camera's mounting becomes that of its first picture; where each picture was taken is kept"
        yield Finding("info", "camera-mounting", text, scene.name)
