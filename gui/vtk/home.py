"""Where the 3D view looks from when a scene opens, and when a person asks for it."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.gui.views.geometry import place_elsewhere
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.colorize import percentiles

HOME = Orbit(distance=42.0, elevation=math.radians(27))
_AHEAD_M = 13.0
_FITS = 2.6  # reaches of a cloud from which it is seen whole


def home_of(stage: Stage) -> Orbit:
    """Return a camera behind and above the vehicle; one that sees the whole cloud where that is not about it."""
    xyz = stage.xyz
    elsewhere = place_elsewhere(xyz)
    if elsewhere is not None:
        x, y, reach = elsewhere
        home = Orbit(distance=_FITS * reach, elevation=HOME.elevation)
        return home.with_pivot((x, y, percentiles(xyz[:, 2], (50,))[0]))
    reach = percentiles(np.hypot(xyz[:, 0], xyz[:, 1]), (90,))[0] if len(xyz) else 40.0
    scale = min(max(reach / 35.0, 0.1), 1.3)
    return Orbit(distance=HOME.distance * scale, elevation=HOME.elevation).with_pivot(
        (_AHEAD_M * scale, 0.0, stage.ground)
    )
