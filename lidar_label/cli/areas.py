"""``lidar-label areas``: polygons on the ground out of a project as GeoJSON, and into it."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json


def areas(
    project: Path = typer.Argument(help="A project file."),
    file: Path = typer.Argument(help="The GeoJSON file to write; with --add, to read."),
    add: bool = typer.Option(False, "--add", help="Take the areas of the file into the project instead."),
    overwrite: bool = typer.Option(False, "--overwrite", help="Write over a file that is there."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Write the areas on the ground that a project keeps as GeoJSON, in metres of the drive's world, or read them."""
    from lidar_label.jobs import open_project
    from lidar_label.jobs.area_files import add_areas, write_areas

    if add and overwrite:
        raise typer.BadParameter("it does not go with --add", param_hint="--overwrite")
    with open_project(project, author="areas") as opened:
        report = add_areas(opened, file) if add else write_areas(opened, file, overwrite=overwrite)
    if as_json:
        print_json(report.as_dict())
        return
    many = "1 area" if report.areas == 1 else f"{report.areas} areas"
    typer.echo(f"{many} of {file} -> {project}, {report.changed} changed" if add else f"{many} -> {file}")
    print_findings(report.findings)
