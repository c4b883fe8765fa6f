"""Look: how the desk shows things, and the tool in hand. It knows nothing of drives and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor

ColorMode = str
"""One of `COLOR_MODES`, or `FIELD` and the name of a field of the cloud."""
COLOR_MODES = ("height", "intensity", "track", "category", "time", "camera")
BY_LABELS = ("track", "category")
FIELD = "field:"
Tool = Literal["select", "box", "click", "crop", "measure"]
POINT_SIZES = (1, 2, 3, 4, 5, 6)
POINT_BUDGET, LEAST_BUDGET = 4_000_000, 10_000
BIG_POINTS = 3_000_000
MOST_FRAMES = 50
CEILINGS_M = (0.5, 30.0)
_LEAST_LIGHT = 0.16  # relative luminance: a contrast of over 3 with the views' ground, darkened edges included


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What a person wants left out of the views.

    Parameters
    ----------
    ground : bool
        What lies on the ground.
    ceiling : float, metres over the ground, or None
        What is higher.
    region : (x0, y0, x1, y1), metres, or None
        What lies outside of it, in the ego frame: it goes along with the vehicle.
    isolated : bool
        What is not about the selected box.
    """

    ground: bool = False
    ceiling: float | None = None
    region: tuple[float, float, float, float] | None = None
    isolated: bool = False


NO_CLIP = Clip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which frames are merged: so many before and after, each `stride` from the next.

    `movers` says whether the other frames' points in boxes of moving tracks are shown, too.
    """

    before: int = 5
    after: int = 5
    stride: int = 1
    movers: bool = False


class Look(QObject):
    """The part of the desk that a person sets to taste."""

    look_changed = pyqtSignal()
    tool_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._color_mode: ColorMode = "height"
        self._point_size = 2
        self._image_points = True
        self._clip = NO_CLIP
        self._ceiling = 2.5
        self._span = Span()
        self._merging = False
        self._trajectories = False
        self._tool: Tool = "select"
        self._point_budget = POINT_BUDGET
        self.big_points = BIG_POINTS
        """Points from which on a single cloud is drawn from tiles."""

    @property
    def tool(self) -> Tool:
        """What the mouse does: "select", "box" to draw a new box, "click" to have one fitted, "crop", "measure"."""
        return self._tool

    def set_tool(self, name: Tool) -> None:
        """Take another tool."""
        if name != self._tool:
            self._tool = name
            self.tool_changed.emit()

    @property
    def color_mode(self) -> ColorMode:
        """What colours the points."""
        return self._color_mode

    def set_color_mode(self, mode: ColorMode) -> None:
        """Colour the points otherwise."""
        self._color_mode = mode
        self.look_changed.emit()

    @property
    def point_size(self) -> int:
        """Size of a point on the screen, in pixels."""
        return self._point_size

    def set_point_size(self, size: int) -> None:
        """Draw points larger or smaller."""
        self._point_size = min(max(size, POINT_SIZES[0]), POINT_SIZES[-1])
        self.look_changed.emit()

    @property
    def clip(self) -> Clip:
        """What is left out of the views."""
        return self._clip

    def set_clip(self, clip: Clip) -> None:
        """Leave other things out of the views."""
        if clip != self._clip:
            self._clip = clip
            self._ceiling = clip.ceiling if clip.ceiling is not None else self._ceiling
            self.look_changed.emit()

    @property
    def hide_ground(self) -> bool:
        """Whether the points on the ground are left out of the views."""
        return self._clip.ground

    def set_hide_ground(self, hidden: bool) -> None:
        """Leave out the points on the ground, or do not."""
        self.set_clip(replace(self._clip, ground=hidden))

    def toggle_ceiling(self) -> None:
        """Leave out what is higher than the height that was set last, or do not."""
        self.set_clip(replace(self._clip, ceiling=self._ceiling if self._clip.ceiling is None else None))

    def set_ceiling(self, metres: float) -> None:
        """Leave out what is higher over the ground."""
        self.set_clip(replace(self._clip, ceiling=min(max(metres, CEILINGS_M[0]), CEILINGS_M[1])))

    @property
    def merging(self) -> bool:
        """Whether frames are merged."""
        return self._merging

    def set_merging(self, on: bool) -> None:
        """Merge frames, or show one alone."""
        if on != self._merging:
            self._merging = on
            self.look_changed.emit()

    @property
    def span(self) -> Span:
        """Which frames are merged."""
        return self._span

    def set_span(self, span: Span) -> None:
        """Merge other frames."""
        most = MOST_FRAMES
        self._span = replace(span, before=min(max(span.before, 0), most), after=min(max(span.after, 0), most),
                             stride=min(max(span.stride, 1), most))  # fmt: skip
        self.look_changed.emit()

    @property
    def trajectories(self) -> bool:
        """Whether the ways of tracks are shown."""
        return self._trajectories

    def set_trajectories(self, shown: bool) -> None:
        """Draw the ways of tracks, or do not."""
        self._trajectories = shown
        self.look_changed.emit()

    @property
    def point_budget(self) -> int:
        """The most points of a big cloud that the 3D view draws at rest."""
        return self._point_budget

    def set_point_budget(self, points: int) -> None:
        """Draw more or fewer points of a big cloud."""
        self._point_budget = max(points, LEAST_BUDGET)
        self.look_changed.emit()

    @property
    def show_image_points(self) -> bool:
        """Whether the pictures show the projected points."""
        return self._image_points

    def set_show_image_points(self, shown: bool) -> None:
        """Draw the projected points in the pictures, or do not."""
        self._image_points = shown
        self.look_changed.emit()


def on_dark(color: str) -> QColor:
    """Return a colour as it is drawn on the desk's dark ground: in its own hue, light enough to be seen.

    Data sets bring colours made for light paper, as the navy (0, 0, 142) of many a car. The light is the relative
    luminance of WCAG 2; a colour that is too dark gets full value first and then less saturation.
    """
    return QColor(_on_dark(color))


@lru_cache(maxsize=1024)
def _on_dark(color: str) -> QColor:
    """Find it once a colour: each box of each view asks."""
    shade = QColor(color)
    if _luminance(shade) >= _LEAST_LIGHT:
        return shade
    hue, saturation, value, alpha = shade.getHsvF()
    steps = 24
    for step in range(2 * steps + 1):
        up, pale = min(step / steps, 1.0), max(step / steps - 1.0, 0.0)
        shade.setHsvF(max(hue or 0.0, 0.0), saturation * (1 - pale), value + (1 - value) * up, alpha)
        if _luminance(shade) >= _LEAST_LIGHT:
            break
    return shade


def _luminance(color: QColor) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
