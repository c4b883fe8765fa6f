"""What a detector is given: which points, in which frame, and as which tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lidar_label.detectors.table import Table

AGE = "age_s"  # how long before the frame a point was taken, for merged sweeps
PLACES = ("x", "y", "z")
OFFSETS = ("x_mean", "y_mean", "z_mean", "x_middle", "y_middle", "z_middle", "distance")
AXES = ("batch", "z", "y", "x")

_WHOLE = 1e-3  # share of a cell by which an area may miss a whole number of cells
_MOST_CELLS = 1 << 40
_MOST_VALUES = 1 << 29  # of one tensor of pillars: 2 GB


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which points of a frame a detector gets.

    Parameters
    ----------
    frame : "lidar" or "ego"
        Whose axes the points are in, before `turn_deg` and `shift`.
    turn_deg : float, degrees
        By how much the points are turned about +z, counterclockwise seen from above.
    shift : (3,) float, metres
        What is added after the turn.
    sensors : "main" or "all"
        The main LiDAR's points, or those of all.
    area : (6,) float, metres
        Least x, y, z and greatest x, y, z; points on the upper faces are outside.
    fields : tuple of str
        The values of a point: x, y, z, names of the cloud's fields, and ``age_s``.
    scale : mapping of str to float
        What a field is multiplied by.
    absent : mapping of str to float
        What a field is where a cloud lacks it; without it such a cloud is an error.
    sweeps : int
        How many sweeps are laid together by the poses: this one and those before.
    nearest : float, metres
        Points nearer to the sensor's axis are left out, which drops the vehicle itself.
    limit : int
        The most points; of more, every so-many-eth is taken.
    """

    frame: str
    turn_deg: float
    shift: tuple[float, ...]
    sensors: str
    area: tuple[float, ...]
    fields: tuple[str, ...]
    scale: Mapping[str, float]
    absent: Mapping[str, float]
    sweeps: int
    nearest: float
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsInput:
    """The points as they are: (N, F) or (1, N, F); where the model fixes N, the rest is `pad`.

    `count` is the name of a tensor that gets the number of points, empty for none.
    """

    points: str
    count: str
    pad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarsInput:
    """The points by cells of a grid: pillars where a cell is as high as the area, voxels else.

    Parameters
    ----------
    cell : (3,) float, metres
    shape : (3,) int
        Cells along x, y and z.
    most_points, most_pillars : int
        Points of a cell and cells that are kept, in the order of the points.
    features : tuple of str
        The values of a point of a cell: fields of `Wanted`; ``x_mean`` ... how far it is from the mean of the cell's
        points, ``x_middle`` ... from the cell's middle; ``distance`` from the origin.
    pillars, counts, places : str
        Names of the tensors (M, P, F), (M,) and (M, len(axes)); empty where the model has no such one.
    axes : tuple of str
        What the columns of `places` are: of batch, z, y, x.
    pad_place : int
        The places of pillars that are none, where the model fixes M.
    """

    cell: tuple[float, ...]
    shape: tuple[int, int, int]
    most_points: int
    most_pillars: int
    features: tuple[str, ...]
    pillars: str
    counts: str
    places: str
    axes: tuple[str, ...]
    pad_place: int


Input = PointsInput | PillarsInput


def read_wanted(rows: Table) -> Wanted:
    """Read the table [points]."""
    fields = rows.names("fields", ("x", "y", "z", "intensity"))
    lacking = [name for name in PLACES if name not in fields]
    if lacking:
        raise rows.fault("fields", f"it lacks {lacking[0]}", "every detector needs x, y and z")
    area = rows.numbers("range", 6)
    if not all(low < high for low, high in zip(area[:3], area[3:], strict=True)):
        raise rows.fault("range", "a least value is not below its greatest", "it is least x, y, z, greatest x, y, z")
    found = Wanted(
        frame=rows.text("frame", "lidar", among=("lidar", "ego")),
        turn_deg=rows.number("turn_deg", 0.0, low=-360, high=360),
        shift=rows.numbers("shift", 3, (0.0, 0.0, 0.0), low=-1000, high=1000),
        sensors=rows.text("sensors", "main", among=("main", "all")),
        area=area,
        fields=fields,
        scale=_by_field(rows, "scale", fields),
        absent=_by_field(rows, "absent", fields),
        sweeps=rows.whole("sweeps", 1, low=1, high=100),
        nearest=rows.number("nearest", 0.0, low=0, high=100),
        limit=rows.whole("limit", 300_000, low=1, high=10_000_000),
    )
    rows.done()
    return found


def _by_field(rows: Table, key: str, fields: tuple[str, ...]) -> dict[str, float]:
    """Return a number for each named field but the places, which nothing but a turn and a shift may change."""
    table = rows.table(key, needed=False)
    free = [name for name in fields if name not in (*PLACES, AGE)]
    found = {name: table.number(name) for name in free if name in table}
    for name in table.keys():  # noqa: SIM118 - no mapping
        if name not in found:
            raise table.fault(name, f"{name!r:.60} is none of the fields {', '.join(free) or '(there are none)'}")
    return found


def read_input(rows: Table, wanted: Wanted) -> Input:
    """Read the table [input]."""
    if rows.text("kind", among=("points", "pillars")) == "points":
        plain = PointsInput(
            points=rows.text("points", "points"), count=rows.text("count", ""), pad=rows.number("pad", 0.0)
        )
        rows.done()
        return plain
    cell = rows.numbers("cell", 3, low=1e-3, high=1e4)
    found = PillarsInput(
        cell=cell,
        shape=_shape(rows, cell, wanted.area),
        most_points=rows.whole("most_points", 32, low=1, high=4096),
        most_pillars=rows.whole("most_pillars", 40_000, low=1, high=2_000_000),
        features=rows.names("features", wanted.fields, among=(*wanted.fields, *OFFSETS)),
        pillars=rows.text("pillars", "voxels"),
        counts=rows.text("counts", "", empty=True),
        places=rows.text("places", "", empty=True),
        axes=rows.names("axes", AXES, among=AXES),
        pad_place=rows.whole("pad_place", -1, low=-1),
    )
    if found.most_points * found.most_pillars * max(len(found.features), len(wanted.fields)) > _MOST_VALUES:
        raise rows.fault("most_pillars", "the tensor of pillars would take over 2 GB", "write less of them")
    rows.done()
    return found


def _shape(rows: Table, cell: tuple[float, ...], area: tuple[float, ...]) -> tuple[int, int, int]:
    counts: list[int] = []
    for axis, side, low, high in zip(PLACES, cell, area[:3], area[3:], strict=True):
        count = (high - low) / side
        if round(count) < 1 or abs(count - round(count)) > _WHOLE:
            raise rows.fault(
                "cell", f"along {axis} the range of {high - low:g} m is {count:.4g} cells of {side:g} m",
                "it has to be a whole number",
            )  # fmt: skip
        counts.append(round(count))
    if counts[0] * counts[1] * counts[2] > _MOST_CELLS:
        raise rows.fault("cell", "there are too many cells to number them", "write larger ones")
    return counts[0], counts[1], counts[2]
