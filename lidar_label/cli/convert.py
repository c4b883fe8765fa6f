"""``lidar-label convert``: one format to another, without a project."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli.terminal import print_report, progress_bar


def convert(
    source: Path = typer.Argument(help="A data set's folder; it is only read."),
    target: Path = typer.Argument(help="The folder to make; it must not exist."),
    to: str = typer.Option(..., "--to", help="The format to write; see: lidar-label formats."),
    source_format: str = typer.Option("", "--from", help="The source's format, where it cannot be told."),
    scenes: str = typer.Option("*", "--scenes", help="A pattern of scene names.", metavar="GLOB"),
    version: str = typer.Option("v1.0-mini", "--version-name", help="Name of the tables' folder (nuScenes)."),
    jobs: int = typer.Option(1, "--jobs", min=1, max=64, help="Sensor files written at once."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Convert a data set and its labels to another format."""
    from lidar_label import jobs as work
    from lidar_label.datasets import WriteOptions

    with progress_bar() as progress:
        options = WriteOptions(jobs=jobs, version=version, progress=progress)
        report = work.convert(source, target, to, source_format=source_format, scenes=scenes, options=options)
    print_report(report, f"{source} -> {target} ({to})", as_json)
