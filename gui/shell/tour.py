"""The tour: a few cards that show on the open drive what a labeller does first, each at the place it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, QObject, QPoint, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.shell.shades import shades

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

CONTEXT = "Tour"
_T = QT_TRANSLATE_NOOP
_CARD_WIDTH, _MARGIN, _GAP = 380, 18, 14


@dataclass(frozen=True, slots=True)
class Stop:
    """One card: what it says, and the part of the window it speaks of."""

    text: str
    place: Callable[[Window], QWidget | None]


def _view(name: str) -> Callable[[Window], QWidget | None]:
    return lambda window: getattr(window.views, name) if window.views is not None else None


STOPS: tuple[Stop, ...] = (
    Stop(_T("Tour", "This is one frame of a drive. Turn the 3D view with the left button, shift it with the right one, "
            "zoom with the wheel. {previous-frame} and {next-frame} step through the frames."), _view("main")),
    Stop(_T("Tour", "Draw a box: press {draw-box} and drag over an object seen from above. Its height comes from the "
            "points. {click-box} makes a box from one click."), _view("top")),
    Stop(_T("Tour", "The selected box from above, from its side and from behind. Drag an edge, a corner or the arrow; "
            "double-click an edge and it goes to the points."), _view("sides")),
    Stop(_T("Tour", "The same box in every camera. A double click makes a picture large; the best one for the "
            "selection is framed."), _view("cameras")),
    Stop(_T("Tour", "Every object is a track: one name and one category through the drive. The number keys give "
            "the category."), lambda window: window.docks["tracks"]),
    Stop(_T("Tour", "Diamonds are key frames, which you set. Set a few and press {interpolate}: the frames between are "
            "filled. {batch} shows all frames of the track at once."), lambda window: window.timeline),
    Stop(_T("Tour", "Each edit is in the project file at once, and {undo} takes any of them back. {shortcuts} shows "
            "every key, {palette} finds every command."), lambda window: window.menus.tools),
)  # fmt: skip


class Tour(QWidget):
    """A veil over the window with a hole where the card points; Right and Left go on and back, Escape ends it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._at = window, 0
        self._hole = QRect()
        self._card = QFrame(self)
        self._text, self._count = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._count.setProperty("quiet", "true")
        self.back, self.on, self.end = QPushButton(), QPushButton(), QPushButton()
        for button, deed in ((self.end, self.close), (self.back, lambda: self.go(-1)), (self.on, lambda: self.go(+1))):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(deed)
        row = QHBoxLayout()
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self.end, self.back, self.on):
            row.addWidget(button)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(_MARGIN, 16, _MARGIN, 12)
        column.setSpacing(14)
        column.addWidget(self._text)
        column.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.installEventFilter(self)
        self._show()

    @property
    def at(self) -> int:
        """Number of the card that is shown."""
        return self._at

    def go(self, delta: int) -> None:
        """Show the next card, or the one before; after the last the tour is over."""
        if self._at + delta >= len(STOPS):
            self.close()
            return
        self._at = max(self._at + delta, 0)
        self._show()

    def _show(self) -> None:
        stop, window = STOPS[self._at], self._window
        colors = shades()
        self._card.setStyleSheet(
            f"QFrame {{ background: {colors.field}; border: 1px solid {colors.accent}; border-radius: 8px; }}"
            "QLabel { border: none; font-size: 11pt; }"
        )
        self._text.setText(KeyNames.of(window.desk).fill(QCoreApplication.translate(CONTEXT, stop.text)))
        self._count.setText(f"{self._at + 1} / {len(STOPS)}")
        self.back.setText(self.tr("Back"))
        self.back.setEnabled(self._at > 0)
        self.on.setText(self.tr("Go on") if self._at + 1 < len(STOPS) else self.tr("Done"))
        self.end.setText(self.tr("End the tour"))
        self.end.setVisible(self._at + 1 < len(STOPS))
        place = stop.place(window)
        self.setGeometry(window.rect())
        if isinstance(place, QDockWidget):
            place.raise_()  # it may be behind another panel
        self._hole = QRect()
        if place is not None and place.isVisible():
            self._hole = QRect(place.mapTo(window, QPoint(0, 0)), place.size()).adjusted(-3, -3, 3, 3)
        self._place_card()
        self.raise_()
        self.show()
        self.setFocus()
        self.update()

    def _place_card(self) -> None:
        """Put the card beside the hole, on the side that has the most room."""
        self._card.setFixedWidth(_CARD_WIDTH)
        self._text.ensurePolished()  # before it is measured: its letters are larger than usual
        self._text.setFixedHeight(self._text.heightForWidth(_CARD_WIDTH - 2 * _MARGIN - 2))
        self._card.setFixedHeight(self._card.sizeHint().height())
        card, hole, whole = self._card.size(), self._hole, self.rect()
        middle = whole.center() - QPoint(card.width() // 2, card.height() // 2)
        if hole.isNull():
            self._card.move(middle)
            return
        room = {
            "right": whole.right() - hole.right() - card.width(),
            "left": hole.left() - card.width(),
            "below": whole.bottom() - hole.bottom() - card.height(),
            "above": hole.top() - card.height(),
        }
        side = max(room, key=lambda name: room[name])
        x = min(max(hole.center().x() - card.width() // 2, _GAP), whole.width() - card.width() - _GAP)
        y = min(max(hole.center().y() - card.height() // 2, _GAP), whole.height() - card.height() - _GAP)
        if room[side] < 2 * _GAP:  # it covers nearly all: inside, at its foot
            self._card.move(x, hole.bottom() - card.height() - _GAP)
        elif side in ("right", "left"):
            self._card.move(hole.right() + _GAP if side == "right" else hole.left() - card.width() - _GAP, y)
        else:
            self._card.move(x, hole.bottom() + _GAP if side == "below" else hole.top() - card.height() - _GAP)

    # Events

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Dim all but the place that is spoken of."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil, hole = QPainterPath(), QPainterPath()
        veil.addRect(QRectF(self.rect()))
        hole.addRoundedRect(QRectF(self._hole), 6, 6)
        painter.fillPath(veil.subtracted(hole), QColor(0, 0, 0, 150))
        if not self._hole.isNull():
            painter.setPen(QPen(QColor(shades().accent), 2))
            painter.drawPath(hole)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Go on, back, or end it; no key reaches the labels meanwhile."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go(+1)
        elif event.key() == Qt.Key.Key_Left:
            self.go(-1)

    def event(self, event: QEvent | None) -> bool:
        """Keep the keys from the window's commands."""
        if event is not None and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the window's size."""
        if watched is self._window and event is not None and event.type() == QEvent.Type.Resize:
            self._show()
        return False
