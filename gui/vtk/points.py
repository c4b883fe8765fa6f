"""VtkPainter: points drawn by VTK into a picture, off screen, with their depths. The only file that talks to VTK."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  gives the classes below their OpenGL bodies
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import (
    VTK_STRING,
    vtkCommand,
    vtkDataArray,
    vtkFloatArray,
    vtkOutputWindow,
    vtkPoints,
    vtkUnsignedCharArray,
)
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPlane, vtkPlaneCollection, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow

from lidar_label.gui.painters.base import NOTHING, Batch, Crop, Painted, Points, never, share_of
from lidar_label.gui.views.orbit import FAR_M, NEAR_M, Orbit
from lidar_label.kernels.tile_table import Tiles

log = logging.getLogger(__name__)


class VtkPainter:
    """Draws with VTK on whatever OpenGL there is.

    It draws into a buffer of its own and never into a window of the desk: a picture has no native
    window that Qt may move, rescale, hide or close under it, Qt writes over it in every script, and
    it looks the same on every platform. Reading the picture back costs no more than showing it did.
    OpenGL belongs to the thread that made it, and on some systems to the GUI's alone.
    """

    name = "vtk"
    needs_gui_thread = True

    def __init__(self) -> None:
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._renderer.SetBackgroundAlpha(0.0)
        self._shown: dict[int, _Cloud] = {}  # by the identity of what they show, which they hold
        self._window: vtkRenderWindow | None = None
        self._closed = False
        self._pixels, self._depths = vtkUnsignedCharArray(), vtkFloatArray()

    def draw(
        self,
        batches: Sequence[Points],
        camera: Orbit,
        width: int,
        height: int,
        point_size: float,
        *,
        most_points: int | None = None,
        crop: Crop | None = None,
        is_stale: Callable[[], bool] = never,  # noqa: ARG002  a picture that has begun is not stopped
    ) -> Painted:
        """Return what the camera sees; see `Painter.draw`."""
        drawn = self._keep(batches, share_of(batches, most_points))
        if self._closed or width < 1 or height < 1 or not drawn:
            return Painted.empty(width, height)
        planes = _planes(crop)
        for name, count in drawn.items():
            self._shown[name].set(count, point_size, planes)
        near, far = self._range(camera)
        if far <= near:
            return Painted.empty(width, height)
        window = self._open()
        if window.GetSize() != (width, height):
            window.SetSize(width, height)
        eye = self._renderer.GetActiveCamera()
        eye.SetPosition(*camera.eye.tolist())
        eye.SetFocalPoint(*camera.pivot)
        eye.SetViewUp(*camera.up.tolist())
        eye.SetViewAngle(math.degrees(camera.fov))
        eye.SetClippingRange(near, far)
        window.Render()
        window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels, 0)
        window.GetZbufferData(0, 0, width - 1, height - 1, self._depths)
        color = vtk_to_numpy(self._pixels).reshape(height, width, 4)[::-1, :, [2, 1, 0, 3]]  # type: ignore[no-untyped-call]
        kept = vtk_to_numpy(self._depths).reshape(height, width)[::-1]  # type: ignore[no-untyped-call]
        return Painted(color, _metres(kept, color[:, :, 3] > 0, near, far))

    def close(self) -> None:
        """Give the graphics memory back; from here on it draws nothing."""
        self._closed = True
        self._keep((), 1.0)
        if self._window is not None:
            self._window.RemoveRenderer(self._renderer)
            self._window.Finalize()
            self._window = None

    @property
    def graphics(self) -> str:
        """What OpenGL says it runs on; empty before anything was drawn."""
        said = self._window.ReportCapabilities() if self._window is not None else ""
        return next((line.split(":", 1)[1].strip() for line in said.splitlines() if "renderer string" in line), "")

    def _keep(self, batches: Sequence[Points], share: float) -> dict[int, int]:
        """Have a cloud of VTK's for all that is drawn, and none for others; return how many points of each."""
        drawn: dict[int, int] = {}
        for points in (batch.part(share) if isinstance(batch, Tiles) else batch for batch in batches):
            if isinstance(points, Batch):
                drawn[id(points)] = round(len(points) * share)
                self._add(points, points.xyz, points.colors)
                continue
            rows = zip(points.owners.tolist(), points.counts.tolist(), points.corners, points.steps, strict=True)
            for tile, count, corner, step in rows:
                drawn[id(tile)] = count
                if id(tile) not in self._shown:
                    self._add(tile, (corner + tile[0] * step).astype(np.float32), tile[1])
        drawn = {name: count for name, count in drawn.items() if count}
        for name in [name for name in self._shown if name not in drawn]:
            self._renderer.RemoveActor(self._shown.pop(name).actor)
        return drawn

    def _add(self, source: object, xyz: NDArray[np.float32], colors: NDArray[np.uint8]) -> None:
        if id(source) not in self._shown:
            self._shown[id(source)] = _Cloud(source, xyz, colors)
            self._renderer.AddActor(self._shown[id(source)].actor)

    def _range(self, camera: Orbit) -> tuple[float, float]:
        """Return how near and far the clouds lie: a tight range keeps the depths of what is far exact."""
        corners = np.concatenate([cloud.corners for cloud in self._shown.values()])
        depth = (corners - camera.eye) @ camera.forward
        margin = 1e-3 * max(float(np.abs(depth).max()), 1.0)
        return max(float(depth.min()) - margin, NEAR_M), min(float(depth.max()) + margin, FAR_M)

    def _open(self) -> vtkRenderWindow:
        if self._window is None:
            _send_messages_to_log()
            window = vtkRenderWindow()
            window.SetOffScreenRendering(1)
            window.SetMultiSamples(0)  # halves the time of a software frame
            window.SetAlphaBitPlanes(1)
            window.AddRenderer(self._renderer)
            self._window = window
        return self._window


class _Cloud:
    """A batch or a tile as VTK holds it."""

    def __init__(self, source: object, xyz: NDArray[np.float32], colors: NDArray[np.uint8]) -> None:
        self._source = source  # kept, so that its identity is no other's
        self._xyz = np.ascontiguousarray(xyz)
        self._colors = np.ascontiguousarray(colors)  # VTK looks into these arrays and does not keep them
        seen = (self._colors[:, 3] > 0) & np.isfinite(self._xyz).all(axis=1)
        self._ids = np.flatnonzero(seen).astype(np.int32)
        self._count = -1
        places = self._xyz if seen.all() else self._xyz[seen]
        low, high = (places.min(axis=0), places.max(axis=0)) if len(places) else (np.zeros(3), np.zeros(3))
        self.corners = np.array(
            [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        )
        points = vtkPoints()
        points.SetData(_array(self._xyz))
        self._cloud = vtkPolyData()
        self._cloud.SetPoints(points)
        self._cloud.GetPointData().SetScalars(_array(self._colors))
        self._mapper = vtkPolyDataMapper()
        self._mapper.SetInputData(self._cloud)
        self._mapper.ScalarVisibilityOn()
        self.actor = vtkActor()
        self.actor.SetMapper(self._mapper)
        self.actor.GetProperty().LightingOff()
        self.actor.ForceOpaqueOn()

    def set(self, count: int, point_size: float, planes: vtkPlaneCollection | None) -> None:
        """Draw the first `count` points, as large as that, and on the inner side of the planes."""
        self.actor.GetProperty().SetPointSize(point_size)
        if planes is None:
            self._mapper.RemoveAllClippingPlanes()
        else:
            self._mapper.SetClippingPlanes(planes)
        shown = int(np.searchsorted(self._ids, count))
        if shown != self._count:
            self._count = shown
            cells = vtkCellArray()
            cells.Use32BitStorage()
            cells.SetData(_array(np.array([0, shown], np.int32), copy=True), _array(self._ids[:shown], copy=True))
            self._cloud.SetVerts(cells)
            self._cloud.Modified()


def _metres(kept: NDArray[np.float32], seen: NDArray[np.bool_], near: float, far: float) -> NDArray[np.float32]:
    """Turn OpenGL's depths, 0 at `near` and 1 at `far`, into metres along the axis."""
    depth = near * far / (far - kept.astype(np.float64) * (far - near))
    return np.where(seen, depth, NOTHING).astype(np.float32)


def _planes(crop: Crop | None) -> vtkPlaneCollection | None:
    if crop is None:
        return None
    planes = vtkPlaneCollection()
    for axis in range(3):
        for end, way in ((crop.low[axis], 1.0), (crop.high[axis], -1.0)):
            if math.isfinite(end):
                plane = vtkPlane()
                plane.SetOrigin(*(end if a == axis else 0.0 for a in range(3)))
                plane.SetNormal(*(way if a == axis else 0.0 for a in range(3)))
                planes.AddItem(plane)
    return planes if planes.GetNumberOfItems() else None


def _send_messages_to_log() -> None:
    """Have VTK's complaints in the log, where the desk's own are, and in no window of VTK's."""
    output = vtkOutputWindow.GetInstance()
    if output.GetDisplayMode() == vtkOutputWindow.NEVER:
        return
    output.SetDisplayModeToNever()

    def complain(_: object, kind: str, text: str) -> None:
        log.log(logging.ERROR if kind == "ErrorEvent" else logging.WARNING, "%s", text.strip())

    vars(complain)["CallDataType"] = VTK_STRING  # how VTK learns what to hand over
    output.AddObserver(vtkCommand.ErrorEvent, complain)
    output.AddObserver(vtkCommand.WarningEvent, complain)


def _array(values: NDArray[Any], *, copy: bool = False) -> vtkDataArray:
    """Return a VTK array that looks into a numpy array, or holds a copy of it."""
    made: vtkDataArray = numpy_to_vtk(values, deep=copy)  # type: ignore[no-untyped-call]
    return made
