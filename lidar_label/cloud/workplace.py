"""A store's way to its name: a lock between programs, a hidden folder that is left whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from lidar_label.errors import CannotWrite
from lidar_label.progress import Progress

_PAUSE_S = 0.1
_PART, _OLD = ".tiles.part", ".tiles.old"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WAITING = "another program builds the same tiles; waiting for it"
STARTED_OVER = "an earlier build of these tiles was ended half way; what it left was removed, and it starts over"


@contextmanager
def locked(store: Path, progress: Progress, *, wait: bool = True) -> Iterator[None]:
    """Hold the right to build a store; one program has it at a time, and loses it when it ends in any way.

    Raises
    ------
    CannotWrite
        If the folder cannot be written, or another program builds the store and `wait` is False.
    Cancelled
        If the person stopped it while it waited.
    """
    path = store.with_name(f".{store.name}.tiles.lock")
    file = _take(path, store)
    while file is None:
        if not wait:
            raise CannotWrite("another program builds the same tiles", where=store, hint="wait for it to end")
        progress.step(0, 1, WAITING)
        time.sleep(_PAUSE_S)
        file = _take(path, store)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()  # while it is held: who opens it now finds another file under its name, and tries again
        file.close()


def _take(path: Path, store: Path) -> IO[bytes] | None:
    """Return the open lock file; None where another holds it."""
    try:
        file = path.open("ab")
    except OSError as error:
        raise _refused(error, store) from None
    if _locks(file):
        with suppress(OSError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
    file.close()
    return None


def _locks(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def new_store(store: Path, progress: Progress) -> Iterator[Path]:
    """Give a hidden folder beside `store` that takes its place at the end, or is gone if anything fails.

    The lock must be held: what lies in the hidden folder's place was left by a program that was ended, which is noted.
    """
    unfinished, old = (store.with_name(f".{store.name}{suffix}") for suffix in (_PART, _OLD))
    done = False
    try:
        if unfinished.exists():
            progress.note(STARTED_OVER)
        for left in (unfinished, old):
            shutil.rmtree(left, ignore_errors=True)
        unfinished.mkdir()
        yield unfinished
        if store.exists():
            store.rename(old)
        unfinished.rename(store)
        done = True
    except OSError as error:
        if isinstance(error, CannotWrite) or error.errno in _FULL:
            raise
        raise _refused(error, store) from error
    finally:
        if not done:
            shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def clear_left(folder: Path, but: Path) -> None:
    """Remove what programs that were ended while they built left in a folder.

    What is being built now stays, and what is left of the store `but`: who builds that one tells of it.
    """
    for suffix in (_PART, _OLD):
        for left in folder.glob(f".*{suffix}"):
            store = left.with_name(left.name[1:].removesuffix(suffix))
            if store == but:
                continue
            with suppress(CannotWrite, OSError), locked(store, Progress(), wait=False):
                shutil.rmtree(left, ignore_errors=True)


def check_space(folder: Path, needed: int) -> None:
    """Refuse early what cannot fit.

    Raises
    ------
    CannotWrite
        If the disk has less than `needed` bytes free.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise full(folder, needed, f"and {free / 1e9:.1f} GB are free")


def full(folder: Path, needed: int, more: str = "") -> CannotWrite:
    """Return what to say where the disk is full."""
    text = f"the disk is full: building the tiles takes {needed} bytes ({needed / 1e9:.1f} GB)"
    return CannotWrite(
        f"{text} {more}".rstrip(),
        where=folder,
        hint="make room, or choose a folder on another disk; nothing was left there",
    )


def is_full(error: OSError) -> bool:
    """Say whether a disk, a quota or a limit on files is used up."""
    return error.errno in _FULL


def _refused(error: OSError, store: Path) -> CannotWrite:
    reason = error.strerror or str(error)
    return CannotWrite(f"the tiles cannot be written: {reason}", where=store, hint="nothing was left there")
