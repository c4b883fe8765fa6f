"""Labels of points: a number a point, painted by region; each paint is one step that is whole or not there at all.

A layer is a folder ``labels/NAME`` of a store. Each paint is a file of its own: the new values of the tiles it touched,
and a table of them. ``manifest.json`` says which paints count, in their order; it is renamed into place last, so that a
process that is killed leaves the layer as it was. Undoing takes a paint off that list.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.label_files import PaintFile, locked, read_manifest, save_manifest
from lidar_label.cloud.layout import LABELS
from lidar_label.cloud.query import held_by_tile
from lidar_label.cloud.regions import Region
from lidar_label.cloud.store import TileStore
from lidar_label.errors import CannotEdit, CannotWrite, InvalidValue, MissingFile, UnreadableFile
from lidar_label.progress import Progress

Column = NDArray[Any]
Mask = NDArray[np.bool_]
KINDS = ("u1", "u2", "u4")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}", re.ASCII)
_MOST_PAINTS, _KEPT_PAINTS = 256, 64


class LabelLayer:
    """The labels of one name. Open it with `create` or `open`.

    Attributes
    ----------
    name : str
    dtype : dtype
        Of a label.
    field : str
        The field of the source that an unpainted point's label is; empty where that is `fill`.
    fill : int
    """

    def __init__(self, store: TileStore, name: str) -> None:
        self.store, self.name = store, name
        self.folder = _folder(store, name)
        self._load()

    @classmethod
    def create(cls, store: TileStore, name: str, *, kind: str = "u1", field: str = "", fill: int = 0) -> LabelLayer:
        """Make a new layer; every point has the value of a field, or one number.

        Raises
        ------
        InvalidValue
            If the name, the type or the field does not do.
        CannotWrite
            If there is a layer of this name, or the folder cannot be written.
        """
        if kind not in KINDS:
            raise InvalidValue(f"labels are of type {', '.join(KINDS)}, not {kind!r}")
        dtype = np.dtype(f"<{kind}")
        if field and field not in store.fields:
            known = ", ".join(store.fields) or "none"
            raise InvalidValue(f"there is no field {field!r}", where=store.folder, hint=f"there are: {known}")
        if field and not np.can_cast(store.fields[field], dtype, "safe"):
            text = f"field {field!r} is {store.fields[field]}, which does not fit labels of type {kind}"
            raise InvalidValue(text, where=store.folder)
        _check_value(fill, dtype)
        folder = _folder(store, name)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder):
                if (folder / "manifest.json").exists():
                    raise CannotWrite("there is a layer of this name already", where=folder, hint="open it instead")
                save_manifest(
                    folder,
                    {
                        "version": 1, "dtype": kind, "field": field, "fill": fill, "points": store.points,
                        "store": _identity(store), "next": 1, "base": 0, "paints": [], "undone": [],
                    },
                )  # fmt: skip
        return cls(store, name)

    @classmethod
    def open(cls, store: TileStore, name: str) -> LabelLayer:
        """Open a layer; raise `MissingFile` where there is none of this name, `UnreadableFile` where it is damaged."""
        return cls(store, name)

    @property
    def paints(self) -> int:
        """How many paints can be undone."""
        return int(len(self._paints) - self._base)

    @property
    def tiles(self) -> list[int]:
        """The tiles that paints touched."""
        return sorted(self._newest)

    def values(self, tile: int) -> Column:
        """Return the label of each point of a tile, in the tile's order; the caller's own copy."""
        found = self._newest.get(tile)
        count = int(self.store.tiles[tile]["count"])
        if found is not None:
            return found[0].read(found[1], count, self.dtype)
        if self.field:
            return self.store.values(tile, self.field).astype(self.dtype)
        return np.full(count, self.fill, dtype=self.dtype)

    def counts(self) -> dict[int, int]:
        """Return how many points have each label, invalid returns not counted."""
        found: dict[int, int] = {}
        for tile in np.flatnonzero(self.store.valid).tolist():
            for value, many in zip(*np.unique(self.values(tile), return_counts=True), strict=True):
                found[int(value)] = found.get(int(value), 0) + int(many)
        return dict(sorted(found.items()))

    def paint(self, region: Region, value: int, *, only: Sequence[int] = (), progress: Progress | None = None) -> int:
        """Give every point of a region a label, or those whose label is in `only`.

        Returns
        -------
        int
            How many points got it.

        Raises
        ------
        InvalidValue
            If the labels cannot hold the value.
        CannotWrite
            If the disk is full or cannot be written; nothing is changed.
        """
        return self.paint_tiles(held_by_tile(self.store, region), value, only=only, progress=progress)

    def paint_tiles(
        self,
        held: Iterable[tuple[int, Mask | None]],
        value: int,
        *,
        only: Sequence[int] = (),
        progress: Progress | None = None,
    ) -> int:
        """Do what `paint` does for given points of tiles; None stands for all of a tile's. Memory is that of a tile."""
        _check_value(value, self.dtype)
        told, painted = progress or Progress(), 0
        rows: list[tuple[int, int, int]] = []
        with writing(self.folder), locked(self.folder):
            self._load()
            number = self._next
            with self._new_file(number) as out:
                for tile, mask in held:
                    told.step(len(rows), len(self.store.tiles), "tiles painted")
                    values = self.values(tile)
                    chosen = np.ones(len(values), dtype=np.bool_) if mask is None else mask
                    if only:
                        chosen = chosen & np.isin(values, np.asarray(only))
                    many = int(np.count_nonzero(chosen))
                    if many:
                        values[chosen] = value
                        rows.append(PaintFile.append(out, tile, values))
                        painted += many
                PaintFile.finish(out, rows)
            if painted:
                self._save(next=number + 1, paints=[*self._paints, number], undone=[])
            self._clean()
        if len(self._paints) - self._base > _MOST_PAINTS:
            self.compact(_KEPT_PAINTS)
        return painted

    def undo(self) -> bool:
        """Take the last paint back; False where there is none left."""
        with writing(self.folder), locked(self.folder):
            self._load()
            if len(self._paints) <= self._base:
                return False
            self._save(paints=self._paints[:-1], undone=[*self._undone, self._paints[-1]])
        return True

    def redo(self) -> bool:
        """Do again what was taken back last; False where there is nothing, or something was painted since."""
        with writing(self.folder), locked(self.folder):
            self._load()
            if not self._undone:
                return False
            self._save(paints=[*self._paints, self._undone[-1]], undone=self._undone[:-1])
        return True

    def compact(self, keep: int = 0) -> None:
        """Join all paints but the last `keep` into one that cannot be undone, which frees the disk of what they hid."""
        with writing(self.folder), locked(self.folder):
            self._load()
            old = self._paints[: max(len(self._paints) - keep, 0)]
            if len(old) < 2 and not self._undone and len(old) <= self._base:
                return
            newest = self._newest_of(old)
            number, rows = self._next, []
            with self._new_file(number) as out:
                for tile in sorted(newest):
                    file, row = newest[tile]
                    count = int(self.store.tiles[tile]["count"])
                    rows.append(PaintFile.append(out, tile, file.read(row, count, self.dtype)))
                PaintFile.finish(out, rows)
            kept = self._paints[len(old) :]
            self._save(next=number + 1, base=1, paints=[number, *kept], undone=[])
            self._clean()

    def _load(self) -> None:
        found = read_manifest(self.folder)
        if found["store"] != _identity(self.store) or found["points"] != self.store.points:
            text = "these labels were painted on another build of the tiles"
            raise UnreadableFile(
                text, where=self.folder, hint="build the tiles from the same source, or remove the labels"
            )
        self._manifest = found
        self.dtype = np.dtype(f"<{found['dtype']}")
        self.field, self.fill = found["field"], found["fill"]
        if self.field and self.field not in self.store.fields:
            raise UnreadableFile(f"the labels begin as field {self.field!r}, which is not there", where=self.folder)
        self._next, self._base = found["next"], found["base"]
        self._paints, self._undone = list(found["paints"]), list(found["undone"])
        self._newest = self._newest_of(self._paints)

    def _newest_of(self, paints: Sequence[int]) -> dict[int, tuple[PaintFile, np.void]]:
        newest = {}
        for number in paints:
            file = PaintFile(_paint_path(self.folder, number))
            for row in file.rows(self.store.tiles["count"], self.dtype):
                newest[int(row["tile"])] = (file, row)
        return newest

    @contextmanager
    def _new_file(self, number: int) -> Iterator[BinaryIO]:
        path = _paint_path(self.folder, number)
        try:
            with path.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _save(self, **changes: object) -> None:
        save_manifest(self.folder, {**self._manifest, **changes})
        self._load()

    def _clean(self) -> None:
        """Remove what no paint that counts needs: what was undone, joined, or left by a process that was killed."""
        needed = {_paint_path(self.folder, number) for number in (*self._paints, *self._undone)}
        for path in self.folder.glob("paint-*.bin"):
            if path not in needed:
                path.unlink(missing_ok=True)


def layer_names(store: TileStore) -> list[str]:
    """Return the names of the layers of a store."""
    folder = store.folder / LABELS
    return sorted(path.parent.name for path in folder.glob("*/manifest.json"))


def _folder(store: TileStore, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise InvalidValue(f"{name!r} is no name of a layer", hint="take letters, digits, and - _ . between them")
    return store.folder / LABELS / name


def _paint_path(folder: Path, number: int) -> Path:
    return folder / f"paint-{number:06d}.bin"


def _identity(store: TileStore) -> str:
    """Return what tells a build of a store from another: labels lie in the order of its tiles."""
    return "-".join(f"{name}:{value:x}" for name, value in sorted(store.index.checksums.items()))


def _check_value(value: int, dtype: np.dtype[Any]) -> None:
    most = np.iinfo(dtype).max
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value <= most:
        raise InvalidValue(f"a label of this layer is a whole number from 0 to {most}, not {value!r}")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk says into errors that name the layer."""
    try:
        yield
    except (CannotWrite, CannotEdit, MissingFile, UnreadableFile):
        raise
    except OSError as error:
        hint = "nothing was changed; make room, or look at the folder's rights"
        raise CannotWrite(error.strerror or str(error), where=folder, hint=hint) from error
