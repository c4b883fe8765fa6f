"""Points kept as whole steps of a tile's grid: back to exact positions, and whole sets of numbers put in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Grid = NDArray[np.uint16]
Ints = NDArray[np.int64]
Column = NDArray[Any]
Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]


def grid_positions(
    grid: Grid,
    low_bits: Grid,
    shift: int,
    corner: Ints,
    step: Floats,
    step_from: Floats,
    out: Floats | None = None,
) -> Floats:
    """Return positions exactly as the source's reader gives them: whole steps, times the step, plus where it begins.

    Parameters
    ----------
    grid : (N, 3) uint16
    low_bits : (N, 3) uint16
        The lowest `shift` bits of each; empty where `shift` is 0.
    shift : int
    corner : (3,) int64
        Steps are ``corner + (grid << shift) + low_bits``.
    step, step_from : (3,) float64, metres
    out : (M >= N, 3) float64, optional
        Memory to use again.

    Returns
    -------
    (N, 3) float64, metres
        A view of `out` where that is given.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    count = len(grid)
    for name, values, rows in (("grid", grid, count), ("low_bits", low_bits, count if shift else len(low_bits))):
        if values.shape != (rows, 3) or values.dtype != np.uint16:
            raise ValueError(f"{name} needs ({rows}, 3) uint16, got {values.shape} {values.dtype}")
    found = np.empty((count, 3)) if out is None else out[:count]
    if found.shape != (count, 3) or found.dtype != np.float64:
        raise ValueError(f"out needs ({count} or more, 3) float64, got {found.shape} {found.dtype}")
    place = np.ascontiguousarray(corner, dtype=np.int64)
    by, start = np.ascontiguousarray(step, dtype=np.float64), np.ascontiguousarray(step_from, dtype=np.float64)
    if shift:
        _fine_positions(np.ascontiguousarray(grid), np.ascontiguousarray(low_bits), shift, place, by, start, found)
    else:
        _positions(np.ascontiguousarray(grid), place, by, start, found)
    return found


def sorted_numbers(numbers: Column, most: int) -> Ints:
    """Put numbers in rising order, each once, by marking them in a row of bits: fast where they are many.

    Parameters
    ----------
    numbers : (N,) uint32 or uint64
        All different.
    most : int
        All lie below it; that many bits of memory are used.

    Returns
    -------
    (N,) int64

    Raises
    ------
    ValueError
        If one is `most` or more, or two are the same.
    """
    if numbers.ndim != 1 or numbers.dtype not in (np.uint32, np.uint64):
        raise ValueError(f"numbers needs (N,) uint32 or uint64, got {numbers.shape} {numbers.dtype}")
    if not len(numbers):
        return np.empty(0, dtype=np.int64)
    low, high = _reach(numbers)
    if high >= most:
        raise ValueError(f"numbers has {high}, and all should lie below {most}")
    base = low // 64 * 64
    bits = np.zeros((high - base) // 64 + 1, dtype=np.uint64)
    _mark(numbers, base, bits)
    found = np.empty(len(numbers), dtype=np.int64)
    if _unmark(bits, base, found) != len(numbers):
        raise ValueError("numbers has one of them twice")
    return found


@compiled()
def _positions(grid: Grid, corner: Ints, step: Floats, start: Floats, out: Floats) -> None:
    for n in range(len(grid)):
        for axis in range(3):
            out[n, axis] = np.float64(corner[axis] + np.int64(grid[n, axis])) * step[axis] + start[axis]


@compiled()
def _fine_positions(
    grid: Grid, low_bits: Grid, shift: int, corner: Ints, step: Floats, start: Floats, out: Floats
) -> None:
    for n in range(len(grid)):
        for axis in range(3):
            whole = corner[axis] + (np.int64(grid[n, axis]) << shift) + np.int64(low_bits[n, axis])
            out[n, axis] = np.float64(whole) * step[axis] + start[axis]


@compiled()
def _reach(numbers: Column) -> tuple[int, int]:
    low, high = numbers[0], numbers[0]
    for n in range(len(numbers)):
        low, high = min(low, numbers[n]), max(high, numbers[n])
    return low, high


@compiled()
def _mark(numbers: Column, base: int, bits: Bits) -> None:
    first = np.uint64(base)
    for n in range(len(numbers)):
        at = np.uint64(numbers[n]) - first
        bits[at >> np.uint64(6)] |= np.uint64(1) << (at & np.uint64(63))


@compiled()
def _unmark(bits: Bits, base: int, out: Ints) -> int:
    at = 0
    for word in range(len(bits)):
        left = bits[word]
        first = base + word * 64
        if left == np.uint64(0xFFFFFFFFFFFFFFFF) and at + 64 <= len(out):
            for bit in range(64):
                out[at + bit] = first + bit
            at += 64
            continue
        while left != 0 and at < len(out):
            lowest = left & (~left + np.uint64(1))
            out[at] = first + _place_of(lowest)
            at += 1
            left ^= lowest
        if left != 0:
            return -1
    return at


@compiled(inner=True)
def _place_of(bit: int) -> int:
    """Return which bit is set, of a number with one."""
    place, left = 0, np.uint64(bit)
    for step in (32, 16, 8, 4, 2, 1):
        if left >> np.uint64(step):
            left = left >> np.uint64(step)
            place += step
    return place


def scatter(numbers: Column, values: Column, first: int, out: Column, touched: Mask) -> None:
    """Put each value at its number, as far as that lies between `first` and ``first + len(out)``.

    Parameters
    ----------
    numbers : (N,) uint32 or uint64
    values : (N,) of the type of `out`
    first : int
    out : (M,) array, changed
    touched : (M,) bool, changed
        True where a value was put.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    if numbers.shape != values.shape or numbers.ndim != 1 or numbers.dtype not in (np.uint32, np.uint64):
        raise ValueError(f"numbers needs {values.shape} uint32 or uint64, got {numbers.shape} {numbers.dtype}")
    if out.shape != touched.shape or out.ndim != 1 or out.dtype != values.dtype or touched.dtype != np.bool_:
        raise ValueError(f"out needs {touched.shape} {values.dtype}, got {out.shape} {out.dtype}")
    _scatter(np.ascontiguousarray(numbers), np.ascontiguousarray(values), first, out, touched)


@compiled()
def _scatter(numbers: Column, values: Column, first: int, out: Column, touched: Mask) -> None:
    for n in range(len(numbers)):
        at = np.int64(numbers[n]) - first
        if 0 <= at < len(out):
            out[at] = values[n]
            touched[at] = True
