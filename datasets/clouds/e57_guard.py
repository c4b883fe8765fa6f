"""What is looked at in an E57 file before its library may: lengths that lie, and XML that reaches outside."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from lidar_label.errors import UnreadableFile

SIGNATURE = b"ASTM-E57"
_HEADER = struct.Struct("<8sIIQQQQ")
_PAGE, _CHECKED = 1024, 1020  # bytes of a page, the last four of which are its checksum
_LONGEST_XML = 64 * 2**20
_REACHES_OUT = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def check_e57(path: Path) -> None:
    """Refuse a file whose header lies, or whose XML declares a type or an entity.

    An entity may name another file or grow without end; no E57 needs one.

    Raises
    ------
    UnreadableFile
        If it is not what an E57 promises.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size or not head.startswith(SIGNATURE):
            raise UnreadableFile("this is no E57 file", where=path)
        _, _, _, length, xml_at, xml_bytes, page = _HEADER.unpack(head)
        if page != _PAGE:
            raise UnreadableFile(f"pages of {page} bytes are none of E57", where=path)
        if length > size:
            raise UnreadableFile(f"{length} bytes are promised and {size} are there", where=path, hint="cut off")
        if xml_bytes > min(_LONGEST_XML, size) or xml_at >= size:
            raise UnreadableFile("its XML lies outside the file, or is absurdly long", where=path)
        file.seek(xml_at // _PAGE * _PAGE)
        pages = file.read((xml_bytes // _CHECKED + 2) * _PAGE)
    text = b"".join(pages[at : at + _CHECKED] for at in range(0, len(pages), _PAGE))
    start = xml_at % _PAGE
    xml = text[start : start + xml_bytes]
    if _REACHES_OUT.search(xml.replace(b"\0", b"")):  # also where it is UTF-16
        raise UnreadableFile("its XML declares a type or an entity, which no E57 needs", where=path)
