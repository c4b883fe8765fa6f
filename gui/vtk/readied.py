"""Readied: the points of a frame as the loader's threads have drawn them, before it is stepped to."""

from __future__ import annotations

from lidar_label.gui.painters.base import Painted
from lidar_label.gui.painters.canvas import Canvas, Shown, Wish
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views.prepare import MainPlace
from lidar_label.gui.views.stage import Stage

_MOST_PIXELS = 2_000_000  # of larger pictures fewer frames would find room in memory


def shown_of(canvas: Canvas, stage: Stage, wish: Wish) -> Shown | None:
    """Return what a canvas shows of a wish: at once where it is ready, as `Canvas.show` does where it is not."""
    ready = readied(stage, wish, canvas.painter)
    return canvas.show(wish) if ready is None else canvas.take(wish, ready)


def readied(stage: Stage, wish: Wish, painter: str) -> Painted | None:
    """Return the picture of a wish if it is there, and say that those of other frames are wanted like it."""
    is_own = painter == SplatPainter.name and wish.width * wish.height <= _MOST_PIXELS and stage.merged is None
    place = MainPlace(wish.camera, wish.width, wish.height, wish.point_size, stage.desk.clip) if is_own else None
    stage.wishes.for_main(place)
    ready = stage.view.prepared if stage.view is not None else None
    if ready is None or place is None or ready.wish.main != place or stage.desk.clip.isolated:
        return None
    return ready.main if len(wish.batches) == 1 and stage.colors is ready.colors else None
