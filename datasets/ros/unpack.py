"""Unpacking chunks of recordings, with a limit: a few bytes can be packed so that they fill any memory."""

from __future__ import annotations

from lidar_label.errors import UnreadableFile

MOST_BYTES = 134_217_728  # recorders make chunks of about a megabyte; one message may be larger
_ZSTD = b"\x28\xb5\x2f\xfd"


def unpack(kind: str, data: bytes, size: int | None, where: object) -> bytes:
    """Return the content of a chunk.

    Parameters
    ----------
    kind : "", "none", "bz2", "lz4" or "zstd"
    data : bytes
    size : int or None
        What it must unpack to; None where nobody said.
    where : object
        For the message.

    Raises
    ------
    UnreadableFile
        If it is damaged, of another size, of a kind that is not known, or too large.
    """
    if kind in ("", "none"):
        return data
    if size is not None and size > MOST_BYTES:
        raise UnreadableFile(f"a chunk would unpack to {size} bytes, more than {MOST_BYTES}", where=where)
    limit = MOST_BYTES if size is None else size
    try:
        found = _unpack(kind, data, limit + 1)
    except (OSError, EOFError, ValueError, RuntimeError, MemoryError) as error:
        raise UnreadableFile(
            f"a chunk's {kind} data is damaged: {' '.join(str(error).split())[:80]}", where=where
        ) from None
    if len(found) > limit or (size is not None and len(found) != size):
        said = f"{size} bytes" if size is not None else f"at most {limit} bytes"
        raise UnreadableFile(f"a chunk unpacks to another size than {said}", where=where)
    return found


def is_packed(data: bytes) -> bool:
    """Say whether a message is packed on its own, as rosbag2 does when told to; no CDR or JSON begins so."""
    return data.startswith(_ZSTD)


def unpack_start(data: bytes, wanted: int) -> bytes:
    """Return at least the first `wanted` bytes (all where it is negative) of a message packed by zstd."""
    limit = MOST_BYTES if wanted < 0 else min(wanted, MOST_BYTES)
    try:
        found = _unpack("zstd", data, limit + (wanted < 0))
    except (OSError, EOFError, ValueError, RuntimeError, MemoryError) as error:
        raise UnreadableFile(f"a message's zstd data is damaged: {' '.join(str(error).split())[:80]}") from None
    if wanted < 0 and len(found) > limit:
        raise UnreadableFile(f"a message unpacks to more than {MOST_BYTES} bytes")
    return found


def _unpack(kind: str, data: bytes, limit: int) -> bytes:
    """Return what data unpacks to, no more than `limit` bytes of it."""
    if kind == "bz2":
        import bz2

        return bz2.BZ2Decompressor().decompress(data, max_length=limit)
    if kind == "lz4":
        import lz4.frame

        found: bytes = lz4.frame.LZ4FrameDecompressor().decompress(data, max_length=limit)
        return found
    if kind == "zstd":
        from backports import zstd

        try:
            return bytes(zstd.ZstdDecompressor().decompress(data, max_length=limit))
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from None
    raise ValueError(f"{kind!r} is not a known kind")
