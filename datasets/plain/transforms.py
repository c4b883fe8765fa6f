"""Transforms in JSON as people write them: matrices by rows or columns, quaternions in either order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from lidar_label.datasets.values import is_number, number, numbers
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats

# (matrix order, quaternion order), each empty where the file leaves no doubt
Reading = tuple[str, str]
_ROTATION = {"rotation", "r", "rot", "quaternion", "q", "rotationmatrix"}
_TRANSLATION = {"translation", "t", "position", "trans"}
_TOLERANCE = 1e-6


def plain(name: object) -> str:
    """Return a key in lower case without what joins its words."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def find_key(row: Mapping[str, Any], names: Collection[str]) -> tuple[str, Any] | None:
    """Return the first entry whose key is one of these plain names."""
    return next(((key, value) for key, value in row.items() if plain(key) in names), None)


def transforms(value: object, row: Mapping[str, Any], dst: str, src: str, where: str) -> dict[Reading, SE3]:
    """Return every transform that an entry can mean, the usual one first.

    Parameters
    ----------
    value : list of numbers or of rows, or object
        4 x 4 or 3 x 4 numbers, or `rotation` (a quaternion or 3 x 3) with `translation`.
    row : mapping
        What stands around it; ``rowMajor`` says the order of numbers in a matrix.
    dst, src : str

    Raises
    ------
    UnreadableFile
        If it is none of these, or no reading is a rigid transform.
    """
    if isinstance(value, Mapping):
        turn, shift = find_key(value, _ROTATION), find_key(value, _TRANSLATION)
        if turn is None or shift is None:
            raise UnreadableFile("a transform needs rotation and translation", where=where)
        return _of_parts(turn[1], _place(shift[1], where), row, dst, src, where)
    flat = flat_numbers(value, "a transform", where)
    if flat.size not in (12, 16):
        raise UnreadableFile(f"a transform needs 16 or 12 numbers, got {flat.size}", where=where)
    by_rows, by_columns = flat.reshape(-1, 4), flat.reshape(4, -1).T
    if flat.size == 12 and isinstance(value, list) and len(value) == 4:
        by_rows, by_columns = by_columns, by_rows  # four columns were written
    return _of_matrices(_told(row, by_rows, by_columns), dst, src, where)


def _of_parts(
    turn: object, place: list[float], row: Mapping[str, Any], dst: str, src: str, where: str
) -> dict[Reading, SE3]:
    if isinstance(turn, Mapping):
        pairs = {plain(key)[-1:]: key for key in turn}
        quaternion = [number(turn.get(pairs.get(axis, axis)), f"rotation.{axis}", where) for axis in "wxyz"]
        return _of_quaternions({("", ""): quaternion}, place, dst, src, where)
    flat = flat_numbers(turn, "a rotation", where)
    if flat.size == 4:
        w, x, y, z = flat.tolist()
        return _of_quaternions({("", "wxyz"): [w, x, y, z], ("", "xyzw"): [z, w, x, y]}, place, dst, src, where)
    if flat.size != 9:
        raise UnreadableFile(f"a rotation needs 4 or 9 numbers, got {flat.size}", where=where)
    matrices = [np.column_stack([m, place]) for m in (flat.reshape(3, 3), flat.reshape(3, 3).T)]
    return _of_matrices(_told(row, *matrices), dst, src, where)


def _told(row: Mapping[str, Any], by_rows: Floats, by_columns: Floats) -> dict[Reading, Floats]:
    """Return the readings of a matrix: one where something says the order, or only one ends in 0 0 0 1."""
    said = find_key(row, {"rowmajor"})
    if said is not None and isinstance(said[1], bool):
        return {("", ""): by_rows if said[1] else by_columns}
    if by_rows.shape == (4, 4):
        ends = [np.abs(matrix[3] - (0, 0, 0, 1)).max() < _TOLERANCE for matrix in (by_rows, by_columns)]
        if ends[0] != ends[1]:
            return {("", ""): by_rows if ends[0] else by_columns}
    return {("row", ""): by_rows, ("column", ""): by_columns}


def _of_matrices(matrices: Mapping[Reading, Floats], dst: str, src: str, where: str) -> dict[Reading, SE3]:
    found: dict[Reading, SE3] = {}
    fault: InvalidValue | None = None
    for reading, matrix in matrices.items():
        try:
            found[reading] = SE3.from_matrix(dst, src, matrix)
        except InvalidValue as error:
            fault = fault or error
    return _settled(found, fault, where)


def _of_quaternions(
    given: Mapping[Reading, list[float]], place: list[float], dst: str, src: str, where: str
) -> dict[Reading, SE3]:
    found: dict[Reading, SE3] = {}
    fault: InvalidValue | None = None
    for reading, quaternion in given.items():
        try:
            found[reading] = SE3(dst, src, quaternion, place)
        except InvalidValue as error:
            fault = fault or error
    return _settled(found, fault, where)


def _settled(found: dict[Reading, SE3], fault: InvalidValue | None, where: str) -> dict[Reading, SE3]:
    """Return what is left; a single transform, or several that are the same, leave nothing open."""
    if not found:
        raise UnreadableFile(
            f"no rigid transform: {fault.what if fault else 'no numbers'}",
            where=where,
            hint=fault.hint if fault else "",
        )
    first = next(iter(found.values()))
    return found if any(pose != first for pose in found.values()) else {("", ""): first}


def _place(value: object, where: str) -> list[float]:
    if isinstance(value, Mapping):
        return [number(value.get(axis), f"translation.{axis}", where) for axis in "xyz"]
    flat = flat_numbers(value, "a translation", where)
    return numbers(flat.tolist(), 3, "a translation", where)


def flat_numbers(value: object, what: str, where: str) -> Floats:
    """Return the numbers of a list, or of a list of lists, in their order."""
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        value = [cell for item in value for cell in (item if isinstance(item, list) else [item])]
    if not isinstance(value, list) or len(value) > 16 or not all(is_number(cell) for cell in value):
        raise UnreadableFile(f"{what} is made of something else than numbers", where=where)
    return np.array(value, dtype=np.float64)
