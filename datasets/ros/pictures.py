"""Pictures of messages as files: those that are packed as they are, raw ones as PNG."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.ros.messages import CompressedMessage, ImageMessage
from lidar_label.errors import UnreadableFile

Pixels = NDArray[Any]
_MAGIC = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"RIFF": ".webp"}
# What one pixel is made of: how many values, and which of them are red, green, blue and opacity.
_PLAIN = {
    "mono8": (0,), "8uc1": (0,), "rgb8": (0, 1, 2), "rgba8": (0, 1, 2, 3), "8uc3": (2, 1, 0), "bgr8": (2, 1, 0),
    "bgra8": (2, 1, 0, 3), "8uc4": (2, 1, 0, 3),
}  # fmt: skip
# Two pixels in four bytes: which of them is the first brightness, the blue and the red difference.
_YUV = {"yuv422": (1, 0, 2), "uyvy": (1, 0, 2), "yuv422_yuy2": (0, 1, 3), "yuyv": (0, 1, 3)}
_SIXTEEN = {"mono16", "16uc1"}
_RED = {"bayer_rggb": (0, 0), "bayer_grbg": (0, 1), "bayer_gbrg": (1, 0), "bayer_bggr": (1, 1)}


def suffix_of(message: ImageMessage | CompressedMessage) -> str:
    """Return the suffix of a message's picture as a file; empty where its kind cannot be shown."""
    if isinstance(message, ImageMessage):
        return ".png"
    head = bytes(message.data[:4])
    return next((suffix for magic, suffix in _MAGIC.items() if head.startswith(magic)), "")


def size_of(message: ImageMessage | CompressedMessage) -> tuple[int, int] | None:
    """Return width and height of a message's picture; None where it is damaged."""
    if isinstance(message, ImageMessage):
        return message.width, message.height
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; only the header is read
            with Image.open(io.BytesIO(message.data)) as picture:
                return picture.width, picture.height
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def encoded(message: ImageMessage | CompressedMessage) -> bytes:
    """Return a message's picture as a file; a raw one is packed as PNG, which loses nothing.

    Raises
    ------
    UnreadableFile
        If its encoding is not known, or it has fewer bytes than its size needs.
    """
    if isinstance(message, CompressedMessage):
        return bytes(message.data)
    from PIL import Image

    found = io.BytesIO()
    Image.fromarray(_pixels(message)).save(found, format="PNG", compress_level=1)
    return found.getvalue()


def _pixels(image: ImageMessage) -> Pixels:
    """Return a raw picture as rows of grey, red-green-blue or red-green-blue-opacity pixels."""
    name = image.encoding.lower()
    if name in _PLAIN:
        order = _PLAIN[name]
        found = _table(image, len(order))
        return found[..., 0] if order == (0,) else np.ascontiguousarray(found[..., order])
    if name in _SIXTEEN:
        return _sixteen(image)
    if name in _YUV:
        return _from_yuv(_table(image, 2), _YUV[name])
    pattern = _RED.get(name.removesuffix("8").removesuffix("16")) if name.startswith("bayer_") else None
    if pattern is not None:
        wide = name.endswith("16")
        grey = (_sixteen(image) >> 8).astype(np.uint8) if wide else _table(image, 1)[..., 0]
        return _from_bayer(grey, pattern)
    known = ", ".join([*_PLAIN, *_YUV, *sorted(_SIXTEEN), *(f"{bayer}8" for bayer in _RED)])
    raise UnreadableFile(f"pictures encoded as {image.encoding!r} cannot be shown", hint=f"known are: {known}")


def _table(image: ImageMessage, depth: int) -> Pixels:
    """Return the values of each pixel, (height, width, depth) uint8."""
    width, height = image.width, image.height
    step = image.step or width * depth
    if not width * height or step < width * depth or step * (height - 1) + width * depth > len(image.data):
        raise UnreadableFile(
            f"a picture of {width} x {height} pixels, {image.encoding}, needs more than its {len(image.data)} bytes"
        )
    return np.ndarray((height, width, depth), np.uint8, buffer=image.data, strides=(step, depth, 1))


def _sixteen(image: ImageMessage) -> Pixels:
    order = ">u2" if image.is_bigendian else "<u2"
    found: Pixels = np.ascontiguousarray(_table(image, 2)).view(order)[..., 0].astype(np.uint16)
    return found


def _from_yuv(pairs: Pixels, places: tuple[int, int, int]) -> Pixels:
    """Return colours of pictures whose pixels share their colour two by two (ITU-R BT.601)."""
    height, width = pairs.shape[:2]
    if width % 2:
        raise UnreadableFile(f"a picture of {width} pixels a row cannot share colours two by two")
    flat = np.ascontiguousarray(pairs).reshape(height, width // 2, 4).astype(np.float32)
    bright, blue, red = places
    y = np.stack([flat[..., bright], flat[..., bright + 2]], axis=-1).reshape(height, width)
    u = np.repeat(flat[..., blue], 2, axis=1) - 128
    v = np.repeat(flat[..., red], 2, axis=1) - 128
    colours = np.stack([y + 1.402 * v, y - 0.344136 * u - 0.714136 * v, y + 1.772 * u], axis=-1)
    found: Pixels = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    return found


def _from_bayer(grey: Pixels, red: tuple[int, int]) -> Pixels:
    """Return colours of a mosaic: each from the mean of its own pixels in the 3 x 3 around."""
    height, width = grey.shape
    rows, columns = np.indices((height, width), sparse=True)
    is_red = (rows % 2 == red[0]) & (columns % 2 == red[1])
    is_blue = (rows % 2 != red[0]) & (columns % 2 != red[1])
    parts = [_mean_around(grey, mask) for mask in (is_red, ~(is_red | is_blue), is_blue)]
    return np.stack(parts, axis=-1)


def _mean_around(grey: Pixels, mask: Pixels) -> Pixels:
    weights = np.pad(mask.astype(np.float32), 1)
    values = np.pad(np.where(mask, grey, 0).astype(np.float32), 1)
    height, width = grey.shape
    total = np.zeros((height, width), dtype=np.float32)
    count = np.zeros((height, width), dtype=np.float32)
    for dy in range(3):
        for dx in range(3):
            total += values[dy : dy + height, dx : dx + width]
            count += weights[dy : dy + height, dx : dx + width]
    found: Pixels = np.where(mask, grey, np.rint(total / np.maximum(count, 1))).astype(np.uint8)
    return found
