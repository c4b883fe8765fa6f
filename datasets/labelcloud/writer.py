"""Writing labelCloud folders: a folder a scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.labelcloud.format import CLASSES
from lidar_label.datasets.labelcloud.labels import CENTROID_ABS, LabelledBox, label_content
from lidar_label.datasets.lidar_files import Job, cloud_job, lidar_origin, main_sweep, run_jobs, write_json
from lidar_label.datasets.names import frame_stems, named_drives
from lidar_label.model import SE3, Finding, Taxonomy, color_for


def write_labelcloud(folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
    """Write each drive as ``SCENE/pointclouds`` and ``SCENE/labels``, in the main LiDAR's frame and centroid_abs."""
    findings: list[Finding] = []
    work: list[Job] = []
    for drive, name in named_drives(drives, findings):
        scene = drive.scene
        clouds, labels = folder / name / "pointclouds", folder / name / "labels"
        for path in (clouds, labels):
            path.mkdir(parents=True)
        write_json(labels / CLASSES, _classes(taxonomy, [track.category for track in drive.labels.tracks]), indent=4)
        for frame, stem in zip(scene.frames, frame_stems(scene), strict=True):
            boxes = []
            for box in drive.labels.in_frame(frame.index):
                pose = scene.lidar_SE3_box(box)
                boxes.append(
                    LabelledBox(
                        kind=drive.labels.track(box.track).category,
                        cloud_SE3_box=SE3("cloud", "box", pose.rotation, pose.translation),
                        size=box.size,
                        attributes={},
                    )
                )
            cloud = clouds / f"{stem}.pcd"
            write_json(labels / f"{stem}.json", label_content(cloud.relative_to(folder / name), boxes), indent=4)
            if scene.main_lidar is not None:
                work.append(cloud_job(main_sweep(scene, frame.index), cloud, lidar_origin(scene)))
    return [*findings, *run_jobs(work, options)]


def _classes(taxonomy: Taxonomy, used: Sequence[str]) -> dict[str, object]:
    """Return the file of classes; the first is labelCloud's own, of points that nobody labelled."""
    colors = {category.name: category.color for category in taxonomy.categories}
    names = dict.fromkeys(("unassigned", *colors, *used))
    colors["unassigned"] = "#9da2ab"
    return {
        "classes": [{"name": n, "id": i, "color": colors.get(n, color_for(n))} for i, n in enumerate(names)],
        "default": 0,
        "type": "object_detection",
        "format": CENTROID_ABS,
        "created_with": {"name": "lidar-label"},
    }
