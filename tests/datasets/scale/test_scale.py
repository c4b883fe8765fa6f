"""Scale AI's LiDAR tasks: files made by its documentation, round trips, and broken files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, recognised, write_dataset
from lidar_label.errors import LidarLabelError
from lidar_label.model import Fisheye, PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy

START = 1_541_196_976_735_462_000
STEP = 100_000_000
DEVICE = np.array([[10.0, 20.0, 1.0], [10.5, 20.2, 1.0]])
YAWS = (0.4, 0.5)
POINTS = np.array([[5.0, 1.0, -1.0], [0.0, 7.0, 0.5], [-3.0, -2.0, 1.5]])


def wxyz(rotation: Rotation) -> dict[str, float]:
    x, y, z, w = rotation.as_quat()
    return {"w": w, "x": x, "y": y, "z": z}


def xyz(values: Any) -> dict[str, float]:
    return dict(zip("xyz", map(float, values), strict=True))


def cuboid(**changes: Any) -> dict[str, Any]:
    return {
        "uuid": "4DBCC561-D6E1-4F1E-B862-054189939075", "camera_used": 1, "label": "Car",
        "position": {"x": 18.0, "y": 22.0, "z": 1.5}, "dimensions": {"x": 1.9, "y": 4.4, "z": 1.6}, "yaw": 1.63,
        "distance_to_device": 8.2, "numberOfPoints": 64, "stationary": False, "attributes": {"heading": "front"},
        **changes,
    }  # fmt: skip


LOOKS = Rotation.from_matrix([[0, 0, 1], [-1, 0, 0], [0, -1, 0]])  # a camera ahead, in its device


def task(
    path: Path, *, shift: Any = (0, 0, 0), points_first: bool = False, folder: str = "frames", **more: Any
) -> Path:
    """A drive of two frames with three points, a picture and one car in each."""
    (path / folder).mkdir(parents=True, exist_ok=True)
    for index in range(2):
        turn = Rotation.from_euler("z", YAWS[index])
        place = DEVICE[index] + shift
        world = turn.apply(POINTS) + place
        points = [
            {**xyz(row), "i": 0.25 * n, "d": n, "t": START + index * STEP + n * 1000, "is_ground": n == 0}
            for n, row in enumerate(world)
        ]
        (path / "images").mkdir(exist_ok=True)
        Picture.new("RGB", (64, 48)).save(path / f"images/{index}.png")
        image = {
            "image_url": f"https://bucket.example/drive%201/images/{index}.png?sig=x", "camera_index": 3,
            "position": xyz(turn.apply([1.5, 0, 0.5]) + place), "heading": wxyz(turn * LOOKS),
            "fx": 40, "fy": 41, "cx": 31, "cy": 23, "k1": 0.01, "timestamp": (START + index * STEP) / 1e9 + 0.007,
        }  # fmt: skip
        head = {
            "device_position": xyz(place), "device_heading": wxyz(turn), "timestamp": START + index * STEP,
            "images": [{**image, **more.get("image", {})}], **more.get("frame", {}),
        }  # fmt: skip
        content = {"points": points, **head} if points_first else {**head, "points": points}
        (path / folder / f"{index}.json").write_text(json.dumps(content))
    response = [{"cuboids": [cuboid(**more.get("cuboid", {}))]} for _ in range(2)]
    response[0]["cuboids"][0]["position"] = xyz(np.array([18.0, 22.0, 1.5]) + shift)
    response[1]["cuboids"][0]["position"] = xyz(np.array([18.5, 22.0, 1.5]) + shift)
    (path / "annotations.json").write_text(json.dumps(response))
    return path


def codes(dataset: Any) -> set[str]:
    return {finding.code for finding in dataset.findings}


@pytest.mark.parametrize("points_first", [False, True])
@pytest.mark.parametrize("shift", [(0.0, 0.0, 0.0), (500_000.0, 4_800_000.0, 30.0)])
def test_a_task(tmp_path: Path, points_first: bool, shift: tuple[float, float, float]) -> None:
    path = task(tmp_path / "drive", points_first=points_first, shift=shift)
    assert recognised(path) == recognised(tmp_path) == "scale"
    dataset = open_dataset(path)
    scene, labels = dataset.scene("drive"), dataset.labels("drive")
    assert scene.has_poses
    assert scene.has_timestamps
    assert ("shifted-world" in codes(dataset)) == any(shift)
    assert [frame.timestamp_ns for frame in scene.frames] == [START, START + STEP]
    for index, frame in enumerate(scene.frames):
        pose = frame.world_SE3_ego
        np.testing.assert_allclose(pose.translation + scene.origin, DEVICE[index] + shift, atol=1e-6)
        assert pose.yaw == pytest.approx(YAWS[index])
        cloud = frame.sweep().points()
        np.testing.assert_allclose(cloud.xyz, POINTS, atol=1e-5)
        assert cloud.fields["intensity"].tolist() == [0, 0.25, 0.5]
        assert cloud.fields["d"].tolist() == [0, 1, 2]
        assert cloud.fields["is_ground"].tolist() == [1, 0, 0]
        np.testing.assert_allclose(cloud.fields["time_s"], [0, 1e-6, 2e-6])
    (track,) = labels.tracks
    assert (track.category, track.name) == ("Car", "4DBCC561-D6E1-4F1E-B862-054189939075")
    boxes = labels.of_track(track.token)
    np.testing.assert_allclose(boxes[1].center + scene.origin, np.array([18.5, 22.0, 1.5]) + shift, atol=1e-6)
    assert (boxes[0].size, boxes[0].num_lidar_pts) == ((4.4, 1.9, 1.6), 64)
    assert boxes[0].attributes == {
        "camera_used": 1, "stationary": False, "heading": "front", "distance_to_device": 8.2,
    }  # fmt: skip


def test_a_cuboid_looks_along_y_and_turns_to_the_left(tmp_path: Path) -> None:
    """Yaw 0 is along (0, 1, 0) and rises counter-clockwise."""
    for yaw, ahead in ((0.0, (0, 1, 0)), (math.pi / 2, (-1, 0, 0)), (7.0, (-math.sin(7), math.cos(7), 0))):
        dataset = open_dataset(task(tmp_path / f"y{yaw}", cuboid={"yaw": yaw}))
        box = next(iter(dataset.labels(f"y{yaw}").boxes()))
        np.testing.assert_allclose(box.world_SE3_box.rotation_matrix[:, 0], ahead, atol=1e-12)
        assert -math.pi < box.yaw <= math.pi
    told = open_dataset(tmp_path / "y0.0", options=ReadOptions(assume={"heading": "+x"}))
    other = next(iter(told.labels("y0.0").boxes()))
    assert (other.yaw, other.size) == (0, (1.9, 4.4, 1.6))


def test_a_cuboid_that_leans(tmp_path: Path) -> None:
    dataset = open_dataset(task(tmp_path / "a", cuboid={"yaw": 0.3, "pitch": 0.2, "roll": 0.1}))
    box = next(iter(dataset.labels("a").boxes()))
    turn = Rotation.from_euler("z", 0.3) * Rotation.from_euler("y", 0.2) * Rotation.from_euler("x", 0.1)
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix[:, 0], turn.as_matrix()[:, 1], atol=1e-12)
    assert any("lean" in finding.message for finding in dataset.findings)


def test_pictures_are_found_by_their_links(tmp_path: Path) -> None:
    dataset = open_dataset(task(tmp_path / "a"))
    scene = dataset.scene("a")
    image = scene.frames[1].images["images"]
    assert image.encoded() == (tmp_path / "a/images/1.png").read_bytes()
    assert image.timestamp_ns == pytest.approx(START + STEP + 7_000_000, abs=1000)
    assert image.sensor.camera is not None
    assert image.sensor.camera.distortion == (0.01, 0, 0, 0)
    turn = Rotation.from_euler("z", YAWS[1])
    np.testing.assert_allclose(image.world_SE3_sensor.translation, turn.apply([1.5, 0, 0.5]) + DEVICE[1], atol=1e-9)
    np.testing.assert_allclose(image.world_SE3_sensor.rotation_matrix, (turn * LOOKS).as_matrix(), atol=1e-9)
    for path in (tmp_path / "a/images").iterdir():
        path.unlink()
    away = open_dataset(tmp_path / "a")
    assert not away.scene("a").frames[0].images
    assert "remote-images" in codes(away)


def test_lenses(tmp_path: Path) -> None:
    eye = {"camera_model": "fisheye", "k1": 0.1, "k4": 0.01, "scale_factor": 2}
    camera = open_dataset(task(tmp_path / "eye", image=eye)).scene("eye").sensors["images"].camera
    assert isinstance(camera, Fisheye)
    assert (camera.fx, camera.cx, camera.distortion) == (20, 15.25, (0.1, 0, 0, 0.01))
    odd = open_dataset(task(tmp_path / "odd", image={"camera_model": "cylindrical", "skew": 1}))
    assert odd.scene("odd").sensors["images"].camera is None
    assert codes(odd) >= {"unknown-lens", "skew"}


def test_a_link_cannot_lead_out(tmp_path: Path) -> None:
    Picture.new("RGB", (64, 48)).save(tmp_path / "secret.png")
    away = open_dataset(task(tmp_path / "a", image={"image_url": "https://x.example/../../secret.png"}))
    beside = open_dataset(task(tmp_path / "b", image={"image_url": "../secret.png"}))
    for dataset, name in ((away, "a"), (beside, "b")):
        assert not dataset.scene(name).frames[0].images
        assert "outside-file" in codes(dataset)


def test_more_answers_than_frames(tmp_path: Path) -> None:
    dataset = open_dataset(edited(task(tmp_path / "a"), ANSWER, lambda c: c.append(c[0])))
    scene = dataset.scene("a")
    assert [bool(frame.sweeps) for frame in scene.frames] == [True, True, False]
    assert codes(dataset) >= {"frames-differ", "missing-poses"}


def test_a_frame_without_a_device_whose_pictures_come_first(tmp_path: Path) -> None:
    path = task(tmp_path / "a")
    for index in range(2):
        content = json.loads((path / f"frames/{index}.json").read_text())
        images = content["images"] * 60
        few = {"images": images, "timestamp": content["timestamp"], "points": content["points"]}
        (path / f"frames/{index}.json").write_text(json.dumps(few))
    (path / ANSWER).unlink()
    dataset = open_dataset(path)
    assert dataset.format == "scale"
    assert [len(frame.sweeps) for frame in dataset.scene("a").frames] == [1, 1]


def test_a_folder_of_answers_by_frame(tmp_path: Path) -> None:
    """Matched with the frames by their names where those are the same."""
    path = task(tmp_path / "a")
    (path / ANSWER).unlink()
    (path / "1.json").write_text(json.dumps({"cuboids": [cuboid()]}))
    dataset = open_dataset(path)
    assert [box.frame for box in dataset.labels("a").boxes()] == [1]
    assert len(dataset.scene("a").frames) == 2


def test_several_answers_are_scenes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(json.dumps([{"cuboids": [cuboid()]}]))
    assert open_dataset(tmp_path).scene_names == ("one", "two")
    assert open_dataset(tmp_path / "two.json").scene_names == ("two",)
    assert open_dataset(task(tmp_path / "sent") / ANSWER).scene("sent").frames[0].sweeps


@pytest.mark.parametrize(("unit", "size"), [("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1)])
def test_times_of_every_unit(tmp_path: Path, unit: str, size: float) -> None:
    path = task(tmp_path / "a")
    for index in range(2):
        edited(path, f"frames/{index}.json", lambda c, n=index: c.update(timestamp=(START + n * STEP) / size))
    for options in (ReadOptions(), ReadOptions(assume={"time_unit": unit})):
        found = [frame.timestamp_ns for frame in open_dataset(path, options=options).scene("a").frames]
        assert found == pytest.approx([START, START + STEP], abs=1000)


def test_points_in_the_devices_frame(tmp_path: Path) -> None:
    path = task(tmp_path / "a")
    for index in range(2):
        content = json.loads((path / f"frames/{index}.json").read_text())
        content["points"] = [xyz(row) for row in POINTS]
        (path / f"frames/{index}.json").write_text(json.dumps(content, indent=2))
    scene = open_dataset(path, options=ReadOptions(assume={"points": "device"})).scene("a")
    np.testing.assert_allclose(scene.frames[1].sweep().points().xyz, POINTS)
    assert not scene.frames[1].sweep().points().fields


def test_a_response_alone_and_in_its_task(tmp_path: Path) -> None:
    path = task(tmp_path / "a") / "annotations.json"
    alone = tmp_path / "answer.json"
    for content in (
        json.loads(path.read_text()),
        {"response": {"annotations": json.loads(path.read_text())}, "task_id": "5"},
    ):
        alone.write_text(json.dumps(content))
        assert recognised(alone) == "scale"
        dataset = open_dataset(alone)
        scene = dataset.scene("answer")
        assert (len(scene.frames), scene.has_poses, len(dataset.labels("answer"))) == (2, False, 2)
        assert codes(dataset) >= {"no-poses", "no-sweeps", "no-timestamps"}


def test_the_tasks_order_of_frames(tmp_path: Path) -> None:
    path = task(tmp_path / "a", folder=".", frame={"timestamp": None})
    assert [f.name for f in open_dataset(path).scene("a").frames] == ["0", "1"]
    links = [f"https://bucket.example/{n}.json?sig=1" for n in (1, 0)]
    (path / "task.json").write_text(json.dumps({"task_id": "5", "params": {"attachments": links}}))
    dataset = open_dataset(path)
    assert [f.name for f in dataset.scene("a").frames] == ["1", "0"]
    assert not dataset.scene("a").has_timestamps


def test_frames_without_heading_times_or_movement(tmp_path: Path) -> None:
    still = {"device_heading": None, "device_position": xyz((0, 0, 0)), "timestamp": START}
    dataset = open_dataset(task(tmp_path / "a", frame={**still, "radar_points": [1], "gps": 5}))
    scene = dataset.scene("a")
    assert (scene.has_poses, scene.has_timestamps) == (False, False)
    assert codes(dataset) >= {"no-poses", "no-timestamps", "not-read"}


FAR = {"origin": (500_000.0, 4_800_000.0, 100.0)}


@pytest.mark.parametrize("options", [{}, FAR, {"data": False}, {"poses": False}, {"poses": False, **FAR}])
def test_a_drive_comes_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None], options: dict[str, Any]
) -> None:
    drive = full_drive(distortion=(0.01, 0.02, 0.001, 0.002, 0), **options)
    write_dataset("scale", tmp_path / "out", [drive], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    assert back.scene.has_poses == drive.scene.has_poses
    assert [len(frame.sweeps) for frame in back.scene.frames] == [len(frame.sweeps) for frame in drive.scene.frames]
    same(format_named("scale"), drive, back, ("is_keyframe", "attributes", "names"))
    assert [t.name for t in back.labels.tracks] == [t.name or "1" for t in drive.labels.tracks]
    for box, other in zip(drive.labels.boxes(), back.labels.boxes(), strict=True):
        assert other.attributes == {**drive.labels.track(box.track).attributes, **box.attributes}
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        shift = np.array(drive.scene.origin) - back.scene.origin
        for sweep in frame.sweeps.values():
            given, other = sweep.points(), again.sweep().points()
            np.testing.assert_allclose(
                sweep.world_SE3_sensor.apply(given.xyz.astype(float)) + shift,
                again.sweep().world_SE3_sensor.apply(other.xyz.astype(float)), atol=1e-5,
            )  # fmt: skip
            np.testing.assert_array_equal(given.fields["intensity"], other.fields["intensity"])
        for channel, image in frame.images.items():
            other_image = again.images[channel]
            assert other_image.timestamp_ns == image.timestamp_ns
            assert other_image.sensor.camera == image.sensor.camera
            moved = image.world_SE3_sensor
            np.testing.assert_allclose(
                other_image.world_SE3_sensor.translation, moved.translation + shift, atol=1e-6
            )  # fmt: skip
            np.testing.assert_allclose(other_image.world_SE3_sensor.rotation, moved.rotation, atol=1e-9)
            assert other_image.encoded() == image.encoded()


def test_times_of_points_and_points_without_a_return(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    drive = full_drive(frames=1)
    sweep = drive.scene.frames[0].sweep()
    values = np.array([[1, 2, 3], [0, 0, 0], [np.nan, 0, 0], [4, 5, 6]], dtype=np.float32)
    cloud = PointCloud(values, {"time_s": np.array([0, 0, 0, 0.05])})
    frame = replace(drive.scene.frames[0], sweeps={"LIDAR_TOP": replace(sweep, load=lambda: cloud)})
    drive = Drive(scene=replace(drive.scene, frames=[frame]), labels=drive.labels)
    found = write_dataset("scale", tmp_path / "out", [drive], Taxonomy())
    assert [f.message for f in found if f.code == "no-return"] == [
        "2 points without a return are left out: there is no number for them"
    ]
    back = open_dataset(tmp_path / "out").scene("full").frames[0].sweep().points()
    np.testing.assert_allclose(back.fields["time_s"], [0, 0.05], atol=1e-9)


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("scale").losses([full_drive()])}
    assert found == {"keyframes", "point-fields", "mounting", "camera-mounting"}


def edited(path: Path, file: str, change: Callable[[Any], object]) -> Path:
    content = json.loads((path / file).read_text())
    change(content)
    (path / file).write_text(json.dumps(content))
    return path


ANSWER, FRAME = "annotations.json", "frames/1.json"
BROKEN: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "size": (ANSWER, lambda c: c[1]["cuboids"][0]["dimensions"].update(x=0), "above 0"),
    "yaw": (ANSWER, lambda c: c[1]["cuboids"][0].pop("yaw"), "yaw needs a number"),
    "place": (ANSWER, lambda c: c[1]["cuboids"][0].update(position=None), "position needs x, y and z"),
    "list": (ANSWER, lambda c: c[1].update(cuboids=4), "cuboids needs a list"),
    "heading": (FRAME, lambda c: c["device_heading"].update(w=5), "not a unit quaternion"),
    "lens": (FRAME, lambda c: c["images"][0].update(fx=-3), "focal lengths are above 0"),
    "image": (FRAME, lambda c: c.update(images=[4]), "an image needs an object"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    file, change, reason = BROKEN[name]
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(edited(task(tmp_path / "a"), file, change))
    assert file in caught.value.where


@pytest.mark.parametrize("points", [[{"x": 1, "y": 2}], [4], [[[1]]], [{"x": 1, "y": 2, "z": "3"}], [[1, 2, 3]]])
def test_points_that_are_none(tmp_path: Path, points: list[Any]) -> None:
    scene = open_dataset(edited(task(tmp_path / "a"), FRAME, lambda c: c.update(points=points))).scene("a")
    with pytest.raises(LidarLabelError, match=r"point 0: a point needs x, y and z|value of a point is no number"):
        scene.frames[1].sweep().points()


def test_damaged_files(
    tmp_path: Path, survives: Callable[[Path, str], object], wound_and_open: Callable[..., None]
) -> None:
    wound_and_open(task(tmp_path / "set"), "scale", survives, seed=8)
