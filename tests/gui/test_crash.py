"""The last net: what nobody caught is logged and shown."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from lidar_label.gui.crash import CrashNet, log_path, start_log


@pytest.fixture
def net() -> Iterator[CrashNet]:
    made = CrashNet()
    made.install()
    yield made
    made.remove()


def test_it_shows_a_sentence_and_keeps_the_details(net: CrashNet, caplog: pytest.LogCaptureFixture) -> None:
    shown: list[tuple[str, str]] = []
    net.show = lambda text, details: shown.append((text, details))
    try:
        raise RuntimeError("the view fell over")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    assert shown[0][0] == "RuntimeError: the view fell over"
    assert "test_crash.py" in shown[0][1]
    assert "the view fell over" in caplog.text


def test_it_catches_what_a_thread_drops(net: CrashNet) -> None:
    shown: list[str] = []
    net.show = lambda text, _: shown.append(text)
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


def test_the_log_lies_in_the_users_state_folder(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
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
