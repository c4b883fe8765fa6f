"""The table of tiles: what is taken is what was put, it stays in memory, and wrong arrays are refused."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from lidar_label.kernels.tile_table import Tiles, TileTable, colors_at, grid_at, tile_of
from tests.kernels.made_tiles import Tile, tiles_of


def tile(seed: int, size: int) -> Tile:
    random = np.random.default_rng(seed)
    grid, colors = random.integers(0, 65536, (size, 3), np.uint16), random.integers(0, 256, (size, 4), np.uint8)
    return grid, colors, random.uniform(-9, 9, 3), random.uniform(0.001, 0.01, 3)


def seen(tiles: Tiles) -> list[tuple[list[int], list[int]]]:
    """What a kernel finds: the first numbers of each tile's grid, and its colours."""
    rows = zip(tiles.places.tolist(), tiles.counts.tolist(), strict=True)
    return [(grid_at(a, n).tolist(), colors_at(b, n).tolist()) for (a, b), n in rows]


def test_kernels_find_the_first_points_of_what_was_put() -> None:
    given = [tile(n, size) for n, size in enumerate((5, 0, 9, 3))]
    table = TileTable(4)
    for n, one in enumerate(given):
        table.put(n, *one)
    taken = table.take(np.array([2, 1, 0, 3]), np.array([4, 7, 99, 0]))
    assert taken.counts.tolist() == [4, 5], "no more than there is, and no tile without a point"
    assert len(taken) == 9
    for (places, colors), (n, count) in zip(seen(taken), ((2, 4), (0, 5)), strict=True):
        assert places == given[n][0][:count].reshape(-1).tolist()
        assert colors == given[n][1][:count].view(np.uint32).reshape(-1).tolist()
    assert [tile_of(taken.starts, point) for point in range(9)] == [0] * 4 + [1] * 5
    np.testing.assert_array_equal(taken.moved((1.0, 2.0, 3.0)).corners, taken.corners + np.array([1, 2, 3]))
    assert taken.part(0.5).counts.tolist() == [2, 2]
    assert len(taken.part(0.0)) == 0


def test_arrays_with_gaps_are_copied() -> None:
    grid, colors, *place = tile(1, 40)
    odd = np.zeros(4 * 20 + 1, np.uint8)[1:].reshape(20, 4)  # colours at an address that no number lies at
    odd[:] = colors[::2]
    ((places, painted),) = seen(tiles_of((grid[::2], odd, *place)))
    assert places == grid[::2].reshape(-1).tolist()
    assert painted == np.ascontiguousarray(colors[::2]).view(np.uint32).reshape(-1).tolist()


def test_what_was_taken_stays_in_memory_after_the_table_let_go() -> None:
    table = TileTable(1)
    grid, colors, *place = tile(2, 50_000)
    wanted, held = grid.reshape(-1).tolist(), weakref.ref(grid)
    table.put(0, grid, colors, *place)
    taken = table.take(np.array([0]), np.array([50_000]))
    table.drop(0)
    del grid, colors
    gc.collect()
    assert held() is not None
    assert seen(taken)[0][0] == wanted
    assert len(table.take(np.array([0]), np.array([5]))) == 0
    del taken
    gc.collect()
    assert held() is None


def test_the_same_tiles_are_known_again() -> None:
    table = TileTable(2)
    table.put(0, *tile(1, 9))
    table.put(1, *tile(2, 9))
    both, counts = np.arange(2), np.array([9, 9])
    taken = table.take(both, counts)
    assert taken.is_like(table.take(both, counts))
    assert not taken.is_like(table.take(both, np.array([9, 8])))
    assert not taken.is_like(taken.moved((0.0, 0.0, 1.0)))
    table.put(1, *tile(2, 9))  # read anew, as other colours are
    assert not taken.is_like(table.take(both, counts))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"grid": np.zeros((3, 2), np.uint16)}, "grid"),
        ({"grid": np.zeros((3, 3), np.int16)}, "grid"),
        ({"colors": np.zeros((2, 4), np.uint8)}, "colors"),
        ({"colors": np.zeros((3, 4), np.int8)}, "colors"),
        ({"step": np.ones(2)}, "step"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], word: str) -> None:
    grid, colors = np.zeros((3, 3), np.uint16), np.zeros((3, 4), np.uint8)
    given = {"grid": grid, "colors": colors, "corner": np.zeros(3), "step": np.ones(3), **change}
    with pytest.raises(ValueError, match=word):
        TileTable(1).put(0, **given)


def test_more_of_the_same_points_looks_the_same_and_other_colours_do_not() -> None:
    table, (grid, colors, *place) = TileTable(2), tile(3, 60)
    table.put(1, grid[:40], colors[:40], *place)
    before = table.take(np.array([1]), np.array([30]))
    table.put(1, grid, colors, *place, as_before=True)
    assert before.is_like(table.take(np.array([1]), np.array([30])))
    assert not before.is_like(table.take(np.array([1]), np.array([31])))
    assert not before.is_like(table.take(np.array([1]), np.array([30])).moved((0.0, 0.0, 1.0)))
    table.put(1, grid, colors[::-1], *place)
    assert not before.is_like(table.take(np.array([1]), np.array([30])))
