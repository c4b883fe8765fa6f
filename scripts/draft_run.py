"""Part of scripts/draft: the drives, their drafts, and which of a draft's boxes are right."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from annotator import Work
from clicks_data import kind_of
from draft_effort import Effort, effort_of
from numpy.typing import NDArray

from lidar_label.assist.draft import Drafted
from lidar_label.jobs.first_draft import draft_scene
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Box, Floats, Labels, Scene

FEWEST = 10
CLASSES = ("car", "lorry", "person", "rider")
_LEAST = {"car": 0.5, "lorry": 0.5, "person": 0.3, "rider": 0.3}
_NEAR_M = 0.3
_LARGE = ("truck", "bus", "trailer", "construction", "lorry", "tram", "large_vehicle", "box")
_FIELD = np.deg2rad(39.0)  # what KITTI's camera sees, and people labelled
_RAW = "kitti_raw/2011_09_26/2011_09_26_drive_00"


@dataclass(slots=True)
class Result:
    """What came of drafting one set: boxes of the draft, and boxes that are labelled."""

    title: str
    frames: int = 0
    seconds: float = 0.0
    drafted: list[tuple[str, float, float, bool, int]] = field(default_factory=list)
    """Class, range (metres), score, whether it is right, and a number of its track."""
    labelled: list[tuple[str, float, float]] = field(default_factory=list)
    """Class, range (metres), and the score of the draft's box that meets it; 0 where none does."""
    effort: Effort | None = None


def class_of(category: str) -> str:
    """Return car, lorry, person, rider, or nothing."""
    kind = kind_of(category)
    if kind == "vehicle":
        return "lorry" if any(word in category.lower() for word in _LARGE) else "car"
    return kind if kind in ("person", "rider") else ""


def made_results(
    seeds: Sequence[int], frames: int, within: float, effort: int, every: int, keep: Path | None
) -> Iterator[Result]:
    """Yield the results of made-up drives."""
    from draft_fit import SHIPPED, use

    from lidar_label.synth import make_drive

    for number, seed in enumerate(seeds):

        def made(seed: int = seed, number: int = number) -> Result:
            use(json.loads(SHIPPED.read_text(encoding="utf-8")))
            drive = make_drive(frames=frames, seed=seed, cameras=0, frame_rate_hz=5.0, keep=True)
            began = time.perf_counter()
            tracks, _ = draft_scene(drive.scene, within, 0.05)
            seen = sight(drive.scene)
            result = compared("made up", drive.scene, tracks, drive.labels, within, seen)
            result.seconds = time.perf_counter() - began
            if number < effort:
                result.effort = effort_of(f"seed {seed}", drive.scene, drive.labels, tracks, every,
                                          lambda box: seen(box) <= within)  # fmt: skip
            return result

        yield _kept(keep, f"{seed}-{frames}-{within:g}-{every if number < effort else 0}", made)


def _kept(keep: Path | None, name: str, make: Callable[[], Result]) -> Result:
    """Return a result, read where it was kept, made and kept else."""
    file = keep and keep / f"{name}.json"
    if file and file.is_file():
        told = json.loads(file.read_text(encoding="utf-8"))
        done = told.pop("effort")
        if done is not None:
            done = Effort(Work(**done.pop("nothing")), Work(**done.pop("draft")), **done)
        return Result(**told, effort=done)
    result = make()
    print(f"{name}: {result.frames} frames, {result.seconds:.0f} s", file=sys.stderr, flush=True)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(result)), encoding="utf-8")
    return result


def real_scenes(data: Path) -> Iterator[tuple[str, Scene, Labels, bool]]:
    """Yield the real scenes with points and labels; the last says that people labelled what KITTI's camera sees."""
    from lidar_label.datasets import open_dataset

    for title, path, limited in (
        ("SUSTech", "sustechpoints_example", False), ("KITTI object", "kitti_object", True),
        ("KITTI object", "kitti_object_reduced", True), ("KITTI raw 0001", f"{_RAW}01_sync", True),
        ("Argoverse 2", "av2", False), ("DGP", "dgp_test_scene", False),
    ):  # fmt: skip
        dataset = open_dataset(data / path)
        for name in dataset.scene_names:
            yield title, dataset.scene(name), dataset.labels(name), limited


def real_results(data: Path, within: float, effort: int, keep: Path | None) -> Iterator[Result]:
    """Yield the results of the real sets, each by scores that were fitted without it."""
    from clicks_data import kitti_0052
    from draft_fit import LEFT_OUT, SHIPPED, use

    left = json.loads(LEFT_OUT.read_text(encoding="utf-8"))
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))  # fitted without the last of these
    scenes = (*real_scenes(data), ("KITTI raw 0052", *kitti_0052(data), True))
    for number, (title, scene, labels, limited) in enumerate(scenes):

        def made(title=title, scene=scene, labels=labels, limited=limited) -> Result:  # noqa: ANN001
            use(left.get(title, shipped))
            began = time.perf_counter()
            tracks, _ = draft_scene(scene, within, 0.05)
            spent = time.perf_counter() - began
            seen, counted = sight(scene, limited=limited), with_points(scene, labels)
            result = compared(title, scene, tracks, counted, within, seen)
            result.seconds = spent
            if effort:
                result.effort = effort_of(title, scene, counted, tracks, 1, lambda box: seen(box) <= within)
            return result

        yield _kept(keep, f"real-{number}-{within:g}-{bool(effort):d}", made)


def sight(scene: Scene, *, limited: bool = False) -> Callable[[Box], float]:
    """Return what says how far off a box is; with `limited` infinity for what KITTI's camera does not see."""

    @cache
    def eye(frame: int) -> SE3:
        return scene.world_SE3_lidar(frame).inverse

    def seen(box: Box) -> float:
        ahead = eye(box.frame).apply(box.center[None])[0]
        inside = not limited or abs(np.arctan2(ahead[1], ahead[0])) < _FIELD
        return float(np.hypot(*ahead[:2])) if inside else np.inf

    return seen


def with_points(scene: Scene, labels: Labels) -> Labels:
    """Return the labels of frames that have points, with how many of them lie in each box."""
    count = point_counter(scene)
    boxes = [replace(box, num_lidar_pts=count(box)) for frame in scene.frames
             if any(sweep.is_present for sweep in frame.sweeps.values())
             for box in labels.in_frame(frame.index)]  # fmt: skip
    return Labels(labels.tracks, boxes)


def point_counter(scene: Scene) -> Callable[[Box], int]:
    """Return what counts the points in a box; labels often count others."""
    from lidar_label.jobs.propagating import points_of

    kept: dict[int, Floats] = {}

    def count(box: Box) -> int:
        if box.frame not in kept:
            kept.clear()
            kept[box.frame] = points_of(scene, box.frame).xyz
        near = kept[box.frame]
        near = near[np.abs(near - box.center).max(axis=1) < np.linalg.norm(box.size)]
        return int((np.abs(box.world_SE3_box.inverse.apply(near)) <= np.array(box.size) / 2).all(axis=1).sum())

    return count


def compared(
    title: str, scene: Scene, tracks: Sequence[Drafted], labels: Labels, within: float, seen: Callable[[Box], float]
) -> Result:
    """Compare a draft with labels that say how many points they hold, in each frame that has some."""
    kinds = {track.token: class_of(track.category) for track in labels.tracks}
    drafted: dict[int, list[tuple[str, Box, int]]] = defaultdict(list)
    for number, track in enumerate(tracks):
        for box in track.boxes:
            drafted[box.frame].append((_class(track.kind), box, number))
    result = Result(title)
    for frame in scene.frames:
        if not labels.in_frame(frame.index) or not any(sweep.is_present for sweep in frame.sweeps.values()):
            continue
        result.frames += 1
        mine = [(k, b, n, seen(b)) for k, b, n in drafted[frame.index]]
        truth = [(kinds[b.track], b, seen(b)) for b in labels.in_frame(frame.index)]
        _match(result, [m for m in mine if m[3] <= within], [t for t in truth if t[2] <= within + 2], within)
    return result


def _class(kind: str) -> str:
    return "lorry" if kind in ("truck", "bus") else kind


def _match(result: Result, mine: list, truth: list, within: float) -> None:
    mine.sort(key=lambda one: -(one[1].score or 0))
    overlap = iou_matrix(_rows([m[1] for m in mine]), _rows([t[1] for t in truth]), "bev")
    free: NDArray[np.bool_] = np.ones(len(truth), np.bool_)
    met = np.zeros(len(truth))
    for n, (kind, box, track, away) in enumerate(mine):
        fits = [
            m for m in range(len(truth))
            if free[m] and truth[m][0] == kind and (overlap[n, m] >= _LEAST[kind] or _is_near(kind, box, truth[m][1]))
        ]  # fmt: skip
        if fits:
            best = max(fits, key=lambda m: overlap[n, m])
            free[best] = False
            met[best] = box.score or 0
            if (truth[best][1].num_lidar_pts or 0) >= FEWEST:
                result.drafted.append((kind, away, box.score or 0, True, track))
            continue
        result.drafted.append((kind, away, box.score or 0, False, track))
    for m, (kind, box, away) in enumerate(truth):
        if kind and away <= within and (box.num_lidar_pts or 0) >= FEWEST:
            result.labelled.append((kind, away, float(met[m])))


def _is_near(kind: str, one: Box, other: Box) -> bool:
    return kind == "person" and float(np.hypot(*(one.center - other.center)[:2])) < _NEAR_M


def _rows(boxes: Sequence[Box]) -> Floats:
    return np.array([(*box.center, *box.size, box.yaw) for box in boxes]).reshape(-1, 7)
