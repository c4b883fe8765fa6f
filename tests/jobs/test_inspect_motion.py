"""The import report on the times of points: a line a LiDAR, whatever the number of scenes and sweeps."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.jobs import inspect
from lidar_label.jobs.inspect_motion import MotionStats
from lidar_label.model import SE3, PointCloud, Sensor, Sweep

LIDAR = Sensor(channel="TOP", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "TOP"))
TURN, ONE, NONE = np.linspace(0.0, 0.1, 5), np.full(5, 0.02), None


def told(*sweeps: tuple[Any, bool | None]) -> str:
    stats = MotionStats()
    for times, promised in sweeps:
        fields = {} if times is None else {"time_s": times}
        cloud = PointCloud(np.ones((5, 3), np.float32), fields)
        sweep = Sweep(
            sensor=LIDAR, timestamp_ns=0, world_SE3_ego=SE3.identity("world", "ego"), frame=0,
            load=partial(PointCloud, cloud.xyz),
            is_compensated=promised,
        )  # fmt: skip
        stats.add(sweep, cloud)
    finding = stats.finding("TOP")
    assert (finding.severity, finding.code) == ("info", "point-times")
    return finding.message


@pytest.mark.parametrize(
    ("sweeps", "words"),
    [
        ([(TURN, True)], "over 100 ms; the vehicle's motion is taken out already"),
        ([(TURN, False)], "over 100 ms; the vehicle's motion is not taken out"),
        ([(TURN, None)], "over 100 ms; nobody says"),
        ([(TURN, True), (TURN * 0.5, None)], "over 100 ms; nobody says"),
        ([(TURN, True), (NONE, False)], "is not taken out"),
        ([(TURN * 0.05, None)], "over 5.0 ms"),
        ([(ONE, None), (ONE, False)], "all points of a sweep have one time"),
        ([(NONE, True)], "no times of their own; the format says"),
        ([(NONE, None)], "no times of their own, so they are taken as they are"),
        ([(ONE, None), (NONE, None)], "no times of their own, so they are taken as they are"),
    ],
)
def test_what_is_said(sweeps: list[tuple[Any, bool | None]], words: str) -> None:
    message = told(*sweeps)
    assert message.startswith("TOP: ")
    assert words in message


@pytest.mark.parametrize(
    ("name", "words", "is_compensated"),
    [
        ("av2", "lidar: points have times of their own, over 10", True),
        ("kitti_odometry_00", "no times of their own; the format says", True),
        ("kitti_object", "no times of their own, so they are taken as they are", None),
    ],
)
def test_real_data(shared_data: Path, name: str, words: str, is_compensated: bool | None) -> None:
    found = inspect(shared_data / name, full=True)
    lines = [finding.message for finding in found.findings if finding.code == "point-times"]
    assert len(lines) == 1
    assert words in lines[0]
    points = [info for scene in found.as_dict()["scenes"] for info in scene["points"]]
    assert points
    assert {info["is_compensated"] for info in points} == {is_compensated}
    for info in points:
        assert (info["times_span_s"] is not None) == (name == "av2")
