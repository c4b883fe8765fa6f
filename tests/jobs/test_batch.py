"""Many scenes: done once, whole or not at all, whatever stops the run in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lidar_label.datasets import Drive, WriteOptions, format_named, format_names, open_dataset, write_dataset
from lidar_label.datasets.joining import MANIFEST
from lidar_label.errors import Cancelled, CannotWrite, CheckFailed, LidarLabelError
from lidar_label.jobs import Report, convert
from lidar_label.jobs.manifest import read_manifest
from lidar_label.model import Finding, Taxonomy
from lidar_label.progress import Progress

pytestmark = pytest.mark.one_numpy

SmallDrive = Callable[..., Drive]
NAMES = ["a", "b", "c", "d"]


@pytest.fixture
def source(tmp_path: Path, small_drive: SmallDrive) -> Path:
    """Four scenes, one folder each."""
    folder = tmp_path / "source"
    drives = [small_drive(name, start_s=100 * i, x=10.0 + i) for i, name in enumerate(NAMES)]
    write_dataset("sustechpoints", folder, drives, Taxonomy())
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out"


def statuses(report: Report) -> list[tuple[str, str]]:
    return [(scene.name, scene.status) for scene in report.scenes]


def cloud_inodes(target: Path) -> set[int]:
    return {path.stat().st_ino for path in target.glob("samples/LIDAR_TOP/*")}


def hidden(target: Path) -> list[str]:
    return [p.name for p in target.parent.iterdir() if p.name.startswith(".")]


def break_scene(source: Path, name: str) -> bytes:
    """Cut a sweep in two; return what it was."""
    path = next((source / name / "lidar").iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return whole


def mend_scene(source: Path, name: str, whole: bytes) -> None:
    next((source / name / "lidar").iterdir()).write_bytes(whole)


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_scenes_arrive(source: Path, target: Path, jobs: int) -> None:
    seen: list[tuple[int, int, str]] = []
    progress = Progress(lambda done, total, text: seen.append((done, total, text)))
    report = convert(source, target, "nuscenes", options=WriteOptions(jobs=jobs, progress=progress))
    assert statuses(report) == [(name, "done") for name in NAMES]
    back = open_dataset(target)
    assert back.scene_names == tuple(NAMES)
    assert [len(back.labels(name)) for name in NAMES] == [2, 2, 2, 2]
    assert {text for _, _, text in seen} == {"look at", "convert", "reading back"}
    assert (4, 4, "convert") in seen
    assert hidden(target) == []
    manifest = read_manifest(target)
    assert manifest is not None
    assert [(entry.name, entry.frames, entry.boxes) for entry in manifest.scenes] == [(n, 2, 2) for n in NAMES]


def test_one_by_one_or_at_once_gives_the_same_files(source: Path, tmp_path: Path) -> None:
    for jobs in (1, 3):
        convert(source, tmp_path / f"out{jobs}", "nuscenes", options=WriteOptions(jobs=jobs))
    files = {p.relative_to(tmp_path / "out1") for p in (tmp_path / "out1").rglob("*") if p.is_file()}
    assert files == {p.relative_to(tmp_path / "out3") for p in (tmp_path / "out3").rglob("*") if p.is_file()}
    for file in files:
        assert (tmp_path / "out1" / file).read_bytes() == (tmp_path / "out3" / file).read_bytes(), file


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_scene_that_fails_stops_no_other_and_is_added_later(source: Path, target: Path, jobs: int) -> None:
    whole = break_scene(source, "b")
    options = WriteOptions(jobs=jobs)
    report = convert(source, target, "nuscenes", options=options)
    assert statuses(report) == [("a", "done"), ("b", "failed"), ("c", "done"), ("d", "done")]
    assert ".pcd" in report.failed[0].reason
    assert open_dataset(target).scene_names == ("a", "c", "d")
    assert hidden(target) == []
    first = cloud_inodes(target)

    mend_scene(source, "b", whole)
    report = convert(source, target, "nuscenes", options=options)
    assert statuses(report) == [("a", "skipped"), ("b", "done"), ("c", "skipped"), ("d", "skipped")]
    assert open_dataset(target).scene_names == ("a", "b", "c", "d")
    assert first < cloud_inodes(target)  # the very same files: nothing was written twice
    assert hidden(target) == []

    before = {p: p.stat().st_mtime_ns for p in target.rglob("*")}
    report = convert(source, target, "nuscenes", options=options)
    assert {status for _, status in statuses(report)} == {"skipped"}
    assert {p: p.stat().st_mtime_ns for p in target.rglob("*")} == before


def test_the_last_one_alone_may_be_added(source: Path, target: Path) -> None:
    convert(source, target, "nuscenes", scenes="[abc]")
    report = convert(source, target, "nuscenes", scenes="d")
    assert statuses(report) == [("d", "done")]
    assert open_dataset(target).scene_names == tuple(NAMES)


def test_one_scene_can_be_added_to_another(source: Path, target: Path) -> None:
    assert statuses(convert(source, target, "nuscenes", scenes="c")) == [("c", "done")]
    assert statuses(convert(source, target, "nuscenes", scenes="a")) == [("a", "done")]
    assert open_dataset(target).scene_names == ("a", "c")


def test_where_every_scene_fails_there_is_no_target(source: Path, target: Path) -> None:
    for name in NAMES:
        break_scene(source, name)
    report = convert(source, target, "nuscenes")
    assert len(report.failed) == 4
    assert sorted(p.name for p in target.parent.iterdir()) == ["source"]


def test_a_scene_that_cannot_be_opened_fails_alone(source: Path, target: Path) -> None:
    label = next((source / "c" / "label").iterdir())
    label.write_text("[{")
    report = convert(source, target, "kitti-tracking")
    assert statuses(report)[2] == ("c", "failed")
    assert label.name in report.failed[0].reason
    assert len(open_dataset(target).scene_names) == 3


SLOW = """
import os, sys, time
from pathlib import Path
from lidar_label.datasets import WriteOptions
from lidar_label.jobs import convert, scenes
from lidar_label.progress import Progress

real = scenes.write_dataset
done = 0

def slow(*arguments):
    global done
    if done == 2:  # the third scene: let it be half written, then wait to be killed
        folder = arguments[1].with_name(f".{arguments[1].name}.lidar-label-x.part")
        Path(sys.argv[2] + ".ready").touch()
        def wait(*_):
            time.sleep(60)
        arguments = (*arguments[:4], WriteOptions(progress=Progress(wait)), *arguments[5:])
    done += 1
    return real(*arguments)

scenes.write_dataset = slow
convert(Path(sys.argv[1]), Path(sys.argv[2]), "nuscenes")
"""


def test_a_killed_run_goes_on_where_it_was(source: Path, target: Path) -> None:
    running = subprocess.Popen([sys.executable, "-c", SLOW, str(source), str(target)])
    ready = Path(f"{target}.ready")
    deadline = time.monotonic() + 60
    while not ready.exists():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.raises(CannotWrite, match="another conversion"):
        convert(source, target, "nuscenes")
    time.sleep(0.3)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    ready.unlink()
    assert not target.exists()
    work = target.with_name(".out.lidar-label-work")
    finished = {p for p in (work / "scenes").iterdir() if not p.name.startswith(".")}
    assert len(finished) == 2
    inodes = {path.stat().st_ino for part in finished for path in part.glob("samples/LIDAR_TOP/*")}

    report = convert(source, target, "nuscenes")
    assert statuses(report) == [(name, "done") for name in NAMES]
    assert inodes < cloud_inodes(target)
    assert open_dataset(target).scene_names == tuple(NAMES)
    assert sorted(p.name for p in target.parent.iterdir()) == ["out", "source"]


def test_a_run_killed_between_the_two_renames_loses_nothing(source: Path, target: Path) -> None:
    convert(source, target, "nuscenes", scenes="[ab]")
    work = target.with_name(".out.lidar-label-work")
    work.mkdir()
    target.rename(work / "before")
    report = convert(source, target, "nuscenes")
    assert statuses(report) == [("a", "skipped"), ("b", "skipped"), ("c", "done"), ("d", "done")]
    assert open_dataset(target).scene_names == tuple(NAMES)
    assert hidden(target) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_stopped_run_keeps_what_is_done(source: Path, target: Path, jobs: int) -> None:
    def listen(done: int, total: int, text: str) -> None:
        if text == "convert" and done == 1:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled, match="finished scenes are kept"):
        convert(source, target, "nuscenes", options=WriteOptions(jobs=jobs, progress=progress))
    assert not target.exists()
    scenes = target.with_name(".out.lidar-label-work") / "scenes"
    kept = [p.name for p in scenes.iterdir()]
    assert kept
    assert not [name for name in kept if name.startswith(".")]
    assert len(convert(source, target, "nuscenes").scenes) == 4
    assert open_dataset(target).scene_names == tuple(NAMES)


def test_a_run_stopped_at_once_leaves_nothing(source: Path, target: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        convert(source, target, "nuscenes", options=WriteOptions(progress=progress))
    assert sorted(p.name for p in target.parent.iterdir()) == ["source"]


def test_a_process_that_dies_takes_only_its_scene_along(source: Path, target: Path) -> None:
    from lidar_label.jobs import workers

    with workers.Processes(2) as pool:
        found = list(pool.run(die_at_2, [1, 2, 3, 4], lambda task, reason: (task, reason), lambda: None))
    assert sorted(task for task, _ in found) == [1, 2, 3, 4]
    assert [reason for task, reason in found if task == 2] == [
        "its process was killed; was there enough memory? Try fewer --jobs"
    ]
    assert all(reason == "fine" for task, reason in found if task != 2)


def die_at_2(task: int, _: Progress | None) -> tuple[int, str]:
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return task, "fine"


def test_processes_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    from lidar_label.jobs import workers

    monkeypatch.setattr(workers, "_processors", lambda: 8)
    with workers.Processes(4) as pool:
        (found,) = pool.run(threads_of, [0], lambda *_: (), lambda: None)
    assert found == ("2", 2)
    assert "NUMBA_NUM_THREADS" not in os.environ


def threads_of(_: int, __: Progress | None) -> tuple[str, int]:
    from numba import config

    return os.environ["OMP_NUM_THREADS"], config.NUMBA_NUM_THREADS


def test_strict_stops_before_anything_is_written(source: Path, target: Path) -> None:
    said: list[Finding] = []
    with pytest.raises(CheckFailed, match="would be lost"):
        convert(source, target, "kitti-object", strict=True, announce=said.extend)
    assert {finding.where for finding in said} == set(NAMES)
    assert sorted(p.name for p in target.parent.iterdir()) == ["source"]


def test_a_target_of_somebody_else_is_left_alone(source: Path, target: Path) -> None:
    target.mkdir()
    (target / "precious").write_text("mine")
    with pytest.raises(CannotWrite, match="exists already"):
        convert(source, target, "nuscenes")
    assert sorted(p.name for p in target.parent.iterdir()) == ["out", "source"]
    with pytest.raises(CannotWrite, match="inside the data"):
        convert(source, source / "out", "nuscenes")
    assert not hidden(source / "out")


def test_what_was_written_otherwise_is_not_added_to(source: Path, target: Path) -> None:
    convert(source, target, "nuscenes", scenes="[ab]")
    with pytest.raises(CannotWrite, match="options"):
        convert(source, target, "nuscenes", options=WriteOptions(version="v1.0-trainval"))
    with pytest.raises(CannotWrite, match="format nuscenes, not kitti-raw"):
        convert(source, target, "kitti-raw")
    text = (target / MANIFEST).read_text()
    (target / MANIFEST).write_text(text.replace('"version": "0.1.0"', '"version": "0.0.9"'))
    with pytest.raises(CannotWrite, match=r"lidar-label 0\.0\.9"):
        convert(source, target, "nuscenes")
    for damaged in ("{", "[]", '{"format": "nuscenes"}', text.replace('"frames": 2', '"frames": "two"')):
        (target / MANIFEST).write_text(damaged)
        with pytest.raises(LidarLabelError, match="damaged"):
            convert(source, target, "nuscenes")
    assert open_dataset(target).scene_names == ("a", "b")


def test_a_scene_that_changed_is_not_written_over(source: Path, target: Path) -> None:
    convert(source, target, "nuscenes")
    label = next((source / "b" / "label").iterdir())
    rows = json.loads(label.read_text())
    rows[0]["psr"]["position"]["x"] += 1.0
    label.write_text(json.dumps(rows))
    report = convert(source, target, "nuscenes")
    assert statuses(report) == [("a", "skipped"), ("b", "failed"), ("c", "skipped"), ("d", "skipped")]
    assert "other data" in report.failed[0].reason


@pytest.mark.parametrize("name", [name for name in format_names() if format_named(name).writes])
def test_the_manifest_is_in_nobodys_way(source: Path, target: Path, name: str) -> None:
    convert(source, target, name, scenes="[ab]")
    report = convert(source, target, name)
    assert statuses(report) == [("a", "skipped"), ("b", "skipped"), ("c", "done"), ("d", "done")]
    assert (target / MANIFEST).is_file()
    back = open_dataset(target)
    assert back.format == name
    assert sum(len(back.scene(scene).frames) for scene in back.scene_names) == 8
    boxes = sum(len(back.labels(scene)) for scene in back.scene_names)
    assert boxes == sum(scene.boxes for scene in report.scenes) == (8 if format_named(name).holds.boxes else 0)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed here")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp", silence_logs=50
    ) as made:
        yield str(made.scheduler_address)


def test_a_dask_cluster_does_the_scenes(source: Path, target: Path, cluster: str) -> None:
    whole = break_scene(source, "b")
    report = convert(source, target, "nuscenes", dask=cluster)
    assert statuses(report) == [("a", "done"), ("b", "failed"), ("c", "done"), ("d", "done")]
    mend_scene(source, "b", whole)
    assert statuses(convert(source, target, "nuscenes", dask=cluster))[1] == ("b", "done")
    assert open_dataset(target).scene_names == tuple(NAMES)
    assert hidden(target) == []


def test_a_cluster_that_is_not_there(source: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lidar_label.jobs.workers import OnDask

    with pytest.raises(LidarLabelError, match="no Dask scheduler answers"):
        OnDask("tcp://127.0.0.1:9", timeout_s=0.5)
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(LidarLabelError, match=r"lidar-label\[dask\]"):
        convert(source, target, "nuscenes", dask="tcp://127.0.0.1:9")
    assert sorted(p.name for p in target.parent.iterdir()) == ["source"]
