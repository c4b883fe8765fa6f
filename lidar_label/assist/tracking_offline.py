"""Detections of one category to tracks: the whole way, with the end of the drive known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.tracking_associate import Detections, associate
from lidar_label.assist.tracking_join import join_pieces
from lidar_label.assist.tracking_refine import Tracklet, evidence_of, refine
from lidar_label.assist.tracking_rules import Rules
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Floats

Whole = NDArray[np.int64]


def track_boxes(found: Detections, seconds: Floats, rules: Rules, least_evidence: float = -1.0) -> list[Tracklet]:
    """Return the tracks of detections of one category, the surest first.

    Parameters
    ----------
    found : Detections
    seconds : (F,) float64
        Time of each frame, rising.
    rules : Rules
    least_evidence : float
        Log-odds under which a track is dropped.
    """
    number = associate(found, seconds, rules)
    pieces = [rows for rows in _groups(number) if evidence_of(found, rows, rules) >= least_evidence]
    tracks = [refine(found, rows, seconds, rules) for rows in pieces]
    joined = join_pieces(tracks, found, seconds, rules)
    tracks = [
        tracks[pieces_of[0]]
        if len(pieces_of) == 1
        else refine(found, np.concatenate([tracks[at].rows for at in pieces_of]), seconds, rules)
        for pieces_of in joined
    ]
    tracks.sort(key=lambda track: -track.evidence)
    return _without_doubles(tracks, rules)


def _groups(number: Whole) -> list[Whole]:
    """Return the rows of each track, by frame."""
    if not len(number):
        return []
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _without_doubles(tracks: list[Tracklet], rules: Rules) -> list[Tracklet]:
    """Return the tracks that do not lie on a surer one for most of their way."""
    if not tracks:
        return []
    lengths = np.array([len(track.frame) for track in tracks])
    frame = np.concatenate([track.frame for track in tracks])
    owner = np.repeat(np.arange(len(tracks)), lengths)  # a lower number is surer
    boxes = np.concatenate([track.boxes for track in tracks])
    covered = np.zeros(len(frame), dtype=np.bool_)
    for rows in _groups(frame):
        overlap = iou_matrix(boxes[rows], boxes[rows], "bev", threads=1)
        covered[rows] = ((overlap > rules.doubled) & (owner[rows][None] < owner[rows][:, None])).any(axis=1)
    share = np.bincount(owner, covered, minlength=len(tracks)) / lengths
    return [track for track, part in zip(tracks, share, strict=True) if part <= 0.5]
