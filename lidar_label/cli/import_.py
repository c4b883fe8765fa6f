"""``lidar-label import``: a new project on a data set."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_report, progress_bar


def import_drive(
    source: Path = typer.Argument(help="A data set's folder; it is only referred to, never changed."),
    project: Path = typer.Argument(help="The project file to make: NAME.lidarlabel."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    labels: bool = typer.Option(True, "--labels/--no-labels", help="Take over the labels that the source has."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Make a project on a data set, with the labels the data set has."""
    from lidar_label import jobs

    read = options.read_options(fields, assume)
    with progress_bar() as progress:
        report = jobs.import_drive(
            source, project, source_format=source_format, read=read, labels=labels, progress=progress
        )
    print_report(report, f"{source} -> {project}", as_json)
