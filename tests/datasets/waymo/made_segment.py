"""A Waymo segment made by its definition: two LiDARs, one camera, boxes, two frames."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image as Picture
from pyarrow import parquet

from lidar_label.model import Floats

SEGMENT = "10023947602400723454_1120_000_1140_000"
TIMES = (1552440195362591, 1552440195462588)  # microseconds
SHAPES = {1: (8, 60), 2: (4, 24)}  # the top LiDAR and the front one
KEYS = {"key.segment_context_name": pa.string(), "key.frame_timestamp_micros": pa.int64()}
LENS = {"f_u": 900.0, "f_v": 910.0, "c_u": 480.0, "c_v": 320.0, "k1": 0.05, "k2": -0.1, "p1": 0.001, "p2": -0.002,
        "k3": 0.02}  # fmt: skip


def matrix(roll: float, pitch: float, yaw: float, place: tuple[float, float, float]) -> Floats:
    """A transform of roll, pitch and yaw (about x, then y, then z) and a place, written out."""
    cr, sr, cp, sp, cy, sy = np.cos(roll), np.sin(roll), np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw)
    found = np.eye(4)
    found[:3, :3] = (
        np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
        @ np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
        @ np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    )
    found[:3, 3] = place
    return found


def vehicle(row: int, far: float = 0.0) -> Floats:
    return matrix(0.01, -0.02, 0.5 + 0.05 * row, (far + 3.0 * row, 1.0 - far, 0.4))


EXTRINSICS = {1: matrix(0.0, 0.01, 2.6, (1.43, 0.0, 2.184)), 2: matrix(0.0, 0.02, 0.1, (4.07, 0.0, 0.69))}
CAMERA = matrix(0.0, 0.01, 0.02, (1.54, -0.02, 2.1))
BEAMS = {1: np.sort(np.random.default_rng(5).uniform(-0.3, 0.05, 8)), 2: None}
BOUNDS = {1: (-0.31, 0.06), 2: (-0.5, 0.5)}


def image(row: int, laser: int, nth: int) -> np.ndarray:
    """A range image; of the second return most pixels are empty."""
    rng = np.random.default_rng([row, laser, nth])
    values = rng.uniform(0, 1, (*SHAPES[laser], 4)).astype(np.float32)
    values[..., 0] = rng.uniform(2, 30, SHAPES[laser])
    values[rng.uniform(size=SHAPES[laser]) < (0.3 if nth == 1 else 0.9), 0] = -1
    values[..., 3] = np.where(values[..., 3] > 0.9, 1, -1)
    return values


def pixel_poses(row: int, far: float = 0.0) -> np.ndarray:
    """The vehicle moves on while the top LiDAR turns: roll, pitch, yaw and place of each pixel."""
    found = np.zeros((*SHAPES[1], 6), dtype=np.float32)
    along = np.linspace(-0.5, 0.5, SHAPES[1][1])
    found[..., :3] = (0.01, -0.02, 0.5 + 0.05 * row)
    found[..., 2] += 0.05 * along
    found[..., 3:] = vehicle(row, far)[:3, 3]
    found[..., 3] += 3.0 * along
    return found


def classes(row: int) -> np.ndarray:
    return np.random.default_rng(row).integers(0, 23, (*SHAPES[1], 2)).astype(np.int32)


def world_points(row: int, laser: int, far: float = 0.0) -> Floats:
    """Points in world, pixel by pixel: first those of the first return."""
    height, width = SHAPES[laser]
    turn = np.arctan2(EXTRINSICS[laser][1, 0], EXTRINSICS[laser][0, 0])
    low, high = BOUNDS[laser]
    even = [low + (high - low) * (i + 0.5) / height for i in range(height)]
    beams = list(reversed(even if BEAMS[laser] is None else BEAMS[laser].tolist()))
    poses = pixel_poses(row, far).astype(np.float64)
    found = []
    for nth in (1, 2):
        values = image(row, laser, nth)
        for i in range(height):
            for j in range(width):
                distance = float(values[i, j, 0])
                if distance <= 0:
                    continue
                azimuth = ((width - j - 0.5) / width * 2 - 1) * np.pi - turn
                x = np.cos(azimuth) * np.cos(beams[i]) * distance
                y = np.sin(azimuth) * np.cos(beams[i]) * distance
                local = np.array([x, y, np.sin(beams[i]) * distance, 1])
                pose = matrix(*poses[i, j, :3], tuple(poses[i, j, 3:])) if laser == 1 else vehicle(row, far)
                found.append((pose @ EXTRINSICS[laser] @ local)[:3])
    return np.array(found)


def boxes(row: int, far: float = 0.0) -> list[dict[str, Any]]:
    """Boxes in the vehicle's frame around points of the top LiDAR, and how many points each has."""
    world = np.vstack([world_points(row, laser, far) for laser in SHAPES])
    back = np.linalg.inv(vehicle(row, far))
    local = world @ back[:3, :3].T + back[:3, 3]
    found = []
    for number, (middle, size, heading) in enumerate([(3, (14.0, 9.0, 6.0), 0.4), (40, (10.0, 12.0, 8.0), -2.0)]):
        center = local[middle] + 0.1
        cos, sin = np.cos(heading), np.sin(heading)
        to_box = (local - center) @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        inside = (np.abs(to_box) <= np.array(size) / 2).all(axis=1)
        found.append({"id": f"object-{number}", "center": center, "size": size, "heading": heading,
                      "type": (1, 4)[number], "points": int(inside.sum())})  # fmt: skip
    return found


def save(path: Path, columns: dict[str, tuple[pa.DataType, list[Any]]], group: int = 2) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = len(next(iter(columns.values()))[1])
    named = {"key.segment_context_name": (pa.string(), [SEGMENT] * rows), **columns}
    table = pa.table({name: pa.array(values, type=kind) for name, (kind, values) in named.items()})
    parquet.write_table(table, path, row_group_size=group, compression="snappy")


def images(component: str, found: list[list[np.ndarray | None]], kind: pa.DataType) -> dict[str, Any]:
    """Columns of range images, one list a return."""
    columns: dict[str, Any] = {}
    for nth, values in enumerate(found, start=1):
        name = f"[{component}].range_image_return{nth}"
        columns[f"{name}.values"] = (pa.list_(kind), [None if v is None else v.ravel().tolist() for v in values])
        shapes = [None if v is None else list(v.shape) for v in values]
        columns[f"{name}.shape"] = (pa.list_(pa.int32(), 3), shapes)
    return columns


def make_set(root: Path, far: float = 0.0, group: int = 2) -> Path:
    """A split of one segment, by the dataclasses of the devkit."""
    rows, lasers = range(len(TIMES)), list(SHAPES)
    transform, integer, real = pa.list_(pa.float64(), 16), pa.int8(), pa.float64()
    stamps = ("key.frame_timestamp_micros", (pa.int64(), list(TIMES)))
    both = [(row, laser) for row in rows for laser in lasers]
    keys = {stamps[0]: (pa.int64(), [TIMES[row] for row, _ in both]),
            "key.laser_name": (integer, [laser for _, laser in both])}  # fmt: skip
    name = f"{SEGMENT}.parquet"
    ranges = [[image(row, laser, nth) for row, laser in both] for nth in (1, 2)]
    save(root / "lidar" / name, keys | images("LiDARComponent", ranges, pa.float32()), group)
    top = {stamps[0]: stamps[1], "key.laser_name": (integer, [1] * len(TIMES))}
    posed = images("LiDARPoseComponent", [[pixel_poses(row, far) for row in rows]], pa.float32())
    save(root / "lidar_pose" / name, top | posed, group)
    first = {key: (kind, values[:1]) for key, (kind, values) in top.items()}
    kinds = images("LiDARSegmentationLabelComponent", [[classes(0)], [classes(7)]], pa.int32())
    save(root / "lidar_segmentation" / name, first | kinds)
    world = "[VehiclePoseComponent].world_from_vehicle.transform"
    save(root / "vehicle_pose" / name, dict([stamps]) | {world: (transform, [vehicle(r, far).ravel() for r in rows])})
    part = "[LiDARCalibrationComponent]"
    save(root / "lidar_calibration" / name, {
        "key.laser_name": (integer, lasers),
        f"{part}.extrinsic.transform": (transform, [EXTRINSICS[laser].ravel() for laser in lasers]),
        f"{part}.beam_inclination.min": (real, [BOUNDS[laser][0] for laser in lasers]),
        f"{part}.beam_inclination.max": (real, [BOUNDS[laser][1] for laser in lasers]),
        f"{part}.beam_inclination.values": (pa.list_(real), [BEAMS[laser] for laser in lasers]),
    })  # fmt: skip
    part = "[CameraCalibrationComponent]"
    save(root / "camera_calibration" / name, {
        "key.camera_name": (integer, [1]), f"{part}.extrinsic.transform": (transform, [CAMERA.ravel()]),
        **{f"{part}.intrinsic.{key}": (real, [value]) for key, value in LENS.items()},
        f"{part}.width": (pa.int32(), [960]), f"{part}.height": (pa.int32(), [640]),
    })  # fmt: skip
    part = "[CameraImageComponent]"
    save(root / "camera_image" / name, dict([stamps]) | {
        "key.camera_name": (integer, [1] * len(TIMES)), f"{part}.image": (pa.binary(), [jpeg(row) for row in rows]),
        f"{part}.pose.transform": (transform, [(vehicle(row, far) @ SHIFT).ravel() for row in rows]),
        f"{part}.pose_timestamp": (real, [time / 1e6 + 0.01 for time in TIMES]),
    }, group)  # fmt: skip
    save_boxes(root / "lidar_box" / name, [(row, box) for row in rows for box in boxes(row, far)])
    part = "[StatsComponent]"
    said = {"time_of_day": "Day", "location": "location_sf", "weather": "sunny"}
    save(root / "stats" / name, dict([stamps]) | {
        f"{part}.{key}": (pa.string(), [value] * len(TIMES)) for key, value in said.items()
    })  # fmt: skip
    save(root / "camera_box" / name, dict([stamps]))
    return root


SHIFT = matrix(0, 0, 0.002, (0.12, 0, 0))  # what the vehicle moves until the picture


def jpeg(row: int) -> bytes:
    buffer = io.BytesIO()
    Picture.new("RGB", (96, 64), (9 + row, 80, 120)).save(buffer, format="JPEG")
    return buffer.getvalue()


def save_boxes(path: Path, rows: list[tuple[int, dict[str, Any]]], **changes: tuple[pa.DataType, list[Any]]) -> None:
    part, real = "[LiDARBoxComponent]", pa.float64()
    columns = {
        "key.frame_timestamp_micros": (pa.int64(), [TIMES[row] for row, _ in rows]),
        "key.laser_object_id": (pa.string(), [box["id"] for _, box in rows]),
        **{f"{part}.box.center.{a}": (real, [box["center"][i] for _, box in rows]) for i, a in enumerate("xyz")},
        **{f"{part}.box.size.{a}": (real, [box["size"][i] for _, box in rows]) for i, a in enumerate("xyz")},
        f"{part}.box.heading": (real, [box["heading"] for _, box in rows]),
        f"{part}.type": (pa.int8(), [box["type"] for _, box in rows]),
        f"{part}.num_lidar_points_in_box": (pa.int64(), [box["points"] for _, box in rows]),
        f"{part}.num_top_lidar_points_in_box": (pa.int64(), [box["points"] for _, box in rows]),
        **{f"{part}.speed.{axis}": (real, [1.5 if row else None for row, _ in rows]) for axis in "xyz"},
        f"{part}.difficulty_level.detection": (pa.int8(), [row for row, _ in rows]),
    }
    save(path, columns | {f"{part}.{name}": change for name, change in changes.items()})
