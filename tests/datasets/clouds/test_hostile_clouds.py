"""Files that somebody damaged on purpose: all their points or a clear refusal, soon, in little memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.model import PointCloud

pytestmark = pytest.mark.one_numpy

KINDS = {
    "pcd": ".pcd", "pcd-ascii": ".pcd", "pcd-compressed": ".pcd", "ply": ".ply", "las": ".las", "laz": ".laz",
    "copc": ".copc.laz", "bin": ".bin",
}  # fmt: skip
EXTREME = [0, 1, 0x7F, 0x80, 0xFF]


@pytest.fixture(scope="module")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return one whole file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    rng = np.random.default_rng(0)
    fields = {
        "intensity": rng.integers(0, 255, 200).astype(np.uint16),
        "time_s": rng.random(200),
        "r": rng.integers(0, 255, 200).astype(np.uint8),
        "g": rng.integers(0, 255, 200).astype(np.uint8),
        "b": rng.integers(0, 255, 200).astype(np.uint8),
    }
    cloud = PointCloud(np.round(rng.normal(0, 20, (200, 3)), 2).astype(np.float32), fields)
    for kind, suffix in KINDS.items():
        write_cloud(kind, folder / f"{kind}{suffix}", CloudArrays(cloud))
    return {kind: (folder / f"{kind}{suffix}").read_bytes() for kind, suffix in KINDS.items()}


@st.composite
def damage(draw: st.DrawFn) -> list[tuple[float, int]]:
    """Places (as a share of the file, the header more often) and what is written there."""
    place = st.one_of(st.floats(0, 1), st.floats(0, 0.1))
    byte = st.one_of(st.sampled_from(EXTREME), st.integers(0, 255))
    return draw(st.lists(st.tuples(place, byte), min_size=1, max_size=6))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wounds=damage(), runs=st.sampled_from([1, 1, 4, 8]))
def test_flipped_bytes(
    tmp_path: Path, small_files: dict[str, bytes], survives: Callable, kind: str, wounds: list, runs: int
) -> None:
    data = bytearray(small_files[kind])
    for share, byte in wounds:
        at = min(int(share * len(data)), len(data) - runs)
        data[at : at + runs] = bytes([byte]) * runs
    path = tmp_path / f"a{KINDS[kind]}"
    path.write_bytes(data)
    survives(path)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "bin"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.995))
def test_cut_files_are_refused(
    tmp_path: Path, small_files: dict[str, bytes], survives: Callable, kind: str, share: float
) -> None:
    path = tmp_path / f"a{KINDS[kind]}"
    data = small_files[kind]
    path.write_bytes(data[: int(share * len(data))])
    told = survives(path)
    # of a COPC, the octree's entries come after the last point, and the points are read without them
    assert told or (kind == "copc" and share > 0.9)


@pytest.mark.parametrize("kind", KINDS)
def test_digits_that_grow(tmp_path: Path, small_files: dict[str, bytes], survives: Callable, kind: str) -> None:
    for digits in (b"201", b"2000000", b"99999999999", b"9" * 17, b"9" * 400, b"-1", b"1e9", b""):
        path = tmp_path / f"a{KINDS[kind]}"
        path.write_bytes(small_files[kind].replace(b"200", digits))
        told = survives(path)
        assert told or kind not in ("pcd", "pcd-ascii", "pcd-compressed", "ply")
