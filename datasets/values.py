"""Values of JSON files that nobody vouches for: checked, or an error that says where."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from lidar_label.errors import UnreadableFile
from lidar_label.model import AttributeValue

_LARGEST = 2**63


def is_number(value: object) -> TypeGuard[int | float]:
    """Say whether a value is a number that a float can hold; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def number(value: object, what: str, where: object) -> float:
    """Return a number; raise `UnreadableFile` that says `what` was expected `where`."""
    if not is_number(value):
        raise UnreadableFile(f"{what} needs a number, got {_shown(value)}", where=where)
    return float(value)


def numbers(value: object, count: int, what: str, where: object) -> list[float]:
    """Return a list of exactly `count` numbers."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != count:
        raise UnreadableFile(f"{what} needs {count} numbers, got {_shown(value)}", where=where)
    return [number(item, what, where) for item in value]


def xyz(value: object, what: str, where: object) -> list[float]:
    """Return the numbers of an object with the keys x, y and z."""
    if not isinstance(value, Mapping):
        raise UnreadableFile(f"{what} needs x, y and z, got {_shown(value)}", where=where)
    return [number(value.get(axis), f"{what}.{axis}", where) for axis in "xyz"]


def mapping(value: object, what: str, where: object) -> Mapping[str, Any]:
    """Return a JSON object."""
    if not isinstance(value, Mapping):
        raise UnreadableFile(f"{what} needs an object, got {_shown(value)}", where=where)
    return value


def listed(value: object, what: str, where: object) -> list[Any]:
    """Return a JSON list."""
    if not isinstance(value, list):
        raise UnreadableFile(f"{what} needs a list, got {_shown(value)}", where=where)
    return value


def text(value: object) -> str:
    """Return a name or id as text, whether it was written as text or as a number; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def attribute(value: object) -> AttributeValue | None:
    """Return a value as an attribute may have it; lists and objects as their JSON text, None for null."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float) and is_number(value) and abs(value) < _LARGEST:
        return value
    return json.dumps(value, ensure_ascii=False)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
