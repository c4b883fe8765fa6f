"""Which boxes are drawn last and stronger, and with which pen: hovered, chosen, selected, and those to be placed."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPen

from lidar_label.gui.reviewing import Reviewing
from lidar_label.gui.talk import Talk
from lidar_label.gui.views import paint
from lidar_label.gui.views.stage import Stage

_DASHES = [4.0, 3.0]


def marked(stage: Stage) -> list[int]:
    """Return the boxes to be drawn after all others, the selected one last."""
    wanted = {*stage.desk.companions, *stage.desk.ghosts, *_standing_out(stage)}
    besides = [i for i, box in enumerate(stage.boxes) if box.track in wanted] if wanted else []
    return [i for i in dict.fromkeys((stage.hovered, *besides, stage.selected)) if i >= 0]


def named(stage: Stage) -> list[int]:
    """Return the boxes whose names are written however small they are: marked, or talked of in comments."""
    talked = Talk.of(stage.desk).in_frame(stage.view.index) if stage.view is not None else frozenset[str]()
    talked |= _standing_out(stage)
    asked = [i for i, box in enumerate(stage.boxes) if box.track in talked] if talked else []
    return [i for i in dict.fromkeys((stage.selected, stage.hovered, *asked)) if i >= 0]


def _standing_out(stage: Stage) -> frozenset[str]:
    """Return the tracks whose boxes in this frame others have changed, while those are listed."""
    return frozenset() if stage.view is None else Reviewing.of(stage.desk).standing_out(stage.view.index)


def pen(stage: Stage, index: int) -> QPen:
    """Return the pen of a marked box: stronger the nearer it is to the hand, dashed until it is placed."""
    track = stage.boxes[index].track
    is_ghost = track in stage.desk.ghosts
    chosen = index == stage.selected or track in stage.desk.companions
    is_strong = index == stage.hovered or track in _standing_out(stage)
    made = paint.box_pen(stage.box_color(index), selected=chosen or is_ghost, hovered=is_strong)
    if is_ghost:
        made.setDashPattern(_DASHES)
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made
