"""What is lost from one format to another, tried out on a made-up drive that has one of everything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from lidar_label.datasets import Drive, Format, Holds, write_dataset
from lidar_label.jobs.report import is_loss
from lidar_label.model import SE3, Box, Finding, Labels, PointCloud, Sweep, Taxonomy
from lidar_label.synth.everything import make_everything

_CLASSES = ("semantic_class", "instance_id")


def everything() -> tuple[Drive, Taxonomy]:
    """Return the drive that has one of everything, and its taxonomy."""
    scene, labels, taxonomy = make_everything()
    return Drive(scene=scene, labels=labels), taxonomy


def as_format_has_it(chosen: Format) -> Drive:
    """Return the drive that has one of everything, as it is once a format has held it.

    A format that is written is asked by writing and reading it; of one that is only read, its
    table is believed.
    """
    drive, taxonomy = everything()
    if not chosen.writes:
        return as_held(drive, chosen.holds)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "drive"
        write_dataset(chosen.name, target, [drive], taxonomy)
        dataset = chosen.read(target)
        (name,) = dataset.scene_names
        return _kept_in_memory(Drive(scene=dataset.scene(name), labels=dataset.labels(name)))


def losses_into(chosen: Format, drive: Drive) -> list[Finding]:
    """Return what a format cannot hold of a drive, remarks left out."""
    return [finding for finding in chosen.losses([drive]) if is_loss(finding)]


def as_held(drive: Drive, holds: Holds) -> Drive:
    """Return what of a drive a format with this table can hold."""
    scene, labels = drive.scene, drive.labels
    kept = {c: s for c, s in scene.sensors.items() if s.kind != "camera" or holds.cameras}
    frames = [
        replace(
            frame,
            sweeps={c: _thinned(sweep, holds) for c, sweep in frame.sweeps.items()},
            images=frame.images if holds.cameras else {},
        )
        for frame in scene.frames
    ]
    scene = replace(
        scene,
        frames=frames,
        sensors=kept,
        between=scene.between if holds.sweeps_between else (),
        is_sequence=scene.is_sequence and holds.tracks,
        has_poses=scene.has_poses and holds.poses,
        has_timestamps=scene.has_timestamps and holds.timestamps,
    )
    if not holds.boxes:
        return Drive(scene=scene, labels=Labels())
    tracks = [t if holds.attributes else replace(t, attributes={}) for t in labels.tracks]
    return Drive(scene=scene, labels=Labels(tracks, [_plain(box, holds) for box in labels.boxes()]))


def _plain(box: Box, holds: Holds) -> Box:
    pose = box.world_SE3_box
    if holds.rotation == "yaw":
        pose = SE3.from_yaw("world", "box", pose.yaw, pose.translation)
    return replace(
        box,
        world_SE3_box=pose,
        attributes=box.attributes if holds.attributes else {},
        visibility=box.visibility if holds.visibility else "",
        score=box.score if holds.scores else None,
    )


def _thinned(sweep: Sweep, holds: Holds) -> Sweep:
    cloud = sweep.points()
    names = set(cloud.fields) if holds.point_fields else {"intensity"} & set(cloud.fields)
    names -= set() if holds.point_times else {"time_s"}
    names -= set() if holds.point_classes else set(_CLASSES)
    kept = PointCloud(cloud.xyz, {name: cloud.fields[name] for name in cloud.fields if name in names})
    return replace(sweep, load=lambda: kept, path=None)


def _kept_in_memory(drive: Drive) -> Drive:
    """Return a drive whose files may go away."""

    def sweeps(found: Iterable[Sweep]) -> dict[str, Sweep]:
        return {sweep.channel: _held(sweep) for sweep in found}

    frames = [
        replace(
            frame,
            sweeps=sweeps(frame.sweeps.values()),
            images={c: replace(i, load=partial(bytes, i.encoded()), path=None) for c, i in frame.images.items()},
        )
        for frame in drive.scene.frames
    ]
    between = [
        _held(found) if isinstance(found, Sweep) else replace(found, load=partial(bytes, found.encoded()), path=None)
        for found in drive.scene.between
    ]
    return replace(drive, scene=replace(drive.scene, frames=frames, between=between))


def _held(sweep: Sweep) -> Sweep:
    cloud = sweep.points()
    return replace(sweep, load=lambda: cloud, path=None)
