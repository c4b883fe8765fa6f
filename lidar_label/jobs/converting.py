"""Convert a data set from one format to another, without a project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from lidar_label.datasets import (
    NO_OPTIONS,
    Dataset,
    Drive,
    Format,
    ReadOptions,
    WriteOptions,
    check_target,
    format_named,
    format_names,
    open_dataset,
    write_dataset,
)
from lidar_label.datasets.clouds.registry import cloud_names
from lidar_label.errors import BrokenReference, UnknownFormat
from lidar_label.jobs.batch import Batch
from lidar_label.jobs.clouds import convert_cloud, convert_sweeps, is_cloud_file
from lidar_label.jobs.report import Announce, Report, SceneReport, announce_losses, is_loss, not_read
from lidar_label.jobs.scenes import entry_of, scene_task, sign
from lidar_label.jobs.workers import Here, OnDask, Processes
from lidar_label.jobs.workplace import Workplace
from lidar_label.model import Finding


def convert(
    source: Path,
    target: Path,
    to: str,
    *,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    scenes: str = "*",
    options: WriteOptions | None = None,
    strict: bool = False,
    announce: Announce | None = None,
    dask: str = "",
) -> Report:
    """Write the scenes of `source` and their labels to `target` in another format.

    One scene is written straight to a new target. Many are converted one by one and joined, and
    a target that an earlier conversion made gets what it lacks: see `Batch`.

    Parameters
    ----------
    source : Path
        A data set in any format that can be read, or a cloud file; it is only read.
    target : Path
        A folder that does not exist yet, or that this function made before. It appears whole, or
        not at all.
    to : str
        Name of the format to write, or of a kind of cloud file: then a cloud file becomes a file
        of that kind, and a drive a folder of its sweeps.
    source_format : str
        Name of the format to read, where it cannot be told from the files.
    read : ReadOptions
        What the reader is told of the source.
    scenes : str
        Pattern of scene names, such as ``2011_09_26_*``.
    options : WriteOptions
        `jobs` is the number of scenes done at once, each in a process of its own; where there is
        one scene, the number of its sensor files.
    strict : bool
        Whether nothing may be lost.
    announce : callable, optional
        Told what will be lost, before anything is written.
    dask : str, optional
        Address of a Dask scheduler whose workers do the scenes.

    Raises
    ------
    CheckFailed
        If something would be lost and `strict` is set; nothing is written.
    LidarLabelError
        If the source cannot be read, no scene has such a name, or the target cannot be written. A
        scene of many that cannot be read or written is in the report with the status "failed".
    """
    options = options or WriteOptions()
    to_clouds = _is_cloud_kind(to)
    if to_clouds and is_cloud_file(source, source_format):
        return convert_cloud(
            source,
            target,
            to,
            source_format=source_format,
            read=read,
            options=options,
            strict=strict,
            announce=announce,
        )
    dataset = open_dataset(source, source_format, read)
    names = chosen_scenes(dataset, scenes)
    if to_clouds:
        return convert_sweeps(dataset, names, target, to, options=options, strict=strict, announce=announce)
    if len(names) == 1 and not dask and not os.path.lexists(target) and not Workplace(target).folder.exists():
        return _convert_one(dataset, names[0], target, to, read, options, strict=strict, announce=announce)
    at_once = min(options.jobs, len(names))
    batch = Batch(
        source, dataset.format, names, target, to, read=read, options=replace(options, jobs=options.jobs // at_once)
    )
    workers = OnDask(dask) if dask else Processes(at_once) if at_once > 1 else Here()
    report = batch.run(workers, strict=strict, announce=announce)
    return replace(report, findings=list(dict.fromkeys([*dataset.findings, *report.findings])))


def _is_cloud_kind(to: str) -> bool:
    """Say whether a name is that of a kind of cloud file and not of a format; raise where it is of neither."""
    if to in format_names():
        return False
    if to not in cloud_names():
        known = f"formats: {', '.join(format_names())}; kinds of cloud file: {', '.join(cloud_names())}"
        raise UnknownFormat(f"there is no format {to!r}", hint=known)
    return True


def _convert_one(
    dataset: Dataset,
    name: str,
    target: Path,
    to: str,
    read: ReadOptions,
    options: WriteOptions,
    *,
    strict: bool,
    announce: Announce | None,
) -> Report:
    """Write one scene to a target that does not exist yet."""
    drives = read_drives(dataset, [name])
    options = replace(options, source=dataset.path)
    check_target(target, drives, options)
    losses = format_named(to).losses(drives)
    announce_losses([*not_read(dataset.findings), *losses], announce, strict=strict)
    task = scene_task(dataset.path, dataset.format, read, name, to, options, target.parent)
    entry = entry_of(task, drives[0], dataset.taxonomy, losses)
    written = write_dataset(
        to, target, drives, dataset.taxonomy, options, lambda folder, findings: sign(folder, task, entry, findings)
    )
    findings = list(dict.fromkeys([*dataset.findings, *losses, *written]))
    return Report(target=target, scenes=scene_reports(format_named(to), drives, losses), findings=findings)


def chosen_scenes(dataset: Dataset, pattern: str) -> tuple[str, ...]:
    """Return the names of the scenes that match a pattern; raise where none does."""
    names = tuple(name for name in dataset.scene_names if fnmatchcase(name, pattern))
    if not names:
        known = ", ".join(dataset.scene_names[:5]) or "none"
        raise BrokenReference(f"no scene is called {pattern!r}", where=dataset.path, hint=f"there are: {known}")
    return names


def read_drives(dataset: Dataset, names: Sequence[str]) -> list[Drive]:
    """Open scenes with their labels; no sensor data is loaded."""
    return [Drive(scene=dataset.scene(name), labels=dataset.labels(name)) for name in names]


def scene_reports(written_by: Format, drives: Sequence[Drive], losses: Sequence[Finding]) -> list[SceneReport]:
    """Say of each drive what was written, and what of it was lost."""
    return [
        SceneReport(
            name=drive.scene.name,
            status="done",
            frames=len(drive.scene.frames),
            tracks=len(drive.labels.tracks) if written_by.holds.boxes else 0,
            boxes=len(drive.labels) if written_by.holds.boxes else 0,
            lost=[loss.message for loss in losses if is_loss(loss) and loss.where in ("", drive.scene.name)],
        )
        for drive in drives
    ]
