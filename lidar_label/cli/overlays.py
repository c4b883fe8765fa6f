"""``lidar-label overlays``: pictures with the boxes drawn in."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, progress_bar


def overlays(
    source: Path = typer.Argument(help="A project file, or a data set's folder with labels of its own."),
    target: Path = typer.Argument(help="The folder for the pictures; it is made if need be."),
    frames: str = typer.Option("", "--frames", help="Numbers of frames: 0-20,35. All without it.", metavar="NUMBERS"),
    cameras: str = typer.Option("", "--cameras", help="Channels: CAM_FRONT,CAM_BACK. All without it.", metavar="NAMES"),
    scene: list[str] = typer.Option([], "--scene", help="A scene; may be given again. All without it."),
    points: bool = typer.Option(False, "--points", help="Draw the points of the LiDAR too."),
    names: bool = typer.Option(True, "--names/--no-names", help="Write category and name at each box."),
    kind: str = typer.Option("jpg", "--kind", help="jpg or png.", metavar="KIND"),
    overwrite: bool = typer.Option(False, "--overwrite", help="Write over pictures that are there already."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    as_json: bool = options.AS_JSON,
) -> None:
    """Draw the boxes of a project or a data set into its pictures, one file a frame and camera."""
    from lidar_label.jobs.overlays import KINDS, OverlayOptions
    from lidar_label.jobs.overlays import overlays as draw

    suffix = f".{kind.lower().lstrip('.')}".replace(".jpeg", ".jpg")
    if suffix not in KINDS:
        raise typer.BadParameter(f"{kind!r} is neither jpg nor png", param_hint="--kind")
    asked = OverlayOptions(
        frames=numbers(frames),
        cameras=[name.strip() for name in cameras.split(",") if name.strip()],
        points=points,
        names=names,
        suffix=suffix,
        overwrite=overwrite,
    )
    read = options.read_options(fields, assume)
    with progress_bar() as progress:
        report = draw(source, target, asked, scenes=scene, source_format=source_format, read=read, progress=progress)
    if as_json:
        print_json(report.as_dict())
    else:
        typer.echo(f"{report.pictures} pictures -> {target}")
        print_findings(report.findings)


def numbers(text: str) -> list[int]:
    """Return the frames that a text such as ``0-20,35`` names, in its order; raise `typer.BadParameter` for others."""
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()) or (dash and int(last) < int(first)):
            raise typer.BadParameter(f"{part!r} is neither a number nor a range such as 0-20", param_hint="--frames")
        if dash and int(last) - int(first) > _MOST:
            raise typer.BadParameter(f"{part!r} are too many frames", param_hint="--frames")
        found += range(int(first), int(last) + 1) if dash else [int(first)]
    return found


_MOST = 10_000_000
