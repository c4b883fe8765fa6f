"""The table of tracks as Qt's item model."""

from __future__ import annotations

import re
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.theme import FAINT
from lidar_label.model import Track, color_for

NAME, CATEGORY, BOXES, SPAN = range(4)
_ROLE = Qt.ItemDataRole
SORT_ROLE = Qt.ItemDataRole.UserRole
_NOWHERE = QModelIndex()


class TracksModel(QAbstractTableModel):
    """One row a track: colour and name, category, number of boxes, first and last frame.

    A track with no box in the current frame is shown faint. A name can be edited in place.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[Track] = []
        self._counts: dict[str, tuple[int, int, int]] = {}
        self._here: frozenset[str] = frozenset()
        desk.tracks_changed.connect(self.renew)
        desk.scene_changed.connect(self.renew)
        desk.boxes_changed.connect(self._mark_here)
        desk.look_changed.connect(self._recolor)
        self.renew()

    def token(self, row: int) -> str:
        """Return the token of the track in a row."""
        return self._rows[row].token

    def row_of(self, token: str) -> int:
        """Return the row of a track, or -1."""
        return next((row for row, track in enumerate(self._rows) if track.token == token), -1)

    def renew(self) -> None:
        """Take the tracks as the desk has them; rows that stay keep their place and selection."""
        tracks = list(self._desk.tracks.values())
        counts = dict(self._desk.track_counts)
        if [track.token for track in tracks] != [track.token for track in self._rows]:
            self.beginResetModel()
            self._rows, self._counts = tracks, counts
            self._here = frozenset(box.track for box in self._desk.boxes)
            self.endResetModel()
            return
        old = list(zip(self._rows, (self._counts.get(t.token) for t in self._rows), strict=True))
        self._rows, self._counts = tracks, counts
        for row, track in enumerate(tracks):
            if old[row] != (track, counts.get(track.token)):
                self.dataChanged.emit(self.index(row, 0), self.index(row, SPAN))

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of tracks."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else SPAN + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or role != _ROLE.DisplayRole or not 0 <= section <= SPAN:
            return None
        return (self.tr("Track"), self.tr("Category"), self.tr("Boxes"), self.tr("Frames"))[section]

    def data(self, index: QModelIndex, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401
        """Return what one cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        track, column = self._rows[index.row()], index.column()
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return self._text(track, column)
        if role == SORT_ROLE:
            return self._sort_key(track, column)
        if role == _ROLE.DecorationRole and column == NAME:
            return self._color(track)
        if role == _ROLE.ForegroundRole and track.token not in self._here:
            return QColor(FAINT)
        if role == _ROLE.TextAlignmentRole and column in (BOXES, SPAN):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _ROLE.ToolTipRole:
            return track.category if column == CATEGORY else track.token
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Let a name be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == NAME else flags

    def setData(self, index: QModelIndex, value: Any, role: int = _ROLE.EditRole) -> bool:  # noqa: ANN401
        """Rename a track; the new name shows when the project file has it."""
        if role != _ROLE.EditRole or not index.isValid() or index.column() != NAME:
            return False
        self._desk.set_track_name(str(value), self.token(index.row()))
        return True

    def _text(self, track: Track, column: int) -> str:
        if column == NAME:
            return track.name or track.token[:6]
        if column == CATEGORY:
            return track.category.split(".", 1)[-1]  # the group says least and takes most room
        first, last, boxes = self._counts.get(track.token, (0, -1, 0))
        if column == BOXES:
            return str(boxes)
        return "" if not boxes else str(first) if first == last else f"{first}–{last}"

    def _sort_key(self, track: Track, column: int) -> Any:  # noqa: ANN401
        first, _, boxes = self._counts.get(track.token, (0, -1, 0))
        if column in (BOXES, SPAN):
            return boxes if column == BOXES else first
        if column == CATEGORY:
            return track.category
        # "car 9" comes before "car 72"; what has no name comes last
        return re.sub(r"\d+", lambda digits: digits[0].zfill(12), track.name) or f"~{track.token}"

    def _color(self, track: Track) -> QColor:
        if self._desk.color_mode == "track":
            return QColor(color_for(track.token))
        return self._desk.category_color(track.category)

    def _mark_here(self) -> None:
        here = frozenset(box.track for box in self._desk.boxes)
        others, self._here = here ^ self._here, here
        if not others:
            return
        for row, track in enumerate(self._rows):  # a few come and go with a frame; all of them would take 40 ms
            if track.token in others:
                self.dataChanged.emit(self.index(row, 0), self.index(row, SPAN), [_ROLE.ForegroundRole])

    def _recolor(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self._rows) - 1, NAME), [_ROLE.DecorationRole])
