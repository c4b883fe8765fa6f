"""Commands on the classes of points: a stroke of the brush, what boxes hold, what stands still in other frames."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from lidar_label.edit.commands import delete, frames_of, insert, need_category
from lidar_label.errors import CannotEdit
from lidar_label.model import Change, Row, Stroke, number_for, spread
from lidar_label.store import ProjectStore, point_labels
from lidar_label.store.point_labels import BLOCK


@dataclass(frozen=True, slots=True)
class PaintPoints:
    """Give points of sweeps classes; each sweep's strokes in their order.

    Parameters
    ----------
    scene : str
    strokes : tuple of Stroke
    only_unlabelled : bool
        Leave points that have a class as they are.
    """

    scene: str
    strokes: tuple[Stroke, ...]
    only_unlabelled: bool = False
    title: str = "Label points"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the blocks that differ, and those of classes that had no number."""
        frames = frames_of(store, self.scene)
        sweeps: dict[tuple[int, str, int], list[Stroke]] = defaultdict(list)
        for stroke in self.strokes:
            if not 0 <= stroke.frame < frames:
                raise CannotEdit(f"the scene has {frames} frames, 0 to {frames - 1}", where=f"frame {stroke.frame}")
            sweeps[stroke.frame, stroke.channel, stroke.points].append(stroke)
        numbers, new = self._numbers(store)
        found = [change for sweep, strokes in sweeps.items() for change in self._of(store, sweep, strokes, numbers)]
        return (*(insert("point_class", row) for row in new), *found) if found else ()

    def _numbers(self, store: ProjectStore) -> tuple[dict[str, int], list[Row]]:
        """Return the number of each class, and the rows of those that had none."""
        known = point_labels.class_names(store)
        numbers = {"": 0, **{name: number for number, name in known.items()}}
        taxonomy, new = store.taxonomy(), list[Row]()
        for name in dict.fromkeys(name for stroke in self.strokes for name in stroke.categories):
            if name:
                need_category(taxonomy, name)
            if name not in numbers:
                numbers[name] = number_for(name, set(numbers.values()))
                new.append({"number": numbers[name], "category": name})
        return numbers, new

    def _of(
        self, store: ProjectStore, sweep: tuple[int, str, int], strokes: list[Stroke], numbers: dict[str, int]
    ) -> list[Change]:
        frame, channel, points = sweep
        before = point_labels.block_rows(store, self.scene, frame, channel, points)
        old = {block: point_labels.values_of(row, store) for block, row in before.items()}
        new = {block: values.copy() for block, values in old.items()}
        for stroke in strokes:
            indices = np.asarray(stroke.indices, np.int64)
            given = spread(stroke, np.array([numbers[name] for name in stroke.categories], np.uint16))
            order = np.argsort(indices, kind="stable")
            indices, given = indices[order], given[order]
            blocks, starts = np.unique(indices // BLOCK, return_index=True)
            for block, start, stop in zip(blocks.tolist(), starts, [*starts[1:], len(indices)], strict=True):
                count = min(BLOCK, points - block * BLOCK)
                values = new.setdefault(block, np.zeros(count, np.uint16))
                at, wanted = indices[start:stop] - block * BLOCK, given[start:stop]
                if self.only_unlabelled:
                    free = values[at] == 0
                    at, wanted = at[free], wanted[free]
                values[at] = wanted
        found: list[Change] = []
        for block, values in new.items():
            row = before.get(block)
            if np.array_equal(values, old[block]) if row is not None else not values.any():
                continue
            if not values.any() and row is not None:
                found.append(delete("point_label", row))
                continue
            made = point_labels.block_row(self.scene, frame, channel, block, points, values)
            found.append(Change("point_label", (str(made["token"]),), row, made))
        return found


def points_of_scene(store: ProjectStore, scene: str) -> tuple[Change, ...]:
    """Return the changes that take away all classes of a scene's points."""
    return tuple(delete("point_label", row) for row in store.find_rows("point_label", "scene", (scene,)))


def renamed_classes(store: ProjectStore, names: dict[str, str]) -> tuple[Change, ...]:
    """Return the changes that have numbers follow categories that are renamed."""
    rows = [row for row in store.all_rows("point_class") if str(row["category"]) in names]
    return tuple(
        Change("point_class", (int(str(row["number"])),), row, {**row, "category": names[str(row["category"])]})
        for row in rows
    )
