"""Stage: what the three views of a frame share: boxes in the frame's own axes, colours, a drag under way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor

from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import BY_LABELS
from lidar_label.gui.merge.cloud import Merged
from lidar_label.gui.merge.inking import Inking
from lidar_label.gui.merge.isolation import shown_alone
from lidar_label.gui.merge.merger import Merger
from lidar_label.gui.merge.whole import WholeTrack
from lidar_label.gui.multi import Multi
from lidar_label.gui.painters.base import Batch, Crop
from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.tiles.drawing import TileDrawing
from lidar_label.gui.views import colors, shown
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.clipping import crop_of, shown_by
from lidar_label.gui.views.drag import Drag
from lidar_label.gui.views.handles import Mode, Stop
from lidar_label.gui.views.labelled import Labelled
from lidar_label.gui.views.newbox import ground_at
from lidar_label.gui.views.placed import Placed
from lidar_label.gui.views.tints import Tinting, Tints
from lidar_label.gui.views.wishes import Wishes
from lidar_label.model import Box, Floats

_AROUND_M = 4.0  # what says where the ground is


class Stage(QObject):
    """One for each desk, made by the first view that asks (`Stage.of`).

    Everything is in the ego frame of `view`. A drag changes a copy of one box here, which all views
    show at once; only its end reaches the desk, as one edit.
    """

    cloud_changed = pyqtSignal()
    """Another cloud and other pictures, or none."""
    colors_changed = pyqtSignal()
    """The same cloud in other colours, or drawn otherwise."""
    points_changed = pyqtSignal()
    """The same frame has other points: it was merged with others, or is no longer."""
    boxes_changed = pyqtSignal()
    """Boxes, the selection, the hover or the drag are to be drawn again."""
    ghosts_clicked = pyqtSignal()
    """A click places the boxes that are not placed yet."""
    focus_asked = pyqtSignal()
    """Bring the selected box to the middle."""

    @staticmethod
    def of(desk: Desk) -> Stage:
        """Return the stage of a desk."""
        found = desk.findChild(Stage)
        return found if found is not None else Stage(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.tiles = TileDrawing(desk, self)
        self._view: FrameView | None = None
        self._boxes: tuple[Box, ...] = ()
        self._alone: frozenset[str] | None = None  # tracks whose boxes alone are shown
        self._placed: tuple[Box, ...] = ()
        self._places: dict[str, int] = {}
        self._dragged, self._counts = shown.Dragged(), shown.Counts()
        self._arrays: BoxArrays | None = None
        self.in_ego, self.tinting, self._labelled = Placed(), Tinting(), Labelled(desk)
        self._tints: Tints | None = None
        self._merger = Merger.of(desk)
        self._merged: Merged | None = None
        self._whole = WholeTrack.of(desk)
        self._ink: shown.Ink | None = None
        self._batches: tuple[Batch, ...] = ()
        self._painted: NDArray[np.uint8] | None = None
        self._ground: float | None = None
        self._hovered = ""
        self._drawn = "", -1  # which track was selected, and in which frame, when it was last drawn
        self._drag: Drag | None = None
        self.wishes = Wishes(desk, self)
        self._look_changed()
        self.wishes.tell()
        desk.scene_changed.connect(self._frame_changed)
        desk.frame_changed.connect(self._frame_changed)
        desk.boxes_changed.connect(self._desk_boxes_changed)
        desk.tracks_changed.connect(self._paint_changed)
        desk.selection_changed.connect(self._selection_changed)
        Multi.of(desk).changed.connect(self._chosen_changed)
        desk.look_changed.connect(self._look_changed)
        self._merger.changed.connect(self._merged_changed)
        Inking.of(desk).changed.connect(self._paint_changed)
        self._whole.changed.connect(self.points_changed)
        self.tiles.changed.connect(self.colors_changed)
        self.tiles.switched.connect(self.cloud_changed)
        self._frame_changed()

    # What is shown

    @property
    def view(self) -> FrameView | None:
        """The frame that is shown; its boxes are `boxes`, also while the playhead is ahead of it."""
        return self._view

    @property
    def xyz(self) -> NDArray[np.float32]:
        """The cloud as it is shown, (N, 3) metres, merged ones too; empty where there is none."""
        if self._merged is not None:
            return self._merged.xyz
        return self._view.xyz if self._view is not None else np.empty((0, 3), np.float32)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of the shown frame, the dragged one as it is now."""
        moved = self._drag.moved if self._drag is not None else None
        return self._boxes if moved is None else self._dragged.among(self._boxes, moved)

    @property
    def arrays(self) -> BoxArrays:
        """`boxes` in the ego frame."""
        if self._arrays is None:
            self._arrays = self.in_ego.of(self.boxes if self._view is not None else (), self._view)
        return self._arrays

    @property
    def selected(self) -> int:
        """Index of the selected box in `boxes`, or -1."""
        return self._index(self.desk.selected)

    @property
    def hovered(self) -> int:
        """Index of the box under the cursor, or -1."""
        return self._index(self._hovered)

    @property
    def can_edit(self) -> bool:
        """False while the shown frame is not the one at the playhead, and where the project can only be read."""
        project = self.desk.project
        is_read = project is not None and project.session.read_only
        return self._view is not None and self._view.index == self.desk.index and not is_read

    @property
    def ground(self) -> float:
        """Height of the ground around the vehicle."""
        if self._ground is None:
            ready = self._view.prepared if self._view is not None else None
            self._ground = ready.ground if ready is not None else colors.ground_height(self._own)
        return self._ground

    @property
    def merged(self) -> Merged | None:
        """The cloud that the frame's was merged to, which is `xyz`; None where it is shown alone."""
        return self._merged

    @property
    def ink(self) -> shown.Ink:
        """The colours of the points, and what they stand for."""
        if self._ink is None:
            ink = shown.paint(self.desk, self._view, self._merged, self._boxes, self.ground)
            self._ink = ink._replace(colors=Segmenting.of(self.desk).tinted(self._view, ink.colors))
        return self._ink

    @property
    def colors(self) -> NDArray[np.uint8]:
        """RGBA of each point, (N, 4)."""
        return self.ink.colors

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The points as painters take them; the same objects until something of them changes."""
        painted = self.colors
        if self._painted is not painted:
            self._painted, self._batches = painted, shown.batches(self.xyz, painted, len(self._own))
        return (*self._batches, *self._whole.batches(self._view))

    @property
    def crop(self) -> Crop | None:
        """What part of the space is shown; None for all of it."""
        index = self.selected if self.desk.clip.isolated else -1
        return crop_of(self.desk.clip, self.ground, self.arrays.corners[index] if index >= 0 else None)

    @property
    def seen_xyz(self) -> NDArray[np.float32]:
        """Those of the points that the views show."""
        crop = self.crop
        return self.xyz if crop is None else self.xyz[shown_by(crop, self.xyz)]

    @property
    def box_xyz(self) -> NDArray[np.float32]:
        """The points that say where the selected box is: of a track that moves never those of other frames."""
        return shown.box_points(self.desk, self._view, self.xyz)

    @property
    def in_boxes(self) -> NDArray[np.bool_] | None:
        """Which of the frame's own points lie in a box, where the colours tell boxes apart; else None."""
        return self.ink.in_boxes

    @property
    def _own(self) -> NDArray[np.float32]:
        return self._view.xyz if self._view is not None else np.empty((0, 3), np.float32)

    @property
    def lacks_intensity(self) -> bool:
        """Whether intensity is asked for but the cloud has none."""
        return shown.lacks_intensity(self.desk, self._view)

    @property
    def lacks(self) -> shown.Lack:
        """What an open drive has none of, so that an empty view is no riddle."""
        return shown.lacks(self.desk.scene, self._view)

    def box_color(self, index: int) -> QColor:
        """Return the colour of a box."""
        tints = self.tints
        return QColor(tints.colors[tints.of_box[index]])

    @property
    def tints(self) -> Tints:
        """The colours of all boxes; the same until boxes or colours are others."""
        if self._tints is None:
            self._tints = self.tinting.of(self.desk, self.boxes)
        return self._tints

    def label(self, index: int) -> str:
        """Return what is written at a box: the last word of its category, and its name."""
        return self._labelled.text(self.boxes[index])

    def count_points(self, index: int) -> int:
        """Count the frame's own points in a box."""
        return self._counts.of(self.arrays, index, self._own)

    def ground_at(self, x: float, y: float) -> float:
        """Return the height of the ground at a place."""
        xyz = self.tiles.around(x, y, _AROUND_M) if self.tiles.is_active else self.xyz
        return ground_at(xyz, x, y, self.ground)

    def repaint_points(self) -> None:
        """Colour the points anew: their classes are others."""
        self._ink = None
        self.colors_changed.emit()

    # What the mouse does

    def hover(self, index: int) -> None:
        """Say which box is under the cursor; -1 for none."""
        token = self.boxes[index].track if index >= 0 else ""
        if token != self._hovered:
            self._hovered = token
            self.boxes_changed.emit()

    def select(self, index: int, *, add: bool = False) -> None:
        """Select a box, with `add` besides those that are chosen; -1 for none."""
        token = self.boxes[index].track if index >= 0 else ""
        if self.desk.ghosts:
            self.ghosts_clicked.emit()
        elif not add:
            self.desk.select(token)
        elif token:
            Multi.of(self.desk).toggle(token)

    @property
    def dragging(self) -> str:
        """The handle that is being dragged, or empty."""
        return self._drag.handle if self._drag is not None else ""

    @property
    def held(self) -> Box | None:
        """The box that is being dragged, as it was when the drag began."""
        return self._drag.box if self._drag is not None else None

    @property
    def is_moved(self) -> bool:
        """Whether the drag under way has moved anything yet."""
        return self._drag is not None and self._drag.moved is not None

    def begin_drag(self, handle: str, point: Floats) -> bool:
        """Take the selected box by a handle, at a point of the ego frame."""
        index = self.selected
        if index < 0 or not self.can_edit or self._view is None:
            return False
        self.desk.flush()
        self._drag = Drag(self._boxes[self.selected], self._view.world_SE3_ego.inverse, handle, point)
        return True

    def drag_to(self, point: Floats, mode: Mode = "", stop: Stop | None = None) -> None:
        """Move the handle to a point of the ego frame; in the mode "fit" its faces stop where `stop` says."""
        if self._drag is None:
            return
        self._drag.to(point, mode, stop)
        self._arrays = None
        self.boxes_changed.emit()

    def end_drag(self) -> None:
        """Store what the drag did, as one edit; a drag that did nothing stores nothing."""
        if self._drag is None:
            return
        drag = self._drag
        self._drop_drag()
        if drag.moved is not None and drag.has_changed:
            self.desk.change_box(drag.moved, drag.title)
        self.boxes_changed.emit()

    def cancel_drag(self) -> None:
        """Forget the drag; the box is where it was."""
        if self._drag is not None:
            self._drop_drag()
            self.boxes_changed.emit()

    def draw_box(self, start: tuple[float, float], end: tuple[float, float], *, as_drawn: bool = False) -> None:
        """Make a box over a rectangle that was drawn on the ground, and put the tool away."""
        from lidar_label.gui.making import Maker

        Maker.of(self.desk).from_rectangle(start, end, as_drawn=as_drawn)

    # Listening

    def _index(self, token: str) -> int:
        if self._placed is not self._boxes:  # every view asks many times a step
            self._placed, self._places = self._boxes, {box.track: i for i, box in enumerate(self._boxes)}
        return self._places.get(token, -1) if token else -1

    def _drop_drag(self) -> None:
        self._drag, self._arrays = None, None

    def _frame_changed(self) -> None:
        self._drop_drag()
        self._view = self.desk.view
        self._merged = self._merger.merged
        self._ink, self._ground, self._tints = None, None, None
        self._boxes = self._boxes_of_view()
        self._drawn = self.desk.selected, self.desk.index
        self.cloud_changed.emit()
        self.boxes_changed.emit()

    def _desk_boxes_changed(self) -> None:
        if not self.can_edit:
            return  # these belong to a frame whose points are still on their way
        self._boxes = self._boxes_of_view()
        self._arrays, self._tints = None, None
        if self._drag is not None and not self._drag.fits(self._boxes):
            self._drop_drag()
        self._paint_changed()

    def _boxes_of_view(self) -> tuple[Box, ...]:
        """Return the desk's boxes if they belong to the shown points; the two may arrive one after the other."""
        shown = self._view.index if self._view is not None else -1
        self._alone = alone = shown_alone(self.desk)
        return tuple(b for b in self.desk.boxes if b.frame == shown and (alone is None or b.track in alone))

    def _selection_changed(self) -> None:
        """Draw another selection; a step tells of the same one again, with which the frame has just been drawn."""
        if self._drawn != (self.desk.selected, self.desk.index) or not self.can_edit:
            self._chosen_changed()

    def _chosen_changed(self) -> None:
        self._drawn = self.desk.selected, self.desk.index
        if self._alone != shown_alone(self.desk):
            self._boxes, self._arrays, self._tints = self._boxes_of_view(), None, None
        self.boxes_changed.emit()

    def _paint_changed(self) -> None:
        self._tints = None
        if self.desk.color_mode in BY_LABELS:
            self.tiles.set_boxes(self._boxes)
            self._ink = None
            self.colors_changed.emit()
        self.boxes_changed.emit()

    def _look_changed(self) -> None:
        self.wishes.for_colors()
        self._ink, self._tints = None, None
        self.tiles.look_changed(self._boxes)
        self.colors_changed.emit()
        self._chosen_changed()

    def _merged_changed(self) -> None:
        merged = self._merger.merged if self._view is self.desk.view else None
        if merged is not self._merged:
            self._merged, self._ink = merged, None
            self.points_changed.emit()
            self.colors_changed.emit()
