"""How each kind of view shows points, and where its pixels look: what a pane for painting asks of the view under it."""

from __future__ import annotations

from copy import copy
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.painting_ground import Drawn
from lidar_label.gui.views.brush_pick import Project
from lidar_label.gui.views.camera_fit import PictureFit
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import SE3, Camera, Floats

Painted = TopView | View3D | CameraPane
_ABOVE_M = 60.0  # over the ego: from there the rays of the top view look down


def can_paint(view: Painted) -> bool:
    """Say whether it is known where points lie in a view: not in a picture without calibration."""
    return not isinstance(view, CameraPane) or (view.camera is not None and view.camera_SE3_ego is not None)


def projection(view: Painted) -> Project:
    """Return how a view shows points of the ego frame now, for a thread."""
    if isinstance(view, View3D):
        return partial(view.camera.project, width=view.width(), height=view.height())
    if isinstance(view, CameraPane):
        if view.camera is None or view.camera_SE3_ego is None:
            return _nowhere
        return partial(_in_picture, view.camera, view.camera_SE3_ego, copy(view.fit))
    corner, x, y = view.to_pixels(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    axes = np.stack([x - corner, y - corner])

    def from_above(xyz: NDArray[np.float32]) -> tuple[Floats, Floats]:
        return xyz[:, :2] @ axes + corner, -xyz[:, 2].astype(np.float64)

    return from_above


def looked(view: Painted, places: Floats) -> Drawn:
    """Return where pixels of a view, (K, 2), look."""
    if isinstance(view, View3D):
        found = [view.camera.ray(x, y, view.width(), view.height()) for x, y in places.tolist()]
        return Drawn(np.array([origin for origin, _ in found]), np.array([ray for _, ray in found]))
    if isinstance(view, CameraPane):
        camera, way = view.camera, view.camera_SE3_ego
        if camera is None or way is None:
            return Drawn(np.full((len(places), 3), np.nan), np.full((len(places), 3), np.nan))
        back = way.inverse
        rays = camera.rays(view.fit.to_pictures(places)) @ back.rotation_matrix.T
        return Drawn(np.tile(back.translation, (len(places), 1)), rays)
    corner, x, y = view.to_pixels(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    flat = (places - corner) @ np.linalg.inv(np.stack([x - corner, y - corner]))
    return Drawn(np.column_stack([flat, np.full(len(flat), _ABOVE_M)]), np.tile((0.0, 0.0, -1.0), (len(flat), 1)))


def _in_picture(camera: Camera, way: SE3, fit: PictureFit, xyz: NDArray[np.float32]) -> tuple[Floats, Floats]:
    seen = way.apply(xyz)
    uv, valid = camera.project(seen)
    uv = fit.to_widget(uv)
    uv[~valid] = np.nan
    return uv, np.linalg.norm(seen, axis=1)


def _nowhere(xyz: NDArray[np.float32]) -> tuple[Floats, Floats]:
    return np.full((len(xyz), 2), np.nan), np.full(len(xyz), np.nan)
