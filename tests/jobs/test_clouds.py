"""Cloud files become others, point for point; a drive's sweeps become a folder of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.datasets import Drive, ReadOptions, WriteOptions, open_dataset, write_dataset
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import Cancelled, CannotWrite, CheckFailed, LidarLabelError, UnknownFormat
from lidar_label.jobs import convert
from lidar_label.model import Taxonomy
from lidar_label.progress import Progress

SmallDrive = Callable[..., Drive]


def table(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    chunks = list(open_cloud(path).chunks())
    names = chunks[0].fields
    return np.concatenate([c.xyz for c in chunks]), {n: np.concatenate([c.fields[n] for c in chunks]) for n in names}


def test_las_to_pcd_keeps_every_coordinate(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/pdal/las/simple.las"
    report = convert(source, tmp_path / "b.pcd", "pcd")
    assert [scene.status for scene in report.scenes] == ["done"]
    xyz, fields = table(tmp_path / "b.pcd")
    las = laspy.read(source)
    assert np.array_equal(xyz, np.column_stack([las.x, las.y, las.z]))
    assert np.array_equal(fields["intensity"], las.intensity)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.pcd"]


@pytest.mark.parametrize("kind", ["las", "laz", "copc"])
def test_the_coordinate_system_goes_along_with_a_conversion(shared_data: Path, tmp_path: Path, kind: str) -> None:
    source, target = shared_data / "formats/laspy/1_4_w_evlr.las", tmp_path / f"a.{'las' if kind == 'las' else 'laz'}"
    convert(source, target, kind)
    with laspy.open(source) as before, laspy.open(target) as after:
        texts = [v.record_data_bytes() for v in after.header.vlrs if v.record_id == 2112]
        assert texts[0].startswith(b'PROJCS["NAD83(HARN) / New Mexico Central (ftUS)"')
        assert after.header.global_encoding.gps_time_type == before.header.global_encoding.gps_time_type


def test_raw_numbers_are_read_as_told(tmp_path: Path) -> None:
    rows = np.arange(1, 31, dtype="<f4").reshape(5, 6)
    rows.tofile(tmp_path / "a.bin")
    read = ReadOptions(fields=("x", "y", "z", "intensity", "echo", "ring"))
    convert(tmp_path / "a.bin", tmp_path / "b.pcd", "pcd", read=read)
    xyz, fields = table(tmp_path / "b.pcd")
    assert np.array_equal(xyz, rows[:, :3])
    assert np.array_equal(fields["echo"], rows[:, 4])


def test_what_a_kind_cannot_hold_is_said_first(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/pdal/las/1.2-with-color.las"
    said: list[str] = []
    with pytest.raises(CheckFailed, match="would be lost"):
        convert(source, tmp_path / "b.bin", "bin", strict=True, announce=lambda found: said.extend(map(str, found)))
    assert said
    assert not list(tmp_path.iterdir())


def test_what_the_reader_cannot_take_in_is_a_loss_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y,z,name\n1,2,3,tree\n4,5,6,house\n")
    with pytest.raises(CheckFailed, match="hold no numbers"):
        convert(tmp_path / "a.csv", tmp_path / "b.pcd", "pcd", strict=True)
    convert(tmp_path / "a.csv", tmp_path / "b.pcd", "pcd")
    assert open_cloud(tmp_path / "b.pcd").points == 2


def test_a_target_that_exists_is_left_alone(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "b.pcd").write_text("mine")
    with pytest.raises(CannotWrite, match="exists already"):
        convert(shared_data / "formats/pdal/las/simple.las", tmp_path / "b.pcd", "pcd")
    assert (tmp_path / "b.pcd").read_text() == "mine"


def test_a_person_sees_it_and_can_stop_it(shared_data: Path, tmp_path: Path) -> None:
    seen: list[int] = []

    def listen(done: int, total: int, _: str) -> None:
        assert total == 1065
        seen.append(done)

    source = shared_data / "formats/pdal/las/simple.las"
    convert(source, tmp_path / "a.pcd", "pcd", options=WriteOptions(progress=Progress(listen)))
    assert seen[-1] == 1065
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        convert(source, tmp_path / "b.pcd", "pcd", options=WriteOptions(progress=stopped))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pcd"]


def test_an_unknown_kind_names_formats_and_kinds(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"nuscenes.*kinds of cloud file: .*pcd"):
        convert(shared_data / "kitti_object", tmp_path / "out", "pdc")


def test_a_drive_becomes_a_folder_of_its_sweeps(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "sustechpoints_example"
    said: list[str] = []
    convert(source, tmp_path / "out", "pcd", announce=lambda found: said.extend(f.code for f in found))
    assert {"boxes", "cameras"} <= set(said)
    files = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.pcd"))
    (channel,) = {file.split("/")[0] for file in files}
    assert files == [f"{channel}/000965.pcd", f"{channel}/000970.pcd"]
    dataset = open_dataset(source)
    for frame in dataset.scene(dataset.scene_names[0]).frames:
        xyz, fields = table(tmp_path / "out" / channel / f"{frame.name}.pcd")
        cloud = frame.sweep().points()
        assert np.array_equal(xyz, cloud.xyz, equal_nan=True)
        assert fields.keys() == cloud.fields.keys()


def test_scenes_get_folders_and_a_missing_sweep_is_told(small_drive: SmallDrive, tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_dataset("nuscenes", source, [small_drive("a"), small_drive("b", start_s=50)], Taxonomy())
    gone = next((source / "samples/LIDAR_TOP").glob("b__*"))
    gone.unlink()
    report = convert(source, tmp_path / "out", "las")
    files = sorted(p.relative_to(tmp_path / "out").parent.as_posix() for p in (tmp_path / "out").rglob("*.las"))
    assert files == ["a/LIDAR_TOP", "a/LIDAR_TOP", "b/LIDAR_TOP"]
    assert str(gone) in [f.where for f in report.findings if f.code == "missing-file"]


def test_a_broken_sweep_leaves_no_folder(small_drive: SmallDrive, tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_dataset("nuscenes", source, [small_drive("a")], Taxonomy())
    with sorted((source / "samples/LIDAR_TOP").iterdir())[1].open("r+b") as file:
        file.truncate(33)
    with pytest.raises(LidarLabelError):
        convert(source, tmp_path / "out", "pcd")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["source"]
