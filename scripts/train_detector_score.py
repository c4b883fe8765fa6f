"""Part of scripts/train_detector: what its scores mean, and how its drafts compare with the geometric one's."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from draft_run import CLASSES, Result, compared, real_scenes, sight, with_points
from draft_run import made_results as drafts_of_made
from draft_run import real_results as drafts_of_real
from draft_table import sums, tables
from train_detector_frames import Shot, read
from train_detector_targets import LEAST_POINTS

from lidar_label.assist.draft import Drafted
from lidar_label.detectors import Detections, Detector, View, kept, open_detector, read_description
from lidar_label.jobs.detecting import detect_scene
from lidar_label.jobs.drafting import tracked
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Floats, Labels, Scene
from lidar_label.progress import Progress

FIRST_SEED = 501  # as scripts/draft has it
WITHIN_M = 60.0
_LEAST = 0.05
_KIND = {"car": "car", "lorry": "truck", "person": "person", "rider": "rider"}
_MEETS = (0.5, 0.5, 0.3, 0.3)  # of the ground plans, by class
_RIDGE = 1.0


def calibrated(description: Path, files: Sequence[Path]) -> tuple[list[float], list[float]]:
    """Return by class the slope and bias of log-odds with which scores of held-out frames say how likely they are."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in CLASSES]
    with closing(open_detector(read_description(description))) as detector:
        for file in files:
            shot = read(file)
            view = View(frame=0, timestamp_ns=0, points=_looked_at(shot, detector),
                        world_SE3_model=SE3.identity("world", "model"))  # fmt: skip
            for label, log_odds, right in _judged(kept(detector.detect(view, Progress()), detector.description), shot):
                rows[label].append((log_odds, right))
    fits = [_fitted(np.array(own, dtype=np.float64).reshape(-1, 2)) for own in rows]
    return [fit[0] for fit in fits], [fit[1] for fit in fits]


def _looked_at(shot: Shot, detector: Detector) -> Any:  # noqa: ANN401 - an array
    area = np.array(detector.description.wanted.area)
    inside = ((shot.points >= area[:3]) & (shot.points < area[3:])).all(axis=1)
    return shot.points[inside]


def _judged(found: Detections, shot: Shot) -> Iterator[tuple[int, float, bool]]:
    """Yield class, log-odds and whether it is right of each box; each label is met once, by the surest."""
    free = np.ones(len(shot.boxes), np.bool_)
    overlap = iou_matrix(found.boxes, shot.boxes, "bev", threads=1)
    for n, label in enumerate(found.labels.tolist()):
        score = float(np.clip(found.scores[n], 1e-6, 1 - 1e-6))
        near = np.hypot(*(shot.boxes[:, :2] - found.boxes[n, :2]).T) < 0.3
        fits = (shot.labels == label) & free & ((overlap[n] >= _MEETS[label]) | (near & (CLASSES[label] == "person")))
        which = int(np.argmax(np.where(fits, overlap[n] + 1e-6, 0.0))) if fits.any() else -1
        if which >= 0:
            free[which] = False
        if which < 0 or shot.counts[which] >= LEAST_POINTS:
            yield label, float(np.log(score / (1 - score))), which >= 0


def _fitted(rows: Floats) -> tuple[float, float]:
    """Return slope and bias of a logistic regression, held to 1 and 0 where there is little to learn from."""
    weights = np.array([1.0, 0.0])
    table, right = np.column_stack([rows[:, 0], np.ones(len(rows))]), rows[:, 1]
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(table @ weights, -20, 20)))
        slope = table.T @ (right - chance) - _RIDGE * (weights - (1.0, 0.0))
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + _RIDGE * np.eye(2)
        weights = weights + np.linalg.solve(bend, slope)
    return float(np.clip(weights[0], 0.2, 5.0)), float(weights[1])


def made_results(drives: int, frames: int, model: Path, *, alone: bool) -> Iterator[Result]:
    """Yield the results of made-up drives: of the network, then of the geometric draft unless alone."""
    from lidar_label.synth import make_drive

    seeds = range(FIRST_SEED, FIRST_SEED + drives)
    with closing(open_detector(read_description(model))) as detector:
        for seed in seeds:
            drive = make_drive(frames=frames, seed=seed, cameras=0, frame_rate_hz=5.0)
            yield _drafted("made up", detector, drive.scene, drive.labels)
            print(f"seed {seed} done", file=sys.stderr, flush=True)
    if not alone:
        yield from drafts_of_made(seeds, frames, WITHIN_M, 0, 1, None)


def real_results(data: Path, model: Path, *, alone: bool) -> Iterator[Result]:
    """Yield the results of the real sets: of the network, then of the geometric draft unless alone."""
    with closing(open_detector(read_description(model))) as detector:
        for title, scene, labels, limited in real_scenes(data):
            yield _drafted(title, detector, scene, with_points(scene, labels), limited=limited)
    if not alone:
        yield from drafts_of_real(data, WITHIN_M, 0, None)


def _drafted(title: str, detector: Detector, scene: Scene, labels: Labels, *, limited: bool = False) -> Result:
    """Return how a network's draft of a scene compares with its labels."""
    began = time.perf_counter()
    found, _ = detect_scene(scene, detector, Progress())
    made = tracked(scene, found, _LEAST)
    spent = time.perf_counter() - began
    classes = {category: name for name, category in detector.description.categories.items()}
    tracks = []
    for track in made.tracks:
        boxes = tuple(made.of_track(track.token))
        tracks.append(Drafted(_KIND[classes[track.category]], boxes, stands=False, score=boxes[0].score or 0.0))
    result = compared(f"{title}, network", scene, tracks, labels, WITHIN_M, sight(scene, limited=limited))
    result.seconds = spent
    return result


def table(results: Sequence[Result], least: float) -> dict[str, Any]:
    """Return the rows of scripts/draft, and of each set, class and drafter the best F1 over all thresholds."""
    rows: dict[str, Any] = dict(sums(results, least))
    rows["best"] = list(_best(results))
    text = [*tables(rows), "", "| set | class | best F1 | at a score of |", "|---|---|---|---|"]
    text += [f"| {r['set']} | {r['class']} | {100 * r['f1']:.0f} % | {r['at']:.2f} |" for r in rows["best"]]
    return {**rows, "text": text}


def _best(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    for title in dict.fromkeys(result.title for result in results):
        own = [result for result in results if result.title == title]
        for kind in (*CLASSES, "all"):
            made = np.array([(row[2], row[3]) for one in own for row in one.drafted if kind in (row[0], "all")])
            met = np.array([row[2] for one in own for row in one.labelled if kind in (row[0], "all")])
            if not len(met):
                continue
            best, at = 0.0, 0.5
            for least in np.arange(0.05, 1.0, 0.05):
                right = int((made.reshape(-1, 2)[:, 1] * (made.reshape(-1, 2)[:, 0] >= least)).sum())
                all_made = int((made.reshape(-1, 2)[:, 0] >= least).sum())
                share = 2 * right / max(all_made + len(met), 1)
                best, at = max((best, at), (share, float(least)))
            yield {"set": title, "class": kind, "f1": best, "at": at}
