"""CameraPane: a camera's picture under the mouse."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.views.camera_picture import CameraPicture
from lidar_label.gui.views.stage import Stage


class CameraPane(CameraPicture):
    """A camera's picture that is worked in.

    A click selects the box it hits, or marks the LiDAR point there; handles of the selected box pull its sides in a
    picture that is large enough. The wheel zooms at the cursor, right or middle drag (or a left drag while zoomed)
    shifts it, a double click asks for more room. With the tool for boxes a drag draws one.
    """

    enlarge = pyqtSignal(str)
    """A double click: the channel wants to be large, or small again."""

    def __init__(self, channel: str, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(channel, stage, parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take what is under the cursor."""
        if event is not None:
            self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or show what a press would take."""
        if event is not None:
            self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag."""
        if event is not None:
            self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Ask for more room, or give it back; what the first of the two clicks selected is taken back."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self.stage.desk.tool == "select":
            self.hand.double_click()
            self.enlarge.emit(self.channel)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom; what is under the cursor stays there."""
        if event is not None:
            self.fit.turn(event.angleDelta().y() / 120, event.position())
            self._placed()
            event.accept()

    def event(self, event: QEvent | None) -> bool:
        """Keep Escape for a drag under way; draw anew on a screen with other pixels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self.hand.is_busy:
                event.accept()
                return True
        elif event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._stale()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Cancel a drag with Escape."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self.hand.is_busy:
            self.hand.cancel()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """Show what can be clicked."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the cursor any more."""
        self.hand.leave()
        self.update()
        super().leaveEvent(event)
