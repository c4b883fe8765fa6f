"""Joining Supervisely projects: datasets side by side, classes, tags and numbers in one file each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lidar_label.datasets.files import read_json
from lidar_label.datasets.joining import join_trees
from lidar_label.datasets.lidar_files import write_json
from lidar_label.datasets.supervisely.format import KEYS, META
from lidar_label.errors import CannotWrite


def join_projects(parts: Sequence[Path], folder: Path) -> None:
    """Join projects that `write_supervisely` made.

    Raises
    ------
    CannotWrite
        If they are of different types, or a tag has values of different kinds.
    """
    metas = [read_json(part / META) for part in parts]
    types = {meta["projectType"] for meta in metas}
    if len(types) > 1:
        raise CannotWrite("a project holds drives or unrelated frames, not both", where=folder, hint="write them apart")
    join_trees(parts, folder, lambda _, relative: None if relative in (Path(META), Path(KEYS)) else relative)
    classes: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    for part, meta in zip(parts, metas, strict=True):
        for row in meta["classes"]:
            classes.setdefault(row["title"], row)
        for row in meta["tags"]:
            known = tags.setdefault(row["name"], row)
            if known["value_type"] != row["value_type"]:
                tags[row["name"]] = _wider(known, row, part)
    content = {"classes": list(classes.values()), "tags": list(tags.values()), "projectType": types.pop()}
    write_json(folder / META, content)
    keys: dict[str, dict[str, int]] = {}
    for part in parts:
        for kind, rows in read_json(part / KEYS).items():
            keys.setdefault(kind, {}).update(rows)
    write_json(folder / KEYS, keys)


def _wider(one: dict[str, Any], other: dict[str, Any], part: Path) -> dict[str, Any]:
    """Return the row of a tag that has true alone in one part, and true and false in another."""
    kinds = {one["value_type"], other["value_type"]}
    if kinds == {"oneof_string", "any_string"}:
        return one if one["value_type"] == "any_string" else other
    raise CannotWrite(f"tag {one['name']!r} is {' here and '.join(sorted(kinds))} there", where=part)
