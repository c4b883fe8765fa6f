"""Surroundings: the colours of the ground and of the sky in a made-up drive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import Floats
from lidar_label.synth.paint import Colors, Singles, scatter
from lidar_label.synth.street import CYCLE_EDGE_M, KERB_M, LANE_EDGE_M, PAVEMENT_EDGE_M

_MARK = np.array([0.86, 0.86, 0.84], dtype=np.float32)
_HORIZON = np.array([0.80, 0.86, 0.92], dtype=np.float32)
_ZENITH = np.array([0.33, 0.55, 0.84], dtype=np.float32)


def ground_colors(s: Floats, d: Floats, footprint: Singles, zebras: Floats) -> Colors:
    """Return the colours (N, 3) of the ground at street coordinates.

    `footprint` (N,) is what a pixel covers there across the street, metres: marks are blended over
    it, so that a far line stays a line. `zebras` are the places of the crossings.
    """
    side = np.abs(d)
    near = np.clip(1.2 - footprint / 0.06, 0.0, 1.0)  # grain finer than a pixel would only flicker
    grain = (scatter(np.floor(s / 0.04), np.floor(d / 0.04)) - 0.5) * near
    patch = scatter(np.floor(s / 3.7), np.floor(d / 1.9)) - 0.5
    color = np.repeat((0.31 + 0.05 * grain + 0.02 * patch)[:, None], 3, axis=1).astype(np.float32)
    cycle = (side > LANE_EDGE_M) & (side < CYCLE_EDGE_M)
    color[cycle] = color[cycle] * np.array([1.42, 0.95, 0.88], dtype=np.float32)
    color[(side > CYCLE_EDGE_M) & (side < KERB_M)] *= 1.12
    _lane_marks(color, s, d, footprint)
    _crossings(color, s, d, zebras)
    gutter = (side > KERB_M - 0.25) & (side < KERB_M)
    color[gutter] *= 0.8

    paved = side >= KERB_M
    slab = scatter(np.floor(s / 0.6), np.floor(side / 0.6))
    stone = 0.52 + 0.06 * (slab - 0.5) + 0.04 * grain
    joint = (np.minimum(np.mod(s, 0.6), np.mod(side, 0.6)) < 0.02) & (footprint < 0.05)
    stone = np.where(joint, stone * 0.8, stone)
    color[paved] = (stone[:, None] * np.array([1.0, 0.97, 0.92], dtype=np.float32))[paved]
    color[(side >= KERB_M) & (side < KERB_M + 0.16)] = (0.66, 0.66, 0.65)
    yard = side > PAVEMENT_EDGE_M
    green = scatter(np.floor(s / 0.2), np.floor(d / 0.2))[:, None] * np.float32(0.12) + np.float32(0.9)
    color[yard] = (green * np.array([0.27, 0.36, 0.19], dtype=np.float32))[yard]
    return color


def _blend(color: Colors, share: Singles) -> None:
    color += np.clip(share, 0, 1)[:, None] * (_MARK - color)


def _line(off: Floats, width: float, footprint: Singles) -> Singles:
    """Return how much of a pixel a line covers whose middle is `off` metres away."""
    wide = np.maximum(footprint, 0.01)
    return np.asarray(np.clip((width / 2 - np.abs(off)) / wide + 0.5, 0, 1) * np.minimum(width / wide, 1.0))


def _lane_marks(color: Colors, s: Floats, d: Floats, footprint: Singles) -> None:
    side = np.abs(d)
    _blend(color, _line(d, 0.14, footprint) * (np.mod(s, 9.0) < 4.0))
    _blend(color, _line(side - LANE_EDGE_M, 0.12, footprint) * (np.mod(s, 3.0) < 1.6))
    _blend(color, _line(side - CYCLE_EDGE_M, 0.12, footprint))
    bay = (side > CYCLE_EDGE_M) & (side < KERB_M) & (footprint < 0.25)
    _blend(color, bay * (np.abs(np.mod(s, 6.4) - 3.2) < 0.06) * np.float32(0.8))


def _crossings(color: Colors, s: Floats, d: Floats, zebras: Floats) -> None:
    for zebra in zebras:
        near = np.flatnonzero(np.abs(s - zebra) < 5.0)
        if not len(near):
            continue
        along, across = s[near] - zebra, d[near]
        stripes = (np.abs(along) < 1.9) & (np.mod(across + 0.25, 1.0) < 0.52) & (np.abs(across) < KERB_M - 0.4)
        stop = (np.abs(along + 3.0 * np.sign(-across)) < 0.2) & (np.abs(across) < LANE_EDGE_M) & (np.abs(across) > 0.1)
        color[near[stripes | stop]] = _MARK


def sky_colors(directions: NDArray[np.floating]) -> Colors:
    """Return the colours (N, 3) of the sky along unit directions in world."""
    up = np.clip(directions[:, 2], 0.0, 1.0)
    color = _HORIZON + (np.sqrt(up)[:, None] * (_ZENITH - _HORIZON)).astype(np.float32)
    # A flat layer of cloud overhead: noise on a plane, thinner towards the horizon.
    plane = directions[:, :2] / (up + 0.12)[:, None] * 1.4
    cover = 0.55 * _noise(plane * 1.0) + 0.3 * _noise(plane * 2.3 + 7.0) + 0.15 * _noise(plane * 5.1 + 3.0)
    share = np.clip((cover - 0.5) * 3.2, 0, 0.85) * np.clip(up * 7.0, 0, 1)
    return np.asarray(color + share[:, None] * (np.array([0.97, 0.97, 0.98]) - color), dtype=np.float32)


def _noise(place: NDArray[np.floating]) -> Singles:
    """Return smooth noise from 0 to 1 over a plane."""
    cell = np.floor(place)
    u, v = (place - cell).T
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    i, j = cell.T
    low = scatter(i, j) * (1 - u) + scatter(i + 1, j) * u
    high = scatter(i, j + 1) * (1 - u) + scatter(i + 1, j + 1) * u
    return np.asarray(low * (1 - v) + high * v)
