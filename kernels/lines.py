"""Lines among points: which parts of a line lie behind what a depth picture shows."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels import plain_lines
from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_STEP_PIXELS = 3.0  # between two looks along a line
_ACROSS, _UP = (-3, -1, 1, 3), (0, -2, -4)  # looked at around it; ground below it is nearer and hides nothing
_ENOUGH = 3  # of these have to be nearer
_HALF_WINDOW = 2  # looks on either side that have a say
_plain_split = partial(plain_lines.split, rules=(_ACROSS, _UP, _ENOUGH, _HALF_WINDOW))


def split_by_depth(
    segments: Floats, ahead: Floats, depth: NDArray[np.float32], slack_m: float, slack_part: float, scale: float = 1.0
) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_]]:
    """Cut segments of a picture into parts that are seen and parts that lie behind points.

    Points leave gaps between them, so a place of a line counts as hidden where a quarter of the pixels just above it
    and beside it are nearer; single pixels neither hide it nor let it shine through.

    Parameters
    ----------
    segments : (K, 2, 2) float64, pixels
        Ends of each, column and row; of a picture `scale` times smaller than `depth`.
    ahead : (K, 2) float64, metres
        Distance of each end along the camera's axis, above 0.
    depth : (H, W) float32, metres
        Of the nearest point of each pixel; infinite where there is none.
    slack_m, slack_part : float
        How much nearer a point has to be to hide a line: metres, and a part of the distance.
    scale : float, above 0

    Returns
    -------
    parts : (R, 2, 2) float64, pixels
        In the order of the segments, of which they leave nothing out.
    owners : (R,) int
        Which segment each part is of.
    hidden : (R,) bool

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    lines, far = np.ascontiguousarray(segments, np.float64), np.ascontiguousarray(ahead, np.float64)
    if lines.ndim != 3 or lines.shape[1:] != (2, 2) or far.shape != (len(lines), 2):
        raise ValueError(f"segments needs (K, 2, 2) and ahead (K, 2), got {lines.shape} and {far.shape}")
    if depth.ndim != 2 or depth.dtype != np.float32:
        raise ValueError(f"depth needs (H, W) float32, got {depth.shape} {depth.dtype}")
    if not (np.isfinite(lines).all() and np.isfinite(far).all() and (far > 0).all()):
        raise ValueError("segments and ahead need finite numbers, and ahead numbers above 0")
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"scale needs a number above 0, got {scale}")
    long = np.hypot(*(lines[:, 1] - lines[:, 0]).T) * scale
    looks = (np.minimum(np.ceil(long / _STEP_PIXELS), 1 << 20)).astype(np.int64) + 1
    room = int(looks.sum())  # where points lie in stripes, every look may see what the last did not
    parts, owners, hidden = np.empty((room, 2, 2)), np.empty(room, np.intp), np.empty(room, np.bool_)
    flags = np.empty(int(looks.max(initial=1)), np.bool_)
    still = np.ascontiguousarray(depth).view()
    still.flags.writeable = False  # one signature, whatever was given
    used = _split(lines, far, looks, still, slack_m, slack_part, scale, flags, parts, owners, hidden)
    return parts[:used], owners[:used], hidden[:used]


@compiled(plain=_plain_split, error_model="numpy")
def _split(
    lines: Floats,
    ahead: Floats,
    looks: NDArray[np.int64],
    depth: NDArray[np.float32],
    slack_m: float,
    slack_part: float,
    scale: float,
    flags: NDArray[np.bool_],
    parts: Floats,
    owners: NDArray[np.intp],
    hidden: NDArray[np.bool_],
) -> int:
    used = 0
    for n in range(len(lines)):
        count = looks[n]
        x, y = lines[n, 0, 0], lines[n, 0, 1]
        way_x, way_y = lines[n, 1, 0] - x, lines[n, 1, 1] - y
        near, far = 1.0 / ahead[n, 0], 1.0 / ahead[n, 1]  # along a line of a picture these change evenly
        last = max(count - 1, 1)
        for k in range(count):
            part = k / last
            away = 1.0 / (near + (far - near) * part)
            limit = away - slack_m - slack_part * away
            flags[k] = _is_behind(depth, (x + way_x * part) * scale, (y + way_y * part) * scale, limit)
        start, state = 0.0, _says(flags, count, 0)
        for k in range(1, count):
            now = _says(flags, count, k)
            if now != state:
                end = (k - 0.5) / last
                used = _add(parts, owners, hidden, used, n, x, y, way_x, way_y, start, end, state)
                start, state = end, now
        used = _add(parts, owners, hidden, used, n, x, y, way_x, way_y, start, 1.0, state)
    return used


@compiled(error_model="numpy", inline="always")
def _is_behind(depth: NDArray[np.float32], x: float, y: float, limit: float) -> bool:
    height, width = depth.shape
    if not (-8.0 < x < width + 8.0 and -8.0 < y < height + 8.0):
        return False
    column, row = int(np.floor(x)), int(np.floor(y))
    nearer = 0
    for up in _UP:
        for across in _ACROSS:
            r, c = row + up, column + across
            if 0 <= r < height and 0 <= c < width and depth[r, c] < limit:
                nearer += 1
    return nearer >= _ENOUGH


@compiled(error_model="numpy", inline="always")
def _says(flags: NDArray[np.bool_], count: int, k: int) -> bool:
    """Tell what most looks around one saw."""
    first, last = max(k - _HALF_WINDOW, 0), min(k + _HALF_WINDOW + 1, count)
    behind = 0
    for j in range(first, last):
        behind += flags[j]
    return 2 * behind > last - first


@compiled(error_model="numpy", inline="always")
def _add(
    parts: Floats,
    owners: NDArray[np.intp],
    hidden: NDArray[np.bool_],
    used: int,
    owner: int,
    x: float,
    y: float,
    way_x: float,
    way_y: float,
    start: float,
    end: float,
    state: bool,
) -> int:
    parts[used, 0, 0], parts[used, 0, 1] = x + way_x * start, y + way_y * start
    parts[used, 1, 0], parts[used, 1, 1] = x + way_x * end, y + way_y * end
    owners[used], hidden[used] = owner, state
    return used + 1
