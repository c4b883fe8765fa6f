"""``lidar-label demo``: the main job from end to end on a made-up drive."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli.terminal import print_findings, print_json, print_table, progress_bar


def demo(
    folder: Path = typer.Argument(Path("lidar-label-demo"), help="The folder to make.", metavar="DIR"),
    frames: int = typer.Option(40, "--frames", min=2, max=2000, help="Frames of the made-up drive."),
    gui: bool = typer.Option(True, "--gui/--no-gui", help="Open the desk on it at the end."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make up a drive, label its key frames, interpolate, check, export to nuScenes; then open the desk on it."""
    from lidar_label.cli.open_ import has_display, run_desk
    from lidar_label.jobs.demo import make_demo

    with progress_bar() as progress:
        made = make_demo(folder, frames=frames, progress=progress)
    if as_json:
        print_json(made.as_dict())
    else:
        print_table("What was made", ("step", "result", "seconds"), made.rows())
        print_findings(made.findings)
    if not gui:
        return
    if has_display():
        raise typer.Exit(run_desk(made.project))
    typer.echo(f"There is no display here. Where there is one: lidar-label open {made.project}")
