"""Pictures with boxes: the lines where the nuScenes devkit's formula puts the corners, and files never half-written."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Drive, WriteOptions, write_dataset
from lidar_label.errors import Cancelled, CannotWrite, InvalidValue
from lidar_label.jobs import import_drive
from lidar_label.jobs.overlays import Drawable, OverlayOptions, draw_overlays, overlays
from lidar_label.model import (
    SE3,
    Box,
    Category,
    Frame,
    Image,
    Labels,
    Pinhole,
    PointCloud,
    Scene,
    Sensor,
    Sweep,
    Taxonomy,
    Track,
)
from lidar_label.progress import Progress

LENS = Pinhole(width=400, height=300, fx=300, fy=310, cx=205, cy=148)
MOUNT = SE3("ego", "CAM", (0.5, -0.5, 0.5, -0.5), (1.2, 0.1, 1.5))
LIDAR = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR"))
CAM = Sensor(channel="CAM", kind="camera", ego_SE3_sensor=MOUNT, camera=LENS)
CAR = Track(category="vehicle.car", name="7", token="car")
TAXONOMY = Taxonomy([Category(name="vehicle.car", color="#ff0000")])


def picture(color: str = "#203040", size: tuple[int, int] = (400, 300)) -> bytes:
    data = io.BytesIO()
    Picture.new("RGB", size, color).save(data, "PNG")
    return data.getvalue()


def drive(frames: int = 3, **pictures: bytes) -> Drawable:
    made, boxes = [], {}
    for n in range(frames):
        pose = SE3.from_yaw("world", "ego", 0.3, (50.0 + 2 * n, 20.0, 1.0))
        later = SE3.from_yaw("world", "ego", 0.31, (50.6 + 2 * n, 20.2, 1.0))
        encoded = pictures.get(f"frame{n}", picture())
        image = Image(
            sensor=CAM, timestamp_ns=n + 5, world_SE3_ego=later, frame=n, suffix=".png", load=lambda e=encoded: e
        )
        sweep = Sweep(
            sensor=LIDAR, timestamp_ns=n, world_SE3_ego=pose, frame=n,
            load=lambda: PointCloud(np.array([[12.0, 0.5, 1.2], [np.nan, 0, 0], [9.0, -30.0, 1.0]], np.float32), {}),
        )  # fmt: skip
        made.append(Frame(index=n, timestamp_ns=n, sweeps={"LIDAR": sweep}, images={"CAM": image}))
        at = pose @ SE3.from_yaw("ego", "box", 0.8, (14, -2, 0.9))
        boxes[n] = [Box(track="car", frame=n, world_SE3_box=at, size=(4.2, 1.9, 1.6))]
    scene = Scene(name="made", frames=made, sensors={"CAM": CAM, "LIDAR": LIDAR})
    return Drawable(scene=scene, tracks=[CAR], boxes=lambda n: boxes[n], taxonomy=TAXONOMY, folder=Path("unused"))


def placed(drawable: Drawable, folder: Path) -> Drawable:
    return replace(drawable, folder=folder)


def view_points(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The nuScenes devkit's way: K times points of the camera's frame, over their depth."""
    seen = matrix @ points.T
    return (seen[:2] / seen[2]).T


def in_camera(drawable: Drawable, frame: int, world: np.ndarray) -> np.ndarray:
    image = drawable.scene.frames[frame].images["CAM"]
    turn = image.world_SE3_ego.rotation_matrix @ MOUNT.rotation_matrix
    eye = image.world_SE3_ego.rotation_matrix @ MOUNT.translation + image.world_SE3_ego.translation
    return (world - eye) @ turn


def test_edges_lie_where_the_pinhole_puts_them_at_the_pictures_own_time(tmp_path: Path) -> None:
    drawable = placed(drive(), tmp_path)
    report = draw_overlays([drawable], tmp_path, OverlayOptions(frames=[1], suffix=".png", names=False))
    assert report.pictures == 1
    pixels = np.asarray(Picture.open(tmp_path / "CAM" / "000001.png")).astype(int)
    assert pixels.shape == (300, 400, 3)
    corners = drawable.boxes(1)[0].corners()
    uv = view_points(in_camera(drawable, 1, corners), np.array([[300, 0, 205], [0, 310, 148], [0, 0, 1.0]]))
    for a, b in ((0, 1), (1, 2), (4, 5), (0, 4), (2, 6), (6, 7)):
        # Straight in space is straight through a pinhole: half way in the picture lies on the line.
        x, y = ((uv[a] + uv[b]) / 2).round().astype(int)
        around = pixels[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3)
        assert (around[:, 0] - around[:, 2]).max() > 100, (a, b)
    red = (pixels[:, :, 0] - pixels[:, :, 2]) > 100
    rows, columns = np.nonzero(red)
    low, high = uv.min(axis=0) - 3, uv.max(axis=0) + 3
    tick = 40  # before the front
    assert columns.min() > low[0] - tick
    assert columns.max() < high[0] + tick
    assert rows.min() > low[1]
    assert rows.max() < high[1] + tick


def test_points_and_names_are_drawn_only_when_asked_for(tmp_path: Path) -> None:
    plain, dotted, named = (tmp_path / name for name in ("plain", "dotted", "named"))
    for folder, options in (
        (plain, OverlayOptions(frames=[0], suffix=".png", names=False)),
        (dotted, OverlayOptions(frames=[0], suffix=".png", names=False, points=True)),
        (named, OverlayOptions(frames=[0], suffix=".png")),
    ):
        draw_overlays([placed(drive(), folder)], folder, options)
    found = [np.asarray(Picture.open(folder / "CAM" / "000000.png")).astype(int) for folder in (plain, dotted, named)]
    rows, columns = np.nonzero((found[0] != found[1]).any(axis=2))
    point = drive().scene.frames[0].world_SE3_ego.apply([[12.0, 0.5, 1.2]])
    u, v = view_points(in_camera(drive(), 0, point), LENS.matrix)[0]
    assert len(rows) > 0
    assert abs(columns - u).max() <= 2  # the one point that the camera sees, the others are NaN or aside
    assert abs(rows - v).max() <= 2
    assert (found[0] != found[2]).any(axis=2).sum() > 100


def test_what_is_there_is_kept_unless_a_person_says_so(tmp_path: Path) -> None:
    drawable = placed(drive(), tmp_path)
    draw_overlays([drawable], tmp_path, OverlayOptions(frames=[2]))
    kept = (tmp_path / "CAM" / "000002.jpg").read_bytes()
    with pytest.raises(CannotWrite, match="1 pictures are there already"):
        draw_overlays([drawable], tmp_path, OverlayOptions(points=True))
    assert sorted(path.name for path in (tmp_path / "CAM").iterdir()) == ["000002.jpg"]
    assert (tmp_path / "CAM" / "000002.jpg").read_bytes() == kept
    assert draw_overlays([drawable], tmp_path, OverlayOptions(names=False, overwrite=True)).pictures == 3
    assert (tmp_path / "CAM" / "000002.jpg").read_bytes() != kept


def test_a_stopped_run_leaves_whole_files_only(tmp_path: Path) -> None:
    progress = Progress()
    steps: list[int] = []

    def listen(done: int, total: int, text: str) -> None:
        steps.append(done)
        if done == 2:
            progress.cancel()

    progress._listener = listen
    with pytest.raises(Cancelled):
        draw_overlays([placed(drive(5), tmp_path)], tmp_path, OverlayOptions(), progress)
    names = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert names == ["000000.jpg", "000001.jpg"]
    for name in names:
        Picture.open(tmp_path / "CAM" / name).load()


def test_a_disk_that_refuses_leaves_no_part_behind(tmp_path: Path) -> None:
    (tmp_path / "CAM").write_text("a file where the folder should be")
    with pytest.raises(CannotWrite, match="cannot be written"):
        draw_overlays([placed(drive(), tmp_path)], tmp_path, OverlayOptions())
    assert [path.name for path in tmp_path.iterdir()] == ["CAM"]


def test_a_broken_picture_is_said_and_the_others_are_drawn(tmp_path: Path) -> None:
    drawable = placed(drive(3, frame1=b"no picture"), tmp_path)
    report = draw_overlays([drawable], tmp_path, OverlayOptions())
    assert report.pictures == 2
    (finding,) = report.findings
    assert (finding.code, "frame 1" in finding.where) == ("not-read", True)


def test_a_picture_in_other_pixels_than_its_lens_has_boxes_in_place(tmp_path: Path) -> None:
    drawable = placed(drive(1, frame0=picture(size=(800, 600))), tmp_path)
    draw_overlays([drawable], tmp_path, OverlayOptions(suffix=".png", names=False))
    pixels = np.asarray(Picture.open(tmp_path / "CAM" / "000000.png")).astype(int)
    uv = view_points(in_camera(drawable, 0, drawable.boxes(0)[0].corners()), LENS.matrix)
    x, y = (uv[0] + uv[4] + 1).round().astype(int)  # twice the middle of an edge
    around = pixels[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
    assert (around[:, 0] - around[:, 2]).max() > 100


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (OverlayOptions(frames=[7]), "there is no frame 7; the scene has 0 to 2"),
        (OverlayOptions(cameras=["REAR"]), "there is no camera REAR; the scene has CAM"),
    ],
)
def test_a_wrong_name_is_told_with_those_there_are(tmp_path: Path, options: OverlayOptions, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        draw_overlays([placed(drive(), tmp_path)], tmp_path, options)
    assert not list(tmp_path.iterdir())


def test_project_and_data_set_give_the_same_pictures(tmp_path: Path) -> None:
    made = drive()
    labels = Labels([CAR], [box for n in range(3) for box in made.boxes(n)])
    write_dataset("nuscenes", tmp_path / "drive", [Drive(scene=made.scene, labels=labels)], TAXONOMY, WriteOptions())
    import_drive(tmp_path / "drive", tmp_path / "p.lidarlabel")
    options = OverlayOptions(frames=[1], points=True, suffix=".png")
    reports = [
        overlays(tmp_path / source, tmp_path / name, options)
        for source, name in (("drive", "a"), ("p.lidarlabel", "b"))
    ]
    assert [report.pictures for report in reports] == [1, 1]
    assert json.dumps(reports[1].as_dict())
    one, two = (Picture.open(tmp_path / name / "CAM" / "000001.png") for name in "ab")
    assert one.tobytes() == two.tobytes()
    blank = np.asarray(Picture.open(io.BytesIO(picture())))
    assert (np.asarray(one) != blank).any(axis=2).sum() > 500
    with pytest.raises(InvalidValue, match="there is no scene 'other'"):
        overlays(tmp_path / "p.lidarlabel", tmp_path / "c", options, scenes=["other"])
