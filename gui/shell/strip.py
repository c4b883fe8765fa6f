"""The strip of messages above the views: what went wrong, in sentences that can be copied."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

KEPT = 200
SHOWN = 400  # letters; the rest of a long message is in its tool tip, and copied
_PATH_PARTS = 2  # of a path that a message begins with


class MessageStrip(QFrame):
    """Shows the latest message until it is closed; the others are behind it and copied with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._messages: list[tuple[str, str]] = []
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.more = QLabel()
        self.copy, self.close_button = QToolButton(), QToolButton()
        for button in (self.copy, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.more)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        self._retranslate()
        self.hide()

    @property
    def messages(self) -> list[str]:
        """The messages that are shown or waiting, oldest first."""
        return [text for text, _ in self._messages]

    def warn(self, text: str, details: str = "") -> None:
        """Say what went wrong; `details` are copied with it but not shown."""
        self._add(text, details, "warning")

    def note(self, text: str, instead_of: str = "") -> None:
        """Say something that is no fault; it does not push a warning away, but may take another note's place."""
        self._messages = [kept for kept in self._messages if kept != (instead_of, "")]
        self._add(text, "", "note")

    def dismiss(self) -> None:
        """Close the strip and forget what it says."""
        self._messages.clear()
        self.hide()

    def _add(self, text: str, details: str, kind: str) -> None:
        warned = self.isVisibleTo(self.parentWidget()) and self.property("kind") == "warning"
        if (text, details) in self._messages:  # said before, as when the playhead comes by again
            self._messages.remove((text, details))
        self._messages.append((text, details))
        del self._messages[:-KEPT]
        if kind == "warning" or not warned:
            shown = _short(text)
            self.text.setText(shown)
            self.text.setToolTip(text if shown != text else "")
            self.setProperty("kind", kind)
            style = self.style()
            if style is not None:
                style.unpolish(self)
                style.polish(self)
        others = len(self._messages) - 1
        self.more.setText(f"+{others}" if others else "")
        self.more.setToolTip("\n".join(self.messages[-12:]))
        self.show()

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText("\n\n".join(f"{text}\n{details}".strip() for text, details in self._messages))

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.copy.setText(self.tr("Copy"))
        self.close_button.setText("✕")
        self.close_button.setToolTip(self.tr("Close"))


def _short(text: str) -> str:
    """Return a message as it is shown: of a long path at its beginning the end, and not more than a glance takes in."""
    place, colon, told = text.partition(": ")
    parts = PurePath(place).parts if PurePath(place).is_absolute() else ()
    if colon and len(parts) > _PATH_PARTS + 1:
        text = f"…/{'/'.join(parts[-_PATH_PARTS:])}: {told}"
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()} …"
