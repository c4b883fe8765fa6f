"""What the bytes of a LAS point hold, for each point format and for extra bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.las_header import RECORD_SIZES, LasHeader
from lidar_label.model import Floats

Column = NDArray[Any]
EXTRA = ("LASF_Spec", 4)  # the record that describes extra fields
EXTRA_ENTRY = struct.Struct("<2xBB32s124x32s")  # type, options, name; bounds, scale and offset; description
EXTRA_TYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8")
_SCALED, _SHIFTED = 8, 16  # bits of an extra field's options
# Fields that have a usual name here. All others keep the name of the LAS specification.
USUAL_NAMES = {"red": "r", "green": "g", "blue": "b"}
EXACT_MARK = "exact:"  # our writer's description of an extra field that stands for a standard one


@dataclass(frozen=True, slots=True)
class Dimension:
    """One value of a point: `dtype` at byte `offset`; of it `bits` from `shift` on; times `scale` plus `add`."""

    dtype: np.dtype[Any]
    offset: int
    shift: int = 0
    bits: int = 0
    scale: float | None = None
    add: float = 0.0

    @property
    def result(self) -> np.dtype[Any]:
        """The type its values come as."""
        return np.dtype(np.float64) if self.scale is not None else self.dtype.newbyteorder("=")

    def take(self, records: Column, count: int, stride: int) -> Column:
        """Return the values of `count` points that stand in a row of bytes."""
        raw = np.ndarray((count,), self.dtype, buffer=records.data, offset=self.offset, strides=(stride,))
        if self.scale is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                return np.asarray(raw * self.scale + self.add)
        if self.bits:
            return np.asarray((raw >> self.shift) & ((1 << self.bits) - 1), dtype=self.dtype)
        return raw.astype(self.result)


def _bits(offset: int, *fields: tuple[str, int]) -> dict[str, Dimension]:
    found, shift = {}, 0
    for name, bits in fields:
        found[name] = Dimension(np.dtype("u1"), offset, shift, bits)
        shift += bits
    return found


def _values(offset: int, *fields: tuple[str, str]) -> dict[str, Dimension]:
    found = {}
    for name, kind in fields:
        dtype = np.dtype(f"<{kind}")
        found[name] = Dimension(dtype, offset)
        offset += dtype.itemsize
    return found


_OLD = {
    **_values(12, ("intensity", "u2")),
    **_bits(14, ("return_number", 3), ("number_of_returns", 3), ("scan_direction_flag", 1), ("edge_of_flight_line", 1)),
    **_bits(15, ("classification", 5), ("synthetic", 1), ("key_point", 1), ("withheld", 1)),
    **_values(16, ("scan_angle_rank", "i1"), ("user_data", "u1"), ("point_source_id", "u2")),
}
_NEW = {
    **_values(12, ("intensity", "u2")),
    **_bits(14, ("return_number", 4), ("number_of_returns", 4)),
    **_bits(
        15, ("synthetic", 1), ("key_point", 1), ("withheld", 1), ("overlap", 1), ("scanner_channel", 2),
        ("scan_direction_flag", 1), ("edge_of_flight_line", 1),
    ),
    **_values(
        16, ("classification", "u1"), ("user_data", "u1"), ("scan_angle", "i2"), ("point_source_id", "u2"),
        ("gps_time", "f8"),
    ),
}  # fmt: skip
_TIME = (("gps_time", "f8"),)
_COLOUR = (("red", "u2"), ("green", "u2"), ("blue", "u2"))
_NIR = (("nir", "u2"),)
_WAVE = (
    ("wavepacket_index", "u1"), ("wavepacket_offset", "u8"), ("wavepacket_size", "u4"),
    ("return_point_wave_location", "f4"), ("x_t", "f4"), ("y_t", "f4"), ("z_t", "f4"),
)  # fmt: skip
STANDARD: tuple[Mapping[str, Dimension], ...] = (
    _OLD,
    _OLD | _values(20, *_TIME),
    _OLD | _values(20, *_COLOUR),
    _OLD | _values(20, *_TIME, *_COLOUR),
    _OLD | _values(20, *_TIME, *_WAVE),
    _OLD | _values(20, *_TIME, *_COLOUR, *_WAVE),
    _NEW,
    _NEW | _values(30, *_COLOUR),
    _NEW | _values(30, *_COLOUR, *_NIR),
    _NEW | _values(30, *_WAVE),
    _NEW | _values(30, *_COLOUR, *_NIR, *_WAVE),
)


class LasFields(Mapping[str, Column]):
    """The fields of some points, taken out of their records when they are asked for."""

    def __init__(self, dimensions: Mapping[str, Dimension], records: Column, count: int, stride: int) -> None:
        self._dimensions = dimensions
        self._records, self._count, self._stride = records, count, stride

    def __getitem__(self, name: str) -> Column:
        return self._dimensions[name].take(self._records, self._count, self._stride)

    def __iter__(self) -> Iterator[str]:
        return iter(self._dimensions)

    def __len__(self) -> int:
        return len(self._dimensions)


def dimensions_of(header: LasHeader) -> dict[str, Dimension]:
    """Return every value of a point beside its position, each under a name of its own.

    Values of an extra field with several get a number (``Colors_0``), as do bytes that no record
    describes (``ExtraBytes_0``), and a name that comes again (``intensity_2``).
    """
    found: dict[str, Dimension] = {}
    for name, dimension in STANDARD[header.point_format].items():
        found[USUAL_NAMES.get(name, name)] = dimension
    for name, dimension, stands_for in _extra(header):
        if stands_for in found:
            found[stands_for] = dimension
            continue
        unique, number = name, 2
        while unique in found:
            unique, number = f"{name}_{number}", number + 1
        found[unique] = dimension
    return found


def _extra(header: LasHeader) -> Iterator[tuple[str, Dimension, str]]:
    """Yield the extra bytes' values: name, place, and the name of the field they stand for."""
    at, end = RECORD_SIZES[header.point_format], header.record_length
    record = header.record(*EXTRA)
    data = record.data if record else b""
    for start in range(0, len(data) - EXTRA_ENTRY.size + 1, EXTRA_ENTRY.size):
        entry = data[start : start + EXTRA_ENTRY.size]
        kind, options = entry[2], entry[3]
        if kind == 0:
            dtype, count = np.dtype("u1"), options
        elif kind <= 3 * len(EXTRA_TYPES):
            dtype, count = np.dtype("<" + EXTRA_TYPES[(kind - 1) % 10]), (kind - 1) // 10 + 1
        else:
            break
        if at + dtype.itemsize * count > end:
            break
        name = _name(entry[4:36]) or "ExtraBytes"
        scales, offsets = np.frombuffer(entry[112:136], "<f8"), np.frombuffer(entry[136:160], "<f8")
        description = _name(entry[160:192])
        stands_for = description.removeprefix(EXACT_MARK) if description.startswith(EXACT_MARK) else ""
        for i in range(count):
            scaled = kind != 0 and bool(options & (_SCALED | _SHIFTED))
            dimension = Dimension(
                dtype,
                at,
                scale=(float(scales[i]) if options & _SCALED else 1.0) if scaled else None,
                add=float(offsets[i]) if scaled and options & _SHIFTED else 0.0,
            )
            yield (name if count == 1 else f"{name}_{i}"), dimension, stands_for
            at += dtype.itemsize
    rest = end - at
    for i in range(rest):
        yield ("ExtraBytes" if rest == 1 else f"ExtraBytes_{i}"), Dimension(np.dtype("u1"), at + i), ""


def _name(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("utf-8", "replace").strip()


def positions(records: Column, count: int, header: LasHeader) -> Floats:
    """Return x, y, z as the records hold them: whole numbers, times the scale, plus the offset; (N, 3) float64."""
    xyz = np.empty((count, 3))
    for i, (scale, origin) in enumerate(zip(header.scale, header.origin, strict=True)):
        whole = np.ndarray((count,), "<i4", buffer=records.data, offset=4 * i, strides=(header.record_length,))
        with np.errstate(over="ignore", invalid="ignore"):  # of a scale that is damaged
            np.multiply(whole, scale, out=xyz[:, i])
            xyz[:, i] += origin
    return xyz
