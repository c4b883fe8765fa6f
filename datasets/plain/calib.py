"""Calibrations of plain folders: calib.json as our page describes it and as others write it, or KITTI's calib.txt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import read_json, read_text
from lidar_label.datasets.kitti.calib import Calibration
from lidar_label.datasets.plain.transforms import find_key, plain, transforms
from lidar_label.datasets.values import is_number, mapping, number, numbers
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Camera, Fisheye, Floats, Pinhole
from lidar_label.model.scene import Kind

FILES = ("calib.json", "calibration.json", "calib.txt", "calibration.txt")
_FOLDERS = ("calib", "calibration", "calib/camera", "camera_config")
# What an extrinsic may be called, in lower case without what joins words; the first say which way it goes.
_TO_CAMERA = {
    "lidartocamera", "lidar2camera", "lidartocam", "lidar2cam", "velotocam", "velo2cam", "trvelotocam",
    "camerafromlidar", "camfromlidar", "tcameralidar", "tcamlidar", "cameraselidar", "camerase3lidar",
}  # fmt: skip
_TO_LIDAR = {
    "cameratolidar", "camera2lidar", "camtolidar", "cam2lidar", "lidarfromcamera", "lidarfromcam", "tlidarcamera",
    "tlidarcam", "lidarse3camera",
}  # fmt: skip
_TO_EGO = {"cameratoego", "camera2ego", "cam2ego", "sensortoego", "sensor2ego", "lidartoego", "lidar2ego"}
_OPEN = {"extrinsic", "extrinsics", "cameraexternal", "external", "transform", "transformation", "t", "pose", "rt"}
_INTRINSIC = {"intrinsic", "intrinsics", "k", "cameramatrix", "camerainternal", "internal", "cameraintrinsic"}
_DISTORTION = {"distortion", "distortions", "d", "distcoeffs", "distortioncoeffs", "distortioncoefficients"}
_LIDARS = {"lidars", "lidar"}
TO_CAMERA, TO_LIDAR = "lidar_to_camera", "camera_to_lidar"
_COUNTS = (4, 5, 8)
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class CameraEntry:
    """One camera of a file.

    Parameters
    ----------
    intrinsic : (3, 3) float64 or None
    shift : (3,) float64, metres
        What the last column of a 3 x 4 matrix moves a point by before the lens.
    distortion : tuple of float
    fisheye : bool
    size : (width, height) or None
    readings : mapping of tuple of str to SE3
        ``camera_SE3_lidar`` for each reading of what the file leaves open: (direction, matrix order,
        quaternion order), each empty where the file says it. One entry where nothing is open.
    to_ego : SE3 or None
        ``ego_SE3_camera``, where the file gives that instead.
    where : str
    """

    intrinsic: Floats | None
    shift: Floats
    distortion: tuple[float, ...]
    fisheye: bool
    size: tuple[int, int] | None
    readings: Mapping[tuple[str, str, str], SE3]
    to_ego: SE3 | None
    where: str

    def lens(self, size: tuple[int, int] | None) -> Camera | None:
        """Return the lens for pictures of a size; None where the file has none."""
        size = size or self.size
        if self.intrinsic is None or size is None:
            return None
        k = self.intrinsic.tolist()
        kind = Fisheye if self.fisheye else Pinhole
        try:
            return kind(
                width=size[0], height=size[1], fx=k[0][0], fy=k[1][1], cx=k[0][2], cy=k[1][2],
                distortion=self.distortion,
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(f"the lens is none: {error.what}", where=self.where) from None


@dataclass(frozen=True, slots=True, eq=False)
class LidarEntry:
    """One LiDAR (or radar) of a file: where it is on the vehicle."""

    ego_SE3_lidar: SE3
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class CalibFile:
    """What a calibration holds: sensors by the names that the file has for them.

    `kitti` is the calibration of KITTI's kind, where it is one.
    """

    path: Path
    cameras: Mapping[str, CameraEntry]
    lidars: Mapping[str, LidarEntry]
    kitti: Calibration | None = None

    def camera(self, channel: str, channels: Sequence[str]) -> CameraEntry | None:
        """Return the entry of a camera: of its name, its number, or the only one there is."""
        wanted = plain(channel)
        for name, entry in self.cameras.items():
            if plain(name) == wanted:
                return entry
        digits = re.search(r"(\d+)\D*$", channel)
        numbered = {int(found[1]): entry for name, entry in self.cameras.items() if (found := _NUMBER.search(name))}
        if digits is not None and int(digits[1]) in numbered and len(numbered) == len(self.cameras):
            return numbered[int(digits[1])]
        if len(channels) == 1 and len(self.cameras) == 1:
            return next(iter(self.cameras.values()))
        if len(channels) == 1 and self.kitti is not None:
            return numbered.get(2) or numbered.get(0)
        return None


_NUMBER = re.compile(r"(\d+)\D*$")


def find_calib(folder: Path) -> list[Path]:
    """Return the files of calibrations in a folder, the likeliest first; a folder of files counts as one."""
    found = [folder / name for name in FILES if (folder / name).is_file()]
    for name in _FOLDERS:
        place = folder / name
        if place.is_dir() and any(child.suffix.lower() == ".json" for child in place.iterdir()):
            found.append(place)
    return found


def read_calib(path: Path) -> CalibFile:
    """Read a calibration file, or a folder with one JSON file a camera.

    Raises
    ------
    UnreadableFile
        If an entry is missing, has a wrong length, or is no rigid transform (a rotation that is not
        orthonormal, that mirrors, or a matrix that does not end in 0 0 0 1).
    """
    if path.is_dir():
        files = sorted(child for child in path.iterdir() if child.suffix.lower() == ".json" and child.is_file())
        cameras: dict[str, CameraEntry] = {}
        for file in files:
            content = read_json(file)
            if isinstance(content, list):  # one file a frame, all cameras in it: the first stands for all
                return _from_json(file, content)
            cameras[file.stem] = _camera(mapping(content, "a camera", file), str(file))
        return CalibFile(path, cameras, {})
    if path.suffix.lower() == ".json":
        return _from_json(path, read_json(path))
    return _kitti(path)


def _from_json(path: Path, content: Any) -> CalibFile:  # noqa: ANN401 - JSON
    if isinstance(content, list):
        named = {str(row.get("name", i)) if isinstance(row, Mapping) else str(i): row for i, row in enumerate(content)}
        return CalibFile(path, _cameras(named, path), {})
    content = mapping(content, "the calibration", path)
    lidars: dict[str, LidarEntry] = {}
    for key in content:
        if plain(key) in _LIDARS and isinstance(content[key], Mapping):
            for name, row in mapping(content[key], key, path).items():
                lidars[name] = _lidar(mapping(row, name, path), f"{path}, {name}")
    cameras = content.get("cameras", content)
    if isinstance(cameras, Mapping) and find_key(cameras, _INTRINSIC | _OPEN | _TO_CAMERA | _TO_LIDAR) is not None:
        cameras = {"camera": cameras}  # one camera, without a name
    if isinstance(cameras, list):
        return CalibFile(path, _from_json(path, cameras).cameras, lidars)
    rows = {name: row for name, row in mapping(cameras, "cameras", path).items() if isinstance(row, Mapping)}
    rows = {name: row for name, row in rows.items() if cameras is not content or plain(name) not in _LIDARS}
    return CalibFile(path, _cameras(rows, path), lidars)


def _cameras(rows: Mapping[str, Any], path: Path) -> dict[str, CameraEntry]:
    return {name: _camera(mapping(row, name, path), f"{path}, camera {name}") for name, row in rows.items()}


def _lidar(row: Mapping[str, Any], where: str) -> LidarEntry:
    found = find_key(row, _TO_EGO)
    if found is None:
        raise UnreadableFile("a LiDAR needs lidar_to_ego", where=where)
    kind: Kind = "radar" if row.get("kind") == "radar" else "lidar"
    return LidarEntry(next(iter(transforms(found[1], row, "ego", "lidar", where).values())), kind)


def _camera(row: Mapping[str, Any], where: str) -> CameraEntry:
    intrinsic, shift = None, np.zeros(3)
    found = find_key(row, _INTRINSIC)
    if found is not None:
        intrinsic, shift = _intrinsic(found[1], where)
    bend = find_key(row, _DISTORTION)
    distortion = _distortion(bend[1], where) if bend is not None and bend[1] is not None else ()
    size = [row.get(name) for name in ("width", "height")]
    sized = (int(size[0]), int(size[1])) if all(is_number(value) and 0 < value < 1e6 for value in size) else None  # type: ignore[arg-type]
    to_ego = find_key(row, _TO_EGO)
    return CameraEntry(
        intrinsic=intrinsic,
        shift=shift,
        distortion=distortion,
        fisheye=str(row.get("model", "")).lower() in ("fisheye", "kannala_brandt", "equidistant"),
        size=sized,
        readings={} if to_ego is not None else _readings(row, where),
        to_ego=next(iter(transforms(to_ego[1], row, "ego", "camera", where).values())) if to_ego is not None else None,
        where=where,
    )


def _readings(row: Mapping[str, Any], where: str) -> dict[tuple[str, str, str], SE3]:
    """Return ``camera_SE3_lidar`` for each way in which the entry can be meant."""
    whole = {key: value for key, value in row.items() if not (plain(key) == "t" and _is_place(value))}
    tries = ((_TO_CAMERA, TO_CAMERA), (_TO_LIDAR, TO_LIDAR), (_OPEN, ""))
    value, direction = next(
        ((found[1], way) for names, way in tries if (found := find_key(whole, names)) is not None), (row, "")
    )
    if value is row and find_key(row, {"rotation", "quaternion", "r"}) is None:
        return {}
    made: dict[tuple[str, str, str], SE3] = {}
    for (order, quaternion), pose in transforms(value, row, "a", "b", where).items():
        forward, back = SE3("camera", "lidar", pose.rotation, pose.translation), pose.inverse
        if direction != TO_LIDAR:
            made[(TO_CAMERA if not direction else "", order, quaternion)] = forward
        if direction != TO_CAMERA:
            turned = SE3("camera", "lidar", back.rotation, back.translation)
            made[(TO_LIDAR if not direction else "", order, quaternion)] = turned
    return made


def _is_place(value: object) -> bool:
    """Say whether an entry called T is a translation and no matrix."""
    if isinstance(value, list):
        return len(value) == 3 and all(not isinstance(cell, list) or len(cell) == 1 for cell in value)
    return isinstance(value, Mapping)


def _intrinsic(value: object, where: str) -> tuple[Floats, Floats]:
    """Return the matrix of a lens, and what a fourth column shifts a point by ahead of it."""
    if isinstance(value, Mapping):
        inner = find_key(value, {*_INTRINSIC, "matrix", "data"})
        if inner is not None:
            return _intrinsic(inner[1], where)
        fx, fy, cx, cy = (number(value.get(name), name, where) for name in ("fx", "fy", "cx", "cy"))
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]]), np.zeros(3)
    flat = (
        [cell for row in value for cell in (row if isinstance(row, list) else [row])] if isinstance(value, list) else []
    )
    if len(flat) == 4:
        fx, fy, cx, cy = numbers(flat, 4, "intrinsic", where)
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]]), np.zeros(3)
    if len(flat) not in (9, 12):
        raise UnreadableFile(f"intrinsic needs 9, 12 or 4 numbers, got {len(flat)}", where=where)
    matrix = np.reshape(numbers(flat, len(flat), "intrinsic", where), (3, -1))
    if matrix.shape == (3, 3) and np.abs(matrix[:2, 2]).max() == 0 and np.abs(matrix[2, :2]).max() > 0:
        matrix = matrix.T  # written column by column
    k = matrix[:, :3]
    if np.abs(k[2] - (0, 0, 1)).max() > _TOLERANCE or abs(k[1, 0]) > _TOLERANCE or k[0, 0] <= 0 or k[1, 1] <= 0:
        raise UnreadableFile(f"intrinsic is no camera matrix: {matrix.tolist()}", where=where)
    if abs(k[0, 1]) > _TOLERANCE * k[0, 0]:
        raise UnreadableFile("intrinsic is skewed, which a pinhole cannot hold", where=where)
    return k, np.linalg.solve(k, matrix[:, 3]) if matrix.shape[1] == 4 else np.zeros(3)


def _distortion(value: object, where: str) -> tuple[float, ...]:
    """Return coefficients in the order of OpenCV, filled up with zeros to a number that a lens takes."""
    if isinstance(value, Mapping):
        names = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
        value = [value.get(name, 0.0) for name in names]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if not isinstance(value, list):
        raise UnreadableFile("distortion needs a list of numbers", where=where)
    found = numbers(value, len(value), "distortion", where)
    while found and found[-1] == 0:
        found.pop()
    if not found:
        return ()
    wanted = next((count for count in _COUNTS if count >= len(found)), None)
    if wanted is None:
        raise UnreadableFile(f"a lens with {len(found)} coefficients is not known here", where=where)
    return (*found, *([0.0] * (wanted - len(found))))


def _kitti(path: Path) -> CalibFile:
    """Read KITTI's text: P0 to P3, R0_rect where there is one, and Tr from the LiDAR to camera 0."""
    rows: dict[str, list[float]] = {}
    for line, raw in enumerate(read_text(path).splitlines(), start=1):
        key, _, rest = raw.replace(":", " ", 1).strip().partition(" ")
        if not key:
            continue
        try:
            rows[key] = [float(cell) for cell in rest.split()]
        except ValueError:
            continue  # a date, a name
        if not np.isfinite(rows[key]).all():
            raise UnreadableFile(f"{key} has a value that is not finite", where=f"{path}, line {line}")
    velo = next((rows[key] for key in ("Tr_velo_to_cam", "Tr_velo_cam", "Tr") if key in rows), None)
    turn = next((rows[key] for key in ("R0_rect", "R_rect") if key in rows), np.eye(3).ravel().tolist())
    cameras = {key: rows[key] for key in rows if re.fullmatch(r"P\d", key)}
    if velo is None or len(velo) != 12 or len(turn) != 9 or not cameras or any(len(p) != 12 for p in cameras.values()):
        raise UnreadableFile("no calibration of KITTI: P0... of 12 numbers and Tr of 12 are needed", where=path)
    projections = {int(key[1:]): np.reshape(p, (3, 4)) for key, p in cameras.items()}
    try:
        kitti = Calibration(projections, np.reshape(turn, (3, 3)), np.reshape(velo, (3, 4)))
    except InvalidValue as error:
        raise UnreadableFile(f"wrong calibration: {error.what}", where=path, hint=error.hint) from None
    entries: dict[str, CameraEntry] = {}
    for n, projection in projections.items():
        pose = kitti.camera_SE3_velo(n, "camera")
        entries[f"P{n}"] = CameraEntry(
            intrinsic=projection[:, :3], shift=np.zeros(3), distortion=(), fisheye=False, size=None,
            readings={("", "", ""): SE3("camera", "lidar", pose.rotation, pose.translation)}, to_ego=None,
            where=str(path),
        )  # fmt: skip
    return CalibFile(path, entries, {}, kitti)


def lens_content(camera: Camera) -> dict[str, Any]:
    """Return a lens as `read_calib` reads it back."""
    content: dict[str, Any] = {"width": camera.width, "height": camera.height, "intrinsic": camera.matrix.tolist()}
    if isinstance(camera, Fisheye):
        content["model"] = "fisheye"
    if camera.distortion:
        content["distortion"] = list(camera.distortion)
    return content
