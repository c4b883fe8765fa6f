"""``lidar-label tiles``: clouds of any size as tiles on disk."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options, tiles_query
from lidar_label.cli.terminal import print_findings, print_json, print_table, progress_bar

app = typer.Typer(help="Clouds of any size as tiles on disk.", no_args_is_help=True, rich_markup_mode=None)
app.command("query")(tiles_query.query)
app.command("label")(tiles_query.label)
app.command("export")(tiles_query.export)


@app.command("build")
def build(
    source: Path = typer.Argument(help="A cloud file, or a drive whose sweeps are merged."),
    target: Path | None = typer.Argument(None, help="The folder to make; by default one in the cache."),
    scene: str = typer.Option("", "--scene", help="Of a drive: the scene to take; by default the first."),
    frames: str = typer.Option("", "--frames", help="Of a drive: the frames to take.", metavar="FROM..TO"),
    as_json: bool = options.AS_JSON,
) -> None:
    """Build the tiles of a cloud. Where they are there already and the source is the same, nothing is done."""
    from dataclasses import asdict, replace

    from lidar_label.cloud.build import build_tiles
    from lidar_label.cloud.cache import cached_store
    from lidar_label.cloud.sources import open_source
    from lidar_label.cloud.stamps import stamp_of

    first, last = _frames(frames)
    if source.is_file() and (scene or frames):
        raise typer.BadParameter("a cloud file has no scenes and frames", param_hint="--scene, --frames")
    part = f"{scene} {first}..{'' if last is None else last}" if scene or frames else ""
    store = target
    if store is None:
        store = cached_store(source, part)
        store.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress:
        opened = open_source(source, scene, first=first, last=last)
        stamp = replace(stamp_of(source, store), part=part)
        report = build_tiles(opened, store, progress=progress, stamp=stamp)
    found = asdict(report)
    found.pop("is_new")
    if as_json:
        print_json({**found, "findings": [finding.as_dict() for finding in opened.findings]})
        return
    print_table(str(store), tuple(found), [tuple(found.values())])
    print_findings(opened.findings)
    if not report.is_new:
        typer.echo("the tiles were there already")


def _frames(text: str) -> tuple[int, int | None]:
    """Return the first and the last frame of FROM..TO; either may be left out."""
    if not text:
        return 0, None
    first, dots, last = text.partition("..")
    if not dots or not all(end == "" or (end.isascii() and end.isdigit()) for end in (first, last)):
        raise typer.BadParameter(f"{text!r} is not FROM..TO", param_hint="--frames")
    if first and last and int(first) > int(last):
        raise typer.BadParameter(f"{text!r} ends before it begins", param_hint="--frames")
    return int(first or 0), int(last) if last else None


@app.command("info")
def info(
    store: Path = typer.Argument(help="A folder with tiles."),
    verify: bool = typer.Option(False, "--verify", help="Read every tile and compare its checksum."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Say what a folder with tiles holds."""
    from lidar_label.cloud.layout import read_index, read_tiles

    index = read_index(store)
    tiles = read_tiles(store, index)
    if verify:
        from lidar_label.cloud.verify import verify_store

        verify_store(store, index, tiles)
    found = {
        "points": index.points,
        "tiles": len(tiles),
        "bytes": index.points_bytes,
        "source": index.source.path,
        "fields": [field.name for field in index.fields],
        "low": list(index.low),
        "high": list(index.high),
        "step": list(index.step),
    }
    if as_json:
        print_json(found)
        return
    print_table(str(store), ("what", "value"), [(name, str(value)) for name, value in found.items()])
