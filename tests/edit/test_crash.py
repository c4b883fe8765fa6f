"""A killed process: every acknowledged edit is in the file, and undo still works all the way down."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import Session
from lidar_label.model import SE3, Box, Labels, Track
from lidar_label.store import ProjectStore, SceneRef

pytestmark = pytest.mark.one_numpy

EDITS = """
import sys
from pathlib import Path
from lidar_label.edit import PutBoxes, Session
from lidar_label.model import SE3, Box
from lidar_label.store import ProjectStore
session = Session(ProjectStore.open(Path(sys.argv[1])))
for number in range(1000):
    pose = SE3.from_yaw("world", "box", 0.0, (number / 3, 0.0, 0.0))
    box = Box(track="t1", frame=number % 10, world_SE3_box=pose, size=(4.0, 2.0, 1.5))
    session.do(PutBoxes("s1", (box,), f"edit {number}"))
    print(number, flush=True)
"""

IMPORT = """
import sys
from pathlib import Path
from lidar_label.edit import ImportLabels, Session
from lidar_label.model import SE3, Box, Labels, Track
from lidar_label.store import ProjectStore, SceneRef
session = Session(ProjectStore.open(Path(sys.argv[1])))
pose = SE3.identity("world", "box")
tracks = [Track(category="car") for _ in range(100)]
boxes = [Box(track=t.token, frame=f, world_SE3_box=pose, size=(4.0, 2.0, 1.5)) for t in tracks for f in range(100)]
ref = SceneRef(token="s2", name="big", path="p", format="f", scene="big", frames=100)
command = ImportLabels(ref, Labels(tracks, boxes))
print("starts", flush=True)
session.do(command)
print("done", flush=True)
"""

Dump = Callable[[Path], dict[str, list[Any]]]


@pytest.fixture
def project(session: Session) -> Path:
    """A closed project with scene s1 and an empty track t1."""
    from lidar_label.edit import AddTrack

    session.do(AddTrack("s1", Track(category="car", token="t1"), ()))
    session.close()
    return session.store.path


def start(code: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("after", [0, 389])
def test_no_acknowledged_edit_is_lost(project: Path, dump: Dump, after: int) -> None:
    before = dump(project)
    child = start(EDITS, project)
    assert child.stdout is not None
    acknowledged = -1
    for line in child.stdout:
        acknowledged = int(line)
        if acknowledged == after:
            child.send_signal(signal.SIGKILL)
            break
    for line in child.stdout:  # what it said between our decision and its death counts as well
        acknowledged = int(line)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    assert after <= acknowledged < 999

    session = Session(ProjectStore.open(project))
    titles = [entry.title for entry in session.store.history(2000)][:-2][::-1]  # below: the scene and the track
    made = len(titles)
    assert made in (acknowledged + 1, acknowledged + 2), "an edit was lost"
    assert titles == [f"edit {number}" for number in range(made)]
    for box in session.store.boxes_of_track("t1"):
        newest = max(number for number in range(made) if number % 10 == box.frame)
        assert box.center[0] == newest / 3
    final = dump(project)

    for number in reversed(range(made)):
        assert session.undo_title == f"edit {number}"
        assert session.undo() is not None
    assert dump(project) == before
    for _ in range(made):
        assert session.redo() is not None
    assert session.redo() is None
    assert dump(project) == final
    session.close()


@pytest.mark.parametrize("wait_s", [0.0, 0.05, 0.2, 0.35])
def test_a_bulk_edit_is_there_whole_or_not_at_all(project: Path, dump: Dump, wait_s: float) -> None:
    before = dump(project)
    child = start(IMPORT, project)
    assert child.stdout is not None
    assert child.stdout.readline() == "starts\n"
    try:
        child.wait(wait_s)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
    acknowledged = child.stdout.read() == "done\n"
    child.wait()
    child.stdout.close()
    with ProjectStore.open(project) as store:
        boxes = store.counts("s2").boxes
        assert boxes in (0, 10_000)
        assert boxes == 10_000 or not acknowledged
        if boxes:
            assert store.undo() is not None
        assert dump(project) == before


def test_a_crash_leaves_a_file_that_opens_where_it_is_moved_to(project: Path, tmp_path: Path) -> None:
    """The log beside the file belongs to it; opening once brings both together."""
    child = start(EDITS, project)
    assert child.stdout is not None
    child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()
    ProjectStore.open(project).close()
    moved = tmp_path / "moved.lidarlabel"
    project.rename(moved)
    with ProjectStore.open(moved) as store:
        assert store.box("t1", 0) is not None


def test_a_session_after_a_crash_adds_to_the_same_history(project: Path, ref: SceneRef) -> None:
    from lidar_label.edit import ImportLabels

    child = start(EDITS, project)
    assert child.stdout is not None
    child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()
    session = Session(ProjectStore.open(project))
    track = Track(category="car")
    box = Box(track=track.token, frame=0, world_SE3_box=SE3.identity("world", "box"), size=(1, 1, 1))
    session.do(ImportLabels(ref, Labels([track], [box]), title="after"))
    assert session.undo_title == "after"
    session.undo()
    assert session.undo_title.startswith("edit")
    session.close()
