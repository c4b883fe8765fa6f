"""The JSON files of a DGP scene as checked values: data, samples, calibrations, ontologies.

The files are protocol buffers written as JSON, where a value of zero may be left out.

References
----------
TRI-ML/dgp, dgp/proto: scene, sample, image, point_cloud, radar_point_cloud, geometry, ontology.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lidar_label.datasets.files import inside, read_json
from lidar_label.datasets.moments import SECOND_NS, parse_time
from lidar_label.datasets.values import is_number, listed, mapping, number, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Camera, Fisheye, Pinhole

BOXES_3D = "1"
Kind = Literal["lidar", "camera", "radar"]
_KINDS: dict[str, Kind] = {"point_cloud": "lidar", "image": "camera", "radar_point_cloud": "radar"}
_MOST_NS, _LATEST_NS = 2**63, 2**68  # times of 64 bits, and the year 9999 and more
_BROWN = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
_OTHER_LENSES = ("s1", "s2", "s3", "s4", "taux", "tauy", "alpha", "beta", "w", "xi", "equirectangular")


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One recording: a cloud or a picture. `pose` is None where it has none; times begin at the scene's `base_ns`."""

    key: str
    channel: str
    kind: Kind
    time_ns: int
    path: Path
    pose: SE3 | None
    names: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)
    annotations: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: the keys of its data, and that of their calibration."""

    time_ns: int
    keys: tuple[str, ...]
    calibration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneFile:
    """One scene. `base_ns` was taken off its times, zero where they fit 64 bits; `skipped` are kinds not read."""

    path: Path
    data: Mapping[str, Datum]
    samples: tuple[Sample, ...]
    ontologies: Mapping[str, str]
    about: Mapping[str, str]
    base_ns: int
    skipped: tuple[str, ...]


def read_scene_file(path: Path) -> SceneFile:
    """Read ``scene_HASH.json``; paths in it must stay in its folder.

    Raises
    ------
    MissingFile, UnreadableFile, UnsafePath
        If it is not there or not what the format promises.
    """
    content = mapping(read_json(path), "a scene", path)
    rows = [
        mapping(row, "a datum", f"{path}, datum {i}")
        for i, row in enumerate(listed(_of(content, "data", []), "data", path))
    ]
    times = [_time(row, f"{path}, datum {i}") for i, row in enumerate(rows)]
    samples = listed(_of(content, "samples", []), "samples", path)
    sampled = [_time(mapping(row, "a sample", path), f"{path}, sample {i}") for i, row in enumerate(samples)]
    base = min((*times, *sampled), default=0) // SECOND_NS * SECOND_NS
    base = base if max((*times, *sampled), default=0) >= _MOST_NS else 0
    data: dict[str, Datum] = {}
    skipped: dict[str, None] = {}
    for i, (row, time_ns) in enumerate(zip(rows, times, strict=True)):
        where = f"{path}, datum {i}"
        found = _datum(row, time_ns - base, path.parent, where)
        if isinstance(found, str):
            skipped.setdefault(found)
        elif found.key in data:
            raise UnreadableFile("two data have the same key", where=where)
        else:
            data[found.key] = found
    ontologies = mapping(_of(content, "ontologies", {}), "ontologies", path)
    return SceneFile(
        path=path,
        data=data,
        samples=tuple(
            _sample(row, time_ns - base, f"{path}, sample {i}")
            for i, (row, time_ns) in enumerate(zip(samples, sampled, strict=True))
        ),
        ontologies={key: text(value) for key, value in ontologies.items()},
        about={key: text(_of(content, key, "")) for key in ("name", "description", "log")},
        base_ns=base,
        skipped=tuple(skipped),
    )


def _datum(row: Mapping[str, Any], time_ns: int, folder: Path, where: str) -> Datum | str:
    """Return a recording; the name of its kind where that is not read."""
    holder = mapping(_of(row, "datum", {}), "datum", where)
    kind = next((name for name in holder if name in _KINDS), None)
    if kind is None:
        return next(iter(holder), "empty")
    value = mapping(holder[kind], kind, where)
    channel = text(mapping(_of(row, "id", {}), "id", where).get("name"))
    key = text(row.get("key"))
    if not channel or not key:
        raise UnreadableFile("a datum needs a key and the name of its sensor", where=where)
    annotations = mapping(_of(value, "annotations", {}), "annotations", where)
    names = [text(name) for name in _of(value, "point_format", []) or _of(value, "point_fields", [])]
    sides = [_of(value, side, 0) for side in ("width", "height")]
    return Datum(
        key=key, channel=channel, kind=_KINDS[kind], time_ns=time_ns, names=tuple(names),
        path=inside(folder, text(value.get("filename")), where=where),
        pose=read_pose(value.get("pose"), "world", channel, where),
        size=(_whole(sides[0], "width", where), _whole(sides[1], "height", where)),
        annotations={kind_: inside(folder, text(file), where=where) for kind_, file in annotations.items()},
    )  # fmt: skip


def _sample(row: Mapping[str, Any], time_ns: int, where: str) -> Sample:
    keys = tuple(text(key) for key in listed(_of(row, "datum_keys", []), "datum_keys", where))
    return Sample(time_ns, keys, text(row.get("calibration_key")))


def _time(row: Mapping[str, Any], where: str) -> int:
    stamp = mapping(_of(row, "id", {}), "id", where).get("timestamp")
    found = parse_time(stamp, most_ns=_LATEST_NS) if isinstance(stamp, str) else None
    if found is None:
        raise UnreadableFile(f"timestamp {stamp!r:.60} is no time", where=where)
    return found


def read_pose(value: object, dst: str, src: str, where: str) -> SE3 | None:
    """Return a pose; None where it is absent or all zeros, which the format has for no pose."""
    if value is None:
        return None
    pose = mapping(value, "pose", where)
    turn = mapping(_of(pose, "rotation", {}), "rotation", where)
    place = mapping(_of(pose, "translation", {}), "translation", where)
    quaternion = [number(turn.get(name, 0.0), name, where) for name in ("qw", "qx", "qy", "qz")]
    if not any(quaternion):
        return None
    try:
        return SE3(dst, src, quaternion, [number(place.get(axis, 0.0), axis, where) for axis in "xyz"])
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


@dataclass(frozen=True, slots=True)
class Mounted:
    """One sensor of a calibration; `intrinsics` are as the file has them."""

    ego_SE3_sensor: SE3
    intrinsics: Mapping[str, Any]


def read_calibration(path: Path) -> dict[str, Mounted]:
    """Read ``calibration/HASH.json``: where each sensor is in the vehicle's frame, and the lenses of cameras."""
    content = mapping(read_json(path), "a calibration", path)
    names, lenses, mountings = (
        listed(_of(content, key, []), key, path) for key in ("names", "intrinsics", "extrinsics")
    )
    if not len(names) == len(lenses) == len(mountings):
        text_ = f"{len(names)} names, {len(lenses)} intrinsics and {len(mountings)} extrinsics do not go together"
        raise UnreadableFile(text_, where=path)
    found = {}
    for name, lens, mounting in zip(map(text, names), lenses, mountings, strict=True):
        where = f"{path}, {name}"
        pose = read_pose(mounting, "ego", name, where) or SE3.identity("ego", name)
        found[name] = Mounted(pose, mapping(lens, "intrinsics", where))
    return found


def lens_of(intrinsics: Mapping[str, Any], size: tuple[int, int], where: str) -> Camera | str:
    """Return a camera's lens, or what keeps it from being one that is known."""
    values = {name: number(value, name, where) for name, value in intrinsics.items() if is_number(value)}
    other = [name for name in _OTHER_LENSES if values.get(name)]
    if other or values.get("fisheye", 0.0) not in (0.0, 1.0):
        return f"its lens is of a model that is not read ({', '.join(other) or 'fisheye'})"
    if values.get("skew"):
        return "its pixels are skewed, which is not read"
    wanted = [values.get(name, 0.0) for name in ("fx", "fy", "cx", "cy")]
    try:
        if values.get("fisheye"):
            bent = tuple(values.get(name, 0.0) for name in ("k1", "k2", "k3", "k4"))
            return Fisheye(
                width=size[0], height=size[1], fx=wanted[0], fy=wanted[1], cx=wanted[2], cy=wanted[3], distortion=bent
            )
        brown = tuple(values.get(name, 0.0) for name in _BROWN)
        return Pinhole(
            width=size[0], height=size[1], fx=wanted[0], fy=wanted[1], cx=wanted[2], cy=wanted[3],
            distortion=brown if any(brown) else (),
        )  # fmt: skip
    except InvalidValue as error:
        return error.what


def _of(row: Mapping[str, Any], key: str, otherwise: object) -> Any:  # noqa: ANN401 - JSON
    value = row.get(key)
    return otherwise if value is None else value


def _whole(value: object, what: str, where: str) -> int:
    found = number(value, what, where)
    if found != int(found) or not 0 <= found < 2**31:
        raise UnreadableFile(f"{what} is {value!r}", where=where)
    return int(found)
