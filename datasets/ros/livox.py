"""Livox' own message of points, which its driver sends unless it is told to send PointCloud2.

References
----------
"Livox custom msg format" in the README of livox_ros_driver.
"""

from __future__ import annotations

import struct

from lidar_label.datasets.ros.messages import CloudMessage, Field, Head
from lidar_label.errors import UnreadableFile

_FIELDS = (
    Field("offset_time", 0, "u4", 1), Field("x", 4, "f4", 1), Field("y", 8, "f4", 1), Field("z", 12, "f4", 1),
    Field("reflectivity", 16, "u1", 1), Field("tag", 17, "u1", 1), Field("line", 18, "u1", 1),
)  # fmt: skip
_POINT, _ALIGNED = 19, 20  # CDR has each point begin at a multiple of four
_BEFORE_POINTS = 16  # timebase, point_num, lidar_id and three bytes of nothing


def read_custom(encoding: str, head: Head, data: bytes) -> CloudMessage:
    """Return the points of a message whose header was read; they are taken apart where they lie.

    Parameters
    ----------
    encoding : "ros1" or "cdr"
    head : Head
    data : bytes
        The whole message.

    Raises
    ------
    UnreadableFile
        If it is shorter than its number of points needs.
    """
    is_cdr = encoding == "cdr"
    start = 4 if is_cdr else 0  # CDR counts from behind its own head
    order = "<" if not is_cdr or data[1] else ">"
    try:
        (length,) = struct.unpack_from(f"{order}I", data, 12)
        at = 16 + length
        if is_cdr:
            at = start + -(-(at - start) // 8) * 8
        (count,) = struct.unpack_from(f"{order}I", data, at + _BEFORE_POINTS)
    except struct.error:
        raise UnreadableFile("a message of Livox' points breaks off") from None
    step, begin = _ALIGNED if is_cdr else _POINT, at + _BEFORE_POINTS + 4
    if count and begin + step * (count - 1) + _POINT > len(data):
        raise UnreadableFile(f"{count} points of Livox are promised and {len(data) - begin} bytes are there")
    return CloudMessage(
        head=head, fields=_FIELDS, width=count, height=1, point_step=step, row_step=step * count,
        is_bigendian=order == ">", data=memoryview(data[begin : begin + step * count].ljust(step * count, b"\0")),
    )  # fmt: skip
