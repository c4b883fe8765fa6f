"""3D boxes as 2D labels: the tight box and the outline of each in every picture, in one COCO file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.assist.lift_back import Shown, shown_in
from lidar_label.datasets import NO_OPTIONS, ReadOptions, open_dataset
from lidar_label.datasets.flat.coco import coco_polygon, coco_rect, write_coco
from lidar_label.errors import CannotWrite, InvalidValue
from lidar_label.jobs.project import SUFFIX, open_project, source_of
from lidar_label.model import Box, Finding, Image, Scene, Track
from lidar_label.progress import Progress

_LEAST_PIXELS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatReport:
    """Where the file is, and how many pictures and 2D boxes it has."""

    target: Path
    images: int
    boxes: int
    findings: Sequence[Finding] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"target": str(self.target), "images": self.images, "boxes": self.boxes, "findings": findings}


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A scene, its tracks, what gives its boxes of a frame, and the folder its files lie in."""

    scene: Scene
    tracks: Sequence[Track]
    boxes: Callable[[int], Sequence[Box]]
    folder: Path


def write_flat(
    source: Path,
    target: Path,
    *,
    overwrite: bool = False,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    progress: Progress | None = None,
) -> FlatReport:
    """Write the tight 2D boxes of all 3D boxes, camera by camera, as COCO's JSON.

    Each has its outline as the true lens shows it, cut at the near plane and at the picture's border; ``truncated``,
    the share that the border cuts off, and ``occluded``, the share that other boxes hide, are among its attributes,
    and ``track_id`` is the same for one object in all pictures.

    Parameters
    ----------
    source : Path
        A project file, or a data set with labels of its own.
    target : Path
        The JSON file.
    overwrite : bool
        Whether a file that is there already is written anew.

    Raises
    ------
    CannotWrite
        If the file is there, is or lies in the source, or cannot be written.
    InvalidValue
        If no camera of the source is calibrated.
    """
    progress = progress or Progress()
    if target.exists() and not overwrite:
        raise CannotWrite("the file is there already", where=target, hint="name another, or say --overwrite")
    _keep_out_of(source, target)
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    for found in _scenes(source, source_format, read):
        _keep_out_of(found.folder, target)
        tracks = {track.token: track for track in found.tracks}
        for frame in progress.over(found.scene.frames, len(found.scene.frames), found.scene.name):
            boxes = found.boxes(frame.index)
            for image in frame.images.values():
                camera = image.sensor.camera
                if camera is None:
                    continue
                images.append({"id": len(images) + 1, "file_name": _name(found, image), "width": camera.width,
                               "height": camera.height})  # fmt: skip
                for shown in shown_in(camera, image.world_SE3_sensor.inverse, boxes):
                    track = tracks[boxes[shown.index].track]
                    number = numbers.setdefault(track.category, len(numbers) + 1)
                    row = _row(shown, track, number)
                    if row is not None:
                        rows.append({"id": len(rows) + 1, "image_id": len(images), **row})
    if not images:
        raise InvalidValue("no picture of a calibrated camera is there", where=source)
    categories = [{"id": number, "name": name} for name, number in numbers.items()]
    try:
        write_coco(target, images, rows, categories)
    except OSError as error:
        raise CannotWrite(f"the file cannot be written: {error}", where=target) from None
    return FlatReport(target=target, images=len(images), boxes=len(rows))


def _keep_out_of(source: Path, target: Path) -> None:
    """Raise `CannotWrite` where a target is the source, or lies in it: what is there is only ever read."""
    if target.resolve().is_relative_to(source.resolve()):
        raise CannotWrite(f"the target lies inside the data it is made from, {source}", where=target)


def _row(shown: Shown, track: Track, category: int) -> dict[str, Any] | None:
    left, top, right, bottom = shown.outline.rect
    if right - left < _LEAST_PIXELS or bottom - top < _LEAST_PIXELS:
        return None
    u, v = shown.outline.polygon.T
    area = 0.5 * abs(float(u @ np.roll(v, -1) - v @ np.roll(u, -1)))
    return {
        "category_id": category, "bbox": coco_rect(shown.outline.rect), "area": round(area, 1), "iscrowd": 0,
        "segmentation": [coco_polygon(shown.outline.polygon)], "track_id": track.name or track.token,
        "attributes": {"truncated": round(shown.outline.truncated, 3), "occluded": round(shown.occluded, 3)},
    }  # fmt: skip


def _scenes(source: Path, source_format: str, read: ReadOptions) -> Iterator[_Labelled]:
    if source.suffix.lower() == SUFFIX and source.is_file():
        with open_project(source) as project:
            store = project.session.store
            for ref in project.refs:
                yield _Labelled(
                    project.scene(ref.token), store.tracks(ref.token),
                    lambda frame, token=ref.token: store.boxes_in_frame(token, frame),  # type: ignore[misc]
                    source_of(source, ref),
                )  # fmt: skip
        return
    dataset = open_dataset(source, source_format, read)
    for name in dataset.scene_names:
        labels = dataset.labels(name)
        yield _Labelled(dataset.scene(name), labels.tracks, labels.in_frame, source)


def _name(found: _Labelled, image: Image) -> str:
    """Return a picture's file below the folder of its data; of one without a file scene, camera and frame."""
    if image.path is not None:
        try:
            return image.path.resolve().relative_to(found.folder.resolve()).as_posix()
        except ValueError:
            return f"{image.path.parent.name}/{image.path.name}"
    return f"{found.scene.name}/{image.channel}/{image.frame:06d}{image.suffix}"
