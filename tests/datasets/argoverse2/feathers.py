"""Feather files for tests of Argoverse 2, read and written by pyarrow."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa


def table_of(path: Path) -> pa.Table:
    with pa.ipc.open_file(path) as file:
        return file.read_all()


def save(table: pa.Table, path: Path, compression: str = "lz4") -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_file(path, table.schema, options=options) as file:
        file.write_table(table)
