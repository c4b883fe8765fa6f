"""What an exported picture shows: the boxes its camera sees, what each is, and the points of the LiDAR."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import UnreadableFile
from lidar_label.model import EDGES, Box, Camera, Floats, Frame, Image
from lidar_label.model.lens_lines import lens_segments

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_STARTS, _ENDS = (np.array(ends) for ends in zip(*EDGES, strict=True))
_FRONT = 4  # the first of the edges: the face that a box heads with
_TICK_M = 0.7
_LINE_PART, _TEXT_PART, _DOT_PART = 800, 60, 900  # of the width of a picture
_NEAR_M, _FAR_M = 3.0, 70.0  # what is coloured as near and as far
_RAMP = np.array([(255, 70, 60), (255, 190, 50), (120, 220, 90), (60, 190, 230), (90, 110, 255)], np.float64)
_WEIGHTS, _LEAST_GREY = (0.299, 0.587, 0.114), 110.0
_DARK = (12, 14, 17)
_CJK_FONTS = ("NotoSansCJK-Regular.ttc", "msyh.ttc", "PingFang.ttc", "wqy-microhei.ttc", "DroidSansFallback.ttf")


@dataclass(frozen=True, slots=True)
class Shown:
    """A box as it is drawn: with its colour (red, green, blue) and what is written at it."""

    box: Box
    color: tuple[int, int, int]
    text: str


def readable(color: str) -> tuple[int, int, int]:
    """Return ``#rrggbb`` as red, green and blue, mixed with white where it is too dark to be seen."""
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    grey = sum(part * weight for part, weight in zip(parts, _WEIGHTS, strict=True))
    mix = max((_LEAST_GREY - grey) / (255 - _LEAST_GREY + 1e-9), 0.0)
    red, green, blue = (round((part + 255 * mix) / (1 + mix)) for part in parts)
    return red, green, blue


def world_points(frame: Frame) -> NDArray[np.float64]:
    """Return the valid points of a frame's LiDAR sweeps in world, (N, 3) metres."""
    clouds = []
    for sweep in frame.sweeps.values():
        if sweep.sensor.kind == "lidar":
            cloud = sweep.points()
            clouds.append(sweep.world_SE3_sensor.apply(cloud.xyz[cloud.valid].astype(np.float64)))
    return np.concatenate(clouds) if clouds else np.empty((0, 3))


def drawn(image: Image, boxes: Sequence[Shown], points: Floats | None = None) -> Picture:
    """Return a picture in all its pixels with boxes, and points of world, at the picture's own time.

    Raises
    ------
    UnreadableFile
        If the file is no picture.
    """
    from PIL import Image as Decoder
    from PIL import ImageDraw

    try:
        with Decoder.open(io.BytesIO(image.encoded())) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        where = image.path or image.channel
        raise UnreadableFile(f"this is no picture that can be decoded: {error}", where=where) from None
    camera = image.sensor.camera
    if camera is None:
        return picture
    camera_SE3_world = image.world_SE3_sensor.inverse
    scale = np.array(picture.size) / (camera.width, camera.height)
    if points is not None and len(points):
        picture = _with_dots(picture, camera, camera_SE3_world.apply(points), scale)
    pen = ImageDraw.Draw(picture)
    wide = max(round(picture.width / _LINE_PART), 2)
    labels = []
    for shown in boxes:
        segments, edge = _edges(camera, camera_SE3_world.apply(shown.box.corners()))
        if not len(segments):
            continue
        spots = (segments + 0.5) * scale
        for line, number in zip(spots.reshape(-1, 4).tolist(), edge.tolist(), strict=True):
            strong = wide + 1 if number < _FRONT else wide
            pen.line(line, fill=_DARK, width=strong + 2)
        for line, number in zip(spots.reshape(-1, 4).tolist(), edge.tolist(), strict=True):
            pen.line(line, fill=shown.color, width=wide + 1 if number < _FRONT else wide)
        if shown.text:
            labels.append((spots.reshape(-1, 2), shown))
    _write(pen, picture.size, labels)
    return picture


def _edges(camera: Camera, corners: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return what is seen of a box's edges and of the tick before its front, and which each piece is of."""
    floor, front = corners[[2, 3, 6, 7]].mean(axis=0), corners[[2, 3]].mean(axis=0)
    way = front - floor
    long = float(np.linalg.norm(way))
    tick = front + way * (min(_TICK_M, long) / max(long, 1e-9))
    starts = np.vstack([corners[_STARTS], floor[None]])
    return lens_segments(camera, starts, np.vstack([corners[_ENDS], tick[None]]))


def _with_dots(picture: Picture, camera: Camera, xyz: Floats, scale: Floats) -> Picture:
    from PIL import Image as Decoder

    uv, seen = camera.project(xyz)
    held = seen & camera.inside(uv)
    spots, away = (uv[held] + 0.5) * scale, np.linalg.norm(xyz[held], axis=1)
    order = np.argsort(-away)  # the near ones last, so that they are seen
    part = np.log(np.clip(away[order], _NEAR_M, _FAR_M) / _NEAR_M) / np.log(_FAR_M / _NEAR_M) * (len(_RAMP) - 1)
    colors = np.stack([np.interp(part, np.arange(len(_RAMP)), _RAMP[:, c]) for c in range(3)], axis=1).astype(np.uint8)
    side = max(round(picture.width / _DOT_PART), 1)
    corner = np.floor(spots[order] - (side - 1) / 2).astype(np.int64)
    pixels = np.array(picture)
    for dy in range(side):
        for dx in range(side):
            x = np.clip(corner[:, 0] + dx, 0, picture.width - 1)
            y = np.clip(corner[:, 1] + dy, 0, picture.height - 1)
            pixels[y, x] = colors
    return Decoder.fromarray(pixels)


def _write(pen: Any, size: tuple[int, int], labels: list[tuple[Floats, Shown]]) -> None:  # noqa: ANN401  Pillow's pen
    """Write what each box is over its top; of two in one place that of the larger box is read."""
    taken: list[tuple[float, float, float, float]] = []
    labels.sort(key=lambda found: -float(np.ptp(found[0], axis=0).max()))
    for spots, shown in labels:
        low, high = spots.min(axis=0), spots.max(axis=0)
        if high[0] < 0 or high[1] < 0 or low[0] > size[0] or low[1] > size[1]:
            continue
        font = _font(max(round(size[0] / _TEXT_PART * 0.8), 11), shown.text.isascii())
        left, top, right, bottom = pen.textbbox((0, 0), shown.text, font=font)
        wide, high_ = right - left + 8, bottom - top + 6
        x = min(max(float(low[0] + high[0]) / 2 - wide / 2, 0.0), max(size[0] - wide, 0.0))
        y = min(max(float(low[1]) - high_ - 3, 0.0), max(size[1] - high_, 0.0))
        area = (x, y, x + wide, y + high_)
        if any(a < area[2] and b < area[3] and c > area[0] and d > area[1] for a, b, c, d in taken):
            continue
        taken.append(area)
        pen.rectangle(area, fill=_DARK)
        pen.text((x + 4 - left, y + 3 - top), shown.text, fill=shown.color, font=font)


@lru_cache(maxsize=16)
def _font(points: int, is_latin: bool) -> Any:  # noqa: ANN401  one of Pillow's kinds
    from PIL import ImageFont

    for name in () if is_latin else _CJK_FONTS:
        try:
            return ImageFont.truetype(name, points)
        except OSError:
            continue
    try:
        return ImageFont.load_default(points)
    except TypeError:  # Pillow 10.0 knows one size
        return ImageFont.load_default()
