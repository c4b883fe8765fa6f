"""BatchPane: the cells under the hands; boxes are selected, dragged in place, and deeds asked for with keys."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PyQt6.QtCore import QEvent, QKeyCombination, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QMouseEvent

from lidar_label.gui.batch.cell import SIDES, Shown
from lidar_label.gui.batch.grid import BatchGrid
from lidar_label.gui.shell.commands.cells import COMMANDS, name_of
from lidar_label.gui.spans import can_edit
from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.drag import Drag, mode_of
from lidar_label.model import SE3, Box

_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_OTHERS = {
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape,
}  # fmt: skip
_NONE, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip


class BatchPane(BatchGrid):
    """The grid that is worked in.

    A drag of an edge or a corner resizes the box of that cell, the inside moves it, the disc turns it; with Ctrl held
    meanwhile an edge stops at points, with Shift the box is taken along.
    """

    edited = pyqtSignal(object, str)
    """A box as a drag left it, and what the edit is called."""
    asked = pyqtSignal(str)
    """A deed, by its name in `shell/commands/cells.py`, for what is selected."""
    opened = pyqtSignal(int)
    """A frame to be shown in the views."""
    left = pyqtSignal()
    """The person is done here."""

    keys: Mapping[str, str] = {key: name_of(action.id) for action in COMMANDS for key in action.keys}
    """Deeds by their keys, in Qt's portable notation; the page keeps them as a person has set them."""

    _drag: Drag | None = None
    _drag_view = ""
    _pressed = QPointF()
    _pressed_frame = -1
    _stop: handles.Stop | None = None

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Select the cell under the cursor, and take the box by what is there."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._drag is not None:
            return
        at, keys = event.position(), event.modifiers()
        frame = self.frame_at(at)
        self._pressed, self._pressed_frame = at, -1
        if frame < 0:
            return
        if keys & (_SHIFT | _CTRL):
            self.choose(frame, keys)
            return
        if frame in self.selected:  # the others stay selected, unless this turns out to be a click
            self._pressed_frame = frame
            self.set_current(frame)
        else:
            self.choose(frame)
        box, (view, handle) = self.box_in(frame), self._under(frame, at)
        if box is not None and handle:
            inverse = box.world_SE3_box.inverse
            cell_SE3_world = SE3("cell", "world", inverse.rotation, inverse.translation)
            spot = self.plan.spot(view, self._in_cell(frame, at))
            self._drag, self._drag_view, self._stop = Drag(box, cell_SE3_world, handle, spot), view, None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or show what a press would take."""
        if event is None:
            return
        at = event.position()
        if self._drag is None:
            self._look_under(at)
        elif self.dragged is not None or (at - self._pressed).manhattanLength() > 1:
            self._drag_to(at, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag, and say what the box is now; a click selects its cell alone."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        drag, moved = self._drag, self.dragged
        self._let_go()
        if drag is not None and moved is not None and drag.has_changed:
            self.edited.emit(moved, drag.title)
        elif moved is None and self._pressed_frame >= 0:
            self.choose(self._pressed_frame)
        self._pressed_frame = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Open the frame in the views."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            frame = self.frame_at(event.position())
            if frame >= 0:
                self._let_go()
                self.opened.emit(frame)

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Nothing is under the mouse once it has left."""
        if event is not None and event.type() == QEvent.Type.Leave and self._drag is None and self.taken[0] >= 0:
            self.taken = (-1, "", "")
            self.redraw()
        return super().viewportEvent(event)

    def _in_cell(self, frame: int, at: QPointF) -> QPointF:
        return at - self.area_of_frame(frame).topLeft().toPointF()

    def _under(self, frame: int, at: QPointF) -> tuple[str, str]:
        """Return the view and the handle under a pixel of a cell."""
        box, place = self.box_in(frame), self._in_cell(frame, at)
        if box is None:
            return "", ""
        view = self.plan.view_at(place)
        if not can_edit(self._desk):
            return view, ""
        return view, Shown.of(box, box).handle_at(self.plan, view, place)

    def _look_under(self, at: QPointF) -> None:
        frame = self.frame_at(at)
        view, handle = self._under(frame, at) if frame >= 0 else ("", "")
        if (frame, view, handle) != self.taken:
            before, self.taken = self.taken[0], (frame, view, handle)
            self.redraw_cell(before)
            self.redraw_cell(frame)
        area = self.viewport()
        if area is None:
            return
        if handle in handles.CARRIED:
            signs = np.array(handles.CARRIED[handle], dtype=np.float64)
            area.setCursor(paint.resize_cursor(SIDES[view].axes[:2] @ signs * (1, -1)))
        elif handle == handles.SLIDE:
            area.setCursor(Qt.CursorShape.SizeAllCursor)
        elif handle:
            area.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            area.unsetCursor()

    def _drag_to(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        if self._drag is None:
            return
        box, mode = self._drag.box, mode_of(keys)
        if mode == "fit" and self._stop is None:
            self._stop = self._stop_of(box)
        self._drag.to(self.plan.spot(self._drag_view, self._in_cell(box.frame, at)), mode, self._stop)
        self.dragged = self._drag.moved
        self.redraw_cell(box.frame)

    def _stop_of(self, box: Box) -> handles.Stop | None:
        """Return what holds the faces of a box back: its points."""
        from lidar_label.assist.hug import stopped

        cell = self.loader.get(box)
        if cell is None:
            return None
        place = cell.place(box)
        points, floor, half = cell.near.objects(*place), cell.near.floor_of(*place), place[2] / 2
        return lambda signs, out: stopped(points, half, signs, out, floor)

    def _let_go(self) -> None:
        self._drag, self.dragged, self._stop = None, None, None
        self.redraw()

    # The keys

    def event(self, event: QEvent | None) -> bool:
        """Keep the keys of this page for it; all others are the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._is_mine(event):
            event.accept()
            return True
        return super().event(event)

    def _is_mine(self, event: QKeyEvent) -> bool:
        key, keys = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _STEPS:
            return keys in (_NONE, _SHIFT)
        return (keys == _NONE and key in _OTHERS) or bool(self._deed_of(event))

    def _deed_of(self, event: QKeyEvent) -> str:
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(keys, Qt.Key(event.key())))
        return self.keys.get(pressed.toString(QKeySequence.SequenceFormat.PortableText), "")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Do what a key stands for."""
        if event is None:
            return
        if not self._is_mine(event):
            super().keyPressEvent(event)
            return
        key, deed = Qt.Key(event.key()), self._deed_of(event)
        if deed:
            self.asked.emit(deed)
        elif key == Qt.Key.Key_Escape:
            if self._drag is not None:
                self._let_go()
            else:
                self.left.emit()
        elif key in _STEPS:
            across, down = _STEPS[key]
            self.step(across + down * self.columns, event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step(-len(self.boxes) if key == Qt.Key.Key_Home else len(self.boxes))
        else:
            rows = max(len(self.in_sight()) // self.columns - 1, 1)
            self.step((-rows if key == Qt.Key.Key_PageUp else rows) * self.columns)
