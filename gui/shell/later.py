"""Later: a panel that shows the selection follows when the views are painted; a hand looks at those first."""

from __future__ import annotations

from collections.abc import Callable

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


class DoneLater(QObject):
    """Does something once after the views have been painted, however often it is asked for until then."""

    def __init__(self, parent: QObject, deed: Callable[[], object]) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(deed)

    def ask(self) -> None:
        """Do it after what has been asked for by now is painted."""
        if not self._timer.isActive():
            self._timer.start(0)
