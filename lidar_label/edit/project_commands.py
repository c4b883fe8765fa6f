"""Commands on the project as a whole: its scenes, its taxonomy, and labels that come in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lidar_label.edit.area_commands import areas_of_scene, renamed_areas
from lidar_label.edit.commands import check_boxes, delete, differences, insert, need_category
from lidar_label.edit.point_commands import points_of_scene, renamed_classes
from lidar_label.errors import CannotEdit
from lidar_label.model import Category, Change, Key, Labels, Row, Taxonomy
from lidar_label.store import ProjectStore, SceneRef, rows


@dataclass(frozen=True, slots=True)
class AddScene:
    """Add a scene without labels."""

    ref: SceneRef
    title: str = "Add a scene"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the scene's row."""
        if store.find_rows("scene", "token", (self.ref.token,)):
            raise CannotEdit(f"the project has scene {self.ref.name} already", where=store.path)
        return (insert("scene", rows.scene_row(self.ref)),)


@dataclass(frozen=True, slots=True)
class RemoveScene:
    """Remove a scene with all its labels; its data is not touched."""

    token: str
    title: str = "Remove a scene"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the scene, its tracks, boxes, areas, comments and points."""
        scenes = store.find_rows("scene", "token", (self.token,))
        if not scenes:
            raise CannotEdit(f"the project has no scene {self.token}", where=store.path)
        boxes = store.find_rows("box", "scene", (self.token,))
        tracks = store.find_rows("track", "scene", (self.token,))
        comments = store.find_rows("comment", "scene", (self.token,))
        return (
            *points_of_scene(store, self.token),
            *areas_of_scene(store, self.token),
            *(delete("review", row) for row in store.find_rows("review", "scene", (self.token,))),
            *(delete("waiver", row) for row in store.find_rows("waiver", "scene", (self.token,))),
            *(delete("comment", row) for row in comments),
            *(delete("box", row) for row in boxes),
            *(delete("track", row) for row in tracks),
            *(delete("scene", row) for row in scenes),
        )


@dataclass(frozen=True, slots=True)
class SetTaxonomy:
    """Say anew what may be labelled.

    A category that keeps its token under another name is renamed, and its tracks, its areas and the attributes asked
    of it with it. One that is in use cannot be dropped.
    """

    taxonomy: Taxonomy
    title: str = "Change the taxonomy"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the taxonomy that differ, and those of what has a category that is renamed."""
        before = store.taxonomy()
        renamed = self._renamed(before)
        going = [c.name for c in before.categories if c.name in renamed or c.name not in self.taxonomy]
        tracks, areas = (store.find_rows(table, "category", going) for table in ("track", "area"))
        for many, found in (("tracks", tracks), ("areas", areas)):
            stuck = sorted({str(row["category"]) for row in found} - set(renamed))
            if stuck:
                count = sum(row["category"] == stuck[0] for row in found)
                raise CannotEdit(
                    f"category {stuck[0]!r} is in use by {count} {many} and cannot be dropped",
                    where=store.path,
                    hint=f"give those {many} another category first",
                )
        moved = [(row, {**row, "category": renamed[str(row["category"])]}) for row in tracks]
        old, new = rows.taxonomy_rows(before), rows.taxonomy_rows(_following(self.taxonomy, renamed))
        return (
            *(change for table in old for change in _replaced(table, old[table], new[table])),
            *(Change("track", rows.key_of("track", row), row, after) for row, after in moved),
            *renamed_areas(areas, renamed),
            *renamed_classes(store, renamed),
        )

    def _renamed(self, before: Taxonomy) -> dict[str, str]:
        """Return the new name of each category whose token lives on under one."""
        names = {category.token: category.name for category in self.taxonomy.categories}
        return {c.name: names[c.token] for c in before.categories if names.get(c.token, c.name) != c.name}


@dataclass(frozen=True, slots=True)
class ImportLabels:
    """Take over the labels of a scene in one edit; the scene is added if the project lacks it.

    `additions` is what the labels need beyond the project's taxonomy. What the project has under
    the same name already stays as it is.
    """

    ref: SceneRef
    labels: Labels
    additions: Taxonomy = field(default_factory=Taxonomy)
    title: str = "Import labels"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the scene, the additions, the tracks and the boxes."""
        taxonomy = _extended(store.taxonomy(), self.additions)
        for name in dict.fromkeys(track.category for track in self.labels.tracks):
            need_category(taxonomy, name)
        check_boxes(tuple(self.labels.boxes()), self.ref.frames)
        known = store.find_rows("track", "token", (track.token for track in self.labels.tracks))
        if known:
            raise CannotEdit("the project has this track already", where=f"track {known[0]['token']}")
        old, new = rows.taxonomy_rows(store.taxonomy()), rows.taxonomy_rows(taxonomy)
        scene, place = self.ref.token, store.next_position("track", self.ref.token)
        return (
            *self._scene(store),
            *(change for table in old for change in differences(table, old[table], new[table])),
            *(insert("track", rows.track_row(t, scene, place + i)) for i, t in enumerate(self.labels.tracks)),
            *(insert("box", rows.box_row(box, scene)) for box in self.labels.boxes()),
        )

    def _scene(self, store: ProjectStore) -> tuple[Change, ...]:
        row = rows.scene_row(self.ref)
        there = store.find_rows("scene", "token", (self.ref.token,))
        if there and there[0] != row:
            raise CannotEdit(
                f"the project has another scene under the token of {self.ref.name}",
                where=store.path,
                hint="was this data imported already?",
            )
        return () if there else (insert("scene", row),)


def _following(taxonomy: Taxonomy, renamed: Mapping[str, str]) -> Taxonomy:
    """Return a taxonomy whose attributes are asked of categories by their new names."""
    if not renamed:
        return taxonomy
    attributes = [
        replace(attribute, categories=tuple(renamed.get(name, name) for name in attribute.categories))
        for attribute in taxonomy.attributes
    ]
    return Taxonomy(taxonomy.categories, attributes, taxonomy.visibilities)


def _replaced(table: str, old: dict[Key, Row], new: dict[Key, Row]) -> Iterable[Change]:
    """Return the changes from one set of rows to another, dropping those that are no longer there."""
    gone = [delete(table, row) for key, row in old.items() if key not in new]
    return (*gone, *differences(table, old, new))


def _extended(taxonomy: Taxonomy, additions: Taxonomy) -> Taxonomy:
    """Return a taxonomy with what it lacks of another one behind its own."""
    names = {attribute.name for attribute in taxonomy.attributes}
    levels = {visibility.token for visibility in taxonomy.visibilities}
    more: list[Category] = [category for category in additions.categories if category.name not in taxonomy]
    return Taxonomy(
        (*taxonomy.categories, *more),
        (*taxonomy.attributes, *(a for a in additions.attributes if a.name not in names)),
        (*taxonomy.visibilities, *(v for v in additions.visibilities if v.token not in levels)),
    )
