"""Real drives for scripts/conventions: opened as they are, or put together of files that belong together."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets import Drive, open_dataset
from lidar_label.datasets.pandaset.pickles import read_pickle
from lidar_label.model import SE3, Box, Frame, Image, Labels, Pinhole, Scene, Sensor, Sweep, Track

_NAMES = ("numpy.core.multiarray.scalar", "numpy.dtype", "_codecs.encode")


def real_drives(data: Path) -> dict[str, tuple[Drive, bool]]:
    """Return each drive with whether its boxes lie in world."""
    return {
        "KITTI object": (_kitti_object(data), False),
        "KITTI raw 0052": (_kitti_0052(data), False),
        "SUSTech": (_opened(data / "sustechpoints_example"), False),
        "nuScenes demo": (_nuscenes_demo(data / "nuscenes_demo_frame"), True),
        "Argoverse 2": (_opened(data / "av2"), False),
        "DGP": (_opened(data / "dgp_test_scene"), False),
    }


def _opened(folder: Path, name: str = "", kind: str = "") -> Drive:
    dataset = open_dataset(folder, kind)
    name = name or dataset.scene_names[0]
    return Drive(scene=dataset.scene(name), labels=dataset.labels(name))


def _kitti_object(data: Path) -> Drive:
    """The three frames of the object set that are here, as one folder of them."""
    folder = Path(tempfile.mkdtemp()) / "training"
    for here in ("image_2", "label_2", "calib", "velodyne"):
        (folder / here).mkdir(parents=True)
        for source in (data / "kitti_object" / "training" / here, data / "kitti_object_reduced" / here,
                       data / "kitti_object_reduced" / "velodyne_reduced"):  # fmt: skip
            if source.is_dir() and (source.name == here or here == "velodyne"):
                for path in source.iterdir():
                    (folder / here / path.name).symlink_to(path)
    return _opened(folder)


def _kitti_0052(data: Path) -> Drive:
    """Drive 0052 with the labels of its frames 7 and 14, whose rows are the same objects in the same order."""
    root = data / "kitti_raw" / "2011_09_26" / "2011_09_26_drive_0052_sync"
    raw = open_dataset(data / "kitti_raw").scene(root.name)
    folder = Path(tempfile.mkdtemp()) / "training"
    named = {"001497": 0, "004587": 7}
    for here in ("image_2", "label_2", "calib", "velodyne"):
        (folder / here).mkdir(parents=True)
    for name, frame in named.items():
        sweep, image = raw.frames[frame].sweep(), raw.frames[frame].images["image_02"]
        assert sweep.path is not None
        assert image.path is not None
        shutil.copy(sweep.path, folder / "velodyne" / f"{name}.bin")
        shutil.copy(image.path, folder / "image_2" / f"{name}{image.suffix}")
        shutil.copy(root / "object_label_2" / f"{name}.txt", folder / "label_2" / f"{name}.txt")
        shutil.copy(root / "object_calib" / f"{name}.txt", folder / "calib" / f"{name}.txt")
    found = _opened(folder, kind="kitti-object")
    by_frame = [found.labels.in_frame(frame) for frame in range(2)]
    tracks = [found.labels.track(box.track) for box in by_frame[0]]
    boxes = [*by_frame[0], *(replace(box, track=track.token) for box, track in zip(by_frame[1], tracks, strict=True))]
    frames = [replace(frame, timestamp_ns=700_000_000 * frame.index) for frame in found.scene.frames]
    scene = replace(found.scene, frames=frames, is_sequence=True, has_timestamps=True)
    return Drive(scene=scene, labels=Labels(tracks, boxes))


def _nuscenes_demo(folder: Path) -> Drive:
    """The sample that mmdetection3d shows, put together of its info file; each camera has its own ego pose."""
    from lidar_label.datasets.clouds.registry import open_cloud

    (path,) = folder.glob("*.pkl")
    info: Any = read_pickle(path, _NAMES)
    names = {number: name for name, number in info["metainfo"]["categories"].items()}
    sample = info["data_list"][0]
    time_ns = round(sample["timestamp"] * 1e9)
    world_SE3_ego = _pose("world", "ego", sample["ego2global"])
    ego_SE3_lidar = _pose("ego", "LIDAR_TOP", sample["lidar_points"]["lidar2ego"])
    lidar = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=ego_SE3_lidar)
    file = folder / sample["lidar_points"]["lidar_path"]
    sweep = Sweep(sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=world_SE3_ego, frame=0, path=file,
                  load=lambda: open_cloud(file).read(origin=(0.0, 0.0, 0.0)))  # fmt: skip
    images = {}
    for channel, row in sample["images"].items():
        k = np.array(row["cam2img"])
        lens = Pinhole(width=1600, height=900, fx=k[0, 0], fy=k[1, 1], cx=k[0, 2], cy=k[1, 2])
        ego_SE3_camera = _pose("ego", channel, row["cam2ego"])
        camera = Sensor(channel=channel, kind="camera", ego_SE3_sensor=ego_SE3_camera, camera=lens)
        camera_SE3_lidar = _pose(channel, "LIDAR_TOP", row["lidar2cam"])
        world_SE3_camera = world_SE3_ego @ ego_SE3_lidar @ camera_SE3_lidar.inverse
        picture = folder / row["img_path"]
        images[channel] = Image(
            sensor=camera, timestamp_ns=round(row["timestamp"] * 1e9), frame=0, path=picture,
            load=partial(_bytes, picture), world_SE3_ego=world_SE3_camera @ ego_SE3_camera.inverse,
        )  # fmt: skip
    tracks, boxes = [], []
    for row in sample["instances"]:
        if row["bbox_label_3d"] < 0:
            continue
        x, y, z, length, width, height, yaw = row["bbox_3d"]
        track = Track(category=names[row["bbox_label_3d"]])
        tracks.append(track)
        pose = world_SE3_ego @ ego_SE3_lidar @ SE3.from_yaw("LIDAR_TOP", "box", yaw, (x, y, z))
        boxes.append(Box(track=track.token, frame=0, world_SE3_box=pose, size=(length, width, height)))
    frame = Frame(index=0, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images=images)
    sensors = {"LIDAR_TOP": lidar, **{channel: image.sensor for channel, image in images.items()}}
    return Drive(scene=Scene(name="demo", frames=[frame], sensors=sensors), labels=Labels(tracks, boxes))


def _pose(dst: str, src: str, rows: Any) -> SE3:  # noqa: ANN401
    matrix = np.array(rows, dtype=np.float64)
    u, _, v = np.linalg.svd(matrix[:3, :3])
    matrix[:3, :3] = u @ v  # it was written in single precision
    return SE3.from_matrix(dst, src, matrix)


def _bytes(path: Path) -> bytes:
    return path.read_bytes()
