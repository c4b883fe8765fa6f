"""``lidar-label tiles``: clouds of any size as tiles on disk."""

from __future__ import annotations

from pathlib import Path

import typer

from lidar_label.cli import options, tiles_query
from lidar_label.cli.terminal import print_json, print_table, progress_bar

app = typer.Typer(help="Clouds of any size as tiles on disk.", no_args_is_help=True, rich_markup_mode=None)
app.command("query")(tiles_query.query)
app.command("label")(tiles_query.label)
app.command("export")(tiles_query.export)


@app.command("build")
def build(
    source: Path = typer.Argument(help="A cloud file, or a drive whose sweeps are merged."),
    target: Path | None = typer.Argument(None, help="The folder to make; by default one in the cache."),
    scene: str = typer.Option("", "--scene", help="Of a drive: the scene to take; by default the first."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Build the tiles of a cloud. Where they are there already and the source is the same, nothing is done."""
    from dataclasses import asdict

    from lidar_label.cloud.build import build_tiles
    from lidar_label.cloud.cache import cached_store
    from lidar_label.cloud.stamps import stamp_of

    store = target
    if store is None:
        store = cached_store(source)
        store.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress:
        if source.is_dir():
            from lidar_label.cloud.sources import open_source

            stamp = stamp_of(source, store)
            report = build_tiles(open_source(source, scene), store, progress=progress, stamp=stamp)
        else:
            report = build_tiles(source, store, progress=progress)
    found = asdict(report)
    found.pop("is_new")
    if as_json:
        print_json(found)
        return
    print_table(str(store), tuple(found), [tuple(found.values())])
    if not report.is_new:
        typer.echo("the tiles were there already")


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
