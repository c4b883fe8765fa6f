"""Tiles read by threads: what is wanted comes, within the bytes, once, in the colours of now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lidar_label.cloud.budget import Choice
from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.store import TileStore
from lidar_label.cloud.stream import Ink, Points, TileStream
from lidar_label.errors import LidarLabelError

DEADLINE_S = 20.0


class Plain:
    """Colours every point alike; remembers which tiles it painted."""

    def __init__(self, shade: int, fields: tuple[str, ...] = ()) -> None:
        self.shade, self.fields = shade, fields
        self.painted: list[int] = []
        self.keys: dict[int, int] = {}

    def key(self, tile: int) -> Hashable:
        return self.keys.get(tile, 0)

    def paint(self, tile: int, points: Points) -> NDArray[np.uint8]:
        self.painted.append(tile)
        assert all(len(points.fields[name]) == len(points.grid) for name in self.fields)
        return np.full((len(points.grid), 4), self.shade + self.keys.get(tile, 0), np.uint8)


class Open:
    """Makes streams, and waits for them."""

    def __init__(self, store: TileStore) -> None:
        self.store = store
        self.streams: list[TileStream] = []
        self.errors: list[LidarLabelError] = []
        self.come = threading.Event()

    def __call__(self, ink: Ink, **more: int) -> TileStream:
        self.streams.append(
            TileStream(self.store, ink, on_news=self.come.set, on_error=self.errors.append, **more)
        )  # fmt: skip
        return self.streams[-1]

    def until(self, ready: Callable[[], bool]) -> None:
        for _ in range(int(DEADLINE_S / 0.05)):
            if ready():
                return
            self.come.wait(0.05)
            self.come.clear()
        raise TimeoutError


@pytest.fixture
def opener(utm_las: Path, tmp_path: Path) -> Iterator[Open]:
    folder = tmp_path / "utm.tiles"
    build_tiles(utm_las, folder)
    with TileStore.open(folder) as store:
        made = Open(store)
        yield made
        for stream in made.streams:
            stream.close()


@pytest.fixture
def many(utm_store: Path) -> Iterator[Open]:
    """A store of many small tiles without an overview."""
    with TileStore.open(utm_store) as store:
        made = Open(store)
        yield made
        for stream in made.streams:
            stream.close()


def all_of(store: TileStore) -> Choice:
    return Choice(np.arange(len(store.tiles)), store.tiles["count"].astype(np.int64))


def test_the_overview_is_there_before_anything_is_wanted(opener: Open) -> None:
    stream = opener(Plain(7))
    opener.until(lambda: stream.loaded > 0)
    overview = {points.tile: len(points) for points in opener.store.overview()}
    assert {piece.tile: len(piece) for piece in stream.everything()} == overview
    assert stream.nbytes == 0


def test_what_is_wanted_comes_as_the_store_has_it_and_is_read_once(many: Open) -> None:
    store, ink = many.store, Plain(9, ("intensity",))
    stream = many(ink)
    stream.want("3d", all_of(store))
    many.until(lambda: stream.is_complete("3d"))
    there = stream.there(all_of(store))
    assert there.counts.tolist() == store.tiles["count"].tolist()
    for piece in stream.everything():
        assert any(piece.grid is grid and piece.colors is colors for grid, colors in there.owners.tolist())
        own = store.read(piece.tile)
        assert np.array_equal(piece.grid, own.grid)
        assert np.array_equal(piece.corner + piece.grid * piece.step, own.corner + own.grid * own.step)
        assert (piece.colors == 9).all()
    assert stream.reads == len(store.tiles) == len(set(ink.painted))
    stream.want("3d", all_of(store))
    stream.want("top", all_of(store))
    assert stream.is_complete("top")
    assert stream.reads == len(store.tiles), "nothing is read twice"


def test_a_wish_that_is_given_up_is_not_read(many: Open) -> None:
    gate, first = threading.Event(), threading.Event()

    class Slow(Plain):
        def paint(self, tile: int, points: Points) -> NDArray[np.uint8]:
            first.set()
            gate.wait(DEADLINE_S)
            return super().paint(tile, points)

    ink = Slow(1)
    stream = many(ink, threads=1)
    stream.want("3d", all_of(many.store))
    assert first.wait(DEADLINE_S)
    last = len(many.store.tiles) - 1
    stream.want("3d", Choice(np.array([last]), np.array([100])))
    gate.set()
    many.until(lambda: stream.is_complete("3d"))
    assert ink.painted == [0, last]


@pytest.mark.parametrize("tiles_in_budget", [2, 5])
def test_the_bytes_stay_within_the_budget_and_the_longest_unused_goes(many: Open, tiles_in_budget: int) -> None:
    counts = many.store.tiles["count"].astype(np.int64)
    budget = int(counts.max()) * 10 * tiles_in_budget
    stream = many(Plain(1), budget=budget, threads=2)
    most = 0
    for tile in range(12):
        stream.want("3d", Choice(np.array([tile]), counts[[tile]]))
        many.until(lambda: stream.is_complete("3d"))
        most = max(most, stream.nbytes)
    assert 0 < most <= budget
    kept = [piece.tile for piece in stream.everything()]
    assert sorted(kept) == list(range(12 - len(kept), 12))
    stream.want("3d", all_of(many.store))  # more than fits: what fits comes, and no more
    many.until(lambda: stream.nbytes > budget * 0.5)
    for _ in range(50):
        assert stream.nbytes <= budget
    assert not stream.is_complete("3d")


def test_other_colours_replace_those_that_are_there(opener: Open) -> None:
    stream = opener(Plain(1))
    everything = all_of(opener.store)
    stream.want("3d", everything)
    opener.until(lambda: stream.is_complete("3d"))
    stream.set_ink(Plain(50, ("intensity",)))
    assert not stream.is_complete("3d")
    assert len(stream.there(everything)), "the old ones stay until then"
    opener.until(lambda: stream.is_complete("3d"))
    assert all((colors == 50).all() for _, colors in stream.there(everything).owners.tolist())


def test_only_the_tiles_whose_key_changed_are_painted_anew(many: Open) -> None:
    ink = Plain(1)
    stream = many(ink)
    stream.want("3d", all_of(many.store))
    many.until(lambda: stream.is_complete("3d"))
    ink.painted.clear()
    ink.keys[3] = 100
    stream.renew()
    assert not stream.is_complete("3d")
    many.until(lambda: stream.is_complete("3d"))
    assert ink.painted == [3]
    shades = {piece.tile: int(piece.colors[0, 0]) for piece in stream.everything()}
    assert shades[3] == 101
    assert set(shades.values()) == {1, 101}


def test_a_fault_is_told_once_and_the_rest_still_comes(own_store: Path) -> None:
    with TileStore.open(own_store) as store:
        cut = int(store.tiles["offset"][-3])
        with (own_store / "points.bin").open("r+b") as file:
            file.truncate(cut)
        made = Open(store)
        stream = made(Plain(1))
        stream.want("3d", all_of(store))
        made.until(lambda: stream.is_complete("3d"))
        assert len(stream.everything()) == len(store.tiles) - 3
        assert len(made.errors) == 1
        assert "points.bin" in made.errors[0].line
        assert "build it again" in made.errors[0].line
        stream.close()


def test_closing_ends_the_threads_in_the_middle_of_reading(many: Open) -> None:
    before = threading.active_count()
    stream = many(Plain(1), threads=3)
    assert threading.active_count() == before + 3
    stream.want("3d", all_of(many.store))
    stream.close()
    assert threading.active_count() == before


def test_wishes_that_come_after_others_wait_for_them(many: Open) -> None:
    store, ink = many.store, Plain(1)
    counts = store.tiles["count"].astype(np.int64)
    half = len(counts) // 2
    stream = many(ink, threads=1)
    main, other = np.arange(half, len(counts)), np.arange(half)
    with stream._change:  # no thread takes anything until both have been said
        stream.want("3d", Choice(main, counts[main]))
        stream.want("top", Choice(other, counts[other]), first=False)
    many.until(lambda: stream.is_complete("top") and stream.is_complete("3d"))
    assert set(ink.painted[: len(main)]) == set(main.tolist())
    assert stream.loaded == sum(map(len, stream.everything())) == counts.sum()


def test_a_view_from_afar_does_not_keep_what_one_from_near_by_had_read(many: Open) -> None:
    store = many.store
    counts = store.tiles["count"].astype(np.int64)
    tiles = np.flatnonzero(counts > 600)
    half = len(tiles) // 2
    assert half > 3
    near, next_ = tiles[:half], tiles[half:]
    few = np.full(len(tiles), 256)
    room = int(max(counts[near].sum(), counts[next_].sum())) + 256 * len(tiles)
    stream = many(Plain(1), budget=room * 10)
    stream.want("top", Choice(tiles, few), first=False)
    for seen in (near, next_, near):
        stream.want("3d", Choice(seen, counts[seen]))
        many.until(lambda: stream.is_complete("3d") and stream.is_complete("top"))
        assert stream.nbytes <= room * 10
    have = {piece.tile: len(piece) for piece in stream.everything()}
    assert all(have[tile] == counts[tile] for tile in near.tolist())
    assert all(have[tile] >= 256 for tile in next_.tolist())
    for piece in stream.everything():
        assert np.array_equal(piece.grid, store.read(piece.tile, len(piece)).grid)
