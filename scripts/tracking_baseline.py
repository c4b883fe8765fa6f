"""The plain online tracker that ours is held against, after AB3DMOT: a Kalman filter of constant velocity.

X. Weng et al., "3D multi-object tracking: a baseline and new evaluation metrics", 2020, with the settings published
for PointRCNN's detections. Written for the table alone: one box at a time, in frames and not in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Floats


@dataclass(frozen=True, slots=True)
class Settings:
    """`least` is of the generalized overlap, or the negative of a distance in metres."""

    greedy: bool
    by_distance: bool
    least: float
    min_hits: int
    max_age: int


SETTINGS = {
    "Car": Settings(greedy=False, by_distance=False, least=-0.2, min_hits=3, max_age=2),
    "Pedestrian": Settings(greedy=True, by_distance=False, least=-0.4, min_hits=1, max_age=4),
    "Cyclist": Settings(greedy=False, by_distance=True, least=-2.0, min_hits=3, max_age=4),
}
_F = np.eye(10)
_F[:3, 7:] = np.eye(3)
_Q = np.diag([1.0] * 7 + [0.01] * 3)
_H = np.eye(7, 10)


@dataclass(slots=True)
class _Track:
    """State: x, y, z, yaw, length, width, height, velocity a frame; in the level frame of the current frame."""

    number: int
    state: Floats
    row: int
    spread: Floats = field(default_factory=lambda: np.diag([10.0] * 7 + [10000.0] * 3))
    hits: int = 1
    missed: int = 0

    @property
    def box(self) -> Floats:
        return self.state[[0, 1, 2, 4, 5, 6, 3]]

    def predict(self) -> None:
        self.state = _F @ self.state
        self.spread = _F @ self.spread @ _F.T + _Q
        self.state[3] = _wrapped(self.state[3])
        self.missed += 1

    def update(self, box: Floats, row: int) -> None:
        seen = box[[0, 1, 2, 6, 3, 4, 5]].copy()
        turn = _wrapped(seen[3] - self.state[3])
        if abs(turn) > np.pi / 2:
            self.state[3] += np.pi
        seen[3] = self.state[3] + _wrapped(seen[3] - self.state[3])
        gain = self.spread @ _H.T @ np.linalg.inv(_H @ self.spread @ _H.T + np.eye(7))
        self.state = self.state + gain @ (seen - _H @ self.state)
        self.spread = (np.eye(10) - gain @ _H) @ self.spread
        self.state[3] = _wrapped(self.state[3])
        self.hits, self.missed, self.row = self.hits + 1, 0, row


def track_plainly(
    frame: np.ndarray, boxes: Floats, world_from_level: Floats, category: str
) -> tuple[np.ndarray, Floats]:
    """Track detections online.

    Parameters
    ----------
    frame : (N,) int
        The frame of each detection.
    boxes : (N, 7) float64
        Detections in the level frame of their own frame.
    world_from_level : (F, 4, 4) float64
    category : str
        A key of `SETTINGS`.

    Returns
    -------
    (M, 3) int64
        Of each box put out: its frame, its track, and the row of the detection that its track was seen in last.
    (M, 7) float64
        The boxes, in the level frame of their own frame.
    """
    how = SETTINGS[category]
    alive: list[_Track] = []
    who: list[tuple[int, int, int]] = []
    out: list[Floats] = []
    made = 0
    for now in range(len(world_from_level)):
        rows = np.flatnonzero(frame == now)
        for track in alive:
            track.predict()
        if now:
            step = np.linalg.inv(world_from_level[now]) @ world_from_level[now - 1]
            for track in alive:  # as published: the place alone is carried along, not the heading or the velocity
                track.state[:3] = step[:3, :3] @ track.state[:3] + step[:3, 3]
        pairs = _matched(boxes[rows], np.array([track.box for track in alive]).reshape(-1, 7), how)
        for i, j in pairs:
            alive[j].update(boxes[rows[i]], int(rows[i]))
        taken = {i for i, _ in pairs}
        for i, row in enumerate(rows):
            if i not in taken:
                box = boxes[row]
                state = np.concatenate([box[[0, 1, 2, 6, 3, 4, 5]], np.zeros(3)])
                alive.append(_Track(number=made, state=state, row=int(row)))
                made += 1
        for track in alive:
            if track.missed < how.max_age and (track.hits >= how.min_hits or now + 1 <= how.min_hits):
                who.append((now, track.number, track.row))
                out.append(track.box)
        alive = [track for track in alive if track.missed < how.max_age]
    return np.array(who, dtype=np.int64).reshape(-1, 3), np.array(out).reshape(-1, 7)


def _matched(seen: Floats, known: Floats, how: Settings) -> list[tuple[int, int]]:
    if not len(seen) or not len(known):
        return []
    if how.by_distance:
        likeness = -np.linalg.norm(seen[:, None, :3] - known[None, :, :3], axis=-1)
    else:
        known = known.copy()
        known[:, 3:6] = np.maximum(known[:, 3:6], 0)
        likeness = iou_matrix(seen, known, generalized=True)
    if how.greedy:
        pairs: list[tuple[int, int]] = []
        rows, columns = set(), set()
        for flat in np.argsort(-likeness, axis=None):
            i, j = divmod(int(flat), likeness.shape[1])
            if i not in rows and j not in columns:
                rows.add(i)
                columns.add(j)
                pairs.append((i, j))
    else:
        pairs = [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(-likeness), strict=True)]
    return [(i, j) for i, j in pairs if likeness[i, j] >= how.least]


def _wrapped(angle: float) -> float:
    return float(np.remainder(angle + np.pi, 2 * np.pi) - np.pi)
