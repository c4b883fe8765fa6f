"""Part of scripts/draft: fit the scores to made-up and real drives; of each real set also without that set.

Frames first: which proposals are right. Then tracks, made with those scores of the first frame of a drive alone, of the
first three, and of all ten: which of them lie on a road user in half of their frames or more.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from clicks_data import kind_of

from lidar_label.assist import draft_scores
from lidar_label.assist.draft import best_of, box_of, propose, track_features, tracks_of
from lidar_label.assist.draft_boxes import Proposal
from lidar_label.assist.draft_scores import basis
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Box, Floats, Labels, Scene

FIRST_SEED = 801
SHIPPED = Path(__file__).resolve().parent.parent / "lidar_label/assist/draft_scores.json"
LEFT_OUT = Path(__file__).resolve().parent / "draft_left_out.json"
LEAST = {"vehicle": 0.5, "person": 0.3, "rider": 0.3}
COOLED = {"vehicle": (0.57, -0.82), "person": (0.8, -0.2), "rider": (0.78, 0.32)}  # by boxes of drives 501 to 520
_NEAR_M = 0.3
_FRAMES, _LENGTHS = 10, (1, 3, 10)
_WITHIN_M = 60.0
_REAL_COUNTS = 2.0  # times what is made up
_KNOTS, _RIDGE = 2, 10.0
_FIELD = 0.66  # radians about straight ahead: what people saw who labelled KITTI


@dataclass(eq=False)
class Kept:
    """The proposals and the labels of one drive; `truths` are group and row in the ego frame."""

    title: str
    times_ns: list[int]
    poses: list[SE3]
    origins: list[Floats]
    found: list[list[Proposal]]
    truths: list[list[tuple[str, Floats]]]
    is_sequence: bool = True


def fit_all(data: Path, drives: int, keep: Path | None) -> int:
    """Fit, and write the numbers into the program."""
    made = list(_kept(keep, "made", lambda: _made(drives)))
    real = list(_kept(keep, "real", lambda: _real(data)))
    SHIPPED.write_text(json.dumps(_models([*made, *real])) + "\n", encoding="utf-8")
    left: dict[str, Any] = {}
    for title in dict.fromkeys(one.title for one in real):  # a half of the made-up drives tells as much
        left[title] = _models([*made[::2], *(one for one in real if one.title != title)])
        LEFT_OUT.write_text(json.dumps(left) + "\n", encoding="utf-8")
    return 0


def use(models: dict[str, Any]) -> None:
    """Let the program score by other numbers than its own."""
    found = draft_scores.read(models)
    draft_scores.models = lambda: found  # type: ignore[assignment]


def _kept(keep: Path | None, name: str, make: Any) -> list[Kept]:  # noqa: ANN401
    file = keep and keep / f"fit-{name}.pickle"
    if file and file.is_file():
        found: list[Kept] = pickle.loads(file.read_bytes())
        return found
    found = list(make())
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(found))
    return found


def _made(drives: int) -> Iterator[Kept]:
    from lidar_label.synth import make_drive

    for seed in range(FIRST_SEED, FIRST_SEED + drives):
        drive = make_drive(frames=_FRAMES, seed=seed, cameras=0, frame_rate_hz=5.0)
        yield kept_of("made up", drive.scene, drive.labels)
        print(f"seed {seed} looked through", file=sys.stderr, flush=True)


def _real(data: Path) -> Iterator[Kept]:
    from draft_run import real_scenes

    for title, scene, labels, limited in real_scenes(data):
        yield kept_of(title, scene, labels, limited=limited)


def kept_of(title: str, scene: Scene, labels: Labels, *, limited: bool = False) -> Kept:
    """Look through a drive."""
    from lidar_label.jobs.first_draft import look_at

    kinds = {track.token: kind_of(track.category) for track in labels.tracks}
    kept = Kept(title, [], [], [], [], [], scene.is_sequence)
    for frame in scene.frames:
        if not any(sweep.is_present for sweep in frame.sweeps.values()):
            continue
        look = look_at(scene, frame.index)
        assert look is not None
        ego_SE3_world = look.world_SE3_ego.inverse
        rows = []
        for box in labels.in_frame(frame.index):
            pose = ego_SE3_world @ box.world_SE3_box
            rows.append((kinds[box.track], np.array([*pose.translation, *box.size, pose.yaw])))
        found = [one for one in propose(look, _WITHIN_M)
                 if not limited or abs(np.arctan2(one.row[1], one.row[0])) < _FIELD]  # fmt: skip
        kept.times_ns.append(frame.timestamp_ns)
        kept.poses.append(look.world_SE3_ego)
        kept.origins.append(look.origins[0])
        kept.found.append(found)
        kept.truths.append(rows)
    return kept


def is_right(group: str, row: Floats, truths: Sequence[tuple[str, Floats]]) -> bool:
    """Say whether a box lies on a labelled one of its group."""
    own = np.array([truth for kind, truth in truths if kind == group]).reshape(-1, 7)
    if not len(own):
        return False
    near = group == "person" and np.hypot(*(own[:, :2] - row[:2]).T).min() < _NEAR_M
    return bool(near or iou_matrix(row[None], own, "bev", threads=1).max() >= LEAST[group])


def _models(drives: Sequence[Kept]) -> dict[str, Any]:
    """Return the numbers of all models, fitted to drives."""
    models: dict[str, Any] = {}
    for group in LEAST:
        rows = [(one.features, is_right(group, one.row, truths), drive.title != "made up")
                for drive in drives for found, truths in zip(drive.found, drive.truths, strict=True)
                for one in found if one.group == group]  # fmt: skip
        models[group] = _fitted(rows)
        print(f"{group}: {len(rows)} proposals, {sum(row[1] for row in rows)} right", file=sys.stderr)
    use(models)
    tracks = [row for drive in drives for row in _tracks(drive)]
    for group in LEAST:
        models[f"{group} track"] = _fitted([row[1:] for row in tracks if row[0] == group]) | {"cooled": COOLED[group]}
    return models


def _tracks(drive: Kept) -> Iterator[tuple[str, Floats, bool, bool]]:
    """Yield the group of each track, its features, whether it is right, and whether its drive is real."""
    chosen = [best_of(found, origin, _WITHIN_M) for found, origin in zip(drive.found, drive.origins, strict=True)]
    boxes = [[box_of(one, score, pose, n) for one, score in frame]
             for n, (frame, pose) in enumerate(zip(chosen, drive.poses, strict=True))]  # fmt: skip
    sensors = [pose.apply(at[None])[0] for pose, at in zip(drive.poses, drive.origins, strict=True)]
    for length in _LENGTHS:
        starts = range(0, len(boxes), 4) if length == 1 else (0,)
        for start in starts:
            part = slice(start, start + length)
            if length > 1 and (not drive.is_sequence or len(boxes) < min(length, 2)):
                continue
            moved = [[_at(box, box.frame - start) for box in frame] for frame in boxes[part]]
            for group, made in tracks_of(moved, drive.times_ns[part], sensors[part]):
                right = np.mean([_hits(box, group, drive, start) for box in made]) >= 0.5
                features = track_features(made, drive.times_ns[part], sensors[part])
                yield group, features, bool(right), drive.title != "made up"


def _at(box: Box, frame: int) -> Box:
    from dataclasses import replace

    return replace(box, frame=frame)


def _hits(box: Box, group: str, drive: Kept, start: int) -> bool:
    pose = drive.poses[box.frame + start].inverse @ box.world_SE3_box
    row = np.array([*pose.translation, *box.size, pose.yaw])
    return is_right(group, row, drive.truths[box.frame + start])


def _fitted(rows: Sequence[tuple[Floats, bool, bool]]) -> dict[str, Any]:
    """Return a model: logistic regression over features bent at some places, with a ridge."""
    x, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.float64)
    weight = np.where([row[2] for row in rows], _REAL_COUNTS, 1.0)
    shares = np.linspace(0, 100, _KNOTS + 2)[1:-1]
    knots = [np.unique(np.round(np.percentile(x[:, k], shares), 3)).tolist() for k in range(x.shape[1])]
    table = basis(x, tuple(np.array(bends) for bends in knots))
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    mean[0], spread[0] = 0.0, 1.0
    z = (table - mean) / spread
    ridge = np.full(z.shape[1], _RIDGE)
    ridge[0] = 0.0
    weights = np.zeros(z.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(z @ weights, -20, 20)))
        slope = z.T @ (weight * (y - p)) - ridge * weights
        bend = (z * (weight * p * (1 - p) + 1e-6)[:, None]).T @ z + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-5:
            break
    plain = weights / spread
    plain[0] -= (weights * mean / spread).sum()
    return {"knots": knots, "weights": [round(float(v), 5) for v in plain], "cooled": (1.0, 0.0)}
