"""The desk's edits: each a function that the worker's thread runs on the session."""

from __future__ import annotations

from collections.abc import Sequence

from lidar_label.edit import AddTrack, DeleteBoxes, DeleteTracks, PutBoxes, SetCategory, SetTrackName
from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Track


def add_track(scene: str, track: Track, boxes: Sequence[Box], title: str) -> Edit:
    """Make a track with its first boxes."""
    return lambda session: session.do(AddTrack(scene, track, tuple(boxes), title))


def put_boxes(scene: str, boxes: Sequence[Box], title: str) -> Edit:
    """Write boxes, new or changed."""
    return lambda session: session.do(PutBoxes(scene, tuple(boxes), title))


def delete_box(track: str, frame: int, title: str) -> Edit:
    """Delete a track's box in one frame."""
    return lambda session: session.do(DeleteBoxes(((track, frame),), title))


def delete_track(track: str, title: str) -> Edit:
    """Delete a track and all its boxes."""
    return lambda session: session.do(DeleteTracks((track,), title))


def set_category(track: str, category: str, title: str) -> Edit:
    """Give a track another category."""
    return lambda session: session.do(SetCategory((track,), category, title))


def set_track_name(track: str, name: str, title: str) -> Edit:
    """Name a track."""
    return lambda session: session.do(SetTrackName(track, name, title))
