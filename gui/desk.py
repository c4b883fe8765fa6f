"""Desk: the one shared state of the window. Views listen to it and call it; it never calls a view."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Unpack

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QColor

from lidar_label.gui import edits, size_lock
from lidar_label.gui.labels import Edit, LabelState, first_category, frames_of
from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import ColorMode, Tool
from lidar_label.gui.merge.track import put_corrected
from lidar_label.gui.nudge import Step, nudged, nudged_together
from lidar_label.gui.state import State
from lidar_label.model import SE3, AttributeValue, Box, Patch, Source, Track

__all__ = ["ColorMode", "Desk", "FrameView", "Tool"]

NUDGE_SETTLES_MS = 300


class Desk(State):
    """What is open, where the playhead is, what is selected; and every action on it.

    Actions that touch the project file return at once; what they changed arrives with a signal.
    """

    closing = pyqtSignal()  # whoever works for the desk ends now

    def __init__(self, parent: QObject | None = None, *, author: str = "") -> None:
        super().__init__(parent, author=author)
        self.companions: frozenset[str] = frozenset()
        """Tokens of the tracks that are chosen besides the selected one; `gui/multi.py` keeps them."""
        self.ghosts: Mapping[str, str] = {}
        """Tracks and categories of boxes that are shown but not placed yet; `gui/placing.py` keeps them."""
        self.whole = ""
        """Token of the track that is edited in all its frames at once; `gui/merge/whole.py` keeps it."""
        self._nudging: tuple[Box, ...] = ()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(NUDGE_SETTLES_MS)
        self._settle.timeout.connect(self.flush)
        self.tracks_changed.connect(self._keep_category)

    def close(self) -> None:
        """Have whoever works for the desk end, then store what is pending and close the project."""
        self.closing.emit()
        super().close()

    @property
    def known(self) -> LabelState:
        """All that is known of the labels of the open scene."""
        return self._labels.state

    def coming(self, index: int) -> tuple[FrameView | None, tuple[Box, ...]]:
        """Return what is in memory of a frame that is not shown yet."""
        return self._loader.get(index), self._labels.boxes_in(index)

    def hold_reading(self, held: bool) -> None:
        """Have frames that come later wait while the next one is drawn."""
        self._loader.hold(held)

    @property
    def chosen_boxes(self) -> tuple[Box, ...]:
        """The boxes of this frame that deeds are done to: the selected one first, then its companions."""
        first = self.selected_box
        if not self.companions:
            return (first,) if first is not None else ()
        others = (box for box in self.boxes if box.track in self.companions and box.track != self._selected)
        return (*((first,) if first is not None else ()), *others)

    def color_of(self, box: Box) -> QColor:
        """Return the colour a box is drawn in, also that of one whose track is not stored yet."""
        ghost = self.ghosts.get(box.track)
        return self.category_color(ghost) if ghost is not None else super().color_of(box)

    def preview(self, boxes: Iterable[Box]) -> None:
        """Show boxes in this frame that are not stored."""
        self._labels.preview(boxes)

    def preview_track(self, boxes: Iterable[Box]) -> None:
        """Show boxes of the selected track, over all frames, that are not stored."""
        self._labels.preview_followed(boxes)

    def do(
        self, edit: Edit, then: Callable[[Patch | None], None] | None = None, preview: Iterable[Box] | None = None
    ) -> None:
        """Store an edit, made of what is stored by then; it is one step of undo.

        Parameters
        ----------
        edit : callable(Session) -> Patch or None
            Runs on the store's thread.
        then : callable(Patch or None), optional
            Called in the GUI thread once it is stored.
        preview : iterable of Box, optional
            The boxes of this frame as they will be, shown at once.
        """
        self.flush()
        self._labels.do(edit, then, preview=preview)

    def add_box(self, pose: SE3, size: tuple[float, float, float]) -> None:
        """Make a new track of the active category with a key box here, and select it."""
        if self._scene is None or not self._scene.frames:
            return
        self.flush()
        track = Track(category=self._category, name=edits.free_name(self.tracks.values()))
        box = Box(track=track.token, frame=self._index, world_SE3_box=pose, size=size)
        title = self.tr("Draw a box")
        self._labels.do(edits.add_track(self._token, track, [box], title), preview=[*self.boxes, box])
        self._selected = track.token
        self._labels.follow(track.token)
        self.selection_changed.emit()

    def change_box(self, box: Box, title: str) -> None:
        """Store a changed box; it becomes a key frame made by a person."""
        self.change_boxes((box,), title)

    def change_boxes(self, boxes: Sequence[Box], title: str) -> None:
        """Store changed boxes as one edit; each becomes a key frame made by a person."""
        self._drop_nudge()
        if self._scene is None or not boxes:
            return
        made = [self._by_hand(box) for box in boxes]
        here = {box.track: box for box in made if box.frame == self._index}
        preview = [here.get(old.track, old) for old in self.boxes] if here else None
        if any(box.track == self.whole for box in made):
            edit = put_corrected(self._token, made, self.whole, title)
        else:
            edit = size_lock.put_boxes(self._scene, self._token, made, title)
        self._labels.do(edit, preview=preview)

    def _by_hand(self, box: Box) -> Box:
        kept = next((old for old in self.boxes if old.track == box.track), box)
        moved = (kept.world_SE3_box, kept.size) != (box.world_SE3_box, box.size)
        return replace(
            box,
            is_keyframe=True,
            source=Source.HUMAN,
            score=None,
            num_lidar_pts=None if moved else box.num_lidar_pts,
            num_radar_pts=None if moved else box.num_radar_pts,
        )

    def nudge(self, **step: Unpack[Step]) -> None:
        """Move, turn or resize the selected box by a small step along its own axes.

        The boxes chosen besides move with it, and are turned and resized each for itself. Steps
        that follow each other at once are stored as one edit, when the keys rest or before anything
        else is done.
        """
        boxes = self._nudging or self.chosen_boxes
        if not boxes:
            return
        self._nudging = nudged_together(boxes, **step)
        now = {box.track: box for box in self._nudging}
        self._labels.preview([now.get(box.track, box) for box in self.boxes])
        self._settle.start()

    def flush(self) -> None:
        """Store the nudges that have not been stored yet."""
        if self._nudging:
            self.change_boxes(self._nudging, self.tr("Adjust a box"))

    def flip(self) -> None:
        """Turn the selected box's heading round."""
        self.flush()
        self.change_boxes([nudged(box, dyaw=math.pi) for box in self.chosen_boxes], self.tr("Turn a box round"))

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

    def use_category(self, name: str) -> None:
        """Say what the next new box will be; no track is changed."""
        if name != self._category:
            self._category = name
            self.category_changed.emit()

    def _keep_category(self) -> None:
        """Choose another category for the next new box once that is deleted, or an undo took it away."""
        if self.taxonomy.categories and self._category not in self.taxonomy:
            self.use_category(first_category(self.known))

    def set_category(self, name: str) -> None:
        """Give the selected track another category, which is also that of the next new box."""
        self.flush()
        if name not in self.taxonomy:
            return
        self.use_category(name)
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
        if self._selected not in self.tracks or self._scene is None:
            return
        title, frames = self.tr("Interpolate a track"), self._scene.frames if self._scene.has_poses else ()
        edit = edits.interpolate(self._token, self._selected, self._times, title, frames)

        def say(patch: Patch | None) -> None:
            done = self.tr("{0} boxes written").format(len(frames_of(patch))) if patch is not None else ""
            self.said.emit(done or self.tr("Nothing changed between the key frames"))

        self._labels.do(edit, say)

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
        self._labels.do(edits.undo, self._jump_to)

    def redo(self) -> None:
        """Do again what was taken back, and go to where it is."""
        self.flush()
        self._labels.do(lambda session: session.redo(), self._jump_to)

    def _jump_to(self, patch: Patch | None) -> None:
        frames = frames_of(patch) if patch is not None else []
        if frames and self._index not in frames and self._times:
            self.go_to(min(frames, key=lambda frame: abs(frame - self._index)))

    def _drop_nudge(self) -> None:
        self._nudging = ()
        self._settle.stop()
