"""Multi: tracks that are chosen besides the selected one, and the deeds that are done to all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.edit import Command, DeleteBoxes, DeleteTracks, SetCategory, Together
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import Edit


class Multi(QObject):
    """One for each desk, made by the first who asks (`Multi.of`).

    The selected track is the desk's; its companions are kept here. A selection made anywhere else
    drops them. Each deed is one edit.
    """

    changed = pyqtSignal()
    """Other tracks are chosen."""

    @staticmethod
    def of(desk: Desk) -> Multi:
        """Return the one of a desk."""
        found = desk.findChild(Multi)
        return found if found is not None else Multi(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choosing = False
        desk.selection_changed.connect(self._selected)
        desk.tracks_changed.connect(self._drop_gone)
        self._last = desk.selected

    # Which

    @property
    def tokens(self) -> tuple[str, ...]:
        """The chosen tracks, the selected one first."""
        selected = self._desk.selected
        return (*((selected,) if selected else ()), *sorted(self._desk.companions - {selected}))

    def choose(self, tokens: Iterable[str], first: str = "") -> None:
        """Choose exactly these tracks; `first`, or else the selected one if it is among them, is selected."""
        wanted = list(dict.fromkeys(tokens))
        desk = self._desk
        if first not in wanted:
            first = desk.selected if desk.selected in wanted else next(iter(wanted), "")
        desk.flush()
        self._choosing = True
        try:
            desk.select(first)
        finally:
            self._choosing = False
        self._last = first
        self._set(frozenset(wanted) - {first})

    def toggle(self, token: str) -> None:
        """Choose a track besides the others, or no longer."""
        chosen = self.tokens
        if token in chosen:
            self.choose([other for other in chosen if other != token])
        elif token:
            self.choose([token, *chosen], token)

    def choose_frame(self) -> None:
        """Choose every track that has a box in this frame."""
        self.choose(box.track for box in self._desk.boxes)
        count = len(self.tokens)
        self._desk.said.emit(self.tr("{0} boxes are selected").format(count))

    def _set(self, companions: frozenset[str]) -> None:
        if companions != self._desk.companions:
            self._desk.companions = companions
            self.changed.emit()

    def _selected(self) -> None:
        """Drop the companions of what is no longer selected; the desk also tells of another frame."""
        selected = self._desk.selected
        if not self._choosing and selected != self._last:
            self._set(frozenset())
        self._last = selected

    def _drop_gone(self) -> None:
        tracks = self._desk.tracks
        self._set(frozenset(token for token in self._desk.companions if token in tracks))

    # Deeds

    def delete_boxes(self) -> None:
        """Delete the boxes that the chosen tracks have in this frame."""
        desk = self._desk
        boxes = desk.chosen_boxes
        if len(boxes) < 2:
            desk.delete_box()
            return
        keys = tuple((box.track, box.frame) for box in boxes)
        gone = {box.track for box in boxes}
        title = self.tr("Delete {0} boxes").format(len(boxes))
        desk.do(_one(DeleteBoxes(keys, title)), preview=[box for box in desk.boxes if box.track not in gone])

    def delete_tracks(self) -> None:
        """Delete the chosen tracks with all their boxes."""
        desk, tokens = self._desk, self._known()
        if len(tokens) < 2:
            desk.delete_track()
            return
        title = self.tr("Delete {0} tracks").format(len(tokens))
        desk.do(_one(DeleteTracks(tokens, title)), preview=[box for box in desk.boxes if box.track not in tokens])
        self.choose(())

    def set_category(self, name: str) -> None:
        """Give the chosen tracks a category, which is also that of the next new box."""
        desk, tokens = self._desk, self._known()
        if len(tokens) > 1 and name in desk.taxonomy:
            title = self.tr("Change the category of {0} tracks").format(len(tokens))
            desk.do(_one(SetCategory(tokens, name, title)))
        desk.set_category(name)

    def set_visibility(self, token: str) -> None:
        """Say how much of the chosen boxes can be seen."""
        boxes = [replace(box, visibility=token) for box in self._desk.chosen_boxes if box.visibility != token]
        self._desk.change_boxes(boxes, self.tr("Change the visibility"))

    def do(self, commands: Iterable[Command], title: str) -> None:
        """Do several commands as one edit."""
        made = tuple(commands)
        if made:
            self._desk.do(_one(Together(made, title)))

    def _known(self) -> tuple[str, ...]:
        return tuple(token for token in self.tokens if token in self._desk.tracks)


def _one(command: Command) -> Edit:
    return lambda session: session.do(command)
