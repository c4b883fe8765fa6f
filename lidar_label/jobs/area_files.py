"""Areas of a project as GeoJSON, and back: polygons with heights in the drive's own metres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import read_json
from lidar_label.edit import PutAreas
from lidar_label.errors import CannotEdit, CannotWrite, InvalidValue, UnreadableFile
from lidar_label.jobs.project import Project, source_of
from lidar_label.model import Area, Finding, Floats, Scene, Source
from lidar_label.model.area import signed_size
from lidar_label.store import SceneRef

WORLD, VEHICLE = "world, metres", "vehicle, metres"
_ABOUT = (
    "areas on the ground by lidar-label; coordinates are x, y, z in metres of the drive's own frame, z up, "
    "not longitude and latitude: see the property 'coordinates' of each feature"
)
_LARGEST_M = 1e8
_TEXTS = ("scene", "scene_token", "category", "token", "source", "author", "note", "coordinates")
_NUMBERS = ("frame", "time_ns")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaReport:
    """The file, how many areas it has, and how many of them changed the project."""

    target: Path
    areas: int
    changed: int = 0
    findings: Sequence[Finding] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"target": str(self.target), "areas": self.areas, "changed": self.changed, "findings": findings}


def write_areas(project: Project, target: Path, *, overwrite: bool = False) -> AreaReport:
    """Write the areas of all scenes of a project as one GeoJSON file; it has its name only once it is whole.

    A feature each: a `Polygon` whose ring goes round counterclockwise from above and ends where it begins, x, y, z in
    metres, with the properties ``scene``, ``scene_token``, ``category``, ``area_m2`` (from above), ``token``,
    ``frame``, ``source``, ``author``, ``time_ns``, ``note`` and ``coordinates``. That one is ``world, metres``: the
    source's own world, with `Scene.origin` added again; or where a drive has no poses ``vehicle, metres``, at the time
    of the frame.

    Raises
    ------
    CannotWrite
        If the file is there and not to be written over, is the project file, lies in a drive's folder, or cannot be
        written.
    """
    if target.exists() and not overwrite:
        raise CannotWrite("the file is there already", where=target, hint="name another, or say --overwrite")
    for taken in (project.path, *(source_of(project.path, ref) for ref in project.refs)):
        if target.resolve().is_relative_to(taken.resolve()):
            raise CannotWrite(f"the target lies inside the data it is made from, {taken}", where=target)
    features = []
    for ref in project.refs:
        areas = project.session.store.areas(ref.token)
        scene = project.scene(ref.token) if areas else None
        features += [_feature(area, ref, scene) for area in areas if scene is not None]
    whole = {"type": "FeatureCollection", "description": _ABOUT, "features": features}
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1) + "\n", "utf-8")
        part.replace(target)
    except OSError as error:
        raise CannotWrite(f"the file cannot be written: {error.strerror}", where=target) from None
    finally:
        part.unlink(missing_ok=True)
    return AreaReport(target=target, areas=len(features))


def add_areas(project: Project, source: Path) -> AreaReport:
    """Take the areas of a GeoJSON file, as `write_areas` writes them, into a project; one undo takes all back.

    An area whose token the project has is written over with what the file says. Categories that the project lacks are
    added. A feature's scene is that of its ``scene_token``, or else of its name, or where it has neither the project's
    only one. One without a frame is of the first, which a drive without poses does not allow.

    Raises
    ------
    MissingFile, UnreadableFile
        If it cannot be read, or a feature is no polygon with heights, or of no scene or frame of the project; nothing
        is taken then.
    """
    found = read_json(source)
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise UnreadableFile("this is no GeoJSON FeatureCollection", where=source)
    features = found.get("features")
    if not isinstance(features, list):
        raise UnreadableFile("the FeatureCollection has no list of features", where=source)
    refs = project.refs
    scenes: dict[str, Scene] = {}
    areas: dict[str, Area] = {}
    for index, feature in enumerate(features):
        where = f"{source}, feature {index}"
        ref = _scene_of(feature, refs, where)
        if ref.token not in scenes:
            scenes[ref.token] = project.scene(ref.token)
        area = _area(feature, ref, scenes[ref.token], where)
        if area.token in areas:
            raise UnreadableFile(f"two features have the token {area.token!r}", where=where)
        areas[area.token] = area
    if not areas:
        raise UnreadableFile("there are no areas in it", where=source)
    try:
        patch = project.session.do(PutAreas(tuple(areas.values()), "Import areas", adds_categories=True))
    except (CannotEdit, InvalidValue) as error:
        raise UnreadableFile(error.what, where=source, hint=error.hint) from None
    return AreaReport(target=source, areas=len(areas), changed=len(patch.keys("area")) if patch is not None else 0)


def _feature(area: Area, ref: SceneRef, scene: Scene) -> dict[str, Any]:
    corners = area.corners + scene.origin
    if signed_size(corners) < 0:
        corners = corners[::-1]
    properties = {
        "scene": ref.name, "scene_token": ref.token, "category": area.category, "area_m2": round(area.size, 3),
        "token": area.token, "frame": area.frame, "source": str(area.source), "author": area.author,
        "time_ns": area.time_ns, "note": area.note, "coordinates": WORLD if scene.has_poses else VEHICLE,
    }  # fmt: skip
    ring = [*corners.tolist(), corners[0].tolist()]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _scene_of(feature: object, refs: Sequence[SceneRef], where: str) -> SceneRef:
    """Return the scene that a feature is of, once its properties are of their kinds."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or feature.get("type") != "Feature" or not isinstance(properties, dict):
        raise UnreadableFile("this is no GeoJSON Feature with properties", where=where)
    for name in _TEXTS:
        if not isinstance(properties.get(name, ""), str):
            raise UnreadableFile(f"the property {name} is not text: {properties[name]!r:.80}", where=where)
    for name in _NUMBERS:
        value = properties.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
            raise UnreadableFile(f"the property {name} is no whole number from 0 on: {value!r:.80}", where=where)
    name, token = properties.get("scene", ""), properties.get("scene_token", "")
    found = [ref for ref in refs if ref.token == token] or [ref for ref in refs if name in ("", ref.name)]
    if len(found) == 1:
        return found[0]
    hint = f"it has {', '.join(ref.name for ref in refs[:5])}{', ...' if len(refs) > 5 else ''}"
    what = "the project has several scenes, and no property says which" if not name else ""
    many = "several scenes" if found else "no scene"
    raise UnreadableFile(what or f"the project has {many} {name!r}", where=where, hint=hint)


def _area(feature: Mapping[str, Any], ref: SceneRef, scene: Scene, where: str) -> Area:
    properties = feature["properties"]
    meant = WORLD if scene.has_poses else VEHICLE
    if properties.get("coordinates", meant) != meant:
        raise UnreadableFile(
            f"its coordinates are {properties['coordinates']!r} and those of scene {ref.name} {meant!r}", where=where
        )
    if "frame" not in properties and not scene.has_poses:
        raise UnreadableFile("it needs the property frame: the drive has no poses", where=where)
    frame = properties.get("frame", 0)
    if frame >= len(scene.frames):
        raise UnreadableFile(f"frame {frame} is not one of the {len(scene.frames)} of scene {ref.name}", where=where)
    known = [str(source) for source in Source]
    more = {name: properties[name] for name in ("token", "author", "time_ns", "note") if properties.get(name)}
    try:
        return Area(
            scene=ref.token, category=properties.get("category", ""), frame=frame,
            corners=_corners(feature, where) - scene.origin,
            source=Source(properties["source"]) if properties.get("source") in known else Source.IMPORTED, **more,
        )  # fmt: skip
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


def _corners(feature: Mapping[str, Any], where: str) -> Floats:
    """Return the corners of a feature's polygon, (K, 3) metres, each once."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        raise UnreadableFile(f"its geometry is no Polygon but {kind!r:.40}", where=where)
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or len(rings) != 1:
        raise UnreadableFile("its polygon is not one ring: holes are not held", where=where)
    ring = rings[0]
    for place, corner in enumerate(ring if isinstance(ring, list) else [None]):
        good = isinstance(corner, list) and len(corner) == 3 and all(map(_is_metres, corner))
        if not good:
            raise UnreadableFile(f"corner {place} is not x, y, z in metres: {corner!r:.80}", where=where)
    corners = np.array(ring, dtype=np.float64).reshape(-1, 3)
    if len(corners) > 1 and (corners[0] == corners[-1]).all():
        corners = corners[:-1]
    return corners


def _is_metres(value: object) -> bool:
    """Say whether a value is a finite number of a size that places have."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST_M
