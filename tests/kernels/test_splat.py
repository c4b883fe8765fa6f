"""Splat: by hand, against a plain numpy z-buffer, at the edges."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.splat import EMPTY, Lens, new_keys, resolve, splat_tiles, splat_xyz
from tests.kernels.made_tiles import tiles_of

RED, GREEN, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
AHEAD = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])  # looks along +x, z is up


def lens(width: int = 9, height: int = 7, side: int = 1, **more: object) -> Lens:
    return Lens(
        **{"axes": AHEAD, "eye": np.zeros(3), "focal": 10.0, "width": width, "height": height, "side": side, **more}
    )  # type: ignore[arg-type]


def draw(xyz: object, colors: object, seen: Lens, parts: int = 1) -> tuple[np.ndarray, np.ndarray]:
    places, paint = np.asarray(xyz, np.float32).reshape(-1, 3), np.asarray(colors, np.uint8).reshape(-1, 4)
    keys = new_keys(seen, parts)
    for part in range(parts):
        splat_xyz(keys[part], places[part::parts], paint[part::parts], seen)
    return finish(keys, seen, parts)


def finish(keys: np.ndarray, seen: Lens, bands: int = 1) -> tuple[np.ndarray, np.ndarray]:
    color = np.full((seen.height, seen.width, 4), 7, np.uint8)
    depth = np.full((seen.height, seen.width), 7, np.float32)
    edges = [seen.height * band // bands for band in range(bands + 1)]
    for first, last in itertools.pairwise(edges):
        resolve(keys, seen, color, depth, first, last)
    return color[:, :, [2, 1, 0, 3]], depth  # red first, as colours are given


def plain(xyz: np.ndarray, colors: np.ndarray, seen: Lens) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture as anybody would draw it: point by point, square by square, in plain Python."""
    color = np.zeros((seen.height, seen.width, 4), np.uint8)
    depth = np.full((seen.height, seen.width), np.inf, np.float32)
    matrix = (seen.axes * [[seen.focal], [seen.focal], [1]]).astype(np.float32)
    away = (xyz - seen.eye.astype(np.float32)) - (seen.eye - seen.eye.astype(np.float32)).astype(np.float32)
    shift = np.float32((seen.side - 1) / 2)
    for (x, y, z), paint in zip(away, colors, strict=True):
        low, high = np.float32(seen.low - seen.eye), np.float32(seen.high - seen.eye)
        ahead = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z
        if not np.float32(seen.near) < ahead < np.float32(seen.far) or paint[3] == 0:
            continue
        if not ((low <= (x, y, z)).all() and ((x, y, z) <= high).all()):
            continue
        scale = np.float32(1) / ahead
        u = np.float32(seen.width / 2) + shift + (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z) * scale
        v = np.float32(seen.height / 2) + shift + (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z) * scale
        for row in range(int(np.floor(v)) - seen.side + 1, int(np.floor(v)) + 1):
            for column in range(int(np.floor(u)) - seen.side + 1, int(np.floor(u)) + 1):
                if 0 <= row < seen.height and 0 <= column < seen.width:
                    old, new = color[row, column].view("<u4")[0], np.array(paint).view("<u4")[0]
                    if (ahead, new) < (depth[row, column], old):
                        depth[row, column], color[row, column] = ahead, (*paint[:3], 255)
    return color, depth


def test_a_point_ahead_is_in_the_middle_and_left_is_left() -> None:
    color, depth = draw([[10, 0, 0], [10, 2, 0], [10, 0, 3]], [RED, GREEN, BLUE], lens())
    assert color[3, 4].tolist() == list(RED)
    assert color[3, 2].tolist() == list(GREEN)
    assert color[0, 4].tolist() == list(BLUE)
    assert np.isfinite(depth).sum() == 3
    assert depth[3, 4] == 10
    assert color[~np.isfinite(depth)].max() == 0


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_the_nearer_point_wins_in_any_order(order: list[int]) -> None:
    color, depth = draw(np.array([[10, 0, 0], [9, 0, 0]])[order], np.array([RED, GREEN])[order], lens())
    assert color[3, 4].tolist() == list(GREEN)
    assert depth[3, 4] == 9


@pytest.mark.parametrize(("side", "rows"), [(1, [3]), (2, [3, 4]), (3, [2, 3, 4]), (4, [2, 3, 4, 5])])
def test_a_point_is_a_square_about_its_place(side: int, rows: list[int]) -> None:
    # The middle of 9 x 8 pixels is at (4.5, 4.0): an even square lies evenly about the edge of two rows.
    _, depth = draw([[10, 0.05, 0]], [RED], lens(9, 8, side))
    marked = np.argwhere(np.isfinite(depth))
    assert len(marked) == side * side
    assert sorted(set(marked[:, 0])) == (rows if side % 2 == 0 else [row + 1 for row in rows])


def test_a_square_reaches_in_from_outside() -> None:
    _, depth = draw([[10, 4.8, 0]], [RED], lens(9, 9, 5))  # its middle is left of the picture
    assert np.argwhere(np.isfinite(depth))[:, 1].tolist() == [0, 1] * 5 or np.isfinite(depth).any()
    _, depth = draw([[10, 9.0, 0]], [RED], lens(9, 9, 5))
    assert not np.isfinite(depth).any()


def test_hidden_points_are_not_drawn_and_faint_ones_are_opaque() -> None:
    color, depth = draw([[9, 0, 0], [10, 0, 0]], [(1, 2, 3, 0), (4, 5, 6, 1)], lens())
    assert color[3, 4].tolist() == [4, 5, 6, 255]
    assert depth[3, 4] == 10


def test_what_is_cropped_near_or_far_is_not_drawn() -> None:
    places = [[10, 0, 0], [0.05, 0, 0], [-3, 0, 0], [200, 0, 0], [0, 0, 0]]
    assert np.isfinite(draw(places[1:], [RED] * 4, lens(far=100.0))[1]).sum() == 0
    flat = lens(low=(-np.inf, -np.inf, 0.5))
    assert not np.isfinite(draw([[10, 0, 0.4]], [RED], flat)[1]).any()
    assert np.isfinite(draw([[10, 0, 0.6]], [RED], flat)[1]).any()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(0, 60), st.integers(1, 5), st.integers(1, 4), st.integers(1, 23),
    st.integers(1, 17),
)  # fmt: skip
def test_it_equals_a_plain_z_buffer_on_any_number_of_threads(
    seed: int, count: int, side: int, parts: int, width: int, height: int
) -> None:
    random = np.random.default_rng(seed)
    xyz = random.normal(0, 4, (count, 3)).astype(np.float32)
    xyz[: count // 3] = xyz[count - count // 3 :]  # as far and at the same place, in other colours
    colors = random.integers(0, 256, (count, 4), dtype=np.uint8)
    colors[:, 3] = np.where(np.arange(count) % 4, 255, 0)
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    seen = Lens(
        axes=turn, eye=random.normal(0, 3, 3), focal=8.0, width=width, height=height, side=side,
        low=(-5.0, -np.inf, -6.0), high=(np.inf, 5.0, 6.0),
    )  # fmt: skip
    color, depth = draw(xyz, colors, seen, parts)
    wanted_color, wanted_depth = plain(xyz, colors, seen)
    np.testing.assert_array_equal(depth, wanted_depth)
    np.testing.assert_array_equal(color, wanted_color)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-1e5, 1e5))
def test_a_grid_is_drawn_where_its_numbers_lie(seed: int, far_away: float) -> None:
    random = np.random.default_rng(seed)
    grid = random.integers(0, 65536, (400, 3), dtype=np.uint16)
    colors = random.integers(1, 256, (400, 4), dtype=np.uint8)
    corner, step = np.array([far_away + 5, -20, -20.0]), np.full(3, 40 / 65536)
    seen = lens(80, 60, eye=np.array([far_away, 0, 0]), focal=50.0)
    keys = new_keys(seen)
    splat_tiles(keys[0], tiles_of((grid, colors, corner, step)), seen)
    color, depth = finish(keys, seen, 3)
    places = corner + grid * step - seen.eye
    near = lens(80, 60, focal=50.0)
    wanted_color, wanted_depth = draw(places, colors, near)
    same = np.isclose(depth, wanted_depth, rtol=1e-5) | (depth == wanted_depth)
    assert same.mean() > 0.995  # a point between two pixels may fall into either
    assert (color == wanted_color).all(axis=2).mean() > 0.995


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_many_tiles_at_once_are_drawn_as_one_after_another(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    tiles = []
    for size in random.integers(0, 3000, count).tolist():  # some are empty, some longer than what is drawn in one go
        grid, colors = random.integers(0, 65536, (size, 3), np.uint16), random.integers(1, 256, (size, 4), np.uint8)
        tiles.append((grid, colors, random.uniform(-20, 20, 3), random.uniform(1e-4, 6e-4, 3)))
    seen, every = lens(80, 60, focal=50.0), tiles_of(*tiles)
    together, apart, in_parts = new_keys(seen), new_keys(seen), new_keys(seen)
    splat_tiles(together[0], every, seen)
    for tile in tiles:
        splat_tiles(apart[0], tiles_of(tile), seen)
    edges = [0, *np.sort(random.integers(0, len(every) + 1, 3)).tolist(), len(every)]
    for first, last in itertools.pairwise(edges):
        splat_tiles(in_parts[0], every, seen, first, last)
    np.testing.assert_array_equal(together, apart)
    np.testing.assert_array_equal(together, in_parts)


def test_points_that_are_not_there_are_refused() -> None:
    seen, tiles = (
        lens(8, 6, focal=5.0),
        tiles_of((np.zeros((4, 3), np.uint16), np.zeros((4, 4), np.uint8), np.zeros(3), np.ones(3))),
    )
    for first, last in ((-1, 2), (0, 5), (3, 2)):
        with pytest.raises(ValueError, match="points 0 to 4"):
            splat_tiles(new_keys(seen)[0], tiles, seen, first, last)


def test_far_from_the_origin_pixels_stay_exact() -> None:
    eye = np.array([4000.123456, -7000.654321, 12.3456])
    xyz = np.array([eye + np.array([10.0, 0, 0])]).astype(np.float32)
    keys = new_keys(lens(901, 701, focal=1000.0, eye=eye))
    splat_xyz(keys[0], xyz, np.array([RED], np.uint8), lens(901, 701, focal=1000.0, eye=eye))
    row, column = np.argwhere(keys[0] != EMPTY)[0]
    true = xyz[0].astype(np.float64) - eye
    assert abs(column + 0.5 - (450.5 - 1000 * true[1] / true[0])) <= 0.51
    assert abs(row + 0.5 - (350.5 - 1000 * true[2] / true[0])) <= 0.51


def test_nothing_nan_and_the_enormous_are_left_out() -> None:
    assert not np.isfinite(draw(np.empty((0, 3)), np.empty((0, 4)), lens())[1]).any()
    bad = [[np.nan, 0, 0], [10, np.nan, 0], [10, 0, np.nan], [np.inf, 0, 0], [10, np.inf, 0], [-np.inf] * 3, [3e38] * 3,
           [1e30, 0, 0], [10, 3e38, -3e38]]  # fmt: skip
    _, depth = draw(bad, [RED] * len(bad), lens())
    assert not np.isfinite(depth).any()
    _, depth = draw([*bad, [10, 0, 0]], [RED] * (len(bad) + 1), lens())
    assert np.isfinite(depth).sum() == 1


def test_more_points_than_a_chunk_and_none_forgotten() -> None:
    count = 5000
    columns = np.arange(count) % 100
    xyz = np.stack([np.full(count, 10.0), (49.5 - columns) / 1.0, np.zeros(count)], axis=1)
    xyz[:, 0] += np.arange(count)[::-1] * 1e-3
    _, depth = draw(xyz / 1.0, [RED] * count, lens(2000, 9, focal=100.0))
    assert np.isfinite(depth).sum() > 100


def test_arrays_that_may_not_be_written_or_have_gaps_are_read() -> None:
    wide = np.zeros((3, 6), np.float32)
    wide[:, ::2] = [10, 0, 0]
    still = wide[:, ::2]
    still.flags.writeable = False
    colors = np.frombuffer(bytes([0, *RED * 3]), np.uint8)[1:].reshape(3, 4)  # not at a multiple of four bytes
    keys = new_keys(lens())
    splat_xyz(keys[0], still, colors, lens())
    assert (keys != EMPTY).sum() == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"xyz": np.zeros((3, 2), np.float32)}, "positions"),
        ({"xyz": np.zeros((3, 3))}, "float32"),
        ({"colors": np.zeros((2, 4), np.uint8)}, "colors"),
        ({"colors": np.zeros((3, 4), np.int16)}, "colors"),
        ({"keys": np.zeros((3, 3), np.int64)}, "keys"),
    ],
)
def test_wrong_arrays_are_refused_by_name(change: dict[str, np.ndarray], word: str) -> None:
    given_ = {"keys": new_keys(lens())[0], "xyz": np.zeros((3, 3), np.float32), "colors": np.zeros((3, 4), np.uint8)}
    with pytest.raises(ValueError, match=word):
        splat_xyz(**{**given_, **change}, lens=lens())


@pytest.mark.parametrize(
    "change",
    [{"side": 0}, {"side": 65}, {"width": 0}, {"focal": 0.0}, {"eye": np.full(3, np.nan)}, {"axes": np.eye(2)},
     {"near": 0.0}, {"far": 0.01}],
)  # fmt: skip
def test_a_lens_without_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="need"):
        lens(**change)  # type: ignore[arg-type]


def test_rows_outside_of_the_picture_are_refused() -> None:
    seen = lens()
    color, depth = np.zeros((7, 9, 4), np.uint8), np.zeros((7, 9), np.float32)
    with pytest.raises(ValueError, match="rows"):
        resolve(new_keys(seen), seen, color, depth, 3, 8)
    with pytest.raises(ValueError, match="color"):
        resolve(new_keys(seen), seen, color[:, ::2], depth, 0, 7)
    with pytest.raises(ValueError, match="keys"):
        resolve(new_keys(seen)[:0], seen, color, depth, 0, 7)
