"""Propagation from the command line: what is filled, what JSON says, and clear words for what is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lidar_label.jobs import open_project
from tests.jobs.passing import FRAMES, HIDDEN, project_of_passing


def frames_of(file: Path, track: str) -> list[int]:
    with open_project(file) as project:
        return [box.frame for box in project.session.store.boxes_of_track(track)]


def test_one_track_and_then_all(run: Any, tmp_path: Path) -> None:
    file = project_of_passing(tmp_path)
    done = run("propagate", file, "--track", "7", "--from", 1, "--to", 3, "--json")
    assert done.code == 0, done.err
    (scene,) = json.loads(done.out)["scenes"]
    assert (scene["frames"], scene["tracks"], scene["boxes"]) == (3, 1, 3)
    assert frames_of(file, "car") == [0, 1, 2, 3]

    done = run("propagate", file)
    assert done.code == 0, done.err
    assert f"track 7 stopped: occluded [by, frame {HIDDEN[0]}]" in done.out + done.err
    assert frames_of(file, "car") == [*range(HIDDEN[0])]
    assert frames_of(file, "parked") == [*range(FRAMES)]

    done = run("propagate", file, "--track", "7", "--through")
    assert done.code == 0, done.err
    assert frames_of(file, "car") == [*range(FRAMES)]


def test_what_is_not_there(run: Any, tmp_path: Path) -> None:
    file = project_of_passing(tmp_path)
    for arguments, words in ((("--track", "99"), "no track '99'"), (("--to", "40"), "not 0 to 40")):
        done = run("propagate", file, *arguments)
        assert done.code == 1
        assert words in " ".join(done.err.split())
        assert "Traceback" not in done.err
    assert run("propagate", tmp_path / "none.lidarlabel").code == 1
    assert frames_of(file, "car") == [0]
