"""Waiting for work that may never end: beside the one who asked, within a time, and stopped when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from lidar_label.errors import LidarLabelError
from lidar_label.progress import Progress

T = TypeVar("T")

_TICK_S = 0.02
_GRACE_S = 2.0  # for work that was told to stop; what does not is left to end by itself


class TookTooLong(LidarLabelError, TimeoutError):
    """Work did not end within its time."""


def within(
    seconds: float, work: Callable[[], T], progress: Progress, *, stop: Callable[[], None], what: str = "the work"
) -> T:
    """Return what `work` returns, or raise what it raises.

    Parameters
    ----------
    seconds : float
        How long it is waited for.
    work : callable
        Runs in a thread of its own.
    progress : Progress
        Asked whether to go on, many times a second.
    stop : callable
        Makes the work end; called from another thread than the work's.
    what : str
        Who does the work, for the error.

    Raises
    ------
    TookTooLong
        If it takes longer.
    Cancelled
        If the progress was stopped.
    """
    results: list[T] = []
    faults: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as fault:  # noqa: BLE001 - raised again by the one who waits
            faults.append(fault)
        finally:
            ended.set()

    threading.Thread(target=run, name="detector", daemon=True).start()
    until = time.monotonic() + seconds
    try:
        while not ended.wait(min(_TICK_S, max(0.0, until - time.monotonic()))):
            progress.check()
            if time.monotonic() >= until:
                raise TookTooLong(f"{what} took over {seconds:g} s")
    except BaseException:
        stop()
        ended.wait(_GRACE_S)
        raise
    if faults:
        raise faults[0]
    return results[0]
