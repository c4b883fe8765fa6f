"""A picture of each finding: the place from above, from the side and in a camera, with the boxes of its track."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from PIL.ImageDraw import ImageDraw as Pen

from lidar_label.check import Found, points_of
from lidar_label.errors import LidarLabelError
from lidar_label.jobs.overlay_drawing import Shown, drawn
from lidar_label.model import Box, Floats, Frame, Labels, Scene
from lidar_label.model import Image as Recording
from lidar_label.model.outline import Rect, outline

_SIDE, _GAP, _MARGIN_M, _BARE_M = 300, 2, 4.0, 2.5  # pixels of each part; what is shown around a box, or without one
_AROUND, _LEAST_PX = 2.2, 48.0  # of what a camera shows of a box: how much is shown
_GROUND, _FRAME, _POINT, _NEAR = (18, 20, 24), (70, 76, 84), (150, 160, 172), (236, 240, 244)
_BOX, _OTHER, _BEFORE = (255, 196, 64), (90, 160, 255), (150, 118, 50)
_NOTHING = np.empty((0, 3))


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a finding is: the box it is of, boxes about it with their colours, and what is looked at."""

    box: Box | None
    others: Sequence[tuple[Box, tuple[int, int, int]]]
    center: Floats
    yaw: float
    reach: float

    def local(self, xyz: Floats) -> Floats:
        """Return places of world along the box's own axes."""
        away = np.asarray(xyz, dtype=np.float64) - self.center
        c, s = np.cos(self.yaw), np.sin(self.yaw)
        return np.column_stack([c * away[:, 0] + s * away[:, 1], c * away[:, 1] - s * away[:, 0], away[:, 2]])


def pictures_of(scene: Scene, labels: Labels, found: Sequence[Found]) -> dict[int, bytes]:
    """Return PNG pictures of findings by their place in `found`; each sweep is read once.

    A finding without a frame has none. Where there are no points, the boxes alone are drawn.
    """
    made: dict[int, bytes] = {}
    by_frame: dict[int, list[int]] = {}
    for place, one in enumerate(found):
        if 0 <= one.remark.frame < len(scene.frames):
            by_frame.setdefault(one.remark.frame, []).append(place)
    for frame in sorted(by_frame):
        points = points_of(scene, frame)
        xyz = points.xyz + points.origin if points is not None else _NOTHING
        for place in by_frame[frame]:
            where = _place(scene, labels, found[place])
            if where.box is not None or len(xyz):
                made[place] = _picture(scene.frames[frame], where, xyz)
    return made


def _place(scene: Scene, labels: Labels, one: Found) -> _Place:
    remark, boxes = one.remark, labels.in_frame(one.remark.frame)
    token = remark.track.token if remark.track is not None else ""
    track = labels.of_track(token) if token else ()
    # a frame may lack the box: its nearest one stands for the place
    box = min(track, key=lambda b: abs(b.frame - remark.frame), default=None)
    others = [(b, _OTHER) for b in boxes if b.track != token]
    if scene.has_poses:  # else each frame is a world of its own
        others += [(b, _BEFORE) for b in track if b is not box and abs(b.frame - remark.frame) <= 2]
    here = remark.place or scene.frames[remark.frame].world_SE3_ego.translation
    return _Place(
        box=box,
        others=others,
        center=box.center if box is not None else np.asarray(here),
        yaw=box.yaw if box is not None else 0.0,
        reach=(max(box.size[:2]) / 2 if box is not None else _BARE_M) + _MARGIN_M,
    )


def _picture(frame: Frame, where: _Place, xyz: Floats) -> bytes:
    parts = [_plan(where, xyz, flat=True), _plan(where, xyz, flat=False)]
    seen = _in_camera(frame, where)
    parts += [seen] if seen is not None else []
    canvas = Image.new("RGB", (len(parts) * (_SIDE + _GAP) - _GAP, _SIDE), _FRAME)
    for at, part in enumerate(parts):
        canvas.paste(part, (at * (_SIDE + _GAP), 0))
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    return file.getvalue()


# From above and from the side


def _plan(where: _Place, xyz: Floats, *, flat: bool) -> Image.Image:
    axes, box, reach = (0, 1) if flat else (0, 2), where.box, where.reach
    near = xyz[(np.abs(xyz[:, :2] - where.center[:2]) < 1.5 * reach).all(axis=1)]
    local = where.local(near)
    kept = (np.abs(local[:, :2]) < reach).all(axis=1)
    if not flat:
        kept &= np.abs(local[:, 1]) < (box.size[1] if box is not None else _BARE_M)
    part = Image.new("RGB", (_SIDE, _SIDE), _GROUND)
    _dots(part, local[kept][:, axes], reach)
    pen = ImageDraw.Draw(part)
    for other, color in [*where.others, *([(box, _BOX)] if box is not None else [])]:
        aside = abs(float(where.local(other.center[None])[0, 1]))
        if not flat and aside > (other.size[1] + reach - _MARGIN_M) / 2:  # from the side it would only hide
            continue
        _outline(pen, where.local(other.corners())[:, axes], reach, color, flat=flat)
    return part


def _pixels(places: Floats, reach: float) -> Floats:
    scale = _SIDE / (2 * reach)
    return np.column_stack([_SIDE / 2 + places[:, 0] * scale, _SIDE / 2 - places[:, 1] * scale])


def _dots(part: Image.Image, places: Floats, reach: float) -> None:
    pixels = np.asarray(part).copy()
    at = np.floor(_pixels(places, reach)).astype(np.int64)
    at = at[((at >= 0) & (at < _SIDE)).all(axis=1)]
    for right, down in ((1, 0), (0, 1), (1, 1), (0, 0)):
        pixels[np.minimum(at[:, 1] + down, _SIDE - 1), np.minimum(at[:, 0] + right, _SIDE - 1)] = _POINT
    again = np.zeros((_SIDE, _SIDE), np.int64)
    np.add.at(again, (at[:, 1], at[:, 0]), 1)
    pixels[again > 1] = _NEAR
    part.paste(Image.fromarray(pixels))


def _outline(pen: Pen, corners: Floats, reach: float, color: tuple[int, int, int], *, flat: bool) -> None:
    """Draw a box: its ground plan with a line to its front, or its outline from the side."""
    at = [tuple(place) for place in _pixels(corners, reach).tolist()]
    faces = ((0, 1, 5, 4),) if flat else ((0, 3, 7, 4), (1, 2, 6, 5))
    for face in faces:
        pen.line([at[k] for k in (*face, face[0])], fill=color, width=2)
    if flat:
        front, middle = np.mean([at[0], at[1]], axis=0), np.mean([at[k] for k in (0, 1, 4, 5)], axis=0)
        pen.line([tuple(middle), tuple(front)], fill=color, width=2)


# In a camera


def _in_camera(frame: Frame, where: _Place) -> Image.Image | None:
    """Return a part of the picture that shows most of the box; None where no camera of the frame does."""
    if where.box is None:
        return None
    seen = [found for image in frame.images.values() if (found := _shown(image, where.box)) is not None]
    for _, rect, image in sorted(seen, key=lambda found: -found[0]):
        try:
            whole = drawn(image, [Shown(where.box, _BOX, "")])
        except (LidarLabelError, OSError):
            continue  # the import report names it
        return _part_of(whole, image, rect)
    return None


def _shown(image: Recording, box: Box) -> tuple[float, Rect, Recording] | None:
    """Return how many pixels a picture has of a box, less what its border cuts off, and where."""
    if image.sensor.camera is None:
        return None
    held = outline(image.sensor.camera, image.world_SE3_sensor.inverse @ box.world_SE3_box, box.size)
    if held is None:
        return None
    left, top, right, bottom = held.rect
    return (right - left) * (bottom - top) * (1.0 - held.truncated), held.rect, image


def _part_of(whole: Image.Image, image: Recording, rect: Rect) -> Image.Image:
    camera = image.sensor.camera
    scale = whole.width / camera.width if camera is not None else 1.0
    left, top, right, bottom = (value * scale for value in rect)
    half = max(right - left, bottom - top, _LEAST_PX) * _AROUND / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return whole.crop((round(x - half), round(y - half), round(x + half), round(y + half))).resize((_SIDE, _SIDE))
