"""Labels as a submission to nuScenes' detection and tracking evaluations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive
from lidar_label.datasets.nuscenes.vocabulary import flag_name
from lidar_label.model import Box

# The ten classes of the detection task, by the category names of the data set. Other categories are not evaluated.
DETECTION_CLASSES = {
    "movable_object.barrier": "barrier",
    "vehicle.bicycle": "bicycle",
    "vehicle.bus.bendy": "bus",
    "vehicle.bus.rigid": "bus",
    "vehicle.car": "car",
    "vehicle.construction": "construction_vehicle",
    "vehicle.motorcycle": "motorcycle",
    "human.pedestrian.adult": "pedestrian",
    "human.pedestrian.child": "pedestrian",
    "human.pedestrian.construction_worker": "pedestrian",
    "human.pedestrian.police_officer": "pedestrian",
    "movable_object.trafficcone": "traffic_cone",
    "vehicle.trailer": "trailer",
    "vehicle.truck": "truck",
}
TRACKING_CLASSES = frozenset({"bicycle", "bus", "car", "motorcycle", "pedestrian", "trailer", "truck"})
_ATTRIBUTES = frozenset(
    {
        "pedestrian.moving", "pedestrian.sitting_lying_down", "pedestrian.standing", "cycle.with_rider",
        "cycle.without_rider", "vehicle.moving", "vehicle.parked", "vehicle.stopped",
    }
)  # fmt: skip
_META = {f"use_{source}": source == "lidar" for source in ("camera", "lidar", "radar", "map", "external")}
_LONGEST_GAP_S = 1.5


def detection_results(drives: Sequence[Drive]) -> dict[str, Any]:
    """Return boxes as a detection submission, ready for JSON.

    A box without a score gets 1. A box that is known to hold no point is left out, since the
    evaluation takes it out of the truth as well. The velocity of a box is that between the boxes before and after it, 0
    where they are too far apart in time for the evaluation to have one.

    Parameters
    ----------
    drives : sequence of Drive
        As they were exported: frame tokens are the sample tokens.
    """

    def row(drive: Drive, box: Box, name: str) -> dict[str, Any]:
        flags = [flag for item in box.attributes.items() if (flag := flag_name(*item)) in _ATTRIBUTES]
        return {
            **_shared(drive, box),
            "detection_name": name,
            "detection_score": 1.0 if box.score is None else box.score,
            "attribute_name": flags[0] if flags else "",
        }

    return {"meta": _META, "results": {token: [row(*i) for i in items] for token, items in _by_sample(drives)}}


def tracking_results(drives: Sequence[Drive]) -> dict[str, Any]:
    """Return boxes as a tracking submission, ready for JSON; a track's score is the mean of its boxes'."""

    def row(drive: Drive, box: Box, name: str) -> dict[str, Any]:
        scores = [other.score for other in drive.labels.of_track(box.track) if other.score is not None]
        return {
            **_shared(drive, box),
            "tracking_id": box.track,
            "tracking_name": name,
            "tracking_score": float(np.mean(scores)) if scores else 1.0,
        }

    results = {
        token: [row(*item) for item in items if item[2] in TRACKING_CLASSES] for token, items in _by_sample(drives)
    }
    return {"meta": _META, "results": results}


def _by_sample(drives: Sequence[Drive]) -> Iterator[tuple[str, list[tuple[Drive, Box, str]]]]:
    for drive in drives:
        classes = {track.token: DETECTION_CLASSES.get(track.category) for track in drive.labels.tracks}
        for frame in drive.scene.frames:
            boxes = [box for box in drive.labels.in_frame(frame.index) if _may_hold_points(box)]
            yield frame.token, [(drive, box, name) for box in boxes if (name := classes[box.track])]


def _may_hold_points(box: Box) -> bool:
    return box.num_lidar_pts is None or box.num_lidar_pts + (box.num_radar_pts or 0) > 0


def _shared(drive: Drive, box: Box) -> dict[str, Any]:
    length, width, height = box.size
    return {
        "sample_token": drive.scene.frames[box.frame].token,
        "translation": (box.center + np.array(drive.scene.origin)).tolist(),
        "size": [width, length, height],
        "rotation": box.world_SE3_box.rotation.tolist(),
        "velocity": _velocity(drive, box),
    }


def _velocity(drive: Drive, box: Box) -> list[float]:
    """Return the velocity in x and y, metres a second, from the boxes on either side."""
    boxes = drive.labels.of_track(box.track)
    place = boxes.index(box)
    first, last = boxes[max(place - 1, 0)], boxes[min(place + 1, len(boxes) - 1)]
    frames = drive.scene.frames
    seconds = (frames[last.frame].timestamp_ns - frames[first.frame].timestamp_ns) * 1e-9
    sides = (first is not box) + (last is not box)
    if sides == 0 or seconds > _LONGEST_GAP_S * sides:
        return [0.0, 0.0]
    return [float(v) for v in (last.center - first.center)[:2] / seconds]
