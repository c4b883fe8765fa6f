"""The rig: which sensors the labelling car of a made-up drive has, and where."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Camera, Fisheye, Pinhole, Sensor
from lidar_label.synth.lidar import Spinner
from lidar_label.synth.world import token_for

# Channel, direction (degrees to the left of ahead), x and y on the car, width of its view (degrees).
CAMERAS: tuple[tuple[str, float, float, float, float], ...] = (
    ("CAM_FRONT", 0.0, 1.70, 0.0, 70.0),
    ("CAM_FRONT_LEFT", 55.0, 1.52, 0.49, 70.0),
    ("CAM_FRONT_RIGHT", -55.0, 1.52, -0.49, 70.0),
    ("CAM_BACK", 180.0, 0.03, 0.0, 100.0),
    ("CAM_BACK_LEFT", 110.0, 1.04, 0.48, 70.0),
    ("CAM_BACK_RIGHT", -110.0, 1.04, -0.48, 70.0),
)
LIDAR = "LIDAR_TOP"
_CAMERA_HEIGHT_M = 1.55


def make_sensors(
    spinner: Spinner, cameras: int, image_size: tuple[int, int], lenses: str, seed: int
) -> dict[str, Sensor]:
    """Return the LiDAR and the first `cameras` cameras, by channel.

    Raises
    ------
    InvalidValue
        If there are not that many places for cameras, or no lenses of that name.
    """
    if not 0 <= cameras <= len(CAMERAS):
        raise InvalidValue(f"a made-up drive has 0 to {len(CAMERAS)} cameras, got {cameras}")
    if lenses not in ("plain", "mixed"):
        raise InvalidValue(f"lenses are plain or mixed, got {lenses!r}")
    sensors = {
        LIDAR: Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=spinner.mount, token=token_for(seed, "sensor", LIDAR))
    }
    for channel, degrees, x, y, view in CAMERAS[:cameras]:
        azimuth = math.radians(degrees)
        c, s = math.cos(azimuth), math.sin(azimuth)
        mounting = np.eye(4)  # its columns are where the camera's right, down and ahead point
        mounting[:3] = [[s, 0, c, x], [-c, 0, s, y], [0, -1, 0, _CAMERA_HEIGHT_M]]
        sensors[channel] = Sensor(
            channel=channel,
            kind="camera",
            ego_SE3_sensor=SE3.from_matrix("ego", channel, mounting),
            camera=_lens(channel, image_size, view, lenses),
            token=token_for(seed, "sensor", channel),
        )
    return sensors


def _lens(channel: str, image_size: tuple[int, int], view: float, lenses: str) -> Camera:
    width, height = image_size
    cx, cy = (width - 1) / 2, (height - 1) / 2
    if lenses == "mixed" and channel == "CAM_BACK":
        focal = width / math.radians(185.0)
        bend = (-0.012, 0.003, -0.001, 0.0)
        return Fisheye(width=width, height=height, fx=focal, fy=focal, cx=cx, cy=cy, distortion=bend)
    focal = width / 2 / math.tan(math.radians(view / 2))
    brown = (-0.18, 0.04, 0.0006, -0.0004, -0.004) if lenses == "mixed" and channel == "CAM_FRONT" else ()
    return Pinhole(width=width, height=height, fx=focal, fy=focal, cx=cx, cy=cy, distortion=brown)


def camera_delay(channel: str, turn_s: float) -> float:
    """Return when a camera is triggered, seconds after the middle of the LiDAR's turn.

    The LiDAR starts at the rear and turns clockwise; a camera goes off as the beams cross its axis.
    """
    degrees = next(camera[1] for camera in CAMERAS if camera[0] == channel)
    return ((180.0 - degrees) / 360.0 % 1.0 - 0.5) * turn_s
