"""The KITTI tracking benchmark: ten real sequences, one made up with everything, and its writer."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, format_named, open_dataset, write_dataset
from lidar_label.errors import MissingFile, UnreadableFile

Measure = Callable[[np.ndarray, np.ndarray], float]
SEQUENCES = {
    "0000": (154, 711, 15), "0002": (233, 1497, 20), "0003": (144, 388, 9), "0004": (314, 1113, 41),
    "0005": (297, 1476, 36), "0007": (800, 2734, 63), "0009": (803, 3776, 89), "0011": (373, 3788, 60),
    "0017": (145, 883, 11), "0020": (837, 6845, 134),
}  # fmt: skip
ROW = "{frame} {id} {kind} 0 0 -1.79 296.74 161.75 455.23 292.37 2.0 1.82 4.43 {x} 1.86 {z} {ry}"
NOBODY = "{frame} -1 DontCare -1 -1 -10 219.31 188.49 245.5 218.56 -1000 -1000 -1000 -10 -1 -1 -1"


@pytest.mark.one_numpy
def test_ten_real_sequences(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_tracking")
    assert dataset.format == "kitti-tracking"
    assert dataset.scene_names == tuple(SEQUENCES)
    for name, numbers in SEQUENCES.items():
        scene, labels = dataset.scene(name), dataset.labels(name)
        assert (len(scene.frames), len(labels), len(labels.tracks)) == numbers
        assert not any(frame.sweeps for frame in scene.frames)
    assert {"no-sweeps", "no-timestamps", "dont-care"} <= {f.code for f in dataset.findings}


@pytest.mark.one_numpy
def test_real_corners(shared_data: Path, kitti: Any, farthest: Measure) -> None:
    folder = shared_data / "kitti_tracking"
    labels = open_dataset(folder).labels("0017")
    rows = dict(line.split(":", 1) for line in (folder / "calib/0017.txt").read_text().splitlines() if ":" in line)
    kitti.rectify = np.array(rows["R0_rect"].split(), float).reshape(3, 3)
    kitti.velo = np.array(rows["Tr_velo_to_cam"].split(), float).reshape(3, 4)
    lines = [line for line in (folder / "label_02/0017.txt").read_text().splitlines() if "DontCare" not in line]
    seen = 0
    for line in lines:
        frame, track = line.split()[:2]
        token = next(t.token for t in labels.tracks if t.name == track)
        box = next(box for box in labels.in_frame(int(frame)) if box.track == token)
        assert farthest(kitti.corners_in_velo(line), box.corners()) < 1e-6
        seen += 1
    assert seen == len(labels)


@pytest.fixture
def training(tmp_path: Path, kitti: Any, cloud: Any, picture: Any) -> Path:
    """Four frames; object 7 in all but the third, object 2 in two, the fourth frame's cloud absent."""
    split = tmp_path / "training"
    for n in range(4):
        if n != 3:
            cloud(split / f"velodyne/0005/{n:06d}.bin", seed=n)
        picture(split / f"image_02/0005/{n:06d}.png")
    text = kitti.object_calib().replace("R0_rect:", "R_rect").replace("Tr_velo_to_cam:", "Tr_velo_cam")
    rows = [ROW.format(frame=n, id=7, kind="Car", x=-4.5 + n, z=13.4, ry=-2.1 + n) for n in (0, 1, 3)]
    rows += [ROW.format(frame=n, id=2, kind="Cyclist", x=2.0, z=20 - n, ry=3.1) for n in (1, 2)]
    rows += [NOBODY.format(frame=n) for n in range(4)]
    oxts = [f"{49 + n * 1e-5!r} {8.4 + n * 1e-5!r} 110 0.01 -0.02 {0.3 + n * 0.1!r}" + " 0" * 24 for n in range(4)]
    for name, lines in (
        ("calib", [text.replace("Tr_imu_to_velo:", "Tr_imu_velo")]),
        ("label_02", rows),
        ("oxts", oxts),
    ):
        (split / name).mkdir()
        (split / name / "0005.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.parametrize("where", ["", "training"])
def test_a_sequence_with_everything(training: Path, where: str, kitti: Any, farthest: Measure) -> None:
    dataset = open_dataset(training / where)
    scene, labels = dataset.scene("0005"), dataset.labels("0005")
    assert len(scene.frames) == 4
    assert scene.has_poses
    assert [sorted(frame.sweeps) for frame in scene.frames] == [["velodyne"]] * 3 + [[]]
    assert {t.name: len(labels.of_track(t.token)) for t in labels.tracks} == {"7": 3, "2": 2}
    line = ROW.format(frame=3, id=7, kind="Car", x=-1.5, z=13.4, ry=0.9)
    box = labels.in_frame(3)[0]
    frame = scene.frames[3]
    velo_SE3_world = (frame.world_SE3_ego @ scene.sensors["velodyne"].ego_SE3_sensor).inverse
    assert farthest(kitti.corners_in_velo(line), velo_SE3_world.apply(box.corners())) < 1e-6
    found = {f.code: f.message for f in dataset.findings}
    assert "4 DontCare" in found["dont-care"]
    assert found["missing-sweeps"].endswith(": 3")


def test_an_object_that_changes_its_class(training: Path) -> None:
    path = training / "training/label_02/0005.txt"
    path.write_text(path.read_text().replace("2 2 Cyclist", "2 2 Pedestrian"))
    dataset = open_dataset(training)
    labels = dataset.labels("0005")
    assert {t.category for t in labels.tracks} == {"Car", "Cyclist"}
    assert "category-changes" in {f.code for f in dataset.findings}


def test_written_sequences_are_the_sequences_read(training: Path, tmp_path: Path) -> None:
    dataset = open_dataset(training)
    drive = Drive(scene=dataset.scene("0005"), labels=dataset.labels("0005"))
    write_dataset("kitti-tracking", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    scene, labels = back.scene("0005"), back.labels("0005")
    assert sorted((t.name, t.category) for t in labels.tracks) == [("2", "Cyclist"), ("7", "Car")]
    for before, after in zip(drive.scene.frames, scene.frames, strict=True):
        assert max(before.world_SE3_ego.error_to(after.world_SE3_ego)) < 1e-6
        assert sorted(before.sweeps) == sorted(after.sweeps)
        assert before.images["image_02"].encoded() == after.images["image_02"].encoded()
    for before, after in zip(drive.labels.boxes(), labels.boxes(), strict=True):
        np.testing.assert_allclose(before.corners(), after.corners(), atol=1e-6)


@pytest.mark.one_numpy
def test_real_sequences_written_and_read(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "kitti_tracking"
    dataset = open_dataset(source)
    drives = [Drive(scene=dataset.scene(n), labels=dataset.labels(n)) for n in ("0003", "0017")]
    write_dataset("kitti-tracking", tmp_path / "out", drives, dataset.taxonomy)
    for name in ("0003", "0017"):
        old, new = (
            sorted(
                line.split()
                for line in (folder / f"label_02/{name}.txt").read_text().splitlines()
                if "Dont" not in line
            )
            for folder in (source, tmp_path / "out/training")
        )
        assert [row[:3] for row in old] == [row[:3] for row in new]
        for a, b in zip(old, new, strict=True):
            one, two = np.array(a[10:], float), np.array(b[10:], float)
            np.testing.assert_allclose(one[:6], two[:6], atol=2e-6)
            assert abs(math.remainder(one[6] - two[6], math.tau)) < 1e-5


BROKEN = {
    "sixteen": ("0 1 Car 0 0 0 1 2 3 4 1 1 1 0 0 9", "17 or 18 values, this one 16"),
    "frame": (ROW.format(frame="x", id=1, kind="Car", x=0, z=9, ry=0), "frame is 'x'"),
    "negative": (ROW.format(frame=-1, id=1, kind="Car", x=0, z=9, ry=0), "0 or more"),
    "twice": (ROW.format(frame=0, id=7, kind="Car", x=0, z=9, ry=0), "object 7 has two boxes in frame 0"),
    "nan": (ROW.format(frame=0, id=1, kind="Car", x="nan", z=9, ry=0), "x is nan"),
    "infinite": (ROW.format(frame="1e999", id=1, kind="Car", x=0, z=9, ry=0), "not finite"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_named(training: Path, name: str) -> None:
    text, reason = BROKEN[name]
    path = training / "training/label_02/0005.txt"
    path.write_text(ROW.format(frame=0, id=7, kind="Car", x=0, z=9, ry=0) + f"\n{text}\n")
    with pytest.raises(UnreadableFile, match=reason) as caught:
        open_dataset(training).labels("0005")
    assert "0005.txt, row 2" in str(caught.value)


def test_labels_without_calibration(training: Path) -> None:
    (training / "training/calib/0005.txt").unlink()
    dataset = open_dataset(training)
    dataset.scene("0005")
    assert "no-calibration" in {f.code for f in dataset.findings}
    with pytest.raises(MissingFile, match=r"calib/0005\.txt"):
        dataset.labels("0005")


def test_the_object_layout_is_not_taken_for_it(shared_data: Path) -> None:
    assert not format_named("kitti-tracking").recognises(shared_data / "kitti_object")
    assert not format_named("kitti-object").recognises(shared_data / "kitti_tracking")
    assert not format_named("kitti-raw").recognises(shared_data / "kitti_tracking")


def test_a_frame_number_in_the_billions_makes_no_frames(training: Path) -> None:
    for name in ("velodyne", "image_02"):
        for path in (training / f"training/{name}/0005").iterdir():
            path.unlink()
    path = training / "training/label_02/0005.txt"
    path.write_text(ROW.format(frame=4_000_000_000, id=7, kind="Car", x=0, z=9, ry=0) + "\n")
    with pytest.raises(UnreadableFile, match="4000000000"):
        open_dataset(training).scene("0005")
