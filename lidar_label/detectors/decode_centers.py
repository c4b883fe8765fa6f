"""Boxes from the peaks of heat maps, as CenterPoint and its heirs code them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from lidar_label.detectors.detections import Detections, meant
from lidar_label.detectors.outputs import CentersOutput, Head
from lidar_label.detectors.shapes import chances, channels_first, mismatch
from lidar_label.model import Floats

_MOST = 5_000  # peaks of a head that are decoded, the surest
_MOST_LOG = 10.0


def decode_centers(output: CentersOutput, least: float, arrays: Mapping[str, NDArray[Any]]) -> Detections:
    """Return the boxes of a frame whose peaks have `least` or more.

    Raises
    ------
    InvalidValue
        If the tensors are not as the description says.

    References
    ----------
    T. Yin et al., "Center-based 3D Object Detection and Tracking", 2021.
    """
    made = [_head(output, head, least, arrays) for head in output.heads]
    return Detections(
        boxes=meant(np.concatenate([one.boxes for one in made]), output.meaning),
        scores=np.concatenate([one.scores for one in made]),
        labels=np.concatenate([one.labels for one in made]),
        dropped=sum(one.dropped for one in made),
    )


def _head(output: CentersOutput, head: Head, least: float, arrays: Mapping[str, NDArray[Any]]) -> Detections:
    given = channels_first(head.heatmap, arrays[head.heatmap], "channels-first", len(head.labels))
    heat, dropped = chances(head.heatmap, given, output.meaning.scores)
    heat = np.where(np.isnan(heat), -1, heat)
    peaks = heat >= max(least, 1e-6)
    if output.peak > 1:
        peaks &= heat == maximum_filter(heat, size=(1, output.peak, output.peak), mode="constant", cval=-1)
    which, row, column = np.nonzero(peaks)
    if len(which) > _MOST:
        best = np.sort(np.argpartition(-heat[which, row, column], _MOST)[:_MOST])
        which, row, column = which[best], row[best], column[best]

    def at(name: str, channels: int) -> Floats:
        values = channels_first(name, arrays[name], "channels-first", channels)
        if values.shape[1:] != heat.shape[1:]:
            wanted = f"{heat.shape[1]} by {heat.shape[2]} cells, as {head.heatmap!r} has"
            raise mismatch(name, arrays[name], wanted)
        return np.asarray(values[:, row, column].T, dtype=np.float64)

    offset, size, turn = at(head.offset, 2), at(head.size, 3), at(head.rotation, 2)
    if output.size_log:
        size = np.exp(np.clip(size, -_MOST_LOG, _MOST_LOG))
    boxes = np.empty((len(which), 7))
    boxes[:, 0] = output.corner[0] + (column + offset[:, 0]) * output.cell[0]
    boxes[:, 1] = output.corner[1] + (row + offset[:, 1]) * output.cell[1]
    boxes[:, 2] = at(head.height, 1)[:, 0]
    for place, name in enumerate(("l", "w", "h"), start=3):
        boxes[:, place] = size[:, output.size_order.index(name)]
    sin, cos = (turn[:, output.rotation_order.index(name)] for name in ("sin", "cos"))
    boxes[:, 6] = np.arctan2(sin, cos)
    labels = np.array(head.labels, dtype=np.int64)[which]
    return Detections(boxes=boxes, scores=heat[which, row, column], labels=labels, dropped=dropped)
