"""``lidar-label info``: what is in there, before any work starts."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_table, progress_bar


def info(
    path: Path = typer.Argument(help="A data set's folder, a project file or a cloud file."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    full: bool = typer.Option(False, "--full", help="Read every point, however long that takes."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Say what is in a data set, a project or a cloud file, before any work starts: the import report."""
    from lidar_label.jobs import inspect, sections
    from lidar_label.jobs.inspect_tables import MOST_SCENES

    with progress_bar() as progress:
        found = inspect(path, source_format, options.read_options(fields, assume), full=full, progress=progress)
    if as_json:
        print_json(found.as_dict())
    else:
        typer.echo(f"{path} ({found.format})")
        for section in sections(found):
            print_table(section.title, section.columns, section.rows)
        if len(found.scenes) > MOST_SCENES:
            typer.echo(f"Sensors and points are those of the first {MOST_SCENES} scenes; --json has all.")
        print_findings(found.findings)
    if found.has_unreadable:
        raise typer.Exit(1)
