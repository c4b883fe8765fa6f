"""The KITTI object benchmark: real frames, the box's way from camera to Velodyne, and broken files."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.datasets import Drive, format_named, open_dataset, write_dataset
from lidar_label.datasets.kitti.calib import Calibration, read_calib
from lidar_label.datasets.kitti.labels import read_label_file, read_object_labels
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Labels, Track, wrap_angle

Measure = Callable[[np.ndarray, np.ndarray], float]
CAR = "Car 0.10 1 1.50 387.63 181.54 423.81 203.12 1.67 1.87 3.69 -4.53 1.39 18.49 1.57"
SEEN = "Pedestrian 0.00 0 -0.20 600.00 143.00 640.00 200.00 1.89 0.48 1.20 1.84 1.47 8.41 0.01"
BEHIND = "Van -1 -1 -10 -1 -1 -1 -1 2.10 1.90 5.20 1.00 1.50 -20.00 -3.10"
DONT_CARE = "DontCare -1 -1 -10 503.89 169.71 590.61 190.13 -1 -1 -1 -1000 -1000 -1000 -10"


@pytest.fixture
def frames(tmp_path: Path, kitti: Any, cloud: Any, picture: Any) -> Path:
    split = tmp_path / "training"
    for number in (2, 10):
        cloud(split / "velodyne" / f"{number:06d}.bin", seed=number)
        picture(split / "image_2" / f"{number:06d}.png")
        for name, text in (("calib", kitti.object_calib()), ("label_2", f"{CAR}\n{DONT_CARE}\n{SEEN}\n{BEHIND}\n")):
            (split / name).mkdir(exist_ok=True)
            (split / name / f"{number:06d}.txt").write_text(text)
    return tmp_path


REAL = {
    "kitti_object": {
        "000000": (115384, 20285, (1224, 370), [("Pedestrian", 376)]),
        "000001": (120268, 18630, (1242, 375), [("Truck", 70), ("Car", 9), ("Cyclist", 18)]),
    },
    "kitti_object_reduced": {
        "000008": (17238, 17238, (1242, 375), [("Car", n) for n in (1424, 1940, 878, 668, 53, 164)])
    },
}


@pytest.mark.parametrize("name", REAL)
def test_real_frames_have_the_points_and_pixels_they_should(shared_data: Path, name: str) -> None:
    dataset = open_dataset(shared_data / name)
    assert dataset.format == "kitti-object"
    (scene_name,) = dataset.scene_names
    scene, labels = dataset.scene(scene_name), dataset.labels(scene_name)
    assert not scene.is_sequence
    assert not scene.has_timestamps
    assert [frame.name for frame in scene.frames] == list(REAL[name])
    for frame in scene.frames:
        points, seen, size, boxes = REAL[name][frame.name]
        xyz = frame.sweep().points().xyz
        assert len(xyz) == points
        assert "intensity" in frame.sweep().points().fields
        found = []
        for box in labels.in_frame(frame.index):
            local = np.abs(box.world_SE3_box.inverse.apply(xyz))
            found.append((labels.track(box.track).category, int((local <= np.array(box.size) / 2).all(axis=1).sum())))
        assert found == boxes
        image = frame.images["image_02"]
        camera = image.sensor.camera
        assert camera is not None
        assert (camera.width, camera.height) == size
        uv, front = camera.project((image.world_SE3_sensor.inverse @ frame.sweep().world_SE3_sensor).apply(xyz))
        inside = front & (uv >= 0).all(axis=1) & (uv[:, 0] < size[0]) & (uv[:, 1] < size[1])
        assert int(inside.sum()) == seen
        assert image.encoded()[:4] == b"\x89PNG"


def test_projection_equals_the_files_own_matrices(shared_data: Path) -> None:
    folder = shared_data / "kitti_object/training"
    rows = dict(line.split(":", 1) for line in (folder / "calib/000001.txt").read_text().splitlines() if ":" in line)
    p2 = np.array(rows["P2"].split(), float).reshape(3, 4)
    rectify, velo = np.eye(4), np.eye(4)
    rectify[:3, :3] = np.array(rows["R0_rect"].split(), float).reshape(3, 3)
    velo[:3] = np.array(rows["Tr_velo_to_cam"].split(), float).reshape(3, 4)
    frame = open_dataset(folder).scene("training").frames[1]
    xyz = frame.sweep().points().xyz.astype(float)
    xyz = xyz[xyz[:, 0] > 5][::50]
    plain = np.column_stack([xyz, np.ones(len(xyz))]) @ (p2 @ rectify @ velo).T
    image = frame.images["image_02"]
    assert image.sensor.camera is not None
    uv, _ = image.sensor.camera.project(image.world_SE3_sensor.inverse.apply(xyz))
    np.testing.assert_allclose(uv, plain[:, :2] / plain[:, 2:], atol=2e-3)


def test_real_corners(shared_data: Path, farthest: Measure, kitti: Any) -> None:
    folder = shared_data / "kitti_object/training"
    labels = open_dataset(folder).labels("training")
    for index, path in enumerate(sorted((folder / "label_2").glob("*.txt"))):
        rows = dict(
            line.split(":", 1) for line in (folder / "calib" / path.name).read_text().splitlines() if ":" in line
        )
        kitti.rectify = np.array(rows["R0_rect"].split(), float).reshape(3, 3)
        kitti.velo = np.array(rows["Tr_velo_to_cam"].split(), float).reshape(3, 4)
        lines = [line for line in path.read_text().splitlines() if not line.startswith("DontCare")]
        for line, box in zip(lines, labels.in_frame(index), strict=True):
            assert farthest(kitti.corners_in_velo(line), box.corners()) < 1e-6


def test_the_stray_pickle_is_not_touched(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: opened.append(self.suffix) or real(self, *a, **k))
    dataset = open_dataset(shared_data / "kitti_object_reduced")
    dataset.labels(*dataset.scene_names)
    assert ".pkl" not in opened


angles = st.floats(-10, 10)


@settings(deadline=None)
@given(st.tuples(*[st.floats(-80, 80)] * 3), st.tuples(*[st.floats(0.2, 20)] * 3), angles, angles, angles, angles)
def test_corners_in_camera_are_corners_in_velodyne(
    location: tuple[float, ...], size: tuple[float, float, float], ry: float, a: float, b: float, c: float
) -> None:
    ca, sa, cb, sb, cc, sc = math.cos(a), math.sin(a), math.cos(b), math.sin(b), math.cos(c), math.sin(c)
    turn = np.array([[ca, -sa, 0], [sa, ca, 0], [0, 0, 1]]) @ [[cb, 0, sb], [0, 1, 0], [-sb, 0, cb]]
    velo = np.hstack([turn @ [[1, 0, 0], [0, cc, -sc], [0, sc, cc]], [[0.3], [-0.2], [0.1]]])
    calibration = Calibration({}, np.eye(3), velo)
    length, width, height = size
    pose = calibration.box_in_velo(location, height, ry)
    box = Box(track="t", frame=0, world_SE3_box=SE3("world", "box", pose.rotation, pose.translation), size=size)
    corners = box.corners() @ velo[:, :3].T + velo[:, 3]
    cy, sy = math.cos(ry), math.sin(ry)
    x, y, z = location
    expected = []  # front face first: heading is the camera's x turned by ry, its left is then the camera's z
    for along in (length / 2, -length / 2):
        for left, up in ((width / 2, height), (-width / 2, height), (-width / 2, 0), (width / 2, 0)):
            expected.append((x + along * cy + left * sy, y - up, z - along * sy + left * cy))
    np.testing.assert_allclose(corners, expected, atol=1e-9)
    back, angle = calibration.box_in_camera(pose, height)
    np.testing.assert_allclose(back, location, atol=1e-9)
    assert abs(wrap_angle(angle - ry)) < 1e-9
    assert -math.pi <= angle <= math.pi


def test_made_up_frames(frames: Path, kitti: Any, farthest: Measure) -> None:
    dataset = open_dataset(frames)
    scene, labels = dataset.scene("training"), dataset.labels("training")
    assert [frame.name for frame in scene.frames] == ["000002", "000010"]
    assert len(labels) == len(labels.tracks) == 6
    for line, box in zip((CAR, SEEN, BEHIND), labels.in_frame(0), strict=True):
        assert farthest(kitti.corners_in_velo(line), box.corners()) < 1e-9
    assert [box.attributes for box in labels.in_frame(0)] == [
        {"truncated": 0.1, "occluded": 1}, {"truncated": 0.0, "occluded": 0}, {}
    ]  # fmt: skip
    assert {f.code: f.message.split()[0] for f in dataset.findings}["dont-care"] == "2"


def test_a_box_that_is_yaw_only_before_the_camera_leans_in_the_velodyne(frames: Path) -> None:
    box = open_dataset(frames).labels("training").in_frame(0)[0]
    assert abs(box.world_SE3_box.rotation_matrix[2, 2]) < 1 - 1e-5


def test_helper_for_labels_of_single_frames(shared_data: Path) -> None:
    drive = shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync"
    expected = {
        ("001497", "0000000007"): [690, 1938, 23430, 1324, 93, 85, 106, 82],
        ("004587", "0000000014"): [851, 3682, 16489, 1787, 137, 112, 128, 77],
    }
    for (stem, frame), counts in expected.items():
        labels = read_object_labels(drive / f"object_label_2/{stem}.txt", drive / f"object_calib/{stem}.txt")
        xyz = np.fromfile(drive / f"velodyne_points/data/{frame}.bin", dtype="<f4").reshape(-1, 4)[:, :3]
        found = [
            int((np.abs(label.velo_SE3_box.inverse.apply(xyz)) <= np.array(label.size) / 2).all(axis=1).sum())
            for label in labels
        ]
        assert found == counts


@pytest.mark.parametrize("made", [True, False])
def test_written_frames_are_the_frames_read(frames: Path, shared_data: Path, tmp_path: Path, made: bool) -> None:
    source = frames if made else shared_data / "kitti_object"
    dataset = open_dataset(source)
    drive = Drive(scene=dataset.scene("training"), labels=dataset.labels("training"))
    write_dataset("kitti-object", tmp_path / "out", [drive], dataset.taxonomy)
    for path in sorted((source / "training/label_2").glob("*.txt")):
        new = (tmp_path / "out/training/label_2" / path.name).read_text().splitlines()
        old = [line for line in path.read_text().splitlines() if not line.startswith("DontCare")]
        for a, b in zip(old, new, strict=True):
            one, two = a.split(), b.split()
            assert one[0] == two[0]
            np.testing.assert_allclose(np.array(one[8:], float), np.array(two[8:], float), atol=1e-8)
            if not made:
                np.testing.assert_allclose(float(one[3]), float(two[3]), atol=0.02)  # alpha
                np.testing.assert_allclose(np.array(one[4:8], float), np.array(two[4:8], float), atol=10)
        calib = tmp_path / "out/training/calib" / path.name
        before, after = read_calib(source / "training/calib" / path.name), read_calib(calib)
        np.testing.assert_allclose(after.rect_from_velo, before.rect_from_velo, rtol=1e-11, atol=1e-12)
        for folder, suffix in (("velodyne", ".bin"), ("image_2", ".png")):
            file = f"training/{folder}/{path.stem}{suffix}"
            assert (tmp_path / "out" / file).read_bytes() == (source / file).read_bytes()


def test_real_2d_boxes_are_close_to_the_labelled_ones(shared_data: Path, tmp_path: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_object_reduced")
    (name,) = dataset.scene_names
    write_dataset(
        "kitti-object",
        tmp_path / "out",
        [Drive(scene=dataset.scene(name), labels=dataset.labels(name))],
        dataset.taxonomy,
    )
    old = read_label_file(shared_data / "kitti_object_reduced/label_2/000008.txt").rows
    new = read_label_file(tmp_path / "out/training/label_2/000008.txt").rows
    for a, b in zip(old, new, strict=True):
        np.testing.assert_allclose(a.rect, b.rect, atol=2.5)


def test_boxes_outside_the_image_are_written_and_reported(frames: Path, tmp_path: Path) -> None:
    dataset = open_dataset(frames)
    drive = Drive(scene=dataset.scene("training"), labels=dataset.labels("training"))
    findings = write_dataset("kitti-object", tmp_path / "out", [drive], dataset.taxonomy)
    rows = read_label_file(tmp_path / "out/training/label_2/000002.txt").rows
    assert rows[2].rect == (-1, -1, -1, -1)
    assert rows[1].rect != (-1, -1, -1, -1)
    assert any(f.code == "outside-image" and f.message.startswith("2 of 6") for f in findings)


def test_without_a_camera_placeholders_and_a_calibration_are_written(tmp_path: Path, cloud: Any) -> None:
    cloud(tmp_path / "scene/lidar/000000.bin", points=51)
    (tmp_path / "scene/label").mkdir()
    dataset = open_dataset(tmp_path / "scene")
    pose = SE3.from_yaw("world", "box", 0.7, (10.0, 3.0, -1.0))
    labels = Labels(
        [Track(category="Fire truck", token="t")], [Box(track="t", frame=0, world_SE3_box=pose, size=(4, 2, 1.5))]
    )
    drive = Drive(scene=dataset.scene("scene"), labels=labels)
    losses = {f.code for f in format_named("kitti-object").losses([drive])}
    assert {"no-camera", "category-name"} <= losses
    write_dataset("kitti-object", tmp_path / "out", [drive], dataset.taxonomy)
    (row,) = (tmp_path / "out/training/label_2/000000.txt").read_text().splitlines()
    assert row.split()[:8] == ["Fire_truck", "-1", "-1", "-10.00", "-1.00", "-1.00", "-1.00", "-1.00"]
    np.testing.assert_allclose(np.array(row.split()[11:14], float), (-3.0, 1.0 + 0.75, 10.0), atol=1e-9)
    assert math.isclose(float(row.split()[14]), -0.7 - math.pi / 2, abs_tol=1e-8)
    back = open_dataset(tmp_path / "out").labels("training").in_frame(0)[0]
    assert back.world_SE3_box.error_to(pose)[0] < 1e-8
    assert abs(back.yaw - 0.7) < 1e-8


BROKEN_LABELS = {
    "fourteen": (CAR.rsplit(" ", 1)[0], "15 or 16 values, this one 14"),
    "nan": (CAR.replace("18.49", "nan"), "z is nan"),
    "word": (CAR.replace("18.49", "far"), "z is 'far'"),
    "no size": (CAR.replace("1.87", "0.00"), "above 0"),
    "half occluded": (CAR.replace(" 1 1.50", " 1.5 1.50"), "occluded is 1.5"),
}


@pytest.mark.parametrize("name", BROKEN_LABELS)
def test_a_broken_row_is_named(frames: Path, name: str) -> None:
    text, reason = BROKEN_LABELS[name]
    (frames / "training/label_2/000010.txt").write_text(f"{SEEN}\n{text}\n")
    with pytest.raises(UnreadableFile, match=reason) as caught:
        open_dataset(frames).labels("training")
    assert "000010.txt, row 2" in str(caught.value)
    assert "\n" not in str(caught.value)


def calib_with(kitti: Any, key: str, change: Callable[[np.ndarray], np.ndarray]) -> str:
    rows = []
    for line in kitti.object_calib().splitlines():
        name, _, rest = line.partition(":")
        numbers = change(np.array(rest.split(), float)) if name == key else np.array(rest.split(), float)
        rows.append(f"{name}: {' '.join(map(repr, map(float, numbers)))}")
    return "\n".join(rows)


BROKEN_CALIBS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray], str]] = {
    "short": ("P2", lambda v: v[:11], "P2 needs 12 numbers and has 11"),
    "mirrored": ("R0_rect", lambda v: v * [1, 1, 1, -1, -1, -1, 1, 1, 1], "determinant -1"),
    "no rotation": ("Tr_velo_to_cam", lambda v: v * 2, "not orthonormal"),
    "infinite": ("Tr_velo_to_cam", lambda v: v * math.inf, "not finite"),
    "no projection": ("P2", lambda v: v * 0, "P2 is no projection"),
}


@pytest.mark.parametrize("name", BROKEN_CALIBS)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_broken_calibration_is_named(frames: Path, kitti: Any, name: str) -> None:
    key, change, reason = BROKEN_CALIBS[name]
    (frames / "training/calib/000010.txt").write_text(calib_with(kitti, key, change))
    with pytest.raises(UnreadableFile, match=reason) as caught:
        open_dataset(frames).scene("training")
    assert "calib/000010.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_without_their_calibration(frames: Path) -> None:
    (frames / "training/calib/000010.txt").unlink()
    dataset = open_dataset(frames)
    assert dataset.scene("training").frames[1].images["image_02"].sensor.camera is None
    with pytest.raises(MissingFile, match=r"calib/000010\.txt"):
        dataset.labels("training")


def test_a_cut_cloud_is_refused_when_it_is_read(frames: Path) -> None:
    path = frames / "training/velodyne/000002.bin"
    os.truncate(path, 787)
    frame = open_dataset(frames).scene("training").frames[0]
    with pytest.raises(UnreadableFile, match="787 bytes"):
        frame.sweep().points()


def test_a_picture_that_is_none_leaves_the_camera_without_a_lens(frames: Path) -> None:
    (frames / "training/image_2/000002.png").write_bytes(b"nothing")
    dataset = open_dataset(frames)
    assert dataset.scene("training").frames[0].images["image_02"].sensor.camera is None
    assert "unreadable-image" in {f.code for f in dataset.findings}


def test_a_detectors_scores(frames: Path) -> None:
    path = frames / "training/label_2/000002.txt"
    path.write_text(f"{CAR} 0.75\n{SEEN} 4.5\n")
    dataset = open_dataset(frames)
    boxes = dataset.labels("training").in_frame(0)
    assert [box.score for box in boxes] == [0.75, None]
    assert boxes[1].attributes["score"] == 4.5


def test_an_empty_folder_is_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "training/velodyne").mkdir(parents=True)
    assert not format_named("kitti-object").recognises(tmp_path)
    with pytest.raises(LidarLabelError):
        format_named("kitti-object").read(tmp_path)
