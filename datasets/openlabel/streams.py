"""Streams of OpenLABEL: which sensors there are, the lenses of cameras, and the files of frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import inside
from lidar_label.datasets.objects import Find
from lidar_label.datasets.values import is_number, mapping, number, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile, UnsafePath
from lidar_label.model import Camera, Fisheye, Floats, Pinhole
from lidar_label.model.scene import Kind

_KINDS: Mapping[str, Kind] = {"camera": "camera", "lidar": "lidar", "radar": "radar"}
_MOST_COEFFICIENTS = 8  # of a Brown-Conrady lens; what the standard allows beyond is another lens


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """A camera's lens, and what its matrix of 3 x 4 shifts a point by before the lens, in metres."""

    camera: Camera
    shift: Floats


def kind_of(stream: Mapping[str, Any]) -> Kind | None:
    """Return what kind of sensor a stream is; None for what is not shown."""
    return _KINDS.get(text(stream.get("type")).lower())


def file_of(root: Path, stream: Mapping[str, Any], find: Find, where: str) -> Path | None:
    """Return the file a stream's ``uri`` names, which may be absent; None where it names none beneath `root`."""
    uri = text(stream.get("uri"))
    if not uri:
        return None
    try:
        return inside(root, uri.removeprefix("./"), where=where)
    except UnsafePath:
        find("warning", "outside-file", f"{uri[:80]!r} does not lie beneath the labels, so it is not opened", where)
        return None


def lens_of(stream: Mapping[str, Any], find: Find, where: str) -> Lens | None:
    """Return a camera's lens; None where the file says none, or one that is not known here, which is told.

    Raises
    ------
    UnreadableFile
        If a lens is named and its numbers are none.
    """
    properties = mapping(stream.get("stream_properties") or {}, "stream_properties", where)
    try:
        if "intrinsics_pinhole" in properties:
            return _pinhole(mapping(properties["intrinsics_pinhole"], "intrinsics_pinhole", where), find, where)
        if "intrinsics_fisheye" in properties:
            return _fisheye(mapping(properties["intrinsics_fisheye"], "intrinsics_fisheye", where), find, where)
    except InvalidValue as error:
        raise UnreadableFile(f"a lens is none: {error.what}", where=where) from None
    if "intrinsics_custom" in properties:
        find("warning", "unknown-lens", "the camera has a lens of its own kind, so no box is drawn in it", where)
    return None


def _pinhole(row: Mapping[str, Any], find: Find, where: str) -> Lens | None:
    flat = next(
        (row[name] for name in ("camera_matrix", "camera_matrix_3x4", "camera_matrix_3x3") if name in row), None
    )
    if isinstance(flat, list) and flat and all(isinstance(line, list) for line in flat):
        flat = [value for line in flat for value in line]
    wide = not (isinstance(flat, list) and len(flat) == 9)
    matrix = np.reshape(numbers(flat, 12 if wide else 9, "the camera matrix", where), (3, 4 if wide else 3))
    if abs(matrix[2, 2] - 1) > 1e-6 or np.abs(matrix[[1, 2, 2], [0, 0, 1]]).max() > 1e-6:
        raise UnreadableFile(f"the camera matrix is none: {matrix.tolist()}", where=where)
    if abs(matrix[0, 1]) > 1e-6:
        find("warning", "skew", f"the pixels are skewed by {matrix[0, 1]:.3g}, which is left out", where)
    given: object = next((row[name] for name in ("distortion_coeffs", "distortion_coeffs_1xN") if row.get(name)), [])
    bend = _trimmed(numbers(given, len(given), "distortion_coeffs", where) if isinstance(given, list) else [])
    if len(bend) > _MOST_COEFFICIENTS:
        text_ = f"the lens has {len(bend)} coefficients, more than is known here, so no box is drawn in its pictures"
        find("warning", "unknown-lens", text_, where)
        return None
    camera = Pinhole(
        **_size(row, where), fx=matrix[0, 0], fy=matrix[1, 1], cx=matrix[0, 2], cy=matrix[1, 2], distortion=tuple(bend)
    )
    shift = np.linalg.solve(camera.matrix, matrix[:, 3]) if wide else np.zeros(3)
    return Lens(camera, shift)


def _trimmed(values: list[float]) -> list[float]:
    """Leave out zeros at the end, down to a number that the lens takes."""
    while values and values[-1] == 0:
        values = values[:-1]
    if len(values) in (0, 4, 5, 8) or len(values) > _MOST_COEFFICIENTS:
        return values
    wanted = next(count for count in (4, 5, 8) if count > len(values))
    return [*values, *([0.0] * (wanted - len(values)))]


def _fisheye(row: Mapping[str, Any], find: Find, where: str) -> Lens | None:
    names = ("focal_length_x", "focal_length_y", "center_x_px", "center_y_px")
    bend = row.get("lens_coeffs")
    if not all(is_number(row.get(name)) for name in names) or not isinstance(bend, list) or len(bend) != 4:
        find("warning", "unknown-lens", "the fisheye has no lens that is known here, so no box is drawn in it", where)
        return None
    fx, fy, cx, cy = (number(row[name], name, where) for name in names)
    bent = numbers(bend, 4, "lens_coeffs", where)
    camera = Fisheye(**_size(row, where), fx=fx, fy=fy, cx=cx, cy=cy, distortion=tuple(bent) if any(bent) else ())
    return Lens(camera, np.zeros(3))


def _size(row: Mapping[str, Any], where: str) -> dict[str, int]:
    return {
        "width": int(number(row.get("width_px"), "width_px", where)),
        "height": int(number(row.get("height_px"), "height_px", where)),
    }


def lens_content(camera: Camera) -> dict[str, Any]:
    """Return a lens as `lens_of` reads it back, in the standard's own names."""
    size = {"width_px": camera.width, "height_px": camera.height}
    if isinstance(camera, Fisheye):
        return {
            "intrinsics_fisheye": {
                **size,
                "focal_length_x": camera.fx,
                "focal_length_y": camera.fy,
                "center_x_px": camera.cx,
                "center_y_px": camera.cy,
                "lens_coeffs": list(camera.distortion or (0.0,) * 4),
            }
        }
    matrix = [camera.fx, 0.0, camera.cx, 0.0, 0.0, camera.fy, camera.cy, 0.0, 0.0, 0.0, 1.0, 0.0]
    bend = [*camera.distortion, *([0.0] * 5)][: max(5, len(camera.distortion))]  # the standard wants five or more
    return {"intrinsics_pinhole": {**size, "camera_matrix": matrix, "distortion_coeffs": bend}}
