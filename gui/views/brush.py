"""Painting on a view: a pane over it that takes the left hand's keys and the mouse, and draws what is being painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
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

from lidar_label.gui.areas import Areas
from lidar_label.gui.brushes import DEPTHS, Brush, Shape, keeping_areas
from lidar_label.gui.desk import Desk
from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.views import paint
from lidar_label.gui.views.area_marks import AreaMarks
from lidar_label.gui.views.brush_pick import mask_of
from lidar_label.gui.views.brush_views import Painted, can_paint, looked, projection
from lidar_label.gui.views.stage import Stage

_WIDER = 1.2
_PIECES = 8  # of each side of a polygon: it follows the ground
_SHAPES: dict[int, Shape] = {Qt.Key.Key_B: "brush", Qt.Key.Key_L: "lasso", Qt.Key.Key_P: "polygon"}
_SWITCHES: dict[int, Callable[[Brush], Brush]] = {
    Qt.Key.Key_E: lambda brush: replace(brush, erases=not brush.erases),
    Qt.Key.Key_U: lambda brush: replace(brush, only_unlabelled=not brush.only_unlabelled),
    Qt.Key.Key_G: lambda brush: replace(brush, on_ground=not brush.on_ground),
    Qt.Key.Key_K: lambda brush: replace(brush, as_area=False) if brush.as_area else keeping_areas(brush),
}
_KEYS = frozenset({
    *_SHAPES, *_SWITCHES, Qt.Key.Key_X, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight,
    Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace,
})  # fmt: skip
_ON_AREAS = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_C})  # of these one is under the mouse


class BrushPane(QWidget):
    """Lies over a view while points are painted; what is not painting (wheel, right drag) goes to the view."""

    def __init__(self, desk: Desk, view: Painted) -> None:
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
        desk.frame_changed.connect(self._changed)
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
        self.setVisible(self._segmenting.is_on and can_paint(self._view))
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
        self._draw_on_ground(painter, color)
        self._draw_corners(painter, color)
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
        offer = Areas.of(self._desk).offer if self._at is not None else ""
        paint.draw_note(painter, QRectF(0, 6, self.width(), high), offer or self._segmenting.text, quiet=False)
        painter.end()

    def _draw_on_ground(self, painter: QPainter, color: QColor) -> None:
        """Draw the polygon that was laid on the ground last, and how large it is."""
        found = self._segmenting.on_ground
        if found is None:
            return
        uv, _ = projection(self._view)(found.corners.astype(np.float32))
        painter.setPen(QPen(color, 1.8))
        for start, end in zip(uv.tolist(), np.roll(uv, -1, axis=0).tolist(), strict=True):
            if np.isfinite((start, end)).all():
                painter.drawLine(QPointF(*start), QPointF(*end))
        seen = uv[np.isfinite(uv).all(axis=1)]
        if len(seen) and self.rect().contains(QPointF(*seen.mean(axis=0).tolist()).toPoint()):
            painter.setFont(paint.small(self.font(), 9.0))
            paint.draw_label(painter, QPointF(*seen.mean(axis=0).tolist()), f"{found.area:.1f} m²", color)

    def _draw_corners(self, painter: QPainter, color: QColor) -> None:
        """Draw a dot at each corner of the polygon under way: the first alone would not be seen."""
        if self._segmenting.brush.shape == "polygon":
            painter.setPen(QPen(paint.GROUND, 1.0))
            painter.setBrush(color)
            for place in self._places:
                painter.drawEllipse(place, 3.5, 3.5)

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
        self._look_under()
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
        self._look_under()
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
        elif key in _SWITCHES:
            segmenting.set_brush(_SWITCHES[key](brush))
        elif key == Qt.Key.Key_X:
            deeper = DEPTHS[(DEPTHS.index(brush.depth) + 1) % len(DEPTHS)]
            segmenting.set_brush(replace(brush, depth=deeper))
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._widen(1 if key == Qt.Key.Key_BracketRight else -1)
        elif key in _ON_AREAS:
            self._change_area(delete=key == Qt.Key.Key_Delete)
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
        own = _KEYS | _ON_AREAS if self._segmenting.brush.as_area else _KEYS
        return event.key() in own and held == Qt.KeyboardModifier.NoModifier

    def _look_under(self) -> None:
        """Say which area is under the mouse, while areas are drawn and none is under way."""
        if not self._segmenting.brush.as_area:
            return
        at, project, token = self._at, projection(self._view), ""
        if at is not None and not self._places:
            token = AreaMarks.of(self._desk).under(at, lambda places: project(places.astype(np.float32))[0])
        Areas.of(self._desk).hover(token)

    def _change_area(self, *, delete: bool) -> None:
        """Delete the area under the mouse, or give it the active category."""
        areas, stage = Areas.of(self._desk), Stage.of(self._desk)
        area = areas.hovered
        if area is None or not stage.can_edit:
            return
        if delete:
            areas.delete(area.token)
        else:
            areas.set_category(area.token, self._desk.active_category)

    def _widen(self, steps: float) -> None:
        brush = self._segmenting.brush
        self._segmenting.set_brush(replace(brush, radius=brush.radius * _WIDER**steps))

    def _finish(self) -> None:
        brush = self._segmenting.brush
        self._at = self._at if brush.shape == "brush" else None
        if self._places and brush.on_ground and brush.shape != "brush":
            self._lay()
        elif self._places and (brush.shape == "brush" or len(self._places) > 2):
            radius = brush.radius if brush.shape == "brush" else 0.0
            mask = mask_of(self._path(), self.width(), self.height(), radius)
            self._segmenting.paint(mask, projection(self._view))
        self._places = []
        self.update()

    def _lay(self) -> None:
        """Have what was drawn laid on the ground, its sides in pieces that follow it."""
        corners = np.array([(place.x(), place.y()) for place in self._places])
        corners = corners[(corners != np.roll(corners, 1, axis=0)).any(axis=1)]  # a double click sets one twice
        if len(corners) > 2:
            pieces = _PIECES if self._segmenting.brush.shape == "polygon" else 1
            share = np.linspace(0.0, 1.0, pieces, endpoint=False)[None, :, None]
            sides = corners[:, None] + (np.roll(corners, -1, axis=0) - corners)[:, None] * share
            set_by_hand = pieces if self._segmenting.brush.shape == "polygon" else 0
            self._segmenting.paint_on_ground(replace(looked(self._view, sides.reshape(-1, 2)), pieces=set_by_hand))
