"""Fitting: what is done to the selected box with its points, and how it may be turned; one edit each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk
from lidar_label.gui.nearby import Finder, Nearby
from lidar_label.gui.nudge import nudged
from lidar_label.model import SE3, Box, Floats, Patch

if TYPE_CHECKING:
    from lidar_label.edit import Session
    from lidar_label.gui.views.handles import Signs, Stop
    from lidar_label.gui.views.stage import Stage


class Fitting(QObject):
    """One for each desk, made by the first who asks (`Fitting.of`).

    It works on the box of the shown frame, and only while that is the frame at the playhead.
    """

    changed = pyqtSignal()
    """Boxes may be turned otherwise, or are looked at from another side."""

    @staticmethod
    def of(desk: Desk) -> Fitting:
        """Return the one of a desk."""
        found = desk.findChild(Fitting)
        return found if found is not None else Fitting(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._finder: Finder | None = None
        self._is_full = False
        self._flipped: frozenset[str] = frozenset()

    @property
    def _stage(self) -> Stage:
        from lidar_label.gui.views.stage import Stage

        return Stage.of(self._desk)

    # How boxes may be turned, and are looked at

    @property
    def is_full(self) -> bool:
        """Whether a box may be pitched and rolled, too, and not only turned about its upright axis."""
        return self._is_full

    def toggle_full(self) -> None:
        """Allow all turns, or the one about the upright axis alone; no box changes by it."""
        self._is_full = not self._is_full
        said = self.tr("Boxes can be pitched and rolled") if self._is_full else self.tr("Boxes turn about upright only")
        self._desk.said.emit(said)
        self.changed.emit()

    @property
    def flipped(self) -> frozenset[str]:
        """The side views that look from the other side: "side" from the left, "rear" from the front."""
        return self._flipped

    def flip_view(self, *names: str) -> None:
        """Look from the other side in some of the side views."""
        self._flipped ^= frozenset(names)
        self.changed.emit()

    # The points about a box

    @property
    def finder(self) -> Finder:
        """What finds points about a box."""
        if self._finder is None:
            self._finder = Finder(self._stage)
        return self._finder

    def about(self, center: Floats, size: Floats) -> Nearby:
        """Return the points about a box in the ego frame."""
        return self.finder.about(center, size)

    def stop(self) -> Stop | None:
        """Return what holds back the faces of the box that is being dragged."""
        from lidar_label.assist.hug import stopped

        stage = self._stage
        if stage.held is None or stage.view is None:
            return None
        at = _Place.of(stage.held, stage.view.world_SE3_ego.inverse)
        points, floor = self._points(at)
        return lambda signs, out: stopped(points, at.size / 2, signs, out, floor)

    # What is done to the boxes that are chosen

    def fit(self, *signs: Signs) -> None:
        """Draw some faces of the selected box in to its points; with none named fit all sides, also outwards."""
        from lidar_label.assist import hug

        def fitted(at: _Place) -> Box | None:
            points, floor = self._points(at)
            if signs:
                return _between(at.box, *hug.shrunk(points, at.size / 2, list(signs), floor))
            bounds = hug.fitted(points, at.size / 2, floor)
            return None if bounds is None else _between(at.box, *bounds)

        if signs:
            self._each(fitted, self.tr("Fit a side to the points"), alone=True)
        else:
            self._each(fitted, self.tr("Fit a box to its points"))

    def slide(self) -> None:
        """Lay the box on its points and keep its size."""
        from lidar_label.assist import hug

        def slid(at: _Place) -> Box | None:
            points, floor = self._points(at)
            shift = hug.slid(points, at.size / 2, (self._sensor(at.box) - at.center) @ at.rotation, floor)
            if shift is None:
                return None
            return at.box.moved(at.box.world_SE3_box @ SE3("box", "box", (1.0, 0.0, 0.0, 0.0), shift))

        self._each(slid, self.tr("Lay a box on its points"))

    def to_ground(self) -> None:
        """Put the box down on the ground, or lift it on to it."""

        def put_down(at: _Place) -> Box | None:
            view, ground = self._stage.view, self.about(at.center, at.size).ground
            floor = at.center - at.rotation[:, 2] * at.size[2] / 2
            lift = ground.at(float(floor[0]), float(floor[1])) - float(floor[2])
            if view is None:
                return None
            way = view.world_SE3_ego.rotation_matrix @ (0.0, 0.0, lift)
            return at.box.moved(SE3("world", "box", at.box.world_SE3_box.rotation, at.box.center + way))

        self._each(put_down, self.tr("Put a box on the ground"))

    def usual_size(self) -> None:
        """Give the box the usual size of its category; the sides that the sensor sees stay."""
        from lidar_label.assist.resize import resized

        desk = self._desk
        track = desk.tracks.get(desk.selected)
        if track is not None and self._usual(track.category) is None:
            desk.said.emit(self.tr("Nobody has said what size {0} usually has").format(track.category))
            return

        def usual(at: _Place) -> Box | None:
            track = desk.tracks.get(at.box.track)
            size = self._usual(track.category) if track is not None else None
            if size is None or desk.scene is None:
                return at.box
            return resized(at.box, size, desk.scene.world_SE3_lidar(at.box.frame).translation)

        self._each(usual, self.tr("Give a box its usual size"))

    def flip_track(self) -> None:
        """Turn the heading round in every frame of the track."""
        desk = self._desk
        desk.flush()
        token, scene = desk.selected, desk.scene_token
        if token not in desk.tracks:
            return
        title = self.tr("Turn a track round")

        def edit(session: Session) -> Patch | None:
            from lidar_label.edit import PutBoxes

            boxes = session.store.boxes_of_track(token)
            turned = tuple(replace(nudged(box, dyaw=math.pi), num_lidar_pts=box.num_lidar_pts,
                                   num_radar_pts=box.num_radar_pts) for box in boxes)  # fmt: skip
            return session.do(PutBoxes(scene, turned, title)) if turned else None

        shown = [nudged(box, dyaw=math.pi) if box.track == token else box for box in desk.boxes]
        desk.do(edit, lambda patch: self._say_frames(self.tr("Turned round in {0} frames"), patch), shown)

    @property
    def is_locked(self) -> bool:
        """Whether the selected track keeps one size."""
        track = self._desk.tracks.get(self._desk.selected)
        return track is not None and track.locked_size is not None

    def toggle_lock(self) -> None:
        """Give the whole track the size of this box and keep it so, or let go of it."""
        from lidar_label.gui import size_lock

        desk = self._desk
        desk.flush()
        box, scene = desk.selected_box, desk.scene
        if self.is_locked:
            freed = self.tr("Each box of the track may have a size of its own")
            desk.do(size_lock.unlock(desk.selected, self.tr("Unlock the size of a track")),
                    lambda _: desk.said.emit(freed))  # fmt: skip
        elif box is None or scene is None:
            desk.said.emit(self.tr("Go to a frame that has a box of this track: it gives the size"))
        else:
            said = self.tr("{0} × {1} × {2} m for the whole track").format(*(f"{side:.2f}" for side in box.size))
            edit = size_lock.lock(scene, box.track, box.size, self.tr("Lock the size of a track"))
            desk.do(edit, lambda _: desk.said.emit(said))

    def _say_frames(self, text: str, patch: Patch | None) -> None:
        from lidar_label.gui.labels import frames_of

        if patch is not None:
            self._desk.said.emit(text.format(len(frames_of(patch))))

    def _each(self, make: Callable[[_Place], Box | None], title: str, *, alone: bool = False) -> None:
        """Change every chosen box of the shown frame as one edit, or the selected one alone.

        None says that the points of a box do not tell what it is to be.
        """
        desk, stage = self._desk, self._stage
        desk.flush()
        if not stage.can_edit or stage.dragging or stage.view is None:
            return
        boxes = desk.chosen_boxes[: 1 if alone else None]
        pairs = [(box, make(_Place.of(box, stage.view.world_SE3_ego.inverse))) for box in boxes]
        if any(new is None for _, new in pairs):
            desk.said.emit(self.tr("Too few points in the box to fit it to"))
        from lidar_label.gui.views.drag import differs

        changed = [new for old, new in pairs if new is not None and differs(old, new)]
        if changed:
            desk.change_boxes(changed, title)

    def _points(self, at: _Place) -> tuple[NDArray[np.float32], float | None]:
        """Return the points about a box in its own frame, without the ground, and how far below it that is."""
        near = self.about(at.center, at.size)
        return near.objects(at.center, at.rotation, at.size), near.floor_of(at.center, at.rotation, at.size)

    def _usual(self, category: str) -> tuple[float, float, float] | None:
        taxonomy = self._desk.taxonomy
        return taxonomy.category(category).size if category in taxonomy else None

    def _sensor(self, box: Box) -> Floats:
        scene, view = self._desk.scene, self._stage.view
        if scene is None or view is None:
            return np.zeros(3)
        at: Floats = view.world_SE3_ego.inverse.apply(scene.world_SE3_lidar(box.frame).translation[None])[0]
        return at


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A box, with its centre, axes and size in the ego frame."""

    box: Box
    center: Floats
    rotation: Floats
    size: Floats

    @classmethod
    def of(cls, box: Box, ego_SE3_world: SE3) -> _Place:
        pose = ego_SE3_world @ box.world_SE3_box
        return cls(box, pose.translation, pose.rotation_matrix, np.array(box.size))


def _between(box: Box, low: Floats, high: Floats) -> Box:
    """Return a box between two corners of its own frame."""
    from lidar_label.gui.views.handles import SHORTEST_SIDE_M, Change, changed

    middle = (low + high) / 2
    length, width, height = np.maximum(high - low, SHORTEST_SIDE_M).tolist()
    x, y, z = middle.tolist()
    return changed(box, Change((x, y, z), 0.0, (length, width, height)))
