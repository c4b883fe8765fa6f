"""Voxel downsampling: by hand, against plain numpy, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lidar_label.kernels.voxel import Voxels, voxel_downsample

KEEPS = ("first", "nearest", "centroid")


def plain(points: NDArray[Any], size: float, keep: str) -> tuple[NDArray[Any], list[int], list[int]]:
    """Go through the points one by one with a dictionary."""
    cubes: dict[tuple[float, ...], list[int]] = {}
    for n, point in enumerate(points.astype(np.float64)):
        if np.isfinite(point).all():
            cubes.setdefault(tuple(np.floor(point / size).tolist()), []).append(n)
    kept, index = [], []
    for cube, members in cubes.items():
        wide = points[members].astype(np.float64)
        away = (((wide - np.array(cube) * size) - 0.5 * size) ** 2).sum(axis=1)
        index.append(members[int(np.argmin(away))] if keep == "nearest" else members[0])
        kept.append(wide.mean(axis=0) if keep == "centroid" else points[index[-1]])
    return np.array(kept).reshape(-1, 3), index, [len(members) for members in cubes.values()]


def test_by_hand() -> None:
    points = np.array([[0.9, 0.1, 0.1], [-0.1, 0, 0], [0.5, 0.6, 0.5], [0.1, 0.2, 0.3], [1.0, 0, 0]], np.float32)
    first = voxel_downsample(points, 1.0)
    assert first.index.tolist() == [0, 1, 4]
    assert first.counts.tolist() == [3, 1, 1]
    assert np.array_equal(first.points, points[[0, 1, 4]])
    assert voxel_downsample(points, 1.0, "nearest").index.tolist() == [2, 1, 4]
    np.testing.assert_allclose(voxel_downsample(points, 1.0, "centroid").points[0], [0.5, 0.3, 0.3], atol=1e-7)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 400),
    size=st.sampled_from([0.1, 0.5, 3.0, 1000.0]),
    spread=st.sampled_from([0.05, 2.0, 40.0]),
    offset=st.sampled_from([0.0, -1e4, 5.4e6]),
    keep=st.sampled_from(KEEPS),
    dtype=st.sampled_from([np.float32, np.float64]),
    holes=st.booleans(),
)
def test_equals_plain_python(
    seed: int, count: int, size: float, spread: float, offset: float, keep: Any, dtype: type, holes: bool
) -> None:
    rng = np.random.default_rng(seed)
    points = (rng.uniform(-spread, spread, (count, 3)) + offset).astype(dtype)
    if holes and count:
        points[rng.integers(0, count, 20), rng.integers(0, 3, 20)] = rng.choice([np.nan, np.inf, -np.inf], 20)
    found = voxel_downsample(points, size, keep)
    kept, index, counts = plain(points, size, keep)
    assert found.counts.tolist() == counts
    assert found.index.tolist() == index
    assert found.skipped == np.count_nonzero(~np.isfinite(points).all(axis=1))
    assert found.points.dtype == (np.float64 if keep == "centroid" else dtype)
    np.testing.assert_allclose(found.points, kept, rtol=1e-15, atol=1e-9 if keep == "centroid" else 0)


def same(one: Voxels, other: Voxels) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("points", "index", "counts"))


@pytest.mark.parametrize("keep", KEEPS)
def test_threads_change_nothing(keep: Any) -> None:
    points = np.random.default_rng(2).normal(0, 8, (500_000, 3)).astype(np.float32)
    found = voxel_downsample(points, 0.5, keep, threads=1)
    assert found.counts.sum() == 500_000
    assert 10_000 < len(found.index) < 300_000
    cubes = np.floor(points[found.index].astype(np.float64) / 0.5)
    assert len(np.unique(cubes, axis=0)) == len(cubes) == len(np.unique(np.floor(points / 0.5), axis=0))
    assert same(found, voxel_downsample(points, 0.5, keep, threads=2))
    assert same(found, voxel_downsample(points, 0.5, keep, threads=3))


def test_far_from_the_origin_a_mean_is_exact() -> None:
    points = np.array([[500_000.25, 5_400_000.5, 100.125], [500_000.75, 5_400_000.5, 100.375]])
    found = voxel_downsample(points, 1.0, "centroid")
    assert found.points.tolist() == [[500_000.5, 5_400_000.5, 100.25]]


def test_one_point_and_none_and_only_invalid_ones() -> None:
    for keep in KEEPS:
        one = voxel_downsample(np.array([[1.5, -2.5, 3.5]]), 0.2, keep)  # type: ignore[arg-type]
        np.testing.assert_allclose(one.points, [[1.5, -2.5, 3.5]], atol=1e-12)
        assert one.counts.tolist() == [1]
        for points in (np.zeros((0, 3), np.float32), np.full((4, 3), np.nan)):
            none = voxel_downsample(points, 0.2, keep)  # type: ignore[arg-type]
            assert (len(none.points), len(none.index), len(none.counts)) == (0, 0, 0)
            assert none.skipped == len(points)


def test_all_points_in_one_cube_and_read_only_slices() -> None:
    points = np.asfortranarray(np.random.default_rng(0).uniform(0, 0.5, (300_000, 3)))[::2]
    points.flags.writeable = False
    found = voxel_downsample(points, 1.0, "centroid")
    assert found.counts.tolist() == [150_000]
    np.testing.assert_allclose(found.points, points.mean(axis=0)[None], atol=1e-9)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("points", (np.zeros((3, 2)), 1.0)),
        ("points", (np.zeros((3, 3), np.int32), 1.0)),
        ("size", (np.zeros((3, 3)), 0.0)),
        ("size", (np.zeros((3, 3)), np.nan)),
        ("keep", (np.zeros((3, 3)), 1.0, "last")),
        ("too small", (np.array([[0, 0, 0], [1e9, 1e9, 1e9]]), 1e-4)),
        ("too small", (np.array([[1e300, 0, 0]]), 1e-4)),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        voxel_downsample(*args)
