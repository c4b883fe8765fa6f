"""The table of tracks as Qt's item model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor

from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import Mix
from lidar_label.gui.review_items import SHADES
from lidar_label.gui.reviewing import GLYPHS, Reviewing, said_by, word_of
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.shades import shades
from lidar_label.model import STATES, Review, Track, color_for

NAME, CATEGORY, BOXES, SPAN, MADE, SCORE, TALK, STATE = range(8)
COLUMNS = STATE + 1
_ROLE = Qt.ItemDataRole
SORT_ROLE = Qt.ItemDataRole.UserRole
MIX_ROLE = Qt.ItemDataRole.UserRole + 1
_TEXTS = {int(_ROLE.DisplayRole), int(_ROLE.EditRole)}  # an enum's members are looked up ten times as slowly
_DECORATION, _FOREGROUND, _ALIGNMENT = (
    int(role) for role in (_ROLE.DecorationRole, _ROLE.ForegroundRole, _ROLE.TextAlignmentRole)
)
_TIPS = {int(_ROLE.ToolTipRole), int(_ROLE.AccessibleTextRole)}
_ANSWERED = {*_TEXTS, *_TIPS, _DECORATION, _FOREGROUND, _ALIGNMENT, int(SORT_ROLE), int(MIX_ROLE)}
_NOWHERE = QModelIndex()
Facts = tuple[tuple[int, int, int] | None, Mix | None, int, int, Review | None]  # span, who, comments open and settled
_MOST_RUNS = 64  # of changed rows that are told one after the other; beyond, all are
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTER = int(Qt.AlignmentFlag.AlignCenter)


class TracksModel(QAbstractTableModel):
    """One row a track: colour and name, category, number of boxes, span, who made them, score, open comments, state.

    A track with no box in the current frame is shown faint. A name can be edited in place.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[Track] = []
        self._places: dict[str, int] = {}
        self._facts: dict[str, Facts] = {}
        self.here: frozenset[str] = frozenset()
        self._told: frozenset[str] = frozenset()
        self._tell = DoneLater(self, self._tell_here)
        desk.tracks_changed.connect(self.renew)
        desk.scene_changed.connect(self.renew)
        desk.boxes_changed.connect(self._mark_here)
        desk.look_changed.connect(self._recolor)
        self.renew()

    def track(self, row: int) -> Track:
        """Return the track in a row."""
        return self._rows[row]

    def token(self, row: int) -> str:
        """Return the token of the track in a row."""
        return self._rows[row].token

    def row_of(self, token: str) -> int:
        """Return the row of a track, or -1."""
        return self._places.get(token, -1)

    def mix(self, row: int) -> Mix:
        """Return who made the boxes of the track in a row."""
        return self._facts[self._rows[row].token][1] or Mix()

    def comments(self, row: int) -> tuple[int, int]:
        """Return how many open and how many settled comments a track has."""
        return self._facts[self._rows[row].token][2:4]

    def state(self, row: int) -> str:
        """Return how far the track in a row has come in review."""
        return Reviewing.of(self._desk).state_of(self._rows[row].token)

    def renew(self) -> None:
        """Take the tracks as the desk has them."""
        tracks = list(self._desk.tracks.values())
        facts = self._facts_of(tracks)
        if [track.token for track in tracks] != [track.token for track in self._rows]:
            self.beginResetModel()
            self._rows, self._facts = tracks, facts
            self._places = {track.token: row for row, track in enumerate(tracks)}
            self.here = self._told = frozenset(box.track for box in self._desk.boxes)
            self.endResetModel()
            return
        old, known = self._rows, self._facts
        self._rows, self._facts = tracks, facts
        self._tell_of([r for r, t in enumerate(tracks) if old[r] != t or known.get(t.token) != facts[t.token]], [])

    def _facts_of(self, tracks: list[Track]) -> dict[str, Facts]:
        known = self._desk.known
        talks = [comment for comment in known.comments if comment.track and comment.reply_to is None]
        still = Counter(comment.track for comment in talks if not comment.done)
        done = Counter(comment.track for comment in talks if comment.done)
        counts, mixes, said = known.counts, known.mixes, Reviewing.of(self._desk).tracks
        return {
            t.token: (counts.get(t.token), mixes.get(t.token), still[t.token], done[t.token], said.get(t.token))
            for t in tracks
        }

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of tracks."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < COLUMNS:
            return None
        if role == _ROLE.ToolTipRole and section == TALK:
            return self.tr("Open comments")
        if role == _ROLE.ToolTipRole and section == SCORE:
            return self.tr("How likely the machine takes its boxes to be right")
        if role != _ROLE.DisplayRole:
            return None
        titles = (
            self.tr("Track"), self.tr("Category"), self.tr("Boxes"), self.tr("Frames"), self.tr("Made"),
            self.tr("Score"), "✎", self.tr("Review"),
        )  # fmt: skip
        return titles[section]

    def data(self, index: QModelIndex, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401
        """Return what one cell shows."""
        return self.value(index.row(), index.column(), role) if index.isValid() else None

    def value(self, row: int, column: int, role: int) -> Any:  # noqa: ANN401
        """Return what the cell of a row and a column shows; the table asks hundreds of times a painting."""
        if role not in _ANSWERED or not 0 <= row < len(self._rows):
            return None
        track = self._rows[row]
        if role in _TEXTS:
            return self._text(track, column)
        if role == SORT_ROLE:
            return self.sort_key(row, column)
        if role == MIX_ROLE:
            return self.mix(row) if column == MADE else None
        if role == _DECORATION:
            return self._color(track) if column == NAME else None
        if role == _FOREGROUND:
            if column == STATE:
                return QColor(getattr(shades(), SHADES[self.state(row)]))
            return None if track.token in self.here else QColor(shades().faint)
        if role == _ALIGNMENT:
            return _CENTER if column == TALK else _RIGHT if column in (BOXES, SPAN, SCORE) else None
        return self._tip(row, column)

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
        counts, mix, still, done, review = self._facts[track.token]
        if column == STATE:
            return "" if review is None else f"{GLYPHS[review.state]} {word_of(review.state)}"
        if column == NAME:
            return track.name or track.token[:6]
        if column == CATEGORY:
            return track.category.split(".", 1)[-1]  # the group says least and takes most room
        if column == TALK:
            return str(still) if still else "✓" if done else ""
        if column == SCORE:
            return "" if mix is None or mix.score is None else f"{mix.score:.2f}"
        first, last, boxes = counts or (0, -1, 0)
        if column == BOXES:
            return str(boxes)
        return "" if not boxes or column != SPAN else str(first) if first == last else f"{first}–{last}"

    def _tip(self, row: int, column: int) -> str:
        if column == CATEGORY:
            return self._rows[row].category
        if column == TALK:
            return self.tr("{0} open comments, {1} settled").format(*self.comments(row))
        if column == STATE:
            review = self._facts[self._rows[row].token][4]
            return "" if review is None else f"{word_of(review.state)}\n{said_by(review.author, review.time_ns)}"
        if column == MADE:
            mix = self.mix(row)
            told = self.tr("{0} key frames, {1} between them, {2} by the machine; {3} made or checked by a person")
            more = self.tr("; {0} are doubtful").format(mix.doubts) if mix.doubts else ""
            return told.format(mix.keys, mix.between, mix.machine, mix.human) + more
        track = self._rows[row]  # a long name is shown without its middle
        return f"{track.name}\n{track.token}".strip()

    def sort_key(self, row: int, column: int) -> Any:  # noqa: ANN401
        """Return what a row is sorted by."""
        track = self._rows[row]
        counts, mix, still, done, _ = self._facts[track.token]
        first, _, boxes = counts or (0, -1, 0)
        if column == STATE:
            return STATES.index(self.state(row))
        if column in (BOXES, SPAN):
            return boxes if column == BOXES else first
        if column == CATEGORY:
            return track.category
        if column == MADE:
            return (mix or Mix()).human / max(boxes, 1)
        if column == SCORE:
            return -1.0 if mix is None or mix.score is None else mix.score
        if column == TALK:
            return still * 1_000_000 + done
        return _name_key(track.name) or f"~{track.token}"  # what has no name comes last

    def _color(self, track: Track) -> QColor:
        if self._desk.color_mode == "track":
            return QColor(color_for(track.token))
        return self._desk.category_color(track.category)

    def _mark_here(self) -> None:
        self.here = frozenset(box.track for box in self._desk.boxes)
        if self.here != self._told:
            self._tell.ask()  # a row takes a millisecond to paint, and a hand looks at the views first

    def _tell_here(self) -> None:
        others, self._told = self.here ^ self._told, self.here
        self._tell_of(sorted(self._places[t] for t in others if t in self._places), [_ROLE.ForegroundRole])

    def _tell_of(self, rows: list[int], roles: list[Qt.ItemDataRole]) -> None:
        """Tell which rows have changed in what, in runs; only these are painted again."""
        runs = runs_of(rows)
        for first, last in runs if len(runs) <= _MOST_RUNS else [(0, len(self._rows) - 1)]:
            self.dataChanged.emit(self.index(first, 0), self.index(last, STATE), roles)

    def _recolor(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self._rows) - 1, NAME), [_ROLE.DecorationRole])


@lru_cache(maxsize=1 << 16)
def _name_key(name: str) -> str:
    """Return what puts "car 9" before "car 72"."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), name)


def runs_of(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return rows in order as runs of first and last."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
