"""Placing: copied boxes are shown where they would stand, moved about, and placed or dropped; one edit in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from lidar_label.edit import AddTrack, Command, PutBoxes, Session, SetTaxonomy, Together
from lidar_label.errors import LidarLabelError
from lidar_label.gui import edits
from lidar_label.gui.clipboard import Clip, Copied, fitted, known_of, read_clip, to_text
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.nudge import Step, nudged_together
from lidar_label.gui.wording import line_of
from lidar_label.model import SE3, Box, Patch, Source, Track, new_token

_BASE_NS = 500_000_000  # over how long a motion is looked at
_STANDS_M = 0.2  # who moved less in that time stands


class Placing(QObject):
    """One for each desk, made by the first who asks (`Placing.of`)."""

    @staticmethod
    def of(desk: Desk) -> Placing:
        """Return the one of a desk."""
        found = desk.findChild(Placing)
        return found if found is not None else Placing(desk)

    def __init__(self, desk: Desk) -> None:
        from lidar_label.gui.views.stage import Stage

        super().__init__(desk)
        self._desk = desk
        self._ghosts: tuple[Box, ...] = ()
        self._tracks: dict[str, Track] = {}
        """The new tracks among them; the other ghosts belong to tracks that are there."""
        desk.index_changed.connect(self._left)
        desk.scene_changed.connect(self._forget)
        desk.boxes_changed.connect(self._keep_shown)
        Stage.of(desk).ghosts_clicked.connect(self.place)

    def copy(self) -> None:
        """Put the chosen boxes of this frame on the clipboard."""
        desk, clipboard = self._desk, QApplication.clipboard()
        desk.flush()
        boxes = desk.chosen_boxes
        if desk.scene is None or clipboard is None or not boxes:
            return
        clipboard.setText(to_text(desk.scene_token, desk.scene, desk.index, boxes, desk.tracks))
        desk.said.emit(self.tr("{0} boxes copied").format(len(boxes)))

    def paste(self) -> None:
        """Show the boxes of the clipboard in this frame, to be placed."""
        desk, clipboard = self._desk, QApplication.clipboard()
        if desk.scene is None or clipboard is None:
            return
        try:
            clip = read_clip(clipboard.text())
        except LidarLabelError as error:
            desk.said.emit(line_of(error))
            return
        self.drop()
        desk.stop()
        index = desk.index
        found: dict[str, tuple[Box, ...]] = {}

        def look(session: Session) -> None:
            if clip.scene == desk.scene_token:
                here = {track.token for track in session.store.tracks(clip.scene)}
                tokens = dict.fromkeys(copied.box.track for copied in clip.boxes)
                found.update({token: session.store.boxes_of_track(token) for token in tokens if token in here})

        def show(_: Patch | None) -> None:
            if desk.index == index and desk.scene is not None:
                self._show(clip, found)

        desk.do(look, show)

    def nudge(self, **step: Unpack[Step]) -> None:
        """Move what is to be placed; with nothing to be placed, the chosen boxes."""
        if not self._ghosts:
            self._desk.nudge(**step)
            return
        self._ghosts = nudged_together(self._ghosts, **step)
        self._preview()

    def escape(self) -> None:
        """Drop what is to be placed; with nothing to be placed, put the tool away or select nothing."""
        if self._ghosts:
            self.drop()
        else:
            self._desk.escape()

    def drop(self) -> None:
        """Forget what was to be placed."""
        if self._ghosts:
            tokens = set(self._desk.ghosts)
            self._forget()
            self._desk.preview([box for box in self._desk.boxes if box.track not in tokens])

    def place(self) -> None:
        """Store what was to be placed, as one edit, and choose it."""
        desk, boxes, new = self._desk, self._ghosts, self._tracks
        if not boxes:
            return
        kept = [box for box in desk.boxes if box.track not in desk.ghosts]
        self._forget()
        title = self.tr("Paste {0} boxes").format(len(boxes)) if len(boxes) > 1 else self.tr("Paste a box")
        commands: list[Command] = []
        taxonomy = desk.taxonomy.with_categories(track.category for track in new.values())
        if taxonomy != desk.taxonomy:
            commands.append(SetTaxonomy(taxonomy))
        commands += [AddTrack(desk.scene_token, new[b.track], (b,)) for b in boxes if b.track in new]
        old = tuple(box for box in boxes if box.track not in new)
        if old:
            commands.append(PutBoxes(desk.scene_token, old))
        tokens = [box.track for box in boxes]

        def chosen(_: Patch | None) -> None:
            Multi.of(desk).choose(tokens, tokens[0])

        desk.do(lambda session: session.do(Together(tuple(commands), title)), chosen, preview=[*kept, *boxes])

    # What is shown

    def _show(self, clip: Clip, found: dict[str, tuple[Box, ...]]) -> None:
        desk = self._desk
        taken = {box.track for box in desk.boxes}
        numbers = list(desk.tracks.values())
        ghosts: list[Box] = []
        self._tracks, lost = {}, 0
        for copied in clip.boxes:
            stays = copied.box.track in found and copied.box.track not in taken
            token = copied.box.track if stays else new_token()
            taken.add(token)
            if not stays:
                category = copied.category or desk.active_category
                said = known_of(copied.attributes, desk.taxonomy, "track")
                lost += len(copied.attributes) - len(said)
                name = edits.free_name(numbers)
                self._tracks[token] = Track(token=token, category=category, name=name, attributes=said)
                numbers.append(self._tracks[token])
            box = replace(
                fitted(copied.box, desk.taxonomy), track=token, frame=desk.index, token=new_token(),
                world_SE3_box=self._pose(copied, clip, found), is_keyframe=True, source=Source.HUMAN,
            )  # fmt: skip
            lost += len(copied.box.attributes) - len(box.attributes)
            ghosts.append(box)
        self._ghosts = tuple(ghosts)
        known = {**desk.tracks, **self._tracks}
        desk.ghosts = {box.track: known[box.track].category for box in ghosts}
        self._preview()
        desk.said.emit(self.tr("Return or a click places it, the keys move it, Esc drops it"))
        if lost:
            desk.noticed.emit(self.tr("{0} attributes that this project does not have are left out").format(lost))

    def _pose(self, copied: Copied, clip: Clip, found: dict[str, tuple[Box, ...]]) -> SE3:
        """Return where a copy stands: where its object is by now, or as seen from the vehicle in another drive."""
        desk, box = self._desk, copied.box
        assert desk.scene is not None  # noqa: S101 - asked by who calls
        frame = desk.scene.frames[desk.index]
        if clip.scene != desk.scene_token:
            return frame.world_SE3_ego @ copied.ego_SE3_box
        if clip.frame == desk.index:  # beside itself, or nobody would see it
            aside = box.size[1] + 0.5
            return box.world_SE3_box @ SE3("box", "box", (1, 0, 0, 0), (0.0, aside, 0.0))
        return carried(box, found.get(box.track, ()), desk.times_ns, desk.index)

    def _preview(self) -> None:
        others = [box for box in self._desk.boxes if box.track not in self._desk.ghosts]
        self._desk.preview([*others, *self._ghosts])

    def _keep_shown(self) -> None:
        """Show them again after something else was stored."""
        if self._ghosts and self._ghosts[0].frame == self._desk.index:
            shown = {box.token for box in self._desk.boxes}
            if not all(box.token in shown for box in self._ghosts):
                self._preview()

    def _left(self) -> None:
        if self._ghosts and self._ghosts[0].frame != self._desk.index:
            self._forget()
            self._desk.said.emit(self.tr("What was to be pasted was dropped with the step to another frame"))

    def _forget(self) -> None:
        self._ghosts, self._tracks = (), {}
        self._desk.ghosts = {}


def carried(box: Box, track: Sequence[Box], times_ns: Sequence[int], frame: int) -> SE3:
    """Return where a box of a track is in another frame: where it stood, or on along its motion.

    Parameters
    ----------
    box : Box
        As it was copied.
    track : sequence of Box
        All boxes of its track, by frame.
    times_ns : sequence of int
        Time of each frame.
    frame : int
    """
    from lidar_label.assist.predict import predict_box

    if not 0 <= box.frame < len(times_ns):
        return box.world_SE3_box
    last = len(times_ns) - 1
    times = list(times_ns)
    if frame < box.frame:  # time runs backwards: the same motion, looked at from its other end
        times = [-time for time in reversed(times)]
        box, track, frame = _turned(box, last), [_turned(other, last) for other in reversed(track)], last - frame
    earlier = [other for other in track if other.frame < box.frame]
    if not earlier:
        return box.world_SE3_box
    far = [other for other in earlier if times[other.frame] <= times[box.frame] - _BASE_NS]
    base = far[-1] if far else earlier[0]
    if float(abs(box.center - base.center).max()) < _STANDS_M:
        return box.world_SE3_box
    return predict_box((base, box), times, frame).world_SE3_box


def _turned(box: Box, last: int) -> Box:
    return replace(box, frame=last - box.frame)
