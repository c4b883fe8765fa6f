"""Part of scripts/train_detector: the network, from points to maps; it needs PyTorch.

Pillars are told by how many points they have at which height above the ground about them, and where in the pillar what
stands there is. The ground of a pillar is the lowest point about it, opened as pictures are, so that slopes do not
matter, nor where the sensor hangs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as fn
from train_detector_targets import CELL_M, CLASSES, WHOLE, Grid

_EDGES = (0.2, 0.45, 0.7, 1.0, 1.35, 1.7, 2.1, 2.6, 3.3, 4.2)  # metres above the ground
_STANDS = (0.2, 3.6)
_FAR = 99.0
_ABOUT = 5  # cells each way in which ground is looked for
_CHANNELS = len(_EDGES) + 1 + 7 + 3
_RARE = -3.5  # log-odds of a peak before anything is learnt
HEADS = {"heatmap": len(CLASSES), "offset": 2, "height": 1, "size": 3, "axis": 2, "way": 2}


def pillars(points: Tensor, grid: Grid) -> tuple[Tensor, Tensor]:
    """Return what is known of each cell (1, C, rows, columns), and the ground's height about it (1, 1, rows, columns).

    `points` are (N, 3) float, all inside the area.
    """
    none = points[:1, 0] * 0  # no constant: those are written into the model's file at full length
    cells, inner = _cells(points, grid)
    ground, about = _ground(points[:, 2], cells, none, grid)
    many = grid.rows * grid.columns
    height = points[:, 2] - ground[cells]
    level = (height[:, None] > torch.tensor(_EDGES)).to(torch.int64).sum(dim=1)
    levels = len(_EDGES) + 1
    counted = none.expand(levels * many).scatter_add(0, level * many + cells, torch.ones_like(height))
    stands = ((height > _STANDS[0]) & (height < _STANDS[1])).to(torch.float32)
    number = none.expand(many).scatter_add(0, cells, stands)
    maps = [torch.log1p(counted).reshape(levels, many) * 0.5]
    there = (number > 0).to(torch.float32)
    for values in (inner[:, 0], inner[:, 1]):
        total = none.expand(many).scatter_add(0, cells, values * stands)
        aside = (1 - stands) * _FAR
        least = (none + _FAR).expand(many).scatter_reduce(0, cells, values + aside, "amin")
        most = (none - _FAR).expand(many).scatter_reduce(0, cells, values - aside, "amax")
        maps += [(total / number.clamp(min=1))[None], (least * there)[None], (most * there)[None]]
    top = (none - _FAR).expand(many).scatter_reduce(0, cells, height - (1 - stands) * _FAR, "amax")
    maps += [(top * there)[None] * 0.5, _whereabouts(none, grid)]
    return torch.cat(maps).reshape(1, _CHANNELS, grid.rows, grid.columns), about


def _cells(points: Tensor, grid: Grid) -> tuple[Tensor, Tensor]:
    """Return the cell of each point, and where in it the point is, from -0.5 to 0.5."""
    place = (points[:, :2] - torch.tensor([grid.x, grid.y])) / CELL_M
    last = torch.tensor([grid.columns - 1, grid.rows - 1])
    whole = torch.minimum(place.floor().clamp(min=0).to(torch.int64), last)
    return whole[:, 1] * grid.columns + whole[:, 0], place - whole.to(torch.float32) - 0.5


def _ground(z: Tensor, cells: Tensor, none: Tensor, grid: Grid) -> tuple[Tensor, Tensor]:
    """Return the ground's height of each cell with points, and a smooth one of all cells near such."""
    lowest = (none + _FAR).expand(grid.rows * grid.columns).scatter_reduce(0, cells, z, "amin")
    lowest = lowest.reshape(1, 1, grid.rows, grid.columns)
    there = (lowest < _FAR / 2).to(torch.float32)
    least = -_widest(-lowest)
    least = torch.where(least < _FAR / 2, least, torch.full_like(least, -_FAR))
    opened = _widest(least)
    known = there * opened
    side = 2 * _ABOUT + 1
    share = fn.avg_pool2d(there, side, 1, _ABOUT)
    about = fn.avg_pool2d(known, side, 1, _ABOUT) / share.clamp(min=1e-4)
    return opened.reshape(-1), about


def _widest(values: Tensor) -> Tensor:
    side = 2 * _ABOUT + 1
    rows = fn.max_pool2d(values, (side, 1), 1, (_ABOUT, 0))
    return fn.max_pool2d(rows, (1, side), 1, (0, _ABOUT))


def _whereabouts(none: Tensor, grid: Grid) -> Tensor:
    """Return how far each cell is from the LiDAR, and in which direction, (3, cells)."""
    x = grid.x + (torch.arange(grid.columns) + 0.5) * CELL_M + none
    y = grid.y + (torch.arange(grid.rows) + 0.5) * CELL_M + none
    x, y = x[None, :].expand(grid.rows, -1).reshape(-1), y[:, None].expand(-1, grid.columns).reshape(-1)
    away = torch.sqrt(x * x + y * y).clamp(min=0.1)
    return torch.stack([away / 60.0, x / away, y / away])


def _layer(given: int, made: int, side: int = 3, step: int = 1) -> nn.Sequential:
    pad = (side - 1) // 2
    return nn.Sequential(
        nn.Conv2d(given, made, side, step, pad, bias=False), nn.BatchNorm2d(made, momentum=0.05), nn.ReLU(inplace=True)
    )


class _Block(nn.Module):
    """Two layers beside which the given goes on as it is."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(_layer(width, width), _layer(width, width))

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = given + self.layers(given)
        return found


class Network(nn.Module):
    """From what is known of cells to the maps of `HEADS`, of as many cells."""

    def __init__(self) -> None:
        super().__init__()
        self.near = nn.Sequential(_layer(_CHANNELS, 32, 4, 2), _Block(32))
        self.middle = nn.Sequential(_layer(32, 48, 4, 2), _Block(48))
        self.far = nn.Sequential(_layer(48, 96, 4, 2), _Block(96), _layer(96, 48, 1))
        self.up = _layer(48, 48)
        self.last = _layer(48, 32, 1)
        self.joined = _layer(32, 40)
        self.heads = nn.Conv2d(40, 4 * sum(HEADS.values()), 1)
        with torch.no_grad():
            self.heads.weight.mul_(0.3)
            self.heads.bias.zero_()
            self.heads.bias[: 4 * HEADS["heatmap"]] = _RARE

    def forward(self, known: Tensor) -> dict[str, Tensor]:
        """Return the maps by name."""
        near = self.near(known)
        middle = self.middle(near)
        middle = self.up(middle + _twice(self.far(middle)))
        joined = self.joined(near + _twice(self.last(middle)))
        maps = fn.pixel_shuffle(self.heads(joined), 2)
        return dict(zip(HEADS, torch.split(maps, list(HEADS.values()), dim=1), strict=True))


def _twice(maps: Tensor) -> Tensor:
    return fn.interpolate(maps, scale_factor=2.0, mode="nearest")


class Detector(nn.Module):
    """What is exported: points (N, 3) in, the tensors that the description names out.

    `bias` is added to the log-odds of each class, `slope` multiplies them, so that a score means how likely it is.
    """

    def __init__(self, network: Network, slope: Any, bias: Any, grid: Grid = WHOLE) -> None:  # noqa: ANN401
        super().__init__()
        self.network, self.grid = network, grid
        self.register_buffer("slope", torch.as_tensor(slope, dtype=torch.float32).reshape(1, -1, 1, 1))
        self.register_buffer("bias", torch.as_tensor(bias, dtype=torch.float32).reshape(1, -1, 1, 1))

    def forward(self, points: Tensor) -> tuple[Tensor, ...]:
        """Return heatmap, offset, height, size and rotation."""
        known, about = pillars(points, self.grid)
        maps = self.network(known)
        heat = maps["heatmap"] * self.slope + self.bias
        return heat, maps["offset"], maps["height"] + about, maps["size"], turned(maps["axis"], maps["way"])


def turned(axis: Tensor, way: Tensor) -> Tensor:
    """Return sine and cosine of the yaw, of those of twice the yaw and of where the front may be."""
    sine, cosine = axis[:, :1], axis[:, 1:]
    cosine = cosine / torch.sqrt(sine * sine + cosine * cosine).clamp(min=1e-6)
    half_cos = torch.sqrt((0.5 + 0.5 * cosine).clamp(min=0))
    half_sin = torch.sqrt((0.5 - 0.5 * cosine).clamp(min=0)) * _sign(sine)
    ahead = _sign(half_sin * way[:, :1] + half_cos * way[:, 1:])
    return torch.cat([half_sin * ahead, half_cos * ahead], dim=1)


def _sign(values: Tensor) -> Tensor:
    return (values >= 0).to(torch.float32) * 2 - 1
