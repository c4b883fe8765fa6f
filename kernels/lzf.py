"""LZF: the byte compression inside binary_compressed PCD files."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_FINE, _CUT_OFF, _TOO_LONG, _BACK_TOO_FAR = 0, 1, 2, 3
_REASONS = {
    _CUT_OFF: "the compressed data ends in the middle of a run",
    _TOO_LONG: "the compressed data unpacks to more bytes than it promises",
    _BACK_TOO_FAR: "the compressed data refers to bytes before its start",
}
MOST_PER_BYTE = 88  # the longest run, 264 bytes, is packed into 3


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


@njit(cache=True, nogil=True)
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
