"""The middle of the window: messages, and under them the welcome or the views of the open drive."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.strip import MessageStrip
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.welcome import Welcome

ACROSS = (560, 340, 280)  # the 3D view beside the view from above and the side views of the selected box
_THREE = "across-three"  # how widths are kept; those of the two views that once were would hide the third
LEAST_CAMERAS, MOST_CAMERAS, LARGE_CAMERA = 0.08, 0.3, 0.62  # shares of the height


class Centre(QWidget):
    """The cameras over the 3D view and the view from above, with splitters between them.

    The cameras get the height that lets their pictures fill the width, until a person pulls the
    splitter; while one picture is large they have most of the room.
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._views: Views | None = None
        self._cover: QWidget | None = None
        self._before_large: list[int] = []
        self.strip, self.welcome = MessageStrip(), Welcome()
        self.across, self.down = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        self.down.addWidget(self.across)
        self.down.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.welcome, 1)
        column.addWidget(self.down, 1)
        self._column = column
        self._is_pulled = False
        self.down.splitterMoved.connect(self._pulled)

    def show_views(self, views: Views) -> None:
        """Put the views in the place of the welcome, laid out as they were left."""
        self._views = views
        self.down.insertWidget(0, views.cameras)
        self.across.addWidget(views.main)
        self.across.addWidget(views.top)
        if views.sides is not None:
            self.across.addWidget(views.sides)
        self.across.setSizes(ACROSS)
        self.down.setCollapsible(1, False)
        self.welcome.hide()
        self.down.show()
        for name, splitter in ((_THREE, self.across), ("down", self.down)):
            state = self._settings.layout(name)
            if not state.isEmpty() and splitter.restoreState(state) and splitter is self.down:
                self._is_pulled = True
        views.when_large(self._give_room)

    def cover(self, page: QWidget | None) -> None:
        """Show a page in the place of the views, which stay as they are behind it; None brings them back."""
        if self._views is None or page is self._cover:
            return
        if self._cover is not None:
            self._cover.hide()
        if page is not None and self._column.indexOf(page) < 0:
            self._column.addWidget(page, 1)
        self._cover = page
        self.down.setVisible(page is None)
        (page or self._views.main).show()
        (page or self._views.main).setFocus()

    @property
    def covering(self) -> QWidget | None:
        """The page that is shown in the place of the views, if one is."""
        return self._cover

    def fit_cameras(self) -> None:
        """Give the cameras the height they fill, unless a person has chosen one."""
        height = self.down.height()
        if self._views is None or self._is_pulled or self._before_large or height <= 0:
            return
        wished = self._views.cameras_height(self.down.width())
        cameras = round(min(max(wished, LEAST_CAMERAS * height), MOST_CAMERAS * height))
        self.down.setSizes([cameras, height - cameras])

    def reset(self) -> None:
        """Lay the views out as they first were."""
        self._is_pulled, self._before_large = False, []
        self.across.setSizes(ACROSS)
        self.fit_cameras()

    def share_of_cameras(self, share: float | None) -> None:
        """Give the cameras a share of the height; None gives them what their pictures fill."""
        self._is_pulled = share is not None
        height = self.down.height()
        if share is None:
            self.fit_cameras()
        elif height > 0:
            self.down.setSizes([round(share * height), height - round(share * height)])

    def keep_pulled(self) -> None:
        """Leave the heights as they are now, as if a person had pulled them."""
        self._is_pulled = True

    def keep(self) -> None:
        """Keep the layout in the settings, where a person has changed it."""
        if self._views is None:
            return
        self._give_room(False)
        self._settings.set_layout(_THREE, self.across.saveState())
        if self._is_pulled:
            self._settings.set_layout("down", self.down.saveState())
        else:
            self._settings.forget_layout("down")

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the cameras into the new size."""
        super().resizeEvent(event)
        self.fit_cameras()

    def _pulled(self) -> None:
        self._is_pulled = self._is_pulled or not self._before_large

    def _give_room(self, large: bool) -> None:
        if large and not self._before_large:
            self._before_large = self.down.sizes()
            height = self.down.height()
            cameras = max(round(LARGE_CAMERA * height), self._before_large[0])
            self.down.setSizes([cameras, height - cameras])
        elif not large and self._before_large:
            self.down.setSizes(self._before_large)
            self._before_large = []
