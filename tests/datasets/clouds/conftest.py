"""What the tests of cloud files share: all points of a source, and a made-up cloud that has every difficulty."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.base import CloudArrays, CloudChunk, CloudSource
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import LidarLabelError
from lidar_label.model import PointCloud

Gathered = tuple[np.ndarray, dict[str, np.ndarray]]


@pytest.fixture(scope="session")
def gather() -> Callable[..., Gathered]:
    """Return all positions and fields of a source, read in pieces of an odd size; check what chunks promise."""

    def all_points(source: CloudSource, size: int = 997) -> Gathered:
        chunks: list[CloudChunk] = list(source.chunks(size))
        at = 0
        for chunk in chunks:
            assert chunk.start == at
            assert 0 < len(chunk) <= size
            assert chunk.xyz.dtype == np.float64
            assert set(chunk.fields) == set(source.fields)
            at += len(chunk)
        assert at == source.points
        if not chunks:
            return np.empty((0, 3)), {name: np.empty(0, dtype) for name, dtype in source.fields.items()}
        fields = {name: np.concatenate([c.fields[name] for c in chunks]) for name in source.fields}
        for name, values in fields.items():
            assert values.dtype == source.fields[name], name
        return np.concatenate([c.xyz for c in chunks]), fields

    return all_points


@pytest.fixture
def varied() -> CloudArrays:
    """Return a cloud of 3000 points with fields of every type, points without a return among them."""
    rng = np.random.default_rng(7)
    xyz = rng.normal(0, 40, (3000, 3)).astype(np.float32)
    xyz[[5, 700]] = np.nan
    xyz[9] = 0
    fields = {
        "intensity": rng.random(3000).astype(np.float32),
        "ring": rng.integers(0, 64, 3000).astype(np.uint16),
        "time_s": rng.random(3000) * 0.1,
        "label": rng.integers(-(2**40), 2**40, 3000),
        "half": rng.random(3000).astype(np.float16),
        "seen": rng.random(3000) > 0.5,
        "tiny": rng.integers(-128, 128, 3000).astype(np.int8),
        "r": rng.integers(0, 256, 3000).astype(np.uint8),
        "g": rng.integers(0, 256, 3000).astype(np.uint8),
        "b": rng.integers(0, 256, 3000).astype(np.uint8),
    }
    return CloudArrays(PointCloud(xyz, fields))


@pytest.fixture
def survives() -> Callable[[Path], str]:
    """Read a file that somebody damaged: all its points, or a clear refusal, in little memory and not never."""

    def read(path: Path) -> str:
        tracemalloc.start()
        start = time.perf_counter()
        try:
            source = open_cloud(path)
            seen = 0
            for chunk in source.chunks():
                assert all(len(chunk.fields[name]) == len(chunk) for name in chunk.fields)
                seen += len(chunk)
            assert seen == source.points
            told = ""
        except LidarLabelError as error:
            told = str(error)
            assert str(path) in told
            assert "\n" not in told
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert time.perf_counter() - start < 60  # a net for loops, no measure of speed
        assert peak < 512 * 2**20
        return told

    return read
