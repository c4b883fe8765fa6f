"""Texts in the tool bar: beside the icons where there is room for all of them, else icons only."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QMainWindow, QToolBar

_STYLE = Qt.ToolButtonStyle
_BESIDE = 4  # pixels that Qt puts between an icon and its text


class ToolTexts(QObject):
    """Keeps the tool bar in one row: what does not fit loses its text before it loses its place.

    Parameters
    ----------
    tools : QToolBar
    window : QMainWindow
        Whose width is there for it.
    """

    def __init__(self, tools: QToolBar, window: QMainWindow) -> None:
        super().__init__(window)
        self._tools, self._window = tools, window
        self._bare, self._spoken, self._wide = 0, "", 0
        window.installEventFilter(self)
        tools.installEventFilter(self)

    def fit(self) -> None:
        """Show the texts if they fit now."""
        tools = self._tools
        shown = tools.toolButtonStyle() == _STYLE.ToolButtonTextBesideIcon
        hint = tools.sizeHint().width()
        if not shown:
            self._bare = hint
        elif hint > self._window.width() and self._bare:
            self._wide = hint - self._bare  # kept, so that a guess below it cannot show and hide them for ever
        fits = (hint if shown else hint + self._texts()) <= self._window.width()
        if fits != shown:
            tools.setToolButtonStyle(_STYLE.ToolButtonTextBesideIcon if fits else _STYLE.ToolButtonIconOnly)

    def _texts(self) -> int:
        """Return how many pixels the texts would take."""
        letters = self._tools.fontMetrics()
        texts = [action.iconText() for action in self._tools.actions() if not action.icon().isNull()]
        if self._spoken != " ".join(texts):
            self._spoken, self._wide = " ".join(texts), 0
        return max(self._wide, sum(_BESIDE + letters.horizontalAdvance(f"{text}  ") for text in texts))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the window's width, and what is in the bar."""
        follows = QEvent.Type.LayoutRequest if watched is self._tools else QEvent.Type.Resize
        if event is not None and event.type() == follows:
            self.fit()
        return False
