"""Marks of files as lifting takes them, and which category a class of a file is."""

from __future__ import annotations

import numpy as np

from lidar_label.assist.lift import Eye, Lifted, Mark
from lidar_label.assist.lift_marks import in_polygon
from lidar_label.datasets.flat import FlatMark
from lidar_label.errors import InvalidValue
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import Taxonomy, driving_taxonomy

_SAME = 0.3  # overlap from above from which boxes of two cameras are one object
_SHAPE = 0.02  # by how much the shape of a picture may differ from its lens's
_FEWEST_CORNERS = 3


def mark_of(flat: FlatMark, eye: Eye) -> Mark:
    """Return a mark of a file in the grid of a camera's lens; of a picture that was made smaller, in its full size.

    Raises
    ------
    InvalidValue
        If the picture of the labels has another shape, or the mark is none or lies outside.
    UnreadableFile
        If its mask is damaged.
    """
    camera = eye.camera
    width, height = flat.size or (camera.width, camera.height)
    across, down = camera.width / width, camera.height / height
    if abs(across / down - 1.0) > _SHAPE:
        raise InvalidValue(
            f"its picture is {width} x {height} pixels, but that of the lens {camera.width} x {camera.height}"
        )
    scale = np.array([across, down])
    if flat.rle is not None:
        if (flat.rle.columns, flat.rle.rows) != (width, height):
            raise InvalidValue(
                f"its mask is {flat.rle.columns} x {flat.rle.rows} pixels, but its picture {width} x {height}"
            )
        mask = flat.rle.mask(flat.where)
        if (width, height) != (camera.width, camera.height):
            rows = np.minimum((np.arange(camera.height) / down).astype(np.int64), height - 1)
            columns = np.minimum((np.arange(camera.width) / across).astype(np.int64), width - 1)
            mask = mask[np.ix_(rows, columns)]
        return Mark.of_mask(eye, mask)
    if len(flat.polygons) == 1 and len(flat.polygons[0]) >= _FEWEST_CORNERS:
        return Mark.of_polygon(eye, (flat.polygons[0] + 0.5) * scale - 0.5)
    if len(flat.polygons) > 1:
        row, column = np.mgrid[0 : camera.height, 0 : camera.width]
        places = np.column_stack([column.ravel(), row.ravel()]).astype(np.float64)
        inside = np.zeros(len(places), np.bool_)
        for part in flat.polygons:
            scaled = (part + 0.5) * scale - 0.5
            near = np.flatnonzero(((places >= scaled.min(axis=0)) & (places <= scaled.max(axis=0))).all(axis=1))
            inside[near] |= in_polygon(places[near], scaled)
        return Mark.of_mask(eye, inside.reshape(camera.height, camera.width))
    return Mark.of_rect(eye, (flat.rect + 0.5) * np.tile(scale, 2) - 0.5)


def same_object(one: Lifted, other: Lifted) -> bool:
    """Say whether what two cameras' marks were lifted to is one object."""
    return bool(iou_of_pairs(one.row[None], other.row[None], "bev")[0] > _SAME)


def category_for(name: str, taxonomy: Taxonomy) -> str:
    """Return the category of a taxonomy that a class of a file plainly means; the name itself where there is none.

    "person" is human.pedestrian.adult where a taxonomy has that, "Car" vehicle.car.
    """
    if name in taxonomy:
        return name
    word = name.rsplit(".", 1)[-1].lower()
    same = [c.name for c in taxonomy.categories if c.name.lower() == name.lower()]
    ends = [c.name for c in taxonomy.categories if c.name.lower().rsplit(".", 1)[-1] == word]
    meant = _MEANT.get(word, "")
    driving = meant if meant in taxonomy or (meant in driving_taxonomy() and not taxonomy.categories) else ""
    return next(iter([*same, *ends, *([driving] if driving else [])]), name)


_MEANT = {
    "person": "human.pedestrian.adult", "pedestrian": "human.pedestrian.adult", "cyclist": "vehicle.bicycle",
    "rider": "vehicle.bicycle", "bus": "vehicle.bus.rigid", "van": "vehicle.car", "lorry": "vehicle.truck",
    "motorbike": "vehicle.motorcycle",
}  # fmt: skip
