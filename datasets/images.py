"""Picture files: their size, read from the first bytes alone."""

from __future__ import annotations

import warnings
from pathlib import Path

from lidar_label.errors import MissingFile, UnreadableFile

PICTURES = (".png", ".jpg", ".jpeg")


def image_size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture in pixels, without decoding it.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or is no picture.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; only the header is read
            with Image.open(path) as picture:
                return picture.width, picture.height
    except FileNotFoundError:
        raise MissingFile("the picture is not there", where=path) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise UnreadableFile("this is no picture that can be read", where=path) from None
