"""A project file with a taxonomy, and a dump of its tables that shows every bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lidar_label.model import Attribute, Category, Taxonomy, Visibility
from lidar_label.store import ProjectStore

TABLES = ("scene", "category", "attribute", "visibility", "track", "box", "comment")


@pytest.fixture
def taxonomy() -> Taxonomy:
    return Taxonomy(
        [Category(name="car", size=(4.5, 1.9, 1.6), token="c1"), Category(name="行人", color="#ff8800", token="c2")],
        [
            Attribute(name="moving", token="a1"),
            Attribute(name="doors", kind="choice", values=("open", "shut"), per="track", token="a2"),
        ],
        [Visibility(token="1", level="v0-40", description="little"), Visibility(token="4", level="v80-100")],
    )


@pytest.fixture
def file(tmp_path: Path, taxonomy: Taxonomy) -> Path:
    """A project file that nobody has open."""
    path = tmp_path / "drive 1%.lidarlabel"
    ProjectStore.create(path, taxonomy).close()
    return path


@pytest.fixture
def store(file: Path) -> Iterator[ProjectStore]:
    with ProjectStore.open(file) as opened:
        yield opened


@pytest.fixture
def dump() -> Callable[[Path], dict[str, list[Any]]]:
    """Read the label tables past our own code; floats come as their exact hexadecimal form."""

    def exact(value: Any) -> Any:
        return value.hex() if isinstance(value, float) else value

    def read(path: Path) -> dict[str, list[Any]]:
        connection = sqlite3.connect(path)
        try:
            return {
                table: [tuple(map(exact, row)) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
                for table in TABLES
            }
        finally:
            connection.close()

    return read
