"""The frames in which KITTI's layouts keep boxes and points, for scenes from anywhere."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lidar_label.datasets.kitti.calib import LEVEL_FROM_RECT, Calibration
from lidar_label.datasets.kitti.common import LIDAR, KittiLidar, channel_of
from lidar_label.model import SE3, Box, Floats, Image, Pinhole, PointCloud, Scene, Sensor

_NAMES = {channel_of(n): n for n in range(4)}
_SAME_RAD = 1e-6


class References:
    """Where KITTI would put the Velodyne and the rectified camera of a scene, frame by frame.

    KITTI's Velodyne looks along its x. Where the scene's LiDAR does not (nuScenes' looks along its
    y), it is turned about its z by the quarter turn that comes closest, which changes no digit of a
    point. Ahead is where the front camera looks; without one it is the vehicle's x.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.lidar = _main_lidar(scene)
        self.main_camera = _main_camera(scene)
        self.quarters = self._quarters()
        turn = math.pi / 2 * self.quarters
        self._velo_SE3_lidar = SE3.from_yaw(LIDAR, self.lidar.channel, turn, (0.0, 0.0, 0.0))
        self._calibrations: dict[tuple[object, ...], Calibration] = {}

    def _quarters(self) -> int:
        """Return how many quarter turns about z bring the LiDAR's x closest to ahead."""
        if isinstance(self.lidar, KittiLidar):
            return 0
        ahead = self.lidar.ego_SE3_sensor.rotation_matrix.T[:, 0]
        camera = self.scene.sensors.get(self.main_camera) if self.main_camera else None
        if camera is not None and camera.camera is not None and "front" in camera.channel.lower():
            ahead = (self.lidar.ego_SE3_sensor.inverse @ camera.ego_SE3_sensor).rotation_matrix[:, 2]
        return round(-math.atan2(ahead[1], ahead[0]) / (math.pi / 2)) % 4

    @property
    def has_own_calibration(self) -> bool:
        """True where the scene comes from KITTI and brings its calibration."""
        return isinstance(self.lidar, KittiLidar) and self.lidar.calibration is not None

    def lidar_of(self, frame: int) -> Sensor:
        """Return the main LiDAR as it is in one frame."""
        sweep = self.scene.frames[frame].sweeps.get(self.lidar.channel) if self.scene.frames else None
        return sweep.sensor if sweep is not None else self.lidar

    def velo_SE3_ego(self, frame: int) -> SE3:
        """Return the vehicle in the frame of KITTI's Velodyne."""
        return self._velo_SE3_lidar @ self.lidar_of(frame).ego_SE3_sensor.inverse

    def world_SE3_ego(self, frame: int) -> SE3:
        """Return the vehicle's pose at the time of the main LiDAR's sweep."""
        data = self.scene.frames[frame]
        sweep = data.sweeps.get(self.lidar.channel)
        return sweep.world_SE3_ego if sweep is not None else data.world_SE3_ego

    def world_SE3_velo(self, frame: int) -> SE3:
        """Return KITTI's Velodyne in world at the time of its sweep."""
        return self.world_SE3_ego(frame) @ self.velo_SE3_ego(frame).inverse

    def velo_SE3_box(self, box: Box) -> SE3:
        """Return a box in the frame of KITTI's Velodyne."""
        return self.world_SE3_velo(box.frame).inverse @ box.world_SE3_box

    def turned(self, cloud: PointCloud) -> PointCloud:
        """Return the points of the main LiDAR in the frame of KITTI's Velodyne; exact, digit by digit."""
        x, y, z = cloud.xyz.T
        ways = ((x, y), (-y, x), (-x, -y), (y, -x))
        return PointCloud(np.column_stack([*ways[self.quarters], z]), cloud.fields) if self.quarters else cloud

    def calibration(self, frame: int) -> Calibration:
        """Return the calibration of a frame: KITTI's own, or one made from the scene's sensors."""
        lidar = self.lidar_of(frame)
        if isinstance(lidar, KittiLidar) and lidar.calibration is not None:
            return lidar.calibration
        sensors = self._cameras(frame)
        key = (lidar.token, *(sensor.token for sensor in sensors.values()))
        if key not in self._calibrations:
            self._calibrations[key] = self._made(frame, sensors)
        return self._calibrations[key]

    def _cameras(self, frame: int) -> dict[int, Sensor]:
        """Return the cameras by KITTI's number: by name where they are KITTI's, else the main one as 2."""
        images = self.scene.frames[frame].images if self.scene.frames else {}
        sensors = {**self.scene.sensors, **{name: image.sensor for name, image in images.items()}}
        named = {n: sensors[name] for name, n in _NAMES.items() if name in sensors}
        if not named and self.main_camera in sensors:
            named = {2: sensors[self.main_camera]}
        return {n: sensor for n, sensor in named.items() if sensor.camera is not None}

    def _made(self, frame: int, sensors: dict[int, Sensor]) -> Calibration:
        velo_SE3_ego = self.velo_SE3_ego(frame)
        first = sensors.get(2) or next(iter(sensors.values()), None)
        if first is None:  # no camera: one that looks ahead from where the Velodyne is
            velo = np.hstack([LEVEL_FROM_RECT.T, np.zeros((3, 1))])
            return Calibration({}, np.eye(3), velo, velo_SE3_ego)
        rect_SE3_velo = first.ego_SE3_sensor.inverse @ velo_SE3_ego.inverse
        projections: dict[int, Floats] = {}
        for number, sensor in sensors.items():
            camera_SE3_rect = sensor.ego_SE3_sensor.inverse @ first.ego_SE3_sensor
            _, angle = SE3("a", "b", camera_SE3_rect.rotation, (0, 0, 0)).error_to(SE3.identity("a", "b"))
            if sensor.camera is not None and angle < _SAME_RAD:  # others cannot be written so
                shift = camera_SE3_rect.translation[:, None]
                projections[number] = sensor.camera.matrix @ np.hstack([np.eye(3), shift])
        return Calibration(projections, np.eye(3), rect_SE3_velo.matrix[:3], velo_SE3_ego)

    def level_SE3_box(self, box: Box, calibration: Calibration | None = None) -> SE3:
        """Return a box in the level frame at the rectified camera, under its frame's calibration or another."""
        return (calibration or self.calibration(box.frame)).level_SE3_box(self.velo_SE3_box(box))

    def pictures(self, frame: int) -> dict[int, Image]:
        """Return the pictures that KITTI has a folder for, by camera number."""
        images = self.scene.frames[frame].images
        named = {n: images[name] for name, n in _NAMES.items() if name in images}
        if not named and self.main_camera in images:
            named = {2: images[self.main_camera]}
        return named


class _ById:
    """A scene as a key: the same object or none. Scenes hold mappings, which have no hash."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __hash__(self) -> int:
        return id(self.scene)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.scene is self.scene


@lru_cache(maxsize=8)
def _references(scene: _ById) -> References:
    return References(scene.scene)


def references(scene: Scene) -> References:
    """Return the frames of a scene; kept for the scenes in use, since every box asks."""
    return _references(_ById(scene))


def _main_lidar(scene: Scene) -> Sensor:
    lidars = [sensor for sensor in scene.sensors.values() if sensor.kind == "lidar"]
    tops = [sensor for sensor in lidars if "TOP" in sensor.channel.upper()]
    for sensor in (*tops, *lidars):
        return sensor
    return KittiLidar(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))


def _main_camera(scene: Scene) -> str:
    """Return the camera that stands for KITTI's left colour camera; empty where there is none."""
    cameras = [s for s in scene.sensors.values() if s.kind == "camera" and s.camera is not None]
    if not cameras:
        return ""
    names = [sensor.channel for sensor in cameras]
    for name in (channel_of(2), *_NAMES):
        if name in names:
            return name
    front = [name for name in names if "front" in name.lower()]
    if front:
        return min(front, key=lambda name: (len(name), name))
    return max(cameras, key=lambda sensor: float(sensor.ego_SE3_sensor.rotation_matrix[0, 2])).channel


def is_ideal(image: Image) -> bool:
    """Say whether a picture is free of distortion, as all of KITTI's are."""
    camera = image.sensor.camera
    return isinstance(camera, Pinhole) and not any(camera.distortion)
