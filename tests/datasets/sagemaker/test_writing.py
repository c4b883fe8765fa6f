"""Sequences written for SageMaker Ground Truth: read back, and looked at as its documentation has them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, format_named, open_dataset, write_dataset
from lidar_label.model import PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy


@pytest.mark.parametrize("origin", [(0.0, 0.0, 0.0), (691_000.0, 5_335_000.0, 512.0)])
@pytest.mark.parametrize("poses", [True, False])
def test_a_drive_comes_back(
    tmp_path: Path,
    full_drive: Callable[..., Drive],
    same: Callable[..., None],
    origin: tuple[float, float, float],
    poses: bool,
) -> None:
    drives = [full_drive(name, origin=origin, poses=poses, distortion=(0.1, -0.05, 0.001, 0.002)) for name in "ab"]
    found = write_dataset("sagemaker", tmp_path / "out", drives, Taxonomy())
    assert [f.code for f in found if f.code == "bucket"]
    back = open_dataset(tmp_path / "out")
    assert back.format == "sagemaker"
    for drive in drives:
        scene, labels = back.scene(drive.scene.name), back.labels(drive.scene.name)
        assert scene.has_poses == poses
        again = Drive(scene=scene, labels=labels)
        same(format_named("sagemaker"), drive, again, but=("times", "attributes", "is_keyframe", "names"), atol=1e-6)
        for frame_, other in zip(drive.scene.frames, scene.frames, strict=True):
            assert abs(other.timestamp_ns - frame_.timestamp_ns) <= 500
            cloud, read = frame_.sweep(), other.sweep()
            pose = drive.scene.world_SE3_lidar(frame_.index)
            here = scene.world_SE3_lidar(other.index).apply(read.points().xyz) + np.array(scene.origin)
            there = pose.apply(cloud.points().xyz) + np.array(origin)
            np.testing.assert_allclose(here, there, atol=1e-4)
            np.testing.assert_array_equal(
                read.points().fields["intensity"], cloud.points().fields["intensity"].astype(np.float32)
            )
            image, seen = frame_.images["CAM_FRONT"], other.images["CAM_FRONT"]
            assert seen.encoded() == image.encoded()
            assert seen.sensor.camera == image.sensor.camera
            shift = np.array(origin) - np.array(scene.origin)
            np.testing.assert_allclose(
                seen.world_SE3_sensor.translation, image.world_SE3_sensor.translation + shift, atol=1e-6
            )


def test_what_is_written_is_what_the_service_takes(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    """The keys that its documentation demands, in their types; an independent look at the numbers."""
    drive = full_drive()
    write_dataset("sagemaker", tmp_path / "out", [drive], Taxonomy())
    (line,) = (tmp_path / "out/input.manifest").read_text().splitlines()
    row = json.loads(line)
    assert row["source-ref"] == "s3://BUCKET/full/sequence.json"
    assert row["labels-ref"] == "s3://BUCKET/full/SeqLabel.json"
    said = json.loads((tmp_path / "out/full/sequence.json").read_text())
    assert isinstance(said["seq-no"], int)
    assert said["prefix"].startswith("s3://")
    assert said["prefix"].endswith("/")
    assert said["number-of-frames"] == len(said["frames"]) == 4
    points = np.fromfile(tmp_path / "out/full" / said["frames"][1]["frame"], dtype="<f4").reshape(-1, 4)
    assert said["frames"][1]["format"] == "binary/xyzi"
    sweep = drive.scene.frames[1].sweep()
    there = sweep.world_SE3_sensor.apply(sweep.points().xyz)
    np.testing.assert_allclose(points[:, :3], there, atol=1e-5)
    heading = said["frames"][1]["ego-vehicle-pose"]["heading"]
    turn = Rotation.from_quat([heading[key] for key in ("qx", "qy", "qz", "qw")])
    np.testing.assert_allclose(turn.as_matrix(), sweep.world_SE3_ego.rotation_matrix, atol=1e-12)
    entries = json.loads((tmp_path / "out/full/SeqLabel.json").read_text())["tracking-annotations"]
    for entry, frame_ in zip(entries, drive.scene.frames, strict=True):
        assert entry["frame-number"] == frame_.index
        for found, box in zip(entry["annotations"], drive.labels.in_frame(frame_.index), strict=True):
            kind, _, number = found["object-name"].partition(":")
            assert kind == drive.labels.track(box.track).category
            assert number.isdecimal()
            assert row["labels-ref-metadata"]["class-map"][str(found["class-id"])] == kind
            ahead = box.world_SE3_box.rotation_matrix[:, 0]
            assert math.cos(math.pi - found["yaw"] - math.atan2(ahead[1], ahead[0])) == pytest.approx(1, abs=1e-9)
    assert "world-origin" not in row


def test_points_without_a_return_keep_their_place(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    drive = full_drive(frames=1)
    sweep = drive.scene.frames[0].sweep()
    values = np.array([[1, 2, 3], [0, 0, 0], [np.nan, 0, 0], [4, 5, 6]], dtype=np.float32)
    colors = {name: np.array([1, 2, 3, 4], dtype=np.uint8) for name in "rgb"}
    frame_ = replace(
        drive.scene.frames[0], sweeps={"LIDAR_TOP": replace(sweep, load=lambda: PointCloud(values, colors))}
    )
    drive = Drive(scene=replace(drive.scene, frames=[frame_]), labels=drive.labels)
    write_dataset("sagemaker", tmp_path / "out", [drive], Taxonomy())
    cloud = open_dataset(tmp_path / "out").scene("full").frames[0].sweep().points()
    assert cloud.valid.tolist() == [True, False, False, True]
    assert cloud.fields["g"].tolist() == [1, 2, 3, 4]


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("sagemaker").losses([full_drive(distortion=(0.1, 0, 0, 0, 0, 0, 0.1, 0))])}
    assert found == {"keyframes", "point-fields", "mounting", "camera-mounting", "times", "distortion"}
    long = {f.code for f in format_named("sagemaker").losses([full_drive(frames=501, origin=(1e5, 0, 0))])}
    assert {"too-long", "shifted-world"} <= long
