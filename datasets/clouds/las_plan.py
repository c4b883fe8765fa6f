"""How points go into LAS records: the step positions are kept in, and the place of each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CloudChunk, CloudSource, Point3
from lidar_label.datasets.clouds.las_header import RECORD_SIZES
from lidar_label.datasets.clouds.las_records import (
    EXACT_MARK,
    EXTRA_ENTRY,
    EXTRA_TYPES,
    STANDARD,
    USUAL_NAMES,
    Dimension,
)
from lidar_label.datasets.clouds.las_survey import Survey, survey
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding, Floats

Column = NDArray[Any]
_LARGEST = 2**31 - 1
_ROOM = 2**30  # steps that positions may lie from the origin, before another origin is taken
_FINEST = 6
_VISIBLE_STEP_M = 0.0005
_FULL = 65_535
_SHOWN_WIDE = {"intensity", "r", "g", "b"}  # of these a rounded value is shown to tools that know no extra fields
_NAME_BYTES = 32
_TAKEN = {"X", "Y", "Z", "x", "y", "z", "bit_fields", "raw_classification", "classification_flags"}  # by other tools


@dataclass(frozen=True, slots=True)
class Target:
    """Where a field goes, and by what it is multiplied (0: as it is)."""

    name: str
    dimension: Dimension
    factor: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LasPlan:
    """How a source becomes LAS records."""

    minor: int
    point_format: int
    record_length: int
    scale: Point3
    origin: Point3
    targets: tuple[Target, ...]
    extra_record: bytes
    findings: list[Finding] = field(default_factory=list)

    def encode(self, chunk: CloudChunk, path: object) -> tuple[NDArray[np.uint8], Floats]:
        """Return the records of some points, (N, record length) uint8, and which whole steps they lie at, (N, 3).

        A position that is no number becomes the origin, and its point is marked as withheld.

        Raises
        ------
        CannotWrite
            If a position does not fit into 32 bits.
        """
        records = np.zeros((len(chunk), self.record_length), dtype=np.uint8)
        valid = np.asarray(np.isfinite(chunk.xyz).all(axis=1))
        with np.errstate(invalid="ignore", over="ignore"):
            steps = np.rint((chunk.xyz - np.array(self.origin)) / np.array(self.scale))
        steps[~valid] = 0
        if np.any(np.abs(steps) > _LARGEST):
            worst = int(np.argmax(np.abs(steps).max(axis=1)))
            raise CannotWrite(
                f"point {chunk.start + worst} at {chunk.xyz[worst].tolist()} does not fit into steps of {self.scale} m",
                where=path,
            )
        for i in range(3):
            _view(records, Dimension(np.dtype("<i4"), 4 * i))[:] = steps[:, i]
        for target in self.targets:
            _put(records, target, chunk.fields[target.name])
        standard = STANDARD[self.point_format]
        for name in ("return_number", "number_of_returns"):
            if all(target.name != name for target in self.targets):
                _put(records, Target(name, standard[name]), np.ones(len(chunk), dtype=np.uint8))
        if not valid.all():
            _put(records, Target("withheld", standard["withheld"]), ~valid)
        return records, steps


def _view(records: Column, dimension: Dimension) -> Column:
    return np.ndarray(
        (len(records),), dimension.dtype, buffer=records.data, offset=dimension.offset, strides=(records.shape[1],)
    )


def _put(records: Column, target: Target, values: Column) -> None:
    view, dimension = _view(records, target.dimension), target.dimension
    if target.factor:
        limit = np.iinfo(dimension.dtype).max
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = np.rint(np.nan_to_num(values.astype(np.float64), nan=0.0) * target.factor)
        view[:] = np.clip(scaled, 0, limit)
    elif dimension.bits:
        view |= (values.astype(np.uint8) << dimension.shift).astype(np.uint8)
    else:
        view[:] = values


def plan_las(source: CloudSource, *, modern: bool = False) -> LasPlan:
    """Choose how a source is written.

    Parameters
    ----------
    source : CloudSource
    modern : bool
        Use no point format below 6, as COPC demands.

    Notes
    -----
    The step is the source's own. Where it has none, it is the coarsest of 1 cm, 1 mm, ... 1 µm
    whose multiples all positions are; else the finest that lets them fit. A field has the place
    that the specification gives its name if all of its values fit there, else it is an extra field.
    """
    standard_names = {USUAL_NAMES.get(name, name) for table in STANDARD for name in table}
    seen = survey(source, [name for name in source.fields if name in standard_names])
    scale, origin, findings = _steps(source, seen)
    point_format = _point_format(source.fields, modern=modern)
    standard = {USUAL_NAMES.get(name, name): value for name, value in STANDARD[point_format].items()}
    targets: list[Target] = []
    extra = _Extra(RECORD_SIZES[point_format], taken={*_TAKEN, *STANDARD[point_format]})
    for name, dtype in source.fields.items():
        place = standard.get(name)
        if place is None:
            extra.add(name, name, dtype)
        elif name in ("r", "g", "b") and dtype == np.uint8:
            targets.append(Target(name, place, _FULL / 255))
        elif seen.fits(name, dtype, place):
            targets.append(Target(name, place))
        else:
            if name in _SHOWN_WIDE:
                targets.append(Target(name, place, _widening(seen.largest(name))))
            extra.add(f"{name}_exact", name, dtype, stands_for=name)
    if seen.invalid:
        text = f"{seen.invalid} points without a position are kept at the origin of the file and marked as withheld"
        findings.append(Finding("warning", "no-return", text))
    findings += extra.findings()
    is_old = point_format < 6 and not extra.targets and source.points < 2**32
    return LasPlan(
        minor=2 if is_old else 4,
        point_format=point_format,
        record_length=extra.at,
        scale=scale,
        origin=origin,
        targets=(*targets, *extra.targets),
        extra_record=bytes(extra.record),
        findings=findings,
    )


def _point_format(fields: Mapping[str, object], *, modern: bool) -> int:
    """Return the least point format that has a place for these fields."""
    colour = {"r", "g", "b"} <= set(fields)
    if "scan_angle_rank" in fields and not modern:
        return (2 if colour else 0) + ("gps_time" in fields)
    return 8 if colour and "nir" in fields else 7 if colour else 6


def _widening(largest: float) -> float:
    """Return by what values up to `largest` are multiplied to be seen in 16 bits."""
    for limit, factor in ((1.0, _FULL), (255.0, _FULL / 255), (_FULL, 1.0)):
        if largest <= limit:
            return factor
    return _FULL / largest


def _steps(source: CloudSource, seen: Survey) -> tuple[Point3, Point3, list[Finding]]:
    """Return the step of each axis, where it begins, and what positions lose."""
    if source.step is not None and source.step_from is not None:
        return source.step, source.step_from, []
    findings: list[Finding] = []
    if source.step is not None:
        scale = source.step
    else:
        reach = max(high - low for low, high in zip(seen.low, seen.high, strict=True))
        fitting = [digits for digits in range(_FINEST + 1) if reach * 10**digits < 2 * _ROOM] or [0]
        exact = [digits for digits in seen.exact_digits if digits in fitting]
        digits = exact[0] if exact else fitting[-1]
        scale = (10.0**-digits,) * 3
        if not exact:
            coarse = scale[0] > _VISIBLE_STEP_M
            text = f"positions are rounded to whole {scale[0]:.{digits}f} m"
            findings.append(Finding("warning" if coarse else "info", "rounded", text))
    origin = []
    for low, high, step in zip(seen.low, seen.high, scale, strict=True):
        near = max(abs(low), abs(high)) / abs(step) < _ROOM
        middle = (low + high) / 2
        origin.append(0.0 if near else float(round(middle)) if source.step is None else round(middle / step) * step)
    return scale, (origin[0], origin[1], origin[2]), findings


class _Extra:
    """The extra fields, as they are added one after another behind the standard ones."""

    def __init__(self, at: int, taken: set[str]) -> None:
        self.at = at
        self._names = taken
        self.targets: list[Target] = []
        self.record = bytearray()
        self._lost: list[str] = []
        self._renamed: list[str] = []

    def add(self, wanted: str, field_name: str, dtype: np.dtype[Any], stands_for: str = "") -> None:
        stored = np.dtype("u1") if dtype.kind == "b" else np.dtype("<f4") if dtype == np.float16 else dtype
        code = f"{stored.kind}{stored.itemsize}"
        if code not in EXTRA_TYPES:
            self._lost.append(field_name)
            return
        name = self._free(wanted)
        if name != wanted:
            self._renamed.append(f"{wanted} to {name}")
        self._names.add(name)
        self.targets.append(Target(field_name, Dimension(stored.newbyteorder("<"), self.at)))
        self.at += stored.itemsize
        description = f"{EXACT_MARK}{stands_for}" if stands_for else ""
        self.record += EXTRA_ENTRY.pack(EXTRA_TYPES.index(code) + 1, 0, name.encode(), description.encode())

    def _free(self, wanted: str) -> str:
        """Return a name of at most 32 bytes that no other extra field has."""
        base, number = wanted.replace("\0", " ").strip() or "field", 1
        while True:
            tail = "" if number == 1 else f"_{number}"
            head = base.encode()[: _NAME_BYTES - len(tail)].decode("utf-8", "ignore")
            if head + tail not in self._names:
                return head + tail
            number += 1

    def findings(self) -> Iterable[Finding]:
        if self._lost:
            yield Finding("warning", "fields", f"these fields are no numbers and are lost: {', '.join(self._lost)}")
        if self._renamed:
            yield Finding("info", "renamed", f"fields were renamed: {', '.join(self._renamed)}")
