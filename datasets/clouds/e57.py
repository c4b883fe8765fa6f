"""E57 clouds: every scan of a file, moved by its pose, with every field its points have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudFormat, Point3, reading
from lidar_label.datasets.clouds.e57_guard import SIGNATURE, check_e57
from lidar_label.datasets.clouds.scans import Fields, Scan, ScansFile
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Finding, Floats

_CARTESIAN = ("cartesianX", "cartesianY", "cartesianZ")
_SPHERICAL = ("sphericalRange", "sphericalAzimuth", "sphericalElevation")
_INVALID = ("cartesianInvalidState", "sphericalInvalidState")
_OURS = {"colorRed": "r", "colorGreen": "g", "colorBlue": "b", "rowIndex": "row", "columnIndex": "column"}
_WHOLE = tuple(np.dtype(code) for code in ("u1", "i1", "u2", "i2", "u4", "i4", "i8"))
_MOST_SCANS = 65_536


class E57(CloudFormat):
    """E57; a point whose invalid state is not 0 keeps its place, and its position becomes NaN."""

    name = "e57"
    title = "E57"
    suffixes = (".e57",)
    exact = "float64"
    note = "all scans, each moved by its pose; pictures are not read"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether a file is called so or begins so."""
        return path.suffix.lower() in self.suffixes or head.startswith(SIGNATURE)

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> ScansFile:  # noqa: ARG002 - names are given
        """Open a file: what it says of its scans is read, and none of their points."""
        with reading(path):
            check_e57(path)
            size = path.stat().st_size
            with _image_file(path) as root:
                entries = root["data3D"] if root.isDefined("data3D") else ()
                if len(entries) > _MOST_SCANS:
                    raise UnreadableFile(f"{len(entries)} scans are more than can be", where=path)
                plans = [_plan(entries[i], i, path, size) for i in range(len(entries))]
                pictures = len(root["images2D"]) if root.isDefined("images2D") else 0
        opened = E57File(path, self.name, plans)
        if pictures:
            opened.findings.append(Finding("info", "not-read", f"{pictures} pictures in it are not read", str(path)))
        if not plans:
            opened.findings.append(Finding("info", "empty-cloud", "the file has no scans", str(path)))
        return opened


class E57File(ScansFile):
    """An opened E57 file."""

    def __init__(self, path: Path, format: str, plans: list[E57Scan]) -> None:  # noqa: A002
        super().__init__(path, format, plans)
        if plans and all(plan.is_single for plan in plans):
            self.xyz_dtype = np.dtype(np.float32)
        if len(plans) == 1 and plans[0].grid is not None:
            self.step, self.step_from = plans[0].grid
        states = sorted({name for plan in plans for name in plan.fields if name in _INVALID})
        if states:
            text = f"points whose {' or '.join(states)} is not 0 have no position; they keep their place as NaN"
            self.findings.append(Finding("info", "invalid-states", text, str(path)))
        words = sorted({name for plan in plans for name in plan.not_read})
        if words:
            text = f"these are no numbers and are not read: {', '.join(words)}"
            self.findings.append(Finding("warning", "not-read", text, str(path)))


@dataclass(eq=False, kw_only=True)
class E57Scan(Scan):
    """One scan: where it is in the file, and the type in which each field is kept."""

    path: Path
    number: int
    points: int
    types: Mapping[str, np.dtype[Any]]
    pose: SE3 | None
    not_read: tuple[str, ...]
    grid: tuple[Point3, Point3] | None = None
    fields: dict[str, np.dtype[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = {_OURS.get(name, name): kind for name, kind in self.types.items() if name not in self.position}

    @property
    def position(self) -> tuple[str, ...]:
        """The three values that hold the position."""
        return _CARTESIAN if set(_CARTESIAN) <= set(self.types) else _SPHERICAL

    @property
    def is_single(self) -> bool:
        """Whether float32 holds the positions exactly."""
        stored = [self.types[name] for name in self.position]
        return self.pose is None and self.position == _CARTESIAN and stored == [np.dtype(np.float32)] * 3

    def pieces(self, size: int) -> Iterator[tuple[Floats, Fields]]:
        """Yield all points in the file's coordinates."""
        from pye57 import libe57

        if not self.points:
            return
        capacity = min(size, self.points)
        wide = {name: np.empty(capacity, dtype=_wide(kind)) for name, kind in self.types.items()}
        with _image_file(self.path) as root:
            points = root["data3D"][self.number]["points"]
            buffers = libe57.VectorSourceDestBuffer()
            for name, column in wide.items():
                buffers.append(libe57.SourceDestBuffer(points.destImageFile(), name, column, capacity, True, True))
            reader = points.reader(buffers)
            left = self.points
            while left:
                got = min(reader.read(), left)
                if not got:
                    raise UnreadableFile(
                        f"{self.points} points are promised and {self.points - left} are there", where=self.path
                    )
                left -= got
                fields = {
                    _OURS.get(name, name): wide[name][:got].astype(kind)
                    for name, kind in self.types.items()
                    if name not in self.position
                }
                yield self._placed({name: column[:got] for name, column in wide.items()}), fields
            reader.close()

    def _placed(self, values: Mapping[str, Floats]) -> Floats:
        """Return positions in the file's coordinates; NaN where a point has none."""
        first, second, third = (values[name] for name in self.position)
        with np.errstate(invalid="ignore", over="ignore"):
            if self.position == _SPHERICAL:
                level = first * np.cos(third)
                xyz = np.column_stack([level * np.cos(second), level * np.sin(second), first * np.sin(third)])
            else:
                xyz = np.column_stack([first, second, third])
            missed = np.zeros(len(xyz), dtype=bool)
            for name in _INVALID:
                if name in values and name.startswith(self.position[0][:4]):
                    missed |= values[name] != 0
            if self.pose is not None:
                missed |= ~xyz.any(axis=1)  # it must not come to lie where the scanner is
                xyz = self.pose.apply(xyz)
        xyz[missed] = np.nan
        return xyz


def _wide(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that the library fills: it knows fewer, and takes a plain int64 ("l") for 32 bits."""
    return np.dtype(np.float64 if kind.kind == "f" else np.longlong)


@contextmanager
def _image_file(path: Path) -> Iterator[Any]:
    """Give the root of a file; what the library complains of becomes an error of ours."""
    from pye57 import libe57

    try:
        file = libe57.ImageFile(str(path), "r")
        try:
            yield file.root()
        finally:
            file.close()
    except libe57.E57Exception as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason was given")
        hint = "the file is damaged; ask for a new copy" if "hecksum" in reason else ""
        raise UnreadableFile(f"this is no E57 that can be read: {reason}", where=path, hint=hint) from None
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(f"this is no E57 that can be read: {type(error).__name__}", where=path) from None


def _plan(scan: Any, number: int, path: Path, size: int) -> E57Scan:  # noqa: ANN401 - the library has no types
    from pye57 import libe57

    points = scan["points"]
    prototype = libe57.StructureNode(points.prototype())
    types: dict[str, np.dtype[Any]] = {}
    grid: dict[str, tuple[float, float]] = {}
    not_read: list[str] = []
    bits = 0
    for i in range(prototype.childCount()):
        name = prototype.get(i).elementName()
        node = prototype[name]
        if isinstance(node, libe57.FloatNode):
            single = node.precision() == libe57.E57_SINGLE
            types[name] = np.dtype(np.float32 if single else np.float64)
            bits += 32 if single else 64
        elif isinstance(node, libe57.ScaledIntegerNode):
            types[name] = np.dtype(np.float64)
            grid[name] = (node.scale(), node.offset())
            bits += (node.maximum() - node.minimum()).bit_length()
        elif isinstance(node, libe57.IntegerNode):
            low, high = node.minimum(), node.maximum()
            types[name] = next(k for k in _WHOLE if np.iinfo(k).min <= low and high <= np.iinfo(k).max)
            bits += (high - low).bit_length()
        else:
            not_read.append(name)
    if not (set(_CARTESIAN) <= set(types) or set(_SPHERICAL) <= set(types)):
        raise UnreadableFile(f"the points of scan {number} have no position", where=path)
    count = points.childCount()
    if count * max(bits, 1) > size * 8:
        raise UnreadableFile(
            f"scan {number} promises {count} points of {bits} bits, more than {size} bytes hold", where=path
        )
    pose = _pose(scan, number, path)
    return E57Scan(
        path=path, number=number, points=count, types=types, pose=pose, not_read=tuple(not_read),
        grid=_grid(grid, pose),
    )  # fmt: skip


def _pose(scan: Any, number: int, path: Path) -> SE3 | None:  # noqa: ANN401 - the library has no types
    """Return ``file_SE3_scan``; None where there is none, or it moves nothing."""
    if not scan.isDefined("pose"):
        return None
    pose = scan["pose"]

    def values(part: str, names: str, usual: tuple[float, ...]) -> list[float]:
        if not pose.isDefined(part):
            return list(usual)
        return [float(pose[part][name].value()) for name in names]  # by name: their order in a file is free

    rotation, shift = values("rotation", "wxyz", (1, 0, 0, 0)), values("translation", "xyz", (0, 0, 0))
    if not all(math.isfinite(value) for value in (*rotation, *shift)):
        raise UnreadableFile(f"the pose of scan {number} has a value that is not finite", where=path)
    if rotation == [1, 0, 0, 0] and not any(shift):
        return None
    try:
        return SE3("file", "scan", rotation, shift)
    except InvalidValue as error:
        raise UnreadableFile(f"the pose of scan {number} is none: {error.what}", where=path) from None


def _grid(grid: Mapping[str, tuple[float, float]], pose: SE3 | None) -> tuple[Point3, Point3] | None:
    """Return step and beginning of the grid that positions lie on; None where they lie on none."""
    if not set(_CARTESIAN) <= set(grid) or (pose is not None and abs(pose.rotation[0]) != 1):
        return None
    shift = (0.0, 0.0, 0.0) if pose is None else pose.translation.tolist()
    (sx, ox), (sy, oy), (sz, oz) = (grid[name] for name in _CARTESIAN)
    if not all(math.isfinite(value) and value > 0 for value in (sx, sy, sz)):
        return None
    return (sx, sy, sz), (ox + shift[0], oy + shift[1], oz + shift[2])
