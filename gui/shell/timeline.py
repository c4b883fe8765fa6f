"""The timeline: frames at their true times, the life of the selected track, the playhead."""

from __future__ import annotations

import math
from typing import Literal

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lidar_label.gui import spans
from lidar_label.gui.desk import Desk
from lidar_label.gui.doubts import reason_text
from lidar_label.gui.shell import timeline_paint, timeline_states
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_axis import MARGIN, TimeAxis, alive_in
from lidar_label.gui.shell.timeline_marks import legend, source_text
from lidar_label.gui.shell.timeline_talk import HEIGHT, open_comments, paint_comments, told

__all__ = ["MARGIN", "TimeBar", "Timeline"]

_ZOOM_PER_STEP = 0.8
_NEAR = 7.0  # pixels around a bracket that take it
_REACH = 11.0
_FOOT = 8.0
Grip = Literal["", "playhead", "begin", "end", "window", "shift"]


class TimeBar(QWidget):
    """The painted part: a ruler in seconds, the track large, how full the frames are, and the playhead.

    A click or drag moves the playhead; brackets at the ends of the track change its life. The wheel steps, with Ctrl
    it zooms, with Shift or a middle drag it shifts.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.axis = TimeAxis()
        self._still: QPixmap | None = None  # all but the playhead
        self._grip: Grip = ""
        self._span: tuple[int, int] | None = None  # of the selected track, while it is being changed
        self._last_x = 0.0
        self._shown_track = ""
        self._later = DoneLater(self, self._stale)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        desk.scene_changed.connect(self._scene_changed)
        desk.index_changed.connect(self._index_changed)
        desk.track_boxes_changed.connect(self._track_changed)
        desk.selection_changed.connect(self._selection_changed)
        for signal in (desk.tracks_changed, desk.look_changed):
            signal.connect(self._stale)
        self._scene_changed()

    def sizeHint(self) -> QSize:
        """Return the size at which ruler, track and strip all fit."""
        return QSize(400, round(self.fontMetrics().height() * 1.4) + 46 + round(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(120, self.sizeHint().height())

    def x_of(self, index: int) -> float:
        """Return where a frame stands, in pixels."""
        return self.axis.x_of(index)

    def index_at(self, x: float) -> int:
        """Return the frame whose time is nearest to a place."""
        return self.axis.index_at(x)

    def gaps(self) -> list[tuple[int, int]]:
        """Return the pairs of neighbouring frames between which some are missing."""
        return self.axis.gaps()

    @property
    def track_y(self) -> float:
        """Height of the line that the selected track is drawn on."""
        return self._row + 16.0 + HEIGHT

    def bracket_x(self, end: Literal["begin", "end"]) -> float | None:
        """Return where the bracket at an end of the track stands; None without one."""
        boxes = self._desk.track_boxes
        if not boxes:
            return None
        frame, way = (boxes[0].frame, -1) if end == "begin" else (boxes[-1].frame, 1)
        return self.x_of(min(frame, len(self.axis.seconds) - 1)) + way * timeline_paint.GRIP_AWAY

    @property
    def span(self) -> tuple[int, int] | None:
        """The life that a drag under way would give to the track."""
        return self._span

    @property
    def _row(self) -> float:
        return float(round(self.fontMetrics().height() * 1.25))

    def zoom(self, steps: int) -> None:
        """Look closer at the time about the playhead, or from farther; 0 shows the whole drive."""
        factor = _ZOOM_PER_STEP**steps if steps else math.inf
        self.axis.zoom(factor, self.x_of(self._desk.index))
        self._stale()

    # What it draws

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002
        """Draw the playhead over the rest, which is drawn anew only where it is another."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = self._paint_still(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        if not self._desk.times_ns:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.axis.is_zoomed:
            timeline_paint.paint_window(painter, self.axis, self.height(), self._desk.index)
        timeline_paint.paint_playhead(painter, self.x_of(self._desk.index), self._row, self.height())

    def _paint_still(self, ratio: float) -> QPixmap:
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(shades().ground))
        desk, axis = self._desk, self.axis
        if not desk.times_ns:
            return picture
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        row, height = self._row, float(self.height())
        counts = alive_in(list(desk.track_counts.values()), len(desk.times_ns))
        foot = _FOOT if axis.is_zoomed else 1.0
        strip = self.track_y + 9.0
        top = strip + timeline_states.HIGH + 1.0
        timeline_paint.paint_density(painter, axis, counts, top, max(height - foot - top, 4))
        timeline_paint.paint_gaps(painter, axis, height)
        timeline_paint.paint_ruler(painter, axis, row, (row + 1, row + 5))
        paint_comments(painter, axis, open_comments(desk), row + 7, desk.selected)
        boxes = desk.track_boxes
        color = desk.color_of(boxes[0]) if boxes else QColor(shades().line)
        timeline_paint.paint_track(painter, axis, boxes, color, self.track_y, self._span)
        timeline_states.paint_states(painter, axis, desk, strip)
        painter.end()
        return picture

    # What the mouse does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take a bracket, the bar at the foot, or the playhead to where the mouse is."""
        if event is None or not self._desk.times_ns or self._grip:
            return
        at = event.position()
        self._last_x = at.x()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = "shift"
        elif event.button() == Qt.MouseButton.LeftButton:
            self._grip = self._under(at) or "playhead"
            if self._grip in ("begin", "end"):
                boxes = self._desk.track_boxes
                self._span = boxes[0].frame, boxes[-1].frame
                self._stale()
            else:
                self._drag(at)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or say what is under the mouse."""
        if event is None or not self._desk.times_ns:
            return
        at = event.position()
        if self._grip:
            self._drag(at)
        else:
            under = self._under(at)
            self.setCursor(Qt.CursorShape.SizeHorCursor if under in ("begin", "end") else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._tip(at, under))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag; that of a bracket changes the life of the track, as one edit."""
        if event is None or not self._grip or event.buttons() & Qt.MouseButton.LeftButton:
            return
        span, boxes = self._span, self._desk.track_boxes
        self._let_go()
        if span is not None and boxes:
            spans.trim(self._desk, *span)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Step frame by frame; zoom with Ctrl, shift with Shift or sideways."""
        if event is None or not self._desk.times_ns:
            return
        turn, aside = event.angleDelta().y(), event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turn:
            self.axis.zoom(_ZOOM_PER_STEP ** (turn / 120), event.position().x())
            self._stale()
        elif aside or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.axis.scroll(-(aside or turn))
            self._stale()
        elif turn:
            self._desk.step(-1 if turn > 0 else 1)
        event.accept()

    def event(self, event: QEvent | None) -> bool:
        """Keep Escape for a drag under way."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        if event.key() == Qt.Key.Key_Escape and self._span is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Put a bracket back with Escape."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._span is not None:
            self._let_go()
        else:
            super().keyPressEvent(event)

    def _under(self, at: QPointF) -> Grip:
        if self.axis.is_zoomed and at.y() >= self.height() - _FOOT:
            return "window"
        if abs(at.y() - self.track_y) <= _REACH and spans.can_edit(self._desk):
            for end in ("begin", "end"):
                x = self.bracket_x(end)
                if x is not None and abs(x - at.x()) <= _NEAR:
                    return end
        return ""

    def _drag(self, at: QPointF) -> None:
        desk, axis = self._desk, self.axis
        if self._grip == "window":
            axis.middle((at.x() - MARGIN) / axis.room)
            self._stale()
        elif self._grip == "shift":
            axis.scroll(self._last_x - at.x())
            self._stale()
        elif self._grip == "playhead":
            index = self.index_at(at.x())
            if index != desk.index:
                desk.go_to(index)
        elif self._span is not None:
            self._drag_end(at.x())
        self._last_x = at.x()

    def _drag_end(self, x: float) -> None:
        """Move an end of the track; at least one of its boxes stays."""
        boxes = self._desk.track_boxes
        if not boxes or self._span is None:
            return
        begin, end = self._span
        if self._grip == "begin":
            begin = min(self.index_at(x + timeline_paint.GRIP_AWAY), boxes[-1].frame)
        else:
            end = max(self.index_at(x - timeline_paint.GRIP_AWAY), boxes[0].frame)
        if (begin, end) != self._span:
            self._span = begin, end
            self._stale()
            self._desk.said.emit(self._said(begin, end))

    def _said(self, begin: int, end: int) -> str:
        boxes = self._desk.track_boxes
        gone = sum(not begin <= box.frame <= end for box in boxes)
        more = max(boxes[0].frame - begin, 0) + max(end - boxes[-1].frame, 0)
        return self.tr("Frames {0} to {1}: {2} boxes go, {3} are carried on").format(begin, end, gone, more)

    def _let_go(self) -> None:
        had_span, self._grip, self._span = self._span is not None, "", None
        if had_span:  # else the rest is as it was: a drag of the playhead draws nothing anew
            self._stale()

    def _tip(self, at: QPointF, under: Grip) -> str:
        index = self.index_at(at.x())
        if under in ("begin", "end"):
            return self.tr("Drag to change where the track begins or ends")
        number = self.tr("frame {0}").format(index)
        counts = alive_in(list(self._desk.track_counts.values()), len(self._desk.times_ns))
        full = self.tr("{0} tracks live in it (the strip at the foot)").format(int(counts[index]))
        box = next((box for box in self._desk.track_boxes if box.frame == index), None)
        of_box = f": {source_text(box.source)}" if box is not None else ""
        if box is not None and box.doubt:
            of_box += f"<br><b>{reason_text(box.doubt)}</b>"
        comments = told(self._desk, open_comments(self._desk).get(index, []))
        comments = timeline_states.told_state(self._desk, index) + comments
        return f"<b>{number}</b>{of_box}<br>{full}{comments}<br><br>{legend()}"

    # Listening

    def _scene_changed(self) -> None:
        width = self.axis.width
        self.axis = TimeAxis(self._desk.times_ns)
        self.axis.width = width
        self._grip, self._span = "", None
        self._stale()

    def _index_changed(self) -> None:
        if not self._grip and self.axis.is_zoomed:
            before = self.axis.start
            self.axis.reveal(self._desk.index)
            if self.axis.start != before:
                self._still = None
        self.update()

    def _track_changed(self) -> None:
        if self._grip in ("begin", "end"):  # what was dragged is no more
            self._grip, self._span = "", None
        self._stale()

    def _selection_changed(self) -> None:
        """Draw another track's life; each step says that its box is another, which is nothing here."""
        if self._desk.selected != self._shown_track:
            self._shown_track = self._desk.selected
            self._later.ask()  # its boxes are still to be read, and a hand looks at the views

    def _stale(self) -> None:
        self._still = None
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Spread the frames over the new width."""
        self.axis.width = float(self.width())
        self._stale()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of theme or font."""
        self._stale()
        super().changeEvent(event)


class Timeline(QWidget):
    """The time bar between its buttons and the number of the frame."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.bar = TimeBar(desk)
        self.play = QToolButton()
        self.play.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.play.clicked.connect(lambda: desk.play())
        self.number, self.time = QLabel(), QLabel()
        self.number.setStyleSheet("font-weight: 600;")
        self.time.setProperty("quiet", "true")
        numbers = QVBoxLayout()
        numbers.setSpacing(0)
        numbers.addWidget(self.number)
        numbers.addWidget(self.time)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(9)
        row.addWidget(self.play)
        row.addLayout(numbers)
        row.addWidget(self.bar, 1)
        desk.index_changed.connect(self._renew)
        desk.scene_changed.connect(self._renew)
        desk.playing_changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        times, index = self._desk.times_ns, self._desk.index
        self.play.setText("❚❚" if self._desk.is_playing else "▶")
        self.play.setToolTip(self.tr("Stop") if self._desk.is_playing else self.tr("Play at the true rate"))
        self.play.setEnabled(len(times) > 1)
        width = len(str(max(len(times) - 1, 0)))
        self.number.setText(f"{index:>{width}} / {max(len(times) - 1, 0)}" if times else "–")
        self.number.setMinimumWidth(self.fontMetrics().horizontalAdvance("00000 / 00000"))
        self.time.setText(f"{(times[index] - times[0]) * 1e-9:.3f} s" if times else "")

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._renew()
        super().changeEvent(event)
