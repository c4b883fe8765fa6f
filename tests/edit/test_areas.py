"""Areas are kept in the project to the last bit, undone like every edit, and go with their category and scene."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.edit import DeleteAreas, PutAreas, RemoveScene, Session, SetAreaCategory, SetTaxonomy
from lidar_label.errors import CannotEdit, InvalidValue, UnreadableFile
from lidar_label.model import Area, Category, Source, Taxonomy
from lidar_label.model.area import crosses_itself
from lidar_label.store import ProjectStore, SceneRef

CROSSING = np.array([[10.1, -3.0, 0.05], [13.3, -3.0, 1 / 3], [13.3, 4.0, 0.1], [10.1, 4.0, -0.0]])


def area(**more: Any) -> Area:
    return Area(**{"scene": "s1", "category": "car", "corners": CROSSING, "token": "a1", **more})


def test_an_area_is_an_edit(session: Session, tmp_path: Path) -> None:
    first = area(frame=3, author="Ann", time_ns=5, note="worn \u7ebf", source=Source.IMPORTED)
    second = area(token="a2", time_ns=9, corners=CROSSING + np.array([5e6, 4e5, 100.0]))
    session.do(PutAreas((first,)))
    session.do(PutAreas((second,)))
    assert session.store.areas("s1") == (first, second)
    assert session.store.areas("s2") == ()
    session.undo()
    assert session.store.areas("s1") == (first,)
    session.redo()
    moved = replace(first, corners=CROSSING[[0, 1, 2]], note="")
    session.do(PutAreas((moved, second)))  # of the second nothing changes
    assert len(session.store.history(1)[0].title) > 0
    assert session.store.history(1)[0].changes == 1
    session.do(SetAreaCategory(("a1", "a2"), "van"))
    assert [found.category for found in session.store.areas("s1")] == ["van", "van"]
    session.do(DeleteAreas(("a1",)))
    assert session.store.areas("s1") == (replace(second, category="van"),)
    for _ in range(3):
        session.undo()
    assert session.store.areas("s1") == (first, second)
    session.close()
    with ProjectStore.open(tmp_path / "work.lidarlabel") as store:  # bit for bit, past our own objects
        (found, _) = store.areas("s1")
    assert found.corners.tobytes() == (CROSSING + 0.0).tobytes()
    assert not found.corners.flags.writeable
    assert (found.source, found.note, found.frame) == (Source.IMPORTED, "worn \u7ebf", 3)


def test_it_needs_a_scene_a_frame_and_a_category_that_are_there(session: Session) -> None:
    for wrong in ({"scene": "s9"}, {"frame": 10}, {"category": "zebra"}):
        with pytest.raises(CannotEdit):
            session.do(PutAreas((area(**wrong),)))
    with pytest.raises(CannotEdit, match="no area"):
        session.do(DeleteAreas(("nothing",)))
    with pytest.raises(CannotEdit, match="no area"):
        session.do(SetAreaCategory(("nothing",), "car"))
    assert session.store.areas("s1") == ()
    session.do(PutAreas((area(category="zebra"),), adds_categories=True))
    assert "zebra" in session.store.taxonomy()
    session.undo()
    assert "zebra" not in session.store.taxonomy()


def test_it_goes_with_its_category_and_its_scene(session: Session, ref: SceneRef) -> None:
    session.do(PutAreas((area(), area(token="a2", category="van"))))
    now = session.store.taxonomy()
    with pytest.raises(CannotEdit, match="1 areas"):
        session.do(SetTaxonomy(Taxonomy([c for c in now.categories if c.name != "van"], now.attributes)))
    renamed = [replace(c, name="crossing") if c.name == "van" else c for c in now.categories]
    session.do(SetTaxonomy(Taxonomy(renamed, now.attributes, now.visibilities)))
    assert [found.category for found in session.store.areas("s1")] == ["car", "crossing"]
    session.do(RemoveScene(ref.token))
    assert session.store.areas("s1") == ()
    session.undo()
    session.undo()
    assert [found.category for found in session.store.areas("s1")] == ["car", "van"]


@pytest.mark.parametrize(
    ("corners", "why"),
    [
        (CROSSING[:2], "3 to 1000"),
        (np.zeros((1001, 3)), "3 to 1000"),
        (CROSSING[:, :2], "shape"),
        ([["a", 0, 0]] * 3, "rows"),
        (CROSSING * (1, np.nan, 1), "finite"),
        (CROSSING[[0, 1, 1, 2]], "twice"),
        (CROSSING[[0, 1, 2, 0]], "twice"),
        (CROSSING[[0, 2, 1, 3]], "cross"),
        ([[0, 0, 0], [3, 0, 0], [2, 0, 1], [1, 0, 0]], "cross"),
    ],
)
def test_what_is_no_polygon_is_refused(corners: Any, why: str) -> None:
    with pytest.raises(InvalidValue, match=why):
        area(corners=corners)


def test_crossing_agrees_with_shapely() -> None:
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    random = np.random.default_rng(7)
    seen = {True: 0, False: 0}
    for count in [3, 4, 5, 6, 8] * 60:
        turns = np.sort(random.uniform(0, 2 * np.pi, count))
        reach = random.uniform(1, 9, count)
        corners = np.column_stack([np.cos(turns) * reach, np.sin(turns) * reach]) + random.uniform(-1e6, 1e6, 2)
        if random.random() < 0.5:
            corners = corners[random.permutation(count)]
        assert crosses_itself(corners) != shapely.Polygon(corners).is_valid
        seen[crosses_itself(corners)] += 1
        if not crosses_itself(corners):
            made = area(corners=np.column_stack([corners, np.zeros(count)]))
            assert made.size == pytest.approx(shapely.Polygon(corners - corners[0]).area, rel=1e-6)
    assert min(seen.values()) > 50


def test_grid_polygons_that_touch_themselves_are_refused() -> None:
    """Corners on whole metres touch and run back often: where shapely calls them valid so do we."""
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    random = np.random.default_rng(8)
    for _ in range(400):
        corners = random.integers(0, 4, (random.integers(3, 7), 2)).astype(float)
        if (corners == np.roll(corners, -1, axis=0)).all(axis=1).any():
            continue
        assert crosses_itself(corners) != shapely.Polygon(corners).is_valid, corners.tolist()


@pytest.mark.parametrize(
    "corners", ["no json", "[[0,0,0],[1,0,0]]", "[1,2,3]", '{"a":1}', "[[0,0,0],[1,0,0],[0,1e999,0]]"]
)
def test_a_damaged_row_is_named(session: Session, tmp_path: Path, corners: str) -> None:
    session.do(PutAreas((area(),)))
    session.close()
    path = tmp_path / "work.lidarlabel"
    connection = sqlite3.connect(path)
    assert json.loads(connection.execute("SELECT corners FROM area").fetchone()[0])[1] == CROSSING[1].tolist()
    connection.execute("UPDATE area SET corners = ?", (corners,))
    connection.commit()
    connection.close()
    with ProjectStore.open(path) as store, pytest.raises(UnreadableFile, match=r"table area, row .*a1"):
        store.areas("s1")


def test_a_new_category_takes_its_place_behind_the_others(session: Session) -> None:
    before = session.store.taxonomy().categories
    session.do(PutAreas((area(category="stop line"), area(token="a2", category="stop line")), adds_categories=True))
    after = session.store.taxonomy().categories
    assert (after[:-1], after[-1].name) == (before, "stop line")
    assert isinstance(after[-1], Category)
