"""A picture of each finding: the points about a box from above and from its side, with the boxes of its track."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from PIL.ImageDraw import ImageDraw as Pen

from lidar_label.check import Found, Points, points_of
from lidar_label.model import Floats, Labels, Scene

_SIDE, _MARGIN_M, _UP_M = 300, 4.0, 3.0  # pixels of each half; what is shown around the box
_GROUND, _FRAME, _POINT, _NEAR = (18, 20, 24), (70, 76, 84), (150, 160, 172), (236, 240, 244)
_BOX, _OTHER, _BEFORE = (255, 196, 64), (90, 160, 255), (150, 118, 50)


def pictures_of(scene: Scene, labels: Labels, found: Sequence[Found]) -> dict[int, bytes]:
    """Return PNG pictures of findings by their place in `found`; each sweep is read once.

    A finding without a frame, or in a frame whose points cannot be read, has none.
    """
    made: dict[int, bytes] = {}
    by_frame: dict[int, list[int]] = {}
    for place, one in enumerate(found):
        if 0 <= one.remark.frame < len(scene.frames):
            by_frame.setdefault(one.remark.frame, []).append(place)
    for frame in sorted(by_frame):
        points = points_of(scene, frame)
        if points is None:
            continue
        for place in by_frame[frame]:
            made[place] = _picture(scene, labels, found[place], points)
    return made


def _picture(scene: Scene, labels: Labels, one: Found, points: Points) -> bytes:
    remark, boxes = one.remark, labels.in_frame(one.remark.frame)
    token = remark.track.token if remark.track is not None else ""
    box = next((b for b in boxes if b.track == token), None)
    if box is None and token:  # the frame lacks it: its nearest one stands for the place
        track = labels.of_track(token)
        box = min(track, key=lambda b: abs(b.frame - remark.frame), default=None)
    here = remark.place or scene.frames[remark.frame].world_SE3_ego.translation
    center = box.center if box is not None else np.asarray(here)
    yaw = box.yaw if box is not None else 0.0
    reach = (max(box.size[:2]) / 2 if box is not None else 2.5) + _MARGIN_M
    canvas = Image.new("RGB", (2 * _SIDE + 2, _SIDE), _FRAME)
    local = _local(points.xyz + points.origin, center, yaw)
    near = (np.abs(local[:, :2]) < reach).all(axis=1)
    shown = [(b, _OTHER) for b in boxes if b.track != token]
    shown += [(b, _BEFORE) for b in labels.of_track(token) if 0 < abs(b.frame - remark.frame) <= 2] if token else []
    shown += [(box, _BOX)] if box is not None else []
    for half, axes in enumerate(((0, 1), (0, 2))):
        part = Image.new("RGB", (_SIDE, _SIDE), _GROUND)
        kept = local[near & (half == 0 or np.abs(local[:, 1]) < (box.size[1] if box is not None else 2.0))]
        _dots(part, kept[:, axes], reach)
        pen = ImageDraw.Draw(part)
        for other, color in shown:
            aside = abs(float(_local(other.center[None], center, yaw)[0, 1]))
            if half == 1 and aside > (other.size[1] + reach - _MARGIN_M) / 2:  # from the side it would only hide
                continue
            _outline(pen, _local(other.corners(), center, yaw)[:, axes], reach, color, flat=half == 0)
        canvas.paste(part, (half * (_SIDE + 2), 0))
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    return file.getvalue()


def _local(xyz: Floats, center: Floats, yaw: float) -> Floats:
    away = np.asarray(xyz, dtype=np.float64) - center
    c, s = np.cos(yaw), np.sin(yaw)
    return np.column_stack([c * away[:, 0] + s * away[:, 1], c * away[:, 1] - s * away[:, 0], away[:, 2]])


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
