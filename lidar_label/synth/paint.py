"""Paint: the colour of every surface a camera of a made-up drive sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.synth.scenery import FLOOR_M, GROUND_FLOOR_M
from lidar_label.synth.shapes import Material

Colors = NDArray[np.float32]
Singles = NDArray[np.float32]
Mask = NDArray[np.bool_]

_FRONT, _REAR, _LEFT, _RIGHT, _TOP = 0, 1, 2, 3, 4  # faces of a `frustum`
_GLASS = np.array([0.13, 0.17, 0.21], dtype=np.float32)
_DARK = np.array([0.07, 0.07, 0.08], dtype=np.float32)
_WHITE = np.array([0.92, 0.92, 0.9], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The places of one material that were hit.

    `color` (N, 3) is the part's own, 0 to 1; `local` (N, 3) the place in the object's frame and
    `half` (N, 3) half of the object's size, metres; `face` (N,); `thing` (N,) which object. Where the
    material asks for it, `unit` (N, 3) is the place in a wheel's own frame and `edge` (N,) metres to
    the nearest edge of the face; else they are empty.
    """

    color: Colors
    local: Singles
    half: Singles
    unit: Singles
    edge: Singles
    face: NDArray[np.int32]
    thing: NDArray[np.int32]


def scatter(*cells: NDArray[Any]) -> Singles:
    """Return a number from 0 to 1 for whole-numbered cells, always the same and without a pattern."""
    with np.errstate(over="ignore"):
        mixed = np.zeros(cells[0].shape, dtype=np.uint32)
        for cell, prime in zip(cells, (374761393, 668265263, 2147483647, 1274126177), strict=False):
            mixed ^= cell.astype(np.int64).astype(np.uint32) * np.uint32(prime)
            mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177)
        mixed ^= mixed >> np.uint32(16)
    return (mixed & np.uint32(0xFFFF)).astype(np.float32) / np.float32(65535)


def surface_colors(material: Material, at: Surface) -> Colors:
    """Return the colours (N, 3), 0 to 1, of a material before light falls on it."""
    painter = _PAINTERS.get(material)
    return at.color if painter is None else painter(at)


def _body(at: Surface) -> Colors:
    """Bodywork: lamps, grille and plates on what is as wide as a car."""
    color = at.color.copy()
    x, y, z = (at.local / at.half).T
    wide, up = np.abs(at.local[:, 1]), at.local[:, 2] + at.half[:, 2]  # up: metres above the ground
    car = at.half[:, 1] > 0.7
    lamps = car & (np.abs(y) > 0.56) & (np.abs(y) < 0.92)
    ahead, behind = car & (at.face == _FRONT), car & (at.face == _REAR)
    color[ahead & (np.abs(y) < 0.5) & (up > 0.32) & (up < 0.52)] = _DARK
    color[ahead & lamps & (up > 0.52) & (up < 0.74)] = (0.97, 0.97, 0.92)
    color[behind & lamps & (up > 0.6) & (up < 0.84)] = (0.72, 0.07, 0.06)
    color[(ahead | behind) & (wide < 0.26) & (up > 0.38) & (up < 0.5)] = _WHITE
    color[car & (up < 0.3)] *= 0.35
    beside = car & ((at.face == _LEFT) | (at.face == _RIGHT))
    gap = np.abs(np.abs(x - 0.03) - 0.23)  # the doors' joints
    color[beside & (gap * at.half[:, 0] < 0.012) & (z < 0.25)] *= 0.45
    return color


def _cabin(at: Surface) -> Colors:
    """Windows all around, their frames and the roof in the car's colour."""
    color = _glass(at)
    pillar = ((at.face == _LEFT) | (at.face == _RIGHT)) & (np.abs(at.local[:, 0] + 0.04 * at.half[:, 0]) < 0.05)
    frame = (at.face == _TOP) | (at.edge < 0.055) | pillar
    color[frame] = at.color[frame]
    return color


def _glass(at: Surface) -> Colors:
    mirror = np.clip(0.3 + 0.5 * at.local[:, 2] / np.maximum(at.half[:, 2], 0.1), 0, 1)[:, None]
    return np.asarray(_GLASS + mirror * np.array([0.12, 0.15, 0.18], dtype=np.float32), dtype=np.float32)


def _tyre(at: Surface) -> Colors:
    color = at.color.copy()
    out = np.hypot(at.unit[:, 0], at.unit[:, 1])
    rim = (at.face > 0) & (out < 0.66)
    spokes = np.cos(5 * np.arctan2(at.unit[:, 1], at.unit[:, 0])) > -0.35
    color[rim & ((out < 0.2) | (out > 0.56) | spokes)] = (0.62, 0.63, 0.65)
    return color


def _bus(at: Surface) -> Colors:
    color = _body(at)
    up = at.local[:, 2] + at.half[:, 2]
    beside = (at.face == _LEFT) | (at.face == _RIGHT)
    band = beside & (up > 1.15) & (up < 2.45) & (np.mod(at.local[:, 0], 1.5) > 0.1)
    band |= (at.face == _FRONT) & (up > 0.95) & (up < 2.6) & (at.edge > 0.1)
    band |= (at.face == _REAR) & (up > 1.4) & (up < 2.4) & (at.edge > 0.25)
    color[band] = _glass(at)[band]
    color[(at.face == _FRONT) & (up > 2.64) & (up < 2.9) & (np.abs(at.local[:, 1]) < 0.8)] = (0.95, 0.65, 0.15)
    color[(at.face != _TOP) & (up > 0.62) & (up < 0.82)] = _WHITE
    return color


def _banded(at: Surface) -> Colors:
    color = at.color.copy()
    up = at.local[:, 2] + at.half[:, 2]
    tint = scatter(at.thing, at.thing * 0 + 7)[:, None]
    stripe = (at.face != _TOP) & (up > 1.7) & (up < 2.15)
    paint = np.concatenate([0.1 + 0.2 * tint, 0.25 + 0.2 * tint, 0.65 - 0.5 * tint], axis=1)
    color[stripe] = paint[stripe]
    joint = np.where(at.face == _REAR, np.abs(at.local[:, 1]) < 0.012, np.mod(at.local[:, 0], 1.2) < 0.02)
    color[joint & (at.face != _TOP)] *= 0.7
    return color


def _facade(at: Surface) -> Colors:
    """Plaster or brick, shop windows below, windows with frames and curtains above."""
    up = at.local[:, 2] + at.half[:, 2]
    front = at.face == _RIGHT
    u = np.where((at.face == _LEFT) | front, at.local[:, 0], at.local[:, 1]) + 40.0
    course = scatter(np.floor(up / 0.16), np.floor(u / 0.4 + 0.5 * (np.floor(up / 0.16) % 2)), at.thing)
    color = at.color * (0.94 + 0.08 * course)[:, None]
    color[up < 0.5] *= 0.72

    floor = np.floor((up - GROUND_FLOOR_M) / FLOOR_M)
    above = (up > GROUND_FLOOR_M) & (front | (at.face == _LEFT))
    width = 2.2 + 0.7 * scatter(at.thing, at.thing * 0)
    column = np.floor(u / width)
    across = np.abs(u - (column + 0.5) * width)
    high = up - GROUND_FLOOR_M - floor * FLOOR_M
    half_width = 0.5 + 0.25 * scatter(at.thing, at.thing * 0 + 1)
    frame = above & (across < half_width + 0.09) & (high > 0.81) & (high < 2.54)
    color[frame] = 0.55 * color[frame] + 0.45 * _WHITE
    pane = frame & (across < half_width) & (across > 0.025) & (high > 0.9) & (high < 2.45)
    _panes(color, pane, scatter(column, floor, at.thing), high / 2.45)

    column = np.floor(u / 3.1)
    across = np.abs(u - (column + 0.5) * 3.1)
    kind = scatter(column, at.thing, at.thing * 0 + 3)
    shop = front & (up < 2.9) & (kind < 0.55) & (across < 1.32) & (up > 0.55)
    color[shop & ((across > 1.24) | (up > 2.82) | (up < 0.63))] *= 0.4
    _panes(color, shop & (across < 1.24) & (up < 2.82) & (up > 0.63), kind * 1.6, up / 2.8)
    door = front & (up < 2.35) & (kind > 0.72) & (across < 0.55)
    color[door] = np.stack([0.2 + 0.3 * kind, 0.18 + 0 * kind, 0.32 - 0.2 * kind], axis=1)[door]
    color[door & (np.abs(across - 0.27) < 0.15) & (up > 1.2) & (up < 2.1)] = _GLASS
    return color


def _panes(color: Colors, where: Mask, chance: Singles, height: Singles) -> None:
    """Fill window panes: dark, with the sky in the upper half, some with curtains."""
    tone = (0.12 + 0.22 * np.clip(height, 0, 1) * (0.5 + chance))[:, None]
    pane = tone * np.array([0.8, 1.0, 1.2], dtype=np.float32)
    curtain = chance > 0.74
    pane[curtain] = 0.45 * pane[curtain] + np.array([0.42, 0.4, 0.36], dtype=np.float32)
    color[where] = pane[where]


def _roof(at: Surface) -> Colors:
    row = np.floor(at.local[:, 2] / 0.12)
    tile = scatter(row, np.floor(at.local[:, 0] / 0.25 + 0.5 * (row % 2)), at.thing)
    return np.asarray(at.color * (0.82 + 0.3 * tile)[:, None])


def _leaves(at: Surface) -> Colors:
    fine = scatter(*np.floor(at.local / 0.09).T)
    coarse = scatter(*np.floor(at.local / 0.33).T, at.thing)
    shade = 0.55 + 0.35 * fine + 0.3 * coarse + 0.18 * at.local[:, 2] / at.half[:, 2]
    return np.asarray(at.color * shade[:, None])


def _grain(at: Surface) -> Colors:
    grain = scatter(np.floor(at.local[:, 0] / 0.03), np.floor(at.local[:, 1] / 0.03), np.floor(at.local[:, 2] / 0.12))
    return np.asarray(at.color * (0.88 + 0.2 * grain)[:, None])


def _tread(at: Surface) -> Colors:
    color = at.color.copy()
    color[np.mod(at.local[:, 0], 0.14) < 0.05] *= 0.5
    return color


def _earth(at: Surface) -> Colors:
    fine, coarse = scatter(*np.floor(at.local / 0.04).T), scatter(*np.floor(at.local / 0.17).T)
    return np.asarray(at.color * (0.7 + 0.3 * fine + 0.25 * coarse)[:, None])


_PAINTERS: dict[Material, Callable[[Surface], Colors]] = {
    Material.PAINT: _body,
    Material.CABIN: _cabin,
    Material.GLASS: _glass,
    Material.TYRE: _tyre,
    Material.FACADE: _facade,
    Material.ROOF: _roof,
    Material.WOOD: _grain,
    Material.LEAVES: _leaves,
    Material.BUS: _bus,
    Material.BANDED: _banded,
    Material.TREAD: _tread,
    Material.EARTH: _earth,
}
