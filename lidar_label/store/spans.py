"""What is known of each track of a scene without its boxes: where it runs, who made it, how large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lidar_label.model import Source
from lidar_label.store import tables
from lidar_label.store.values import TrackSpan

if TYPE_CHECKING:
    from lidar_label.store.database import Database

_BOX = tables.box


def track_spans(database: Database, scene: str) -> tuple[TrackSpan, ...]:
    """Return the span of each track of a scene that has boxes."""
    by_machine = _BOX.c.source.in_((Source.MACHINE, Source.PROPAGATED))
    measured = _BOX.c.source.in_((Source.HUMAN, Source.IMPORTED))
    query = (
        select(
            _BOX.c.track.label("track"),
            func.min(_BOX.c.frame).label("first"),
            func.max(_BOX.c.frame).label("last"),
            func.count().label("boxes"),
            func.count().filter(_BOX.c.is_keyframe, ~by_machine).label("keys"),
            func.count().filter(by_machine).label("machine"),
            func.count().filter(_BOX.c.source == Source.HUMAN).label("human"),
            func.count(_BOX.c.doubt).label("doubts"),
            func.avg(_BOX.c.score).filter(by_machine).label("score"),
            *(func.avg(_BOX.c[side]).filter(measured).label(side) for side in ("length", "width", "height")),
        )
        .where(_BOX.c.scene == scene)
        .group_by(_BOX.c.track)
    )
    found = []
    with database.reading() as connection:
        for row in connection.execute(query).mappings():
            told = dict(row)
            length, width, height = (told.pop(side) for side in ("length", "width", "height"))
            found.append(TrackSpan(**told, size=None if length is None else (length, width, height)))
    return tuple(found)
