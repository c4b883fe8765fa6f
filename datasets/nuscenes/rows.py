"""Rows of a nuScenes table: read one by one, so that a table of gigabytes never lies in memory whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lidar_label.errors import MissingFile, UnreadableFile

_CHUNK = 1 << 20
_LONGEST_ROW = 1 << 26
_LARGEST = 1e300
_SPACE = " \t\r\n"


class Row:
    """One row of a table, whose values are checked as they are asked for.

    Parameters
    ----------
    path : Path
        The table.
    number : int
        The row's place in it, from 0.
    values : dict
    """

    __slots__ = ("number", "path", "values")

    def __init__(self, path: Path, number: int, values: dict[str, Any]) -> None:
        self.path = path
        self.number = number
        self.values = values

    @property
    def where(self) -> str:
        """The row's place for a message."""
        return f"{self.path}, row {self.number}"

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; with a default, null and an absent key give that."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "a text")
        return value

    def token(self, key: str = "token") -> str:
        """Return a token that must not be empty."""
        value = self.text(key)
        if not value:
            raise self.wrong(key, "a token")
        return value

    def tokens(self, key: str) -> list[str]:
        """Return a list of tokens; an absent key is an empty one."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(key, "a list of tokens")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number; with a default, null and an absent key give that."""
        value = self._get(key, default)
        if not _is_number(value) or value % 1:
            raise self.wrong(key, "a whole number")
        return int(value)

    def number_of(self, key: str) -> int | float:
        """Return a finite number as it is stored."""
        value = self._get(key, None)
        if not _is_number(value):
            raise self.wrong(key, "a finite number")
        number: int | float = value
        return number

    def flag(self, key: str) -> bool:
        """Return true or false; 0 and 1 count."""
        value = self._get(key, None)
        if value not in (True, False):
            raise self.wrong(key, "true or false")
        return bool(value)

    def numbers(self, key: str, length: int) -> list[float]:
        """Return a list of so many finite numbers."""
        value = self._get(key, None)
        if not _are_numbers(value) or len(value) != length:
            raise self.wrong(key, f"{length} finite numbers")
        return [float(item) for item in value]

    def list_of_numbers(self, key: str) -> list[float]:
        """Return a list of finite numbers of any length; null and an absent key are an empty one."""
        value = self.values.get(key) or []
        if not _are_numbers(value):
            raise self.wrong(key, "a list of finite numbers")
        return [float(item) for item in value]

    def matrix(self, key: str) -> list[list[float]]:
        """Return a 3x3 matrix; an empty list, null or an absent key is an empty one."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(_are_numbers(line) and len(line) == 3 for line in value):
            raise self.wrong(key, "a 3x3 matrix")
        if len(value) not in (0, 3):
            raise self.wrong(key, "a 3x3 matrix")
        return [[float(item) for item in line] for line in value]

    def wrong(self, key: str, wanted: str) -> UnreadableFile:
        """Return the error that says what a key should have held."""
        shown = repr(self.values.get(key))
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        return UnreadableFile(f"{key!r} should be {wanted} and is {shown}", where=self.where)

    def _get(self, key: str, default: object) -> Any:  # noqa: ANN401 - JSON; the caller checks it
        value = self.values.get(key, default)
        if value is None and default is not None:
            return default
        if key not in self.values and default is None:
            raise UnreadableFile(f"the row has no {key!r}", where=self.where)
        return value


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_LARGEST < value < _LARGEST  # false for NaN as well


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a table, a JSON list of objects.

    Raises
    ------
    MissingFile, UnreadableFile
        If the file is absent, is not UTF-8, is not such a list, or breaks off.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _rows(path, _Buffer(path, file.read))
    except FileNotFoundError:
        raise MissingFile("the table is not there", where=path) from None
    except UnicodeDecodeError:
        raise UnreadableFile("the table is not UTF-8 text", where=path) from None
    except OSError as error:
        raise UnreadableFile(f"the table cannot be read: {error.strerror}", where=path) from None


class _Buffer:
    """The part of a file that is being parsed: what is behind is dropped, what is ahead read on."""

    def __init__(self, path: Path, read: Any) -> None:  # noqa: ANN401 - a text file's read
        self.path = path
        self.text = ""
        self.at = 0
        self._read = read
        self._passed = 0

    @property
    def place(self) -> int:
        """How many characters of the file lie behind."""
        return self._passed + self.at

    def more(self) -> bool:
        """Read on, at least as much again as is waiting; say whether there was anything."""
        kept = self.text[self.at :]
        if len(kept) > _LONGEST_ROW:
            raise UnreadableFile(f"a row is longer than {_LONGEST_ROW} characters", where=self.path)
        self._passed += self.at
        new = self._read(max(_CHUNK, len(kept)))
        self.text, self.at = kept + new, 0
        return bool(new)

    def peek(self) -> str:
        """Return the next character that is not a space, or nothing at the end."""
        while True:
            while self.at < len(self.text):
                if self.text[self.at] not in _SPACE:
                    return self.text[self.at]
                self.at += 1
            if not self.more():
                return ""


def _rows(path: Path, buffer: _Buffer) -> Iterator[Row]:
    if buffer.peek() != "[":
        raise UnreadableFile("the table is not a JSON list of rows", where=path)
    buffer.at += 1
    if buffer.peek() == "]":
        buffer.at += 1
    else:
        number = 0
        while True:
            yield Row(path, number, _object(path, number, buffer))
            sign = buffer.peek()
            buffer.at += 1
            if sign == "]":
                break
            if sign != ",":
                what = "the table breaks off" if not sign else f"not valid JSON: {sign!r} where a comma should be"
                raise UnreadableFile(f"{what} at character {buffer.place - 1}", where=f"{path}, after row {number}")
            number += 1
    if buffer.peek():
        raise UnreadableFile(f"more text follows the end of the table at character {buffer.place}", where=path)


_DECODER = json.JSONDecoder()


def _object(path: Path, number: int, buffer: _Buffer) -> dict[str, Any]:
    where = f"{path}, row {number}"
    if buffer.peek() != "{":
        raise UnreadableFile(f"a row is not a JSON object at character {buffer.place}", where=where)
    while True:
        try:
            values, buffer.at = _DECODER.raw_decode(buffer.text, buffer.at)
        except json.JSONDecodeError as error:
            place = buffer.place - buffer.at + error.pos
            if not buffer.more():
                raise UnreadableFile(f"not valid JSON: {error.msg} at character {place}", where=where) from None
        except (RecursionError, ValueError):  # nested without end; a number of thousands of digits
            raise UnreadableFile("not valid JSON: nested too deeply, or an absurd number", where=where) from None
        else:
            found: dict[str, Any] = values
            return found
