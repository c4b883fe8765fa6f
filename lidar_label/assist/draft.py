"""The first draft: road users found in the points of a drive alone, frame by frame, and made tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.draft_boxes import Proposal, proposals
from lidar_label.assist.draft_candidates import find_candidates
from lidar_label.assist.draft_scores import log_odds
from lidar_label.assist.static import is_static
from lidar_label.assist.tracking import chance, odds, track_detections
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Box, Floats, Source

WITHIN_M = 60.0
KINDS = ("car", "truck", "bus", "person", "rider")
_KIND = {"car": "car", "van": "car", "truck": "truck", "bus": "bus", "person": "person", "rider": "rider"}
GROUPS = {"vehicle": "vehicle.car", "person": "human.pedestrian.adult", "rider": "vehicle.bicycle"}  # for the tracker
_LEAST = -2.0  # log-odds under which a proposal is dropped
_SHARED = 0.3  # of the smaller of two boxes, from which they are one thing
_KEPT = 0.02  # score under which a track is not looked at


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the LiDARs saw at one frame.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        In the ego frame.
    origins : (S, 3) float64, metres
        Where the LiDARs stood, the main one first; in the ego frame.
    world_SE3_ego : SE3
    """

    xyz: NDArray[np.float32]
    origins: Floats
    world_SE3_ego: SE3


@dataclass(frozen=True, slots=True, eq=False)
class Drafted:
    """A track of the draft: its kind, one of `KINDS`, its boxes in world, whether it stands, and how likely it is."""

    kind: str
    boxes: tuple[Box, ...]
    stands: bool
    score: float


def find_road_users(look: Look, frame: int, within: float = WITHIN_M) -> list[Box]:
    """Return the road users that the points of one frame show.

    Parameters
    ----------
    look : Look
    frame : int
        Its number, which the boxes get.
    within : float, metres
        From the main LiDAR.

    Returns
    -------
    list of Box
        In world. `track` is the group: vehicle, person or rider; the attribute "kind" says which vehicle. `score` is
        how likely it is that the box is right, as far as one frame tells.
    """
    found = propose(look, within)
    return [box_of(one, score, look.world_SE3_ego, frame) for one, score in best_of(found, look.origins[0], within)]


def propose(look: Look, within: float = WITHIN_M) -> list[Proposal]:
    """Return all that may be a road user in a frame, however unlikely."""
    standing = find_candidates(look.xyz, look.origins, within)
    return [one for candidate in standing.candidates for one in proposals(standing, candidate, (0.0,))]


def best_of(found: Sequence[Proposal], origin: Floats, within: float) -> list[tuple[Proposal, float]]:
    """Return those that are likely enough, with their log-odds; of several at one place the likeliest."""
    if not found:
        return []
    score = np.empty(len(found))
    for group in GROUPS:
        own = [n for n, one in enumerate(found) if one.group == group]
        if own:
            score[own] = log_odds(group, np.array([found[n].features for n in own]))
    rows = np.array([one.row for one in found])
    away = np.hypot(*(rows[:, :2] - origin[:2]).T)
    order = [n for n in np.argsort(-score, kind="stable").tolist() if score[n] > _LEAST and away[n] <= within]
    shared = _shared(rows[order])
    kept: list[int] = []
    for place in range(len(order)):
        if all(shared[place, other] < _SHARED for other in kept):
            kept.append(place)
    return [(found[order[place]], float(score[order[place]])) for place in kept]


def _shared(rows: Floats) -> Floats:
    """Return for each two boxes the share of the smaller that lies in both, seen from above."""
    overlap = iou_matrix(rows, rows, "bev", threads=1)
    area = rows[:, 3] * rows[:, 4]
    both = overlap * (area[:, None] + area[None]) / (1 + overlap)
    found: Floats = both / np.minimum(area[:, None], area[None])
    return found


def box_of(one: Proposal, score: float, world_SE3_ego: SE3, frame: int) -> Box:
    """Return a proposal as a box in world."""
    x, y, z, length, width, height, yaw = one.row.tolist()
    pose = world_SE3_ego @ SE3.from_yaw(world_SE3_ego.src, "box", yaw, (x, y, z))
    upright = SE3.from_yaw("world", "box", pose.yaw, pose.translation)
    return Box(
        track=one.group, frame=frame, world_SE3_box=upright, size=(length, width, height), score=chance(score),
        is_keyframe=False, source=Source.MACHINE, attributes={"kind": one.kind},
    )  # fmt: skip


def join_road_users(
    found: Sequence[Sequence[Box]], times_ns: Sequence[int], sensors: Sequence[Floats], *, least_score: float = 0.3
) -> list[Drafted]:
    """Make tracks of what was found in all frames; what moves is told from what stands.

    Parameters
    ----------
    found : sequence of sequences of Box, by frame
        As `find_road_users` returns them.
    times_ns : sequence of int
    sensors : sequence of (3,) float64, metres
        Where the main LiDAR was in world, by frame.
    least_score : float
        How likely a track has to be, 0 to 1.

    Returns
    -------
    list of Drafted
        The likeliest first.
    """
    tracks = [_drafted(group, boxes, times_ns, sensors) for group, boxes in tracks_of(found, times_ns, sensors)]
    return sorted((one for one in tracks if one.score >= least_score), key=lambda one: -one.score)


def tracks_of(
    found: Sequence[Sequence[Box]], times_ns: Sequence[int], sensors: Sequence[Floats]
) -> list[tuple[str, list[Box]]]:
    """Return the group and the boxes of each track, however unlikely it is."""
    made = track_detections(found, times_ns, categories=GROUPS, sensors=sensors, least_score=_KEPT)
    names = {category: group for group, category in GROUPS.items()}
    return [(names[track.category], boxes) for track, boxes in made]


def _drafted(group: str, boxes: Sequence[Box], times_ns: Sequence[int], sensors: Sequence[Floats]) -> Drafted:
    score = chance(float(log_odds(f"{group} track", track_features(boxes, times_ns, sensors)[None])[0]))
    kinds = [str(box.attributes["kind"]) for box in boxes if "kind" in box.attributes]
    kind = _KIND[max(sorted(set(kinds)), key=kinds.count)]
    plain = [replace(box, attributes={}, score=score) for box in boxes]
    return Drafted(kind, tuple(plain), is_static(boxes, times_ns), score)


TRACK_FEATURES = ("evidence", "seen", "missed", "moved", "speed", "range", "length", "height", "straight")


def track_features(boxes: Sequence[Box], times_ns: Sequence[int], sensors: Sequence[Floats]) -> Floats:
    """Return what tells a track of a road user from another, as `TRACK_FEATURES` names it."""
    seen = [box for box in boxes if box.source == Source.MACHINE]
    places = np.array([box.center[:2] for box in seen])
    away = np.median([np.hypot(*(box.center[:2] - sensors[box.frame][:2])) for box in seen])
    seconds = (times_ns[seen[-1].frame] - times_ns[seen[0].frame]) * 1e-9
    part = max(len(places) // 3, 1)
    moved = float(np.hypot(*(np.median(places[-part:], axis=0) - np.median(places[:part], axis=0))))
    path = float(np.hypot(*np.diff(places, axis=0).T).sum()) if len(places) > 1 else 0.0
    length, _, height = seen[0].size
    return np.array([
        odds(seen[0].score), np.log(len(seen)), (len(boxes) - len(seen)) / len(boxes), min(moved, 10.0),
        min(moved / max(seconds, 0.5), 5.0), away / 50, np.log(length), np.log(height), moved / max(path, 0.5),
    ])  # fmt: skip
