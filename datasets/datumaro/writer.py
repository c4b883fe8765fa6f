"""Writing Datumaro's annotations of point clouds: a subset a scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lidar_label.datasets.base import Drive, Holds, WriteOptions
from lidar_label.datasets.datumaro.format import ANNOTATIONS, CLOUDS, IMAGES
from lidar_label.datasets.datumaro.reader import NAME
from lidar_label.datasets.euler import angles_of
from lidar_label.datasets.lidar_files import (
    Job,
    cloud_job,
    lidar_origin,
    main_sweep,
    merged_attributes,
    one_lidar_losses,
    picture_job,
    run_jobs,
    write_json,
)
from lidar_label.datasets.losses import common_losses, lost, some
from lidar_label.datasets.names import frame_stems, is_whole, named_drives, safe_name, track_numbers
from lidar_label.datasets.objects import facts_of
from lidar_label.model import AttributeValue, Box, Finding, Taxonomy

POINT_CLOUD = 6  # Datumaro's number for a cloud as the medium


def losses(holds: Holds, drives: Sequence[Drive]) -> list[Finding]:
    """Return what of these drives the format cannot hold."""
    found = [finding for finding in common_losses(holds, drives) if finding.code != "cameras"]
    for drive in drives:
        scene = drive.scene
        found += one_lidar_losses(scene, distortion=True)
        cameras = [s.channel for s in scene.sensors.values() if s.kind == "camera"]
        if cameras:
            found.append(
                lost(scene, "calibrations", f"calibrations of cameras are lost, pictures kept: {some(cameras)}")
            )
        if any(track.attributes for track in drive.labels.tracks):
            text = "attributes of whole tracks are written on each of their boxes"
            found.append(Finding("info", "track-attributes", text, scene.name))
        if not scene.is_sequence:
            found.append(lost(scene, "no-sequence", "unrelated frames become those of one drive"))
    return found


def write_datumaro(folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
    """Write each drive as ``annotations/SCENE.json`` with its clouds and pictures, in the main LiDAR's frame."""
    findings: list[Finding] = []
    work: list[Job] = []
    (folder / ANNOTATIONS).mkdir()
    for drive, name in named_drives(drives, findings):
        writer = _SubsetWriter(folder, name, drive, taxonomy)
        write_json(folder / ANNOTATIONS / f"{name}.json", writer.content(), indent=None)
        work += writer.work
    return [*findings, *run_jobs(work, options)]


class _SubsetWriter:
    """One drive on its way into its file; `work` is what remains to be written beside it."""

    def __init__(self, folder: Path, name: str, drive: Drive, taxonomy: Taxonomy) -> None:
        self.folder, self.name, self.drive = folder, name, drive
        used = [track.category for track in drive.labels.tracks]
        self.labels = list(dict.fromkeys((*(c.name for c in taxonomy.categories), *used)))
        self.numbers = track_numbers(drive.labels)
        self.work: list[Job] = []
        self._next = 0

    def content(self) -> dict[str, Any]:
        """Return what the file holds."""
        names = {n for box in self.drive.labels.boxes() for n in merged_attributes(self.drive, box)}
        label = {
            "labels": [{"name": name, "parent": "", "attributes": []} for name in self.labels],
            "label_groups": [],
            "attributes": sorted(names),
        }
        return {
            "dm_format_version": "1.0",
            "media_type": POINT_CLOUD,
            "infos": {},
            "categories": {"label": label},
            "items": self._items(),
        }

    def _items(self) -> list[dict[str, Any]]:
        scene, found = self.drive.scene, []
        for frame, stem in zip(scene.frames, frame_stems(scene), strict=True):
            boxes = self.drive.labels.in_frame(frame.index)
            attr: dict[str, Any] = {"frame": frame.index}
            if scene.has_timestamps:
                attr["timestamp_ns"] = frame.timestamp_ns
            item: dict[str, Any] = {"id": stem, "annotations": [self._cuboid(box) for box in boxes], "attr": attr}
            if scene.main_lidar is not None:
                path = self._made(CLOUDS) / f"{stem}.pcd"
                item["point_cloud"] = {"path": path.name}
                self.work.append(cloud_job(main_sweep(scene, frame.index), path, lidar_origin(scene)))
            related = []
            for channel, image in frame.images.items():
                path = self._made(IMAGES, stem) / f"{safe_name(channel)}{image.suffix}"
                related.append({"path": f"{stem}/{path.name}"})
                self.work.append(picture_job(image, path))
            if related:
                item["related_images"] = related
            found.append(item)
        return found

    def _made(self, kind: str, *parts: str) -> Path:
        path = self.folder.joinpath(kind, self.name, *parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _cuboid(self, box: Box) -> dict[str, Any]:
        track = self.drive.labels.track(box.track)
        pose = self.drive.scene.lidar_SE3_box(box)
        attributes: dict[str, AttributeValue] = {**merged_attributes(self.drive, box), "keyframe": box.is_keyframe}
        attributes["track_id"] = self.numbers[track.token]
        if not is_whole(track.name):
            attributes[NAME] = track.name
        attributes |= facts_of(box)
        number, self._next = self._next, self._next + 1
        return {
            "id": number,
            "type": "cuboid_3d",
            "attributes": attributes,
            "group": 0,
            "label_id": self.labels.index(track.category),
            "position": pose.translation.tolist(),
            "rotation": list(angles_of(pose.rotation, "XYZ")),
            "scale": list(box.size),
        }
