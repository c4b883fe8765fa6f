"""``lidar-label convert``: one format to another, without a project."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_losses, print_report, progress_bar


def convert(
    source: Path = typer.Argument(help="A data set's folder or a cloud file; it is only read."),
    target: Path = typer.Argument(help="The folder or file to make; or one that this command made before."),
    to: str = options.TO,
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    scenes: str = typer.Option("*", "--scenes", help="A pattern of scene names.", metavar="GLOB"),
    version: str = options.VERSION_NAME,
    jobs: int = typer.Option(1, "--jobs", min=1, max=64, help="Scenes done at once; of one scene, sensor files."),
    dask: str = typer.Option("", "--dask", help="A Dask cluster that does the scenes.", metavar="ADDRESS"),
    strict: bool = options.STRICT,
    as_json: bool = options.AS_JSON,
) -> None:
    """Convert a data set and its labels to another format.

    Of many scenes each is written on its own. Run it again after a stop or a failure: what is done is not done again.
    """
    from lidar_label import jobs as work
    from lidar_label.datasets import WriteOptions

    with progress_bar() as progress:
        report = work.convert(
            source,
            target,
            to,
            source_format=source_format,
            read=options.read_options(fields, assume),
            scenes=scenes,
            options=WriteOptions(jobs=jobs, version=version, progress=progress),
            strict=strict,
            announce=print_losses,
            dask=dask,
        )
    print_report(report, f"{source} -> {target} ({to})", as_json)
    if report.failed:
        raise typer.Exit(1)
