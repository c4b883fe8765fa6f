"""Segmenting: classes of the shown frame's points, painted by hand or taken from boxes; each stroke is one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.errors import Cancelled
from lidar_label.gui.areas import Areas
from lidar_label.gui.brushes import RADII, Brush, keeping_areas
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameView
from lidar_label.gui.painting_ground import Drawn, Ground, OnGround, as_few
from lidar_label.gui.worker import Worker
from lidar_label.model import Patch, Stroke

if TYPE_CHECKING:
    from lidar_label.edit import Session
    from lidar_label.gui.views.brush_pick import Mask, Project
    from lidar_label.gui.views.stage import Stage
    from lidar_label.jobs.point_marks import Marked
    from lidar_label.progress import Progress

_PALE, _DARK = 0.45, 26  # of the colours of points without a class
_UNSTORED = 2**16 - 1  # number of a class on the screen until the project has given it one


class Segmenting(QObject):
    """One for each desk, made by the first who asks (`Segmenting.of`)."""

    changed = pyqtSignal()
    """It was begun or ended, or the hand paints otherwise."""

    @staticmethod
    def of(desk: Desk) -> Segmenting:
        """Return the one of a desk."""
        found = desk.findChild(Segmenting)
        return found if found is not None else Segmenting(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._worker: Worker | None = None
        self._marked: Marked | None = None
        self._asked = 0
        self._ground = Ground()
        self._laid: OnGround | None = None
        self.is_on = False
        self.brush = Brush()
        desk.frame_changed.connect(self._read)
        desk.edited.connect(self._read)
        desk.scene_changed.connect(self.end)
        desk.tool_changed.connect(self.end)
        desk.closing.connect(self._close)

    @property
    def _stage(self) -> Stage:
        from lidar_label.gui.views.stage import Stage

        return Stage.of(self._desk)

    # What is shown

    @property
    def marked(self) -> Marked | None:
        """The classes of the shown frame's points; None until they have been read."""
        view = self._desk.view
        found = self._marked if self.is_on else None
        fits = found is not None and view is not None and found.index == view.index
        return (
            found if fits and found is not None and view is not None and len(found.numbers) == len(view.xyz) else None
        )

    def tinted(self, view: FrameView | None, colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return colours of points, (N, 4), with classes in those of their categories and the others grey."""
        found = self.marked
        if found is None or view is None or found.index != view.index:
            return colors
        own = len(found.numbers)
        made = colors.copy()
        made[:, :3] = (made[:, :3].mean(axis=1) * _PALE + _DARK).astype(np.uint8)[:, None]
        for number in np.unique(found.numbers):
            if number:
                color = self._desk.category_color(found.names.get(int(number), ""))
                made[:own][found.numbers == number, :3] = (color.red(), color.green(), color.blue())
        return made

    @property
    def text(self) -> str:
        """How the hand paints, for the person who paints."""
        brush = self.brush
        shape = {"brush": self.tr("Brush (B)"), "lasso": self.tr("Lasso (L)"), "polygon": self.tr("Polygon (P)")}
        said = [shape[brush.shape]]
        if brush.as_area:
            return " · ".join([*said, self._desk.active_category, self.tr("kept as an area (K)")])
        if brush.shape == "brush":
            said.append(self.tr("{0} px ([ ])").format(round(brush.radius)))
        said.append(self.tr("no class (E)") if brush.erases else self._desk.active_category)
        if brush.shape == "brush" or not brush.on_ground:
            depth = brush.depth
            said.append(self.tr("all depths (X)") if depth is None else self.tr("{0} m deep (X)").format(depth))
        if brush.on_ground:
            said.append(self.tr("only ground (G)"))
        if brush.only_unlabelled:
            said.append(self.tr("only unlabelled (U)"))
        return " · ".join(said)

    @property
    def on_ground(self) -> OnGround | None:
        """The polygon that was laid on the ground of the shown frame last."""
        laid = self._laid
        return laid if self.is_on and laid is not None and laid.frame == self._desk.index else None

    @property
    def counts(self) -> str:
        """How many points of the shown frame have which class."""
        found = self.marked
        if found is None:
            return ""
        kinds, many = np.unique(found.numbers[found.numbers > 0], return_counts=True)
        order = np.argsort(-many, kind="stable")
        parts = [f"{found.names.get(int(kinds[i]), '?').rsplit('.', 1)[-1]} {many[i]:,}" for i in order[:6]]
        total = self.tr("{0} of {1} points have a class").format(f"{many.sum():,}", f"{len(found.numbers):,}")
        return ": ".join([total, ", ".join(parts)]) if parts else total

    # What is done

    def toggle_areas(self) -> None:
        """Begin to draw areas on the ground, or end it."""
        if self.is_on and self.brush.as_area:
            self.end()
            return
        if not self.is_on:
            self.toggle()
        if self.is_on:
            self.set_brush(keeping_areas(self.brush))

    def toggle(self) -> None:
        """Begin to paint points, or end it."""
        if self.is_on:
            self.end()
            return
        desk, stage = self._desk, self._stage
        if stage.tiles.is_active:
            desk.said.emit(self.tr("A big cloud is painted by: lidar-label tiles label"))
            return
        desk.set_tool("select")
        desk.select("")
        self.is_on = True
        self._read()
        self.changed.emit()

    def end(self) -> None:
        """Paint no more."""
        if self.is_on:
            self.is_on, self._marked, self._laid = False, None, None
            self.brush = replace(self.brush, as_area=False)
            Areas.of(self._desk).hover("")
            self._stage.repaint_points()
            self.changed.emit()

    def set_brush(self, brush: Brush) -> None:
        """Paint otherwise."""
        low, high = RADII
        keeps = brush.as_area and brush.on_ground and brush.shape != "brush" and not brush.erases
        self.brush = replace(brush, radius=min(max(brush.radius, low), high), as_area=keeps)
        if keeps:
            Areas.of(self._desk).show(True)
        else:
            Areas.of(self._desk).hover("")
        self.changed.emit()

    def paint(self, mask: Mask, project: Project) -> None:
        """Give the points under a mask of a view the active category's class, or none; see `brush_pick.picked`."""
        from lidar_label.gui.views.brush_pick import picked

        view, crop, brush, ground = self._desk.view, self._stage.crop, self.brush, self._ground
        if view is None:
            return

        def pick() -> NDArray[np.intp]:
            found = picked(view.xyz, mask, project, brush.depth, crop)
            return ground.only(view, found) if brush.on_ground else found

        self._laid = None
        self._paint(view, pick)

    def paint_on_ground(self, drawn: Drawn) -> None:
        """Lay a polygon on the ground, and give the points of the ground in it the class; where it cannot, say so."""
        from lidar_label.gui.views.clipping import shown_by

        desk, view, crop, ground = self._desk, self._desk.view, self._stage.crop, self._ground
        if view is None:
            return
        self._laid = None
        if self.brush.as_area:
            self._keep_area(view, drawn)
            return

        def pick() -> NDArray[np.intp]:
            laid = ground.laid(view, drawn)
            self._laid = laid
            found = ground.only(view, laid.holds(view.xyz)) if laid is not None else np.empty(0, np.intp)
            return found[shown_by(crop, view.xyz)[found]] if crop is not None else found

        def tell(found: NDArray[np.intp]) -> None:
            laid = self._laid
            if laid is None:
                self._say_off_ground()
            elif not len(found):
                desk.said.emit(self.tr("{0} m² of ground, and no points on it").format(f"{laid.area:.1f}"))
            else:
                told = self.tr("{0} m² of ground with {1} points")
                desk.said.emit(told.format(f"{laid.area:.1f}", f"{len(found):,}"))
            self.changed.emit()

        self._paint(view, pick, tell)

    def _keep_area(self, view: FrameView, drawn: Drawn) -> None:
        """Lay a polygon on the ground and keep it as an area; where it cannot, say so."""
        desk, ground, scene = self._desk, self._ground, self._desk.scene_token
        if not self._stage.can_edit:
            return

        def keep(laid: OnGround | None) -> None:
            if laid is None:
                self._say_off_ground()
            elif desk.scene_token == scene:
                corners = view.world_SE3_ego.apply(as_few(laid.corners, drawn.pieces))
                Areas.of(desk).keep(view.index, corners)

        self._work.run(lambda: ground.laid(view, drawn), keep)

    def _say_off_ground(self) -> None:
        off = self.tr("Not all of it lies on ground that the LiDAR saw: draw it nearer, below the horizon")
        self._desk.said.emit(off)

    def _paint(
        self,
        view: FrameView,
        pick: Callable[[], NDArray[np.intp]],
        tell: Callable[[NDArray[np.intp]], None] = lambda _: None,
    ) -> None:
        """Give the points that a thread picks the active category's class, or none, unless another frame is shown."""
        desk, brush, marked = self._desk, self.brush, self.marked
        if marked is None or not self._stage.can_edit:
            return
        category = "" if brush.erases else desk.active_category

        def store(found: NDArray[np.intp]) -> None:
            if desk.view is not view:
                return
            if len(found):
                strokes = _strokes(marked, found, category)
                title = self.tr("Take classes off points") if brush.erases else self.tr("Paint points")
                self._preview(found, category, only=brush.only_unlabelled)
                self._put(strokes, title, only=brush.only_unlabelled)
            tell(found)

        self._work.run(pick, store)

    def from_boxes(self) -> None:
        """Give points in the chosen boxes of this frame, or in all of them, their tracks' categories."""
        desk, view = self._desk, self._desk.view
        desk.flush()
        boxes = desk.chosen_boxes or desk.boxes
        if view is None or not boxes or not self._stage.can_edit:
            desk.said.emit(self.tr("No box of this frame gives points a class"))
            return
        tracks, only = dict(desk.tracks), self.brush.only_unlabelled

        def work() -> Sequence[Stroke]:
            from lidar_label.jobs.point_classes import strokes_of_boxes

            return strokes_of_boxes(view.frame, boxes, tracks)

        def store(strokes: Sequence[Stroke]) -> None:
            self._put(strokes, self.tr("Points in boxes"), only=only)

        self._work.run(work, store)

    def copy_still(self) -> None:
        """Give what stands still in the other frames the classes of this one; points that have one keep it."""
        desk = self._desk
        project, scene, token, frame = desk.project, desk.scene, desk.scene_token, desk.index
        if project is None or scene is None:
            return
        session = project.session

        def work(progress: Progress) -> list[Stroke]:
            from lidar_label.jobs.point_classes import Stills

            stills = Stills(session.store, scene, token, frame)
            others = [index for index in range(len(scene.frames)) if index != frame]
            return [stroke for other in progress.over(others, len(others)) for stroke in stills.strokes(other)]

        def store(strokes: list[Stroke]) -> None:
            self._put(strokes, self.tr("Copy classes of points"), only=True)

        desk.run_job(work, store)

    def _put(self, strokes: Sequence[Stroke], title: str, *, only: bool) -> None:
        desk, scene = self._desk, self._desk.scene_token
        many = sum(len(stroke.indices) for stroke in strokes)

        def edit(session: Session) -> Patch | None:
            from lidar_label.edit import PaintPoints

            return session.do(PaintPoints(scene, tuple(strokes), only, title))

        def say(patch: Patch | None) -> None:
            if patch is None:
                desk.said.emit(self.tr("No point gets another class"))
            elif not self.is_on:
                desk.said.emit(self.tr("{0} points were given their class").format(f"{many:,}"))

        desk.do(edit, say)

    def _preview(self, found: NDArray[np.intp], category: str, *, only: bool) -> None:
        """Show at once what will be stored."""
        marked = self._marked
        if marked is None:
            return
        numbers = marked.numbers.copy()
        known = {name: number for number, name in marked.names.items()} | {"": 0}
        at = found[numbers[found] == 0] if only else found
        numbers[at] = known.get(category, _UNSTORED)
        names = marked.names if category in known else {**marked.names, _UNSTORED: category}
        self._marked = replace(marked, numbers=numbers, names=names)
        self._stage.repaint_points()

    # Reading

    @property
    def _work(self) -> Worker:
        if self._worker is None:
            self._worker = Worker("classes", self)
            self._worker.failed.connect(self._fail)
        return self._worker

    def _read(self) -> None:
        desk, view = self._desk, self._desk.view
        if not self.is_on or view is None or desk.project is None:
            return
        self._asked += 1
        asked, store, scene, frame = self._asked, desk.project.session.store, desk.scene_token, view.frame
        known = self._marked.parts if self._marked is not None and self._marked.index == frame.index else ()

        def take(marked: Marked) -> None:
            if asked == self._asked and self.is_on:
                self._marked = marked
                self._stage.repaint_points()
                self.changed.emit()
                if not self.brush.as_area:
                    desk.said.emit(self.counts)

        def read() -> Marked:
            from lidar_label.jobs.point_marks import read_marked

            return read_marked(store, scene, frame, known)

        self._work.run(read, take)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            from lidar_label.gui.crash import told_of

            self._desk.failed.emit(told_of(error))

    def _close(self) -> None:
        if self._worker is not None:
            self._worker.close()


def _strokes(marked: Marked, found: NDArray[np.intp], category: str) -> list[Stroke]:
    """Return points of a frame as it is shown as strokes on its sweeps."""
    strokes, start = [], 0
    for part in marked.parts:
        stop = start + len(part.valid)
        mine = found[(found >= start) & (found < stop)] - start
        if len(mine):
            strokes.append(Stroke(marked.index, part.channel, part.points, part.valid[mine], (category,)))
        start = stop
    return strokes
