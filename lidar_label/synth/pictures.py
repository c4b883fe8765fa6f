"""Pictures: what a camera of a made-up drive sees, ray by ray through its own lens."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Encoder

from lidar_label.kernels.raycast import GROUND, Hits, cast_rays, is_blocked
from lidar_label.model import SE3, Camera, Floats
from lidar_label.synth.paint import Colors, Singles, Surface, surface_colors
from lidar_label.synth.populate import zebra_places
from lidar_label.synth.shapes import Material
from lidar_label.synth.surroundings import ground_colors, sky_colors
from lidar_label.synth.world import World

_FAR_M = 400.0
_SHADOWS_TO_M = 75.0
_SUN = np.array([-0.32, 0.62, 0.72]) / np.linalg.norm([-0.32, 0.62, 0.72])
_SUNLIGHT = np.array([0.80, 0.76, 0.68], dtype=np.float32)
_SKYLIGHT = np.array([0.52, 0.56, 0.61], dtype=np.float32)
_HAZE = np.array([0.80, 0.85, 0.90], dtype=np.float32)
_TILE = 8
_AT_ONCE = 1 << 15  # rays whose arrays stay in the processor's cache; a picture has many more
_QUALITY = 88
_SUBPIXELS = ((-0.33, 0.17), (0.33, -0.17))  # beside the middle, which is there already
_CONTRAST = 0.11


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A picture and what is in it.

    `rgb` is (H, W, 3) uint8; `objects` (H, W) int32 says which of the world's things the middle of
    each pixel shows, -1 for the ground, -2 for the sky.
    """

    rgb: NDArray[np.uint8]
    objects: NDArray[np.int32]

    def jpeg(self) -> bytes:
        """Return the picture as a JPEG file."""
        buffer = io.BytesIO()
        Encoder.fromarray(self.rgb).save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue()


def look(world: World, camera: Camera, world_SE3_camera: SE3, time: float) -> Look:
    """Draw the world at one time in seconds, as a camera at this pose sees it."""
    width, height = camera.width, camera.height
    order = _tiles(width, height)
    pixels = np.column_stack([order % width, order // width]).astype(np.float64)
    studio = _Studio(world, camera, world_SE3_camera, time)
    colors, seen = studio.shoot(pixels)
    picture = np.empty((height * width, 3), dtype=np.float32)
    picture[order] = colors
    objects = np.empty(height * width, dtype=np.int32)
    objects[order] = seen
    # Where neighbours differ, an edge runs through the pixel: look again beside its middle.
    rough = _rough(picture.reshape(height, width, 3)).ravel()[order]
    again, where = pixels[rough], order[rough]
    beside = (again[:, None] + np.array(_SUBPIXELS)).reshape(-1, 2)
    more = studio.shoot(beside)[0].reshape(-1, len(_SUBPIXELS), 3).sum(axis=1)
    picture[where] = (picture[where] + more) / (1 + len(_SUBPIXELS))
    rgb = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Look(rgb.reshape(height, width, 3), objects.reshape(height, width))


@lru_cache(maxsize=4)
def _tiles(width: int, height: int) -> NDArray[np.int64]:
    """Return all pixels, those of one small tile after another, so that rays look alike."""
    v, u = np.divmod(np.arange(width * height), width)
    order = np.lexsort((u, v, u // _TILE, v // _TILE))
    order.flags.writeable = False
    return order


def _rough(picture: Colors) -> NDArray[np.bool_]:
    """Mark the pixels that differ much from a neighbour."""
    grey = picture @ np.array([0.35, 0.45, 0.2], dtype=np.float32)
    rough = np.zeros(grey.shape, dtype=np.bool_)
    beside, below = np.abs(np.diff(grey, axis=1)) > _CONTRAST, np.abs(np.diff(grey, axis=0)) > _CONTRAST
    rough[:, :-1] |= beside
    rough[:, 1:] |= beside
    rough[:-1] |= below
    rough[1:] |= below
    return rough


class _Studio:
    """A world that holds still, and a camera in it."""

    def __init__(self, world: World, camera: Camera, world_SE3_camera: SE3, time: float) -> None:
        self.world = world
        self.camera = camera
        self.place = world_SE3_camera.translation
        self.turn = world_SE3_camera.rotation_matrix
        self.poses = world.poses(time, time)
        self.zebras = zebra_places(world.street.start, world.street.end)
        parts = [part for thing in world.things for part in thing.shape.parts]
        self.colors: Colors = np.array([part.color for part in parts], dtype=np.float32) / np.float32(255)
        self.materials = np.array([part.material for part in parts])
        self.halves = np.array([thing.shape.size / 2 for thing in world.things], dtype=np.float32)

    def shoot(self, pixels: Floats) -> tuple[Colors, NDArray[np.int32]]:
        """Return the colour (N, 3), 0 to 1, of places in the picture, and the object there (N,)."""
        colors = np.empty((len(pixels), 3), dtype=np.float32)
        objects = np.empty(len(pixels), dtype=np.int32)
        for start in range(0, len(pixels), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            self._shoot(pixels[part], colors[part], objects[part])
        return colors, objects

    def _shoot(self, pixels: Floats, colors: Colors, objects: NDArray[np.int32]) -> None:
        ways = self.camera.rays(pixels) @ self.turn.T
        origins = np.broadcast_to(self.place, ways.shape)
        still = np.zeros(len(ways))
        hits = cast_rays(
            origins, ways, still, self.world.solids, self.poses, self.world.street.ground, _FAR_M, bundle=_TILE * _TILE
        )
        objects[:] = hits.object
        sky = np.flatnonzero(np.isinf(hits.distance))
        colors[sky] = sky_colors(ways[sky])
        met = np.flatnonzero(np.isfinite(hits.distance))
        colors[met] = self._lit(hits, met, ways)

    def _lit(self, hits: Hits, met: NDArray[np.int64], ways: Floats) -> Colors:
        distance, normal = hits.distance[met].astype(np.float32), hits.normal[met]
        color = self._painted(hits, met)
        toward_sun = normal @ _SUN.astype(np.float32)
        sun = np.clip(toward_sun, 0, 1)
        asks = np.flatnonzero((toward_sun > 0.0) & (distance < _SHADOWS_TO_M))
        start = self.place + ways[met[asks]] * hits.distance[met[asks], None] + normal[asks] * 2e-3
        sun[asks] *= ~is_blocked(start, np.broadcast_to(_SUN, start.shape), np.zeros(len(start)),
                                 self.world.solids, self.poses, 60.0, bundle=_TILE * _TILE)  # fmt: skip
        sky = 0.72 + 0.28 * normal[:, 2:]
        light = _SKYLIGHT * sky * 1.25 + _SUNLIGHT * sun[:, None]
        haze = (1 - np.exp(-distance / 420.0))[:, None]
        return np.asarray(color * light * (1 - haze) + _HAZE * haze, dtype=np.float32)

    def _painted(self, hits: Hits, met: NDArray[np.int64]) -> Colors:
        colors = np.empty((len(met), 3), dtype=np.float32)
        owner, part = hits.object[met], hits.part[met]
        ground = np.flatnonzero(owner == GROUND)
        if len(ground):
            place = hits.local[met[ground]].astype(np.float64)
            s, d = self.world.street.locate(place[:, :2])
            footprint = (hits.distance[met[ground]] / self.camera.fx).astype(np.float32)
            colors[ground] = ground_colors(s, d, footprint, self.zebras)
            upright = hits.normal[met[ground], 2] < 0.5
            colors[ground[upright]] = (0.58, 0.58, 0.57)
        solid = np.flatnonzero(owner >= 0)
        kinds = self.materials[part[solid]]
        for material in np.unique(kinds):
            chosen = solid[kinds == material]
            colors[chosen] = surface_colors(Material(material), self._surface(hits, met[chosen], material))
        return colors

    def _surface(self, hits: Hits, rows: NDArray[np.int64], material: int) -> Surface:
        part, owner, local, face = hits.part[rows], hits.object[rows], hits.local[rows], hits.face[rows]
        nothing = np.zeros(0, dtype=np.float32)
        return Surface(
            color=self.colors[part],
            local=local,
            half=self.halves[owner],
            unit=self._unit(part, local) if material == Material.TYRE else nothing,
            edge=self._edge(part, face, local) if material in (Material.CABIN, Material.BUS) else nothing,
            face=face,
            thing=owner,
        )

    def _unit(self, part: NDArray[np.int32], local: Singles) -> Singles:
        """Return each place in the frame in which its cylinder has radius 1."""
        maps = self.world.solids.part_maps[part].astype(np.float32)
        return np.asarray(np.einsum("nij,nj->ni", maps[:, :, :3], local) + maps[:, :, 3])

    def _edge(self, part: NDArray[np.int32], face: NDArray[np.int32], local: Singles) -> Singles:
        """Return how far each place is from the nearest edge of its face (of convex parts), metres."""
        first = self.world.solids.part_planes[part, 0]
        nearest = np.full(len(part), np.inf, dtype=np.float32)
        for k in range(6):  # those materials are only used on parts with six faces
            plane = self.world.solids.planes[first + k]
            room = plane[:, 3] - np.einsum("ni,ni->n", plane[:, :3], local)
            nearest = np.where(face == k, nearest, np.minimum(nearest, room)).astype(np.float32)
        return nearest
