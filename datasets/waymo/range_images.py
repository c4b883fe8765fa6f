"""Range images into points: a row is a beam's inclination, a column an azimuth, a value the distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.waymo.parquet import numbers_of, read_row
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3, Floats, PointCloud

_RETURNS = (1, 2)
_CHANNELS = {"range": 0, "intensity": 1, "elongation": 2, "no_label_zone": 3}
_CLASS_CHANNELS = {"instance_id": 0, "semantic_class": 1}
_MOST_ROWS = 4096
Grid = NDArray[Any]
Place = tuple[Path, int]


@dataclass(frozen=True, slots=True, eq=False)
class Beams:
    """How a LiDAR is mounted, and the inclinations of its beams from the lowest up, radians.

    Without `values` they are spread evenly between `low` and `high`.
    """

    ego_SE3_lidar: SE3
    low: float
    high: float
    values: Floats | None

    def inclinations(self, rows: int, where: object) -> Floats:
        """Return the inclination of each row of a range image, whose first row is the highest."""
        if self.values is None:
            return self.low + (self.high - self.low) * (np.arange(rows)[::-1] + 0.5) / max(rows, 1)
        if len(self.values) != rows:
            text = f"a range image has {rows} rows, and the calibration {len(self.values)} inclinations"
            raise UnreadableFile(text, where=where)
        return self.values[::-1]


@dataclass(frozen=True, slots=True)
class SweepRows:
    """The table and row of a sweep, of the poses of its pixels and of their classes; None where there are none."""

    lidar: Place
    poses: Place | None = None
    classes: Place | None = None


def read_sweep(rows: SweepRows, beams: Beams, world_SE3_ego: SE3, origin: Point3) -> PointCloud:
    """Read a sweep: the points of both returns, first the first, row by row; pixels without a return are no points.

    Where the pixels have poses of their own (the top LiDAR's), the points are moved to where they are at the
    moment of the frame.

    Parameters
    ----------
    rows : SweepRows
    beams : Beams
    world_SE3_ego : SE3
        Of the moment of the frame, in a world that `origin` was taken off.
    origin : (x, y, z), metres

    References
    ----------
    Waymo Open Dataset, ``range_image_utils``: the azimuths of columns, and the order of frames.
    """
    path, row = rows.lidar
    found = read_row(path, row, _parts("LiDARComponent", _RETURNS))
    kinds, poses = _classes(rows.classes), _pixel_poses(rows.poses)
    xyz: list[Floats] = []
    fields: list[dict[str, Grid]] = []
    for nth in _RETURNS:
        image = _image(found, "LiDARComponent", nth, len(_CHANNELS), path)
        if image is None:
            continue
        with np.errstate(invalid="ignore"):
            seen: NDArray[np.bool_] = image[..., 0] > 0
        points = _in_sensor(image[..., 0], seen, beams, path)
        if poses is not None:
            points = _at_frame(points, _of_pixels(poses, seen, rows.poses), beams, world_SE3_ego, origin)
        own = {name: image[..., channel][seen] for name, channel in _CHANNELS.items() if channel}
        own["ring"] = np.nonzero(seen)[0].astype(np.uint16)
        own["return_number"] = np.full(len(points), nth, dtype=np.uint8)
        if kinds is not None:
            given = kinds[nth]
            for name, channel in _CLASS_CHANNELS.items():
                zeros = np.zeros(len(points), dtype=np.int32)
                own[name] = zeros if given is None else _of_pixels(given, seen, rows.classes)[:, channel]
        xyz.append(points)
        fields.append(own)
    if not xyz:
        return PointCloud(np.zeros((0, 3), dtype=np.float32))
    with np.errstate(over="ignore", invalid="ignore"):
        positions = np.concatenate(xyz).astype(np.float32)
    return PointCloud(positions, {name: np.concatenate([own[name] for own in fields]) for name in fields[0]})


def _parts(component: str, returns: tuple[int, ...]) -> list[str]:
    return [f"[{component}].range_image_return{nth}.{part}" for nth in returns for part in ("values", "shape")]


def _image(found: Mapping[str, Any], component: str, nth: int, channels: int, path: Path) -> Grid | None:
    """Return a range image, (H, W, channels); None where there is none."""
    what = f"[{component}].range_image_return{nth}"
    values, shape = numbers_of(found.get(f"{what}.values")), numbers_of(found.get(f"{what}.shape"))
    if values is None or not len(values):
        return None
    if shape is None or shape.shape != (3,) or shape.dtype.kind not in "iu":
        raise UnreadableFile(f"{what} has no shape of three numbers", where=path)
    rows, columns, depth = (int(size) for size in shape)
    if depth != channels or not 0 < rows <= _MOST_ROWS or columns < 1 or rows * columns * depth != len(values):
        raise UnreadableFile(f"{what} says {rows} x {columns} x {depth} and has {len(values)} values", where=path)
    return values.reshape(rows, columns, depth)


def _in_sensor(distance: Grid, seen: NDArray[np.bool_], beams: Beams, path: Path) -> Floats:
    """Return the points of the pixels that are `seen`, (N, 3) metres in the LiDAR's own frame."""
    rows, columns = distance.shape
    row, column = np.nonzero(seen)
    azimuths = ((columns - np.arange(columns) - 0.5) / columns * 2 - 1) * np.pi - beams.ego_SE3_lidar.yaw
    azimuth, inclination = azimuths[column], beams.inclinations(rows, path)[row]
    ahead = np.cos(inclination)
    directions = np.column_stack([np.cos(azimuth) * ahead, np.sin(azimuth) * ahead, np.sin(inclination)])
    with np.errstate(over="ignore", invalid="ignore"):
        points: Floats = directions * distance[seen].astype(np.float64)[:, None]
    return points


def _at_frame(points: Floats, poses: Grid, beams: Beams, world_SE3_ego: SE3, origin: Point3) -> Floats:
    """Move points, each seen from where the vehicle was when its pixel was, to the LiDAR's frame at the frame's time.

    A pixel's pose is roll, pitch, yaw and place of the vehicle in the source's own world.
    """
    if not len(points):
        return points
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    turns = Rotation.from_euler("ZYX", poses[:, [2, 1, 0]].astype(np.float64))
    with np.errstate(over="ignore", invalid="ignore"):
        then = turns.apply(beams.ego_SE3_lidar.apply(points)) + (poses[:, 3:].astype(np.float64) - np.array(origin))
        return (world_SE3_ego @ beams.ego_SE3_lidar).inverse.apply(then)


def _pixel_poses(place: Place | None) -> Grid | None:
    if place is None:
        return None
    component = "LiDARPoseComponent"
    image = _image(read_row(*place, _parts(component, (1,))), component, 1, 6, place[0])
    if image is not None and not np.isfinite(image).all():
        raise UnreadableFile("a pixel's pose is not finite", where=place[0])
    return image


def _classes(place: Place | None) -> dict[int, Grid | None] | None:
    if place is None:
        return None
    component = "LiDARSegmentationLabelComponent"
    found = read_row(*place, _parts(component, _RETURNS))
    return {nth: _image(found, component, nth, len(_CLASS_CHANNELS), place[0]) for nth in _RETURNS}


def _of_pixels(image: Grid, seen: NDArray[np.bool_], place: Place | None) -> Grid:
    """Return what another image says of the pixels that are `seen`."""
    if image.shape[:2] != seen.shape:
        where = place[0] if place is not None else ""
        raise UnreadableFile("its range image has another size than the LiDAR's", where=where)
    found: Grid = image[seen]
    return found
