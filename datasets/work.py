"""Running the many small jobs of a writer, one file each, side by side where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lidar_label.datasets.base import WriteOptions

T = TypeVar("T")


def run_all(work: Sequence[Callable[[], T]], options: WriteOptions, text: str) -> list[T]:
    """Run each job and return what they return, in their order.

    The first error stops the rest, and so does a person who cancels.
    """
    if options.jobs <= 1:
        return [job() for job in options.progress.over(work, len(work), text)]
    with ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(job) for job in work]
        try:
            return [future.result() for future in options.progress.over(futures, len(futures), text)]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
