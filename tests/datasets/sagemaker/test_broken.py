"""Broken, damaged and lying files of SageMaker jobs: each is named in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lidar_label.datasets import open_dataset
from lidar_label.errors import LidarLabelError
from tests.datasets.sagemaker.made_up import (
    frames_manifest,
    job,
    opened,
    sequence,
)

pytestmark = pytest.mark.one_numpy


def edited(path: Path, file: str, change: Callable[[Any], object]) -> Path:
    content = json.loads((path / file).read_text())
    change(content)
    (path / file).write_text(json.dumps(content))
    return path


LABELS, SEQUENCE = "SeqLabel.json", "seq1.json"
BROKEN: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "size": (LABELS, lambda c: c["tracking-annotations"][1]["annotations"][0].update(length=0), "above 0"),
    "yaw": (LABELS, lambda c: c["tracking-annotations"][1]["annotations"][0].pop("yaw"), "yaw needs a number"),
    "place": (
        LABELS, lambda c: c["tracking-annotations"][1]["annotations"][0].update({"center-x": None}), "center-x needs",
    ),
    "list": (LABELS, lambda c: c["tracking-annotations"][1].update(annotations=4), "annotations needs a list"),
    "twice": (LABELS, lambda c: c["tracking-annotations"][1].update({"frame-number": 0}), "two entries"),
    "heading": (SEQUENCE, lambda c: c["frames"][1]["ego-vehicle-pose"]["heading"].update(qw=5), "not a unit"),
    "pose": (SEQUENCE, lambda c: c["frames"][1].update({"ego-vehicle-pose": 4}), "needs an object"),
    "lens": (SEQUENCE, lambda c: c["frames"][1]["images"][0].update(fx=-3), "focal lengths are above 0"),
    "image": (SEQUENCE, lambda c: c["frames"][1].update(images=[4]), "an image needs an object"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    file, change, reason = BROKEN[name]
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(edited(sequence(tmp_path / "a"), file, change))
    assert file in caught.value.where


@pytest.mark.parametrize(
    "layout", ["binary/xyzq", "binary/xy", "binary/xyzxyz", "gzip/xyz", "binary/xyzirgb", "text/xyz"]
)
def test_points_that_are_not_as_they_say(tmp_path: Path, layout: str) -> None:
    path = edited(sequence(tmp_path / "a"), SEQUENCE, lambda c: c["frames"][1].update(format=layout))
    scene = opened(path)[1]
    with pytest.raises(LidarLabelError):
        scene.frames[1].sweep().points()


@pytest.mark.parametrize("make", [sequence, job, frames_manifest])
def test_damaged_files(
    tmp_path: Path,
    survives: Callable[[Path, str], object],
    wound_and_open: Callable[..., None],
    make: Callable[[Path], Path],
) -> None:
    wound_and_open(make(tmp_path / "set"), "sagemaker", survives, seed=59)
