"""Later: a panel that shows the selection is painted when the views are; a hand looks at those first."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QWidget


class PaintedLater(QObject):
    """Holds the painting of a widget back until the views have been painted, which takes one turn of the event loop.

    What the widget holds is set at once. A form of twenty fields takes its style as long to paint as a view.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: widget.setUpdatesEnabled(True))

    def hold(self) -> None:
        """Paint the widget after what has been asked for by now."""
        if self._widget.isVisible() and not self._timer.isActive():
            self._widget.setUpdatesEnabled(False)
            self._timer.start(0)
