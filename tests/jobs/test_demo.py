"""The demo does the main job: what it exports is what it labelled, close to the drive's truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import open_dataset
from lidar_label.errors import CannotWrite
from lidar_label.jobs import open_project
from lidar_label.jobs.demo import Demo, make_demo
from lidar_label.model import Source
from lidar_label.synth import make_drive

FRAMES = 6


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_demo(tmp_path_factory.mktemp("demo") / "made", frames=FRAMES, seed=3)


def test_every_labelled_box_is_exported(demo: Demo) -> None:
    exported = open_dataset(demo.export)
    labels = exported.labels(exported.scene_names[0])
    with open_project(demo.project) as project:
        kept = project.session.store.labels(project.refs[0].token)
    assert len(labels) == len(kept) > 0
    assert {track.token for track in labels.tracks} == {track.token for track in kept.tracks}


def test_boxes_between_key_frames_are_near_the_truth(demo: Demo) -> None:
    truth = {(b.track, b.frame): b for b in make_drive(frames=FRAMES, seed=3).labels.boxes()}
    with open_project(demo.project) as project:
        boxes = list(project.session.store.labels(project.refs[0].token).boxes())
    keys = [box for box in boxes if box.is_keyframe]
    between = [box for box in boxes if not box.is_keyframe]
    assert keys
    assert between
    assert {box.source for box in keys} == {Source.HUMAN}
    assert {box.source for box in between} == {Source.INTERPOLATED}
    for box in keys:
        assert np.abs(box.corners() - truth[box.track, box.frame].corners()).max() < 1e-6
    # The truth has no box where an object is hidden; interpolation goes on through those frames.
    seen = [box for box in between if (box.track, box.frame) in truth]
    assert len(seen) > len(between) / 2
    misses = [np.linalg.norm(box.center - truth[box.track, box.frame].center) for box in seen]
    assert np.median(misses) < 0.1


def test_the_devkit_reads_the_export(demo: Demo) -> None:
    nuscenes = pytest.importorskip("nuscenes.nuscenes", reason="the nuScenes devkit is not installed here")
    nusc = nuscenes.NuScenes("v1.0-mini", str(demo.export), verbose=False)
    assert len(nusc.sample) == FRAMES
    exported = open_dataset(demo.export)
    assert len(nusc.sample_annotation) == len(exported.labels(exported.scene_names[0]))


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(CannotWrite, match="not empty"):
        make_demo(tmp_path, frames=2)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
