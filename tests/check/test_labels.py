"""Each rule finds what it is for, names the place, and keeps quiet over good labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lidar_label.check import RULES, check_labels
from lidar_label.check.rule import Rule, table
from lidar_label.model import (
    SE3,
    Attribute,
    Box,
    Category,
    Frame,
    Labels,
    PointCloud,
    Scene,
    Sensor,
    Source,
    Sweep,
    Taxonomy,
    Track,
    Visibility,
)

TAXONOMY = Taxonomy(
    [Category(name="car", size=(4.5, 1.9, 1.6)), Category(name="tram")],
    [Attribute(name="moving"), Attribute(name="lane", kind="choice", values=("left", "right"))],
    [Visibility(token="1", level="low")],
)
CAR = Track(category="car", name="7", token="t1")
TRAM = Track(category="tram", token="t2")


def no_cloud() -> PointCloud:
    raise AssertionError("a check of labels reads no sensor data")


def drive(frames: int = 10, step_ns: int = 100_000_000, **more: Any) -> Scene:
    """A car that drives 1 m a frame, 1000 km from the world's origin."""
    lidar = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR_TOP"))
    made = []
    for index in range(frames):
        ego = SE3.from_yaw("world", "ego", 0.0, (1e6 + index, 0.0, 0.0))
        time = index * step_ns
        sweep = Sweep(sensor=lidar, timestamp_ns=time, world_SE3_ego=ego, frame=index, load=no_cloud)
        made.append(Frame(index=index, timestamp_ns=time, sweeps={"LIDAR_TOP": sweep}))
    return Scene(**{"name": "drive", "frames": made, "sensors": {"LIDAR_TOP": lidar}, **more})


def box(frame: int, x: float = 5.0, yaw: float = 0.0, track: str = "t1", **more: Any) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (1e6 + frame + x, 2.0, 0.0))
    return Box(**{"track": track, "frame": frame, "world_SE3_box": pose, "size": (4.4, 1.8, 1.5), **more})


def found(boxes: list[Box], *tracks: Track, scene: Scene | None = None) -> list[tuple[str, str]]:
    labels = Labels(tracks or (CAR,), boxes)
    findings = check_labels(scene or drive(), labels, TAXONOMY)
    by_id = {rule.id: rule for rule in RULES}
    assert all(finding.severity == by_id[finding.code].severity for finding in findings)
    assert all("scene drive" in finding.where and "track t" in finding.where for finding in findings)
    return [(finding.code, finding.message) for finding in findings]


def codes(boxes: list[Box], *tracks: Track, scene: Scene | None = None) -> list[str]:
    return [code for code, _ in found(boxes, *tracks, scene=scene)]


def broken(score: float) -> Box:
    """A box that no constructor would make, as a fault elsewhere might."""
    made = box(0)
    object.__setattr__(made, "score", score)
    return made


GOOD = [box(f, attributes={"moving": True, "lane": "left"}, visibility="1") for f in range(10)]

BAD: list[tuple[str, Callable[[], list[Box]], list[Track]]] = [
    ("frame-outside", lambda: [*GOOD, box(10)], [CAR]),
    ("not-finite", lambda: [broken(math.nan)], [CAR]),
    ("not-finite", lambda: [box(0)], [replace(CAR, attributes={"moving": True, "lane": math.inf})]),
    ("unknown-category", lambda: [box(0)], [replace(CAR, category="lorry")]),
    ("unknown-attribute", lambda: [box(0, attributes={"flying": True})], [CAR]),
    ("unknown-attribute", lambda: [box(0)], [replace(CAR, attributes={"flying": True})]),
    ("unknown-visibility", lambda: [box(0, visibility="9")], [CAR]),
    ("attribute-value", lambda: [box(0, attributes={"lane": "middle"})], [CAR]),
    ("attribute-value", lambda: [box(0)], [replace(CAR, attributes={"moving": "yes"})]),
    ("far-box", lambda: [box(0, x=500.1)], [CAR]),
    ("odd-size", lambda: [box(0, size=(4.5, 1.9, 4.9))], [CAR]),
    ("odd-size", lambda: [box(0, size=(1.4, 1.9, 1.6))], [CAR]),
    ("double-box", lambda: [box(0), box(0, x=5.1, yaw=math.pi - 0.1, track="t2")], [CAR, TRAM]),
    ("empty-track", list, [CAR]),
    ("heading-flip", lambda: [box(3, yaw=3.0), box(4, yaw=-0.1)], [CAR]),
    ("too-fast", lambda: [box(0), box(1, x=11.5)], [CAR]),
    ("doubtful-box", lambda: [box(f, source=Source.PROPAGATED, doubt="occluded") for f in (2, 3)], [CAR]),
    ("double-name", lambda: [box(0), box(0, x=20.0, track="t2")], [CAR, replace(CAR, token="t2")]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "boxes", "tracks"), BAD, ids=[f"{i}-{b[0]}" for i, b in enumerate(BAD)])
def test_a_break_is_found(rule: str, boxes: Callable[[], list[Box]], tracks: list[Track]) -> None:
    expected = {rule} | ({"attribute-value"} if rule == "not-finite" and not boxes()[0].score else set())
    assert set(codes(boxes(), *tracks)) <= expected
    assert codes(boxes(), *tracks).count(rule) == 1


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in RULES if rule.leaves} == {rule for rule, _, _ in BAD}


def test_good_labels_have_no_findings() -> None:
    assert found(GOOD) == []
    assert check_labels(drive(), Labels(), TAXONOMY) == []
    assert check_labels(drive(frames=0), Labels(), TAXONOMY) == []


def test_just_inside_each_limit() -> None:
    assert codes([box(0, x=499.0)]) == []
    assert codes([box(0, size=(8.3, 1.25, 3.5))]) == []
    assert codes([box(0), box(1, x=10.9)]) == []  # 69 m/s
    assert codes([box(0), box(1, yaw=2.6)]) == []  # 149 degrees


def test_breaks_of_one_kind_are_one_finding_a_track() -> None:
    ((code, message),) = found([box(f, visibility="9") for f in range(2, 8)])
    assert code == "unknown-visibility"
    assert "in 5 more of its frames" in message
    (finding,) = check_labels(drive(), Labels([CAR], [box(f, visibility="9") for f in range(2, 8)]), TAXONOMY)
    assert finding.where == "scene drive, frame 2, track t1 (7)"


def test_the_same_box_in_many_frames_is_one_finding_a_pair() -> None:
    other = Track(category="car", token="t2")
    boxes = [box(f, track=t) for f in range(5) for t in ("t1", "t2")]
    ((code, message),) = found(boxes, CAR, other)
    assert code == "double-box"
    assert "in 5 frames, track t2" in message


def test_boxes_that_touch_are_not_doubled() -> None:
    rider, bicycle = Track(category="tram", token="t1"), Track(category="tram", token="t2")
    assert codes([box(0, size=(1.7, 0.5, 1.7)), box(0, x=5.2, track="t2", size=(1.7, 0.5, 1.1))], rider, bicycle) == []
    assert codes([box(0), box(0, x=5.4, track="t2")], rider, bicycle) == []
    assert codes([box(0), box(0, yaw=math.pi / 2, track="t2")], rider, bicycle) == []


def test_speed_is_by_true_time() -> None:
    apart = [box(0), box(9, x=5.0 + 60.0)]  # 69 m in 0.9 s, and in 0.09 s
    assert codes(apart) == ["too-fast"]
    assert codes(apart, scene=drive(step_ns=1_000_000_000)) == []
    assert codes(apart, scene=drive(has_timestamps=False)) == []
    assert codes(apart, scene=drive(is_sequence=False)) == []


def test_a_flip_that_interpolation_has_smeared_is_seen_in_the_key_frames() -> None:
    keys = [box(0, yaw=0.0), box(5, yaw=3.0)]
    between = [box(f, yaw=0.6 * f, is_keyframe=False) for f in range(1, 5)]
    assert codes([*keys, *between]) == ["heading-flip"]
    assert codes([*keys, *between], scene=drive(step_ns=2_000_000_000)) == []  # ten seconds: a turn


def test_errors_come_first() -> None:
    rank = {"error": 0, "warning": 1, "info": 2}
    ranks = [rank[rule.severity] for rule in RULES]
    assert ranks == sorted(ranks)


def test_rules_are_told_and_unique() -> None:
    assert all(rule.name and rule.why.endswith(".") and rule.id.replace("-", "").isalpha() for rule in RULES)
    rule = RULES[0]
    with pytest.raises(ValueError, match="share an id"):
        table(rule, Rule(rule.id, "n", "info", "w.", rule.find))
