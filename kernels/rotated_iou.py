"""How much boxes that stand upright overlap: intersection over union, from above or in space.

The second box is seen in the frame of the first, where clipping is against an axis-aligned rectangle and the
common area is a sum of four integrals, one an edge (Green's theorem). There is no polygon and no branch, so the
compiler works on several pairs at once.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces
from lidar_label.kernels.trig import MOST_RADIANS, sincos

Floats = NDArray[np.float64]
Kind = Literal["3d", "bev"]

_BLOCK = 256  # pairs at a time: what is known of them stays in the processor's cache
_LEAST = 1 << 14  # pairs for a thread
_TINY = 1e-290
_LARGEST = 1e90  # the product of three is still a number


def iou_of_pairs(
    first: NDArray[Any],
    second: NDArray[Any],
    kind: Kind = "3d",
    *,
    generalized: bool = False,
    threads: int | None = None,
) -> Floats:
    """Return the intersection over union of each box with the box of the same row.

    Parameters
    ----------
    first, second : (N, 7) float, metres and radians
        Centre x, y, z; length, width, height, each 0 or more; yaw about +z. Both in one frame, which may lie
        far from its origin.
    kind : "3d" or "bev"
        Of the volumes, or of the ground plans alone.
    generalized : bool
        Return the generalized one, which goes on falling to -1 as the boxes go apart.
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    (N,) float64
        0 to 1, or -1 to 1 where it is generalized. Two boxes without any area (or volume) have 0. The
        generalized one of flat boxes in one line means nothing, since their hull has no area either.

    Raises
    ------
    ValueError
        If a shape or kind is not as above, a number is not finite (or beyond 1e90) or a side is below 0.

    References
    ----------
    H. Rezatofighi et al., "Generalized intersection over union", 2019; what encloses the boxes is the convex
    hull of both ground plans, times the height from the lowest to the highest face.
    """
    a, b = _boxes("first", first), _boxes("second", second)
    if len(a) != len(b):
        raise ValueError(f"first and second need as many rows, got {len(a)} and {len(b)}")
    solid = _is_solid(kind)
    found = np.empty(len(a))

    def work(start: int, stop: int) -> None:
        _pairs(a[start:stop], b[start:stop], solid, generalized, found[start:stop])

    in_pieces(work, len(a), _LEAST, threads)
    return found


def iou_matrix(
    first: NDArray[Any],
    second: NDArray[Any],
    kind: Kind = "3d",
    *,
    generalized: bool = False,
    threads: int | None = None,
) -> Floats:
    """Return the intersection over union of each box with each other box.

    Takes what `iou_of_pairs` takes, but for any numbers of boxes, and raises what it raises. Pairs too far
    apart to meet cost next to nothing.

    Returns
    -------
    (M, K) float64
        A row for each of `first`, a column for each of `second`; bit for bit what `iou_of_pairs` gives.
    """
    a, b = _boxes("first", first), _boxes("second", second)
    solid = _is_solid(kind)
    found = np.empty((len(a), len(b)))
    circles = np.column_stack([b[:, :3], np.hypot(b[:, 3], b[:, 4]) / 2, b[:, 5] / 2]).T.copy()

    def work(start: int, stop: int) -> None:
        _matrix(a[start:stop], b, circles, solid, generalized, found[start:stop])

    if len(b):
        in_pieces(work, len(a), max(1, _LEAST // len(b)), threads)
    return found


def _is_solid(kind: str) -> bool:
    if kind not in ("3d", "bev"):
        raise ValueError(f'kind needs "3d" or "bev", got {kind!r}')
    return kind == "3d"


def _boxes(name: str, boxes: NDArray[Any]) -> Floats:
    given = np.asarray(boxes)
    if given.ndim != 2 or given.shape[1] != 7:
        raise ValueError(f"{name} needs shape (N, 7), got {given.shape}")
    if given.dtype.kind not in "fiu":
        raise ValueError(f"{name} needs real numbers, got dtype {given.dtype}")
    found = np.ascontiguousarray(given, dtype=np.float64)
    if not found.flags.writeable:
        found = found.copy()  # rather than have all compiled anew
    fault = _fault(found)
    if fault == 1:
        raise ValueError(f"{name} has a value that is not finite")
    if fault == 2:
        raise ValueError(f"{name} has a side below 0")
    if fault == 3:  # turned so many times that sines need the C library's care
        found = found.copy()
        found[:, 6] = np.arctan2(np.sin(found[:, 6]), np.cos(found[:, 6]))
    return found


@compiled()
def _fault(boxes: Floats) -> int:
    turned = 0
    for n in range(len(boxes)):
        for k in range(7):
            if not abs(boxes[n, k]) <= _LARGEST:
                return 1
        if boxes[n, 3] < 0 or boxes[n, 4] < 0 or boxes[n, 5] < 0:
            return 2
        if abs(boxes[n, 6]) > MOST_RADIANS:
            turned = 3
    return turned


@compiled()
def _pairs(first: Floats, second: Floats, solid: bool, hull: bool, out: Floats) -> None:
    seen, common = np.empty((15, _BLOCK)), np.empty(_BLOCK)
    for start in range(0, len(first), _BLOCK):
        count = min(_BLOCK, len(first) - start)
        for n in range(count):
            _see(first[start + n], second[start + n], seen, n)
        _solve(seen, count, solid, hull, common)
        out[start : start + count] = common[:count]


@compiled()
def _matrix(first: Floats, second: Floats, circles: Floats, solid: bool, hull: bool, out: Floats) -> None:
    seen, common = np.empty((15, _BLOCK)), np.empty(_BLOCK)
    near, which = np.empty(_BLOCK, dtype=np.bool_), np.empty(_BLOCK + 1, dtype=np.int64)
    for row in range(len(first)):
        box = first[row]
        x, y, z, half = box[0], box[1], box[2], box[5] / 2
        reach = np.sqrt(box[3] * box[3] + box[4] * box[4]) / 2
        for start in range(0, len(second), _BLOCK):
            count = min(_BLOCK, len(second) - start)
            for n in range(count):  # a hair wider than exact, so that rounding hides no pair that meets
                q = start + n
                dx, dy, both = circles[0, q] - x, circles[1, q] - y, (reach + circles[3, q]) * (1 + 1e-12)
                level = not solid or abs(circles[2, q] - z) <= (half + circles[4, q]) * (1 + 1e-12)
                near[n] = hull | ((dx * dx + dy * dy <= both * both) & level)
            kept = 0
            for n in range(count):
                out[row, start + n] = 0.0
                which[kept] = start + n
                kept += near[n]
            for n in range(kept):
                _see(box, second[which[n]], seen, n)
            _solve(seen, kept, solid, hull, common)
            for n in range(kept):
                out[row, which[n]] = common[n]


@compiled(inner=True)
def _see(one: Floats, other: Floats, seen: Floats, n: int) -> None:
    """Write down a pair: the offset and both yaws, half the sides of both, and how high they stand."""
    seen[0, n], seen[1, n] = other[0] - one[0], other[1] - one[1]
    seen[2, n], seen[3, n] = one[6], other[6]
    seen[4, n], seen[5, n] = 0.5 * one[3], 0.5 * one[4]
    seen[6, n], seen[7, n] = 0.5 * other[3], 0.5 * other[4]
    seen[8, n], seen[9, n], seen[10, n] = other[2] - one[2], 0.5 * one[5], 0.5 * other[5]


@compiled(inner=True)
def _solve(seen: Floats, count: int, solid: bool, hull: bool, out: Floats) -> None:
    for n in range(count):
        s0, c0 = sincos(seen[2, n])
        # The turn between both, and what its subtraction rounded off (Knuth's two-sum): made of the sines of each, the
        # sine of a small one would be mostly rounding, which a long thin box shows.
        turn = seen[3, n] - seen[2, n]
        back = turn - seen[3, n]
        lost = (seen[3, n] - (turn - back)) - (seen[2, n] + back)
        s1, c1 = sincos(turn)
        cosine, sine = c1 - lost * s1, s1 + lost * c1
        dx, dy = seen[0, n], seen[1, n]
        across = c0 * dx + s0 * dy
        # A rectangle is its own mirror image: mirrored, the second one is turned by 0 to 90 degrees.
        seen[11, n] = -across if cosine * sine < 0 else across
        seen[12, n] = c0 * dy - s0 * dx
        seen[13, n], seen[14, n] = abs(cosine), abs(sine)
    for n in range(count):
        a, b, h, k = seen[4, n], seen[5, n], seen[6, n], seen[7, n]
        area = _overlap(seen[11, n], seen[12, n], seen[13, n], seen[14, n], a, b, h, k)
        area = max(min(area, 4 * a * b, 4 * h * k), 0.0)
        out[n] = area if _may_meet(seen[11, n], seen[12, n], seen[13, n], seen[14, n], a, b, h, k) else 0.0
    if not hull:
        for n in range(count):
            one, other = 4 * seen[4, n] * seen[5, n], 4 * seen[6, n] * seen[7, n]
            common = out[n]
            if solid:
                one, other = one * 2 * seen[9, n], other * 2 * seen[10, n]
                common *= _shared_height(seen[8, n], seen[9, n], seen[10, n])
            union = one + other - common
            out[n] = common / union if union > 0 else 0.0
        return
    for n in range(count):
        a, b, h, k = seen[4, n], seen[5, n], seen[6, n], seen[7, n]
        around = _hull(seen[11, n], seen[12, n], seen[13, n], seen[14, n], a, b, h, k)
        one, other, common = 4 * a * b, 4 * h * k, out[n]
        if solid:
            dz, up, tall = seen[8, n], seen[9, n], seen[10, n]
            one, other = one * 2 * up, other * 2 * tall
            common *= _shared_height(dz, up, tall)
            around *= max(up, dz + tall) - min(-up, dz - tall)
        union = one + other - common
        around = max(around, union)  # but for rounding it is
        iou = common / union if union > 0 else 0.0
        out[n] = iou - (around - union) / around if around > 0 else iou


@compiled(inner=True)
def _shared_height(dz: float, up: float, tall: float) -> float:
    return max(min(up, dz + tall) - max(-up, dz - tall), 0.0)


@compiled(inner=True)
def _may_meet(px: float, py: float, c: float, s: float, a: float, b: float, h: float, k: float) -> bool:
    """Say whether no side of either rectangle parts them: then rounding alone makes no area of nothing."""
    return (
        (abs(px) < a + c * h + s * k)
        & (abs(py) < b + s * h + c * k)
        & (abs(c * px + s * py) < h + c * a + s * b)
        & (abs(c * py - s * px) < k + s * a + c * b)
    )


@compiled(inner=True)
def _overlap(px: float, py: float, c: float, s: float, a: float, b: float, h: float, k: float) -> float:
    """Return the area that two rectangles share.

    The first reaches from (-a, -b) to (a, b); the second, about (px, py), has the half sides (c h, s h) and
    (-s k, c k), with c and s not below 0: its corners are the left, top, right and bottom one.
    """
    rx, ry = c * h + s * k, s * h - c * k  # from the middle to the right corner, and to the top one
    tx, ty = c * h - s * k, s * h + c * k
    upper = _under(px - rx, py - ry, px + tx, py + ty, a, b) + _under(px + tx, py + ty, px + rx, py + ry, a, b)
    lower = _under(px - rx, py - ry, px - tx, py - ty, a, b) + _under(px - tx, py - ty, px + rx, py + ry, a, b)
    return upper - lower


@compiled(inner=True)
def _under(x0: float, y0: float, x1: float, y1: float, a: float, b: float) -> float:
    """Integrate the height of an edge, held between -b and b, over its part from x = -a to a; x0 <= x1.

    The mean of the held height is one over three parts of the edge, weighted by their shares of its rise: all
    are 0 or more, so that nothing cancels out, however flat or steep it is.
    """
    wide, rise = x1 - x0, y1 - y0
    start, stop = min(max(x0, -a), a), min(max(x1, -a), a)
    slope = rise / wide if wide > _TINY else 0.0
    y_start, y_stop = y0 + (start - x0) * slope, y0 + (stop - x0) * slope
    low, high = min(y_start, y_stop), max(y_start, y_stop)
    held_low, held_high = min(max(low, -b), b), min(max(high, -b), b)
    above, below = max(high - max(low, b), 0.0), max(min(high, -b) - low, 0.0)
    span = high - low
    weighted = b * (above - below) + 0.5 * (held_low + held_high) * (held_high - held_low)
    mean = weighted / span if span > _TINY else held_low
    return (stop - start) * mean


@compiled(inner=True)
def _hull(px: float, py: float, c: float, s: float, a: float, b: float, h: float, k: float) -> float:
    """Return the area of the convex hull of two rectangles, given as `_overlap` takes them."""
    rx, ry = c * h + s * k, s * h - c * k
    tx, ty = c * h - s * k, s * h + c * k
    right, top = px + rx > a, py + ty > b
    left, bottom = px - rx < -a, py - ty < -b
    side = 2 * a * b  # twice the area from the middle to a side of the first rectangle
    total = (0.0 if right else side) + (0.0 if left else side) + (0.0 if top else side) + (0.0 if bottom else side)
    total += _quarter(a, b, px + tx, py + ty, px + rx, py + ry, top, right, 1.0)
    total += _quarter(-a, b, px + tx, py + ty, px - rx, py - ry, top, left, -1.0)
    total += _quarter(-a, -b, px - tx, py - ty, px - rx, py - ry, bottom, left, 1.0)
    total += _quarter(a, -b, px - tx, py - ty, px + rx, py + ry, bottom, right, -1.0)
    return 0.5 * total


@compiled(inner=True)
def _quarter(
    x: float, y: float, tx: float, ty: float, rx: float, ry: float, is_top: bool, is_side: bool, sign: float
) -> float:
    """Return twice the area of the hull's part from its outermost corner sideways to its upper (or lower) one.

    Those are the first rectangle's corner (x, y) or the second's (rx, ry) and (tx, ty), which lie farther out
    where `is_side` and `is_top` say so. One more corner of that quarter may stand out between them. `sign` is
    -1 where the way from the side goes clockwise.
    """
    fx, fy = (tx if is_top else x), (ty if is_top else y)
    gx, gy = (rx if is_side else x), (ry if is_side else y)
    mx = x if is_top and is_side else (rx if is_top else tx)
    my = y if is_top and is_side else (ry if is_top else ty)
    bulge = (fx - gx) * (my - gy) - (fy - gy) * (mx - gx)
    return sign * (gx * fy - gy * fx) + max(-sign * bulge, 0.0)
