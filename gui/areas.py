"""Areas: the polygons on the ground that the open drive keeps: which are shown, drawing and deleting them."""

from __future__ import annotations

import time
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.edit import DeleteAreas, PutAreas, Session, SetAreaCategory
from lidar_label.errors import InvalidValue
from lidar_label.gui.desk import Desk
from lidar_label.gui.wording import in_language
from lidar_label.model import Area, Floats, Patch, Taxonomy


class Areas(QObject):
    """One for each desk, made by the first who asks (`Areas.of`)."""

    changed = pyqtSignal()
    """The areas of the drive, the one under the mouse, or whether they are shown."""

    @staticmethod
    def of(desk: Desk) -> Areas:
        """Return the one of a desk."""
        found = desk.findChild(Areas)
        return found if found is not None else Areas(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._known: tuple[Area, ...] = ()
        self._taxonomy: Taxonomy | None = None  # it has their colours
        self._hovered = ""
        self.are_shown = True
        desk.tracks_changed.connect(self._read)
        desk.scene_changed.connect(self._read)
        self._read()

    # What there is

    @property
    def all(self) -> tuple[Area, ...]:
        """All areas of the drive, the oldest first."""
        return self._known

    def in_frame(self, frame: int) -> tuple[Area, ...]:
        """Return the areas that lie about a frame: all; where each frame has a world of its own, those drawn in it."""
        scene = self._desk.scene
        if scene is None:
            return ()
        is_one_world = scene.has_poses and scene.is_sequence
        return tuple(area for area in self._known if is_one_world or area.frame == frame)

    @property
    def hovered(self) -> Area | None:
        """The area under the mouse, while areas are drawn."""
        return next((area for area in self._known if area.token == self._hovered), None)

    def name(self, area: Area) -> str:
        """Return what is written at an area: the last word of its category, and how large it is."""
        return f"{area.category.rsplit('.', 1)[-1]} · {area.size:.1f} m²"

    @property
    def offer(self) -> str:
        """What can be done to the area under the mouse; empty where there is none."""
        area, active = self.hovered, self._desk.active_category
        if area is None:
            return ""
        if area.category == active:
            return self.tr("{0}: Del deletes it").format(self.name(area))
        return self.tr("{0}: Del deletes it, C makes it {1}").format(self.name(area), active)

    # What is done

    def show(self, shown: bool) -> None:
        """Draw the areas in all views, or do not."""
        if shown != self.are_shown:
            self.are_shown = shown
            self.changed.emit()

    def hover(self, token: str) -> None:
        """Say which area is under the mouse; empty for none."""
        if token != self._hovered:
            self._hovered = token
            self.changed.emit()

    def keep(self, frame: int, corners: Floats) -> None:
        """Store a polygon of a frame, (K, 3) metres in world, as an area of the active category, and show areas."""
        desk, title = self._desk, self.tr("Draw an area")
        try:
            area = Area(
                scene=desk.scene_token, category=desk.active_category, corners=corners, frame=frame,
                time_ns=time.time_ns(),
            )  # fmt: skip
        except InvalidValue as error:
            desk.said.emit(in_language(error.what))
            return

        def edit(session: Session) -> Patch | None:
            return session.do(PutAreas((replace(area, author=session.author),), title))

        self.show(True)
        told = self.tr("Kept as an area: {0}").format(self.name(area))
        desk.do(edit, lambda _: desk.said.emit(told))

    def delete(self, token: str) -> None:
        """Delete an area."""
        title = self.tr("Delete an area")
        self._desk.do(lambda session: session.do(DeleteAreas((token,), title)))

    def set_category(self, token: str, category: str) -> None:
        """Give an area another category."""
        title = self.tr("Change the category of an area")
        self._desk.do(lambda session: session.do(SetAreaCategory((token,), category, title)))

    def _read(self) -> None:
        known, taxonomy = self._desk.known.areas, self._desk.taxonomy
        if known != self._known or (known and taxonomy != self._taxonomy):
            self._known, self._taxonomy = known, taxonomy
            self.changed.emit()
