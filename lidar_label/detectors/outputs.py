"""What a detector gives: which tensors, how they code boxes, and which way a box's numbers are meant."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.detectors.inputs import Wanted
from lidar_label.detectors.table import Table

PLAIN = ("x", "y", "z", "l", "w", "h", "yaw")
COLUMNS = (*PLAIN, "sin", "cos", "score", "label", "vx", "vy", "-")
_MOST_ANCHORS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Which way the numbers of a box are meant.

    Parameters
    ----------
    origin : "center" or "bottom"
        Where in the box its z is.
    yaw_zero_deg : float, degrees
        Which way a box of angle 0 points: counterclockwise from +x.
    yaw_sense : "counterclockwise" or "clockwise"
        Which way the angle grows, seen from above.
    scores : "probability" or "logit"
    """

    origin: str
    yaw_zero_deg: float
    yaw_sense: str
    scores: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxesOutput:
    """Boxes ready made, (N, K) or (1, N, K).

    `columns` are what its values mean; `scores` (N,) or (N, classes) and `labels` (N,) are names of further tensors,
    empty where a column has them; `count` that of one with the number of rows that count. `first_label` is the label
    of the first class.
    """

    meaning: Meaning
    boxes: str
    columns: tuple[str, ...]
    scores: str
    labels: str
    count: str
    first_label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A box that the network starts from in every cell: its sides, its bottom above z = 0, its turns in radians."""

    size: tuple[float, ...]
    bottom: float
    yaws: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorsOutput:
    """Differences to anchors, in the coding of SECOND.

    Parameters
    ----------
    boxes, scores, directions : str
        Names of the tensors, (1, C, H, W) or (1, H, W, C) as `layout` says; `directions` may be empty.
    columns : tuple of str
        The values of a difference.
    anchors : tuple of Anchor
        In the order of the channels; their turns are the inner loop.
    at : "middles" or "edges"
        Whether anchors stand in the middles of the cells, or from the area's one edge to the other.
    area : (4,) float, metres
        Least x, y and greatest x, y that the cells cover.
    direction_offset, direction_limit : float
        How halves of a turn are counted, as OpenPCDet and mmdetection3d do.
    """

    meaning: Meaning
    boxes: str
    scores: str
    directions: str
    layout: str
    columns: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    at: str
    area: tuple[float, ...]
    direction_offset: float
    direction_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A group of classes with tensors of its own, (1, C, H, W): by the index of the class in the description."""

    labels: tuple[int, ...]
    heatmap: str
    offset: str
    height: str
    size: str
    rotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CentersOutput:
    """Peaks of heat maps, as CenterPoint has them.

    Parameters
    ----------
    heads : tuple of Head
    cell : (2,) float, metres
        Of a cell of the heat map along x and y.
    corner : (2,) float, metres
        Where the first cell begins.
    size_order : tuple of str
        Of l, w, h.
    size_log : bool
        Whether sizes are logarithms.
    rotation_order : tuple of str
        Of sin, cos.
    peak : int
        A peak is the highest of so many cells each way; odd, 1 for every cell.
    """

    meaning: Meaning
    heads: tuple[Head, ...]
    cell: tuple[float, ...]
    corner: tuple[float, ...]
    size_order: tuple[str, ...]
    size_log: bool
    rotation_order: tuple[str, ...]
    peak: int


Output = BoxesOutput | AnchorsOutput | CentersOutput


def read_output(rows: Table, classes: tuple[str, ...], wanted: Wanted) -> Output:
    """Read the table [output]."""
    kind = rows.text("kind", among=("boxes", "anchors", "centers"))
    meaning = Meaning(
        origin=rows.text("origin", "center", among=("center", "bottom")),
        yaw_zero_deg=rows.number("yaw_zero_deg", 0.0, low=-360, high=360),
        yaw_sense=rows.text("yaw_sense", "counterclockwise", among=("counterclockwise", "clockwise")),
        scores=rows.text("score_form", "probability" if kind == "boxes" else "logit", among=("probability", "logit")),
    )
    found: Output
    if kind == "boxes":
        found = _boxes(rows, meaning, classes)
    elif kind == "anchors":
        found = _anchors(rows, meaning, wanted)
    else:
        found = _centers(rows, meaning, classes, wanted)
    rows.done()
    return found


def _boxes(rows: Table, meaning: Meaning, classes: tuple[str, ...]) -> BoxesOutput:
    columns = rows.names("columns", PLAIN, among=COLUMNS, twice=True)
    _check_columns(rows, columns)
    found = BoxesOutput(
        meaning=meaning,
        boxes=rows.text("boxes", "boxes"),
        columns=columns,
        scores=rows.text("scores", "" if "score" in columns else "scores", empty=True),
        labels=rows.text("labels", "" if "label" in columns or len(classes) == 1 else "labels", empty=True),
        count=rows.text("count", "", empty=True),
        first_label=rows.whole("first_label", 0, high=1000),
    )
    for key, column, name in (("scores", "score", found.scores), ("labels", "label", found.labels)):
        if name and column in columns:
            raise rows.fault(key, f"the boxes have a column {column!r} already", "leave one of the two out")
    if not found.scores and "score" not in columns:
        raise rows.fault("scores", "there are no scores", "name a tensor, or a column score")
    return found


def _check_columns(rows: Table, columns: tuple[str, ...]) -> None:
    """Refuse columns that make no box."""
    twice = [name for name in columns if name != "-" and columns.count(name) > 1]
    if twice:
        raise rows.fault("columns", f"{twice[0]!r} stands there twice")
    lacking = [name for name in PLAIN[:6] if name not in columns]
    if lacking:
        raise rows.fault("columns", f"it lacks {lacking[0]!r}", "a box is x, y, z, l, w, h and yaw, or sin and cos")
    turned = ["yaw" in columns, "sin" in columns and "cos" in columns]
    if sum(turned) != 1:
        raise rows.fault("columns", "it needs yaw, or sin and cos", "one of the two")


def _anchors(rows: Table, meaning: Meaning, wanted: Wanted) -> AnchorsOutput:
    columns = rows.names("columns", PLAIN, among=(*PLAIN, "vx", "vy", "-"), twice=True)
    _check_columns(rows, columns)
    anchors: list[Anchor] = []
    for table in rows.tables("anchor"):
        degrees = table.numbers("yaws_deg", 0, (0.0, 90.0), low=-360, high=360)
        anchors.append(
            Anchor(
                size=table.numbers("size", 3, low=0.01, high=100),
                bottom=table.number("bottom", low=-1000, high=1000),
                yaws=tuple(0.017453292519943295 * angle for angle in degrees),
            )
        )
        table.done()
    if sum(len(anchor.yaws) for anchor in anchors) > _MOST_ANCHORS:
        raise rows.fault("anchor", f"there are more than {_MOST_ANCHORS} anchors a cell")
    area = rows.numbers("area", 4, (wanted.area[0], wanted.area[1], wanted.area[3], wanted.area[4]))
    if not (area[0] < area[2] and area[1] < area[3]):
        raise rows.fault("area", "a least value is not below its greatest", "it is least x, y, greatest x, y")
    return AnchorsOutput(
        meaning=meaning,
        boxes=rows.text("boxes", "boxes"),
        scores=rows.text("scores", "scores"),
        directions=rows.text("directions", "", empty=True),
        layout=rows.text("layout", "channels-first", among=("channels-first", "channels-last")),
        columns=columns,
        anchors=tuple(anchors),
        at=rows.text("at", "middles", among=("middles", "edges")),
        area=area,
        direction_offset=rows.number("direction_offset", 0.7853981633974483, low=-7, high=7),
        direction_limit=rows.number("direction_limit", 0.0, low=-1, high=1),
    )


def _centers(rows: Table, meaning: Meaning, classes: tuple[str, ...], wanted: Wanted) -> CentersOutput:
    heads: list[Head] = []
    for table in rows.tables("head"):
        names = table.names("classes", among=classes)
        heads.append(
            Head(
                labels=tuple(classes.index(name) for name in names),
                heatmap=table.text("heatmap"),
                offset=table.text("offset"),
                height=table.text("height"),
                size=table.text("size"),
                rotation=table.text("rotation"),
            )
        )
        table.done()
    named = [label for head in heads for label in head.labels]
    for label, name in enumerate(classes):
        if named.count(label) != 1:
            raise rows.fault("head", f"class {name!r} is in {named.count(label)} heads", "each is in one")
    peak = rows.whole("peak", 3, low=1, high=31)
    if peak % 2 == 0:
        raise rows.fault("peak", f"it needs an odd number of cells, not {peak}")
    return CentersOutput(
        meaning=meaning,
        heads=tuple(heads),
        cell=rows.numbers("cell", 2, low=1e-3, high=100),
        corner=rows.numbers("corner", 2, wanted.area[:2]),
        size_order=_ordered(rows, "size_order", ("l", "w", "h")),
        size_log=rows.flag("size_log", True),
        rotation_order=_ordered(rows, "rotation_order", ("sin", "cos")),
        peak=peak,
    )


def _ordered(rows: Table, key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    found = rows.names(key, names, among=names)
    if len(found) != len(names):
        raise rows.fault(key, f"it needs each of {', '.join(names)}")
    return found
