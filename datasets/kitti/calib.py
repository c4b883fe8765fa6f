"""KITTI's calibration files: where the cameras, the Velodyne and the IMU are to each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.datasets.files import read_text
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Floats, Pinhole
from lidar_label.model.turns import matrices_of, quaternion_of_matrix

# A level frame at the rectified camera: x forward, y left, z up, from x right, y down, z forward.
LEVEL_FROM_RECT: Floats = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
_RECT_FROM_UPRIGHT: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_CAMERAS = range(4)
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The calibration that holds for one frame (object), a sequence (tracking) or a day (raw).

    Parameters
    ----------
    projections : mapping of camera number to (3, 4) float64
        From the rectified frame of camera 0 to pixels of each rectified camera.
    rectify : (3, 3) float64
        ``R0_rect``: from the frame of camera 0 to its rectified frame.
    cam_from_velo : (3, 4) float64
        ``Tr_velo_to_cam``: from the Velodyne to the frame of camera 0.
    velo_SE3_imu : SE3 or None
        The IMU in the Velodyne's frame; `dst` is "velodyne" and `src` "ego".
    """

    projections: Mapping[int, Floats]
    rectify: Floats
    cam_from_velo: Floats
    velo_SE3_imu: SE3 | None = None
    _rect_from_velo: Floats = field(init=False, repr=False)
    _rotation: Floats = field(init=False, repr=False)
    _velo_from_rect: Floats = field(init=False, repr=False)
    _velo_SE3_upright: SE3 = field(init=False, repr=False)  # where a box of rotation_y 0 at the origin stands

    def __post_init__(self) -> None:
        rect_from_velo = np.eye(4)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused below
            rect_from_velo[:3] = self.rectify @ self.cam_from_velo
        SE3.from_matrix("rect", "velodyne", rect_from_velo)  # raises where it is no rigid transform
        object.__setattr__(self, "_rect_from_velo", rect_from_velo)
        object.__setattr__(self, "_rotation", matrices_of([quaternion_of_matrix(rect_from_velo[:3, :3])])[0])
        object.__setattr__(self, "_velo_from_rect", np.linalg.inv(rect_from_velo))
        upright = quaternion_of_matrix(self._rotation.T @ _RECT_FROM_UPRIGHT)
        object.__setattr__(self, "_velo_SE3_upright", SE3("velodyne", "upright", upright, (0, 0, 0)))
        for number, projection in self.projections.items():
            _check_projection(number, projection)

    @property
    def rect_from_velo(self) -> Floats:
        """From the Velodyne to the rectified camera 0, (4, 4), digit by digit as the file gives it.

        The files round to seven digits, so its rotation is orthonormal to about 1e-7 only.
        """
        return self._rect_from_velo

    def camera(self, number: int, size: tuple[int, int]) -> Pinhole:
        """Return the lens of a rectified camera whose pictures have this width and height."""
        p = self.projections[number].tolist()
        return Pinhole(width=size[0], height=size[1], fx=p[0][0], fy=p[1][1], cx=p[0][2], cy=p[1][2])

    def camera_SE3_velo(self, number: int, channel: str) -> SE3:
        """Return the mounting of a rectified camera: ``channel_SE3_velodyne``.

        The last column of its projection is a shift of the camera along its own axes, so with it
        folded in, a plain pinhole projects exactly.
        """
        p = self.projections[number]
        mounting = self._rect_from_velo.copy()
        mounting[:3, 3] += np.linalg.solve(p[:, :3], p[:, 3])
        return SE3.from_matrix(channel, "velodyne", mounting)

    def box_in_velo(self, location: ArrayLike, height: float, rotation_y: float) -> SE3:
        """Return ``velodyne_SE3_box`` of a labelled box.

        Parameters
        ----------
        location : (3,) float, metres
            Centre of the bottom face, in the rectified frame of camera 0.
        height : float, metres
        rotation_y : float, radians
            Turn about the camera's y axis, which points down; 0 heads along its x axis.
        """
        x, y, z = np.asarray(location, dtype=np.float64).tolist()
        center = self._velo_from_rect[:3] @ (x, y - height / 2, z, 1.0)
        turned = self._velo_SE3_upright @ SE3.from_yaw("upright", "box", -rotation_y, (0, 0, 0))
        return SE3("velodyne", "box", turned.rotation, center)

    def level_SE3_box(self, velo_SE3_box: SE3) -> SE3:
        """Return the pose of a box in the level frame at the rectified camera.

        There a box that KITTI can hold has a yaw and no roll or pitch.
        """
        center = self._rect_from_velo[:3, :3] @ velo_SE3_box.translation + self._rect_from_velo[:3, 3]
        turn = quaternion_of_matrix(LEVEL_FROM_RECT @ self._rotation @ velo_SE3_box.rotation_matrix)
        return SE3("level", "box", turn, LEVEL_FROM_RECT @ center)

    def box_in_camera(self, velo_SE3_box: SE3, height: float) -> tuple[Floats, float]:
        """Return location (bottom centre) and rotation_y of a box; the inverse of `box_in_velo`."""
        level = self.level_SE3_box(velo_SE3_box)
        location = LEVEL_FROM_RECT.T @ level.translation + (0.0, height / 2, 0.0)
        return location, math.remainder(-level.yaw - math.pi / 2, math.tau)


def _check_projection(number: int, p: Floats) -> None:
    if np.abs(p[2, :3] - (0, 0, 1)).max() > _TOLERANCE or p[0, 0] <= 0 or p[1, 1] <= 0 or abs(p[1, 0]) > _TOLERANCE:
        raise InvalidValue(f"P{number} is no projection of a rectified camera: {p.tolist()}")
    if abs(p[0, 1]) > _TOLERANCE * p[0, 0]:
        raise InvalidValue(f"P{number} is skewed, which a pinhole cannot hold")


def read_calib(path: Path) -> Calibration:
    """Read a calibration file of the object or the tracking benchmark.

    Raises
    ------
    MissingFile
        If it is not there.
    UnreadableFile
        If a row is missing, has a wrong number of values, or is no rigid transform.
    """
    rows = _rows(path)
    projections = {n: _matrix(rows, (f"P{n}",), 3, 4, path) for n in _CAMERAS if f"P{n}" in rows}
    imu = ("Tr_imu_to_velo", "Tr_imu_velo")
    return _checked(
        path,
        projections,
        _matrix(rows, ("R0_rect", "R_rect"), 3, 3, path),
        _matrix(rows, ("Tr_velo_to_cam", "Tr_velo_cam"), 3, 4, path),
        _matrix(rows, imu, 3, 4, path) if any(key in rows for key in imu) else None,
    )


def read_sequence_calib(path: Path) -> Calibration | None:
    """Read ``calib.txt`` of an odometry sequence; None where it lacks Tr, as it does without the Velodyne's data.

    Raises
    ------
    MissingFile, UnreadableFile
        As `read_calib` does.
    """
    rows = _rows(path)
    if "Tr" not in rows:
        return None
    projections = {n: _matrix(rows, (f"P{n}",), 3, 4, path) for n in _CAMERAS if f"P{n}" in rows}
    return _checked(path, projections, np.eye(3), _matrix(rows, ("Tr",), 3, 4, path), None)


def read_raw_calib(folder: Path) -> Calibration | None:
    """Read the three files of a raw recording's day; None where the cameras' files are not there."""
    cam_file, velo_file, imu_file = (
        folder / f"calib_{name}.txt" for name in ("cam_to_cam", "velo_to_cam", "imu_to_velo")
    )
    if not (cam_file.is_file() and velo_file.is_file()):
        return None
    cam, velo = _rows(cam_file), _rows(velo_file)
    projections = {n: _matrix(cam, (f"P_rect_{n:02d}",), 3, 4, cam_file) for n in _CAMERAS if f"P_rect_{n:02d}" in cam}
    imu = _rows(imu_file) if imu_file.is_file() else None
    return _checked(
        cam_file,
        projections,
        _matrix(cam, ("R_rect_00",), 3, 3, cam_file),
        np.hstack([_matrix(velo, ("R",), 3, 3, velo_file), _matrix(velo, ("T",), 3, 1, velo_file)]),
        np.hstack([_matrix(imu, ("R",), 3, 3, imu_file), _matrix(imu, ("T",), 3, 1, imu_file)]) if imu else None,
    )


def _checked(
    path: Path, projections: dict[int, Floats], rectify: Floats, velo: Floats, imu: Floats | None
) -> Calibration:
    try:
        velo_SE3_imu = SE3.from_matrix("velodyne", "ego", imu) if imu is not None else None
        return Calibration(projections, rectify, velo, velo_SE3_imu)
    except InvalidValue as error:
        raise UnreadableFile(f"wrong calibration: {error.what}", where=path, hint=error.hint) from None


def _rows(path: Path) -> dict[str, tuple[int, list[str]]]:
    """Return each row's number and values by its key; some files have no colon after the key."""
    try:
        text = read_text(path)
    except MissingFile:
        raise MissingFile("the calibration is not there", where=path) from None
    rows: dict[str, tuple[int, list[str]]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        key, _, rest = line.replace(":", " ", 1).strip().partition(" ")
        if key:
            rows[key] = (number, rest.split())
    return rows


def _matrix(
    rows: dict[str, tuple[int, list[str]]], keys: tuple[str, ...], height: int, width: int, path: Path
) -> Floats:
    found = next((rows[key] for key in keys if key in rows), None)
    if found is None:
        raise UnreadableFile(f"the calibration has no row {keys[0]}", where=path)
    number, cells = found
    if len(cells) != height * width:
        raise UnreadableFile(
            f"{keys[0]} needs {height * width} numbers and has {len(cells)}", where=f"{path}, row {number}"
        )
    try:
        matrix = np.array([float(cell) for cell in cells], dtype=np.float64).reshape(height, width)
    except ValueError as error:
        raise UnreadableFile(
            f"{keys[0]} has a value that is no number: {error}", where=f"{path}, row {number}"
        ) from None
    if not np.isfinite(matrix).all():
        raise UnreadableFile(f"{keys[0]} has a value that is not finite", where=f"{path}, row {number}")
    return matrix
