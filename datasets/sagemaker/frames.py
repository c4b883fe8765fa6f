"""Frames of Ground Truth's sequences and manifests: points of text or float32, lenses, and what a frame says."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import ReadOptions
from lidar_label.datasets.clouds.base import CloudFile
from lidar_label.datasets.clouds.bin import open_bin
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.values import number, text
from lidar_label.datasets.world_frames import Place, given_pose
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Camera, Fisheye, Pinhole, PointCloud

CLASSES = "semantic_class"
COLORS = ("r", "g", "b")
_VALUES = {"x": "x", "y": "y", "z": "z", "i": "intensity", "r": "r", "g": "g", "b": "b"}
_USUAL = {".bin": "binary/xyzi", ".txt": "text/xyzi"}
_LENSES: dict[str, type[Camera]] = {"": Pinhole, "pinhole": Pinhole, "fisheye": Fisheye}
_PINHOLE = ("k1", "k2", "p1", "p2", "k3", "k4")
_FISHEYE = ("k1", "k2", "k3", "k4")
_HEADING = {axis: f"q{axis}" for axis in "wxyz"}
_BRIGHTEST = 255


def pose_of(row: Mapping[str, Any], src: str, where: str) -> SE3:
    """Return a pose in the file's world, as it is given of the vehicle and of a camera."""
    return given_pose(row.get("position"), row.get("heading"), src, "", where, _HEADING)


def open_points(path: Path, layout: str) -> CloudFile:
    """Open the points of a frame; `layout` is ``binary/xyzi`` or the like, empty where the suffix says enough.

    Raises
    ------
    MissingFile, UnreadableFile
        If they are not there, or not as the layout says.
    """
    layout = layout or _USUAL.get(path.suffix.lower(), "")
    try:
        if not layout:
            return open_cloud(path)
        kind, _, letters = layout.partition("/")
        unknown = set(letters) - set(_VALUES)
        if (
            kind not in ("binary", "text")
            or not letters.startswith("xyz")
            or unknown
            or len(set(letters)) < len(letters)
        ):
            raise UnreadableFile(f"points cannot be {layout[:40]!r}", where=path, hint="binary/xyzi, text/xyzrgb...")
        names = tuple(_VALUES[letter] for letter in letters)
        return open_bin(path, names) if kind == "binary" else open_cloud(path, "xyz", ReadOptions(fields=names))
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=path) from None


def read_points(path: Path, layout: str, classes: Path | None, link: str, place: Place | None) -> PointCloud:
    """Read the points of a frame into the LiDAR's frame, each in its place in the file.

    `place` is the LiDAR in world and what was taken off that; None where the points are in the LiDAR's frame.
    `link` is how the file is named by its sequence, for who has to fetch it.
    """
    try:
        source = open_points(path, layout)
    except MissingFile:
        hint = f"download {link[:200]} there"
        raise MissingFile("the cloud is not among the files beside its manifest", where=path, hint=hint) from None
    if place is None:
        cloud = source.read((0.0, 0.0, 0.0))
    else:
        world_SE3_lidar, origin = place
        lidar_SE3_world = world_SE3_lidar.inverse
        xyz = np.zeros((source.points, 3), dtype=np.float32)
        fields = {name: np.empty(source.points, dtype=dtype) for name, dtype in source.fields.items()}
        for chunk in source.chunks():
            rows = slice(chunk.start, chunk.start + len(chunk))
            with np.errstate(over="ignore", invalid="ignore"):  # what is no place stays none
                xyz[rows] = lidar_SE3_world.apply(chunk.xyz - np.array(origin))
            xyz[rows][~chunk.xyz.any(axis=1)] = 0  # without a return, before and after
            for name, values in chunk.fields.items():
                fields[name][rows] = values
        cloud = PointCloud(xyz, fields)
    found = {name: _color(values) if name in COLORS else values for name, values in cloud.fields.items()}
    if classes is not None:
        found[CLASSES] = read_classes(classes, len(cloud))
    return PointCloud(cloud.xyz, found)


def _color(values: NDArray[Any]) -> NDArray[Any]:
    """Return a colour's values as bytes, which they are meant to be; as they are where they are not."""
    with np.errstate(invalid="ignore"):
        whole = (values >= 0) & (values <= _BRIGHTEST) & (values == np.floor(values))
    return values.astype(np.uint8) if whole.all() else values


def read_classes(path: Path, points: int) -> NDArray[np.uint8]:
    """Return the class of each point: a packed file of a byte a point."""
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(read_bytes(path), points + 1)
    except zlib.error as error:
        raise UnreadableFile(f"the classes of points are damaged: {error}", where=path) from None
    if len(found) != points:
        count = f"more than {points}" if len(found) > points else str(len(found))
        raise UnreadableFile(f"there are {count} classes for {points} points", where=path)
    return np.frombuffer(found, dtype=np.uint8)


def lens_of(row: Mapping[str, Any], size: tuple[int, int], where: str) -> Camera | None:
    """Return the lens of a camera over a picture of this size; None where its model is not known here.

    Raises
    ------
    UnreadableFile
        If a number of it is none.
    """
    kind = _LENSES.get(text(row.get("camera-model") or row.get("camera_model")).lower())
    if kind is None:
        return None
    fx, fy, cx, cy = (number(row.get(key), key, where) for key in ("fx", "fy", "cx", "cy"))
    bend = [number(row.get(key) or 0, key, where) for key in (_PINHOLE if kind is Pinhole else _FISHEYE)]
    if kind is Pinhole:
        bend = [*bend, 0.0, 0.0] if bend[5] else bend[: 5 if bend[4] else 4]
    try:
        return kind(
            width=size[0], height=size[1], fx=fx, fy=fy, cx=cx, cy=cy, distortion=tuple(bend) if any(bend) else ()
        )
    except InvalidValue as error:
        raise UnreadableFile(f"a lens is none: {error.what}", where=where) from None
