"""Recordings whose messages lie in chunks, with indices behind them: what bags and MCAP files have in common."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar

from lidar_label.datasets.ros.recording import WHOLE, Message, Place, Recording
from lidar_label.datasets.ros.unpack import MOST_BYTES, unpack
from lidar_label.errors import UnreadableFile

Entry = tuple[int, int, int]
NO_ENTRIES = -1


@dataclass(slots=True)
class Chunk:
    """Where a chunk's records lie, and the indices behind it.

    `kind` is how they are packed, empty where they are not; `size` is how many bytes they then become, None where
    nobody says. Each index is a stream, how many messages it has, and where its entries begin (`NO_ENTRIES`: they
    were counted, and must be looked for in the chunk).
    """

    start: int
    length: int
    kind: str
    size: int | None
    crc: int = 0
    indices: list[tuple[int, int, int]] = field(default_factory=list)


class ChunkedFile(Recording):
    """A file of chunks, opened; a subclass knows its records. Streams are told by number.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is not of its kind.
    """

    noun: ClassVar[str] = "file"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file: BinaryIO = self.opened(path)
        self._length = os.fstat(self._file.fileno()).st_size
        self._chunks: list[Chunk] = []
        self._held: tuple[int, bytes] = (-1, b"")
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @abstractmethod
    def _open(self) -> None:
        """Pass over the records of the file and note chunks, streams and topics."""

    @abstractmethod
    def _names(self) -> Mapping[int, str]:
        """Return the topic of each stream."""

    @abstractmethod
    def _take(self, content: bytes) -> Counter[int]:
        """Take in the streams that a chunk declares, and return how many messages of each it has."""

    @abstractmethod
    def _listed(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        """Yield offset and time of the messages that an index lists; its entries begin at `start`."""

    @abstractmethod
    def _scanned(self, content: bytes, streams: Container[int]) -> Iterator[Entry]:
        """Yield stream, offset and time of the messages of some streams in a chunk."""

    @abstractmethod
    def _message(self, number: int, offset: int, wanted: int) -> bytes:
        """Return the first bytes of a message of a chunk, or all of it (`WHOLE`)."""

    def _note_cut(self, at: int, why: str) -> None:
        message = f"the {self.noun} breaks off at byte {at} of {self._length} ({why}); what comes before is read"
        self.note("cut-off", message)

    def _bytes(self, at: int, size: int) -> bytes:
        """Return bytes of the file, all of them."""
        if at + size > self._length:
            raise UnreadableFile(f"the file ends before byte {at + size}", where=self.path)
        self._file.seek(at)
        found = self._file.read(size)
        if len(found) != size:
            raise UnreadableFile(f"the file ends before byte {at + size}", where=self.path)
        return found

    def _where(self, chunk: Chunk) -> str:
        return f"{self.path}, byte {chunk.start}"

    def _look_inside(self, known: Mapping[int, object], *, alone: bool) -> None:
        """Find streams, and count messages, in the chunks themselves, where the end of the file is not there.

        `known` are the streams that the file itself declares; `alone` says that it has nothing but chunks, so that
        the first of them must be whole.
        """
        lacking = {stream for chunk in self._chunks for stream, _, _ in chunk.indices} - set(known)
        for number, chunk in enumerate(self._chunks):
            counted = bool(chunk.indices)
            if counted and not lacking:
                continue
            try:
                counts = self._take(self._content(chunk))
            except UnreadableFile as error:
                if not number and alone:
                    raise
                self._note_cut(chunk.start, error.what)
                del self._chunks[number:]
                break
            if not counted:
                chunk.indices = [(stream, count, NO_ENTRIES) for stream, count in counts.items()]

    def _counts(self) -> Counter[int]:
        """Return how many messages each stream has in the chunks."""
        counts: Counter[int] = Counter()
        for chunk in self._chunks:
            for stream, count, _ in chunk.indices:
                counts[stream] += count
        return counts

    def _content(self, chunk: Chunk) -> bytes:
        """Return what a chunk holds; the one that was asked for last is kept."""
        if self._held[0] != chunk.start:
            if not chunk.kind and chunk.length > MOST_BYTES:
                text = f"a chunk holds {chunk.length} bytes and no index"
                raise UnreadableFile(text, where=self._where(chunk))
            data = self._bytes(chunk.start, chunk.length)
            found = unpack(chunk.kind, data, chunk.size, self._where(chunk))
            self._check(chunk, found)
            self._held = (chunk.start, found)
        return self._held[1]

    def _check(self, chunk: Chunk, content: bytes) -> None:
        """Raise `UnreadableFile` where a chunk is not what the file says of it."""

    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over the chunks; of one that is not packed only the wanted bytes are read."""
        names = self._names()
        sizes = {stream: wanted[name] for stream, name in names.items() if name in wanted}
        for number, chunk in enumerate(self._chunks):
            for stream, offset, time_ns in self._entries(chunk, sizes):
                with self._lock:
                    data = self._message(number, offset, sizes[stream])
                yield Message(names[stream], time_ns, (number, offset), data)

    def _entries(self, chunk: Chunk, sizes: Mapping[int, int]) -> list[Entry]:
        """Return stream, offset and time of a chunk's wanted messages, as they lie in it."""
        found: list[Entry] = []
        with self._lock:
            for stream, count, start in chunk.indices:
                if stream in sizes and start != NO_ENTRIES:
                    found += [(stream, offset, time_ns) for offset, time_ns in self._listed(start, count)]
            if any(start == NO_ENTRIES for _, _, start in chunk.indices):
                found += self._scanned(self._content(chunk), sizes)
        return sorted(found, key=lambda entry: entry[1])

    def read(self, place: Place) -> bytes:
        """Return one message."""
        with self._lock:
            return self._message(place[0], place[1], WHOLE)
