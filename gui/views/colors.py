"""Colours of points: by height over the ground, by intensity, or by the box they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.geometry import is_sweep_sized, middle_and_reach
from lidar_label.kernels.colorize import colors_by_value, percentiles
from lidar_label.kernels.points_in_boxes import box_of_points
from lidar_label.kernels.top_view import splat_top

Colors = NDArray[np.uint8]
BACKGROUND = (17, 20, 24)
RGB = ("r", "g", "b")
INTENSITY_NAMES = ("intensity", "reflectance", "i", "remission")
_GROUND_RADII_M = (3.0, 25.0)
_BYTE = 255
_LOOKED_AT = 50_000  # points that tell heights as well as all do
_ROUGH_M = 0.2  # what the ground rises and falls anyway, all in one colour


def ramp(lightness: tuple[float, float], chroma: tuple[float, float], hue: tuple[float, float]) -> Colors:
    """Return 256 colours on a straight way through OKLCH, so that equal steps look equal, (256, 3).

    Lightness and chroma are OKLCH's, the hue is in degrees.

    References
    ----------
    B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    way = np.linspace(0.0, 1.0, 256)
    light, color = (low + (high - low) * way for low, high in (lightness, chroma))
    angle = np.radians(hue[0] + (hue[1] - hue[0]) * way)
    a, b = color * np.cos(angle), color * np.sin(angle)
    cones = np.stack(
        [
            light + 0.3963377774 * a + 0.2158037573 * b,
            light - 0.1055613458 * a - 0.0638541728 * b,
            light - 0.0894841775 * a - 1.2914855480 * b,
        ]
    )
    to_rgb = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(to_rgb @ cones**3, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.ascontiguousarray((encoded.T * 255).round().astype(np.uint8))


HEIGHTS = ramp((0.36, 0.93), (0.06, 0.15), (270.0, 75.0))
INTENSITIES = ramp((0.38, 0.97), (0.03, 0.10), (280.0, 90.0))
SHADES = ramp((0.32, 0.62), (0.012, 0.012), (260.0, 260.0))


def warm_up() -> None:
    """Compile the kernels that drawing needs, so that the first frame does not wait for them."""
    xyz, one = np.zeros((4, 3), np.float32), np.ones((1, 3))
    boxes = BoxArrays(one, np.eye(3)[None], one, np.zeros((1, 8, 3)))
    splat_top(xyz, by_box(xyz, boxes, np.zeros((1, 3), np.uint8), by_height(xyz, 0.0))[0], 0.0, 0.0, 1.0, 2, 2)


def depth_of_colors(fields: Mapping[str, Any]) -> int | None:
    """Return how many bits the colours of points have beyond eight, by their values; None where they have none.

    LAS has 16 bits for each, and some programs fill only the lower eight.
    """
    values = [fields[name] for name in RGB if name in fields and fields[name].dtype.kind == "u"]
    most = max((int(one.max(initial=0)) for one in values), default=0)
    return None if len(values) < len(RGB) or not most else 8 * (most > _BYTE)


def colors_of(values: Sequence[NDArray[Any]], shift: int) -> Colors:
    """Return red, green and blue, each (N,), as (N, 4) RGBA; of their bits those above `shift`."""
    made = np.full((len(values[0]), 4), 255, np.uint8)
    for column, one in enumerate(values):
        made[:, column] = one >> shift
    return made


def ground_height(xyz: NDArray[np.float32]) -> float:
    """Guess the ground's height around the vehicle from a cloud in its frame, metres."""
    xyz = _some(xyz)
    away = np.hypot(xyz[:, 0], xyz[:, 1])
    near = xyz[(away > _GROUND_RADII_M[0]) & (away < _GROUND_RADII_M[1]), 2]
    if len(near) < 20:
        near = xyz[:, 2]
    return percentiles(near, (15,))[0] if len(near) else 0.0


def _some(xyz: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return evenly many points of a cloud, of every ring: an odd step falls on all of 16, 32, 64 or 128 in turn."""
    return xyz[:: len(xyz) // _LOOKED_AT | 1]


def is_about(xyz: NDArray[np.float32]) -> bool:
    """Say whether a cloud is what a vehicle sees: else it has no ground of a vehicle, nor things of metres on it."""
    return is_sweep_sized(middle_and_reach(xyz)[2])


class Heights(NamedTuple):
    """What the first and the last colour of `by_height` stand for, metres in the cloud's frame."""

    low: float
    high: float
    is_about: bool
    """Whether there is a ground of a vehicle below, over which most colours are for what stands on it."""


def heights_of(xyz: NDArray[np.float32], ground: float) -> Heights:
    """Return which heights are told apart by colours."""
    if not len(xyz):
        return Heights(ground, ground + 1.0, False)
    if not is_about(xyz):
        low, high = percentiles(_some(xyz)[:, 2], (2, 98))
        return Heights(low, max(high, low + 1e-3), False)
    low = ground + _ROUGH_M
    most = float(np.clip(percentiles(_some(xyz)[:, 2] - np.float32(low), (98,))[0], 3.0, 8.0))
    return Heights(low, low + most, True)


def by_height(
    xyz: NDArray[np.float32], ground: float, table: Colors = HEIGHTS, heights: Heights | None = None
) -> Colors:
    """Colour points by their height over the ground; `heights` are those of `heights_of`, where they are known."""
    if not len(xyz):
        return np.empty((0, 4), np.uint8)
    low, high, is_over_ground = heights if heights is not None else heights_of(xyz, ground)
    if not is_over_ground:
        return colors_by_value(xyz[:, 2], low, high, table)
    over = xyz[:, 2] - np.float32(low)
    top = high - low
    return colors_by_value(np.sqrt(np.clip(over, 0.0, top)), 0.0, float(np.sqrt(top)), table)


def intensity_of(fields: Mapping[str, NDArray[Any]]) -> NDArray[Any] | None:
    """Return the intensities among a cloud's fields, whatever they are called; None without any."""
    return next((fields[name] for name in INTENSITY_NAMES if name in fields), None)


def by_intensity(values: NDArray[Any]) -> Colors:
    """Colour points by intensity, between the 2nd and the 98th percentile of these points."""
    if not np.isfinite(values).any():
        return np.full((len(values), 4), 128, np.uint8)
    low, high = percentiles(values, (2, 98))
    spread = np.sqrt(np.clip((values.astype(np.float64) - low) / max(high - low, 1e-9), 0.0, 1.0))
    return colors_by_value(spread, 0.0, 1.0, INTENSITIES)


def by_box(
    xyz: NDArray[np.float32], boxes: BoxArrays, colors: Colors, others: Colors
) -> tuple[Colors, NDArray[np.bool_]]:
    """Give points the colour of the box they lie in, (M, 3) `colors`; the rest keep that of `others`, (N, 4).

    Returns the colours and which points lie in a box.
    """
    painted = others.copy()
    if not len(boxes):
        return painted, np.zeros(len(xyz), np.bool_)
    owner = box_of_points(xyz, boxes.centers, boxes.rotations, boxes.sizes)
    inside = owner >= 0
    painted[inside, :3] = colors[owner[inside]]
    return painted, inside
