"""Brush: how the hand paints points and draws areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Shape = Literal["brush", "lasso", "polygon"]
RADII = (3.0, 120.0)
DEPTHS: tuple[float | None, ...] = (0.3, 1.0, 3.0, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """How the hand paints: by what shape, how wide in pixels, how deep in metres, on which points, or whether off.

    `on_ground` paints points of the ground alone; lasso and polygon are laid on its surface. With `as_area` they are
    kept as areas instead, and no point is painted.
    """

    shape: Shape = "brush"
    radius: float = 16.0
    depth: float | None = 1.0
    only_unlabelled: bool = False
    on_ground: bool = False
    as_area: bool = False
    erases: bool = False


def keeping_areas(brush: Brush) -> Brush:
    """Return a brush that keeps polygons on the ground as areas."""
    shape: Shape = "polygon" if brush.shape == "brush" else brush.shape
    return replace(brush, shape=shape, on_ground=True, as_area=True, erases=False)
