"""The tensors of a network as boxes: ready made ones, and what all codings share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.decode_anchors import decode_anchors
from lidar_label.detectors.decode_centers import decode_centers
from lidar_label.detectors.detections import Detections, meant
from lidar_label.detectors.outputs import PLAIN, AnchorsOutput, BoxesOutput, CentersOutput, Output
from lidar_label.detectors.shapes import chances, mismatch, without_batch

Arrays = Mapping[str, NDArray[Any]]


def decode(output: Output, classes: tuple[str, ...], least: float, arrays: Arrays) -> Detections:
    """Return the boxes of a frame's tensors.

    Parameters
    ----------
    output : Output
    classes : tuple of str
    least : float
        Boxes under this score need not be made.
    arrays : mapping of str to array

    Raises
    ------
    InvalidValue
        If the tensors are not as the description says.
    """
    if isinstance(output, AnchorsOutput):
        return decode_anchors(output, len(classes), least, arrays)
    if isinstance(output, CentersOutput):
        return decode_centers(output, least, arrays)
    return _decode_boxes(output, classes, arrays)


def tensor_names(output: Output) -> dict[str, int]:
    """Return the names of the tensors that are read, and how many dimensions each has without the batch's."""
    if isinstance(output, BoxesOutput):
        found = {output.boxes: 2, output.scores: 0, output.labels: 1, output.count: 0}
    elif isinstance(output, AnchorsOutput):
        found = {output.boxes: 3, output.scores: 3, output.directions: 3}
    else:
        found = {
            name: 3
            for head in output.heads
            for name in (head.heatmap, head.offset, head.height, head.size, head.rotation)
        }
    return {name: count for name, count in found.items() if name}


def _decode_boxes(output: BoxesOutput, classes: tuple[str, ...], arrays: Arrays) -> Detections:
    rows = without_batch(output.boxes, arrays[output.boxes], 2)
    if rows.shape[1] != len(output.columns):
        raise mismatch(output.boxes, rows, f"(N, {len(output.columns)}), a value for each of columns")
    scores, labels = _scores_and_labels(output, rows, len(classes), arrays)
    if output.count:
        count = int(np.asarray(arrays[output.count]).reshape(-1)[:1].sum())
        if not 0 <= count <= len(rows):
            raise mismatch(output.count, arrays[output.count], f"a number of rows from 0 to {len(rows)}, not {count}")
        rows, scores, labels = rows[:count], scores[:count], labels[:count]
    scores, dropped = chances(output.scores or output.boxes, scores, output.meaning.scores)
    known = np.isfinite(labels) if labels.dtype.kind == "f" else np.ones(len(labels), dtype=bool)
    numbers = np.where(known, labels, output.first_label).astype(np.int64) - output.first_label
    real = known & np.isfinite(scores)
    odd = real & ((numbers < 0) | (numbers >= len(classes)))
    if odd.any():
        told = int(numbers[odd][0]) + output.first_label
        first, last = output.first_label, output.first_label + len(classes) - 1
        raise mismatch(output.labels or output.boxes, labels, f"labels from {first} to {last}, not {told}")
    boxes = np.empty((len(rows), 7))
    for place, name in enumerate(PLAIN):
        if name in output.columns:
            boxes[:, place] = rows[:, output.columns.index(name)]
    if "sin" in output.columns:
        sin, cos = (rows[:, output.columns.index(name)].astype(np.float64) for name in ("sin", "cos"))
        boxes[:, 6] = np.arctan2(sin, cos)
    return Detections(
        boxes=meant(boxes[real], output.meaning), scores=scores[real], labels=numbers[real],
        dropped=dropped + int(np.count_nonzero(np.isfinite(scores) & ~known)),
    )  # fmt: skip


def _scores_and_labels(
    output: BoxesOutput, rows: NDArray[Any], classes: int, arrays: Arrays
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a score and a label for each row; of scores by class without labels, the best one's."""
    labels = np.full(len(rows), output.first_label)
    if output.scores:
        scores = np.asarray(arrays[output.scores])
        if scores.ndim and scores.shape[0] == 1 and (len(rows) != 1 or scores.ndim == 3):
            scores = scores[0]
        by_class = scores.ndim == 2 and scores.shape == (len(rows), classes)
        if by_class and (not output.labels or classes == 1):
            labels = np.where(np.isnan(scores), -np.inf, scores).argmax(axis=1) + output.first_label
            scores = np.where(np.isnan(scores).any(axis=1), np.nan, scores.max(axis=1))
        elif scores.ndim == 2 and scores.shape == (len(rows), 1):
            scores = scores[:, 0]
        if scores.shape != (len(rows),):
            wanted = f"({len(rows)},) as there are boxes, or ({len(rows)}, {classes}) without labels"
            raise mismatch(output.scores, scores, wanted)
    else:
        scores = rows[:, output.columns.index("score")]
    if "label" in output.columns:
        labels = rows[:, output.columns.index("label")]
    elif output.labels:
        labels = np.asarray(arrays[output.labels]).reshape(-1)
        if len(labels) != len(rows):
            raise mismatch(output.labels, labels, f"({len(rows)},) as there are boxes")
    return scores, labels
