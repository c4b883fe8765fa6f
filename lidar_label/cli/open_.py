"""``lidar-label open``: the desk on a project file or a data set."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import progress_bar


def open_path(
    path: Path | None = typer.Argument(None, help="A project file or a data set's folder; none opens an empty desk."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    frame: int | None = typer.Option(
        None, "--frame", min=0, help="The frame to show first; without, the first that has points."
    ),
    screenshot: Path | None = typer.Option(
        None, "--screenshot", help="Save a picture of the desk once the frame is shown, and close it."
    ),
) -> None:
    """Open the labelling desk."""
    from lidar_label.errors import MissingFile

    if path is not None and not path.exists():
        raise MissingFile("there is nothing at this path", where=path)
    read = options.read_options(fields, assume)
    if path is not None and (source_format or read.fields or read.assume):
        from lidar_label.jobs import project_for

        with progress_bar() as progress:
            path = project_for(path, source_format=source_format, read=read, progress=progress)
    raise typer.Exit(run_desk(path, frame, screenshot))


def run_desk(path: Path | None, frame: int | None = None, screenshot: Path | None = None) -> int:
    """Run the desk until its window closes; return its exit code."""
    import gc

    from lidar_label.errors import LidarLabelError, MissingFile

    gc.disable()  # for good: the desk has its own search (gui/garbage.py), and what is imported now is no garbage
    if not has_display():
        raise LidarLabelError(
            "there is no display to open the desk on", hint="set DISPLAY, or work without: see --help"
        )
    try:
        from lidar_label.gui.app import run
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("PyQt6", "vtkmodules", "vtk"):
            raise MissingFile(f"the desk needs {error.name}", hint="install lidar-label[gui]") from None
        raise
    return run(path, frame=frame, screenshot=screenshot)


def has_display() -> bool:
    """Say whether a window could open here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
