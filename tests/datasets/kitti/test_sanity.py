"""Each rule on KITTI's folders, and on any drive, finds what breaks it; what we write breaks none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lidar_label.datasets import Drive, write_dataset
from lidar_label.datasets.kitti.sanity import RULES, sanity
from lidar_label.datasets.sanity import drives
from lidar_label.datasets.sanity.drives import drive_findings
from lidar_label.gui.wording import is_known
from lidar_label.model import SE3, Labels, PointCloud, Scene, Taxonomy
from lidar_label.synth import make_drive

pytestmark = pytest.mark.one_numpy
Deed = Callable[[Path], object]


@pytest.fixture(scope="module")
def made() -> Drive:
    drive = make_drive(frames=3, seed=4, cameras=1, beams=16, columns=300)
    return Drive(scene=drive.scene, labels=drive.labels)


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory, made: Drive) -> Path:
    root = tmp_path_factory.mktemp("kitti") / "out"
    write_dataset("kitti-tracking", root, [made], Taxonomy())
    return root


def cells(path: Path, place: int, text: str) -> None:
    """Put a word into the first row of a file of labels."""
    rows = path.read_text().splitlines()
    row = rows[0].split()
    row[place] = text
    path.write_text("\n".join([" ".join(row), *rows[1:]]) + "\n")


def labels(root: Path) -> Path:
    return next((root / "training/label_02").glob("*.txt"))


def clouds(root: Path) -> list[Path]:
    return sorted((root / "training/velodyne").rglob("*.bin"))


DEEDS: list[tuple[str, Deed]] = [
    ("calibration", lambda root: next((root / "training/calib").glob("*.txt")).unlink()),
    ("calibration", lambda root: next((root / "training/calib").glob("*.txt")).write_text("P2: 1 2 3\n")),
    ("cut-cloud", lambda root: clouds(root)[1].write_bytes(b"123")),
    ("unpaired", lambda root: next((root / "training/image_02").rglob("*.jpg")).unlink()),
    ("unpaired", lambda root: shutil.copy(labels(root), labels(root).with_name("0099.txt"))),
    ("columns", lambda root: labels(root).write_text("0 1 Car 0 0 1\n")),
    ("label-value", lambda root: cells(labels(root), 10, "-1.5")),
    ("label-value", lambda root: cells(labels(root), 16, "90")),  # degrees
    ("label-value", lambda root: cells(labels(root), 13, "12000")),  # millimetres
    ("label-value", lambda root: cells(labels(root), 13, "nan")),
    ("frame-beyond", lambda root: cells(labels(root), 0, "7")),
]


def test_what_we_write_breaks_no_rule(tracking: Path) -> None:
    assert [f"{f.code}: {f.message}" for f in sanity(tracking, tracking=True)] == []
    assert {rule for rule, _ in DEEDS} == {rule.id for rule in RULES}


@pytest.mark.parametrize(("rule", "deed"), DEEDS)
def test_a_broken_folder_is_found(tracking: Path, tmp_path: Path, rule: str, deed: Deed) -> None:
    root = Path(shutil.copytree(tracking, tmp_path / "out"))
    deed(root)
    found = {finding.code: finding.message for finding in sanity(root, tracking=True)}
    assert is_known(found[rule]), "for gui/folder_texts.py"


def changed(made: Drive, rule: str, folder: Path) -> Drive:
    """Return the drive with one thing wrong."""
    scene, frames = made.scene, list(made.scene.frames)
    first = frames[0].sweep()

    def with_sweep(**change: object) -> Scene:
        sweep = replace(first, **change)  # type: ignore[arg-type]
        return replace(scene, frames=[replace(frames[0], sweeps={sweep.channel: sweep}), *frames[1:]])

    if rule == "file":
        return replace(made, scene=with_sweep(path=folder / "nowhere.bin"))
    if rule == "cloud":
        cloud = first.points()
        return replace(made, scene=with_sweep(load=partial(PointCloud, cloud.xyz * np.float32(1000), {})))
    if rule == "sensor-far":
        far = {c: replace(s, ego_SE3_sensor=SE3("ego", c, (1, 0, 0, 0), (900, 0, 0))) for c, s in scene.sensors.items()}
        return replace(made, scene=replace(scene, sensors=far))
    if rule == "pose-jump":
        far = frames[1].sweep()
        sweep = replace(far, world_SE3_ego=SE3("world", "ego", (1, 0, 0, 0), (9000, 0, 0)))
        frames[1] = replace(frames[1], sweeps={sweep.channel: sweep}, images={})
        return replace(made, scene=replace(scene, frames=frames))
    if rule == "picture-size":
        image = next(iter(frames[0].images.values()))
        Image.new("RGB", (8, 6)).save(folder / "small.png")
        images = {image.channel: replace(image, path=folder / "small.png")}
        return replace(made, scene=replace(scene, frames=[replace(frames[0], images=images), *frames[1:]]))
    up = SE3("world", "world", (1, 0, 0, 0), (0, 0, 8))
    boxes = [replace(box, world_SE3_box=up @ box.world_SE3_box) for box in made.labels.boxes()]
    return replace(made, labels=Labels(made.labels.tracks, boxes))


def test_any_drive(made: Drive, tmp_path: Path) -> None:
    assert list(drive_findings(made)) == []
    for rule in drives.RULES:
        found = {finding.code: finding.message for finding in drive_findings(changed(made, rule.id, tmp_path))}
        assert set(found) == {rule.id}, rule.id
        assert is_known(found[rule.id]), rule.id
