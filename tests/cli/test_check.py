"""Checks from the command line: what is found in a folder and in a project, its page, its SARIF, and the exit codes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lidar_label.check import check_drive, rule_named, waiver_for
from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.edit import AddWaiver, PutBoxes
from lidar_label.jobs import import_drive, open_project
from lidar_label.jobs.check_figures import by_annotator
from lidar_label.jobs.check_html import check_page
from lidar_label.jobs.check_pictures import pictures_of
from lidar_label.jobs.checking import check_path
from lidar_label.model import Source
from lidar_label.synth import make_drive
from lidar_label.synth.mistakes import make_mistakes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drive in nuScenes format in which a heading is flipped."""
    place = tmp_path_factory.mktemp("flipped") / "drive"
    made = make_drive(frames=7, cameras=0, beams=16, columns=400)
    labels, mistakes = make_mistakes(made.scene, made.labels, 1e-6, 1, ("flipped",))
    assert len(mistakes) == 1
    write_dataset("nuscenes", place, [Drive(scene=made.scene, labels=labels)], made.taxonomy)
    return place


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
    with open_project(file, "Anna") as project:
        scene = project.refs[0].token
        for one in found:
            project.session.do(AddWaiver(waiver_for(one, scene, "it was turned by hand")))
        own = [replace(box, source=Source.HUMAN) for box in project.session.store.boxes_in_frame(scene, 0)]
        project.session.do(PutBoxes(scene, own, "touched"))
    told = json.loads(run("check", file, "--json", "--no-points", "--rule", "heading-flip").out)
    assert [one for one in told["findings"] if one["rule"] == "heading-flip"] == []
    assert len(told["waived"]) == 2
    assert told["waived"][0]["reason"] == "it was turned by hand"

    shown = check_path(file, points=False)
    figures = by_annotator([one.figures for one in shown.scenes])
    assert figures[0][:3] == ("Anna", "all", len(own))
    assert sum(number for who, _, number, _, _ in figures if not who) == len(own)
    text = check_page(shown)
    assert "<td>Anna" in text
    assert "it was turned by hand" in text


def test_findings_without_points_have_pictures_too(folder: Path) -> None:
    """The boxes alone, or where a frame has nothing at all to draw from, none."""
    drive = open_dataset(folder)
    name = drive.scene_names[0]
    scene, labels = drive.scene(name), drive.labels(name)
    bare = replace(scene, frames=[replace(frame, sweeps={}) for frame in scene.frames])
    found = check_drive(bare, labels, drive.taxonomy, [rule_named("heading-flip")])
    made = pictures_of(bare, labels, found)
    assert set(made) == {0, 1}
    with Image.open(io.BytesIO(made[0])) as picture:
        assert (picture.height, len(picture.convert("RGB").getcolors() or ())) == (300, 5)  # ground, frame, three inks


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
