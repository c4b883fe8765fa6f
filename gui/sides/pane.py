"""SidePane: a side view under the mouse; every edge, every corner and the heading can be dragged."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QToolButton, QWidget

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.sides.framing import Framing
from lidar_label.gui.sides.picture import SidePicture
from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.stage import Stage

_ZOOM_PER_STEP = 0.85
Grip = Literal["", "pan", "handle"]


class SidePane(SidePicture):
    """A side view that is worked in.

    A drag of an edge or a corner moves it alone; with Ctrl it stops at the points, with Shift it takes the
    box along. The inside moves the box, the disc turns it. A double click draws an edge in to the points.
    """

    def __init__(
        self, name: str, stage: Stage, fitting: Fitting, framing: Framing, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, stage, fitting, framing, parent)
        self._grip: Grip = ""
        self._pressed = self._last = QPointF()
        self.flip = QToolButton(self)
        self.flip.setText("⇄")
        self.flip.setProperty("over", "view")
        quiet = f"color: {paint.NOTE.name()}; background: transparent; border: none; padding: 2px 6px;"
        self.flip.setStyleSheet(f"QToolButton {{ {quiet} }} QToolButton:hover {{ background: {paint.GRID.name()}; }}")
        self.flip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.flip.setCursor(Qt.CursorShape.ArrowCursor)
        self.flip.setVisible(name != "top")
        self.flip.clicked.connect(lambda: fitting.flip_view(name))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        framing.changed.connect(self._changed)
        framing.moved_on.connect(self._moved_on)
        fitting.changed.connect(self.stale)
        stage.desk.look_changed.connect(self.stale)
        stage.desk.tool_changed.connect(self.update)
        self._retranslate()
        self._changed()

    # What the mouse does

    def event(self, event: QEvent | None) -> bool:
        """Keep Escape for a drag under way; draw anew on a screen with other pixels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self._grip == "handle":
                event.accept()
                return True
        elif event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self.stale()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Cancel a drag with Escape; drag otherwise with Ctrl or Shift."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._grip == "handle":
            self._stage.cancel_drag()
            self._let_go()
        elif self._keys.take(event, down=True):
            self._go_on()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """Drag plainly again."""
        if self._keys.take(event, down=False):
            self._go_on()
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take what is under the cursor."""
        if event is None or self._grip:
            return
        self._pressed = self._last = event.position()
        self._keys.begin(event.modifiers())
        name = self.handle_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name and self._stage.begin_drag(name, self.spot(event.position())):
            self._grip, self._active, self._is_dragging = "handle", name, True
            self._framing.hold(True)
        else:
            self._grip = "pan"

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or show what a press would take."""
        if event is None:
            return
        at = event.position()
        step, self._last, self._keys.keys = at - self._last, at, event.modifiers()
        if self._grip == "pan":
            self.shift(-step.x() * self._scale, step.y() * self._scale)
        elif self._grip == "handle":
            if self._stage.is_moved or (at - self._pressed).manhattanLength() > 1:
                self._keys.drag_to(self.spot(at))
        else:
            self._look_under(at)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag, and store the changed box."""
        if event is None or not self._grip or event.buttons() != Qt.MouseButton.NoButton:
            return
        if self._grip == "handle" and self._stage.is_moved:
            self._stage.end_drag()
        elif self._grip == "handle":
            self._stage.cancel_drag()
        self._let_go()
        self._look_under(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Draw an edge in to the points, from inside all of them; on empty space show the whole box."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        name = self.handle_at(event.position())
        if name in handles.CARRIED:
            self._fitting.fit(handles.CARRIED[name])
        elif name == handles.SLIDE:
            self._fitting.fit()
        elif not name:
            self.reset()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom; what is under the cursor stays there."""
        if event is not None:
            self.zoom(event.position(), _ZOOM_PER_STEP ** (event.angleDelta().y() / 120))
            event.accept()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the cursor any more."""
        if not self._grip and self._active:
            self._active = ""
            self.update()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw anew in the new size."""
        self.flip.adjustSize()
        self.flip.move(self.width() - self.flip.width() - 2, 2)
        if not self._is_zoomed:
            self._fit_scale()
        self._changed()
        super().resizeEvent(event)

    def _go_on(self) -> None:
        """Drag on where the mouse is: other keys are held."""
        if self._grip == "handle" and self._stage.is_moved:
            self._keys.drag_to(self.spot(self._last))
        self.update()

    def _look_under(self, at: QPointF) -> None:
        self._active = self.handle_at(at)
        if self._active == handles.SLIDE:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        elif self._active in handles.CARRIED:
            signs = np.array(handles.CARRIED[self._active], dtype=np.float64)
            self.setCursor(paint.resize_cursor(self.side.axes[:2] @ signs * (1, -1)))
        elif self._active:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self.update()

    def _let_go(self) -> None:
        if self._grip:
            self._grip, self._active, self._is_dragging = "", "", False
            self._framing.hold(False)
            self.update()

    # Listening

    def _changed(self) -> None:
        if self._grip == "handle" and not self._stage.dragging:
            self._let_go()
        if self._stage.selected >= 0 and self._stage.view is not None and self._grip != "handle":
            self._keep_in_sight()
        self.stale()

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.flip.setToolTip(self.tr("Look from the other side"))
        self.update()
