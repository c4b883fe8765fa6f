"""The first picture of a cloud: points from all over it, each with its own number, whatever the file is packed in."""

from __future__ import annotations

from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.cloud import preview as previews
from lidar_label.cloud.preview import preview


def long_road(path: Path, points: int) -> None:
    """Write points along a line, in the order of the line."""
    las = laspy.LasData(laspy.LasHeader(point_format=6, version="1.4"))
    las.header.scales = [0.001] * 3
    las.x, las.y, las.z = np.arange(points) * 0.01, np.zeros(points), np.ones(points)
    las.intensity = (np.arange(points) % 60_000).astype(np.uint16)
    las.write(path)


@pytest.mark.parametrize("kind", ["las", "laz"])
def test_a_sample_reaches_from_the_first_point_to_the_last(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = 260_000  # six packed chunks
    path = tmp_path / f"road.{kind}"
    long_road(path, points)
    monkeypatch.setattr(previews, "_MOST_DECODED", 150_000)
    found = preview(path, 20_000)
    assert 10_000 < len(found.xyz) < 40_000
    assert found.index[0] < 100
    assert found.index[-1] > points * 0.8
    np.testing.assert_allclose(found.xyz[:, 0], found.index * 0.01, atol=0.0006)
    np.testing.assert_array_equal(found.fields["intensity"], found.index % 60_000)


def test_of_a_small_packed_file_all_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "short.laz"
    long_road(path, 60_000)
    assert preview(path, 100_000).index.tolist() == list(range(60_000))
