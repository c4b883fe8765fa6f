"""What every recording is made of: topics, and messages that are passed over once and then read one by one."""

from __future__ import annotations

import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import Finding

Place = tuple[int, ...]
WHOLE = -1
_MOST_TOPICS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One stream of messages.

    `type` is the message type without ROS 2's middle part: ``sensor_msgs/PointCloud2``. `encoding` is how its bytes
    are to be read: ``ros1``, ``cdr``, ``json``, ``protobuf`` or anything else.
    """

    name: str
    type: str
    encoding: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is passed over: when it was recorded, where it lies, and its first bytes or all of them."""

    topic: str
    time_ns: int
    place: Place
    data: bytes


class Recording(ABC):
    """One file of messages, opened: what it holds is known, and none of it in memory.

    Attributes
    ----------
    path : Path
    title : str
        What a person calls its kind.
    topics : mapping of str to Topic
    findings : list of Finding
        What a person should know of the file itself.
    """

    title: str

    def __init__(self, path: Path) -> None:
        self.path = path
        self.topics: Mapping[str, Topic] = {}
        self.findings: list[Finding] = []
        self._lock = threading.Lock()
        self._closing: list[Callable[[], object]] = []

    @abstractmethod
    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over the file once and yield the messages of some topics, in the file's order.

        Parameters
        ----------
        wanted : mapping of str to int
            How many bytes of each topic's messages are wanted at the least; `WHOLE` for all.

        Raises
        ------
        UnreadableFile
            If the file is not what it promises.
        """

    @abstractmethod
    def read(self, place: Place) -> bytes:
        """Return one message; safe to call from several threads."""

    def file_of(self, place: Place) -> Path:
        """Return the file that a message lies in."""
        return self.path

    def opened(self, path: Path) -> BinaryIO:
        """Open a file that is closed with this recording, or when nobody holds it any more."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise MissingFile("the recording is not there", where=path) from None
        except OSError as error:
            raise UnreadableFile(f"the recording cannot be read: {error.strerror}", where=path) from None
        self.closes(file.close)
        return file

    def closes(self, close: Callable[[], object]) -> None:
        """Have something closed with this recording, or when nobody holds it any more."""
        self._closing.append(weakref.finalize(self, close))

    def close(self) -> None:
        """Close what is open; nothing can be read then."""
        for closing in self._closing:
            closing()

    def note(self, code: str, message: str) -> None:
        """Note a finding of the file."""
        self.findings.append(Finding("warning", code, message, str(self.path)))


class Parts(Recording):
    """Several files that are one recording, split while it was made."""

    def __init__(self, path: Path, parts: Sequence[Recording]) -> None:
        super().__init__(path)
        self.title = parts[0].title
        self._parts = list(parts)
        topics: dict[str, Topic] = {}
        for part in parts:
            self.findings += part.findings
            self.closes(part.close)
            for name, topic in part.topics.items():
                known = topics.get(name)
                topics[name] = replace(topic, count=topic.count + known.count) if known else topic
        self.topics = topics

    def messages(self, wanted: Mapping[str, int]) -> Iterator[Message]:
        """Pass over one file after the other."""
        for number, part in enumerate(self._parts):
            for message in part.messages({name: size for name, size in wanted.items() if name in part.topics}):
                yield replace(message, place=(number, *message.place))

    def read(self, place: Place) -> bytes:
        """Return one message."""
        return self._parts[place[0]].read(place[1:])

    def file_of(self, place: Place) -> Path:
        """Return the file that a message lies in."""
        return self._parts[place[0]].path


def plain_type(name: str) -> str:
    """Return a message type as ROS 1 writes it: ``sensor_msgs/msg/Image`` becomes ``sensor_msgs/Image``."""
    return name.replace("/msg/", "/", 1)


def merged(topics: Sequence[Topic]) -> dict[str, Topic]:
    """Return topics by name; of several streams under one name the messages are counted together."""
    found: dict[str, Topic] = {}
    for topic in topics[:_MOST_TOPICS]:
        known = found.get(topic.name)
        found[topic.name] = replace(known, count=known.count + topic.count) if known else topic
    return found
