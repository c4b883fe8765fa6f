"""NumPy clouds, .npy and .npz: values by their names, or rows of values told by their number."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.array_plan import Run, Table, as_table, beside, is_plain, main_table, structured
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.columns import XYZ, guess_columns, told_columns
from lidar_label.datasets.clouds.npy_header import MAGIC, NpyArray, npy_head, read_npy_header
from lidar_label.datasets.clouds.rows import exact_dtype
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Finding

_PROBE_ROWS = 512
_MOST_BYTES = 64 * 2**20  # read at a time
_MOST_MEMBERS = 256
_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO = 256 * 2**20, 200
_ZIP_FAULTS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError,
    OverflowError,
)  # fmt: skip


class Npy(CloudFormat):
    """A NumPy array: named fields, or rows of values; one with Python objects is refused."""

    name = "npy"
    takes_fields = True
    title = "NumPy .npy"
    suffixes = (".npy",)
    exact = "float64"
    writes = True
    note = "written with named fields, each in its own type"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether a file is called so or begins so."""
        return path.suffix.lower() in self.suffixes or head.startswith(MAGIC)

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> ArraysFile:
        """Open a file; its header and a few rows are read."""
        with reading(path):
            size = path.stat().st_size
            with path.open("rb") as file:
                array = read_npy_header(file, path)
        if array.start + array.nbytes > size:
            raise UnreadableFile(
                f"{array.nbytes} bytes are promised and {size - array.start} are there", where=path, hint="cut off"
            )
        opened = _open(path, self.name, {"": array}, options)
        if array.start + array.nbytes < size:
            text = f"{size - array.start - array.nbytes} bytes behind the array are not read"
            opened.findings.append(Finding("warning", "not-read", text, str(path)))
        return opened

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write one array with a field for x, y, z and each other value."""
        layout = np.dtype([*((axis, source.xyz_dtype) for axis in XYZ), *source.fields.items()])
        with path.open("wb") as out:
            out.write(npy_head(layout, source.points))
            for chunk in source.chunks():
                rows = np.empty(len(chunk), dtype=layout)
                with np.errstate(over="ignore", invalid="ignore"):
                    for i, axis in enumerate(XYZ):
                        rows[axis] = chunk.xyz[:, i]
                for name, values in chunk.fields.items():
                    rows[name] = values
                out.write(rows.tobytes())
        return []


class Npz(CloudFormat):
    """An archive of NumPy arrays: the one with positions, and those with a value for each point."""

    name = "npz"
    takes_fields = True
    title = "NumPy .npz"
    suffixes = (".npz",)
    exact = "float64"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> ArraysFile:
        """Open a file; the headers of its arrays and a few rows are read."""
        with reading(path), _unzipping(path), zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            if len(members) > _MOST_MEMBERS:
                raise UnreadableFile(f"it has {len(members)} arrays, more than a cloud has", where=path)
            unpacked = sum(info.file_size for info in members)
            if unpacked > max(_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO * path.stat().st_size):
                raise UnreadableFile(f"it would unpack to {unpacked} bytes, which no cloud does", where=path)
            arrays: dict[str, NpyArray] = {}
            for info in members:
                name = info.filename.removesuffix(".npy")
                with archive.open(info) as file:
                    try:
                        array = read_npy_header(file, path, name)
                    except UnreadableFile as error:
                        if "Python objects" not in error.what:
                            raise
                        continue  # it is none of the points'; without it, main_table tells what is missing
                if array.start + array.nbytes != info.file_size:
                    raise UnreadableFile(
                        f"array {name!r} promises {array.nbytes} bytes and has {info.file_size - array.start}",
                        where=path,
                    )
                arrays[name] = array
        return _open(path, self.name, arrays, options)


class ArraysFile(CloudFile):
    """An opened file of arrays."""

    def __init__(self, path: Path, format: str, points: int, runs: Sequence[Run]) -> None:  # noqa: A002
        super().__init__(path, format)
        self.points = points
        self.runs = tuple(runs)
        kinds = {name: value.dtype.newbyteorder("=") for run in runs for name, value in run.values.items()}
        self.fields = {name: kind for name, kind in kinds.items() if name not in XYZ}
        self.xyz_dtype = exact_dtype([kinds[axis] for axis in XYZ])

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points; fewer at a time where a point has very many bytes."""
        for start, columns in read_runs(self.path, self.runs, self.points, size):
            with np.errstate(invalid="ignore"):  # of a NaN that signals
                xyz = np.column_stack([columns[axis].astype(np.float64) for axis in XYZ])
                fields = {name: columns[name].astype(kind) for name, kind in self.fields.items()}
            yield CloudChunk(start=start, xyz=xyz, fields=fields)


def read_runs(
    path: Path, runs: Sequence[Run], points: int, size: int
) -> Iterator[tuple[int, Mapping[str, NDArray[Any]]]]:
    """Yield the first index and the columns of consecutive points, which are views of what was read."""
    stride = sum(run.stride for run in runs)
    size = min(size, max(1, _MOST_BYTES // max(stride, 1)))
    with reading(path), _unzipping(path), ExitStack() as stack:
        streams = [stack.enter_context(_stream(path, run)) for run in runs]
        for start in range(0, points, size):
            count = min(size, points - start)
            columns: dict[str, NDArray[Any]] = {}
            for run, stream in zip(runs, streams, strict=True):
                data = _exactly(stream, count * run.stride, path)
                for name, value in run.values.items():
                    columns[name] = np.ndarray(
                        (count,), value.dtype, buffer=data, offset=value.offset, strides=(run.stride,)
                    )
            yield start, columns
        for stream in streams:
            stream.read(1)  # at its end, an archive compares the checksum


@contextmanager
def _stream(path: Path, run: Run) -> Iterator[IO[bytes]]:
    if not run.member:
        with path.open("rb") as file:
            file.seek(run.start)
            yield file
        return
    with zipfile.ZipFile(path) as archive, archive.open(f"{run.member}.npy") as file:
        left = run.start
        while left:
            left -= len(_exactly(file, min(left, _MOST_BYTES), path))
        yield file


def _exactly(stream: IO[bytes], count: int, path: Path) -> bytes:
    data = stream.read(count)
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            raise UnreadableFile("the file ends before its last point", where=path, hint="cut off")
        data += more
    return data


@contextmanager
def _unzipping(path: Path) -> Iterator[None]:
    try:
        yield
    except _ZIP_FAULTS as error:
        raise UnreadableFile(f"the archive is damaged: {str(error) or type(error).__name__}", where=path) from None


def _open(path: Path, format_name: str, arrays: Mapping[str, NpyArray], options: ReadOptions) -> ArraysFile:
    """Choose the arrays that are a cloud's and name their values."""
    findings: list[Finding] = []
    not_read: list[str] = []
    named = [name for name, array in arrays.items() if array.dtype.names]
    axes = {name.lower(): name for name, array in arrays.items() if is_plain(array) and len(array.shape) == 1}
    if named:
        main, array = named[:1], arrays[named[0]]
        points = int(np.prod(array.shape, dtype=object))
        run, not_read = structured(named[0], array, path)
        runs = [run]
        if array.fortran and len(array.shape) > 1:
            raise UnreadableFile("a grid of points stored by columns is not known here", where=path)
    elif set(XYZ) <= set(axes):
        main = [axes[axis] for axis in XYZ]
        shapes = {arrays[name].shape for name in main}
        if len(shapes) > 1:
            raise UnreadableFile(f"x, y and z are not as many: {sorted(shapes)}", where=path)
        points, runs = shapes.pop()[0], []
        runs, _ = beside({name: arrays[name] for name in main}, (), points)
    else:
        table = as_table("", arrays[""]) if "" in arrays else main_table(arrays, path)
        if table is None:
            raise UnreadableFile(
                f"an array of shape {arrays[''].shape} and type {arrays[''].dtype} is no cloud", where=path,
                hint="rows of x, y, z and more are expected",
            )  # fmt: skip
        main, points = [table.member], table.points
        runs = table.runs(_names(path, table, options, findings))
    more, others = beside(arrays, main, points)
    runs += more
    _refuse_doubles(path, runs)
    if not_read or others:
        text = f"these are not read: {', '.join([*not_read, *others])}"
        findings.append(Finding("warning", "not-read", text, str(path)))
    opened = ArraysFile(path, format_name, points, runs)
    opened.findings += findings
    return opened


def _names(path: Path, table: Table, options: ReadOptions, findings: list[Finding]) -> tuple[str, ...]:
    if options.fields:
        try:
            return told_columns(options.fields, table.columns).names
        except InvalidValue as error:
            raise InvalidValue(error.what, where=path, hint=error.hint) from None
    plain = [str(i) for i in range(table.columns)]
    rows = min(table.points, _PROBE_ROWS)
    sample = np.empty((rows, table.columns))
    for _, columns in read_runs(path, table.runs(plain), rows, _PROBE_ROWS):
        with np.errstate(invalid="ignore"):
            sample = np.column_stack([columns[name].astype(np.float64) for name in plain])
        break
    guess = guess_columns(sample)
    if guess.doubt:
        findings.append(Finding("warning", "unsure-layout", guess.doubt, str(path)))
    return guess.names


def _refuse_doubles(path: Path, runs: Sequence[Run]) -> None:
    names = [name for run in runs for name in run.values]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UnreadableFile(f"two arrays hold {doubled[0]}", where=path)
