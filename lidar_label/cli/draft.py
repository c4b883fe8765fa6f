"""``lidar-label draft``: a first draft of boxes and tracks, made by machine."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_report, progress_bar


def draft(
    project: Path = typer.Argument(help="A project file."),
    from_detections: Path | None = typer.Option(
        None,
        "--from-detections",
        help="A detector's boxes: KITTI or AB3DMOT text, or labels in any format that is read.",
    ),
    model: Path | None = typer.Option(
        None, "--model", help="A model of your own, described by a TOML file; see docs/detectors.md.", metavar="TOML"
    ),
    send_to: str = typer.Option(
        "", "--send-to", help="Where a model that is a server gets the points; needed for one.", metavar="URL"
    ),
    source_format: str = options.SOURCE_FORMAT,
    within: float = typer.Option(
        60.0, "--range", min=1.0, help="Without detections or a model: how far from the LiDAR is looked, in metres."
    ),
    least_score: float | None = typer.Option(
        None, "--least-score", min=0.0, max=1.0, help="How likely a track has to be: 0.5, or 0.3 from points alone."
    ),
    as_json: bool = options.AS_JSON,
) -> None:
    """Add tracks of road users to a project, found in its points alone, by a model, or made of a detector's boxes.

    Everything is marked as made by machine, and one undo takes it all back.
    """
    from lidar_label.jobs import open_project
    from lidar_label.jobs.drafting import draft_from_detections, draft_from_model
    from lidar_label.jobs.first_draft import draft_from_points

    if from_detections is not None and model is not None:
        raise typer.BadParameter("give one of them, or neither", param_hint="--from-detections / --model")
    if model is None and send_to:
        raise typer.BadParameter("it goes with --model", param_hint="--send-to")
    if least_score is None:
        least_score = 0.3 if model is None and from_detections is None else 0.5
    with open_project(project, author="draft") as opened, progress_bar() as progress:
        if model is not None:
            report = draft_from_model(opened, model, send_to=send_to, least_score=least_score, progress=progress)
        elif from_detections is not None:
            report = draft_from_detections(
                opened, from_detections, source_format=source_format, least_score=least_score, progress=progress
            )
        else:
            report = draft_from_points(opened, within=within, least_score=least_score, progress=progress)
    print_report(report, f"{model or from_detections or 'points'} -> {project}", as_json)
