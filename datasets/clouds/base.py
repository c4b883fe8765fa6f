"""What every cloud file is made of: a source of points read in pieces, and the format it comes from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.raw import RawRows
from lidar_label.errors import CannotWrite, MissingFile, UnreadableFile
from lidar_label.model import Finding, Floats, PointCloud

CHUNK_POINTS = 1_000_000
FAR_M = 10_000.0  # beyond this, float32 steps are above a millimetre
_LOOKED_AT, _MOST_LOOKED_AT = 512, 1_000_000  # points at a time and in all, for the first valid one
Point3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CloudChunk:
    """Consecutive points of a source.

    Parameters
    ----------
    start : int
        Index in the source of the first of them.
    xyz : (N, 3) float64
        Positions as the source has them, in its own coordinates; nothing is taken off.
    fields : mapping of str to (N,) array
        Every other field, by its name in the file and in its own type.
    """

    start: int
    xyz: Floats
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.xyz)


class CloudSource(ABC):
    """Points that can be read in pieces, in the order and number of their file.

    Attributes
    ----------
    points : int
        How many there are. A source that turns out to hold fewer raises; it never returns fewer.
    fields : mapping of str to dtype
        Every field beside the position.
    step : (x, y, z) or None, metres
        The grid that positions are stored on (the scale of a LAS file); None for floating point.
    step_from : (x, y, z) or None, metres
        Where that grid begins (the offset of a LAS file).
    xyz_dtype : dtype
        The least type that holds the stored positions exactly, so that a writer needs no wider one.
    findings : list of Finding
        What a person should know of it.
    wraps : CloudSource or None
        The source whose points these are, with something done to them: what a file has beside its points is there.
    """

    points: int
    fields: Mapping[str, np.dtype[Any]]
    step: Point3 | None = None
    step_from: Point3 | None = None
    xyz_dtype: np.dtype[Any] = np.dtype(np.float64)
    findings: list[Finding]
    wraps: CloudSource | None = None

    @abstractmethod
    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, at most `size` at a time; the memory used does not grow with `points`.

        Raises
        ------
        UnreadableFile
            If the data is not what the header promises.
        """

    def spread(self, points: int) -> Iterator[CloudChunk]:
        """Yield about `points` of its points, from all over it where it can be entered anywhere, else the first ones.

        Raises as `chunks` does.
        """
        for chunk in self.chunks(100_000) if points > 0 else ():
            yield chunk
            if chunk.start + len(chunk) >= points:
                return

    @property
    def raw_rows(self) -> RawRows | None:
        """How its points stand in rows of bytes, where they do; `raw_chunks` gives these rows."""
        return None

    def raw_chunks(self, size: int = CHUNK_POINTS) -> Iterator[NDArray[np.uint8]]:
        """Yield the rows of `raw_rows` as bytes, about `size` of them at a time; raise as `chunks` does."""
        raise NotImplementedError

    @property
    @abstractmethod
    def origin(self) -> Point3:
        """Whole metres that `read` takes off by default: zero for a cloud near its own origin."""

    def read(self, origin: Point3 | None = None, limit: int | None = None) -> PointCloud:
        """Return the whole cloud with float32 positions from which `origin` was taken off.

        Parameters
        ----------
        origin : (x, y, z), metres, optional
            Another origin than the source's own, so that several clouds share one.
        limit : int, optional
            Read no more than this many points, from the first.
        """
        shift = np.array(self.origin if origin is None else origin, dtype=np.float64)
        count = self.points if limit is None else min(limit, self.points)
        xyz = np.empty((count, 3), dtype=np.float32)
        fields = {name: np.empty(count, dtype=dtype) for name, dtype in self.fields.items()}
        if not count:
            return PointCloud(xyz, fields)
        for chunk in self.chunks(min(CHUNK_POINTS, count)):
            rows = slice(chunk.start, min(chunk.start + len(chunk), count))
            taken = rows.stop - rows.start
            with np.errstate(over="ignore", invalid="ignore"):
                np.subtract(chunk.xyz[:taken], shift, out=xyz[rows], casting="same_kind")
            if shift.any():
                xyz[rows][~chunk.xyz[:taken].any(axis=1)] = 0  # without a return, before and after
            for name, values in chunk.fields.items():
                fields[name][rows] = values[:taken]
            if rows.stop == count:
                break
        return PointCloud(xyz, fields)


class CloudFile(CloudSource):
    """A cloud file that was opened: its header is known, none of its points is held.

    Attributes
    ----------
    path : Path
    format : str
        Name of its `CloudFormat`.
    """

    def __init__(self, path: Path, format: str) -> None:  # noqa: A002
        self.path = path
        self.format = format
        self.findings = []
        self._origin: Point3 | None = None

    @property
    def origin(self) -> Point3:
        """Whole metres that `read` takes off by default, from the first valid point."""
        if self._origin is None:
            self._origin = (0.0, 0.0, 0.0)
            for chunk in self.chunks(_LOOKED_AT):
                with np.errstate(invalid="ignore"):  # of a NaN that signals
                    valid = np.flatnonzero(np.isfinite(chunk.xyz).all(axis=1) & chunk.xyz.any(axis=1))
                if len(valid):
                    self._origin = origin_near(chunk.xyz[valid[0]].tolist())
                if len(valid) or chunk.start > _MOST_LOOKED_AT:
                    break
        return self._origin


class CloudArrays(CloudSource):
    """A cloud in memory as a source, for writers.

    Parameters
    ----------
    cloud : PointCloud
    origin : (x, y, z), metres
        What was taken off its positions; it is added again in `chunks`.
    """

    def __init__(self, cloud: PointCloud, origin: Point3 = (0.0, 0.0, 0.0)) -> None:
        self._cloud, self._origin = cloud, origin
        self.points = len(cloud)
        self.fields = {name: values.dtype for name, values in cloud.fields.items()}
        self.xyz_dtype = np.dtype(np.float64 if any(origin) else np.float32)
        self.findings = []

    @property
    def origin(self) -> Point3:
        """What was taken off."""
        return self._origin

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield the points, with the origin added."""
        for start in range(0, self.points, size):
            rows = slice(start, start + size)
            xyz = self._cloud.xyz[rows].astype(np.float64)
            if any(self._origin):
                missed = ~xyz.any(axis=1)  # without a return, before and after
                xyz += self._origin
                xyz[missed] = 0
            yield CloudChunk(
                start=start, xyz=xyz, fields={name: values[rows] for name, values in self._cloud.fields.items()}
            )


class CloudFormat(ABC):
    """A kind of cloud file as one object.

    `suffixes` are lower case, with their dot. `exact` says how positions are kept: "float64",
    "float32", "text" or "scaled" (whole multiples of a step). `keeps_fields` is False where only
    some named fields have a place; `note` says which. `takes_fields` is True where a file may not name
    its values, and `ReadOptions.fields` may.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    exact: ClassVar[str] = "float32"
    keeps_fields: ClassVar[bool] = True
    takes_fields: ClassVar[bool] = False
    writes: ClassVar[bool] = False
    tried_on: ClassVar[str] = "real files"
    note: ClassVar[str] = ""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say from the name and the first 4096 bytes whether a file is of this kind."""
        return path.suffix.lower() in self.suffixes

    @abstractmethod
    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> CloudFile:
        """Open a file; only its header is read.

        Raises
        ------
        MissingFile, UnreadableFile
            If it is not there, or is not what its kind promises.
        """

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write all points to a new file, in their order; call `write_cloud` instead.

        Returns
        -------
        list of Finding
            What the file could not hold that `losses` could not know.
        """
        raise CannotWrite(f"{self.title} can be read but not written", where=path)

    def losses(self, source: CloudSource) -> list[Finding]:
        """Return what of a source this kind of file cannot hold, before anything is written."""
        return []


def origin_near(first: Sequence[float]) -> Point3:
    """Return what to take off a cloud whose first valid point is `first`: whole metres, or zero."""
    if not all(np.isfinite(first)) or max(abs(value) for value in first) < FAR_M:
        return (0.0, 0.0, 0.0)
    x, y, z = (float(round(value)) for value in first)
    return (x, y, z)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the disk says while `path` is read into errors that name it."""
    try:
        yield
    except FileNotFoundError:
        raise MissingFile("the point file is not there", where=path) from None
    except (MissingFile, UnreadableFile):
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(f"the point file cannot be read: {reason}", where=path) from None
