"""Taxonomy: what may be labelled, and how it is shown."""

from __future__ import annotations

import colorsys
import math
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lidar_label.errors import BrokenReference, InvalidValue
from lidar_label.model.box import AttributeValue, check_size, new_token

_COLOR = re.compile(r"#[0-9a-f]{6}")


def color_for(name: str) -> str:
    """Return a colour that a name always gets: ``#rrggbb``, bright enough on a dark ground."""
    hue = (zlib.crc32(name.encode()) % 360) / 360
    red, green, blue = colorsys.hls_to_rgb(hue, 0.6, 0.85)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A class of object.

    `size` is a usual length, width, height in metres; None where nobody knows. `color` is
    ``#rrggbb``; one is derived from the name where none is given. `limits` are bounds of checks by name that
    differ from the usual ones, such as ``("speed", 15.0)`` in metres a second.
    """

    name: str
    description: str = ""
    size: tuple[float, float, float] | None = None
    color: str = ""
    token: str = field(default_factory=new_token)
    limits: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidValue("a category needs a name")
        if self.size is not None:
            object.__setattr__(self, "size", check_size(self.size))
        color = (self.color or color_for(self.name)).lower()
        if not _COLOR.fullmatch(color):
            raise InvalidValue(f"a colour is #rrggbb, got {color!r}", where=f"category {self.name}")
        object.__setattr__(self, "color", color)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something that can be said of an object.

    `kind` "flag" is there or not (nuScenes); "choice" is one of `values`; "number" and "text" are
    free. `per` says whether it holds for one box or for the whole track. `categories` are the names of
    those it is asked of; empty for all.
    """

    name: str
    description: str = ""
    kind: Literal["flag", "choice", "number", "text"] = "flag"
    values: tuple[str, ...] = ()
    per: Literal["box", "track"] = "box"
    categories: tuple[str, ...] = ()
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidValue("an attribute needs a name")
        if self.kind not in ("flag", "choice", "number", "text") or self.per not in ("box", "track"):
            raise InvalidValue(f"no attribute is a {self.kind!r} per {self.per!r}", where=f"attribute {self.name}")

    def concerns(self, category: str) -> bool:
        """Say whether it is asked of objects of a category."""
        return not self.categories or category in self.categories

    def allows(self, value: AttributeValue) -> bool:
        """Say whether a value is of this attribute's kind."""
        if self.kind == "flag":
            return isinstance(value, bool)
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return isinstance(value, str) and (self.kind == "text" or value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """How much of an object can be seen. `token` is what a `Box` refers to."""

    token: str
    level: str
    description: str = ""


class Taxonomy:
    """The categories, attributes and visibility levels of a project.

    Raises
    ------
    InvalidValue
        If two of a kind share a name or a token.
    """

    def __init__(
        self,
        categories: Iterable[Category] = (),
        attributes: Iterable[Attribute] = (),
        visibilities: Iterable[Visibility] = (),
    ) -> None:
        self.categories = tuple(categories)
        self.attributes = tuple(attributes)
        self.visibilities = tuple(visibilities)
        for kind, names in (
            ("categories", [c.name for c in self.categories]),
            ("categories", [c.token for c in self.categories]),
            ("attributes", [a.name for a in self.attributes]),
            ("attributes", [a.token for a in self.attributes]),
            ("visibility levels", [v.token for v in self.visibilities]),
        ):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise InvalidValue(f"two {kind} are called {sorted(doubled)}")
        self._by_name = {c.name: c for c in self.categories}

    def category(self, name: str) -> Category:
        """Return the category of this name; raise `BrokenReference` where there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise BrokenReference(
                f"the taxonomy has no category {name!r}", hint=f"it has {', '.join(self._by_name) or 'none'}"
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Taxonomy):
            return NotImplemented
        mine = (self.categories, self.attributes, self.visibilities)
        return mine == (other.categories, other.attributes, other.visibilities)

    def __hash__(self) -> int:
        return hash((self.categories, self.attributes, self.visibilities))

    def with_categories(self, names: Iterable[str]) -> Taxonomy:
        """Return this taxonomy with a plain category added for each name it lacks."""
        extra = [Category(name=name) for name in dict.fromkeys(names) if name not in self]
        return Taxonomy((*self.categories, *extra), self.attributes, self.visibilities)
