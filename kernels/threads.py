"""Threads for kernels: long arrays are cut in pieces, and each thread works on its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_PIECES = 4  # for each thread, so that one that is held up does not keep the others waiting


def thread_count(threads: int | None = None) -> int:
    """Return how many threads to use: `threads`, or as many as Numba may (``NUMBA_NUM_THREADS``).

    Raises
    ------
    ValueError
        If `threads` is below 1.
    """
    if threads is None:
        from numba import config

        return int(vars(config)["NUMBA_NUM_THREADS"])
    if threads < 1:
        raise ValueError(f"threads needs 1 or more, got {threads}")
    return threads


def in_pieces(work: Callable[[int, int], None], count: int, least: int, threads: int | None = None) -> None:
    """Call ``work(start, stop)`` on pieces of ``range(count)``, on several threads where it is worth it.

    The pieces write to places of their own, so that the result is the same for any number of threads.

    Parameters
    ----------
    work : callable
        A kernel that releases the interpreter's lock.
    count, least : int
        How many there are, and of how many a piece is made at least.
    threads : int, optional
        As `thread_count` takes it.

    Raises
    ------
    ValueError
        If `threads` is below 1.
    """
    most = min(thread_count(threads), -(-count // least))
    if most <= 1:
        if count:
            work(0, count)
        return
    size = max(least, -(-count // (most * _PIECES)))
    with ThreadPoolExecutor(most) as pool:  # it ends with the call and leaves no thread behind
        for done in [pool.submit(work, start, min(start + size, count)) for start in range(0, count, size)]:
            done.result()
