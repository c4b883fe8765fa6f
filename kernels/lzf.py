"""LZF: the byte compression inside binary_compressed PCD files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

_FINE, _CUT_OFF, _TOO_LONG, _BACK_TOO_FAR = 0, 1, 2, 3
_REASONS = {
    _CUT_OFF: "the compressed data ends in the middle of a run",
    _TOO_LONG: "the compressed data unpacks to more bytes than it promises",
    _BACK_TOO_FAR: "the compressed data refers to bytes before its start",
}
MOST_PER_BYTE = 88  # the longest run, 264 bytes, is packed into 3
_LONGEST_RUN, _LONGEST_LITERAL, _FARTHEST = 264, 32, 8192
_TABLE_BITS = 15


def lzf_decompress(data: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Unpack LZF data.

    Parameters
    ----------
    data : (N,) uint8
        The compressed bytes.
    size : int
        How many bytes they unpack to. Nothing outside `data` is read and no more is written,
        whatever the data says.

    Returns
    -------
    (size,) uint8

    Raises
    ------
    ValueError
        If `data` is not a row of bytes, no data of N bytes can unpack to `size`, or the data is
        damaged.

    References
    ----------
    M. Lehmann, LibLZF: a byte below 32 starts a literal run one longer than it; else its upper
    three bits are a length (7: one more byte follows) and its lower five the high bits of how far
    back to copy from.
    """
    if data.ndim != 1 or data.dtype != np.uint8:
        raise ValueError(f"data needs (N,) uint8, got {data.shape} {data.dtype}")
    if not 0 <= size <= len(data) * MOST_PER_BYTE:
        raise ValueError(f"{len(data)} bytes of LZF cannot unpack to {size} bytes")
    out = np.empty(size, dtype=np.uint8)
    written, state = _decompress(np.ascontiguousarray(data), out)
    if state != _FINE:
        raise ValueError(_REASONS[state])
    if written != size:
        raise ValueError(f"the compressed data unpacks to {written} bytes, not {size}")
    return out


@compiled()
def _decompress(data: NDArray[np.uint8], out: NDArray[np.uint8]) -> tuple[int, int]:  # noqa: C901 - one loop
    read, written = 0, 0
    while read < len(data):
        control = int(data[read])
        read += 1
        if control < 32:
            length = control + 1
            if read + length > len(data):
                return written, _CUT_OFF
            if written + length > len(out):
                return written, _TOO_LONG
            for i in range(length):
                out[written + i] = data[read + i]
            read += length
        else:
            length = control >> 5
            if length == 7:
                if read >= len(data):
                    return written, _CUT_OFF
                length += int(data[read])
                read += 1
            length += 2
            if read >= len(data):
                return written, _CUT_OFF
            source = written - ((control & 31) << 8) - int(data[read]) - 1
            read += 1
            if source < 0:
                return written, _BACK_TOO_FAR
            if written + length > len(out):
                return written, _TOO_LONG
            for i in range(length):  # one by one: the run may overlap what it writes
                out[written + i] = out[source + i]
        written += length
    return written, _FINE


def lzf_compress(data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pack bytes as LZF.

    Parameters
    ----------
    data : (N,) uint8

    Returns
    -------
    (M,) uint8
        What `lzf_decompress` turns back into `data`. M is never N, unless both are 0: files use
        equal sizes to say that data is not packed at all.

    Raises
    ------
    ValueError
        If `data` is not a row of bytes.
    """
    if data.ndim != 1 or data.dtype != np.uint8:
        raise ValueError(f"data needs (N,) uint8, got {data.shape} {data.dtype}")
    out = np.empty(len(data) + len(data) // _LONGEST_LITERAL + 2, dtype=np.uint8)
    flat = np.ascontiguousarray(data)
    written = _compress(flat, out, True)
    if written == len(data):
        written = _compress(flat, out, False)
    return out[:written]


@compiled()
def _compress(data: NDArray[np.uint8], out: NDArray[np.uint8], runs: bool) -> int:
    """Pack greedily: each three bytes are looked up where they were last seen. Without `runs` nothing is packed."""
    seen = np.full(1 << _TABLE_BITS, -1, dtype=np.int64)
    size = len(data)
    at, written, literal = 0, 0, 0  # literal: the first byte not yet written
    while runs and at < size - 2:
        three = (np.uint32(data[at]) << 16) | (np.uint32(data[at + 1]) << 8) | np.uint32(data[at + 2])
        slot = ((three * np.uint32(2654435761)) & np.uint32(0xFFFFFFFF)) >> np.uint32(32 - _TABLE_BITS)
        before = seen[slot]
        seen[slot] = at
        back = at - before - 1
        if (
            before < 0
            or back >= _FARTHEST
            or data[before] != data[at]
            or data[before + 1] != data[at + 1]
            or data[before + 2] != data[at + 2]
        ):
            at += 1
            continue
        most = min(_LONGEST_RUN, size - at)
        length = 3
        while length < most and data[before + length] == data[at + length]:
            length += 1
        written = _write_literals(data, literal, at, out, written)
        rest = length - 2
        if rest < 7:
            out[written] = (rest << 5) | (back >> 8)
            written += 1
        else:
            out[written] = (7 << 5) | (back >> 8)
            out[written + 1] = rest - 7
            written += 2
        out[written] = back & 255
        written += 1
        at += length
        literal = at
    return int(_write_literals(data, literal, size, out, written))


@compiled(inner=True)
def _write_literals(data: NDArray[np.uint8], start: int, stop: int, out: NDArray[np.uint8], written: int) -> int:
    while start < stop:
        count = min(_LONGEST_LITERAL, stop - start)
        out[written] = count - 1
        written += 1
        for i in range(count):
            out[written + i] = data[start + i]
        written += count
        start += count
    return written
