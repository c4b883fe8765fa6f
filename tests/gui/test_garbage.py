"""Garbage: cycles are looked for between the deeds of a hand, not while what a deed changed is painted."""

from __future__ import annotations

import weakref

from PyQt6.QtCore import QObject, pyqtSignal
from pytestqt.qtbot import QtBot

from lidar_label.gui.garbage import Garbage


class Hand(QObject):
    moved = pyqtSignal()


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_a_cycle_goes_once_the_hand_that_moves_has_paused(qtbot: QtBot) -> None:
    hand, garbage = Hand(), Garbage()
    garbage.heed(hand.moved)
    last = weakref.ref([Knot() for _ in range(5000)][-1])
    hand.moved.emit()
    garbage.look()
    assert last() is not None, "what the hand did is painted first"
    qtbot.waitUntil(lambda: last() is None)
    garbage.deleteLater()
