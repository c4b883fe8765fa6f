"""``lidar-label import``: a new project on a data set."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli.terminal import print_report, progress_bar


def import_drive(
    source: Path = typer.Argument(help="A data set's folder; it is only referred to, never changed."),
    project: Path = typer.Argument(help="The project file to make: NAME.lidarlabel."),
    source_format: str = typer.Option("", "--from", help="The source's format, where it cannot be told."),
    labels: bool = typer.Option(True, "--labels/--no-labels", help="Take over the labels that the source has."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make a project on a data set, with the labels the data set has."""
    from lidar_label import jobs

    with progress_bar() as progress:
        report = jobs.import_drive(source, project, source_format=source_format, labels=labels, progress=progress)
    print_report(report, f"{source} -> {project}", as_json)
