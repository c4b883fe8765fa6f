"""Where the vehicle is: from tf, odometry or poses; and clocks that do not agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lidar_label.datasets import ReadOptions, open_dataset
from lidar_label.datasets.ros.messages import PoseMessage
from lidar_label.datasets.ros.transforms import Frames, motion
from lidar_label.model import SE3


def without(made: ModuleType, *topics: str) -> list[Any]:
    return [item for item in made.drive() if item.topic not in topics]


def odometry(made: ModuleType, child: str = "base_link", east: float = 0.0) -> list[Any]:
    def make(m: Any, t: int) -> Any:
        (x, y, z), turn = made.place_at(t)
        pose = m("geometry_msgs/msg/PoseWithCovariance", m.pose((x + east, y, z), turn), np.zeros(36))
        zero = m("geometry_msgs/msg/Vector3", 0.0, 0.0, 0.0)
        twist = m("geometry_msgs/msg/TwistWithCovariance", m("geometry_msgs/msg/Twist", zero, zero), np.zeros(36))
        return m("nav_msgs/msg/Odometry", m.header(t, "odom"), child, pose, twist)

    times = range(made.START - made.SECOND // 20, made.START + made.SECOND, made.SECOND // 20)
    return [made.Sent("/odometry", "nav_msgs/msg/Odometry", t, lambda m, t=t: make(m, t)) for t in times]


def poses(made: ModuleType) -> list[Any]:
    def make(m: Any, t: int) -> Any:
        return m("geometry_msgs/msg/PoseStamped", m.header(t, "map"), m.pose(*made.place_at(t)))

    times = range(made.START - made.SECOND // 20, made.START + made.SECOND, made.SECOND // 20)
    return [made.Sent("/pose", "geometry_msgs/msg/PoseStamped", t, lambda m, t=t: make(m, t)) for t in times]


def assert_driven(made: ModuleType, pose: SE3, time_ns: int, child: SE3 | None = None) -> None:
    place, turn = made.place_at(time_ns)
    expected = SE3("world", "ego", np.roll(turn, 1), place)
    metres, radians = (pose if child is None else SE3("world", "ego", (pose @ child).rotation,
                                                      (pose @ child).translation)).error_to(expected)  # fmt: skip
    assert metres < 1e-6
    assert radians < 1e-6


@pytest.mark.parametrize("kind", ["bag", "mcap"])
@pytest.mark.parametrize("source", ["odometry", "poses"])
def test_poses_from_a_topic(record: Callable[..., Path], made: ModuleType, kind: str, source: str) -> None:
    more = odometry(made) if source == "odometry" else poses(made)
    sent = sorted([*without(made, "/tf"), *more], key=lambda item: item.time_ns)
    scene = open_dataset(record(kind, sent)).scene("drive")
    assert scene.has_poses
    for data in scene.recordings():
        assert_driven(made, data.world_SE3_ego, data.timestamp_ns)


def test_odometry_of_another_frame_of_the_vehicle(record: Callable[..., Path], made: ModuleType) -> None:
    sent = sorted([*without(made, "/tf"), *odometry(made, "lidar_top")], key=lambda item: item.time_ns)
    scene = open_dataset(record("bag", sent)).scene("drive")
    mount = scene.sensors["lidar_top"].ego_SE3_sensor
    assert mount.translation.tolist() == pytest.approx(list(made.MOUNT))
    for frame in scene.frames:
        assert_driven(made, frame.sweep().world_SE3_ego, frame.timestamp_ns, mount)


def test_tf_goes_before_odometry_unless_told(record: Callable[..., Path], made: ModuleType) -> None:
    sent = sorted([*made.drive(), *odometry(made, east=50.0)], key=lambda item: item.time_ns)
    path = record("bag", sent)
    first = open_dataset(path).scene("drive").frames[0].sweep().world_SE3_ego.translation
    other = open_dataset(path, "", ReadOptions(assume={"poses": "/odometry"})).scene("drive").frames[0].sweep()
    assert other.world_SE3_ego.translation[0] - first[0] == pytest.approx(50.0)


def test_a_world_far_from_its_origin_is_shifted(record: Callable[..., Path], made: ModuleType) -> None:
    sent = sorted([*without(made, "/tf"), *odometry(made, east=691_234.0)], key=lambda item: item.time_ns)
    dataset = open_dataset(record("db3", sent))
    scene = dataset.scene("drive")
    assert scene.origin == (691_334.0, 20.0, 0.0)
    place = scene.frames[0].sweep().world_SE3_ego.translation + scene.origin
    np.testing.assert_allclose(place, np.add(made.place_at(made.START)[0], (691_234.0, 0, 0)), atol=1e-6)
    assert "shifted-world" in {finding.code for finding in dataset.findings}


def test_without_poses_each_frame_is_its_own_world(record: Callable[..., Path], made: ModuleType) -> None:
    scene = open_dataset(record("bag", without(made, "/tf"))).scene("drive")
    assert not scene.has_poses
    assert all(frame.sweep().world_SE3_ego == SE3.identity("world", "ego") for frame in scene.frames)
    assert scene.sensors["lidar_top"].ego_SE3_sensor.translation.tolist() == pytest.approx(list(made.MOUNT))


def stamped_late(made: ModuleType, seconds: float, topic: str) -> list[Any]:
    """The drive as it is recorded where one topic's stamps are on a clock of their own."""
    shift = int(seconds * made.SECOND)

    def late(item: Any) -> Any:
        def make(m: Any) -> Any:
            message = item.make(m)
            stamp = message.header.stamp
            total = stamp.sec * made.SECOND + stamp.nanosec + shift
            message.header.stamp = m("builtin_interfaces/msg/Time", total // made.SECOND, total % made.SECOND)
            return message

        return made.Sent(item.topic, item.type, item.time_ns, make) if item.topic == topic else item

    return [late(item) for item in made.drive()]


@pytest.mark.parametrize("seconds", [-1.6e9, 3600.0])
def test_a_sensor_whose_clock_was_never_set(record: Callable[..., Path], made: ModuleType, seconds: float) -> None:
    sent = stamped_late(made, seconds, "/camera_front/image_raw/compressed")
    dataset = open_dataset(record("bag", sent))
    scene = dataset.scene("drive")
    assert all("camera_front" in frame.images for frame in scene.frames)
    # Shifted by the medians of stamp less recorded: 40 ms for the LiDAR, 5 ms for the camera.
    moved = scene.frames[2].images["camera_front"].timestamp_ns - scene.frames[2].timestamp_ns
    assert moved == 13_000_000 - 35_000_000
    assert "/camera_front" in next(f.message for f in dataset.findings if f.code == "clocks-differ")


def test_stamps_of_zero_are_no_times(record: Callable[..., Path], made: ModuleType) -> None:
    sent = stamped_late(made, -made.START / made.SECOND, "/lidar_top/points")

    def zeroed(item: Any) -> Any:
        def make(m: Any) -> Any:
            message = item.make(m)
            message.header.stamp = m("builtin_interfaces/msg/Time", 0, 0)
            return message

        return made.Sent(item.topic, item.type, item.time_ns, make) if "lidar" in item.topic else item

    dataset = open_dataset(record("bag", [zeroed(item) for item in sent]))
    scene = dataset.scene("drive")
    assert len(scene.frames) == 5
    assert np.diff([frame.timestamp_ns for frame in scene.frames]).tolist() == [made.SECOND // 10] * 4
    assert "no-stamps" in {finding.code for finding in dataset.findings}


def test_a_recording_of_a_recording_keeps_its_own_times(record: Callable[..., Path], made: ModuleType) -> None:
    later = 10_000 * made.SECOND
    sent = [made.Sent(item.topic, item.type, item.time_ns + later, item.make) for item in made.drive()]
    dataset = open_dataset(record("mcap", sent))
    scene = dataset.scene("drive")
    assert [frame.timestamp_ns for frame in scene.frames] == [made.START + i * made.SECOND // 10 for i in range(5)]
    assert_driven(made, scene.frames[3].sweep().world_SE3_ego, scene.frames[3].timestamp_ns)
    assert not {"clocks-differ", "no-stamps", "poses-end"} & {finding.code for finding in dataset.findings}


def test_a_cloud_in_the_world_stands_still_there(record: Callable[..., Path], made: ModuleType) -> None:
    fields = [("x", 0, 7, 1), ("y", 4, 7, 1), ("z", 8, 7, 1)]
    rows = np.array([[110, 21, 1], [105, 20, 0]], dtype="<f4")

    def cloud(m: Any, t: int) -> Any:
        return m.cloud(t, "odom", fields, rows.view(np.uint8).ravel(), 12)

    sent = [item for item in made.drive() if item.topic != "/lidar_top/points"]
    sent += [made.Sent("/registered", "sensor_msgs/msg/PointCloud2", made.START + i * made.SECOND // 10,
                       lambda m, i=i: cloud(m, made.START + i * made.SECOND // 10)) for i in range(5)]  # fmt: skip
    scene = open_dataset(record("bag", sorted(sent, key=lambda item: item.time_ns))).scene("drive")
    for frame in scene.frames:
        sweep = frame.sweep()
        np.testing.assert_allclose(sweep.world_SE3_sensor.apply(sweep.points().xyz), rows, atol=1e-4)
        assert_driven(made, sweep.world_SE3_ego, frame.timestamp_ns)


def sample(parent: str, child: str, t: int, xyz: tuple[float, ...] = (0, 0, 0), yaw: float = 0.0) -> PoseMessage:
    turn = np.roll(Rotation.from_euler("z", yaw).as_quat(), 1)
    return PoseMessage(time_ns=t, parent=parent, child=child, position=xyz, rotation=tuple(turn))  # type: ignore[arg-type]


def test_headings_go_the_short_way_past_pi() -> None:
    """Trap 88: from 3.1 to -3.1 is 0.08 rad, not 6.2."""
    frames = Frames()
    frames.add(sample("map", "car", 0, yaw=3.1), is_static=False)
    frames.add(sample("map", "car", 100, yaw=-3.1), is_static=False)
    found = motion(frames, "map", "car", ("world", "ego"))
    assert found is not None
    assert abs(abs(found.at([50])[0].yaw) - np.pi) < 1e-9


def test_a_tree_is_walked_up_and_down() -> None:
    frames = Frames()
    frames.add(sample("base", "mast", 0, (0, 0, 2), 0.5), is_static=True)
    frames.add(sample("mast", "lidar", 0, (1, 0, 0), -0.2), is_static=True)
    frames.add(sample("base", "camera", 0, (2, 1, 1), 1.0), is_static=True)
    found = motion(frames, "camera", "lidar", ("camera", "lidar"))
    assert found is not None

    def matrix(xyz: tuple[float, ...], yaw: float) -> np.ndarray:
        m = np.eye(4)
        m[:3, :3], m[:3, 3] = Rotation.from_euler("z", yaw).as_matrix(), xyz
        return m

    expected = np.linalg.inv(matrix((2, 1, 1), 1.0)) @ matrix((0, 0, 2), 0.5) @ matrix((1, 0, 0), -0.2)
    np.testing.assert_allclose(found.one().matrix, expected, atol=1e-12)
    assert motion(frames, "moon", "lidar", ("a", "b")) is None


def test_a_circle_of_frames_comes_to_an_end() -> None:
    frames = Frames()
    for parent, child in (("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"), ("", "x")):
        frames.add(sample(parent, child, 0), is_static=False)
    assert set(frames.parents("a")) == {"b", "c"}
    assert motion(frames, "a", "c", ("world", "ego")) is not None
    assert frames.doubled() == []


def test_transforms_that_are_none_are_counted() -> None:
    frames = Frames()
    bad = PoseMessage(time_ns=0, parent="a", child="b", position=(0, 0, 0), rotation=(0, 0, 0, 0))
    frames.add(bad, is_static=False)
    frames.add(PoseMessage(time_ns=0, parent="a", child="b", position=(np.nan, 0, 0), rotation=(1, 0, 0, 0)),
               is_static=False)  # fmt: skip
    assert frames.edges["a", "b"].refused == 2
    assert motion(frames, "a", "b", ("world", "ego")) is None
