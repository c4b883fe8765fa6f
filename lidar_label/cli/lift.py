"""``lidar-label lift``: 2D labels in pictures become 3D boxes, and 3D boxes 2D labels."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_report, progress_bar


def lift(
    source: Path = typer.Argument(help="A project file, or a data set's folder: the project beside it is used."),
    marks: Path = typer.Argument(
        help="2D labels: COCO's JSON, KITTI's label text (a file or folder), or nuImages' folder. "
        "With --back, the COCO file to write."
    ),
    kind: str = typer.Option(
        "", "--labels", help="coco, kitti or nuimages, where it cannot be told from the files.", metavar="KIND"
    ),
    classes: list[str] = typer.Option(
        [],
        "--class",
        help="A class of the file and the category it becomes; nothing after = leaves it out. May be given again.",
        metavar="NAME=CATEGORY",
    ),
    back: bool = typer.Option(
        False, "--back", help="Write the tight 2D boxes of the 3D boxes instead, with truncation and occlusion."
    ),
    overwrite: bool = typer.Option(False, "--overwrite", help="With --back: write over a file that is there."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    as_json: bool = options.AS_JSON,
) -> None:
    """Make 3D boxes of 2D labels by the points that lie in them, or 2D labels of 3D boxes.

    Boxes are marked as made by machine, what is ambiguous is doubted, and one undo takes all of them back.
    """
    from lidar_label.jobs import open_project
    from lidar_label.jobs.flat_back import write_flat
    from lidar_label.jobs.importing import project_for
    from lidar_label.jobs.lifting import lift_file

    read = options.read_options(fields, assume)
    if back and (kind or classes):
        raise typer.BadParameter("it does not go with --labels or --class", param_hint="--back")
    if overwrite and not back:
        raise typer.BadParameter("it goes with --back", param_hint="--overwrite")
    taken = class_map(classes)
    if back:
        with progress_bar() as progress:
            written = write_flat(
                source, marks, overwrite=overwrite, source_format=source_format, read=read, progress=progress
            )
        if as_json:
            print_json(written.as_dict())
        else:
            typer.echo(f"{written.boxes} 2D boxes in {written.images} pictures -> {marks}")
            print_findings(written.findings)
        return
    with progress_bar() as progress:
        path = project_for(source, source_format=source_format, read=read, progress=progress, author="lift")
        with open_project(path, author="lift") as opened:
            report = lift_file(opened, marks, kind=kind, classes=taken, progress=progress)
    print_report(report, f"{marks} -> {path}", as_json)


def class_map(texts: list[str]) -> dict[str, str]:
    """Return what ``NAME=CATEGORY`` says of each class; raise `typer.BadParameter` for a text that says nothing."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, category = (part.strip() for part in text.partition("="))
        if not (name and equals) or name in found:
            what = "is there twice" if name in found else "is not NAME=CATEGORY"
            raise typer.BadParameter(f"{text!r} {what}", param_hint="--class")
        found[name] = category
    return found
