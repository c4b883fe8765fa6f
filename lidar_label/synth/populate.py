"""Populate: who and what is on the street of a made-up drive, chosen by a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lidar_label.model import Floats
from lidar_label.synth import heavy, people, scenery, vehicles
from lidar_label.synth.crowd import ROOM_M, Crowd
from lidar_label.synth.motion import Motion
from lidar_label.synth.shapes import Shape
from lidar_label.synth.street import BAY_M, CYCLE_EDGE_M, CYCLE_M, KERB_M, LANE_M, PAVEMENT_EDGE_M, Street
from lidar_label.synth.world import Thing, World

EGO_SPEED = 11.0
_ONCOMING_SPEED, _CYCLE_SPEED = 10.0, 5.0
_HEAVY_LANE_M = LANE_M + 0.15  # what is wide keeps to the right in its lane
_HITCH_M = ROOM_M + 0.05  # of air between a lorry and the drawbar behind it
_BEYOND_M = 110.0  # how far the street goes on behind the first place and before the last
_BAY_PITCH_M = 6.4
_WIDE = 0.93  # of the shares of `_motor`: what is above is a lorry or a bus
_SITE_HALF_M = 10.5
_PI = np.pi
Rng = np.random.Generator


def zebra_places(start: float, end: float) -> Floats:
    """Return where the zebra crossings are, s in metres."""
    return np.arange(np.ceil((start - 38.0) / 90.0), (end - 38.0) / 90.0) * 90.0 + 38.0


def populate(seed: int, duration: float) -> World:
    """Return a street long enough for a drive of `duration` seconds, with everything on it."""
    rng = np.random.default_rng([seed, 1])
    ego = Motion(s=0.0, d=-LANE_M, speed=EGO_SPEED, sway=0.8, period=float(rng.uniform(5.0, 8.0)))
    path = float(ego.along(duration))
    start, end = -_BEYOND_M, path + _BEYOND_M
    street = Street(start, end, max(420.0, (end - start) / 2.4))
    crowd = Crowd(street, ego, duration)
    _company(crowd, rng)
    _crossing(crowd, rng, path)
    _traffic(crowd, rng, path)
    _cyclists(crowd, rng, path)
    _kerbside(crowd, rng)
    _walkers(crowd, rng)
    _scenery(crowd, rng)
    _houses(crowd, rng)
    return World(street, ego, crowd.things)


def _color(rng: Rng) -> tuple[int, int, int]:
    return vehicles.CAR_COLORS[int(rng.integers(len(vehicles.CAR_COLORS)))]


def _motor(rng: Rng, motion: Motion, share: float, resting: str = "vehicle.parked") -> Thing:
    """Return a vehicle of the kind that a number from 0 to 1 picks."""
    kinds: tuple[tuple[float, str, Callable[[Rng, tuple[int, int, int]], Shape]], ...] = (
        (0.62, "vehicle.car", vehicles.car),
        (0.84, "vehicle.car", vehicles.sport_utility),
        (_WIDE, "vehicle.car", vehicles.van),
        (0.965, "vehicle.truck", heavy.lorry),
        (1.01, "vehicle.bus.rigid", heavy.bus),
    )
    _, category, make = next(kind for kind in kinds if share < kind[0])
    color = ((196, 52, 44), (60, 110, 160))[int(rng.integers(2))] if category == "vehicle.bus.rigid" else _color(rng)
    return Thing(shape=make(rng, color), motion=motion, category=category, moving="vehicle.moving", resting=resting)


def _road_train(street: Street, rng: Rng, motion: Motion) -> tuple[Thing, Thing]:
    """Return a lorry and, as a thing of its own, the trailer that follows it."""
    lorry, load = heavy.lorry(rng, _color(rng)), heavy.trailer(rng)
    behind = (lorry.size[0] + load.size[0]) / 2 + _HITCH_M
    follows = replace(motion, s=motion.s - np.sign(motion.speed) * behind / (1 - motion.d / street.radius))
    return (
        Thing(shape=lorry, motion=motion, category="vehicle.truck", moving="vehicle.moving", resting="vehicle.stopped"),
        Thing(
            shape=load, motion=follows, category="vehicle.trailer", moving="vehicle.moving", resting="vehicle.stopped"
        ),
    )


def _cycle(rng: Rng, motion: Motion, *, rider: bool = True) -> Thing:
    said = "cycle.with_rider" if rider else "cycle.without_rider"
    shape = vehicles.bicycle(rng, _color(rng), rider=rider)
    return Thing(shape=shape, motion=motion, category="vehicle.bicycle", moving=said, resting=said)


def _person(rng: Rng, motion: Motion, category: str = "human.pedestrian.adult") -> Thing:
    height = rng.uniform(1.1, 1.4) if category.endswith("child") else rng.uniform(1.6, 1.9)
    stands = motion.speed == 0.0 and motion.shift == 0.0
    make = people.bystander if stands else people.walker
    shape = (people.worker if category.endswith("worker") else make)(rng, height)
    return Thing(
        shape=shape, motion=motion, category=category, moving="pedestrian.moving", resting="pedestrian.standing"
    )


def _swinging(rng: Rng) -> dict[str, float]:
    return {"sway": float(rng.uniform(0.2, 0.9)), "period": float(rng.uniform(4.0, 8.0))}


def _company(crowd: Crowd, rng: Rng) -> None:
    """Who is near the car in every drive, and so comes before all others: two lorries with trailers, a motorcycle."""
    for motion in (
        Motion(s=46.0, d=-_HEAVY_LANE_M, speed=EGO_SPEED, **_swinging(rng)),
        Motion(s=20.0, d=_HEAVY_LANE_M, speed=-_ONCOMING_SPEED, **_swinging(rng)),
    ):
        crowd.add(*_road_train(crowd.street, rng, motion))
    overtakes = Motion(s=-10.0, d=-LANE_M, speed=EGO_SPEED + 3.2, shift=LANE_M - 0.02, shift_at=0.0, shift_for=1.7)
    crowd.add(_rides_motorcycle(rng, overtakes))


def _crossing(crowd: Crowd, rng: Rng, path: float) -> None:
    """People on the zebras: some wait for the car to pass, some cross far ahead of it."""
    for zebra in zebra_places(-60.0, path + 70.0):
        passes = zebra / EGO_SPEED
        for k in range(3):
            side = 1.0 if k == 1 else -1.0
            across = side * 2 * (KERB_M + 0.9)
            late = passes + (2.2, 3.2, -9.5)[k] + rng.uniform(0.0, 0.8)
            motion = Motion(
                s=float(zebra + rng.uniform(-1.2, 1.2)),
                d=-across / 2,
                shift=across,
                shift_at=float(late),
                shift_for=float(rng.uniform(11.5, 13.0)),
                facing=side * _PI / 2,
            )
            crowd.add(_person(rng, motion))


def _traffic(crowd: Crowd, rng: Rng, path: float) -> None:
    pulls_out = Motion(s=14.0, d=-BAY_M, speed_to=8.0, at=3.6, acceleration=2.2, shift=BAY_M - LANE_M,
                       shift_at=4.4, shift_for=3.6)  # fmt: skip
    crowd.add(_motor(rng, pulls_out, 0.3))
    for s, share in ((24.0, 0.2), (72.0, 0.7), (92.0, 0.3), (-17.0, 0.5)):
        crowd.add(_motor(rng, Motion(s=s, d=-LANE_M, speed=EGO_SPEED, **_swinging(rng)), share, "vehicle.stopped"))

    s = -50.0
    while s < path + _ONCOMING_SPEED * crowd.duration + 90.0:
        chance, share = rng.random(2)
        wide = 0.12 < chance < 0.2 or (chance > 0.12 and share > _WIDE)
        motion = Motion(s=s, d=_HEAVY_LANE_M if wide else LANE_M, speed=-_ONCOMING_SPEED, **_swinging(rng))
        if chance < 0.12:
            crowd.add(_rides_motorcycle(rng, motion))
        elif chance < 0.2:
            s += 12.0  # for the trailer
            crowd.add(*_road_train(crowd.street, rng, motion))
        else:
            crowd.add(_motor(rng, motion, float(share), "vehicle.stopped"))
        s += float(rng.uniform(17.0, 38.0))


def _rides_motorcycle(rng: Rng, motion: Motion) -> Thing:
    shape = vehicles.motorcycle(rng, _color(rng))
    said = "cycle.with_rider"
    return Thing(shape=shape, motion=motion, category="vehicle.motorcycle", moving=said, resting=said)


def _cyclists(crowd: Crowd, rng: Rng, path: float) -> None:
    for d, speed, first, last in (
        (-CYCLE_M, _CYCLE_SPEED, 22.0 - 0.4 * path, path + 30.0),
        (CYCLE_M, -_CYCLE_SPEED, -20.0, path + _CYCLE_SPEED * crowd.duration + 50.0),
    ):
        s = first
        while s < last:
            motion = Motion(s=s, d=d, speed=speed, sway=float(rng.uniform(0.1, 0.4)), period=float(rng.uniform(3, 6)))
            crowd.add(_cycle(rng, motion))
            s += float(rng.uniform(16.0, 34.0))


def _kerbside(crowd: Crowd, rng: Rng) -> None:
    """What is parked, a bus at its stop with people waiting, and a site where a digger works."""
    street = crowd.street
    zebras = zebra_places(street.start, street.end)
    stops, sites = zebras + 26.0, zebras + 18.0
    for s in stops:
        motion = Motion(s=float(s), d=-BAY_M + 0.15)
        crowd.add(_motor(rng, motion, 1.0, "vehicle.stopped"))
        for k in range(4):
            standing = Motion(s=float(s + rng.uniform(-2.5, 4.5)), d=-8.7 - 0.35 * k, facing=float(rng.uniform(1, 2.5)))
            crowd.add(_person(rng, standing, "human.pedestrian.child" if k == 2 else "human.pedestrian.adult"))
    for s in sites:
        _site(crowd, rng, float(s))
    for side in (-1.0, 1.0):
        for bay in np.arange(street.start + 15.0, street.end - 15.0, _BAY_PITCH_M):
            taken = np.abs(zebras - bay).min(initial=99.0) < 7.0
            taken |= side < 0 and np.abs(stops - bay).min(initial=99.0) < 11.5
            taken |= side > 0 and np.abs(sites - bay).min(initial=99.0) < _SITE_HALF_M + 3.0
            if taken or rng.random() < 0.27:
                continue
            facing = 0.0 if (side < 0) != (rng.random() < 0.12) else _PI
            motion = Motion(
                s=float(bay + rng.uniform(-0.35, 0.35)),
                d=side * (BAY_M + float(rng.uniform(-0.06, 0.06))),
                facing=facing + float(rng.uniform(-0.025, 0.025)),
            )
            if rng.random() < 0.05:
                crowd.add(_parked_trailer(rng, motion))
            else:
                crowd.add(_motor(rng, motion, float(rng.uniform(0.0, _WIDE))))
        for s in np.arange(street.start + 20.0, street.end - 20.0, 31.0) + 7.0 * side:
            for k in range(int(rng.integers(0, 4))):
                leant = Motion(
                    s=float(s + 0.8 * k), d=side * 8.55, facing=side * _PI / 2 + float(rng.uniform(-0.1, 0.1))
                )
                crowd.add(_cycle(rng, leant, rider=False))


def _parked_trailer(rng: Rng, motion: Motion) -> Thing:
    shape, parked = heavy.car_trailer(rng), "vehicle.parked"
    return Thing(shape=shape, motion=motion, category="vehicle.trailer", moving=parked, resting=parked)


def _site(crowd: Crowd, rng: Rng, s: float) -> None:
    """Road works in the bays: a digger with a heap of earth, a lorry, people, and cones all along."""
    for end, facing in ((-_SITE_HALF_M, 0.0), (_SITE_HALF_M, _PI)):
        motion = Motion(s=s + end, d=BAY_M, facing=facing)
        crowd.add(Thing(shape=scenery.barrier(), motion=motion, category="movable_object.barrier"))
    for k in range(8):
        motion = Motion(s=s - 8.75 + 2.5 * k, d=CYCLE_EDGE_M + 0.07)
        crowd.add(Thing(shape=scenery.cone(), motion=motion, category="movable_object.trafficcone"))
    works = Motion(s=s + 4.4, d=BAY_M + 0.27, facing=_PI)
    shape, idles = heavy.digger(rng), "vehicle.stopped"
    crowd.add(Thing(shape=shape, motion=works, category="vehicle.construction", moving="vehicle.moving", resting=idles))
    crowd.stand(scenery.spoil_heap(), s + 4.4 - shape.size[0] / 2 - 1.1, BAY_M, float(rng.uniform(0.0, 6.0)))
    waits = Motion(s=s - 4.6, d=BAY_M + 0.27, facing=_PI)
    shape = heavy.tipper(rng, _color(rng))
    crowd.add(Thing(shape=shape, motion=waits, category="vehicle.truck", moving="vehicle.moving", resting=idles))
    for place, across, facing in ((8.6, BAY_M - 0.2, 2.8), (0.4, BAY_M + 2.6, 5.2)):
        watches = Motion(s=s + place, d=across, facing=facing)
        crowd.add(_person(rng, watches, "human.pedestrian.construction_worker"))


def _walkers(crowd: Crowd, rng: Rng) -> None:
    street = crowd.street
    for side in (-1.0, 1.0):
        s = street.start
        while s < street.end:
            s += float(rng.uniform(4.0, 15.0))
            speed = float(rng.uniform(1.0, 1.6)) * (1 if rng.random() < 0.5 else -1)
            d = side * float(rng.uniform(9.4, 10.8))
            if not crowd.add(_person(rng, Motion(s=s, d=d, speed=speed))):
                continue
            if rng.random() < 0.3:  # somebody walks beside
                child = "human.pedestrian.child" if rng.random() < 0.4 else "human.pedestrian.adult"
                crowd.add(_person(rng, Motion(s=s + 0.1, d=d - side * 0.85, speed=speed), child))


def _scenery(crowd: Crowd, rng: Rng) -> None:
    street = crowd.street
    zebras = zebra_places(street.start, street.end)
    for side in (-1.0, 1.0):
        to_road = -side * _PI / 2
        for s in np.arange(street.start + 4.0, street.end, 28.0) + 9.0 * side:
            crowd.stand(scenery.street_lamp(), float(s), side * 7.9, to_road)
        for s in np.arange(street.start + 8.0, street.end, 13.5):
            if np.abs(zebras - s).min(initial=99.0) > 5.0:
                place = float(s + rng.uniform(-1.0, 1.0) + 4.0 * side)
                crowd.stand(scenery.tree(rng), place, side * 8.15, float(rng.uniform(0, 6.0)))
        for s in np.arange(street.start + 14.0, street.end, 45.0) + 11.0 * side:
            crowd.stand(scenery.litter_bin(), float(s), side * 8.15, 0.0)
            crowd.stand(scenery.bench(), float(s + 2.5), side * 8.2, 0.0 if side > 0 else _PI)
        for zebra in zebras:
            crowd.stand(scenery.traffic_sign((44, 84, 170)), float(zebra - 2.6 * side), side * 7.75, to_road * 2 * side)
            for k in (-2.4, 2.4):
                crowd.stand(scenery.bollard(), float(zebra + k), side * 7.75, 0.0)


def _houses(crowd: Crowd, rng: Rng) -> None:
    street = crowd.street
    for side in (-1.0, 1.0):
        s = street.start - 20.0
        while s < street.end + 20.0:
            width, depth = float(rng.uniform(9.0, 16.0)), float(rng.uniform(9.5, 13.0))
            shape = scenery.house(rng, width, depth, int(rng.integers(1, 5)))
            front = side * (PAVEMENT_EDGE_M + (0.0 if rng.random() < 0.7 else float(rng.uniform(0.2, 0.9))))
            # At its front, a row of houses inside the bend stands closer together than outside.
            closer = 1 / (1 - front / street.radius)
            crowd.stand(shape, s + width / 2 * closer, front, 0.0 if side > 0 else _PI)
            s += width * closer + 0.02
            if rng.random() < 0.22:
                gap = float(rng.uniform(3.0, 7.0))
                crowd.stand(scenery.hedge(rng, gap - 0.3), s + gap / 2, side * (PAVEMENT_EDGE_M + 0.5), 0.0)
                crowd.stand(scenery.tree(rng), s + gap / 2, side * (PAVEMENT_EDGE_M + 4.0), 0.3)
                s += gap
