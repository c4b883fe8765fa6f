"""Coordinate systems of OpenLABEL: transforms as they are written, and the way from one system to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.values import mapping, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats

_SEQUENCES = {a + b + c for a in "XYZ" for b in "XYZ" for c in "XYZ" if a != b != c}
_EGO_WORDS = ("vehicle", "ego", "base", "car", "body")


def read_transform(data: object, dst: str, src: str, order: str, where: str) -> SE3:
    """Return a ``transform_data`` as ``dst_SE3_src``.

    A matrix row by row, a quaternion with a translation, or Euler angles with a translation, whose ``sequence`` names
    the axes as they are multiplied (ZYX, the default, is Rz Ry Rx). `order` is "xyzw" or "wxyz".
    """
    row = mapping(data, "a transform", where)
    try:
        if "matrix4x4" in row:
            return SE3.from_matrix(dst, src, np.reshape(numbers(row["matrix4x4"], 16, "matrix4x4", where), (4, 4)))
        place = numbers(row.get("translation"), 3, "translation", where)
        if "quaternion" in row:
            return SE3(dst, src, quaternion(numbers(row["quaternion"], 4, "quaternion", where), order), place)
        sequence = text(row.get("sequence")).upper() or "ZYX"
        if sequence not in _SEQUENCES:
            raise UnreadableFile(f"sequence {sequence[:10]!r} names no three axes", where=where)
        angles = numbers(row.get("euler_angles"), 3, "euler_angles", where)
        return SE3(dst, src, quaternion_of(angles, sequence), place)
    except InvalidValue as error:
        raise UnreadableFile(f"a transform is none: {error.what}", where=where, hint=error.hint) from None


def quaternion(values: list[float], order: str) -> list[float]:
    """Return a quaternion as w, x, y, z."""
    return values if order == "wxyz" else [values[3], *values[:3]]


@dataclass(frozen=True, slots=True)
class System:
    """One coordinate system as it is declared; its pose in its parent may be missing."""

    kind: str
    parent: str
    parent_SE3_self: SE3 | None = None


class Ways:
    """The transforms that hold at one moment, each usable both ways.

    Parameters
    ----------
    known : mapping of (dst, src) to SE3
    """

    def __init__(self, known: Mapping[tuple[str, str], SE3]) -> None:
        self._from: dict[str, dict[str, SE3]] = {}
        for (dst, src), transform in known.items():
            self._from.setdefault(src, {})[dst] = transform
            self._from.setdefault(dst, {})[src] = transform.inverse
        self._found: dict[tuple[str, str], SE3 | None] = {}

    def find(self, dst: str, src: str) -> SE3 | None:
        """Return ``dst_SE3_src`` by the fewest steps; None where nothing leads there."""
        if (dst, src) not in self._found:
            self._found[dst, src] = self._search(dst, src)
        return self._found[dst, src]

    def _search(self, dst: str, src: str) -> SE3 | None:
        found = {src: SE3.identity(src, src)}
        waiting = deque([src])
        while waiting and dst not in found:
            here = waiting.popleft()
            for there, step in self._from.get(here, {}).items():
                if there not in found:
                    found[there] = step @ found[here]
                    waiting.append(there)
        return found.get(dst)


class Systems:
    """The declared systems of a document, and which of them is the vehicle and which the world.

    Attributes
    ----------
    ego : str
        The vehicle's system; empty where there is no system at all.
    world : str
        The system above the vehicle's; empty where there is none.
    """

    def __init__(self, content: object, cameras: set[str], order: str, where: str) -> None:
        self.systems: dict[str, System] = {}
        for name, value in mapping(content if content is not None else {}, "coordinate_systems", where).items():
            place = f"{where}, coordinate system {name}"
            row = mapping(value, "a coordinate system", place)
            parent, pose = text(row.get("parent")), row.get("pose_wrt_parent")
            known = read_transform(pose, parent, name, order, place) if pose is not None and parent else None
            self.systems[name] = System(text(row.get("type")), parent, known)
        self._cameras = cameras
        self.ego = self._ego()
        self.world = self._top(self.ego)

    def note(self, dst: str, src: str) -> None:
        """Learn of a transform of some frame: it may name systems that nobody declared, and the world."""
        for name in (dst, src):
            self.systems.setdefault(name, System("", ""))
        if not self.ego:
            self.ego = next((name for name in (src, dst) if _sounds_like_ego(name)), src)
        if not self.world and self.ego in (dst, src):
            other = src if dst == self.ego else dst
            if other not in self._cameras and not self._is_below(other, self.ego):
                self.world = other

    def ways(self, moving: Mapping[tuple[str, str], SE3]) -> Ways:
        """Return the transforms of one frame; those of the frame itself go before the declared ones."""
        known = {
            (system.parent, name): system.parent_SE3_self
            for name, system in self.systems.items()
            if system.parent_SE3_self is not None
            and (system.parent, name) not in moving
            and (name, system.parent) not in moving
        }
        return Ways({**known, **moving})

    def _ego(self) -> str:
        """Choose the vehicle: a local system, by its name if there are several, or what sensors hang on."""
        local = [name for name, system in self.systems.items() if system.kind == "local_cs"]
        parents = [s.parent for s in self.systems.values() if s.kind == "sensor_cs" and s.parent in self.systems]
        others = [name for name, s in self.systems.items() if s.kind != "scene_cs" and not s.kind.startswith("geo")]
        for names in (local, parents, others):
            if names:
                return next((name for name in names if _sounds_like_ego(name)), names[0])
        return ""

    def _top(self, name: str) -> str:
        """Return the topmost system above one; empty where there is none above."""
        seen, here = {name}, name
        while here in self.systems and self.systems[here].parent not in ("", *seen):
            here = self.systems[here].parent
            seen.add(here)
        return here if here != name else ""

    def _is_below(self, name: str, above: str) -> bool:
        seen: set[str] = set()
        while name in self.systems and name not in seen:
            seen.add(name)
            name = self.systems[name].parent
            if name == above:
                return True
        return False


def _sounds_like_ego(name: str) -> bool:
    return any(word in name.lower() for word in _EGO_WORDS)


def upright(up: Floats) -> Floats:
    """Return the axes of a level box in the axes a cuboid is written in, as the columns of a (3, 3) matrix.

    Parameters
    ----------
    up : (3,) float64
        World's z in the system of the cuboid. A camera's y looks down: there a cuboid's height is along its y.

    Returns
    -------
    (3, 3) float64
        A turn by right angles. Its x stays x, unless that is the axis that stands up.
    """
    axis = int(np.argmax(np.abs(up)))
    columns = np.zeros((3, 3))
    columns[axis, 2] = np.sign(up[axis]) or 1.0
    columns[0 if axis != 0 else 2, 0] = 1.0
    columns[:, 1] = np.cross(columns[:, 2], columns[:, 0])
    return columns
