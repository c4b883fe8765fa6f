"""Frames of pandas out of their pickles: the blocks of numpy values, taken apart into columns."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.pandaset.pickles import Made, Named, read_pickle
from lidar_label.errors import UnreadableFile
from lidar_label.model import Floats

Column = NDArray[Any]
Cell = bool | int | float | str | None
_MOST_DIGITS = 2**63
_MOST_ROWS = 10_000_000
_FRAMES: Final = ("pandas.core.frame.DataFrame", "pandas.DataFrame")
_MANAGERS: Final = ("pandas.core.internals.managers.BlockManager", "pandas.core.internals.BlockManager")
_BLOCK: Final = "pandas._libs.internals._unpickle_block"
_NEW_INDEX: Final = ("pandas.core.indexes.base._new_Index", "pandas.indexes.base._new_Index")
_RANGES: Final = ("pandas.core.indexes.range.RangeIndex", "pandas.RangeIndex")
_INDICES: Final = (
    "pandas.core.indexes.base.Index", "pandas.Index", "pandas.core.indexes.numeric.Int64Index",
    "pandas.core.indexes.numeric.UInt64Index", "pandas.core.indexes.numeric.Float64Index",
)  # fmt: skip
_NUMPY: Final = ("numpy.core", "numpy._core")
_ARRAYS: Final = tuple(f"{core}.multiarray._reconstruct" for core in _NUMPY)
_BUFFERS: Final = tuple(f"{core}.numeric._frombuffer" for core in _NUMPY)
_SCALARS: Final = tuple(f"{core}.multiarray.scalar" for core in _NUMPY)
_SLICES: Final = ("builtins.slice", "__builtin__.slice")
_KNOWN: Final = frozenset(
    (*_FRAMES, *_MANAGERS, _BLOCK, *_NEW_INDEX, *_RANGES, *_INDICES, *_ARRAYS, *_BUFFERS, *_SCALARS, *_SLICES,
     "numpy.ndarray", "numpy.dtype")
)  # fmt: skip
_NUMBERS = re.compile(r"b1|[iu][1248]|f[248]")
_TEXTS = re.compile(r"O8|O4|O")


class PickledFrame:
    """The columns of one frame.

    Attributes
    ----------
    path : Path
    rows : int
    index : (N,) array
        The name of each row, mostly its number.
    """

    def __init__(self, path: Path, columns: Mapping[str, Column], index: Column) -> None:
        self.path = path
        self.rows = len(index)
        self.index = index
        self._columns = columns

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the frame."""
        return tuple(self._columns)

    def native(self, name: str) -> Column:
        """Return a column of numbers in its own type; raise `UnreadableFile` if it holds something else."""
        values = self._column(name)
        if values.dtype.kind == "O":
            raise UnreadableFile(f"column {name!r} holds something else than numbers", where=self.path)
        return values

    def floats(self, *names: str) -> Floats:
        """Return columns of numbers side by side, (N,) or (N, K) float64; each is finite."""
        found = []
        for name in names:
            values = self._column(name)
            try:
                numbers = values.astype(np.float64)
            except (TypeError, ValueError):
                raise UnreadableFile(f"column {name!r} holds something else than numbers", where=self.path) from None
            bad = np.flatnonzero(~np.isfinite(numbers))
            if len(bad):
                raise UnreadableFile(f"row {bad[0]} of column {name!r} is {numbers[bad[0]]}", where=self.path)
            found.append(numbers)
        return found[0] if len(found) == 1 else np.column_stack(found)

    def cells(self, name: str) -> list[Cell]:
        """Return a column as plain values, None where it is empty."""
        found: list[Cell] = []
        for row, value in enumerate(self._column(name).tolist()):
            if value is not None and not isinstance(value, bool | int | float | str):
                raise UnreadableFile(f"row {row} of column {name!r} is no number or text", where=self.path)
            if isinstance(value, int) and abs(value) >= _MOST_DIGITS:
                raise UnreadableFile(f"row {row} of column {name!r} is a number beyond 63 bits", where=self.path)
            found.append(None if isinstance(value, float) and not math.isfinite(value) else value)
        return found

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            there = ", ".join(list(self._columns)[:20])
            raise UnreadableFile(f"there is no column {name!r}", where=self.path, hint=f"there are: {there or 'none'}")
        return self._columns[name]


def read_frame(path: Path) -> PickledFrame:
    """Read a pickled frame of pandas, .pkl or .pkl.gz, without pandas and without running what it names.

    Frames as pandas has written them since 0.20 are read: of numbers, flags and texts. What its later versions
    store outside of numpy (their own texts, categories) is refused.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is damaged, or is something else than such a frame.
    """
    found = read_pickle(path, _KNOWN)
    try:
        return _frame(found, path)
    except UnreadableFile:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, MemoryError, AttributeError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise UnreadableFile(f"the pickle holds no frame of pandas: {reason}", where=path) from None


def _frame(found: object, path: Path) -> PickledFrame:
    state = _made(found, _FRAMES).state
    manager = _made(state["_mgr"] if "_mgr" in state else state["_data"], _MANAGERS)
    if manager.state is None:
        blocks, axes = manager.args
        parts = [_made(block, (_BLOCK,)).args[:2] for block in blocks]
    else:  # as pandas wrote it before 1.3
        inner = manager.state[3]["0.14.1"]
        axes = inner["axes"]
        parts = [(block["values"], block["mgr_locs"]) for block in inner["blocks"]]
    names, index = _index(axes[0]).tolist(), _index(axes[1])
    if len(set(names)) != len(names) or not all(isinstance(name, str) for name in names):
        raise ValueError("its columns have no names, or two have the same")
    columns: dict[str, Column] = {}
    for values, places in parts:
        block = _array(values)
        rows = _places(places, len(names))
        if block.ndim != 2 or block.shape != (len(rows), len(index)):
            raise ValueError(f"a block of shape {block.shape} is for {len(rows)} columns of {len(index)} rows")
        for column, row in zip(block, rows, strict=True):
            if names[row] in columns:
                raise ValueError(f"column {names[row]!r} is there twice")
            columns[names[row]] = column
    lacking = [name for name in names if name not in columns]
    if lacking:
        raise ValueError(f"column {lacking[0]!r} has no values")
    return PickledFrame(path, {name: columns[name] for name in names}, index)


def _made(value: object, by: tuple[str, ...]) -> Made:
    if not isinstance(value, Made) or value.by not in by:
        raise ValueError(f"{by[0]} is expected and something else is there")
    return value


def _index(value: object) -> Column:
    """Return the names along an axis."""
    kind, parts = _made(value, _NEW_INDEX).args
    if not isinstance(kind, Named):
        raise ValueError("an index is of no class")
    if kind.name in _RANGES:
        steps = range(*(_whole(parts[key]) for key in ("start", "stop", "step")))
        if len(steps) > _MOST_ROWS:
            raise ValueError(f"an index of {len(steps)} rows")
        return np.arange(steps.start, steps.stop, steps.step, dtype=np.int64)
    found = _array(parts["data"])
    if found.ndim != 1:
        raise ValueError("an index has more than one dimension")
    return found


def _places(value: object, count: int) -> list[int]:
    """Return which columns a block has."""
    if isinstance(value, Made) and value.by in _SLICES:
        start, stop, step = (None if part is None else _whole(part) for part in value.args)
        return list(range(count))[start:stop:step]
    found: list[int] = _array(value).tolist()
    if not all(type(place) is int and 0 <= place < count for place in found):
        raise ValueError("a block is for a column that is not there")
    return found


def _array(value: object) -> Column:
    """Return a numpy array; its bytes are counted before it is made."""
    if isinstance(value, Made) and value.by in _BUFFERS:
        raw, kind, shape, order = value.args
        is_fortran = order == "F"
    else:
        _, shape, kind, is_fortran, raw = _made(value, _ARRAYS).state
    dtype = _dtype(kind)
    count = math.prod(_whole(size) for size in shape)
    if len(shape) > 2 or min(shape, default=0) < 0:
        raise ValueError(f"an array of {len(shape)} dimensions")
    if dtype.hasobject:
        if not isinstance(raw, list) or len(raw) != count:
            raise ValueError("an array has fewer or more values than its shape says")
        found = np.empty(count, dtype=object)
        for place, item in enumerate(raw):  # one by one: numpy would look into what is listed
            found[place] = _plain(item)
        return found.reshape(shape)
    if not isinstance(raw, bytes) or len(raw) != count * dtype.itemsize:
        raise ValueError("an array has fewer or more bytes than its shape says")
    return np.frombuffer(raw, dtype=dtype).reshape(shape, order="F" if is_fortran else "C")


def _dtype(value: object) -> np.dtype[Any]:
    made = _made(value, ("numpy.dtype",))
    code = made.args[0]
    if not isinstance(code, str) or not (_NUMBERS.fullmatch(code) or _TEXTS.fullmatch(code)):
        raise ValueError("an array holds neither numbers nor texts")
    if code.startswith("O"):
        return np.dtype(object)
    order = made.state[1] if made.state is not None else "|"
    if order not in ("<", ">", "|", "="):
        raise ValueError("an array has no order of bytes")
    return np.dtype(f"{order}{code}")


def _plain(value: object) -> object:
    """Return a cell; a scalar of numpy as the number it is."""
    if not isinstance(value, Made):
        return value
    kind, raw = _made(value, _SCALARS).args
    dtype = _dtype(kind)
    if dtype.hasobject or not isinstance(raw, bytes) or len(raw) != dtype.itemsize:
        raise ValueError("a number has no value")
    return np.frombuffer(raw, dtype=dtype)[0].item()


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError("a number is not whole")
    return value
