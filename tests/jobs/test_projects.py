"""A project on a drive: where it lies, what it refers to, and what happens when the data moves."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import open_dataset
from lidar_label.edit import AddTrack, PutBoxes
from lidar_label.errors import Cancelled, CannotWrite, CheckFailed, LidarLabelError, MissingFile
from lidar_label.jobs import default_project_path, export_project, import_drive, open_project, project_for
from lidar_label.model import SE3, Box, Track
from lidar_label.progress import Progress


@pytest.fixture
def drive(shared_data: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data" / "drive"
    shutil.copytree(shared_data / "sustechpoints_example", copy)
    for path in [copy.parent, copy, *copy.rglob("*")]:
        path.chmod(0o755)
    return copy


def test_project_and_data_can_move_together(drive: Path, tmp_path: Path) -> None:
    import_drive(drive, drive.parent / "work.lidarlabel")
    moved = tmp_path / "elsewhere"
    drive.parent.rename(moved)
    with open_project(moved / "work.lidarlabel") as project:
        (ref,) = project.refs
        assert not Path(ref.path).is_absolute()
        assert len(project.scene(ref.token).frames) == 2
        assert not [f for f in project.findings(ref.token) if f.code == "source-changed"]


def test_data_that_is_gone_is_named(drive: Path) -> None:
    file = drive.parent / "work.lidarlabel"
    import_drive(drive, file)
    drive.rename(drive.with_name("renamed"))
    with open_project(file) as project, pytest.raises(MissingFile, match="drive"):
        project.scene(project.refs[0].token)


def test_data_that_changed_is_noticed(drive: Path) -> None:
    file = drive.parent / "work.lidarlabel"
    import_drive(drive, file)
    (drive / "lidar" / "000970.pcd").rename(drive / "lidar" / "000971.pcd")
    with open_project(file) as project:
        found = project.findings(project.refs[0].token)
    assert "source-changed" in {finding.code for finding in found}


def test_a_stopped_import_leaves_nothing(drive: Path) -> None:
    progress = Progress()
    progress.cancel()
    before = sorted(drive.parent.iterdir())
    with pytest.raises(Cancelled):
        import_drive(drive, drive.parent / "work.lidarlabel", progress=progress)
    assert sorted(drive.parent.iterdir()) == before


def test_a_project_name_needs_its_suffix(drive: Path) -> None:
    with pytest.raises(CannotWrite, match="lidarlabel"):
        import_drive(drive, drive.parent / "work.db")


def test_opening_a_folder_makes_its_project_once(drive: Path) -> None:
    first = project_for(drive)
    assert first == default_project_path(drive) == drive.parent / "drive.lidarlabel"
    stamp = first.stat().st_mtime_ns
    assert project_for(drive) == first
    assert first.stat().st_mtime_ns == stamp
    assert project_for(first) == first


def test_the_source_is_never_written(drive: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in drive.rglob("*")}

    before = state()
    file = project_for(drive)
    with open_project(file) as project:
        export_project(project, drive.parent / "out", "nuscenes")
    assert state() == before


@pytest.mark.parametrize("inside", [True, False])
def test_an_export_does_not_land_in_its_source(drive: Path, inside: bool) -> None:
    target = drive / "out" if inside else drive
    with open_project(project_for(drive)) as project, pytest.raises(LidarLabelError):
        export_project(project, target, "sustechpoints")
    assert not (drive / "out").exists()


def test_an_export_with_a_broken_rule_stops_and_names_the_label(drive: Path) -> None:
    with open_project(project_for(drive)) as project:
        (ref,) = project.refs
        box = project.session.store.boxes_in_frame(ref.token, 0)[0]
        wrong = replace(box, visibility="no-such-level")
        project.session.do(PutBoxes(ref.token, (wrong,), "Break it"))
        with pytest.raises(CheckFailed, match="rule"):
            export_project(project, drive.parent / "out", "nuscenes")
    assert not (drive.parent / "out").exists()


def far_drive(folder: Path, first: tuple[float, float, float]) -> None:
    """Write three clouds about a vehicle that begins at a place of a map and drives along its x."""
    (folder / "points").mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(3):
        xyz = np.random.default_rng(number).uniform(-20, 20, (50, 3)).astype("<f4")
        np.save(folder / "points" / f"{number}.npy", xyz)
        rows.append(f"1 0 0 {first[0] + number} 0 1 0 {first[1]} 0 0 1 {first[2]}\n")
    (folder / "times.txt").write_text("".join(f"{1_700_000_000 + 0.1 * n:.1f}\n" for n in range(3)))
    (folder / "poses.txt").write_text("".join(rows))


def test_a_shifted_world_is_shown_and_given_back(tmp_path: Path) -> None:
    """Labels are drawn in a world near zero and leave in the one that the poses are in."""
    first = (691_234.25, 5_335_678.5, 512.0)
    far_drive(tmp_path / "far", first)
    project = tmp_path / "far.lidarlabel"
    report = import_drive(tmp_path / "far", project)
    assert "shifted-world" in {finding.code for finding in report.findings}
    with open_project(project) as opened:
        (ref,) = opened.refs
        scene = opened.scene(ref.token)
        assert np.abs(scene.frames[0].world_SE3_ego.translation).max() < 1
        assert "source-changed" not in {finding.code for finding in opened.findings(ref.token)}
        track = Track(category=opened.session.store.taxonomy().categories[0].name, name="1")
        boxes = [
            Box(track=track.token, frame=i, size=(4.5, 1.9, 1.6),
                world_SE3_box=frame.world_SE3_ego @ SE3("ego", "box", (1, 0, 0, 0), (10.0, 2.5, 0.75)))
            for i, frame in enumerate(scene.frames)
        ]  # fmt: skip
        opened.session.do(AddTrack(ref.token, track, tuple(boxes)))
        export_project(opened, tmp_path / "out", "nuscenes")
    again = open_dataset(tmp_path / "out")
    (name,) = again.scene_names
    back, labels = again.scene(name), again.labels(name)
    for i in range(3):
        (box,) = labels.in_frame(i)
        expected = np.add(first, (10.0 + i, 2.5, 0.75))
        np.testing.assert_allclose(np.add(box.center, back.origin), expected, atol=1e-6)


def test_a_world_that_is_shifted_otherwise_is_told(tmp_path: Path) -> None:
    """Labels of a project lie in the world as it was shifted: other poses beside the same clouds move that."""
    far_drive(tmp_path / "far", (691_234.25, 5_335_678.5, 512.0))
    project = tmp_path / "far.lidarlabel"
    import_drive(tmp_path / "far", project)
    far_drive(tmp_path / "far", (691_334.25, 5_335_678.5, 512.0))
    with open_project(project) as opened:
        found = [f.message for f in opened.findings(opened.refs[0].token) if f.code == "source-changed"]
    assert len(found) == 1
    assert "691234" in found[0]
    assert "691334" in found[0]
