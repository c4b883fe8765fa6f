"""Real drives to nuScenes on the command line, each box and count checked by the official devkit.

The expected corners are computed here from the source's own numbers, not by our readers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

Corners = dict[int, list[np.ndarray]]  # by frame: the (8, 3) corners of each box, in world
SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2


def turn(axis: str, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def sustech_corners(folder: Path) -> Corners:
    found: Corners = {}
    for frame, path in enumerate(sorted((folder / "label").glob("*.json"))):
        found[frame] = []
        for row in json.loads(path.read_text("utf-8")):
            center, size, angles = (
                [row["psr"][key][axis] for axis in "xyz"] for key in ("position", "scale", "rotation")
            )
            rotation = turn("x", angles[0]) @ turn("y", angles[1]) @ turn("z", angles[2])
            found[frame].append(SIGNS * size @ rotation.T + center)
    return found


def tracklet_corners(drive: Path, frames: int) -> Corners:
    found: Corners = {frame: [] for frame in range(frames)}
    for item in ET.parse(drive / "tracklet_labels.xml").getroot().findall("tracklets/item"):
        h, w, length = (float(item.findtext(name) or "nan") for name in "hwl")
        first = int(item.findtext("first_frame") or "0")
        for step, pose in enumerate(item.findall("poses/item")):
            if first + step in found:
                x, y, z, yaw = (float(pose.findtext(name) or "nan") for name in ("tx", "ty", "tz", "rz"))
                corners = SIGNS * (length, w, h) @ turn("z", yaw).T + (x, y, z + h / 2)
                found[first + step].append(corners)
    return found


def kitti_object_corners(folder: Path) -> Corners:
    found: Corners = {}
    for frame, path in enumerate(sorted((folder / "label_2").glob("*.txt"))):
        rows = dict(
            line.split(":", 1) for line in (folder / "calib" / path.name).read_text().splitlines() if ":" in line
        )
        rectify, velo = np.eye(4), np.eye(4)
        rectify[:3, :3] = np.array(rows["R0_rect"].split(), float).reshape(3, 3)
        velo[:3] = np.array(rows["Tr_velo_to_cam"].split(), float).reshape(3, 4)
        back = np.linalg.inv(rectify @ velo)
        found[frame] = []
        for line in path.read_text().splitlines():
            cells = line.split()
            if cells[0] == "DontCare":
                continue
            h, w, length, x, y, z, yaw = map(float, cells[8:15])
            camera = SIGNS * (length, h, w) @ turn("y", yaw).T + (x, y - h / 2, z)
            found[frame].append(camera @ back[:3, :3].T + back[:3, 3])
    return found


DRIVE_0001 = "kitti_raw/2011_09_26/2011_09_26_drive_0001_sync"
DRIVE_0052 = "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync"
CASES: dict[str, tuple[int, int, int, Callable[[Path], Corners], float]] = {
    # folder: frames, tracks, boxes, independent corners, tolerance in metres. KITTI's calibration is
    # written with seven digits, so its rotation is orthonormal to about 1e-7 only.
    "sustechpoints_example": (2, 24, 44, sustech_corners, 1e-6),
    DRIVE_0001: (3, 5, 15, lambda drive: tracklet_corners(drive, 3), 1e-6),
    DRIVE_0052: (8, 0, 0, lambda _: {}, 1e-6),
    "kitti_object": (2, 4, 4, lambda folder: kitti_object_corners(folder / "training"), 1e-6),
    "kitti_object_reduced": (1, 6, 6, kitti_object_corners, 1e-6),
}


def counted(folder: Path, name: str) -> tuple[int, int, int]:
    """Count frames, tracks and boxes in the source's own files."""
    if name == "sustechpoints_example":
        labels = [json.loads(p.read_text("utf-8")) for p in sorted((folder / "label").glob("*.json"))]
        return len(labels), len({row["obj_id"] for rows in labels for row in rows}), sum(map(len, labels))
    frames, tracks, boxes, _, _ = CASES[name]
    return frames, tracks, boxes


@pytest.fixture(scope="module")
def devkit() -> Any:
    return pytest.importorskip("nuscenes.nuscenes", reason="the nuScenes devkit is not installed here")


def annotations_by_frame(nusc: Any) -> Iterator[tuple[int, str, Any]]:
    (scene,) = nusc.scene
    token, frame = scene["first_sample_token"], 0
    while token:
        sample = nusc.get("sample", token)
        yield frame, token, sample
        token, frame = sample["next"], frame + 1
    assert frame == scene["nbr_samples"]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_converted_to_nuscenes_it_is_the_same_drive(
    name: str, shared_data: Path, tmp_path: Path, run: Any, devkit: Any
) -> None:
    source, target = shared_data / name, tmp_path / "out"
    done = run("convert", source, target, "--to", "nuscenes", "--json")
    assert done.code == 0, done.err
    report = json.loads(done.out)
    frames, tracks, boxes, corners_of, tolerance = CASES[name]
    assert counted(source, name) == (frames, tracks, boxes)
    (scene,) = report["scenes"]
    assert (scene["frames"], scene["tracks"], scene["boxes"]) == (frames, tracks, boxes)

    nusc = devkit.NuScenes("v1.0-mini", str(target), verbose=False)
    assert (len(nusc.sample), len(nusc.instance), len(nusc.sample_annotation)) == (frames, tracks, boxes)
    expected = corners_of(source)
    for frame, _, sample in annotations_by_frame(nusc):
        (lidar,) = [c for c, t in sample["data"].items() if nusc.get("sample_data", t)["sensor_modality"] == "lidar"]
        got = [box.corners().T for box in nusc.get_boxes(sample["data"][lidar])]
        assert len(got) == len(expected.get(frame, []))
        for corners in expected.get(frame, []):
            nearest = min(got, key=lambda c: float(np.linalg.norm(c.mean(0) - corners.mean(0))))
            apart = np.linalg.norm(corners[:, None] - nearest[None], axis=2).min(axis=1)
            assert apart.max() < tolerance
        assert_counts_are_the_devkits(nusc, sample["data"][lidar])


def assert_counts_are_the_devkits(nusc: Any, token: str) -> None:
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box

    path, boxes, _ = nusc.get_sample_data(token)
    points = LidarPointCloud.from_file(path).points[:3]
    for box in boxes:
        stated = nusc.get("sample_annotation", box.token)["num_lidar_pts"]
        assert int(points_in_box(box, points).sum()) == stated
