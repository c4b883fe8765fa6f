"""What a person can export to, said in a few words, and the export as the desk starts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lidar_label.datasets import WriteOptions, formats
from lidar_label.jobs.exporting import export_project
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report
from lidar_label.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A format that can be written: its name, its title, and what to know before choosing it."""

    name: str
    title: str
    note: str = ""


def targets() -> tuple[Target, ...]:
    """Return the formats that can be written."""
    return tuple(Target(name=f.name, title=f.title, note=f.holds.note) for f in formats() if f.writes)


def export_to(project: Project, target: Path, name: str, progress: Progress) -> Report:
    """Export every scene of a project to one of `targets`; see `export_project`."""
    return export_project(project, target, name, options=WriteOptions(jobs=2, progress=progress))
