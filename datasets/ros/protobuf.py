"""Protocol Buffers on the wire: numbered fields, without a schema; who asks knows what the numbers mean.

References
----------
"Encoding", protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections import defaultdict

from lidar_label.errors import UnreadableFile

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


class Wire:
    """One message, taken apart into the values of each field number.

    Raises
    ------
    UnreadableFile
        If the bytes are no such message.
    """

    def __init__(self, data: memoryview) -> None:
        self._values: dict[int, list[int | memoryview]] = defaultdict(list)
        at = 0
        while at < len(data):
            key, at = _varint(data, at)
            number, kind = key >> 3, key & 7
            if kind == _VARINT:
                value, at = _varint(data, at)
                self._values[number].append(value)
                continue
            size = {_EIGHT: 8, _FOUR: 4}.get(kind)
            if kind == _BYTES:
                size, at = _varint(data, at)
            if size is None or not number or at + size > len(data):
                raise UnreadableFile("the protobuf message is damaged")
            self._values[number].append(data[at : at + size])
            at += size

    def message(self, number: int) -> Wire | None:
        """Return the message in a field; of several the last counts."""
        found = self._last(number)
        return Wire(found) if isinstance(found, memoryview) else None

    def messages(self, number: int) -> list[Wire]:
        """Return the messages in a field."""
        return [Wire(value) for value in self._values.get(number, ()) if isinstance(value, memoryview)]

    def text(self, number: int) -> str:
        """Return a text, empty where there is none."""
        return bytes(self.data(number)).decode("utf-8", "replace")

    def data(self, number: int) -> memoryview:
        """Return bytes, empty where there are none."""
        found = self._last(number)
        return found if isinstance(found, memoryview) else memoryview(b"")

    def whole(self, number: int) -> int:
        """Return a whole number, as a varint or as four fixed bytes; 0 where there is none."""
        found = self._last(number)
        if isinstance(found, memoryview):
            return int.from_bytes(found, "little") if len(found) in (4, 8) else 0
        return found or 0

    def double(self, number: int) -> float:
        """Return a floating point number; 0 where there is none."""
        found = self._last(number)
        return float(struct.unpack("<d", found)[0]) if isinstance(found, memoryview) and len(found) == 8 else 0.0

    def doubles(self, number: int) -> tuple[float, ...]:
        """Return a list of floating point numbers, packed or one by one."""
        found = b"".join(bytes(value) for value in self._values.get(number, ()) if isinstance(value, memoryview))
        if len(found) % 8:
            raise UnreadableFile("the protobuf message has half a number")
        return struct.unpack(f"<{len(found) // 8}d", found)

    def __contains__(self, number: int) -> bool:
        return number in self._values

    def _last(self, number: int) -> int | memoryview | None:
        found = self._values.get(number)
        return found[-1] if found else None


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
    raise UnreadableFile("the protobuf message is damaged")
