"""How fast the selected box goes and turns, as a line of text."""

from __future__ import annotations

import math

from PyQt6.QtWidgets import QLabel

from lidar_label.assist.speed import speed_of
from lidar_label.gui.desk import Desk
from lidar_label.model import Box

_M_S_TO_KM_H = 3.6
_STILL_M_S, _STRAIGHT_DEG_S = 0.05, 0.5  # less is noise, and shown as none


class Speed(QLabel):
    """Kilometres an hour and degrees a second, by the boxes of the track about it; "–" where there are none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        desk.track_boxes_changed.connect(self.renew)

    def renew(self) -> None:
        """Show it of the box that is selected now."""
        desk, box = self._desk, self._desk.selected_box
        found = None if box is None else _of(desk, box)
        self.setText("–" if found is None else f"{found[0]:.1f} km/h · {found[1]:.1f} °/s")
        self.setToolTip(
            self.tr("Over ground, by the boxes of the track about this frame; below 0 where it goes backwards. "
                    "Turning to the left is above 0.")
        )  # fmt: skip


def _of(desk: Desk, box: Box) -> tuple[float, float] | None:
    track = desk.track_boxes
    if desk.scene is None or not desk.scene.has_poses or not track or track[0].track != box.track:
        return None  # without poses what stands seems to move
    found = speed_of(box, track, desk.times_ns)
    if found is None:
        return None
    speed, turn = found[0], math.degrees(found[1])
    return (
        speed * _M_S_TO_KM_H if abs(speed) >= _STILL_M_S else 0.0,
        turn if abs(turn) >= _STRAIGHT_DEG_S else 0.0,
    )
