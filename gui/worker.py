"""Worker: the one place for threads. Work runs off the GUI thread, its result comes back to it."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from lidar_label.errors import Cancelled

T = TypeVar("T")
log = logging.getLogger(__name__)

_NICE = 10  # steps that a thread stands back: the window gets a core at once, and it what that leaves
A_LITTLE = 5  # such steps of what is wanted before all that is read ahead


def step_back(steps: int = _NICE) -> None:
    """Let the calling thread run after others, on systems on which a thread by itself can."""
    if sys.platform == "linux" and steps:
        own = threading.get_native_id()
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, own, min(os.getpriority(os.PRIO_PROCESS, own) + steps, 19))


def give_back() -> None:
    """Give memory that was freed back to the system, where the C library keeps it (glibc does).

    Frames come and go in pieces of all sizes; between those that stay there would soon be as much room as they take.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


class Worker(QObject):
    """Runs functions one after another on a thread of its own.

    Results are handed to callbacks in the GUI thread. What was queued before `close` is still
    done, so that no edit is lost; its callbacks are not called any more.

    Parameters
    ----------
    name : str
        Of the thread, for logs.
    back : int
        How many steps the thread stands back behind the window's; see `step_back`.
    """

    failed = pyqtSignal(object)
    """The exception of work that has no `fail` callback of its own."""
    pending_changed = pyqtSignal(int)
    """How many pieces of work are queued or running."""
    _returned = pyqtSignal(object)

    def __init__(self, name: str, parent: QObject | None = None, *, back: int = 0) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, name, step_back, (back,))
        self._pending = 0
        self._closed = False
        self._soon: list[Callable[[], None]] = []
        self._painted = QTimer(self)  # comes after the painting that has been asked for
        self._painted.setSingleShot(True)
        self._painted.timeout.connect(self._begin_soon)
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]

    @property
    def pending(self) -> int:
        """How many pieces of work are queued or running."""
        return self._pending

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        fail: Callable[[Exception], None] | None = None,
    ) -> None:
        """Queue `work`; call `then` with its result, or `fail` with its exception, in the GUI thread."""
        if self._closed:
            log.warning("work was queued on the closed worker and is not done")
            return
        self._count(+1)
        self._submit(work, then, fail)

    def run_soon(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        fail: Callable[[Exception], None] | None = None,
    ) -> None:
        """Queue reading that no view waits for, once the window has painted: it would hold that up. See `run`."""
        if not self._closed:
            self._count(+1)
            self._soon.append(lambda: self._submit(work, then, fail))
            self._painted.start(0)

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _submit(
        self, work: Callable[[], T], then: Callable[[T], None] | None, fail: Callable[[Exception], None] | None
    ) -> None:
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._come_back(done, then, fail))

    def _begin_soon(self) -> None:
        waiting, self._soon = self._soon, []
        for begin in waiting:
            if not self._closed:
                begin()

    def _come_back(
        self, done: Future[T], then: Callable[[T], None] | None, fail: Callable[[Exception], None] | None
    ) -> None:
        """Pack what to call into a closure and send it to the GUI thread; runs in the worker's."""
        error = done.exception()
        if self._closed:
            if error is not None and not isinstance(error, Cancelled):  # which is what closing asked for
                log.error("work failed while the desk was closing", exc_info=error)
            return

        def deliver() -> None:
            if error is None:
                if then is not None:
                    then(done.result())
            elif fail is not None and isinstance(error, Exception):
                fail(error)
            else:
                self.failed.emit(error)

        self._returned.emit(deliver)

    def _deliver(self, deliver: Callable[[], None]) -> None:
        if self._closed:
            return
        self._count(-1)
        deliver()

    def _count(self, step: int) -> None:
        self._pending += step
        self.pending_changed.emit(self._pending)
