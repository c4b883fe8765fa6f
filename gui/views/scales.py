"""Scales: how a cloud is coloured in each mode, and what the colours stand for; it knows of no labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.look import BY_LABELS, COLOR_MODES, FIELD, ColorMode
from lidar_label.gui.views import colors
from lidar_label.gui.views.colors import Colors
from lidar_label.kernels.colorize import colors_by_value, percentiles

Values = NDArray[Any]

VALUES = colors.ramp((0.34, 0.94), (0.12, 0.15), (290.0, 105.0))
MOST_CLASSES = 32
_SEEN, _ROBUST = 50_000, (1.0, 99.0)  # values that tell a field of few from one of many; percents of a range
TIMES = ("time", "time_s", "timestamp", "t", "time_offset", "offset_ns", "timestamp_ns", "gps_time", "time_stamp")
_UNITS = {"offset_ns": "ns", "timestamp_ns": "ns", "gps_time": "s", "time_stamp": "s", "timestamp": "s", "time": "s",
          "time_s": "s", "range": "m", "distance": "m"}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """What colours stand for: a ramp from `low` to `high`, or a colour for each of a few numbers.

    Parameters
    ----------
    mode : str
        As the look of the desk has it.
    low, high : float, in `unit`
    unit : str
    table : (256, 3) uint8
        From low to high.
    classes : tuple of (value, (red, green, blue))
        In place of the table where there are any.
    """

    mode: ColorMode
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    table: Colors | None = None
    classes: tuple[tuple[int, tuple[int, int, int]], ...] = ()


def field_of(mode: ColorMode, fields: Mapping[str, Any]) -> str:
    """Return the field that a mode colours by; empty where it needs none, or there is none."""
    if mode == "intensity":
        names: tuple[str, ...] = colors.INTENSITY_NAMES
    elif mode == "time":
        names = TIMES
    else:
        names = () if mode in COLOR_MODES else (mode.removeprefix(FIELD),)
    return next((name for name in names if name in fields and _is_number(fields[name])), "")


def fields_to_choose(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of a cloud that points can be coloured by."""
    return tuple(name for name in fields if _is_number(fields[name]))


def painted(
    mode: ColorMode, xyz: NDArray[np.float32], fields: Mapping[str, Values], ground: float,
    steps: Values | None = None,
) -> tuple[Colors, Scale | None]:  # fmt: skip
    """Colour the points of a cloud without asking for labels or pictures.

    Parameters
    ----------
    mode : str
        Of "track" and "category", and of a field that is not there, points are coloured by height.
    xyz : (N, 3) float32, metres
    fields : mapping of str to (N,) array
    ground : float, metres
        Height of the ground.
    steps : (N,) int, optional
        Of a merged cloud: how many frames after the shown one each point was seen.

    Returns
    -------
    (N, 4) uint8
        RGBA.
    Scale or None
        What they stand for; None where the colours are of no scale.
    """
    if mode == "time" and steps is not None and len(steps):
        low, high = float(steps.min()), float(steps.max())
        return colors_by_value(steps, low, max(high, low + 1), VALUES), Scale(mode, low, high, "", VALUES)
    name = field_of(mode, fields)
    if name and mode == "intensity":
        values = fields[name]
        low, high = percentiles(values, (2, 98)) if np.isfinite(values).any() else (0.0, 0.0)
        return colors.by_intensity(values), Scale(mode, low, high, "", colors.INTENSITIES[_roots()])
    if name:
        return by_values(mode, fields[name], _UNITS.get(name, ""))
    shift = colors.depth_of_colors(fields) if mode == "camera" else None
    if shift is not None:
        return colors.colors_of([fields[name] for name in colors.RGB], shift), None
    if mode in (*BY_LABELS, "camera"):
        return colors.by_height(xyz, ground, colors.SHADES), None
    found = colors.heights_of(xyz, ground)
    table = colors.HEIGHTS[_roots()] if found.is_about else colors.HEIGHTS
    scale = Scale("height", found.low - ground, found.high - ground, "m", table)
    return colors.by_height(xyz, ground, heights=found), scale


def by_values(mode: ColorMode, values: Values, unit: str = "") -> tuple[Colors, Scale]:
    """Colour by any numbers: a few whole ones in colours that are told apart, others by a ramp over most of them."""
    few = classes_of(values)
    if few is not None:
        rgb = class_colors(len(few))
        place = np.clip(np.searchsorted(few, values), 0, len(few) - 1)
        made = np.full((len(values), 4), 255, np.uint8)
        made[:, :3] = rgb[place]
        made[few[place] != values, :3] = 128
        shown = tuple((int(value), (int(r), int(g), int(b))) for value, (r, g, b) in zip(few, rgb, strict=True))
        return made, Scale(mode, float(few[0]), float(few[-1]), unit, None, shown)
    finite = bool(np.isfinite(values).any()) if values.dtype.kind == "f" else len(values) > 0
    low, high = percentiles(values, _ROBUST) if finite else (0.0, 0.0)
    return colors_by_value(values, low, high, VALUES), Scale(mode, low, high, unit, VALUES)


def classes_of(values: Values) -> NDArray[np.int64] | None:
    """Return the different numbers of a field that has few and whole ones, rising; else None."""
    some = values[:: max(len(values) // _SEEN, 1)]
    if not len(some) or not np.isfinite(some.astype(np.float64)).all() or (some != np.round(some)).any():
        return None
    found = np.unique(some.astype(np.int64))
    if len(found) > MOST_CLASSES:
        return None
    if len(some) < len(values):  # what is rare is among the rest
        if not np.isfinite(values.astype(np.float64)).all() or (values != np.round(values)).any():
            return None
        found = np.unique(values.astype(np.int64))
    return found if len(found) <= MOST_CLASSES else None


def class_colors(count: int) -> Colors:
    """Return colours that are told apart, (count, 3): of hues a golden angle apart, light and less light in turn."""
    made = [colors.ramp((light, light), (0.14, 0.14), (hue, hue))[0]
            for hue, light in ((25.0 + 137.508 * n, (0.80, 0.66, 0.90)[n % 3]) for n in range(count))]  # fmt: skip
    return np.array(made, np.uint8).reshape(-1, 3)


def _roots() -> NDArray[np.intp]:
    """Return where in a table the colours of equal steps lie whose values were taken the root of."""
    return np.round(np.sqrt(np.arange(256) / 255) * 255).astype(np.intp)


def _is_number(values: object) -> bool:
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    return kind in "fiub" and kind != "" and getattr(values, "ndim", 0) == 1
