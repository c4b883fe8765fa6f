"""Making: new boxes from a click on an object, from a rectangle over it, or from one around its picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject

from lidar_label.gui.desk import Desk
from lidar_label.gui.going_on import Made
from lidar_label.gui.views.newbox import CLICK_M, Size, box_from_rectangle, usual_size
from lidar_label.gui.worker import Worker
from lidar_label.model import SE3, Box, Floats, Patch, Track

if TYPE_CHECKING:
    from lidar_label.assist.fit import Fit, Reason
    from lidar_label.gui.loader import FrameView
    from lidar_label.gui.views.stage import Stage

Points = NDArray[np.float32]

_AROUND_M = 30.0  # what is looked at of a big cloud
_SAME_PLACE_M, _SAME_BY_RANGE = 0.6, 0.02  # how near a second click is to the first
_NEIGHBOURS = 3
_FACE_M = 0.1


def make_from_picture(desk: Desk, channel: str, rectangle: tuple[float, float, float, float]) -> None:
    """Make a box from a rectangle drawn in a picture, (u0, v0, u1, v1) in pixels of the lens's grid."""
    Maker.of(desk).from_picture(channel, rectangle)


class Maker(QObject):
    """One for each desk, made by the first who asks (`Maker.of`). Fits off the GUI thread; a box is one edit.

    Places are in the ego frame of the shown frame; a box comes into being only while that is still shown.
    """

    @staticmethod
    def of(desk: Desk) -> Maker:
        """Return the one of a desk."""
        found = desk.findChild(Maker)
        return found if found is not None else Maker(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._worker = Worker("making", self)
        self._worker.failed.connect(lambda error: desk.failed.emit(str(error)))
        self._refused: tuple[FrameView, Floats] | None = None
        self._asked: tuple[FrameView, Floats] | None = None  # a double click asks once
        self._answers: tuple[Fit, ...] = ()  # to the last click, the one in use first
        self._answered = ""  # the token of its box
        desk.closing.connect(self._worker.close)

    @property
    def is_fitting(self) -> bool:
        """Whether a box is still on its way."""
        return self._worker.pending > 0

    def click(self, place: Sequence[float] | None, *, goes_on: bool = False) -> None:
        """Make a box of the active category around the object at a place, (3,); its height may be NaN.

        Where nothing can be fitted it is said why, and a second click there places a box of the usual size. With
        `goes_on` it is a box of the selected track, which needs to have none in this frame.
        """
        stage, view = self._stage, self._stage.view
        if view is None or not stage.can_edit:
            return
        if place is None:
            self._desk.said.emit(self.tr("Nothing to fit a box to: that is the sky"))
            return
        at = np.asarray(place, dtype=np.float64)
        track = self._desk.selected if goes_on else ""
        if track and self._desk.selected_box is not None:
            self._desk.said.emit(self.tr("The selected track has a box in this frame already"))
            return
        if self._select_there(at) or self._is_near(self._asked, view, at):
            return
        if self._is_near(self._refused, view, at):
            self._refused = None
            self._place_usual(view, at, track)
            return
        from lidar_label.assist.fit import fit_click

        xyz, usual, headings = self._cloud(at), self._usual, self._headings(at)
        origin, ground = self._sensor(), stage.ground
        self._fit(view, lambda: fit_click(xyz(), at, origin, usual, headings=headings, ground=ground), at, track)

    def from_rectangle(
        self, corner: tuple[float, float], opposite: tuple[float, float], *, as_drawn: bool = False
    ) -> None:
        """Make a box over a rectangle on the ground, fitted to the points in it where they tell; put the tool away.

        A rectangle too small to be one is a click, which places a box of the usual size.
        """
        stage, view = self._stage, self._stage.view
        if view is None or not stage.can_edit:
            return
        from lidar_label.assist.fit import CannotFit
        from lidar_label.assist.fit_inside import fit_inside

        self._desk.set_tool("select")
        middle = (np.asarray(corner) + opposite) / 2
        span = float(np.abs(np.subtract(corner, opposite)).max())
        xyz, usual, headings = self._cloud(middle, span), self._usual, self._headings(middle)
        origin, ground = self._sensor(), stage.ground

        def drawn() -> tuple[SE3, Size]:
            return box_from_rectangle(xyz(), corner, opposite, view.world_SE3_ego, usual, ground)

        def fitted() -> tuple[SE3, Size]:
            if as_drawn or span < CLICK_M:
                return drawn()
            try:
                found = fit_inside(xyz(), corner, opposite, origin, usual, headings=headings, ground=ground)
            except CannotFit:
                return drawn()
            return view.world_SE3_ego @ found.pose, found.size

        def made(box: tuple[SE3, Size]) -> None:
            self._add(view, *box)

        self._worker.run(fitted, made)

    def from_picture(self, channel: str, rectangle: tuple[float, float, float, float]) -> None:
        """Make a box around what a rectangle in a picture encloses, and put the tool away."""
        stage, view = self._stage, self._stage.view
        image = view.frame.images.get(channel) if view is not None else None
        lens = image.sensor.camera if image is not None else None
        if view is None or image is None or lens is None or not stage.can_edit:
            return
        from lidar_label.assist.fit_frustum import fit_frustum
        from lidar_label.gui.views.lens import camera_SE3_ego

        self._desk.set_tool("select")
        way = camera_SE3_ego(image, view.world_SE3_ego)
        ray = way.inverse.rotation_matrix @ (0.0, 0.0, 1.0)
        xyz, usual, headings = self._free(view.xyz), self._usual, self._headings(20.0 * ray)
        origin, ground = self._sensor(), stage.ground
        self._fit(
            view,
            lambda: fit_frustum(xyz(), lens, way, rectangle, origin, usual, headings=headings, ground=ground),
            None,
        )

    @property
    def has_other(self) -> bool:
        """Whether the selected box was made by the last click, and something else may have been meant."""
        box = self._desk.selected_box
        return box is not None and box.token == self._answered and len(self._answers) > 1

    def other(self) -> None:
        """Put the next likely answer to the last click in the place of its box; after the last comes the first."""
        desk, view, box = self._desk, self._stage.view, self._desk.selected_box
        if not self.has_other or view is None or box is None or not self._stage.can_edit:
            desk.said.emit(self.tr("Click an object first: other boxes for the same click come one by one"))
            return
        self._answers = (*self._answers[1:], self._answers[0])
        fit = self._answers[0]
        desk.change_box(replace(box.moved(view.world_SE3_ego @ fit.pose), size=fit.size), self.tr("Take another box"))
        desk.said.emit(self._said(fit))

    def _said(self, fit: Fit) -> str:
        """Say what a box was fitted to, and how sure that is where it is known."""
        points = self.tr("Fitted to {0} points").format(len(fit.indices))
        if not self._answers:
            return points
        return self.tr("{0}, {1} % sure; Alt+T: another box").format(points, round(100 * fit.score))

    # What is looked at

    @property
    def _stage(self) -> Stage:
        from lidar_label.gui.views.stage import Stage

        return Stage.of(self._desk)

    @property
    def _usual(self) -> Size:
        return usual_size(self._desk.taxonomy, self._desk.active_category)

    def _cloud(self, at: Floats, span: float = 0.0) -> Callable[[], Points]:
        """Return what gives the points about a place that are in no box yet; it runs off the GUI thread."""
        stage = self._stage
        if stage.tiles.is_active:
            return self._free(stage.tiles.around(float(at[0]), float(at[1]), _AROUND_M + span))
        return self._free(stage.xyz)

    def _free(self, xyz: Points) -> Callable[[], Points]:
        boxes = self._stage.arrays

        def free() -> Points:
            if not len(boxes):
                return xyz
            from lidar_label.kernels.points_in_boxes import box_of_points

            sides = np.maximum(boxes.sizes - _FACE_M, _FACE_M)  # what lies on a face may be of the next object
            found: Points = xyz[box_of_points(xyz, boxes.centers, boxes.rotations, sides) < 0]
            return found

        return free

    def _sensor(self) -> Floats:
        """Return where the main LiDAR stands, in the ego frame."""
        scene, view = self._desk.scene, self._stage.view
        if scene is None or view is None:
            return np.zeros(3)
        at: Floats = view.world_SE3_ego.inverse.apply(scene.world_SE3_lidar(view.index).translation[None])[0]
        return at

    def _headings(self, at: Floats) -> tuple[float, ...]:
        """Return the directions of the nearest boxes, and the vehicle's own."""
        boxes = self._stage.arrays
        away = np.hypot(*(boxes.centers[:, :2] - at[:2]).T) if len(boxes) else np.empty(0)
        near = np.argsort(away, kind="stable")[:_NEIGHBOURS]
        return (*(math.atan2(boxes.rotations[i, 1, 0], boxes.rotations[i, 0, 0]) for i in near), 0.0)

    # What comes of it

    def _select_there(self, at: Floats) -> bool:
        """Select the box that holds a place: what has one needs no other."""
        boxes, stage = self._stage.arrays, self._stage
        for index in range(len(boxes)):
            local = boxes.local(index, np.where(np.isfinite(at), at, boxes.centers[index])[None])[0]
            if (np.abs(local) <= boxes.sizes[index] / 2).all():
                stage.select(index)
                self._desk.said.emit(self.tr("There is a box here already: {0}").format(stage.label(index)))
                return True
        return False

    def _is_near(self, click: tuple[FrameView, Floats] | None, view: FrameView, at: Floats) -> bool:
        """Say whether a place is where another click was, in the same frame."""
        if click is None or click[0] is not view:
            return False
        reach = _SAME_PLACE_M + _SAME_BY_RANGE * float(np.hypot(*at[:2]))
        return float(np.hypot(*(at - click[1])[:2])) <= reach

    def _place_usual(self, view: FrameView, at: Floats, track: str) -> None:
        """Place a box of the usual size on the ground at a place, turned as its neighbours are."""
        ground = self._stage.ground_at(float(at[0]), float(at[1]))
        usual, yaw = self._usual, self._headings(at)[0]
        pose = SE3.from_yaw("ego", "box", yaw, (at[0], at[1], ground + usual[2] / 2))
        self._add(view, view.world_SE3_ego @ pose, usual, track=track)

    def _fit(self, view: FrameView, work: Callable[[], Fit], at: Floats | None, track: str = "") -> None:
        """Fit off the GUI thread; `at` is the place that was clicked, None of a rectangle in a picture."""

        def made(fit: Fit) -> None:
            self._refused = self._asked = None
            self._answers, self._answered = ((fit, *fit.others) if fit.others and at is not None else ()), ""
            self._add(view, view.world_SE3_ego @ fit.pose, fit.size, self._said(fit), track)

        def refused(error: Exception) -> None:
            from lidar_label.assist.fit import CannotFit

            self._asked = None
            if not isinstance(error, CannotFit):
                self._worker.failed.emit(error)
                return
            self._refused = (view, at) if at is not None else None
            self._desk.said.emit(self._no_click(error.reason) if at is not None else self._no_picture(error.reason))

        self._asked = (view, at) if at is not None else None
        self._worker.run(work, made, refused)

    def _no_click(self, reason: Reason) -> str:
        return {
            "no-points": self.tr("No points here; click here again for a box of the usual size"),
            "ground": self.tr("Nothing but ground here; click here again for a box of the usual size"),
            "few": self.tr("Too few points here to fit a box; click here again for one of the usual size"),
            "large": self.tr("Too large for this category here; click here again for a box of the usual size"),
        }[reason]

    def _no_picture(self, reason: Reason) -> str:
        return {
            "no-points": self.tr("No points in the rectangle: the LiDAR saw nothing of this object"),
            "ground": self.tr("Nothing but ground in the rectangle"),
            "few": self.tr("Too few points in the rectangle to fit a box"),
            "large": self.tr("What is in the rectangle is too large for this category"),
        }[reason]

    def _add(self, view: FrameView, pose: SE3, size: Size, said: str = "", track: str = "") -> None:
        """Store the box as one edit, unless another frame is shown by now.

        It is of `track`, else of the one that is expected there, else of a new one.
        """
        desk, scene = self._desk, self._desk.scene
        if self._stage.view is not view or not self._stage.can_edit or scene is None:
            desk.said.emit(self.tr("No box was made: another frame is shown by now"))
            return
        desk.flush()
        new = Track(category=desk.active_category)
        box = Box(track=new.token, frame=view.index, world_SE3_box=pose, size=size)
        edit = Made(
            scene=desk.scene_token,
            track=new,
            box=box,
            times_ns=desk.times_ns,
            selected=track or desk.selected,
            sensor=scene.world_SE3_lidar(view.index).translation,
            title=self.tr("Make a box"),
            goes_on=bool(track),
        )

        def stored(patch: Patch | None) -> None:
            tokens = [str(key[0]) for key in patch.keys("box")] if patch is not None else []
            if not tokens:
                return
            desk.select(tokens[0])
            self._answered = box.token
            old = desk.tracks.get(tokens[0]) if tokens[0] != new.token else None
            goes_on = self.tr("Track {0} goes on here").format(old.name) if old is not None else ""
            if said or goes_on:
                desk.said.emit(" · ".join(filter(None, (goes_on, said))))

        desk.do(edit, stored, [*desk.boxes, box])
