"""``lidar-label conventions``: what the numbers of a drive can be meant as, ranked by what fits its data."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_json, print_table, progress_bar


def conventions(
    path: Path = typer.Argument(help="A data set's folder, or a project file."),
    scene: list[str] = typer.Option([], "--scene", help="A scene; may be given again. The first without it."),
    most: int = typer.Option(2, "--most", min=1, max=3, help="How many conventions may be wrong at once."),
    shown: int = typer.Option(8, "--show", min=1, help="How many of the ranking are printed."),
    pictures: Path | None = typer.Option(None, "--pictures", help="A folder for pictures: as read, and as the best."),
    apply: bool = typer.Option(False, "--apply", help="Keep the best in the project; a data set gets a new one."),
    meant: str = typer.Option("", "--meant", help="Keep this one instead, as the ranking writes it.", metavar="TEXT"),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    as_json: bool = options.AS_JSON,
) -> None:
    """Try what a calibration, poses and boxes can be meant as, and rank it by points, pictures, boxes and motion."""
    from lidar_label.datasets.meant import joined
    from lidar_label.jobs.conventions import draw_meant, keep, try_conventions
    from lidar_label.model.convention import MEANT, Convention

    read = options.read_options(fields, assume)
    with progress_bar() as progress:
        report = try_conventions(
            path, scenes=scene, source_format=source_format, read=read, most=most, progress=progress
        )
    first = report.scenes[0]
    best = first.ranking[0].convention
    if as_json:
        print_json(report.as_dict())
    else:
        for lab in report.scenes:
            rows = [
                (place, one.convention.text or "as read", one.score, one.convention.words, lab.why(one))
                for place, one in enumerate(lab.ranking[:shown], 1)
            ]
            print_table(lab.name, ("place", "meant", "score", "in words", "beside how it was read"), rows)
            readings = [(f"--assume {one.assume}", one.score, one.meaning) for one in lab.readings]
            if readings:
                print_table("Other ways to read the files", ("told", "score", "what it decides"), readings)
            for text in lab.evidence.missing:
                typer.echo(f"note: {text}")
            if not lab.is_clear:
                typer.echo("note: the first two are close; look at the pictures before you take one")
    if pictures is not None:
        drawn = draw_meant(first, Convention(), pictures / "as-read")
        drawn += draw_meant(first, best, pictures / "best") if best.fixes else 0
        typer.echo(f"{drawn} pictures -> {pictures}", err=as_json)
    chosen = Convention.parse(meant) if meant else best
    if not apply and not meant:
        if best.fixes and not as_json:
            typer.echo(f"To read it so: --assume meant={joined(read.assume.get(MEANT, ''), best)}")
        return
    if not chosen.fixes:
        typer.echo("Nothing to keep: everything fits best as it is read.", err=as_json)
        return
    with progress_bar() as progress:
        project = keep(path, chosen, source_format=source_format, read=read, progress=progress)
    typer.echo(f"kept {chosen.text} -> {project}", err=as_json)
