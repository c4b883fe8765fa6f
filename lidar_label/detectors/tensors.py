"""A frame's points as the tensors of a network: as they are, or by pillars with their features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.gather import evenly
from lidar_label.detectors.inputs import OFFSETS, PLACES, PillarsInput, PointsInput, Wanted
from lidar_label.kernels.pillars import Pillars, pillars_of

Floats = NDArray[np.float32]
Tensors = dict[str, NDArray[Any]]
_AXIS = {"x": 0, "y": 1, "z": 2}


def tensors_of(
    given: PointsInput | PillarsInput, wanted: Wanted, points: Floats, fixed: Mapping[str, int | None]
) -> Tensors:
    """Return the tensors of a frame by name.

    Parameters
    ----------
    given : PointsInput or PillarsInput
    wanted : Wanted
        What the columns of the points are.
    points : (N, F) float32
    fixed : mapping of str to int or None
        How many points, or pillars, a tensor has to have; None for any.
    """
    if isinstance(given, PointsInput):
        return _points(given, points, fixed.get(given.points))
    order = [wanted.fields.index(name) for name in PLACES]
    order += [column for column, name in enumerate(wanted.fields) if name not in PLACES]
    names = [wanted.fields[column] for column in order]
    made = pillars_of(
        np.ascontiguousarray(points[:, order]), wanted.area[:3], given.cell, given.shape,
        given.most_points, given.most_pillars,
    )  # fmt: skip
    count = fixed.get(given.pillars)
    found: Tensors = {given.pillars: _padded(_features(given, wanted, made, names), count, 0)}
    if given.counts:
        found[given.counts] = _padded(made.counts, count, 0)
    if given.places:
        columns = [np.zeros(len(made.cells), np.int32) if a == "batch" else made.cells[:, _AXIS[a]] for a in given.axes]
        found[given.places] = _padded(np.column_stack(columns).astype(np.int32), count, given.pad_place)
    return found


def _points(given: PointsInput, points: Floats, count: int | None) -> Tensors:
    kept = points if count is None or len(points) <= count else points[evenly(len(points), count)]
    found: Tensors = {given.points: _padded(kept, count, given.pad)}
    if given.count:
        found[given.count] = np.array([len(kept)], np.int64)
    return found


def _padded(values: NDArray[Any], count: int | None, pad: float) -> NDArray[Any]:
    if count is None or count == len(values):
        return values
    made = np.full((count, *values.shape[1:]), pad, values.dtype)
    made[: len(values)] = values
    return made


def _features(given: PillarsInput, wanted: Wanted, made: Pillars, names: list[str]) -> Floats:
    """Return the features of each point of each pillar; where there is no point they are 0."""
    if list(given.features) == names:
        return made.points
    places = made.points[:, :, :3]
    there = np.arange(made.points.shape[1]) < made.counts[:, None]
    found = np.empty((*made.points.shape[:2], len(given.features)), np.float32)
    mean = places.sum(axis=1, keepdims=True, dtype=np.float64) / np.maximum(made.counts, 1)[:, None, None]
    middle = np.array(wanted.area[:3]) + (made.cells + 0.5) * np.array(given.cell)
    for column, name in enumerate(given.features):
        if name in names:
            values = made.points[:, :, names.index(name)]
        elif name == OFFSETS[-1]:
            values = np.linalg.norm(places, axis=2)
        elif name.endswith("_mean"):
            values = places[:, :, _AXIS[name[0]]] - mean[:, :, _AXIS[name[0]]].astype(np.float32)
        else:
            values = places[:, :, _AXIS[name[0]]] - middle[:, None, _AXIS[name[0]]].astype(np.float32)
        found[:, :, column] = np.where(there, values, 0)
    return found
