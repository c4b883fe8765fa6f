"""Parquet tables that nobody vouches for: light columns as a whole, heavy ones a row at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.arrow_tables import Columns
from lidar_label.datasets.waymo.footer import RowGroup, row_groups
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import Floats

# What columns may unpack to: so many bytes, and so many times the size of their file. Light ones are held as a whole;
# the poses of the pixels of a vehicle that stands are the same over and over.
_LIGHT, _HEAVY = (16_777_216, 64), (67_108_864, 1024)
_ROWS_AT_ONCE = 256
_EMPTY_LIST = "Expected all lists to be of size"  # of an empty place in a column of lists of one length


class ParquetColumns(Columns):
    """The light columns of one table."""

    def lists(self, name: str, length: int) -> Floats:
        """Return a column of lists of `length` finite numbers each, (N, length) float64."""
        found = np.empty((self.rows, length), dtype=np.float64)
        for row, value in enumerate(self._column(name)):
            numbers = numbers_of(value)
            if numbers is None or numbers.shape != (length,) or not np.isfinite(numbers).all():
                raise UnreadableFile(f"row {row} of column {name!r} is not {length} finite numbers", where=self.path)
            found[row] = numbers
        return found

    def ragged(self, name: str) -> list[Floats | None]:
        """Return a column of lists of finite numbers; None where there is no list, or an empty one."""
        found: list[Floats | None] = []
        for row, value in enumerate(self._columns[name] if name in self.names else ()):
            numbers = numbers_of(value)
            if numbers is None or not len(numbers):
                found.append(None)
            elif not np.isfinite(numbers).all():
                raise UnreadableFile(f"row {row} of column {name!r} has a number that is not finite", where=self.path)
            else:
                found.append(numbers.astype(np.float64))
        return found or [None] * self.rows

    def known(self, name: str) -> list[int | float | str | None]:
        """Return a column of numbers or texts that may be absent, or empty in places."""
        if name not in self.names:
            return [None] * self.rows
        values: list[object] = self._columns[name].to_pylist()
        for row, value in enumerate(values):
            plain = value is None or isinstance(value, int | float | str)
            if not plain or (isinstance(value, float) and not math.isfinite(value)):
                raise UnreadableFile(f"row {row} of column {name!r} is no number or text", where=self.path)
        return [value for value in values if value is None or isinstance(value, int | float | str)]


def read_columns(path: Path, wanted: Sequence[str], optional: Sequence[str] = ()) -> ParquetColumns:
    """Read light columns as a whole; of `optional` ones those that are there.

    Raises
    ------
    MissingFile, UnreadableFile
        If the file is not there, is damaged, lacks a column, or unpacks to far more than its size.
    """
    import pyarrow as pa

    with _opened(path) as file:
        names = [name for name in (*wanted, *optional) if name in file.schema_arrow.names]
        lacking = [name for name in wanted if name not in names]
        if lacking:
            raise UnreadableFile(f"there is no column {lacking[0]!r}", where=path)
        most = _allowed(row_groups(path), names, path, _LIGHT)
        batches, held = [], 0
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=names, use_threads=False):
            batch.validate(full=True)
            held += batch.nbytes
            if held > most:
                raise UnreadableFile("the table unpacks to far more than its size", where=path)
            batches.append(batch)
        schema = pa.schema([file.schema_arrow.field(name) for name in names])
        table = pa.Table.from_batches(batches, schema)
    return ParquetColumns(path, {name: table.column(name) for name in names}, table.num_rows)


def read_row(path: Path, row: int, wanted: Sequence[str]) -> dict[str, Any]:
    """Read heavy columns of one row, each as pyarrow's scalar; those that are not there are left out.

    Only the rows before it in its own row group are unpacked on the way, one at a time.
    """
    with _opened(path) as file:
        names = [name for name in wanted if name in file.schema_arrow.names]
        for number, group in enumerate(row_groups(path)):
            if row < group.rows:
                _allowed((group,), names, path, _HEAVY)
                for batch in file.iter_batches(batch_size=1, row_groups=[number], columns=names, use_threads=False):
                    if row == 0:
                        batch.validate(full=True)
                        return {name: batch.column(name)[0] for name in names}
                    row -= batch.num_rows
                break
            row -= group.rows
    raise UnreadableFile("the table ends before the row that is asked for", where=path)


def numbers_of(value: Any) -> NDArray[Any] | None:  # noqa: ANN401 - pyarrow has no types
    """Return the numbers of a list, in their own type; None where there is no list or an empty place in it."""
    import pyarrow as pa

    if value is None or not value.is_valid or not isinstance(value, pa.ListScalar) or value.values.null_count:
        return None
    kind = value.values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return None
    found: NDArray[Any] = value.values.to_numpy(zero_copy_only=False)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a Parquet file; whatever is wrong with it becomes an error that names it."""
    import pyarrow as pa
    from pyarrow import parquet

    if not path.is_file():
        raise MissingFile("the table is not there", where=path)
    try:
        with parquet.ParquetFile(path) as file:
            if len(set(file.schema_arrow.names)) < len(file.schema_arrow.names):
                raise UnreadableFile("two columns have one name", where=path)
            yield file
    except (UnreadableFile, MissingFile):
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        hint = "pyarrow 26 and later can read it" if _EMPTY_LIST in reason else ""
        raise UnreadableFile(f"the Parquet file is damaged: {reason}", where=path, hint=hint) from None


def _allowed(groups: Sequence[RowGroup], names: Sequence[str], path: Path, most: tuple[int, int]) -> int:
    """Return how many bytes columns may unpack to; raise if their own description promises more."""
    size = path.stat().st_size
    allowed = most[0] + most[1] * size
    promised = sum(
        taken
        for group in groups
        for column, taken in group.columns.items()
        if any(column == name or column.startswith(f"{name}.") for name in names)
    )
    if promised > allowed:
        text = f"the table would unpack to {promised / 1e6:.0f} MB out of a file of {size / 1e6:.2f} MB"
        raise UnreadableFile(text, where=path)
    return allowed
