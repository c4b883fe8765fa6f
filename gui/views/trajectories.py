"""Trajectories: the ways of tracks over time in the frame that is shown, their key frames as dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QPointF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPen

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.worker import Worker
from lidar_label.model import Box, Floats

if TYPE_CHECKING:
    from lidar_label.edit import Session

_RESTS_MS = 150
_AROUND = 50  # frames before and after of which the ways of all are shown
_MOST_DOTS = 400
_LEAST_M = 0.05  # between two points of a way that are drawn
_FAINT = 90


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Where a track was: places in world, (K, 3) metres, and which of them are key frames, (K,)."""

    track: str
    places: Floats
    keys: NDArray[np.bool_]

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> Way:
        """Return the way of the boxes of a track, in the order of frames."""
        places = np.array([box.center for box in boxes]).reshape(-1, 3)
        return cls(boxes[0].track, places, np.array([box.is_keyframe for box in boxes], np.bool_))

    def lines(self) -> Floats:
        """Return the way without points that lie as good as on each other, (L, 3): a parked car is one."""
        if len(self.places) < 3:
            return self.places
        gone = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.places, axis=0), axis=1))])
        first = np.concatenate([[True], np.diff(np.floor(gone / _LEAST_M)) > 0])
        first[-1] = True
        kept: Floats = self.places[first]
        return kept


class Trajectories(QObject):
    """One for each desk, made by whoever asks first (`Trajectories.of`). Reads other tracks off the GUI thread."""

    @staticmethod
    def of(desk: Desk) -> Trajectories:
        """Return the one of a desk."""
        found = desk.findChild(Trajectories)
        return found if found is not None else Trajectories(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._stage = desk, Stage.of(desk)
        self._worker: Worker | None = None
        self._of: object = None
        self._own: Way | None = None
        self._others: tuple[Way, ...] = ()
        self._asked: tuple[str, int, int] | None = None  # scene, frame, edits
        self._edits = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self._read)
        desk.index_changed.connect(self._wait)
        desk.look_changed.connect(self._wait)
        desk.scene_changed.connect(self._forget)
        desk.edited.connect(self._edited)
        desk.track_boxes_changed.connect(self._stage.boxes_changed)
        desk.closing.connect(self.close)

    @property
    def selected(self) -> Way | None:
        """The way of the selected track."""
        boxes = self._desk.track_boxes
        if boxes is not self._of:
            self._of, self._own = boxes, Way.of(boxes) if boxes else None
        return self._own

    @property
    def others(self) -> tuple[Way, ...]:
        """The ways of the tracks in sight, about the shown frame."""
        return self._others if self._desk.trajectories else ()

    def close(self) -> None:
        """End the thread."""
        self._rest.stop()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def draw(self, painter: QPainter, to_pixels: Callable[[Floats], Floats]) -> None:
        """Draw the ways; `to_pixels` places (K, 3) of the ego frame, NaN where it is not seen."""
        view = self._stage.view
        if not self._desk.trajectories or view is None:
            return
        ego_SE3_world = view.world_SE3_ego.inverse
        painter.setBrush(Qt.BrushStyle.NoBrush)
        selected = self.selected
        for way in self.others:
            if selected is None or way.track != selected.track:
                color = self._color(way.track)
                color.setAlpha(_FAINT)
                _draw_line(painter, to_pixels(ego_SE3_world.apply(way.lines())), QPen(color, 1.0))
        if selected is None:
            return
        color = self._color(selected.track).lighter(125)
        _draw_line(painter, to_pixels(ego_SE3_world.apply(selected.lines())), QPen(color, 1.8))
        keys = selected.places[selected.keys]
        keys = keys[:: max(len(keys) // _MOST_DOTS, 1)]
        painter.setPen(QPen(paint.GROUND, 1.0))
        painter.setBrush(color)
        for x, y in to_pixels(ego_SE3_world.apply(keys))[:, :2].tolist() if len(keys) else ():
            if np.isfinite([x, y]).all():
                painter.drawEllipse(QPointF(x, y), 3.2, 3.2)

    def _color(self, track: str) -> QColor:
        known = self._desk.tracks.get(track)
        return QColor(self._desk.category_color(known.category if known is not None else ""))

    def _forget(self) -> None:
        self._others, self._asked = (), None
        self._wait()

    def _edited(self) -> None:
        self._edits += 1
        self._wait()

    def _wait(self) -> None:
        if self._desk.trajectories:
            self._rest.start()
        else:
            self._rest.stop()

    def _read(self) -> None:
        desk, project = self._desk, self._desk.project
        asked = (desk.scene_token, desk.index, self._edits)
        if project is None or not desk.trajectories or desk.is_playing or asked == self._asked:
            return
        self._asked = asked
        session, (token, index, _) = project.session, asked
        first, last = max(index - _AROUND, 0), min(index + _AROUND, len(desk.times_ns) - 1)

        def arrived(ways: tuple[Way, ...]) -> None:
            if asked == self._asked:
                self._others = ways
                self._stage.boxes_changed.emit()

        if self._worker is None:
            self._worker = Worker("trajectories", self)
            self._worker.failed.connect(lambda error: desk.failed.emit(str(error)))
        self._worker.run(lambda: ways_about(session, token, index, first, last), arrived)


def ways_about(session: Session, scene: str, index: int, first: int, last: int) -> tuple[Way, ...]:
    """Return the ways from a frame to another of the tracks that have a box in a third."""
    tracks = {box.track for box in session.store.boxes_in_frame(scene, index)}
    found: dict[str, list[Box]] = {track: [] for track in tracks}
    for frame in range(first, last + 1):
        for box in session.store.boxes_in_frame(scene, frame):
            if box.track in found:
                found[box.track].append(box)
    return tuple(Way.of(boxes) for boxes in found.values() if boxes)


def _draw_line(painter: QPainter, uv: Floats, pen: QPen) -> None:
    if len(uv) < 2:
        return
    pairs = np.stack([uv[:-1, :2], uv[1:, :2]], axis=1)
    painter.setPen(pen)
    paint.draw_segments(painter, np.ascontiguousarray(pairs[np.isfinite(pairs).all(axis=(1, 2))], np.float64))
