"""A few threads that do one piece of work after another, and how far they are."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lidar_label.progress import Progress


class Stopped(Exception):
    """Another thread failed; its error is the one that counts."""


class Crew:
    """Threads that share numbered pieces of work; the first error ends them all, and is raised to who called."""

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)
        self._stop = threading.Event()
        self._turn = threading.Condition()

    def run(  # noqa: C901 - what a thread does stands inside
        self, pieces: int, work: Callable[[Iterator[int]], None], most: int | None = None
    ) -> None:
        """Call `work` in each of at most `most` threads, with an iterator that gives every piece to one of them."""
        count = min(self.workers, most or self.workers, max(pieces, 1))
        numbers, lock = itertools.count(), threading.Lock()
        errors: list[BaseException] = []

        def shared() -> Iterator[int]:
            while not self._stop.is_set():
                with lock:
                    number = next(numbers)
                if number >= pieces:
                    return
                yield number

        def guarded() -> None:
            try:
                work(shared())
            except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
                with self._turn:
                    if not isinstance(error, Stopped):
                        errors.append(error)
                    self._stop.set()
                    self._turn.notify_all()

        if count == 1:
            work(shared())
            return
        threads = [threading.Thread(target=guarded, name=f"tiles-{i}", daemon=True) for i in range(count)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException:
            self._stop.set()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
            raise
        if errors:
            raise errors[0]

    @contextmanager
    def in_turn(self, number: int, turns: list[int]) -> Iterator[None]:
        """Wait until all pieces before `number` had their turn; `turns` holds the number of the next."""
        with self._turn:
            while turns[0] != number:
                if self._stop.is_set():
                    raise Stopped
                self._turn.wait(1.0)
            yield
            turns[0] += 1
            self._turn.notify_all()


class Steps:
    """Points done, added up from several threads."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._done, self._lock = 0, threading.Lock()

    def add(self, points: int, text: str) -> None:
        """Count more; raise `Cancelled` where the person stopped the work."""
        with self._lock:
            self._done = min(self._done + points, self._total)
            self._progress.step(self._done, self._total, text)
