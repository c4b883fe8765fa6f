"""ROS 2 bags in SQLite: the tables topics and messages, read row by row and never written.

References
----------
"rosbag2_storage_sqlite3" in the rosbag2 repository, for the tables.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from lidar_label.datasets.ros.recording import WHOLE, Message, Place, Recording, Topic, merged, plain_type
from lidar_label.datasets.ros.unpack import is_packed, unpack_start
from lidar_label.errors import UnreadableFile

MAGIC = b"SQLite format 3\0"
_COLUMNS = {"topics": {"id", "name", "type", "serialization_format"}, "messages": {"id", "topic_id", "timestamp"}}
# Beside SQLite's own errors: names and messages that are no text, and sizes that no memory has.
_FAULTS = (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError)


class Sqlite(Recording):
    """A ``.db3`` file, opened.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is no such database.
    """

    title = "ROS 2 bag"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self.opened(path) as file:
            magic = file.read(len(MAGIC))
            self._size = os.fstat(file.fileno()).st_size
        if magic != MAGIC:
            raise UnreadableFile("this file is no SQLite database", where=path)
        log = path.with_name(f"{path.name}-wal")
        if log.is_file() and log.stat().st_size:
            text = "the recorder was stopped hard: its last messages lie in a -wal file, which is not read"
            self.note("cut-off", text)
        # Immutable: nothing is ever written beside the bag, not even a lock.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._names: dict[int, str] = {}
        try:
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
            self.closes(self._db.close)
            self._open()
        except _FAULTS as error:
            self.close()
            raise self._damaged(error) from None
        except BaseException:
            self.close()
            raise

    def _damaged(self, error: Exception) -> UnreadableFile:
        return UnreadableFile(f"the database is damaged: {' '.join(str(error).split())}", where=self.path)

    def _open(self) -> None:
        self._db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self._db.execute("PRAGMA trusted_schema = OFF")
        self._db.execute("PRAGMA cell_size_check = ON")
        for table, columns in _COLUMNS.items():
            found = self._db.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchall()
            # A view could compute for ever; a bag has plain tables.
            if len(found) != 1 or found[0][0] != "table" or not str(found[0][1]).upper().startswith("CREATE TABLE"):
                raise UnreadableFile(f"the database has no table {table!r}", where=self.path, hint="is it a ROS 2 bag?")
            lacking = columns - {str(row[1]) for row in self._db.execute(f"PRAGMA table_info({table})")}
            if lacking:
                raise UnreadableFile(f"the table {table} has no {', '.join(sorted(lacking))}", where=self.path)
        topics: dict[int, Topic] = {}
        for number, name, kind, encoding in self._db.execute("SELECT id, name, type, serialization_format FROM topics"):
            if not isinstance(number, int) or not all(isinstance(text, str) for text in (name, kind, encoding)):
                raise UnreadableFile("a row of topics is damaged", where=self.path)
            topics[number] = Topic(name=name, type=plain_type(kind), encoding=encoding)
        counts = dict.fromkeys(topics, 0)
        for _, topic, _ in self._rows(topics):
            counts[topic] += 1
        self._names = {number: topic.name for number, topic in topics.items()}
        self.topics = merged(
            [Topic(name=t.name, type=t.type, encoding=t.encoding, count=counts[n]) for n, t in topics.items()]
        )

    def _rows(self, topics: Mapping[int, object]) -> Iterator[tuple[int, int, int]]:
        """Yield id, topic and time of each message of some topics; a damaged table that goes round is stopped."""
        last = -(2**63) - 1
        for row, topic, time_ns in self._db.execute("SELECT id, topic_id, timestamp FROM messages ORDER BY id"):
            if not isinstance(row, int) or row <= last or not isinstance(time_ns, int):
                raise UnreadableFile("the table of messages is damaged", where=self.path)
            last = row
            if topic in topics:
                yield row, topic, time_ns

    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over the messages in the order they were written; of large ones only the wanted bytes are read."""
        chosen = {number: name for number, name in self._names.items() if name in wanted}
        try:
            for row, topic, time_ns in self._rows(chosen):
                with self._lock:
                    data = self._read(row, wanted[chosen[topic]])
                yield Message(chosen[topic], time_ns, (row,), data)
        except _FAULTS as error:
            raise self._damaged(error) from None

    def read(self, place: Place) -> bytes:
        """Return one message."""
        try:
            with self._lock:
                return self._read(place[0], WHOLE)
        except _FAULTS as error:
            raise self._damaged(error) from None

    def _read(self, row: int, wanted: int) -> bytes:
        with self._db.blobopen("messages", "data", row, readonly=True) as blob:
            if len(blob) > self._size:
                raise UnreadableFile("a message is longer than the file", where=f"{self.path}, message {row}")
            data = blob.read() if wanted < 0 else blob.read(min(wanted, len(blob)))
            if not is_packed(data):
                return data
            blob.seek(0)
            return unpack_start(blob.read(), wanted)
