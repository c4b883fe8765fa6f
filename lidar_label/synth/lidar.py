"""The spinning LiDAR of a made-up drive: one turn, ray by ray, each at its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.raycast import GROUND, Hits, cast_rays
from lidar_label.model import SE3, Floats, PointCloud
from lidar_label.synth.shapes import Material
from lidar_label.synth.street import KERB_M, LANE_EDGE_M
from lidar_label.synth.world import World

MAX_RANGE_M = 100.0
TURN_S = 0.1
NOISE_M, MOST_NOISE_M = 0.01, 0.02
_LOST = 0.02
_PATCH = (16, 4)  # columns and beams of neighbouring rays that are followed together
_RAYS_AT_ONCE = 1 << 14  # whose arrays stay in the processor's cache
_LOWEST, _MIDDLE, _HIGHEST = -24.5, -1.6, 10.0  # elevations of the beams, degrees
_MOUNT = SE3.from_yaw("ego", "LIDAR_TOP", -np.pi / 2, (0.95, 0.0, 1.84))

# Share of the light that a surface sends back, by material, and of the rays it does not send back.
_ALBEDO = np.zeros(len(Material))
_SWALLOWED = np.full(len(Material), _LOST)
for _material, _albedo in {
    Material.PAINT: 0.45, Material.CABIN: 0.16, Material.GLASS: 0.1, Material.TYRE: 0.07, Material.FACADE: 0.38,
    Material.ROOF: 0.22, Material.WOOD: 0.3, Material.LEAVES: 0.34, Material.METAL: 0.5, Material.CLOTH: 0.32,
    Material.SKIN: 0.42, Material.BUS: 0.4, Material.BANDED: 0.5, Material.LAMP: 0.98, Material.WALL: 0.45,
    Material.TREAD: 0.1, Material.EARTH: 0.22,
}.items():  # fmt: skip
    _ALBEDO[_material] = _albedo
_SWALLOWED[[Material.CABIN, Material.GLASS]] = 0.45
_SWALLOWED[Material.LEAVES] = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Spinner:
    """A LiDAR on the roof that turns clockwise, from the rear over the left.

    Parameters
    ----------
    beams : int
        Rays one above the other; ring 0 is the lowest.
    columns : int
        Directions in a turn.
    rolling : bool
        False freezes the world for the turn, as if all rays were sent at its middle.
    noise : bool
        Whether ranges are blurred and returns get lost.
    """

    beams: int = 64
    columns: int = 1800
    rolling: bool = True
    noise: bool = True

    @property
    def mount(self) -> SE3:
        """``ego_SE3_LIDAR_TOP``: x to the right, y ahead, z up, as on nuScenes' car."""
        return _MOUNT

    @property
    def elevations(self) -> Floats:
        """Of each ring, radians: closer together about the horizon, where things are far and small."""
        u = np.linspace(-1.0, 1.0, self.beams) if self.beams > 1 else np.zeros(1)
        reach = np.where(u < 0, _LOWEST - _MIDDLE, _HIGHEST - _MIDDLE)
        return np.asarray(np.radians(_MIDDLE + reach * (0.4 * np.abs(u) + 0.6 * u * u)))

    def turn(self, world: World, time: float, seed: tuple[int, ...]) -> tuple[PointCloud, NDArray[np.int32]]:
        """Return the cloud of the turn whose middle is at `time`, and the object of each point.

        Points come in the order they were sent out, a column of all beams at a time. The car's own
        motion is taken out: they are where the sensor at `time` would have them. Objects are those of
        the world, GROUND (-1) for the ground.
        """
        span = TURN_S if self.rolling else 0.0
        rng = np.random.default_rng([*seed, 2])
        poses = world.poses(time - span / 2, time + span / 2)
        materials = np.array([part.material for thing in world.things for part in thing.shape.parts], dtype=np.int64)
        at_once = max(_PATCH[0], _RAYS_AT_ONCE // self.beams // _PATCH[0] * _PATCH[0])
        sectors = [
            self._sector(world, time, span, poses, materials, np.arange(first, min(first + at_once, self.columns)), rng)
            for first in range(0, self.columns, at_once)
        ]
        xyz, intensity, ring, time_s, owners = (np.concatenate(found) for found in zip(*sectors, strict=True))
        fields = {"intensity": intensity, "ring": ring, "time_s": time_s}
        return PointCloud(xyz, fields), owners

    def _sector(
        self,
        world: World,
        time: float,
        span: float,
        poses: Floats,
        materials: NDArray[np.int64],
        columns: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> tuple[NDArray[Any], ...]:
        """Return the points of some columns: places, the three fields, and objects."""
        fraction = (columns + 0.5) / self.columns
        offset = (fraction - 0.5) * span
        turns, places = world.ego_poses(time + offset)
        matrices = turns.as_matrix()
        ways = self._directions(fraction) @ (matrices @ self.mount.rotation_matrix).transpose(0, 2, 1)
        ways = ways.reshape(-1, 3)
        origins = np.repeat(matrices @ self.mount.translation + places, self.beams, axis=0)
        hits = self._cast(world, poses, origins, ways, np.repeat(fraction, self.beams))
        facing = np.abs(np.einsum("ni,ni->n", ways, hits.normal))
        kept, reach = self._returned(materials, hits, facing, rng)
        back = (world.ego_pose(time) @ self.mount).inverse
        return (
            back.apply(origins[kept] + ways[kept] * reach[:, None]).astype(np.float32),
            _intensity(world, materials, hits, facing, rng)[kept],
            (kept % self.beams).astype(np.uint16),
            np.repeat(offset, self.beams)[kept].astype(np.float32),
            hits.object[kept],
        )

    def _directions(self, fraction: Floats) -> Floats:
        """Return unit directions in the sensor's frame at fractions of the turn: (C, beams, 3)."""
        azimuth = np.pi / 2 + np.pi - 2 * np.pi * fraction  # the sensor's own +y looks ahead
        up = self.elevations
        flat = np.cos(up)[None, :]
        return np.stack(
            [
                np.cos(azimuth)[:, None] * flat,
                np.sin(azimuth)[:, None] * flat,
                np.broadcast_to(np.sin(up), (len(fraction), self.beams)),
            ],
            axis=-1,
        )

    def _cast(self, world: World, poses: Floats, origins: Floats, ways: Floats, fractions: Floats) -> Hits:
        """Cast the rays in small patches of neighbours, and bring the hits back into their order."""
        order = _patches(len(ways) // self.beams, self.beams)
        hits = cast_rays(
            origins[order], ways[order], fractions[order], world.solids, poses, world.street.ground, MAX_RANGE_M,
            bundle=_PATCH[0] * _PATCH[1],
        )  # fmt: skip
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return Hits(
            distance=hits.distance[back], object=hits.object[back], part=hits.part[back], face=hits.face[back],
            local=hits.local[back], normal=hits.normal[back],
        )  # fmt: skip

    def _returned(
        self, materials: NDArray[np.int64], hits: Hits, facing: Floats, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return which rays come back, and from how far."""
        back = np.isfinite(hits.distance)
        reach = hits.distance.copy()
        if self.noise:
            chance, blur = rng.random(len(reach)), rng.normal(0.0, NOISE_M, len(reach))
            material = materials[hits.part]
            lost = np.where(hits.part >= 0, _SWALLOWED[material], _LOST)
            lost = lost + 0.6 * np.clip(0.04 - facing, 0.0, 0.04) / 0.04 + 0.25 * (reach / MAX_RANGE_M) ** 3
            back &= chance > lost
            reach += np.clip(blur, -MOST_NOISE_M, MOST_NOISE_M)
            leaves = (hits.part >= 0) & (material == Material.LEAVES)
            reach[leaves] += np.abs(blur[leaves]) * 25.0  # some light goes past the first leaves
        kept = np.flatnonzero(back)
        return kept, reach[kept]


@lru_cache(maxsize=4)
def _patches(columns: int, beams: int) -> NDArray[np.int64]:
    """Return an order of rays in patches of neighbours."""
    column, beam = np.divmod(np.arange(columns * beams), beams)
    order = np.lexsort((beam, column, beam // _PATCH[1], column // _PATCH[0]))
    order.flags.writeable = False
    return order


def _intensity(
    world: World, materials: NDArray[np.int64], hits: Hits, facing: Floats, rng: np.random.Generator
) -> NDArray[np.float32]:
    albedo = np.where(hits.part >= 0, _ALBEDO[materials[hits.part]], 0.2)
    on_ground = hits.object == GROUND
    _, d = world.street.locate(hits.local.astype(np.float64)[:, :2])
    albedo[on_ground & (np.abs(d) < KERB_M)] = 0.12
    painted = on_ground & ((np.abs(np.abs(d) - LANE_EDGE_M) < 0.07) | (np.abs(d) < 0.06))
    albedo[painted] = 0.75
    shade = rng.normal(1.0, 0.06, len(albedo))
    value: NDArray[np.float32] = np.clip(255.0 * albedo * np.sqrt(facing) * shade, 1.0, 255.0).astype(np.float32)
    return value
