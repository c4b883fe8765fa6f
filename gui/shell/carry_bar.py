"""CarryBar: over the foot of the views, what a run is doing, and why the machine is not sure of the selected box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from lidar_label.gui.doubts import reason_text
from lidar_label.gui.merge.legend import Legend
from lidar_label.gui.propagating import Propagating

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

_ABOVE_FOOT, _ABOVE_LEGEND = 14, 6  # pixels
# Its buttons: the command each runs, and when it is there.
RUNNING, ASKING = ("escape",), ("accept", "carry-on", "carry-back", "delete-box")


class CarryBar(QFrame):
    """Lies over the views, so that nothing under the mouse moves when it comes; it takes no key."""

    def __init__(self, window: Window) -> None:
        super().__init__(window.centre)
        self.setObjectName("strip")
        self.setProperty("kind", "note")
        self._window, self._desk = window, window.desk
        self._propagating = Propagating.of(window.desk)
        self.text = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.addWidget(self.text)
        self.buttons: dict[str, QToolButton] = {}
        for name in (*RUNNING, *ASKING):
            button = self.buttons[name] = QToolButton()
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(window.menus.actions[name].trigger)
            row.addWidget(button)
        window.centre.installEventFilter(self)
        for signal in (self._desk.boxes_changed, self._desk.selection_changed, self._propagating.changed):
            signal.connect(self.renew)
        window.keymap.changed.connect(self._retranslate)
        self._retranslate()

    def renew(self) -> None:
        """Say what there is to say, or go."""
        desk, box = self._desk, self._desk.selected_box
        running = self._propagating.is_running
        if running:
            told = self.tr("Carried on to frame {0}, {1} boxes")
            self._say(told.format(desk.index, self._propagating.count), RUNNING)
        elif box is not None and box.doubt:
            self._say(self.tr("Frame {0}: {1}.").format(box.frame, reason_text(box.doubt)), ASKING)
        else:
            self.hide()

    def _say(self, text: str, buttons: tuple[str, ...]) -> None:
        way = "carry-on" if self._propagating.way > 0 else "carry-back"
        shown = [name for name in buttons if not name.startswith("carry") or name == way]
        if (text, shown) == (self.text.text(), [name for name in self.buttons if self.buttons[name].isVisibleTo(self)]):
            self.show()
            return
        self.text.setText(text)
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
        self.show()
        self._place()

    def _place(self) -> None:
        """Lie at the foot, in the middle, above what the colours say; in a narrow window, in several lines."""
        centre = self._window.centre
        self.text.setWordWrap(False)
        size = self.sizeHint()
        if size.width() > centre.width():
            self.text.setWordWrap(True)
            size = QSize(centre.width(), max(self.heightForWidth(centre.width()), self.minimumSizeHint().height()))
        left, top = (centre.width() - size.width()) // 2, centre.height() - size.height() - _ABOVE_FOOT
        place = QRect(QPoint(left, top), size)
        for legend in centre.findChildren(Legend):
            covered = QRect(legend.mapTo(centre, QPoint()), legend.size())
            if legend.isVisible() and covered.intersects(place):
                place.moveBottom(covered.top() - _ABOVE_LEGEND)
        place.moveTop(max(place.top(), 0))
        self.setGeometry(place)
        self.raise_()

    def _retranslate(self) -> None:
        words = {
            "escape": self.tr("Stop"), "accept": self.tr("It is right"), "carry-on": self.tr("Go on"),
            "carry-back": self.tr("Go on back"), "delete-box": self.tr("It is gone"),
        }  # fmt: skip
        for name, button in self.buttons.items():
            keys = self._window.keymap.text(name)
            button.setText(f"{words[name]}  ({keys})" if keys else words[name])
            button.setToolTip(self._window.menus.actions[name].text())
        self.text.setText("")
        self.renew()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Stay at the foot of the views."""
        if event is not None and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
