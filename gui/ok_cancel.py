"""The two buttons under a dialog: one that does what it says, and one that leaves."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QDialogButtonBox

OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


def ok_cancel(ok: str, cancel: str, accept: Callable[[], object], reject: Callable[[], object]) -> QDialogButtonBox:
    """Return the buttons with these words, which call one or the other."""
    buttons = QDialogButtonBox(OK | CANCEL)
    for which, text in ((OK, ok), (CANCEL, cancel)):
        button = buttons.button(which)
        if button is not None:
            button.setText(text)
    buttons.accepted.connect(accept)
    buttons.rejected.connect(reject)
    return buttons
