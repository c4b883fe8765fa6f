"""TileStream: the tiles that views ask for, read and coloured by threads inside a budget of bytes."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.budget import Choice
from lidar_label.errors import LidarLabelError
from lidar_label.kernels.tile_table import Tiles, TileTable

log = logging.getLogger(__name__)

BUDGET_BYTES = 384_000_000
THREADS = 2
STEP_POINTS = 256  # wishes are rounded up to this or an eighth of them: a slow zoom does not read point by point
_AHEAD = 6  # tiles that the disk is told of before a thread comes to them
_POINT_BYTES = 10  # place and colour, as they are held
_OVERVIEW = -1


class Points(Protocol):
    """The first points of a tile as a store hands them over (`TilePoints`)."""

    @property
    def grid(self) -> NDArray[np.uint16]: ...  # noqa: D102
    @property
    def corner(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def step(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def fields(self) -> Mapping[str, NDArray[Any]]: ...  # noqa: D102


class Store(Protocol):
    """What is asked of a tile store (`TileStore`)."""

    @property
    def tiles(self) -> NDArray[Any]: ...  # noqa: D102
    def read(self, tile: int, count: int | None = None, fields: tuple[str, ...] = ()) -> Points: ...  # noqa: D102
    def overview(self, fields: tuple[str, ...] = ()) -> Sequence[Points]: ...  # noqa: D102
    def advise(self, tile: int, count: int | None = None, fields: tuple[str, ...] = ()) -> None: ...  # noqa: D102


class Ink(Protocol):
    """How the points of tiles are coloured."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks at."""

    def key(self, tile: int) -> Hashable:
        """Return what the colours of a tile depend on: with another key it is coloured anew."""

    def paint(self, tile: int, points: Points) -> NDArray[np.uint8]:
        """Return a colour for each point, (N, 4) RGBA; called by several threads."""


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """The first points of a tile in memory, with colours.

    A point lies at ``corner + grid * step``, metres in the coordinates of the store.
    """

    tile: int
    grid: NDArray[np.uint16]
    corner: NDArray[np.float64]
    step: NDArray[np.float64]
    colors: NDArray[np.uint8]
    key: Hashable

    def __len__(self) -> int:
        return len(self.grid)


class TileStream:
    """Holds what views ask for; every view says what it wants by a name of its own.

    The first points of every tile (the overview) are always there. A wish that the next `want` of
    the same view no longer holds is forgotten; what is being read is read to its end and kept.

    Parameters
    ----------
    store : TileStore
    ink : Ink
        How points are coloured at first.
    budget : int, bytes
        What the tiles in memory may hold beside the overview.
    on_news : callable()
        Called by a thread whenever more can be drawn.
    on_error : callable(LidarLabelError)
        Called by a thread, once for each kind of fault.
    """

    def __init__(
        self,
        store: Store,
        ink: Ink,
        *,
        budget: int = BUDGET_BYTES,
        threads: int = THREADS,
        on_news: Callable[[], object] = lambda: None,
        on_error: Callable[[LidarLabelError], object] = lambda _: None,
    ) -> None:
        self._store, self._ink, self._budget = store, ink, budget
        self._on_news, self._on_error = on_news, on_error
        self._has = store.tiles["count"].astype(np.int64)
        self._drawn = store.tiles["kind"] == 0
        self._change = threading.Condition()
        self._round = 0  # of inks: colours made with an earlier one are stale
        self._wishes: OrderedDict[str, Choice] = OrderedDict()
        self._wish = np.zeros(len(self._has), np.int64)
        self._have = np.zeros(len(self._has), np.int64)
        self._used = np.zeros(len(self._has), np.int64)  # the turn in which it was last wished for
        self._turn = 0
        self._advised = np.zeros(len(self._has), np.int64)
        self._best = np.full(len(self._has), None, np.object_)  # the piece that is drawn of each tile
        self._table = TileTable(len(self._has))  # where its points lie
        self._look: dict[int, Hashable] = {}  # what the colours depend on of what the table had last
        self._fresh = np.zeros(len(self._has), np.bool_)
        self._broken = np.zeros(len(self._has), np.bool_)
        self._queue: deque[int] = deque()
        self._coarse: dict[int, Piece] = {}
        self._coarse_round = -1
        self._pieces: dict[int, Piece] = {}
        self._held = 0
        self._reading: dict[int, int] = {}
        self._told: set[str] = set()
        self._closed = False
        self.news = 0  # how often more could be drawn
        self.reads = 0  # of tiles, for who wants to know that none is read twice
        self._threads = [threading.Thread(target=self._loop, name=f"tiles-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    # What a view asks

    def want(self, view: str, choice: Choice, *, first: bool = True) -> None:
        """Say which tiles a view shows, and how many points of each; what comes first is read before other wishes."""
        steps = np.int64(1) << np.maximum(np.log2(np.maximum(choice.counts, 1)).astype(np.int64) - 3, 0)
        steps = np.maximum(steps, STEP_POINTS)
        counts = np.minimum(-(-choice.counts // steps) * steps, self._has[choice.tiles])
        with self._change:
            self._wishes[view] = Choice(choice.tiles, counts)
            self._wishes.move_to_end(view, last=not first)
            self._turn += 1
            self._used[choice.tiles] = self._turn
            self._plan()

    def set_ink(self, ink: Ink) -> None:
        """Colour everything anew; what is drawn keeps its colours until the new ones are there."""
        with self._change:
            self._ink = ink
            self._round += 1
            self._fresh[:] = False
            self._plan()

    def forget(self) -> None:
        """Let go of all tiles in memory; the first points of each stay, and nothing is wished for."""
        with self._change:
            self._wishes.clear()
            self._plan()
            for tile in list(self._pieces):
                self._drop(tile)

    def renew(self) -> None:
        """Look again which tiles the ink would now colour otherwise than they are."""
        with self._change:
            for tile in {*self._coarse, *self._pieces}:
                self._look_at(tile)
            if any(piece.key != self._key(tile) for tile, piece in self._coarse.items()):
                self._coarse_round = -1
            self._plan()

    def there(self, choice: Choice) -> Tiles:
        """Return what is there of a choice, as it is drawn."""
        with self._change:
            return self._table.take(choice.tiles, choice.counts)

    def is_complete(self, view: str) -> bool:
        """Say whether all that a view wants is there, in the colours asked for, or cannot be had."""
        with self._change:
            choice = self._wishes.get(view)
            if self._coarse_round != self._round or choice is None:
                return False
            return not self._lacking(choice.tiles, choice.counts).any()

    def everything(self, among: NDArray[np.int64] | None = None) -> list[Piece]:
        """Return all that is in memory, or what is of some tiles."""
        with self._change:
            tiles = np.flatnonzero(self._have) if among is None else among[self._have[among] > 0]
            everything: list[Piece] = self._best[tiles].tolist()
        return everything

    @property
    def nbytes(self) -> int:
        """Memory that tiles hold beside the overview, those being read included."""
        with self._change:
            return self._held + sum(self._reading.values())

    @property
    def loaded(self) -> int:
        """How many points are in memory."""
        with self._change:
            return int(self._have.sum())

    def close(self) -> None:
        """End the threads and let go of everything."""
        with self._change:
            self._closed = True
            self._queue.clear()
            self._change.notify_all()
        for thread in self._threads:
            thread.join()
        with self._change:
            self._pieces.clear()
            self._coarse.clear()
            self._best[:], self._have[:] = None, 0
            self._table = TileTable(len(self._has))

    # What the threads do

    def _loop(self) -> None:
        while True:
            with self._change:
                job = self._next()
                while job is None and not self._closed:
                    self._change.wait()
                    job = self._next()
                if self._closed or job is None:
                    return
                tile, count = job
                self._reading[tile] = count * _POINT_BYTES
                ink, round_ = self._ink, self._round
                ahead = self._ahead()
            found: list[Piece] = []
            try:
                if tile == _OVERVIEW:
                    found = self._read_overview(ink, round_)
                else:
                    found = [self._read(tile, count, ink, round_, ahead)]
            except Exception as error:  # noqa: BLE001  a thread must not die of one tile; it is told
                self._tell(error)
            with self._change:
                del self._reading[tile]
                if self._closed:
                    return
                self._take(tile, found, round_)
                self.news += 1
            if found:
                self._on_news()

    def _read(self, tile: int, count: int, ink: Ink, round_: int, ahead: list[tuple[int, int]]) -> Piece:
        for other, wished in ahead:
            self._store.advise(other, wished, ink.fields)
        key = (round_, ink.key(tile))
        points = self._store.read(tile, count, ink.fields)
        self.reads += 1
        return Piece(tile, points.grid, points.corner, points.step, ink.paint(tile, points), key)

    def _read_overview(self, ink: Ink, round_: int) -> list[Piece]:
        found = []
        for tile, points in enumerate(self._store.overview(ink.fields)):
            if len(points.grid) and self._drawn[tile]:
                key = (round_, ink.key(tile))
                found.append(Piece(tile, points.grid, points.corner, points.step, ink.paint(tile, points), key))
        return found

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, LidarLabelError):
            if not isinstance(error, OSError | MemoryError):
                log.error("tiles cannot be read", exc_info=error)
            error = LidarLabelError(f"tiles cannot be read: {error or type(error).__name__}")
        with self._change:
            what = f"{type(error).__name__} {error.where}"
            if what in self._told or self._closed:
                return
            self._told.add(what)
        self._on_error(error)

    # All below is called with `_change` held

    def _take(self, tile: int, found: list[Piece], round_: int) -> None:
        if tile == _OVERVIEW:
            self._coarse_round = round_
            self._coarse.update((piece.tile, piece) for piece in found)
            for piece in found:
                self._look_at(piece.tile)
            self._plan()
            return
        if not found:
            self._broken[tile] = True
            return
        self._drop(tile)
        self._pieces[tile] = found[0]
        self._held += len(found[0]) * _POINT_BYTES
        self._look_at(tile)
        if self._lacks(tile):  # a wish that came meanwhile wants more of it, or other colours
            self._queue.append(tile)

    def _next(self) -> tuple[int, int] | None:
        """Choose what to read: the overview, then the first tile of the queue that fits the budget."""
        if _OVERVIEW in self._reading:
            return None  # every tile has its first points before any has more
        if self._coarse_round != self._round:
            return _OVERVIEW, 0
        while self._queue:
            tile = self._queue.popleft()
            count = int(self._wish[tile])
            if tile not in self._reading and self._lacks(tile) and self._make_room(count):
                return tile, count
        return None

    def _plan(self) -> None:
        """Queue what is wished for and not there."""
        self._wish[:] = 0
        order: list[int] = []
        for choice in self._wishes.values():
            self._wish[choice.tiles] = np.maximum(self._wish[choice.tiles], choice.counts)
            order.extend(choice.tiles[self._lacking(choice.tiles, choice.counts)].tolist())
        self._queue = deque(tile for tile in dict.fromkeys(order) if tile not in self._reading)
        if self._queue or self._coarse_round != self._round:
            self._change.notify_all()

    def _lacking(self, tiles: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
        lacking: NDArray[np.bool_] = ((self._have[tiles] < counts) | ~self._fresh[tiles]) & ~self._broken[tiles]
        return lacking

    def _lacks(self, tile: int) -> bool:
        wish = self._wish[tile]
        return bool(wish and (self._have[tile] < wish or not self._fresh[tile]) and not self._broken[tile])

    def _key(self, tile: int) -> Hashable:
        return self._round, self._ink.key(tile)

    def _look_at(self, tile: int) -> None:
        """Note how much of a tile there is, and whether its colours are those of now."""
        piece, coarse = self._pieces.get(tile), self._coarse.get(tile)
        if piece is None or (coarse is not None and len(coarse) > len(piece)):
            piece = coarse
        if piece is None:
            self._table.drop(tile)
        elif piece is not self._best[tile]:
            same = piece.key == self._look.get(tile)
            self._look[tile] = piece.key
            self._table.put(tile, piece.grid, piece.colors, piece.corner, piece.step, as_before=same)
        self._best[tile] = piece
        self._have[tile] = 0 if piece is None else len(piece)
        self._fresh[tile] = piece is not None and piece.key == self._key(tile)

    def _drop(self, tile: int) -> None:
        piece = self._pieces.pop(tile, None)
        if piece is not None:
            self._held -= len(piece) * _POINT_BYTES
            self._advised[tile] = 0
            self._look_at(tile)

    def _cut(self, tile: int, count: int) -> None:
        """Keep only the first points of a tile: a view from afar wants few of those that one from near by had read."""
        piece = self._pieces[tile]
        self._drop(tile)
        if count:
            grid, colors = piece.grid[:count].copy(), piece.colors[:count].copy()
            self._pieces[tile] = Piece(tile, grid, piece.corner, piece.step, colors, piece.key)
            self._held += count * _POINT_BYTES
            self._look_at(tile)

    def _ahead(self) -> list[tuple[int, int]]:
        """Return the next tiles and how much of each, those that the disk has not been told of yet."""
        ahead = [(tile, int(self._wish[tile])) for tile in itertools.islice(self._queue, _AHEAD)]
        ahead = [(tile, count) for tile, count in ahead if self._advised[tile] < count]
        for tile, count in ahead:
            self._advised[tile] = count
        return ahead

    def _make_room(self, count: int) -> bool:
        """Let go of what nobody wants, of the longest unused tiles first, until so many points fit."""
        free = self._budget - self._held - sum(self._reading.values()) - count * _POINT_BYTES
        if free >= 0:
            return True
        for other in sorted(self._pieces, key=lambda tile: (self._wish[tile] > 0, self._used[tile])):
            if free >= 0:
                break
            spare = len(self._pieces[other]) - int(self._wish[other])
            if 2 * spare > len(self._pieces[other]):
                free += spare * _POINT_BYTES
                self._cut(other, int(self._wish[other]))
        return free >= 0
