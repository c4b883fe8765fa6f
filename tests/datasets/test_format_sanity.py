"""Each rule on the folders of each format finds what breaks it; what we write breaks none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from lidar_label.datasets import Drive, format_named, write_dataset
from lidar_label.gui.wording import is_known
from lidar_label.jobs.sanity import sanity_rules
from lidar_label.synth import make_drive
from tests.datasets.format_breakages import BREAKAGES

pytestmark = pytest.mark.one_numpy
CASES = [(name, rule, what) for name, broken in BREAKAGES.items() for rule, what, _ in broken]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what gives a folder of a format, written once."""
    made = make_drive(frames=3, seed=4, cameras=1, beams=8, columns=150, image_size=(320, 180))
    frames = [
        replace(frame, images={name: replace(image, load=cache(image.load)) for name, image in frame.images.items()})
        for frame in made.scene.frames
    ]  # a picture is drawn once for all formats
    drive = Drive(scene=replace(made.scene, frames=frames), labels=made.labels)
    place = tmp_path_factory.mktemp("formats")

    @cache
    def folder(name: str) -> Path:
        write_dataset(name, place / name, [drive], made.taxonomy)
        return place / name

    return folder


@pytest.mark.parametrize("name", [*BREAKAGES, "kitti-odometry", "boxes-parquet"])
def test_what_we_write_breaks_no_rule(written: Callable[[str], Path], name: str) -> None:
    assert [f"{found.code}: {found.message}" for found in format_named(name).sanity(written(name))] == []


@pytest.mark.parametrize(("name", "rule", "what"), CASES)
def test_a_broken_folder_is_found(
    written: Callable[[str], Path], tmp_path: Path, name: str, rule: str, what: str
) -> None:
    root = Path(shutil.copytree(written(name), tmp_path / "out"))
    next(deed for own, said, deed in BREAKAGES[name] if (own, said) == (rule, what))(root)
    found = list(format_named(name).sanity(root))
    assert rule in {finding.code for finding in found}
    assert [one.message for one in found if one.code == rule and not is_known(one.message)] == [], "for folder_texts.py"


def test_each_rule_has_a_broken_folder() -> None:
    rules: dict[str, set[str]] = {}
    for title, rule in sanity_rules():
        rules.setdefault(title, set()).add(rule.id)
    for name, broken in BREAKAGES.items():
        assert {rule for rule, _, _ in broken} == rules[format_named(name).title], name
