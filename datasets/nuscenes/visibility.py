"""An estimate of how much of a box the cameras see, for boxes of which nobody said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lidar_label.model import Box, Floats, Frame

_STEPS = np.linspace(-0.5, 0.5, 4)
_GRID: Floats = np.stack(np.meshgrid(_STEPS, _STEPS, _STEPS, indexing="ij"), axis=-1).reshape(-1, 3)


def visible_shares(frame: Frame, boxes: Sequence[Box]) -> Floats:
    """Return which share of each box falls inside any image of a frame.

    A grid of 4 x 4 x 4 points of each box is projected into every camera, each at its own time and
    pose. What hides behind something else is not known and counts as seen, so this is an upper
    bound of what nuScenes calls visibility.

    Parameters
    ----------
    frame : Frame
    boxes : sequence of Box

    Returns
    -------
    (M,) float64
        From 0 to 1; 0 everywhere where the frame has no calibrated camera.
    """
    if not boxes:
        return np.zeros(0)
    points = np.concatenate([box.world_SE3_box.apply(_GRID * np.array(box.size)) for box in boxes])
    seen = np.zeros(len(points), dtype=bool)
    for image in frame.images.values():
        camera = image.sensor.camera
        if camera is None:
            continue
        uv, in_front = camera.project(image.world_SE3_sensor.inverse.apply(points))
        seen |= in_front & camera.inside(uv)
    shares: Floats = seen.reshape(len(boxes), -1).mean(axis=1)
    return shares
