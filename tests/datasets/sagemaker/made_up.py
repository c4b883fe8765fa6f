"""Made-up jobs of SageMaker Ground Truth, as its documentation describes their files."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.model import Labels, Scene

START = 1_566_861_644_759_115_000
STEP = 100_000_000
DEVICE = np.array([[-2.7, 116.25, 1.83], [-1.2, 116.5, 1.84]])
YAWS = (0.4, 0.5)
POINTS = np.array([[5.0, 1.0, -1.0], [0.0, 7.0, 0.5], [-3.0, -2.0, 1.5]])
LOOKS = Rotation.from_matrix([[0, 0, 1], [-1, 0, 0], [0, -1, 0]])  # a camera ahead, in its device
S3 = "s3://some-bucket/drives/day1"
CLASSES = {"0": "Car", "1": "Person"}


def quaternion(rotation: Rotation) -> dict[str, float]:
    x, y, z, w = rotation.as_quat()
    return {"qx": x, "qy": y, "qz": z, "qw": w}


def xyz(values: Any) -> dict[str, float]:
    return dict(zip("xyz", map(float, values), strict=True))


def cuboid(**changes: Any) -> dict[str, Any]:
    return {
        "label-category-attributes": {"Occlusion": "Partial", "Type": "Sedan"}, "object-name": "Car:4", "class-id": 0,
        "center-x": -2.3, "center-y": 103.7, "center-z": 0.4, "length": 4, "width": 2, "height": 1.5, "roll": 0,
        "pitch": 0, "yaw": 1.58, "object-id": "ae5dc770-a782-11ea-b57d-67c51a0561a1", **changes,
    }  # fmt: skip


def frame(path: Path, index: int, shift: Any = (0, 0, 0), layout: str = "binary/xyzi", **more: Any) -> dict[str, Any]:
    """Write the points and the picture of a frame; return what a sequence says of it."""
    turn, place = Rotation.from_euler("z", YAWS[index]), DEVICE[index] + shift
    rows = np.column_stack([turn.apply(POINTS) + place, [[0.25 * n, 255, n, 7] for n in range(3)]])
    letters = layout.partition("/")[2]
    rows = rows[:, ["xyzirgb".index(letter) for letter in letters]]
    suffix = "bin" if layout.startswith("binary") else "txt"
    (path / "clouds").mkdir(parents=True, exist_ok=True)
    (path / "pictures").mkdir(exist_ok=True)
    if suffix == "bin":
        rows.astype("<f4").tofile(path / f"clouds/frame{index}.bin")
    else:
        (path / f"clouds/frame{index}.txt").write_text("".join(" ".join(map(repr, r.tolist())) + "\n" for r in rows))
    Picture.new("RGB", (64, 48), (index, 0, 0)).save(path / f"pictures/frame{index}_camera0.png")
    image = {
        "image-path": f"pictures/frame{index}_camera0.png", "unix-timestamp": (START + index * STEP) / 1e9 + 0.007,
        "fx": 40, "fy": 41, "cx": 31, "cy": 23, "k1": 0.01, "k2": 0, "k3": 0, "k4": 0, "p1": 0, "p2": 0, "skew": 0,
        "position": xyz(turn.apply([1.5, 0, 0.5]) + place), "heading": quaternion(turn * LOOKS),
        "camera-model": "pinhole", **more.get("image", {}),
    }  # fmt: skip
    return {
        "frame-no": 300 + index, "unix-timestamp": round((START + index * STEP) / 1e9, 6), "format": layout,
        "frame": f"clouds/frame{index}.{suffix}", "images": [image],
        "ego-vehicle-pose": {"position": xyz(place), "heading": quaternion(turn)}, **more.get("frame", {}),
    }  # fmt: skip


def sequence(path: Path, shift: Any = (0, 0, 0), layout: str = "binary/xyzi", **more: Any) -> Path:
    """A sequence of two frames, each with three points, a picture and one car, as it is downloaded with its labels."""
    frames = [frame(path, index, shift, layout, **more) for index in range(2)]
    content = {"seq-no": 1, "prefix": f"{S3}/seq1/", "number-of-frames": 2, "frames": frames}
    (path / "seq1.json").write_text(json.dumps(content))
    entries = []
    for index in range(2):
        x, y, z = np.array([-2.3 + index, 103.7, 0.4]) + shift
        row = cuboid(**{"center-x": x, "center-y": y, "center-z": z, **more.get("cuboid", {})})
        entries.append(
            {"frame-number": index, "frame-name": f"{index}.txt.pcd", "frame-attributes": {}, "annotations": [row]}
        )
    (path / "SeqLabel.json").write_text(json.dumps({"tracking-annotations": entries}))
    return path


def job(path: Path) -> Path:
    """The folders of a job as they lie in S3, with the drive beneath the path it has there."""
    drive = sequence(path / "drives/day1/seq1")
    (drive / "seq1.json").rename(path / "drives/day1/seq1.json")
    labels = path / "annotations/consolidated-annotation/output/0/SeqLabel.json"
    labels.parent.mkdir(parents=True)
    (drive / "SeqLabel.json").rename(labels)
    line = {
        "source-ref": f"{S3}/seq1.json",
        "boxes-ref": "s3://out/jobs/cars/annotations/consolidated-annotation/output/0/SeqLabel.json",
        "boxes-ref-metadata": {"class-map": CLASSES, "type": "groundtruth/point_cloud_object_tracking"},
    }
    (path / "manifests/output").mkdir(parents=True)
    (path / "manifests/output/output.manifest").write_text(json.dumps(line) + "\n")
    return path


def opened(path: Path, **assume: str) -> tuple[Dataset, Scene, Labels]:
    dataset = open_dataset(path, options=ReadOptions(assume=assume))
    (name,) = dataset.scene_names
    return dataset, dataset.scene(name), dataset.labels(name)


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def frames_manifest(path: Path) -> Path:
    """A manifest of single frames with labels, and with classes painted on the points of the first."""
    lines = []
    for index in range(2):
        said = frame(path, index)
        source = f"{S3}/{said.pop('frame')}"
        line = {
            "source-ref": source, "source-ref-metadata": {**said, "prefix": f"{S3}/"},
            "3d-bounding-box": {"annotations": [cuboid(**{"object-name": f"Car:{n + 1}"}) for n in range(2 - index)]},
            "3d-bounding-box-metadata": {
                "class_map": {"0": "Automobile"}, "dataset-object-attributes": {"weather": "rain"},
            },
        }  # fmt: skip
        if not index:
            (path / "0.zlib").write_bytes(zlib.compress(bytes([0, 2, 1])))
            line |= {
                "paint-ref": "s3://out/0.zlib",
                "paint-ref-metadata": {"color-map": {"0": {"class-name": "Background"}, "2": {"class-name": "Tree"}}},
            }
        lines.append(line)
    (path / "frames.manifest").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path
