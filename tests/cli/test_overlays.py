"""``lidar-label overlays`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Picture

DRIVE = "sustechpoints_example"


def test_a_data_sets_own_boxes_are_drawn(run: Any, shared_data: Path, tmp_path: Path) -> None:
    done = run("overlays", shared_data / DRIVE, "out", "--frames", "0", "--cameras", "front,left", "--points", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["pictures"] == 2
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.jpg")) == [
        "out/front/000000.jpg", "out/left/000000.jpg",
    ]  # fmt: skip
    for path in tmp_path.rglob("*.jpg"):
        with Picture.open(path) as made:
            assert made.size == (2048, 1536)
    again = run("overlays", shared_data / DRIVE, "out", "--frames", "0-1")
    assert again.code == 1
    assert "2 pictures are there already" in again.err
    assert "Traceback" not in again.err
    assert len(list(tmp_path.rglob("*.jpg"))) == 2


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [
        (("--frames", "1-"), 2, "neither a number nor a range"),
        (("--frames", "7"), 1, "there is no frame 7; the scene has 0 to 1"),
        (("--kind", "bmp"), 2, "neither jpg nor png"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    run: Any, shared_data: Path, tmp_path: Path, option: tuple[str, str], code: int, words: str
) -> None:
    done = run("overlays", shared_data / DRIVE, "out", *option)
    assert done.code == code
    assert words in " ".join(done.err.split())
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())
