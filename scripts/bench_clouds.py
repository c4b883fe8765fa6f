"""Part of scripts/bench: made-up clouds of five million points, each read beside its peer in the same run.

Both sides end with the same values in numpy arrays of their own, unless the row says otherwise. A
peer that is not installed is left out, and said so. `most` bounds our time divided by the peer's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudArrays
from lidar_label.datasets.clouds.bin import KITTI_FIELDS, read_bin
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.model import PointCloud

POINTS = 5_000_000
REPEATS = 7
ORIGIN = (0.0, 0.0, 0.0)
Work = Callable[[], Any]


@dataclass
class Row:
    what: str
    ours: Work
    peer: str
    theirs: Work
    most: float | None = None
    repeats: int = REPEATS


def made(points: int) -> CloudArrays:
    """Return a cloud in the order of a scan: neighbours are near one another."""
    rng = np.random.default_rng(0)
    xyz = np.cumsum(rng.normal(0, 0.02, (points, 3)), axis=0)
    intensity = rng.integers(0, 256, points).astype(np.float32)
    return CloudArrays(PointCloud(np.round(xyz, 3).astype(np.float32), {"intensity": intensity}))


def rows(folder: Path, cloud: CloudArrays) -> Iterator[Row]:
    for kind in ("bin", "pcd", "ply", "las", "laz"):
        write_cloud(kind, folder / f"cloud.{kind}", cloud)
    yield from bin_rows(folder / "cloud.bin")
    yield from pcd_rows(folder / "cloud.pcd")
    yield from ply_rows(folder / "cloud.ply")
    yield from las_rows(folder / "cloud.las", REPEATS)
    yield from las_rows(folder / "cloud.laz", 3)


def bin_rows(path: Path) -> Iterator[Row]:
    def columns() -> tuple[np.ndarray, np.ndarray]:
        table = np.fromfile(path, "<f4").reshape(-1, 4)
        return np.ascontiguousarray(table[:, :3]), table[:, 3].copy()

    def one_table() -> np.ndarray:
        return np.fromfile(path, "<f4").reshape(-1, 4)

    yield Row("KITTI .bin, positions and intensity", lambda: read_bin(path, KITTI_FIELDS), "np.fromfile", columns, 1.0)
    yield Row(
        "KITTI .bin; the peer leaves it one table", lambda: read_bin(path, KITTI_FIELDS), "np.fromfile", one_table, 1.5
    )


def pcd_rows(path: Path) -> Iterator[Row]:
    ours = lambda: open_cloud(path).read(ORIGIN)  # noqa: E731
    try:
        import open3d as o3d
    except ImportError:
        print("left out, not installed: Open3D", file=sys.stderr)
    else:

        def open3d() -> tuple[np.ndarray, np.ndarray]:
            point = o3d.t.io.read_point_cloud(str(path)).point
            return point.positions.numpy(), point.intensity.numpy()

        yield Row("PCD binary, positions and intensity", ours, "Open3D", open3d, 1.0, 3)
    try:
        import pypcd4
    except ImportError:
        print("left out, not installed: pypcd4", file=sys.stderr)
    else:

        def pypcd() -> tuple[np.ndarray, np.ndarray]:
            found = pypcd4.PointCloud.from_path(path)
            return found.numpy(("x", "y", "z")), found.numpy(("intensity",))

        yield Row("PCD binary, positions and intensity", ours, "pypcd4", pypcd, 1.0)


def ply_rows(path: Path) -> Iterator[Row]:
    try:
        import open3d as o3d
    except ImportError:
        return

    def open3d() -> tuple[np.ndarray, np.ndarray]:
        point = o3d.t.io.read_point_cloud(str(path)).point
        return point.positions.numpy(), point.intensity.numpy()

    yield Row("PLY binary, positions and intensity", lambda: open_cloud(path).read(ORIGIN), "Open3D", open3d, 1.0, 3)


def las_rows(path: Path, repeats: int) -> Iterator[Row]:
    import laspy

    name = path.suffix[1:].upper()

    def ours(*, fields: bool) -> None:
        for chunk in open_cloud(path).chunks(CHUNK_POINTS):
            _ = [chunk.xyz, *(chunk.fields[field] for field in (chunk.fields if fields else ()))]

    def theirs(*, fields: bool) -> None:
        with laspy.open(path) as reader:
            for chunk in reader.chunk_iterator(CHUNK_POINTS):
                names = [n for n in chunk.point_format.dimension_names if n not in "XYZ"] if fields else []
                _ = [np.vstack((chunk.x, chunk.y, chunk.z)).T, *(np.array(chunk[n]) for n in names)]

    yield Row(
        f"{name} in chunks, positions", lambda: ours(fields=False), "laspy", lambda: theirs(fields=False), 1.3, repeats
    )
    yield Row(
        f"{name} in chunks, every value", lambda: ours(fields=True), "laspy", lambda: theirs(fields=True), 1.3, repeats
    )


def measured(row: Row) -> tuple[float, float]:
    """Return the shortest times of both in milliseconds; they take turns, so that a busy machine disturbs both."""
    times: tuple[list[float], list[float]] = ([], [])
    row.ours(), row.theirs()
    for _ in range(row.repeats):
        for work, found in zip((row.ours, row.theirs), times, strict=True):
            start = time.perf_counter()
            work()
            found.append((time.perf_counter() - start) * 1000)
    return min(times[0]), min(times[1])


def measured_rows(points: int = POINTS) -> Iterator[tuple[Row, float, float]]:
    """Make the clouds in a folder of their own, and yield each row with the two times in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), made(points)):
            yield row, *measured(row)
