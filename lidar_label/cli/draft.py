"""``lidar-label draft``: a first draft of boxes and tracks, made by machine."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_report, progress_bar


def draft(
    project: Path = typer.Argument(help="A project file."),
    from_detections: Path = typer.Option(
        ...,
        "--from-detections",
        help="A detector's boxes: KITTI or AB3DMOT text, or labels in any format that is read.",
    ),
    source_format: str = options.SOURCE_FORMAT,
    least_score: float = typer.Option(0.5, "--least-score", min=0.0, max=1.0, help="How likely a track has to be."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Add tracks made of a detector's boxes to a project; one undo takes them all back."""
    from lidar_label.jobs import open_project
    from lidar_label.jobs.drafting import draft_from_detections

    with open_project(project) as opened, progress_bar() as progress:
        report = draft_from_detections(
            opened, from_detections, source_format=source_format, least_score=least_score, progress=progress
        )
    print_report(report, f"{from_detections} -> {project}", as_json)
