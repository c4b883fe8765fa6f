"""``lidar-label info``: what is in there, before any work starts."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli.terminal import print_findings, print_json, print_table


def info(
    path: Path = typer.Argument(help="A data set's folder or a project file."),
    source_format: str = typer.Option("", "--from", help="Its format, where it cannot be told from the files."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Say what is in a data set or a project: scenes, frames, sensors, labels, and what to know of them."""
    from lidar_label.jobs import inspect

    found = inspect(path, source_format)
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
