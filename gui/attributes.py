"""What a project lets be said of objects: each deed changes one attribute as it is stored by then, as one edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication

from lidar_label.edit import Session, SetTaxonomy
from lidar_label.edit.attribute_commands import DeleteAttribute, SetAttribute, said_of
from lidar_label.gui.desk import Desk
from lidar_label.model import Attribute, Patch, Taxonomy


def add(desk: Desk, attribute: Attribute) -> None:
    """Add an attribute behind the others."""
    title = QCoreApplication.translate("AttributeDeeds", "Add an attribute")
    desk.do(lambda session: session.do(SetAttribute(attribute, title)))


def change(desk: Desk, attribute: Attribute) -> None:
    """Say anew what an attribute is; refused where something was said that would not fit any more."""
    title = QCoreApplication.translate("AttributeDeeds", "Change an attribute's form")
    desk.do(lambda session: session.do(SetAttribute(attribute, title)))


def delete(desk: Desk, token: str) -> None:
    """Delete an attribute, and what was said with it in the whole project."""
    title = QCoreApplication.translate("AttributeDeeds", "Delete an attribute")
    desk.do(lambda session: session.do(DeleteAttribute(token, title)))


def move(desk: Desk, token: str, step: int) -> None:
    """Move an attribute up (-1) or down (+1) in the forms."""
    title = QCoreApplication.translate("AttributeDeeds", "Move an attribute")

    def edit(session: Session) -> Patch | None:
        now = session.store.taxonomy()
        order = list(now.attributes)
        at = next((place for place, found in enumerate(order) if found.token == token), None)
        if at is None:
            return None
        order.insert(min(max(at + step, 0), len(order) - 1), order.pop(at))
        return session.do(SetTaxonomy(Taxonomy(now.categories, order, now.visibilities), title))

    desk.do(edit)


def count_said(desk: Desk, attribute: Attribute, then: Callable[[int, int], object]) -> None:
    """Call `then` with the numbers of boxes and of tracks of which it is said in the whole project."""
    found: Counter[str] = Counter()

    def look(session: Session) -> None:
        found.update(table for table, _, _ in said_of(session.store, attribute))

    def tell(_: Patch | None) -> None:
        then(found["box"], found["track"])

    desk.do(look, tell)


def values_of(text: str) -> tuple[str, ...]:
    """Return the values in a text such as ``left, right``, each once."""
    words = (word.strip() for word in text.replace("，", ",").replace("、", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if word))
