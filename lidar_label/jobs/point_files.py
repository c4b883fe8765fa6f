"""Classes of points on their way out: with the sweeps that writers are given, and as SemanticKITTI's label files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets import Drive, WriteOptions, check_target
from lidar_label.datasets.export import new_folder
from lidar_label.datasets.kitti.point_labels import CLASS, INSTANCE, write_labels
from lidar_label.errors import CannotWrite
from lidar_label.jobs.point_classes import box_of_each, lidar_sweeps
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.model import Frame, PointCloud, Scene, Sweep, Track
from lidar_label.progress import Progress
from lidar_label.store.point_labels import class_names, read_classes

if TYPE_CHECKING:
    from lidar_label.jobs.project import Project


def with_classes(project: Project, token: str, scene: Scene) -> Scene:
    """Return a scene whose sweeps bring the classes and instances of their points along, as writers take them.

    An instance is the number of the track whose box of the same category holds the point.
    """
    store = project.session.store
    names = class_names(store)
    if not names:
        return scene
    tracks = store.tracks(token)
    numbers = instance_numbers(tracks)
    kinds = {track.token: track.category for track in tracks}

    def load(sweep: Sweep, frame: int) -> PointCloud:
        cloud = sweep.points()
        classes = read_classes(store, token, frame, sweep.channel, len(cloud))
        boxes = store.boxes_in_frame(token, frame)
        owner = box_of_each(sweep, cloud, boxes)
        instances = np.zeros(len(cloud), np.uint16)
        for index, box in enumerate(boxes):
            mine = np.flatnonzero(owner == index)
            mine = mine[[names.get(int(number)) == kinds[box.track] for number in classes[mine]]]
            instances[mine] = numbers[box.track]
        fields: dict[str, NDArray[Any]] = {**cloud.fields, CLASS: classes, INSTANCE: instances}
        return PointCloud(cloud.xyz, fields)

    def labelled(frame: Frame) -> Frame:
        own = {s.channel: replace(s, load=partial(load, s, frame.index)) for s in lidar_sweeps(frame)}
        return replace(frame, sweeps={**frame.sweeps, **own})

    return replace(scene, frames=[labelled(frame) for frame in scene.frames])


def instance_numbers(tracks: Sequence[Track]) -> dict[str, int]:
    """Return a number of 16 bits for each track: its name where all names are such numbers, else its place."""
    names = [track.name for track in tracks]
    named = all(name.isascii() and name.isdigit() and 0 < int(name[:6]) < 2**16 for name in names)
    if named and len({int(name) for name in names}) == len(names):
        return {track.token: int(track.name) for track in tracks}
    return {track.token: (place + 1) % 2**16 for place, track in enumerate(tracks)}


def write_point_labels(project: Project, target: Path, progress: Progress | None = None) -> Report:
    """Write the classes of all points of a project as SemanticKITTI has them: one ``.label`` a sweep, in its order.

    They lie in ``SCENE/labels`` by the names of the frames, in ``SCENE/CHANNEL/labels`` where there are several
    LiDARs; ``classes.json`` says what the numbers mean. The folder appears whole, or not at all.

    Raises
    ------
    CannotWrite
        If the target exists or cannot be written, or no point has a class.
    UnreadableFile
        If a sweep cannot be read, or is not the one that was labelled.
    """
    names = class_names(project.session.store)
    if not names:
        raise CannotWrite("no point of this project has a class", hint="paint some, or use --from-boxes")
    told, reports = progress or Progress(), []
    scenes = {ref: project.scene(ref.token) for ref in project.refs}
    drives = [Drive(scene=scene, labels=project.session.store.labels(ref.token)) for ref, scene in scenes.items()]
    check_target(target, drives, WriteOptions())
    with new_folder(target.absolute()) as (unfinished, findings):
        legend = {"0": "unlabeled", **{str(number): name for number, name in sorted(names.items())}}
        (unfinished / "classes.json").write_text(json.dumps(legend, indent=1, ensure_ascii=False), encoding="utf-8")
        for ref, scene in scenes.items():
            whole = with_classes(project, ref.token, scene)
            several = sum(sensor.kind == "lidar" for sensor in scene.sensors.values()) > 1
            for frame in told.over(whole.frames, len(whole.frames), ref.name):
                for sweep in lidar_sweeps(frame):
                    folder = unfinished / _safe(ref.name)
                    folder = (folder / _safe(sweep.channel) if several else folder) / "labels"
                    folder.mkdir(parents=True, exist_ok=True)
                    write_labels(folder / f"{_stem(frame)}.label", sweep.points())
            counts = project.session.store.counts(ref.token)
            reports.append(SceneReport(name=ref.name, status="done", frames=len(scene.frames), tracks=counts.tracks,
                                       boxes=counts.boxes))  # fmt: skip
    return Report(target=target, scenes=reports, findings=findings)


def _stem(frame: Frame) -> str:
    return _safe(frame.name) if frame.name else f"{frame.index:06d}"


def _safe(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in "-_." else "_" for c in name).strip(".")
    return kept or "_"
