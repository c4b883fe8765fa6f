"""WholeTrack: one track edited in all its frames at once, over the points of all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from lidar_label.errors import Cancelled
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameLoader, FrameView, read_points
from lidar_label.gui.merge.track import TrackCloud, read_with, track_cloud
from lidar_label.gui.painters.base import Batch
from lidar_label.gui.views.scales import VALUES
from lidar_label.gui.worker import Worker, step_back
from lidar_label.kernels.colorize import colors_by_value
from lidar_label.progress import Progress

TRACK_POINTS = 250_000
_RESTS_MS = 300


class WholeTrack(QObject):
    """One for each desk, made by the first who asks (`WholeTrack.of`).

    While it is on for the selected track, the views show the track's points of all frames at its box, and what is
    done to the box is done to the track's boxes in all frames, as one edit. Another selection ends it.
    """

    changed = pyqtSignal()
    """It is on, off, or has other points."""

    @staticmethod
    def of(desk: Desk) -> WholeTrack:
        """Return the one of a desk."""
        found = desk.findChild(WholeTrack)
        return found if found is not None else WholeTrack(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._worker: Worker | None = None
        self._progress: Progress | None = None
        self._cloud: TrackCloud | None = None
        self._of: object = None  # the boxes that the points were placed by
        self._placed: tuple[FrameView, TrackCloud, NDArray[np.float32]] | None = None
        self._batch: Batch | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self._begin)
        desk.selection_changed.connect(self._selection_changed)
        desk.track_boxes_changed.connect(self._boxes_changed)
        desk.scene_changed.connect(self.end)
        desk.closing.connect(self.close)

    @property
    def is_on(self) -> bool:
        """Whether a track is edited in all its frames."""
        return bool(self._desk.whole)

    @property
    def is_reading(self) -> bool:
        """Whether points are on their way."""
        return self.is_on and (self._rest.isActive() or self._progress is not None)

    @property
    def cloud(self) -> TrackCloud | None:
        """The points; None until they have been read."""
        return self._cloud if self.is_on else None

    def toggle(self) -> None:
        """Edit the selected track in all its frames, or again in one at a time."""
        desk = self._desk
        if self.is_on:
            self.end()
        elif desk.selected:
            desk.flush()
            desk.whole = desk.selected
            desk.said.emit(self.tr("What you do to this box is done in all frames of the track"))
            self._begin()
            self._tell()

    def end(self) -> None:
        """Edit one frame at a time."""
        if self.is_on:
            self._desk.flush()  # what is pending was done to all frames
            self._stop()
            self._desk.whole, self._cloud, self._of = "", None, None
            self._tell()

    def close(self) -> None:
        """Stop, and end the thread."""
        self._stop()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def placed(self, view: FrameView | None) -> NDArray[np.float32] | None:
        """Return the track's points where it is in a frame, in its ego frame; None where they are not to be shown."""
        cloud = self.cloud
        if cloud is None or view is None or view.index not in cloud.anchors:
            return None
        if self._placed is None or self._placed[0] is not view or self._placed[1] is not cloud:
            self._placed, self._batch = (view, cloud, cloud.placed(view.index, view.world_SE3_ego)), None
        return self._placed[2]

    def batches(self, view: FrameView | None) -> tuple[Batch, ...]:
        """Return these points as painters take them, coloured by the frame: what lies beside the others is seen."""
        xyz, cloud = self.placed(view), self.cloud
        if xyz is None or cloud is None or not len(xyz):
            return ()
        if self._batch is None:
            first, last = float(cloud.frames.min()), float(cloud.frames.max())
            self._batch = Batch(xyz=xyz, colors=colors_by_value(cloud.frames, first, max(last, first + 1), VALUES))
        return (self._batch,)

    # Keeping up

    def _tell(self) -> None:
        self._placed, self._batch = None, None
        self.changed.emit()
        self._desk.look_changed.emit()  # the menus show whether it is on

    def _selection_changed(self) -> None:
        if self.is_on and self._desk.selected != self._desk.whole:
            self.end()

    def _boxes_changed(self) -> None:
        if self.is_on and self._desk.track_boxes and self._desk.track_boxes != self._of:
            self._stop()
            self._rest.start()

    def _stop(self) -> None:
        self._rest.stop()
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def _begin(self) -> None:
        desk, boxes = self._desk, self._desk.track_boxes
        scene, loader = desk.scene, desk.findChild(FrameLoader)
        if not self.is_on or scene is None or loader is None or not boxes:
            return
        self._stop()
        progress = self._progress = Progress()
        frames, problems = scene.frames, list[str]()
        read = read_with(
            loader.get, lambda at: read_points(frames[at], problems)[0], lambda at: frames[at].world_SE3_ego
        )

        def arrived(cloud: TrackCloud) -> None:
            if progress is self._progress:
                self._progress, self._cloud, self._of = None, cloud, boxes
                self._tell()
                for problem in problems[:1]:
                    desk.failed.emit(problem)

        def failed(error: Exception) -> None:
            if progress is self._progress:
                self._progress = None
                if not isinstance(error, Cancelled):
                    desk.failed.emit(self.tr("The track's points could not be read: {0}").format(error))

        if self._worker is None:
            self._worker = Worker("whole track", self)
            self._worker.run(step_back)
        self._worker.run(lambda: track_cloud(boxes, read, TRACK_POINTS, progress.step), arrived, failed)
