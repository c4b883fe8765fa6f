"""Who does the scenes of a batch: this process, others beside it, or a Dask cluster."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, Self, TypeVar

from lidar_label.errors import LidarLabelError
from lidar_label.progress import Progress

T = TypeVar("T")
R = TypeVar("R")
_POLL_S = 0.2
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Call = Callable[[T, Progress | None], R]


class Workers(Protocol):
    """Runs one function on many tasks; made to be used as a context, which ends what it started."""

    def run(
        self, call: Call[T, R], tasks: Sequence[T], lost: Callable[[T, str], R], tick: Callable[[], None]
    ) -> Iterator[R]:
        """Yield what `call` makes of each task, as they are done.

        `lost` makes the result of a task whose worker went away; it is given why. `tick` is called
        now and then, and may raise to stop everything.
        """

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End what was started, whatever it is doing."""


class Here:
    """Runs one task after another in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        from lidar_label.jobs.scenes import forget

        forget()

    def run(
        self,
        call: Call[T, R],
        tasks: Sequence[T],
        lost: Callable[[T, str], R],  # noqa: ARG002 - nothing is lost here without everything
        tick: Callable[[], None],
    ) -> Iterator[R]:
        """Yield what `call` makes of each task; a step of its progress is a tick."""
        inner = Progress(lambda *_: tick())
        for task in tasks:
            yield call(task, inner)


@dataclass(slots=True, eq=False)
class _Process:
    """One process and our end of the line to it."""

    process: multiprocessing.process.BaseProcess
    line: Connection


class Processes:
    """Runs tasks in processes of their own, started anew; one that dies takes only its own task along.

    Parameters
    ----------
    count : int
        How many at once. They share the processors: a library that would use all of them in each
        gets its share.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._idle: list[_Process] = []
        self._all: list[_Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.process.terminate()
        for worker in self._all:
            worker.process.join()
            worker.line.close()
        self._all.clear()
        self._idle.clear()

    def run(
        self, call: Call[T, R], tasks: Sequence[T], lost: Callable[[T, str], R], tick: Callable[[], None]
    ) -> Iterator[R]:
        """Yield what `call` makes of each task, as they are done."""
        waiting = list(reversed(tasks))
        busy: dict[object, tuple[_Process, T]] = {}
        while waiting or busy:
            while waiting and len(busy) < self._count:
                task = waiting.pop()
                worker = self._idle.pop() if self._idle else self._start()
                worker.line.send((call, task))
                busy[worker.line] = (worker, task)
            ready = wait([worker.line for worker, _ in busy.values()], timeout=_POLL_S)
            tick()
            for line in ready:
                worker, task = busy.pop(line)
                try:
                    result: R = worker.line.recv()
                except (EOFError, OSError):
                    yield lost(task, self._bury(worker))
                else:
                    self._idle.append(worker)
                    yield result

    def _start(self) -> _Process:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        share = max(1, _processors() // self._count)
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _environment(dict.fromkeys(_THREADS, str(share))):
            process.start()
        theirs.close()
        worker = _Process(process, ours)
        self._all.append(worker)
        return worker

    def _bury(self, worker: _Process) -> str:
        """Return how a process ended."""
        worker.process.join()
        worker.line.close()
        self._all.remove(worker)
        code = worker.process.exitcode or 0
        if code == -getattr(signal, "SIGKILL", 9):
            return "its process was killed; was there enough memory? Try fewer --jobs"
        return f"its process ended with {f'signal {-code}' if code < 0 else f'exit code {code}'}"


def _serve(line: Connection) -> None:
    """Do tasks until the line is closed; runs in the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us says when to stop
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    while True:
        try:
            call, task = line.recv()
        except (EOFError, OSError):
            return
        line.send(call(task, None))


def _end_with(sentinel: int) -> None:
    """End this process as soon as its parent is gone, so that nobody writes on for nobody."""
    wait([sentinel])
    os._exit(1)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables while a process is started: libraries read them when they are first imported."""
    kept = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class OnDask:
    """Runs tasks on a Dask cluster whose workers see the same files under the same names.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://host:8786``.

    Raises
    ------
    LidarLabelError
        If Dask is not installed, or nobody answers there.
    """

    def __init__(self, address: str, timeout_s: float = 10.0) -> None:
        try:
            distributed: Any = importlib.import_module("dask.distributed")
        except ModuleNotFoundError as error:
            raise LidarLabelError(f"--dask needs {error.name}", hint="install lidar-label[dask]") from None
        self._distributed = distributed
        try:
            self._client = distributed.Client(address, timeout=timeout_s, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise LidarLabelError(
                f"no Dask scheduler answers: {error}", where=address, hint="such as tcp://host:8786"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(
        self, call: Call[T, R], tasks: Sequence[T], lost: Callable[[T, str], R], tick: Callable[[], None]
    ) -> Iterator[R]:
        """Yield what `call` makes of each task, as they are done."""
        futures = {self._client.submit(call, task, None, pure=False): task for task in tasks}
        try:
            for future in self._distributed.as_completed(list(futures), loop=self._client.loop):
                task = futures.pop(future)
                error = future.exception() if future.status != "finished" else None
                yield lost(task, f"the cluster failed: {error}") if error is not None else future.result()
                future.release()
                tick()
        finally:
            if futures:
                self._client.cancel(list(futures))
