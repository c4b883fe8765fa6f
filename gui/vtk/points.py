"""PointRenderer: a cloud drawn by VTK into a picture, off screen. The only file that talks to VTK."""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  gives the classes below their OpenGL bodies
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import (
    VTK_STRING,
    vtkCommand,
    vtkDataArray,
    vtkOutputWindow,
    vtkPoints,
    vtkUnsignedCharArray,
)
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow

from lidar_label.gui.views.orbit import FAR_M, NEAR_M, Orbit

log = logging.getLogger(__name__)


class PointRenderer:
    """Draws one cloud with a transparent ground.

    It draws into a buffer of its own and never into a window of the desk: a picture has no native
    window that Qt may move, rescale, hide or close under it, Qt writes over it in every script, and
    it looks the same on every platform. Reading the picture back costs no more than showing it did.
    """

    def __init__(self) -> None:
        self._points, self._colors = vtkPoints(), vtkUnsignedCharArray()
        self._cloud = vtkPolyData()
        self._cloud.SetPoints(self._points)
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self._cloud)
        mapper.ScalarVisibilityOn()
        self._actor = vtkActor()
        self._actor.SetMapper(mapper)
        self._actor.GetProperty().LightingOff()
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._renderer.SetBackgroundAlpha(0.0)
        self._renderer.AddActor(self._actor)
        self._window: vtkRenderWindow | None = None
        self._closed = False
        self._count = 0
        self._pixels = vtkUnsignedCharArray()
        self._held: tuple[NDArray[np.float32], NDArray[np.uint8]] | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it may not draw any more."""
        return self._closed

    def set_points(self, xyz: NDArray[np.float32], colors: NDArray[np.uint8]) -> None:
        """Draw another cloud: (N, 3) float32 metres with (N, 4) uint8 RGBA, used as they are."""
        xyz, colors = np.ascontiguousarray(xyz), np.ascontiguousarray(colors)
        self._points.SetData(_array(xyz))
        self._cloud.GetPointData().SetScalars(_array(colors))
        self._held = (xyz, colors)  # VTK looks into these arrays and does not keep them
        if len(xyz) != self._count:
            self._count = len(xyz)
            cells = vtkCellArray()
            cells.Use32BitStorage()
            ends = _array(np.array([0, len(xyz)], np.int32), copy=True)
            ids = _array(np.arange(len(xyz), dtype=np.int32), copy=True)
            cells.SetData(ends, ids)
            self._cloud.SetVerts(cells)
        self._points.Modified()
        self._cloud.Modified()

    def set_colors(self, colors: NDArray[np.uint8]) -> None:
        """Draw the same cloud in other colours, (N, 4) uint8 RGBA."""
        if self._held is not None and len(colors) == self._count:
            colors = np.ascontiguousarray(colors)
            self._cloud.GetPointData().SetScalars(_array(colors))
            self._held = (self._held[0], colors)
            self._cloud.Modified()

    def set_point_size(self, pixels: float) -> None:
        """Set the size of a point in the picture's pixels."""
        self._actor.GetProperty().SetPointSize(pixels)

    def draw(self, camera: Orbit, width: int, height: int) -> NDArray[np.uint8]:
        """Return the cloud as the camera sees it, (height, width, 4) uint8 RGBA, row 0 at the top.

        Where no point falls, all four are 0. A picture of a closed renderer is empty.
        """
        if self._closed or width < 1 or height < 1 or self._count == 0:
            return np.zeros((max(height, 0), max(width, 0), 4), np.uint8)
        window = self._open()
        if window.GetSize() != (width, height):
            window.SetSize(width, height)
        eye = self._renderer.GetActiveCamera()
        eye.SetPosition(*camera.eye.tolist())
        eye.SetFocalPoint(*camera.pivot)
        eye.SetViewUp(*camera.up.tolist())
        eye.SetViewAngle(math.degrees(camera.fov))
        eye.SetClippingRange(NEAR_M, FAR_M)
        window.Render()
        window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels, 0)
        picture: NDArray[np.uint8] = vtk_to_numpy(self._pixels).reshape(height, width, 4)  # type: ignore[no-untyped-call]
        return np.ascontiguousarray(picture[::-1])

    def close(self) -> None:
        """Give the graphics memory back; from here on it draws nothing."""
        self._closed = True
        if self._window is not None:
            self._window.RemoveRenderer(self._renderer)
            self._window.Finalize()
            self._window = None

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
