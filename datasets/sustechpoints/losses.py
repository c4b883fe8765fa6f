"""What of a drive SUSTechPOINTS cannot hold, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lidar_label.datasets.base import Drive
from lidar_label.model import AttributeValue, Box, Finding, Pinhole, Scene, Sensor

_SHOWN = 5


def losses(drives: Sequence[Drive]) -> list[Finding]:
    """Return what is lost, scene by scene."""
    return [finding for drive in drives for finding in (*_of_scene(drive.scene), *_of_labels(drive))]


def attribute_text(values: dict[str, AttributeValue]) -> str:
    """Return attributes as the one text that an object has room for.

    A text of SUSTechPOINTS' own comes back as it was; a flag is its name, others are ``name=value``.
    """
    own = values.get("obj_attr")
    if isinstance(own, str) and len(values) == 1:
        return own
    parts = [own] if isinstance(own, str) and own else []
    for name, value in values.items():
        if name != "obj_attr" and value is not False:
            parts.append(name if value is True else f"{name}={value}")
    return ",".join(parts)


def attributes_of(drive: Drive, box: Box) -> dict[str, AttributeValue]:
    """Return what is true of an object in one frame, that of its whole track included."""
    return {**drive.labels.track(box.track).attributes, **box.attributes}


def _of_scene(scene: Scene) -> Iterator[Finding]:
    if scene.between:
        yield _lost(scene, "sweeps-between", f"{len(scene.between)} recordings between the frames are lost")
    lidar = scene.main_lidar
    others = sorted(s.channel for s in scene.sensors.values() if s.kind != "camera" and s is not lidar)
    if others:
        yield _lost(scene, "other-sensors", f"there is room for one LiDAR; lost: {_some(others)}")
    bent = sorted(s.channel for s in scene.sensors.values() if s.camera is not None and not _is_ideal(s))
    if bent:
        yield _lost(scene, "distortion", f"there is no room for a lens that distorts: {_some(bent)}")


def _is_ideal(sensor: Sensor) -> bool:
    return isinstance(sensor.camera, Pinhole) and not any(sensor.camera.distortion)


def _of_labels(drive: Drive) -> Iterator[Finding]:
    scene, boxes = drive.scene, list(drive.labels.boxes())
    names = {name for box in boxes for name in attributes_of(drive, box)}
    if names - {"obj_attr"}:
        found = _some(sorted(names - {"obj_attr"}))
        yield _lost(scene, "attributes", f"attributes become one text, obj_attr: {found}")
    if any(box.visibility for box in boxes):
        yield _lost(scene, "visibility", "visibility levels are lost")
    if any(box.score is not None for box in boxes):
        yield _lost(scene, "scores", "scores are lost")
    if any(not box.is_keyframe for box in boxes):
        yield _lost(scene, "keyframes", "which boxes a person fixed is lost: all look alike")


def _lost(scene: Scene, code: str, message: str) -> Finding:
    return Finding("warning", code, message, scene.name)


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
