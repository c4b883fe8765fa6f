"""State: what is open, where the playhead is, and what is selected."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor

from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.gui.ahead import way_of
from lidar_label.gui.crash import told_of
from lidar_label.gui.labels import LabelMirror, first_category
from lidar_label.gui.loader import FrameLoader, FrameView
from lidar_label.gui.look import Look, on_dark
from lidar_label.gui.opening import Opened, open_path, open_scene
from lidar_label.gui.player import Player
from lidar_label.gui.tiles.scene import TileScene
from lidar_label.gui.wording import finding_text, in_language, line_of
from lidar_label.gui.worker import Worker
from lidar_label.model import Box, Scene, Taxonomy, Track, color_for
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.gui.views.prepare import Wish
    from lidar_label.jobs import Project

UNKNOWN_COLOR = "#c8c8c8"


class State(Look):
    """The part of the desk that changes no labels."""

    scene_changed = pyqtSignal()  # another scene (or none) is open
    index_changed = pyqtSignal()  # the playhead stands on another frame; its view may still be on its way
    frame_changed = pyqtSignal()  # `view` is a new FrameView
    boxes_changed = pyqtSignal()  # the boxes of the current frame are others
    tracks_changed = pyqtSignal()  # tracks, taxonomy or the undo stack are others
    track_boxes_changed = pyqtSignal()  # the boxes of the selected track, over all frames, are others
    selection_changed = pyqtSignal()
    category_changed = pyqtSignal()  # another category is the active one
    playing_changed = pyqtSignal(bool)
    edited = pyqtSignal()  # an edit is in the project file
    failed = pyqtSignal(str)  # a sentence for the message strip
    said = pyqtSignal(str)  # what an action did, to be glanced at
    noticed = pyqtSignal(str)  # what a person should know of the data
    busy_changed = pyqtSignal(str, int, int)  # text, done, total; an empty text is idle

    def __init__(self, parent: QObject | None = None, *, author: str = "") -> None:
        super().__init__(parent)
        self.author = author  # of every edit from now on; `preferences` changes it
        self._store = Worker("store", self)
        self._jobs = Worker("jobs", self)
        self._loader = FrameLoader(parent=self)
        self._tiles = TileScene(self)
        self._labels = LabelMirror(self._store, self)
        self._player = Player(self.is_ready, lambda i: self._loader.want(i, 1), self)
        self._progress: Progress | None = None
        self._project: Project | None = None
        self._scene: Scene | None = None
        self._times: list[int] = []
        self._index, self._direction, self._stride = 0, 1, 1
        self._view: FrameView | None = None
        self._token = self._selected = self._category = ""
        self._connect()

    def _connect(self) -> None:
        self._store.failed.connect(self._fail)
        self._jobs.failed.connect(self._fail)
        self._loader.failed.connect(self._fail)
        self._loader.ready.connect(self._view_arrived)
        self._labels.failed.connect(self._fail)
        self._tiles.failed.connect(self._fail)
        self._tiles.busy_changed.connect(self.busy_changed)
        self._tiles.noticed.connect(lambda text: self.noticed.emit(in_language(text)))
        self._tiles.changed.connect(self._sample_shown)
        self.frame_changed.connect(self._sample_shown)
        self._labels.boxes_changed.connect(self.boxes_changed)
        self._labels.tracks_changed.connect(self._tracks_arrived)
        self._labels.followed_changed.connect(self.track_boxes_changed)
        self._labels.edited.connect(self.edited)
        self._player.advanced.connect(self._show)
        self._player.playing_changed.connect(self.playing_changed)

    def flush(self) -> None:
        """Store what is shown but not stored yet; called before anything else is done."""

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
    def tiles(self) -> TileScene:
        """The big cloud that is open, if one is."""
        return self._tiles

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
        followed = self._labels.state.followed
        return followed if followed and followed[0].track == self._selected else ()

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

    def open(self, path: Path, frame: int | None = None, then: Callable[[], None] | None = None) -> None:
        """Open a project file, or a data set through its project file, which is made if need be."""
        self.flush()

        def opened(found: Opened) -> None:
            self.show(found, frame)
            if then is not None:
                then()

        self.run_job(lambda progress: open_path(path, self.author, progress, self.big_points), opened)

    def open_scene(self, token: str, frame: int | None = None) -> None:
        """Show another scene of the open project."""
        project = self._project
        if project is not None and token != self._token:
            self.flush()
            self.run_job(lambda _: open_scene(project, token, self.big_points), lambda found: self.show(found, frame))

    def show(self, found: Opened, frame: int | None = None) -> None:
        """Show a scene that has been opened, at a frame or at the first that has points."""
        self.flush()
        self.stop()
        old = self._project
        self._project, self._scene, self._token = found.project, found.scene, found.token
        self._times = [moment.timestamp_ns for moment in found.scene.frames]
        self._view, self._selected = None, ""
        self._index = min(max(found.first if frame is None else frame, 0), max(len(self._times) - 1, 0))
        self._tiles.open(found.big)
        self._loader.set_scene(found.scene)
        self._loader.want(self._index)
        self._category = first_category(found.state)
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
                self.noticed.emit(finding_text(finding))

    def run_job(self, work: Callable[[Progress], object], then: Callable[..., None]) -> None:
        """Run long work beside the edits, with its progress shown; `then` gets its result."""
        progress = Progress(
            lambda done, total, text: self.busy_changed.emit(text or " ", done, total), self._tiles.noticed.emit
        )

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
        self._tiles.stop()

    def close(self) -> None:
        """Store what is pending, end every thread and close the project."""
        self.stop()
        self.flush()
        self.cancel_job()
        self._jobs.close()
        self._tiles.close()
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
            self._direction, self._stride = way_of(index - self._index)
        self._index = index
        self._loader.want(index, self._direction, self._stride)
        self.index_changed.emit()
        self._labels.show_frame(index, self._direction)  # first, so that views draw boxes and points in one go
        view = self._loader.get(index)
        if view is not None and view is not self._view:
            self._set_view(view)
        if self._selected:
            self.selection_changed.emit()

    def is_ready(self, index: int) -> bool:
        """Whether a frame is in memory, so that it is shown without waiting."""
        return self._loader.get(index) is not None

    def set_frames_budget(self, size: int) -> None:
        """Let frames in memory hold so many bytes."""
        self._loader.set_budget(size)

    def set_wish(self, wish: Wish) -> None:
        """Say what the views want made ready of each frame before it is shown."""
        self._loader.set_wish(wish)

    @property
    def frames_nbytes(self) -> int:
        """Memory that the frames around the playhead hold, in bytes."""
        return self._loader.nbytes

    def _view_arrived(self, view: FrameView) -> None:
        shown = self._view.index if self._view is not None else -1
        if view.index == self._index and shown != view.index:  # one made anew is for when it is come back to
            self._set_view(view)

    def _set_view(self, view: FrameView) -> None:
        self._view = view
        self.frame_changed.emit()
        for problem in view.problems:
            self.failed.emit(problem)

    def _sample_shown(self) -> None:
        """Build the tiles of a big cloud once there is something to look at meanwhile."""
        if self._view is not None:
            self._tiles.begin()

    # What is selected

    @property
    def selected(self) -> str:
        """Token of the selected track, or empty."""
        return self._selected

    @property
    def selected_box(self) -> Box | None:
        """The selected track's box in the current frame."""
        return self._labels.box_of(self._selected)

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

    def color_of(self, box: Box) -> QColor:
        """Return the colour a box is drawn in: of its track in that colour mode, else of its category."""
        if self._color_mode == "track":
            return QColor(color_for(box.track))
        return self.category_color(self.tracks[box.track].category if box.track in self.tracks else self._category)

    def category_color(self, name: str) -> QColor:
        """Return the colour a category is drawn in."""
        return on_dark(self.taxonomy.category(name).color if name in self.taxonomy else UNKNOWN_COLOR)

    @property
    def active_category(self) -> str:
        """The category of the next new box."""
        return self._category

    def _tracks_arrived(self) -> None:
        if self._selected and self._selected not in self.tracks:
            self._selected = ""
            self._labels.follow("")
            self.selection_changed.emit()
        self.tracks_changed.emit()

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self.said.emit(line_of(error))
        elif isinstance(error, LidarLabelError):
            self.failed.emit(line_of(error))
        else:
            self.failed.emit(told_of(error))
