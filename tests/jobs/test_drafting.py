"""A draft from detections: KITTI's and AB3DMOT's text, labels of other formats, one undo, and clear words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, WriteOptions, write_dataset
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnknownFormat, UnreadableFile
from lidar_label.jobs import SUFFIX, import_drive, open_project
from lidar_label.jobs.drafting import draft_from_detections
from lidar_label.model import Labels, Source, driving_taxonomy

FRAMES = 12
CALIB = """P0: 700 0 600 0 0 700 180 0 0 0 1 0
P1: 700 0 600 0 0 700 180 0 0 0 1 0
P2: 700 0 600 0 0 700 180 0 0 0 1 0
P3: 700 0 600 0 0 700 180 0 0 0 1 0
R0_rect: 1 0 0 0 1 0 0 0 1
Tr_velo_to_cam: 0 -1 0 0 0 0 -1 -0.1 1 0 0 -0.3
Tr_imu_to_velo: 1 0 0 -0.8 0 1 0 0.3 0 0 1 -0.8
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two sequences of KITTI's tracking benchmark, without labels: clouds and a calibration alone."""
    source = tmp_path / "kitti"
    for name in ("0000", "0001"):
        (source / "calib").mkdir(parents=True, exist_ok=True)
        (source / f"calib/{name}.txt").write_text(CALIB)
        folder = source / "velodyne" / name
        folder.mkdir(parents=True)
        for frame in range(FRAMES):
            (folder / f"{frame:06d}.bin").write_bytes(np.ones((5, 4), dtype="<f4").tobytes())
    file = tmp_path / f"work{SUFFIX}"
    import_drive(source, file)
    return file


def comma_rows(kind: int, x: float, step: float = 1.0) -> str:
    """A thing that comes nearer along the camera's z, missed in one frame; scores are log-odds."""
    rows = [
        f"{frame},{kind},500,150,600,250,{4 + frame % 3},1.5,1.6,4.0,{x},1.7,{30 - step * frame},-1.57,0.0"
        for frame in range(FRAMES)
        if frame != 5
    ]
    return "\n".join(rows) + "\n"


def test_the_text_of_ab3dmot_in_folders_by_class(project: Path, tmp_path: Path) -> None:
    for folder, kind, x, step in (("car", 2, 2.0, 1.0), ("person", 1, -4.0, 0.1)):
        (tmp_path / "found" / folder).mkdir(parents=True)
        (tmp_path / "found" / folder / "0001.txt").write_text(comma_rows(kind, x, step))
    with open_project(project) as opened:
        report = draft_from_detections(opened, tmp_path / "found")
        assert [(s.name, s.status, s.tracks, s.boxes) for s in report.scenes] == [
            ("0000", "skipped", 0, 0), ("0001", "done", 2, 2 * FRAMES),
        ]  # fmt: skip
        ref = opened.refs[1]
        labels = opened.session.store.labels(ref.token)
        assert {track.category for track in labels.tracks} == {"Car", "Pedestrian"}
        car = next(track for track in labels.tracks if track.category == "Car")
        boxes = labels.of_track(car.token)
        assert [box.frame for box in boxes] == list(range(FRAMES))
        assert {box.source for box in boxes} == {Source.MACHINE, Source.PROPAGATED}
        assert all(box.score is not None and box.score > 0.9 and not box.is_keyframe for box in boxes)
        # Ahead is x in the LiDAR: z of the camera and 0.3 m; the bottom 1.7 m below the camera, which is 0.1 m lower.
        np.testing.assert_allclose(boxes[0].center, [30.3, -2.0, -1.05], atol=0.1)
        opened.session.undo()
        assert len(opened.session.store.labels(ref.token)) == 0
        opened.session.redo()
        assert len(opened.session.store.labels(ref.token)) == 2 * FRAMES


def test_a_second_draft_adds_and_rows_of_the_benchmark_may_share_an_id(project: Path, tmp_path: Path) -> None:
    rows = "".join(
        f"{frame} -1 Car 0 0 0 500 150 600 250 1.5 1.6 4.0 {x} 1.7 {30 - frame} -1.57 0.9\n"
        for frame in range(FRAMES)
        for x in (2.0, 8.0)
    )
    (tmp_path / "0000.txt").write_text(rows)
    with open_project(project) as opened:
        for _ in range(2):
            assert draft_from_detections(opened, tmp_path / "0000.txt").scenes[0].tracks == 2
        assert len(opened.session.store.labels(opened.refs[0].token).tracks) == 4


def test_labels_of_another_format_are_detections_too(small_drive: Callable[..., Drive], tmp_path: Path) -> None:
    drive = small_drive("drive", frames=8)
    source = tmp_path / "drive"
    write_dataset("boxes-csv", source, [drive], driving_taxonomy(), WriteOptions())
    file = tmp_path / f"work{SUFFIX}"
    import_drive(source, file, labels=False)
    scored = [replace(box, score=0.8, source=Source.MACHINE) for box in drive.labels.boxes()]
    found = Drive(scene=drive.scene, labels=Labels(drive.labels.tracks, scored))
    write_dataset("boxes-csv", tmp_path / "found", [found], driving_taxonomy(), WriteOptions())
    with open_project(file) as opened:
        report = draft_from_detections(opened, tmp_path / "found")
        assert report.boxes == 8
        made = opened.session.store.labels(opened.refs[0].token)
        scene = opened.scene(opened.refs[0].token)
        for box, truth in zip(made.boxes(), drive.labels.boxes(), strict=True):
            ours = scene.frames[box.frame].world_SE3_ego.inverse @ box.world_SE3_box
            theirs = drive.scene.frames[box.frame].world_SE3_ego.inverse @ truth.world_SE3_box
            np.testing.assert_allclose(ours.translation, theirs.translation, atol=0.02)


@pytest.mark.parametrize(
    ("text", "error", "word"),
    [
        ("0,2,1,1,9,9,0.5,1.5,1.6,4.0,2,1.7,30,0\n", UnreadableFile, "15 values, this one 14"),
        ("0,2,1,1,9,9,0.5,1.5,1.6,x,2,1.7,30,0,0\n", UnreadableFile, "length is 'x'"),
        ("0,7,1,1,9,9,0.5,1.5,1.6,4.0,2,1.7,30,0,0\n", UnreadableFile, "1 Pedestrian, 2 Car or 3 Cyclist"),
        ("0,2,1,1,9,9,nan,1.5,1.6,4.0,2,1.7,30,0,0\n", UnreadableFile, "score is nan"),
        ("0,2,1,1,9,9,0.5,1.5,1.6,-4.0,2,1.7,30,0,0\n", UnreadableFile, "above 0"),
        ("90,2,1,1,9,9,0.5,1.5,1.6,4.0,2,1.7,30,0,0\n", InvalidValue, "frame 90, which scene 0000 does not have"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    project: Path, tmp_path: Path, text: str, error: type[LidarLabelError], word: str
) -> None:
    file = tmp_path / "found" / "0000.txt"
    file.parent.mkdir()
    file.write_text(text)
    with open_project(project) as opened:
        with pytest.raises(error, match=word) as told:
            draft_from_detections(opened, file.parent)
        assert "0000.txt" in told.value.line
        assert len(opened.session.store.labels(opened.refs[0].token)) == 0


def test_detections_of_other_scenes_or_of_nothing(project: Path, tmp_path: Path) -> None:
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "0077.txt").write_text(comma_rows(2, 2.0))
    with open_project(project) as opened:
        with pytest.raises(InvalidValue, match="of no scene of the project"):
            draft_from_detections(opened, tmp_path / "found")
        with pytest.raises(MissingFile, match="no detections at this path"):
            draft_from_detections(opened, tmp_path / "nowhere")
        (tmp_path / "empty").mkdir()
        with pytest.raises(UnknownFormat, match="named after the scenes"):
            draft_from_detections(opened, tmp_path / "empty")
        (tmp_path / "found" / "0000.txt").write_text("")
        assert draft_from_detections(opened, tmp_path / "found").boxes == 0


def test_the_command(project: Path, tmp_path: Path, capsys: Any) -> None:
    from lidar_label.cli.main import main

    (tmp_path / "0000.txt").write_text(comma_rows(2, 2.0))
    with pytest.raises(SystemExit) as left:
        main(["draft", str(project), "--from-detections", str(tmp_path / "0000.txt"), "--json"])
    assert left.value.code in (0, None)
    told = json.loads(capsys.readouterr().out)
    assert told["scenes"][0]["boxes"] == FRAMES
    with pytest.raises(SystemExit) as left:
        main(["draft", str(project), "--from-detections", str(tmp_path / "nowhere")])
    assert left.value.code == 1
    assert "no detections at this path" in capsys.readouterr().err
