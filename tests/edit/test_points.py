"""Classes of points: each stroke is one edit that survives a killed process and is taken back to the bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.edit import PaintPoints, RemoveScene, Session, SetTaxonomy
from lidar_label.errors import CannotEdit, InvalidValue, UnreadableFile
from lidar_label.model import Category, Stroke, Taxonomy
from lidar_label.store import ProjectStore
from lidar_label.store.point_labels import class_names, read_classes

pytestmark = pytest.mark.one_numpy
POINTS = 10_000
Dump = Callable[[Path], dict[str, list[Any]]]


def stroke(indices: Any, *categories: str, frame: int = 3, which: Any = None) -> Stroke:
    return Stroke(frame, "TOP", POINTS, np.asarray(indices, np.int64), categories, which)


def classes(session: Session, frame: int = 3) -> Any:
    return read_classes(session.store, "s1", frame, "TOP", POINTS)


def test_a_stroke_gives_points_classes(session: Session) -> None:
    session.do(PaintPoints("s1", (stroke([5, 4096, 9999], "car"),)))
    session.do(PaintPoints("s1", (stroke([6, 5], "person"),), only_unlabelled=True))
    names = class_names(session.store)
    assert names == {10: "car", 30: "person"}, "SemanticKITTI's numbers for its names"
    found = classes(session)
    assert {int(i): names[found[i]] for i in np.flatnonzero(found)} == {5: "car", 6: "person", 4096: "car", 9999: "car"}
    assert not classes(session, 4).any()
    session.do(PaintPoints("s1", (stroke([5, 4096, 9999, 6], ""),)))
    assert not classes(session).any()
    assert session.do(PaintPoints("s1", (stroke([1], ""),))) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_strokes_do_what_an_array_would_and_are_taken_back(session: Session, dump: Dump, data: Any) -> None:
    before, start = dump(session.store.path), classes(session)
    wanted, names, made = start.copy(), ("", "car", "van"), 0
    for _ in range(data.draw(st.integers(1, 4))):
        indices = np.unique(data.draw(st.lists(st.integers(0, POINTS - 1), min_size=1, max_size=40)))
        which = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(indices), max_size=len(indices))))
        only = data.draw(st.booleans())
        made += session.do(PaintPoints("s1", (stroke(indices, *names, which=which),), only)) is not None
        numbers = {name: number for number, name in class_names(session.store).items()}
        free = wanted[indices] == 0 if only else np.ones(len(indices), bool)
        wanted[indices[free]] = np.array([numbers.get(name, 0) for name in names], np.uint16)[which[free]]
        assert np.array_equal(classes(session), wanted)
    for _ in range(made):
        session.undo()
    assert dump(session.store.path) == before


def test_classes_go_with_their_scene_and_follow_a_renamed_category(session: Session, dump: Dump) -> None:
    session.do(PaintPoints("s1", (stroke([7], "van"),)))
    taxonomy = session.store.taxonomy()
    (number,) = class_names(session.store)
    renamed = [replace(c, name="minibus") if c.name == "van" else c for c in taxonomy.categories]
    session.do(SetTaxonomy(Taxonomy(renamed, taxonomy.attributes, taxonomy.visibilities)))
    assert class_names(session.store) == {number: "minibus"}
    before = dump(session.store.path)
    session.do(RemoveScene("s1"))
    assert dump(session.store.path)["point_label"] == []
    session.undo()
    assert dump(session.store.path) == before


def test_what_does_not_fit_changes_nothing(session: Session, dump: Dump) -> None:
    session.do(PaintPoints("s1", (stroke([7], "van"),)))
    before = dump(session.store.path)
    with pytest.raises(CannotEdit, match="frames"):
        session.do(PaintPoints("s1", (stroke([7], "van", frame=10),)))
    with pytest.raises(CannotEdit, match="tree"):
        session.do(PaintPoints("s1", (stroke([7], "tree"),)))
    with pytest.raises(InvalidValue, match="points"):
        stroke([POINTS], "car")
    with pytest.raises(UnreadableFile, match="10000"):
        read_classes(session.store, "s1", 3, "TOP", POINTS + 1)
    assert dump(session.store.path) == before


def test_every_class_gets_a_number_of_its_own() -> None:
    from lidar_label.model import number_for

    taken: set[int] = set()
    for name in ("vehicle.car", "car", "human.pedestrian", "kerb", "Traffic_Sign", "kerb stone"):
        taken.add(number_for(name, taken))
    assert taken == {10, 2, 30, 3, 81, 4}


KILLED = """
import sys
from pathlib import Path
import numpy as np
from lidar_label.edit import PaintPoints, Session
from lidar_label.model import Stroke
from lidar_label.store import ProjectStore
session = Session(ProjectStore.open(Path(sys.argv[1])))
for number in range(10000):
    stroke = Stroke(number % 10, "TOP", 10000, np.arange(number % 90 * 100, number % 90 * 100 + 100), ("car",))
    session.do(PaintPoints("s1", (stroke,)))
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_no_acknowledged_stroke_is_lost(session: Session) -> None:
    session.close()
    command = [sys.executable, "-c", KILLED, str(session.store.path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [next(child.stdout) for _ in range(40)]
    child.send_signal(signal.SIGKILL)
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    acknowledged = int(said[-1])
    again = Session(ProjectStore.open(session.store.path))
    for number in range(min(acknowledged + 1, 90)):
        found = classes(again, number % 10)
        assert found[number * 100 : number * 100 + 100].all(), number
    assert again.undo() is not None
    again.close()


def test_a_category_of_points_alone_needs_no_box(session: Session) -> None:
    taxonomy = session.store.taxonomy()
    more = Taxonomy((*taxonomy.categories, Category(name="road")), taxonomy.attributes, taxonomy.visibilities)
    session.do(SetTaxonomy(more))
    session.do(PaintPoints("s1", (stroke(np.arange(POINTS), "road"),)))
    assert (classes(session) == 40).all()
