"""Writing a data set: into a folder beside the target, read back, then renamed; whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.registry import format_named
from lidar_label.errors import CannotWrite, LidarLabelError
from lidar_label.model import Finding, Scene, Taxonomy

_REASONS = {
    errno.ENOSPC: ("the disk is full", "make room, or choose another disk"),
    errno.EDQUOT: ("the disk quota is used up", "make room, or choose another disk"),
    errno.EFBIG: ("a file would be larger than is allowed here", "choose another disk, or raise the limit"),
    errno.EACCES: ("access is denied", "choose a folder you may write to"),
    errno.EPERM: ("access is denied", "choose a folder you may write to"),
    errno.EROFS: ("the disk is read-only", "choose another disk"),
    errno.ENAMETOOLONG: ("a file name would be too long", "choose a shorter name for the target"),
    errno.EIO: ("the disk reports a fault", "choose another disk"),
}

_running: set[Path] = set()
_running_lock = threading.Lock()


def write_dataset(
    format_name: str,
    target: Path | str,
    drives: Sequence[Drive],
    taxonomy: Taxonomy,
    options: WriteOptions | None = None,
    finish: Callable[[Path, list[Finding]], None] | None = None,
) -> list[Finding]:
    """Write drives as a new folder in a format. The folder appears whole, or not at all.

    The data is written to a hidden folder beside the target (``.NAME.lidar-label-HOST-PID.part``),
    read back with the format's own reader, compared with what was given, and renamed. What runs
    that were killed left behind for the same target is removed first.

    Parameters
    ----------
    format_name : str
    target : Path
        A folder that does not exist yet, in one that does.
    drives : sequence of Drive
    taxonomy : Taxonomy
    options : WriteOptions, optional
    finish : callable, optional
        Called with the folder, once it has been read back, and what turned up; just before it gets its name.

    Returns
    -------
    list of Finding
        What turned up while writing; see `Format.losses` for what is known before.

    Raises
    ------
    UnknownFormat
        If there is no such format.
    CannotWrite
        If the target exists or lies in the source, the disk is full or read-only, the format
        cannot hold the drives, or what was written does not read back the same.
    Cancelled
        If the person stopped it.
    """
    from lidar_label.datasets.verify import verify  # needs scipy.optimize, which is slow to import

    writer = format_named(format_name)
    target, options = Path(target).absolute(), options or WriteOptions()
    if not writer.writes:
        raise CannotWrite(f"{writer.title} can be read but not written", hint="see: lidar-label formats")
    _check_drives(drives)
    check_target(target, drives, options)
    with new_folder(target) as (unfinished, findings):
        _check_space(target, drives)
        findings += writer.write(unfinished, drives, taxonomy, options) or []
        verify(writer, unfinished, drives, options.progress)
        if finish is not None:
            finish(unfinished, findings)
    return findings


@contextmanager
def new_folder(target: Path) -> Iterator[tuple[Path, list[Finding]]]:
    """Give a hidden folder beside `target` that gets its name at the end, or is removed if anything fails.

    Also gives the findings there are before anything is written: of leftovers that may still be in use.

    Raises
    ------
    CannotWrite
        If this process writes the same target already, or the disk refuses.
    """
    unfinished = target.with_name(f"{_leftover_prefix(target)}{host_id()}-{os.getpid()}.part")
    with _running_lock:
        if unfinished in _running:
            raise CannotWrite("an export to this target is running already", where=target, hint="wait for it to end")
        findings = _remove_leftovers(target)
        _running.add(unfinished)
    done = False
    try:
        unfinished.mkdir()
        yield unfinished, findings
        unfinished.rename(target)
        done = True
    except LidarLabelError:
        raise
    except OSError as error:
        raise explained(error, target) from error
    finally:
        if not done:
            shutil.rmtree(unfinished, ignore_errors=True)
        with _running_lock:
            _running.discard(unfinished)


def _check_drives(drives: Sequence[Drive]) -> None:
    if not drives:
        raise CannotWrite("there is no scene to write")
    names = [drive.scene.name for drive in drives]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise CannotWrite(f"two scenes are called {doubled[0]!r}", hint="rename one, or write them one by one")
    for drive in drives:
        for box in drive.labels.boxes():
            if box.frame >= len(drive.scene.frames):
                raise CannotWrite(
                    f"a box lies in frame {box.frame} of a scene with {len(drive.scene.frames)} frames",
                    where=f"scene {drive.scene.name}, box {box.token}",
                )


def check_target(target: Path, drives: Sequence[Drive], options: WriteOptions) -> None:
    """Raise `CannotWrite` where a new folder cannot come: it exists, or lies in the data it is made from."""
    target = target.absolute()
    if target.exists() or target.is_symlink():
        raise CannotWrite("the target exists already", where=target, hint="choose another name, or remove it first")
    if not target.parent.is_dir():
        raise CannotWrite("the folder for the target is not there", where=target.parent, hint="make it first")
    resolved = target.resolve()
    for source in sorted(_sources(drives, options)):
        if resolved.is_relative_to(source):
            raise CannotWrite(f"the target lies inside the data it is made from, {source}", where=target)


def _sources(drives: Sequence[Drive], options: WriteOptions) -> set[Path]:
    """Return the folders that hold the source data: where it was opened, and those its files lie in.

    A source that is one file (a recording) has no folder of its own: what lies beside it is somebody else's.
    """
    files = {path for drive in drives for path in _files(drive.scene)} - {options.source}
    folders = {path.parent for path in files}
    if options.source is not None and options.source.is_dir():
        folders.add(options.source)
    return {folder.resolve() for folder in folders}


def _files(scene: Scene) -> Iterator[Path]:
    return (recording.path for recording in scene.recordings() if recording.path is not None)


def _check_space(target: Path, drives: Sequence[Drive]) -> None:
    """Refuse early what cannot fit: the sensor files alone take about as much as their source."""
    needed = 0
    for drive in drives:
        for path in set(_files(drive.scene)):  # a recording is one file of many sweeps
            with suppress(OSError):
                needed += path.stat().st_size
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        raise CannotWrite(
            f"the disk has {free / 1e9:.1f} GB free and this takes about {needed / 1e9:.1f} GB",
            where=target,
            hint="make room, or choose another disk",
        )


def explained(error: OSError, target: Path) -> CannotWrite:
    """Return what a fault of the disk means to a person."""
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
        reason, hint = "something else was put in the target's place meanwhile", "choose another name"
    return CannotWrite(reason, where=target, hint=f"{hint}; nothing was written" if hint else "nothing was written")


def _leftover_prefix(target: Path) -> str:
    return f".{target.name}.lidar-label-"


def host_id() -> str:
    """Return what tells this machine apart on a shared disk, where process numbers repeat."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _remove_leftovers(target: Path) -> list[Finding]:
    """Remove what killed runs left for this target; tell of those that may still be running."""
    findings = []
    pattern = re.compile(re.escape(_leftover_prefix(target)) + r"(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,10})\.part")
    for path in target.parent.iterdir():
        match = pattern.fullmatch(path.name)
        if match is None or path.is_symlink() or not path.is_dir():
            continue
        pid = int(match["pid"])
        if match["host"] == host_id() and (pid == os.getpid() or is_dead(pid)):
            shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            message = "an unfinished export of the same name is here; remove it if none is running"
            findings.append(Finding("warning", "unfinished-export", message, str(path)))
    return findings


def is_dead(pid: int) -> bool:
    """Say whether a process is certainly gone. On Windows asking would end it, so nobody asks."""
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False
