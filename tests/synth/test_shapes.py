"""Shapes of a made-up street: their boxes are exact, and nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lidar_label.kernels.raycast import cast_rays
from lidar_label.synth import heavy, people, scenery, vehicles
from lidar_label.synth.motion import Motion
from lidar_label.synth.shapes import Shape
from lidar_label.synth.street import Street
from lidar_label.synth.world import Thing, World

RED = (200, 30, 30)
MAKERS: dict[str, Callable[[np.random.Generator], Shape]] = {
    "car": lambda rng: vehicles.car(rng, RED),
    "sport utility": lambda rng: vehicles.sport_utility(rng, RED),
    "van": lambda rng: vehicles.van(rng, RED),
    "lorry": lambda rng: heavy.lorry(rng, RED),
    "trailer": heavy.trailer,
    "tipper": lambda rng: heavy.tipper(rng, RED),
    "bus": lambda rng: heavy.bus(rng, RED),
    "digger": heavy.digger,
    "car trailer": heavy.car_trailer,
    "bicycle": lambda rng: vehicles.bicycle(rng, RED),
    "bicycle alone": lambda rng: vehicles.bicycle(rng, RED, rider=False),
    "motorcycle": lambda rng: vehicles.motorcycle(rng, RED),
    "walker": lambda rng: people.walker(rng, 1.75),
    "bystander": lambda rng: people.bystander(rng, 1.2),
    "worker": lambda rng: people.worker(rng, 1.8),
    "cone": lambda _: scenery.cone(),
    "barrier": lambda _: scenery.barrier(),
    "tree": scenery.tree,
    "spoil heap": lambda _: scenery.spoil_heap(),
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_box_is_what_rays_find(name: str, seed: int) -> None:
    """Parallel rays from all six sides find each face of the box, and nothing beyond it."""
    shape = MAKERS[name](np.random.default_rng(seed))
    street = Street(-50.0, 50.0, 1000.0)
    world = World(street, Motion(s=0, d=0), [Thing(shape=shape, motion=Motion(s=0, d=0))])
    poses = np.zeros((1, 2, 4))
    steps = (np.arange(160) + 0.5) / 160 * 2 - 1
    half = shape.size / 2
    for axis in range(3):
        for sign in (1.0, -1.0):
            across = [k for k in range(3) if k != axis]
            u, v = np.meshgrid(steps * (half[across[0]] + 0.2), steps * (half[across[1]] + 0.2))
            origins = np.zeros((u.size, 3))
            origins[:, across[0]], origins[:, across[1]] = u.ravel(), v.ravel()
            origins[:, axis] = sign * 50.0
            ways = np.zeros((u.size, 3))
            ways[:, axis] = -sign
            hits = cast_rays(origins, ways, np.zeros(u.size), world.solids, poses)
            met = hits.object == 0
            assert met.any()
            assert (np.abs(hits.local[met]) <= half + 1e-5).all()
            found = (hits.local[met, axis] * sign).max()
            assert half[axis] - 0.02 < found <= half[axis] + 1e-5, f"face {axis} {sign}"


def test_sizes_are_those_of_real_things() -> None:
    usual = {"car": (4.4, 1.8, 1.5), "bus": (11.7, 2.55, 3.1), "walker": (0.8, 0.55, 1.75), "bicycle": (1.8, 0.6, 1.75),
             "trailer": (8.3, 2.5, 3.4), "digger": (4.9, 1.85, 2.6)}  # fmt: skip
    for name, expected in usual.items():
        size = MAKERS[name](np.random.default_rng(0)).size
        np.testing.assert_allclose(size, expected, rtol=0.25, err_msg=name)
