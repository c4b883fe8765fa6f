"""Areas out of a project as GeoJSON, by the command line, and into it again; files that are none are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import formats
from lidar_label.edit import PutAreas
from lidar_label.jobs import open_project
from lidar_label.jobs.conversions import everything
from lidar_label.model import Area, Source
from tests.datasets.plain.test_poses import ORIGIN, drive_poses, kitti_text, write_drive

pytestmark = pytest.mark.one_numpy
Feature = dict[str, Any]
FIVE = np.array([[2.0, 1, 0.1], [6, 1, 0.12], [7, 3, 0.2], [4, 5.5, 1 / 3], [2, 4, 0.0]])


@pytest.fixture
def project(run: Any, shared_data: Path, tmp_path: Path) -> Path:
    """A real drive of two scenes with an area in each, the second drawn clockwise."""
    assert run("import", shared_data / "kitti_raw", "work.lidarlabel").code == 0
    path = tmp_path / "work.lidarlabel"
    with open_project(path, author="Ann") as opened:
        name = opened.session.store.taxonomy().categories[0].name
        first, second = opened.refs[:2]
        made = (
            Area(scene=first.token, category=name, corners=FIVE, frame=1, author="Ann", time_ns=7, note="old \u7ebf"),
            Area(scene=second.token, category=name, corners=FIVE[::-1] + 100.0, source=Source.MACHINE),
        )
        opened.session.do(PutAreas(made))
    return path


def areas_of(path: Path) -> list[Area]:
    with open_project(path) as opened:
        return [area for ref in opened.refs for area in opened.session.store.areas(ref.token)]


def test_areas_are_written_as_others_read_them(run: Any, project: Path, tmp_path: Path) -> None:
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    done = run("areas", "work.lidarlabel", "areas.geojson", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["areas"] == 2
    text = (tmp_path / "areas.geojson").read_text("utf-8")
    collection = shapely.from_geojson(text)  # GDAL's and QGIS's own reader, GEOS, takes it
    features = json.loads(text)["features"]
    assert "not longitude and latitude" in json.loads(text)["description"]
    with open_project(project) as opened:
        scenes = [opened.scene(ref.token) for ref in opened.refs[:2]]
    for geometry, feature, area, scene in zip(collection.geoms, features, areas_of(project), scenes, strict=True):
        assert geometry.is_valid
        assert geometry.has_z
        assert geometry.exterior.is_ccw
        told = feature["properties"]
        assert (told["scene"], told["category"], told["token"]) == (scene.name, area.category, area.token)
        assert told["coordinates"] == ("world, metres" if scene.has_poses else "vehicle, metres")
        assert told["area_m2"] == pytest.approx(geometry.area, abs=1e-3)
        ring = np.array(feature["geometry"]["coordinates"][0])
        assert (ring[0] == ring[-1]).all()
        wanted = area.corners + scene.origin  # in the source's own world
        assert {tuple(corner) for corner in ring.tolist()} == {tuple(corner) for corner in wanted.tolist()}
    again = run("areas", "work.lidarlabel", "areas.geojson")
    assert (again.code, "there already" in again.err) == (1, True)
    assert run("areas", "work.lidarlabel", "areas.geojson", "--overwrite").code == 0
    assert not list(tmp_path.glob(".*.part"))


def test_what_was_written_comes_back_as_one_edit(run: Any, project: Path, tmp_path: Path) -> None:
    assert run("areas", "work.lidarlabel", "areas.geojson").code == 0
    before = areas_of(project)
    done = run("areas", "work.lidarlabel", "areas.geojson", "--add")
    assert done.code == 0, done.err
    with open_project(project) as opened:
        opened.session.undo() if opened.session.undo_title == "Import areas" else None
        opened.session.undo()  # the two were drawn in one edit
    assert areas_of(project) == []
    assert run("areas", "work.lidarlabel", "areas.geojson", "--add").code == 0
    after = areas_of(project)
    for old, new in zip(before, after, strict=True):
        assert (old.token, old.scene, old.category, old.frame) == (new.token, new.scene, new.category, new.frame)
        assert (old.source, old.author, old.time_ns, old.note) == (new.source, new.author, new.time_ns, new.note)
        assert {tuple(c) for c in np.round(old.corners, 7)} == {tuple(c) for c in np.round(new.corners, 7)}
        assert old.size == pytest.approx(new.size)
    # what another tool changed and added is taken over: a category that is new, an area without a token
    whole = json.loads((tmp_path / "areas.geojson").read_text("utf-8"))
    changed, added = whole["features"]
    changed["properties"]["category"] = "stop line"
    name = added["properties"]["scene"]
    added["properties"] = {"scene": name, "category": "stop line", "frame": 0}
    (tmp_path / "changed.geojson").write_text(json.dumps(whole), "utf-8")
    done = run("areas", "work.lidarlabel", "changed.geojson", "--add", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["changed"] == 2
    found = areas_of(project)
    assert sorted(area.category == "stop line" for area in found) == [False, True, True]
    assert next(area.source for area in found if area.token not in {old.token for old in before}) == Source.IMPORTED
    with open_project(project) as opened:
        assert "stop line" in opened.session.store.taxonomy()
        assert opened.session.undo_title == "Import areas"
        opened.session.undo()
        assert "stop line" not in opened.session.store.taxonomy()
    assert areas_of(project) == after


def ring_of(feature: Feature) -> list[Any]:
    found: list[Any] = feature["geometry"]["coordinates"][0]
    return found


SPOILT: dict[str, tuple[Callable[[Feature], object], str]] = {
    "a point": (lambda f: f.update(geometry={"type": "Point", "coordinates": [1, 2, 3]}), "no Polygon but 'Point'"),
    "no geometry": (lambda f: f.update(geometry=None), "no Polygon"),
    "a hole": (lambda f: f["geometry"]["coordinates"].append(ring_of(f)), "not one ring"),
    "no heights": (lambda f: ring_of(f)[1].pop(), "corner 1 is not x, y, z"),
    "not a number": (lambda f: ring_of(f)[1].__setitem__(0, float("nan")), "corner 1 is not x, y, z"),
    "a huge number": (lambda f: ring_of(f)[1].__setitem__(0, 10**400), "corner 1 is not x, y, z"),
    "a text": (lambda f: ring_of(f)[0].__setitem__(2, "0"), "corner 0 is not x, y, z"),
    "no list": (lambda f: f["geometry"].update(coordinates=[7]), "corner 0 is not x, y, z"),
    "two corners": (lambda f: f["geometry"].update(coordinates=[ring_of(f)[:2]]), "3 to 1000"),
    "no corners": (lambda f: f["geometry"].update(coordinates=[[]]), "3 to 1000"),
    "crossing": (lambda f: ring_of(f).__setitem__(slice(0, 2), ring_of(f)[1::-1]), "cross"),
    "no properties": (lambda f: f.update(properties=None), "no GeoJSON Feature"),
    "no category": (lambda f: f["properties"].pop("category"), "needs a scene, a category"),
    "category of no text": (lambda f: f["properties"].update(category=7), "category is not text"),
    "another scene": (lambda f: f["properties"].update(scene="x", scene_token="y"), "no scene 'x'"),
    "which scene": (lambda f: f.update(properties={"category": "car"}), "several scenes"),
    "frame beyond": (lambda f: f["properties"].update(frame=10**6), "frame 1000000 is not one of"),
    "frame below": (lambda f: f["properties"].update(frame=-1), "no whole number"),
    "frame of truth": (lambda f: f["properties"].update(frame=True), "no whole number"),
    "other coordinates": (lambda f: f["properties"].update(coordinates="degrees"), "'degrees'"),
    "long note": (lambda f: f["properties"].update(note="x" * 3000), "at most 2000"),
}


def test_files_that_are_no_areas_are_refused_and_nothing_is_taken(run: Any, project: Path, tmp_path: Path) -> None:
    assert run("areas", "work.lidarlabel", "areas.geojson").code == 0
    whole = (tmp_path / "areas.geojson").read_text("utf-8")
    before = areas_of(project)

    def refused(text: str, why: str) -> None:
        (tmp_path / "bad.geojson").write_text(text, "utf-8")
        done = run("areas", "work.lidarlabel", "bad.geojson", "--add")
        assert done.code == 1, (why, done.out)
        assert why in done.err, done.err
        assert "bad.geojson" in done.err
        assert "went wrong inside" not in done.err

    for name, (spoil, why) in SPOILT.items():
        found = json.loads(whole)
        spoil(found["features"][1])
        found["features"][0]["properties"]["note"] = name  # it would change, were anything taken
        refused(json.dumps(found), why)
    twice = json.loads(whole)
    twice["features"].append(twice["features"][0])
    refused(json.dumps(twice), "two features have the token")
    for text, why in (
        ("", "not valid JSON"), ("[1]", "no GeoJSON FeatureCollection"), ('{"type": "FeatureCollection"}', "no list"),
        ('{"type": "FeatureCollection", "features": []}', "no areas in it"), ("[" * 100_000, "nested too deeply"),
        ('{"type": "FeatureCollection", "features": [3]}', "feature 0: this is no GeoJSON Feature"),
    ):  # fmt: skip
        refused(text, why)
    assert run("areas", "work.lidarlabel", "nowhere.geojson", "--add").code == 1
    assert areas_of(project) == before


def test_nothing_is_written_over_the_data_or_the_project(run: Any, shared_data: Path, project: Path) -> None:
    for target in (project, shared_data / "kitti_raw" / "areas.geojson"):
        done = run("areas", "work.lidarlabel", target, "--overwrite")
        assert done.code == 1
        assert "inside the data" in done.err
    assert areas_of(project)
    assert run("areas", "work.lidarlabel", "out.geojson", "--add", "--overwrite").code == 2


def test_an_export_says_that_areas_are_lost(run: Any, project: Path) -> None:
    drive, _ = everything()
    corners = FIVE[:3]
    areas = [Area(scene=drive.scene.token, category="crossing", corners=corners) for _ in range(2)]
    for chosen in formats():
        if chosen.writes:
            told = [loss.message for loss in chosen.losses([replace(drive, areas=areas)])]
            alone = [message for message in told if message.startswith("2 areas on the ground are lost")]
            assert len(alone) == (0 if chosen.holds.areas else 1), chosen.name
            assert not [m for m in (loss.message for loss in chosen.losses([drive])) if "areas" in m], chosen.name
    done = run("export", project, "out", "--to", "openlabel", "--strict")
    assert done.code == 1
    assert "areas on the ground" in done.err


def test_a_shift_of_the_world_is_taken_back(run: Any, tmp_path: Path) -> None:
    """Drawn two metres ahead of a vehicle whose poses are in UTM: written there, and read back to where it was."""
    turn, place = drive_poses(count=12, origin=ORIGIN)
    write_drive(tmp_path / "drive", count=12)
    (tmp_path / "drive" / "poses.txt").write_text(kitti_text(turn, place))
    assert run("import", "drive", "far.lidarlabel").code == 0
    path = tmp_path / "far.lidarlabel"
    ahead = np.array([[2.0, 1, 0], [2, -1, 0], [4, 0, 0]])
    with open_project(path) as opened:
        (ref,) = opened.refs
        scene = opened.scene(ref.token)
        assert scene.has_poses
        assert np.linalg.norm(scene.origin) > 1e5
        corners = scene.frames[5].world_SE3_ego.apply(ahead)
        assert np.abs(corners).max() < 1e4
        area = Area(scene=ref.token, category="crossing", corners=corners, frame=5)
        opened.session.do(PutAreas((area,), adds_categories=True))
    assert run("areas", path, "far.geojson").code == 0
    (feature,) = json.loads((tmp_path / "far.geojson").read_text("utf-8"))["features"]
    assert feature["properties"]["coordinates"] == "world, metres"
    truth = ahead @ turn[5].as_matrix().T + place[5]
    ring = np.array(ring_of(feature))[:-1]
    away = np.linalg.norm(ring[:, None] - truth[None], axis=2)
    assert away.min(axis=1).max() < 1e-6
    feature["properties"] = {"category": "crossing"}  # of the only scene, from its first frame on
    (tmp_path / "bare.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    done = run("areas", path, "bare.geojson", "--add")
    assert done.code == 0, done.err
    new, old = sorted(areas_of(path), key=lambda area: area.frame)
    assert new.frame == 0
    assert np.linalg.norm(old.corners[:, None] - new.corners[None], axis=2).min(axis=1).max() < 1e-6
