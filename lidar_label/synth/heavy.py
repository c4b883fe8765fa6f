"""What is heavy: lorries and their trailers, buses, a digger; and the small trailer of a car."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lidar_label.synth.shapes import Color, Material, Part, Shape, assemble, ball, block, frustum, prism, tube, wheel
from lidar_label.synth.vehicles import DARK, wheels

_CRATES: tuple[Color, ...] = ((226, 228, 226), (196, 204, 210), (214, 196, 160))
_MACHINES: tuple[Color, ...] = ((238, 176, 26), (226, 112, 32))
_STEEL: Color = (86, 88, 92)
_RAM: Color = (196, 200, 204)
_RED: Color = (172, 34, 30)
_Point = tuple[float, float]


def lorry(rng: np.random.Generator, color: Color) -> Shape:
    """Return a lorry with a box body."""
    length, height = rng.uniform(7.4, 8.6), rng.uniform(3.2, 3.5)
    hx, hw = length / 2, 1.24
    cab = hx - 1.85
    box_color = _CRATES[int(rng.integers(len(_CRATES)))]
    parts = [
        block((-hx, cab - 0.12), (-hw, hw), (1.05, height), box_color, Material.BANDED),
        block((-hx + 0.1, hx - 0.2), (-0.5, 0.5), (0.62, 1.0), DARK, Material.METAL),
        frustum((cab, hx, hw - 0.06), (cab, hx - 0.03, hw - 0.06), (0.45, 1.5), color),
        frustum((cab, hx - 0.03, hw - 0.06), (cab, hx - 0.22, hw - 0.16), (1.5, 2.62), color, Material.CABIN),
        block((-hx, -hx + 0.1), (-hw + 0.08, hw - 0.08), (0.5, 0.66), (150, 40, 36), Material.METAL),
    ]
    places = (hx - 1.1, -hx + 2.1, -hx + 1.05)
    parts += wheels(places, hw, 0.48, 0.32)
    return assemble(parts)


def tipper(rng: np.random.Generator, color: Color) -> Shape:
    """Return a light lorry with a loaded tipping bed, narrow enough for a parking bay."""
    hx, hw = rng.uniform(2.6, 2.85), 0.94
    cab, bed = hx - 1.45, hx - 1.6
    grey: Color = (150, 152, 150)
    parts = [
        frustum((cab, hx - 0.03, hw - 0.05), (cab, hx, hw - 0.05), (0.36, 1.12), color),
        frustum((cab, hx, hw - 0.05), (cab, hx - 0.42, hw - 0.13), (1.12, 2.02), color, Material.CABIN),
        block((-hx + 0.1, hx - 0.2), (-0.4, 0.4), (0.5, 0.74), DARK, Material.METAL),
        block((-hx, bed), (-hw, hw), (0.78, 0.9), grey, Material.METAL),
        block((bed - 0.08, bed), (-hw, hw), (0.9, 1.75), grey, Material.METAL),
        block((-hx, -hx + 0.05), (-hw, hw), (0.9, 1.3), grey, Material.METAL),
        ball(((bed - hx) / 2 + 0.3, 0, 1.18), (hx * 0.44, hw * 0.86, 0.37), (112, 84, 58), Material.EARTH),
        ball(((bed - hx) / 2 - 0.4, 0, 1.12), (hx * 0.4, hw * 0.8, 0.32), (112, 84, 58), Material.EARTH),
    ]
    parts += [
        block((-hx, bed), (y - 0.025, y + 0.025), (0.9, 1.3), grey, Material.METAL) for y in (0.025 - hw, hw - 0.025)
    ]
    parts += [block((-hx, -hx + 0.05), (y - 0.1, y + 0.1), (0.6, 0.74), _RED, Material.LAMP) for y in (-0.7, 0.7)]
    parts += wheels((hx - 0.8, -hx + 0.95), hw, 0.34, 0.24)
    return assemble(parts)


def bus(rng: np.random.Generator, color: Color) -> Shape:
    """Return a city bus."""
    hx, hw, height = rng.uniform(5.6, 6.0), 1.25, 3.1
    parts = [
        frustum((-hx, hx, hw), (-hx + 0.06, hx - 0.16, hw - 0.05), (0.3, height - 0.12), color, Material.BUS),
        block((-hx + 0.5, hx - 1.0), (-hw + 0.35, hw - 0.35), (height - 0.12, height), (228, 228, 226)),
    ]
    parts += wheels((hx - 2.6, -hx + 3.0), hw + 0.01, 0.48, 0.28)
    return assemble(parts)


def trailer(rng: np.random.Generator) -> Shape:
    """Return a lorry's trailer with a box body; its drawbar reaches ahead, towards +x."""
    length, height = rng.uniform(6.4, 7.2), rng.uniform(3.2, 3.5)
    hx, hw, bar = length / 2, 1.24, 1.5
    parts = [
        block((-hx, hx), (-hw, hw), (1.05, height), _CRATES[int(rng.integers(len(_CRATES)))], Material.BANDED),
        block((-hx + 0.1, hx - 0.3), (-0.5, 0.5), (0.66, 1.05), DARK, Material.METAL),
        block((-hx, -hx + 0.1), (-hw + 0.08, hw - 0.08), (0.5, 0.66), (150, 40, 36), Material.METAL),
        block((hx - 1.5, hx - 0.4), (-0.45, 0.45), (0.5, 0.7), DARK, Material.METAL),  # the front axle's turntable
        block((hx + bar - 0.3, hx + bar), (-0.07, 0.07), (0.6, 0.76), _STEEL, Material.METAL),
    ]
    parts += [tube((hx - 0.5, y, 0.6), (hx + bar - 0.15, 0, 0.68), 0.05, _STEEL) for y in (-0.42, 0.42)]
    parts += wheels((hx - 0.95, -hx + 2.2, -hx + 1.15), hw, 0.46, 0.3)
    return assemble(parts)


def car_trailer(rng: np.random.Generator) -> Shape:
    """Return the small trailer of a car, with a tarpaulin, that stands on its own jockey wheel."""
    cloths: tuple[Color, ...] = ((52, 78, 110), (70, 92, 72), (120, 122, 124))
    hx, hw, bar = rng.uniform(1.05, 1.3), 0.62, 1.15
    tilt = hw - 0.03
    parts = [
        block((-hx, hx), (-hw, hw), (0.45, 0.82), (150, 154, 158), Material.METAL),
        frustum((-hx, hx, hw), (-hx + 0.06, hx - 0.06, tilt), (0.82, rng.uniform(1.25, 1.6)),
                cloths[int(rng.integers(len(cloths)))], Material.CLOTH),
        block((hx + bar - 0.16, hx + bar), (-0.05, 0.05), (0.44, 0.54), _STEEL, Material.METAL),
        tube((hx + bar - 0.3, 0, 0.1), (hx + bar - 0.3, 0, 0.62), 0.03, _STEEL),
        wheel(hx + bar - 0.3, 0, 0.1, 0.07),
    ]  # fmt: skip
    for y in (-1, 1):
        parts += [
            tube((hx - 0.1, y * 0.5, 0.48), (hx + bar - 0.1, 0, 0.49), 0.03, _STEEL),
            block((-0.38, 0.38), (y * 0.7 - 0.1, y * 0.7 + 0.1), (0.62, 0.67), DARK, Material.METAL),
            block((-hx - 0.03, -hx), (y * 0.5 - 0.1, y * 0.5 + 0.1), (0.5, 0.62), _RED, Material.LAMP),
            wheel(0, y * 0.7, 0.29, 0.16),
        ]
    return assemble(parts)


def digger(rng: np.random.Generator) -> Shape:
    """Return a tracked digger, as small as one must be to work in a street, its bucket near the ground ahead."""
    color = _MACHINES[int(rng.integers(len(_MACHINES)))]
    hw = 0.91
    parts = [
        block((-0.85, 0.85), (-0.55, 0.55), (0.28, 0.62), DARK, Material.METAL),
        tube((0, 0, 0.6), (0, 0, 0.82), 0.55, DARK),
        block((-1.05, 0.62), (-hw + 0.05, hw - 0.05), (0.78, 0.96), _STEEL, Material.METAL),
        prism([(-1.5, 0.8), (-0.7, 0.8), (-0.7, 1.55), (-1.38, 1.5), (-1.5, 1.2)], (-hw + 0.02, hw - 0.02),
              _STEEL, Material.METAL),  # the counterweight
        prism([(-1.3, 0.94), (0.3, 0.94), (0.3, 1.3), (-0.5, 1.62), (-1.3, 1.58)], (-hw + 0.06, -0.32), color,
              Material.METAL),  # what covers the engine, on the right and behind the cabin
        prism([(-1.3, 0.94), (-0.5, 0.94), (-0.5, 1.64), (-1.3, 1.58)], (-0.34, hw - 0.06), color, Material.METAL),
        block((-0.55, 0.62), (0.0, 0.84), (0.94, 1.24), color, Material.METAL),
        frustum((-0.55, 0.62, 0.42), (-0.5, 0.44, 0.38), (1.24, 2.46), color, Material.CABIN, 0.42),
        block((-0.56, 0.5), (0.02, 0.82), (2.46, 2.54), color, Material.METAL),
        tube((-1.1, -0.6, 1.5), (-1.1, -0.6, 1.95), 0.05, DARK),  # the exhaust
    ]  # fmt: skip
    return assemble([*parts, *_tracks(hw), *_arm(float(rng.uniform(-0.12, 0.12)), color)])


def _tracks(half_width: float) -> list[Part]:
    """Return a digger's tracks with their rollers, and its blade."""
    parts = [block((1.42, 1.5), (-half_width, half_width), (0.06, 0.46), _STEEL, Material.METAL)]
    for side in (1, -1):
        inner, outer = side * (half_width - 0.38), side * half_width
        low, high = min(inner, outer), max(inner, outer)
        belt = [(-1.22, 0.2), (-1.0, 0.0), (1.0, 0.0), (1.22, 0.2), (1.22, 0.36), (1.05, 0.56), (-1.05, 0.56),
                (-1.22, 0.36)]  # fmt: skip
        parts.append(prism(belt, (low + 0.02, high - 0.02), (38, 38, 40), Material.TREAD))
        parts.append(tube((1.0, side * 0.4, 0.3), (1.44, side * 0.4, 0.26), 0.05, _STEEL))
        for x, z, radius in ((-0.93, 0.28, 0.22), (0.93, 0.28, 0.22), (-0.45, 0.16, 0.12), (0.0, 0.16, 0.12),
                             (0.45, 0.16, 0.12)):  # fmt: skip
            parts.append(tube((x, inner, z), (x, outer, z), radius, _STEEL))
    return parts


def _arm(reach: float, color: Color) -> list[Part]:
    """Return a digger's boom, stick, bucket and rams, somewhat to the right of its middle."""
    y = -0.16
    foot, bend, knee = (0.5, 1.0), (1.25, 2.1), (2.35 + reach, 2.3)
    wrist = (2.75 + reach, 0.85)
    heel = (2.42 + reach, 2.62)  # where the stick's ram takes hold
    side = (y - 0.12, y + 0.12)
    parts = [
        _beam(foot, bend, 0.26, 0.4, side, color),
        _beam(bend, knee, 0.4, 0.24, side, color),
        _beam((2.2 + reach, 2.44), wrist, 0.34, 0.18, (y - 0.09, y + 0.09), color),
        _beam((2.3 + reach, 2.3), heel, 0.2, 0.12, (y - 0.09, y + 0.09), color),
        tube((0.72, y, 0.92), (1.45, y, 1.72), 0.06, _RAM),
        tube((1.2, y, 2.42), (heel[0], y, heel[1] - 0.06), 0.055, _RAM),
        tube((2.5 + reach, y, 2.1), (2.98 + reach, y, 1.12), 0.045, _RAM),
    ]
    return parts + _bucket(wrist, y)


def _beam(
    start: _Point, end: _Point, first: float, last: float, y: tuple[float, float], color: Color
) -> Part:  # fmt: skip
    """Return a beam between two places (x, z), as thick as told at either end."""
    a, b = np.array(start), np.array(end)
    up = np.array([a[1] - b[1], b[0] - a[0]]) / np.linalg.norm(b - a) / 2
    outline = [a + up * first, a - up * first, b - up * last, b + up * last]
    return prism([(float(x), float(z)) for x, z in outline], y, color, Material.METAL)


def _bucket(wrist: _Point, y: float) -> list[Part]:
    """Return a hollow bucket that hangs from the stick's end and opens towards the machine."""
    x, z = wrist
    back: Sequence[_Point] = [
        (x + 0.1, z + 0.08), (x + 0.3, z - 0.14), (x + 0.3, z - 0.42), (x + 0.1, z - 0.62), (x - 0.28, z - 0.66),
    ]  # fmt: skip
    half = 0.34
    cheek = [*back, (x - 0.16, z - 0.1)]
    parts = [_beam(back[k], back[k + 1], 0.05, 0.05, (y - half, y + half), _STEEL) for k in range(len(back) - 1)]
    parts += [prism(cheek, (edge, edge + 0.03), _STEEL, Material.METAL) for edge in (y - half, y + half - 0.03)]
    for k in range(4):
        tooth = y - half + 0.06 + k * 0.2
        outline = [(x - 0.26, z - 0.62), (x - 0.26, z - 0.69), (x - 0.42, z - 0.66)]
        parts.append(prism(outline, (tooth - 0.03, tooth + 0.03), _RAM, Material.METAL))
    parts.append(tube((x, y - 0.2, z), (x, y + 0.2, z), 0.07, DARK))
    return parts
