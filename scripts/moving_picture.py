"""A short moving picture of one object being labelled by hand, for scripts/pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PyQt6.QtCore import QBuffer, QEvent, QIODevice, QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPen, QPolygonF
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from photographer import Photographer

    from lidar_label.model import Box

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ARROW = ((0, 0), (0, 17), (4.2, 13), (7, 19), (9.6, 18), (6.8, 12), (12.2, 12))
WIDTH, STEP_MS, REST_MS, GLIDE = 1100, 120, 1100, 6


class Filming:
    """Does what a hand does, and keeps a picture of the window after each move."""

    def __init__(self, desk: Photographer) -> None:
        self.desk, self.window = desk, desk.window
        self.at = QPointF(self.window.width() * 0.5, self.window.height() * 0.75)
        self.caption = ""
        self.frames: list[tuple[Image.Image, int]] = []

    def say(self, text: str) -> None:
        """Show a caption from now on."""
        self.caption = text
        self.shoot(REST_MS)

    def shoot(self, milliseconds: int = STEP_MS) -> None:
        """Keep the window as it is now, with a cursor and the caption."""
        QTest.qWait(60)
        picture = self.window.grab()
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.caption:
            painter.setFont(QFont(self.window.font().family(), 17, QFont.Weight.DemiBold))
            wide = painter.fontMetrics().horizontalAdvance(self.caption) + 44
            area = QRectF((self.window.width() - wide) / 2, self.window.height() - 185, wide, 46)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(12, 14, 17, 225))
            painter.drawRoundedRect(area, 9, 9)
            painter.setPen(QColor("white"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.caption)
        painter.setPen(QPen(QColor("black"), 1.2))
        painter.setBrush(QColor("white"))
        painter.drawPolygon(QPolygonF([QPointF(x * 1.4, y * 1.4) + self.at for x, y in ARROW]))
        painter.end()
        store = QBuffer()
        store.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(store, "PNG")
        image = Image.open(io.BytesIO(bytes(store.data()))).convert("RGB")
        size = (WIDTH, round(WIDTH * image.height / image.width))
        self.frames.append((image.resize(size, Image.Resampling.LANCZOS), milliseconds))

    def glide(self, widget: QWidget, place: QPointF, *, held: bool = False, keys: Qt.KeyboardModifier = NONE) -> None:
        """Move the mouse to a place of a widget."""
        goal = QPointF(widget.mapTo(self.window, QPoint(0, 0))) + place
        start = self.at
        for step in range(1, GLIDE + 1):
            self.at = start + (goal - start) * step / GLIDE
            local = self.at - QPointF(widget.mapTo(self.window, QPoint(0, 0)))
            buttons = LEFT if held else Qt.MouseButton.NoButton
            moved = QMouseEvent(
                QEvent.Type.MouseMove, local, widget.mapToGlobal(local), Qt.MouseButton.NoButton, buttons, keys
            )
            QApplication.sendEvent(widget, moved)
            self.shoot()

    def click(self, widget: QWidget, place: QPointF) -> None:
        """Go there and click."""
        self.glide(widget, place)
        QTest.mouseClick(widget, LEFT, NONE, place.toPoint())
        self.desk.wait()
        self.shoot(REST_MS)

    def drag(self, widget: QWidget, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press, move and let go."""
        self.glide(widget, start)
        QTest.mousePress(widget, LEFT, keys, start.toPoint())
        self.glide(widget, end, held=True, keys=keys)
        QTest.mouseRelease(widget, LEFT, keys, end.toPoint())
        self.desk.wait()
        self.shoot(REST_MS)

    def key(self, key: Qt.Key, rest: int = STEP_MS * 3) -> None:
        """Press a key."""
        self.desk.key(key)
        self.shoot(rest)

    def save(self, path: Path) -> None:
        """Write what was kept as a moving picture."""
        first, *others = [image for image, _ in self.frames]
        times = [milliseconds for _, milliseconds in self.frames]
        first.save(path, save_all=True, append_images=others, duration=times, loop=0, quality=55, method=4)
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB, {len(times)} pictures)")


def label_one(desk: Photographer, box: Box) -> Filming:
    """Label one parked car through a few frames: a click, a look, copies, and the frames between."""
    film = Filming(desk)
    views = desk.window.views
    assert views is not None
    assert desk.desk.view is not None
    ego_SE3_world = desk.desk.view.world_SE3_ego.inverse
    center = ego_SE3_world.apply(box.center[None])[0]
    top = views.top
    top.look_at(float(center[0]), float(center[1]), 0.045)
    desk.wait()
    film.say("N: a box from one click")
    film.key(Qt.Key.Key_N)
    on_its_side = center * (1 - 0.7 / np.hypot(*center[:2]))  # where points are: on the side that the sensor saw
    pixel = top.to_pixels(on_its_side[None])[0]
    film.click(top, QPointF(*pixel.tolist()))
    film.key(Qt.Key.Key_Escape)
    film.say("J: every side goes to the points")
    film.key(Qt.Key.Key_J, REST_MS)
    film.say("C: on to the next frame")
    for _ in range(4):
        film.key(Qt.Key.Key_C)
    film.key(Qt.Key.Key_F, REST_MS)
    film.say("M: all frames of the track at once")
    film.key(Qt.Key.Key_M, 2 * REST_MS)
    film.key(Qt.Key.Key_M, REST_MS)
    return film
