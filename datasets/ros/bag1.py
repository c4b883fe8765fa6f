"""ROS 1 bags, version 2.0: records in chunks, passed over record by record, so that a bag cut off opens as well.

References
----------
"Bags/Format/2.0" in the ROS wiki.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lidar_label.datasets.ros.recording import WHOLE, Message, Place, Recording, Topic, merged, plain_type
from lidar_label.datasets.ros.unpack import MOST_BYTES, unpack
from lidar_label.errors import UnreadableFile

MAGIC = b"#ROSBAG V2.0\n"
_MESSAGE, _BAG, _INDEX, _CHUNK, _CHUNK_INFO, _CONNECTION = 2, 3, 4, 5, 6, 7
_LONGEST_HEADER = 1_048_576
_ENTRY = struct.Struct("<III")
_U4 = struct.Struct("<I")
Fields = dict[bytes, bytes]


@dataclass(slots=True)
class _Chunk:
    """Where a chunk's data lies, and the indices behind it.

    Each index is a connection, how many messages it has, and where its entries begin (-1: there are none).
    """

    start: int
    length: int
    kind: str
    size: int | None
    indices: list[tuple[int, int, int]] = field(default_factory=list)


class Bag1(Recording):
    """A bag file, opened.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is no bag of version 2.0.
    """

    title = "ROS 1 bag"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file: BinaryIO = self.opened(path)
        self._length = os.fstat(self._file.fileno()).st_size
        self._chunks: list[_Chunk] = []
        self._connections: dict[int, Topic] = {}
        self._held: tuple[int, bytes] = (-1, b"")
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        magic = self._file.read(len(MAGIC))
        if magic != MAGIC:
            known = magic.startswith(b"#ROS")
            what = f"bags of version {magic[8:12].decode('ascii', 'replace')!r} are" if known else "this file is"
            hint = "convert it with: rosbag fix" if known else ""
            raise UnreadableFile(f"{what} not a ROS bag of version 2.0", where=self.path, hint=hint)
        at = len(MAGIC)
        while at < self._length:
            try:
                at = self._record(at)
            except UnreadableFile as error:
                if not self._chunks:
                    raise
                self._note_cut(at, error)
                break
        lacking = {conn for chunk in self._chunks for conn, _, _ in chunk.indices} - set(self._connections)
        if lacking or any(not chunk.indices for chunk in self._chunks):
            self._look_inside(everywhere=bool(lacking))
        counts = dict.fromkeys(self._connections, 0)
        for chunk in self._chunks:
            for conn, count, _ in chunk.indices:
                if conn in counts:
                    counts[conn] += count
        topics = []
        for conn, topic in self._connections.items():
            topics.append(Topic(name=topic.name, type=topic.type, encoding="ros1", count=counts[conn]))
        self.topics = merged(topics)

    def _note_cut(self, at: int, error: UnreadableFile) -> None:
        message = f"the bag breaks off at byte {at} of {self._length} ({error.what}); what comes before is read"
        self.note("cut-off", message)

    def _record(self, at: int) -> int:
        """Take in the record at a byte, and return where the next one begins."""
        fields, data, length = self._header(at)
        op = fields.get(b"op", b"")[:1]
        if op == bytes([_BAG]) and fields.get(b"encryptor"):
            raise UnreadableFile("the bag is encrypted, which cannot be read", where=self.path)
        if op == bytes([_CHUNK]):
            kind = fields.get(b"compression", b"none").decode("ascii", "replace")
            size = _number(fields.get(b"size"))
            self._chunks.append(_Chunk(data, length, kind, length if kind in ("", "none") else size))
        elif op == bytes([_INDEX]) and self._chunks:
            conn, count = _number(fields.get(b"conn")), _number(fields.get(b"count"))
            if conn is None or count is None or count * _ENTRY.size != length:
                raise UnreadableFile(f"the index at byte {at} is damaged", where=self.path)
            self._chunks[-1].indices.append((conn, count, data))
        elif op == bytes([_CONNECTION]):
            self._connect(fields, self._bytes(data, length))
        return data + length

    def _header(self, at: int) -> tuple[Fields, int, int]:
        """Return the fields of the record at a byte, and where its data begins and how long it is."""
        (size,) = _U4.unpack(self._bytes(at, 4))
        if size > _LONGEST_HEADER:
            raise UnreadableFile(f"the header at byte {at} would be {size} bytes long", where=self.path)
        fields = _fields(self._bytes(at + 4, size), f"{self.path}, byte {at}")
        (length,) = _U4.unpack(self._bytes(at + 4 + size, 4))
        start = at + 8 + size
        if start + length > self._length:
            raise UnreadableFile(f"a record at byte {at} is longer than the file", where=self.path)
        return fields, start, length

    def _bytes(self, at: int, size: int) -> bytes:
        """Return bytes of the file, all of them."""
        if at + size > self._length:
            raise UnreadableFile(f"the file ends before byte {at + size}", where=self.path)
        self._file.seek(at)
        found = self._file.read(size)
        if len(found) != size:
            raise UnreadableFile(f"the file ends before byte {at + size}", where=self.path)
        return found

    def _connect(self, fields: Fields, data: bytes) -> None:
        conn, name = _number(fields.get(b"conn")), fields.get(b"topic")
        inner = _fields(data, self.path)
        kind = inner.get(b"type", b"").decode("utf-8", "replace")
        if conn is None or name is None or not kind:
            raise UnreadableFile("a connection has no number, topic or type", where=self.path)
        topic = Topic(name=name.decode("utf-8", "replace"), type=plain_type(kind), encoding="ros1")
        self._connections.setdefault(conn, topic)

    def _look_inside(self, *, everywhere: bool) -> None:
        """Find connections, and count messages, in the chunks themselves, where the end of the bag is not there."""
        for number, chunk in enumerate(self._chunks):
            counted = bool(chunk.indices)
            if counted and not everywhere:
                continue
            counts: dict[int, int] = {}
            try:
                for fields, _, data in _records(self._content(chunk), self.path):
                    if fields.get(b"op") == bytes([_CONNECTION]):
                        self._connect(fields, data)
                    elif fields.get(b"op") == bytes([_MESSAGE]) and (conn := _number(fields.get(b"conn"))) is not None:
                        counts[conn] = counts.get(conn, 0) + 1
            except UnreadableFile as error:
                if not number:
                    raise
                self._note_cut(chunk.start, error)
                del self._chunks[number:]
                break
            if not counted:
                chunk.indices = [(conn, count, -1) for conn, count in counts.items()]

    def _content(self, chunk: _Chunk) -> bytes:
        """Return what a chunk holds; the one that was asked for last is kept."""
        if self._held[0] != chunk.start:
            if chunk.kind in ("", "none") and chunk.length > MOST_BYTES:
                raise UnreadableFile(f"a chunk holds {chunk.length} bytes and no index", where=self.path)
            data = self._bytes(chunk.start, chunk.length)
            self._held = (chunk.start, unpack(chunk.kind, data, chunk.size, f"{self.path}, byte {chunk.start}"))
        return self._held[1]

    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over the chunks; of one that is not packed only the wanted bytes are read."""
        sizes = {conn: wanted[topic.name] for conn, topic in self._connections.items() if topic.name in wanted}
        for number, chunk in enumerate(self._chunks):
            for conn, offset, time_ns in self._entries(chunk, sizes):
                with self._lock:
                    data = self._message(number, offset, sizes[conn])
                yield Message(self._connections[conn].name, time_ns, (number, offset), data)

    def _entries(self, chunk: _Chunk, sizes: Mapping[int, int]) -> list[tuple[int, int, int]]:
        """Return connection, offset and time of a chunk's wanted messages, as they lie in it."""
        found: list[tuple[int, int, int]] = []
        with self._lock:
            for conn, count, start in chunk.indices:
                if conn in sizes and start >= 0:
                    rows = _ENTRY.iter_unpack(self._bytes(start, count * _ENTRY.size))
                    found += [(conn, offset, sec * 1_000_000_000 + nsec) for sec, nsec, offset in rows]
            if any(start < 0 for _, _, start in chunk.indices):
                for fields, offset, _ in _records(self._content(chunk), self.path):
                    of = _number(fields.get(b"conn"))
                    if fields.get(b"op") == bytes([_MESSAGE]) and of is not None and of in sizes:
                        found.append((of, offset, _time(fields, self.path)))
        return sorted(found, key=lambda entry: entry[1])

    def read(self, place: Place) -> bytes:
        """Return one message."""
        with self._lock:
            return self._message(place[0], place[1], WHOLE)

    def _message(self, number: int, offset: int, wanted: int) -> bytes:
        chunk = self._chunks[number]
        where = f"{self.path}, byte {chunk.start}"
        if chunk.kind not in ("", "none"):
            content = self._content(chunk)
            fields, start, length = _one(content, offset, where)
            data = content[start : start + (length if wanted < 0 else min(wanted, length))]
        else:
            if offset >= chunk.length:
                raise UnreadableFile("the index leads out of its chunk", where=where)
            fields, start, length = self._header(chunk.start + offset)
            if start + length > chunk.start + chunk.length:
                raise UnreadableFile("a message is longer than its chunk", where=where)
            data = self._bytes(start, length if wanted < 0 else min(wanted, length))
        if fields.get(b"op") != bytes([_MESSAGE]):
            raise UnreadableFile("the index does not lead to a message", where=where)
        return data


def _one(content: bytes, at: int, where: object) -> tuple[Fields, int, int]:
    """Return the fields of the record at a byte of a chunk, and where its data begins and how long it is."""
    if at + 8 > len(content):
        raise UnreadableFile("a record begins behind the end of its chunk", where=where)
    (size,) = _U4.unpack_from(content, at)
    if size > _LONGEST_HEADER or at + 8 + size > len(content):
        raise UnreadableFile("a record's header is longer than its chunk", where=where)
    fields = _fields(content[at + 4 : at + 4 + size], where)
    (length,) = _U4.unpack_from(content, at + 4 + size)
    start = at + 8 + size
    if start + length > len(content):
        raise UnreadableFile("a message is longer than its chunk", where=where)
    return fields, start, length


def _records(content: bytes, where: object) -> Iterator[tuple[Fields, int, bytes]]:
    """Yield fields, offset and data (of connections alone) of each record in a chunk."""
    at = 0
    while at < len(content):
        fields, start, length = _one(content, at, where)
        data = content[start : start + length] if fields.get(b"op") == bytes([_CONNECTION]) else b""
        yield fields, at, data
        at = start + length


def _fields(header: bytes, where: object) -> Fields:
    """Return the fields of a record's header, each ``name=value`` after its length."""
    found: Fields = {}
    at = 0
    while at < len(header):
        if at + 4 > len(header):
            raise UnreadableFile("a header breaks off", where=where)
        (size,) = _U4.unpack_from(header, at)
        name, sign, value = header[at + 4 : at + 4 + size].partition(b"=")
        if not sign or at + 4 + size > len(header):
            raise UnreadableFile("a header's field is damaged", where=where)
        found[name] = value
        at += 4 + size
    return found


def _number(value: bytes | None) -> int | None:
    return int.from_bytes(value, "little") if value is not None and len(value) in (4, 8) else None


def _time(fields: Fields, where: object) -> int:
    value = fields.get(b"time", b"")
    if len(value) != 8:
        raise UnreadableFile("a message has no time", where=where)
    sec, nsec = struct.unpack("<II", value)
    return int(sec) * 1_000_000_000 + int(nsec)
