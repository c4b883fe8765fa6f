"""The categories of a project: each deed changes the taxonomy as it is stored by then, as one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QCoreApplication

from lidar_label.edit import (
    Command,
    DeleteAreas,
    DeleteTracks,
    Session,
    SetAreaCategory,
    SetCategory,
    SetTaxonomy,
    Together,
)
from lidar_label.errors import CannotEdit
from lidar_label.gui.desk import Desk
from lidar_label.model import Category, Patch, Taxonomy

Categories = tuple[Category, ...]


def add(desk: Desk, name: str) -> None:
    """Add a category behind the others."""
    _change(desk, QCoreApplication.translate("Categories", "Add a category"), lambda now: (*now, Category(name=name)))


def rename(desk: Desk, token: str, name: str) -> None:
    """Give a category another name; its tracks go with it."""
    title = QCoreApplication.translate("Categories", "Rename a category")
    old = next((category.name for category in desk.taxonomy.categories if category.token == token), "")
    was_active = old and old == desk.active_category

    def follow(patch: Patch | None) -> None:
        if patch is not None and was_active:
            desk.use_category(name)

    _change(desk, title, lambda now: tuple(replace(c, name=name) if c.token == token else c for c in now), follow)


def recolor(desk: Desk, token: str, color: str) -> None:
    """Give a category another colour, ``#rrggbb``."""
    title = QCoreApplication.translate("Categories", "Change a category's colour")
    _change(desk, title, lambda now: tuple(replace(c, color=color) if c.token == token else c for c in now))


def resize(desk: Desk, token: str, size: tuple[float, float, float] | None) -> None:
    """Say what size objects of a category usually have, or with None that nobody knows."""
    title = QCoreApplication.translate("Categories", "Change a usual size")
    _change(desk, title, lambda now: tuple(replace(c, size=size) if c.token == token else c for c in now))


def limit(desk: Desk, token: str, limits: tuple[tuple[str, float], ...]) -> None:
    """Say which limits checks hold a category to, of those that are not the usual ones."""
    title = QCoreApplication.translate("Categories", "Change the limits of a category")
    _change(desk, title, lambda now: tuple(replace(c, limits=limits) if c.token == token else c for c in now))


def move(desk: Desk, token: str, step: int) -> None:
    """Move a category up (-1) or down (+1) in the list, whose first nine have the number keys."""

    def moved(now: Categories) -> Categories:
        order = list(now)
        at = next(place for place, category in enumerate(order) if category.token == token)
        order.insert(min(max(at + step, 0), len(order) - 1), order.pop(at))
        return tuple(order)

    _change(desk, QCoreApplication.translate("Categories", "Move a category"), moved)


def count_tracks(desk: Desk, name: str, then: Callable[[int], object]) -> None:
    """Call `then` with the number of tracks of a category in the whole project."""
    found: list[int] = []

    def look(session: Session) -> None:
        found.append(len(session.store.find_rows("track", "category", (name,))))

    def tell(_: Patch | None) -> None:
        then(found[0])

    desk.do(look, tell)


def delete(desk: Desk, name: str, heir: str = "", *, with_tracks: bool = False) -> None:
    """Delete a category; its tracks and areas in the whole project get the category `heir`, or are deleted with it."""
    title = QCoreApplication.translate("Categories", "Delete a category")

    def edit(session: Session) -> Patch | None:
        now = session.store.taxonomy()
        left = tuple(category for category in now.categories if category.name != name)
        tokens = tuple(str(row["token"]) for row in session.store.find_rows("track", "category", (name,)))
        areas = tuple(str(row["token"]) for row in session.store.find_rows("area", "category", (name,)))
        commands: list[Command] = []
        if areas and with_tracks:
            commands.append(DeleteAreas(areas))
        elif areas and heir:
            commands.append(SetAreaCategory(areas, heir))
        elif areas:
            raise CannotEdit(
                f"category {name} has {len(areas)} areas", hint="delete them, or give them another category first"
            )
        if tokens and with_tracks:
            commands.append(DeleteTracks(tokens))
        elif tokens and heir:
            commands.append(SetCategory(tokens, heir))
        elif tokens:
            raise CannotEdit(f"category {name!r} has {len(tokens)} tracks", hint="say what becomes of them")
        commands.append(SetTaxonomy(Taxonomy(left, now.attributes, now.visibilities)))
        return session.do(Together(tuple(commands), title))

    desk.do(edit)


def size_of(text: str) -> tuple[float, float, float] | None:
    """Return length, width, height of a text such as ``4.5 × 1.9 × 1.6``; None where it is empty.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    words = text.replace("×", " ").replace("x", " ").replace("*", " ").replace(",", ".").split()
    if not words:
        return None
    length, width, height = (float(word) for word in words)
    return length, width, height


def text_of(size: tuple[float, float, float] | None) -> str:
    """Return a usual size as text."""
    return "" if size is None else " × ".join(f"{side:g}" for side in size)


def _change(
    desk: Desk, title: str, make: Callable[[Categories], Categories], then: Callable[[Patch | None], None] | None = None
) -> None:
    def edit(session: Session) -> Patch | None:
        now = session.store.taxonomy()
        return session.do(SetTaxonomy(Taxonomy(make(now.categories), now.attributes, now.visibilities), title))

    desk.do(edit, then)
