"""One desk at a time: a project that another process has, or that cannot be written, is open for reading only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lidar_label.edit import AddTrack, Session
from lidar_label.errors import CannotEdit
from lidar_label.held import hold, holder_of
from lidar_label.jobs import open_project
from lidar_label.jobs.project import is_held, last_edit, lock_path
from lidar_label.model import Category, Taxonomy, Track
from lidar_label.store import ProjectStore, SceneRef

NOBODY = 65534
HOLDER = """
import sys
from pathlib import Path
from lidar_label.jobs import open_project
project = open_project(Path(sys.argv[1]), "ann", alone=True)
print(project.session.read_only, flush=True)
sys.stdin.readline()
project.close()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach."""
    made = Path(tempfile.mkdtemp(prefix="lidar-label-test-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.fixture
def project(folder: Path) -> Path:
    path = folder / "work.lidarlabel"
    with ProjectStore.create(path, Taxonomy([Category(name="car")])) as store:
        add_scene(Session(store, "ann"))
    return path


def add_scene(session: Session) -> None:
    from lidar_label.edit import ImportLabels
    from lidar_label.model import Labels

    ref = SceneRef(token="s", name="drive", path="drive", format="memory", scene="drive", frames=3)
    session.do(ImportLabels(ref, Labels(), Taxonomy()))


def add_track(session: Session, token: str = "t") -> None:
    session.do(AddTrack("s", Track(category="car", name=token, token=token), (), "Draw a box"))


class Other:
    """Another process that has the project open."""

    def __init__(self, project: Path) -> None:
        command = [sys.executable, "-c", HOLDER, str(project)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.read_only = self.process.stdout.readline().strip() == "True"

    def end(self, how: int = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.communicate()


@pytest.fixture
def other(project: Path) -> Iterator[Other]:
    made = Other(project)
    yield made
    if made.process.poll() is None:
        made.end()


def test_the_second_reads_only_and_says_who_has_it(project: Path, other: Other) -> None:
    assert not other.read_only
    with open_project(project, "bob", alone=True) as mine:
        assert mine.session.read_only
        assert mine.holder is not None
        assert mine.holder.process == other.process.pid
        assert mine.holder.host
        assert abs(mine.holder.since - time.time()) < 600
        assert mine.session.store.taxonomy().categories[0].name == "car"
        with pytest.raises(CannotEdit, match="reading only"):
            add_track(mine.session)
        with pytest.raises(CannotEdit, match="reading only"):
            mine.session.undo()
        assert is_held(project)
        other.end()
        assert not is_held(project), "the system let go of it"
    with open_project(project, "bob", alone=True) as mine:
        assert not mine.session.read_only
        add_track(mine.session)
    assert [entry.name for entry in project.parent.iterdir()] == ["work.lidarlabel"], "nothing is left beside it"


def test_a_command_that_only_looks_is_not_kept_out(project: Path, other: Other) -> None:
    with open_project(project) as mine:
        assert len(mine.refs) == 1
    assert other.process.poll() is None


def test_closed_as_it_should_be_it_is_free(project: Path, other: Other) -> None:
    assert is_held(project)
    assert other.process.stdin is not None
    other.process.stdin.write("\n")
    other.process.communicate()
    assert not is_held(project)
    assert not lock_path(project).exists()


def test_this_process_may_have_it_twice(project: Path) -> None:
    first = open_project(project, alone=True)
    second = open_project(project, alone=True)
    assert not second.session.read_only
    first.close()
    assert lock_path(project).exists(), "the second has it still"
    second.close()
    assert not lock_path(project).exists()


def test_what_stands_in_a_lock_of_another_version_is_no_fault(folder: Path) -> None:
    for text in ("", "{", "[1]", '{"process": "x"}', '{"since": 1e999, "process": 1e999}'):
        path = folder / "lock"
        path.write_text(text)
        assert holder_of(path).process == 0
        held = hold(path)
        assert held is not None
        assert holder_of(path).process == os.getpid()
        held.let_go()
        assert not path.exists()


@contextmanager
def as_reader(folder: Path) -> Iterator[None]:
    """Be somebody who may read the folder and not write into it."""
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_read(project: Path) -> None:
    with ProjectStore.open(project) as store:
        add_track(Session(store, "ann"))
    before = project.read_bytes()
    with as_reader(project.parent), open_project(project, "bob", alone=True) as mine:
        assert mine.session.read_only
        assert mine.holder is None
        assert [track.token for track in mine.session.store.tracks("s")] == ["t"]
        assert mine.session.store.path == project
        with pytest.raises(CannotEdit, match="reading only"):
            add_track(mine.session, "u")
    assert project.read_bytes() == before
    assert [entry.name for entry in project.parent.iterdir()] == ["work.lidarlabel"]


def test_the_newest_edits_are_read_where_a_killed_desk_left_them_in_the_log(project: Path, folder: Path) -> None:
    left = folder / "left"
    left.mkdir()
    with ProjectStore.open(project) as store:
        add_track(Session(store, "ann"))
        for name in (project.name, f"{project.name}-wal"):
            shutil.copyfile(folder / name, left / name)
    with as_reader(left), open_project(left / project.name, alone=True) as mine:
        assert [track.token for track in mine.session.store.tracks("s")] == ["t"]


def test_the_last_edit_is_named_without_a_change_to_the_file(project: Path) -> None:
    with ProjectStore.open(project) as store:
        session = Session(store, "ann")
        add_track(session)
        add_track(session, "u")
        session.undo()
    before = project.read_bytes()
    found = last_edit(project)
    assert found is not None
    assert (found.title, found.author) == ("Draw a box", "ann")
    assert abs(found.timestamp_ns / 1e9 - time.time()) < 600
    assert project.read_bytes() == before
