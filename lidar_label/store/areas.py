"""Areas in a project: their rows, and the areas of a scene."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lidar_label.errors import InvalidValue
from lidar_label.model import Area, Row, Source
from lidar_label.store.rows import read

if TYPE_CHECKING:
    from lidar_label.store.project_store import ProjectStore

_NUMBERS = ("frame", "time_ns")
_NAMES = ("token", "scene", "frame", "category", "corners", "source", "author", "time_ns", "note")


def area_row(area: Area) -> Row:
    """Return the row of an area; its corners to the last bit."""
    corners = json.dumps((area.corners + 0.0).tolist(), separators=(",", ":"))  # no -0.0, which is written otherwise
    return {**{name: getattr(area, name) for name in _NAMES}, "corners": corners, "source": str(area.source)}


def area_of(row: Row) -> Area:
    """Return the area of a row; raise `InvalidValue` where it is none."""
    found: list[str | int] = []
    for name in _NAMES:
        value = row[name]
        if not isinstance(value, int if name in _NUMBERS else str):
            raise InvalidValue(f"column {name} is not {'a whole number' if name in _NUMBERS else 'text'}")
        found.append(value)
    return _area(*found)


def areas_in(store: ProjectStore, scene: str) -> tuple[Area, ...]:
    """Return the areas of a scene, the oldest first."""
    found = (read("area", row, area_of, store.path) for row in store.find_rows("area", "scene", (scene,)))
    return tuple(sorted(found, key=lambda area: (area.time_ns, area.token)))


@lru_cache(maxsize=4096)  # all of a scene's are read after each edit, and whether one crosses itself takes a while
def _area(*values: str | int) -> Area:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    return Area(**{**told, "corners": json.loads(told["corners"]), "source": Source(told["source"])})
