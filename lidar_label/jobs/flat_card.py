"""What a file of 2D labels holds, for a person who is asked before it is lifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lidar_label.datasets.flat import FlatMark, read_flat
from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.jobs.flat_images import Pictures
from lidar_label.jobs.flat_marks import category_for
from lidar_label.jobs.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatCard:
    """What is known of a file of 2D labels.

    Parameters
    ----------
    source : Path
        What is lifted: of KITTI's label text the folder, where its other files are such text, too.
    marks : int
        How many 2D labels there are in pictures of the drive,
    elsewhere : int
        and in others.
    pictures : int
        How many pictures of the drive have some.
    classes : dict of str to int
        How many labels in pictures of the drive each class has, the most first.
    meant : dict of str to str
        The category of the project that each class plainly means; "" where none is meant.
    """

    source: Path
    marks: int
    elsewhere: int
    pictures: int
    classes: dict[str, int]
    meant: dict[str, str]


def look_at_flat(project: Project, source: Path, scenes: Sequence[str]) -> FlatCard:
    """Return what a file of 2D labels holds for some scenes of a project.

    Raises
    ------
    LidarLabelError
        If it cannot be read, or none of its pictures is of the scenes.
    """
    source, marks = _read(source)
    if not marks:
        raise InvalidValue("there are no 2D labels in it", where=source)
    pictures, taxonomy = Pictures(project, scenes), project.session.store.taxonomy()
    places = {name: pictures.places(name) for name in {mark.image for mark in marks}}
    here = [mark for mark in marks if places[mark.image]]
    if not here:
        raise InvalidValue(
            f"none of its {len(marks)} 2D labels is in a picture of this drive, such as {marks[0].image!r}",
            where=source, hint="pictures are found by the end of their path, or as scene/camera/frame",
        )  # fmt: skip
    counts = dict(Counter(mark.category for mark in here).most_common())
    found = {name: category_for(name, taxonomy) for name in counts}
    return FlatCard(
        source=source, marks=len(here), elsewhere=len(marks) - len(here), classes=counts,
        pictures=sum(1 for name, place in places.items() if place),
        meant={name: category if category in taxonomy or not taxonomy.categories else ""
               for name, category in found.items()},
    )  # fmt: skip


def _read(source: Path) -> tuple[Path, list[FlatMark]]:
    """Read a file; of KITTI's text, which is a file a picture, its whole folder where that can be read."""
    own = read_flat(source)
    if source.is_file() and source.suffix.lower() == ".txt":
        try:
            return source.parent, read_flat(source.parent, "kitti")
        except LidarLabelError:
            pass
    return source, own
