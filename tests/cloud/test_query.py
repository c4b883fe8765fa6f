"""Queries of a tile store, against plain numpy over the source's own coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import laspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.cloud.query import count, held_by_tile, pick, query
from lidar_label.cloud.regions import Box, Frustum, GroundPolygon, Ray, RotatedBox, Sphere
from lidar_label.cloud.store import TileStore
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile

BASE = np.array([500_000.0, 5_400_000.0, 100.0])
often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
place = st.tuples(st.floats(-5, 105), st.floats(-5, 105), st.floats(-5, 25)).map(lambda p: BASE + np.array(p))
size = st.tuples(*[st.one_of(st.just(0.0), st.floats(0, 120)) for _ in range(3)]).map(np.array)
angle = st.floats(-7, 7)


@pytest.fixture(scope="module")
def store(utm_store: Path) -> Iterator[TileStore]:
    with TileStore.open(utm_store) as opened:
        yield opened


@pytest.fixture(scope="module")
def xyz(utm_las: Path) -> np.ndarray:
    las = laspy.read(utm_las)
    return np.ascontiguousarray(np.column_stack([las.x, las.y, las.z]).astype(np.float64))


def check(store: TileStore, region: object, expected: np.ndarray) -> None:
    found = query(store, region)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, np.flatnonzero(expected))
    assert count(store, region) == int(expected.sum())
    numbers = [
        store.index_of(tile) if held is None else store.index_of(tile)[held]
        for tile, held in held_by_tile(store, region)
    ]
    np.testing.assert_array_equal(np.sort(np.concatenate(numbers)) if numbers else [], found)


def brute_turned(xyz: np.ndarray, box: RotatedBox) -> np.ndarray:
    d = xyz - box.center
    r = box.rotation
    inside = np.ones(len(xyz), dtype=bool)
    for k in range(3):
        inside &= np.abs(r[0, k] * d[:, 0] + r[1, k] * d[:, 1] + r[2, k] * d[:, 2]) * 2 <= box.size[k]
    return inside


def brute_polygon(xyz: np.ndarray, corners: np.ndarray, low: float, high: float) -> np.ndarray:
    x, y = xyz[:, 0], xyz[:, 1]
    odd, border = np.zeros(len(xyz), dtype=bool), np.zeros(len(xyz), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        border |= (side == 0) & (x >= min(ax, bx)) & (x <= max(ax, bx)) & (y >= min(ay, by)) & (y <= max(ay, by))
        odd ^= ((ay <= y) & (y < by) & (side > 0)) | ((by <= y) & (y < ay) & (side < 0))
    return (odd | border) & (xyz[:, 2] >= low) & (xyz[:, 2] <= high)


def test_positions_are_those_of_laspy_to_the_last_bit(store: TileStore, xyz: np.ndarray) -> None:
    seen = 0
    for tile in range(len(store.tiles)):
        points = store.read(tile, index=True, fields=("intensity",))
        exact = points.exact()
        np.testing.assert_array_equal(exact, xyz[points.index])
        drawn = points.corner + points.grid * points.step
        assert np.all(np.abs(drawn - exact) <= points.step + 1e-6)
        seen += len(points)
    assert seen == store.points == len(xyz)


def test_a_prefix_is_the_beginning_of_the_whole(store: TileStore) -> None:
    part, whole = (
        store.read(3, 50, ("classification", "height_above")),
        store.read(3, None, ("classification", "height_above")),
    )
    np.testing.assert_array_equal(part.grid, whole.grid[:50])
    np.testing.assert_array_equal(part.exact(), whole.exact()[:50])
    for name, values in part.fields.items():
        np.testing.assert_array_equal(values, whole.fields[name][:50])


def test_fields_are_those_of_the_source(store: TileStore, utm_las: Path) -> None:
    las = laspy.read(utm_las)
    for tile in range(len(store.tiles)):
        index = store.index_of(tile)
        for name in ("classification", "intensity", "height_above", "scanner_channel"):
            np.testing.assert_array_equal(store.values(tile, name), np.asarray(las[name])[index])


@often
@given(low=place, extent=size)
def test_a_box(store: TileStore, xyz: np.ndarray, low: np.ndarray, extent: np.ndarray) -> None:
    high = low + extent
    check(store, Box(low, high), ((xyz >= low) & (xyz <= high)).all(axis=1))


@often
@given(one=st.integers(0, 19_999), other=st.integers(0, 19_999))
def test_a_box_with_points_on_its_faces(store: TileStore, xyz: np.ndarray, one: int, other: int) -> None:
    low, high = np.minimum(xyz[one], xyz[other]), np.maximum(xyz[one], xyz[other])
    expected = ((xyz >= low) & (xyz <= high)).all(axis=1)
    assert expected[one]
    assert expected[other]
    check(store, Box(low, high), expected)


@often
@given(center=place, extent=size, yaw=st.one_of(angle, st.sampled_from([0.0, np.pi / 2])))
def test_a_turned_box(store: TileStore, xyz: np.ndarray, center: np.ndarray, extent: np.ndarray, yaw: float) -> None:
    box = RotatedBox.turned(center, extent, yaw)
    check(store, box, brute_turned(xyz, box))


@often
@given(center=place, radius=st.floats(0, 120), on=st.one_of(st.none(), st.integers(0, 19_999)))
def test_a_sphere(store: TileStore, xyz: np.ndarray, center: np.ndarray, radius: float, on: int | None) -> None:
    if on is not None:
        radius = float(np.sqrt(((xyz[on] - center) ** 2).sum()))
    d = xyz - center
    check(store, Sphere(center, radius), d[:, 0] * d[:, 0] + d[:, 1] * d[:, 1] + d[:, 2] * d[:, 2] <= radius * radius)


@often
@given(eye=place, yaw=angle, pitch=st.floats(-1.5, 1.5), wide=st.floats(0.01, 1.5), far=st.floats(0, 150))
def test_a_frustum(
    store: TileStore, xyz: np.ndarray, eye: np.ndarray, yaw: float, pitch: float, wide: float, far: float
) -> None:
    forward = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    up = np.cross(right, forward)
    t = np.tan(wide / 2)
    rays = [forward + t * (a * right + b * up) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    view = Frustum.of_view(eye, rays, 0.1, 0.1 + far)
    d = xyz - eye
    expected = np.ones(len(xyz), dtype=bool)
    for normal, offset in zip(view.normals, view.offsets, strict=True):
        expected &= normal[0] * d[:, 0] + normal[1] * d[:, 1] + normal[2] * d[:, 2] >= offset
    check(store, view, expected)
    along = d @ forward
    sure = (along > 0.2) & (along < far) & (np.abs(d @ right) < along * t * 0.99) & (np.abs(d @ up) < along * t * 0.99)
    assert not (sure & ~expected).any()


@often
@given(corners=st.lists(place, min_size=3, max_size=30), low=st.floats(95, 110), tall=st.floats(0, 30))
def test_a_polygon_on_the_ground(
    store: TileStore, xyz: np.ndarray, corners: list[np.ndarray], low: float, tall: float
) -> None:
    outline = np.array(corners)[:, :2]
    check(store, GroundPolygon(outline, low, low + tall), brute_polygon(xyz, outline, low, low + tall))


@often
@given(chosen=st.lists(st.integers(0, 19_999), min_size=3, max_size=8, unique=True))
def test_a_polygon_through_points(store: TileStore, xyz: np.ndarray, chosen: list[int]) -> None:
    outline = xyz[chosen, :2]
    expected = brute_polygon(xyz, outline, -np.inf, np.inf)
    assert expected[chosen].all()
    check(store, GroundPolygon(outline), expected)


@often
@given(origin=place, aim=st.integers(0, 19_999), radius=st.floats(0, 0.5), slope=st.floats(0, 0.05))
def test_a_pick(store: TileStore, xyz: np.ndarray, origin: np.ndarray, aim: int, radius: float, slope: float) -> None:
    if np.array_equal(origin, xyz[aim]):
        return
    ray = Ray(origin, xyz[aim] - origin, radius, slope)
    d, u = xyz - ray.origin, ray.direction
    along = d[:, 0] * u[0] + d[:, 1] * u[1] + d[:, 2] * u[2]
    cross = [d[:, (i + 1) % 3] * u[(i + 2) % 3] - d[:, (i + 2) % 3] * u[(i + 1) % 3] for i in range(3)]
    off = cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]
    reach = radius + slope * along
    held = (along >= 0) & (off <= reach * reach)
    check(store, ray, held)
    found = pick(store, ray)
    if not held.any():
        assert found is None
        return
    best = min(np.flatnonzero(held).tolist(), key=lambda i: (along[i], off[i], i))
    assert found is not None
    assert found.index == best
    np.testing.assert_array_equal(found.xyz, xyz[best])
    assert int(store.index_of(found.tile)[found.place]) == best


def test_everything_and_nothing(store: TileStore) -> None:
    np.testing.assert_array_equal(query(store, Box([-np.inf] * 3, [np.inf] * 3)), np.arange(store.points))
    assert len(query(store, Box([0, 0, 0], [1, 1, 1]))) == 0
    assert pick(store, Ray([0, 0, 0], [-1, 0, 0], 1.0)) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Box([0, 0, np.nan], [1, 1, 1]),
        lambda: Box([2, 0, 0], [1, 1, 1]),
        lambda: RotatedBox([0, 0, 0], [1, -1, 1], np.eye(3)),
        lambda: RotatedBox([0, 0, 0], [1, 1, 1], np.ones((3, 3))),
        lambda: GroundPolygon([[0, 0], [1, 1]]),
        lambda: GroundPolygon([[0, 0], [1, 1], [1, 0]], 2, 1),
        lambda: Sphere([0, 0, 0], -1),
        lambda: Ray([0, 0, 0], [0, 0, 0]),
        lambda: Frustum.of_view([0, 0, 0], [[1, 0, 0], [1, 0, 0], [1, 0, 0]], 0, 1),
    ],
)
def test_a_region_that_is_none(make: object) -> None:
    with pytest.raises(InvalidValue):
        make()


def test_a_file_of_the_store_is_gone(own_store: Path) -> None:
    (own_store / "points.bin").unlink()
    with pytest.raises(MissingFile, match=r"points\.bin.*build it again"):
        TileStore.open(own_store)


def test_a_file_of_the_store_is_cut_off(own_store: Path) -> None:
    path = own_store / "points.bin"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 5)
    with pytest.raises(UnreadableFile, match=r"points\.bin.*build it again"):
        TileStore.open(own_store)


def test_a_file_is_cut_off_while_it_is_open(own_store: Path) -> None:
    with TileStore.open(own_store) as store, (own_store / "points.bin").open("r+b") as file:
        file.truncate(1000)
        with pytest.raises(UnreadableFile, match="ends before its last tile"):
            query(store, Box([-np.inf] * 3, [np.inf] * 3))


def test_points_that_the_source_does_not_have(own_store: Path) -> None:
    with TileStore.open(own_store) as store, (own_store / "points.bin").open("r+b") as file:
        place = store._layout(store.tiles[2])["index"]
        file.seek(int(store.tiles[2]["offset"]) + place.offset)
        file.write(b"\xff\xff\xff\xff")
        file.flush()
        with pytest.raises(UnreadableFile, match="tile 2 counts point 4294967295 of 20000"):
            query(store, Box([-np.inf] * 3, [np.inf] * 3))
        with pytest.raises(InvalidValue, match="there is no field 'nothing'"):
            store.read(0, fields=("nothing",))
