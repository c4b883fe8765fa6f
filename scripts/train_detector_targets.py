"""Part of scripts/train_detector: the area and its cells, and what the network is to say of boxes; no PyTorch here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import Floats

CLASSES = ("car", "lorry", "person", "rider")  # as scripts/draft has them
CATEGORIES = ("vehicle.car", "vehicle.truck", "human.pedestrian.adult", "vehicle.bicycle")
CELL_M = 0.4
HALF_M = 60.8  # of the area that the network looks at when it is done
Z_M = (-6.0, 8.0)
LEAST_POINTS = 4  # of a box that has to be found
_SPREAD = {"car": 0.16, "lorry": 0.16, "person": 0.5, "rider": 0.25}  # of a peak, as a share of the box's sides
_LEAST_SPREAD = 0.6  # cells
_NEAR = 1  # cells each way from the middle's that learn the box, too
_KNOWN = 0.01

DESCRIPTION = """# Made by scripts/train_detector; see docs/detectors.md for what the keys mean.
name = "Pillars, trained on made-up drives"
kind = "onnx"
classes = {classes}
score = 0.1
overlap = 0.2

[categories]
{categories}

[points]
range = {area}
fields = ["x", "y", "z"]
frame = "ego"
sensors = "all"
limit = 200000

[model]
file = "{file}"

[input]
kind = "points"

[output]
kind = "centers"
cell = [{cell}, {cell}]
peak = 3

[[output.head]]
classes = {classes}
heatmap = "heatmap"
offset = "offset"
height = "height"
size = "size"
rotation = "rotation"
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells over an area: its least x and y in metres, and how many cells there are along x and y."""

    x: float
    y: float
    columns: int
    rows: int

    def inside(self, places: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Mark the places (N, 2 or more) that lie in the area."""
        high = np.array([self.x + self.columns * CELL_M, self.y + self.rows * CELL_M])
        found: NDArray[np.bool_] = ((places[:, :2] >= (self.x, self.y)) & (places[:, :2] < high)).all(axis=1)
        return found


WHOLE = Grid(-HALF_M, -HALF_M, round(2 * HALF_M / CELL_M), round(2 * HALF_M / CELL_M))


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What a network is to say, (C, rows, columns) float32 each.

    `heatmap` is 1 at the middles of boxes, one channel a class; `counts` is 0 where nothing is asked. `offset`,
    `height`, `size` and `rotation` hold where `known` is, coded as the description says; `turns` marks the cells
    whose rotation can be seen, which that of people cannot.
    """

    heatmap: Floats
    counts: Floats
    offset: Floats
    height: Floats
    size: Floats
    rotation: Floats
    known: Floats
    turns: Floats


def description_of(model: str) -> str:
    """Return the description of the network in a file."""
    names = "[" + ", ".join(f'"{name}"' for name in CLASSES) + "]"
    pairs = zip(CLASSES, CATEGORIES, strict=True)
    return DESCRIPTION.format(
        classes=names, categories="\n".join(f'{name} = "{category}"' for name, category in pairs),
        area=[-HALF_M, -HALF_M, Z_M[0], HALF_M, HALF_M, Z_M[1]], file=model, cell=CELL_M,
    )  # fmt: skip


def encode(boxes: Floats, labels: Sequence[int] | NDArray[np.int64], counts: NDArray[np.int64], grid: Grid) -> Targets:
    """Return what a network is to say of boxes.

    Parameters
    ----------
    boxes : (M, 7) float64
        Middle, sides, yaw; metres and radians.
    labels : (M,) int
        Indices of the classes; those below 0 are nothing that is looked for.
    counts : (M,) int
        Points of each; a box of fewer than `LEAST_POINTS` is not asked for, nor punished if it is found.
    grid : Grid
    """
    shape = (grid.rows, grid.columns)
    found = Targets(
        heatmap=np.zeros((len(CLASSES), *shape)), counts=np.ones((len(CLASSES), *shape)), offset=np.zeros((2, *shape)),
        height=np.zeros((1, *shape)), size=np.zeros((3, *shape)), rotation=np.zeros((2, *shape)),
        known=np.zeros((1, *shape)), turns=np.zeros((1, *shape)),
    )  # fmt: skip
    nearest = np.full(shape, np.inf)
    for box, label, count in zip(boxes, labels, counts, strict=True):
        place = (box[:2] - (grid.x, grid.y)) / CELL_M
        column, row = np.floor(place).astype(int)
        if label < 0 or not (0 <= column < grid.columns and 0 <= row < grid.rows):
            continue
        peak, rows, columns = _peak(box, int(label), row, column, grid)
        if count < LEAST_POINTS:
            asked = found.counts[label, rows, columns]
            asked[(peak > 0.1) & (found.heatmap[label, rows, columns] < 1)] = 0
            continue
        heat = found.heatmap[label, rows, columns]
        np.maximum(heat, peak, out=heat)
        found.counts[label, row, column] = 1
        _learn(found, box, CLASSES[label] != "person", nearest, grid)
    return found


def _peak(box: Floats, label: int, row: int, column: int, grid: Grid) -> tuple[Floats, slice, slice]:
    """Return a peak about a cell that is 1 there, as long and as broad as the box asks for, and which cells it has."""
    share = _SPREAD[CLASSES[label]]
    along, across = (max(_LEAST_SPREAD, share * side / CELL_M) for side in box[3:5])
    reach = int(np.ceil(3 * along))
    rows = slice(max(0, row - reach), min(grid.rows, row + reach + 1))
    columns = slice(max(0, column - reach), min(grid.columns, column + reach + 1))
    y, x = np.mgrid[rows, columns] - np.array([row, column])[:, None, None]
    c, s = np.cos(box[6]), np.sin(box[6])
    peak = np.exp(-(((c * x + s * y) / along) ** 2 + ((c * y - s * x) / across) ** 2) / 2)
    return np.where(peak > _KNOWN, peak, 0.0), rows, columns


def _learn(found: Targets, box: Floats, turns: bool, nearest: Floats, grid: Grid) -> None:
    """Write a box into the cells about its middle, where none is nearer."""
    place = (box[:2] - (grid.x, grid.y)) / CELL_M
    column, row = np.floor(place).astype(int)
    for r in range(max(0, row - _NEAR), min(grid.rows, row + _NEAR + 1)):
        for c in range(max(0, column - _NEAR), min(grid.columns, column + _NEAR + 1)):
            away = float(np.hypot(*(place - (c + 0.5, r + 0.5))))
            if (r, c) == (row, column):
                away -= 9.0  # its own cell is surely its
            if away < nearest[r, c]:
                nearest[r, c] = away
                found.offset[:, r, c] = place - (c, r)
                found.height[0, r, c] = box[2]
                found.size[:, r, c] = np.log(box[3:6])
                found.rotation[:, r, c] = np.sin(box[6]), np.cos(box[6])
                found.known[0, r, c], found.turns[0, r, c] = 1.0, float(turns)
