"""Making: new boxes from a click on an object, from a rectangle over it, or from one around its picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QObject

from lidar_label.errors import LidarLabelError
from lidar_label.gui.desk import Desk
from lidar_label.gui.going_on import Made
from lidar_label.gui.making_beside import beside, in_none
from lidar_label.gui.making_picture import DrawnIn, lifted, mark_in, together
from lidar_label.gui.usual_sizes import UsualSizes
from lidar_label.gui.views.newbox import CLICK_M, Size, box_from_rectangle
from lidar_label.gui.wording import line_of
from lidar_label.gui.worker import Worker
from lidar_label.model import SE3, Box, Floats, Patch, Track

if TYPE_CHECKING:
    from lidar_label.assist.fit import Fit, Reason
    from lidar_label.assist.lift import Lifted
    from lidar_label.gui.loader import FrameView
    from lidar_label.gui.views.stage import Stage

Points = NDArray[np.float32]

_AROUND_M = 30.0  # what is looked at of a big cloud
_SAME_PLACE_M, _SAME_BY_RANGE = 0.6, 0.02  # how near a second click is to the first
_NEIGHBOURS = 3


def make_from_picture(desk: Desk, channel: str, drawn: ArrayLike) -> None:
    """Make a box from a rectangle drawn in a picture, (u0, v0, u1, v1), or an outline, (K, 2); pixels of the lens."""
    Maker.of(desk).from_picture(channel, np.asarray(drawn, dtype=np.float64))


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
        self._answers: tuple[Fit | Lifted, ...] = ()  # to the last click or drawing, the one in use first
        self._drawn: DrawnIn | None = None  # what the last box from a picture was made of
        self._answered = ""  # the token of its box
        self._others: dict[str, tuple[Box, ...]] = {}  # by token, what else the boxes of a batch may be
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
        from lidar_label.assist.fit_merged import fit_click_merged

        xyz, usual, headings = self._cloud(at), self._usual, self._headings(at)
        origin, ground, boxes = self._sensor(), stage.ground, stage.arrays
        is_alone = stage.merged is None and not stage.tiles.is_active
        others = beside(self._desk, view) if is_alone else []

        def fit() -> Fit:
            return fit_click_merged(xyz(), others, at, origin, usual, headings=headings, ground=ground,
                                    free=lambda laid: in_none(boxes, laid))  # fmt: skip

        self._fit(view, fit, at, track)

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

    def from_picture(self, channel: str, drawn: Floats) -> None:
        """Make a box around what a rectangle, (4,), or an outline, (K, 2), in a picture encloses; put the tool away.

        Drawn about the same object in another camera's picture, both make its box anew.
        """
        desk, stage, view = self._desk, self._stage, self._stage.view
        if view is None or not stage.can_edit:
            return
        desk.set_tool("select")
        try:
            mark = mark_in(view, channel, drawn)
        except LidarLabelError as error:
            desk.failed.emit(line_of(error))
            return
        if mark is None:
            return
        box = desk.selected_box
        marks = together(self._drawn, view, box, channel, mark)
        again = box if len(marks) > 1 else None
        ray = mark.eye.camera_SE3_ego.inverse.rotation_matrix @ (0.0, 0.0, 1.0)
        xyz, usual, headings = self._free(view.xyz, again), self._usual, self._headings(20.0 * ray)
        origin, ground = self._sensor(), stage.ground

        def work() -> Lifted:
            return lifted(xyz, list(marks.values()), origin, usual, headings, ground)

        def kept(token: str) -> None:
            self._drawn = DrawnIn(view, token, marks)

        self._fit(view, work, None, again=again, then=kept)

    @property
    def has_other(self) -> bool:
        """Whether the selected box is of the last click or of a batch, and something else may have been meant."""
        box = self._desk.selected_box
        return box is not None and (box.token in self._others or self._is_answer(box))

    def remember(self, others: Mapping[str, tuple[Box, ...]]) -> None:
        """Keep what else the boxes of a batch may be, by their tokens, for `other`."""
        self._others.update(others)

    def _is_answer(self, box: Box) -> bool:
        return box.token == self._answered and len(self._answers) > 1

    def other(self) -> None:
        """Put the next likely answer to the last click in the place of its box; after the last comes the first."""
        desk, view, box = self._desk, self._stage.view, self._desk.selected_box
        if not self.has_other or view is None or box is None or not self._stage.can_edit:
            desk.said.emit(self.tr("Click an object first: other boxes for the same click come one by one"))
            return
        if not self._is_answer(box):
            first, *rest = self._others[box.token]
            self._others[box.token] = (*rest, box)
            desk.change_box(replace(box.moved(first.world_SE3_box), size=first.size), self.tr("Take another box"))
            desk.said.emit(self.tr("One of {0} boxes for the 2D label; Alt+T: another box").format(len(rest) + 2))
            return
        self._answers = (*self._answers[1:], self._answers[0])
        fit = self._answers[0]
        desk.change_box(replace(box.moved(view.world_SE3_ego @ fit.pose), size=fit.size), self.tr("Take another box"))
        desk.said.emit(self._said(fit))

    def _said(self, fit: Fit | Lifted) -> str:
        """Say what a box was fitted to, and how sure that is where it is known."""
        points = self.tr("Fitted to {0} points").format(len(fit.indices))
        if (frames := getattr(fit, "frames", 1)) > 1:
            points = self.tr("Fitted to {0} points of {1} frames").format(len(fit.indices), frames)
        if not self._answers:
            return points
        if getattr(fit, "ambiguous", False):
            return self.tr("{0}, but another object explains the drawing about as well; Alt+T: that one").format(points)
        return self.tr("{0}, {1} % sure; Alt+T: another box").format(points, round(100 * fit.score))

    # What is looked at

    @property
    def _stage(self) -> Stage:
        from lidar_label.gui.views.stage import Stage

        return Stage.of(self._desk)

    @property
    def _usual(self) -> Size:
        return UsualSizes.of(self._desk).of_category(self._desk.active_category)

    def _cloud(self, at: Floats, span: float = 0.0) -> Callable[[], Points]:
        """Return what gives the points about a place that are in no box yet; it runs off the GUI thread."""
        stage = self._stage
        if stage.tiles.is_active:
            return self._free(stage.tiles.around(float(at[0]), float(at[1]), _AROUND_M + span))
        return self._free(stage.xyz)

    def _free(self, xyz: Points, again: Box | None = None) -> Callable[[], Points]:
        """Return what gives the points that are in no box yet, or in the one that is made anew."""
        stage, boxes = self._stage, self._stage.arrays
        if again is not None:
            boxes = boxes.only(np.flatnonzero([box.token != again.token for box in stage.boxes]))
        return lambda: in_none(boxes, xyz)

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

    def _fit(
        self,
        view: FrameView,
        work: Callable[[], Fit | Lifted],
        at: Floats | None,
        track: str = "",
        *,
        again: Box | None = None,
        then: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Fit off the GUI thread; `at` is the place that was clicked, None of what was drawn in a picture.

        `again` is the box that it puts in another place; `then` is called with the token of the box.
        """

        def made(fit: Fit | Lifted) -> None:
            self._refused = self._asked = None
            self._answers, self._answered = ((fit, *fit.others) if fit.others else ()), ""
            pose = view.world_SE3_ego @ fit.pose
            if again is None:
                self._add(view, pose, fit.size, self._said(fit), track, then)
            elif self._is_shown(view) and self._is_selected(again):
                self._desk.change_box(replace(again.moved(pose), size=fit.size), self.tr("Fit to both pictures"))
                self._answered = again.token
                self._desk.said.emit(self.tr("{0} · both pictures").format(self._said(fit)))
                then(again.token)

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
            "no-points": self.tr("No points in what was drawn: the LiDAR saw nothing of this object"),
            "ground": self.tr("Nothing but ground in what was drawn"),
            "few": self.tr("Too few points in what was drawn to fit a box"),
            "large": self.tr("What was drawn around is too large for this category"),
        }[reason]

    def _is_selected(self, box: Box) -> bool:
        """Say whether a box is still selected, and as it was."""
        found = self._desk.selected_box
        return found is not None and found.token == box.token and found.size == box.size

    def _is_shown(self, view: FrameView) -> bool:
        """Say whether a frame is shown still; else it is said that no box was made."""
        is_shown = self._stage.view is view and self._stage.can_edit and self._desk.scene is not None
        if not is_shown:
            self._desk.said.emit(self.tr("No box was made: another frame is shown by now"))
        return is_shown

    def _add(
        self,
        view: FrameView,
        pose: SE3,
        size: Size,
        said: str = "",
        track: str = "",
        then: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Store the box as one edit, unless another frame is shown by now.

        It is of `track`, else of the one that is expected there, else of a new one.
        """
        desk, scene = self._desk, self._desk.scene
        if not self._is_shown(view) or scene is None:
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
            then(box.token)
            old = desk.tracks.get(tokens[0]) if tokens[0] != new.token else None
            goes_on = self.tr("Track {0} goes on here").format(old.name) if old is not None else ""
            if said or goes_on:
                desk.said.emit(" · ".join(filter(None, (goes_on, said))))

        desk.do(edit, stored, [*desk.boxes, box])
