"""Commands on what can be said of objects: an attribute is made, put otherwise, or taken away with what was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lidar_label.edit.commands import attributes_in, merged, updates
from lidar_label.edit.project_commands import SetTaxonomy
from lidar_label.errors import CannotEdit
from lidar_label.model import Attribute, AttributeValue, Change, Row, Taxonomy
from lidar_label.store import ProjectStore


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Add an attribute, or say anew what one is that is known by its token.

    What was said under its old name is said under the new one from then on. It is refused where something was said
    that would not be allowed any more: a value that is gone, or another kind.
    """

    attribute: Attribute
    title: str = "Change an attribute"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the attribute's row, and those of boxes and tracks where its name is another."""
        new, now = self.attribute, store.taxonomy()
        old = next((a for a in now.attributes if a.token == new.token), None)
        if old is None:
            return _with(now, (*now.attributes, new)).changes(store)
        found = list(said_of(store, old))
        unfit = sum(table != new.per or not new.allows(value) for table, _, value in found)
        if unfit:
            raise CannotEdit(
                f"attribute {old.name!r} is said in {unfit} places that this would not fit",
                hint="make a new attribute, or take back what was said first",
            )
        renamed: list[Change] = []
        for table, row, value in found if new.name != old.name else ():
            text = merged(store, table, row, {old.name: None, new.name: value})
            renamed += updates(table, (row,), {"attributes": text})
        return (*_with(now, tuple(new if a is old else a for a in now.attributes)).changes(store), *renamed)


@dataclass(frozen=True, slots=True)
class DeleteAttribute:
    """Take an attribute out of the taxonomy, and all that was said with it."""

    token: str
    title: str = "Delete an attribute"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the attribute's row, and those of the boxes and tracks it was said of."""
        now = store.taxonomy()
        old = next((a for a in now.attributes if a.token == self.token), None)
        if old is None:
            raise CannotEdit("the project has no such attribute", where=f"attribute {self.token}")
        left = _with(now, tuple(a for a in now.attributes if a is not old)).changes(store)
        silent: list[Change] = []
        for table, row, _ in said_of(store, old):
            silent += updates(table, (row,), {"attributes": merged(store, table, row, {old.name: None})})
        return (*left, *silent)


def said_of(store: ProjectStore, attribute: Attribute) -> Iterator[tuple[str, Row, AttributeValue]]:
    """Find where an attribute is said in the whole project: the table ("box" or "track"), the row and the value."""
    scenes, name = [ref.token for ref in store.scenes()], attribute.name
    key = json.dumps(name, ensure_ascii=False)
    for table in ("track", "box"):
        for row in store.find_rows(table, "scene", scenes):
            if key in str(row["attributes"]):
                found = attributes_in(store, table, row)
                if name in found:
                    yield table, row, found[name]


def _with(taxonomy: Taxonomy, attributes: tuple[Attribute, ...]) -> SetTaxonomy:
    return SetTaxonomy(Taxonomy(taxonomy.categories, attributes, taxonomy.visibilities))
