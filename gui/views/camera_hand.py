"""CameraHand: what the mouse does in a picture: select, pick a point, pull a box's faces, draw, shift and zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PyQt6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PyQt6.QtGui import QMouseEvent

from lidar_label.gui.making import Maker, make_from_picture
from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.camera_handles import Grip, grips
from lidar_label.gui.views.camera_pick import look_at_pixel
from lidar_label.gui.views.picked import Picked
from lidar_label.model import Floats

if TYPE_CHECKING:
    from lidar_label.gui.views.camera_picture import CameraPicture

Held = Literal["", "press", "pan", "handle", "draw", "button"]
_CLICK_REACH = 6.0
_STILL = 4  # pixels that a hand may shake in a click
_ROOMY, _LARGE_BOX = 500.0, 40.0  # of a picture and of a box in it: handles in smaller ones would cover them
_LEAST_DRAWN = 4.0


class CameraHand:
    """One a pane; the pane hands over its mouse events."""

    def __init__(self, pane: CameraPicture) -> None:
        self._pane, self._stage = pane, pane.stage
        self._held: Held = ""
        self._pressed = self._last = QPointF()
        self._grip: Grip | None = None
        self._selected_before = ""
        self.active = ""
        """The handle under the cursor, or in hand."""
        self.rectangle: QRectF | None = None
        """What is being drawn, in the pane;"""
        self.outline: list[QPointF] = []
        """or with Shift its outline."""

    @property
    def is_busy(self) -> bool:
        """Whether a drag is under way that Escape cancels."""
        return self._held in ("handle", "draw")

    def grips(self) -> dict[str, Grip]:
        """Return the handles of the selected box, where picture and box are large enough for them."""
        pane, stage = self._pane, self._stage
        camera, way, index = pane.camera, pane.camera_SE3_ego, stage.selected
        if camera is None or way is None or index < 0 or not stage.can_edit or stage.desk.tool != "select":
            return {}
        if pane.fit.area.width() < _ROOMY:
            return {}
        uv, seen = camera.project(way.apply(stage.arrays.corners[index]))
        if seen.sum() < 2 or np.ptp(pane.fit.to_widget(uv[seen]), axis=0).max() < _LARGE_BOX:
            return {}
        return grips(camera, way, stage.arrays, index)

    def box_at(self, at: QPointF) -> int:
        """Return the box whose picture is at a place in the pane, the nearest; -1 for none."""
        pane, arrays = self._pane, self._stage.arrays
        camera, way = pane.camera, pane.camera_SE3_ego
        if camera is None or way is None or not pane.fit.area.contains(at) or not len(arrays):
            return -1
        back = way.inverse
        ray = back.rotation_matrix @ camera.rays(pane.fit.to_picture(at)[None])[0]
        hits = arrays.hits(back.translation, ray)
        if hits:
            return hits[0]
        uv, seen = camera.project(way.apply(arrays.centers))
        away = np.where(seen, np.linalg.norm(pane.fit.to_widget(uv) - (at.x(), at.y()), axis=1), np.inf)
        return int(away.argmin()) if away.min() <= _CLICK_REACH else -1

    # Events

    def press(self, event: QMouseEvent) -> None:
        """Take what is under the cursor."""
        if self._held:
            return
        at, stage = event.position(), self._stage
        self._pressed = self._last = at
        self._selected_before = stage.desk.selected
        if event.button() != Qt.MouseButton.LeftButton:
            self._held = "pan"
        elif self._pane.tone_button.contains(at):
            self._held = "button"
        elif stage.desk.tool == "box" and stage.can_edit and self._pane.camera_SE3_ego is not None:
            self._held, self.rectangle = "draw", QRectF(at, at)
            self.outline = [at] if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else []
        elif not self._take_handle(at):
            self._held = "press"

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag, or show what a press would take."""
        pane, at = self._pane, event.position()
        step, self._last = at - self._last, at
        far = (at - self._pressed).manhattanLength() > _STILL
        if self._held == "press" and pane.fit.zoom > 1 and far:
            self._held = "pan"
        if self._held == "pan":
            pane.place(pane.fit.zoom, pane.fit.shift + step)
        elif self._held == "handle":
            if self._stage.is_moved or (at - self._pressed).manhattanLength() > 1:
                spot = self._spot(at)
                if spot is not None:
                    self._stage.drag_to(spot)
        elif self._held == "draw":
            self.rectangle = QRectF(self._pressed, at).normalized().intersected(pane.fit.shown)
            if self.outline:
                self.outline.append(at)
            pane.update()
        elif not self._held:
            self._look_under(at)

    def release(self, event: QMouseEvent) -> None:
        """End the drag: select or pick, store the changed box, or make the drawn one."""
        if not self._held or event.buttons() != Qt.MouseButton.NoButton:
            return
        held, rectangle, drawn, at = self._held, self.rectangle, self.outline, event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        away = (at - self._pressed).manhattanLength()
        self.let_go()
        if held == "handle" and away <= 1:
            self._stage.cancel_drag()
            held = "press"
        if held == "press" and away <= _STILL:
            self.click(at, shift=shift)
        elif held == "button" and self._pane.tone_button.contains(at):
            self._pane.tone_asked.emit(self._pane.channel)
        elif held == "handle":
            self._stage.end_drag()
        elif held == "draw" and drawn:
            self._make_around(drawn)
        elif held == "draw" and rectangle is not None:
            self._make_box(rectangle)

    def double_click(self) -> None:
        """Take back what the first of the two clicks selected or picked."""
        self.let_go()
        self._stage.desk.select(self._selected_before)
        Picked.of(self._stage.desk).clear()

    def leave(self) -> None:
        """Nothing is under the cursor any more."""
        if not self._held:
            self.active = ""
            self._stage.hover(-1)

    def boxes_changed(self) -> None:
        """Let go of a handle whose drag an edit or another frame has ended."""
        if self._held == "handle" and not self._stage.dragging:
            self.let_go()

    def tool_changed(self) -> None:
        """Put a rectangle away whose tool was put away; show the cursor of the new one."""
        if self._held == "draw":
            self.let_go()
        if self._stage.desk.tool in ("box", "click") and self._pane.camera is not None:
            self._pane.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._pane.unsetCursor()
        self._pane.update()

    def cancel(self) -> None:
        """Forget the drag under way."""
        self.let_go()
        self._stage.cancel_drag()

    def let_go(self) -> None:
        """Hold nothing."""
        self._held, self._grip, self.active, self.rectangle, self.outline = "", None, "", None, []
        self._pane.update()

    def click(self, at: QPointF, *, shift: bool = False) -> None:
        """Select the box under the cursor; where there is none, mark the LiDAR point or the ground there.

        With the tool for boxes by a click, fit a box to what is there. Shift does what it does in the other views.
        """
        stage, desk = self._stage, self._stage.desk
        fits = desk.tool == "click"
        index = -1 if fits else self.box_at(at)
        if not fits:
            stage.select(index, add=shift)
            Picked.of(desk).clear()
        pane = self._pane
        camera, way = pane.camera, pane.camera_SE3_ego
        if index >= 0 or camera is None or way is None or not pane.fit.area.contains(at):
            return
        found = look_at_pixel(stage, camera, way, pane.fit.to_picture(at), pane.fit.pixels_of(1.0))
        if fits:
            Maker.of(desk).click(found.place.tolist() if found is not None else None, goes_on=shift)
        elif found is not None:
            Picked.of(desk).pick(found.place)
            away = float(np.linalg.norm(found.place))
            told = (
                QCoreApplication.translate("CameraPane", "A point {0} m away")
                if found.is_point
                else QCoreApplication.translate("CameraPane", "No point there: the ground, {0} m away")
            )
            desk.said.emit(told.format(f"{away:.2f}"))

    # Parts

    def _take_handle(self, at: QPointF) -> bool:
        found = self.grips()
        name = self._handle_at(at, found)
        if not name:
            return False
        self._grip = found[name]
        spot = self._spot(at)
        if spot is None or not self._stage.begin_drag(name, spot):
            self._grip = None
            return False
        self._held, self.active = "handle", name
        return True

    def _handle_at(self, at: QPointF, found: dict[str, Grip]) -> str:
        return paint.nearest(at, ((name, self._pane.fit.to_widget(grip.uv)) for name, grip in found.items()))

    def _spot(self, at: QPointF) -> Floats | None:
        pane, grip = self._pane, self._grip
        camera, way = pane.camera, pane.camera_SE3_ego
        if grip is None or camera is None or way is None:
            return None
        return grip.point(camera, way, pane.fit.to_picture(at))

    def _make_box(self, area: QRectF) -> None:
        pane = self._pane
        if min(area.width(), area.height()) < _LEAST_DRAWN:
            return
        u0, v0 = pane.fit.to_picture(area.topLeft()).tolist()
        u1, v1 = pane.fit.to_picture(area.bottomRight()).tolist()
        make_from_picture(self._stage.desk, pane.channel, (u0, v0, u1, v1))

    def _make_around(self, drawn: list[QPointF]) -> None:
        """Make a box of an outline that was drawn by hand."""
        places = self._pane.fit.to_pictures(np.array([(place.x(), place.y()) for place in drawn]))
        if len(places) > 2 and np.ptp(places, axis=0).min() > 0:
            make_from_picture(self._stage.desk, self._pane.channel, places)

    def _look_under(self, at: QPointF) -> None:
        selects = self._stage.desk.tool == "select"
        found = self.grips()
        name = self._handle_at(at, found)
        if name != self.active:
            self.active = name
            self._pane.update()
        self._stage.hover(self.box_at(at) if selects and not name else -1)
        if not selects:
            self._pane.setCursor(Qt.CursorShape.CrossCursor)
        elif name == handles.SLIDE:
            self._pane.setCursor(Qt.CursorShape.SizeAllCursor)
        elif name:
            self._pane.setCursor(paint.resize_cursor(found[name].ahead))
        else:
            self._pane.unsetCursor()
