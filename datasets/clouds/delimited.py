"""Rows of text as people write them: what parts the values, where the rows begin, and bringing them to one form."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from lidar_label.datasets.clouds.columns import LEFT_OUT, XYZ, standard_name
from lidar_label.datasets.clouds.text_rows import parse_float
from lidar_label.errors import UnreadableFile

LOOKED_AT = 65_536
_LONGEST_LINE = 1_048_576
_COMMENT = (b"#", b"//")
_COMMENTS = re.compile(rb"(?m)^[ \t]*(?:#|//)[^\n]*")
_DECIMAL_COMMA = re.compile(rb"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """How the rows of a text are written.

    Parameters
    ----------
    separator : bytes
        What parts two values; a blank stands for any run of blanks and tabs.
    columns : int
        Values in a row.
    start, line : int
        Byte and number of the line at which the rows begin.
    header : tuple of str
        The columns' names, where the file has them.
    promised : int or None
        Number of points that a line of its own promised.
    decimal_comma, trailing : bool
        Whether decimals are written with a comma, and rows end with a separator.
    left_out : tuple of int
        Columns that are no numbers, or are not wanted.
    """

    separator: bytes
    columns: int
    start: int
    line: int
    header: tuple[str, ...] = ()
    promised: int | None = None
    decimal_comma: bool = False
    trailing: bool = False
    left_out: tuple[int, ...] = ()

    def cells(self, line: bytes) -> list[bytes]:
        """Return the values of one row as text."""
        line = line.strip().replace(b'"', b"")
        if self.separator == b" ":
            found = line.split()
        else:
            found = [cell.strip() for cell in line.split(self.separator)]
            if self.trailing and found and not found[-1]:
                found.pop()
        return [cell.replace(b",", b".") for cell in found] if self.decimal_comma else found


def find_layout(head: bytes, path: Path, *, use_header: bool = True) -> TextLayout:
    """Tell from the first bytes of a text how its rows are written.

    Lines that begin with ``#`` or ``//`` are remarks; one of them, or the first line, may name the
    columns, unless a person does. A line with a single whole number ahead of the rows is the number
    of points.

    Raises
    ------
    UnreadableFile
        If it is no text, or has no rows of three or more numbers.
    """
    at = _text_start(head, path)
    named: list[bytes] = []
    promised: int | None = None
    for number, raw in enumerate(re.findall(rb"[^\r\n]*(?:\r\n|\r|\n|$)", head[at:]), start=1):
        line = raw.strip()
        if line and not line.startswith(_COMMENT):
            found = _layout_of(line, words=not all(text.startswith(_COMMENT) for text in named))
            if found is not None:
                if found.trailing and any(_names_one_more(text, found) for text in named):
                    found = replace(found, trailing=False, columns=found.columns + 1)
                header = _header(named, found.separator, found.columns, path) if use_header else ()
                decimal_comma = found.decimal_comma or (found.separator != b"," and b"," in _rows_in(head[at:]))
                return replace(
                    found, start=at, line=number, header=header, promised=promised, decimal_comma=decimal_comma
                )
            if promised is None and line.isdigit() and len(line) < 19:
                promised = int(line)
            elif any(not text.startswith(_COMMENT) for text in named):
                break
            else:
                named.append(line)
        elif line:
            named.append(line)
        at += len(raw)
        if not raw:
            break
    raise UnreadableFile("the text has no rows of three or more numbers", where=path)


def _text_start(head: bytes, path: Path) -> int:
    """Return the byte at which a text begins, behind its byte order mark; raise where it is none in UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFile("the text is UTF-16", where=path, hint="save it as UTF-8")
    if b"\0" in head:
        raise UnreadableFile("the file is no text", where=path)
    return len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0


def _layout_of(line: bytes, *, words: bool) -> TextLayout | None:
    """Return how a row is written; None where it is none. Words may precede x, y, z where a line names columns."""
    blank_cells = line.split()
    tries = [(b";", False), (b";", True), (b",", False), (b"\t", False), (b"\t", True), (b" ", False), (b" ", True)]
    if len(blank_cells) >= 3 and all(_DECIMAL_COMMA.fullmatch(cell) for cell in blank_cells if b"," in cell):
        tries.remove((b",", False))
    for separator, decimal_comma in tries:
        if separator not in line or (decimal_comma and b"," not in line):
            continue
        trailing = separator != b" " and line.endswith(separator)
        layout = TextLayout(
            separator=separator, columns=0, start=0, line=0, decimal_comma=decimal_comma, trailing=trailing
        )
        cells = layout.cells(line)
        numbers = [parse_float(cell) is not None for cell in cells]
        if len(cells) >= 3 and (all(numbers[:3]) or (words and sum(numbers) >= 3)):
            return replace(layout, columns=len(cells))
    return None


def _names_one_more(line: bytes, layout: TextLayout) -> bool:
    """Say whether a line of names has one more than the first row has values: its last one is missing."""
    cells = line.strip().split(layout.separator)
    return len(cells) == layout.columns + 1 and bool(cells[-1].strip())


def _rows_in(head: bytes) -> bytes:
    """Return the first bytes without their remarks."""
    return _COMMENTS.sub(b"", head.replace(b"\r", b"\n"))


def _header(lines: list[bytes], separator: bytes, columns: int, path: Path) -> tuple[str, ...]:
    """Return the names of the columns: those of a line that is no remark, else of a remark that fits."""
    for line in reversed(lines):
        remark = line.startswith(_COMMENT)
        text = line.lstrip(b"#/ \t").decode("utf-8", "replace")
        tries = [text.split(separator.decode()) if separator != b" " else text.split(), re.split(r"[,;\t ]+", text)]
        for cells in tries:
            names = tuple(standard_name(cell) for cell in cells)
            if len(names) == columns + 1 and not names[-1]:
                names = names[:-1]
            if len(names) == columns and set(XYZ) <= set(names):
                return _unique(names, path)
        if not remark:
            names = tuple(standard_name(cell) for cell in tries[0])
            shown = ", ".join(names)[:_SHOWN]
            reason = f"{len(names)} columns are named and rows have {columns} values"
            if len(names) == columns:
                reason = "x, y and z are not among the columns"
            raise UnreadableFile(f"{reason}: {shown}", where=path, hint="name them: --fields x,y,z,...")
    return ()


def _unique(names: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Give a name that comes again a number; a position that does is refused."""
    found: list[str] = []
    for i, name in enumerate(names):
        if name in XYZ and name in found:
            raise UnreadableFile(f"two columns are called {name}", where=path, hint="name them: --fields x,y,z,...")
        unique, number = name or f"value_{i}", 2
        while unique in found or unique == LEFT_OUT:
            unique, number = f"{name}_{number}", number + 1
        found.append(unique)
    return tuple(found)


class CleanRows:
    """A text file whose rows come as numbers parted by one blank; each line keeps its number.

    Parameters
    ----------
    file : binary file
        Standing at the first row.
    layout : TextLayout
    path : Path
    """

    def __init__(self, file: BinaryIO, layout: TextLayout, path: Path) -> None:
        self._file = file
        self._layout = layout
        self._path = path
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return about `size` bytes of whole lines; nothing at the end."""
        while True:
            data = self._file.read(size)
            end = data.rfind(b"\n" if b"\n" in data else b"\r") + 1
            if not data:
                block, self._rest = self._rest, b""
                return self.cleaned(block)
            if end:
                block, self._rest = self._rest + data[:end], data[end:]
                return self.cleaned(block)
            self._rest += data
            if len(self._rest) > max(_LONGEST_LINE, size):
                raise UnreadableFile("the text has a line of more than a million characters", where=self._path)

    def cleaned(self, block: bytes) -> bytes:
        """Return a piece of whole lines in the one form."""
        layout = self._layout
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"#" in block or b"//" in block:
            block = _COMMENTS.sub(b"", block)
        if b'"' in block:
            block = block.replace(b'"', b"")
        if layout.separator != b" ":
            block = self._blank_separated(block)
        elif layout.left_out:
            for column in layout.left_out:
                block = re.sub(rb"(?m)^([ \t]*(?:[^ \t\n]+[ \t]+){%d})[^ \t\n]+" % column, rb"\g<1>0", block)
        return block.replace(b",", b".") if layout.decimal_comma else block

    def _blank_separated(self, block: bytes) -> bytes:
        """Turn separators into blanks; a value that is missing becomes nan."""
        mark = self._layout.separator
        if b" " in block or (b"\t" in block and mark != b"\t"):
            block = re.sub(rb"[ \t]*%s[ \t]*" % mark if mark != b"\t" else rb" *\t *", mark, block)
            block = re.sub(rb"(?m)^[ \t]+$" if mark != b"\t" else rb"(?m)^ +$", b"", block)
        if self._layout.trailing:
            block = re.sub(rb"(?m)%s$" % mark, b"", block)
        for column in self._layout.left_out:
            block = re.sub(rb"(?m)^((?:[^%s\n]*%s){%d})[^%s\n]*" % (mark, mark, column, mark), rb"\g<1>0", block)
        if mark * 2 in block or mark + b"\n" in block or b"\n" + mark in block or block[:1] == mark:
            block = re.sub(rb"(?m)(?<=%s)(?=%s|$)|^(?=%s)" % (mark, mark, mark), b"nan", block)
        return block.replace(mark, b" ")
