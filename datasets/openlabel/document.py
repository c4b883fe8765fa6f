"""One OpenLABEL document: its frames in order with their times and transforms, and its sensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from lidar_label.datasets.files import read_json
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.objects import Find
from lidar_label.datasets.openlabel.systems import Systems, Ways, read_transform
from lidar_label.datasets.values import mapping, text
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3

FRAME_NS = 100_000_000
_MOST_DIGITS = 15
_MOST_FRAMES = 10**9


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One frame as it is written; `number` is its key."""

    number: int
    properties: Mapping[str, Any]
    objects: Mapping[str, Any]
    moving: Mapping[tuple[str, str], SE3]

    def streams(self) -> Mapping[str, Any]:
        """Return what the frame says of its streams."""
        found = self.properties.get("streams")
        return found if isinstance(found, Mapping) else {}


class Document:
    """The content of a file, checked as far as every reader of it needs.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is no OpenLABEL, or a frame or transform is not what the standard says.
    """

    def __init__(self, path: Path, time_unit: str, quaternion_order: str) -> None:
        self.path = path
        self._unit, self._order = time_unit, quaternion_order
        content = mapping(read_json(path), "the file", path)
        if "openlabel" not in content:
            raise UnreadableFile("the file has no entry openlabel", where=path)
        self.root = mapping(content["openlabel"], "openlabel", path)
        self.metadata = mapping(self.root.get("metadata") or {}, "metadata", path)
        self.objects = mapping(self.root.get("objects") or {}, "objects", path)
        self.streams = self._part("streams")
        cameras = {name for name, stream in self.streams.items() if text(stream.get("type")) == "camera"}
        systems = self.root.get("coordinate_systems")
        self.systems = Systems(systems, cameras, quaternion_order, str(path))
        self.frames = tuple(self._frames())
        self._still = self.systems.ways({})

    def _part(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        rows = mapping(self.root.get(name) or {}, name, self.path)
        return {key: mapping(value, f"{name} {key}", self.path) for key, value in rows.items()}

    def _frames(self) -> Iterator[RawFrame]:
        rows = self._part("frames")
        for key in rows:
            if not (key.isascii() and key.isdigit()) or len(key) > _MOST_DIGITS:
                raise UnreadableFile(f"frame {key[:30]!r} is no number", where=self.path)
        if len({int(key) for key in rows}) < len(rows):
            raise UnreadableFile("two frames have the same number", where=self.path)
        for key in sorted(rows, key=int):
            row, where = rows[key], f"{self.path}, frame {key}"
            properties = mapping(row.get("frame_properties") or {}, "frame_properties", where)
            moving: dict[tuple[str, str], SE3] = {}
            for name, value in mapping(properties.get("transforms") or {}, "transforms", where).items():
                transform = mapping(value, f"transform {name}", where)
                src, dst = text(transform.get("src")), text(transform.get("dst"))
                if not src or not dst or src == dst:
                    raise UnreadableFile(f"transform {name} does not say from where to where it leads", where=where)
                data = transform.get("transform_src_to_dst")
                moving[dst, src] = read_transform(data, dst, src, self._order, f"{where}, transform {name}")
                self.systems.note(dst, src)
            objects = mapping(row.get("objects") or {}, "objects", where)
            yield RawFrame(int(key), properties, objects, moving)
        if not rows:
            yield RawFrame(0, {}, {}, {})  # a file without frames speaks of one moment

    @property
    def has_frames(self) -> bool:
        """False where the file has no frames, so that all it says is of one moment."""
        return bool(self.root.get("frames"))

    def ways(self, frame: RawFrame) -> Ways:
        """Return the transforms that hold in a frame."""
        return self.systems.ways(frame.moving) if frame.moving else self._still

    def quaternion(self) -> str:
        """Return the order in which quaternions are written."""
        return self._order

    def time_of(self, value: object, where: str) -> int | None:
        """Return a time stamp in nanoseconds; None where there is none."""
        if value is None:
            return None
        found = parse_time(value, self._unit)
        if found is None:
            raise UnreadableFile(f"time stamp {value!r:.40} is neither a number nor ISO 8601", where=where)
        return found

    def times(self, find: Find) -> tuple[list[int], bool]:
        """Return the time of each frame, and whether it is real."""
        found = [self.time_of(f.properties.get("timestamp"), f"{self.path}, frame {f.number}") for f in self.frames]
        known = [time for time in found if time is not None]
        if self.has_frames and len(known) == len(found) and all(a <= b for a, b in pairwise(known)):
            doubled = sum(a == b for a, b in pairwise(known))
            spread = _spread(known) if doubled else known
            if spread is not None:
                if doubled:
                    text_ = f"{doubled} frames have the time of the one before; they are spread up to the next"
                    find("warning", "doubled-time", text_, self.path)
                return spread, True
        reason = "the time stamps do not go up" if known and len(known) == len(found) else "frames have no time stamp"
        find("warning", "no-timestamps", f"{reason}, so a tenth of a second is assumed between numbers", self.path)
        numbers = [frame.number - self.frames[0].number for frame in self.frames]
        numbers = numbers if numbers[-1] < _MOST_FRAMES else list(range(len(numbers)))
        return [number * FRAME_NS for number in numbers], False


def _spread(times: list[int]) -> list[int] | None:
    """Return times of which several are the same, spread evenly up to the next one; None where there is no room."""
    first = [i for i, time in enumerate(times) if i == 0 or time > times[i - 1]]
    if len(first) < 2:
        return None
    ends = [*first[1:], len(times)]
    step = (times[-1] - times[0]) // first[-1]
    found: list[int] = []
    for start, end in zip(first, ends, strict=True):
        room = times[end] - times[start] if end < len(times) else step * (end - start)
        found += [times[start] + room * k // (end - start) for k in range(end - start)]
    return found if all(a < b for a, b in pairwise(found)) else None
