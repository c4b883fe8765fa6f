"""A made-up drive, exported: the devkit counts its points, and finds its labels perfect."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, WriteOptions, open_dataset, write_dataset
from lidar_label.datasets.nuscenes.results import detection_results, tracking_results
from lidar_label.synth import make_drive

nuscenes = pytest.importorskip("nuscenes")
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*:RuntimeWarning"),  # the devkit means over what a class has none of
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Drive, Drive, Path]:
    """The devkit's view, the drive as made, the drive as read back, and where it lies."""
    made = make_drive(frames=6, seed=3, cameras=2, image_size=(320, 180), frame_rate_hz=2.0, sweeps_between=1)
    given = Drive(scene=replace(made.scene, name="scene-0103"), labels=made.labels)
    root = tmp_path_factory.mktemp("synthetic") / "out"
    write_dataset("nuscenes", root, [given], made.taxonomy, WriteOptions(jobs=2))
    dataset = open_dataset(root)
    back = Drive(scene=dataset.scene("scene-0103"), labels=dataset.labels("scene-0103"))
    return nuscenes.NuScenes("v1.0-mini", str(root), verbose=False), given, back, root


def test_the_devkit_reads_every_box_where_it_was_made(exported: tuple[Any, Drive, Drive, Path]) -> None:
    nusc, given, _, _ = exported
    assert len(nusc.sample_annotation) == len(given.labels) > 50
    assert len(nusc.sample) == len(given.scene.frames)
    origin = np.array(given.scene.origin)
    for box in given.labels.boxes():
        assert np.abs(nusc.get_box(box.token).corners().T - box.corners() - origin).max() < 1e-6


def test_the_devkit_counts_the_same_points(exported: tuple[Any, Drive, Drive, Path]) -> None:
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box

    nusc, _, _, _ = exported
    total = 0
    for sample in nusc.sample:
        path, boxes, _ = nusc.get_sample_data(sample["data"]["LIDAR_TOP"])
        points = LidarPointCloud.from_file(path).points[:3]
        for box in boxes:
            number = int(points_in_box(box, points).sum())
            assert nusc.get("sample_annotation", box.token)["num_lidar_pts"] == number
            total += number
    assert total > 1000


def test_its_labels_are_perfect_detections(exported: tuple[Any, Drive, Drive, Path], tmp_path: Path) -> None:
    from nuscenes.eval.common.config import config_factory
    from nuscenes.eval.detection.constants import TP_METRICS
    from nuscenes.eval.detection.evaluate import DetectionEval

    nusc, _, back, _ = exported
    (tmp_path / "det.json").write_text(json.dumps(detection_results([back])))
    config = config_factory("detection_cvpr_2019")
    evaluation = DetectionEval(
        nusc, config, str(tmp_path / "det.json"), "mini_val", str(tmp_path / "det"), verbose=False
    )
    found, _ = evaluation.evaluate()
    # All ten classes are there and within the devkit's ranges, so that none of its means is of a few.
    assert {box.detection_name for box in evaluation.gt_boxes.all} == set(config.class_names)
    assert len(config.class_names) == 10
    assert found.mean_dist_aps == pytest.approx(dict.fromkeys(config.class_names, 1.0))
    assert found.mean_ap == pytest.approx(1.0)
    assert set(found.tp_errors) == set(TP_METRICS)
    assert found.tp_errors == pytest.approx(dict.fromkeys(TP_METRICS, 0.0), abs=1e-6)
    assert found.nd_score == pytest.approx(1.0)


def test_its_labels_are_perfect_tracks(exported: tuple[Any, Drive, Drive, Path], tmp_path: Path) -> None:
    from nuscenes.eval.common.config import config_factory
    from nuscenes.eval.tracking.evaluate import TrackingEval

    _, _, back, root = exported
    (tmp_path / "track.json").write_text(json.dumps(tracking_results([back])))
    config = config_factory("tracking_nips_2019")
    evaluation = TrackingEval(
        config=config,
        result_path=str(tmp_path / "track.json"),
        eval_set="mini_val",
        output_dir=str(tmp_path / "track"),
        nusc_version="v1.0-mini",
        nusc_dataroot=str(root),
        verbose=False,
    )
    found, _ = evaluation.evaluate()
    assert len(config.tracking_names) == 7
    # The devkit's own mean skips classes without truth; here none is skipped. It moves boxes to its own times in
    # seconds since 1970, good to some micrometres.
    perfect = {"amota": 1.0, "amotp": 0.0, "mota": 1.0, "recall": 1.0, "ids": 0.0, "fp": 0.0, "fn": 0.0}
    for metric, value in perfect.items():
        expected = dict.fromkeys(config.tracking_names, value)
        assert found.label_metrics[metric] == pytest.approx(expected, abs=1e-4), metric
    assert found.compute_metric("amota") == pytest.approx(1.0)
