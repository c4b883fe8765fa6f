"""A file that one process holds as long as it lives: who holds it stands in it."""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_FAR = 1 << 30  # Windows locks bytes against reading too: one far behind the text
_OURS: dict[Path, Held] = {}
_GUARD = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a file: a person, on a computer, in a process, since a time (seconds since 1970, 0 if not known)."""

    user: str = ""
    host: str = ""
    process: int = 0
    since: float = 0.0


class Held:
    """A file held by this process. The system lets go of it when the process ends in any way, kill -9 included.

    Whoever asks again for one that this process holds gets the same, and it is let go when all have let go.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._file = file
        self._users = 1

    @property
    def is_shared(self) -> bool:
        """Whether this process had it already when it was asked for."""
        return self._users > 1

    def say(self, more: Mapping[str, Any]) -> None:
        """Write down who holds it, and more for whoever finds it."""
        text = json.dumps({**_me(), **more}).encode()
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text)
        self._file.flush()

    def let_go(self) -> None:
        """Hold it no longer; the file is gone."""
        with _GUARD:
            self._users -= 1
            if self._users or _OURS.pop(self.path, None) is None:
                return
            with suppress(OSError):
                self.path.unlink()  # while it is held: who opens it now finds another file of its name, and tries again
            self._file.close()
            with suppress(OSError):  # Windows removes no open file
                self.path.unlink(missing_ok=True)


def hold(path: Path) -> Held | None:
    """Hold a file, made if need be; None where another process holds it.

    Raises
    ------
    OSError
        If it can be neither opened nor made.
    """
    path = path.absolute()
    with _GUARD:
        ours = _OURS.get(path)
        if ours is not None:
            ours._users += 1  # noqa: SLF001  its own module
            return ours
        while True:
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b")
            if not _locks(file):
                file.close()
                return None
            with suppress(OSError):
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    break
            file.close()  # whoever had it removed it meanwhile
        made = _OURS[path] = Held(path, file)
    made.say({})
    return made


def read(path: Path) -> dict[str, Any]:
    """Return what stands in a held file; empty where nothing can be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def holder_of(path: Path) -> Holder:
    """Return who wrote into a held file."""
    found = read(path)
    with suppress(TypeError, ValueError, OverflowError):
        return Holder(
            user=str(found.get("user", "")),
            host=str(found.get("host", "")),
            process=int(found.get("process", 0)),
            since=float(found.get("since", 0.0)),
        )
    return Holder()


def _me() -> dict[str, Any]:
    import getpass

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    return {"user": user, "host": socket.gethostname(), "process": os.getpid(), "since": time.time()}


def _locks(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:  # a file system without locks has nobody to tell of: then it is as good as held
        return error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True
