"""The convention lab on a made-up drive: what was turned round on purpose is found, and nothing where nothing was."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.conventions.evidence import Evidence, gather
from lidar_label.conventions.placed import placed
from lidar_label.conventions.search import rank
from lidar_label.errors import InvalidValue
from lidar_label.model import Labels, Scene
from lidar_label.model.convention import FIXES, Convention
from lidar_label.model.meant import meant_labels, meant_scene
from lidar_label.synth import SynthDrive, make_drive

# Each with what takes it back.
PAIRS = {
    "camera:inverse": "camera:inverse", "camera:forward-x": "camera:already-from-x", "poses:inverse": "poses:inverse",
    "poses:xyzw": "poses:wxyz", "boxes:yaw-negated": "boxes:yaw-negated", "boxes:size-wlh": "boxes:size-wlh",
    "boxes:origin-bottom": "boxes:origin-centre", "boxes:yaw+90": "boxes:yaw-90", "lidar:left-90": "lidar:right-90",
    "boxes:left-handed": "boxes:left-handed",
}  # fmt: skip
TRIED = sorted({*PAIRS, *PAIRS.values()})


@pytest.fixture(scope="module")
def drive() -> SynthDrive:
    return make_drive(frames=3, seed=5, cameras=2, columns=900, frame_rate_hz=1.0, image_size=(480, 270))


def turned(drive: SynthDrive, *fixes: str) -> tuple[Scene, Labels]:
    """The drive as somebody would read it for whom other fixes are the remedy."""
    scene, labels = drive.scene, drive.labels
    for text in fixes:  # one after the other, as a reader goes wrong
        wrong = Convention((text,))
        scene, labels = meant_scene(scene, wrong), meant_labels(scene, labels, wrong)
    return scene, labels


@pytest.mark.parametrize(
    "wrong",
    [(), ("camera:forward-x", "boxes:yaw-negated"), ("poses:inverse", "boxes:size-wlh"), ("lidar:left-90",)],
)  # fmt: skip
def test_what_was_turned_round_is_found_first(drive: SynthDrive, wrong: tuple[str, ...]) -> None:
    ranking = rank(gather(*turned(drive, *wrong)), fixes=TRIED)
    assert set(ranking[0].convention.fixes) == {PAIRS[text] for text in wrong}
    assert ranking[0].score > ranking[1].score + 1.0


def test_every_fix_can_be_taken_back(drive: SynthDrive) -> None:
    """Boxes, sensors and poses come back to where they were, also where the world was shifted."""
    truth = gather(drive.scene, drive.labels)
    for text, back in PAIRS.items():
        scene, labels = turned(drive, text, back)
        assert same(gather_again(scene, labels, truth), truth), text
    for text in FIXES:
        if text.split(":")[0] not in ("lens", "time"):
            turned(drive, text)  # each gives a scene and boxes that are rigid, or it would raise


def gather_again(scene: Scene, labels: Labels, like: Evidence) -> dict[str, np.ndarray]:
    frames = [scene.frames[moment.frame] for moment in like.moments]
    boxes = [box for frame in frames for box in labels.in_frame(frame.index)]
    egos = {frame.index: frame.world_SE3_ego.inverse for frame in frames}
    return {
        "lidars": np.stack([frame.sweep().sensor.ego_SE3_sensor.matrix for frame in frames]),
        "centers": np.stack([(egos[box.frame] @ box.world_SE3_box).translation for box in boxes]),
        "rotations": np.stack([(egos[box.frame] @ box.world_SE3_box).rotation_matrix for box in boxes]),
        "sizes": np.array([box.size for box in boxes]),
    }


def same(found: dict[str, np.ndarray], truth: Evidence) -> bool:
    meant = placed(truth, Convention())
    return all(np.allclose(values, getattr(meant, name), atol=1e-6) for name, values in found.items())


def test_mirrored_points_are_mirrored_when_they_are_read(drive: SynthDrive) -> None:
    scene, _ = turned(drive, "lidar:left-handed")
    was, now = drive.scene.frames[0].sweep().points(), scene.frames[0].sweep().points()
    assert np.array_equal(now.xyz * np.array([1, -1, 1], dtype=np.float32), was.xyz)


def test_later_pictures_are_where_the_vehicle_was_then(drive: SynthDrive) -> None:
    scene, _ = turned(drive, "time:+0.1s")
    channel, image = next(iter(drive.scene.frames[1].images.items()))
    way = scene.frames[1].images[channel].world_SE3_ego.translation - image.world_SE3_ego.translation
    ahead = drive.scene.frames[2].world_SE3_ego.translation - drive.scene.frames[1].world_SE3_ego.translation
    assert np.linalg.norm(way) == pytest.approx(np.linalg.norm(ahead) * 0.1, rel=0.3)


def test_what_nothing_can_be_told_by_is_said(drive: SynthDrive) -> None:
    with pytest.raises(InvalidValue, match="nothing tells conventions apart"):
        gather(Scene(name="empty", frames=[], sensors={}), Labels())
    with pytest.raises(InvalidValue, match="nothing is meant by"):
        Convention(("boxes:sideways",))
