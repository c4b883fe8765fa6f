"""Formats without tokens get the same ones at every open, so that a drive converted twice is one drive."""

from __future__ import annotations

from pathlib import Path

import pytest

from lidar_label.datasets import open_dataset
from lidar_label.datasets.tokens import token_of

pytestmark = pytest.mark.one_numpy

DRIVES = ["sustechpoints_example", "kitti_object", "kitti_raw", "kitti_tracking"]


def tokens(path: Path) -> dict[str, list[str]]:
    dataset = open_dataset(path)
    found: dict[str, list[str]] = {}
    for name in dataset.scene_names[:4]:
        scene, labels = dataset.scene(name), dataset.labels(name)
        found[name] = [scene.token, *(frame.token for frame in scene.frames)]
        found[name] += [data.token for data in scene.recordings()] + [s.token for s in scene.sensors.values()]
        taxonomy = dataset.taxonomy
        found[""] = [c.token for c in taxonomy.categories] + [a.token for a in taxonomy.attributes]
        found[name] += [track.token for track in labels.tracks] + [box.token for box in labels.boxes()]
    return found


@pytest.mark.parametrize("name", DRIVES)
def test_two_opens_agree_and_no_token_is_used_twice(name: str, shared_data: Path) -> None:
    first, second = tokens(shared_data / name), tokens(shared_data / name)
    assert first == second
    every = [token for found in first.values() for token in found]
    assert len(every) == len(set(every)) > 0


def test_parts_do_not_run_into_each_other() -> None:
    assert token_of("ab", "c") != token_of("a", "bc")
    assert len(token_of(1)) == 32
