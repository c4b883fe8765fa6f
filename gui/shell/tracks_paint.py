"""Cells of the table of tracks: who made the boxes and how many are doubtful, as a bar, and the category."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from lidar_label.gui.labels import Mix
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_marks import source_color
from lidar_label.gui.shell.tracks_model import MIX_ROLE
from lidar_label.model import Source

_HIGH, _ASIDE, _LEAST = 6.0, 6.0, 3.0


def shares(mix: Mix) -> list[tuple[Source, int]]:
    """Return how many boxes the bar shows as whose: of a person, imported, between key frames, of a machine."""
    imported = max(mix.keys - mix.human, 0)
    person = min(mix.human, mix.keys + mix.between)
    between = max(mix.keys + mix.between - person - imported, 0)
    parts = (Source.HUMAN, person), (Source.IMPORTED, imported), (Source.INTERPOLATED, between)
    return [part for part in (*parts, (Source.MACHINE, mix.machine)) if part[1]]


class BeginningDelegate(QStyledItemDelegate):
    """Shows the beginning of a text that has no room, which tells categories apart; the table leaves out the middle."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Leave out the end."""
        super().initStyleOption(option, index)
        if option is not None:
            option.textElideMode = Qt.TextElideMode.ElideRight


class MixDelegate(QStyledItemDelegate):
    """Paints the bar; its colours are those of the timeline's marks."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the cell, and the bar over it."""
        super().paint(painter, option, index)
        mix = index.data(MIX_ROLE)
        if painter is None or not isinstance(mix, Mix):
            return
        parts = shares(mix)
        whole = sum(count for _, count in parts)
        room = QRectF(option.rect).adjusted(_ASIDE, 0, -_ASIDE, 0)
        left, top = room.left(), room.center().y() - _HIGH / 2
        for source, count in parts:
            wide = room.width() * count / whole
            painter.fillRect(QRectF(left, top, wide, _HIGH), source_color(source))
            left += wide
        if mix.doubts:
            wide = max(room.width() * mix.doubts / whole, _LEAST)
            painter.fillRect(QRectF(room.right() - wide, top, wide, _HIGH), QColor(shades().bad))
