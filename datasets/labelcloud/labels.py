"""labelCloud's label files, in each of its forms, as boxes in the cloud's frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.euler import angles_of, quaternion_of
from lidar_label.datasets.files import read_json
from lidar_label.datasets.kitti.calib import read_calib
from lidar_label.datasets.kitti.labels import read_label_file
from lidar_label.datasets.values import listed, mapping, number, numbers, text, xyz
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, check_size

CENTROID_ABS, CENTROID_REL, VERTICES = "centroid_abs", "centroid_rel", "vertices"
KITTI, KITTI_UNTRANSFORMED = "kitti", "kitti_untransformed"
_SIDES = ("length", "width", "height")
_SQUARE = 1e-3  # of a box's longest side, by which its corners may be off a right angle
# The corners in the order of the file, as signs along length, width and height.
_SIGNS = np.array(
    [[-1, -1, -1], [-1, 1, -1], [1, 1, -1], [1, -1, -1], [-1, -1, 1], [-1, 1, 1], [1, 1, 1], [1, -1, 1]],
    dtype=np.float64,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledBox:
    """One box of a cloud; `cloud_SE3_box` is its pose in the cloud's own frame."""

    kind: str
    cloud_SE3_box: SE3
    size: tuple[float, float, float]
    attributes: Mapping[str, Any]


def read_json_labels(path: Path, *, radians: bool) -> list[LabelledBox]:
    """Read a file of the centroid or the vertices form; which of them it is, each object itself shows.

    Rotations are applied about x, then y, then z, all fixed axes.

    Raises
    ------
    UnreadableFile
        If an object is neither, or breaks its form; its number is named.
    """
    rows = listed(mapping(read_json(path), "the file", path).get("objects"), "objects", path)
    return [_object(row, radians, f"{path}, object {index}") for index, row in enumerate(rows)]


def _object(value: object, radians: bool, where: str) -> LabelledBox:
    row = mapping(value, "an object", where)
    kind = text(row.get("name"))
    if not kind:
        raise UnreadableFile("an object needs a name", where=where)
    try:
        pose, size = _by_vertices(row, where) if "vertices" in row else _by_centroid(row, radians, where)
        return LabelledBox(kind=kind, cloud_SE3_box=pose, size=check_size(size), attributes={})
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


def _by_centroid(row: Mapping[str, Any], radians: bool, where: str) -> tuple[SE3, Sequence[float]]:
    sides = mapping(row.get("dimensions"), "dimensions", where)
    size = [number(sides.get(side), f"dimensions.{side}", where) for side in _SIDES]
    turns = xyz(row.get("rotations"), "rotations", where)
    rotation = quaternion_of(turns[::-1], "ZYX", degrees=not radians)
    return SE3("cloud", "box", rotation, xyz(row.get("centroid"), "centroid", where)), size


def _by_vertices(row: Mapping[str, Any], where: str) -> tuple[SE3, Sequence[float]]:
    """Return the box of eight corners; it looks from the first towards the fourth, as their order says."""
    corners = np.array([numbers(v, 3, "a vertex", where) for v in listed(row["vertices"], "vertices", where)])
    if corners.shape != (8, 3):
        raise UnreadableFile(f"a box has eight vertices, got {len(corners)}", where=where)
    center = corners.mean(axis=0)
    edges = _SIGNS.T @ (corners - center) / 8  # half the box, along its length, width and height
    halves = np.linalg.norm(edges, axis=1)
    if np.abs(_SIGNS @ edges + center - corners).max() > _SQUARE * max(float(halves.max()), _SQUARE):
        raise UnreadableFile("the vertices are no box in the order that labelCloud writes", where=where)
    size = check_size((halves * 2).tolist())
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = (edges / halves[:, None]).T, center
    return SE3.from_matrix("cloud", "box", matrix), size


def read_kitti_labels(path: Path, calib: Path | None, *, as_kitti: bool) -> list[LabelledBox]:
    """Read a file of KITTI rows; without `calib` locations are centres in the cloud's frame and angles its yaw.

    With a calibration, `as_kitti` takes `rotation_y` as KITTI defines it; else as labelCloud does, which draws a box
    that looks half a turn away from KITTI's.

    Raises
    ------
    MissingFile
        If `calib` is not there.
    UnreadableFile
        If a row is none.
    """
    calibration = read_calib(calib) if calib is not None else None
    found: list[LabelledBox] = []
    for row in read_label_file(path).rows:
        if calibration is None:
            pose = SE3.from_yaw("cloud", "box", row.rotation_y, row.location)
        else:
            pose = calibration.box_in_velo(row.location, row.size[2], row.rotation_y)
            if not as_kitti:
                x, y, z = calibration.box_in_velo(row.location, 0.0, row.rotation_y).translation.tolist()
                pose = SE3.from_yaw("cloud", "box", math.pi / 2 - row.rotation_y, (x, y, z + row.size[2] / 2))
        pose = SE3("cloud", "box", pose.rotation, pose.translation)
        found.append(LabelledBox(kind=row.kind, cloud_SE3_box=pose, size=row.size, attributes=row.attributes))
    return found


def calib_of(folder: Path, stem: str) -> Path:
    """Return the calibration of a cloud; raise `MissingFile` where there is none."""
    path = folder / "calib" / f"{stem}.txt"
    if not path.is_file():
        hint = "or say kitti_untransformed in _classes.json, where boxes are in the cloud's own frame"
        raise MissingFile("labels in KITTI's camera frame need the calibration", where=path, hint=hint)
    return path


def label_content(cloud: Path, boxes: Iterable[LabelledBox]) -> dict[str, Any]:
    """Return boxes in the centroid_abs form, as labelCloud writes them for a cloud."""
    objects = []
    for box in boxes:
        z, y, x = angles_of(box.cloud_SE3_box.rotation, "ZYX", degrees=True)
        turns = [angle % 360.0 % 360.0 for angle in (x, y, z)]  # of a hair below zero, one makes 360
        objects.append(
            {
                "name": box.kind,
                "centroid": dict(zip("xyz", box.cloud_SE3_box.translation.tolist(), strict=True)),
                "dimensions": dict(zip(_SIDES, box.size, strict=True)),
                "rotations": dict(zip("xyz", turns, strict=True)),
            }
        )
    return {"folder": cloud.parent.name, "filename": cloud.name, "path": cloud.as_posix(), "objects": objects}
