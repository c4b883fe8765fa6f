"""The world: everything on the street, where it is at any time, and its arrays for the ray caster."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from lidar_label.kernels.solids import Solids
from lidar_label.model import SE3, AttributeValue, Floats
from lidar_label.synth.motion import Motion
from lidar_label.synth.shapes import Shape
from lidar_label.synth.street import KERB_HEIGHT_M, KERB_M, Street

# Objects hover by a hair and their boxes end a hair outside of them, so that neither the noise of
# ranges (2 cm at most) nor float32 carries a point of the object out, or one of the ground in.
CLEARANCE_M = 0.03
MARGIN_M, MARGIN_BELOW_M = 0.02, 0.012


def token_for(seed: int, *parts: object) -> str:
    """Return the token that a seed gives to the thing of this name."""
    text = " ".join(str(part) for part in (seed, *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing:
    """One object: its shape, its way, and what a label would say of it.

    `category` is empty for scenery, which nobody labels. `moving` and `resting` are the attributes
    it has while it moves and while it stands.
    """

    shape: Shape
    motion: Motion
    category: str = ""
    moving: str = ""
    resting: str = ""
    name: str = ""

    @property
    def is_static(self) -> bool:
        """True for what never moves."""
        m = self.motion
        return m.speed == 0.0 and m.speed_to is None and m.sway == 0.0 and m.shift == 0.0

    @property
    def size(self) -> tuple[float, float, float]:
        """Length, width and height of its label, metres."""
        x, y, z = self.shape.size.tolist()
        return x + 2 * MARGIN_M, y + 2 * MARGIN_M, z + MARGIN_M + MARGIN_BELOW_M

    @property
    def lift(self) -> float:
        """How far the label's centre lies above the shape's, metres."""
        return (MARGIN_M - MARGIN_BELOW_M) / 2

    def attributes(self, time: float) -> Mapping[str, AttributeValue]:
        """Return what is true of it at a time in seconds."""
        moves = float(self.motion.speed_at(time)) > 0.3
        name = self.moving if moves else self.resting
        return {name: True} if name else {}


@dataclass(frozen=True, eq=False)
class World:
    """A street with everything on it.

    Parameters
    ----------
    street : Street
    ego : Motion
        The way of the middle of the labelling car's rear axle.
    things : sequence of Thing
        Objects of the ray caster have the same order.
    """

    street: Street
    ego: Motion
    things: Sequence[Thing]
    solids: Solids = field(init=False)
    _rest: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "solids", _solids_of(self.things))
        rest = np.zeros((len(self.things), 4))
        for row, thing in zip(rest, self.things, strict=True):
            row[:] = self._pose(thing, 0.0)
        object.__setattr__(self, "_rest", rest)

    def poses(self, start: float, end: float) -> Floats:
        """Return x, y, z and yaw of every thing's centre at two times in seconds, (M, 2, 4)."""
        poses = np.repeat(self._rest[:, None], 2, axis=1)
        for row, thing in zip(poses, self.things, strict=True):
            if not thing.is_static:
                row[0] = self._pose(thing, start)
                row[1] = self._pose(thing, end) if end != start else row[0]
                row[1, 3] = row[0, 3] + np.remainder(row[1, 3] - row[0, 3] + np.pi, 2 * np.pi) - np.pi
        return poses

    def _pose(self, thing: Thing, time: float) -> Floats:
        x, y, yaw = thing.motion.poses(self.street, time)[0]
        # Only who crosses the kerb would step up; those stay on the level of the road.
        on_road = abs(float(thing.motion.across(0.0))) < KERB_M or thing.motion.shift != 0.0
        ground = 0.0 if on_road else KERB_HEIGHT_M
        return np.array([x, y, ground + CLEARANCE_M - thing.shape.anchor[2], yaw])

    def ego_poses(self, times: Floats) -> tuple[Rotation, Floats]:
        """Return the car's rotations and places (T, 3) in world; it pitches and rolls a little."""
        x, y, yaw = self.ego.poses(self.street, times).T
        pitch, roll = 0.004 * np.sin(2.1 * times), 0.005 * np.sin(1.3 * times + 0.7)
        turns = Rotation.from_euler("ZYX", np.column_stack([yaw, pitch, roll]))
        return turns, np.column_stack([x, y, np.zeros_like(x)])

    def ego_pose(self, time: float) -> SE3:
        """Return ``world_SE3_ego`` at a time in seconds."""
        turns, places = self.ego_poses(np.array([time]))
        return SE3("world", "ego", turns[0].as_quat(scalar_first=True), places[0])


def _solids_of(things: Sequence[Thing]) -> Solids:
    planes: list[Floats] = [np.zeros((0, 4))]
    rows: list[tuple[int, int, int]] = []
    bounds, maps, objects = [], [], []
    used = 0
    for thing in things:
        objects.append((len(rows), len(thing.shape.parts)))
        for part in thing.shape.parts:
            rows.append((part.kind, used, len(part.planes)))
            planes.append(part.planes)
            used += len(part.planes)
            center, radius = part.radius_about
            bounds.append((*center.tolist(), radius + 1e-9))
            maps.append(part.to_unit)
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return Solids(
        planes=np.concatenate(planes),
        kinds=table[:, 0],
        part_planes=table[:, 1:],
        part_maps=np.array(maps).reshape(-1, 3, 4),
        part_bounds=np.array(bounds).reshape(-1, 4),
        object_parts=np.array(objects, dtype=np.int32).reshape(-1, 2),
        object_halves=np.array([thing.shape.size / 2 + 1e-9 for thing in things]).reshape(-1, 3),
    )
