"""Ray casting: by hand, against a plain search along each ray, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lidar_label.kernels.raycast import GROUND, NOTHING, Hits, _cast, cast_rays, is_blocked
from lidar_label.kernels.solids import CONVEX, CYLINDER, ELLIPSOID, Solids, Terraces

Floats = NDArray[np.float64]
CUBE = np.array([[1, 0, 0, 1], [-1, 0, 0, 1], [0, 1, 0, 1], [0, -1, 0, 1], [0, 0, 1, 1], [0, 0, -1, 1]], dtype=float)
# A road of radius 100 to 110 about the origin, 0.2 m lower than what is on either side.
ROAD = Terraces(center=np.zeros(2), radii=np.array([100.0, 110.0]), heights=np.array([0.2, 0.0, 0.2]))


def solids(kinds: list[int], halves: Floats) -> Solids:
    """Return one object a kind: cubes, cylinders and balls, drawn out to their half sizes."""
    count = len(kinds)
    planes = [np.column_stack([CUBE[:, :3], np.repeat(half, 2)]) for half in halves]
    maps = np.zeros((count, 3, 4))
    maps[:, [0, 1, 2], [0, 1, 2]] = 1 / halves
    return Solids(
        planes=np.concatenate(planes) if count else np.zeros((0, 4)),
        kinds=np.array(kinds, dtype=np.int32),
        part_planes=np.array([(6 * k, 6) if kind == CONVEX else (0, 0) for k, kind in enumerate(kinds)]).reshape(-1, 2),
        part_maps=maps,
        part_bounds=np.column_stack([np.zeros((count, 3)), np.linalg.norm(halves, axis=1)]),
        object_parts=np.array([(k, 1) for k in range(count)]).reshape(-1, 2),
        object_halves=halves,
    )


def still(*places: tuple[float, float, float, float]) -> Floats:
    return np.repeat(np.array(places, dtype=float).reshape(-1, 1, 4), 2, axis=1)


def one(origin: object, way: object, scene: Solids, poses: Floats, fraction: float = 0.0, **more: Any) -> Hits:
    direction = np.array([way], dtype=float) / np.linalg.norm(np.asarray(way, dtype=float))
    return cast_rays(np.array([origin], dtype=float), direction, np.array([fraction]), scene, poses, **more)


@pytest.mark.parametrize("kind", [CONVEX, CYLINDER, ELLIPSOID])
def test_each_kind_is_met_on_its_near_side(kind: int) -> None:
    hit = one([-10, 0, 0], [1, 0, 0], solids([kind], np.array([[2.0, 1, 1]])), still((0, 0, 0, 0)))
    assert hit.object.tolist() == [0]
    assert hit.part.tolist() == [0]
    np.testing.assert_allclose(hit.distance, [8.0])
    np.testing.assert_allclose(hit.local, [[-2, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(hit.normal, [[-1, 0, 0]], atol=1e-6)


def test_a_turned_object_turns_its_faces() -> None:
    # Half length 2 along world +y after a quarter turn: from -x the ray meets its left side.
    hit = one([-10, 0.5, 0], [1, 0, 0], solids([CONVEX], np.array([[2.0, 1, 1]])), still((0, 0, 0, np.pi / 2)))
    np.testing.assert_allclose(hit.distance, [9.0])
    np.testing.assert_allclose(hit.normal, [[-1, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(hit.local, [[0.5, 1, 0]], atol=1e-6)
    assert hit.face.tolist() == [2]


def test_the_ends_of_a_cylinder() -> None:
    scene = solids([CYLINDER], np.array([[1.0, 1, 3]]))
    above = one([0.5, 0, 10], [0, 0, -1], scene, still((0, 0, 0, 0)))
    below = one([0.5, 0, -10], [0, 0, 1], scene, still((0, 0, 0, 0)))
    np.testing.assert_allclose([above.distance[0], below.distance[0]], [7, 7])
    assert [above.face[0], below.face[0]] == [1, 2]
    assert one([1.5, 0, 10], [0, 0, -1], scene, still((0, 0, 0, 0))).object.tolist() == [NOTHING]


def test_an_object_is_met_where_it_is_at_the_rays_time() -> None:
    poses = np.array([[[0, 0, 0, 0], [0, 20, 0, np.pi]]], dtype=float)
    scene = solids([CONVEX], np.array([[2.0, 1, 1]]))
    assert one([-10, 10, 0], [1, 0, 0], scene, poses, 0.0).object.tolist() == [NOTHING]
    half_way = one([-10, 10, 0], [1, 0, 0], scene, poses, 0.5)  # by then it has turned by 90 degrees
    np.testing.assert_allclose(half_way.distance, [9.0])


def test_the_nearest_wins_and_only_narrows() -> None:
    scene, poses = solids([CONVEX, ELLIPSOID], np.ones((2, 3))), still((10, 0, 0, 0), (5, 0, 0, 0))
    assert one([0, 0, 0], [1, 0, 0], scene, poses).object.tolist() == [1]
    assert one([0, 0, 0], [1, 0, 0], scene, poses, only=np.array([0])).object.tolist() == [0]
    assert one([0, 0, 0], [1, 0, 0], scene, poses, max_range=3.9).object.tolist() == [NOTHING]


def test_the_ground_and_both_of_its_steps() -> None:
    none = solids([], np.zeros((0, 3)))
    down = one([105, 0, 2], [0, 0, -1], none, still(), ground=ROAD)
    assert (down.object[0], down.face[0], down.distance[0]) == (GROUND, 1, 2.0)
    assert one([95, 0, 2], [0, 0, -1], none, still(), ground=ROAD).distance.tolist() == [1.8]
    for way, face, far in (([1, 0, 0], 4, 5.0), ([-1, 0, 0], 3, 5.0)):
        hit = one([105, 0, 0.1], way, none, still(), ground=ROAD)
        assert hit.face.tolist() == [face]
        np.testing.assert_allclose(hit.distance, [far])
        np.testing.assert_allclose(hit.normal[0], -np.array(way), atol=1e-6)
    assert one([105, 0, 0.3], [1, 0, 0], none, still(), ground=ROAD).object.tolist() == [NOTHING]
    assert one([105, 0, 2], [0, 0, 1], none, still(), ground=ROAD).object.tolist() == [NOTHING]


def first_inside(origin: Floats, way: Floats, kind: int, half: Floats, pose: Floats, step: float) -> float:
    """Walk along a ray until it is inside a solid."""
    along = np.arange(0, 60, step)
    place = origin + along[:, None] * way - pose[:3]
    c, s = np.cos(pose[3]), np.sin(pose[3])
    local = np.column_stack([c * place[:, 0] + s * place[:, 1], c * place[:, 1] - s * place[:, 0], place[:, 2]]) / half
    if kind == CONVEX:
        inside = (np.abs(local) <= 1).all(axis=1)
    elif kind == CYLINDER:
        inside = (np.hypot(local[:, 0], local[:, 1]) <= 1) & (np.abs(local[:, 2]) <= 1)
    else:
        inside = (local**2).sum(axis=1) <= 1
    return float(along[inside.argmax()]) if inside.any() and not inside[0] else np.inf


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), bundle=st.sampled_from([1, 7, 64]))
def test_equals_a_walk_along_the_ray(seed: int, bundle: int) -> None:
    rng = np.random.default_rng(seed)
    count, rays, step = 6, 40, 0.01
    kinds = rng.integers(0, 3, count).tolist()
    halves, places = rng.uniform(0.5, 3, (count, 3)), rng.uniform(-12, 12, (count, 4))
    moves = np.concatenate([rng.uniform(-3, 3, (count, 3)), rng.uniform(-1, 1, (count, 1))], axis=1)
    poses = np.stack([places, places + moves], axis=1)
    origins = rng.uniform(-15, 15, (rays, 3))
    ways = rng.normal(size=(rays, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    times = rng.uniform(0, 1, rays)
    hits = cast_rays(origins, ways, times, solids(kinds, halves), poses, max_range=60.0, bundle=bundle)
    expected = np.array(
        [
            [first_inside(o, w, kinds[m], halves[m], places[m] + t * moves[m], step) for m in range(count)]
            for o, w, t in zip(origins, ways, times, strict=True)
        ]
    )
    walked = expected.min(axis=1)
    met = np.isfinite(walked)
    # What the walk finds, the caster finds a step earlier at most; the walk may step over a corner.
    assert (hits.distance[met] <= walked[met] + 1e-9).all()
    assert (np.abs(hits.distance[met] - walked[met]) > 0.5).sum() <= 0.1 * rays
    only_cast = np.isfinite(hits.distance) & ~met
    assert only_cast.mean() < 0.1
    blocked = is_blocked(origins, ways, times, solids(kinds, halves), poses, 60.0, bundle=bundle)
    assert np.array_equal(blocked, hits.object >= 0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_a_hit_lies_on_its_surface_and_bundles_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds, halves = rng.integers(0, 3, 20).tolist(), rng.uniform(0.2, 2, (20, 3))
    poses = still(*rng.uniform(-10, 10, (20, 4)).tolist())
    ways = rng.normal(size=(500, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    origins, times = rng.uniform(-0.5, 0.5, (500, 3)), np.zeros(500)
    first, *others = (
        cast_rays(origins, ways, times, solids(kinds, halves), poses, bundle=size) for size in (1, 16, 500)
    )
    for other in others:
        assert np.array_equal(first.object, other.object)
        np.testing.assert_array_equal(first.distance, other.distance)
    met = np.flatnonzero(first.object >= 0)
    unit = first.local[met] / halves[first.object[met]]
    kind = np.array(kinds)[first.object[met]]
    out = np.where(
        kind == CONVEX,
        np.abs(unit).max(axis=1),
        np.where(
            kind == ELLIPSOID,
            np.linalg.norm(unit, axis=1),
            np.maximum(np.hypot(unit[:, 0], unit[:, 1]), np.abs(unit[:, 2])),
        ),
    )
    np.testing.assert_allclose(out, 1, atol=1e-5)
    assert (np.einsum("ni,ni->n", first.normal[met], ways[met]) < 1e-6).all()
    np.testing.assert_allclose(np.linalg.norm(first.normal[met], axis=1), 1, atol=1e-5)


def clusters(rng: np.random.Generator, objects: int, parts: int) -> Solids:
    """Return objects made of several parts each, all about their own places."""
    count = objects * parts
    kinds, halves, places = rng.integers(0, 3, count), rng.uniform(0.1, 0.8, (count, 3)), rng.uniform(-2, 2, (count, 3))
    places[::parts] = 0
    plain = solids(kinds.tolist(), halves)
    planes, maps, bounds = plain.planes.copy(), plain.part_maps.copy(), plain.part_bounds.copy()
    planes[:, 3] += np.einsum("ni,ni->n", planes[:, :3], np.repeat(places, 6, axis=0))
    maps[:, :, 3] = -places / halves
    bounds[:, :3] = places
    return Solids(
        planes=planes, kinds=kinds, part_planes=plain.part_planes, part_maps=maps, part_bounds=bounds,
        object_parts=np.array([(k * parts, parts) for k in range(objects)]), object_halves=np.full((objects, 3), 2.8),
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), wide=st.sampled_from([0.0, 0.02, 0.5]), apart=st.sampled_from([0.0, 0.5]))
def test_bundles_of_neighbours_find_what_each_ray_finds(seed: int, wide: float, apart: float) -> None:
    """Objects of many parts move and turn, while bundles of rays leave them out as wholes and in parts."""
    rng = np.random.default_rng(seed)
    scene, places = clusters(rng, 30, 5), rng.uniform(-15, 15, (30, 4))
    places[:, 2] = rng.uniform(2, 15, 30)
    poses = np.stack([places, places + rng.uniform(-2, 2, (30, 4))], axis=1)
    poses[:12, 1] = poses[:12, 0]
    # A bundle for each of those that stand, its first ray straight at the middle, where a part is.
    starts = rng.uniform(-10, 10, (12, 3)) + np.array([0, 0, 12])
    stray, shift = wide * rng.normal(size=(12, 64, 3)), apart * rng.normal(size=(12, 64, 3))
    stray[:, 0] = shift[:, 0] = 0
    ways = places[:12, None, :3] - starts[:, None] + 10 * stray
    ways = (ways / np.linalg.norm(ways, axis=2, keepdims=True)).reshape(-1, 3)
    origins = (starts[:, None] + shift).reshape(-1, 3)
    times = np.repeat(rng.uniform(0, 0.8, 12), 64) + rng.uniform(0, 0.2, 768)
    single, many = (cast_rays(origins, ways, times, scene, poses, ROAD, 60.0, bundle=size) for size in (1, 64))
    assert (single.object[::64] >= 0).sum() > 8
    for name in ("distance", "object", "part", "face", "local", "normal"):
        np.testing.assert_array_equal(getattr(single, name), getattr(many, name), err_msg=name)
    blocked = is_blocked(origins, ways, times, scene, poses, 60.0)
    np.testing.assert_array_equal(blocked, cast_rays(origins, ways, times, scene, poses, None, 60.0).object >= 0)


def test_a_bundle_finds_what_turns_through_it() -> None:
    """A part far out on an object that turns by half a turn meanwhile passes below the rays early on."""
    wheel = solids([ELLIPSOID], np.ones((1, 3)))
    maps, bounds = wheel.part_maps.copy(), wheel.part_bounds.copy()
    maps[0, 0, 3], bounds[0, 0] = -10, 10
    scene = Solids(
        planes=wheel.planes, kinds=wheel.kinds, part_planes=wheel.part_planes, part_maps=maps, part_bounds=bounds,
        object_parts=wheel.object_parts, object_halves=np.array([[11.0, 1, 1]]),
    )  # fmt: skip
    times = np.linspace(0, 1, 64)
    early = 0.1 * np.pi
    origins = np.tile([10 * np.cos(early), 10 * np.sin(early), 5.0], (64, 1))
    poses = np.array([[[0, 0, 0, 0], [0, 0, 0, np.pi]]], dtype=float)
    hits = cast_rays(origins, np.tile([0.0, 0, -1], (64, 1)), times, scene, poses)
    assert np.array_equal(hits.object == 0, 20 * np.sin(np.abs(times - 0.1) * np.pi / 2) < 1)


def test_rays_that_cancel_each_other_out_have_no_mean_direction() -> None:
    scene, poses = solids([CONVEX, CONVEX], np.ones((2, 3))), still((5, 0, 0, 0), (-5, 0, 0, 0))
    ways = np.array([[1.0, 0, 0], [-1.0, 0, 0]])
    assert cast_rays(np.zeros((2, 3)), ways, np.zeros(2), scene, poses, bundle=2).object.tolist() == [0, 1]


def test_read_only_arrays_are_not_compiled_for_anew() -> None:
    scene, poses = solids([CONVEX], np.ones((1, 3))), still((5, 0, 0, 0))
    one([0, 0, 0], [1, 0, 0], scene, poses)
    known = len(_cast.signatures)
    way = np.broadcast_to([1.0, 0, 0], (1, 3))
    assert not way.flags.writeable
    assert cast_rays(way * 0, way, np.zeros(1), scene, poses).object.tolist() == [0]
    assert len(_cast.signatures) == known


def test_no_rays_and_no_objects() -> None:
    none = solids([], np.zeros((0, 3)))
    nothing = np.zeros((0, 3))
    assert len(cast_rays(nothing, nothing, np.zeros(0), none, still()).distance) == 0
    assert one([0, 0, 1], [0, 0, -1], none, still()).object.tolist() == [NOTHING]
    assert not is_blocked(np.zeros((1, 3)), np.eye(3)[:1], np.zeros(1), none, still())[0]


def test_a_ray_from_inside_does_not_see_its_own_shell() -> None:
    assert one([0, 0, 0], [1, 0, 0], solids([CONVEX], np.ones((1, 3))), still((0, 0, 0, 0))).object.tolist() == [
        NOTHING
    ]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("origins", {"origins": np.zeros((1, 2))}),
        ("origins", {"origins": np.full((1, 3), np.nan)}),
        ("directions", {"directions": np.zeros((2, 3))}),
        ("fractions", {"fractions": np.zeros(2)}),
        ("poses", {"poses": np.zeros((3, 2, 4))}),
        ("max_range", {"max_range": np.nan}),
        ("bundle", {"bundle": 0}),
        ("only", {"only": np.zeros(1)}),
        ("only", {"only": np.zeros(5, dtype=int)}),
    ],
)
def test_a_wrong_argument_is_named(name: str, change: dict[str, object]) -> None:
    args: dict[str, Any] = {
        "origins": np.zeros((1, 3)), "directions": np.array([[1.0, 0, 0]]), "fractions": np.zeros(1),
        "solids": solids([CONVEX], np.ones((1, 3))), "poses": still((5, 0, 0, 0)),
    }  # fmt: skip
    with pytest.raises(ValueError, match=name):
        cast_rays(**(args | change))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("planes", {"planes": np.zeros((6, 3))}),
        ("kinds", {"kinds": np.array([7])}),
        ("kinds", {"kinds": np.array([0.5])}),
        ("part_planes", {"part_planes": np.array([[0, 7]])}),
        ("part_planes", {"part_planes": np.array([[-1, 6]])}),
        ("object_parts", {"object_parts": np.array([[0, 2]])}),
        ("object_halves", {"object_halves": np.ones((2, 3))}),
    ],
)
def test_a_wrong_scene_is_named(name: str, change: dict[str, Any]) -> None:
    good = solids([CONVEX], np.ones((1, 3)))
    values = {field: getattr(good, field) for field in Solids.__slots__}
    with pytest.raises(ValueError, match=name):
        Solids(**(values | change))


@pytest.mark.parametrize(
    ("name", "values"),
    [("center", (3, 2, 3)), ("heights", (2, 2, 2)), ("radii", (2, -2, 3))],
)
def test_a_wrong_ground_is_named(name: str, values: tuple[int, int, int]) -> None:
    center, radii, heights = values
    rising = np.arange(1.0, abs(radii) + 1)[:: 1 if radii > 0 else -1]
    with pytest.raises(ValueError, match=name):
        Terraces(center=np.zeros(center), radii=rising, heights=np.zeros(heights))
