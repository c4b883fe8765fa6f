"""The folder in which tile stores are kept: one a source, within a limit of bytes, the longest unused dropped first."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.layout import INDEX, LABELS, POINTS, read_index
from lidar_label.cloud.place import chosen_folder, limit_bytes
from lidar_label.cloud.stamps import is_same, stamp_of
from lidar_label.cloud.workplace import clear_left, locked
from lidar_label.datasets.clouds.base import CloudFile, CloudSource
from lidar_label.errors import CannotWrite, LidarLabelError
from lidar_label.progress import Progress

_IN_USE = "used"  # a file beside the index that every reader of the cache touches
_RECENT_S = 3600.0  # a store touched within this time is taken to be open


def cache_folder() -> Path:
    """Return where stores are kept: ``lidar-label/tiles`` in the user's cache, or where `use_place` says."""
    return chosen_folder()


def cached_store(path: Path, part: str = "") -> Path:
    """Return where the store of a source, or of a part of it, is or would be; it is named by the source's place."""
    name = os.fsencode(path.absolute()) + (b"\0" + part.encode() if part else b"")
    digest = hashlib.sha256(name).hexdigest()[:16]
    return cache_folder() / f"{digest}.tiles"


def fresh_store(source: CloudFile | Path, part: str = "") -> Path | None:
    """Return the finished store of a source as it is now; None where there is none, or it is of another state."""
    path = source if isinstance(source, Path) else source.path
    store = cached_store(path, part)
    try:
        index = read_index(store)
        stamp = replace(stamp_of(path, store), part=part)
        if not is_same(index.source, stamp) or (store / POINTS).stat().st_size != index.points_bytes:
            return None
    except (LidarLabelError, OSError):
        return None
    _touch(store)
    return store


def built_store(
    source: CloudFile | Path,
    progress: Progress | None = None,
    *,
    part: str = "",
    opened: Callable[[], CloudSource] | None = None,
) -> Path:
    """Return the store of a source, built now where it is not there or the source changed.

    Parameters
    ----------
    source : CloudFile or Path
    part : str
        What part of it the store is of.
    opened : callable, optional
        Opens the points, called only where they are needed; by default the source is a cloud file.

    Raises
    ------
    LidarLabelError
        If the source cannot be read or the cache not be written; see `build_tiles`.
    """
    found = fresh_store(source, part)
    if found is not None:
        return found
    path = source if isinstance(source, Path) else source.path
    store = cached_store(path, part)
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"the cache cannot be written: {error.strerror}"
        raise CannotWrite(text, where=store.parent, hint="choose another folder for the cache") from None
    stamp = replace(stamp_of(path, store), part=part)
    clear_left(store.parent, but=store)
    build_tiles(opened() if opened is not None else source, store, progress=progress, stamp=stamp)
    _touch(store)
    trim(keep=store)
    return store


def cache_bytes() -> int:
    """Return what all stores take on the disk, in bytes."""
    return sum(_sizes().values())


def trim(limit: int | None = None, keep: Path | None = None, *, recent_s: float = _RECENT_S) -> list[Path]:
    """Remove stores, the longest unused first, until all take at most `limit` bytes; return what went.

    Without a limit it is `limit_bytes`. A store that holds labels, is open or being built in any program, or was used
    within `recent_s` seconds stays.
    """
    limit = limit_bytes() if limit is None else limit
    sizes = _sizes()
    stores = sorted(sizes, key=_used)
    total, gone = sum(sizes.values()), []
    for store in stores:
        if total <= limit:
            break
        in_use = time.time() - _used(store) < recent_s
        if store == keep or in_use or any((store / LABELS).glob("*")):
            continue
        with suppress(CannotWrite, OSError), locked(store, Progress(), wait=False), _unread(store):
            (store / INDEX).unlink(missing_ok=True)  # first, so that nobody takes a half for a whole
            shutil.rmtree(store, ignore_errors=True)
            total -= sizes[store]
            gone.append(store)
    return gone


def _sizes() -> dict[Path, int]:
    sizes: dict[Path, int] = {}
    for path in cache_folder().glob(f"*.tiles/{INDEX}"):
        with suppress(OSError):  # one that goes meanwhile
            sizes[path.parent] = sum(file.stat().st_size for file in path.parent.iterdir() if file.is_file())
    return sizes


@contextmanager
def _unread(store: Path) -> Iterator[None]:
    """Hold a store's points alone; raise OSError where a program has them open.

    Whoever opens a store shares a lock on its points for as long. One that opens it between its time of use, which
    is young then, and that lock still reads all: an open file outlives its name.
    """
    with (store / POINTS).open("rb") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _touch(store: Path) -> None:
    with suppress(OSError):
        (store / _IN_USE).touch()


def _used(store: Path) -> float:
    for name in (_IN_USE, INDEX):
        with suppress(OSError):
            return (store / name).stat().st_mtime
    return 0.0
