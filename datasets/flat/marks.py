"""One mark of a file of 2D labels, whatever the file; and which reader a path needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import MissingFile, UnknownFormat, UnreadableFile
from lidar_label.model import Floats

KINDS = ("coco", "kitti", "nuimages")
_MOST_PIXELS = 100_000_000
_WIDEST = 100_000


def size_of(width: object, height: object) -> tuple[int, int] | None:
    """Return the size of a picture as a file says it, pixels; None where it says nothing that can be one."""
    if isinstance(width, int) and isinstance(height, int) and 0 < width <= _WIDEST and 0 < height <= _WIDEST:
        return width, height
    return None


@dataclass(frozen=True, slots=True)
class Rle:
    """A mask in runs: pixels that are not in it and that are, in turn, down each column.

    Parameters
    ----------
    rows, columns : int
    counts : tuple of int
    """

    rows: int
    columns: int
    counts: tuple[int, ...]

    def mask(self, where: str) -> NDArray[np.bool_]:
        """Return it, (rows, columns).

        Raises
        ------
        UnreadableFile
            If the runs do not fill it.
        """
        if not 0 < self.rows * self.columns <= _MOST_PIXELS or min(self.counts, default=0) < 0:
            raise UnreadableFile(f"a mask of {self.columns} x {self.rows} pixels cannot be read", where=where)
        if sum(self.counts) != self.rows * self.columns:
            raise UnreadableFile(
                f"the runs of a mask are {sum(self.counts)} pixels, it has {self.rows * self.columns}", where=where
            )
        values = np.arange(len(self.counts)) % 2 == 1
        return np.repeat(values, self.counts).reshape(self.columns, self.rows).T


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FlatMark:
    """What a file says of one object in one picture; places as the lens's grid has them, pixel centres whole.

    Parameters
    ----------
    image : str
        The picture's file as the labels name it, or what stands for it.
    category : str
    rect : (4,) float64
        Left, top, right, bottom, pixels.
    polygons : tuple of (K, 2) float64
        Its parts where it was outlined; none else.
    rle : Rle or None
    size : (width, height) or None
        Of the picture, pixels, where the file says it.
    object : str
        What the same object is called in other pictures; may be empty.
    score : float or None
    where : str
        For messages.
    """

    image: str
    category: str
    rect: Floats
    polygons: tuple[Floats, ...] = ()
    rle: Rle | None = None
    size: tuple[int, int] | None = None
    object: str = ""
    score: float | None = None
    where: str = ""


def read_flat(path: Path, kind: str = "") -> list[FlatMark]:
    """Read 2D labels: COCO's JSON file, a folder (or file) of KITTI label text, or the tables of nuImages.

    Parameters
    ----------
    path : Path
    kind : str
        One of `KINDS` where it cannot be told from the path.

    Raises
    ------
    MissingFile
        If nothing is there.
    UnknownFormat
        If it is none of them.
    UnreadableFile
        If it is not as its kind promises; nothing of it is returned.
    """
    from lidar_label.datasets.flat.coco import read_coco
    from lidar_label.datasets.flat.kitti import read_kitti
    from lidar_label.datasets.flat.nuimages import is_nuimages, read_nuimages

    if not path.exists():
        raise MissingFile("there are no 2D labels at this path", where=path)
    if kind and kind not in KINDS:
        raise UnknownFormat(f"2D labels are {', '.join(KINDS)}, not {kind!r}")
    if not kind:
        if is_nuimages(path):
            kind = "nuimages"
        elif path.is_file() and path.suffix.lower() == ".json":
            kind = "coco"
        elif path.suffix.lower() == ".txt" or (path.is_dir() and any(path.glob("*.txt"))):
            kind = "kitti"
        else:
            raise UnknownFormat(
                "these are no 2D labels that can be read",
                where=path,
                hint="COCO's JSON file, a folder of KITTI label_2 text, or a folder of nuImages with object_ann.json",
            )
    return {"coco": read_coco, "kitti": read_kitti, "nuimages": read_nuimages}[kind](path)
