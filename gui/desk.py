"""Desk: the one shared state of the window. Views listen to it and call it; it never calls a view."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QColor

from lidar_label.errors import LidarLabelError
from lidar_label.gui import edits
from lidar_label.gui.labels import LabelMirror, frames_of
from lidar_label.gui.loader import FrameLoader, FrameView
from lidar_label.gui.nudge import nudged
from lidar_label.gui.opening import Opened, open_path, open_scene
from lidar_label.gui.player import Player
from lidar_label.gui.worker import Worker
from lidar_label.jobs import Project
from lidar_label.model import SE3, AttributeValue, Box, Patch, Scene, Source, Taxonomy, Track, color_for
from lidar_label.progress import Progress

__all__ = ["ColorMode", "Desk", "FrameView", "Tool"]

log = logging.getLogger(__name__)
ColorMode = Literal["height", "intensity", "track"]
Tool = Literal["select", "box"]
NUDGE_SETTLES_MS = 300
POINT_SIZES = (1, 2, 3, 4, 5, 6)
UNKNOWN_COLOR = "#c8c8c8"


class Desk(QObject):
    """What is open, where the playhead is, what is selected; and every action on it.

    Actions that touch the project file return at once; what they changed arrives with a signal.
    """

    scene_changed = pyqtSignal()  # another scene (or none) is open
    index_changed = pyqtSignal()  # the playhead stands on another frame; its view may still be on its way
    frame_changed = pyqtSignal()  # `view` is a new FrameView
    boxes_changed = pyqtSignal()  # the boxes of the current frame are others
    tracks_changed = pyqtSignal()  # tracks, taxonomy or the undo stack are others
    track_boxes_changed = pyqtSignal()  # the boxes of the selected track, over all frames, are others
    selection_changed = pyqtSignal()
    category_changed = pyqtSignal()  # another category is the active one
    look_changed = pyqtSignal()
    tool_changed = pyqtSignal()
    playing_changed = pyqtSignal(bool)
    edited = pyqtSignal()  # an edit is in the project file
    failed = pyqtSignal(str)  # a sentence for the message strip
    said = pyqtSignal(str)  # a sentence that is no fault
    busy_changed = pyqtSignal(str, int, int)  # text, done, total; an empty text is idle

    def __init__(self, parent: QObject | None = None, *, author: str = "") -> None:
        super().__init__(parent)
        self._author = author
        self._store = Worker("store", self)
        self._jobs = Worker("jobs", self)
        self._loader = FrameLoader(parent=self)
        self._labels = LabelMirror(self._store, self)
        self._player = Player(self._is_ready, lambda i: self._loader.want(i, 1), self)
        self._progress: Progress | None = None
        self._project: Project | None = None
        self._scene: Scene | None = None
        self._token = ""
        self._times: list[int] = []
        self._index = 0
        self._direction = 1
        self._view: FrameView | None = None
        self._selected = ""
        self._category = ""
        self._color_mode: ColorMode = "height"
        self._point_size = 2
        self._image_points = True
        self._tool: Tool = "select"
        self._nudging: Box | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(NUDGE_SETTLES_MS)
        self._settle.timeout.connect(self.flush)
        self._connect()

    def _connect(self) -> None:
        self._store.failed.connect(self._fail)
        self._jobs.failed.connect(self._fail)
        self._loader.failed.connect(self._fail)
        self._loader.ready.connect(self._view_arrived)
        self._labels.failed.connect(self._fail)
        self._labels.boxes_changed.connect(self.boxes_changed)
        self._labels.tracks_changed.connect(self._tracks_arrived)
        self._labels.followed_changed.connect(self.track_boxes_changed)
        self._labels.edited.connect(self.edited)
        self._player.advanced.connect(self._show)
        self._player.playing_changed.connect(self.playing_changed)

    # What is open

    @property
    def project(self) -> Project | None:
        """The open project."""
        return self._project

    @property
    def scene(self) -> Scene | None:
        """The open scene."""
        return self._scene

    @property
    def scene_token(self) -> str:
        """Token of the open scene in its project."""
        return self._token

    @property
    def times_ns(self) -> list[int]:
        """Time of each frame of the scene."""
        return self._times

    @property
    def index(self) -> int:
        """The frame at the playhead."""
        return self._index

    @property
    def view(self) -> FrameView | None:
        """The last frame that was loaded; while one is on its way this is still the one before."""
        return self._view

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of the current frame."""
        return self._labels.boxes

    @property
    def tracks(self) -> Mapping[str, Track]:
        """The tracks of the scene by token."""
        return self._labels.state.tracks

    @property
    def track_counts(self) -> Mapping[str, tuple[int, int, int]]:
        """First frame, last frame and number of boxes of each track that has one."""
        return self._labels.state.counts

    @property
    def track_boxes(self) -> tuple[Box, ...]:
        """The boxes of the selected track by frame."""
        return self._labels.state.followed if self._selected else ()

    @property
    def taxonomy(self) -> Taxonomy:
        """What may be labelled."""
        return self._labels.state.taxonomy

    @property
    def undo_title(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._labels.state.undo_title

    @property
    def redo_title(self) -> str:
        """What redo would do again; empty where there is nothing."""
        return self._labels.state.redo_title

    def open(self, path: Path, frame: int = 0, then: Callable[[], None] | None = None) -> None:
        """Open a project file, or a data set through its project file, which is made if need be."""
        self.flush()

        def opened(found: Opened) -> None:
            self._take(found, frame)
            if then is not None:
                then()

        self.run_job(lambda progress: open_path(path, self._author, progress), opened)

    def open_scene(self, token: str, frame: int = 0) -> None:
        """Show another scene of the open project."""
        project = self._project
        if project is not None and token != self._token:
            self.flush()
            self.run_job(lambda _: open_scene(project, token), lambda found: self._take(found, frame))

    def _take(self, found: Opened, frame: int) -> None:
        old = self._project
        self.stop()
        self._project, self._scene, self._token = found.project, found.scene, found.token
        self._times = [moment.timestamp_ns for moment in found.scene.frames]
        self._view, self._selected, self._nudging = None, "", None
        self._index = min(max(frame, 0), max(len(self._times) - 1, 0))
        self._loader.set_scene(found.scene)
        self._loader.want(self._index)
        self._category = _first_category(found.state.taxonomy)
        self._labels.open(found.project.session, found.token, len(self._times), found.state)
        self.scene_changed.emit()
        self.category_changed.emit()
        self.selection_changed.emit()
        if self._times:
            self._show(self._index)
        if old is not None and old is not found.project:
            self._store.run(old.close)
        for finding in found.findings:
            if finding.severity != "info":
                self.said.emit(f"{finding.where}: {finding.message}" if finding.where else finding.message)

    def run_job(self, work: Callable[[Progress], object], then: Callable[..., None]) -> None:
        """Run long work beside the edits, with its progress shown; `then` gets its result."""
        progress = Progress(lambda done, total, text: self.busy_changed.emit(text or " ", done, total))

        def begin() -> object:
            self._progress = progress
            self.busy_changed.emit(" ", 0, 0)
            return work(progress)

        def done(result: object) -> None:
            self.busy_changed.emit("", 0, 0)
            then(result)

        def failed(error: Exception) -> None:
            self.busy_changed.emit("", 0, 0)
            self._fail(error)

        self._jobs.run(begin, done, failed)

    def after_edits(self, then: Callable[[], None]) -> None:
        """Call `then` once every edit that is under way is in the project file."""
        self._store.run(lambda: None, lambda _: then())

    def cancel_job(self) -> None:
        """Ask the long work to stop at its next step."""
        if self._progress is not None:
            self._progress.cancel()

    def close(self) -> None:
        """Store what is pending, end every thread and close the project."""
        self.stop()
        self.flush()
        self.cancel_job()
        self._jobs.close()
        self._store.close()
        self._loader.close()
        if self._project is not None:
            self._project.close()
            self._project = None

    # Where the playhead is

    def go_to(self, index: int) -> None:
        """Show a frame; its number and boxes at once, its points and pictures when they are read."""
        self.stop()
        if self._times:
            self._show(min(max(index, 0), len(self._times) - 1))

    def step(self, delta: int) -> None:
        """Go some frames on (or back)."""
        self.go_to(self._index + delta)

    def step_key(self, delta: int) -> None:
        """Go to the next (or previous) key frame of the selected track."""
        keys = [box.frame for box in self.track_boxes if box.is_keyframe]
        there = [key for key in keys if (key > self._index if delta > 0 else key < self._index)]
        if there:
            self.go_to(there[0] if delta > 0 else there[-1])

    def play(self) -> None:
        """Play from here, or stop."""
        if self._player.is_playing:
            self.stop()
        else:
            self.flush()
            self._player.start(self._times, self._index)

    def stop(self) -> None:
        """Stop playing."""
        self._player.stop()

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves by itself."""
        return self._player.is_playing

    def _show(self, index: int) -> None:
        self.flush()
        if index != self._index:
            self._direction = 1 if index > self._index else -1
        self._index = index
        self._loader.want(index, self._direction)
        self.index_changed.emit()
        view = self._loader.get(index)
        if view is not None and view is not self._view:
            self._view = view
            self.frame_changed.emit()
        self._labels.show_frame(index, self._direction)
        if self._selected:
            self.selection_changed.emit()

    def _is_ready(self, index: int) -> bool:
        return self._loader.get(index) is not None

    def _view_arrived(self, view: FrameView) -> None:
        if view.index == self._index and view is not self._view:
            self._view = view
            self.frame_changed.emit()
            for problem in view.problems:
                self.failed.emit(problem)

    # What is selected, and how things look

    @property
    def selected(self) -> str:
        """Token of the selected track, or empty."""
        return self._selected

    @property
    def selected_box(self) -> Box | None:
        """The selected track's box in the current frame."""
        return next((box for box in self.boxes if box.track == self._selected), None)

    def select(self, token: str) -> None:
        """Select a track; an empty token selects none."""
        if token == self._selected:
            return
        self.flush()
        self._selected = token
        self._labels.follow(token)
        self.selection_changed.emit()

    def select_next(self, delta: int) -> None:
        """Select the next (or previous) box of this frame, nearest to the vehicle first."""
        if self._scene is None or not self.boxes:
            return
        here = self._scene.frames[self._index].world_SE3_ego.translation
        order = sorted(self.boxes, key=lambda box: math.dist(box.center, here))
        tokens = [box.track for box in order]
        at = tokens.index(self._selected) + delta if self._selected in tokens else (0 if delta > 0 else -1)
        self.select(tokens[at % len(tokens)])

    def escape(self) -> None:
        """Put the tool away; with none in hand, select nothing."""
        if self._tool != "select":
            self.set_tool("select")
        else:
            self.select("")

    @property
    def tool(self) -> Tool:
        """What the next drag does: "select", or "box" to draw a new box."""
        return self._tool

    def set_tool(self, name: Tool) -> None:
        """Take another tool."""
        if name != self._tool:
            self._tool = name
            self.tool_changed.emit()

    @property
    def color_mode(self) -> ColorMode:
        """What colours the points."""
        return self._color_mode

    def set_color_mode(self, mode: ColorMode) -> None:
        """Colour the points by height, intensity, or the track whose box they are in."""
        self._color_mode = mode
        self.look_changed.emit()

    @property
    def point_size(self) -> int:
        """Size of a point on the screen, in pixels."""
        return self._point_size

    def set_point_size(self, size: int) -> None:
        """Draw points larger or smaller."""
        self._point_size = min(max(size, POINT_SIZES[0]), POINT_SIZES[-1])
        self.look_changed.emit()

    @property
    def show_image_points(self) -> bool:
        """Whether the pictures show the projected points."""
        return self._image_points

    def set_show_image_points(self, shown: bool) -> None:
        """Draw the projected points in the pictures, or do not."""
        self._image_points = shown
        self.look_changed.emit()

    def color_of(self, box: Box) -> QColor:
        """Return the colour a box is drawn in: of its track in that colour mode, else of its category."""
        if self._color_mode == "track":
            return QColor(color_for(box.track))
        return self.category_color(self.tracks[box.track].category if box.track in self.tracks else self._category)

    def category_color(self, name: str) -> QColor:
        """Return the colour of a category."""
        return QColor(self.taxonomy.category(name).color if name in self.taxonomy else UNKNOWN_COLOR)

    @property
    def active_category(self) -> str:
        """The category of the next new box."""
        return self._category

    # Edits

    def add_box(self, pose: SE3, size: tuple[float, float, float]) -> None:
        """Make a new track of the active category with a key box here, and select it."""
        if self._scene is None:
            return
        self.flush()
        track = Track(category=self._category)
        box = Box(track=track.token, frame=self._index, world_SE3_box=pose, size=size)
        title = self.tr("Draw a box")
        self._labels.do(edits.add_track(self._token, track, [box], title), preview=[*self.boxes, box])
        self._selected = track.token
        self._labels.follow(track.token)
        self.selection_changed.emit()

    def change_box(self, box: Box, title: str) -> None:
        """Store a changed box; it becomes a key frame made by a person."""
        self._nudging = None
        self._settle.stop()
        kept = next((old for old in self.boxes if old.track == box.track), box)
        moved = (kept.world_SE3_box, kept.size) != (box.world_SE3_box, box.size)
        box = replace(
            box,
            is_keyframe=True,
            source=Source.HUMAN,
            score=None,
            num_lidar_pts=None if moved else box.num_lidar_pts,
            num_radar_pts=None if moved else box.num_radar_pts,
        )
        preview = self._with(box) if box.frame == self._index else None
        self._labels.do(edits.put_boxes(self._token, [box], title), preview=preview)

    def nudge(
        self,
        dx: float = 0.0,
        dy: float = 0.0,
        dz: float = 0.0,
        dyaw: float = 0.0,
        dl: float = 0.0,
        dw: float = 0.0,
        dh: float = 0.0,
    ) -> None:
        """Move, turn or resize the selected box by a small step along its own axes.

        Steps that follow each other at once are stored as one edit, when the keys rest or before
        anything else is done.
        """
        box = self._nudging or self.selected_box
        if box is None:
            return
        self._nudging = nudged(box, dx=dx, dy=dy, dz=dz, dyaw=dyaw, dl=dl, dw=dw, dh=dh)
        self._labels.preview(self._with(self._nudging))
        self._settle.start()

    def flush(self) -> None:
        """Store the nudges that have not been stored yet."""
        if self._nudging is not None:
            self.change_box(self._nudging, self.tr("Adjust a box"))

    def flip(self) -> None:
        """Turn the selected box's heading round."""
        self.flush()
        box = self.selected_box
        if box is not None:
            self.change_box(nudged(box, dyaw=math.pi), self.tr("Turn a box round"))

    def delete_box(self) -> None:
        """Delete the selected track's box in this frame."""
        self._drop_nudge()
        if self.selected_box is not None:
            edit = edits.delete_box(self._selected, self._index, self.tr("Delete a box"))
            self._labels.do(edit, preview=[box for box in self.boxes if box.track != self._selected])

    def delete_track(self) -> None:
        """Delete the selected track with all its boxes."""
        self._drop_nudge()
        if self._selected in self.tracks:
            edit = edits.delete_track(self._selected, self.tr("Delete a track"))
            self._labels.do(edit, preview=[box for box in self.boxes if box.track != self._selected])
            self.select("")

    def set_category(self, name: str) -> None:
        """Give the selected track another category, which is also that of the next new box."""
        self.flush()
        if name not in self.taxonomy:
            return
        if name != self._category:
            self._category = name
            self.category_changed.emit()
        track = self.tracks.get(self._selected)
        if track is not None and track.category != name:
            self._labels.do(edits.set_category(track.token, name, self.tr("Change a category")))

    def set_track_name(self, text: str, token: str = "") -> None:
        """Name a track, the selected one if no other is said."""
        self.flush()
        track = self.tracks.get(token or self._selected)
        if track is not None and track.name != text.strip():
            self._labels.do(edits.set_track_name(track.token, text.strip(), self.tr("Name a track")))

    def set_attribute(self, name: str, value: AttributeValue | None) -> None:
        """Say something of the selected box, or with None take it back."""
        self.flush()
        box = self.selected_box
        if box is not None:
            kept = {key: old for key, old in box.attributes.items() if key != name}
            attributes = kept if value is None else {**kept, name: value}
            self.change_box(replace(box, attributes=attributes), self.tr("Change an attribute"))

    def set_visibility(self, token: str) -> None:
        """Say how much of the selected object can be seen."""
        self.flush()
        box = self.selected_box
        if box is not None and box.visibility != token:
            self.change_box(replace(box, visibility=token), self.tr("Change the visibility"))

    def interpolate(self) -> None:
        """Fill the selected track between its key frames."""
        self.flush()
        if self._selected not in self.tracks:
            return
        edit = edits.interpolate(self._token, self._selected, self._times, self.tr("Interpolate a track"))
        self._labels.do(edit, lambda patch: self.said.emit(self.tr("{0} boxes written").format(len(frames_of(patch)))))

    def copy_to_next(self) -> None:
        """Carry the selected box on to the next frame, along its motion, and go there."""
        self.flush()
        if self.selected_box is None or self._index + 1 >= len(self._times):
            return
        index, title = self._index, self.tr("Copy a box to the next frame")
        self._labels.do(edits.copy_to_next(self._token, self._selected, index, self._times, title))
        self.step(+1)

    def undo(self) -> None:
        """Take the last edit back, and go to where it was."""
        self.flush()
        self._labels.do(lambda session: session.undo(), self._jump_to)

    def redo(self) -> None:
        """Do again what was taken back, and go to where it is."""
        self.flush()
        self._labels.do(lambda session: session.redo(), self._jump_to)

    def _jump_to(self, patch: Patch) -> None:
        frames = frames_of(patch)
        if frames and self._index not in frames and self._times:
            self.go_to(min(frames, key=lambda frame: abs(frame - self._index)))

    def _with(self, box: Box) -> Iterable[Box]:
        return [box if old.track == box.track else old for old in self.boxes]

    def _drop_nudge(self) -> None:
        self._nudging = None
        self._settle.stop()

    def _tracks_arrived(self) -> None:
        if self._selected and self._selected not in self.tracks:
            self._selected = ""
            self._labels.follow("")
            self.selection_changed.emit()
        self.tracks_changed.emit()

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, LidarLabelError):
            self.failed.emit(error.line)
        else:
            log.error("something went wrong", exc_info=error)
            self.failed.emit(self.tr("Something went wrong inside: {0}").format(f"{type(error).__name__}: {error}"))


def _first_category(taxonomy: Taxonomy) -> str:
    names = [category.name for category in taxonomy.categories]
    cars = [name for name in names if "car" in name.lower().split(".")]
    return next(iter([*cars, *names]), "object")
