"""Write the labels of a project, checked, in a format that others read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lidar_label.check import check_labels
from lidar_label.datasets import Drive, WriteOptions, check_target, format_named, write_dataset
from lidar_label.errors import CheckFailed
from lidar_label.jobs.converting import scene_reports
from lidar_label.jobs.point_files import with_classes
from lidar_label.jobs.project import Project, source_of
from lidar_label.jobs.report import Announce, Report, announce_losses
from lidar_label.model import Finding
from lidar_label.store.point_labels import class_names


def export_project(
    project: Project,
    target: Path,
    to: str,
    *,
    scenes: Sequence[str] = (),
    options: WriteOptions | None = None,
    strict: bool = False,
    announce: Announce | None = None,
) -> Report:
    """Check the labels of a project and write them with their drives.

    Parameters
    ----------
    project : Project
    target : Path
        A folder that does not exist yet. It appears whole, or not at all.
    to : str
        Name of the format to write.
    scenes : sequence of str
        Tokens of the scenes to write; all where none is named.
    strict : bool
        Whether nothing may be lost.
    announce : callable, optional
        Told what will be lost, before anything is written.

    Raises
    ------
    CheckFailed
        If a label breaks a rule of severity error, or something would be lost and `strict` is set; nothing is written.
    LidarLabelError
        If the data cannot be read or the target cannot be written.
    """
    writer = format_named(to)
    store = project.session.store
    taxonomy = store.taxonomy()
    drives: list[Drive] = []
    findings: list[Finding] = []
    for ref in project.refs:
        if scenes and ref.token not in scenes:
            continue
        scene = with_classes(project, ref.token, project.scene(ref.token))
        drive = Drive(
            scene=scene, labels=store.labels(ref.token), classes=class_names(store), areas=store.areas(ref.token)
        )
        findings += project.findings(ref.token)
        findings += check_labels(drive.scene, drive.labels, taxonomy)
        drives.append(drive)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        first = errors[0]
        raise CheckFailed(
            f"{len(errors)} labels break a rule, the first: {first.message}",
            where=first.where,
            hint="nothing was written; see: lidar-label check",
        )
    options = options or WriteOptions()
    if len({ref.path for ref in project.refs}) == 1:
        options = replace(options, source=source_of(project.path, project.refs[0]))
    check_target(target, drives, options)
    losses = writer.losses(drives)
    announce_losses(losses, announce, strict=strict)
    written = write_dataset(to, target, drives, taxonomy, options)
    findings += [*losses, *written]
    return Report(target=target, scenes=scene_reports(writer, drives, losses), findings=list(dict.fromkeys(findings)))
