"""A data set is written whole, or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from lidar_label.datasets import (
    NO_OPTIONS,
    Dataset,
    Drive,
    Format,
    Holds,
    ReadOptions,
    WriteOptions,
    export,
    write_dataset,
)
from lidar_label.errors import Cancelled, CannotWrite, UnknownFormat, UnreadableFile
from lidar_label.model import SE3, Box, Finding, Frame, Labels, PointCloud, Scene, Sensor, Sweep, Taxonomy, Track
from lidar_label.progress import Progress

pytestmark = pytest.mark.one_numpy

LIDAR = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR_TOP"))
Fault = Callable[[Path], None]


def drive(name: str = "one", path: Path | None = None, boxes: int = 2, points: int = 100) -> Drive:
    """Two frames, one car."""

    def load() -> PointCloud:
        return PointCloud(np.ones((points, 3), np.float32))

    frames = [
        Frame(
            index=i,
            timestamp_ns=i * 500_000_000,
            sweeps={
                "LIDAR_TOP": Sweep(
                    sensor=LIDAR,
                    timestamp_ns=i * 500_000_000,
                    world_SE3_ego=SE3.identity("world", "ego"),
                    frame=i,
                    path=path,
                    load=load,
                )
            },
        )
        for i in range(2)
    ]
    track = Track(category="car")
    made = [
        Box(track=track.token, frame=i, world_SE3_box=SE3.from_yaw("world", "box", 0.4, (i, 2, 3)), size=(4, 2, 1.5))
        for i in range(boxes)
    ]
    return Drive(scene=Scene(name=name, frames=frames, sensors={"LIDAR_TOP": LIDAR}), labels=Labels([track], made))


class Copy(Dataset):
    """What the format below reads: the drives it was given, changed as a test asks."""

    def __init__(self, path: Path, drives: Sequence[Drive]) -> None:
        super().__init__("memory", path, Taxonomy())
        self._drives = {d.scene.name: d for d in drives}

    @property
    def scene_names(self) -> tuple[str, ...]:
        return tuple(self._drives)

    def scene(self, name: str) -> Scene:
        return self._drives[name].scene

    def labels(self, name: str) -> Labels:
        return self._drives[name].labels


class Memory(Format):
    """A format that writes a file a scene, and reads back from memory what it was told."""

    name = "memory"
    title = "Memory"
    holds: ClassVar[Holds] = Holds(tracks=True, rotation="full", poses=True)
    fault: Fault | None = None
    reads: Sequence[Drive] | None = None

    def recognises(self, path: Path) -> bool:
        return False

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        return Copy(path, self.reads if self.reads is not None else self.given)

    def write(
        self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions
    ) -> list[Finding] | None:
        self.given = drives
        for done, item in enumerate(drives):
            options.progress.step(done, len(drives))
            (folder / item.scene.name).write_text("data")
            if self.fault:
                self.fault(folder)
        return [Finding("info", "written", "written")]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    made = Memory()
    monkeypatch.setattr(export, "format_named", lambda name: made)
    return made


def nothing_left(folder: Path) -> bool:
    return list(folder.iterdir()) == []


def test_a_folder_appears_whole(memory: Memory, tmp_path: Path) -> None:
    seen: list[list[str]] = []
    memory.fault = lambda folder: seen.append(sorted(p.name for p in tmp_path.iterdir()))
    findings = write_dataset("memory", tmp_path / "out", [drive("a"), drive("b")], Taxonomy())
    assert [f.code for f in findings] == ["written"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a", "b"]
    assert all(len(names) == 1 and names[0].startswith(".out.") for names in seen)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_existing_target_is_refused_and_untouched(memory: Memory, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    for name in ("out", "link"):
        with pytest.raises(CannotWrite, match="exists already") as caught:
            write_dataset("memory", tmp_path / name, [drive()], Taxonomy())
        assert str(tmp_path / name) in caught.value.line
    assert nothing_left(tmp_path / "out")


def test_a_target_without_a_parent_is_refused(memory: Memory, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="not there"):
        write_dataset("memory", tmp_path / "no" / "out", [drive()], Taxonomy())
    assert nothing_left(tmp_path)


def test_nothing_is_written_inside_the_source(memory: Memory, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "velodyne").mkdir(parents=True)
    (source / "velodyne" / "0.bin").write_bytes(b"1234")
    with pytest.raises(CannotWrite, match="inside the data"):
        write_dataset("memory", source / "velodyne" / "out", [drive(path=source / "velodyne" / "0.bin")], Taxonomy())
    link = tmp_path / "link"
    link.symlink_to(source)
    with pytest.raises(CannotWrite, match="inside the data"):
        write_dataset("memory", link / "out", [drive()], Taxonomy(), WriteOptions(source=source))
    assert sorted(p.name for p in source.rglob("*")) == ["0.bin", "velodyne"]


@pytest.mark.parametrize("broken", [[], [drive("a"), drive("a")], [drive(boxes=3)]], ids=["none", "doubled", "frame"])
def test_drives_that_cannot_be_a_data_set_are_refused(memory: Memory, tmp_path: Path, broken: list[Drive]) -> None:
    with pytest.raises(CannotWrite):
        write_dataset("memory", tmp_path / "out", broken, Taxonomy())
    assert nothing_left(tmp_path)


@pytest.mark.parametrize(
    ("code", "word"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "denied"), (errno.EROFS, "read-only"), (errno.EIO, "fault")],
)
def test_a_failing_disk_is_one_clear_line(memory: Memory, tmp_path: Path, code: int, word: str) -> None:
    def fault(folder: Path) -> None:
        raise OSError(code, os.strerror(code), str(folder / "x"))

    memory.fault = fault
    with pytest.raises(CannotWrite, match=word) as caught:
        write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert "\n" not in caught.value.line
    assert "nothing was written" in caught.value.line
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("error", [UnreadableFile("bad sweep", where="a.bin"), KeyboardInterrupt(), RuntimeError("x")])
def test_any_error_leaves_nothing(memory: Memory, tmp_path: Path, error: BaseException) -> None:
    def fault(folder: Path) -> None:
        raise error

    memory.fault = fault
    with pytest.raises(type(error)):
        write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert nothing_left(tmp_path)


def test_cancelling_leaves_nothing(memory: Memory, tmp_path: Path) -> None:
    progress = Progress()
    memory.fault = lambda folder: progress.cancel()
    with pytest.raises(Cancelled):
        write_dataset("memory", tmp_path / "out", [drive("a"), drive("b")], Taxonomy(), WriteOptions(progress=progress))
    assert nothing_left(tmp_path)


def moved(by: float, turned: float = 0.0, stretched: float = 0.0) -> Drive:
    base = drive()
    boxes = [
        Box(
            track=box.track,
            frame=box.frame,
            world_SE3_box=SE3.from_yaw("world", "box", box.yaw + turned, box.center + np.array((by, 0, 0))),
            size=(box.size[0] + stretched, *box.size[1:]),
        )
        for box in base.labels.boxes()
    ]
    return Drive(scene=base.scene, labels=Labels(base.labels.tracks, boxes))


@pytest.mark.parametrize(
    "back",
    [[], [drive("one", boxes=1)], [moved(1e-5)], [moved(0, turned=1e-5)], [moved(0, stretched=1e-5)]],
    ids=["scene", "box", "moved", "turned", "stretched"],
)
def test_what_reads_back_differently_gets_no_name(memory: Memory, tmp_path: Path, back: list[Drive]) -> None:
    memory.reads = back
    with pytest.raises(CannotWrite, match="does not read back"):
        write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert nothing_left(tmp_path)


def test_clouds_that_do_not_come_back_are_missed(memory: Memory, tmp_path: Path) -> None:
    given = drive()
    bare = replace(given.scene, frames=[replace(frame, sweeps={}) for frame in given.scene.frames])
    memory.reads = [replace(given, scene=bare)]
    with pytest.raises(CannotWrite, match="2 frames with a cloud became 0"):
        write_dataset("memory", tmp_path / "out", [given], Taxonomy())
    memory.losses = lambda drives: [Finding("warning", "sweeps", "clouds are lost", "")]  # type: ignore[method-assign]
    write_dataset("memory", tmp_path / "labels", [given], Taxonomy())
    absent = drive(path=tmp_path / "source/none.pcd")
    memory.losses = lambda drives: []  # type: ignore[method-assign]
    memory.reads = [replace(absent, scene=bare)]
    write_dataset("memory", tmp_path / "absent", [absent], Taxonomy())


def test_a_format_is_held_to_its_own_precision(memory: Memory, tmp_path: Path) -> None:
    memory.reads = [moved(0.004, turned=0.004)]
    memory.precision_m = memory.precision_rad = 0.005  # type: ignore[misc]
    write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert (tmp_path / "out").is_dir()


def test_a_format_without_scenes_gives_them_back_as_one(memory: Memory, tmp_path: Path) -> None:
    memory.merges_scenes = True  # type: ignore[misc]
    given = [drive("a"), drive("b")]
    frames = [
        replace(frame, index=i, timestamp_ns=i, token=f"{i}")
        for i, frame in enumerate(frame for item in given for frame in item.scene.frames)
    ]
    tracks = [track for item in given for track in item.labels.tracks]
    boxes = [
        replace(box, frame=box.frame + shift)
        for item, shift in zip(given, (0, 2), strict=True)
        for box in item.labels.boxes()
    ]
    merged = Drive(scene=replace(given[0].scene, name="all", frames=frames), labels=Labels(tracks, boxes))
    memory.reads = [merged]
    write_dataset("memory", tmp_path / "out", given, Taxonomy())
    memory.reads = [replace(merged, labels=Labels(tracks, boxes[:-1]))]
    with pytest.raises(CannotWrite, match="4 boxes became 3"):
        write_dataset("memory", tmp_path / "other", given, Taxonomy())


def test_a_format_without_poses_is_compared_where_the_lidar_stands(memory: Memory, tmp_path: Path) -> None:
    memory.holds = Holds(tracks=True)  # type: ignore[misc]
    base = drive()
    world_SE3_there = SE3.from_yaw("world", "world", 1.0, (100, 50, 2))

    def elsewhere(shift: float) -> Drive:
        frames = [
            replace(
                f, sweeps={"LIDAR_TOP": replace(f.sweep(), world_SE3_ego=world_SE3_there @ f.sweep().world_SE3_ego)}
            )
            for f in base.scene.frames
        ]
        boxes = [
            box.moved(world_SE3_there @ SE3.from_yaw("world", "box", box.yaw, box.center + np.array((shift, 0, 0))))
            for box in base.labels.boxes()
        ]
        return Drive(scene=replace(base.scene, frames=frames), labels=Labels(base.labels.tracks, boxes))

    memory.reads = [elsewhere(0.0)]
    write_dataset("memory", tmp_path / "out", [base], Taxonomy())
    memory.reads = [elsewhere(0.001)]
    with pytest.raises(CannotWrite, match=r"moved or changed size by 0\.001 m"):
        write_dataset("memory", tmp_path / "other", [base], Taxonomy())


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_killed_runs_left_is_removed(memory: Memory, tmp_path: Path) -> None:
    stale = tmp_path / f".out.lidar-label-{export.host_id()}-{dead_process()}.part"
    alive = tmp_path / f".out.lidar-label-{export.host_id()}-{os.getppid()}.part"
    other_host = tmp_path / ".out.lidar-label-00000000-1.part"
    other_target = tmp_path / f".out2.lidar-label-{export.host_id()}-{dead_process()}.part"
    for folder in (stale, alive, other_host, other_target):
        (folder / "samples").mkdir(parents=True)
        (folder / "samples" / "x").touch()
    findings = write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert not stale.exists()
    assert all(folder.exists() for folder in (alive, other_host, other_target))
    told = {f.where for f in findings if f.code == "unfinished-export"}
    assert told == {str(alive), str(other_host)}


def test_two_exports_to_one_target_do_not_touch_each_other(memory: Memory, tmp_path: Path) -> None:
    refused: list[CannotWrite] = []

    def again(folder: Path) -> None:
        with pytest.raises(CannotWrite, match="running already") as caught:
            write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
        refused.append(caught.value)

    memory.fault = again
    write_dataset("memory", tmp_path / "out", [drive()], Taxonomy())
    assert len(refused) == 1
    assert (tmp_path / "out" / "one").is_file()


def test_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        write_dataset("none", tmp_path / "out", [drive()], Taxonomy())


def test_too_small_a_disk_is_refused_before_anything_is_written(memory: Memory, tmp_path: Path) -> None:
    huge = tmp_path / "sub" / "huge.bin"
    huge.parent.mkdir()
    try:
        with huge.open("wb") as file:
            file.truncate(1 << 43)
    except OSError:
        pytest.skip("this disk has no sparse files")
    with pytest.raises(CannotWrite, match="GB free"):
        write_dataset("memory", tmp_path / "out", [drive(path=huge)], Taxonomy())
    assert [p.name for p in tmp_path.iterdir()] == ["sub"]


def test_a_killed_export_leaves_no_target_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(CHILD), __file__, str(tmp_path / "out"), "slow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half\n"
        child.kill()
    (leftover,) = tmp_path.iterdir()
    assert leftover.name.startswith(".out.lidar-label-")
    assert in_child(tmp_path / "out", "free") == ""
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


CHILD = """
    import importlib.util, resource, sys, time
    from pathlib import Path
    spec = importlib.util.spec_from_file_location("made", sys.argv[1])
    made = importlib.util.module_from_spec(spec)
    sys.modules["made"] = made
    spec.loader.exec_module(made)
    from lidar_label.datasets import WriteOptions, write_dataset
    from lidar_label.errors import LidarLabelError
    from lidar_label.model import Taxonomy
    from lidar_label.progress import Progress
    import lidar_label.kernels.points_in_boxes
    options = WriteOptions()
    if sys.argv[3] == "slow":
        def listen(done, total, text):
            if done == 1:
                print("half", flush=True)
                time.sleep(60)
        options = WriteOptions(progress=Progress(listen))
    if sys.argv[3] == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        write_dataset("nuscenes", Path(sys.argv[2]), [made.drive(points=50_000)], Taxonomy(), options)
    except LidarLabelError as error:
        print(type(error).__name__, error.line)
"""


def in_child(target: Path, how: str) -> str:
    command = [sys.executable, "-c", textwrap.dedent(CHILD), __file__, str(target), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_real_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    line = in_child(tmp_path / "out", "limit")
    assert line.startswith(f"CannotWrite {tmp_path / 'out'}: a file would be larger")
    assert nothing_left(tmp_path)


def test_a_disk_that_is_really_full_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk to fill")
    try:
        line = in_child(disk / "out", "full")
        assert line.startswith(f"CannotWrite {disk / 'out'}: the disk is full")
        assert nothing_left(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
