"""Each rule on tracks and frames finds its own kind of mistake at its place, and says nothing of a good drive."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lidar_label.check import Found, Remark, Rule, check_drive, check_edit
from lidar_label.model import (
    SE3,
    Attribute,
    Box,
    Category,
    Frame,
    Image,
    Labels,
    Pinhole,
    PointCloud,
    Scene,
    Sensor,
    Sweep,
    Taxonomy,
    Track,
)

STEP_NS = 200_000_000
CAR, OTHER = Track(category="car", name="1", token="t1"), Track(category="car", name="2", token="t2")
TAXONOMY = Taxonomy(
    [Category(name="car", size=(4.5, 1.9, 1.6)), Category(name="truck", size=(8.0, 2.5, 3.2))],
    [Attribute(name="vehicle.moving"), Attribute(name="vehicle.parked")],
)
MOVING = {"vehicle.moving": True}


def no_cloud() -> PointCloud:
    raise AssertionError("a check without points reads none")


def drive(late_ns: int = 0, hole: int = 0) -> Scene:
    lidar = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR"))
    frames = []
    for i in range(20):
        time = i * STEP_NS + (5 * STEP_NS if hole and i >= hole else 0)
        pose = SE3.from_yaw("world", "ego", 0.0, (8.0 * i, 0.0, 0.0))
        sweep = Sweep(sensor=lidar, timestamp_ns=time + late_ns, world_SE3_ego=pose, frame=i, load=no_cloud)
        frames.append(Frame(index=i, timestamp_ns=time, sweeps={"LIDAR": sweep}))
    return Scene(name="drive", frames=frames, sensors={"LIDAR": lidar})


def box(frame: int, x: float = 0.0, y: float = 5.0, yaw: float = 0.0, track: str = "t1", **more: object) -> Box:
    """A car at 10 m/s along x, and `x` off that."""
    pose = SE3.from_yaw("world", "box", yaw, (2.0 * frame + x, y, 0.8))
    given = {"track": track, "frame": frame, "world_SE3_box": pose, "size": (4.4, 1.9, 1.5), "attributes": MOVING}
    return Box(**{**given, **more})  # type: ignore[arg-type]


def line(change: Callable[[int], Box | None] = box, track: str = "t1") -> list[Box]:
    made = (change(frame) for frame in range(20))
    return [replace(one, track=track) for one in made if one is not None]


def found(boxes: list[Box], *tracks: Track, scene: Scene | None = None) -> list[Found]:
    return check_drive(scene or drive(), Labels(tracks or (CAR,), boxes), TAXONOMY, points=False)


def at(frame: int, wrong: Box) -> Callable[[int], Box]:
    return lambda f: wrong if f == frame else box(f)


def steps(speeds: Callable[[int], float]) -> list[Box]:
    """A car whose speed at each frame is given."""
    place, made = 0.0, []
    for frame in range(20):
        made.append(box(frame, x=place - 2.0 * frame))
        place += speeds(frame) * STEP_NS * 1e-9
    return made


CASES: list[tuple[str, int, Callable[[], list[Box]], tuple[Track, ...]]] = [
    ("jump", 7, lambda: line(at(7, box(7, y=5.9))), (CAR,)),
    ("leap", 10, lambda: line(lambda f: box(f, y=5.0 if f < 10 else 9.0)), (CAR,)),
    ("acceleration", 10, lambda: steps(lambda f: 25.0 if f < 8 else max(25.0 - 3.2 * (f - 8), 0.5)), (CAR,)),
    ("yaw-jump", 7, lambda: line(at(7, box(7, yaw=0.7))), (CAR,)),
    ("turn-rate", 10, lambda: line(lambda f: box(f, yaw=0.0 if f < 10 else 1.2)), (CAR,)),
    ("heading-flip", 19, lambda: line(at(19, box(19, yaw=math.pi))), (CAR,)),
    ("heading-against-motion", 0, lambda: line(lambda f: box(f, yaw=math.pi)), (CAR,)),
    ("size-change", 7, lambda: line(at(7, box(7, size=(5.4, 1.9, 1.5)))), (CAR,)),
    ("odd-size", 0, lambda: line(lambda f: box(f, size=(4.4, 1.9, 4.0))), (CAR,)),
    ("category-by-size", 0, line, (replace(CAR, category="truck"),)),
    ("split-track", 9, lambda: [replace(b, track="t1" if b.frame < 10 else "t2") for b in line()], (CAR, OTHER)),
    (
        "category-change",
        9,
        lambda: [replace(b, track="t1" if b.frame < 10 else "t2") for b in line()],
        (CAR, replace(OTHER, category="truck")),
    ),
    ("overlap", 0, lambda: [*line(), *line(lambda f: box(f, x=1.5, y=5.6), "t2")], (CAR, OTHER)),
    ("attributes-contradict", 4, lambda: line(at(4, box(4, attributes={**MOVING, "vehicle.parked": True}))), (CAR,)),
    ("attribute-missing", 4, lambda: line(at(4, box(4, attributes={}))), (CAR,)),
    (
        "attribute-against-motion",
        10,
        lambda: line(lambda f: box(f, attributes={"vehicle.parked": True})),
        (CAR,),
    ),
]


@pytest.mark.parametrize(("rule", "frame", "boxes", "tracks"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_found_where_it_is(
    rule: str, frame: int, boxes: Callable[[], list[Box]], tracks: tuple[Track, ...]
) -> None:
    hits = [one for one in found(boxes(), *tracks) if one.rule.id == rule]
    assert len(hits) == 1
    (hit,) = hits
    assert abs(hit.remark.frame - frame) <= 1 or frame in hit.remark.frames
    assert 0.3 < hit.confidence <= 1.0
    assert hit.remark.track is not None
    assert hit.remark.track.token == "t1"


def test_a_good_drive_has_no_findings() -> None:
    assert found([*line(), *line(lambda f: box(f, y=9.0), "t2")], CAR, OTHER) == []
    assert found(steps(lambda f: 10.0 + 0.8 * f)) == []


def test_a_jump_blames_no_neighbour() -> None:
    (hit,) = [one for one in found(line(at(17, box(17, y=6.5)))) if one.rule.id == "jump"]
    assert hit.remark.frames == (17,)


def test_times_of_labels_and_sweeps() -> None:
    (late,) = found(line(), scene=drive(late_ns=90_000_000))
    assert (late.rule.id, late.remark.track) == ("label-time", None)
    assert late.remark.where(drive()) == "scene drive, frame 0"
    ids = {one.rule.id for one in found(line(), scene=drive(hole=10))}
    assert "frame-times" in ids


def test_a_limit_of_the_taxonomy_counts() -> None:
    slow = Taxonomy([Category(name="car", size=(4.5, 1.9, 1.6), limits=(("speed", 5.0),))], TAXONOMY.attributes)
    ids = [one.rule.id for one in check_drive(drive(), Labels([CAR], line()), slow, points=False)]
    assert ids == ["too-fast"]


def test_the_worst_and_surest_come_first() -> None:
    hits = found([*line(at(7, box(7, y=5.8))), *line(lambda f: box(f, y=20.0 if f != 5 else 24.0), "t2")], CAR, OTHER)
    jumps = [one for one in hits if one.rule.id == "jump"]
    assert [one.remark.track for one in jumps] == [OTHER, CAR]
    assert jumps[0].confidence > jumps[1].confidence


def test_a_rule_that_fails_is_a_finding() -> None:
    def fail(_: object) -> list[Remark]:
        raise RuntimeError("no such luck")

    rule = Rule("ours", "Ours", "error", "It is ours.", fail)
    (hit,) = check_drive(drive(), Labels([CAR], line()), TAXONOMY, [rule], points=False)
    assert (hit.rule.id, hit.rule.severity) == ("broken-rule", "warning")
    assert "'ours' failed: RuntimeError: no such luck" in hit.remark.message


def test_one_edit_is_checked_alone() -> None:
    boxes = line(at(7, box(7, y=5.9)))
    here = Labels([CAR, OTHER], [boxes[7], box(7, x=1.5, y=5.6, track="t2")])
    ids = {one.rule.id for one in check_edit(drive(), CAR, boxes, here, TAXONOMY, 7)}
    assert ids == {"jump", "overlap"}


def test_a_pose_that_shakes_is_told_once_and_no_box_is_blamed_for_it() -> None:
    """Six cars are half a metre aside in one frame, all alike; one of them was moved by hand besides."""
    names = [f"t{number}" for number in range(6)]
    tracks = [Track(category="car", name=name, token=name) for name in names]

    def shaken(by_hand: float) -> list[Box]:
        boxes = []
        for number, name in enumerate(names):
            for frame in range(20):
                aside = 0.5 * (frame == 8) + by_hand * (frame == 8 and number == 3)
                boxes.append(box(frame, y=6.0 * number + aside, track=name))
        return boxes

    for by_hand, jumping in ((0.0, set()), (3.0, {"t3"})):
        told = found(shaken(by_hand), *tracks)
        (shake,) = [one.remark for one in told if one.rule.id == "pose-shake"]
        assert 8 in shake.frames
        assert shake.message.startswith("6 tracks are 0.50 m off")
        assert {one.remark.track.token for one in told if one.rule.id == "jump" and one.remark.track} == jumping


def test_a_box_that_no_camera_sees_is_told_where_there_is_no_lidar() -> None:
    """A camera looks along x: a car before it is seen, also one half in the picture; one behind it is not."""
    looks = SE3.from_matrix("ego", "CAM", np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 1.5], [0, 0, 0, 1.0]]))
    camera = Sensor(
        channel="CAM", kind="camera", ego_SE3_sensor=looks,
        camera=Pinhole(width=800, height=600, fx=400.0, fy=400.0, cx=400.0, cy=300.0),
    )  # fmt: skip
    frames = []
    for frame in drive().frames:
        image = Image(sensor=camera, timestamp_ns=frame.timestamp_ns, world_SE3_ego=frame.world_SE3_ego,
                      frame=frame.index, load=lambda: b"")  # fmt: skip
        frames.append(replace(frame, sweeps={}, images={"CAM": image}))
    scene = replace(drive(), frames=frames, sensors={"CAM": camera})
    boxes = [
        box(f, x=6.0 * f + ahead, y=y, track=name)
        for f in range(20)
        for name, ahead, y in (("t1", 12.0, 0.0), ("t2", -9.0, 0.0), ("t3", 9.0, 10.0))
    ]
    told = found(boxes, CAR, OTHER, replace(CAR, token="t3", name="3"), scene=scene)
    (unseen,) = [one.remark for one in told if one.rule.id == "out-of-view"]
    assert unseen.track == OTHER
    assert unseen.frames == tuple(range(20))


def test_a_track_of_two_boxes_is_told_of_a_size_that_cannot_be() -> None:
    """The longer one is no car's; a tenth more is within what two people make of one thing."""
    pair = [box(3), replace(box(4), size=(7.4, 1.9, 1.5))]
    (one,) = [one.remark for one in found(pair) if one.rule.id == "size-change"]
    assert (one.frame, one.message) == (4, "the length is 7.40 m here, and 4.40 m in frame 3")
    assert [one for one in found([box(3), replace(box(4), size=(4.8, 1.9, 1.5))]) if one.rule.id == "size-change"] == []
