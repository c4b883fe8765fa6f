"""The table of trackers on KITTI's labels with made-up detections: ours is ahead, the counts are the published."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
SEQUENCES = ("0003", "0007", "0017")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> dict[tuple[str, float, str], dict[str, Any]]:
    folder = shared_data / "kitti_tracking"
    if not folder.is_dir():
        pytest.skip("the labels of KITTI's tracking benchmark are not in the shared data")
    command = [sys.executable, str(ROOT / "scripts/tracking"), "--data", str(folder), "--only", *SEQUENCES, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {(row["class"], row["overlap"], row["method"]): row for row in json.loads(done.stdout)}


@pytest.mark.parametrize(("category", "gain"), [("Car", 6), ("Pedestrian", 3), ("Cyclist", 3)])
def test_ours_is_ahead_of_the_plain_one(rows: dict[Any, dict[str, Any]], category: str, gain: float) -> None:
    for overlap in (0.25, 0.5, 0.7):
        ours, plain = (rows[category, overlap, method] for method in ("ours", "AB3DMOT-style"))
        assert ours["sAMOTA"] >= plain["sAMOTA"]
        if overlap == 0.7:
            assert ours["sAMOTA"] >= plain["sAMOTA"] + gain


def test_the_counts_are_those_of_the_published_script(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AB3DMOT's own evaluation of the plain tracker's files, on all ten sequences with the same made-up detections."""
    folder = shared_data / "kitti_tracking"
    if not folder.is_dir():
        pytest.skip("the labels of KITTI's tracking benchmark are not in the shared data")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from tracking_kitti import ignored_regions, rects_of, sequences_of, truth_of
    from tracking_noise import noisy_detections

    from lidar_label.check.mot import Comparison, Objects, score_tracks

    published = {  # sAMOTA, AMOTA, AMOTP; then TP, FP, FN, IDS, FRAG at the best threshold
        "Pedestrian": (0.9716, 0.5113, 0.7638, 1300, 70, 44, 0, 6),
        "Cyclist": (0.9170, 0.5128, 0.7221, 483, 8, 46, 0, 1),
    }
    from tracking_baseline import track_plainly

    for category, known in published.items():
        compared = []
        for seed, sequence in enumerate(sequences_of(folder)):
            truth = truth_of(sequence, category)
            frame, boxes, odds = noisy_detections(truth, sequence.frames, category, seed)
            who, made = track_plainly(frame, boxes, sequence.world_from_level, category)
            rect = rects_of(sequence, made)
            shown = (rect[:, 2] > rect[:, 0]) & (rect[:, 3] > rect[:, 1])
            tracks = Objects(
                frame=who[shown, 0],
                track=who[shown, 1],
                boxes=made[shown],
                ignored=ignored_regions(sequence, who[shown, 0], rect[shown]),
                score=np.round(odds[who[shown, 2]] * 64) / 64,
            )
            compared.append(Comparison(truth=truth, tracks=tracks))
        found = score_tracks(compared, least_iou=0.25)
        assert (found.samota, found.amota, found.amotp) == pytest.approx(known[:3], abs=6e-5)
        counts = (found.true_positives, found.false_positives, found.false_negatives, found.switches, found.fragments)
        assert counts == known[3:]
