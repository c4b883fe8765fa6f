"""What stands along a street: houses, trees, lamps, signs, bollards, cones and barriers."""

from __future__ import annotations

import numpy as np

from lidar_label.synth.shapes import Color, Material, Shape, assemble, ball, block, frustum, tube

GROUND_FLOOR_M, FLOOR_M = 3.9, 3.1
WALLS: tuple[Color, ...] = (
    (196, 178, 150), (168, 92, 70), (214, 204, 184), (152, 150, 146), (186, 142, 104), (204, 190, 170),
    (128, 108, 96), (182, 188, 184), (150, 74, 60), (222, 200, 160),
)  # fmt: skip
_SLATE: tuple[Color, ...] = ((92, 62, 52), (74, 76, 82), (110, 72, 56), (60, 58, 60))
_STEEL: Color = (110, 116, 120)


def house(rng: np.random.Generator, width: float, depth: float, floors: int) -> Shape:
    """Return a house; +x runs along the street, and -y is its front."""
    wall = WALLS[int(rng.integers(len(WALLS)))]
    trim: Color = tuple(min(c + 26, 255) for c in wall)  # type: ignore[assignment]
    hx, top = width / 2, GROUND_FLOOR_M + FLOOR_M * floors
    parts = [
        block((-hx, hx), (0, depth), (0, top), wall, Material.FACADE),
        block((-hx, hx), (-0.12, 0.2), (GROUND_FLOOR_M - 0.55, GROUND_FLOOR_M - 0.2), trim, Material.WALL),
        block((-hx, hx), (-0.22, 0.3), (top, top + 0.35), trim, Material.WALL),
    ]
    if rng.random() < 0.55:
        slate = _SLATE[int(rng.integers(len(_SLATE)))]
        roof = frustum((-hx, hx, depth / 2), (-hx, hx, 0.01), (top + 0.35, top + 0.35 + depth * 0.28), slate,
                       Material.ROOF, depth / 2)  # fmt: skip
        parts += [roof, block((-hx * 0.6, -hx * 0.6 + 0.7), (depth * 0.3, depth * 0.3 + 0.9),
                              (top + 1, top + depth * 0.28 + 1), wall, Material.WALL)]  # fmt: skip
    if rng.random() < 0.45:  # a shop's awning
        colors: tuple[Color, ...] = ((170, 48, 44), (40, 92, 70), (206, 160, 60), (52, 72, 120))
        left = -hx + rng.uniform(0.4, 1.2)
        parts.append(
            frustum((left, left + width * 0.4, 0.7), (left, left + width * 0.4, 0.08), (2.5, 3.1),
                    colors[int(rng.integers(4))], Material.CLOTH, -0.68)
        )  # fmt: skip
    if floors >= 3 and rng.random() < 0.6:  # balconies
        for floor in range(1, floors):
            z = GROUND_FLOOR_M + FLOOR_M * floor
            middle = hx * 0.42
            parts += [
                block((middle - 1.3, middle + 1.3), (-1.0, 0.05), (z - 0.12, z + 0.04), trim, Material.WALL),
                block((middle - 1.3, middle + 1.3), (-1.0, -0.95), (z + 0.04, z + 0.95), _STEEL, Material.METAL),
            ]
    return assemble(parts)


def tree(rng: np.random.Generator) -> Shape:
    """Return a street tree."""
    trunk, spread = rng.uniform(2.5, 3.1), rng.uniform(1.3, 1.8)
    green: Color = [(62, 98, 44), (78, 112, 48), (92, 118, 58), (54, 88, 52)][int(rng.integers(4))]
    parts = [tube((0, 0, 0), (0, 0, trunk + 1.2), rng.uniform(0.12, 0.2), (86, 68, 52), Material.WOOD)]
    for k in range(7):
        angle, out = k * 2.4 + rng.uniform(0, 0.8), spread * (0.55 if k else 0.0)
        radii = (rng.uniform(0.6, 0.85, 3) * spread * (0.8 if k else 1.1)).tolist()
        height = trunk + spread * (1.25 if k == 0 else rng.uniform(0.55, 1.7))
        parts.append(ball((out * np.cos(angle), out * np.sin(angle), height), radii, green, Material.LEAVES))
    return assemble(parts)


def hedge(rng: np.random.Generator, length: float) -> Shape:
    """Return a clipped hedge; +x runs along it."""
    green: Color = [(58, 92, 46), (70, 102, 50)][int(rng.integers(2))]
    half = length / 2
    shape = frustum((-half, half, 0.4), (-half + 0.1, half - 0.1, 0.3), (0, rng.uniform(1.0, 1.5)), green,
                    Material.LEAVES)  # fmt: skip
    return assemble([shape])


def street_lamp() -> Shape:
    """Return a lamp on a mast; its arm reaches towards +x."""
    return assemble(
        [
            tube((0, 0, 0), (0, 0, 0.9), 0.11, _STEEL),
            tube((0, 0, 0.9), (0, 0, 6.6), 0.07, _STEEL),
            tube((0, 0, 6.55), (1.7, 0, 6.9), 0.045, _STEEL),
            block((1.5, 2.2), (-0.14, 0.14), (6.86, 6.98), (206, 208, 200), Material.LAMP),
        ]
    )


def traffic_sign(color: Color) -> Shape:
    """Return a sign on a post; it faces +x."""
    return assemble(
        [
            tube((0, 0, 0), (0, 0, 2.9), 0.035, _STEEL),
            tube((0.03, 0, 2.5), (0.07, 0, 2.5), 0.32, color, Material.LAMP),
        ]
    )


def bollard() -> Shape:
    """Return a low post."""
    return assemble([tube((0, 0, 0), (0, 0, 0.85), 0.07, (70, 72, 76)), ball((0, 0, 0.85), (0.085,) * 3, (70, 72, 76))])


def litter_bin() -> Shape:
    """Return a litter bin."""
    return assemble(
        [tube((0, 0, 0.05), (0, 0, 0.95), 0.24, (52, 84, 66)), tube((0, 0, 0), (0, 0, 1.0), 0.2, (40, 60, 50))]
    )


def bench() -> Shape:
    """Return a bench; one sits looking towards +y."""
    wood: Color = (132, 94, 60)
    return assemble(
        [
            block((-0.9, 0.9), (-0.2, 0.25), (0.42, 0.48), wood, Material.WOOD),
            block((-0.9, 0.9), (-0.26, -0.2), (0.42, 0.9), wood, Material.WOOD),
            block((-0.75, -0.68), (-0.2, 0.2), (0, 0.42), _STEEL, Material.METAL),
            block((0.68, 0.75), (-0.2, 0.2), (0, 0.42), _STEEL, Material.METAL),
        ]
    )


def cone() -> Shape:
    """Return a traffic cone."""
    orange: Color = (236, 96, 28)
    return assemble(
        [
            block((-0.2, 0.2), (-0.2, 0.2), (0, 0.05), (40, 40, 42)),
            frustum((-0.15, 0.15, 0.15), (-0.11, 0.11, 0.11), (0.05, 0.28), orange),
            frustum((-0.11, 0.11, 0.11), (-0.08, 0.08, 0.08), (0.28, 0.48), (240, 240, 236), Material.LAMP),
            frustum((-0.08, 0.08, 0.08), (-0.03, 0.03, 0.03), (0.48, 0.75), orange),
        ]
    )


def barrier() -> Shape:
    """Return a road-works barrier; it stands across x."""
    red: Color = (206, 52, 40)
    parts = [block((-0.03, 0.03), (-1.0 + k * 0.5, -0.5 + k * 0.5), (0.7, 0.98),
                   red if k % 2 else (238, 238, 234), Material.LAMP) for k in range(4)]  # fmt: skip
    for y in (-0.8, 0.8):
        parts += [
            tube((0, y, 0), (0, y, 0.95), 0.025, _STEEL),
            block((-0.25, 0.25), (y - 0.06, y + 0.06), (0, 0.07), (44, 44, 46)),
        ]
    return assemble(parts)


def spoil_heap() -> Shape:
    """Return a heap of dug-up earth; its lower half is in the ground."""
    brown: Color = (112, 84, 58)
    return assemble(
        [
            ball((0, 0, 0), (0.85, 0.78, 0.62), brown, Material.EARTH),
            ball((0.3, 0.2, 0), (0.6, 0.56, 0.7), brown, Material.EARTH),
            ball((-0.4, -0.25, 0), (0.5, 0.5, 0.4), brown, Material.EARTH),
        ]
    )
