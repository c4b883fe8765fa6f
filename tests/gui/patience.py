"""A bot that waits as long as a busy machine needs: a wait ends when what it waits for is there, its limit is a net."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

LIMIT_MS = 180_000
PROCESS_S = 400.0  # of a desk in a process of its own, which may have to wait for others, too


class PatientBot(QtBot):
    """pytest-qt's bot with another limit where a test names none; its own is 5 s."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = LIMIT_MS) -> None:
        """Wait until a condition holds."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = LIMIT_MS, **more: Any) -> Any:
        """Wait until a signal comes."""
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Any, *, timeout: int = LIMIT_MS, **more: Any) -> Any:
        """Wait until all signals have come."""
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitExposed(self, widget: QWidget, *, timeout: int = LIMIT_MS) -> Any:
        """Wait until a window is on the screen."""
        return super().waitExposed(widget, timeout=timeout)

    def waitActive(self, widget: QWidget, *, timeout: int = LIMIT_MS) -> Any:
        """Wait until a window has the keyboard."""
        return super().waitActive(widget, timeout=timeout)
