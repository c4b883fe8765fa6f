"""What is said of objects: attributes of boxes and of tracks, for all that are chosen, as one edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QCoreApplication

from lidar_label.edit import Session, SetBoxAttributes, SetTrackAttributes
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import Edit
from lidar_label.gui.multi import Multi
from lidar_label.model import AttributeValue, Box, Patch


def set_attribute(desk: Desk, name: str, value: AttributeValue | None, *, whole: bool = False) -> None:
    """Say something of all that is chosen, or with None take it back.

    What holds for a track is said of the tracks; what holds for a box of the boxes in this frame,
    or with `whole` of all boxes of the tracks.
    """
    desk.flush()
    attribute = next((found for found in desk.taxonomy.attributes if found.name == name), None)
    tokens = tuple(token for token in Multi.of(desk).tokens if token in desk.tracks)
    title = QCoreApplication.translate("Saying", "Change an attribute")
    if attribute is None or not tokens:
        return
    if attribute.per == "track":
        desk.do(lambda session: session.do(SetTrackAttributes(tokens, {name: value}, title)))
    elif whole:
        desk.do(_in_all_boxes(tokens, name, value, title), lambda patch: _tell(desk, patch))
    elif not desk.chosen_boxes:
        return
    else:
        boxes = [_with(box, name, value) for box in desk.chosen_boxes]
        desk.change_boxes([box for box, old in zip(boxes, desk.chosen_boxes, strict=True) if box != old], title)


def _tell(desk: Desk, patch: Patch | None) -> None:
    """Say how much was changed: in other frames nobody sees it."""
    told = QCoreApplication.translate("Saying", "{0} boxes changed")
    desk.said.emit(told.format(len(patch.keys("box")) if patch is not None else 0))


def _with(box: Box, name: str, value: AttributeValue | None) -> Box:
    kept = {key: old for key, old in box.attributes.items() if key != name}
    return replace(box, attributes=kept if value is None else {**kept, name: value})


def _in_all_boxes(tokens: Sequence[str], name: str, value: AttributeValue | None, title: str) -> Edit:
    """Say it in every box of the tracks; those between key frames stay between them."""

    def edit(session: Session) -> Patch | None:
        keys = tuple((box.track, box.frame) for token in tokens for box in session.store.boxes_of_track(token))
        return session.do(SetBoxAttributes(keys, {name: value}, title)) if keys else None

    return edit
