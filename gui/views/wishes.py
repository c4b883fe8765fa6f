"""Wishes: what the views want made ready of each frame, told to the desk once the views have come to rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PyQt6.QtCore import QObject, QTimer

from lidar_label.gui.desk import Desk
from lidar_label.gui.views.prepare import MainPlace, PicturePlace, TopPlace, Wish

_SETTLES_MS = 80


class Wishes(QObject):
    """One for each stage."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wish = Wish()
        self._settle = QTimer(self)  # sizes change many times while a window is pulled
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_MS)
        self._settle.timeout.connect(self.tell)

    def tell(self) -> None:
        """Tell the desk now."""
        self._desk.set_wish(self._wish)

    def for_pictures(self, places: Mapping[str, PicturePlace]) -> None:
        """Say in which size each picture is shown."""
        self._ask(replace(self._wish, pictures=places))

    def for_top(self, place: TopPlace) -> None:
        """Say what the view from above looks at."""
        self._ask(replace(self._wish, top=place))

    def for_main(self, place: MainPlace | None) -> None:
        """Say what the 3D view looks at; None where it draws by itself."""
        self._ask(replace(self._wish, main=place))

    def for_colors(self) -> None:
        """Take over how the desk colours points, and whether they are shown in pictures."""
        desk = self._desk
        self._ask(replace(self._wish, color_mode=desk.color_mode, has_dots=desk.show_image_points))

    def _ask(self, wish: Wish) -> None:
        if wish != self._wish:
            self._wish = wish
            self._settle.start()
