"""Part of scripts/train_detector: frames of made-up drives to train on, kept in files, and how each is varied."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from draft_run import CLASSES, class_of
from numpy.typing import NDArray

from lidar_label.model import SE3, Floats
from lidar_label.synth.crowd import Crowd
from lidar_label.synth.lidar import Spinner
from lidar_label.synth.motion import Motion
from lidar_label.synth.populate import populate
from lidar_label.synth.truth import boxes_in_frame, track_token
from lidar_label.synth.world import World

FIRST_SEED = 9001  # drives of scripts/draft are 501 and on, those of --fit 801 and on
OF_A_WORLD = 8
_SECONDS = 0.4  # that a world lasts; its frames are of one moment, seen from several places
_ROOM_M = 3.0  # about the LiDAR
REACH_M = 70.0
_CM = 100.0
_TRIES = 4
_STREETS = 0.45  # of the worlds; in the others all things are strewn about, turned anyhow

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor(Spinner):
    """A LiDAR that hangs and looks otherwise than the usual one of made-up drives."""

    height: float = 1.84
    low_deg: float = -24.5
    high_deg: float = 10.0
    is_even: bool = False

    @property
    def mount(self) -> SE3:
        """Where it hangs."""
        return SE3.from_yaw("ego", "LIDAR_TOP", -np.pi / 2, (0.95, 0.0, self.height))

    @property
    def elevations(self) -> Floats:
        """Of each ring, radians."""
        if self.is_even:
            return np.radians(np.linspace(self.low_deg, self.high_deg, self.beams))
        u = np.linspace(-1.0, 1.0, self.beams)
        reach = np.where(u < 0, self.low_deg + 1.6, self.high_deg + 1.6)
        return np.asarray(np.radians(-1.6 + reach * (0.4 * np.abs(u) + 0.6 * u * u)))


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A frame: points (N, 3) in metres about the LiDAR, boxes (M, 7), their classes, and how many points they have.

    A class of -1 is none that is looked for.
    """

    points: Points
    boxes: Floats
    labels: NDArray[np.int64]
    counts: NDArray[np.int64]


def files_of(folder: Path, worlds: int) -> list[Path]:
    """Return the files of the frames of so many worlds; those that are not there yet are made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(worlds):
        seed = FIRST_SEED + number
        files = [folder / f"{seed}-{k}.npz" for k in range(OF_A_WORLD)]
        if not all(file.is_file() for file in files):
            world = world_of(seed)
            for k, file in enumerate(files):
                _write(file, shot_of(world, seed, k))
            print(f"frames of {number + 1} of {worlds} worlds made", file=sys.stderr, flush=True)
        made += files
    return made


def world_of(seed: int) -> World:
    """Return a world: a street, or the things of one strewn about, parked cars in rows."""
    rng = np.random.default_rng([seed, 11])
    world = populate(seed, _SECONDS)
    if rng.random() < _STREETS:
        return world
    crowd = Crowd(world.street, world.ego, _SECONDS)
    for which in rng.permutation(len(world.things)):
        thing = world.things[which]
        for _ in range(_TRIES):
            motion = _anywhere(rng, thing.category)
            if crowd.add(replace(thing, motion=motion)):
                if thing.category == "vehicle.car" and rng.random() < 0.3:
                    _row(rng, crowd, thing, motion)
                break
    return World(world.street, world.ego, crowd.things)


def _anywhere(rng: np.random.Generator, category: str) -> Motion:
    s, d = float(rng.uniform(-70.0, 70.0)), float(rng.normal(0.0, 22.0))
    if not category:  # what nobody labels stands farther off
        d += float(np.copysign(4.0, d))
    moves = bool(category) and rng.random() < 0.4
    speed = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.8, 1.8 if category.startswith("human") else 9.0))
    return Motion(s=s, d=d, speed=speed if moves else 0.0, facing=float(rng.uniform(-np.pi, np.pi)))


def _row(rng: np.random.Generator, crowd: Crowd, thing: Any, motion: Motion) -> None:  # noqa: ANN401 - a Thing
    """Park the like of a car beside it, once or more."""
    pitch = thing.shape.size[1] + float(rng.uniform(0.4, 1.0))
    for k in range(1, int(rng.integers(2, 6))):
        aside = replace(
            motion, s=motion.s - k * pitch * np.sin(motion.facing), d=motion.d + k * pitch * np.cos(motion.facing),
            speed=0.0,
        )  # fmt: skip
        crowd.add(replace(thing, motion=aside))


def shot_of(world: World, seed: int, number: int) -> Shot:
    """Return a frame of a world, seen from somewhere by a LiDAR of its own kind."""
    rng = np.random.default_rng([seed, 12, number])
    spinner: Spinner = _sensor(rng) if rng.random() < 0.6 else Spinner()
    world = World(world.street, _way(world, rng), world.things)
    cloud, owners = spinner.turn(world, 0.0, (seed, number))
    world_SE3_lidar = world.ego_pose(0.0) @ spinner.mount
    kinds = {track_token(seed, m): class_of(thing.category) for m, thing in enumerate(world.things)}
    rows, labels, counts = [], [], []
    for box in boxes_in_frame(world, seed, 0, 0.0, world_SE3_lidar, cloud, owners):
        pose = world_SE3_lidar.inverse @ box.world_SE3_box
        rows.append((*pose.translation, *box.size, pose.yaw))
        kind = kinds[box.track]
        labels.append(CLASSES.index(kind) if kind else -1)
        counts.append(box.num_lidar_pts or 0)
    near = np.hypot(cloud.xyz[:, 0], cloud.xyz[:, 1]) < REACH_M
    return Shot(cloud.xyz[near], np.array(rows).reshape(-1, 7), np.array(labels, np.int64), np.array(counts, np.int64))


def _way(world: World, rng: np.random.Generator) -> Motion:
    """Return a way through a free place."""
    places = world.poses(0.0, 0.0)[:, 0, :2]
    reach = np.array([np.hypot(*thing.shape.size[:2]) / 2 for thing in world.things])
    while True:
        way = Motion(
            s=float(rng.uniform(-40.0, 40.0)), d=float(rng.uniform(-6.0, 6.0)), speed=float(rng.uniform(0, 11))
        )
        at = way.poses(world.street, 0.0)[0, :2]
        if (np.hypot(*(places - at).T) > reach + _ROOM_M).all() or rng.random() < 0.002:
            return way


def _sensor(rng: np.random.Generator) -> Sensor:
    return Sensor(
        beams=int(rng.choice([16, 32, 40, 64, 128], p=[0.1, 0.3, 0.2, 0.3, 0.1])),
        columns=int(rng.choice([1024, 1536, 2048])),
        height=float(rng.uniform(1.5, 2.3)),
        low_deg=float(rng.uniform(-27.0, -15.0)),
        high_deg=float(rng.uniform(2.0, 15.0)),
        is_even=bool(rng.random() < 0.6),
    )


def _write(file: Path, shot: Shot) -> None:
    """Write a frame, or nothing of it."""
    beside = file.with_name(f".{file.name}")
    with beside.open("wb") as target:
        np.savez(
            target, points=np.round(shot.points * _CM).astype(np.int16), boxes=shot.boxes, labels=shot.labels,
            counts=shot.counts,
        )  # fmt: skip
    beside.rename(file)


def read(file: Path) -> Shot:
    """Read a frame."""
    with np.load(file) as kept:
        return Shot(kept["points"].astype(np.float32) / np.float32(_CM), kept["boxes"], kept["labels"], kept["counts"])


def varied(shot: Shot, rng: np.random.Generator) -> Shot:
    """Return a frame turned, mirrored, scaled, on a slope, with fewer and less exact points."""
    points, boxes = shot.points, shot.boxes.copy()
    kept = np.ones(len(points), np.bool_)
    if rng.random() < 0.5:
        kept &= rng.random(len(points)) < rng.uniform(0.35, 1.0)
    if rng.random() < 0.3:  # a sector in which much is swallowed
        angle = np.arctan2(points[:, 1], points[:, 0])
        kept &= (np.abs(np.angle(np.exp(1j * (angle - rng.uniform(-np.pi, np.pi))))) > 0.3) | (
            rng.random(len(points)) < 0.4
        )
    points = points[kept].astype(np.float64)
    points += rng.normal(0.0, rng.choice([0.005, 0.02, 0.04]), points.shape)
    if rng.random() < 0.5:
        points[:, 1] *= -1
        boxes[:, [1, 6]] *= -1
    turn, scale = rng.uniform(-np.pi, np.pi), rng.uniform(0.93, 1.07)
    c, s = np.cos(turn), np.sin(turn)
    for xyz in (points, boxes):
        xyz[:, :2] = scale * xyz[:, :2] @ np.array([[c, s], [-s, c]])
        xyz[:, 2] *= scale
    boxes[:, 3:6] *= scale
    boxes[:, 6] += turn
    slope, moved = rng.normal(0.0, 0.015, 2), rng.uniform(-1.0, 1.0, 3)
    for xyz in (points, boxes):
        xyz[:, 2] += xyz[:, :2] @ slope
        xyz[:, :3] += moved
    return Shot(points.astype(np.float32), boxes, shot.labels, shot.counts)


def choose(files: Sequence[Path], step: int, count: int, seed: int) -> list[tuple[Path, np.random.Generator]]:
    """Return the frames of a step and what varies each; the same for the same step."""
    rng = np.random.default_rng([seed, step])
    return [(files[int(n)], np.random.default_rng([seed, step, k]))
            for k, n in enumerate(rng.choice(len(files), count, replace=len(files) < count))]  # fmt: skip
