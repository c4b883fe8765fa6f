"""How fast each painter draws here, measured in a process of its own, which a failing driver may take along."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from lidar_label.gui.painters.base import Batch, Painter
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views.orbit import Orbit

POINTS, WIDTH, HEIGHT = 1_000_000, 1280, 800
_PICTURES, _ENOUGH_S = 4, 1.0


def seconds(painter: Painter, points: int = POINTS) -> float:
    """Return how long a picture of a made-up cloud takes, the shortest of a few, seconds."""
    random = np.random.default_rng(1)
    xyz = random.uniform((-60, -60, -2), (60, 60, 6), (points, 3)).astype(np.float32)
    batch = Batch(colors=np.full((points, 4), 255, np.uint8), xyz=xyz)
    best, begun = float("inf"), time.perf_counter()
    for turn in range(_PICTURES):
        start = time.perf_counter()
        painter.draw([batch], Orbit(azimuth=0.01 * turn), WIDTH, HEIGHT, 2)
        if turn:  # the first also uploads or compiles
            best = min(best, time.perf_counter() - start)
            if time.perf_counter() - begun > _ENOUGH_S:
                break
    return best


def main() -> None:
    """Print what was measured as JSON."""
    from lidar_label.gui.vtk.points import VtkPainter

    splat, vtk = SplatPainter(), VtkPainter()
    found = {"splat": seconds(splat), "vtk": seconds(vtk), "graphics": vtk.graphics}
    splat.close()
    vtk.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
