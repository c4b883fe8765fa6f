"""The timeline: frames at their true times, the life of the selected track, the playhead."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from statistics import median

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.theme import ACCENT, FAINT, FIELD, GROUND, LINE, QUIET, TEXT, WARN

MARGIN = 14.0
GAP_FACTOR = 1.7  # a step this much longer than the usual one is a gap in the recording
STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


class TimeBar(QWidget):
    """The painted part: a ruler in seconds, a tick a frame, diamonds, dots, and the playhead."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._gap_ns = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        desk.scene_changed.connect(self._measure)
        for signal in (
            desk.index_changed,
            desk.track_boxes_changed,
            desk.selection_changed,
            desk.tracks_changed,
            desk.look_changed,
        ):
            signal.connect(self.update)
        self._measure()

    def sizeHint(self) -> QSize:
        """Return the size at which ruler, ticks and track all fit."""
        return QSize(400, round(self.fontMetrics().height() * 3.6))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(120, self.sizeHint().height())

    def x_of(self, index: int) -> float:
        """Return where a frame stands, in pixels."""
        times = self._desk.times_ns
        span = times[-1] - times[0] if times else 0
        share = (times[index] - times[0]) / span if span else 0.5
        return MARGIN + share * (self.width() - 2 * MARGIN)

    def index_at(self, x: float) -> int:
        """Return the frame whose time is nearest to a place."""
        times = self._desk.times_ns
        span = times[-1] - times[0]
        wanted = times[0] + (x - MARGIN) / max(self.width() - 2 * MARGIN, 1.0) * span
        at = min(max(bisect_left(times, wanted), 0), len(times) - 1)
        return at - 1 if at > 0 and wanted - times[at - 1] < times[at] - wanted else at

    def gaps(self) -> list[tuple[int, int]]:
        """Return the pairs of neighbouring frames between which some are missing."""
        times = self._desk.times_ns
        return [(i, i + 1) for i in range(len(times) - 1) if times[i + 1] - times[i] > self._gap_ns]

    def _measure(self) -> None:
        times = self._desk.times_ns
        steps = [b - a for a, b in pairwise(times)]
        self._gap_ns = median(steps) * GAP_FACTOR if steps else 0.0
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002
        """Draw it all; a few thousand frames take a millisecond or two."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(GROUND))
        if not self._desk.times_ns:
            return
        row = self.height() / 3.0
        self._paint_gaps(painter)
        self._paint_ruler(painter, row)
        self._paint_track(painter, row * 2.35)
        self._paint_playhead(painter)

    def _paint_gaps(self, painter: QPainter) -> None:
        for first, last in self.gaps():
            area = QRectF(self.x_of(first), 0, self.x_of(last) - self.x_of(first), self.height())
            painter.fillRect(area, QColor(FIELD))
            painter.setPen(QPen(QColor(WARN), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(area.left(), self.height() / 2), QPointF(area.right(), self.height() / 2))

    def _paint_ruler(self, painter: QPainter, row: float) -> None:
        times = self._desk.times_ns
        xs = [self.x_of(index) for index in range(len(times))]
        painter.setPen(QPen(QColor(FAINT), 1))
        last = -10.0
        for x in xs:
            if x - last >= 3.0:
                painter.drawLine(QPointF(x, row * 1.05), QPointF(x, row * 1.45))
                last = x
        span_s = (times[-1] - times[0]) * 1e-9
        if span_s <= 0:
            return
        width = self.width() - 2 * MARGIN
        room = self.fontMetrics().horizontalAdvance("0000.0 s") * 1.6
        step = next((s for s in STEPS_S if s / span_s * width >= room), STEPS_S[-1])
        painter.setPen(QColor(QUIET))
        free = 0.0
        for count in range(int(span_s / step * (1 + 1e-9)) + 1):
            x = MARGIN + count * step / span_s * width
            text = f"{count * step:g} s"
            wide = self.fontMetrics().horizontalAdvance(text) + 2.0
            left = min(max(x - wide / 2, 2.0), self.width() - wide - 2.0)
            if left >= free:
                painter.drawText(QRectF(left, 1, wide, row), Qt.AlignmentFlag.AlignCenter, text)
                free = left + wide * 1.2

    def _paint_track(self, painter: QPainter, y: float) -> None:
        boxes = [box for box in self._desk.track_boxes if box.frame < len(self._desk.times_ns)]
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(QPointF(MARGIN, y), QPointF(self.width() - MARGIN, y))
        if not boxes:
            return
        color = self._desk.color_of(boxes[0])
        soft = QColor(color)
        soft.setAlpha(90)
        left, right = self.x_of(boxes[0].frame), self.x_of(boxes[-1].frame)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(QRectF(left - 3, y - 3, right - left + 6, 6), 3, 3)
        painter.setBrush(color)
        for box in boxes:
            x = self.x_of(box.frame)
            if box.is_keyframe:
                corners = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
                painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
            else:
                painter.drawEllipse(QPointF(x, y), 2.2, 2.2)

    def _paint_playhead(self, painter: QPainter) -> None:
        x = self.x_of(self._desk.index)
        painter.setPen(QPen(QColor(ACCENT), 1.6))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ACCENT))
        painter.drawPolygon(QPolygonF([QPointF(x - 6, 0), QPointF(x + 6, 0), QPointF(x, 8)]))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take the playhead to where the mouse is."""
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag the playhead, or say which frame is under the mouse."""
        if event is None or not self._desk.times_ns:
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)
        else:
            index = self.index_at(event.position().x())
            self.setToolTip(self.tr("frame {0}").format(index))

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Step frame by frame."""
        if event is not None and event.angleDelta().y():
            self._desk.step(-1 if event.angleDelta().y() > 0 else 1)

    def _drag(self, event: QMouseEvent | None) -> None:
        if event is None or not self._desk.times_ns or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        index = self.index_at(event.position().x())
        if index != self._desk.index:
            self._desk.go_to(index)


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
        self.number.setStyleSheet(f"color: {TEXT}; font-weight: 600;")
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
