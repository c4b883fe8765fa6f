"""``lidar-label export``: checked labels out of a project."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_losses, print_report, progress_bar


def export(
    project: Path = typer.Argument(help="A project file."),
    target: Path = typer.Argument(help="The folder to make; it must not exist."),
    to: str = options.TO,
    version: str = options.VERSION_NAME,
    jobs: int = typer.Option(1, "--jobs", min=1, max=64, help="Sensor files written at once."),
    strict: bool = options.STRICT,
    as_json: bool = options.AS_JSON,
) -> None:
    """Check a project's labels and write them, with their drives, in another format."""
    from lidar_label.datasets import WriteOptions
    from lidar_label.jobs import export_project, open_project

    with open_project(project) as opened, progress_bar() as progress:
        asked = WriteOptions(jobs=jobs, version=version, progress=progress)
        report = export_project(opened, target, to, options=asked, strict=strict, announce=print_losses)
    print_report(report, f"{project} -> {target} ({to})", as_json)
