"""The official devkit reads what is written, and counts and measures what the labels say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.model import SE3, Box, Labels

nuscenes = pytest.importorskip("nuscenes")


@pytest.fixture(scope="module")
def exported(whole: Path, make: Callable[..., Any]) -> tuple[Any, Any, Path]:
    return nuscenes.NuScenes("v1.0-mini", str(whole), verbose=False), make(), whole


def test_boxes_lie_where_they_lay(exported: tuple[Any, Any, Path]) -> None:
    nusc, made, _ = exported
    assert len(nusc.sample_annotation) == len(made.drive.labels) == 11
    for box in made.drive.labels.boxes():
        # Ours go around the front face and then the rear one; so do the devkit's.
        theirs = nusc.get_box(box.token).corners().T
        assert np.abs(theirs - box.corners()).max() < 1e-6


def count(nusc: Any, sample: dict[str, Any], channel: str = "LIDAR_TOP") -> dict[str, int]:
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box

    path, boxes, _ = nusc.get_sample_data(sample["data"][channel])
    points = LidarPointCloud.from_file(path).points[:3]
    return {box.token: int(points_in_box(box, points).sum()) for box in boxes}


def test_the_devkit_counts_the_same_points(exported: tuple[Any, Any, Path]) -> None:
    nusc, _, _ = exported
    total = 0
    for sample in nusc.sample:
        for token, number in count(nusc, sample).items():
            assert nusc.get("sample_annotation", token)["num_lidar_pts"] == number
            total += number
    assert total > 20


def test_many_random_boxes_are_counted_the_same(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(frames=2, between=False, cameras=False)
    rng = np.random.default_rng(3)
    tracks, boxes = [], []
    for frame in made.drive.scene.frames:
        for _ in range(60):
            track = replace(made.drive.labels.tracks[0], token=f"t{len(tracks)}")
            quaternion = rng.normal(size=4)
            pose = SE3("ego", "box", quaternion / np.linalg.norm(quaternion), rng.uniform(-25, 25, 3) * (1, 1, 0.05))
            size = tuple(rng.uniform(0.5, 9, 3))
            boxes.append(Box(track=track.token, frame=frame.index, world_SE3_box=frame.world_SE3_ego @ pose, size=size))
            tracks.append(track)
    drive = replace(made.drive, labels=Labels(tracks, boxes))
    write_dataset("nuscenes", tmp_path / "out", [drive], made.taxonomy)
    nusc = nuscenes.NuScenes("v1.0-mini", str(tmp_path / "out"), verbose=False)
    for sample in nusc.sample:
        for token, number in count(nusc, sample).items():
            assert nusc.get("sample_annotation", token)["num_lidar_pts"] == number


def test_points_of_several_lidars_are_added_up(tmp_path: Path, make: Callable[..., Any]) -> None:
    made, other = make(between=False), make(between=False, lidar="LIDAR_REAR", seed=50, tag="rear-")
    frames = [
        replace(a, sweeps={**a.sweeps, **b.sweeps})
        for a, b in zip(made.drive.scene.frames, other.drive.scene.frames, strict=True)
    ]
    sensors = {**made.drive.scene.sensors, "LIDAR_REAR": other.drive.scene.sensors["LIDAR_REAR"]}
    drive = replace(made.drive, scene=replace(made.drive.scene, frames=frames, sensors=sensors))
    findings = write_dataset("nuscenes", tmp_path / "out", [drive], made.taxonomy)
    assert any(f.code == "points-of-all-lidars" for f in findings)
    nusc = nuscenes.NuScenes("v1.0-mini", str(tmp_path / "out"), verbose=False)
    for sample in nusc.sample:
        top, rear = count(nusc, sample), count(nusc, sample, "LIDAR_REAR")
        for token, number in top.items():
            assert nusc.get("sample_annotation", token)["num_lidar_pts"] == number + rear[token]


def test_velocities_follow_the_times(exported: tuple[Any, Any, Path]) -> None:
    nusc, made, _ = exported
    for box in made.drive.labels.of_track("car"):
        velocity = nusc.box_velocity(box.token)
        expected = made.drive.scene.frames[0].world_SE3_ego.rotation_matrix @ (6.0, 0.0, 0.0)
        assert velocity == pytest.approx(expected, abs=1e-6)


def test_boxes_between_the_frames_are_interpolated(exported: tuple[Any, Any, Path]) -> None:
    nusc, _, _ = exported
    sweeps = [row for row in nusc.sample_data if row["channel"] == "LIDAR_TOP" and not row["is_key_frame"]]
    assert len(sweeps) == 12
    for row in sweeps:
        # A sweep names the sample after it, so the devkit finds the boxes on either side.
        assert nusc.get("sample", row["sample_token"])["timestamp"] > row["timestamp"]
        assert len(nusc.get_boxes(row["token"])) in (2, 3)


def test_sweeps_can_be_piled_up(exported: tuple[Any, Any, Path]) -> None:
    from nuscenes.utils.data_classes import LidarPointCloud

    nusc, _, _ = exported
    cloud, times = LidarPointCloud.from_file_multisweep(nusc, nusc.sample[3], "LIDAR_TOP", "LIDAR_TOP", nsweeps=6)
    assert cloud.points.shape[1] == times.shape[1]
    assert len(np.unique(np.round(times, 3))) == 6


def test_cameras_draw_the_boxes_where_the_model_does(exported: tuple[Any, Any, Path]) -> None:
    from nuscenes.utils.geometry_utils import view_points

    nusc, made, _ = exported
    for frame in made.drive.scene.frames:
        for channel, image in frame.images.items():
            token = nusc.get("sample", frame.token)["data"][channel]
            path, boxes, intrinsic = nusc.get_sample_data(token)
            assert Path(path).read_bytes() == image.encoded()
            for box in boxes:
                ours = next(b for b in made.drive.labels.in_frame(frame.index) if b.token == box.token)
                camera_points = image.world_SE3_sensor.inverse.apply(ours.corners())
                assert np.abs(camera_points - box.corners().T).max() < 1e-6
                uv, seen = image.sensor.camera.project(camera_points)
                theirs = view_points(box.corners(), intrinsic, normalize=True)[:2].T
                assert np.abs(uv - theirs)[seen].max(initial=0.0) < 1e-6


def test_reading_and_writing_again_keeps_what_the_devkit_sees(exported: tuple[Any, Any, Path], tmp_path: Path) -> None:
    nusc, _, root = exported
    dataset = open_dataset(root)
    drive = Drive(scene=dataset.scene("scene-0103"), labels=dataset.labels("scene-0103"))
    write_dataset("nuscenes", tmp_path / "again", [drive], dataset.taxonomy)
    again = nuscenes.NuScenes("v1.0-mini", str(tmp_path / "again"), verbose=False)
    for row in nusc.sample_annotation:
        other = again.get("sample_annotation", row["token"])
        for key in ("attribute_tokens", "visibility_token", "instance_token", "num_lidar_pts", "num_radar_pts"):
            assert other[key] == row[key]
        assert other["translation"] == pytest.approx(row["translation"], abs=1e-6)
        assert abs(np.dot(other["rotation"], row["rotation"])) == pytest.approx(1.0, abs=1e-12)
    for row in nusc.ego_pose:
        other = again.get("ego_pose", row["token"])
        assert other["translation"] == pytest.approx(row["translation"], abs=1e-6)
        assert abs(np.dot(other["rotation"], row["rotation"])) == pytest.approx(1.0, abs=1e-12)
