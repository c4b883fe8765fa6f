"""The first draft by the points alone: near the truth of a made-up drive, marked, stopped, and never twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lidar_label.errors import Cancelled, MissingFile
from lidar_label.jobs.first_draft import draft_scene, labels_of
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Box, Category, Floats, Frame, PointCloud, Source, Taxonomy, driving_taxonomy
from lidar_label.progress import Progress
from lidar_label.synth import SynthDrive, make_drive

pytestmark = pytest.mark.one_numpy
WITHIN = 30.0


@pytest.fixture(scope="module")
def drive() -> SynthDrive:
    return make_drive(frames=3, seed=601, cameras=0, frame_rate_hz=5.0, columns=1200)


def rows(boxes: list[Box]) -> Floats:
    return np.array([(*box.center, *box.size, box.yaw) for box in boxes]).reshape(-1, 7)


def test_cars_are_found_where_they_are(drive: SynthDrive) -> None:
    tracks, findings = draft_scene(drive.scene, WITHIN)
    assert not findings
    kinds = {track.token: track.category for track in drive.labels.tracks}
    eye = drive.scene.world_SE3_lidar(1).translation
    truth = [box for box in drive.labels.in_frame(1)
             if kinds[box.track] == "vehicle.car" and np.hypot(*(box.center - eye)[:2]) < WITHIN - 2
             and (box.num_lidar_pts or 0) > 80]  # fmt: skip
    made = [box for track in tracks for box in track.boxes if box.frame == 1]
    cars = [box for track in tracks if track.kind == "car" for box in track.boxes if box.frame == 1]
    assert len(truth) > 3
    assert np.mean(iou_matrix(rows(truth), rows(cars), "bev").max(axis=1) > 0.5) >= 0.7
    apart = iou_matrix(rows(made), rows(made), "bev") - np.eye(len(made))
    assert apart.max() < 0.35  # nothing is found twice
    assert {box.source for box in made} <= {Source.MACHINE, Source.PROPAGATED}
    assert all(box.score is not None and box.score >= 0.3 and not box.is_keyframe for box in made)
    assert all(np.hypot(*(box.center - eye)[:2]) < WITHIN + 2 for box in made)
    still = [track for track in tracks if track.kind == "car" and track.stands and len(track.boxes) == 3]
    assert all(len({tuple(box.center.tolist()) for box in track.boxes}) == 1 for track in still)

    labels = labels_of(tracks, driving_taxonomy())
    assert {track.category for track in labels.tracks} <= {category.name for category in driving_taxonomy().categories}
    own = Taxonomy([Category(name="Car"), Category(name="Pedestrian"), Category(name="Cyclist")])
    named = {track.category for track in labels_of([track for track in tracks if track.kind == "car"], own).tracks}
    assert named == {"Car"}


def test_it_is_stopped_and_frames_that_cannot_be_read_are_told(drive: SynthDrive) -> None:
    progress = Progress()
    with pytest.raises(Cancelled):
        draft_scene(drive.scene, WITHIN, progress=progress, after=progress.cancel)

    def gone() -> PointCloud:
        raise MissingFile("there is no file", where="sweep.bin")

    def without(index: int) -> Frame:
        frame = drive.scene.frames[index]
        return replace(frame, sweeps={name: replace(sweep, load=gone) for name, sweep in frame.sweeps.items()})

    broken = replace(drive.scene, frames=[drive.scene.frames[0], without(1), drive.scene.frames[2]])
    _, findings = draft_scene(broken, 10.0)
    assert [(one.code, one.message.partition(":")[0]) for one in findings] == [("not-read", "frame 1 not read")]
    with pytest.raises(MissingFile):
        draft_scene(replace(drive.scene, frames=[without(0), without(1), without(2)]), 10.0)


def test_where_nothing_stands_nothing_is_drafted(drive: SynthDrive) -> None:
    dice = np.random.default_rng(0)
    ground = np.column_stack([dice.uniform(-20, 20, (6000, 2)), dice.normal(0, 0.02, 6000)]).astype(np.float32)
    clouds = [PointCloud(ground), PointCloud(np.full((9, 3), np.nan, np.float32)), PointCloud(ground[:0])]

    def seen(frame: Frame, cloud: PointCloud) -> Frame:
        return replace(frame, sweeps={name: replace(one, load=lambda: cloud) for name, one in frame.sweeps.items()})

    frames = [seen(*pair) for pair in zip(drive.scene.frames, clouds, strict=True)]
    assert draft_scene(replace(drive.scene, frames=frames), WITHIN, 0.0) == ([], [])
