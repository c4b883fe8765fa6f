"""Overlap of boxes: by hand, against plain clipping of polygons in exact fractions and shapely, at the edges."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lidar_label.kernels.rotated_iou import iou_matrix, iou_of_pairs
from lidar_label.kernels.trig import MOST_RADIANS, sincos

pytestmark = pytest.mark.one_numpy

Floats = NDArray[np.float64]
Polygon = list[tuple[Fraction, Fraction]]
CAR = [0.0, 0, 0, 4, 2, 1.5, 0]


def one(first: list[float], second: list[float], kind: str = "3d", **more: bool) -> float:
    return float(iou_of_pairs(np.array([first]), np.array([second]), kind, **more)[0])  # type: ignore[arg-type]


def exact_sincos(angle: float) -> tuple[Fraction, Fraction]:
    """Return the sine and the cosine to some fifty digits, by their series: each fourth term has the same sign."""
    one = 1 << 240
    x, term, sums = round(Fraction(angle) * one), one, [0, 0, 0, 0]
    for k in range(120):
        sums[k % 4] += term
        term = term * x // (one * (k + 1))
    return Fraction(sums[1] - sums[3], one), Fraction(sums[0] - sums[2], one)


def corners(box: Floats, about: Floats) -> Polygon:
    """Return the corners of a ground plan counter-clockwise, exact to some fifty digits."""
    x, y = (Fraction(float(box[i])) - Fraction(float(about[i])) for i in (0, 1))
    half = Fraction(float(box[3])) / 2, Fraction(float(box[4])) / 2
    s, c = exact_sincos(float(box[6]))
    signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    return [(x + c * i * half[0] - s * j * half[1], y + s * i * half[0] + c * j * half[1]) for i, j in signs]


def cut(polygon: Polygon, a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> Polygon:
    """Keep what lies on the left of the line from a to b (Sutherland and Hodgman)."""

    def side(p: tuple[Fraction, Fraction]) -> Fraction:
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

    kept: Polygon = []
    for p, q in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        u, v = side(p), side(q)
        if u >= 0:
            kept.append(p)
        if (u > 0 > v) or (u < 0 < v):
            t = u / (u - v)
            kept.append((p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t))
    return kept


def area(polygon: Polygon) -> Fraction:
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return sum((p[0] * q[1] - p[1] * q[0] for p, q in pairs), Fraction(0)) / 2


def hull(points: Polygon) -> Polygon:
    """Return the convex hull (Andrew's chain)."""
    chains = []
    for way in (sorted(points), sorted(points, reverse=True)):
        chain: Polygon = []
        for p in way:
            while len(chain) > 1 and (chain[-1][0] - chain[-2][0]) * (p[1] - chain[-2][1]) <= (
                chain[-1][1] - chain[-2][1]
            ) * (p[0] - chain[-2][0]):
                chain.pop()
            chain.append(p)
        chains += chain[:-1]
    return chains


def plain(first: Floats, second: Floats, kind: str, generalized: bool) -> float:
    a, b = corners(first, first), corners(second, first)
    common = a if first[3] * first[4] and second[3] * second[4] else []
    for p, q in zip(b, b[1:] + b[:1], strict=True):
        common = cut(common, p, q)
    shared, sizes, around = area(common), [area(a), area(b)], area(hull(a + b))
    if kind == "3d":
        spans = [(Fraction(float(x[2])) - Fraction(float(x[5])) / 2, Fraction(float(x[5]))) for x in (first, second)]
        ends = [low + tall for low, tall in spans]
        shared *= max(min(ends) - max(low for low, _ in spans), Fraction(0))
        sizes = [size * tall for size, (_, tall) in zip(sizes, spans, strict=True)]
        around *= max(ends) - min(low for low, _ in spans)
    union = sum(sizes, Fraction(0)) - shared
    iou = shared / union if union > 0 else Fraction(0)
    return float(iou - (around - union) / around) if generalized and around > 0 else float(iou)


def test_by_hand() -> None:
    assert one(CAR, CAR) == 1.0
    assert one(CAR, [2.0, 0, 0, 4, 2, 1.5, 0]) == pytest.approx(1 / 3, abs=1e-15)
    assert one(CAR, [0, 0, 0.75, 4, 2, 1.5, np.pi], "3d") == pytest.approx(1 / 3, abs=1e-15)
    assert one(CAR, [0, 0, 0.75, 4, 2, 1.5, np.pi], "bev") == pytest.approx(1, abs=1e-15)
    assert one([0, 0, 0, 2, 2, 1, 0], [0, 0, 0, 2, 2, 1, np.pi / 4]) == pytest.approx(
        (8 * (np.sqrt(2) - 1)) / (8 - 8 * (np.sqrt(2) - 1)), abs=1e-15
    )
    assert one(CAR, [0, 0, 0, 1, 1, 1, 0.7], "bev") == pytest.approx(1 / 8, abs=1e-15)


def test_boxes_that_only_touch_or_lie_apart_share_nothing() -> None:
    for other in (
        [4.0, 0, 0, 4, 2, 1.5, 0],
        [0, 2.0, 0, 4, 2, 1.5, 0],
        [0, 0, 1.5, 4, 2, 1.5, 0],
        [4, 2, 0, 4, 2, 1, 0],
    ):
        assert one(CAR, other) == 0.0
    assert one(CAR, [50.0, 3, 0, 4, 2, 1.5, 1]) == 0.0


def test_the_generalized_one_by_hand() -> None:
    assert one(CAR, CAR, generalized=True) == 1.0
    # Unit squares 3 apart: the hull is 4 long, of which 2 are empty.
    assert one([0, 0, 0, 1, 1, 1, 0], [3, 0, 0, 1, 1, 1, 0], generalized=True) == pytest.approx(-0.5, abs=1e-15)
    assert one([0, 0, 0, 1, 1, 1, 0], [0, 0, 3, 1, 1, 1, 0], generalized=True) == pytest.approx(-0.5, abs=1e-15)
    # A square on its tip above the corner of another: the hull is no rectangle.
    tip = one([0, 0, 0, 2, 2, 1, 0], [3, 3, 0, 2, 2, 1, np.pi / 4], "bev", generalized=True)
    assert tip == pytest.approx(plain(*np.array([[0, 0, 0, 2, 2, 1, 0], [3, 3, 0, 2, 2, 1, np.pi / 4]]), "bev", True))


RIGHT = [0.0, np.pi / 2, np.pi, -np.pi / 2, 2 * np.pi, -np.pi]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Draw two boxes that overlap, touch, contain one another, are the same, tiny, flat or far from the origin."""
    scale = draw(st.sampled_from([1e-6, 1.0, 1.0, 1.0, 100.0]))
    side = st.one_of(st.floats(0.1, 6.0), st.sampled_from([0.0, 1e-9, 1.0, 2.0, 4.0]))
    yaw = st.one_of(st.floats(-7, 7), st.sampled_from(RIGHT), st.sampled_from([1e-17, 1e-9, np.pi / 4]))
    step = st.one_of(st.floats(-4, 4), st.sampled_from([0.0, 0.5, 1.0, 2.0, -2.0]))
    first = np.array([0, 0, 0, *(scale * draw(side) for _ in range(3)), draw(yaw)])
    second = np.array([*(scale * draw(step) for _ in range(3)), *(scale * draw(side) for _ in range(3)), draw(yaw)])
    kind = draw(st.sampled_from(["free", "same", "turned", "inside", "beside"]))
    if kind in ("same", "turned"):
        second = first.copy()
        second[6] += draw(st.sampled_from(RIGHT)) if kind == "turned" else 0
    elif kind == "inside":
        second = np.array([*(0.1 * first[3:6] * draw(step) / 4), *(first[3:6] * 0.2), second[6]])
    elif kind == "beside":  # one side lies along a side of the other
        second = np.array([0, 0, 0, *first[3:]])
        second[:2] = np.array([np.cos(first[6]), np.sin(first[6])]) * first[3]
    far = np.array(draw(st.sampled_from([(0.0, 0, 0), (500_000.0, 5_400_000.0, 300.0), (-3e6, 2e6, -50.0)])))
    first[:3] += far
    second[:3] += far
    return first, second


@settings(max_examples=150, deadline=None)
@example(
    pair=(np.array([0, 0, 0, 1e-6, 1e-15, 1e-6, 1.0]), np.array([0, 0, 0, 1e-6, 1e-15, 1e-6, 1.0 + np.pi])),
    kind="bev",
    generalized=False,
)
@example(
    pair=(
        np.array([0, 0, 0, 1e-6, 1e-15, 1e-6, np.pi / 4]),
        np.array([5e-7, 5e-7, 0, 1e-6, 1e-15, 1e-6, np.pi / 4]),
    ),
    kind="bev",
    generalized=False,
)
@given(pair=pairs(), kind=st.sampled_from(["bev", "3d"]), generalized=st.booleans())
def test_equals_plain_clipping(pair: tuple[Floats, Floats], kind: Any, generalized: bool) -> None:
    first, second = pair
    reach = float(np.abs(second[:3] - first[:3]).max() + max(first[3:6].max(), second[3:6].max()))
    if generalized and reach:  # both flat and in one line: their hull is a matter of rounding
        assume(area(hull(corners(first, first) + corners(second, first))) > 1e-6 * reach**2)
    found = iou_of_pairs(first[None], second[None], kind, generalized=generalized)[0]
    thinnest = min((side for side in (*first[3:6], *second[3:6]) if side), default=1.0)
    rounding = 1e-9 + 16 * np.finfo(float).eps * reach / thinnest  # corners of a hair are no finer than its ends allow
    assert found == pytest.approx(plain(first, second, kind, generalized), abs=rounding)
    assert (-1 if generalized else 0) <= found <= 1
    assert iou_matrix(first[None], second[None], kind, generalized=generalized)[0, 0] == found
    back = iou_of_pairs(second[None], first[None], kind, generalized=generalized)[0]
    assert back == pytest.approx(found, abs=rounding)


@settings(max_examples=120, deadline=None)
@given(pair=pairs(), generalized=st.booleans())
def test_equals_shapely(pair: tuple[Floats, Floats], generalized: bool) -> None:
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    first, second = pair
    # Shapely rounds each corner where it lies: far from the origin that alone is a nanometre.
    sides = np.concatenate([first[3:5], second[3:5]])
    assume(((sides == 0) | (sides > 1e-6 * sides.max())).all())  # a sliver is beyond what it can resolve
    a, b = (shapely.Polygon([(float(x), float(y)) for x, y in corners(box, first)]) for box in pair)
    common = a.intersection(b).area
    union = a.area + b.area - common
    around = shapely.union_all([a, b]).convex_hull.area if a.area and b.area else 0.0
    expected = common / union if union > 0 else 0.0
    if generalized and around:
        expected -= (around - union) / around
    elif generalized:
        return
    assert iou_of_pairs(first[None], second[None], "bev", generalized=generalized)[0] == pytest.approx(
        expected, abs=1e-9
    )


def made_up(seed: int, count: int, spread: float = 30.0) -> Floats:
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [
            rng.uniform(-spread, spread, (count, 3)) * (1, 1, 0.05),
            rng.uniform(0.5, 6, (count, 3)),
            rng.uniform(-9, 9, count),
        ]
    )


@pytest.mark.parametrize("generalized", [False, True])
@pytest.mark.parametrize("kind", ["bev", "3d"])
def test_the_matrix_is_all_pairs_and_threads_change_nothing(kind: Any, generalized: bool) -> None:
    first, second = made_up(1, 300), made_up(2, 700)
    expected = iou_of_pairs(
        np.repeat(first, 700, axis=0), np.tile(second, (300, 1)), kind, generalized=generalized, threads=1
    ).reshape(300, 700)
    assert np.count_nonzero(expected > 0) > 100
    for threads in (1, 2, 5):
        assert np.array_equal(iou_matrix(first, second, kind, generalized=generalized, threads=threads), expected)
    many = made_up(3, 50_000, 3.0)
    one_thread, two = (iou_of_pairs(many, many[::-1], kind, generalized=generalized, threads=n) for n in (1, 2))
    assert np.array_equal(one_thread, two)


def test_a_yaw_of_very_many_turns_is_still_an_angle() -> None:
    far = MOST_RADIANS * 1e4 + 0.3
    turned = [0, 0, 0, 4, 2, 1.5, float(np.arctan2(np.sin(far), np.cos(far)))]
    assert one(CAR, [*CAR[:6], far]) == pytest.approx(one(CAR, turned), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(angle=st.floats(-MOST_RADIANS, MOST_RADIANS))
def test_sine_and_cosine_equal_the_c_librarys(angle: float) -> None:
    assert sincos(angle) == pytest.approx((np.sin(angle), np.cos(angle)), abs=2.3e-16)


def test_no_boxes_and_boxes_without_area() -> None:
    none = np.zeros((0, 7))
    assert iou_of_pairs(none, none).shape == (0,)
    assert iou_matrix(none, np.array([CAR])).shape == (0, 1)
    assert iou_matrix(np.array([CAR]), none).shape == (1, 0)
    point = [0.0, 0, 0, 0, 0, 0, 0]
    assert one(point, point) == 0.0
    assert one(point, point, generalized=True) == 0.0
    assert one(CAR, [0, 0, 0, 4, 0, 1, 0], "bev") == 0.0


def test_any_memory_order_and_dtype_and_read_only_arrays_are_taken() -> None:
    boxes = made_up(4, 60, 4.0)
    odd = np.asfortranarray(np.repeat(boxes, 2, axis=0))[::2]
    odd.flags.writeable = False
    assert np.array_equal(iou_matrix(odd, boxes), iou_matrix(boxes, boxes))
    assert iou_of_pairs(np.array([[0, 0, 0, 4, 2, 1, 0]]), np.array([CAR], np.float32))[0] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("first", (np.zeros((1, 6)), np.zeros((1, 7)))),
        ("second", (np.zeros((1, 7)), np.zeros(7))),
        ("as many rows", (np.zeros((1, 7)), np.zeros((2, 7)))),
        ("first has a value", (np.full((1, 7), np.nan), np.zeros((1, 7)))),
        ("second has a value", (np.zeros((1, 7)), np.full((1, 7), np.inf))),
        ("side below 0", (np.array([[0, 0, 0, 1, -1, 1, 0]]), np.zeros((1, 7)))),
        ("real numbers", (np.full((1, 7), "a"), np.zeros((1, 7)))),
        ("kind", (np.zeros((1, 7)), np.zeros((1, 7)), "2d")),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        iou_of_pairs(*args)


def test_a_wrong_number_of_threads_is_named() -> None:
    with pytest.raises(ValueError, match="threads"):
        iou_of_pairs(np.array([CAR]), np.array([CAR]), threads=0)
