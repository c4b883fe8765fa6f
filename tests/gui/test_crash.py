"""The last net: what nobody caught is logged, reported and shown; a desk that ended unexpectedly is told of."""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lidar_label.gui.crash import CrashNet, log_path, start_log, state_folder
from lidar_label.gui.reports import write_report
from lidar_label.gui.trail import note
from lidar_label.gui.vigil import Vigil


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's state folder, for this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return state_folder()


@pytest.fixture
def net() -> Iterator[CrashNet]:
    made = CrashNet()
    made.install()
    yield made
    made.remove()


def test_it_shows_a_sentence_and_keeps_the_details(net: CrashNet, caplog: pytest.LogCaptureFixture) -> None:
    shown: list[tuple[str, str, str]] = []
    net.show = lambda text, details, report: shown.append((text, details, report))
    try:
        raise RuntimeError("the view fell over")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    assert shown[0][0] == "RuntimeError: the view fell over"
    assert "test_crash.py" in shown[0][1]
    assert "the view fell over" in caplog.text
    report = Path(shown[0][2]).read_text("utf-8")
    assert "RuntimeError: the view fell over" in report
    assert "Python 3" in report
    assert "Qt 6" in report


def test_it_catches_what_a_thread_drops(net: CrashNet) -> None:
    shown: list[str] = []
    net.show = lambda text, _, __: shown.append(text)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert shown == ["ZeroDivisionError: division by zero"]


def test_removed_it_leaves_things_as_they_were() -> None:
    before = sys.excepthook
    net = CrashNet()
    net.install()
    assert sys.excepthook is not before
    net.remove()
    assert sys.excepthook is before


def test_the_log_lies_in_the_users_state_folder(tmp_path: Path) -> None:
    logger = logging.getLogger("lidar_label")
    before = list(logger.handlers)
    start_log()
    try:
        logging.getLogger("lidar_label.gui.x").error("a line")
        assert "a line" in log_path().read_text("utf-8")
        assert log_path().is_relative_to(tmp_path)
    finally:
        for handler in set(logger.handlers) - set(before):
            logger.removeHandler(handler)
            handler.close()


def test_a_report_names_the_last_commands_and_comes_once_for_a_fault_that_comes_again(state: Path) -> None:
    note("flip")
    first = write_report(state, "Traceback of a paint event")
    assert first is not None
    assert write_report(state, "Traceback of a paint event") == first
    assert re.search(r"\d\d:\d\d:\d\d flip", first.read_text("utf-8"))
    assert len(list(state.glob("crash-*.txt"))) == 1


def test_where_no_report_can_be_written_the_desk_goes_on(tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("in the way")
    assert write_report(taken, "another traceback") is None
    assert Vigil(taken).begin() == []


# A desk in a process of its own that works on a project and then ends as the last line says.
DESK = """
import sys, os, signal, ctypes
from pathlib import Path
from lidar_label.gui.crash import state_folder
from lidar_label.gui.vigil import Vigil
vigil = Vigil(state_folder())
print(len(vigil.begin()), flush=True)
vigil.works_on(Path(sys.argv[1]))
"""


def desk_that(ends: str, project: Path) -> int:
    command = [sys.executable, "-c", DESK + ends, str(project)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_a_desk_that_was_killed_is_told_of_once(state: Path, tmp_path: Path) -> None:
    project = tmp_path / "work.lidarlabel"
    assert desk_that("os.kill(os.getpid(), signal.SIGKILL)", project) == -signal.SIGKILL
    vigil = Vigil(state)
    (ended,) = vigil.begin()
    assert (ended.project, ended.report) == (project, None)
    assert abs(ended.since - time.time()) < 600
    again = Vigil(state)
    assert again.begin() == [], "the desk of this process runs, and the other was told of"
    again.end()
    vigil.end()
    assert not list((state / "running").iterdir())


def test_a_hard_crash_leaves_a_report(state: Path, tmp_path: Path) -> None:
    assert desk_that("ctypes.string_at(0)", tmp_path / "work.lidarlabel") != 0
    vigil = Vigil(state)
    (ended,) = vigil.begin()
    vigil.end()
    assert ended.report is not None
    text = ended.report.read_text("utf-8")
    assert "Segmentation fault" in text or "access violation" in text
    assert "work.lidarlabel" not in text


def test_a_desk_that_closed_is_not_told_of(state: Path, tmp_path: Path) -> None:
    assert desk_that("vigil.end()", tmp_path) == 0
    vigil = Vigil(state)
    assert vigil.begin() == []
    vigil.end()
