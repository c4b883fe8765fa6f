"""TileDrawing: what of the tiles the views draw, in which colours, and how much of it is there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QImage

from lidar_label.gui.desk import Desk
from lidar_label.gui.look import BY_LABELS, FIELD
from lidar_label.gui.tiles import ink as inks
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.colors import INTENSITY_NAMES, ground_height
from lidar_label.gui.views.orbit import Orbit
from lidar_label.model import SE3, Box

if TYPE_CHECKING:
    from lidar_label.cloud.budget import Bounds, FromAbove, Perspective
    from lidar_label.cloud.stream import Ink, TileStream
    from lidar_label.kernels.tile_table import Tiles

ViewName = Literal["3d", "top"]
TOP_SHARE = 0.5  # of the point budget at most: the top view is drawn while the window waits
_TOP_PER_PIXEL = 2  # points of its budget
_TELLS_MS = 150
_NEWS_MS = 160  # between two pictures while tiles come in: what comes at once is drawn once, and whole
_AGAIN_MS = 500
_RESTS_S = 0.08  # after a move: a camera that goes on moving draws what has come anyway


class Seen(NamedTuple):
    """What a view draws."""

    batches: tuple[Tiles, ...] = ()
    """What is drawn of all tiles, one object, the same as before where nothing of it changed; or none."""
    is_coming: bool = False
    """Whether more is being read."""


class Kept(NamedTuple):
    """The last picture from above, and what it shows."""

    place: object
    seen: Seen
    picture: QImage
    drawn_s: float


class TileDrawing(QObject):
    """One for each stage; views ask it for what they draw, while tiles are there.

    Positions handed out are in the frame of the scene's world, from which the origin was taken off.
    """

    changed = pyqtSignal()
    """More can be drawn, or the same in other colours."""
    drawn_above = pyqtSignal()
    """Another picture from above is there."""
    switched = pyqtSignal()
    """Tiles are there now and were not, or are gone."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._scene = desk, desk.tiles
        self._stream: TileStream | None = None
        self._bounds: Bounds | None = None
        self._origin = np.zeros(3)
        self._asked: dict[ViewName, tuple[object, int, int]] = {}
        self._given: dict[ViewName, Seen] = {"3d": Seen(), "top": Seen()}
        self._by_box: inks.ByBox | None = None
        self._mode: object = None
        self.kept: Kept | None = None
        """For whoever draws from above."""
        self._moved = 0.0
        self._is_drawing = False
        self._next_above: Callable[[], Kept] | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.drawn_above)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.changed)
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_TELLS_MS)
        self._tell.timeout.connect(lambda: self._scene.set_numbers(self.shown, self.loaded))
        self._scene.changed.connect(self._phase_changed)
        self._scene.news.connect(self._more)
        desk.frame_changed.connect(self._phase_changed)

    @property
    def is_active(self) -> bool:
        """Whether the views draw tiles."""
        return self._stream is not None

    @property
    def shown(self) -> int:
        """How many points the 3D view draws at rest."""
        return sum(map(len, self._given["3d"].batches))

    @property
    def loaded(self) -> int:
        """How many points are in memory."""
        return self._stream.loaded if self._stream is not None else 0

    def is_complete(self, view: ViewName = "3d") -> bool:
        """Say whether all that a view asked for last is there, and was handed out."""
        stream, asked = self._stream, self._asked.get(view)
        if stream is None or asked is None or not stream.is_complete(view):
            return False
        return asked[2] == stream.news  # looked at last: a tile that came between the two looks is not handed out yet

    def seen_by(self, camera: Orbit, width: int, height: int) -> Seen:
        """Return what a camera in the scene's world sees."""
        from lidar_label.cloud.budget import Perspective

        x, y, z = (camera.eye + self._origin).tolist()
        forward, up = camera.forward.tolist(), camera.up.tolist()
        view = Perspective(eye=(x, y, z), forward=(forward[0], forward[1], forward[2]), up=(up[0], up[1], up[2]),
                           fov=camera.fov, width=width, height=height)  # fmt: skip
        return self._chosen("3d", view, self._desk.point_budget)

    def seen_from_above(self, low: tuple[float, float], high: tuple[float, float], metres_per_pixel: float) -> Seen:
        """Return what stands over a rectangle of the scene's world."""
        from lidar_label.cloud.budget import FromAbove

        x, y, _ = self._origin.tolist()
        view = FromAbove(low=(low[0] + x, low[1] + y), high=(high[0] + x, high[1] + y),
                         metres_per_pixel=metres_per_pixel)  # fmt: skip
        pixels = (high[0] - low[0]) * (high[1] - low[1]) / metres_per_pixel**2
        return self._chosen("top", view, min(int(self._desk.point_budget * TOP_SHARE), int(pixels * _TOP_PER_PIXEL)))

    def is_waiting(self, view: ViewName) -> bool:
        """Say whether something that a view was not given is still being read."""
        stream = self._stream
        return stream is not None and self._given[view].is_coming and not stream.is_complete(view)

    def redraw(self, draw: Callable[[], Kept]) -> None:
        """Draw from above on a thread and say when it is done; of what comes meanwhile only the newest is drawn."""
        self._next_above = draw
        if not self._is_drawing:
            self._is_drawing = True
            self._scene.pictures.run(draw, self._have_drawn, self._cannot_draw)
            self._next_above = None

    def _have_drawn(self, kept: Kept) -> None:
        self._is_drawing = False
        if self.kept is not None and self.kept.place == kept.place:  # nobody has moved the view since
            self.kept = kept
            self.drawn_above.emit()
        if self._next_above is not None:
            self.redraw(self._next_above)

    def _cannot_draw(self, error: Exception) -> None:
        self._is_drawing, self._next_above = False, None
        self._scene.failed.emit(error)

    def look_again(self) -> None:
        """Say after a while that there is more to draw, to a view that has not drawn all it was given."""
        if not self._again.isActive():
            self._again.start()

    def around(self, x: float, y: float, reach: float) -> NDArray[np.float32]:
        """Return the points in memory about a place on the ground of the scene's world, (N, 3) metres."""
        tiles, stream, middle = self._scene.store, self._stream, np.array([x, y]) + self._origin[:2]
        if tiles is None or stream is None:
            return np.empty((0, 3), np.float32)
        low, high = tiles.tiles["low"][:, :2], tiles.tiles["high"][:, :2]
        close = np.flatnonzero(((low <= middle + reach) & (high >= middle - reach)).all(axis=1))
        held = [piece.corner - self._origin + piece.grid * piece.step for piece in stream.everything(close)]
        xyz = np.concatenate([np.empty((0, 3)), *held]).astype(np.float32)
        found: NDArray[np.float32] = xyz[(np.abs(xyz[:, 0] - x) <= reach) & (np.abs(xyz[:, 1] - y) <= reach)]
        return found

    @property
    def origin(self) -> NDArray[np.float64]:
        """What the scene's world takes off the source's coordinates, (3,) metres."""
        return self._origin

    def given(self, view: ViewName) -> Seen:
        """Return what a view was given last."""
        return self._given[view]

    def forget(self) -> None:
        """Let go of every tile that is in memory, as if none had been read."""
        if self._stream is not None:
            self._stream.forget()
            self._asked = {}

    @property
    def ceiling(self) -> float:
        """Height in the scene's world over which there is no point."""
        store = self._scene.store
        return float(store.bounds[1][2] - self._origin[2]) if store is not None else 0.0

    def set_boxes(self, boxes: tuple[Box, ...]) -> None:
        """Colour anew what lies in boxes, where the colours tell boxes apart."""
        if self._by_box is None or self._stream is None:
            return
        source_SE3_world = SE3("source", "world", (1.0, 0.0, 0.0, 0.0), self._origin)
        tints = [self._desk.color_of(box) for box in boxes]
        table = np.array([[c.red(), c.green(), c.blue()] for c in tints], np.uint8).reshape(-1, 3)
        self._by_box.set_boxes(BoxArrays.of(boxes, source_SE3_world), table)
        self._stream.renew()

    def look_changed(self, boxes: tuple[Box, ...]) -> None:
        """Take the colours that the desk now asks for."""
        if self._stream is not None and self._mode != self._desk.color_mode:
            self._stream.set_ink(self._ink(boxes))

    def _chosen(self, name: ViewName, view: Perspective | FromAbove, budget: int) -> Seen:
        from lidar_label.cloud.budget import Choice, choose

        stream, bounds, store = self._stream, self._bounds, self._scene.store
        if stream is None or bounds is None or store is None:
            return Seen()
        if self._asked.get(name) == (view, budget, stream.news):
            return self._given[name]  # nothing has come since, and nobody has moved
        if name == "3d" and self._asked.get(name, (view,))[0] != view:
            self._moved = time.monotonic()
        self._asked[name] = (view, budget, stream.news)
        choice = choose(bounds, view, budget)
        has = store.tiles["count"][choice.tiles]
        choice = Choice(choice.tiles, np.where(choice.counts >= has, choice.counts, _rounded(choice.counts)))
        stream.want(name, choice, first=name == "3d")
        is_coming = not stream.is_complete(name)  # asked first: what comes after this is news
        tiles = stream.there(choice).moved(-self._origin)
        before = self._given[name].batches
        self._given[name] = Seen(before if before and before[0].is_like(tiles) else (tiles,), is_coming)
        if name == "3d":
            self._soon.stop()  # what has come is in it: a camera that moves is shown no picture twice
        if not self._tell.isActive():
            self._tell.start()
        return self._given[name]

    def _phase_changed(self) -> None:
        """Begin to stream once both the tiles and the sample that says how to colour them are here."""
        was = self._stream is not None
        if self._scene.phase != "tiles":
            self._stream, self._bounds = None, None
            self._soon.stop()
            self._tell.stop()
            self._again.stop()
            self.kept = None
            self._asked, self._given = {}, {"3d": Seen(), "top": Seen()}
        elif self._stream is None and self._desk.view is not None and self._scene.store is not None:
            from lidar_label.cloud.budget import Bounds

            cloud = self._scene.cloud
            self._origin = np.array(cloud.origin if cloud is not None else (0.0, 0.0, 0.0), dtype=np.float64)
            self._bounds = Bounds.of(self._scene.store.tiles)
            self._stream = self._scene.start_stream(self._ink(self._desk.boxes))
        if was != (self._stream is not None):
            self.switched.emit()

    def _ink(self, boxes: tuple[Box, ...]) -> Ink:
        """Choose the ink for the desk's colour mode, which may be the name of a field; its limits are the sample's."""
        self._mode, self._by_box = self._desk.color_mode, None
        view, store = self._desk.view, self._scene.store
        xyz = view.xyz if view is not None else np.empty((0, 3), np.float32)
        fields = view.fields if view is not None else {}
        ground, z = ground_height(xyz), float(self._origin[2])
        own = inks.by_color(fields, store.fields) if store is not None and self._mode == "camera" else None
        if own is not None:
            return own
        if store is not None and self._mode not in ("height", *BY_LABELS):
            names = INTENSITY_NAMES if self._mode == "intensity" else (str(self._mode).removeprefix(FIELD),)
            name = inks.field_of({name: fields[name] for name in fields if name in store.fields}, names)
            found = inks.by_field(name, fields[name]) if name else None
            if found is not None:
                return found
        if self._mode in BY_LABELS and store is not None:
            self._by_box = inks.ByBox(inks.grey(xyz, ground, z), store.tiles["low"], store.tiles["high"])
            self.set_boxes(boxes)
            return self._by_box
        return inks.by_height(xyz, ground, z)

    def _more(self) -> None:
        stream = self._stream
        if stream is None:
            return
        moves_s = _RESTS_S - (time.monotonic() - self._moved)  # for so long it counts as moving yet
        ended = any(seen.is_coming and stream.is_complete(name) for name, seen in self._given.items())
        if ended and moves_s <= 0:
            self._soon.stop()
            self.changed.emit()
        elif not self._soon.isActive() or (ended and self._soon.remainingTime() > moves_s * 1e3):
            self._soon.start(math.ceil(moves_s * 1e3) if ended else _NEWS_MS)


def _rounded(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round down to three binary digits, so that a camera that creeps does not make every batch anew."""
    unit = np.int64(1) << np.maximum(np.log2(np.maximum(counts, 1)).astype(np.int64) - 3, 0)
    rounded: NDArray[np.int64] = counts // unit * unit
    return rounded
