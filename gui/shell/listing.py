"""Listing: the look that the tables of the panels share, and the row of small buttons below them."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QToolButton


def dress(table: QTableWidget, widest: int, edits: QAbstractItemView.EditTrigger) -> None:
    """Make a table a list of rows of which one is chosen; the column `widest` takes the room that is free."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(edits)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    vertical, header = table.verticalHeader(), table.horizontalHeader()
    if vertical is not None and header is not None:
        vertical.hide()
        vertical.setDefaultSectionSize(table.fontMetrics().height() + 8)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)


def button_row(buttons: Iterable[QToolButton]) -> QHBoxLayout:
    """Lay small buttons in a row; none of them takes the keyboard."""
    row = QHBoxLayout()
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(button)
    row.addStretch(1)
    return row
