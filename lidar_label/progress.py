"""How long work says where it stands, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from lidar_label.errors import Cancelled

T = TypeVar("T")
Listener = Callable[[int, int, str], None]


class Progress:
    """A counter of steps with a listener and a stop switch, safe to use from any thread.

    Parameters
    ----------
    listener : callable(done, total, text), optional
        Told after each step, in the thread that does the work.
    on_note : callable(text), optional
        Told what a person should know of the work beside how far it is, in that thread too.
    """

    def __init__(self, listener: Listener | None = None, on_note: Callable[[str], object] | None = None) -> None:
        self._listener, self._on_note = listener, on_note
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; it raises `Cancelled` at its next step."""
        self._stop.set()

    def check(self) -> None:
        """Raise `Cancelled` if `cancel` was called; for work that waits within a step."""
        if self._stop.is_set():
            raise Cancelled("stopped before it was done", hint="nothing was left half-written")

    def note(self, text: str) -> None:
        """Say something that a person should know also when the next step has another text."""
        if self._on_note is not None:
            self._on_note(text)

    def step(self, done: int, total: int, text: str = "") -> None:
        """Report that `done` of `total` steps are finished.

        Raises
        ------
        Cancelled
            If `cancel` was called.
        """
        self.check()
        if self._listener is not None:
            self._listener(done, total, text)

    def over(self, items: Iterable[T], total: int, text: str = "") -> Iterator[T]:
        """Yield each item and count it as a step once its work is done."""
        self.step(0, total, text)
        for done, item in enumerate(items, start=1):
            yield item
            self.step(done, total, text)
