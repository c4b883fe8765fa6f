"""A real drive through the real desk: draw, correct, interpolate, undo, redo, kill, reopen, export, devkit."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import open_dataset

DRIVER = Path(__file__).with_name("desk_driver.py")
DRIVE = Path("kitti_raw/2011_09_26/2011_09_26_drive_0052_sync")
LABELS = ("001497", "004587")  # people labelled the first and the last frame for the object benchmark


class Desk:
    """The desk in a child process, told one line at a time."""

    def __init__(self, config: Path) -> None:
        environment = {**os.environ, "XDG_CONFIG_HOME": str(config), "XDG_STATE_HOME": str(config)}
        self.process = subprocess.Popen(
            [sys.executable, str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, line: str, failures: int = 0) -> dict[str, Any]:
        """Send one line and return the state the desk answers with."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answer = self._line()
        assert answer, f"the desk ended at: {line}"
        state: dict[str, Any] = json.loads(answer)
        assert len(state["failures"]) == failures, state["failures"]
        return state

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._end()

    def leave(self) -> int:
        """Close the window."""
        assert self.process.stdin is not None
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        return self._end()

    def _end(self) -> int:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return self.process.wait(60)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    desks: list[Desk] = []

    def make() -> Desk:
        desks.append(Desk(tmp_path / "config"))
        return desks[-1]

    yield make
    for desk in desks:
        if desk.process.poll() is None:
            desk.kill()


def car_ahead(drive: Path, label: str) -> tuple[list[float], list[float]]:
    """Return centre and size of the first labelled car, in the vehicle's axes, from the drive's own files."""
    dataset = open_dataset(drive)
    camera = dataset.scene(dataset.scene_names[0]).sensors["image_02"]
    row = next(line for line in (drive / "object_label_2" / f"{label}.txt").read_text().splitlines() if "Car" in line)
    height, width, length, x, y, z = map(float, row.split()[8:14])
    (center,) = camera.ego_SE3_sensor.apply([[x, y - height / 2, z]])
    return center.tolist(), [length, width, height]


def center_of(desk: Desk, frame: int) -> list[float]:
    (box,) = desk.tell(f"go {frame}")["boxes"]
    center: list[float] = box["center"]
    return center


def test_label_a_real_drive_and_lose_nothing(shared_data: Path, tmp_path: Path, start: Any) -> None:
    drive = tmp_path / DRIVE
    shutil.copytree(shared_data / DRIVE.parent, drive.parent)
    desk = start()
    opened = desk.tell(f"open {drive}")
    assert (opened["frames"], opened["boxes"], opened["undo"]) == (8, [], "")

    # A box around the car ahead, drawn from corner to corner in the top view.
    (x, y, z), (length, width, height) = car_ahead(drive, LABELS[0])
    (last_x, _, _), _ = car_ahead(drive, LABELS[1])
    corners = (x - length / 2, y + width / 2, x + length / 2, y - width / 2)
    drawn = desk.tell("draw " + " ".join(map(str, corners)))
    (box,) = drawn["boxes"]
    track = box["track"]
    assert drawn["selected"] == track
    assert (box["key"], box["source"]) == (True, "human")
    np.testing.assert_allclose(box["size"], (length, width, height), atol=0.25)
    np.testing.assert_allclose(box["center"], (x, y, z), atol=0.25)

    # Carried on to the last frame and corrected there by dragging it with the mouse.
    for frame in range(1, 8):
        assert desk.tell("key C")["index"] == frame
    before = center_of(desk, 7)
    desk.tell(f"drag {before[0]} {before[1]} {before[0] + last_x - x} {before[1]}")
    after = center_of(desk, 7)
    assert after[0] - before[0] == pytest.approx(last_x - x, abs=0.15)
    assert after[1] == pytest.approx(before[1], abs=0.15)

    # Between the two key frames it moves evenly.
    interpolated = desk.tell("key G")
    assert interpolated["undo"] == "Interpolate a track"
    assert interpolated["tracks"] == {track: [0, 7, 8]}
    first = center_of(desk, 0)
    centers = [center_of(desk, frame) for frame in range(8)]
    np.testing.assert_allclose(centers, np.linspace(first, after, 8), atol=1e-4)  # but for what the poses shake
    assert desk.tell("go 3")["boxes"][0]["source"] == "interpolated"

    # Undo takes it back, redo brings it again, each in one step.
    undone = desk.tell("key Z ctrl")
    assert undone["redo"] == "Interpolate a track"
    assert center_of(desk, 3) == pytest.approx(before, abs=0.5)
    assert desk.tell("go 3")["boxes"][0]["source"] == "propagated"
    redone = desk.tell("key Y ctrl")
    assert redone["redo"] == ""
    assert [center_of(desk, frame) for frame in range(8)] == centers

    # The power goes. Nothing that was answered is lost, and undo still works.
    desk.kill()
    desk = start()
    again = desk.tell(f"open {drive}")
    assert again["tracks"] == {track: [0, 7, 8]}
    assert [center_of(desk, frame) for frame in range(8)] == centers
    assert desk.tell("key Z ctrl")["redo"] == "Interpolate a track"
    assert desk.tell("key Y ctrl")["undo"] == "Interpolate a track"

    target = tmp_path / "exported"
    report = desk.tell(f"export nuscenes {target}")["report"]
    assert [scene["boxes"] for scene in report["scenes"]] == [8]
    sizes = [desk.tell(f"go {frame}")["boxes"][0]["size"] for frame in range(8)]
    assert desk.leave() == 0

    _devkit_reads(target, centers, sizes)


def _devkit_reads(target: Path, centers: list[list[float]], sizes: list[list[float]]) -> None:
    module = pytest.importorskip("nuscenes.nuscenes", reason="the official devkit is not in this environment")
    (tables,) = [path.parent.name for path in target.glob("*/sample.json")]
    tool = module.NuScenes(version=tables, dataroot=str(target), verbose=False)
    assert (len(tool.scene), len(tool.sample), len(tool.instance), len(tool.sample_annotation)) == (1, 8, 1, 8)
    sample = tool.get("sample", tool.scene[0]["first_sample_token"])
    for center, (length, width, height) in zip(centers, sizes, strict=True):
        (annotation,) = sample["anns"]
        box = tool.get_box(annotation)
        np.testing.assert_allclose(box.center, center, atol=1e-6)
        np.testing.assert_allclose(box.wlh, (width, length, height), atol=1e-6)
        assert tool.get("sample_annotation", annotation)["num_lidar_pts"] > 100
        sample = tool.get("sample", sample["next"]) if sample["next"] else None
    assert sample is None
