"""Instances and annotations of a nuScenes-like folder as tracks and boxes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lidar_label.datasets.nuscenes.records import AnnotationRow, InstanceRow, NamedRow, SampleRow
from lidar_label.datasets.nuscenes.scenes import Origin
from lidar_label.datasets.nuscenes.tables import Tables
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Box, Labels, Source, Track


@dataclass(frozen=True, slots=True)
class Annotations:
    """Every annotation by the token of its scene, and the tables they refer to."""

    table: Path
    by_scene: Mapping[str, list[AnnotationRow]]
    instances: Mapping[str, InstanceRow]
    categories: Mapping[str, NamedRow]
    attributes: Mapping[str, NamedRow]
    visibilities: Mapping[str, NamedRow]


def read_annotations(
    tables: Tables,
    samples: dict[str, SampleRow],
    categories: dict[str, NamedRow],
    attributes: dict[str, NamedRow],
    visibilities: dict[str, NamedRow],
) -> Annotations:
    """Read instance.json and sample_annotation.json, and note what of them cannot be used.

    Raises
    ------
    BrokenReference
        If a row names a sample, instance, category, attribute or visibility that is not there.
    UnreadableFile
        If a row lacks a key, has a wrong value or a doubled token.
    """
    instances = tables.instances(categories)
    by_scene: dict[str, list[AnnotationRow]] = defaultdict(list)
    boxes: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    following: dict[str, AnnotationRow] = {}
    has_attribute, has_visibility = tables.has("attribute"), tables.has("visibility")
    for row in tables.annotations(samples, instances, attributes, visibilities):
        by_scene[samples[row.sample].scene].append(row)
        boxes[row.instance] += 1
        if not has_attribute:
            lost["attribute"] += len(row.attributes)
        lost["visibility"] += bool(row.visibility) and not has_visibility
        following[row.token] = row
    for table, number in lost.items():
        if number:
            message = f"{table}.json is not there, so {number} of its tokens in the annotations say nothing"
            tables.note("warning", f"no-{table}", message)
    unused = sum(not boxes[token] for token in instances)
    if unused:
        message = f"{unused} of {len(instances)} instances have no annotation and are left out"
        tables.note("info", "unused-instance", message)
    broken = sum(_is_broken(row, following, samples) for row in following.values())
    if broken:
        message = f"next of {broken} annotations does not lead to a later one of the same object; times are used"
        tables.note("warning", "annotation-chain", message)
    return Annotations(tables.path("sample_annotation"), by_scene, instances, categories, attributes, visibilities)


def _is_broken(row: AnnotationRow, by_token: Mapping[str, AnnotationRow], samples: dict[str, SampleRow]) -> bool:
    if not row.next:
        return False
    after = by_token.get(row.next)
    if after is None or after.instance != row.instance:
        return True
    return samples[after.sample].timestamp_ns <= samples[row.sample].timestamp_ns


def scene_labels(annotations: Annotations, scene: str, frames: dict[str, int], origin: Origin) -> Labels:
    """Make the tracks and boxes of one scene.

    Parameters
    ----------
    annotations : Annotations
    scene : str
        The scene's token.
    frames : dict of str to int
        Index of the frame each sample became.
    origin : (x, y, z), metres
        What to take off the world.

    Raises
    ------
    UnreadableFile
        If a size or rotation is none, or an object has two annotations in one sample.
    """
    tracks: dict[str, Track] = {}
    boxes: list[Box] = []
    taken: dict[tuple[str, str], int] = {}
    for row in annotations.by_scene.get(scene, ()):
        where = f"{annotations.table}, row {row.number}"
        other = taken.setdefault((row.instance, row.sample), row.number)
        if other != row.number:
            raise UnreadableFile(
                f"instance {row.instance} has two annotations in sample {row.sample}, the other in row {other}",
                where=where,
            )
        if row.instance not in tracks:
            instance = annotations.instances[row.instance]
            category = annotations.categories[instance.category].name
            tracks[row.instance] = Track(category=category, name=instance.name, token=instance.token)
        try:
            boxes.append(_box(row, annotations, frames[row.sample], origin))
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None
    return Labels(tracks.values(), sorted(boxes, key=lambda box: box.frame))


def _box(row: AnnotationRow, annotations: Annotations, frame: int, origin: Origin) -> Box:
    x, y, z, width, length, height, *rotation = row.numbers
    center = (x - origin[0], y - origin[1], z - origin[2])
    names = [annotations.attributes[token].name for token in row.attributes if token in annotations.attributes]
    return Box(
        track=row.instance,
        frame=frame,
        world_SE3_box=SE3("world", "box", rotation, center),
        size=(length, width, height),
        attributes=dict.fromkeys(names, True),
        visibility=row.visibility if row.visibility in annotations.visibilities else "",
        source=Source.MACHINE if row.is_automatic else Source.IMPORTED,
        score=row.score,
        num_lidar_pts=row.num_lidar_pts if row.num_lidar_pts >= 0 else None,
        num_radar_pts=row.num_radar_pts if row.num_radar_pts >= 0 else None,
        token=row.token,
    )
