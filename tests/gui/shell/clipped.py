"""Which texts of a window are cut off: what each widget needs for its text, against the room it has."""

from __future__ import annotations

from collections.abc import Iterator

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

OFF = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
AROUND = 6  # what a list keeps free beside its text
BUTTONS_OF_A_DOCK = 44  # to float and to close it


def cut_off(window: QWidget) -> Iterator[str]:
    """Say of each widget that is seen which of its texts is cut off, and by how much."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not _is_in_reach(widget, window):
            continue
        for text, needed, room in _texts(widget):
            if text.strip() and needed > room + 1:
                yield f"{type(widget).__name__} {widget.objectName()} {text!r}: needs {needed:.0f}, has {room:.0f}"
        beyond = _beyond(widget, window)
        if beyond and not isinstance(widget, QAbstractScrollArea):
            yield f"{type(widget).__name__} {widget.objectName()} {_name(widget)!r}: {beyond} beyond its window"


def _name(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def _scroll_area(widget: QWidget) -> QScrollArea | None:
    """Return the scroll area that the widget lies in."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget() if not above.isWindow() else None
    return above


def _is_in_reach(widget: QWidget, window: QWidget) -> bool:
    """Tell whether it belongs to this window, and is neither scrolled out of sight nor behind another panel."""
    if widget.window() is not window or (_scroll_area(widget) is not None and widget.visibleRegion().isEmpty()):
        return False
    while widget is not window:
        if isinstance(widget, QDockWidget) and not widget.geometry().intersects(window.rect()):
            return False  # behind another panel: Qt keeps it beside the window
        widget = widget.parentWidget() or window
    return True


def _beyond(widget: QWidget, window: QWidget) -> int:
    """Return by how many pixels a button or label is beyond what can be seen, where nothing can be scrolled."""
    if not isinstance(widget, QLabel | QAbstractButton) or not _name(widget).strip():
        return 0
    area = _scroll_area(widget)
    if area is not None and area.horizontalScrollBarPolicy() != OFF:
        return 0
    whole: QWidget | None = area.viewport() if area is not None else window
    if whole is None:
        return 0
    place = QRect(widget.mapTo(whole, widget.rect().topLeft()), widget.size())
    out = max(place.right() - whole.width() + 1, -place.left(), 0)
    return out if area is not None else max(out, place.bottom() - whole.height() + 1, -place.top())


def _texts(widget: QWidget) -> Iterator[tuple[str, float, float]]:  # noqa: C901  a case a kind of widget
    """Yield each text with the pixels it needs and those it has."""
    letters = widget.fontMetrics()
    match widget:
        case QLabel() if widget.wordWrap():
            yield widget.text(), widget.heightForWidth(widget.width()), widget.height()
        case QLabel():
            yield widget.text(), widget.sizeHint().width(), widget.width()
            yield widget.text(), letters.height(), widget.height()
        case QAbstractButton():
            yield widget.text(), widget.sizeHint().width(), widget.width()
            yield widget.text(), letters.height(), widget.height()
        case QComboBox():
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            style = widget.style()
            assert style is not None
            field = style.subControlRect(
                QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
            )
            icon = 0 if widget.itemIcon(widget.currentIndex()).isNull() else widget.iconSize().width() + 4
            yield widget.currentText(), letters.horizontalAdvance(widget.currentText()) + icon + AROUND, field.width()
            yield widget.currentText(), letters.height(), widget.height()
        case QLineEdit() if isinstance(widget.parentWidget(), QAbstractSpinBox):
            yield widget.text(), letters.horizontalAdvance(widget.text()) + 2, widget.width()
        case QLineEdit() if not widget.text():
            yield widget.placeholderText(), letters.horizontalAdvance(widget.placeholderText()) + 8, widget.width()
        case QTabBar():
            for at in range(widget.count()):
                if widget.isTabVisible(at):
                    yield widget.tabText(at), letters.horizontalAdvance(widget.tabText(at)), widget.tabRect(at).width()
        case QHeaderView() if widget.orientation() == Qt.Orientation.Horizontal:
            yield from _sections(widget)
        case QDockWidget() if widget.titleBarWidget() is None:
            yield (
                widget.windowTitle(),
                letters.horizontalAdvance(widget.windowTitle()) + 18,
                (widget.width() - BUTTONS_OF_A_DOCK),
            )
        case QMenuBar():
            last = widget.actionGeometry(widget.actions()[-1]) if widget.actions() else QRect()
            yield "menus", last.right(), widget.width()
        case _:
            return


def _sections(header: QHeaderView) -> Iterator[tuple[str, float, float]]:
    model, letters = header.model(), header.fontMetrics()
    for section in range(header.count()):
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "") if model is not None else ""
        if not header.isSectionHidden(section):
            yield text, letters.horizontalAdvance(text) + 8, header.sectionSize(section)
