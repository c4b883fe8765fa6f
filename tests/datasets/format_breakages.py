"""One way to break a folder for each rule on it, format by format; the test and scripts/export_sanity go by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Deed = Callable[[Path], object]


def first(root: Path, pattern: str) -> Path:
    """Return the first file of a pattern."""
    return min(root.rglob(pattern))


def gone(pattern: str) -> Deed:
    """Return what deletes the first file of a pattern."""
    return lambda root: first(root, pattern).unlink()


def cut(pattern: str, count: int = 301) -> Deed:
    """Return what leaves a file's beginning alone."""
    return lambda root: first(root, pattern).write_bytes(first(root, pattern).read_bytes()[:count])


def doubled(pattern: str, name: str) -> Deed:
    """Return what copies a file to another name beside it."""
    return lambda root: shutil.copy(first(root, pattern), first(root, pattern).with_name(name))


def changed(pattern: str, *way: str | int, to: object = None) -> Deed:
    """Return what sets a value of a JSON file; `to` may be a function of the old value, and None deletes it."""

    def deed(root: Path) -> None:
        path = first(root, pattern)
        content = place = json.loads(path.read_text("utf-8"))
        for step in way[:-1]:
            place = place[_key(place, step)]
        last = _key(place, way[-1])
        if to is None:
            del place[last]
        else:
            place[last] = to(place[last]) if callable(to) else to
        path.write_text(json.dumps(content), encoding="utf-8")

    return deed


def _key(place: Any, step: str | int) -> Any:
    return list(place)[step] if isinstance(place, dict) and isinstance(step, int) else step


def twice(rows: list[Any]) -> list[Any]:
    """Return rows with the first at the end again."""
    return [*rows, rows[0]]


def lines(pattern: str, change: Callable[[list[str]], list[str]]) -> Deed:
    """Return what changes the lines of a text."""

    def deed(root: Path) -> None:
        path = first(root, pattern)
        path.write_text("\n".join(change(path.read_text("utf-8").splitlines())) + "\n", encoding="utf-8")

    return deed


def swapped(pattern: str, one: str, other: str) -> Deed:
    """Return what puts one word of a text in the place of another, at its first place."""
    return lambda root: first(root, pattern).write_text(
        first(root, pattern).read_text("utf-8").replace(one, other, 1), encoding="utf-8"
    )


def cell(column: str, value: str, row: int = 1) -> Callable[[list[str]], list[str]]:
    """Return what sets a cell of a CSV whose cells up to it have no comma."""

    def change(rows: list[str]) -> list[str]:
        at = rows[0].split(",").index(column)
        cells = rows[row].split(",")
        cells[at] = value
        return [*rows[:row], ",".join(cells), *rows[row + 1 :]]

    return change


def fall(rows: list[str]) -> list[str]:
    """Return lines with the first two the other way round."""
    return [rows[1], rows[0], *rows[2:]]


_OL, _CUBOID = "street-0004.json", ("frames", "0", "objects", 0, "object_data", "cuboid", 0, "val")
_SUP, _RELATED = "annotation.json", "*.jpg.json"
_X1, _X1_CONFIG = "result/*.json", "camera_config/*.json"
_LENS = "intrinsic"

BREAKAGES: dict[str, list[tuple[str, str, Deed]]] = {
    "openlabel": [
        ("unreadable-file", "the file is cut in half", cut(_OL, 40_000)),
        ("named-file", "a cloud is deleted", gone("*.pcd")),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("schema-version", "no schema_version", changed(_OL, "openlabel", "metadata", "schema_version")),
        ("unknown-reference", "an object of the frames is not declared", changed(_OL, "openlabel", "objects", 0)),
        ("frame-interval", "an object's interval ends too early",
         changed(_OL, "openlabel", "objects", 0, "frame_intervals", 0, "frame_end", to=1)),
        ("cuboid", "a cuboid has seven values", changed(_OL, "openlabel", *_CUBOID, to=lambda v: v[-7:])),
        ("box-value", "sides in millimetres",
         changed(_OL, "openlabel", *_CUBOID, to=lambda v: [*v[:-3], *(1000 * x for x in v[-3:])])),
        ("frame-times", "the time stamps go down", changed(
            _OL, "openlabel", "frames", "1", "frame_properties", "timestamp", to="2001-01-01T00:00:00Z")),
        ("rotation", "a quaternion of length 2", changed(
            _OL, "openlabel", "coordinate_systems", "LIDAR_TOP", "pose_wrt_parent", "quaternion", to=[0, 0, 0, 2])),
        ("intrinsics", "a camera matrix in metres", changed(
            _OL, "openlabel", "streams", "CAM_FRONT", "stream_properties", "intrinsics_pinhole", "camera_matrix",
            to=lambda m: [x / 1e5 for x in m])),
    ],
    "datumaro": [
        ("unreadable-file", "the annotations are cut in half", cut("annotations/*.json", 30_000)),
        ("named-file", "a cloud is deleted", gone("*.pcd")),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("item-twice", "two items have one id", changed("annotations/*.json", "items", 1, "id", to="000000")),
        ("item-cloud", "an item names no cloud", changed("annotations/*.json", "items", 0, "point_cloud")),
        ("unknown-reference", "a label_id beyond the labels",
         changed("annotations/*.json", "items", 0, "annotations", 0, "label_id", to=99)),
        ("box-value", "angles in degrees",
         changed("annotations/*.json", "items", 0, "annotations", 0, "rotation", to=[0, 0, 90])),
        ("box-twice", "a track has two cuboids in an item",
         changed("annotations/*.json", "items", 0, "annotations", to=twice)),
        ("category-change", "a track changes its label",
         changed("annotations/*.json", "items", 0, "annotations", 0, "label_id", to=1)),
    ],
    "supervisely": [
        ("unreadable-file", "the episode is cut in half", cut(_SUP, 40_000)),
        ("meta", "meta.json is deleted", gone("meta.json")),
        ("named-file", "a picture is deleted, and not the file about it", gone("*.jpg")),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("wrong-count", "framesCount is one too many", changed(_SUP, "framesCount", to=4)),
        ("unknown-reference", "a class is not in meta.json", changed("meta.json", "classes", to=[])),
        ("key-twice", "an object is there twice", changed(_SUP, "objects", to=twice)),
        ("box-value", "a side is 0", changed(_SUP, "frames", 0, "figures", 0, "geometry", "dimensions", "x", to=0)),
        ("box-twice", "an object has two figures in a frame", changed(_SUP, "frames", 0, "figures", to=twice)),
        ("rotation", "an extrinsic matrix that mirrors", changed(
            _RELATED, "meta", "sensorsData", "extrinsicMatrix", to=lambda m: [-m[0], *m[1:]])),
        ("intrinsics", "a camera without a focal length",
         changed(_RELATED, "meta", "sensorsData", "intrinsicMatrix", to=[0] * 9)),
    ],
    "xtreme1": [
        ("unreadable-file", "a result is cut in half", cut(_X1, 20_000)),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("unpaired", "a picture is deleted", gone("*.jpg")),
        ("wrong-count", "a camera's entry is gone", changed(_X1_CONFIG, 0, to=None)),
        ("no-class", "a box without className", changed(_X1, 0, "objects", 0, "className")),
        ("box-value", "sides in millimetres", changed(_X1, 0, "objects", 0, "contour", "size3D", "x", to=4500)),
        ("box-twice", "a track has two boxes", changed(_X1, 0, "objects", to=twice)),
        ("category-change", "a track changes its class", changed(_X1, 0, "objects", 0, "className", to="tree")),
        ("rotation", "a camera's pose with a scale of 2",
         changed(_X1_CONFIG, 0, "camera_external", to=lambda m: [2 * x for x in m])),
        ("intrinsics", "a camera's middle is outside its picture",
         changed(_X1_CONFIG, 0, "camera_internal", "cx", to=5000)),
    ],
    "scale": [
        ("unreadable-file", "a frame is cut in half", cut("frames/*.json", 100_000)),
        ("named-file", "a picture is deleted", gone("*.jpg")),
        ("no-points", "a frame without points", changed("frames/*.json", "points", to=lambda _: [])),
        ("wrong-count", "a frame is deleted", gone("frames/*.json")),
        ("no-label", "a cuboid without a label", changed("annotations.json", 0, "cuboids", 0, "label")),
        ("box-value", "yaw in degrees", changed("annotations.json", 0, "cuboids", 0, "yaw", to=90)),
        ("box-twice", "a uuid comes twice in a frame", changed("annotations.json", 0, "cuboids", to=twice)),
        ("category-change", "a uuid changes its label",
         changed("annotations.json", 0, "cuboids", 0, "label", to="tree")),
        ("frame-times", "a time is the one before", changed("frames/*.json", "timestamp", to=1_800_000_000)),
        ("rotation", "device_heading is all zeros", changed(
            "frames/*.json", "device_heading", to={"w": 0, "x": 0, "y": 0, "z": 0})),
        ("intrinsics", "a camera without fx", changed("frames/*.json", "images", 0, "fx")),
    ],
    "sagemaker": [
        ("unreadable-file", "the sequence is cut in half", cut("sequence.json", 1500)),
        ("named-file", "a cloud is deleted", gone("*.bin")),
        ("cut-cloud", "a cloud is cut off", cut("*.bin")),
        ("wrong-count", "number-of-frames is one too many", changed("sequence.json", "number-of-frames", to=4)),
        ("unknown-reference", "the class-map lacks a class",
         swapped("input.manifest", '"0": "vehicle.trailer"', '"77": "vehicle.trailer"')),
        ("frame-beyond", "labels name frame 9", changed("SeqLabel.json", "tracking-annotations", 0, "frame-number",
                                                        to=9)),
        ("box-value", "a cuboid in the vehicle's frame", changed(
            "SeqLabel.json", "tracking-annotations", 0, "annotations", 0, "center-x", to=-900)),
        ("box-twice", "an object has two cuboids in a frame",
         changed("SeqLabel.json", "tracking-annotations", 0, "annotations", to=twice)),
        ("category-change", "an object changes its class", changed(
            "SeqLabel.json", "tracking-annotations", 0, "annotations", 0, "class-id", to=1)),
        ("frame-times", "times in nanoseconds", lambda root: [changed(
            "sequence.json", "frames", k, "unix-timestamp", to=lambda t: t * 1e9)(root) for k in range(3)]),
        ("rotation", "a heading in another order of length 2", changed(
            "sequence.json", "frames", 0, "ego-vehicle-pose", "heading", "qw", to=2)),
        ("intrinsics", "a focal length below 0", changed("sequence.json", "frames", 0, "images", 0, "fx", to=-500)),
    ],
    "labelcloud": [
        ("unreadable-file", "a label is cut in half", cut("labels/0*.json", 900)),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("unpaired", "a cloud is deleted", gone("*.pcd")),
        ("other-name", "a label names another cloud", changed("labels/0*.json", "filename", to="000002.pcd")),
        ("class-twice", "two classes have one id", changed("_classes.json", "classes", 1, "id", to=0)),
        ("unknown-reference", "a class is not declared", changed("labels/0*.json", "objects", 0, "name", to="tree")),
        ("box-value", "a side below 0", changed("labels/0*.json", "objects", 0, "dimensions", "width", to=-2)),
    ],
    "boxes-csv": [
        ("unreadable-file", "a side is a word", lines("boxes.csv", cell("l", "long"))),
        ("named-file", "a cloud that is not there",
         lines("frames.csv", lambda rows: [f"{rows[0]},cloud", *(f"{row},x.pcd" for row in rows[1:])])),
        ("frame-twice", "a frame has two rows", lines("frames.csv", lambda rows: [*rows, rows[1]])),
        ("unknown-reference", "a frame's row is deleted", lines("frames.csv", lambda rows: rows[:-1])),
        ("yaw-quaternion", "a yaw is half a turn off", lines("boxes.csv", lambda rows: [
            rows[0], rows[1].replace("0.789152991033179", "3.93"), *rows[2:]])),
        ("box-value", "a box is far off", lines("boxes.csv", cell("x", "99999"))),
        ("box-twice", "a row comes twice", lines("boxes.csv", lambda rows: [*rows, rows[1]])),
        ("category-change", "a track changes its category", lines("boxes.csv", cell("category", "tree"))),
        ("frame-times", "the times go down", lines("frames.csv", cell("timestamp_ns", "9", 2))),
        ("rotation", "a quaternion of length 3", lines("frames.csv", cell("ego_qw", "3"))),
    ],
    "sustechpoints": [
        ("unreadable-file", "a label is cut in half", cut("label/*.json", 900)),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("unpaired", "a picture is deleted", gone("*.jpg")),
        ("no-calibration", "the camera's calibration is deleted", gone("calib/camera/*.json")),
        ("pose", "an ego pose without its azimuth", changed("ego_pose/*.json", "azimuth")),
        ("no-type", "a box without obj_type", changed("label/*.json", 0, "obj_type")),
        ("box-value", "an angle in degrees", changed("label/*.json", 0, "psr", "rotation", "z", to=90)),
        ("box-twice", "an id has two boxes", changed("label/*.json", 1, "obj_id", to="trailer 1")),
        ("category-change", "an id changes its type", changed("label/*.json", 0, "obj_type", to="Tree")),
        ("rotation", "an extrinsic of zeros", changed("calib/camera/*.json", "extrinsic", to=[0] * 16)),
        ("intrinsics", "an intrinsic of eight numbers", changed("calib/camera/*.json", _LENS, to=[1] * 8)),
    ],
    "kitti-raw": [
        ("unreadable-file", "a packet is a word", lambda root: first(root, "oxts/data/*.txt").write_text("here\n")),
        ("cut-cloud", "a cloud is cut off", cut("*.bin")),
        ("unpaired", "a packet is deleted", gone("oxts/data/*.txt")),
        ("wrong-count", "a line of timestamps.txt is gone",
         lines("velodyne_points/timestamps.txt", lambda rows: rows[:-1])),
        ("no-calibration", "the day's calibration is deleted", gone("calib_velo_to_cam.txt")),
        ("negative-side", "a width below 0", swapped("*.xml", "<w>", "<w>-")),
        ("frame-beyond", "a tracklet begins in frame 2",
         swapped("*.xml", "<first_frame>0<", "<first_frame>2<")),
        ("box-value", "a place in millimetres", swapped("*.xml", "<tx>", "<tx>99")),
        ("frame-times", "times go down", lines("velodyne_points/timestamps.txt", fall)),
    ],
    "semantickitti": [
        ("unreadable-file", "a row of the poses has eleven numbers",
         lines("poses.txt", lambda rows: [rows[0].rpartition(" ")[0], *rows[1:]])),
        ("cut-cloud", "a cloud is cut off", cut("*.bin")),
        ("unpaired", "a file of labels is deleted", gone("*.label")),
        ("wrong-count", "a row of times.txt is gone", lines("times.txt", lambda rows: rows[:-1])),
        ("calibration", "calib.txt is deleted", gone("calib.txt")),
        ("label-length", "a file of labels is cut off", cut("*.label", 400)),
        ("frame-times", "times go down", lines("times.txt", fall)),
        ("rotation", "a pose in millimetres with its rotation",
         lines("poses.txt", lambda rows: [" ".join(str(1000 * float(x)) for x in rows[0].split()), *rows[1:]])),
    ],
    "cloud-folder": [
        ("unreadable-file", "calib.json is cut in half", cut("calib.json")),
        ("cut-cloud", "a cloud is cut off", cut("*.pcd")),
        ("unpaired", "a picture has no cloud", doubled("*.jpg", "000009.jpg")),
        ("wrong-count", "a row of the times is gone",
         lines("points/LIDAR_TOP/timestamps.txt", lambda rows: rows[:-1])),
        ("pose", "a pose without a place", changed("poses.json", "poses", 0, "translation")),
        ("frame-times", "times go down", lines("points/LIDAR_TOP/timestamps.txt", fall)),
        ("rotation", "a pose's quaternion is all zeros", changed(
            "poses.json", "poses", 0, "rotation", to={"w": 0, "x": 0, "y": 0, "z": 0})),
        ("intrinsics", "a camera without a focal length", changed(
            "calib.json", "cameras", "CAM_FRONT", _LENS, to=lambda m: [[0, 0, m[0][2]], *m[1:]])),
    ],
}  # fmt: skip
