"""Tone: a picture brighter, harder or stretched to its own darkest and lightest, by one table of 256 values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

MOST = 100
_STRONG = 50.0  # of the sliders: a factor of two
_DARKEST, _LIGHTEST = 1.0, 99.0  # percentiles that become black and white
_WANTED, _MOST_LIFT = 0.42, 3.0  # the grey that the middle of a dark picture is lifted to, and by how much at most
_LEAST_RANGE = 0.08
_SAMPLES = 60  # a side


@dataclass(frozen=True, slots=True)
class Tone:
    """How a camera's pictures are shown.

    Parameters
    ----------
    brightness, contrast : int, -100 to 100
        By 50 the middle greys are lifted to their root, or differences doubled.
    auto : bool
        First stretch each picture to its own darkest and lightest, and lift one that is dark.
    """

    brightness: int = 0
    contrast: int = 0
    auto: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether pictures stay as they are."""
        return self == Tone()

    def table(self, picture: QImage) -> NDArray[np.uint8]:
        """Return what becomes of each of 256 values, (256,), in a picture."""
        value = np.linspace(0.0, 1.0, 256)
        if self.auto:
            low, high, lift = _stretch(picture)
            value = np.clip((value - low) / (high - low), 0.0, 1.0) ** (1 / lift)
        value = value ** (2.0 ** (-self.brightness / _STRONG))
        value = 0.5 + (value - 0.5) * 2.0 ** (self.contrast / _STRONG)
        shown: NDArray[np.uint8] = np.round(np.clip(value, 0.0, 1.0) * 255).astype(np.uint8)
        return shown

    def applied(self, part: QImage, picture: QImage) -> QImage:
        """Return a part of a picture, scaled already, in this tone; what is stretched is told by the whole picture."""
        if self.is_plain:
            return part
        plain = part.convertToFormat(QImage.Format.Format_RGB32)
        bits = plain.constBits()
        if bits is None:
            return part
        # Bytes translate by a table some ten times as fast as an array is indexed.
        shown = bytearray(bits.asstring(plain.sizeInBytes())).translate(self.table(picture).tobytes())
        np.frombuffer(shown, np.uint8)[3::4] = 255  # the byte that no colour has
        size = plain.width(), plain.height(), plain.bytesPerLine()
        return QImage(bytes(shown), *size, plain.format()).copy()


def _stretch(picture: QImage) -> tuple[float, float, float]:
    """Return what of 0 to 1 becomes black and white, and the gamma that lifts a dark picture."""
    step = max(min(picture.width(), picture.height()) // _SAMPLES, 1)
    held = picture.convertToFormat(QImage.Format.Format_RGB32)  # the same memory where it is that already
    grey = _pixels(held)[::step, ::step, :3] @ np.array([0.114, 0.587, 0.299])
    if not grey.size:
        return 0.0, 1.0, 1.0
    low, middle, high = (np.percentile(grey, (_DARKEST, 50.0, _LIGHTEST)) / 255).tolist()
    if high - low < _LEAST_RANGE:  # all of one grey: stretched, its noise would be all there is to see
        low, high = max(high - _LEAST_RANGE, 0.0), max(high, _LEAST_RANGE)
    inside = min(max((middle - low) / (high - low), 1e-3), 1.0)
    lift = float(np.clip(np.log(inside) / np.log(_WANTED), 1.0, _MOST_LIFT))
    return low, high, lift


def _pixels(picture: QImage) -> NDArray[np.uint8]:
    """Return the memory of a picture of 32 bits a pixel, (height, width, 4): blue, green, red, nothing."""
    bits = picture.constBits()
    if bits is None:
        return np.empty((0, 0, 4), np.uint8)  # a null picture
    held: Any = bits.asarray(picture.sizeInBytes())
    rows: NDArray[np.uint8] = np.frombuffer(held, np.uint8)
    return rows.reshape(picture.height(), picture.bytesPerLine() // 4, 4)[:, : picture.width()]
