"""A polygon that was drawn on the road in a picture, as a polygon on the ground in space."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.assist.ground_surface import GroundSurface
from lidar_label.assist.lift_marks import Eye
from lidar_label.errors import InvalidValue
from lidar_label.model import Floats

_NEAREST_M, _FARTHEST_M, _STEPS = 0.5, 150.0, 700
_HALVED = 24  # times, until a place is exact to less than a millimetre


def on_ground(surface: GroundSurface, eye: Eye, uv: ArrayLike) -> Floats:
    """Return where the rays of pixels meet the ground first.

    Parameters
    ----------
    surface : GroundSurface
        In the frame that `eye.camera_SE3_ego` leads from.
    eye : Eye
    uv : (K, 2) float, pixels

    Returns
    -------
    (K, 3) float64, metres
        NaN where a ray meets no ground that is known.
    """
    way = eye.camera_SE3_ego.inverse
    rays = eye.camera.rays(np.asarray(uv, dtype=np.float64).reshape(-1, 2)) @ way.rotation_matrix.T
    return rays_on_ground(surface, np.broadcast_to(way.translation, rays.shape), rays)


def rays_on_ground(surface: GroundSurface, origins: Floats, rays: Floats) -> Floats:
    """Return where rays, (K, 3) unit directions from (K, 3) metres, meet the ground first: (K, 3) metres or NaN."""
    along = np.geomspace(_NEAREST_M, _FARTHEST_M, _STEPS)
    places = origins[:, None] + rays[:, None, :] * along[None, :, None]
    over = surface.over(places.reshape(-1, 3)).reshape(len(rays), _STEPS)
    found = np.full((len(rays), 3), np.nan)
    for n, heights in enumerate(over):
        known = np.flatnonzero(np.isfinite(heights))
        under = known[heights[known] <= 0]
        if not len(under):
            continue
        above = known[(known < under[0]) & (heights[known] > 0)]
        if not len(above):
            continue  # under the ground from the first place on that is known
        low, high = along[above[-1]], along[under[0]]
        for _ in range(_HALVED):
            middle = (low + high) / 2
            at = origins[n] + rays[n] * middle
            height = float(surface.over(at[None])[0])
            low, high = (middle, high) if not height <= 0 else (low, middle)
        found[n] = origins[n] + rays[n] * high
    return found


def road_polygon(surface: GroundSurface, eye: Eye, polygon: ArrayLike, *, pieces: int = 1) -> Floats:
    """Return a polygon on the ground's surface, (K * pieces, 3) metres, of one that was drawn in a picture.

    Parameters
    ----------
    surface, eye
        See `on_ground`.
    polygon : (K, 2) float, pixels
        K from 3.
    pieces : int
        Of each side, each end of which lies on the ground: more follow it over bumps, and straight lines through a
        bent lens.

    Raises
    ------
    InvalidValue
        If it is no polygon, or a corner does not look at ground that is known: at the sky, or too far.
    """
    corners = np.asarray(polygon, dtype=np.float64)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3 or not np.isfinite(corners).all():
        raise InvalidValue(f"a polygon has 3 corners or more, each two numbers; got {polygon!r:.80}")
    if pieces < 1:
        raise InvalidValue(f"a side has 1 piece or more, got {pieces}")
    share = np.linspace(0.0, 1.0, pieces, endpoint=False)[None, :, None]
    following = np.roll(corners, -1, axis=0)
    places = (corners[:, None] + (following - corners)[:, None] * share).reshape(-1, 2)
    found = on_ground(surface, eye, places)
    missing = np.flatnonzero(~np.isfinite(found).all(axis=1))
    if len(missing):
        u, v = places[missing[0]].tolist()
        raise InvalidValue(
            f"the polygon does not lie on the road: at pixel ({u:.0f}, {v:.0f}) there is no ground that the LiDAR saw",
            hint="draw it nearer, and below the horizon",
        )
    return found
