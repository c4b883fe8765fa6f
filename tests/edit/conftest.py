"""A project with one scene of a few tracks, and a dump of its tables that shows every bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import AddScene, Session
from lidar_label.model import SE3, Attribute, Box, Category, Taxonomy, Visibility
from lidar_label.store import ProjectStore, SceneRef

TABLES = ("scene", "category", "attribute", "visibility", "track", "box", "comment", "waiver", "review",
          "area", "point_class", "point_label")  # fmt: skip


@pytest.fixture
def ref() -> SceneRef:
    return SceneRef(token="s1", name="drive", path="../data", format="kitti-raw", scene="0001", frames=10)


@pytest.fixture
def taxonomy() -> Taxonomy:
    return Taxonomy(
        [Category(name="car", token="c1"), Category(name="van", token="c2"), Category(name="person", token="c3")],
        [
            Attribute(name="moving", token="a1"),
            Attribute(name="lane", kind="choice", values=("left", "right"), token="a2"),
            Attribute(name="speed", kind="number", token="a3"),
            Attribute(name="note", kind="text", token="a4"),
            Attribute(name="electric", per="track", token="a5"),
        ],
        [Visibility(token="1", level="low"), Visibility(token="4", level="high")],
    )


@pytest.fixture
def session(tmp_path: Path, taxonomy: Taxonomy, ref: SceneRef) -> Iterator[Session]:
    made = Session(ProjectStore.create(tmp_path / "work.lidarlabel", taxonomy), "Ann")
    made.do(AddScene(ref))
    yield made
    made.close()


@pytest.fixture
def make_box() -> Callable[..., Box]:
    def make(track: str, frame: int, x: float = 0.0, **more: Any) -> Box:
        pose = SE3.from_yaw("world", "box", 0.1 * frame, (x, 1 / 3, -1.0))
        return Box(**{"track": track, "frame": frame, "world_SE3_box": pose, "size": (4.0, 1.9, 1.5), **more})

    return make


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
