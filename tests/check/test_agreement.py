"""Agreement: the figures are those of other people's programs, and each kind of difference is found."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lidar_label.check.agreement import agree
from lidar_label.check.agreement_scores import ALPHAS, Overlaps, scores
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Labels, Track


def made_up(seed: int, frames: int = 40) -> list[Overlaps]:
    """Tracks that appear, vanish, swap and drift, with overlaps as bad boxes have them."""
    rng = np.random.default_rng(seed)
    found = []
    mine = np.cumsum(rng.normal(0, 0.4, (frames, 12, 2)), axis=0) + rng.uniform(0, 14, (12, 2))
    for frame in range(frames):
        first = np.flatnonzero(rng.random(12) > 0.2)
        second = np.flatnonzero(rng.random(12) > 0.25)
        swapped = np.where((second < 4) & (frame % 13 > 7), 3 - second, second)
        theirs = mine[frame, swapped] + rng.normal(0, 0.25, (len(second), 2))
        distance = np.linalg.norm(mine[frame, first][:, None] - theirs[None], axis=-1)
        found.append(Overlaps(first=first, second=second, iou=np.clip(1 - distance, 0, 1) ** 1.5))
    return found


@pytest.mark.parametrize("least", [0.25, 0.5])
def test_clear_mot_and_identities_are_those_of_motmetrics(least: float) -> None:
    motmetrics = pytest.importorskip("motmetrics")
    frames = made_up(3)
    heard = motmetrics.MOTAccumulator(auto_id=True)
    for frame in frames:
        heard.update(frame.first, frame.second + 100, np.where(frame.iou >= least, 1 - frame.iou, np.nan))
    names = ["mota", "motp", "idf1", "idp", "idr", "num_switches", "num_misses", "num_false_positives",
             "num_fragmentations"]  # fmt: skip
    theirs = motmetrics.metrics.create().compute(heard, metrics=names).iloc[0]
    ours = scores(frames, least_iou=least)
    assert [ours.switches, ours.missed, ours.extra, ours.fragments] == [theirs[name] for name in names[5:]]
    assert ours.switches > 10
    assert ours.motp == pytest.approx(1 - theirs["motp"], abs=1e-9)  # theirs is a distance
    assert [ours.mota, ours.idf1, ours.idp, ours.idr] == pytest.approx(
        [theirs[name] for name in ("mota", "idf1", "idp", "idr")], abs=1e-9
    )


def by_the_paper(frames: list[Overlaps]) -> dict[str, float]:
    """HOTA with plain loops over frames, pairs and overlaps, as section 4 and the appendix of the paper define it."""
    from scipy.optimize import linear_sum_assignment

    share: dict[tuple[int, int], float] = {}
    lives: list[dict[int, int]] = [{}, {}]
    for frame in frames:
        for tracks, life in zip((frame.first, frame.second), lives, strict=True):
            for track in tracks.tolist():
                life[track] = life.get(track, 0) + 1
        for i, a in enumerate(frame.first.tolist()):
            for j, b in enumerate(frame.second.tolist()):
                union = frame.iou[i].sum() + frame.iou[:, j].sum() - frame.iou[i, j]
                share[a, b] = share.get((a, b), 0.0) + (frame.iou[i, j] / union if union > 0 else 0.0)
    jaccard = {(a, b): s / (lives[0][a] + lives[1][b] - s) for (a, b), s in share.items()}
    rows = []
    for alpha in ALPHAS.tolist():
        hits: list[tuple[int, int, float]] = []
        for frame in frames:
            value = [[jaccard[a, b] * frame.iou[i, j] for j, b in enumerate(frame.second.tolist())]
                     for i, a in enumerate(frame.first.tolist())]  # fmt: skip
            for i, j in zip(*linear_sum_assignment(-np.array(value)), strict=True):
                if frame.iou[i, j] >= alpha:
                    hits.append((int(frame.first[i]), int(frame.second[j]), float(frame.iou[i, j])))
        count = {pair: sum(hit[:2] == pair for hit in hits) for pair in {hit[:2] for hit in hits}}
        of_each = [count[a, b] / (lives[0][a] + lives[1][b] - count[a, b]) for a, b, _ in hits]
        both = sum(lives[0].values()) + sum(lives[1].values()) - len(hits)
        deta, assa = len(hits) / both, sum(of_each) / max(1, len(hits))
        rows.append((math.sqrt(deta * assa), deta, assa, np.mean([hit[2] for hit in hits]) if hits else 1.0))
    return dict(zip(("hota", "deta", "assa", "loca"), np.mean(rows, axis=0).tolist(), strict=True))


def test_hota_is_that_of_the_paper() -> None:
    frames = made_up(5)
    ours, theirs = scores(frames), by_the_paper(frames)
    assert 0.2 < ours.hota < 0.9
    assert {name: getattr(ours, name) for name in theirs} == pytest.approx(theirs, abs=1e-9)


def test_hota_is_that_of_trackeval() -> None:
    metrics = pytest.importorskip("trackeval.metrics")
    frames = made_up(7)
    data: dict[str, Any] = {
        "num_gt_dets": sum(len(f.first) for f in frames), "num_tracker_dets": sum(len(f.second) for f in frames),
        "num_gt_ids": 12, "num_tracker_ids": 12, "gt_ids": [f.first for f in frames],
        "tracker_ids": [f.second for f in frames], "similarity_scores": [f.iou for f in frames],
    }  # fmt: skip
    theirs, ours = metrics.HOTA().eval_sequence(data), scores(frames)
    for name in ("HOTA", "DetA", "AssA", "LocA"):
        assert getattr(ours, name.lower()) == pytest.approx(float(np.mean(theirs[name])), abs=1e-9), name
    identity = metrics.Identity({"THRESHOLD": 0.5, "PRINT_CONFIG": False}).eval_sequence(data)
    assert [ours.idf1, ours.idp, ours.idr] == pytest.approx([identity[n] for n in ("IDF1", "IDP", "IDR")], abs=1e-9)


def labels_of(*tracks: tuple[str, str, dict[int, tuple[float, float, float]]], length: float = 4.5) -> Labels:
    """Tracks by name, category, and place and heading in each frame."""
    made, boxes = [], []
    for name, category, places in tracks:
        made.append(Track(category=category, token=name))
        for frame, (x, y, yaw) in places.items():
            pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.8))
            boxes.append(
                Box(track=name, frame=frame, world_SE3_box=pose, size=(length, 1.9, 1.6), token=f"{name}{frame}")
            )
    return Labels(made, boxes)


def test_each_kind_of_difference_is_found_once_and_the_gravest_first() -> None:
    still = dict.fromkeys(range(6), (10.0, 0.0, 0.0))
    first = labels_of(
        ("a", "car", still), ("b", "car", dict.fromkeys(range(6), (20.0, 8.0, 0.0))),
        ("c", "truck", dict.fromkeys(range(2), (5.0, -9.0, 0.0))), ("d", "car", {0: (40.0, 0.0, 0.0)}),
    )  # fmt: skip
    second = labels_of(
        ("p", "car", {f: still[f] for f in range(3)}), ("q", "car", {f: still[f] for f in range(3, 6)}),
        ("r", "car", {f: (20.0 + (0.6 if f == 4 else 0.0), 8.0, math.pi if f == 2 else 0.3 if f == 3 else 0.0)
                      for f in range(6)}),
        ("s", "car", dict.fromkeys(range(2), (5.0, -9.0, 0.0))), ("t", "car", {5: (60.0, 0.0, 0.0)}),
    )  # fmt: skip
    found = agree(first, second, places={f: np.zeros(3) for f in range(6)}, annotators={"r0": "Ann", "s0": "Bob"})
    told = {(one.kind, one.frame) for one in found.differences}
    assert told == {
        ("identity", 3), ("category", 0), ("flipped", 2), ("heading", 3), ("place", 4), ("missed", 0), ("extra", 5),
    }  # fmt: skip
    weights = [one.weight for one in found.differences]
    assert weights == sorted(weights, reverse=True)
    assert found.differences[0].kind == "identity"
    lost = next(one for one in found.differences if one.kind == "missed")
    assert (lost.first and lost.first.token, lost.second) == ("d0", None)
    assert (found.all.scores.missed, found.all.scores.extra, found.all.scores.switches) == (1, 1, 1)
    assert found.all.errors.pairs == 14
    assert found.all.errors.heading[0] == 0.0
    by_class = {part.name: part.scores for part in found.by_class}
    assert (by_class["truck"].missed, by_class["car"].extra) == (2, 3)
    assert (found.by_range[0].name, found.by_range[0].scores.first) == ("0 to 20 m", 8)
    assert {part.name: part.scores.matched for part in found.by_annotator} == {"Ann": 1, "Bob": 1}


def test_a_set_agrees_with_itself_and_the_empty_ones_do_not_fail() -> None:
    one = labels_of(("a", "car", {f: (10.0 + f, 0.0, 0.2) for f in range(4)}))
    whole = agree(one, one)
    assert whole.differences == []
    assert (whole.all.scores.mota, whole.all.scores.hota, whole.all.scores.idf1) == pytest.approx((1.0, 1.0, 1.0))
    assert agree(one, Labels()).all.scores.missed == 4
    none = agree(Labels(), Labels())
    assert math.isnan(none.all.scores.mota)
    assert none.as_dict()["all"]["scores"]["mota"] is None
    with pytest.raises(InvalidValue, match="least overlap"):
        agree(one, one, least_iou=0.0)


def test_a_box_that_lies_wrong_is_one_difference_and_no_two() -> None:
    """Two boxes of one class that hardly overlap and are near; a person beside a car is another thing."""
    one = labels_of(("a", "car", {0: (10.0, 0.0, 0.2)}), ("b", "pedestrian", {0: (30.0, 0.0, 0.0)}))
    other = labels_of(("x", "car", {0: (11.9, 0.9, 0.2)}), ("y", "car", {0: (30.0, 1.7, 0.0)}))
    told = sorted((found.kind, found.message) for found in agree(one, other).differences)
    assert told == [
        ("extra", "only the second has this car"), ("missed", "only the first has this pedestrian"),
        ("place", "their centres are 2.10 m apart"),
    ]  # fmt: skip


def test_a_size_that_differs_is_told() -> None:
    one = labels_of(("a", "car", {0: (10.0, 0.0, 0.2)}))
    other = Labels(one.tracks, [replace(box, size=(4.5, 1.9, 2.1)) for box in one.boxes()])
    (found,) = agree(one, other).differences
    assert (found.kind, found.message) == ("size", "a side differs by 24%")
