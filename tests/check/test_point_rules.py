"""Rules on points: what is told of somebody whose box is cut, and nothing of somebody who stands by a wall."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from lidar_label.check import check_drive, rule_named
from lidar_label.model import SE3, Box, Category, Frame, Labels, PointCloud, Scene, Sensor, Sweep, Taxonomy, Track

pytestmark = pytest.mark.one_numpy
STEP_NS = 500_000_000
RULES = [rule_named("points-outside"), rule_named("off-ground")]


def grid(*axes: tuple[float, float]) -> NDArray[np.float32]:
    """Points every 5 cm from low to high along x, y and z."""
    ways = [np.arange(low, high + 1e-6, 0.05) for low, high in axes]
    return np.stack(np.meshgrid(*ways, indexing="ij"), -1).reshape(-1, 3).astype(np.float32)


GROUND = grid((7.0, 12.0), (1.5, 6.5), (0.0, 0.0))
PERSON = grid((9.75, 9.75), (3.75, 4.25), (0.3, 1.7))
INNER = grid((9.9, 10.0), (3.85, 4.15), (0.3, 1.7))
WALL = grid((10.4, 10.4), (1.5, 6.5), (0.3, 3.0))


def told(width: float, *things: NDArray[np.float32]) -> set[str]:
    """Check two frames in which somebody stands, in a box so wide; return the ids of the rules that say something."""
    lidar = Sensor(channel="TOP", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "TOP"))
    ego, cloud = SE3.identity("world", "ego"), PointCloud(np.concatenate([GROUND, *things]), {})
    frames = []
    for index in range(2):
        sweep = Sweep(sensor=lidar, timestamp_ns=index * STEP_NS, world_SE3_ego=ego, frame=index,
                      load=partial(lambda made: made, cloud))  # fmt: skip
        frames.append(Frame(index=index, timestamp_ns=index * STEP_NS, sweeps={"TOP": sweep}))
    scene = Scene(name="s", frames=frames, sensors={"TOP": lidar})
    pose = SE3.from_yaw("world", "box", 0.0, (10.0, 4.0, 0.9))
    boxes = [Box(track="t", frame=index, world_SE3_box=pose, size=(width, width, 1.8)) for index in range(2)]
    labels = Labels([Track(category="pedestrian", name="1", token="t")], boxes)
    taxonomy = Taxonomy([Category(name="pedestrian", size=(0.7, 0.7, 1.75))])
    return {one.rule.id for one in check_drive(scene, labels, taxonomy, RULES)}


def test_somebody_who_is_cut_is_told_and_somebody_by_a_wall_is_not() -> None:
    assert told(0.6, PERSON) == set()
    assert told(0.34, PERSON, INNER) == {"points-outside"}
    assert told(0.6, PERSON, WALL) == set()
