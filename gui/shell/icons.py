"""Icons of the commands: strokes on a grid of 24, drawn in the colours of the theme at any scale."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from lidar_label.gui.shell.shades import Shades, shades

SIZE = 18
_RATIOS = (1.0, 2.0, 3.0)  # of screens; those that no screen has yet are not drawn
_CUBE = "M4 8l8-4 8 4v8l-8 4-8-4z M4 8l8 4 8-4 M12 12v8"

# The outline of each, by the id of its command.
STROKES: dict[str, str] = {
    "open-folder": "M3 7v11h18V8h-9l-2-3H3z",
    "export": "M12 3v11 M8 7l4-4 4 4 M4 13v7h16v-7",
    "undo": "M8 5L4 9l4 4 M4 9h9a6 5 0 0 1 0 10H9",
    "redo": "M16 5l4 4-4 4 M20 9h-9a6 5 0 0 0 0 10h4",
    "draw-box": "M4 8V4h4 M16 4h4v4 M20 16v4h-4 M8 20H4v-4 M12 8v8 M8 12h8",
    "click-box": "M6 4l11 7-5 1.5L9.500 18z M15 15h6v6h-6z",
    "flip": "M5 8h13 M14 4l4 4-4 4 M19 16H6 M10 12l-4 4 4 4",
    "copy-next": "M4 4h11v11H4z M9 19h11 M17 16l3 3-3 3",
    "delete-box": "M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v6 M14 11v6",
    "interpolate": "M3 18l4-9 5 5 4-8 5 3 M7 9h.01 M12 14h.01 M16 6h.01",
    "carry-on": "M3 5h6v6H3z M10 8h2 M13 13h8v6h-8z M6 14v2h4 M8 14l2 2-2 2",
    "fit": "M4 4h16v16H4z M12 5v5 M10 8l2 2 2-2 M12 19v-5 M10 16l2-2 2 2",
    "lock-size": "M6 11h12v9H6z M8.500 11V8a3.500 3.500 0 0 1 7 0v3",
    "batch": "M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M13 13h7v7h-7z",
    "merge-frames": "M3 8l9-4 9 4-9 4z M3 12l9 4 9-4 M3 16l9 4 9-4",
    "measure": "M3 16L16 3l5 5L8 21z M8 11l2 2 M11 8l2.500 2.500 M14 5l2 2",
    "isolate": "M12 3v4 M12 17v4 M3 12h4 M17 12h4 M9 9h6v6H9z",
    "comment": "M4 5h16v11H11l-5 4v-4H4z",
    "palette": "M4 6h16 M4 12h10 M4 18h7 M19 15l-3 3 3 3",
    "play": "M7 4l13 8-13 8z",
    "look-down": "M12 3v12 M8 11l4 4 4-4 M4 20h16",
    "focus": _CUBE,
    "theme": "M12 4a8 8 0 1 0 0 16z M12 4a8 8 0 0 1 0 16",
}


def icon(name: str) -> QIcon:
    """Return the icon of a command in the colours of the theme in use; an empty one where it has none."""
    return _made(name, shades(), ratios()) if name in STROKES else QIcon()


def ratios() -> tuple[float, ...]:
    """Return the scales in which icons are drawn, up to that of the finest screen."""
    finest = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return tuple(ratio for ratio in _RATIOS if ratio - 1 < finest)


@lru_cache(maxsize=256)
def _made(name: str, colors: Shades, scales: tuple[float, ...]) -> QIcon:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{STROKES[name]}" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )
    strokes, made = QSvgRenderer(QByteArray(svg.encode())), QIcon()
    for ratio in scales:
        shape = _drawn(strokes, ratio)
        for mode, state, color in (
            (QIcon.Mode.Normal, QIcon.State.Off, colors.text),
            (QIcon.Mode.Normal, QIcon.State.On, colors.chosen_text),
            (QIcon.Mode.Disabled, QIcon.State.Off, colors.faint),
        ):
            made.addPixmap(_in_color(shape, color), mode, state)
    return made


def _drawn(strokes: QSvgRenderer, ratio: float) -> QPixmap:
    side = round(SIZE * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    strokes.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _in_color(shape: QPixmap, color: str) -> QPixmap:
    """Return a shape in another colour, which takes less time than drawing it again."""
    pixmap = QPixmap(shape)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(color))
    painter.end()
    return pixmap
