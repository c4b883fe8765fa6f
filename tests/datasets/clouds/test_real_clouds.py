"""Every cloud file of the shared data: it opens with its number of points, or is refused for the right reason."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import cloud_format_named, open_cloud, write_cloud
from lidar_label.model import PointCloud

# path below formats/: the number of points, or what the refusal says
FILES: dict[str, int | str] = {
    "laspy/1_4_w_evlr.las": 1000,
    "laspy/1_4_w_evlr.laz": 1000,
    "laspy/extra.laz": 1065,
    "laspy/plane.laz": 28185,
    "laspy/simple1_1.las": 1065,
    "laspy/simple1_3.las": 999,
    "laspy/simple_with_page.copc.laz": 1065,
    "laspy/unregistered_extra_bytes.las": 4,
    "ouster/cloud-ascii.ply": 1,
    "ouster/cloud-binary.ply": 1,
    "pcd/pypcd4/ascii.pcd": 213,
    "pcd/pypcd4/ascii_empty.pcd": "the file is empty",
    "pcd/pypcd4/ascii_invalid_header.pcd": "PCD header",
    "pcd/pypcd4/ascii_multi_count.pcd": 8,
    "pcd/pypcd4/ascii_organized.pcd": 8,
    "pcd/pypcd4/binary.pcd": 213,
    "pcd/pypcd4/binary_compressed.pcd": 213,
    "pcl/bunny.pcd": 397,
    "pcl/car6.pcd": 10031,
    "pcl/colored_cloud.pcd": 1000,
    "pcl/cube.ply": 24,
    "pcl/lamppost.pcd": 1771,
    "pcl/milk_color.pcd": 13704,
    "pcl/nhood_test.pcd": 36,
    "pcl/octants.pcd": 8,
    "pcl/office1_keypoints.pcd": 1318,
    "pcl/pcl_logo.pcd": 12909,
    "pcl/sac_plane_test.pcd": 3283,
    "pcl/terrain/samp11-utm.pcd": 38010,
    "pcl/tutorials/capture0001.pcd": 307200,
    "pdal/copc/1.2-with-color.copc.laz": 1065,
    "pdal/las/1.2-with-color.las": 1065,
    "pdal/las/100-points.las": 100,
    "pdal/las/bad_vlr_count.las": 10,
    "pdal/las/extrabytes.las": 1065,
    "pdal/las/garbage_nVariableLength.las": "14380 bytes and 14374 are there",
    "pdal/las/gps-time-nan.las": 1,
    "pdal/las/interesting.las": 1065,
    "pdal/las/no-points.las": 0,
    "pdal/las/permutations/1.0_1.las": 1,
    "pdal/las/permutations/1.1_1.las": 1,
    "pdal/las/permutations/1.2_3.las": 1,
    "pdal/las/simple.las": 1065,
    "pdal/las/test1_4.las": 1000,
    "pdal/laz/autzen_trim.laz": 110_000,
    "pdal/laz/simple.laz": 1065,
    "pdal/pcd/autzen-utm.pcd": 1065,
    "pdal/pcd/missingheader.pcd": "line 1 begins with",
    "pdal/pcd/utm17_space.pcd": 10,
    "pdal/ply/mesh.ply": 4,
    "pdal/ply/no_vertex.ply": "the file has no vertices",
    "pdal/ply/simple_binary.ply": 3,
    "pdal/ply/simple_text.ply": 3,
    "pdal/ply/text_extradim.ply": 1,
    "pdal/ply/unsized_dims.ply": "the vertices have no z",
}


@pytest.mark.parametrize("name", FILES)
def test_each_opens_or_is_refused(shared_data: Path, name: str, survives: Callable) -> None:
    path, expected = shared_data / "formats" / name, FILES[name]
    told = survives(path)
    if isinstance(expected, str):
        assert expected in told
    else:
        assert told == ""
        assert open_cloud(path).points == expected


def test_none_is_left_out(shared_data: Path) -> None:
    folder = shared_data / "formats"
    kinds = {".pcd", ".ply", ".las", ".laz"}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in kinds}
    assert found == set(FILES)


def test_the_same_points_in_every_kind(shared_data: Path, gather: Callable) -> None:
    folder = shared_data / "formats/pdal"
    las, fields = gather(open_cloud(folder / "las/1.2-with-color.las"))
    copc, others = gather(open_cloud(folder / "copc/1.2-with-color.copc.laz"))
    time, other = np.argsort(fields["gps_time"], kind="stable"), np.argsort(others["gps_time"], kind="stable")
    np.testing.assert_allclose(las[time], copc[other], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(fields["r"][time], others["r"][other])
    pcd, _ = gather(open_cloud(folder / "pcd/autzen-utm.pcd"))
    assert len(pcd) == len(las)


@pytest.mark.parametrize("kind", ["pcd", "pcd-ascii", "ply", "las", "laz", "copc", "bin"])
def test_pieces_take_the_memory_of_a_piece(tmp_path: Path, kind: str) -> None:
    xyz = np.round(np.random.default_rng(0).normal(0, 30, (400_000, 3)), 2).astype(np.float32)
    path = tmp_path / f"a{cloud_format_named(kind).suffixes[0]}"
    write_cloud(kind, path, CloudArrays(PointCloud(xyz, {"time_s": np.arange(400_000) * 1e-6})))
    cloud = open_cloud(path)
    for _ in cloud.chunks(5000):  # what is imported and kept on the way
        break
    tracemalloc.start()
    for chunk in cloud.chunks(5000):
        assert all(len(values) == len(chunk) for values in chunk.fields.values())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # text comes in blocks of 4 MiB, packed points in chunks of 50,000
    assert peak < {"pcd-ascii": 24, "laz": 8, "copc": 8}.get(kind, 2) * 2**20
