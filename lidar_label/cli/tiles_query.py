"""``lidar-label tiles query``, ``label`` and ``export``: points asked for by region, labelled, and written out."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from lidar_label.cloud.regions import Region
    from lidar_label.cloud.store import TileStore

STORE = typer.Argument(help="A folder with tiles.")
BOX = typer.Option("", "--box", help="Least and greatest corner.", metavar="X,Y,Z,X,Y,Z")
ROTATED = typer.Option("", "--rotated-box", help="Centre, size, and yaw in radians.", metavar="X,Y,Z,L,W,H,YAW")
SPHERE = typer.Option("", "--sphere", help="Centre and radius.", metavar="X,Y,Z,R")
POLYGON = typer.Option("", "--polygon", help="Corners on the ground, in order.", metavar="X,Y,X,Y,...")
RAY = typer.Option("", "--ray", help="Start, direction, and how far off it points may lie.", metavar="X,Y,Z,DX,DY,DZ,R")
HEIGHTS = typer.Option("", "--heights", help="Least and greatest z over the polygon.", metavar="LOW,HIGH")
LAYER = typer.Option("classes", "--layer", help="The name of the labels.")


def query(
    store: Path = STORE,
    box: str = BOX,
    rotated_box: str = ROTATED,
    sphere: str = SPHERE,
    polygon: str = POLYGON,
    heights: str = HEIGHTS,
    ray: str = RAY,
    out: Path | None = typer.Option(None, "--out", help="Write the points' numbers in the source to a .npy file."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Count the points of a region, over all points; their numbers in the source go to a file."""
    import numpy as np

    from lidar_label.cloud.query import count
    from lidar_label.cloud.query import query as query_points
    from lidar_label.cloud.store import TileStore
    from lidar_label.errors import CannotWrite

    region = region_of(box, rotated_box, sphere, polygon, heights, ray)
    if out is not None and out.exists():
        raise CannotWrite("the target exists already", where=out, hint="choose another name, or remove it first")
    with TileStore.open(store) as opened:
        began = time.perf_counter()
        numbers = query_points(opened, region) if out is not None else None
        found = count(opened, region) if numbers is None else len(numbers)
        seconds = time.perf_counter() - began
        if out is not None and numbers is not None:
            try:
                with out.open("xb") as file:
                    np.save(file, numbers)
            except OSError as error:
                raise CannotWrite(error.strerror or str(error), where=out) from error
        _show(opened, found, seconds, as_json, out.stat().st_size if out is not None else 0)


def label(
    store: Path = STORE,
    value: int = typer.Option(..., "--class", help="The label that the points get."),
    box: str = BOX,
    rotated_box: str = ROTATED,
    sphere: str = SPHERE,
    polygon: str = POLYGON,
    heights: str = HEIGHTS,
    ray: str = RAY,
    layer: str = LAYER,
    as_json: bool = options.AS_JSON,
) -> None:
    """Give the points of a region a label. New labels begin as the source's classification, where it has one."""
    from lidar_label.cloud.labels import LabelLayer, layer_names
    from lidar_label.cloud.store import TileStore

    region = region_of(box, rotated_box, sphere, polygon, heights, ray)
    with TileStore.open(store) as opened, progress_bar() as progress:
        began = time.perf_counter()
        if layer in layer_names(opened):
            labels = LabelLayer.open(opened, layer)
        else:
            labels = LabelLayer.create(
                opened, layer, field="classification" if "classification" in opened.fields else ""
            )
        painted = labels.paint(region, value, progress=progress)
        seconds = time.perf_counter() - began
    _show(opened, painted, seconds, as_json)


def export(
    store: Path = STORE,
    target: Path = typer.Argument(help="The file to make."),
    to: str = typer.Option(
        "las", "--to", help="las, laz, copc, pcd or another kind of cloud file; label for labels alone."
    ),
    field: str = typer.Option("", "--field", help="The field that the labels go to.", metavar="NAME"),
    layer: str = LAYER,
    as_json: bool = options.AS_JSON,
) -> None:
    """Write the labels in the order of the source: into a copy of it, or alone."""
    from lidar_label.cloud.export import export_labels
    from lidar_label.cloud.labels import LabelLayer
    from lidar_label.cloud.store import TileStore

    with TileStore.open(store) as opened, progress_bar() as progress:
        done = export_labels(LabelLayer.open(opened, layer), target, to, field=field, progress=progress)
    _show(opened, done.points, done.seconds, as_json, done.bytes)
    if not as_json:
        print_findings(done.findings)


def region_of(box: str, rotated_box: str, sphere: str, polygon: str, heights: str, ray: str) -> Region:
    """Return the one region that the options name; raise `typer.BadParameter` where they name none or several."""
    from lidar_label.cloud.regions import Box, GroundPolygon, Ray, RotatedBox, Sphere

    if sum(map(bool, (box, rotated_box, sphere, polygon, ray))) != 1:
        raise typer.BadParameter("give one of --box, --rotated-box, --sphere, --polygon and --ray")
    if heights and not polygon:
        raise typer.BadParameter("heights go with a polygon", param_hint="--heights")
    if box:
        n = _numbers(box, "--box", 6)
        return Box(n[:3], n[3:])  # type: ignore[arg-type]
    if rotated_box:
        n = _numbers(rotated_box, "--rotated-box", 7)
        return RotatedBox.turned(n[:3], n[3:6], n[6])
    if sphere:
        n = _numbers(sphere, "--sphere", 4)
        return Sphere(n[:3], n[3])  # type: ignore[arg-type]
    if ray:
        n = _numbers(ray, "--ray", 7)
        return Ray(n[:3], n[3:6], n[6])  # type: ignore[arg-type]
    n = _numbers(polygon, "--polygon", 0)
    low, high = _numbers(heights, "--heights", 2) if heights else (-math.inf, math.inf)
    return GroundPolygon(list(zip(n[::2], n[1::2], strict=True)), low, high)  # type: ignore[arg-type]


def _numbers(text: str, name: str, count: int) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not numbers with commas between them", param_hint=name) from None
    if (count and len(found) != count) or (not count and len(found) % 2):
        raise typer.BadParameter(f"{len(found)} numbers, and it takes {count or 'pairs'}", param_hint=name)
    return found


def _show(store: TileStore, points: int, seconds: float, as_json: bool, size: int = 0) -> None:
    """Print what was done: the points it was done to, the tiles of the store, and the bytes written to a file."""
    from lidar_label.cloud.build import peak_rss

    found: dict[str, Any] = {"points": points, "tiles": len(store.tiles), "bytes": size, "seconds": seconds}
    found["peak_rss_bytes"] = peak_rss()
    if as_json:
        print_json(found)
    else:
        print_table(str(store.folder), tuple(found), [tuple(found.values())])
