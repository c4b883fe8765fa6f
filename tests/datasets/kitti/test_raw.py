"""KITTI raw drives: the real ones, a made-up one with poses, tracklets, and hostile XML."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.kitti.tracklets import read_tracklets
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import SE3, Box, Labels, Source, Track

DAY = "kitti_raw/2011_09_26"
NAME_1, NAME_52 = "2011_09_26_drive_0001_sync", "2011_09_26_drive_0052_sync"
EARTH = 6378137.0
Measure = Callable[[np.ndarray, np.ndarray], float]


@pytest.mark.parametrize("path", ["kitti_raw", DAY, f"{DAY}/{NAME_1}"])
def test_a_drive_a_day_and_the_base_folder(shared_data: Path, path: str) -> None:
    dataset = open_dataset(shared_data / path)
    assert dataset.format == "kitti-raw"
    assert dataset.scene_names == ((NAME_1,) if path.endswith("sync") else (NAME_1, NAME_52))


def test_drive_0001(shared_data: Path, farthest: Measure, count: Any) -> None:
    drive = shared_data / DAY / NAME_1
    dataset = open_dataset(drive)
    scene, labels = dataset.scene(NAME_1), dataset.labels(NAME_1)
    assert [len(frame.sweep().points()) for frame in scene.frames] == [121015, 121151, 121483]
    assert scene.has_timestamps
    assert not scene.has_poses
    assert [frame.timestamp_ns % 10**9 for frame in scene.frames] == [951199337, 54281661, 157358891]
    assert scene.frames[0].timestamp_ns // 10**9 == np.datetime64("2011-09-26T13:02:25").astype("datetime64[s]").astype(
        int
    )
    assert (len(labels.tracks), len(labels)) == (5, 15)
    items = ET.parse(drive / "tracklet_labels.xml").getroot().findall("tracklets/item")
    total = sum(len(item.findall("poses/item")) for item in items)
    assert f"{total - 15} boxes" in next(f.message for f in dataset.findings if f.code == "labels-without-frame")
    signs = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2
    counts = []
    for track in labels.tracks:
        item = items[int(track.name)]
        assert item.findtext("objectType") == track.category
        h, w, length = (float(item.findtext(k) or "") for k in "hwl")
        for step, (pose, box) in enumerate(zip(item.findall("poses/item"), labels.of_track(track.token), strict=False)):
            x, y, z, yaw = (float(pose.findtext(k) or "") for k in ("tx", "ty", "tz", "rz"))
            c, s = math.cos(yaw), math.sin(yaw)
            corners = signs * (length, w, h) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T + (x, y, z + h / 2)
            assert farthest(corners, box.corners()) < 1e-9
            assert -math.pi < box.yaw <= math.pi
            assert box.is_keyframe == (pose.findtext("state") == "2")
            if track.name == "0":
                counts.append(count(scene.frames[step].sweep().points().xyz, corners))
    assert counts == [343, 397, 467]


def test_drive_0052(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / DAY / NAME_52)
    scene = dataset.scene(NAME_52)
    assert [frame.name for frame in scene.frames] == [f"{n:010d}" for n in range(7, 15)]
    assert [len(frame.sweep().points()) for frame in scene.frames] == [
        113294, 113549, 113593, 113397, 113082, 112733, 112477, 112408
    ]  # fmt: skip
    assert np.diff([frame.timestamp_ns for frame in scene.frames]).tolist() == [100_000_000] * 7
    assert len(dataset.labels(NAME_52)) == 0
    camera = scene.sensors["image_02"].camera
    assert camera is not None
    assert (camera.width, camera.height) == (1242, 375)
    assert {f.code for f in dataset.findings} == {"no-timestamps", "calibration-assumed", "no-poses"}


def test_another_tools_tracklets(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "datumaro/kitti_raw")
    labels = dataset.labels(*dataset.scene_names)
    assert (len(labels.tracks), len(labels)) == (3, 4)
    assert labels.in_frame(0)[0].size == (1.03, 7.95, 3.62)
    assert {"negative-size", "tilted-box", "wrong-count", "no-calibration"} <= {f.code for f in dataset.findings}


def place(lat: float, lon: float, alt: float, roll: float, pitch: float, yaw: float, scale: float) -> np.ndarray:
    """The development kit's formula, in plain numpy."""
    cr, sr, cp, sp, cy, sy = (f(a) for a in (roll, pitch, yaw) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    ry = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    rz = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    pose = np.eye(4)
    pose[:3, :3] = rz @ ry @ rx
    north = scale * EARTH * math.log(math.tan((90 + lat) * math.pi / 360))
    pose[:3, 3] = (scale * lon * math.pi * EARTH / 180, north, alt)
    return pose


PACKETS = [(49.015 + i * 1e-5, 8.4343 + i * 2e-5, 116 + i * 0.1, 0.03, 0.01 * i, 0.5 + 0.05 * i) for i in range(4)]


@pytest.fixture
def drive(tmp_path: Path, kitti: Any, cloud: Any, picture: Any) -> Path:
    day = tmp_path / "2012_01_02"
    folder = day / "2012_01_02_drive_0007_sync"
    for n in range(4):
        cloud(folder / "velodyne_points/data" / f"{n:010d}.bin", seed=n)
        picture(folder / "image_02/data" / f"{n:010d}.png", (1242, 375))
        (folder / "oxts/data").mkdir(parents=True, exist_ok=True)
        text = " ".join(map(repr, PACKETS[n])) + " 0" * 24
        (folder / "oxts/data" / f"{n:010d}.txt").write_text(text + "\n")
    kitti.raw_calib(day)
    for name, shift in (("velodyne_points", 0), ("image_02", 25_000_000)):
        lines = [f"2012-01-02 10:00:00.{n * 100_000_000 + shift:09d}\n" for n in range(4)]
        (folder / name / "timestamps.txt").write_text("".join(lines))
    return folder


def world_poses() -> list[np.ndarray]:
    scale = math.cos(PACKETS[0][0] * math.pi / 180)
    placed = [place(*packet, scale) for packet in PACKETS]
    return [np.linalg.inv(placed[0]) @ pose for pose in placed]


def test_poses_are_the_development_kits(drive: Path, kitti: Any) -> None:
    scene = open_dataset(drive).scene(drive.name)
    assert scene.has_poses
    for frame, expected in zip(scene.frames, world_poses(), strict=True):
        np.testing.assert_allclose(frame.world_SE3_ego.matrix, expected, atol=1e-7)
    imu = np.vstack([kitti.imu, [0, 0, 0, 1]])
    np.testing.assert_allclose(scene.sensors["velodyne"].ego_SE3_sensor.matrix, np.linalg.inv(imu), atol=1e-9)
    assert scene.frames[0].world_SE3_ego == SE3.identity("world", "ego")


def test_a_picture_has_the_pose_of_its_own_time(drive: Path) -> None:
    frames = open_dataset(drive).scene(drive.name).frames
    image = frames[1].images["image_02"]
    assert image.timestamp_ns - frames[1].timestamp_ns == 25_000_000
    expected = frames[1].world_SE3_ego.between(frames[2].world_SE3_ego, 0.25)
    assert max(image.world_SE3_ego.error_to(expected)) < 1e-9
    last = frames[3].images["image_02"].world_SE3_ego
    assert max(last.error_to(frames[2].world_SE3_ego.between(frames[3].world_SE3_ego, 1.25))) < 1e-9


def test_projection_with_poses_and_a_shifted_camera(drive: Path, kitti: Any) -> None:
    (drive / "image_02/timestamps.txt").unlink()
    frame = open_dataset(drive).scene(drive.name).frames[2]
    points = np.random.default_rng(3).uniform((5, -3, -2), (40, 3, 1), (30, 3))
    plain = np.column_stack([points, np.ones(30)]) @ (kitti.p[2] @ kitti.rect_from_velo).T
    image = frame.images["image_02"]
    assert image.sensor.camera is not None
    camera_SE3_velo = image.world_SE3_sensor.inverse @ frame.sweep().world_SE3_sensor
    uv, _ = image.sensor.camera.project(camera_SE3_velo.apply(points))
    np.testing.assert_allclose(uv, plain[:, :2] / plain[:, 2:], atol=1e-6)


def test_gaps_are_told_and_not_fatal(drive: Path) -> None:
    (drive / "velodyne_points/data/0000000001.bin").unlink()
    (drive / "oxts/data/0000000002.txt").unlink()
    dataset = open_dataset(drive)
    scene = dataset.scene(drive.name)
    assert [frame.name[-1] for frame in scene.frames] == ["0", "2", "3"]
    assert [frame.timestamp_ns % 10**9 for frame in scene.frames] == [0, 200_000_000, 300_000_000]
    found = {f.code: f.message for f in dataset.findings}
    assert found["missing-frames"].endswith(": 1")
    assert found["missing-poses"].endswith(": 2")
    assert "images-without-frame" in found


def test_times_that_do_not_rise_are_not_used(drive: Path) -> None:
    path = drive / "velodyne_points/timestamps.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], lines[1], lines[3]]))
    dataset = open_dataset(drive)
    assert not dataset.scene(drive.name).has_timestamps
    path.write_text("\n".join([lines[0], "yesterday", *lines[2:]]))
    with pytest.raises(UnreadableFile, match=r"timestamps\.txt, row 2"):
        open_dataset(drive).scene(drive.name)


@pytest.fixture
def labelled(drive: Path) -> Drive:
    scene = open_dataset(drive).scene(drive.name)
    tracks = [Track(category="Car", token="a", name="0"), Track(category="Pedestrian & dog", token="b", name="1")]
    boxes = []
    for frame in scene.frames:
        velo = frame.sweep().world_SE3_sensor
        boxes.append(_box(velo, "a", frame.index, 3.0 + frame.index, (4.0, 1.8, 1.5)))
        if frame.index != 2:
            boxes.append(_box(velo, "b", frame.index, -1.5, (0.8, 0.7, 1.7)))
    return Drive(scene=scene, labels=Labels(tracks, boxes))


def _box(velo: SE3, track: str, frame: int, yaw: float, size: tuple[float, float, float]) -> Box:
    pose = velo @ SE3.from_yaw("velodyne", "box", yaw, (12.0 + frame, 3.0, -0.8))
    keyframe = frame in (0, 3)
    attributes = {"occlusion": 1, "truncation": 0}
    return Box(
        track=track, frame=frame, world_SE3_box=pose, size=size, attributes=attributes,
        is_keyframe=keyframe, source=Source.IMPORTED,
    )  # fmt: skip


def test_written_drives_are_the_drives_read(labelled: Drive, drive: Path, tmp_path: Path) -> None:
    taxonomy = open_dataset(drive).taxonomy
    losses = {f.code: f.message for f in format_named("kitti-raw").losses([labelled])}
    assert losses["tracks-cut"].startswith("tracks are cut 1 times")
    write_dataset("kitti-raw", tmp_path / "out", [labelled], taxonomy)
    dataset = open_dataset(tmp_path / "out")
    scene, labels = dataset.scene(drive.name), dataset.labels(drive.name)
    assert len(labels.tracks) == 3  # one was cut at its gap
    assert [t.category for t in labels.tracks] == ["Car", "Pedestrian & dog", "Pedestrian & dog"]
    for before, after in zip(labelled.scene.frames, scene.frames, strict=True):
        assert (before.name, before.timestamp_ns) == (after.name, after.timestamp_ns)
        assert max(before.world_SE3_ego.error_to(after.world_SE3_ego)) < 1e-6
        one, two = before.images["image_02"], after.images["image_02"]
        assert (one.timestamp_ns, one.encoded()) == (two.timestamp_ns, two.encoded())
        assert max(one.world_SE3_sensor.error_to(two.world_SE3_sensor)) < 1e-6
        assert one.sensor.camera == two.sensor.camera
        np.testing.assert_array_equal(before.sweep().points().xyz, after.sweep().points().xyz)
    for before, after in zip(labelled.labels.boxes(), labels.boxes(), strict=True):
        assert before.frame == after.frame
        np.testing.assert_allclose(before.corners(), after.corners(), atol=1e-6)
        assert before.is_keyframe == after.is_keyframe
        assert after.attributes["occlusion"] == 1


def test_the_real_drives_written_and_read(shared_data: Path, tmp_path: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_raw")
    drives = [Drive(scene=dataset.scene(n), labels=dataset.labels(n)) for n in dataset.scene_names]
    write_dataset("kitti-raw", tmp_path / "out", drives, dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    assert back.scene_names == dataset.scene_names
    for drive in drives:
        scene, labels = back.scene(drive.scene.name), back.labels(drive.scene.name)
        assert [f.timestamp_ns for f in scene.frames] == [f.timestamp_ns for f in drive.scene.frames]
        assert [f.name for f in scene.frames] == [f.name for f in drive.scene.frames]
        for before, after in zip(drive.labels.boxes(), labels.boxes(), strict=True):
            np.testing.assert_allclose(before.corners(), after.corners(), atol=1e-9)
            assert before.attributes == after.attributes


HEAD = '<?xml version="1.0"?>\n'
BODY = "<boost_serialization><tracklets><count>0</count></tracklets></boost_serialization>"
BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n'
ITEM = (
    "<boost_serialization><tracklets><item><objectType>Car</objectType><h>1</h><w>1</w><l>{l}</l><first_frame>{f}"
    "</first_frame><poses><item><tx>{x}</tx><ty>0</ty><tz>0</tz><rz>0</rz></item></poses></item></tracklets>"
    "</boost_serialization>"
)
HOSTILE = {
    "entities": (HEAD + BOMB + BODY, "document type"),
    "external": (HEAD + '<!DOCTYPE b SYSTEM "file:///etc/passwd">' + BODY, "document type"),
    "utf-16": ((HEAD.replace("1.0", "1.0' encoding='utf-16").replace('"', "'") + BOMB + BODY), "document type"),
    "deep": (HEAD + "<a>" * 100_000, "nested"),
    "cut": (HEAD + BODY[:-10], "not well-formed"),
    "nothing": ("", "not well-formed"),
    "other": (HEAD + "<html/>", "no <tracklets>"),
    "word": (HEAD + ITEM.format(l=2, f=0, x="near"), "<tx> is 'near'"),
    "nan": (HEAD + ITEM.format(l=2, f=0, x="nan"), "not finite"),
    "flat": (HEAD + ITEM.format(l=0, f=0, x=1), "above 0"),
    "huge frame": (HEAD + ITEM.format(l=1, f="1e400", x=1), "not finite"),
    "negative frame": (HEAD + ITEM.format(l=1, f=-1, x=1), "first_frame"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_in_one_line(drive: Path, name: str) -> None:
    text, reason = HOSTILE[name]
    path = drive / "tracklet_labels.xml"
    path.write_text(text, encoding="utf-16" if name == "utf-16" else "utf-8")
    with pytest.raises(UnreadableFile, match=reason) as caught:
        open_dataset(drive).labels(drive.name)
    assert "tracklet_labels.xml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_plain_document_type_of_boost_is_fine(tmp_path: Path) -> None:
    (tmp_path / "t.xml").write_text(HEAD + "<!DOCTYPE boost_serialization>\n" + BODY)
    assert read_tracklets(tmp_path / "t.xml").tracklets == ()


@pytest.mark.parametrize("packet", ["49 8 1", "a b c d e f", "nan 8 1 0 0 0", "90 8 1 0 0 0", ""])
def test_a_broken_packet_is_named(drive: Path, packet: str) -> None:
    (drive / "oxts/data/0000000002.txt").write_text(packet)
    with pytest.raises(UnreadableFile, match=r"0000000002\.txt"):
        open_dataset(drive).scene(drive.name)


def test_without_calibration_pictures_are_listed(drive: Path) -> None:
    for path in drive.parent.glob("calib_*"):
        path.unlink()
    dataset = open_dataset(drive)
    scene = dataset.scene(drive.name)
    assert scene.frames[0].images["image_02"].sensor.camera is None
    assert not scene.has_poses
    assert {"no-calibration", "uncalibrated-camera", "no-poses"} <= {f.code for f in dataset.findings}


def test_a_mirrored_mounting_is_refused(drive: Path) -> None:
    path = drive.parent / "calib_velo_to_cam.txt"
    path.write_text("R: 1 0 0 0 1 0 0 0 -1\nT: 0 0 0\n")
    with pytest.raises(UnreadableFile, match="determinant -1"):
        open_dataset(drive).scene(drive.name)


def test_a_drive_without_clouds_is_none(drive: Path) -> None:
    shutil.rmtree(drive / "velodyne_points")
    assert not format_named("kitti-raw").recognises(drive)
    with pytest.raises(LidarLabelError):
        format_named("kitti-raw").read(drive)


CVAT_POSE = """<item><tx>{x}</tx><ty>2</ty><tz>3</tz><rx>0.1</rx><ry>0.2</ry><rz>0.3</rz><state>2</state>
<occlusion>0</occlusion><occlusion_kf>{key}</occlusion_kf><truncation>{truncation}</truncation>
<attributes><attribute><name>moving</name><value>true</value></attribute>
<attribute><name>speed</name><value>1.5</value></attribute></attributes></item>"""
CVAT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE boost_serialization><boost_serialization version="9" signature="serialization::archive">
<tracklets version="0"><count>1</count><item_version>1</item_version><item><objectType>car</objectType>
<h>4.2</h><w>1.8</w><l>1.5</l><first_frame>0</first_frame><poses><count>3</count><item_version>2</item_version>
{poses}</poses><finished>1</finished></item></tracklets></boost_serialization>"""


def cvat(tmp_path: Path, cloud: Any, picture: Any, names: tuple[str, ...] = ("b/left", "a", "c")) -> Path:
    folder = tmp_path / "task"
    for number, name in enumerate(names):
        cloud(folder / f"velodyne_points/data/{name}.bin", seed=number)
        picture(folder / f"IMAGE_00/data/{name}.png")
    gap = "TruncationStates.OUT_IMAGE"  # as Datumaro 1.13 writes it
    poses = [CVAT_POSE.format(x=n, key=int(n != 2), truncation=gap if n == 1 else 0) for n in range(3)]
    (folder / "tracklet_labels.xml").write_text(CVAT.format(poses="".join(poses)))
    (folder / "frame_list.txt").write_text("".join(f"{n} {name}\n" for n, name in enumerate(names)))
    return folder


def test_tracklets_of_cvat(tmp_path: Path, cloud: Any, picture: Any) -> None:
    """Its h, w, l are along x, y, z, places are centres, angles are three, and frames are listed by name."""
    dataset = open_dataset(cvat(tmp_path, cloud, picture))
    scene, labels = dataset.scene("task"), dataset.labels("task")
    assert [f.name for f in scene.frames] == ["b/left", "a", "c"]
    assert all(list(f.images) == ["image_00"] for f in scene.frames)
    assert [box.frame for box in labels.boxes()] == [0, 2]  # the pose in between is a gap
    cx, sx, cy, sy, cz, sz = (f(a) for a in (0.1, 0.2, 0.3) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    for box in labels.boxes():
        assert box.size == (4.2, 1.8, 1.5)
        np.testing.assert_allclose(box.center, (box.frame, 2, 3), atol=1e-12)
        np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, rx @ ry @ rz, atol=1e-12)
        assert box.attributes["moving"] is True
        assert box.attributes["speed"] == 1.5
        assert box.is_keyframe == (box.frame != 2)
    codes = {f.code for f in dataset.findings}
    assert "assumed" in codes
    assert "tilted-box" not in codes
    as_kitti = open_dataset(tmp_path / "task", options=ReadOptions(assume={"tracklets": "kitti"}))
    first = next(as_kitti.labels("task").boxes())
    assert first.size == (1.5, 1.8, 4.2)
    assert first.center[2] == pytest.approx(3 + 4.2 / 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a b\n", "line 1: 'a b' is no number with a name"), ("0\n", "no number with a name"),
     ("0 a\n0 b\n", "line 2: frame 0 is named twice"), ("0 a\n1 a\n", "same name"), ("0 ../x\n", "leads out"),
     ("7 gone\n", "no frame that is listed has a cloud")],
)  # fmt: skip
def test_a_broken_list_of_frames(tmp_path: Path, cloud: Any, picture: Any, text: str, reason: str) -> None:
    folder = cvat(tmp_path, cloud, picture, ("x", "y", "z"))
    (folder / "frame_list.txt").write_text(text)
    with pytest.raises(LidarLabelError, match=reason):
        open_dataset(folder).scene("task")
