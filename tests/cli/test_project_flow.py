"""Import, look, export: the labels of a project arrive whole, and JSON says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_import_info_export(run: Any, shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "sustechpoints_example"
    done = run("import", source, "work.lidarlabel", "--json")
    assert done.code == 0, done.err
    (scene,) = json.loads(done.out)["scenes"]
    assert (scene["frames"], scene["boxes"]) == (2, 44)

    done = run("info", "work.lidarlabel", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    (scene,) = told["scenes"]
    assert (scene["frames"], scene["sweeps"], scene["images"], scene["boxes"]) == (2, 2, 6, 44)
    assert told["cloud"] is None

    done = run("export", "work.lidarlabel", "out", "--to", "sustechpoints", "--json")
    assert done.code == 0, done.err
    before = {p.name: json.loads(p.read_text("utf-8")) for p in (source / "label").glob("*.json")}
    (after_folder,) = (tmp_path / "out").rglob("label")
    after = {p.name: json.loads(p.read_text("utf-8")) for p in after_folder.glob("*.json")}
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    for name, rows in before.items():
        ids = {row["obj_id"]: row for row in after[name]}
        for row in rows:
            assert ids[row["obj_id"]]["obj_type"] == row["obj_type"]


def test_import_without_labels(run: Any, shared_data: Path) -> None:
    done = run("import", shared_data / "sustechpoints_example", "work.lidarlabel", "--no-labels", "--json")
    assert json.loads(done.out)["scenes"][0]["boxes"] == 0


def test_a_project_is_not_made_twice(run: Any, shared_data: Path) -> None:
    source = shared_data / "sustechpoints_example"
    assert run("import", source, "work.lidarlabel").code == 0
    done = run("import", source, "work.lidarlabel")
    assert done.code == 1
    assert "exists" in done.err


def test_info_of_a_folder(run: Any, shared_data: Path) -> None:
    done = run("info", shared_data / "kitti_raw", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert {(s["name"], s["frames"]) for s in told["scenes"]} == {
        ("2011_09_26_drive_0001_sync", 3),
        ("2011_09_26_drive_0052_sync", 8),
    }
    assert {"format", "scenes", "cloud", "findings"} <= set(told)
    assert all({"severity", "code", "message", "where"} == set(f) for f in told["findings"])


def test_formats(run: Any) -> None:
    done = run("formats", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    names = {kind: {entry["name"] for entry in told if entry["kind"] == kind} for kind in ("drive", "cloud")}
    assert names["drive"] >= {"nuscenes", "kitti-raw", "kitti-object", "kitti-tracking", "sustechpoints"}
    assert names["cloud"] >= {"pcd", "las", "laz", "ply", "bin"}
    shown = run("formats").out
    assert "nuScenes" in shown
    assert ".las" in shown
