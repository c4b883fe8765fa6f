"""Lenses of cameras from their calibration messages."""

from __future__ import annotations

from lidar_label.datasets.objects import Find
from lidar_label.datasets.ros.messages import CompressedMessage, ImageMessage, LensMessage
from lidar_label.datasets.ros.pictures import size_of
from lidar_label.datasets.ros.survey import Stream, Survey
from lidar_label.datasets.ros.topics import is_rectified, lens_for
from lidar_label.errors import InvalidValue
from lidar_label.model import Camera, Fisheye, Pinhole

_PINHOLES = {"plumb_bob": 5, "rational_polynomial": 8, "radtan": 5, "": 5, "none": 0}
_FISHEYES = {"equidistant", "fisheye", "kannala_brandt"}
_SAME = 0.01


def camera_of(
    stream: Stream, first: ImageMessage | CompressedMessage, found: Survey, rectified: str, find: Find, where: object
) -> Camera | None:
    """Return the lens of a camera; None, and a finding that says why, where it has none that can be used.

    Of rectified pictures the projection matrix holds and nothing distorts; of others K and the distortion do.
    """
    topic = stream.topic.name
    source = lens_for(stream, found.lenses)
    if not source:
        find("warning", "uncalibrated-camera", f"there is no calibration of {topic}", where)
        return None
    lens = found.lenses[source]
    if source in found.changed_lenses:
        find("warning", "recalibrated", f"{source} changes on the way; its first calibration is taken", where)
    is_plain = rectified == "yes" or (rectified == "by-name" and is_rectified(topic))
    if is_plain and not (len(lens.p) == 12 and lens.p[0] > 0):
        text = f"{topic} is rectified and {source} has no projection matrix"
        find("warning", "uncalibrated-camera", text, where)
        return None
    if not is_plain and not (len(lens.k) == 9 and lens.k[0] > 0):
        find("warning", "uncalibrated-camera", f"{source} is empty: its focal length is 0", where)
        return None
    try:
        return _camera(lens, size_of(first), is_plain, topic, find, where)
    except InvalidValue as error:
        find("warning", "uncalibrated-camera", f"{source}: {error.what}", where)
        return None


def _camera(
    lens: LensMessage, size: tuple[int, int] | None, is_plain: bool, topic: str, find: Find, where: object
) -> Camera:
    matrix = lens.p if is_plain else lens.k
    stride = 4 if is_plain else 3
    fx, cx, fy, cy = matrix[0], matrix[2], matrix[stride + 1], matrix[stride + 2]
    x, y, width, height = lens.region
    if width and height:
        cx, cy = cx - x, cy - y
    else:
        width, height = lens.width, lens.height
    (across, down) = lens.binning
    fx, cx, fy, cy = fx / across, cx / across, fy / down, cy / down
    width, height = width // across, height // down
    if size is not None and size != (width, height):
        if not width or not height or abs(size[0] * height / (size[1] * width) - 1) > _SAME:
            text = f"pictures of {topic} are {size[0]} x {size[1]} and their calibration is for {width} x {height}"
            find("warning", "image-size", text, where)
        else:
            scale = size[0] / width
            text = f"pictures of {topic} are {scale:.3g} times as large as their calibration says; it was scaled"
            find("info", "image-size", text, where)
            # Pixel centres are whole numbers, so that the picture's corner is at half a pixel before 0.
            fx, fy = fx * scale, fy * scale
            cx, cy = (cx + 0.5) * scale - 0.5, (cy + 0.5) * scale - 0.5
        width, height = size
    if is_plain:
        return Pinhole(width=width, height=height, fx=fx, fy=fy, cx=cx, cy=cy)
    if lens.model in _FISHEYES:
        bent = _filled(lens.d, 4)
        return Fisheye(width=width, height=height, fx=fx, fy=fy, cx=cx, cy=cy, distortion=bent)
    if lens.model not in _PINHOLES:
        find("warning", "distortion", f"the lens model {lens.model!r} of {topic} is not known; it is left out", where)
        return Pinhole(width=width, height=height, fx=fx, fy=fy, cx=cx, cy=cy)
    count = _PINHOLES[lens.model]
    bent = _filled(lens.d, 8 if len(lens.d) > 5 and count else count) if any(lens.d) else ()
    return Pinhole(width=width, height=height, fx=fx, fy=fy, cx=cx, cy=cy, distortion=bent)


def _filled(values: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Return so many coefficients, zeros in place of those that are not written."""
    if any(values[count:]):
        raise InvalidValue(f"{len(values)} distortion coefficients are given and {count} are known")
    return (*values, *([0.0] * count))[:count]
