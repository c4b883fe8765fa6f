"""The dialog of a category's limits: what checks let pass in it, with units; each can be set, or be the usual one."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui import categories
from lidar_label.gui.desk import Desk
from lidar_label.gui.finding_names import rule_name
from lidar_label.gui.limits import LIMITS, Limit, usual_limits
from lidar_label.model import Category

_LEAST = {0: 1.0, 1: 0.1, 2: 0.01}  # by how many decimals a limit has: none is nothing


class LimitsDialog(QDialog):
    """A number for each limit; one that a person set is in bold, and a button beside it brings back the usual one."""

    def __init__(self, desk: Desk, category: Category, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Limits of {0}").format(category.name))
        self._desk, self._category = desk, category
        self._usual = usual_limits(category)
        self._own = dict(category.limits)
        self.fields: dict[str, QDoubleSpinBox] = {}
        self.usual: dict[str, QToolButton] = {}
        told = QLabel(self.tr("The checks say what goes beyond these. A size has its bounds from the usual size."))
        told.setWordWrap(True)
        told.setProperty("quiet", "true")
        form = QWidget()
        grid = QGridLayout(form)
        grid.setColumnStretch(0, 1)
        for row, limit in enumerate(LIMITS):
            self._add(grid, row, limit)
        area = _Area()
        area.setWidget(form)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        all_usual = self.buttons.addButton(self.tr("All usual"), QDialogButtonBox.ButtonRole.ResetRole)
        if all_usual is not None:
            all_usual.setAutoDefault(False)
            all_usual.clicked.connect(self._set_all_usual)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(told)
        column.addWidget(area, 1)
        column.addWidget(self.buttons)
        self.accepted.connect(self._store)

    def _add(self, grid: QGridLayout, row: int, limit: Limit) -> None:
        from lidar_label.check import rule_named

        field, back, label = QDoubleSpinBox(), QToolButton(), QLabel(limit.said())
        field.setDecimals(limit.decimals)
        field.setRange(_LEAST[limit.decimals], limit.most)
        field.setSuffix(f" {limit.unit_said()}")
        field.setSingleStep(10.0 ** (1 - limit.decimals) if limit.decimals else 5.0)
        field.setValue(self._own.get(limit.name, self._usual[limit.name]) / limit.scale)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        asked = ", ".join(rule_name(rule_named(name)) for name in limit.rules)
        tip = self.tr("Asked by: {0}").format(asked)
        field.setToolTip(tip)
        label.setToolTip(tip)
        label.setBuddy(field)
        field.setAccessibleName(limit.said())
        shown = f"{self._usual[limit.name] / limit.scale:.{limit.decimals}f} {limit.unit_said()}"
        back.setText(self.tr("Usual: {0}").format(shown))
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        back.clicked.connect(lambda: self._set_usual(limit))
        field.valueChanged.connect(lambda _: self._mark(limit))
        self.fields[limit.name], self.usual[limit.name] = field, back
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(back, row, 2)
        self._mark(limit)

    def _set_all_usual(self) -> None:
        for limit in LIMITS:
            self._set_usual(limit)

    def _set_usual(self, limit: Limit) -> None:
        self.fields[limit.name].setValue(self._usual[limit.name] / limit.scale)

    def _is_usual(self, limit: Limit) -> bool:
        shown = round(self._usual[limit.name] / limit.scale, limit.decimals)
        return self.fields[limit.name].value() == shown

    def _mark(self, limit: Limit) -> None:
        own = not self._is_usual(limit)
        font = self.fields[limit.name].font()
        font.setBold(own)
        self.fields[limit.name].setFont(font)
        self.usual[limit.name].setEnabled(own)

    def limits(self) -> tuple[tuple[str, float], ...]:
        """Return the limits that are not the usual ones; what is only rounded here stays what it was."""
        known = {limit.name for limit in LIMITS}
        made = {name: value for name, value in self._own.items() if name not in known}
        for limit in LIMITS:
            shown = self.fields[limit.name].value()
            before = self._own.get(limit.name)
            if before is not None and round(before / limit.scale, limit.decimals) == shown:
                made[limit.name] = before
            elif not self._is_usual(limit):
                made[limit.name] = shown * limit.scale
        return tuple(made.items())

    def _store(self) -> None:
        if self.limits() != self._category.limits:
            categories.limit(self._desk, self._category.token, self.limits())


class _Area(QScrollArea):
    """Shows all rows where the screen has the room, and scrolls where letters are large."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """Return the size of what is in it, with room for a scroll bar."""
        inner = self.widget()
        wanted = inner.sizeHint() if inner is not None else super().sizeHint()
        bar = self.verticalScrollBar()
        return QSize(wanted.width() + (bar.sizeHint().width() if bar is not None else 0), wanted.height())

    def minimumSizeHint(self) -> QSize:
        """Return the whole width and a few rows."""
        return QSize(self.sizeHint().width(), min(self.sizeHint().height(), 160))
