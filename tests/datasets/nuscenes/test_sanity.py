"""Each rule on nuScenes folders finds the folder that breaks it; a right folder breaks none."""

from __future__ import annotations

from pathlib import Path

import pytest

from lidar_label.datasets.nuscenes.sanity import RULES, sanity
from lidar_label.gui.wording import is_known
from lidar_label.jobs.checking import check_path
from tests.datasets.nuscenes.breakages import BREAKAGES, Break, Tables

pytestmark = pytest.mark.one_numpy


def test_what_we_write_breaks_no_rule(whole: Path) -> None:
    assert [f"{f.code}: {f.message}" for f in sanity(whole)] == []


def test_each_rule_has_its_broken_folder() -> None:
    assert {rule for rule, *_ in BREAKAGES} == {rule.id for rule in RULES}


@pytest.mark.parametrize(("rule", "deed"), [(rule, deed) for rule, _, deed in BREAKAGES])
def test_a_broken_folder_is_found(root: Path, rule: str, deed: Break) -> None:
    deed(Tables(root))
    found = {finding.code: finding for finding in sanity(root)}
    assert rule in found
    assert found[rule].where
    assert is_known(found[rule].message), "for gui/folder_texts.py"


def test_a_folder_that_cannot_be_read_is_told_all_the_same(root: Path) -> None:
    tables = Tables(root)
    tables.put("ego_pose", "translation", None, 2)
    tables.put("scene", "nbr_samples", 9)
    checked = check_path(root)
    assert {"place", "wrong-count"} <= {finding.code for finding in checked.findings}
    assert checked.fails("error")


def test_oddities(shared_data: Path) -> None:
    folder = shared_data / "nuscenes_like_oddities"
    checked = check_path(folder)
    said = {finding.code: finding.message for finding in checked.findings}
    assert "nanoseconds" in said["time-unit"]
    assert said["rotation"] == "the rotation of 12 of 12 rows is not four numbers"
    assert "no pose" in said["no-poses"]
    assert said["column-missing"] == "596 of 596 rows have no ego_pose_token"
    assert said["file"] == "588 sensor files are not there"
    assert {"table-missing", "dangling-reference", "broken-chain", "key-frames", "key-time"} <= said.keys()
