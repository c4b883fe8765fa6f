"""The limits that checks hold a category to, as a person sees them: what each is called, its unit, and who asks it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.model import Category

CONTEXT = "Limits"
_T = QT_TRANSLATE_NOOP
_DEGREES = math.pi / 180.0
_SPEED, _ACCELERATION = _T("Limits", "m/s"), _T("Limits", "m/s²")
_ANGLE, _TURN = _T("Limits", "°"), _T("Limits", "°/s")
_LENGTH, _SHARE = _T("Limits", "m"), _T("Limits", "%")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its name in the taxonomy, what it says, its unit and how many of the taxonomy's that is.

    `most` is the greatest that can be set and `decimals` how finely, in the unit; `rules` are ids of those that ask.
    """

    name: str
    text: str
    unit: str
    scale: float
    most: float
    decimals: int
    rules: tuple[str, ...]

    def said(self) -> str:
        """Return what it says in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.text)

    def unit_said(self) -> str:
        """Return its unit in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.unit)


LIMITS: tuple[Limit, ...] = (
    Limit("speed", _T("Limits", "Fastest speed"), _SPEED, 1.0, 200.0, 1, ("too-fast",)),
    Limit("acceleration", _T("Limits", "Greatest acceleration"), _ACCELERATION, 1.0, 100.0, 1,
          ("acceleration", "jump", "leap")),
    Limit("jump", _T("Limits", "Place off the boxes before and after"), _LENGTH, 1.0, 50.0, 2, ("jump", "leap")),
    Limit("turn", _T("Limits", "Fastest turn"), _TURN, _DEGREES, 3600.0, 0, ("turn-rate", "yaw-jump")),
    Limit("yaw_jump", _T("Limits", "Heading off the boxes before and after"), _ANGLE, _DEGREES, 180.0, 0,
          ("yaw-jump", "turn-rate")),
    Limit("drift", _T("Limits", "Heading off the way it moves"), _ANGLE, _DEGREES, 180.0, 0,
          ("heading-against-motion",)),
    Limit("drift_speed", _T("Limits", "... from this speed on"), _SPEED, 1.0, 200.0, 1, ("heading-against-motion",)),
    Limit("size_change", _T("Limits", "A side off the rest of the track"), _SHARE, 0.01, 1000.0, 0, ("size-change",)),
    Limit("overlap", _T("Limits", "Share that may lie in another box"), _SHARE, 0.01, 100.0, 0, ("overlap",)),
    Limit("ground", _T("Limits", "Over or under the ground"), _LENGTH, 1.0, 50.0, 2, ("off-ground",)),
    Limit("gap", _T("Limits", "A side from its nearest point"), _LENGTH, 1.0, 50.0, 2, ("loose-side",)),
    Limit("outside", _T("Limits", "Points just outside, of those inside"), _SHARE, 0.01, 1000.0, 0,
          ("points-outside",)),
)  # fmt: skip


def usual_limits(category: Category) -> dict[str, float]:
    """Return what a category's name says its limits are, in the taxonomy's units (metres, radians, shares)."""
    from lidar_label.check.limits import limits_of

    usual = limits_of(replace(category, limits=()))
    return {limit.name: float(getattr(usual, limit.name)) for limit in LIMITS}
