"""Wrapped: rows of a tree that are as high as their text needs; Qt's own tree wraps text but gives it one line."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

_FLAGS = int(Qt.TextFlag.TextWordWrap)


class Wrapped(QStyledItemDelegate):
    """Makes rows high enough for the text of a column, up to some lines and to what the tree has room for.

    Parameters
    ----------
    tree : QTreeView
        It wraps words (`setWordWrap`), and lays its items out anew when the column has another width.
    lines : int
        What is longer is cut off there.
    """

    def __init__(self, tree: QTreeView, lines: int) -> None:
        super().__init__(tree)
        self._tree, self._lines = tree, lines
        self._viewport = tree.viewport()
        if self._viewport is not None:
            self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Lay out anew in another height: no row is higher than the tree, in which its last line would be cut."""
        if watched is self._viewport and event is not None and event.type() == QEvent.Type.Resize:
            self._tree.scheduleDelayedItemsLayout()
        return super().eventFilter(watched, event)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the size of a cell as wide as its column now is."""
        plain = super().sizeHint(option, index)
        style, depth, parent = self._tree.style(), int(self._tree.rootIsDecorated()), index.parent()
        while parent.isValid():
            depth, parent = depth + 1, parent.parent()
        margin = 2 * ((style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) if style is not None else 2) + 1)
        pads = plain.width() - option.fontMetrics.horizontalAdvance(str(index.data() or ""))
        room = self._tree.columnWidth(index.column()) - depth * self._tree.indentation() - max(margin, pads)
        line = option.fontMetrics.lineSpacing()
        high = (self._viewport.height() if self._viewport is not None else 0) - (
            plain.height() - option.fontMetrics.height()
        )
        area = QRect(0, 0, max(room, 20), min(max(high // line, 1), self._lines) * line)
        text = option.fontMetrics.boundingRect(area, _FLAGS, str(index.data() or "")).intersected(area)
        return QSize(plain.width(), plain.height() + max(text.height() - option.fontMetrics.height(), 0))
