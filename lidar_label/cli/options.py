"""Options that several commands share, and what their texts mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lidar_label.datasets import ReadOptions

SOURCE_FORMAT = typer.Option("", "--from", help="The source's format, where it cannot be told from the files.")
FIELDS = typer.Option("", "--fields", help="The values of a point in raw files: x,y,z,intensity,ring.", metavar="NAMES")
ASSUME = typer.Option(
    [], "--assume", help="A convention that the files leave open; may be given again.", metavar="KEY=VALUE"
)
TO = typer.Option(..., "--to", help="The format, or kind of cloud file, to write; see: lidar-label formats.")
VERSION_NAME = typer.Option("v1.0-mini", "--version-name", help="Name of the tables' folder (nuScenes).")
STRICT = typer.Option(False, "--strict", help="Stop before writing if anything would be lost.")
AS_JSON = typer.Option(False, "--json", help="Print JSON.")


def read_options(fields: str, assume: list[str]) -> ReadOptions:
    """Return what the reader is told; raise `typer.BadParameter` for a text that says nothing."""
    from lidar_label.datasets import ReadOptions

    names = tuple(name.strip() for name in fields.split(",")) if fields.strip() else ()
    doubled = [name for name in names if names.count(name) > 1]
    if not all(names) or doubled:
        what = f"{doubled[0]!r} stands there twice" if doubled else "a name is empty"
        raise typer.BadParameter(f"{fields!r}: {what}", param_hint="--fields")
    taken: dict[str, str] = {}
    for text in assume:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not (key and equals and value) or key in taken:
            what = "is there twice" if key in taken else "is not KEY=VALUE"
            raise typer.BadParameter(f"{text!r} {what}", param_hint="--assume")
        taken[key] = value
    return ReadOptions(fields=names, assume=taken)
