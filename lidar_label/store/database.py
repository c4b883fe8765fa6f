"""The SQLite file under a project: how it is opened, and what its faults mean to a person."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import IntegrityError as BrokenRule
from sqlalchemy.pool import QueuePool

from lidar_label.errors import CannotEdit, CannotWrite, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.store.tables import APPLICATION_ID

BUSY_S = 10.0
_MAGIC = b"SQLite format 3\0"
_BACKUP_HINT = "restore a copy; a backup of an older version may lie beside it"


class Database:
    """One open SQLite file with a connection for each thread that asks.

    Parameters
    ----------
    path : Path
        An existing file.
    foreign_keys : bool
        Off only while the schema is migrated.
    read_only : bool
        Nothing is written to the file.
    of : Path, optional
        The project file, where `path` is a copy of it; messages name that one.
    then : callable, optional
        Called once it is closed.
    """

    def __init__(
        self,
        path: Path,
        *,
        foreign_keys: bool = True,
        read_only: bool = False,
        of: Path | None = None,
        then: Callable[[], None] | None = None,
    ) -> None:
        self.path = of or path
        self.read_only = read_only
        self._then = then
        self._closed = False
        self._trying = threading.local()
        self._writers = threading.RLock()  # SQLite's own queue is not a fair one: who waits there may starve
        uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}"

        def connect() -> sqlite3.Connection:
            # isolation_level None: Python's driver begins no transaction behind our back.
            made = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                if not read_only:
                    made.execute("PRAGMA journal_mode = WAL")
                    made.execute("PRAGMA synchronous = FULL")
                made.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
                made.execute("PRAGMA trusted_schema = OFF")
                made.execute("PRAGMA cell_size_check = ON")  # a damaged page is noticed when it is read
            except BaseException:
                made.close()
                raise
            return made

        self._engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=-1)
        event.listen(self._engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the file until it is handed back.

        Inside a `trial` of the same thread it sees what was tried.
        """
        trying = getattr(self._trying, "connection", None)
        if trying is not None:
            with self._translating():
                yield trying
            return
        with self._translating(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer shares; commit at the end."""
        self.check_writable()
        with (
            self._writers,
            self._translating(),
            self._engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """Give a connection whose changes this thread's reads see meanwhile; at the end they are taken back."""
        self.check_writable()
        outer = getattr(self._trying, "connection", None)
        if outer is not None:
            with self._translating():
                step = outer.begin_nested()
                try:
                    yield outer
                finally:
                    step.rollback()
            return
        with (
            self._writers,
            self._translating(),
            self._engine.connect().execution_options(immediate=True) as connection,
        ):
            transaction = connection.begin()
            self._trying.connection = connection
            try:
                yield connection
            finally:
                self._trying.connection = None
                transaction.rollback()

    def check_writable(self) -> None:
        """Raise `CannotEdit` where the file is open for reading only."""
        if self.read_only:
            raise CannotEdit("the project is open for reading only", where=self.path)

    def close(self) -> None:
        """Write everything back into the one file and close it; a second call does nothing."""
        if self._closed:
            return
        try:
            if not self.read_only:
                with self._translating(), self._engine.connect() as connection:
                    connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        finally:
            self._closed = True
            self._engine.dispose()
            if self._then is not None:
                self._then()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        if self._closed:
            raise CannotEdit("the project file is closed", where=self.path)
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise explained(error, self.path) from error
        except UnicodeEncodeError:
            raise CannotEdit("a text has characters that no file can hold (lone surrogates)", where=self.path) from None


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def explained(error: Exception, path: Path) -> LidarLabelError:
    """Return what a fault of the database means to a person."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = str(cause)
    if isinstance(error, BrokenRule) or isinstance(cause, sqlite3.IntegrityError):
        return CannotEdit(_broken_rule(text), where=path)
    if "locked" in text or "busy" in text:
        return CannotWrite(
            "another program is writing to the project file", where=path, hint=f"waited {BUSY_S:.0f} s; try again"
        )
    if "readonly" in text or "unable to open" in text:
        return CannotWrite(
            "the project file or its folder cannot be written", where=path, hint="change its rights, or copy it"
        )
    if "full" in text or "I/O" in text:
        return CannotWrite(f"the project file cannot be written: {text}", where=path, hint="is the disk full?")
    return UnreadableFile(f"the project file is damaged: {text}", where=path, hint=_BACKUP_HINT)


def _broken_rule(text: str) -> str:
    if "FOREIGN KEY" in text:
        return (
            "the edit would leave a box without its track, a track or an area without its category or scene, "
            "or a comment alone"
        )
    if "box.token" in text:
        return "two boxes would have the same token"
    if "token" in text or "UNIQUE" in text:
        return f"something of this name or token is there already ({text})"
    return f"the edit breaks a rule of the project file ({text})"


def check_header(path: Path) -> None:
    """Look at the first bytes of a file, without letting SQLite touch what is not ours.

    Raises
    ------
    MissingFile
        If there is nothing at the path.
    UnreadableFile
        If it is no project file, or is cut off.
    """
    if path.is_dir():
        raise UnreadableFile("this is a folder, not a project file", where=path)
    try:
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
    except FileNotFoundError:
        raise MissingFile("the project file is not there", where=path) from None
    except OSError as error:
        raise UnreadableFile(f"the project file cannot be read: {error.strerror}", where=path) from None
    if len(head) < 100 or head[:16] != _MAGIC:
        raise UnreadableFile("this is not a lidar-label project file", where=path, hint="it is no database")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise UnreadableFile("this database belongs to another program", where=path, hint="it is no project file")
    page = int.from_bytes(head[16:18], "big")
    promised = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    log = path.with_name(f"{path.name}-wal")
    pending = log.is_file() and log.stat().st_size > 0
    if size < promised and not pending:  # with a log beside it, the log may hold the rest
        raise UnreadableFile(f"the project file is cut off: {size} bytes of {promised}", where=path, hint=_BACKUP_HINT)
