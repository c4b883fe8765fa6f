"""UsualSizes: how large a new box of a category is taken to be, by what people have measured in this project."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from lidar_label.assist.usual_size import learnt_size
from lidar_label.gui.desk import Desk
from lidar_label.gui.views.newbox import Size, usual_size

_SCENES, _TRACKS = 20, 100  # the latest of the scenes, and of the tracks of a category in each


class UsualSizes(QObject):
    """One for each desk, made by the first who asks (`UsualSizes.of`).

    What was measured in one scene goes on to the next that is opened, as long as the project is.
    """

    @staticmethod
    def of(desk: Desk) -> UsualSizes:
        """Return the one of a desk."""
        found = desk.findChild(UsualSizes)
        return found if found is not None else UsualSizes(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._project: object = None
        self._measured: dict[tuple[str, str], list[Size]] = {}  # by scene and category

    def of_category(self, category: str) -> Size:
        """Return what a category usually measures here: length, width, height in metres."""
        desk, known = self._desk, self._desk.known
        if desk.project is not self._project:
            self._project, self._measured = desk.project, {}
        here = [known.sizes[token] for token, track in known.tracks.items()
                if track.category == category and token in known.sizes]  # fmt: skip
        self._measured.pop((desk.scene_token, category), None)
        self._measured[desk.scene_token, category] = here[-_TRACKS:]
        scenes = [sizes for (_, name), sizes in self._measured.items() if name == category][-_SCENES:]
        return learnt_size(usual_size(desk.taxonomy, category), [size for sizes in scenes for size in sizes])
