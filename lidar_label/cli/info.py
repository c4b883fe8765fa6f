"""``lidar-label info``: what is in there, before any work starts."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_table


def info(
    path: Path = typer.Argument(help="A data set's folder or a project file."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    as_json: bool = options.AS_JSON,
) -> None:
    """Say what is in a data set or a project: scenes, frames, sensors, labels, and what to know of them."""
    from lidar_label.jobs import inspect

    found = inspect(path, source_format, options.read_options(fields, assume))
    if as_json:
        print_json(found.as_dict())
        return
    rows = [
        (s.name, s.frames, s.sweeps, s.images, s.tracks, s.boxes, s.duration_s, ", ".join(s.channels))
        for s in found.scenes
    ]
    columns = ("scene", "frames", "sweeps", "images", "tracks", "boxes", "seconds", "channels")
    print_table(f"{path} ({found.format})", columns, rows)
    print_findings(found.findings)
