"""Made-up scenes with hills, kerbs, bridges and a car park, whose ground points are known: for `scripts/ground`.

Rays are cast from a tilted car on to analytic land and on to the things of a made-up street, which stand on it. What a
ray meets first is the truth. Some returns are mirrored to under the ground, as wet roads and glass do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from lidar_label.kernels.raycast import cast_rays
from lidar_label.synth.lidar import MAX_RANGE_M, Spinner
from lidar_label.synth.motion import Motion
from lidar_label.synth.populate import populate
from lidar_label.synth.shapes import Part, assemble, block
from lidar_label.synth.street import KERB_HEIGHT_M, KERB_M
from lidar_label.synth.world import Thing, World

Floats = NDArray[np.float64]
Land = Callable[[Floats, Floats], Floats]

ROOF_M, BUMPER_M = 1.84, 0.6
GREY = (150, 150, 150)
NOTHING, GROUND, MIRRORED = -2, -1, -3
_MIRRORED = 0.003
_TIME_S = 2.0


@dataclass(frozen=True, eq=False)
class Seen:
    """A cloud and what each point lies on.

    `xyz` (N, 3) float32, metres; `intensity` (N,) 0 to 1; `owner` (N,) int32, a thing of the world, GROUND or
    MIRRORED; `origins` (S, 3) metres, the sensors; `height` of the first over its ground, metres; `labelled` (M,)
    which things of the world somebody would label.
    """

    name: str
    xyz: NDArray[np.floating]
    intensity: NDArray[np.float32]
    owner: NDArray[np.int32]
    origins: Floats
    height: float
    labelled: NDArray[np.bool_]

    @property
    def ground(self) -> NDArray[np.bool_]:
        """Which points lie on the ground, (N,)."""
        return self.owner == GROUND


def level(s: Floats, d: Floats) -> Floats:
    """Land as flat as a made-up street's."""
    return np.zeros_like(s + d)


def hill(s: Floats, d: Floats) -> Floats:
    """Land that climbs and swings, up to some 14 %, and leans to one side."""
    return 0.08 * s + 1.5 * np.sin(s / 25.0) + 0.03 * d


def crest(s: Floats, d: Floats) -> Floats:
    """Land that climbs at 18 %, and falls behind a crest 25 m ahead."""
    return -0.18 * np.sqrt((s - _CREST) ** 2 + 36.0) + 0.0 * d


def viaduct(s: Floats, d: Floats) -> Floats:
    """Land 6 m under a road on a bridge."""
    return np.where(np.abs(d) < 8.6, 0.0, -6.0 + 0.04 * s)


def ramps(s: Floats, d: Floats) -> Floats:
    """Land of a car park: level, with a ramp of 14 % on one side."""
    rise = 0.14 * np.clip(s - _CREST + 15.0, 0.0, 12.0)
    return np.where(d > 4.0, rise, 0.0)


_CREST = 47.0  # along the street, 25 m ahead of the car at the moment of the sweep


def scenes(seed: int = 0) -> Iterator[Seen]:
    """Make the scenes one after the other."""
    world = populate(seed, 2 * _TIME_S)
    yield look(world, "street", level)
    yield look(world, "hill", hill)
    yield look(world, "crest at 18 %", crest)
    yield look(_with(world, _over()), "under a bridge", level)
    yield look(_with(world, _parapets(), on_road=True), "on a bridge", viaduct, kerbs=False)
    yield look(_with(world, _storey(), on_road=True), "car park", ramps, kerbs=False)
    roof, low = look(world, "", hill), look(world, "", hill, height=BUMPER_M, ahead=2.2, beams=32)
    yield joined("two LiDARs", [roof, low])
    sweeps = [look(world, "", hill, time=_TIME_S + 0.5 * k, in_world=True) for k in range(4)]
    yield joined("4 frames, UTM", sweeps, shift=np.array([412_000.0, 5_318_000.0, 540.0]))


def look(
    world: World, name: str, land: Land, *, time: float = _TIME_S, height: float = ROOF_M, ahead: float = 0.95,
    beams: int = 64, kerbs: bool = True, in_world: bool = False,
) -> Seen:  # fmt: skip
    """Return what a LiDAR on a car sees that stands on a land."""

    def ground(xy: Floats) -> Floats:
        s, d = world.street.locate(xy)
        return land(s, d) + (np.where(np.abs(d) >= KERB_M, KERB_HEIGHT_M, 0.0) if kerbs else 0.0)

    rng = np.random.default_rng([len(name), int(time * 10), beams])
    x, y, yaw = world.ego.poses(world.street, time)[0]
    step = 1.5 * np.array([np.cos(yaw), np.sin(yaw)])
    side = 0.8 * np.array([-np.sin(yaw), np.cos(yaw)])
    middle = np.array([x, y])
    up_ahead, up_left = (
        float(ground((middle + way)[None])[0] - ground((middle - way)[None])[0]) for way in (step, side)
    )
    turn = Rotation.from_euler("ZYX", [yaw, -np.arctan2(up_ahead, 3.0), np.arctan2(up_left, 1.6)])
    eye = np.array([x, y, float(ground(middle[None])[0])]) + turn.apply([ahead, 0.0, height])
    ways = _ways(Spinner(beams=beams), beams)
    rays = turn.apply(ways)
    poses = world.poses(time, time)
    s, d = world.street.locate(poses[:, 0, :2])
    poses[:, :, 2] += land(s, d)[:, None]
    hits = cast_rays(np.broadcast_to(eye, rays.shape), rays, np.zeros(len(rays)), world.solids, poses,
                     max_range=MAX_RANGE_M)  # fmt: skip
    far = _met(ground, eye, rays, hits.distance)
    owner = np.where(far < hits.distance, GROUND, hits.object).astype(np.int32)
    reach = np.minimum(far, hits.distance)
    back = np.isfinite(reach) & (rng.random(len(reach)) > 0.02 + 0.25 * (reach / MAX_RANGE_M) ** 3)
    reach, owner, ways = reach[back], owner[back], ways[back]
    reach = reach + np.clip(rng.normal(0.0, 0.01, len(reach)), -0.02, 0.02)
    mirrored = (rng.random(len(reach)) < _MIRRORED) & (owner == GROUND)
    reach[mirrored] *= rng.uniform(1.15, 1.6, int(mirrored.sum()))
    owner[mirrored] = MIRRORED
    xyz = ways * reach[:, None]
    origin = np.zeros(3)
    if in_world:
        xyz, origin = turn.apply(xyz) + eye, eye
    labelled = np.array([bool(thing.category) for thing in world.things])
    light = rng.uniform(0.1, 0.6, len(xyz)).astype(np.float32)
    return Seen(name, xyz.astype(np.float64 if in_world else np.float32), light, owner, origin[None], height, labelled)


def joined(name: str, clouds: list[Seen], shift: Floats | None = None) -> Seen:
    """Return clouds of one place as one; those of a car's other LiDARs are put where these stand."""
    moved, origins = [], []
    for k, one in enumerate(clouds):
        aside = np.array([2.2 - 0.95, 0.0, one.height - clouds[0].height]) if k and shift is None else np.zeros(3)
        far = aside if shift is None else shift
        moved.append(one.xyz + far.astype(one.xyz.dtype))
        origins.append(one.origins + far)
    return replace(
        clouds[0], name=name, xyz=np.concatenate(moved), origins=np.concatenate(origins),
        intensity=np.concatenate([one.intensity for one in clouds]),
        owner=np.concatenate([one.owner for one in clouds]),
    )  # fmt: skip


def _ways(spinner: Spinner, beams: int) -> Floats:
    """Return unit directions of a turn, x ahead, (N, 3), in patches of neighbours: the ray caster likes them so."""
    azimuth = np.pi - 2 * np.pi * (np.arange(spinner.columns) + 0.5) / spinner.columns
    up = spinner.elevations
    flat = np.cos(up)[None]
    ways = np.stack(
        [np.cos(azimuth)[:, None] * flat, np.sin(azimuth)[:, None] * flat,
         np.broadcast_to(np.sin(up), (len(azimuth), beams))], axis=-1,
    )  # fmt: skip
    column, beam = np.divmod(np.arange(spinner.columns * beams), beams)
    return ways.reshape(-1, 3)[np.lexsort((beam, column, beam // 4, column // 16))]


def _met(ground: Callable[[Floats], Floats], eye: Floats, rays: Floats, most: Floats) -> Floats:
    """Return how far off rays meet the ground before `most`, (N,) metres: steps until one is under it, then halves."""
    low, far = np.full(len(rays), 0.3), np.full(len(rays), np.inf)
    left = np.arange(len(rays))
    at = 0.3
    while at < MAX_RANGE_M and len(left):
        ahead = min(at * 1.05 + 0.02, MAX_RANGE_M)
        places = eye + ahead * rays[left]
        under = places[:, 2] < ground(places[:, :2])
        low[left[under]], far[left[under]] = at, ahead
        left = left[~under & (most[left] > ahead)]
        at = ahead
    met = np.flatnonzero(np.isfinite(far))
    for _ in range(18):
        middle = (low[met] + far[met]) / 2
        places = eye + middle[:, None] * rays[met]
        under = places[:, 2] < ground(places[:, :2])
        far[met] = np.where(under, middle, far[met])
        low[met] = np.where(under, low[met], middle)
    return far


def _with(world: World, parts: list[tuple[list[Part], float, float]], *, on_road: bool = False) -> World:
    """Return a world with things of these parts at (s, d) more, and those on the road alone where asked."""
    things = [thing for thing in world.things if not on_road or abs(float(thing.motion.across(_TIME_S))) < KERB_M - 0.5]
    more = [Thing(shape=assemble(found), motion=Motion(s=s, d=d)) for found, s, d in parts]
    # A thing's place on the street is below where its parts were drawn about.
    return World(world.street, world.ego, [*things, *more])


def _over() -> list[tuple[list[Part], float, float]]:
    deck = [block((-6, 6), (-30, 30), (5.2, 6.2), GREY)]
    deck += [block((x - 0.5, x + 0.5), (y - 0.5, y + 0.5), (0.0, 5.3), GREY) for x in (-4, 4) for y in (-9, 9)]
    return [(deck, 36.0, 0.0)]


def _parapets() -> list[tuple[list[Part], float, float]]:
    return [([block((-2.5, 2.5), (-0.15, 0.15), (0.0, 1.0), GREY)], s, d)
            for s in np.arange(-60.0, 110.0, 5.0) for d in (-8.2, 8.2)]  # fmt: skip


def _storey() -> list[tuple[list[Part], float, float]]:
    roof = [block((-45, 45), (-16, 16), (3.9, 4.2), GREY), block((-0.1, 0.1), (-0.1, 0.1), (0.0, 4.0), GREY)]
    columns = [([block((-0.3, 0.3), (-0.3, 0.3), (0.0, 4.0), GREY)], s, d)
               for s in np.arange(-20.0, 65.0, 8.0) for d in (-12.0, -4.6, 4.0, 12.0)]  # fmt: skip
    walls = [([block((-45, 45), (-0.1, 0.1), (0.0, 4.0), GREY)], 22.0, d) for d in (-16.0, 16.0)]
    return [(roof, 22.0, 0.0), *columns, *walls]
