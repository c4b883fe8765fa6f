"""The views the window is built around, imported only when the window is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.painters.base import Painter
from lidar_label.model import Box


@dataclass(frozen=True, kw_only=True)
class Views:
    """The three views of a frame, and what the window's actions may ask of them."""

    main: QWidget
    top: QWidget
    cameras: QWidget
    look_down: Callable[[], object]
    look_home: Callable[[], object]
    focus_selection: Callable[[], object]
    close: Callable[[], object]
    sides: QWidget | None = None
    """The side views of the selected box, a column beside the view from above."""
    use_painter: Callable[[Painter], object] = lambda painter: painter.close()
    """Have the points of the 3D view drawn by another painter."""
    cameras_height: Callable[[int], int] = lambda width: width // 6
    """Height at which the cameras fill a width."""
    when_large: Callable[[Callable[[bool], object]], object] = lambda _: None
    """Have a function called when one camera is to be large, and when no longer."""
    when_pointer_moves: Callable[[Callable[[Place | None], object]], object] = lambda _: None
    """Have a function called with the place under the mouse, in the source's coordinates."""
    copy_place: Callable[[], object] = lambda: None
    """Put that place on the clipboard."""
    is_drawn: Callable[[], bool] = lambda: True
    """Say whether the points that the 3D view can show are all drawn."""


Place = tuple[float, float, float]
ViewsFactory = Callable[[Desk], Views]


def preload() -> None:
    """Load what the views and the first deeds of a hand need, in a thread beside the window; see `Warming`."""
    from lidar_label.gui.loader import warm_up as warm_up_reading
    from lidar_label.gui.nearby import warm_up as warm_up_nearby
    from lidar_label.gui.painters import splat
    from lidar_label.gui.tiles import warm_up as warm_up_tiles
    from lidar_label.gui.views.colors import warm_up
    from lidar_label.kernels.compiled import load
    from lidar_label.kernels.strokes import warm_up as warm_up_strokes

    load((warm_up, warm_up_reading, warm_up_nearby, splat.warm_up, warm_up_tiles, warm_up_strokes))
    import scipy.spatial.transform  # noqa: F401

    from lidar_label.assist.click import warm_up as warm_up_clicks

    warm_up_clicks()


def make_views(desk: Desk) -> Views:
    """Make the real views."""
    from lidar_label.gui.merge.bars import Bars
    from lidar_label.gui.review_list import ReviewList
    from lidar_label.gui.sides.column import SideViews
    from lidar_label.gui.tiles.pointer import Pointer
    from lidar_label.gui.views.brush import BrushPane
    from lidar_label.gui.views.cameras import CameraStrip
    from lidar_label.gui.views.picked import Picked
    from lidar_label.gui.views.top_view import TopView
    from lidar_label.gui.vtk.view3d import View3D

    main, top, cameras, sides = View3D(desk), TopView(desk), CameraStrip(desk), SideViews(desk)
    pointer = Pointer(desk, main, top)

    def look_home() -> None:
        main.look_home()
        top.look_home()

    def look_at(box: Box) -> None:
        """Turn to a box that none of the labels' boxes is at."""
        if desk.scene is not None:
            center = desk.scene.frames[box.frame].world_SE3_ego.inverse.apply(box.center[None])[0]
            main.set_camera(main.camera.with_pivot(center))
            top.look_at(float(center[0]), float(center[1]))

    Bars(desk, main)
    for view in (main, top):
        BrushPane(desk, view)
    Picked.of(desk).changed.connect(pointer.show)
    ReviewList.of(desk).looked.connect(look_at)
    return Views(
        main=main,
        top=top,
        cameras=cameras,
        sides=sides,
        look_down=main.look_down,
        look_home=look_home,
        focus_selection=main.focus_selection,
        close=lambda: [view.close() for view in (main, top, cameras, sides)],
        use_painter=main.set_painter,
        cameras_height=cameras.height_of_row,
        when_large=cameras.large_changed.connect,
        when_pointer_moves=pointer.moved.connect,
        copy_place=pointer.copy,
        is_drawn=main.is_drawn,
    )
