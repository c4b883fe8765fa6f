"""What of a drive SUSTechPOINTS cannot hold, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lidar_label.datasets.base import Drive
from lidar_label.datasets.lidar_files import keyframe_losses, main_sweep, merged_attributes, one_lidar_losses
from lidar_label.datasets.losses import area_losses, lost, some
from lidar_label.model import AttributeValue, Finding, Scene


def losses(drives: Sequence[Drive]) -> list[Finding]:
    """Return what is lost, scene by scene."""
    return [
        finding for drive in drives for finding in (*_of_scene(drive.scene), *_of_labels(drive), *area_losses(drive))
    ]


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


def _of_scene(scene: Scene) -> Iterator[Finding]:
    if scene.between:
        yield lost(scene, "sweeps-between", f"{len(scene.between)} recordings between the frames are lost")
    yield from one_lidar_losses(scene)
    if scene.has_timestamps:
        without = sum(not _has_cloud(scene, frame.index) for frame in scene.frames)
        if without:
            yield lost(scene, "timestamps", f"{without} frames have no cloud and lose their time, which is its points'")
        text = "the time of a frame becomes that of its cloud's first point"
        yield Finding("info", "time-of-points", text, scene.name)


def _has_cloud(scene: Scene, frame: int) -> bool:
    sweep = main_sweep(scene, frame)
    return sweep is not None and sweep.is_present


def _of_labels(drive: Drive) -> Iterator[Finding]:
    scene, boxes = drive.scene, list(drive.labels.boxes())
    names = {name for box in boxes for name in merged_attributes(drive, box)}
    if names - {"obj_attr"}:
        found = some(sorted(names - {"obj_attr"}))
        yield lost(scene, "attributes", f"attributes become one text, obj_attr: {found}")
    if any(box.visibility for box in boxes):
        yield lost(scene, "visibility", "visibility levels are lost")
    if any(box.score is not None for box in boxes):
        yield lost(scene, "scores", "scores are lost")
    yield from keyframe_losses(drive)
