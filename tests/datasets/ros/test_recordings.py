"""A drive in recordings of every kind: the same scene, and the same bytes that rosbags reads."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from rosbags.highlevel import AnyReader
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, ReadOptions, WriteOptions, open_dataset, write_dataset
from lidar_label.datasets.base import Dataset
from lidar_label.datasets.ros.opening import open_bag2, open_files
from lidar_label.datasets.ros.recording import WHOLE
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Pinhole

KINDS = ("bag", "bag-lz4", "bag-bz2", "db3", "db3-messages", "mcap", "mcap-zstd", "mcap-messages")


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


@pytest.mark.parametrize("kind", KINDS)
def test_a_drive_in_every_kind_of_recording(record: Callable[..., Path], made: ModuleType, kind: str) -> None:
    dataset = open_dataset(record(kind))
    assert dataset.format == ("ros1" if kind.startswith("bag") else "ros2")
    (name,) = dataset.scene_names
    scene = dataset.scene(name)
    assert [frame.timestamp_ns for frame in scene.frames] == [made.START + i * made.SECOND // 10 for i in range(5)]
    assert set(scene.sensors) == {"lidar_top", "camera_front"}
    assert scene.has_poses
    assert scene.has_timestamps
    assert len(dataset.labels(name)) == 0
    for frame in scene.frames:
        xyz, intensity, ring = made.points_of(frame.index)
        cloud = frame.sweep().points()
        np.testing.assert_array_equal(cloud.xyz, xyz)
        np.testing.assert_array_equal(cloud.fields["intensity"], intensity)
        np.testing.assert_array_equal(cloud.fields["ring"], ring)
        np.testing.assert_allclose(cloud.fields["time_s"], np.arange(made.POINTS) * 1e-9)
        assert set(cloud.fields) == {"intensity", "ring", "time_s"}
        assert cloud.valid.sum() == made.POINTS - 2
        image = frame.images["camera_front"]
        # Ten pictures lie at 13, 63, 113 ... ms and frames at 0, 100, 200 ... ms.
        assert image.timestamp_ns == frame.timestamp_ns + 13_000_000
        assert image.encoded() == made.jpeg(frame.index * 2)
        assert image.suffix == ".jpg"
    assert [data.timestamp_ns - made.START for data in scene.between] == [
        63_000_000 + i * 100_000_000 for i in range(5)
    ]
    assert [data.frame for data in scene.between] == [1, 2, 3, 4, 4]
    told = {f.code: f.message for f in dataset.findings}
    assert "/note (std_msgs/String, 1)" in told["not-read"]
    assert not [f for f in dataset.findings if f.severity != "info"]


@pytest.mark.parametrize("kind", ["bag", "db3"])
def test_sensors_are_where_tf_puts_them_at_their_own_time(
    record: Callable[..., Path], made: ModuleType, kind: str
) -> None:
    dataset = open_dataset(record(kind))
    scene = dataset.scene(dataset.scene_names[0])
    points = np.random.default_rng(1).uniform(-20, 20, (50, 3))
    mount = Rotation.from_quat(made.LOOKS_AHEAD)
    for frame in scene.frames:
        for data, turn, place in (
            (frame.sweep(), made.TURN, made.MOUNT),
            (frame.images["camera_front"], mount, made.CAMERA_MOUNT),
        ):
            position, quaternion = made.place_at(data.timestamp_ns)
            in_ego = turn.apply(points) + place
            in_world = Rotation.from_quat(quaternion).apply(in_ego) + position
            np.testing.assert_allclose(data.world_SE3_sensor.apply(points), in_world, atol=1e-6)


def test_a_box_is_in_the_picture_where_it_is_in_the_cloud(record: Callable[..., Path], made: ModuleType) -> None:
    dataset = open_dataset(record("mcap"))
    frame = dataset.scene(dataset.scene_names[0]).frames[2]
    image, sweep = frame.images["camera_front"], frame.sweep()
    lens = image.sensor.camera
    assert isinstance(lens, Pinhole)
    assert (lens.width, lens.height, lens.fx, lens.fy, lens.cx, lens.cy) == (64, 48, 40, 41, 31.5, 23.5)
    assert lens.distortion == (-0.1, 0.01, 0, 0, 0)
    corners = np.array([[12 + a, 1 + b, c] for a in (0, 4) for b in (0, 2) for c in (-1.5, 0.0)])
    uv, seen = lens.project((image.world_SE3_sensor.inverse @ sweep.world_SE3_sensor).apply(corners))
    # By hand: LiDAR to vehicle, vehicle to world at the sweep's time, back at the picture's, into the camera.
    position, quaternion = made.place_at(sweep.timestamp_ns)
    world = Rotation.from_quat(quaternion).apply(made.TURN.apply(corners) + made.MOUNT) + position
    position, quaternion = made.place_at(image.timestamp_ns)
    ego = Rotation.from_quat(quaternion).inv().apply(world - np.array(position))
    camera = Rotation.from_quat(made.LOOKS_AHEAD).inv().apply(ego - np.array(made.CAMERA_MOUNT))
    x, y = camera[:, 0] / camera[:, 2], camera[:, 1] / camera[:, 2]
    bend = 1 - 0.1 * (x * x + y * y) + 0.01 * (x * x + y * y) ** 2
    by_hand = np.column_stack([40 * x * bend + 31.5, 41 * y * bend + 23.5])
    assert seen.all()
    np.testing.assert_allclose(uv, by_hand, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_is_what_rosbags_reads(record: Callable[..., Path], kind: str) -> None:
    path = record(kind)
    with AnyReader([path]) as reader:
        theirs = sorted((c.topic, time, bytes(data)) for c, time, data in reader.messages())
        counts = {name: info.msgcount for name, info in reader.topics.items()}
    recording = open_files(path, [path]) if path.is_file() else open_bag2(path)
    assert {topic.name: topic.count for topic in recording.topics.values()} == counts
    messages = list(recording.messages(dict.fromkeys(recording.topics, WHOLE)))
    assert sorted((m.topic, m.time_ns, m.data) for m in messages) == theirs
    assert all(recording.read(m.place) == m.data for m in reversed(messages))
    few = list(recording.messages(dict.fromkeys(recording.topics, 12)))
    assert [m.place for m in few] == [m.place for m in messages]
    for short, whole in zip(few, messages, strict=True):
        assert whole.data.startswith(short.data)
        assert len(short.data) >= min(12, len(whole.data))
    recording.close()


def test_the_real_ouster_bag_has_packets_and_no_points(shared_data: Path) -> None:
    path = shared_data / "formats" / "ouster" / "512x10_raw.bag"
    dataset = open_dataset(path)
    scene = dataset.scene(dataset.scene_names[0])
    assert (dataset.format, len(scene.frames)) == ("ros1", 0)
    told = {finding.code: finding.message for finding in dataset.findings}
    for topic in ("/os_node0/imu_packets", "/os_node0/lidar_packets", "/os_node0/metadata"):
        assert topic in told["no-lidar"]
    assert "PointCloud2" in told["no-lidar"]
    assert "raw packets (ouster_ros/PacketMsg)" in told["raw-packets"]
    with AnyReader([path]) as reader:
        theirs = [bytes(data) for _, _, data in reader.messages()]
    recording = open_files(path, [path])
    ours = list(recording.messages(dict.fromkeys(recording.topics, WHOLE)))
    assert sorted(m.data for m in ours) == sorted(theirs)
    assert len(ours) == 43


def test_split_recordings_are_one_scene(record: Callable[..., Path], made: ModuleType, tmp_path: Path) -> None:
    sent = made.drive()
    half = len(sent) // 2
    folder = tmp_path / "bags"
    folder.mkdir()
    record("bag", sent[:half], "bags/night_2024-01-01-10-00-00_0")
    record("bag", sent[half:], "bags/night_2024-01-01-10-01-00_1")
    record("bag", sent, "bags/other")
    dataset = open_dataset(folder)
    assert dataset.scene_names == ("night", "other")
    night, other = dataset.scene("night"), dataset.scene("other")
    assert [f.timestamp_ns for f in night.frames] == [f.timestamp_ns for f in other.frames]
    for ours, theirs in zip(night.frames, other.frames, strict=True):
        np.testing.assert_array_equal(ours.sweep().points().xyz, theirs.sweep().points().xyz)
        assert ours.sweep().world_SE3_sensor == theirs.sweep().world_SE3_sensor
    assert all(data.is_present for data in night.recordings())
    first, second = record("db3", sent[:half], "a"), record("db3", sent[half:], "b")
    (second / "b.db3").rename(first / "b.db3")
    dataset = open_dataset(first)
    assert len(dataset.scene("a").frames) == len(other.frames)


def test_a_folder_of_ros2_bags(record: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    record("db3", name="all/one")
    record("mcap", name="all/two")
    dataset = open_dataset(tmp_path / "all")
    assert (dataset.format, dataset.scene_names) == ("ros2", ("one", "two"))
    assert all(len(dataset.scene(name).frames) == 5 for name in dataset.scene_names)
    assert len(open_dataset(tmp_path / "all" / "one" / "one.db3").scene("one").frames) == 5
    (tmp_path / "all" / "one" / "one.db3").rename(tmp_path / "all" / "one" / "one_0.db3")
    dataset = open_dataset(tmp_path / "all" / "one")
    assert "one.db3" in next(f.message for f in dataset.findings if f.code == "missing-file")


@pytest.mark.parametrize("kind", ["bag", "bag-lz4", "mcap", "mcap-zstd"])
def test_a_recording_cut_off_opens_up_to_there(record: Callable[..., Path], made: ModuleType, kind: str) -> None:
    # Enough that it takes several chunks.
    sent = made.drive(60)
    blank = np.zeros(48_000, dtype=np.uint8)

    def big(m: object, t: int = made.START + 1) -> object:
        return m.cloud(t, "lidar_top", [("x", 0, 7, 1), ("y", 4, 7, 1), ("z", 8, 7, 1)], blank, 48)  # type: ignore[attr-defined]

    sent += [made.Sent("/map_points", "sensor_msgs/msg/PointCloud2", made.START + i * made.SECOND // 10, big)
             for i in range(60)]  # fmt: skip
    path = record(kind, sorted(sent, key=lambda item: item.time_ns))
    file = path if path.is_file() else path / "drive.mcap"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 6 // 10])
    dataset = open_dataset(path)
    scene = dataset.scene(dataset.scene_names[0])
    assert 5 < len(scene.frames) < 60
    assert "what comes before is read" in next(f.message for f in dataset.findings if f.code == "cut-off")
    np.testing.assert_array_equal(scene.frames[5].sweep().points().xyz, made.points_of(5)[0])


def test_a_bag_without_index_is_read_from_its_chunks(record: Callable[..., Path], made: ModuleType) -> None:
    path = record("bag-lz4")
    data = bytearray(path.read_bytes())
    at = data.index(b"index_pos=") + len(b"index_pos=")
    (end,) = struct.unpack("<Q", data[at : at + 8])
    data[at : at + 8] = bytes(8)
    path.write_bytes(data[:end])  # as the recorder leaves it when it is killed
    scene = open_dataset(path).scene("drive")
    assert len(scene.frames) == 5
    np.testing.assert_array_equal(scene.frames[4].sweep().points().xyz, made.points_of(4)[0])


def test_what_a_person_says_counts(record: Callable[..., Path], made: ModuleType) -> None:
    sent = made.drive()

    def second(m: object, t: int) -> object:
        fields, rows, step = made.cloud_rows(0)
        return m.cloud(t, "lidar_left", fields, rows, step)  # type: ignore[attr-defined]

    for i in range(5):
        time_ns = made.START + i * made.SECOND // 10 + 20_000_000
        sent.append(made.Sent("/lidar_left/points", "sensor_msgs/msg/PointCloud2", time_ns,
                              lambda m, t=time_ns: second(m, t)))  # fmt: skip
    path = record("mcap", sorted(sent, key=lambda item: item.time_ns))
    scene = open_dataset(path).scene("drive")
    assert scene.main_lidar is not None
    assert scene.main_lidar.channel == "lidar_top"
    assert set(scene.frames[0].sweeps) == {"lidar_top", "lidar_left"}
    told = {"lidar": "/lidar_left/points", "cameras": "none", "ego": "lidar_left", "poses": "none"}
    dataset = open_dataset(path, "", ReadOptions(assume=told))
    scene = dataset.scene("drive")
    assert set(scene.sensors) == {"lidar_left"}
    assert not scene.has_poses
    assert scene.frames[0].timestamp_ns == made.START + 20_000_000
    assert codes(dataset) == {"not-read"}
    recorded = open_dataset(path, "", ReadOptions(assume={"time": "recorded"})).scene("drive")
    assert recorded.frames[0].timestamp_ns == made.START + 40_000_000
    for key, value in (("lidar", "/nowhere"), ("cameras", "/lidar_top/points"), ("ego", "moon"), ("world", "moon"),
                       ("poses", "/note")):  # fmt: skip
        with pytest.raises(InvalidValue, match=key):
            open_dataset(path, "", ReadOptions(assume={key: value})).scene("drive")


def test_a_lidar_whose_frame_tf_does_not_know(record: Callable[..., Path], made: ModuleType) -> None:
    sent = [item for item in made.drive() if item.topic != "/tf_static"]
    dataset = open_dataset(record("bag", sent))
    scene = dataset.scene("drive")
    assert scene.sensors["lidar_top"].ego_SE3_sensor.translation.tolist() == [0, 0, 0]
    assert "no transform leads from lidar_top to base_link" in str(dataset.findings)


@pytest.mark.parametrize("kind", ["bag", "db3", "mcap"])
def test_cameras_alone_make_frames(record: Callable[..., Path], made: ModuleType, kind: str) -> None:
    dataset = open_dataset(record(kind, [item for item in made.drive() if "lidar_top" not in item.topic]))
    scene = dataset.scene("drive")
    assert len(scene.frames) == 10
    assert all(frame.images and not frame.sweeps for frame in scene.frames)
    assert {"no-lidar"} <= codes(dataset)


def test_gaps_and_doubled_times_are_told(record: Callable[..., Path], made: ModuleType) -> None:
    sent = made.drive(12)
    lost = {made.START + i * made.SECOND // 10 + 40_000_000 for i in (6, 7)}
    sent = [item for item in sent if not ("lidar_top" in item.topic and item.time_ns in lost)]
    sent += [item for item in sent if "lidar_top" in item.topic][:1]
    sent = [item for item in sent if "camera" not in item.topic or item.time_ns < made.START + made.SECOND // 2]
    dataset = open_dataset(record("bag", sorted(sent, key=lambda item: item.time_ns)))
    scene = dataset.scene("drive")
    assert len(scene.frames) == 10
    told = {finding.code: finding.message for finding in dataset.findings}
    assert told["gaps"].startswith("1 gaps between frames, the longest 0.30 s")
    assert "1 messages" in told["doubled-time"]
    assert told["missing-key"].startswith("4 of 10 frames have nothing of camera_front")


def test_files_that_are_no_recordings(tmp_path: Path) -> None:
    for name, head, words in (
        ("a.bag", b"#ROSBAG V1.2\n", "version"),
        ("b.mcap", b"\x89MCAP1\r\n" + bytes(40), "not an MCAP file"),
        ("c.db3", b"SQLite format 3\0" + bytes(100), "damaged"),
        ("d.bag", b"", "not a ROS bag"),
    ):
        (tmp_path / name).write_bytes(head)
        form = {"bag": "ros1", "mcap": "mcap", "db3": "ros2"}[name[2:]]
        with pytest.raises(UnreadableFile, match=words):
            open_dataset(tmp_path / name, form)


def test_a_recording_is_exported_sweep_by_sweep(record: Callable[..., Path], made: ModuleType, tmp_path: Path) -> None:
    source = record("mcap")
    dataset = open_dataset(source)
    drive = Drive(scene=dataset.scene("drive"), labels=dataset.labels("drive"))
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy, WriteOptions(source=source))
    back = open_dataset(tmp_path / "out").scene("drive")
    for frame in back.frames:
        xyz, intensity, ring = made.points_of(frame.index)
        cloud = frame.sweep().points()
        np.testing.assert_array_equal(cloud.xyz, xyz)
        np.testing.assert_array_equal(cloud.fields["intensity"], intensity)
        np.testing.assert_array_equal(cloud.fields["ring"], ring.astype(np.float32))
        assert frame.images["camera_front"].encoded() == made.jpeg(frame.index * 2)
    assert len(back.between) == 5


def test_space_is_asked_for_once_a_file(
    record: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty recordings of one file need the room of one file."""
    source = record("bag")
    dataset = open_dataset(source)
    drive = Drive(scene=dataset.scene("drive"), labels=dataset.labels("drive"))
    free = source.stat().st_size * 2
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free})())
    # The source is one file, so that the target may lie beside it.
    write_dataset("sustechpoints", tmp_path / "out", [drive], dataset.taxonomy, WriteOptions(source=source))
    assert open_dataset(tmp_path / "out").format == "sustechpoints"
