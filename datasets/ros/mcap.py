"""MCAP files, from ROS or not: records and chunks, passed over record by record, so that a file cut off opens as well.

References
----------
"MCAP File Format Specification", version 0, mcap.dev/spec.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lidar_label.datasets.ros.chunked import Chunk, ChunkedFile, Entry
from lidar_label.datasets.ros.recording import WHOLE, Message, Place, Topic, merged, plain_type
from lidar_label.datasets.ros.unpack import is_packed, unpack_start
from lidar_label.errors import UnreadableFile

MAGIC = b"\x89MCAP0\r\n"
_HEADER, _FOOTER, _SCHEMA, _CHANNEL, _MESSAGE, _CHUNK, _INDEX = 1, 2, 3, 4, 5, 6, 7
_ATTACHMENT, _METADATA, _DATA_END = 9, 12, 15
_PREFIX = struct.Struct("<BQ")
_MESSAGE_HEAD = struct.Struct("<HIQQ")
_CHUNK_HEAD = struct.Struct("<QQQI")
_ENTRY = struct.Struct("<QQ")
_LONGEST_RECORD = 16_777_216  # of those that are read whole: schemas, channels, names


@dataclass(frozen=True, slots=True)
class _Channel:
    topic: str
    type: str
    encoding: str


class Mcap(ChunkedFile):
    """An MCAP file, opened.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is no MCAP file.
    """

    title = "MCAP file"

    def __init__(self, path: Path) -> None:
        self._loose: list[tuple[int, int, int]] = []  # channel, start and length of messages outside chunks
        self._schemas: dict[int, str] = {}
        self._channels: dict[int, _Channel] = {}
        self._apart: Counter[str] = Counter()
        self._takers = {
            _SCHEMA: self._take_declaration(_SCHEMA), _CHANNEL: self._take_declaration(_CHANNEL),
            _MESSAGE: self._take_message, _CHUNK: self._take_chunk, _INDEX: self._take_index,
            _ATTACHMENT: self._take_attachment, _METADATA: self._take_metadata,
        }  # fmt: skip
        super().__init__(path)

    def _open(self) -> None:
        if self._file.read(len(MAGIC)) != MAGIC:
            raise UnreadableFile("this file is not an MCAP file of version 0", where=self.path)
        at, ended = len(MAGIC), False
        while at < self._length and not ended:
            try:
                at, ended = self._record(at)
            except UnreadableFile as error:
                if not (self._chunks or self._loose):
                    raise
                self._note_cut(at, error.what)
                break
        else:
            if not ended:
                self._note_cut(at, "it has no footer")
        self._look_inside(self._channels, alone=not self._loose)
        counts = self._counts() + Counter(channel for channel, _, _ in self._loose)
        self.topics = merged(
            [
                Topic(name=c.topic, type=c.type, encoding=c.encoding, count=counts[number])
                for number, c in self._channels.items()
            ]
        )
        for text, number in self._apart.items():
            self.note("not-read", f"{number} {text} are not read")

    def _record(self, at: int) -> tuple[int, bool]:
        """Take in the record at a byte; return where the next one begins, and whether it was the last."""
        op, length = _PREFIX.unpack(self._bytes(at, _PREFIX.size))
        start = at + _PREFIX.size
        if start + length > self._length:
            raise UnreadableFile(f"a record at byte {at} is longer than the file", where=self.path)
        if op == _FOOTER:
            return start + length, True
        if op == 0:
            raise UnreadableFile(f"there is no record at byte {at}", where=self.path)
        take = self._takers.get(op)
        if take is not None:
            take(start, length)
        return start + length, False

    def _take_declaration(self, op: int) -> Callable[[int, int], None]:
        return lambda start, length: self._declare(op, self._small(start, length), f"{self.path}, byte {start}")

    def _take_message(self, start: int, length: int) -> None:
        if length < _MESSAGE_HEAD.size:
            raise UnreadableFile(f"the message at byte {start} is too short", where=self.path)
        (channel,) = struct.unpack("<H", self._bytes(start, 2))
        self._loose.append((channel, start, length))

    def _take_index(self, start: int, length: int) -> None:
        channel, size = struct.unpack("<HI", self._bytes(start, 6))
        if size + 6 > length or size % _ENTRY.size or not self._chunks:
            raise UnreadableFile(f"the index at byte {start} is damaged", where=self.path)
        self._chunks[-1].indices.append((channel, size // _ENTRY.size, start + 6))

    def _take_attachment(self, start: int, length: int) -> None:
        head = self._bytes(start, min(length, 1024))
        self._apart[f"attachments called {_text(head, 16, self.path)[0]!r}"] += 1

    def _take_metadata(self, start: int, length: int) -> None:
        name = _text(self._small(start, length), 0, self.path)[0]
        if name != "rosbag2":  # the recorder's own note about the recording
            self._apart[f"metadata records called {name!r}"] += 1

    def _take_chunk(self, start: int, length: int) -> None:
        self._chunks.append(self._chunk(start, length))

    def _chunk(self, start: int, length: int) -> Chunk:
        head = self._bytes(start, min(length, 256))
        where = f"{self.path}, byte {start}"
        if len(head) < _CHUNK_HEAD.size + 12:
            raise UnreadableFile("a chunk is too short", where=where)
        _, _, size, crc = _CHUNK_HEAD.unpack_from(head)
        kind, at = _text(head, _CHUNK_HEAD.size, where)
        if at + 8 > len(head):
            raise UnreadableFile("a chunk is too short", where=where)
        (packed,) = struct.unpack_from("<Q", head, at)
        if at + 8 + packed > length:
            raise UnreadableFile("a chunk is longer than its record", where=where)
        return Chunk(start + at + 8, packed, kind, size, crc)

    def _declare(self, op: int, data: bytes, where: object) -> None:
        """Take in a schema or a channel; the first of a number stands."""
        try:
            if op == _SCHEMA:
                (number,) = struct.unpack_from("<H", data)
                self._schemas.setdefault(number, _text(data, 2, where)[0])
                return
            number, schema = struct.unpack_from("<HH", data)
        except struct.error:
            raise UnreadableFile("a schema or channel is too short", where=where) from None
        topic, at = _text(data, 4, where)
        encoding, _ = _text(data, at, where)
        kind = plain_type(self._schemas.get(schema, ""))
        self._channels.setdefault(number, _Channel(topic, kind, encoding))

    def _small(self, at: int, size: int) -> bytes:
        if size > _LONGEST_RECORD:
            raise UnreadableFile(f"a schema, channel or name at byte {at} would be {size} bytes long", where=self.path)
        return self._bytes(at, size)

    def _names(self) -> Mapping[int, str]:
        return {number: channel.topic for number, channel in self._channels.items()}

    def _take(self, content: bytes) -> Counter[int]:
        counts: Counter[int] = Counter()
        for op, start, length in _records(content, self.path):
            if op in (_SCHEMA, _CHANNEL):
                self._declare(op, content[start : start + length], self.path)
            elif op == _MESSAGE:
                counts[struct.unpack_from("<H", content, start)[0]] += 1
        return counts

    def _listed(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        for time_ns, offset in _ENTRY.iter_unpack(self._bytes(start, count * _ENTRY.size)):
            yield offset, time_ns

    def _scanned(self, content: bytes, streams: Container[int]) -> Iterator[Entry]:
        for op, start, _ in _records(content, self.path):
            if op == _MESSAGE:
                channel, _, time_ns, _ = _MESSAGE_HEAD.unpack_from(content, start)
                if channel in streams:
                    yield channel, start - _PREFIX.size, time_ns

    def _check(self, chunk: Chunk, content: bytes) -> None:
        if chunk.crc and zlib.crc32(content) != chunk.crc:
            raise UnreadableFile("a chunk is damaged: its checksum differs", where=self._where(chunk))

    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over the file; of chunks that are not packed only the wanted bytes are read."""
        names = self._names()
        for channel, start, length in self._loose:
            if names.get(channel) in wanted:
                with self._lock:
                    time_ns, data = self._loose_message(start, length, wanted[names[channel]])
                yield Message(names[channel], time_ns, (-1, start, length), data)
        yield from super().messages(wanted)

    def read(self, place: Place) -> bytes:
        """Return one message."""
        if place[0] >= 0:
            return super().read(place)
        with self._lock:
            return self._loose_message(place[1], place[2], WHOLE)[1]

    def _loose_message(self, start: int, length: int, wanted: int) -> tuple[int, bytes]:
        head = _MESSAGE_HEAD.unpack(self._bytes(start, _MESSAGE_HEAD.size))
        rest = length - _MESSAGE_HEAD.size
        data = self._bytes(start + _MESSAGE_HEAD.size, rest if wanted < 0 else min(wanted, rest))
        return int(head[2]), data

    def _message(self, number: int, offset: int, wanted: int) -> bytes:
        chunk = self._chunks[number]
        where = self._where(chunk)
        top = chunk.size or 0 if chunk.kind else chunk.length
        if offset + _PREFIX.size + _MESSAGE_HEAD.size > top:
            raise UnreadableFile("the index leads out of its chunk", where=where)
        if chunk.kind:
            content = self._content(chunk)
            head = content[offset : offset + _PREFIX.size]
        else:
            content = b""
            head = self._bytes(chunk.start + offset, _PREFIX.size)
        op, length = _PREFIX.unpack(head)
        if op != _MESSAGE or length < _MESSAGE_HEAD.size or offset + _PREFIX.size + length > top:
            raise UnreadableFile("the index does not lead to a message", where=where)
        begin, rest = offset + _PREFIX.size + _MESSAGE_HEAD.size, length - _MESSAGE_HEAD.size

        def part(size: int) -> bytes:
            return content[begin : begin + size] if chunk.kind else self._bytes(chunk.start + begin, size)

        data = part(rest if wanted < 0 else min(wanted, rest))
        return unpack_start(part(rest), wanted) if is_packed(data) else data


def _records(content: bytes, where: object) -> Iterator[tuple[int, int, int]]:
    """Yield what each record in a chunk is, where its content begins, and how long that is."""
    at = 0
    while at < len(content):
        if at + _PREFIX.size > len(content):
            raise UnreadableFile("a chunk breaks off in a record", where=where)
        op, length = _PREFIX.unpack_from(content, at)
        at += _PREFIX.size
        if at + length > len(content) or (op == _MESSAGE and length < _MESSAGE_HEAD.size):
            raise UnreadableFile("a record is longer than its chunk", where=where)
        yield op, at, length
        at += length


def _text(data: bytes, at: int, where: object) -> tuple[str, int]:
    """Return the text at a byte, and where it ends."""
    if at + 4 > len(data):
        raise UnreadableFile("a text breaks off", where=where)
    (size,) = struct.unpack_from("<I", data, at)
    if at + 4 + size > len(data):
        raise UnreadableFile("a text is longer than its record", where=where)
    return data[at + 4 : at + 4 + size].decode("utf-8", "replace"), at + 4 + size
