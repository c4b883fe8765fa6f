"""``lidar-label formats``: what is read and written, with what each can hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_table

if TYPE_CHECKING:
    from lidar_label.datasets import Format
    from lidar_label.datasets.clouds.base import CloudFormat

DRIVE_COLUMNS = (
    "name", "format", "writes", "boxes", "attributes", "beside LiDAR", "points", "poses", "times", "tried on",
)  # fmt: skip
CLOUD_COLUMNS = ("name", "kind of file", "suffixes", "writes", "positions", "other fields", "tried on")
_EXACT = {
    "float64": "exact, 64 bits",
    "float32": "exact to 32 bits",
    "text": "as text, every digit",
    "scaled": "whole multiples of a step",
}


def formats(as_json: bool = options.AS_JSON) -> None:
    """List the formats of drives and the kinds of cloud files, and what each can hold."""
    from lidar_label.datasets import broken_formats
    from lidar_label.datasets import formats as all_formats
    from lidar_label.datasets.clouds.registry import cloud_formats

    drives, clouds = all_formats(), cloud_formats()
    if as_json:
        print_json([*map(drive_dict, drives), *map(cloud_dict, clouds)])
        return
    print_table("Drives", DRIVE_COLUMNS, [drive_row(found) for found in drives])
    _print_notes([(found.name, found.holds.note) for found in drives])
    print_table("Cloud files", CLOUD_COLUMNS, [cloud_row(kind) for kind in clouds])
    _print_notes([(kind.name, kind.note) for kind in clouds])
    print_findings(broken_formats())


def drive_row(found: Format) -> tuple[str, ...]:
    """Return a format's row under `DRIVE_COLUMNS`."""
    holds = found.holds
    boxes = "-"
    if holds.boxes:
        boxes = _words(holds.rotation, tracks=holds.tracks, scores=holds.scores)
    return (
        found.name,
        found.title,
        _yes(found.writes),
        boxes,
        _words(attributes=holds.attributes, visibility=holds.visibility) or "-",
        _words(cameras=holds.cameras, between=holds.sweeps_between) or "-",
        _words("x y z", fields=holds.point_fields, times=holds.point_times, classes=holds.point_classes),
        _yes(holds.poses),
        _yes(holds.timestamps),
        found.tried_on,
    )


def cloud_row(kind: CloudFormat) -> tuple[str, ...]:
    """Return a kind of cloud file's row under `CLOUD_COLUMNS`."""
    return (
        kind.name,
        kind.title,
        " ".join(kind.suffixes),
        _yes(kind.writes),
        _EXACT[kind.exact],
        "all" if kind.keeps_fields else "some",
        kind.tried_on,
    )


def drive_dict(found: Format) -> dict[str, Any]:
    """Return a format as JSON prints it."""
    return {
        "name": found.name,
        "kind": "drive",
        "title": found.title,
        "writes": found.writes,
        "tried_on": found.tried_on,
        "holds": asdict(found.holds),
        "assumptions": [asdict(item) for item in found.assumptions],
    }


def cloud_dict(kind: CloudFormat) -> dict[str, Any]:
    """Return a kind of cloud file as JSON prints it."""
    return {
        "name": kind.name,
        "kind": "cloud",
        "title": kind.title,
        "writes": kind.writes,
        "tried_on": kind.tried_on,
        "suffixes": list(kind.suffixes),
        "exact": kind.exact,
        "keeps_fields": kind.keeps_fields,
        "note": kind.note,
    }


def _yes(flag: bool) -> str:
    return "yes" if flag else "-"


def _words(*always: str, **sometimes: bool) -> str:
    return ", ".join([*always, *(word for word, is_so in sometimes.items() if is_so)])


def _print_notes(notes: list[tuple[str, str]]) -> None:
    for name, note in notes:
        if note:
            typer.echo(f"{name}: {note}")
    typer.echo()
