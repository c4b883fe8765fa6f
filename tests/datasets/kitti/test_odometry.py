"""The odometry benchmark and SemanticKITTI: poses in an upright world, and a label on every point or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from lidar_label.datasets import Drive, WriteOptions, format_named, open_dataset, write_dataset
from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.model import Labels, PointCloud, Taxonomy

TR = np.array([[0.0, -1, 0, 0.02], [0, 0, -1, -0.06], [1, 0, 0, -0.33]])
P0 = np.array([[700.0, 0, 600, 0], [0, 700, 180, 0], [0, 0, 1, 0]])


def text(matrix: np.ndarray) -> str:
    return " ".join(f"{value:.12e}" for value in matrix.ravel())


def camera_pose(index: int) -> np.ndarray:
    """One metre ahead (z of the camera) and a little turn about its vertical a frame."""
    c, s = np.cos(0.1 * index), np.sin(0.1 * index)
    return np.array([[c, 0, s, 0.1 * index], [0, 1, 0, 0], [-s, 0, c, 1.0 * index]])


def cloud_of(index: int, points: int = 30) -> np.ndarray:
    return np.random.default_rng(index).uniform(-20, 20, (points, 4)).astype("<f4")


@pytest.fixture
def sequence(tmp_path: Path) -> Callable[..., Path]:
    """Write ``sequences/08`` as SemanticKITTI has it, with poses of either kind."""

    def write(*, frames: int = 3, labels: bool = True, beside: bool = False) -> Path:
        root = tmp_path / "dataset"
        folder = root / "sequences" / "08"
        for name in ("velodyne", "image_2", *(["labels"] if labels else [])):
            (folder / name).mkdir(parents=True)
        rows = [f"P{n}: {text(P0)}" for n in range(4)]
        (folder / "calib.txt").write_text("\n".join([*rows, f"Tr: {text(TR)}"]) + "\n")
        (folder / "times.txt").write_text("".join(f"{0.1 * i:.6e}\n" for i in range(frames)))
        poses = root / "poses" / "08.txt" if beside else folder / "poses.txt"
        poses.parent.mkdir(exist_ok=True)
        poses.write_text("".join(f"{text(camera_pose(i))}\n" for i in range(frames)))
        for i in range(frames):
            (folder / "velodyne" / f"{i:06d}.bin").write_bytes(cloud_of(i).tobytes())
            if labels:
                marks = np.arange(30, dtype="<u4") * 7 | np.arange(30, dtype="<u4") + 60_000 << 16
                (folder / "labels" / f"{i:06d}.label").write_bytes(marks.tobytes())
        return root

    return write


def test_the_real_sequence(shared_data: Path) -> None:
    folder = shared_data / "kitti_odometry_00"
    dataset = open_dataset(folder)
    assert dataset.format == "kitti-odometry"
    scene = dataset.scene(dataset.scene_names[0])
    assert [len(frame.sweep().points()) for frame in scene.frames] == [124668, 124605, 124478]
    assert [frame.timestamp_ns for frame in scene.frames] == [0, 103_735_900, 207_338_100]
    assert all(frame.sweep().is_compensated for frame in scene.frames)
    # By hand: from the Velodyne into the rectified camera, along, and back.
    lines = (folder / "object_calib_2011_10_03" / "002142.txt").read_text().splitlines()
    rows = {key: np.array(rest.split(), float) for key, _, rest in (row.partition(":") for row in lines) if rest}
    cam_from_velo, rectify = np.eye(4), np.eye(4)
    cam_from_velo[:3], rectify[:3, :3] = rows["Tr_velo_to_cam"].reshape(3, 4), rows["R0_rect"].reshape(3, 3)
    velo = rectify @ cam_from_velo
    truth = np.loadtxt(folder / "KITTI_00_gt.txt", max_rows=3).reshape(-1, 3, 4)
    assert truth[1, :, 3].tolist() == pytest.approx([-0.04690294, -0.02839928, 0.8586941])
    for frame, pose in zip(scene.frames, truth, strict=True):
        by_hand = np.linalg.inv(velo) @ np.vstack([pose, [0, 0, 0, 1]]) @ velo
        np.testing.assert_allclose(frame.sweep().world_SE3_ego.matrix, by_hand, atol=1e-5)
    # The second sweep lies on the first one with its pose, as its README says, and not without.
    near = [f.sweep().points().xyz for f in scene.frames[:2]]
    near = [xyz[(np.linalg.norm(xyz, axis=1) < 30) & (xyz[:, 2] > -1.2)] for xyz in near]
    tree = cKDTree(near[0])
    moved = scene.frames[1].sweep().world_SE3_sensor.apply(near[1])
    assert np.median(tree.query(near[1])[0]) == pytest.approx(0.158, abs=2e-3)
    assert np.median(tree.query(moved)[0]) == pytest.approx(0.069, abs=2e-3)


@pytest.mark.parametrize("beside", [False, True])
def test_a_sequence_with_labels(sequence: Callable[..., Path], beside: bool) -> None:
    root = sequence(beside=beside)
    for path in (root, root / "sequences", root / "sequences" / "08"):
        dataset = open_dataset(path)
        assert (dataset.format, dataset.scene_names) == ("semantickitti", ("08",))
        scene = dataset.scene("08")
        assert scene.has_poses
        for i, frame in enumerate(scene.frames):
            cloud = frame.sweep().points()
            np.testing.assert_array_equal(cloud.xyz, cloud_of(i)[:, :3])
            np.testing.assert_array_equal(cloud.fields["intensity"], cloud_of(i)[:, 3])
            np.testing.assert_array_equal(cloud.fields["semantic_class"], np.arange(30) * 7)
            np.testing.assert_array_equal(cloud.fields["instance_id"], np.arange(30) + 60_000 & 0xFFFF)
            velo = np.vstack([TR, [0, 0, 0, 1]])
            by_hand = np.linalg.inv(velo) @ np.vstack([camera_pose(i), [0, 0, 0, 1]]) @ velo
            np.testing.assert_allclose(frame.sweep().world_SE3_ego.matrix, by_hand, atol=1e-9)
    # Ahead is x, and the world is upright.
    assert scene.frames[1].sweep().world_SE3_ego.translation[0] == pytest.approx(1.0, abs=0.1)
    assert len(dataset.labels("08")) == 0


def test_the_odometry_reader_gives_labels_as_well(sequence: Callable[..., Path]) -> None:
    scene = open_dataset(sequence(), "kitti-odometry").scene("08")
    assert "semantic_class" in scene.frames[0].sweep().points().fields


def test_a_sequence_without_labels(sequence: Callable[..., Path]) -> None:
    dataset = open_dataset(sequence(labels=False))
    assert dataset.format == "kitti-odometry"
    assert set(dataset.scene("08").frames[0].sweep().points().fields) == {"intensity"}


@pytest.mark.parametrize("length", [0, 29, 31, 120, 480])
def test_labels_of_another_length_are_refused(sequence: Callable[..., Path], length: int) -> None:
    """Traps 14, 40 and 41: a label file of a part of the cloud, or of another type, would label other points."""
    root = sequence()
    path = root / "sequences" / "08" / "labels" / "000001.label"
    path.write_bytes(bytes(length if length in (29, 31) else 4 * length))
    dataset = open_dataset(root)
    scene = dataset.scene("08")
    told = [finding for finding in dataset.findings if finding.code == "label-count"]
    assert [finding.severity for finding in told] == ["error"]
    scene.frames[0].sweep().points()
    with pytest.raises(UnreadableFile, match="not four for each of 30 points") as error:
        scene.frames[1].sweep().points()
    assert error.value.where == str(path)


def marked(drive: Drive, **fields: object) -> Drive:
    """The drive with a class and an instance on each point, and points without a return among them."""
    sweeps = {}
    for frame in drive.scene.frames:
        cloud = frame.sweep().points()
        xyz = cloud.xyz.copy()
        xyz[::5] = 0.0
        count = np.arange(len(cloud))
        labels = {
            "semantic_class": count.astype(np.int64) % 40,
            "instance_id": (count * 900).astype(np.uint32),
            **fields,
        }
        made = PointCloud(xyz, {**cloud.fields, **{k: np.asarray(v) for k, v in labels.items() if v is not None}})
        sweeps[frame.index] = made
    frames = [
        replace(f, sweeps={c: replace(s, load=lambda i=f.index: sweeps[i]) for c, s in f.sweeps.items()})
        for f in drive.scene.frames
    ]
    return Drive(scene=replace(drive.scene, frames=frames), labels=Labels())


@pytest.mark.parametrize("name", ["semantickitti", "kitti-odometry"])
def test_round_trip(full_drive: Callable[..., Drive], tmp_path: Path, name: str) -> None:
    given = marked(full_drive(origin=(690_000.0, 5_336_000.0, 500.0)))
    write_dataset(name, tmp_path / "out", [given], Taxonomy(), WriteOptions())
    dataset = open_dataset(tmp_path / "out")
    assert (dataset.format, dataset.scene_names) == (name, ("00",))
    scene = dataset.scene("00")
    folder = tmp_path / "out" / "sequences" / "00"
    for ours, theirs in zip(given.scene.frames, scene.frames, strict=True):
        before, after = ours.sweep().points(), theirs.sweep().points()
        assert len(before) == len(after)
        # Turned by quarters, so that no digit of a point changes.
        np.testing.assert_array_equal(np.sort(np.abs(before.xyz)), np.sort(np.abs(after.xyz)))
        np.testing.assert_array_equal(before.fields["intensity"], after.fields["intensity"])
        world = [s.world_SE3_sensor.apply(c.xyz) + o.origin for s, c, o in
                 ((ours.sweep(), before, given.scene), (theirs.sweep(), after, scene))]  # fmt: skip
        np.testing.assert_allclose(world[0] - world[0][0], world[1] - world[1][0], atol=1e-3)
        np.testing.assert_allclose(world[0], world[1], atol=1e-3)
        label = folder / "labels" / f"{theirs.index:06d}.label"
        if name == "semantickitti":
            raw = np.fromfile(label, dtype="<u4")
            assert len(raw) == len(before)  # points without a return keep theirs
            np.testing.assert_array_equal(raw & 0xFFFF, before.fields["semantic_class"])
            np.testing.assert_array_equal(raw >> 16, before.fields["instance_id"])
            np.testing.assert_array_equal(after.fields["semantic_class"], before.fields["semantic_class"])
        else:
            assert not label.exists()
    apart = [f.timestamp_ns - given.scene.frames[0].timestamp_ns for f in given.scene.frames]
    assert [f.timestamp_ns for f in scene.frames] == apart
    assert (folder / "poses.txt").exists() == (name == "semantickitti")
    assert (tmp_path / "out" / "poses" / "00.txt").exists() == (name == "kitti-odometry")


def test_what_is_lost_is_said(full_drive: Callable[..., Drive]) -> None:
    drive = full_drive()
    said = " ".join(f.message for f in format_named("semantickitti").losses([drive]))
    for words in ("boxes are lost", "ring", "times count from the first frame", "pictures get the time of their cloud"):
        assert words in said
    classes = [f.message for f in format_named("kitti-odometry").losses([marked(drive)]) if f.code == "point-fields"]
    assert "semantic_class" in classes[0]
    kept = [f.message for f in format_named("semantickitti").losses([marked(drive)]) if f.code == "point-fields"]
    assert "semantic_class" not in kept[0]


@pytest.mark.parametrize("values", [[70_000], [-1], [0.5], [np.nan]])
def test_classes_that_do_not_fit_stop_the_export(
    full_drive: Callable[..., Drive], tmp_path: Path, values: list[float]
) -> None:
    drive = marked(full_drive(), semantic_class=np.array(values * 30))
    with pytest.raises(CannotWrite, match="whole numbers from 0 to 65535"):
        write_dataset("semantickitti", tmp_path / "out", [drive], Taxonomy())
    assert not list(tmp_path.iterdir())


def test_points_without_classes_get_none(full_drive: Callable[..., Drive], tmp_path: Path) -> None:
    write_dataset("semantickitti", tmp_path / "out", [full_drive()], Taxonomy())
    for path in (tmp_path / "out" / "sequences" / "00" / "labels").iterdir():
        assert path.read_bytes() == bytes(4 * 30)


def test_scenes_are_joined_by_their_numbers(full_drive: Callable[..., Drive], tmp_path: Path) -> None:
    for part in "ab":
        write_dataset("kitti-odometry", tmp_path / part, [full_drive(part)], Taxonomy())
    (tmp_path / "both").mkdir()
    found = format_named("kitti-odometry").join([tmp_path / "a", tmp_path / "b"], tmp_path / "both")
    dataset = open_dataset(tmp_path / "both")
    assert dataset.scene_names == ("00", "01")
    assert all(dataset.scene(name).has_poses for name in dataset.scene_names)
    assert [finding.code for finding in found] == ["scene-renumbered"]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("calib.txt", "P0: 1 2 3\nTr: 1 0 0 0 0 1 0 0 0 0 1 0\n", "needs 12 numbers and has 3"),
        ("calib.txt", f"P0: {text(P0)}\nTr: {text(TR * 2)}\n", "wrong calibration"),
        ("times.txt", "0\nsoon\n", "row 2"),
        ("poses.txt", "1 2 3\n", "row 1"),
        ("poses.txt", f"{text(camera_pose(0) * 3)}\n" * 3, "a pose is none"),
    ],
)
def test_files_that_are_none(sequence: Callable[..., Path], file: str, content: str, words: str) -> None:
    root = sequence()
    (root / "sequences" / "08" / file).write_text(content)
    with pytest.raises(UnreadableFile) as error:
        open_dataset(root).scene("08")
    assert words in error.value.line
    assert file in error.value.line


def test_what_is_missing_is_told(sequence: Callable[..., Path]) -> None:
    root = sequence()
    folder = root / "sequences" / "08"
    (folder / "poses.txt").write_text(f"{text(camera_pose(0))}\n")
    (folder / "times.txt").unlink()
    (folder / "calib.txt").write_text(f"P0: {text(P0)}\n")
    (folder / "labels" / "000002.label").unlink()
    (folder / "labels" / "000009.label").write_bytes(b"")
    (folder / "voxels").mkdir()
    dataset = open_dataset(root)
    scene = dataset.scene("08")
    assert not scene.has_poses
    assert not scene.has_timestamps
    assert {"missing-poses", "no-timestamps", "assumed", "missing-labels", "labels-without-frame", "not-read"} == {
        finding.code for finding in dataset.findings
    }
