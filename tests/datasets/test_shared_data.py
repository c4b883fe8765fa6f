"""Every set and file of the real sample data: it opens as what it is, or is refused with a reason.

A row is all there is to write for a new set or file. The numbers are those of the data's own README,
or counted in the files by hand. A path in `AWAITED_SETS` may open or be refused, as long as it is
refused in words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lidar_label.datasets import open_dataset
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import BrokenReference, LidarLabelError, MissingFile, UnknownFormat, UnreadableFile

pytestmark = pytest.mark.one_numpy

AT_MOST_S = 100.0  # a net for what does not end, no measure of speed


@dataclass(frozen=True)
class Opens:
    """A set as it opens: `points` of its first sweep, None where no sweep is there."""

    format: str
    scenes: int
    frames: int
    points: int | None
    boxes: int


@dataclass(frozen=True)
class Refused:
    """An error that says `words`."""

    error: type[LidarLabelError]
    words: str


SETS: dict[str, Opens | Refused] = {
    "argoverse1": Opens("argoverse1", 1, 3, 10, 6),
    "argoverse1/tracking": Opens("argoverse1", 1, 3, 10, 6),
    "argoverse1/tracking/1": Opens("argoverse1", 1, 3, 10, 6),
    "av2": Opens("argoverse2", 1, 156, 99229, 11364),
    "av2/7fab2350-7eaf-3b7e-a39d-6937a4c1bede": Opens("argoverse2", 1, 156, 99229, 11364),
    "cvat_3d": Refused(UnknownFormat, "not a data set in any known format"),
    "cvat_3d/test_canvas3d.zip": Refused(UnknownFormat, "an archive is not opened"),
    "datumaro": Opens("kitti-raw", 1, 3, 100, 4),
    "dgp_test_scene": Opens("dgp", 1, 3, 40733, 286),
    "dgp_test_scene/scene_01": Opens("dgp", 1, 3, 40733, 286),
    "datumaro/kitti_raw": Opens("kitti-raw", 1, 3, 100, 4),
    "datumaro/sly_pointcloud_dataset": Opens("supervisely", 1, 2, 100, 3),
    "formats/ouster/OS-0-32-U1_v2.2.0_1024x10.pcap": Refused(UnknownFormat, "not a data set in any known format"),
    "kitti_object": Opens("kitti-object", 1, 2, 115384, 4),
    "kitti_object/training": Opens("kitti-object", 1, 2, 115384, 4),
    "kitti_object_reduced": Opens("kitti-object", 1, 1, 17238, 6),
    "formats/ouster/512x10_raw.bag": Opens("ros1", 1, 0, None, 0),
    "kitti_odometry_00": Opens("kitti-odometry", 1, 3, 124668, 0),
    "kitti_raw": Opens("kitti-raw", 2, 11, 121015, 15),
    "kitti_raw/2011_09_26/2011_09_26_drive_0001_sync": Opens("kitti-raw", 1, 3, 121015, 15),
    "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync": Opens("kitti-raw", 1, 8, 113294, 0),
    "kitti_tracking": Opens("kitti-tracking", 10, 4100, None, 23211),
    "labelcloud": Opens("labelcloud", 1, 1, 86357, 1),
    "lyft_mini_tables": Opens("nuscenes", 1, 1, None, 4),
    "nuscenes_demo_frame": Opens("cloud-folder", 1, 1, 34688, 0),
    "nuscenes_like_oddities": Refused(BrokenReference, "which is not in sample.json"),
    "nuscenes_mini_tables": Refused(
        MissingFile, "sample_data.json, calibrated_sensor.json, ego_pose.json are not there"
    ),
    "openlabel": Refused(UnknownFormat, "not a data set in any known format"),
    "openlabel/asam": Opens("openlabel", 2, 142, None, 475),
    "openlabel/asam/openlabel100_example_cuboids.json": Opens("openlabel", 1, 141, None, 475),
    "openlabel/asam/openlabel100_test_bbox_simple.json": Opens("openlabel", 1, 1, None, 0),
    "openlabel/asam/openlabel_json_schema.json": Refused(UnknownFormat, "not a data set in any known format"),
    "openlabel/vcd": Opens("openlabel", 21, 348, None, 1272),
    "openlabel/vcd/openlabel100_kitti_tracking_0003.json": Opens("openlabel", 1, 144, None, 388),
    "openlabel/vcd/openlabel100_kitti_tracking_0017.json": Opens("openlabel", 1, 145, None, 883),
    "openlabel/vcd/openlabel100_test_cuboids.json": Opens("openlabel", 1, 1, None, 1),
    "sustechpoints_example": Opens("sustechpoints", 1, 2, 66781, 44),
    "t4dataset_sample": Opens("t4", 1, 3, 8, 4),
    "udacity_pcd_sequence": Opens("cloud-folder", 1, 2, 119978, 0),
}

CLOUDS: dict[str, tuple[str, int] | Refused] = {
    "argoverse1/d60558d2-d1aa-34ee-a902-e061e346e02a__PC_315971347819783000.ply": ("ply", 91083),
    "dgp_test_scene/scene_01/point_cloud/LIDAR/15569195938203752.npz": ("npz", 40733),
    "formats/e57/reference/bunnyInt32.e57": ("e57", 30571),
    "formats/e57/self/ColouredCubeFloat.e57": ("e57", 7680),
    "formats/e57/self/ZeroPoints.e57": ("e57", 0),
    "formats/e57/self/bad-crc.e57": Refused(UnreadableFile, "checksum"),
    "formats/e57/self/empty.e57": ("e57", 0),
    "formats/e57/self/test filename äöü.e57": ("e57", 0),
    "formats/laspy/1_4_w_evlr.las": ("las", 1000),
    "formats/laspy/1_4_w_evlr.laz": ("laz", 1000),
    "formats/laspy/extra.laz": ("laz", 1065),
    "formats/laspy/plane.laz": ("laz", 28185),
    "formats/laspy/simple1_1.las": ("las", 1065),
    "formats/laspy/simple1_3.las": ("las", 999),
    "formats/laspy/simple_with_page.copc.laz": ("copc", 1065),
    "formats/laspy/unregistered_extra_bytes.las": ("las", 4),
    "formats/ouster/OS-0-32-U1_v2.2.0_1024x10.json": Refused(UnknownFormat, "not a cloud file of any known kind"),
    "formats/ouster/OS-0-32-U1_v2.2.0_1024x10.pcap": Refused(UnknownFormat, "not a cloud file of any known kind"),
    "formats/ouster/cloud-ascii.ply": ("ply", 1),
    "formats/ouster/cloud-binary.ply": ("ply", 1),
    "formats/pcd/pypcd4/ascii.pcd": ("pcd", 213),
    "formats/pcd/pypcd4/ascii_empty.pcd": Refused(UnreadableFile, "the file is empty"),
    "formats/pcd/pypcd4/ascii_invalid_header.pcd": Refused(UnreadableFile, "line 3"),
    "formats/pcd/pypcd4/ascii_multi_count.pcd": ("pcd", 8),
    "formats/pcd/pypcd4/ascii_organized.pcd": ("pcd", 8),
    "formats/pcd/pypcd4/binary.pcd": ("pcd", 213),
    "formats/pcd/pypcd4/binary_compressed.pcd": ("pcd", 213),
    "formats/pcl/bunny.pcd": ("pcd", 397),
    "formats/pcl/car6.pcd": ("pcd", 10031),
    "formats/pcl/colored_cloud.pcd": ("pcd", 1000),
    "formats/pcl/cube.ply": ("ply", 24),
    "formats/pcl/lamppost.pcd": ("pcd", 1771),
    "formats/pcl/milk_color.pcd": ("pcd", 13704),
    "formats/pcl/nhood_test.pcd": ("pcd", 36),
    "formats/pcl/octants.pcd": ("pcd", 8),
    "formats/pcl/office1_keypoints.pcd": ("pcd", 1318),
    "formats/pcl/pcl_logo.pcd": ("pcd", 12909),
    "formats/pcl/sac_plane_test.pcd": ("pcd", 3283),
    "formats/pcl/terrain/samp11-utm.pcd": ("pcd", 38010),
    "formats/pcl/tutorials/capture0001.pcd": ("pcd", 640 * 480),
    "formats/pdal/copc/1.2-with-color.copc.laz": ("copc", 1065),
    "formats/pdal/e57/A4.e57": ("e57", 4),
    "formats/pdal/e57/A_B.e57": ("e57", 6),
    "formats/pdal/las/1.2-with-color.las": ("las", 1065),
    "formats/pdal/las/100-points.las": ("las", 100),
    "formats/pdal/las/bad_vlr_count.las": ("las", 10),
    "formats/pdal/las/extrabytes.las": ("las", 1065),
    "formats/pdal/las/garbage_nVariableLength.las": Refused(UnreadableFile, "cut off"),
    "formats/pdal/las/gps-time-nan.las": ("las", 1),
    "formats/pdal/las/interesting.las": ("las", 1065),
    "formats/pdal/las/no-points.las": ("las", 0),
    "formats/pdal/las/permutations/1.0_1.las": ("las", 1),
    "formats/pdal/las/permutations/1.1_1.las": ("las", 1),
    "formats/pdal/las/permutations/1.2_3.las": ("las", 1),
    "formats/pdal/las/simple.las": ("las", 1065),
    "formats/pdal/las/test1_4.las": ("las", 1000),
    "formats/pdal/laz/autzen_trim.laz": ("laz", 110000),
    "formats/pdal/laz/simple.laz": ("laz", 1065),
    "formats/pdal/obj/1.2-with-color.obj": ("obj", 911),
    "formats/pdal/pcd/autzen-utm.pcd": ("pcd", 1065),
    "formats/pdal/pcd/missingheader.pcd": Refused(UnreadableFile, "line 1"),
    "formats/pdal/pcd/utm17_space.pcd": ("pcd", 10),
    "formats/pdal/ply/mesh.ply": ("ply", 4),
    "formats/pdal/ply/no_vertex.ply": Refused(UnreadableFile, "no vertices"),
    "formats/pdal/ply/simple_binary.ply": ("ply", 3),
    "formats/pdal/ply/simple_text.ply": ("ply", 3),
    "formats/pdal/ply/text_extradim.ply": ("ply", 1),
    "formats/pdal/ply/unsized_dims.ply": Refused(UnreadableFile, "no z"),
    "formats/pdal/pts/bunny_8.pts": ("pts", 9),
    "formats/pdal/ptx/1.2-with-color.ptx": ("ptx", 1065),
    "formats/pdal/text/badheader.txt": Refused(UnreadableFile, "x, y and z are not among the columns"),
    "formats/pdal/text/crlf_test.txt": ("xyz", 10),
    "formats/pdal/text/missingheader.txt": ("xyz", 5),
    "formats/pdal/text/quoted.txt": ("xyz", 9),
    "formats/pdal/text/text.txt": Refused(UnknownFormat, "not a cloud file of any known kind"),
    "formats/pdal/text/utm17_1.txt": ("xyz", 10),
    "labelcloud/pointclouds/exemplary.ply": ("ply", 86357),
    "udacity_pcd_sequence/0000000000.pcd": ("pcd", 119978),
    "udacity_pcd_sequence/0000000001.pcd": ("pcd", 118703),
}

AWAITED_SETS = ("formats",)  # not one set but files of every kind


def opened(path: Path) -> Opens:
    dataset = open_dataset(path)
    frames = boxes = 0
    points: int | None = None
    for name in dataset.scene_names:
        scene = dataset.scene(name)
        frames, boxes = frames + len(scene.frames), boxes + len(dataset.labels(name))
        if points is None:
            sweeps = (sweep for frame in scene.frames for sweep in frame.sweeps.values() if sweep.is_present)
            first = next(sweeps, None)
            points = None if first is None else len(first.points())
    return Opens(dataset.format, len(dataset.scene_names), frames, points, boxes)


def read(path: Path) -> tuple[str, int]:
    cloud = open_cloud(path)
    counted = sum(len(chunk) for chunk in cloud.chunks())
    assert counted == cloud.points
    return cloud.format, counted


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_what_it_is(name: str, shared_data: Path) -> None:
    expected, path = SETS[name], shared_data / name
    if isinstance(expected, Opens):
        assert opened(path) == expected
        return
    with pytest.raises(expected.error) as caught:
        opened(path)
    assert expected.words in caught.value.line


@pytest.mark.parametrize("name", CLOUDS)
def test_a_cloud_is_what_it_is(name: str, shared_data: Path) -> None:
    expected, path, start = CLOUDS[name], shared_data / name, time.monotonic()
    if isinstance(expected, Refused):
        with pytest.raises(expected.error) as caught:
            read(path)
        assert expected.words in caught.value.line
        assert path.name in caught.value.where
    else:
        assert read(path) == expected
    assert time.monotonic() - start < AT_MOST_S


def refusal(call: Callable[[Path], object], path: Path) -> LidarLabelError | None:
    try:
        call(path)
    except LidarLabelError as error:
        return error
    return None


@pytest.mark.parametrize("name", AWAITED_SETS)
def test_a_set_without_a_row_opens_or_is_refused_in_words(name: str, shared_data: Path) -> None:
    error = refusal(opened, shared_data / name)
    assert error is None or (Path(name).name in error.where and "\n" not in error.line)


def test_nothing_is_left_out(shared_data: Path) -> None:
    """Whoever adds to the data adds a row here."""
    named = {*SETS, *AWAITED_SETS}
    assert {p.name for p in shared_data.iterdir() if p.is_dir()} <= {name.split("/")[0] for name in named}
    files = {p.relative_to(shared_data).as_posix() for p in (shared_data / "formats").rglob("*") if p.is_file()}
    assert files <= {*CLOUDS, *named}
    assert all((shared_data / name).exists() for name in (*named, *CLOUDS))
    assert not {*SETS} & {*AWAITED_SETS}
