"""Headerless .bin clouds: rows of little-endian float32, as KITTI and nuScenes use."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.rows import RowLayout, RowsFile, Value
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Finding, PointCloud

KITTI_FIELDS = ("x", "y", "z", "intensity")
NUSCENES_FIELDS = ("x", "y", "z", "intensity", "ring")
LEFT_OUT = "_"
_FLOAT = np.dtype("<f4")
_FIVE, _SIX = (*KITTI_FIELDS, "value_4"), (*KITTI_FIELDS, "value_4", "value_5")
# The layouts that are looked for, the likelier first. Makers mean several things by a sixth value.
_KNOWN = (KITTI_FIELDS, NUSCENES_FIELDS, _FIVE, _SIX, ("x", "y", "z"))
_EVERY = 60 * _FLOAT.itemsize  # bytes that are whole rows of 3, 4, 5 and 6 values
_PROBES, _PROBE_BYTES = 8, 16 * _EVERY
_FARTHEST_M = 1e6
_BRIGHTEST = 1e6
_MOST_RINGS = 4096


@dataclass(frozen=True, slots=True)
class BinLayout:
    """What the rows of a .bin are taken to hold; `doubt` says why that is not sure, empty where it is."""

    fields: tuple[str, ...]
    doubt: str = ""


class RawBin(CloudFormat):
    """Rows of float32 without a header: KITTI (4 values), nuScenes (5), or as the options say."""

    name = "bin"
    takes_fields = True
    title = "Raw .bin (KITTI, nuScenes)"
    suffixes = (".bin",)
    exact = "float32"
    keeps_fields = False
    writes = True
    note = "written as x, y, z, intensity, or with a ring as nuScenes has it"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> RowsFile:
        """Open a file; the layout is taken from `options.fields`, else from its name, size and first values."""
        layout = BinLayout(options.fields) if options.fields else guess_layout(path)
        opened = open_bin(path, layout.fields)
        if layout.doubt:
            opened.findings.append(Finding("warning", "unsure-layout", layout.doubt, str(path)))
        return opened

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write rows of four values, or of five where the points have a ring."""
        fields = _fields_for(source)
        with path.open("wb") as out:
            for chunk in source.chunks():
                rows = np.zeros((len(chunk), len(fields)), dtype=_FLOAT)
                with np.errstate(over="ignore", invalid="ignore"):
                    rows[:, :3] = chunk.xyz
                    for column, name in enumerate(fields[3:], start=3):
                        if name in chunk.fields:
                            rows[:, column] = chunk.fields[name]
                out.write(rows.tobytes())
        return []

    def losses(self, source: CloudSource) -> list[Finding]:
        """Name the fields that have no place, and positions that float32 rounds."""
        found = []
        lost = sorted(set(source.fields) - set(_fields_for(source)))
        if lost:
            found.append(Finding("warning", "fields", f"these fields are lost: {', '.join(lost)}"))
        if source.xyz_dtype != np.float32:
            found.append(Finding("warning", "rounded", "positions are rounded to float32"))
        return found


def _fields_for(source: CloudSource) -> tuple[str, ...]:
    return NUSCENES_FIELDS if "ring" in source.fields else KITTI_FIELDS


def open_bin(path: Path, fields: Sequence[str]) -> RowsFile:
    """Open a file whose layout is known; see `read_bin`."""
    names = _checked(fields)
    with reading(path):
        size = path.stat().st_size
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    stride = _FLOAT.itemsize * len(names)
    if size % stride:
        raise UnreadableFile(
            f"{size} bytes are not a whole number of points of {stride} bytes ({', '.join(names)})",
            where=path,
            hint=_stride_hint(size, len(names)),
        )
    values = {name: Value(_FLOAT, _FLOAT.itemsize * i) for i, name in enumerate(names) if name != LEFT_OUT}
    axes = (values.pop("x"), values.pop("y"), values.pop("z"))
    return RowsFile(path, RawBin.name, RowLayout(axes, values, stride), size // stride, 0)


def read_bin(path: Path, fields: Sequence[str]) -> PointCloud:
    """Read a cloud whose layout the format promises, since the file itself does not say it.

    Parameters
    ----------
    path : Path
    fields : sequence of str
        Names of a row's values, ``x, y, z`` among them; one called ``_`` is left out.

    Returns
    -------
    PointCloud
        Every row of the file, in its order; each further field as float32, as stored.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If its size is no multiple of a row, or it cannot be read.
    InvalidValue
        If a name comes twice, or x, y or z is not among them.
    """
    return open_bin(path, fields).read(origin=(0.0, 0.0, 0.0))


def guess_layout(path: Path) -> BinLayout:
    """Tell the values of a point in a .bin by the file's name, its size and its first values.

    A file called ``*.pcd.bin`` is nuScenes'. Else those layouts are left whose rows fill the file,
    and of them those whose values could be what they are called: positions are finite and less
    than 1000 km away, intensity is nowhere below zero nor a million, a ring is a small whole number. Read with
    the wrong count, a coordinate soon stands in place of another value. Where more than one is
    left, or none, the usual one is taken and `doubt` says so.

    Raises
    ------
    MissingFile, UnreadableFile
        If the file cannot be read, or none of the known layouts fills it.
    """
    with reading(path):
        size = path.stat().st_size
        values = _sample(path, size)
    if path.name.lower().endswith(".pcd.bin"):
        odd = size > 0 and not _could_be(values, NUSCENES_FIELDS)
        text = "the name says x, y, z, intensity, ring, and the values do not look like that"
        return BinLayout(NUSCENES_FIELDS, text if odd else "")
    fitting = [fields for fields in _KNOWN if size % (_FLOAT.itemsize * len(fields)) == 0]
    if not fitting:
        raise UnreadableFile(
            f"{size} bytes are no whole number of points of 3 to 6 values", where=path, hint=_stride_hint(size, 0)
        )
    if not size:
        return BinLayout(KITTI_FIELDS)
    likely = [fields for fields in fitting if _could_be(values, fields)]
    if NUSCENES_FIELDS in likely or (KITTI_FIELDS in likely and _is_clear(values)):
        likely = [fields for fields in likely if fields in (KITTI_FIELDS, NUSCENES_FIELDS)]
    elif KITTI_FIELDS not in likely and len(likely) > 1:
        likely = [fields for fields in likely if len(fields) > 3]  # any rows could be three values
    chosen = (likely or fitting)[0]
    if len(likely) == 1 and "value_4" not in chosen:
        return BinLayout(chosen)
    others = {len(fields) for fields in (likely or fitting)} - {len(chosen)}
    if not likely:
        reason = "though its values do not look like that"
    elif others:
        reason = f"though {' or '.join(map(str, sorted(others)))} would fit as well"
    else:
        reason = "and the last of them have no name"
    text = f"a .bin does not say how many values a point has; {len(chosen)} were taken ({', '.join(chosen)}), {reason}"
    return BinLayout(chosen, text)


def _sample(path: Path, size: int) -> NDArray[np.float32]:
    """Return values from all over a file, each piece beginning where a row of any known layout begins."""
    pieces = []
    with path.open("rb") as file:
        for at in {size * i // _PROBES // _EVERY * _EVERY for i in range(_PROBES)}:
            file.seek(at)
            data = file.read(_PROBE_BYTES)
            pieces.append(np.frombuffer(data[: len(data) // _EVERY * _EVERY or len(data) // 4 * 4], dtype=_FLOAT))
    return np.concatenate(pieces)


def _could_be(values: NDArray[np.float32], fields: tuple[str, ...]) -> bool:
    """Say whether the first rows could have this layout; a row of another one shows within a few."""
    rows = values[: len(values) // len(fields) * len(fields)].reshape(-1, len(fields))
    with np.errstate(invalid="ignore"):
        positions = rows[:, :3]
        far = np.abs(positions)
        if np.any((far > _FARTHEST_M) & (far < np.inf)) or not np.isfinite(far).any():
            return False
        if "intensity" in fields and not np.all((rows[:, 3] >= 0) & (rows[:, 3] < _BRIGHTEST)):
            return False
        if "ring" in fields:
            rings = rows[:, 4]
            return bool(np.all((rings >= 0) & (rings < _MOST_RINGS) & (rings == np.floor(rings))))
    return True


def _is_clear(values: NDArray[np.float32]) -> bool:
    """Say whether the fourth of four values is an intensity beyond doubt: at most 1, or whole."""
    fourth = values[: len(values) // 4 * 4].reshape(-1, 4)[:, 3]
    return bool(np.all(fourth <= 1) or np.all(fourth == np.floor(fourth)))


def _checked(fields: Sequence[str]) -> tuple[str, ...]:
    names = tuple(fields)
    lacking = [axis for axis in "xyz" if axis not in names]
    kept = [name for name in names if name != LEFT_OUT]
    if lacking or len(set(kept)) != len(kept) or not all(names):
        reason = f"{', '.join(lacking)} is not among them" if lacking else "a name comes twice, or is empty"
        raise InvalidValue(f"the values of a point cannot be {', '.join(names)}: {reason}", hint="x, y, z, intensity")
    return names


def write_bin(path: Path, cloud: PointCloud, fields: Sequence[str]) -> None:
    """Write a cloud as rows of float32; a field the cloud lacks becomes 0.

    Parameters
    ----------
    path : Path
    cloud : PointCloud
    fields : sequence of str
        Names of a row's values; the first three are ``x, y, z``.

    Raises
    ------
    OSError
        If the file cannot be written; `write_dataset` turns it into a clear `CannotWrite`.
    """
    rows = np.zeros((len(cloud), len(fields)), dtype=_FLOAT)
    rows[:, :3] = cloud.xyz
    for column, name in enumerate(fields[3:], start=3):
        if name in cloud.fields:
            rows[:, column] = cloud.fields[name]
    with path.open("wb") as file:
        file.write(rows.tobytes())  # not tofile, which hides the reason of a failure


def _stride_hint(size: int, values: int) -> str:
    fits = [n for n in (4, 5, 6, 3, 7, 8) if n != values and size % (n * _FLOAT.itemsize) == 0]
    if fits:
        return f"cut off, or rows of {fits[0]} values{''.join(f' or of {n}' for n in fits[1:3])}?"
    return "the file is cut off, or holds something else than float32"
