"""Rules on OpenLABEL files as they lie there: what they name, and what their frames, objects and systems say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.openlabel.format import openlabel_files
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, numbers, rows
from lidar_label.datasets.values import text
from lidar_label.model import Finding

_VALUES = (9, 10)  # of a cuboid: with Euler angles, or with a quaternion


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the files will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    for file in openlabel_files(path):
        content = laid.json(file)
        root = content.get("openlabel") if isinstance(content, Mapping) else None
        if isinstance(root, Mapping):
            _document(laid, file, root)
    return laid


def _document(laid: Laid, file: Path, root: Mapping[str, Any]) -> None:
    metadata = root.get("metadata")
    if not (isinstance(metadata, Mapping) and metadata.get("schema_version")):
        laid.note("schema-version", "the metadata have no schema_version", file)
    systems = _part(root, "coordinate_systems")
    for name, system in systems.items():
        parent = system.get("parent")
        if parent and text(parent) not in systems:
            laid.note("unknown-reference", f"the parent {parent!r:.40} of a coordinate system is not there",
                      f"{file}, {name}")  # fmt: skip
        pose = system.get("pose_wrt_parent")
        if isinstance(pose, Mapping) and pose:
            _rotation(laid, pose, f"{file}, {name}")
    for name, stream in _part(root, "streams").items():
        _lens(laid, stream, f"{file}, stream {name}")
        if stream.get("uri"):
            laid.named(file.parent, stream["uri"], f"{file}, stream {name}")
    frames = _part(root, "frames")
    for key, frame in frames.items():
        _frame(laid, file, root, key, frame)
    for uid, row in _part(root, "objects").items():
        _intervals(laid, uid, row, frames, file)


def _frame(laid: Laid, file: Path, root: Mapping[str, Any], key: str, frame: Mapping[str, Any]) -> None:
    where = f"{file}, frame {key}"
    streams, systems, objects = (_part(root, name) for name in ("streams", "coordinate_systems", "objects"))
    properties = _part(frame, "frame_properties", frame=True)
    stamp = parse_time(properties.get("timestamp"), "s") if properties.get("timestamp") is not None else None
    if stamp is not None:
        laid.times.setdefault(str(file), []).append((stamp * 1e-9, where))
    _streams(laid, file, streams, _part(properties, "streams"), where)
    for name, transform in _part(properties, "transforms").items():
        _rotation(laid, transform.get("transform_src_to_dst"), f"{where}, {name}")
        if systems and not {text(transform.get("src")), text(transform.get("dst"))} <= systems.keys():
            laid.note("unknown-reference", "a transform's coordinate system is not there", f"{where}, {name}")
    for uid, row in _part(frame, "objects").items():
        kind = objects.get(uid, {}).get("type", "")
        if uid not in objects:
            laid.note("unknown-reference", "a frame's object is not among the objects", f"{where}, {uid}")
        data = row.get("object_data")
        for cuboid in rows(data.get("cuboid")) if isinstance(data, Mapping) else ():
            _cuboid(laid, cuboid, uid, str(kind), f"{file}/{key}", where, systems)


def _streams(laid: Laid, file: Path, known: Mapping[str, Any], own: Mapping[str, Any], where: str) -> None:
    for name, stream in own.items():
        if name not in known:
            laid.note("unknown-reference", "a frame's stream is not among the streams", f"{where}, {name}")
        if stream.get("uri"):
            found = laid.named(file.parent, stream["uri"], f"{where}, {name}")
            if found is not None and known.get(name, {}).get("type") == "lidar":
                laid.clouds.append(found)


def _cuboid(laid: Laid, cuboid: Mapping[str, Any], uid: str, kind: str, frame: str, where: str,
            systems: Mapping[str, Any]) -> None:  # fmt: skip
    values, system = numbers(cuboid.get("val")), cuboid.get("coordinate_system")
    if len(values) not in _VALUES:
        laid.note("cuboid", f"a cuboid has {len(values)} values: it is to have 9, or 10 with a quaternion", where)
        return
    if len(values) == 10:
        laid.rotations.append((where, values[3:7]))
    if system and systems and text(system) not in systems:
        laid.note("unknown-reference", "a cuboid's coordinate system is not there", where)
    place = values[:3] if systems.get(str(system), {}).get("type") != "scene_cs" else ()
    turns = values[3:6] if len(values) == 9 else ()
    laid.boxes.append(BoxRow(where, frame, values[-3:], place, turns, uid, kind))


def _intervals(laid: Laid, uid: str, row: Mapping[str, Any], frames: Mapping[str, Any], file: Path) -> None:
    """Note objects whose intervals do not hold the frames in which they are."""
    spans = [numbers(span, ("frame_start", "frame_end")) for span in rows(row.get("frame_intervals"))]
    there = [int(key) for key, frame in frames.items() if key.isdigit() and uid in _part(frame, "objects")]
    if spans and any(not any(low <= key <= high for low, high in spans) for key in there):
        laid.note("frame-interval", "an object is in frames outside its frame_intervals", f"{file}, object {uid}")


def _rotation(laid: Laid, given: object, where: str) -> None:
    if isinstance(given, Mapping):
        for name in ("quaternion", "matrix4x4"):
            if given.get(name):
                laid.rotations.append((where, numbers(given[name])))


def _lens(laid: Laid, stream: Mapping[str, Any], where: str) -> None:
    properties = stream.get("stream_properties")
    lens = properties.get("intrinsics_pinhole") if isinstance(properties, Mapping) else None
    if isinstance(lens, Mapping):
        given = numbers(next((lens[k] for k in ("camera_matrix", "camera_matrix_3x4") if k in lens), None))
        nan = float("nan")
        fx, cx, fy, cy = (given[0], given[2], given[5], given[6]) if len(given) == 12 else (nan,) * 4
        laid.lenses.append(LensRow(where, (fx, fy), (cx, cy), _size(lens)))


def _size(lens: Mapping[str, Any]) -> tuple[float, float]:
    wide, high = numbers(lens, ("width_px", "height_px"))
    return wide, high


def _part(row: Mapping[str, Any], name: str, *, frame: bool = False) -> dict[str, Any]:
    """Return a part as a mapping of mappings; of a frame's properties, as it is."""
    found = row.get(name)
    if not isinstance(found, Mapping):
        return {}
    return dict(found) if frame else {str(key): value for key, value in found.items() if isinstance(value, Mapping)}


RULES = folder_rules(
    shared.UNREADABLE,
    shared.NAMED,
    shared.CUT,
    FolderRule("schema-version", "File that does not say its version", "warning",
               "Validators choose the schema by metadata.schema_version.", shared.noted("schema-version")),
    shared.UNKNOWN,
    FolderRule("frame-interval", "Object outside its intervals", "error",
               "Readers look for an object in its frame_intervals alone.", shared.noted("frame-interval")),
    FolderRule("cuboid", "Cuboid with too few or too many values", "error",
               "A cuboid is a place, a turn and sides: 9 values with angles, 10 with a quaternion.",
               shared.noted("cuboid")),
    shared.VALUE,
    shared.TIMES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
