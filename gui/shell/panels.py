"""The panels around the views, declared once: what the window docks where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.attributes_panel import AttributesPanel
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.gui.shell.categories import CategoriesPanel
from lidar_label.gui.shell.comments import CommentsPanel
from lidar_label.gui.shell.findings_panel import FindingsPanel
from lidar_label.gui.shell.review_panel import ReviewPanel
from lidar_label.gui.shell.timeline import Timeline
from lidar_label.gui.shell.tracks import TracksPanel

CONTEXT = "Panels"
_T = QT_TRANSLATE_NOOP
_RIGHT, _BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel of the window.

    Parameters
    ----------
    id : str
        Unique; the name under which its place is kept.
    text : str
        Its title in English; shown through `title`.
    make : callable(Desk) -> QWidget
    area : Qt.DockWidgetArea
        Where it first is.
    height : int
        Pixels it first has in a column of panels.
    shown : bool
        Whether it is there at first; the others are called from the View menu.
    beside : str
        Id of the panel it first shares its place with, as tabs; empty for none.
    fixed : bool
        It has no title and stays where it is.
    """

    id: str
    text: str
    make: Callable[[Desk], QWidget]
    area: Qt.DockWidgetArea = _RIGHT
    height: int = 300
    shown: bool = True
    beside: str = ""
    fixed: bool = False

    @property
    def title(self) -> str:
        """Its title in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.text)


PANELS: tuple[Panel, ...] = (
    Panel(id="tracks", text=_T("Panels", "Tracks"), make=TracksPanel, height=360),
    Panel(id="box", text=_T("Panels", "Selected box"), make=BoxPanel, height=460),
    Panel(id="categories", text=_T("Panels", "Categories"), make=CategoriesPanel, shown=False, beside="tracks"),
    Panel(id="attributes", text=_T("Panels", "Attributes"), make=AttributesPanel, shown=False, beside="tracks"),
    Panel(id="comments", text=_T("Panels", "Comments"), make=CommentsPanel, shown=False, beside="box"),
    Panel(id="findings", text=_T("Panels", "Findings"), make=FindingsPanel, shown=False, beside="tracks"),
    Panel(id="review", text=_T("Panels", "Review"), make=ReviewPanel, height=480, shown=False, beside="tracks"),
    Panel(id="timeline", text=_T("Panels", "Timeline"), make=Timeline, area=_BOTTOM, fixed=True),
)
