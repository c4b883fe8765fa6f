"""Reading files that nobody vouches for, and paths that must stay in their folder."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from lidar_label.errors import MissingFile, UnreadableFile, UnsafePath

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def inside(root: Path, relative: str, *, where: object = "") -> Path:
    """Return ``root / relative``, where `relative` was written in a file.

    Raises
    ------
    UnsafePath
        If it is absolute, climbs out of `root` (by ``..`` or through a link), or is empty.
    """
    pure = PurePosixPath(relative.replace("\\", "/"))
    if not relative or "\0" in relative or pure.is_absolute() or re.match(r"^[A-Za-z]:", relative):
        raise UnsafePath(f"path {relative!r} is not a path inside the data set", where=where or root)
    path = root / pure
    if ".." in pure.parts or not path.resolve().is_relative_to(root.resolve()):
        raise UnsafePath(f"path {relative!r} leads out of the data set's folder", where=where or root)
    return path


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; raise `MissingFile` or `UnreadableFile` with its path."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingFile("the file is not there", where=path) from None
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None


def read_text(path: Path) -> str:
    """Return the content of a UTF-8 text file, a byte order mark taken off."""
    return text_of(read_bytes(path), path)


def text_of(content: bytes, path: Path) -> str:
    """Return bytes that were read from `path` as text, as `read_text` does."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"the file is not UTF-8 text (byte {error.start})", where=path) from None


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is checked by who asked for it
    """Return the content of a JSON file; name line and column where it breaks."""
    return parse_json(read_text(path), path)


def parse_json(text: str, path: Path) -> Any:  # noqa: ANN401 - JSON is checked by who asked for it
    """Return what JSON text says that was read from `path`, as `read_json` does."""
    try:
        value = json.loads(text)
        if _ESCAPED_SURROGATE.search(text):  # half a pair is no text: it could be written nowhere
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnreadableFile("not valid JSON: half of a surrogate pair stands alone", where=path) from None
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}", where=path
        ) from None
    except RecursionError:
        raise UnreadableFile("not valid JSON: nested too deeply", where=path) from None
    except ValueError:  # of Python's own limit
        raise UnreadableFile("not valid JSON: a number has thousands of digits", where=path) from None
    return value


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which frame 2 comes before frame 10."""
    parts = re.split(r"(\d+)", name)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)
