"""Painting on a view: a pane over it that takes the left hand's keys and the mouse, and draws what is being painted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.segmenting import DEPTHS, Segmenting, Shape
from lidar_label.gui.views import paint
from lidar_label.gui.views.brush_pick import Project, mask_of
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import Floats

_WIDER = 1.2
_SHAPES: dict[int, Shape] = {Qt.Key.Key_B: "brush", Qt.Key.Key_L: "lasso", Qt.Key.Key_P: "polygon"}
_KEYS = frozenset({
    *_SHAPES, Qt.Key.Key_E, Qt.Key.Key_U, Qt.Key.Key_X, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight,
    Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace,
})  # fmt: skip


class BrushPane(QWidget):
    """Lies over a view while points are painted; what is not painting (wheel, right drag) goes to the view."""

    def __init__(self, desk: Desk, view: TopView | View3D) -> None:
        super().__init__(view)
        self._desk, self._view, self._segmenting = desk, view, Segmenting.of(desk)
        self._places: list[QPointF] = []
        self._at: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(view.rect())
        view.installEventFilter(self)
        self._segmenting.changed.connect(self._changed)
        desk.category_changed.connect(self.update)
        self._changed()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Stay as large as the view."""
        if watched is self._view and event is not None and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return False

    def _changed(self) -> None:
        if not self._segmenting.is_on:
            self._places = []
        self.setVisible(self._segmenting.is_on)
        self.raise_()
        self.update()

    # What it draws

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw the shape under way, the brush under the mouse, and how the hand paints."""
        brush, painter = self._segmenting.brush, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = paint.NOTE if brush.erases else self._desk.category_color(self._desk.active_category)
        veil = QColor(color)
        veil.setAlpha(90)
        if self._places:
            path = self._path()
            if brush.shape == "brush":
                painter.strokePath(path, self._pen(veil))
            else:
                painter.fillPath(path, veil)
                painter.strokePath(path, QPen(color, 1.5))
        if self._at is not None and brush.shape == "brush":
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._at, brush.radius, brush.radius)
        painter.setFont(paint.small(self.font(), 9.0))
        high = painter.fontMetrics().height() + 8
        paint.draw_note(painter, QRectF(0, 6, self.width(), high), self._segmenting.text, quiet=False)
        painter.end()

    def _pen(self, color: QColor) -> QPen:
        pen = QPen(color, 2 * self._segmenting.brush.radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _path(self) -> QPainterPath:
        shape = self._segmenting.brush.shape
        places = [*self._places, self._at] if shape == "polygon" and self._at is not None else self._places
        path = QPainterPath(places[0])
        for place in places[1:]:
            path.lineTo(place)
        if len(places) == 1:
            path.lineTo(places[0] + QPointF(0.01, 0.0))  # a click paints, too
        elif shape != "brush":
            path.closeSubpath()
        return path

    # What the mouse does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin to paint, or set a corner of the polygon."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            if event is not None:
                event.ignore()
            return
        self.setFocus()
        if self._segmenting.brush.shape == "polygon":
            self._places.append(event.position())
        else:
            self._places = [event.position()]
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Paint on; with another button the view is shifted."""
        if event is None:
            return
        self._at = event.position()
        if event.buttons() & (Qt.MouseButton.RightButton | Qt.MouseButton.MiddleButton):
            event.ignore()
        elif event.buttons() & Qt.MouseButton.LeftButton and self._segmenting.brush.shape != "polygon":
            self._places.append(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Paint what was drawn."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            if event is not None:
                event.ignore()
        elif self._segmenting.brush.shape != "polygon":
            self._finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Paint what is inside of the polygon."""
        if event is not None and self._segmenting.brush.shape == "polygon":
            self._finish()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Make the brush larger or smaller with Ctrl; without it the view zooms."""
        if event is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._widen(event.angleDelta().y() / 120)
            event.accept()
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Draw no brush where there is no mouse."""
        self._at = None
        self.update()
        super().leaveEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """Take the keys of the hand that paints here, unless it is typing elsewhere."""
        if not isinstance(QApplication.focusWidget(), (QLineEdit, QAbstractSpinBox, QPlainTextEdit)):
            self.setFocus()
        super().enterEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Keep the keys of painting from the window's commands."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Paint otherwise; Esc forgets what is being drawn, then puts the brush away."""
        if event is None or not self._is_own(event):
            super().keyPressEvent(event)
            return
        key, segmenting = event.key(), self._segmenting
        brush = segmenting.brush
        if key in _SHAPES:
            self._places = []
            segmenting.set_brush(replace(brush, shape=_SHAPES[key]))
        elif key == Qt.Key.Key_E:
            segmenting.set_brush(replace(brush, erases=not brush.erases))
        elif key == Qt.Key.Key_U:
            segmenting.set_brush(replace(brush, only_unlabelled=not brush.only_unlabelled))
        elif key == Qt.Key.Key_X:
            deeper = DEPTHS[(DEPTHS.index(brush.depth) + 1) % len(DEPTHS)]
            segmenting.set_brush(replace(brush, depth=deeper))
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._widen(1 if key == Qt.Key.Key_BracketRight else -1)
        elif key == Qt.Key.Key_Backspace:
            self._places = self._places[:-1]
        elif key != Qt.Key.Key_Escape:
            self._finish()
        elif self._places:
            self._places = []
        else:
            segmenting.end()
        self.update()

    def _is_own(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return event.key() in _KEYS and held == Qt.KeyboardModifier.NoModifier

    def _widen(self, steps: float) -> None:
        brush = self._segmenting.brush
        self._segmenting.set_brush(replace(brush, radius=brush.radius * _WIDER**steps))

    def _finish(self) -> None:
        brush = self._segmenting.brush
        self._at = self._at if brush.shape == "brush" else None
        if self._places and (brush.shape == "brush" or len(self._places) > 2):
            radius = brush.radius if brush.shape == "brush" else 0.0
            self._segmenting.paint(mask_of(self._path(), self.width(), self.height(), radius), self._project())
        self._places = []
        self.update()

    def _project(self) -> Project:
        """Return how the view shows points now, for a thread."""
        view = self._view
        if isinstance(view, View3D):
            return partial(view.camera.project, width=view.width(), height=view.height())
        corner, x, y = view.to_pixels(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        axes = np.stack([x - corner, y - corner])

        def from_above(xyz: NDArray[np.float32]) -> tuple[Floats, Floats]:
            return xyz[:, :2] @ axes + corner, -xyz[:, 2].astype(np.float64)

        return from_above
