"""``lidar-label propagate``: tracks carried on from the boxes that a person set."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_report, progress_bar


def propagate(
    project: Path = typer.Argument(help="A project file."),
    track: str = typer.Option("", "--track", help="One track alone, by its name or token."),
    first: int = typer.Option(0, "--from", min=0, help="The first frame to fill."),
    last: int = typer.Option(-1, "--to", min=-1, help="The last frame to fill; -1 for the drive's last."),
    through: bool = typer.Option(False, "--through", help="Go on where it is not sure, and say so with each box."),
    smooth: bool = typer.Option(False, "--smooth", help="Smooth what was made, through the key frames."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Carry tracks on from their key frames by the points, until the machine is not sure; one edit for all."""
    from lidar_label.jobs import open_project
    from lidar_label.jobs.propagating import propagate_project

    with open_project(project, author="propagate") as opened, progress_bar() as progress:
        report = propagate_project(
            opened, track=track, first=first, last=None if last < 0 else last, through=through, smooth=smooth,
            progress=progress,
        )  # fmt: skip
    print_report(report, f"{project}: propagated", as_json)
