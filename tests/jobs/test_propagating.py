"""The tracks of a project are carried on from their key frames: how far, from which side, and in one undo step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lidar_label.edit import AddTrack
from lidar_label.errors import BrokenReference, InvalidValue
from lidar_label.jobs import Project, open_project
from lidar_label.jobs.propagating import propagate_project
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box, Source, Track
from tests.jobs.passing import CAR, FRAMES, HIDDEN, PARKED, passing, project_of_passing


def boxes_of(project: Project, track: str) -> dict[int, Box]:
    return {box.frame: box for box in project.session.store.boxes_of_track(track)}


def overlap(box: Box, truth: SE3) -> float:
    true = Box(track=box.track, frame=box.frame, world_SE3_box=truth, size=CAR)
    rows = [np.array([[*one.center, *one.size, one.yaw]]) for one in (box, true)]
    return float(iou_of_pairs(*rows)[0])


def test_it_goes_as_far_as_it_is_sure_and_is_undone_at_once(tmp_path: Path) -> None:
    with open_project(project_of_passing(tmp_path)) as project:
        report = propagate_project(project)
        car, parked = boxes_of(project, "car"), boxes_of(project, "parked")
        assert sorted(car) == [*range(HIDDEN[0])]
        assert sorted(parked) == [*range(FRAMES)]
        assert report.boxes == len(car) + len(parked) - 2
        assert all(overlap(box, passing(frame)) > 0.8 for frame, box in car.items())
        assert all(overlap(box, PARKED) > 0.95 for box in parked.values())
        assert {box.source for frame, box in car.items() if frame} == {Source.PROPAGATED}
        (said,) = report.findings
        assert (said.code, said.where) == ("unsure", f"by, frame {HIDDEN[0]}")
        assert "track 7 stopped: occluded" in said.message
        project.session.undo()
        assert sorted(boxes_of(project, "car")) == sorted(boxes_of(project, "parked")) == [0]


def test_a_gap_is_filled_from_both_sides(tmp_path: Path) -> None:
    with open_project(project_of_passing(tmp_path, (0, FRAMES - 1))) as project:
        before = boxes_of(project, "car")
        propagate_project(project, track="7")
        after = boxes_of(project, "car")
        assert sorted(after) == [frame for frame in range(FRAMES) if frame not in HIDDEN]
        assert all(overlap(box, passing(frame)) > 0.8 for frame, box in after.items())
        assert {frame: after[frame] for frame in before} == before
        assert sorted(boxes_of(project, "parked")) == [0]


def test_what_was_made_is_smoothed_through_the_key_frames(tmp_path: Path) -> None:
    with open_project(project_of_passing(tmp_path, (0, FRAMES - 1))) as project:
        keys = boxes_of(project, "car")
        propagate_project(project, track="7")
        rough = boxes_of(project, "car")
        project.session.undo()
        propagate_project(project, track="7", smooth=True)
        smooth = boxes_of(project, "car")
    assert sorted(smooth) == sorted(rough)
    assert {frame: smooth[frame] for frame in keys} == keys
    off = [np.mean([np.linalg.norm(box.center - passing(frame).translation) for frame, box in boxes.items()])
           for boxes in (smooth, rough)]  # fmt: skip
    assert off[0] <= off[1]


def test_told_to_go_on_it_says_where_it_is_not_sure(tmp_path: Path) -> None:
    with open_project(project_of_passing(tmp_path)) as project:
        propagate_project(project, track="car", through=True, last=9)
        made = boxes_of(project, "car")
        assert sorted(made) == [*range(10)]
        assert {frame for frame, box in made.items() if box.doubt} >= set(HIDDEN)
        assert not any(made[frame].doubt for frame in range(HIDDEN[0]))
        tokens = {frame: box.token for frame, box in made.items()}
        propagate_project(project, track="car", through=True, last=9)
        assert {frame: box.token for frame, box in boxes_of(project, "car").items()} == tokens


def test_a_car_that_shows_nothing_stands_as_the_one_behind_it_does(tmp_path: Path) -> None:
    ahead = PARKED @ SE3.from_yaw("box", "box", 0.0, (7.0, 0.2, 0.0))
    with open_project(project_of_passing(tmp_path)) as project:
        track = Track(category="vehicle.car", name="6", token="ahead")
        box = Box(
            track="ahead", frame=0, world_SE3_box=SE3("world", "box", ahead.rotation, ahead.translation), size=CAR
        )
        project.session.do(AddTrack(project.refs[0].token, track, (box,)))
        report = propagate_project(project)
        made = boxes_of(project, "ahead")
        assert sorted(made) == [*range(FRAMES)]
        assert all(np.allclose(box.center, ahead.translation) for box in made.values())
        assert not any(finding.message.startswith("track 6") for finding in report.findings)
        project.session.undo()
        assert sorted(boxes_of(project, "ahead")) == [0]


def test_what_is_not_there_is_said_and_changes_nothing(tmp_path: Path) -> None:
    with open_project(project_of_passing(tmp_path)) as project:
        with pytest.raises(BrokenReference, match="no track '99'"):
            propagate_project(project, track="99")
        with pytest.raises(InvalidValue, match=f"frames 0 to {FRAMES - 1}, not 3 to 40"):
            propagate_project(project, first=3, last=40)
        assert sorted(boxes_of(project, "car")) == [0]
