"""A draft by a team's own model: tracks in one edit, marked as made by machine; whatever fails, nothing changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lidar_label.errors import Cancelled, InvalidValue, LidarLabelError
from lidar_label.jobs import SUFFIX, import_drive, open_project
from lidar_label.jobs.drafting import draft_from_model
from lidar_label.model import Source
from lidar_label.progress import Progress
from tests.detectors.nets import CAR, FLOAT, MEAN, constant, described, helper, mean_net, save, value
from tests.detectors.servers import TEXT, said, served

FRAMES = 8
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
    """A sequence of KITTI's: a thing that comes nearer along x, and nothing else."""
    source = tmp_path / "kitti"
    (source / "calib").mkdir(parents=True)
    (source / "calib/0000.txt").write_text(CALIB)
    folder = source / "velodyne" / "0000"
    folder.mkdir(parents=True)
    for frame in range(FRAMES):
        around = np.array([[-1, -0.5, 0, 0], [1, 0.5, 0, 0], [0, 0, 0.5, 1]], "<f4")
        (folder / f"{frame:06d}.bin").write_bytes((around + np.float32([30 - frame, 2, -1, 0])).astype("<f4").tobytes())
    file = tmp_path / f"work{SUFFIX}"
    import_drive(source, file)
    return file


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    mean_net(folder / "net.onnx")
    return described(folder)


def rows_of(project: Path) -> list[str]:
    with closing(sqlite3.connect(project)) as connection:
        return list(connection.iterdump())


def test_a_draft_and_its_undo(project: Path, model: Path) -> None:
    steps: list[tuple[int, int]] = []
    with open_project(project) as opened:
        progress = Progress(lambda done, total, text: steps.append((done, total)))
        report = draft_from_model(opened, model, progress=progress)
        assert [(s.status, s.tracks, s.boxes) for s in report.scenes] == [("done", 1, FRAMES)]
        assert [step for step in steps if step[1] == FRAMES][::FRAMES] == [(0, FRAMES), (FRAMES, FRAMES)]
        (ref,) = opened.refs
        labels = opened.session.store.labels(ref.token)
        assert [track.category for track in labels.tracks] == ["vehicle.car"]
        boxes = sorted(labels.boxes(), key=lambda box: box.frame)
        assert {box.source for box in boxes} == {Source.MACHINE}
        assert all(box.score is not None and not box.is_keyframe for box in boxes)
        scene = opened.scene(ref.token)
        for box in boxes:
            seen = scene.world_SE3_lidar(box.frame).inverse @ box.world_SE3_box
            np.testing.assert_allclose(seen.translation, [30 - box.frame, 2, -5 / 6], atol=0.05)
            assert box.size == pytest.approx(CAR)
        again = draft_from_model(opened, model)  # what has boxes already gets none
        assert again.boxes == 0
        opened.session.undo()
        assert len(opened.session.store.labels(ref.token)) == 0


def test_frames_that_are_unrelated_get_a_track_a_box(model: Path, tmp_path: Path) -> None:
    """KITTI's object benchmark: what stands at one place in two frames is not one thing."""
    source = tmp_path / "object" / "training"
    for folder in ("velodyne", "calib"):
        (source / folder).mkdir(parents=True)
    for frame in range(3):
        points = np.array([[10, 2, -1, 0], [12, 3, -1, 0], [11, 4, 0, 0]], "<f4")
        (source / f"velodyne/{frame:06d}.bin").write_bytes(points.tobytes())
        (source / f"calib/{frame:06d}.txt").write_text(CALIB)
    file = tmp_path / f"object{SUFFIX}"
    import_drive(tmp_path / "object", file)
    with open_project(file) as opened:
        (ref,) = opened.refs
        assert not opened.scene(ref.token).is_sequence
        report = draft_from_model(opened, model)
        assert [(s.tracks, s.boxes) for s in report.scenes] == [(3, 3)]
        boxes = list(opened.session.store.labels(ref.token).boxes())
        assert {(box.source, box.is_keyframe, round(box.score or 0, 3)) for box in boxes} == {
            (Source.MACHINE, False, 0.9)
        }


def test_what_the_model_gives_that_is_no_box_is_told(project: Path, model: Path) -> None:
    mean_net(model.parent / "net.onnx", score=np.nan)
    (next((project.parent / "kitti").rglob("000003.bin"))).write_bytes(b"\0" * 17)
    with open_project(project) as opened:
        report = draft_from_model(opened, model)
        assert report.boxes == 0
        told = {finding.code: finding.message for finding in report.findings}
        assert told["no-boxes"] == "7 boxes of the model left out: not finite, or of an impossible size"
        assert told["not-read"].startswith("frame 3 not read: ")


def test_a_model_that_fails_on_the_way_changes_nothing(project: Path, model: Path) -> None:
    """Its labels are where the thing is along x: from the third frame on they are none of its classes."""
    save(
        model.parent / "net.onnx",
        [
            helper.make_node("ReduceMean", ["points"], ["middle"], axes=[0], keepdims=1),
            helper.make_node("Concat", ["middle", "rest"], ["boxes"], axis=1),
        ],
        [value("points", FLOAT, ["n", 3])],
        [value("boxes", FLOAT, [1, 9])],
        [constant("rest", np.array([[*CAR, 0.9, 0.5, 0]], np.float32))],
    )
    columns = ["label", "y", "z", "l", "w", "h", "score", "x", "yaw"]
    text = f"{MEAN}columns = {json.dumps(columns)}\nfirst_label = 29\n"
    before = rows_of(project)
    with open_project(project) as opened, pytest.raises(InvalidValue, match=r"at frame 2 of 0000: .* 29 to 30, not 28"):
        draft_from_model(opened, described(model.parent, text))
    assert rows_of(project) == before


def test_a_server_that_goes_away_on_the_way_changes_nothing(project: Path, tmp_path: Path) -> None:
    """It answers two frames, then rubbish or nothing; once well again a draft is made, and then it is gone."""
    box = {"class": "car", "score": 0.9, "center": [30, 2, -1], "size": CAR, "yaw": 0}
    fine = said(json.dumps({"schema": "lidar-label/boxes/1", "boxes": [box]}))
    before = rows_of(project)
    with served() as (address, handler), open_project(project) as opened:
        file = described(tmp_path, TEXT)
        for broken, words in ((said("<html>"), "answered no JSON"), (lambda one: one.connection.close(), "broke off")):
            handler.asked.clear()
            handler.answers = [fine, fine, broken]
            with pytest.raises(LidarLabelError, match=rf"at frame 2 of 0000: .*{words}"):
                draft_from_model(opened, file, send_to=address)
            assert rows_of(project) == before
        handler.answers = [fine]
        assert draft_from_model(opened, file, send_to=address).boxes == FRAMES
    with open_project(project) as opened, pytest.raises(LidarLabelError, match=r"at frame 0 of 0000: .*be reached"):
        draft_from_model(opened, file, send_to=address)


def test_stopping_changes_nothing(project: Path, model: Path) -> None:
    before = rows_of(project)
    progress = Progress(lambda done, total, text: progress.cancel() if done == 3 else None)
    with open_project(project) as opened, pytest.raises(Cancelled):
        draft_from_model(opened, model, progress=progress)
    assert rows_of(project) == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"z"]', '"z", "time_s"]', "wants the field 'time_s', and the points of .* have intensity"),
        ('fields = ["x", "y", "z"]', 'fields = ["x", "y", "z"]\nsweeps = 3', "3 sweeps laid together"),
    ],
)
def test_points_that_the_drive_has_not(project: Path, model: Path, old: str, new: str, words: str) -> None:
    text = MEAN.replace(old, new)
    if "time_s" in new:
        mean_net(model.parent / "net.onnx")
        save_wide(model.parent / "net.onnx")
    with open_project(project) as opened, pytest.raises(LidarLabelError, match=words):
        draft_from_model(opened, described(model.parent, text))


def save_wide(file: Path) -> None:
    nodes = [helper.make_node("Identity", ["points"], ["boxes"])]
    nodes.append(helper.make_node("ReduceMean", ["points"], ["scores"], axes=[1], keepdims=0))
    nodes.append(helper.make_node("Cast", ["scores"], ["labels"], to=7))
    made = [value("boxes", FLOAT, ["n", 4]), value("scores", FLOAT, ["n"]), value("labels", 7, ["n"])]
    save(file, nodes, [value("points", FLOAT, ["n", 4])], made)


def test_the_command(project: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from lidar_label.cli.main import main

    def run(*arguments: str) -> tuple[int | str | None, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["draft", str(project), *arguments])
        return (left.value.code, *capsys.readouterr())

    code, out, _ = run("--model", str(model), "--json")
    assert code in (0, None)
    assert json.loads(out)["scenes"][0]["boxes"] == FRAMES
    assert run("--model", str(model), "--from-detections", str(model))[0] == 2
    code, out, _ = run("--json")  # neither: by the points alone, and three of them are no road user
    assert code in (0, None)
    assert json.loads(out)["scenes"][0]["boxes"] == 0
    assert run("--from-detections", str(model), "--send-to", "http://localhost:1/")[0] == 2
    server = described(
        model.parent, 'kind = "http"\nclasses = ["car"]\n[points]\nrange = [-9, -9, -9, 9, 9, 9]\n[server]\n'
    )
    code, _, told = run("--model", str(server))
    assert code == 1
    assert "--send-to http://HOST:PORT/PATH" in told
    assert "Traceback" not in told
