"""Laid: what the files of a folder say, in words that formats share, so that rules can be asked of any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lidar_label.datasets.clouds.registry import cloud_suffixes
from lidar_label.datasets.files import inside, natural_key, read_json
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.sanity.rule import Said
from lidar_label.datasets.values import is_number
from lidar_label.errors import LidarLabelError

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box as a file has it.

    Parameters
    ----------
    where : str
    frame : str
        Names the frame in the whole folder.
    size, place : tuple of float, metres
        NaN for what is no number; `place` is empty where its frame is not known.
    turns : tuple of float, radians
        Angles as they are written; empty where the format has none, or has them in degrees.
    track, category : str
        Empty where there is none.
    """

    where: str
    frame: str
    size: tuple[float, ...]
    place: tuple[float, ...]
    turns: tuple[float, ...] = ()
    track: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class LensRow:
    """A camera's matrix as a file has it, in pixels; `size` is (0, 0) where nothing says it."""

    where: str
    focal: tuple[float, float]
    middle: tuple[float, float]
    size: tuple[float, float] = (0.0, 0.0)


@dataclass(eq=False)
class Laid:
    """What a folder's files say.

    Parameters
    ----------
    boxes : list of BoxRow
    egos : dict
        The vehicle's place by frame, where boxes are in world; without one boxes are about the sensor.
    clouds : list of Path
    point_bytes : int
        Of a raw ``.bin``.
    times : dict
        Of each list of frames, the seconds and where they are said.
    rotations : list
        Where, and four numbers of a quaternion or nine or sixteen of a matrix.
    lenses : list of LensRow
    """

    boxes: list[BoxRow] = field(default_factory=list)
    egos: dict[str, tuple[float, ...]] = field(default_factory=dict)
    clouds: list[Path] = field(default_factory=list)
    point_bytes: int = 16
    times: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    rotations: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    lenses: list[LensRow] = field(default_factory=list)
    _said: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def note(self, rule: str, what: str, where: object) -> None:
        """Say that a rule is broken; the same said of many places is one finding."""
        self._said.setdefault(rule, {}).setdefault(what, []).append(str(where))

    def noted(self, rule: str) -> Iterator[Said]:
        """Yield what was noted of a rule."""
        for what, places in self._said.get(rule, {}).items():
            more = len(places) - 1
            yield what + (f", and {more} more times" if more else ""), places[0]

    def json(self, path: Path) -> Any:  # noqa: ANN401 - JSON is checked by who asked for it
        """Return the content of a file; None, and a note, if it cannot be read."""
        try:
            return read_json(path)
        except LidarLabelError as error:
            self.note("unreadable-file", error.what, path)
            return None

    def named(self, root: Path, link: object, where: object, what: str = "file") -> Path | None:
        """Return the file that a row names; None, and a note, if it is not there."""
        try:
            path = inside(root, link, where=where) if isinstance(link, str) else None
        except LidarLabelError as error:
            self.note("named-file", error.what, where)
            return None
        if path is None or not path.exists():
            self.note("named-file", f"a {what} that is named is not there, as {link!r:.60}", where)
            return None
        return path

    def paired(self, one: Mapping[str, Path], others: Iterable[str], what: str) -> None:
        """Note the files of which no other has the name."""
        lone = sorted(one.keys() - set(others), key=natural_key)
        if lone:
            self.note("unpaired", f"{len(lone)} of {len(one)} {what}", one[lone[0]])


def stems(folder: Path, suffixes: Iterable[str]) -> dict[str, Path]:
    """Return the files of a folder by name without suffix, in natural order."""
    wanted = frozenset(suffixes)
    found = [path for path in folder.iterdir() if path.suffix.lower() in wanted] if folder.is_dir() else []
    return {path.stem: path for path in sorted(found, key=lambda path: natural_key(path.name))}


def clouds_in(folder: Path) -> dict[str, Path]:
    """Return the clouds of a folder by name without suffix."""
    return stems(folder, cloud_suffixes())


def pictures_in(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder by name without suffix."""
    return stems(folder, PICTURES)


def rows(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list, or of what a mapping holds; what is none is left out."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, Mapping)]


def numbers(value: object, keys: Sequence[str] = ()) -> tuple[float, ...]:
    """Return the numbers of a list, or of a mapping's keys; NaN for each that is none."""
    if keys:
        given: Sequence[object] = [value.get(key) if isinstance(value, Mapping) else None for key in keys]
    else:
        given = value if isinstance(value, list | tuple) else ()
    return tuple(float(item) if is_number(item) else NAN for item in given)
