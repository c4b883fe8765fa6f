"""ROS 1 bags, version 2.0: records in chunks, passed over record by record, so that a bag cut off opens as well.

References
----------
"Bags/Format/2.0" in the ROS wiki.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from lidar_label.datasets.ros.chunked import Chunk, ChunkedFile, Entry
from lidar_label.datasets.ros.recording import Topic, merged, plain_type
from lidar_label.errors import UnreadableFile

MAGIC = b"#ROSBAG V2.0\n"
_MESSAGE, _BAG, _INDEX, _CHUNK, _CHUNK_INFO, _CONNECTION = 2, 3, 4, 5, 6, 7
_LONGEST_HEADER = 1_048_576
_ENTRY = struct.Struct("<III")
_U4 = struct.Struct("<I")
Fields = dict[bytes, bytes]


class Bag1(ChunkedFile):
    """A bag file, opened.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is no bag of version 2.0.
    """

    title = "ROS 1 bag"
    noun = "bag"

    def __init__(self, path: Path) -> None:
        self._connections: dict[int, Topic] = {}
        super().__init__(path)

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
                self._note_cut(at, error.what)
                break
        self._look_inside(self._connections, alone=True)
        counts = self._counts()
        topics = []
        for conn, topic in self._connections.items():
            topics.append(Topic(name=topic.name, type=topic.type, encoding="ros1", count=counts[conn]))
        self.topics = merged(topics)

    def _record(self, at: int) -> int:
        """Take in the record at a byte, and return where the next one begins."""
        fields, data, length = self._header(at)
        op = fields.get(b"op", b"")[:1]
        if op == bytes([_BAG]) and fields.get(b"encryptor"):
            raise UnreadableFile("the bag is encrypted, which cannot be read", where=self.path)
        if op == bytes([_CHUNK]):
            kind = fields.get(b"compression", b"").decode("ascii", "replace")
            kind = "" if kind == "none" else kind
            self._chunks.append(Chunk(data, length, kind, _number(fields.get(b"size")) if kind else length))
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

    def _connect(self, fields: Fields, data: bytes) -> None:
        conn, name = _number(fields.get(b"conn")), fields.get(b"topic")
        inner = _fields(data, self.path)
        kind = inner.get(b"type", b"").decode("utf-8", "replace")
        if conn is None or name is None or not kind:
            raise UnreadableFile("a connection has no number, topic or type", where=self.path)
        topic = Topic(name=name.decode("utf-8", "replace"), type=plain_type(kind), encoding="ros1")
        self._connections.setdefault(conn, topic)

    def _names(self) -> Mapping[int, str]:
        return {conn: topic.name for conn, topic in self._connections.items()}

    def _take(self, content: bytes) -> Counter[int]:
        counts: Counter[int] = Counter()
        for fields, _, data in _records(content, self.path):
            if fields.get(b"op") == bytes([_CONNECTION]):
                self._connect(fields, data)
            elif fields.get(b"op") == bytes([_MESSAGE]) and (conn := _number(fields.get(b"conn"))) is not None:
                counts[conn] += 1
        return counts

    def _listed(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        for sec, nsec, offset in _ENTRY.iter_unpack(self._bytes(start, count * _ENTRY.size)):
            yield offset, sec * 1_000_000_000 + nsec

    def _scanned(self, content: bytes, streams: Container[int]) -> Iterator[Entry]:
        for fields, offset, _ in _records(content, self.path):
            conn = _number(fields.get(b"conn"))
            if fields.get(b"op") == bytes([_MESSAGE]) and conn is not None and conn in streams:
                yield conn, offset, _time(fields, self.path)

    def _message(self, number: int, offset: int, wanted: int) -> bytes:
        chunk = self._chunks[number]
        where = self._where(chunk)
        if chunk.kind:
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
