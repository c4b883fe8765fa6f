"""Desk: the one shared state of the window. Views listen to it and call it; it never calls a view."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from PyQt6.QtCore import QObject, QTimer

from lidar_label.gui import edits
from lidar_label.gui.labels import Edit, frames_of
from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import ColorMode, Tool
from lidar_label.gui.nudge import nudged
from lidar_label.gui.state import State
from lidar_label.model import SE3, AttributeValue, Box, Patch, Source, Track

__all__ = ["ColorMode", "Desk", "FrameView", "Tool"]

NUDGE_SETTLES_MS = 300


class Desk(State):
    """What is open, where the playhead is, what is selected; and every action on it.

    Actions that touch the project file return at once; what they changed arrives with a signal.
    """

    def __init__(self, parent: QObject | None = None, *, author: str = "") -> None:
        super().__init__(parent, author=author)
        self._nudging: Box | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(NUDGE_SETTLES_MS)
        self._settle.timeout.connect(self.flush)

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

    def _with(self, box: Box) -> Iterable[Box]:
        return [box if old.track == box.track else old for old in self.boxes]

    def _drop_nudge(self) -> None:
        self._nudging = None
        self._settle.stop()
