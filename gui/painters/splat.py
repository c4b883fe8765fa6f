"""SplatPainter: points drawn by the processor's cores alone, for machines without a graphics card."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lidar_label.gui.painters.base import Batch, Crop, Painted, Points, never, share_of
from lidar_label.gui.views.orbit import FAR_M, NEAR_M, Orbit
from lidar_label.kernels.splat import EMPTY, LARGEST_SIDE, Keys, Lens, new_keys, resolve, splat_tiles, splat_xyz
from lidar_label.kernels.tile_table import TileTable

_PIECE = 1 << 16  # points a thread takes at a time; so many stay in its cache
_MOST_THREADS = 4
_BANDS = 4  # of rows for each thread, so that one that is held up does not keep the others waiting
_MOST_BYTES = 1 << 28  # of keys, which each thread has of its own

Part = tuple[Points, int, int]
"""Of these points the first that is drawn, and the one behind the last."""


class SplatPainter:
    """Draws into colours and depths with compiled code; the picture does not depend on the number of threads.

    Parameters
    ----------
    threads : int, optional
        As many as there are cores, up to four.
    """

    name = "splat"
    needs_gui_thread = False

    def __init__(self, threads: int | None = None) -> None:
        self._threads = max(threads or min(os.cpu_count() or 1, _MOST_THREADS), 1)
        self._keys: Keys | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def draw(
        self,
        batches: Sequence[Points],
        camera: Orbit,
        width: int,
        height: int,
        point_size: float,
        *,
        most_points: int | None = None,
        crop: Crop | None = None,
        is_stale: Callable[[], bool] = never,
    ) -> Painted:
        """Return what the camera sees; see `Painter.draw`."""
        if self._closed or width < 1 or height < 1:
            return Painted.empty(width, height)
        lens = lens_of(camera, width, height, point_size, crop)
        share = share_of(batches, most_points)
        waiting: deque[Part] = deque()
        for drawn in (batch.part(share) for batch in batches):
            waiting.extend((drawn, first, min(first + _PIECE, len(drawn))) for first in range(0, len(drawn), _PIECE))
        workers = max(min(self._threads, len(waiting), _MOST_BYTES // (8 * lens.shape[0] * lens.shape[1])), 1)
        room, numbers = self._room(lens, workers), itertools.count()
        self._together(workers, lambda: _draw(waiting, room[next(numbers)], lens, is_stale))
        painted, keys = Painted.room(width, height), room[: next(numbers)]
        count = _BANDS * self._threads
        bands = deque((height * band // count, height * (band + 1) // count) for band in range(count))
        self._together(self._threads, lambda: _resolve(bands, keys, lens, painted))
        return painted

    def close(self) -> None:
        """End the threads; from here on it draws nothing."""
        self._closed = True
        self._keys = None
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None

    def _room(self, lens: Lens, workers: int) -> Keys:
        """Return keys for each worker; those of the last picture where they fit."""
        kept = self._keys
        if kept is None or kept.shape[1:] != lens.shape or len(kept) < workers:
            self._keys = kept = None  # two sizes at once would be the double
            self._keys = kept = new_keys(lens, workers)
        return kept[:workers]

    def _together(self, workers: int, work: Callable[[], None]) -> None:
        """Do work in this thread and in helpers; those that have not begun when this one is done are not waited for."""
        if workers > 1 and self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads - 1, thread_name_prefix="splat")
        others = [self._pool.submit(work) for _ in range(1, workers)] if self._pool is not None else []
        try:
            work()
        finally:
            for other in others:
                if not other.cancel():
                    other.result()


def lens_of(camera: Orbit, width: int, height: int, point_size: float, crop: Crop | None = None) -> Lens:
    """Return a camera as the kernels take it."""
    shown = crop if crop is not None else Crop()
    return Lens(
        axes=np.stack([camera.right, -camera.up, camera.forward]),
        eye=camera.eye,
        focal=camera.focal(height),
        width=width,
        height=height,
        near=NEAR_M,
        far=FAR_M,
        low=shown.low,
        high=shown.high,
        side=min(max(round(point_size), 1), LARGEST_SIDE),
    )


def warm_up() -> None:
    """Compile what drawing needs, so that the first frame does not wait for it."""
    painter, colors, table = SplatPainter(1), np.full((1, 4), 255, np.uint8), TileTable(1)
    table.put(0, np.zeros((1, 3), np.uint16), colors, np.zeros(3), np.ones(3))
    tiles = table.take(np.zeros(1, np.int64), np.ones(1, np.int64))
    for points in (Batch(colors, np.zeros((1, 3), np.float32)), tiles):
        painter.draw([points], Orbit(), 8, 8, 2)
    painter.close()


def _draw(waiting: deque[Part], keys: Keys, lens: Lens, is_stale: Callable[[], bool]) -> None:
    """Draw what is waiting until nothing is."""
    keys.fill(EMPTY)
    while not is_stale():
        try:
            points, first, last = waiting.popleft()
        except IndexError:
            return
        if isinstance(points, Batch):
            splat_xyz(keys, points.xyz[first:last], points.colors[first:last], lens)
        else:
            splat_tiles(keys, points, lens, first, last)


def _resolve(bands: deque[tuple[int, int]], keys: Keys, lens: Lens, painted: Painted) -> None:
    """Turn keys into rows of the picture until there are no more."""
    while True:
        try:
            first, last = bands.popleft()
        except IndexError:
            return
        resolve(keys, lens, painted.color, painted.depth, first, last)
