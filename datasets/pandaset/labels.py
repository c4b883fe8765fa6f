"""PandaSet cuboids: boxes in world, and what else is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.pandaset.dataframes import Cell, PickledFrame
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Attribute, AttributeValue, Box, Category, Scene, Source

_PLACE = ("position.x", "position.y", "position.z")
_SIZE = ("dimensions.y", "dimensions.x", "dimensions.z")  # x is the width, y the length
_TAKEN = {*_PLACE, *_SIZE, "uuid", "label", "yaw", "stationary", "score"}
_NOBODY = (None, "", "-", -1)  # a sibling, camera or LiDAR that a cuboid has not
_NAMES = (
    "Car", "Pickup Truck", "Medium-sized Truck", "Semi-truck", "Towed Object", "Motorcycle",
    "Other Vehicle - Construction Vehicle", "Other Vehicle - Uncommon", "Other Vehicle - Pedicab",
    "Emergency Vehicle", "Bus", "Personal Mobility Device", "Motorized Scooter", "Bicycle", "Train", "Trolley",
    "Tram / Subway", "Pedestrian", "Pedestrian with Object", "Animals - Bird", "Animals - Other", "Pylons",
    "Road Barriers", "Signs", "Cones", "Construction Signs", "Temporary Construction Barriers", "Rolling Containers",
)  # fmt: skip
CATEGORIES = tuple(Category(name=name) for name in _NAMES)
ATTRIBUTES = (
    Attribute(name="stationary", per="track"),
    Attribute(name="object_motion", kind="choice", values=("Parked", "Stopped", "Moving")),
    Attribute(name="rider_status", kind="choice", values=("With Rider", "Without Rider")),
    Attribute(name="pedestrian_behavior", kind="choice", values=("Sitting", "Lying", "Walking", "Standing")),
    Attribute(name="pedestrian_age", kind="choice", values=("Adult", "Child")),
)


def boxes_of(frame: PickledFrame, index: int, scene: Scene, book: TrackBook) -> Iterator[Box]:
    """Yield the boxes of one frame of cuboids; their headings are counted from the files' +y."""
    places, sizes, yaws = frame.floats(*_PLACE), frame.floats(*_SIZE), frame.floats("yaw")
    idents, categories = frame.cells("uuid"), frame.cells("label")
    still = frame.cells("stationary") if "stationary" in frame.names else [None] * frame.rows
    scores = frame.floats("score").tolist() if "score" in frame.names else [None] * frame.rows
    others = {name: frame.cells(name) for name in frame.names if name not in _TAKEN}
    origin = np.array(scene.origin)
    for row in range(frame.rows):
        where = f"{frame.path}, row {row}"
        of_track = {"stationary": bool(still[row])} if isinstance(still[row], bool | int) else None
        ident, category = idents[row], categories[row]
        track = book.track(index, "" if ident is None else str(ident), str(category or "unknown"), where, of_track)
        try:
            yield Box(
                track=track.token, frame=index, source=Source.IMPORTED, score=scores[row],
                world_SE3_box=SE3.from_yaw("world", "box", yaws[row] + np.pi / 2, places[row] - origin),
                size=tuple(sizes[row].tolist()), attributes=_attributes({n: c[row] for n, c in others.items()}),
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None


def _attributes(cells: Mapping[str, Cell]) -> dict[str, AttributeValue]:
    """Return what else is said of a cuboid; numbers are whole although an empty cell made the column floating."""
    found: dict[str, AttributeValue] = {}
    for name, value in cells.items():
        if value is None or (not isinstance(value, bool) and value in _NOBODY):
            continue
        whole = isinstance(value, float) and value.is_integer()
        found[name.rpartition(".")[2] or name] = int(value) if whole else value
    return found
