"""Checks from the command line: what is found in a folder and in a project, its page, its SARIF, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lidar_label.check import waiver_for
from lidar_label.datasets import Drive, write_dataset
from lidar_label.edit import AddWaiver
from lidar_label.jobs import import_drive, open_project
from lidar_label.jobs.checking import check_path
from lidar_label.synth import make_drive
from lidar_label.synth.mistakes import make_mistakes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A drive in nuScenes format in which a heading is flipped."""
    made = make_drive(frames=7, cameras=0, beams=16, columns=400)
    labels, mistakes = make_mistakes(made.scene, made.labels, 1e-6, 1, ("flipped",))
    assert len(mistakes) == 1
    write_dataset("nuscenes", tmp_path / "drive", [Drive(scene=made.scene, labels=labels)], made.taxonomy)
    return tmp_path / "drive"


def test_a_folder_and_a_project(run: Any, folder: Path, tmp_path: Path) -> None:
    page, log = tmp_path / "page.html", tmp_path / "log.sarif"
    done = run("check", folder, "--json", "--html", page, "--sarif", log)
    assert done.code == 0, done.err  # warnings alone do not fail
    told = json.loads(done.out)
    flips = [one for one in told["findings"] if one["rule"] == "heading-flip"]
    assert len(flips) == 2  # there and back
    assert {"severity", "scene", "frame", "track", "message", "confidence"} <= flips[0].keys()
    assert told["counts"]["warning"] >= 2
    text = page.read_text("utf-8")
    assert "data:image/png;base64," in text
    assert "turns round" in text
    assert "http" not in text  # nothing is fetched
    results = json.loads(log.read_text("utf-8"))["runs"][0]["results"]
    assert len(results) == len(told["findings"])
    assert {one["level"] for one in results} <= {"error", "warning", "note"}

    assert run("check", folder, "--no-points", "--rule", "heading-flip", "--fail-on", "warning").code == 1
    assert run("check", folder, "--no-points", "--rule", "empty-track", "--fail-on", "warning").code == 0

    file = tmp_path / "work.lidarlabel"
    import_drive(folder, file)
    found = [one for one in check_path(file, points=False).scenes[0].found if one.rule.id == "heading-flip"]
    with open_project(file) as project:
        for one in found:
            project.session.do(AddWaiver(waiver_for(one, project.refs[0].token, "it was turned by hand")))
    told = json.loads(run("check", file, "--json", "--no-points", "--rule", "heading-flip").out)
    assert [one for one in told["findings"] if one["rule"] == "heading-flip"] == []
    assert len(told["waived"]) == 2
    assert told["waived"][0]["reason"] == "it was turned by hand"


def test_what_is_not_there(run: Any, tmp_path: Path) -> None:
    for arguments, code, words in (
        ((tmp_path / "none",), 1, "nothing"),
        ((), 2, "say what to check"),
        ((tmp_path, "--fail-on", "always"), 2, "always"),
        ((tmp_path, "--rule", "no-such"), 1, "no rule 'no-such'"),
    ):
        done = run("check", *arguments)
        assert done.code == code, done.err
        assert words in " ".join(done.err.split())
        assert "Traceback" not in done.err
    assert "heading-flip" in run("check", "--list").out
