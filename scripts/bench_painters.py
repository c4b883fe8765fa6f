"""Part of scripts/bench: pictures of points, by the splat and by VTK on whatever OpenGL there is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from bench_child import in_child
from bench_plan import Plan, in_turns
from bench_table import Row

POINTS, SIZE, BOXES = 5_000_000, (1280, 800), 100


def pictures(source: str) -> dict[str, Any]:
    """Paint the same cloud with both, alone and with boxes; return seconds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import laspy
    import numpy as np
    from PyQt6.QtGui import QGuiApplication

    from lidar_label.gui.painters.base import Batch
    from lidar_label.gui.painters.splat import SplatPainter
    from lidar_label.gui.views.orbit import Orbit
    from lidar_label.gui.vtk.points import VtkPainter

    app = QGuiApplication.instance() or QGuiApplication(["bench"])
    with laspy.open(source) as reader:
        head = next(iter(reader.chunk_iterator(POINTS)))
    middle = np.array([np.median(head.x), np.median(head.y), np.median(head.z)])
    xyz = (np.column_stack([head.x, head.y, head.z]) - middle).astype(np.float32)
    colors = np.full((len(xyz), 4), 255, np.uint8)
    for column, name in enumerate(("red", "green", "blue")):
        colors[:, column] = np.asarray(head[name]) >> 8
    random = np.random.default_rng(0)
    shuffled = random.permutation(len(xyz))  # as the points of a tile are
    batch = Batch(xyz=np.ascontiguousarray(xyz[shuffled]), colors=np.ascontiguousarray(colors[shuffled]))
    camera = Orbit(distance=150.0)
    near = xyz[random.choice(np.flatnonzero(np.abs(xyz[:, :2]).max(axis=1) < 60), BOXES)].astype(np.float64)
    splat, vtk = SplatPainter(), VtkPainter()
    turn = iter(range(1, 10_000))

    def view() -> Orbit:
        return camera.turned(0.01 * next(turn), 0.0)

    def drawn(painter: Any) -> Callable[[], Any]:  # noqa: ANN401 - either painter
        return lambda: painter.draw([batch], view(), *SIZE, 2.0)

    seen = [float((paint.draw([batch], camera, *SIZE, 2.0).color[..., 3] > 0).mean()) for paint in (splat, vtk)]
    if abs(seen[0] - seen[1]) > 0.02:
        raise RuntimeError(f"the splat covers {seen[0]:.1%} of the picture and VTK {seen[1]:.1%}")
    found: dict[str, Any] = {"graphics": vtk.graphics, "points": len(xyz)}
    ours, theirs = drawn(splat), drawn(vtk)
    found["splat"], found["vtk"] = in_turns(ours, theirs, 3, inner=5)
    composed = _boxes_over(splat, batch, near, view)
    composed()
    _add_boxes(vtk, near)
    theirs()
    found["composed"], found["vtk_composed"] = in_turns(composed, theirs, 3, inner=5)
    splat.close()
    vtk.close()
    del app
    return found


def _edges(near: Any) -> tuple[Any, Any]:  # noqa: ANN401 - arrays
    """Return the ends of the edges of a car's box about each place."""
    import numpy as np

    half = np.array([2.2, 0.9, 0.8])
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    pairs = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(signs[a] - signs[b]).sum() == 2]
    corners = near[:, None] + signs * half
    return corners[:, [a for a, _ in pairs]].reshape(-1, 3), corners[:, [b for _, b in pairs]].reshape(-1, 3)


def _boxes_over(splat: Any, batch: Any, near: Any, view: Callable[[], Any]) -> Callable[[], Any]:  # noqa: ANN401
    """Return the making of a picture of points and boxes, dimmed where points hide them."""
    from PyQt6.QtCore import QSizeF
    from PyQt6.QtGui import QColor, QImage, QPainter, QPen

    from lidar_label.gui.views import paint
    from lidar_label.gui.vtk.backdrop import picture_of
    from lidar_label.gui.vtk.overlay import Overlay

    starts, ends = _edges(near)

    def work() -> None:
        camera = view()
        painted = splat.draw([batch], camera, *SIZE, 2.0)
        image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor("black"))
        painter = QPainter(image)
        painter.drawImage(0, 0, picture_of(painted, 1.0))
        overlay = Overlay(painter, camera, QSizeF(*SIZE), painted.depth)
        pieces, _, hidden = overlay.parts(starts, ends)
        for chosen, strength in ((~hidden, 1.0), (hidden, 0.3)):
            painter.setOpacity(strength)
            painter.setPen(QPen(QColor("#ffb000"), 1.5))
            paint.draw_segments(painter, pieces[chosen])
        painter.end()

    return work


def _add_boxes(painter: Any, near: Any) -> None:  # noqa: ANN401
    """Add an actor of edges a box, as a viewer made of VTK alone would."""
    from vtkmodules.vtkFiltersSources import vtkCubeSource
    from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

    for x, y, z in near.tolist():
        cube = vtkCubeSource()
        cube.SetBounds(x - 2.2, x + 2.2, y - 0.9, y + 0.9, z - 0.8, z + 0.8)
        mapper = vtkPolyDataMapper()
        mapper.SetInputConnection(cube.GetOutputPort())
        actor = vtkActor()
        actor.SetMapper(mapper)
        actor.GetProperty().SetRepresentationToWireframe()
        actor.GetProperty().LightingOff()
        painter._renderer.AddActor(actor)  # noqa: SLF001 - the peer, in the window it has anyway


def painters(plan: Plan) -> Iterator[Row]:
    done = in_child("bench_painters:pictures", str(plan.cloud(10_000_000)))
    found = done.value
    is_software = any(word in found["graphics"].lower() for word in ("llvmpipe", "softpipe", "swrast"))
    peer = f"VTK on {'software GL' if is_software else found['graphics'] or 'OpenGL'}"
    least = (30.0, 10.0) if is_software else (None, None)
    size = f"{found['points'] // 10**6} M points, {SIZE[0]} x {SIZE[1]}"
    yield Row(f"a picture of {size}", found["splat"] * 1e3, "ms", None, peer, found["vtk"] * 1e3, least[0])
    what = f"the same with {BOXES} boxes, composed by depth"
    yield Row(what, found["composed"] * 1e3, "ms", None, peer, found["vtk_composed"] * 1e3, least[1])


ROWS = (painters,)
