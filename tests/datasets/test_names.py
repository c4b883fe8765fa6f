"""Names of files and ids of tracks, from names that nobody vouches for."""

from __future__ import annotations

import pytest

from lidar_label.datasets.names import frame_stems, safe_name, track_ids, unique_names
from lidar_label.model import Frame, Labels, Scene, Track


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc", "_.._etc"), ("", "unnamed"), ("...", "unnamed"), ("nul", "_nul"), ("COM1.txt", "_COM1.txt"),
     ("出典 1", "出典_1"), ("a/b\\c:d", "a_b_c_d"), ("x" * 300, "x" * 100)],
)  # fmt: skip
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_that_a_disk_takes_for_one() -> None:
    assert unique_names(["Drive", "drive", "a/b", "a b"]) == {
        "Drive": "Drive", "drive": "drive_2", "a/b": "a_b", "a b": "a_b_2"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "stems"),
    [(["2", "10"], ["2", "10"]), (["10", "2"], ["000000", "000001"]), (["a", "A"], ["000000", "000001"]),
     (["a", "../b"], ["000000", "000001"]), (["a", ""], ["000000", "000001"])],
)  # fmt: skip
def test_frames_keep_their_names_where_they_can(names: list[str], stems: list[str]) -> None:
    frames = [Frame(index=i, timestamp_ns=i, sweeps={}, name=name) for i, name in enumerate(names)]
    assert frame_stems(Scene(name="s", frames=frames, sensors={})) == stems


def test_ids_of_tracks() -> None:
    names = ["7", "", "x", "x", "1", "null"]
    tracks = [Track(category="car", name=name, token=str(i)) for i, name in enumerate(names)]
    ids = track_ids(Labels(tracks), reserved=("null",))
    assert list(ids.values()) == ["7", "2", "3", "4", "1", "5"]
