"""Xtreme1: folders made by its own documentation, round trips, cameras of every order of numbers, broken files."""

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

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, recognised, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.model import Attribute, PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy

LOST = ("names", "visibility", "is_keyframe", "times", "attributes")
# The tool's own example of a camera: its numbers run down the columns.
EXTERNAL = [
    -0.7209479393140598, -0.04004438206239668, -0.6918312773097581, 0,
    0.6911177056736608, 0.0317737123271339, -0.7220434530617444, 0,
    0.05089583188421044, -0.9986925846676711, 0.004768189029478265, 0,
    0.009297776700688867, 1.6581292167169648, -1.0197515012137728, 1,
]  # fmt: skip
INTERNAL = {"fx": 933.4667, "fy": 934.6754, "cx": 896.4692, "cy": 507.3557}
BOX = {
    "id": "033DA6D7-3F4F-411E-B97C-DCD43C762BD4", "type": "3D_BOX", "classId": 455, "className": "car",
    "trackId": "-COOq29Lf0S8XAvD", "trackName": "2",
    "classValues": [
        {"id": "a", "pid": None, "name": "type", "value": "suv", "type": "RADIO", "alias": "type", "isLeaf": True}
    ],
    "contour": {
        "pointN": 1606, "points": [], "viewIndex": 0, "size3D": {"x": 4.78, "y": 3.03, "z": 1.58},
        "center3D": {"x": -3.48, "y": -9.45, "z": 0.56}, "rotation3D": {"x": 0, "y": 0, "z": 0.5879},
    },
    "modelConfidence": None, "modelClass": "",
}  # fmt: skip
# What the tool wrote for a model that was run from another page.
NULLS = dict.fromkeys(BOX) | {"type": "3D_BOX"}


def folder(
    path: Path,
    objects: list[Any] | None = None,
    cameras: Any = None,
    frames: int = 2,
    cloud: str = "lidar_point_cloud_0",
) -> Path:
    """A scene of two frames with the same objects and one camera."""
    for index in range(frames):
        points = PointCloud(np.full((5, 3), index, dtype=np.float32), {"intensity": np.arange(5, dtype=np.float32)})
        (path / cloud).mkdir(parents=True, exist_ok=True)
        write_pcd(path / cloud / f"{index:02d}.pcd", points)
        result = {"version": "Xtreme1 V0.6", "dataId": index, "sourceName": "Ground Truth"}
        result |= {"classificationValues": None, "objects": [BOX] if objects is None else objects}
        (path / "result").mkdir(exist_ok=True)
        (path / f"result/{index:02d}.json").write_text(json.dumps([result]))
        if cameras is not None:
            for name in ("camera_config", "camera_image_0"):
                (path / name).mkdir(exist_ok=True)
            (path / f"camera_config/{index:02d}.json").write_text(json.dumps(cameras))
            Picture.new("RGB", (64, 48)).save(path / f"camera_image_0/{index:02d}.jpg")
    return path


def camera(external: list[Any], **more: Any) -> dict[str, Any]:
    return {"camera_internal": INTERNAL, "camera_external": external, "width": 1920, "height": 1080, **more}


def codes(dataset: Any) -> set[str]:
    return {finding.code for finding in dataset.findings}


def test_an_export(tmp_path: Path) -> None:
    folder(tmp_path / "out/Scene_01")
    assert recognised(tmp_path / "out") == recognised(tmp_path / "out/Scene_01") == "xtreme1"
    dataset = open_dataset(tmp_path / "out")
    assert dataset.scene_names == ("01",)
    scene, labels = dataset.scene("01"), dataset.labels("01")
    assert scene.is_sequence
    assert [frame.name for frame in scene.frames] == ["00", "01"]
    cloud = scene.frames[1].sweep().points()
    assert cloud.xyz.tolist() == [[1, 1, 1]] * 5
    assert cloud.fields["intensity"].tolist() == [0, 1, 2, 3, 4]
    (track,) = labels.tracks
    assert (track.category, track.name) == ("car", "2")
    boxes = labels.of_track(track.token)
    assert [box.frame for box in boxes] == [0, 1]
    np.testing.assert_allclose(boxes[0].center, (-3.48, -9.45, 0.56))
    assert (boxes[0].size, boxes[0].yaw) == ((4.78, 3.03, 1.58), pytest.approx(0.5879))
    assert (boxes[0].attributes, boxes[0].num_lidar_pts, boxes[0].score) == ({"type": "suv"}, 1606, None)
    assert [c.name for c in dataset.taxonomy.categories] == ["car"]


@pytest.mark.parametrize("layout", ["scenes", "splits", "one", "older", "unrelated"])
def test_layouts(tmp_path: Path, layout: str) -> None:
    if layout == "scenes":
        folder(tmp_path / "Scene_a")
        folder(tmp_path / "Scene_b")
        assert open_dataset(tmp_path).scene_names == ("a", "b")
        folder(tmp_path / "b")
        assert open_dataset(tmp_path).scene_names == ("Scene_b", "a", "b")
    elif layout == "splits":
        folder(tmp_path / "train/Scene_1")
        folder(tmp_path / "val/Scene_1")
        folder(tmp_path / "val/Scene_2")
        assert open_dataset(tmp_path).scene_names == ("2", "train/Scene_1", "val/Scene_1")
    elif layout == "one":
        assert open_dataset(folder(tmp_path / "Scene_a")).scene_names == ("a",)
    elif layout == "older":
        path = folder(tmp_path / "old", cloud="point_cloud", cameras=[camera(EXTERNAL, rowMajor=False)])
        (path / "camera_image_0").rename(path / "image0")
        dataset = open_dataset(path)
        assert dataset.format == "xtreme1"
        assert list(dataset.scene("old").frames[0].images) == ["image0"]
    else:
        dataset = open_dataset(folder(tmp_path / "batch"))
        assert not dataset.scene("batch").is_sequence


@pytest.mark.parametrize(("angles", "axis"), [((0.1, 0.2, 0.3), 0), ((0.1, 0.2, 0.3), 2)])
def test_angles_turn_about_z_first(tmp_path: Path, angles: tuple[float, float, float], axis: int) -> None:
    """As the tool's own 3D library does with three angles."""
    turned = {**BOX["contour"], "rotation3D": dict(zip("xyz", angles, strict=True))}
    dataset = open_dataset(folder(tmp_path / "Scene_a", [{**BOX, "contour": turned}], frames=1))
    (box,) = dataset.labels("a").boxes()
    x, y, z = angles
    rx = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    ry = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    rz = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix[:, axis], (rx @ ry @ rz)[:, axis], atol=1e-12)
    assert "assumed" in codes(dataset)


def test_empty_objects_are_an_error(tmp_path: Path) -> None:
    dataset = open_dataset(folder(tmp_path / "Scene_a", [NULLS, BOX, None]))
    assert len(dataset.labels("a")) == 2
    (found,) = (finding for finding in dataset.findings if finding.code == "empty-objects")
    assert (found.severity, found.message.startswith("4 of 6 objects are empty")) == ("error", True)


def test_other_objects_are_told(tmp_path: Path) -> None:
    flat = {**BOX, "type": "2D_RECT", "contour": {"points": [{"x": 1, "y": 2}]}}
    dataset = open_dataset(folder(tmp_path / "Scene_a", [flat, BOX]))
    assert len(dataset.labels("a")) == 2
    assert any("2D_RECT 2" in finding.message for finding in dataset.findings)


def test_a_model_names_the_class_and_is_not_sure(tmp_path: Path) -> None:
    model = {**BOX, "className": None, "modelClass": "TRUCK", "modelConfidence": 0.75, "trackId": None}
    odd = {**model, "modelConfidence": 75, "modelClass": None}
    dataset = open_dataset(folder(tmp_path / "Scene_a", [model, odd], frames=1))
    boxes = list(dataset.labels("a").boxes())
    assert [box.score for box in boxes] == [0.75, None]
    assert [dataset.labels("a").track(box.track).category for box in boxes] == ["TRUCK", "unknown"]
    assert codes(dataset) >= {"no-class", "no-score", "no-track"}


def test_one_of_several_results(tmp_path: Path) -> None:
    path = folder(tmp_path / "Scene_a", frames=1)
    rows = json.loads((path / "result/00.json").read_text())
    rows.append({**rows[0], "sourceName": "run 3", "objects": [BOX, {**BOX, "trackId": "b", "trackName": "9"}]})
    (path / "result/00.json").write_text(json.dumps(rows))
    assert len(open_dataset(path).labels("a")) == 1
    assert len(open_dataset(path, options=ReadOptions(assume={"result": "run 3"})).labels("a")) == 2
    with pytest.raises(LidarLabelError, match="there is no result 'run 9'; there are: Ground Truth, run 3"):
        open_dataset(path, options=ReadOptions(assume={"result": "run 9"}))


def seen(path: Path, **assume: str) -> np.ndarray:
    sensor = open_dataset(path, options=ReadOptions(assume=assume)).scene("a").sensors["camera_image_0"]
    return sensor.ego_SE3_sensor.inverse.matrix


COLUMNS = np.reshape(EXTERNAL, (4, 4))
SIDEWAYS = {"flag": {"rowMajor": False}, "no flag": {}, "wrong flag": {"rowMajor": True}}


@pytest.mark.parametrize("how", SIDEWAYS)
def test_numbers_down_the_columns(tmp_path: Path, how: str) -> None:
    """The zeros say how the numbers run, whatever the flag says."""
    path = folder(tmp_path / "Scene_a", cameras=[camera(EXTERNAL, **SIDEWAYS[how])])
    np.testing.assert_allclose(seen(path), COLUMNS.T, atol=1e-6)
    dataset = open_dataset(path)
    assert "assumed" in codes(dataset)
    assert ("row-major" in codes(dataset)) == (how != "flag")


@pytest.mark.parametrize("flag", [{"rowMajor": False}, {"rowMajor": True}, {}])
def test_numbers_along_the_rows(tmp_path: Path, flag: dict[str, bool]) -> None:
    path = folder(tmp_path / "Scene_a", cameras=[camera(COLUMNS.T.ravel().tolist(), **flag)])
    np.testing.assert_allclose(seen(path), COLUMNS.T, atol=1e-6)
    assert ("row-major" in codes(open_dataset(path))) == (flag.get("rowMajor") is False)


def test_matrices_as_others_write_them(tmp_path: Path) -> None:
    """Three rows of four numbers, and lenses as matrices of nine or twelve."""
    rows = COLUMNS.T.tolist()
    k = [[40.0, 0, 31], [0, 41.0, 23], [0, 0, 1]]
    for index, (pose, lens) in enumerate(
        ((rows, k), (rows[:3], [*k[0], *k[1], *k[2]]), (np.ravel(rows[:3]).tolist(), [[*row, 0] for row in k]))
    ):
        path = folder(tmp_path / f"{index}/Scene_a", cameras=[{**camera(pose), "camera_internal": lens}])
        np.testing.assert_allclose(seen(path), COLUMNS.T, atol=1e-6)
        found = open_dataset(path).scene("a").sensors["camera_image_0"].camera
        assert found is not None
        np.testing.assert_array_equal(found.matrix, k)


def test_where_the_zeros_say_nothing_the_flag_does(tmp_path: Path) -> None:
    turn = COLUMNS.T.copy()
    turn[:3, 3] = 0
    path = folder(tmp_path / "Scene_a", cameras=[camera(turn.T.ravel().tolist(), rowMajor=False)])
    np.testing.assert_allclose(seen(path), turn, atol=1e-6)
    np.testing.assert_allclose(seen(path, matrix="row"), turn.T, atol=1e-6)


def test_a_pose_the_wrong_way_round_is_told(tmp_path: Path) -> None:
    inverse = np.linalg.inv(COLUMNS.T)
    path = folder(tmp_path / "Scene_a", cameras=[camera(inverse.ravel().tolist())])
    (found,) = (f for f in open_dataset(path).findings if f.code == "inverted-calibration")
    assert "--assume direction=camera-to-lidar" in found.message
    np.testing.assert_allclose(seen(path, direction="camera-to-lidar"), COLUMNS.T, atol=1e-6)
    told = open_dataset(path, options=ReadOptions(assume={"direction": "camera-to-lidar"}))
    assert "inverted-calibration" not in codes(told)


@pytest.mark.parametrize("name", ["sustechpoints_example", "av2", "kitti_object", "dgp_test_scene"])
def test_real_rigs_are_the_right_way_round(shared_data: Path, tmp_path: Path, name: str) -> None:
    """Poses of real cameras raise no warning as they are, and do so turned round."""
    source = open_dataset(shared_data / name)
    sensors = source.scene(source.scene_names[0]).sensors
    lidar = next(s for s in sensors.values() if s.kind == "lidar")
    poses = [(s.ego_SE3_sensor.inverse @ lidar.ego_SE3_sensor).matrix for s in sensors.values() if s.camera is not None]
    assert poses
    for turned in (False, True):
        cameras = [camera((np.linalg.inv(p) if turned else p).ravel().tolist()) for p in poses]
        path = folder(tmp_path / f"{turned}/Scene_a", cameras=cameras)
        for index in range(1, len(cameras)):
            (path / f"camera_image_{index}").mkdir()
            Picture.new("RGB", (64, 48)).save(path / f"camera_image_{index}/00.jpg")
        assert ("inverted-calibration" in codes(open_dataset(path))) == turned


def test_a_camera_without_numbers_and_one_too_many(tmp_path: Path) -> None:
    path = folder(tmp_path / "Scene_a", cameras=[None, camera(EXTERNAL, distortion=[0.1, 0])])
    dataset = open_dataset(path)
    assert dataset.scene("a").sensors["camera_image_0"].camera is None
    assert codes(dataset) >= {"uncalibrated-camera", "not-read"}


@pytest.mark.parametrize("options", [{}, {"origin": (500_000.0, 4_800_000.0, 100.0), "poses": False}, {"data": False}])
@pytest.mark.parametrize("is_sequence", [True, False])
def test_a_drive_comes_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None],
    options: dict[str, Any], is_sequence: bool,
) -> None:  # fmt: skip
    drive = full_drive(**options)
    drive = replace(drive, scene=replace(drive.scene, is_sequence=is_sequence))
    declared = Taxonomy([], [Attribute(name="color", kind="choice", values=("red", "blue"))])
    write_dataset("xtreme1", tmp_path / "out", [drive], declared)
    assert (tmp_path / "out/Scene_full").is_dir() == is_sequence
    dataset = open_dataset(tmp_path / "out")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    same(format_named("xtreme1"), drive, back, LOST)
    assert back.scene.is_sequence == is_sequence
    assert [t.name for t in back.labels.tracks] == [t.name or "1" for t in drive.labels.tracks]
    for box, other in zip(drive.labels.boxes(), back.labels.boxes(), strict=True):
        assert other.attributes == {**drive.labels.track(box.track).attributes, **box.attributes}
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        for channel, image in frame.images.items():
            sweep = frame.sweep()
            points = sweep.points().xyz.astype(float)
            uv, visible = image.sensor.camera.project(
                image.world_SE3_sensor.inverse.apply(sweep.world_SE3_sensor.apply(points))
            )
            other_image = again.images[channel]
            cloud = again.sweep().points().xyz.astype(float)
            uv2, visible2 = other_image.sensor.camera.project(other_image.world_SE3_sensor.inverse.apply(cloud))
            np.testing.assert_array_equal(visible, visible2)
            np.testing.assert_allclose(uv[visible], uv2[visible], atol=0.02)


def test_drives_whose_names_are_the_tools(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    """Names come back whatever their order, and unrelated frames are not taken for a drive."""
    drives = [full_drive(name, frames=2 + n) for n, name in enumerate(("scene_b", "Scene_a", "c"))]
    write_dataset("xtreme1", tmp_path / "out", drives, Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    assert {n: len(dataset.scene(n).frames) for n in dataset.scene_names} == {"scene_b": 2, "Scene_a": 3, "c": 4}
    loose = replace(drives[1], scene=replace(drives[1].scene, is_sequence=False))
    found = write_dataset("xtreme1", tmp_path / "loose", [loose], Taxonomy())
    assert {f.code for f in found} == {"scene-name"}
    assert not open_dataset(tmp_path / "loose").scene("frames_Scene_a").is_sequence


def test_what_we_write_is_never_null(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    write_dataset("xtreme1", tmp_path / "out", [full_drive()], Taxonomy())
    objects = [
        item
        for path in (tmp_path / "out/Scene_full/result").iterdir()
        for result in json.loads(path.read_text())
        for item in result["objects"]
    ]
    assert len(objects) == 11
    for item in objects:
        assert [key for key, value in item.items() if value is None] in ([], ["modelConfidence"])
        assert all(item["contour"][key] for key in ("center3D", "rotation3D", "size3D"))


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("xtreme1").losses([full_drive(distortion=(0.1, 0, 0, 0))])}
    assert found == {"visibility", "poses", "timestamps", "keyframes", "distortion"}


def edited(path: Path, change: Callable[[Any], object]) -> Path:
    file = path / "result/01.json"
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))
    return path


BROKEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "size": (lambda c: c[0]["objects"][0]["contour"]["size3D"].update(x=0), "above 0"),
    "center": (lambda c: c[0]["objects"][0]["contour"].pop("center3D"), "center3D needs x, y and z"),
    "objects": (lambda c: c[0].update(objects=3), "objects needs a list"),
    "object": (lambda c: c[0].update(objects=[3]), "an object needs an object"),
    "result": (lambda c: c.append(7), "a result needs an object"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_result_is_named(tmp_path: Path, name: str) -> None:
    change, reason = BROKEN[name]
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(edited(folder(tmp_path / "Scene_a"), change))
    assert "01.json" in caught.value.where


def test_a_broken_camera_is_named(tmp_path: Path) -> None:
    for external, reason in (([1.0] * 16, "no rigid transform"), ([1.0] * 13, "needs 16 numbers")):
        with pytest.raises(LidarLabelError, match=reason) as caught:
            open_dataset(folder(tmp_path / "Scene_a", cameras=[camera(external)]))
        assert "camera_config" in caught.value.where
    with pytest.raises(InvalidValue, match="direction cannot be 'up'"):
        open_dataset(tmp_path / "Scene_a", options=ReadOptions(assume={"direction": "up"}))


def test_damaged_files(
    tmp_path: Path, survives: Callable[[Path, str], object], wound_and_open: Callable[..., None]
) -> None:
    folder(tmp_path / "set/Scene_a", cameras=[camera(EXTERNAL, rowMajor=False)])
    wound_and_open(tmp_path / "set", "xtreme1", survives, seed=46)
