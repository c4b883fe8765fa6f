"""People: walking, standing, and seated on what they ride."""

from __future__ import annotations

import numpy as np

from lidar_label.synth.shapes import Color, Material, Part, Shape, assemble, ball, frustum, tube

_TOPS: tuple[Color, ...] = (
    (176, 52, 46), (44, 74, 120), (226, 222, 212), (58, 60, 66), (62, 108, 74), (214, 164, 60), (122, 76, 122),
    (98, 146, 170), (150, 104, 74),
)  # fmt: skip
_TROUSERS: tuple[Color, ...] = ((38, 44, 64), (54, 54, 58), (94, 84, 70), (30, 30, 34), (110, 118, 128))
_SKINS: tuple[Color, ...] = ((224, 178, 148), (196, 144, 110), (142, 96, 68), (96, 64, 46))
_HAIR: tuple[Color, ...] = ((40, 30, 24), (92, 64, 40), (160, 124, 74), (150, 150, 150), (22, 20, 20))
_SHOE: Color = (30, 28, 28)


def _pick(rng: np.random.Generator, colors: tuple[Color, ...]) -> Color:
    return colors[int(rng.integers(len(colors)))]


def walker(rng: np.random.Generator, height: float) -> Shape:
    """Return a person in mid-stride."""
    return _upright(rng, height, stride=0.26, swing=0.22)


def bystander(rng: np.random.Generator, height: float) -> Shape:
    """Return a person who stands still."""
    return _upright(rng, height, stride=0.03, swing=0.03)


def worker(rng: np.random.Generator, height: float) -> Shape:
    """Return a person on a building site, in signal orange and with a helmet, who stands still."""
    return _upright(rng, height, stride=0.06, swing=0.1, signal=True)


def _upright(rng: np.random.Generator, height: float, *, stride: float, swing: float, signal: bool = False) -> Shape:
    u = height / 1.75  # everything scales with how tall the person is
    top, trousers, skin = _pick(rng, _TOPS), _pick(rng, _TROUSERS), _pick(rng, _SKINS)
    hair = _pick(rng, _HAIR)
    if signal:
        top, hair = (244, 112, 24), (240, 206, 40)
    hips, shoulders = 0.9 * u, 1.42 * u
    parts: list[Part] = []
    for side, sign in ((0.1 * u, 1), (-0.1 * u, -1)):
        knee = (sign * stride * 0.62 * u + 0.04, side, 0.48 * u)
        foot = (sign * stride * u - 0.02, side, 0.09 * u)
        parts += [
            tube((0, side, hips), knee, 0.085 * u, trousers, Material.CLOTH),
            tube(knee, foot, 0.062 * u, trousers, Material.CLOTH),
            ball((foot[0] + 0.06 * u, side, 0.05 * u), (0.14 * u, 0.055 * u, 0.05 * u), _SHOE),
        ]
        elbow = (-sign * swing * 0.5 * u, side * 2.35, 1.14 * u)
        hand = (-sign * swing * u + 0.09 * u, side * 2.4, 0.9 * u)
        parts += [
            tube((0, side * 1.95, shoulders - 0.05 * u), elbow, 0.055 * u, top, Material.CLOTH),
            tube(elbow, hand, 0.044 * u, top, Material.CLOTH),
            ball(hand, (0.05 * u,) * 3, skin, Material.SKIN),
        ]
    parts += [
        frustum((-0.11 * u, 0.11 * u, 0.17 * u), (-0.12 * u, 0.12 * u, 0.2 * u), (hips - 0.06 * u, shoulders), top,
                Material.CLOTH),
        ball((0, 0, shoulders), (0.12 * u, 0.22 * u, 0.08 * u), top),
        tube((0, 0, shoulders), (0.01, 0, 1.54 * u), 0.055 * u, skin, Material.SKIN),
        ball((0.03 * u, 0, 1.61 * u), (0.1 * u, 0.08 * u, 0.125 * u), skin, Material.SKIN),
        ball((0.005 * u, 0, 1.645 * u), (0.105 * u, 0.09 * u, 0.105 * u), hair),
    ]  # fmt: skip
    return assemble(parts)


def seated(
    rng: np.random.Generator,
    seat: tuple[float, float, float],
    handle: tuple[float, float, float],
    *,
    pedal_z: float,
    helmet: bool,
) -> list[Part]:
    """Return the parts of a rider on a seat, hands on the handlebar, feet on the pedals."""
    top, trousers, skin = _pick(rng, _TOPS), _pick(rng, _TROUSERS), _pick(rng, _SKINS)
    x, _, z = seat
    shoulder_x, shoulder_z = x + 0.2, z + 0.52
    parts: list[Part] = [
        ball((x, 0, z + 0.06), (0.15, 0.16, 0.11), trousers),
        tube((x, 0, z + 0.06), (shoulder_x, 0, shoulder_z), 0.15, top, Material.CLOTH),
        ball((shoulder_x, 0, shoulder_z), (0.13, 0.21, 0.09), top),
        tube((shoulder_x, 0, shoulder_z), (shoulder_x + 0.05, 0, shoulder_z + 0.14), 0.055, skin, Material.SKIN),
        ball((shoulder_x + 0.08, 0, shoulder_z + 0.21), (0.1, 0.08, 0.12), skin, Material.SKIN),
    ]
    cap = _pick(rng, ((230, 230, 228), (200, 40, 40), (40, 44, 52), (240, 200, 40))) if helmet else _pick(rng, _HAIR)
    parts.append(ball((shoulder_x + 0.06, 0, shoulder_z + 0.255), (0.135, 0.105, 0.115), cap))
    for side in (1, -1):
        knee = (x + 0.4, side * 0.13, (z + pedal_z) / 2 + 0.14 + side * 0.08)
        foot = (x + 0.14, side * 0.12, pedal_z + 0.06 + side * 0.08)
        elbow = ((shoulder_x + handle[0]) / 2, side * 0.29, (shoulder_z + handle[2]) / 2 - 0.04)
        hand = (handle[0], side * 0.25, handle[2] + 0.02)
        parts += [
            tube((x, side * 0.1, z + 0.04), knee, 0.082, trousers, Material.CLOTH),
            tube(knee, foot, 0.058, trousers, Material.CLOTH),
            ball((foot[0] + 0.05, foot[1], foot[2] - 0.03), (0.13, 0.05, 0.045), _SHOE),
            tube((shoulder_x, side * 0.2, shoulder_z), elbow, 0.05, top, Material.CLOTH),
            tube(elbow, hand, 0.04, top, Material.CLOTH),
            ball(hand, (0.05, 0.045, 0.045), skin, Material.SKIN),
        ]
    return parts
