"""Keeping what was read last: a set of a thousand drives must not stay in memory because each was looked at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST = 8


class Recent(Generic[T]):
    """The few things asked for last, by name; others are made again."""

    def __init__(self, make: Callable[[str], T], most: int = _MOST) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def get(self, name: str) -> T:
        """Return the thing of this name, made now or kept from before."""
        if name not in self._kept:
            self._kept[name] = self._make(name)
        self._kept.move_to_end(name)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[name]
