"""The files of a layer of labels: the values of a paint with their table, the manifest, and the lock."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.layout import checksum_of
from lidar_label.errors import MissingFile, UnreadableFile

Column = NDArray[Any]
ROW = np.dtype([("tile", "<u4"), ("offset", "<u8"), ("checksum", "<u8")])
_FOOTER = struct.Struct("<8sIQ")  # mark, rows of the table, its checksum
_MARK = b"LLPAINT1"
_MANIFEST = "manifest.json"
_MOST_JSON = 4 * 2**20
_TEXTS = {"dtype": ("u1", "u2", "u4")}
_NUMBERS = ("fill", "points", "next", "base")
_HINT = "undo does not reach it; restore the file, or remove the layer and paint again"


class PaintFile:
    """One paint: for each tile it touched, the label of every point; then a table of them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def append(out: BinaryIO, tile: int, values: Column) -> tuple[int, int, int]:
        """Write the labels of a tile; return its row of the table."""
        at = out.tell()
        data = values.view(np.uint8)
        out.write(data.data)
        return tile, at, checksum_of(data)

    @staticmethod
    def finish(out: BinaryIO, rows: Sequence[tuple[int, int, int]]) -> None:
        """Write the table."""
        table = np.array(list(rows), dtype=ROW)
        data = table.tobytes()
        out.write(data)
        out.write(_FOOTER.pack(_MARK, len(table), checksum_of(np.frombuffer(data, dtype=np.uint8))))

    def rows(self, counts: Column, dtype: np.dtype[Any]) -> Column:
        """Read the table; `counts` are the points of all tiles.

        Raises
        ------
        MissingFile, UnreadableFile
            If the file is gone, or does not hold what its table says.
        """
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, 2)
                file.seek(max(end - _FOOTER.size, 0))
                footer = file.read(_FOOTER.size)
                mark, rows, checksum = _FOOTER.unpack(footer) if len(footer) == _FOOTER.size else (b"", 0, 0)
                start = end - _FOOTER.size - rows * ROW.itemsize
                if mark != _MARK or start < 0:
                    raise UnreadableFile("a paint is damaged or cut off", where=self.path, hint=_HINT)
                file.seek(start)
                data = file.read(rows * ROW.itemsize)
        except FileNotFoundError:
            raise MissingFile("a paint of these labels is gone", where=self.path, hint=_HINT) from None
        except OSError as error:
            raise UnreadableFile(f"cannot be read: {error.strerror}", where=self.path) from None
        table = np.frombuffer(data, dtype=ROW)
        if checksum_of(np.frombuffer(data, dtype=np.uint8)) != checksum or (table["tile"] >= len(counts)).any():
            raise UnreadableFile("the table of a paint is damaged", where=self.path, hint=_HINT)
        ends = [int(row["offset"]) + int(counts[row["tile"]]) * dtype.itemsize for row in table]
        if ends and max(ends) > start:
            raise UnreadableFile("the table of a paint does not fit the file", where=self.path, hint=_HINT)
        return table

    def read(self, row: np.void, count: int, dtype: np.dtype[Any]) -> Column:
        """Read the labels of a tile; raise `UnreadableFile` where they are not those that were written."""
        try:
            with self.path.open("rb", buffering=0) as file:
                found = np.fromfile(file, dtype=np.uint8, count=count * dtype.itemsize, offset=int(row["offset"]))
        except OSError as error:
            raise UnreadableFile(f"cannot be read: {error.strerror or error}", where=self.path, hint=_HINT) from None
        if len(found) != count * dtype.itemsize or checksum_of(found) != int(row["checksum"]):
            raise UnreadableFile("labels of a paint are damaged", where=self.path, hint=_HINT)
        return found.view(dtype)


def save_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write the manifest beside itself and rename it: from then on it counts, also when the machine stops."""
    unfinished = folder / f".{_MANIFEST}.part"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / _MANIFEST)
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest, every value checked.

    Raises
    ------
    MissingFile, UnreadableFile
        If there is no such layer, or its manifest is damaged.
    """
    path = folder / _MANIFEST
    try:
        if path.stat().st_size > _MOST_JSON:
            raise UnreadableFile("the file is larger than a manifest can be", where=path)
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise MissingFile("there is no layer of labels of this name", where=folder, hint="paint one first") from None
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror}", where=path) from None
    except (ValueError, RecursionError):
        raise UnreadableFile("the manifest of the labels is damaged", where=path) from None
    if not isinstance(content, dict) or content.get("version") != 1 or not _is_sound(content):
        raise UnreadableFile("the manifest of the labels is damaged, or of a later version", where=path)
    return content


def _is_sound(content: dict[str, Any]) -> bool:
    lists = [content.get("paints"), content.get("undone")]
    numbers = [content.get(name) for name in _NUMBERS]
    for some in lists:
        if not isinstance(some, list):
            return False
        numbers += some
    whole = all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in numbers)
    texts = all(isinstance(content.get(name), str) for name in ("field", "store", "dtype"))
    return whole and texts and content["dtype"] in _TEXTS["dtype"] and content["base"] <= len(content["paints"])


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the layer against other processes; the system lets go of it when a process ends, however that ends."""
    with (folder / "lock").open("a+b") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        else:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined, unused-ignore]
        yield
