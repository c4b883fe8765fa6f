"""``lidar-label agreement``: how far two label sets of one drive agree, and where they do not."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from lidar_label.jobs.agreement import Part

_TRACKS = ("part", "first", "second", "matched", "missed", "extra", "switches", "MOTA", "MOTP", "IDF1")
_BOXES = (
    "part", "HOTA", "DetA", "AssA", "LocA", "centre m", "length m", "width m", "height m", "heading deg", "IoU",
)  # fmt: skip


def agreement(
    first: Path = typer.Argument(help="A project file or a data set: the reference."),
    second: Path = typer.Argument(help="The other one, on the same drive."),
    scene: list[str] = typer.Option([], "--scene", help="A scene; may be given again. All without it."),
    least_iou: float = typer.Option(0.3, "--iou", min=0.01, max=1.0, help="Overlap that makes a match."),
    bev: bool = typer.Option(False, "--bev", help="Overlap seen from above, not of the volumes."),
    shown: int = typer.Option(20, "--show", min=0, help="How many differences are printed; --json has all."),
    first_format: str = typer.Option("", "--first-from", help="The first's format, where the files do not tell."),
    second_format: str = typer.Option("", "--second-from", help="The second's format, where the files do not tell."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Compare two label sets of one drive: scores of tracking, errors of boxes, and what they do not agree on."""
    from lidar_label.jobs.agreement import compare_labels

    report = compare_labels(
        first, second, scenes=scene, formats=(first_format, second_format), least_iou=least_iou,
        kind="bev" if bev else "3d",
    )  # fmt: skip
    if as_json:
        print_json(report.as_dict())
        return
    for found in report.scenes:
        one = found.agreement
        parts = [one.all, *one.by_class, *one.by_range, *one.by_annotator]
        print_table(found.name, _TRACKS, [_tracks(part) for part in parts])
        print_table("Boxes: medians", _BOXES, [_boxes(part) for part in parts])
        rows = [(d.kind, d.frame, d.weight, d.message) for d in one.differences[:shown]]
        if rows:
            print_table(f"Differences ({len(one.differences)})", ("kind", "frame", "weight", "what"), rows)


def _tracks(part: Part) -> tuple[object, ...]:
    s = part.scores
    counts = (s.first, s.second, s.matched, s.missed, s.extra, s.switches)
    return (part.name, *counts, *map(_number, (s.mota, s.motp, s.idf1)))


def _boxes(part: Part) -> tuple[object, ...]:
    s, e = part.scores, part.errors
    sides = (e.place_m[0], e.length_m[0], e.width_m[0], e.height_m[0])
    return (part.name, *map(_number, (s.hota, s.deta, s.assa, s.loca, *sides, math.degrees(e.heading[0]), e.iou[0])))


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else "-"
