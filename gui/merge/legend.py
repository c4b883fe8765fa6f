"""Legend: what the colours of the points stand for, in a corner of the 3D view; a click chooses others."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QCursor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QMenu, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.look import COLOR_MODES, FIELD
from lidar_label.gui.merge.mode_names import name_of_mode
from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.views import paint
from lidar_label.gui.views.colors import depth_of_colors
from lidar_label.gui.views.scales import Scale, field_of, fields_to_choose
from lidar_label.gui.views.stage import Stage

_WIDE, _BAR, _EDGE, _MOST_ROWS = 168, 9, 8, 8
_AXES_WIDE, _LEAST_WIDE = 84, 64  # the corner in which the 3D view draws its axes; the narrowest scale


def choose_colors(desk: Desk, beside: QWidget, at: QPoint | None = None) -> QMenu:
    """Open a list of all that points can be coloured by, the fields of the open cloud among them."""
    menu = QMenu(beside)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    view = desk.view
    fields = fields_to_choose(view.fields) if view is not None else ()
    for mode in (*COLOR_MODES, *(f"{FIELD}{name}" for name in fields)):
        if mode == f"{FIELD}{fields[0]}" if fields else False:
            menu.addSeparator()
        action = menu.addAction(name_of_mode(mode))
        if action is not None:
            action.setCheckable(True)
            action.setChecked(mode == desk.color_mode)
            action.triggered.connect(lambda _=False, chosen=mode: desk.set_color_mode(chosen))
    menu.popup(at if at is not None else QCursor.pos())
    return menu


class Legend(QWidget):
    """A small scale with its ends and unit, or a row for each of a few numbers."""

    def __init__(self, desk: Desk, view: QWidget) -> None:
        super().__init__(view)
        self._desk, self._stage = desk, Stage.of(desk)
        self._is_titled = True
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(paint.small(self.font(), 9.0))
        self._segmenting = Segmenting.of(desk)
        for signal in (self._stage.colors_changed, self._stage.cloud_changed, desk.scene_changed,
                       self._segmenting.changed):  # fmt: skip
            signal.connect(self._renew)
        self._renew()

    @property
    def title(self) -> str:
        """What the points are coloured by, and why not by what was asked for."""
        desk, view = self._desk, self._desk.view
        mode, scale = desk.color_mode, self._scale
        name = name_of_mode(mode)
        if view is not None and mode == "camera" and not view.images and depth_of_colors(view.fields) is None:
            return self.tr("no {0} here: by height").format(name)
        if view is None or scale is None or scale.mode != "height" or mode == "height":
            unit = self.tr("frames") if mode == "time" and self._stage.merged is not None else ""
            unit = unit or (scale.unit if scale is not None else "")
            return f"{name} ({unit})" if unit else name
        asked = "" if field_of(mode, view.fields) else self.tr("no {0} here: by height").format(name)
        return asked or name

    @property
    def ends(self) -> tuple[str, str]:
        """The numbers that the first and the last colour stand for."""
        scale = self._scale
        if scale is None:
            return "", ""
        return _number(scale.low, scale), _number(scale.high, scale)

    @property
    def _scale(self) -> Scale | None:
        return self._stage.ink.scale if self._stage.view is not None and not self._stage.tiles.is_active else None

    def sizeHint(self) -> QSize:
        """Return room for the title and the scale; for one of them, beside the axes, where the view is narrow."""
        high, scale = self.fontMetrics().height(), self._scale
        rows = 0 if scale is None else 1 + len(scale.classes[:_MOST_ROWS]) if scale.classes else 1
        bar = _BAR + 4 if scale is not None and not scale.classes else 0
        wide = max(_WIDE, self.fontMetrics().horizontalAdvance(self.title) + 2 * _EDGE)
        view = self.parentWidget()
        room = view.width() - _AXES_WIDE - 8 if view is not None else wide
        self._is_titled = scale is None or wide <= room
        return QSize(max(min(wide, room), _LEAST_WIDE), (rows + self._is_titled) * high + bar + 2 * _EDGE - 4)

    def place(self) -> None:
        """Sit in the lower right corner of the view."""
        view = self.parentWidget()
        if view is not None:
            self.resize(self.sizeHint())
            self.move(max(view.width() - self.width() - 8, 0), view.height() - self.height() - 8)

    def _renew(self) -> None:
        view = self._stage.view
        tells = not self._segmenting.is_on  # while classes are painted, points show those and not the scale
        self.setVisible(view is not None and len(view.xyz) > 0 and tells)
        self.setToolTip("\n".join((self.title, self.tr("Colour the points otherwise"))))
        self.place()  # the view is drawn anew by the same signals, and this with it: asked for, it would be drawn twice

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw the scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(paint.GROUND)
        ground.setAlpha(205)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().toRectF(), 4, 4)
        high, wide = self.fontMetrics().height(), self.width() - 2 * _EDGE
        painter.setPen(paint.NOTE)
        if self._is_titled:
            title = self.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QRectF(_EDGE, _EDGE - 2, wide, high), Qt.AlignmentFlag.AlignLeft, title)
        scale, top = self._scale, _EDGE + high * self._is_titled
        if scale is not None and scale.classes:
            self._draw_classes(painter, scale, top, high)
        elif scale is not None and scale.table is not None:
            bar = QRectF(_EDGE, top + 1, wide, _BAR)
            ramp = QLinearGradient(bar.topLeft(), bar.topRight())
            for step in range(0, 256, 15):
                ramp.setColorAt(step / 255, paint.color_of(scale.table[step]))
            painter.fillRect(bar, ramp)
            painter.setPen(paint.QUIET)
            ends = QRectF(_EDGE, bar.bottom() + 1, wide, high)
            painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, self.ends[0])
            painter.drawText(ends, Qt.AlignmentFlag.AlignRight, self.ends[1])
        painter.end()

    def _draw_classes(self, painter: QPainter, scale: Scale, top: float, high: float) -> None:
        for row, (value, rgb) in enumerate(scale.classes[:_MOST_ROWS]):
            y = top + row * high
            painter.fillRect(QRectF(_EDGE, y + 3, high - 5, high - 5), paint.color_of(rgb))
            painter.setPen(paint.QUIET)
            painter.drawText(QRectF(_EDGE + high + 2, y, self.width(), high), Qt.AlignmentFlag.AlignLeft, str(value))
        more = len(scale.classes) - _MOST_ROWS
        if more > 0:
            y = top + _MOST_ROWS * high
            painter.drawText(QRectF(_EDGE, y, self.width(), high), Qt.AlignmentFlag.AlignLeft,
                             self.tr("and {0} more").format(more))  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Choose other colours."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            choose_colors(self._desk, self, event.globalPosition().toPoint())

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._renew()
            self.update()
        super().changeEvent(event)


def _number(value: float, scale: Scale) -> str:
    """Write a number as short as tells it from the other end."""
    span = abs(scale.high - scale.low)
    if scale.mode == "time" and not scale.unit:
        return f"{value:+.0f}" if value else "0"
    digits = 0 if span >= 50 else 1 if span >= 5 else 2 if span >= 0.05 else 4
    return f"{value:.{digits}f}"
