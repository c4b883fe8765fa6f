"""Handles of the selected box in a picture: where they are seen, and the plane that a drag of one moves in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lidar_label.gui.views import handles
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.geometry import ray_plane
from lidar_label.model import SE3, Camera, Floats

_LEAST_SLOPE = 0.3  # sine of the angle between a look and the way a face moves: straight at it nothing is to be seen


@dataclass(frozen=True, slots=True, eq=False)
class Grip:
    """A handle that a picture shows.

    Parameters
    ----------
    uv : (2,) float64, pixels of the picture
    spot : (3,) float64, metres, ego frame
    normal : (3,) float64
        Of the plane through `spot` that a drag moves in: as square to the look as the handle's own way lets it be,
        so that depth is kept.
    ahead : (2,) float64, pixels of the picture
        Which way it moves there; zeros where any.
    """

    uv: Floats
    spot: Floats
    normal: Floats
    ahead: Floats

    def point(self, camera: Camera, camera_SE3_ego: SE3, uv: Floats) -> Floats | None:
        """Return the place in that plane that a pixel looks at, ego frame; None where it looks past it."""
        back = camera_SE3_ego.inverse
        ray: Floats = back.rotation_matrix @ camera.rays(uv[None])[0]
        return ray_plane(back.translation, ray, self.spot, self.normal) if np.isfinite(ray).all() else None


def grips(camera: Camera, camera_SE3_ego: SE3, arrays: BoxArrays, index: int) -> dict[str, Grip]:
    """Return the handles of a box that a picture shows: its faces, and the disc in its middle that slides it.

    A face that looks at the camera has its handle in its middle, one that looks away at its silhouette: the edge it
    shares with the face that looks at the camera most. One that would move straight at the camera has none.
    """
    eye = camera_SE3_ego.inverse.translation
    center, axes, half = arrays.centers[index], arrays.rotations[index], arrays.sizes[index] / 2
    look = _unit(center - eye)
    found: dict[str, Grip] = {}
    spots: dict[str, tuple[Floats, Floats]] = {handles.SLIDE: (center, look)}
    facing = {
        name: float((eye - center - axes @ (half * signs)) @ (axes @ np.array(signs)))
        for name, signs in handles.FACES.items()
    }
    for name, signs in handles.FACES.items():
        way = axes @ np.array(signs, dtype=np.float64)
        spot = center + axes @ (half * signs)
        if facing[name] <= 0:
            beside = [n for n in handles.FACES if not np.dot(handles.FACES[n], signs) and facing[n] > 0]
            if beside:
                most = max(beside, key=lambda n: facing[n] / float(np.linalg.norm(eye - center)))
                spot = spot + axes @ (half * handles.FACES[most])
        seen = _unit(spot - eye)
        across = seen - float(seen @ way) * way
        if float(np.linalg.norm(across)) >= _LEAST_SLOPE:
            spots[name] = spot, _unit(across)
    names = list(spots)
    places = np.stack([spots[name][0] for name in names])
    ways = np.stack([axes @ np.array(handles.FACES.get(name, (0, 0, 0)), dtype=np.float64) for name in names])
    step = 0.02 * float(np.linalg.norm(center - eye))
    uv, seen_at = camera.project(camera_SE3_ego.apply(places))
    there, seen_there = camera.project(camera_SE3_ego.apply(places + step * ways))
    held = seen_at & seen_there & camera.inside(uv)
    for n, name in enumerate(names):
        if held[n]:
            found[name] = Grip(uv[n], places[n], spots[name][1], there[n] - uv[n])
    return found


def _unit(vector: Floats) -> Floats:
    made: Floats = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return made
