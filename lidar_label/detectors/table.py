"""A table of a TOML file, read key by key: what is missing, of another type or asked for by nobody is said in words."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile

_MOST_BYTES = 1 << 20


def read_toml(file: Path) -> Table:
    """Read a TOML file as the table it is.

    Raises
    ------
    MissingFile
        If it is not there.
    UnreadableFile
        If it is no TOML, or over 1 MB.
    """
    if not file.is_file():
        raise MissingFile("there is no such description of a model", where=file, hint="it is a TOML file")
    if file.stat().st_size > _MOST_BYTES:
        raise UnreadableFile("a description of a model is a short text, this file has over 1 MB", where=file)
    try:
        return Table(tomllib.loads(file.read_text("utf-8")), file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(f"this is no TOML: {error}", where=file) from None
    except OSError as error:
        raise UnreadableFile(f"it cannot be read: {error.strerror}", where=file) from None


class Table:
    """Gives the values of a table by key, and remembers which were asked for.

    Every reader takes a `default` for a key that may be left out; without one the key is needed. All raise
    `InvalidValue` with the file, the key, what is wrong and what to write.
    """

    def __init__(self, values: Mapping[str, Any], file: Path, name: str = "") -> None:
        self.file, self.name = file, name
        self._values, self._asked = values, set[str]()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> list[str]:
        """Return the keys that are there."""
        return list(self._values)

    def peek(self, key: str) -> object:
        """Return what stands under a key as it is, None where nothing does."""
        return self._values.get(key)

    def fault(self, key: str, what: str, hint: str = "") -> InvalidValue:
        """Return the error that says what is wrong with a key."""
        return InvalidValue(what, where=f"{self.file}, {self._full(key)}", hint=hint)

    def text(self, key: str, default: str | None = None, *, among: Sequence[str] = (), empty: bool = False) -> str:
        """Return a text, which may be empty where `empty`; with `among`, one of those."""
        value = self._take(key, default, f'write {key} = "{among[0] if among else "..."}"')
        if key not in self:
            return str(value)
        wanted = f"one of {', '.join(among)}" if among else "a text in quotes"
        if not isinstance(value, str) or not (value or empty) or (among and value not in among):
            raise self.fault(key, f"it needs {wanted}, not {value!r:.60}")
        return value

    def number(self, key: str, default: float | None = None, *, low: float = -1e9, high: float = 1e9) -> float:
        """Return a number from `low` to `high`."""
        return self._number(key, self._take(key, default, f"write {key} = {low if low > -1e9 else 0}"), low, high)

    def whole(self, key: str, default: int | None = None, *, low: int = 0, high: int = 1 << 31) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._take(key, default, f"write {key} = {low}")
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fault(key, f"it needs a whole number from {low} to {high}, not {value!r:.60}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default, "")
        if not isinstance(value, bool):
            raise self.fault(key, f"it needs true or false, not {value!r:.60}")
        return value

    def numbers(
        self, key: str, count: int = 0, default: Sequence[float] | None = None, *, low: float = -1e9, high: float = 1e9
    ) -> tuple[float, ...]:
        """Return `count` numbers, or one and more where it is 0."""
        value = self._take(key, default, f"write {key} = [{', '.join(['0.0'] * (count or 1))}]")
        if not isinstance(value, list | tuple) or not value or (count and len(value) != count):
            raise self.fault(key, f"it needs {count or 'a list of'} numbers in brackets, not {value!r:.60}")
        return tuple(self._number(key, one, low, high) for one in value)

    def names(
        self, key: str, default: Sequence[str] | None = None, *, among: Sequence[str] = (), twice: bool = False
    ) -> tuple[str, ...]:
        """Return one text and more, each once unless `twice`; with `among`, of those."""
        value = self._take(key, default, f'write {key} = ["{among[0] if among else "..."}"]')
        if not isinstance(value, list | tuple) or not value or not all(isinstance(one, str) and one for one in value):
            raise self.fault(key, f"it needs a list of texts in brackets, not {value!r:.60}")
        odd = [one for one in value if among and one not in among]
        if odd:
            raise self.fault(key, f"{odd[0]!r} is none of {', '.join(among)}")
        doubled = [one for one in value if value.count(one) > 1]
        if doubled and not twice:
            raise self.fault(key, f"{doubled[0]!r} stands there twice")
        return tuple(value)

    def table(self, key: str, *, needed: bool = True) -> Table:
        """Return a table within; an empty one where it is not there and not needed."""
        value = self._take(key, None if needed else {}, f"write a table [{self._full(key)}]")
        if not isinstance(value, dict):
            raise self.fault(key, f"it needs a table [{self._full(key)}], not {value!r:.60}")
        return Table(value, self.file, self._full(key))

    def tables(self, key: str) -> list[Table]:
        """Return a list of tables within, one and more."""
        value = self._take(key, None, f"write tables [[{self._full(key)}]]")
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.fault(key, f"it needs tables [[{self._full(key)}]], not {value!r:.60}")
        return [Table(one, self.file, f"{self._full(key)}[{number}]") for number, one in enumerate(value)]

    def done(self) -> None:
        """Refuse a key that nobody asked for: most are misspelt."""
        for key in self._values:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, 1)
                known = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._asked))}"
                raise self.fault(key, "there is no such key", known)

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _take(self, key: str, default: object, hint: str) -> Any:  # noqa: ANN401 - whatever the file has
        self._asked.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            raise self.fault(key, "this key is missing", hint)
        return default

    def _number(self, key: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(key, f"it needs a number, not {value!r:.60}")
        if not (math.isfinite(value) and low <= value <= high):
            raise self.fault(key, f"it needs a number from {low:g} to {high:g}, not {value}")
        return float(value)
