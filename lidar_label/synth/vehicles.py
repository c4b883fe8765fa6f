"""What drives and rides: cars, vans, bicycles and motorcycles, made of parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lidar_label.synth.people import seated
from lidar_label.synth.shapes import Color, Material, Part, Shape, assemble, ball, frustum, tube, wheel

CAR_COLORS: tuple[Color, ...] = (
    (200, 204, 208), (236, 236, 232), (42, 44, 50), (112, 116, 122), (150, 28, 32), (30, 66, 128),
    (24, 92, 84), (178, 150, 104), (92, 34, 60), (206, 122, 34), (66, 84, 60), (72, 118, 168),
)  # fmt: skip
DARK: Color = (34, 36, 40)


def car(rng: np.random.Generator, color: Color) -> Shape:
    """Return a saloon, a hatchback or an estate car."""
    length, width, height = rng.uniform(3.9, 4.8), rng.uniform(1.76, 1.9), rng.uniform(1.44, 1.54)
    tail = rng.choice([0.62, 0.9, 0.96])  # how far back the cabin reaches
    return _motor_car(length, width, height, color, radius=0.32, belt=0.92, tail=float(tail))


def sport_utility(rng: np.random.Generator, color: Color) -> Shape:
    """Return a tall car."""
    length, width, height = rng.uniform(4.4, 4.9), rng.uniform(1.86, 1.96), rng.uniform(1.66, 1.78)
    return _motor_car(length, width, height, color, radius=0.37, belt=1.06, tail=0.95)


def _motor_car(
    length: float, width: float, height: float, color: Color, *, radius: float, belt: float, tail: float
) -> Shape:
    hx, hw = length / 2, width / 2
    side = hw - 0.02  # the wheels stand out by as much, and so are seen from the side
    sill, waist = 0.2, 0.58 * belt
    parts = [
        frustum((-hx + 0.07, hx - 0.1, side - 0.04), (-hx, hx, side), (sill, waist), color),
        frustum((-hx, hx, side), (-hx + 0.04, hx - 0.2, side - 0.07), (waist, belt), color),
        frustum(
            (-hx * tail, hx * 0.46, side - 0.08),
            (-hx * (tail - 0.16), hx * 0.06, side - 0.25),
            (belt - 0.02, height),
            color,
            Material.CABIN,
        ),
    ]
    return assemble([*parts, *wheels((hx * 0.61, -hx * 0.61), hw, radius)])


def wheels(axles: Sequence[float], half_width: float, radius: float, width: float = 0.23) -> list[Part]:
    """Return the wheels of a car, and the dark arches over them."""
    parts = []
    for x in axles:
        for side in (1, -1):
            parts.append(wheel(x, side * (half_width - width / 2), radius, width))
            arch_z, rim = radius + 0.06, half_width - 0.008
            inner, outer = (x, side * (rim - width), arch_z), (x, side * rim, arch_z)
            parts.append(tube(inner, outer, radius + 0.05, (16, 16, 18), Material.CLOTH))
    return parts


def van(rng: np.random.Generator, color: Color) -> Shape:
    """Return a delivery van."""
    length, width, height = rng.uniform(5.2, 5.9), rng.uniform(1.98, 2.06), rng.uniform(2.3, 2.55)
    hx, hw = length / 2, width / 2
    front = hx - 1.0
    parts = [
        frustum((-hx, front, hw), (-hx + 0.04, front - 0.1, hw - 0.09), (0.3, height), color),
        frustum((front - 0.3, hx - 0.04, hw - 0.03), (front - 0.3, hx, hw - 0.02), (0.24, 0.75), color),
        frustum((front - 0.3, hx, hw - 0.02), (front - 0.3, front + 0.45, hw - 0.1), (0.75, 1.25), color),
        frustum(
            (front - 0.9, front + 0.45, hw - 0.06),
            (front - 0.9, front - 0.1, hw - 0.14),
            (1.2, height - 0.12),
            color,
            Material.CABIN,
        ),
    ]
    parts += wheels((hx * 0.66, -hx * 0.58), hw + 0.01, 0.35)
    return assemble(parts)


def bicycle(rng: np.random.Generator, color: Color, *, rider: bool = True) -> Shape:
    """Return a bicycle, with its rider as a rule."""
    radius, axle = 0.34, 0.54
    saddle, handle = (-0.18, 0.0, 0.94), (0.4, 0.0, 1.02)
    parts = [*_spoked(axle, radius), *_spoked(-axle, radius)]
    parts += [
        tube((-axle, 0, radius), (-0.12, 0, 0.3), 0.018, color),
        tube((-axle, 0, radius), (-0.2, 0, 0.86), 0.016, color),
        tube((-0.12, 0, 0.3), (-0.2, 0, 0.9), 0.02, color),
        tube((-0.12, 0, 0.3), (0.36, 0, 0.8), 0.022, color),
        tube((-0.2, 0, 0.84), (0.35, 0, 0.86), 0.02, color),
        tube((axle, 0, radius), (0.36, 0, 0.98), 0.02, color),
        tube((0.4, -0.28, 1.02), (0.4, 0.28, 1.02), 0.016, DARK),
        ball(saddle, (0.13, 0.07, 0.035), DARK),
    ]
    if rider:
        parts += seated(rng, saddle, handle, pedal_z=0.2, helmet=bool(rng.random() < 0.6))
    return assemble(parts)


def motorcycle(rng: np.random.Generator, color: Color) -> Shape:
    """Return a motorcycle with its rider."""
    radius, axle = 0.31, 0.68
    parts = [
        wheel(axle, 0, radius, 0.13),
        wheel(-axle, 0, radius, 0.17),
        frustum((-0.35, 0.38, 0.16), (-0.3, 0.3, 0.13), (0.3, 0.68), DARK, Material.METAL),
        ball((0.14, 0, 0.82), (0.32, 0.17, 0.14), color, Material.PAINT),
        frustum((-0.9, -0.1, 0.11), (-0.95, -0.1, 0.14), (0.7, 0.84), color),
        frustum((0.42, 0.66, 0.13), (0.4, 0.52, 0.15), (0.82, 1.12), color),
        tube((axle, 0.1, radius), (0.44, 0.12, 1.0), 0.03, DARK),
        tube((axle, -0.1, radius), (0.44, -0.12, 1.0), 0.03, DARK),
        tube((0.42, -0.38, 1.06), (0.42, 0.38, 1.06), 0.02, DARK),
    ]
    parts += seated(rng, (-0.3, 0.0, 0.84), (0.42, 0.0, 1.06), pedal_z=0.36, helmet=True)
    return assemble(parts)


def _spoked(x: float, radius: float) -> list[Part]:
    """Return a wheel one can look through: a ring of short tubes, and its hub."""
    count = 10
    inner = radius - 0.018  # so that the tubes' outer side just stays on the ground
    angles = np.arange(count + 1) * (2 * np.pi / count) - np.pi / 2 - np.pi / count
    rim = np.column_stack([x + inner * np.cos(angles), np.zeros(count + 1), radius + inner * np.sin(angles)])
    ring = [tube(rim[k], rim[k + 1], 0.018, DARK, Material.TYRE) for k in range(count)]
    spokes = [tube(rim[k], rim[k + count // 2], 0.004, (150, 152, 154)) for k in range(count // 2)]
    return [*ring, *spokes]
