"""Part of scripts/bench: building tiles of big clouds, asking them, reading them, labelling and exporting."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench_child import Done, in_child
from bench_plan import LeftOut, Plan, best_of, memory_free, warm
from bench_table import Row

LIMIT_MB, PEAK_MB = 2000.0, 1000.0
HUGE = 500_000_000
STORE_BYTES = 40  # about, of a point
COPC_BYTES = 180  # of memory, of a point


# What the children do


def build(source: str, store: str) -> dict[str, Any]:
    """Run the command in this process, which is limited; return what it reports."""
    from lidar_label.cli.main import main

    shutil.rmtree(store, ignore_errors=True)
    sys.argv = ["lidar-label", "tiles", "build", source, store, "--json"]
    said = io.StringIO()
    began = time.perf_counter()
    try:
        with contextlib.redirect_stdout(said):
            main()
    except SystemExit as ended:
        if ended.code:
            raise
    return {**json.loads(said.getvalue()), "command_seconds": time.perf_counter() - began}


def copc(source: str, target: str) -> float:
    """Write a LAS file as COPC with copclib, plainly: all in memory, an octree of random samples; return seconds."""
    import copclib
    import laspy
    import numpy as np

    began = time.perf_counter()
    las = laspy.read(source)
    header, records = las.header, las.points.array
    steps = np.stack([records["X"], records["Y"], records["Z"]], axis=1)
    low, high = steps.min(axis=0), steps.max(axis=0)
    side = int((high - low).max()) + 1
    depth = max(0, round(np.log2(len(records) / 50_000) / 2))  # streets: each level has four times the nodes
    cells = ((steps - low).astype(np.int64) << depth) // side
    levels = np.full(len(records), depth, np.int8)
    dice = np.random.default_rng(0).random(len(records))
    for level in range(depth - 1, -1, -1):
        levels[dice < 0.75 * 0.25 ** (depth - level)] = level
    for level in range(depth, 0, -1):  # every parent must have a point of its own
        shift = depth - level
        own = {tuple(row) for row in np.unique(cells[levels == level - 1] >> (shift + 1), axis=0).tolist()}
        places = np.flatnonzero(levels == level)
        keys, first = np.unique(cells[places] >> shift, axis=0, return_index=True)
        for key, place in zip(keys.tolist(), places[first].tolist(), strict=True):
            parent = tuple(part >> 1 for part in key)
            if parent not in own:
                own.add(parent)
                levels[place] = level - 1
    keys = np.column_stack([levels, cells >> (depth - levels)[:, None]])
    order = np.argsort(((keys[:, 0] << depth | keys[:, 1]) << depth | keys[:, 2]) << depth | keys[:, 3], kind="stable")
    keys = keys[order]
    half = side * header.scales[0] / 2
    config = copclib.CopcConfigWriter(
        7, copclib.Vector3(*header.scales.tolist()), copclib.Vector3(*header.offsets.tolist())
    )
    config.las_header.min, config.las_header.max = copclib.Vector3(*header.mins), copclib.Vector3(*header.maxs)
    config.copc_info.center_x, config.copc_info.center_y, config.copc_info.center_z = (header.mins + half).tolist()
    config.copc_info.halfsize = half
    writer = copclib.FileWriter(target, config)
    starts = np.concatenate([[0], np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1, [len(keys)]])
    for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        points = np.ascontiguousarray(records[order[start:stop]]).view(np.int8)
        writer.AddNode(copclib.VoxelKey(*keys[start].tolist()), copclib.VectorChar(points))
    writer.Close()
    return time.perf_counter() - began


def ask(store: str, source: str) -> dict[str, Any]:
    """Ask for a box, and make the same by brute force over positions that laspy reads; return milliseconds of both."""
    import laspy
    import numpy as np

    from lidar_label.cloud.query import query
    from lidar_label.cloud.regions import Box
    from lidar_label.cloud.store import TileStore

    with laspy.open(source) as reader:
        xyz = np.empty((reader.header.point_count, 3))
        at = 0
        for chunk in reader.chunk_iterator(2_000_000):
            for axis, name in enumerate("xyz"):
                xyz[at : at + len(chunk), axis] = chunk[name]
            at += len(chunk)
    opened = TileStore.open(Path(store))
    ours, theirs, counts = [], [], []
    for share in (0.2, 0.5, 0.8):
        middle = xyz[int(len(xyz) * share)]
        half = np.array([3.0, 2.5, 2.0])
        low, high = middle - half, middle + half
        region = Box(low, high)
        found = query(opened, region)
        began = time.perf_counter()
        wanted = np.flatnonzero(((xyz >= low) & (xyz <= high)).all(axis=1))
        theirs.append(time.perf_counter() - began)
        if not np.array_equal(found, wanted):
            raise RuntimeError(f"a box holds {len(wanted)} points and {len(found)} were found, or others")
        counts.append(len(found))
        times = []
        for _ in range(15):
            began = time.perf_counter()
            query(opened, region)
            times.append(time.perf_counter() - began)
        ours.append(statistics.median(times))
    return {"ours": max(ours) * 1e3, "theirs": min(theirs) * 1e3, "points": max(counts)}


def read(store: str, source: str, folder: str) -> dict[str, float]:
    """Read random tiles, and decode LAZ with lazrs on all cores; return million points a second of both."""
    from concurrent.futures import ThreadPoolExecutor

    import laspy
    import numpy as np

    from lidar_label.cloud.store import TileStore

    opened = TileStore.open(Path(store))
    tiles = np.random.default_rng(0).permutation(np.flatnonzero(opened.valid))[:600].tolist()
    points = int(opened.tiles["count"][tiles].sum())

    def some(first: int) -> None:
        for tile in tiles[first::2]:
            opened.read(tile, fields=("intensity",))

    with ThreadPoolExecutor(2) as pool:
        ours = points / best_of(5, lambda: list(pool.map(some, (0, 1)))) / 1e6
    packed = Path(folder) / "bench.laz"
    try:
        with laspy.open(source) as reader:
            head = next(iter(reader.chunk_iterator(2_000_000)))
            with laspy.open(packed, mode="w", header=reader.header, do_compress=True) as writer:
                writer.write_points(head)

        def decode() -> None:
            with laspy.open(packed, laz_backend=laspy.LazBackend.LazrsParallel) as again:
                again.read()

        theirs = len(head) / best_of(2, decode) / 1e6
    finally:
        packed.unlink(missing_ok=True)
    return {"ours": ours, "theirs": theirs}


def label(store: str, source: str, target: str) -> dict[str, float]:
    """Paint classes by box and by polygon on a tenth of the points, export, and hold it to a brute-force reference."""
    import laspy
    import numpy as np

    from lidar_label.cloud.export import export_labels
    from lidar_label.cloud.labels import LabelLayer
    from lidar_label.cloud.regions import Box, GroundPolygon
    from lidar_label.cloud.store import TileStore

    opened = TileStore.open(Path(store))
    low, high = opened.bounds
    # one part of the points from the west, as a box; another from the north, whose border is slanted; a tenth in all
    west = _quantile(opened, 0, 0.06)
    north = _quantile(opened, 1, 0.94)
    box = Box(low - 1, np.array([west, high[1] + 1, high[2] + 1]))
    corners = np.array(
        [(low[0] - 9, north), (high[0] + 9, north + 3), (high[0] + 9, high[1] + 9), (low[0] - 9, high[1] + 9)]
    )
    polygon = GroundPolygon(corners)
    began = time.perf_counter()
    layer = LabelLayer.create(opened, "bench", field="classification")
    painted = layer.paint(box, 200) + layer.paint(polygon, 201)
    paint_s = time.perf_counter() - began
    began = time.perf_counter()
    Path(target).unlink(missing_ok=True)
    export_labels(layer, Path(target), "las")
    export_s = time.perf_counter() - began
    touched = 0
    with laspy.open(source) as one, laspy.open(target) as other:
        for before, after in zip(one.chunk_iterator(2_000_000), other.chunk_iterator(2_000_000), strict=True):
            xyz = np.column_stack([before.x, before.y, before.z])
            wanted = before.array.copy()
            wanted["classification"][((xyz >= box.low) & (xyz <= box.high)).all(axis=1)] = 200
            inside = _over(xyz, corners)
            wanted["classification"][inside] = 201
            if wanted.tobytes() != after.array.tobytes():
                raise RuntimeError("an exported record is not what a pass over all points gives")
            touched += int(np.count_nonzero(wanted["classification"] >= 200))
    return {"paint_s": paint_s, "export_s": export_s, "painted": painted, "touched": touched, "points": opened.points}


def _quantile(store: Any, axis: int, share: float) -> float:  # noqa: ANN401 - a TileStore
    import numpy as np

    parts = [part for part in store.overview() if len(part)]
    places = np.concatenate([part.corner[axis] + part.grid[:, axis] * part.step[axis] for part in parts])
    weights = np.concatenate([np.full(len(part), store.tiles["count"][part.tile] / len(part)) for part in parts])
    order = np.argsort(places)
    sums = np.cumsum(weights[order])
    return float(places[order][np.searchsorted(sums, share * sums[-1])])


def _over(xyz: Any, corners: Any) -> Any:  # noqa: ANN401 - arrays
    """Tell which points lie left of every edge of a polygon that bulges outwards."""
    import numpy as np

    inside = np.ones(len(xyz), bool)
    for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = other - one
        inside &= along[0] * (xyz[:, 1] - one[1]) - along[1] * (xyz[:, 0] - one[0]) >= 0
    return inside


# Rows


def _built(plan: Plan, points: int, *, again: bool = False) -> tuple[Path, Done | None]:
    """Return a store, and what its building measured where it had to be built or should be."""
    source = plan.cloud(points)
    store = source.with_suffix(".bench-tiles")
    if again or not (store / "index.json").exists():
        plan.room(points * STORE_BYTES)
        in_child("bench_tiles:build", str(plan.cloud(10_000_000)), str(plan.folder / "warm.bench-tiles"))  # compiles
        shutil.rmtree(plan.folder / "warm.bench-tiles", ignore_errors=True)
        warm(source)
        return store, in_child("bench_tiles:build", str(source), str(store), limit_mb=LIMIT_MB)
    return store, None


def tiles_build(plan: Plan) -> Iterator[Row]:
    size = f"{plan.points // 10**6} M points"
    runs = [done for done in (_built(plan, plan.points, again=True)[1] for _ in range(2)) if done is not None]
    rate = plan.points / min(done.value["seconds"] for done in runs) / 1e6
    peak = max(done.peak_mb for done in runs)
    what = f"tiles build, {size}, under a limit of {LIMIT_MB / 1000:g} GB of memory"
    row = Row(what, rate, "M points/s", 10.0, more=True, peak_mb=peak, peak_bound_mb=PEAK_MB)
    try:
        import copclib  # noqa: F401
    except ImportError:
        row.absent = "no copclib here"
        yield row
        return
    if memory_free() < plan.points * COPC_BYTES:
        row.absent = f"copclib would take {plan.points * COPC_BYTES / 1e9:.0f} GB of memory"
    else:
        target = plan.folder / "bench.copc.laz"
        try:
            theirs = in_child("bench_tiles:copc", str(plan.cloud(plan.points)), str(target))
        finally:
            target.unlink(missing_ok=True)
        row.peer, row.theirs, row.least = "copclib, to COPC", plan.points / theirs.value / 1e6, 10.0
        row.their_peak_mb = theirs.peak_mb
    yield row


def tiles_build_huge(plan: Plan) -> Iterator[Row]:
    if not plan.huge:
        raise LeftOut("asked for with --huge (18 GB of cloud, 20 GB of tiles, some minutes)")
    store, done = _built(plan, HUGE, again=True)
    shutil.rmtree(store, ignore_errors=True)  # the desk builds its own
    if done is None:
        raise RuntimeError("nothing was built")
    rate = HUGE / done.value["seconds"] / 1e6
    what = f"tiles build, 500 M points, under a limit of {LIMIT_MB / 1000:g} GB of memory"
    yield Row(what, rate, "M points/s", more=True, peak_mb=done.peak_mb, peak_bound_mb=PEAK_MB)


def tiles_query(plan: Plan) -> Iterator[Row]:
    store, _ = _built(plan, plan.points)
    done = in_child("bench_tiles:ask", str(store), str(plan.cloud(plan.points)))
    found = done.value
    what = f"points of a box of 6 x 5 x 4 m among {plan.points // 10**6} M, {found['points']:,} of them, same indices"
    yield Row(what, found["ours"], "ms", 20.0, "numpy, all points in memory", found["theirs"])


def tiles_read(plan: Plan) -> Iterator[Row]:
    store, _ = _built(plan, plan.points)
    found = in_child("bench_tiles:read", str(store), str(plan.cloud(plan.points)), str(plan.folder)).value
    what = "random tiles, positions and intensity"
    yield Row(what, found["ours"], "M points/s", None, "LAZ by lazrs, all cores", found["theirs"], 100.0, more=True)


def tiles_choose(plan: Plan) -> Iterator[Row]:  # noqa: ARG001 - made here, of no file
    import numpy as np

    from lidar_label.cloud.budget import Bounds, Perspective, choose

    random = np.random.default_rng(5)
    tiles = np.zeros(10_000, [("count", "u4"), ("low", "f8", 3), ("high", "f8", 3), ("kind", "u1")])
    tiles["low"] = random.uniform(-2000, 2000, (10_000, 3))
    tiles["high"] = tiles["low"] + random.uniform(0.1, 40, (10_000, 3))
    tiles["count"] = random.integers(1, 128_000, 10_000)
    tilted = np.cos(0.5), np.sin(0.5)
    view = Perspective(
        eye=(-4000.0, 0.0, 2500.0),
        forward=(tilted[0], 0.0, -tilted[1]),
        up=(tilted[1], 0.0, tilted[0]),
        fov=np.radians(45),
        width=1280.0,
        height=800.0,
    )
    bounds = Bounds.of(tiles)
    yield Row(
        "4 M points shared out among 10,000 tiles",
        1000 * best_of(15, lambda: choose(bounds, view, 4_000_000)),
        "ms",
        12.0,
    )


def tiles_label(plan: Plan) -> Iterator[Row]:
    store, _ = _built(plan, plan.points)
    plan.room(plan.points * 36)
    shutil.rmtree(store / "labels", ignore_errors=True)
    target = plan.folder / "bench-labelled.las"
    try:
        done = in_child("bench_tiles:label", str(store), str(plan.cloud(plan.points)), str(target))
    finally:
        target.unlink(missing_ok=True)
        shutil.rmtree(store / "labels", ignore_errors=True)
    found = done.value
    many = f"{found['touched'] / 1e6:.1f} M of {found['points'] // 10**6} M points"
    yield Row(f"classes painted by box and polygon on {many}", found["paint_s"])
    yield Row("exported to LAS, every record equal to a brute-force reference", found["export_s"], peak_mb=done.peak_mb)


ROWS = (tiles_build, tiles_build_huge, tiles_query, tiles_choose, tiles_read, tiles_label)
