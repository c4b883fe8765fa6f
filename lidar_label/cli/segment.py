"""``lidar-label segment``: classes of points, from boxes and from frame to frame, and as files."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_report, progress_bar


def segment(
    project: Path = typer.Argument(help="A project file."),
    from_boxes: bool = typer.Option(False, "--from-boxes", help="Points in a box get its category."),
    copy_from: int = typer.Option(
        -1, "--copy-from", min=-1, help="Copy what stands still from this frame to the others.", metavar="FRAME"
    ),
    only_unlabelled: bool = typer.Option(
        False, "--only-unlabelled", help="Leave points that have a class as they are."
    ),
    first: int = typer.Option(0, "--from", min=0, help="The first frame to write."),
    last: int = typer.Option(-1, "--to", min=-1, help="The last frame to write; -1 for the drive's last."),
    labels: Path | None = typer.Option(
        None, "--labels", help="Write a SemanticKITTI .label file of each sweep into this new folder.", metavar="FOLDER"
    ),
    as_json: bool = options.AS_JSON,
) -> None:
    """Give the points of a project's sweeps classes; one undo a scene takes them back."""
    from lidar_label.jobs import open_project
    from lidar_label.jobs.point_classes import Wanted, segment_project
    from lidar_label.jobs.point_files import write_point_labels

    makes = from_boxes or copy_from >= 0
    if not makes and labels is None:
        raise typer.BadParameter("give one of them", param_hint="--from-boxes / --copy-from / --labels")
    wanted = Wanted(
        from_boxes=from_boxes,
        copy_from=copy_from if copy_from >= 0 else None,
        only_unlabelled=only_unlabelled,
        first=first,
        last=last if last >= 0 else None,
    )
    with open_project(project, author="segment") as opened, progress_bar() as progress:
        if makes:
            report = segment_project(opened, wanted, progress)
        if labels is not None:
            report = write_point_labels(opened, labels, progress)
    print_report(report, f"{project}: point classes", as_json)
