"""What a tile store is on disk: its files, the table of tiles, the columns of a block; read and written with checks."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.kernels.tile_blocks import checksum
from lidar_label.model import Floats

VERSION = 1
INDEX, TILES, POINTS, OVERVIEW, LABELS = "index.json", "tiles.npy", "points.bin", "overview.bin", "labels"
MOST_TILE_POINTS = 131_072
ALIGNMENT = 16  # bytes that a column of a block begins at a multiple of
VALID, INVALID = 0, 1  # kinds of tile: points, and returns that are none (kept for their index, never drawn)
GRID, FLOAT = "grid", "float"  # encodings
_MOST_JSON = 16 * 2**20
_MOST_SHIFT = 32
_MOST_NAMED = 8  # tiles in a message
_SIZES = (1, 2, 4, 8)

Tiles = NDArray[np.void]
TILE = np.dtype(
    [
        ("count", "<u4"),
        ("offset", "<u8"),  # byte in points.bin
        ("nbytes", "<u8"),
        ("corner", "<i8", (3,)),  # grid units
        ("shift", "u1"),
        ("low", "<f8", (3,)),  # exact bounds, source coordinates
        ("high", "<f8", (3,)),
        ("index_low", "<u8"),
        ("index_high", "<u8"),
        ("checksum", "<u8"),
        ("kind", "u1"),
        ("overview_first", "<u8"),  # row of overview.bin
        ("overview_count", "<u4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """A raw column of the blocks: its name and type (little-endian)."""

    name: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the source: `bits` from `shift` on of a column's values, or those times `scale` plus `add`.

    `bits` 0 and `scale` None stand for the values as they are; `dtype` is the type they come as.
    """

    name: str
    column: str
    dtype: str
    shift: int = 0
    bits: int = 0
    scale: float | None = None
    add: float = 0.0

    def take(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Return the field's values of a column's."""
        if self.scale is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                return np.asarray(raw * self.scale + self.add)
        if self.bits:
            return np.asarray((raw >> self.shift) & ((1 << self.bits) - 1), dtype=self.dtype)
        return np.asarray(raw, dtype=self.dtype)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a source is still the one that was read; `part` says which part of it, if not all."""

    path: str
    relative: str = ""
    size: int = 0
    mtime_ns: int = 0
    digest: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a store holds: the content of ``index.json``.

    Parameters
    ----------
    points : int
        All points of the source, invalid returns among them.
    encoding : "grid" or "float"
        A grid source's positions are whole multiples of `step` from `step_from`, exactly those of the source. A
        float source's grid is for drawing, and its blocks hold the exact numbers as `xyz_dtype`.
    step, step_from : (x, y, z), metres
    low, high : (x, y, z), metres
        Exact bounds of the valid points; zeros where there are none.
    checksums : mapping of file name to int
    """

    source: Stamp
    points: int
    encoding: str
    step: tuple[float, float, float]
    step_from: tuple[float, float, float]
    xyz_dtype: str
    index_dtype: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    overview_points: int
    points_bytes: int
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    checksums: Mapping[str, int] = field(default_factory=dict)
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column of a block lies: first byte from the block's, type, and values a point (3 for positions)."""

    offset: int
    dtype: np.dtype[Any]
    width: int = 1

    def view(self, block: NDArray[np.uint8], count: int) -> NDArray[Any]:
        """Return the first `count` rows of the column in a block's bytes."""
        size = self.dtype.itemsize * self.width * count
        rows = block[self.offset : self.offset + size].view(self.dtype)
        return rows.reshape(count, self.width) if self.width > 1 else rows


def block_places(index: Index, count: int, shift: int) -> tuple[dict[str, Place], int]:
    """Return where the columns of a tile's block lie, and how many bytes the block has.

    The columns are ``grid``, ``low_bits`` (of a grid source, where `shift` is above 0), ``index``, ``xyz`` (of a
    float source), and the raw columns as ``column:NAME``.
    """
    columns: list[tuple[str, str, int]] = [("grid", "<u2", 3)]
    if shift and index.encoding == GRID:
        columns.append(("low_bits", "<u2", 3))
    columns.append(("index", index.index_dtype, 1))
    if index.xyz_dtype:
        columns.append(("xyz", index.xyz_dtype, 3))
    columns += [(f"column:{column.name}", column.dtype, 1) for column in index.columns]
    return _lay(columns, count)


def overview_places(index: Index) -> tuple[dict[str, Place], int]:
    """Return where the columns of ``overview.bin`` lie, each over all its rows, and how many bytes it has."""
    columns: list[tuple[str, str, int]] = [("grid", "<u2", 3), ("index", index.index_dtype, 1)]
    columns += [(f"column:{column.name}", column.dtype, 1) for column in index.columns]
    return _lay(columns, index.overview_points)


def _lay(columns: list[tuple[str, str, int]], count: int) -> tuple[dict[str, Place], int]:
    places, at = {}, 0
    for name, kind, width in columns:
        dtype = np.dtype(kind)
        places[name] = Place(at, dtype, width)
        at += -(-dtype.itemsize * width * count // ALIGNMENT) * ALIGNMENT
    return places, at


def write_index(folder: Path, index: Index) -> None:
    """Write ``index.json``, whole or not at all; its presence says that the store is complete.

    Nothing waits for the disk: what a loss of power takes from any file is seen by its size or checksum.
    """
    unfinished = folder / f".{INDEX}.part"
    unfinished.write_text(json.dumps(asdict(index), ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(folder / INDEX)


def read_index(folder: Path) -> Index:
    """Read ``index.json``; every number is checked against what it stands for.

    Raises
    ------
    MissingFile, UnreadableFile
        If there is no store, or what it says cannot be.
    """
    path = folder / INDEX
    try:
        if path.stat().st_size > _MOST_JSON:
            raise UnreadableFile("the file is larger than an index can be", where=path, hint=_AGAIN)
        content = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile("there is no finished tile store here", where=folder, hint=_BUILD) from None
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror}", where=path) from None
    except (ValueError, RecursionError):
        raise UnreadableFile("the index is damaged", where=path, hint=_AGAIN) from None
    if isinstance(content, dict) and content.get("version") != VERSION:
        text = f"a store of version {content.get('version')}, and this program reads {VERSION}"
        raise UnreadableFile(text, where=path, hint=_AGAIN)
    try:
        index = _index(content)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableFile(f"the index is damaged: {error}", where=path, hint=_AGAIN) from None
    return index


_BUILD = "build it: lidar-label tiles build"
_AGAIN = "remove the store and build it again"


def _index(content: dict[str, Any]) -> Index:  # noqa: C901 - one check after the other
    def three(name: str) -> tuple[float, float, float]:
        x, y, z = (float(value) for value in content[name])
        if not all(map(math.isfinite, (x, y, z))):
            raise ValueError(f"{name} is not finite")
        return x, y, z

    def whole(name: str) -> int:
        value = content[name]
        if not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is {value!r}")
        return value

    def kind(text: object, kinds: str) -> str:
        dtype = np.dtype(str(text))
        if dtype.kind not in kinds or dtype.itemsize not in _SIZES:
            raise ValueError(f"no type of a column: {text!r}")
        return str(text)

    columns = tuple(Column(str(c["name"]), kind(c["dtype"], "fiub")) for c in content["columns"])
    fields = tuple(Field(**one) for one in content["fields"])
    kinds = {column.name: np.dtype(column.dtype).kind for column in columns}
    for one in fields:
        kind(one.dtype, "fiub")
        if not isinstance(one.name, str) or one.column not in kinds:
            raise ValueError(f"field {one.name!r} has no column")
        if one.scale is not None and not math.isfinite(one.scale * one.add):
            raise ValueError(f"field {one.name!r} has a scale that is none")
        if not (one.shift in range(64) and one.bits in range(64)) or (one.bits and kinds[one.column] not in "iu"):
            raise ValueError(f"field {one.name!r} has bits that are none")
    if content["encoding"] not in (GRID, FLOAT) or content["index_dtype"] not in ("<u4", "<u8"):
        raise ValueError("an encoding that is not known")
    if content["xyz_dtype"] not in (("",) if content["encoding"] == GRID else ("<f4", "<f8")):
        raise ValueError("positions of a type that is not known")
    if 0.0 in three("step"):
        raise ValueError("a step is 0")
    source = Stamp(**content["source"])
    if not all(isinstance(text, str) for text in (source.path, source.relative, source.digest, source.part)):
        raise ValueError("a source that is none")
    return Index(
        source=source,
        points=whole("points"),
        encoding=content["encoding"],
        step=three("step"),
        step_from=three("step_from"),
        xyz_dtype=content["xyz_dtype"],
        index_dtype=content["index_dtype"],
        low=three("low"),
        high=three("high"),
        columns=columns,
        fields=fields,
        overview_points=whole("overview_points"),
        points_bytes=whole("points_bytes"),
        origin=three("origin"),
        checksums={str(name): int(value) for name, value in content["checksums"].items()},
    )


def write_tiles(folder: Path, tiles: Tiles) -> None:
    """Write the table of tiles."""
    np.save(folder / TILES, tiles, allow_pickle=False)


def read_tiles(folder: Path, index: Index) -> Tiles:
    """Read the table of tiles; each row is checked against the files' sizes and the index.

    Raises
    ------
    MissingFile, UnreadableFile
        If a file of the store is not there, or is not what the index promises.
    """
    _check_sizes(folder, index)
    path = folder / TILES
    try:
        data = np.fromfile(path, dtype=np.uint8)
        if checksum_of(data) != index.checksums.get(TILES):
            raise UnreadableFile("the table of tiles is damaged", where=path, hint=_AGAIN)
        tiles: Tiles = np.load(path, allow_pickle=False)
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror or error}", where=path, hint=_AGAIN) from None
    except (ValueError, EOFError, SyntaxError) as error:
        raise UnreadableFile(f"the table of tiles is damaged: {error}", where=path, hint=_AGAIN) from None
    if tiles.dtype != TILE or tiles.ndim != 1:
        raise UnreadableFile("the table of tiles has other columns", where=path, hint=_AGAIN)
    if not _fits(tiles, index):
        raise UnreadableFile("the table of tiles does not fit the store", where=path, hint=_AGAIN)
    _check_points(folder / POINTS, index, tiles)
    return tiles


def checksum_of(data: NDArray[np.uint8]) -> int:
    """Return the checksum of bytes of any number."""
    if len(data) % 8 == 0 and data.ctypes.data % 8 == 0 and data.flags.c_contiguous:
        return checksum(data.view(np.uint64)) ^ len(data)
    whole = np.zeros(-(-len(data) // 8), dtype=np.uint64)
    whole.view(np.uint8)[: len(data)] = data
    return checksum(whole) ^ len(data)


def _check_sizes(folder: Path, index: Index) -> None:
    wanted = {TILES: None, POINTS: None, OVERVIEW: overview_places(index)[1]}
    for name, size in wanted.items():
        path = folder / name
        try:
            found = path.stat().st_size
        except OSError:
            raise MissingFile("a file of the tile store is gone", where=path, hint=_AGAIN) from None
        if size is not None and found != size:
            raise UnreadableFile(f"the file has {found} bytes and should have {size}", where=path, hint=_AGAIN)


def _check_points(path: Path, index: Index, tiles: Tiles) -> None:
    found = path.stat().st_size
    if found != index.points_bytes:
        lost = named_tiles(np.flatnonzero(tiles["offset"] + tiles["nbytes"] > found).tolist())
        text = f"the file has {found} bytes and should have {index.points_bytes}"
        raise UnreadableFile(f"{text}: {lost} cut off" if lost else text, where=path, hint=_AGAIN)


def named_tiles(numbers: Sequence[int]) -> str:
    """Return a few numbers of tiles as a text with its verb; nothing for none."""
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"tile {numbers[0]} is"
    shown = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return f"{len(numbers)} tiles ({shown}{', ...' if len(numbers) > _MOST_NAMED else ''}) are"


def _fits(tiles: Tiles, index: Index) -> bool:
    counts, shifts = tiles["count"].astype(object), tiles["shift"]
    if int(counts.sum() if len(tiles) else 0) != index.points or (len(tiles) and int(tiles["count"].min()) < 1):
        return False
    if len(tiles) == 0:
        return True
    if int(tiles["count"].max()) > MOST_TILE_POINTS or int(shifts.max()) > _MOST_SHIFT or int(tiles["kind"].max()) > 1:
        return False
    sizes: dict[tuple[int, bool], int] = {}
    for row in tiles:
        count, shift, offset = int(row["count"]), int(row["shift"]), int(row["offset"])
        key = (count, shift > 0)
        if key not in sizes:
            sizes[key] = block_places(index, count, shift)[1]
        if int(row["nbytes"]) != sizes[key] or offset % ALIGNMENT or offset + sizes[key] > index.points_bytes:
            return False
        first, some = int(row["overview_first"]), int(row["overview_count"])
        if first + some > index.overview_points or some > count:
            return False
        if not int(row["index_low"]) <= int(row["index_high"]) < index.points:
            return False
    bounds: Floats = np.concatenate([tiles["low"], tiles["high"]])
    return bool(np.isfinite(bounds).all())
