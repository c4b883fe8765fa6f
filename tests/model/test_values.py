"""Box, PointCloud, Track, Labels, Taxonomy, Patch and Scene check themselves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.errors import BrokenReference, InvalidValue
from lidar_label.model import (
    EDGES,
    SE3,
    Attribute,
    Box,
    Category,
    Change,
    Finding,
    Frame,
    Labels,
    Patch,
    PointCloud,
    Scene,
    Sensor,
    Sweep,
    Taxonomy,
    Track,
    Visibility,
    color_for,
    new_token,
)


def box(track: str = "t", frame: int = 0, **more: Any) -> Box:
    pose = SE3.from_yaw("world", "box", 0.3, (1.0, 2.0, 3.0))
    return Box(**{"track": track, "frame": frame, "world_SE3_box": pose, "size": (4.0, 2.0, 1.5), **more})


# ---------------------------------------------------------------------- Box


def test_corners_by_hand() -> None:
    """Front face first: upper left, upper right, lower right, lower left, as its driver sees them."""
    pose = SE3.from_yaw("world", "box", math.pi / 2, (10.0, 20.0, 30.0))
    corners = Box(track="t", frame=0, world_SE3_box=pose, size=(4.0, 2.0, 1.0)).corners()
    expected = [
        (9, 22, 30.5), (11, 22, 30.5), (11, 22, 29.5), (9, 22, 29.5),
        (9, 18, 30.5), (11, 18, 30.5), (11, 18, 29.5), (9, 18, 29.5),
    ]  # fmt: skip
    np.testing.assert_allclose(corners, expected, atol=1e-12)


angle = st.floats(-3.1, 3.1)


@given(st.tuples(angle, angle, angle), st.tuples(*[st.floats(0.1, 30.0)] * 3))
def test_edges_have_the_lengths_of_the_sides(turn: Any, size: Any) -> None:
    pose = SE3("world", "box", Rotation.from_rotvec(turn).as_quat(scalar_first=True), (5, -3, 1))
    made = Box(track="t", frame=0, world_SE3_box=pose, size=size)
    corners = made.corners()
    np.testing.assert_allclose(corners.mean(axis=0), made.center, atol=1e-9)
    lengths = sorted(float(np.linalg.norm(corners[a] - corners[b])) for a, b in EDGES)
    np.testing.assert_allclose(lengths, sorted(list(size) * 4), rtol=1e-9)
    nose = corners[:4].mean(axis=0) - made.center
    np.testing.assert_allclose(nose, pose.rotation_matrix[:, 0] * size[0] / 2, atol=1e-9)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"track": ""}, "track and a token"),
        ({"token": ""}, "track and a token"),
        ({"frame": -1}, "frame index"),
        ({"size": (4.0, 2.0)}, "length, width, height"),
        ({"size": (4.0, "wide", 1.0)}, "in metres"),
        ({"size": None}, "in metres"),
        ({"size": (4.0, 0.0, 1.0)}, "each side"),
        ({"size": (4.0, math.nan, 1.0)}, "each side"),
        ({"size": (4.0, 2000.0, 1.0)}, "each side"),
        ({"score": 1.1}, "score"),
        ({"score": math.nan}, "score"),
        ({"num_lidar_pts": -1}, "num_lidar_pts"),
        ({"num_radar_pts": -1}, "num_radar_pts"),
        ({"world_SE3_box": SE3.identity("ego", "box")}, "world_SE3_box"),
    ],
)
def test_a_box_refuses(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        box(**wrong)


def test_a_box_keeps_its_attributes_to_itself() -> None:
    mine = {"moving": True}
    made = box(attributes=mine)
    mine["moving"] = False
    assert made.attributes == {"moving": True}


def test_boxes_made_alike_have_their_own_tokens() -> None:
    assert box().token != box().token
    assert len(new_token()) == 32


# ---------------------------------------------------------------------- PointCloud


def test_a_cloud_is_read_only_and_leaves_the_caller_s_array_alone() -> None:
    xyz, ring = np.ones((3, 3), dtype=np.float32), np.arange(3)
    cloud = PointCloud(xyz, {"ring": ring})
    for array in (cloud.xyz, cloud.fields["ring"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    xyz[0], ring[0] = 2, 7  # still the caller's to write


def test_a_cloud_keeps_points_without_a_return_and_marks_them() -> None:
    xyz = np.array([[1, 2, 3], [0, 0, 0], [np.nan, 1, 1], [0, 0, np.inf], [0, 0, 1e-9]], dtype=np.float32)
    cloud = PointCloud(xyz)
    assert len(cloud) == 5
    assert cloud.valid.tolist() == [True, False, False, False, True]
    assert PointCloud(np.zeros((0, 3), np.float32)).valid.shape == (0,)


def test_the_memory_of_a_cloud() -> None:
    assert PointCloud(np.zeros((10, 3), np.float32), {"ring": np.zeros(10, np.uint8)}).nbytes == 130


@pytest.mark.parametrize("xyz", [np.zeros((3, 3)), np.zeros((3, 4), np.float32), np.zeros(3, np.float32)])
def test_a_cloud_refuses_another_shape_or_type(xyz: Any) -> None:
    with pytest.raises(InvalidValue, match="float32"):
        PointCloud(xyz)


def test_a_cloud_refuses_a_field_of_another_length() -> None:
    with pytest.raises(InvalidValue, match="field ring needs 3 values"):
        PointCloud(np.zeros((3, 3), np.float32), {"ring": np.zeros(2)})


# ---------------------------------------------------------------------- Track, Labels


def test_a_track_needs_a_token_and_a_category() -> None:
    for wrong in ({"category": ""}, {"category": "car", "token": ""}):
        with pytest.raises(InvalidValue, match="token and a category"):
            Track(**wrong)


def test_labels_are_found_by_frame_and_by_track() -> None:
    one, two = Track(category="car", token="a"), Track(category="van", token="b")
    boxes = [box("b", 4), box("a", 4), box("a", 1)]
    labels = Labels([one, two], boxes)
    assert labels.tracks == (one, two)
    assert labels.in_frame(4) == (boxes[0], boxes[1])
    assert labels.in_frame(9) == ()
    assert labels.of_track("a") == (boxes[2], boxes[1])
    assert list(labels.boxes()) == [boxes[2], boxes[0], boxes[1]]
    assert len(labels) == 3
    for call in (labels.track, labels.of_track):
        with pytest.raises(BrokenReference, match="no track x"):
            call("x")


@pytest.mark.parametrize(
    ("tracks", "boxes", "error", "words"),
    [
        (["a", "a"], [], InvalidValue, "two tracks"),
        (["a"], [("b", 0, "1")], BrokenReference, "does not exist"),
        (["a"], [("a", 0, "1"), ("a", 0, "2")], InvalidValue, "two boxes in one frame"),
        (["a"], [("a", 0, "1"), ("a", 1, "1")], InvalidValue, "same token"),
    ],
)
def test_labels_refuse(tracks: Any, boxes: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Labels([Track(category="car", token=t) for t in tracks], [box(t, f, token=k) for t, f, k in boxes])


# ---------------------------------------------------------------------- Taxonomy


def test_categories_are_found_by_name() -> None:
    taxonomy = Taxonomy([Category(name="car", size=(4, 2, 1))])
    assert taxonomy.category("car").size == (4.0, 2.0, 1.0)
    assert "car" in taxonomy
    assert "van" not in taxonomy
    with pytest.raises(BrokenReference, match=r"no category 'van'.*it has car"):
        taxonomy.category("van")
    more = taxonomy.with_categories(["van", "car", "van"])
    assert [c.name for c in more.categories] == ["car", "van"]
    assert more.category("car") is taxonomy.category("car")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Taxonomy([Category(name="a"), Category(name="a")]),
        lambda: Taxonomy([Category(name="a", token="t"), Category(name="b", token="t")]),
        lambda: Taxonomy([], [Attribute(name="a"), Attribute(name="a")]),
        lambda: Taxonomy([], [Attribute(name="a", token="t"), Attribute(name="b", token="t")]),
        lambda: Taxonomy([], [], [Visibility(token="1", level="a"), Visibility(token="1", level="b")]),
    ],
)
def test_two_of_a_kind_are_refused(make: Any) -> None:
    with pytest.raises(InvalidValue, match="two "):
        make()


def test_categories_and_attributes_check_themselves() -> None:
    for wrong, words in (
        ({"name": ""}, "name"),
        ({"name": "a", "color": "red"}, "colour"),
        ({"name": "a", "size": (0, 1, 1)}, "side"),
    ):
        with pytest.raises(InvalidValue, match=words):
            Category(**wrong)
    for wrong, words in (
        ({"name": ""}, "name"),
        ({"name": "a", "kind": "x"}, "'x'"),
        ({"name": "a", "per": "y"}, "'y'"),
    ):
        with pytest.raises(InvalidValue, match=words):
            Attribute(**wrong)


def test_what_an_attribute_allows() -> None:
    choice = Attribute(name="a", kind="choice", values=("x", "1"))
    cases: list[tuple[Attribute, list[Any], list[Any]]] = [
        (Attribute(name="a"), [True, False], [1, 0.0, "true"]),
        (choice, ["x", "1"], ["y", 1, True, ""]),
        (Attribute(name="a", kind="number"), [0, -1.5], [True, "1", math.nan, math.inf]),
        (Attribute(name="a", kind="text"), ["", "x"], [1, True]),
    ]
    for attribute, good, bad in cases:
        assert all(attribute.allows(value) for value in good)
        assert not any(attribute.allows(value) for value in bad)


@given(st.text(min_size=1))
def test_a_name_always_gets_the_same_colour(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    assert color_for(name) == color_for(name)
    assert Category(name=name).color == color_for(name)


# ---------------------------------------------------------------------- Patch


def test_a_patch_turned_round_twice_is_itself() -> None:
    changes = (
        Change("track", ("t",), None, {"token": "t"}),
        Change("box", ("t", 0), {"x": 1.0}, {"x": 2.0}),
        Change("box", ("t", 1), {"x": 1.0}, None),
        Change("box", ("t", 0), {"x": 2.0}, {"x": 3.0}),
    )
    patch = Patch(title="edit", changes=changes, author="Ann", timestamp_ns=7)
    assert patch.inverse.inverse == patch
    assert patch.inverse.changes[0] == Change("box", ("t", 0), {"x": 3.0}, {"x": 2.0})
    assert patch.inverse.changes[-1] == Change("track", ("t",), {"token": "t"}, None)
    assert (patch.inverse.title, patch.inverse.author) == ("edit", "Ann")
    assert patch.keys("box") == (("t", 0), ("t", 1))
    assert patch.keys("scene") == ()


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue, match="neither"):
        Change("box", ("t", 0), None, None)


# ---------------------------------------------------------------------- Scene, Frame


def sweep(channel: str, time: int = 0, kind: Any = "lidar") -> Sweep:
    sensor = Sensor(channel=channel, kind=kind, ego_SE3_sensor=SE3("ego", channel, (1, 0, 0, 0), (1, 0, 2)))
    cloud = PointCloud(np.zeros((1, 3), np.float32))
    ego = SE3.from_yaw("world", "ego", math.pi / 2, (10, 0, 0))
    return Sweep(sensor=sensor, timestamp_ns=time, world_SE3_ego=ego, frame=0, load=lambda: cloud)


def frame(index: int, time: int, *channels: str) -> Frame:
    return Frame(index=index, timestamp_ns=time, sweeps={c: sweep(c) for c in channels})


def test_a_scene_is_in_order() -> None:
    frames = [frame(0, 10), frame(1, 2_000_000_010)]
    assert Scene(name="s", frames=frames, sensors={}).duration_s == pytest.approx(2.0)
    assert Scene(name="s", frames=[], sensors={}).duration_s == 0
    with pytest.raises(InvalidValue, match="says it is frame 1"):
        Scene(name="s", frames=frames[1:], sensors={})
    with pytest.raises(InvalidValue, match="not later"):
        Scene(name="s", frames=[frame(0, 10), frame(1, 10)], sensors={})


def test_the_main_lidar() -> None:
    found = frame(0, 0, "LIDAR_FRONT", "LIDAR_TOP")
    assert found.sweep().channel == "LIDAR_TOP"
    assert found.sweep("LIDAR_FRONT").channel == "LIDAR_FRONT"
    with pytest.raises(InvalidValue, match="no sweep RADAR"):
        found.sweep("RADAR")
    with pytest.raises(InvalidValue, match="of a LiDAR"):
        Frame(index=0, timestamp_ns=0, sweeps={"R": sweep("R", kind="radar")}).sweep()
    assert frame(0, 0).world_SE3_ego == SE3.identity("world", "ego")


def test_a_frame_without_recordings_has_a_place() -> None:
    pose = SE3.from_yaw("world", "ego", 0.5, (7, 8, 9))
    bare = Frame(index=0, timestamp_ns=0, sweeps={}, pose=pose)
    lidar = sweep("LIDAR_TOP").sensor
    assert bare.world_SE3_ego == pose
    assert Scene(name="s", frames=[bare], sensors={}).world_SE3_lidar(0) == pose
    scene = Scene(name="s", frames=[bare, frame(1, 1, "LIDAR_TOP")], sensors={"LIDAR_TOP": lidar})
    assert scene.main_lidar is lidar
    assert scene.world_SE3_lidar(0) == pose @ lidar.ego_SE3_sensor
    assert scene.world_SE3_lidar(1) == scene.frames[1].sweep().world_SE3_sensor


def test_a_sensor_s_place_in_world() -> None:
    placed = sweep("LIDAR_TOP").world_SE3_sensor
    assert (placed.dst, placed.src) == ("world", "LIDAR_TOP")
    np.testing.assert_allclose(placed.translation, (10, 1, 2), atol=1e-12)


def test_a_sensor_checks_its_mounting() -> None:
    with pytest.raises(InvalidValue, match="ego_SE3_CAM"):
        Sensor(channel="CAM", kind="camera", ego_SE3_sensor=SE3.identity("ego", "LIDAR"))


def test_a_finding_as_json_prints_it() -> None:
    found = Finding("error", "missing-file", "gone", "a.bin")
    assert found.as_dict() == {"severity": "error", "code": "missing-file", "message": "gone", "where": "a.bin"}
    assert replace(found) == found
