"""BatchGrid: the cells of a track in rows, of which only those in sight are read and drawn; what is selected."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent, QWheelEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from lidar_label.gui.batch import paint as cell_paint
from lidar_label.gui.batch.cell import LEAST_WIDTH, MOST_WIDTH, USUAL_WIDTH, CellPlan, Shown
from lidar_label.gui.batch.points import CellLoader
from lidar_label.gui.batch.suspect import Counts, Doubt
from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.model import Box

GAP = 6
_SIZE_PER_STEP = 1.12
_CLOSE = 0.018  # metres a pixel, under which points are drawn larger
_AHEAD_ROWS = 1  # read before they come into sight


class BatchGrid(QAbstractScrollArea):
    """Shows boxes in the order it is given, each in a cell.

    It knows nothing of edits: `BatchPane` has the mouse and the keys, and the page says what the boxes are.
    """

    selected_changed = pyqtSignal()
    current_changed = pyqtSignal(int)
    """The frame of the cell that a person works on now."""

    def __init__(self, desk: Desk, loader: CellLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.loader = desk, loader
        self.boxes: tuple[Box, ...] = ()
        """In the order they are shown."""
        self.doubts: dict[int, tuple[Doubt, ...]] = {}
        self.selected: set[int] = set()
        """The frames that are selected."""
        self.current = -1
        """The frame that is worked on."""
        self.dragged: Box | None = None
        """A box as a drag under way has it."""
        self.taken: tuple[int, str, str] = (-1, "", "")
        """The frame, view and handle under the mouse."""
        self._anchor = -1
        self._places: dict[int, int] = {}  # of frames in the order
        self._width = USUAL_WIDTH
        self.plan = CellPlan.of((), self._width)
        self._pictures: dict[int, tuple[object, QImage]] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        view = self.viewport()
        if view is not None:
            view.setMouseTracking(True)
            view.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        loader.loaded.connect(self.redraw_cell)

    # What it shows

    def show_boxes(self, boxes: Sequence[Box]) -> None:
        """Show boxes in this order; what was selected stays so where it is still there."""
        self.boxes = tuple(boxes)
        self._places = {box.frame: at for at, box in enumerate(self.boxes)}
        kept = self.selected & self._places.keys()
        if kept != self.selected:
            self.selected = kept
            self.selected_changed.emit()
        self._lay_out()

    def forget(self) -> None:
        """Show nothing of what was shown."""
        self._pictures.clear()
        self.selected, self.current, self._anchor, self.dragged = set(), -1, -1, None
        self.taken = (-1, "", "")

    def box_in(self, frame: int) -> Box | None:
        """Return the box of a frame."""
        at = self._places.get(frame)
        return self.boxes[at] if at is not None else None

    @property
    def pictures_kept(self) -> int:
        """How many cells are held as pictures."""
        return len(self._pictures)

    @property
    def cell_width(self) -> int:
        """Width that cells are to have, pixels; they are as much wider as fills their row."""
        return self._width

    def set_cell_width(self, width: int) -> None:
        """Show cells larger or smaller; the current one stays where it is."""
        width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
        if width == self._width:
            return
        at = self._place_of(self.current)
        above = self.area_of(at).top() if at >= 0 else 0
        self._width = width
        self._lay_out()
        if at >= 0:
            bar = self.verticalScrollBar()
            if bar is not None:
                bar.setValue(bar.value() + self.area_of(at).top() - above)

    # Where cells are

    @property
    def columns(self) -> int:
        """How many cells stand in a row."""
        return max((self._room - GAP) // (self._width + GAP), 1)

    @property
    def _room(self) -> int:
        view = self.viewport()
        return view.width() if view is not None else self.width()

    def area_of(self, at: int) -> QRect:
        """Return where the cell at a place in the order is, in pixels of the viewport."""
        row, column = divmod(at, self.columns)
        bar = self.verticalScrollBar()
        top = GAP + row * (self.plan.height + GAP) - (bar.value() if bar is not None else 0)
        return QRect(GAP + column * (self.plan.width + GAP), top, self.plan.width, self.plan.height)

    def area_of_frame(self, frame: int) -> QRect:
        """Return where the cell of a frame is; empty without one."""
        at = self._place_of(frame)
        return self.area_of(at) if at >= 0 else QRect()

    def in_sight(self) -> range:
        """Return the places of the cells that can be seen."""
        view, bar = self.viewport(), self.verticalScrollBar()
        if view is None or bar is None or not self.boxes:
            return range(0)
        step = self.plan.height + GAP
        first = max((bar.value() - GAP) // step, 0)
        last = (bar.value() + view.height()) // step
        return range(min(first * self.columns, len(self.boxes)), min((last + 1) * self.columns, len(self.boxes)))

    def frame_at(self, at: QPointF) -> int:
        """Return the frame of the cell under a pixel of the viewport, or -1."""
        for place in self.in_sight():
            if QRectF(self.area_of(place)).contains(at):
                return self.boxes[place].frame
        return -1

    def reveal(self, frame: int) -> None:
        """Scroll so that a cell is seen whole."""
        at, view, bar = self._place_of(frame), self.viewport(), self.verticalScrollBar()
        if at < 0 or view is None or bar is None:
            return
        area = self.area_of(at)
        if area.top() < GAP or area.height() > view.height():
            bar.setValue(bar.value() + area.top() - GAP)
        elif area.bottom() > view.height() - GAP:
            bar.setValue(bar.value() + area.bottom() - view.height() + GAP)

    def _place_of(self, frame: int) -> int:
        return self._places.get(frame, -1)

    # What is selected

    def choose(self, frame: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Select a cell as a click on it does: alone, with Ctrl besides, with Shift all up to it."""
        at = self._place_of(frame)
        if at < 0:
            return
        if keys & Qt.KeyboardModifier.ShiftModifier and self._place_of(self._anchor) >= 0:
            start = self._place_of(self._anchor)
            self.selected = {box.frame for box in self.boxes[min(start, at) : max(start, at) + 1]}
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self.selected = self.selected ^ {frame}
            self._anchor = frame
        else:
            self.selected = {frame}
            self._anchor = frame
        self.set_current(frame)
        self.selected_changed.emit()
        self.redraw()

    def choose_all(self) -> None:
        """Select every cell."""
        self.selected = {box.frame for box in self.boxes}
        self.selected_changed.emit()
        self.redraw()

    def set_current(self, frame: int, *, tell: bool = True) -> None:
        """Work on another cell."""
        if frame != self.current:
            before, self.current = self.current, frame
            if tell:
                self.current_changed.emit(frame)
            self.redraw_cell(before)
            self.redraw_cell(frame)

    def step(self, by: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Select the cell some places on, or back; with Shift all up to it."""
        if self.boxes:
            at = min(max(self._place_of(self.current) + by, 0), len(self.boxes) - 1)
            self.choose(self.boxes[at].frame, keys & Qt.KeyboardModifier.ShiftModifier)
            self.reveal(self.boxes[at].frame)

    # What it draws

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the cells in sight; of those whose points are not here yet, the box alone."""
        view = self.viewport()
        if view is None or event is None:
            return
        painter = QPainter(view)
        painter.fillRect(event.rect(), paint.GROUND)
        painter.setFont(paint.small(self.font()))
        for at in self.in_sight():
            area = self.area_of(at)
            if area.intersects(event.rect()):
                painter.save()
                painter.translate(area.topLeft().toPointF())
                self._draw_cell(painter, self.boxes[at])
                painter.restore()
        painter.end()

    def _draw_cell(self, painter: QPainter, box: Box) -> None:
        plan, color = self.plan, self._desk.color_of(box)
        picture = self._picture(box, color)
        if picture is not None:
            painter.drawImage(0, 0, picture)
        else:
            for name in ("top", "side", "rear"):
                painter.fillRect(plan.areas[name], paint.GROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        moved = self.dragged if self.dragged is not None and self.dragged.frame == box.frame else box
        active = box.frame in (self.current, self.taken[0])
        taken = self.taken[1:] if self.taken[0] == box.frame else ("", "")
        cell_paint.draw_views(painter, plan, Shown.of(moved, box), color, (taken[0], taken[1]), active=active)
        doubts, cell = self.doubts.get(box.frame, ()), self.loader.get(box)
        points = QCoreApplication.translate("BatchGrid", "{0} points")
        cell_paint.draw_words(painter, plan, moved, self._counts(moved, box), doubts, points)
        if cell is not None and cell.problem:
            paint.draw_note(painter, plan.areas["top"], cell.problem)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        chosen, current = box.frame in self.selected, box.frame == self.current
        cell_paint.draw_frame(painter, plan, selected=chosen, current=current, wrong=bool(doubts))

    def _counts(self, moved: Box, box: Box) -> Counts | None:
        if moved is box:
            return self.loader.counts_of(box)
        cell = self.loader.get(box)
        return cell.count(moved) if cell is not None else None

    def _picture(self, box: Box, color: QColor) -> QImage | None:
        cell = self.loader.get(box)
        if cell is None:
            return None
        ratio, size = self.devicePixelRatioF(), self._desk.point_size
        state = (cell, box, self.plan.width, self.plan.scale, ratio, size, color.rgb())
        known = self._pictures.get(box.frame)
        if known is not None and known[0] == state:
            return known[1]
        dots = max(1, round((1 if self.plan.scale > _CLOSE else min(size, 2)) * ratio))
        picture = cell_paint.picture_of(cell, box, self.plan, color.lighter(125), ratio, dots)
        self._pictures[box.frame] = (state, picture)
        return picture

    # Keeping up

    def want(self) -> None:
        """Have the points of the cells in sight read, the middle ones of those first, and a little ahead."""
        seen = self.in_sight()
        ahead = range(seen.stop, min(seen.stop + _AHEAD_ROWS * self.columns, len(self.boxes)))
        behind = range(max(seen.start - _AHEAD_ROWS * self.columns, 0), seen.start)
        near = {self.boxes[at].frame for at in (*seen, *ahead, *behind)}
        for frame in [frame for frame in self._pictures if frame not in near]:
            del self._pictures[frame]
        if self.isVisible():
            self.loader.want([self.boxes[at] for at in (*seen, *ahead, *behind)])

    def _lay_out(self) -> None:
        view, bar = self.viewport(), self.verticalScrollBar()
        if view is None or bar is None:
            return
        if self.dragged is None:  # else the points would slip from under the mouse
            wide = (self._room - GAP) // self.columns - GAP  # as much more than was asked for as fills the row
            self.plan = CellPlan.of(self.boxes, max(wide, LEAST_WIDTH // 2))
        rows = -(-len(self.boxes) // self.columns)
        step = self.plan.height + GAP
        bar.setRange(0, max(rows * step + GAP - view.height(), 0))
        bar.setPageStep(view.height())
        bar.setSingleStep(max(step // 3, 1))
        self.want()
        self.redraw()

    def redraw_cell(self, frame: int) -> None:
        """Draw the cell of a frame anew, where it is in sight."""
        area = self.area_of_frame(frame)
        view = self.viewport()
        if view is not None and area.intersects(view.rect()):
            view.update(area)

    def redraw(self) -> None:
        """Draw the cells in sight anew."""
        view = self.viewport()
        if view is not None:
            view.update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002  Qt's signature
        """Draw the rows that come into sight, and have them read."""
        self.want()
        self.redraw()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Have the cells read that came while the grid was hidden: a track's first box may be here before the track."""
        super().showEvent(event)
        self.want()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fill the rows anew."""
        super().resizeEvent(event)
        self._lay_out()
        self.reveal(self.current)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Scroll; with Ctrl show cells larger or smaller."""
        if event is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell_width(round(self._width * _SIZE_PER_STEP ** (event.angleDelta().y() / 120)))
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Draw anew on a screen with other pixels."""
        if event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._pictures.clear()
        return super().viewportEvent(event)
