"""The devkit's own evaluations agree that labels are a perfect answer to themselves."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.nuscenes.results import DETECTION_CLASSES, detection_results, tracking_results
from lidar_label.model import SE3, Box, Labels, Track

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*:RuntimeWarning"),
]


def every_class(drive: Drive) -> Drive:
    """The drive with one object of each category that is evaluated, near enough to count."""
    tracks = [Track(category=name) for name in DETECTION_CLASSES]
    boxes = []
    for frame in drive.scene.frames:
        for place, track in enumerate(tracks):
            angle = place / len(tracks) * math.tau
            speed = 0.0 if "movable" in track.category else 2.0
            where = (14 * math.cos(angle) + speed * frame.index * 0.5, 14 * math.sin(angle), 0.5)
            world_SE3_ego = drive.scene.frames[0].world_SE3_ego
            pose = world_SE3_ego @ SE3.from_yaw("ego", "box", 0.2, where)
            boxes.append(Box(track=track.token, frame=frame.index, world_SE3_box=pose, size=(5.0, 4.0, 3.0)))
    return replace(drive, labels=Labels(tracks, boxes))


def evaluate(tmp_path: Path, drive: Drive, taxonomy: Any) -> tuple[Any, Any]:
    nuscenes = pytest.importorskip("nuscenes")
    from nuscenes.eval.common.config import config_factory as any_config
    from nuscenes.eval.detection.config import config_factory
    from nuscenes.eval.detection.evaluate import DetectionEval
    from nuscenes.eval.tracking.evaluate import TrackingEval

    root = tmp_path / "out"
    write_dataset("nuscenes", root, [drive], taxonomy)
    written = open_dataset(root)
    drive = Drive(scene=written.scene(drive.scene.name), labels=written.labels(drive.scene.name))
    nusc = nuscenes.NuScenes("v1.0-mini", str(root), verbose=False)
    for name, results in (("det", detection_results([drive])), ("track", tracking_results([drive]))):
        (tmp_path / f"{name}.json").write_text(json.dumps(results))
    detection = DetectionEval(
        nusc,
        config_factory("detection_cvpr_2019"),
        str(tmp_path / "det.json"),
        "mini_val",
        str(tmp_path / "det"),
        verbose=False,
    )
    found, _ = detection.evaluate()
    tracking = TrackingEval(
        config=any_config("tracking_nips_2019"),
        result_path=str(tmp_path / "track.json"),
        eval_set="mini_val",
        output_dir=str(tmp_path / "track"),
        nusc_version="v1.0-mini",
        nusc_dataroot=str(root),
        verbose=False,
    )
    tracked, _ = tracking.evaluate()
    return found, tracked


def test_labels_are_perfect_results_for_themselves(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(frames=6, cameras=False)
    found, tracked = evaluate(tmp_path, every_class(made.drive), made.taxonomy)
    assert found.mean_ap == pytest.approx(1.0)
    assert found.tp_errors["trans_err"] == pytest.approx(0.0, abs=1e-9)
    assert found.tp_errors["scale_err"] == pytest.approx(0.0, abs=1e-9)
    assert found.tp_errors["orient_err"] == pytest.approx(0.0, abs=1e-6)
    assert found.tp_errors["vel_err"] == pytest.approx(0.0, abs=1e-6)
    assert tracked.compute_metric("amota") == pytest.approx(1.0)
    assert tracked.compute_metric("ids") == 0
