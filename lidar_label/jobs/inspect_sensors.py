"""Of the import report: whether calibrations make sense, also by where the points fall in the pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from lidar_label.datasets.images import image_size
from lidar_label.errors import LidarLabelError
from lidar_label.model import Camera, Finding, Floats, Image, Scene, Sensor

_MOST_POINTS = 20_000  # of a sweep, enough for a share
_FEW = 0.002  # less of the points than this in a picture is suspicious
_LYING, _UPRIGHT = 0.5, 0.8  # how far down a camera's y axis points, of 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorInfo:
    """A sensor's mounting and lens, and how they hold up.

    Parameters
    ----------
    channel, kind : str
    position : (x, y, z), metres, on the vehicle
    angles_deg : (yaw, pitch, roll), degrees, of its axes on the vehicle's
    determinant, off_orthonormal : float
        Of the rotation matrix: 1 and about 0 where it is a proper rotation.
    size : (width, height) or None, pixels
    centered : bool or None
        Whether the principal point lies inside the picture; None without a lens.
    upright, upright_inverse : float or None
        Of a camera: how far its y axis points down, 1 where its picture is upright, -1 where it is
        upside down; and the same if the mounting were meant the other way round.
    seen : float or None
        Share of the sampled points that fall into the picture; None where none was looked at.
    pictures : int
        How many pictures that was.
    """

    channel: str
    kind: str
    position: tuple[float, float, float]
    angles_deg: tuple[float, float, float]
    determinant: float
    off_orthonormal: float
    size: tuple[int, int] | None = None
    centered: bool | None = None
    upright: float | None = None
    upright_inverse: float | None = None
    seen: float | None = None
    pictures: int = 0


@dataclass(slots=True)
class SensorStats:
    """Looks at the sensors of a scene; `add` brings the points of a frame to the pictures."""

    scene: Scene
    points: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, frame: int, world: Floats) -> None:
        """Count which of the points, (N, 3) in world, fall into each picture of a frame."""
        world = world[:: max(1, len(world) // _MOST_POINTS)]
        for channel, image in self.scene.frames[frame].images.items():
            lens = image.sensor.camera
            if lens is None or not len(world):
                continue
            ego = image.world_SE3_ego.inverse.apply(world)
            self._count(self.points, channel, len(world))
            self._count(self.seen, channel, _inside(lens, image.sensor.ego_SE3_sensor.inverse.apply(ego)))
            if channel not in self.pictures:
                self._compare_size(image, lens)
            self._count(self.pictures, channel, 1)

    def infos(self) -> list[SensorInfo]:
        """Return what was found of each sensor, by channel."""
        return [self._info(self.scene.sensors[channel]) for channel in sorted(self.scene.sensors)]

    def doubts(self) -> Iterator[Finding]:
        """Yield what looks wrong."""
        yield from self.findings
        for info in self.infos():
            for code, text in _doubts_of(info):
                yield Finding("warning", code, f"{info.channel}: {text}", self.scene.name)

    def _info(self, sensor: Sensor) -> SensorInfo:
        pose, lens = sensor.ego_SE3_sensor, sensor.camera
        matrix = pose.rotation_matrix
        x, y, z = pose.translation.tolist()
        total = self.points.get(sensor.channel, 0)
        return SensorInfo(
            channel=sensor.channel,
            kind=sensor.kind,
            position=(x, y, z),
            angles_deg=_angles(matrix),
            determinant=float(np.linalg.det(matrix)),
            off_orthonormal=float(np.abs(matrix @ matrix.T - np.eye(3)).max()),
            size=None if lens is None else (lens.width, lens.height),
            centered=None if lens is None else 0 <= lens.cx < lens.width and 0 <= lens.cy < lens.height,
            upright=None if lens is None else -float(matrix[2, 1]),
            upright_inverse=None if lens is None else -float(matrix[1, 2]),
            seen=self.seen[sensor.channel] / total if total else None,
            pictures=self.pictures.get(sensor.channel, 0),
        )

    def _compare_size(self, image: Image, lens: Camera) -> None:
        if image.path is None:
            return
        try:
            size = image_size(image.path)
        except LidarLabelError as error:
            self.findings.append(Finding("warning", "unreadable-image", error.what, error.where))
            return
        if size != (lens.width, lens.height):
            text = (
                f"{image.channel}: the picture is {size[0]} x {size[1]} pixels and its calibration is for "
                f"{lens.width} x {lens.height}"
            )
            self.findings.append(Finding("warning", "picture-size", text, str(image.path)))

    @staticmethod
    def _count(where: dict[str, int], channel: str, number: int) -> None:
        where[channel] = where.get(channel, 0) + number


def _inside(lens: Camera, points: Floats) -> int:
    uv, seen = lens.project(points)
    return int(np.count_nonzero(seen & lens.inside(uv)))


def _angles(matrix: Floats) -> tuple[float, float, float]:
    """Return yaw, pitch and roll in degrees: turns about z, then the new y, then the new x."""
    pitch = math.asin(min(1.0, max(-1.0, -float(matrix[2, 0]))))
    yaw = math.atan2(matrix[1, 0], matrix[0, 0])
    roll = math.atan2(matrix[2, 1], matrix[2, 2])
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def _doubts_of(info: SensorInfo) -> Iterator[tuple[str, str]]:
    if info.kind == "camera" and info.size is None:
        yield "no-calibration", "there is no calibration: pictures are shown without boxes"
    if info.centered is False:
        yield "principal-point", "the principal point lies outside the picture; is the calibration for another size?"
    if info.upright is not None and info.upright < _LYING:
        if (info.upright_inverse or 0.0) > _UPRIGHT:
            yield (
                "calibration-inverse",
                "the camera lies on its side, and would stand upright with its mounting the other way round; "
                "is the extrinsic the inverse of what is expected?",
            )
        else:
            yield "camera-lies", f"the camera lies on its side or head (roll {info.angles_deg[2]:.0f} degrees)"
    if info.seen is not None and info.seen < _FEW:
        yield "nothing-in-picture", f"{info.seen:.1%} of the points fall into the picture; is its calibration right?"
