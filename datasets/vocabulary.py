"""The words that labels use, collected into a taxonomy for formats that declare none."""

from __future__ import annotations

from typing import Literal

from lidar_label.datasets.tokens import token_of
from lidar_label.model import Attribute, AttributeValue, Category, Labels, Taxonomy, Visibility

Kind = Literal["flag", "choice", "number", "text"]
# The levels of nuScenes, which other formats name by their tokens.
_LEVELS = {"1": "v0-40", "2": "v40-60", "3": "v60-80", "4": "v80-100"}


class Vocabulary:
    """What was met so far; what a file declares is put in first, so that it stands as it is declared."""

    def __init__(self) -> None:
        self._categories: dict[str, Category] = {}
        self._declared: dict[str, Attribute] = {}
        self._kinds: dict[str, set[Kind]] = {}
        self._per_box: set[str] = set()
        self._levels: dict[str, None] = {}

    def declare(self, item: Category | Attribute) -> None:
        """Take over what a file declares; the first of a name stands."""
        if isinstance(item, Category):
            self._categories.setdefault(item.name, item)
        else:
            self._declared.setdefault(item.name, item)

    def category(self, name: str, color: str = "") -> None:
        """Note a category."""
        if name not in self._categories:
            self._categories[name] = Category(name=name, color=color, token=token_of("category", name))

    def attribute(self, name: str, value: AttributeValue, *, per_box: bool) -> None:
        """Note an attribute with one of its values."""
        kind: Kind = "flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
        self._kinds.setdefault(name, set()).add(kind)
        if per_box:
            self._per_box.add(name)

    def visibility(self, token: str) -> None:
        """Note a level of visibility."""
        if token:
            self._levels.setdefault(token)

    def add(self, labels: Labels) -> None:
        """Note everything that labels use."""
        for track in labels.tracks:
            self.category(track.category)
            for name, value in track.attributes.items():
                self.attribute(name, value, per_box=False)
        for box in labels.boxes():
            self.visibility(box.visibility)
            for name, value in box.attributes.items():
                self.attribute(name, value, per_box=True)

    def taxonomy(self) -> Taxonomy:
        """Return everything noted; an attribute whose values are of several kinds is a text."""
        found = [item for name, kinds in self._kinds.items() if (item := self._attribute(name, kinds))]
        levels = [Visibility(token=token, level=_LEVELS.get(token, token)) for token in self._levels]
        return Taxonomy(self._categories.values(), (*self._declared.values(), *found), levels)

    def _attribute(self, name: str, kinds: set[Kind]) -> Attribute | None:
        if name in self._declared:
            return None
        return Attribute(
            name=name,
            kind=next(iter(kinds)) if len(kinds) == 1 else "text",
            per="box" if name in self._per_box else "track",
            token=token_of("attribute", name),
        )
