"""The worker: order, threads, errors, and nothing lost at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from lidar_label.errors import CannotEdit
from lidar_label.gui.worker import Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    made = Worker("test")
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_result_comes_back_here(worker: Worker, qtbot: QtBot) -> None:
    threads: dict[str, threading.Thread] = {}
    got: list[int] = []

    def work() -> int:
        threads["work"] = threading.current_thread()
        return 42

    def then(value: int) -> None:
        threads["then"] = threading.current_thread()
        got.append(value)

    worker.run(work, then)
    qtbot.waitUntil(lambda: bool(got))
    assert got == [42]
    assert threads["then"] is threading.main_thread()
    assert threads["work"] is not threading.main_thread()


def test_work_keeps_its_order(worker: Worker, qtbot: QtBot) -> None:
    done: list[int] = []
    for number in range(200):
        worker.run(lambda n=number: n, done.append)
    qtbot.waitUntil(lambda: len(done) == 200)
    assert done == list(range(200))
    assert worker.pending == 0


def test_an_error_reaches_its_own_callback(worker: Worker, qtbot: QtBot) -> None:
    errors: list[Exception] = []

    def work() -> None:
        raise CannotEdit("no")

    worker.run(work, fail=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], CannotEdit)


def test_an_error_nobody_waits_for_is_not_lost(worker: Worker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(worker.failed) as caught:
        worker.run(lambda: 1 / 0)
    assert caught.args is not None
    assert isinstance(caught.args[0], ZeroDivisionError)


def test_an_error_does_not_stop_the_work_behind_it(worker: Worker, qtbot: QtBot) -> None:
    done: list[str] = []
    worker.run(lambda: 1 / 0, fail=lambda _: None)
    worker.run(lambda: "on", done.append)
    qtbot.waitUntil(lambda: done == ["on"])


def test_close_finishes_what_is_queued_and_calls_nobody(qtbot: QtBot) -> None:
    worker = Worker("test")
    began, go = threading.Event(), threading.Event()
    done: list[int] = []
    told: list[int] = []

    def first() -> int:
        began.set()
        go.wait(10)
        done.append(0)
        return 0

    worker.run(first, told.append)
    for number in range(1, 20):
        worker.run(lambda n=number: done.append(n) or n, told.append)
    assert began.wait(10)
    go.set()
    worker.close()
    qtbot.wait(1)
    assert done == list(range(20))
    assert told == []
    worker.run(lambda: done.append(99))
    assert 99 not in done
