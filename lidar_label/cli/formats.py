"""``lidar-label formats``: what is read and written, with what each can hold."""

from __future__ import annotations

from dataclasses import asdict

import typer

from lidar_label.cli.terminal import print_json, print_table


def formats(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """List the formats that can be read and written, and what each can hold."""
    from lidar_label.datasets import formats as all_formats

    known = all_formats()
    if as_json:
        print_json(
            [
                {"name": f.name, "title": f.title, "writes": f.writes, "tried_on": f.tried_on, "holds": asdict(f.holds)}
                for f in known
            ]
        )
        return

    def yes(flag: bool) -> str:
        return "yes" if flag else "-"

    rows = [
        (
            f.name, f.title, yes(f.writes), yes(f.holds.tracks), f.holds.rotation, yes(f.holds.attributes),
            yes(f.holds.cameras), yes(f.holds.poses), yes(f.holds.timestamps), f.tried_on,
        )
        for f in known
    ]  # fmt: skip
    columns = ("name", "format", "writes", "tracks", "rotation", "attributes", "cameras", "poses", "times", "tried on")
    print_table("Formats", columns, rows)
    for f in known:
        if f.holds.note:
            typer.echo(f"{f.name}: {f.holds.note}")
