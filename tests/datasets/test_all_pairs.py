"""Every labelled set into every format that holds labels: what comes out differs only in what was announced.

The drives are cut to two frames and to few points, so that all pairs take seconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, Format, format_named, format_names, open_dataset, write_dataset
from lidar_label.errors import LidarLabelError
from lidar_label.model import Box, Frame, Labels, PointCloud, Scene, Sweep, Taxonomy
from lidar_label.synth.everything import make_everything

pytestmark = pytest.mark.one_numpy

FRAMES, POINTS = 2, 1500
SOURCES = (
    "made-up", "sustechpoints_example", "kitti_object", "kitti_object_reduced",
    "kitti_raw/2011_09_26/2011_09_26_drive_0001_sync", "kitti_tracking", "datumaro/kitti_raw", "t4dataset_sample",
    "lyft_mini_tables", "openlabel/asam", "openlabel/vcd/openlabel100_kitti_tracking_0003.json", "av2",
    "argoverse1/tracking", "dgp_test_scene", "datumaro/sly_pointcloud_dataset", "labelcloud",
    "cvat_3d/test_canvas3d.zip", "nuscenes_demo_frame",
)  # fmt: skip
TARGETS = tuple(name for name in format_names() if format_named(name).writes)

# What may differ where an announcement has one of these words.
WORDS = {
    "categories": "categor|one word|class",
    "tracks": "track",
    "names": "name|number|track|id",
    "keys": "key",
    "attributes": "attribute",
    "visibility": "visib",
    "scores": "score",
    "pictures": "picture|camera|image",
    "lenses": "lens|distort|fisheye|calibration|picture|camera",
    "mountings": "camera|mount|calibration|picture",
    "motion": "pose",
    "times": "time",
    "points": "point|cloud|LiDAR|sweep|coordinates",
    "fields": "field|point|cloud|LiDAR|time_s",
    "sensors": "LiDAR|radar|sensor|sweep|cloud",
    "between": "between",
}


@cache
def source(name: str, data: Path) -> tuple[Drive, Taxonomy]:
    """Open a set and cut it: the first frames that have labels, every so many points."""
    if name == "made-up":
        scene, labels, taxonomy = make_everything()
        return Drive(scene=scene, labels=labels), taxonomy
    try:
        dataset = open_dataset(data / name)
        chosen = next((n for n in dataset.scene_names if len(dataset.labels(n))), None)
        if chosen is None:
            pytest.skip("it has no labels")
        return cut(dataset.scene(chosen), dataset.labels(chosen)), dataset.taxonomy
    except LidarLabelError as error:
        pytest.skip(f"it does not open yet: {error.what[:80]}")


def cut(scene: Scene, labels: Labels) -> Drive:
    has_sweeps = any(frame.sweeps for frame in scene.frames)
    good = [f.index for f in scene.frames if labels.in_frame(f.index) and (f.sweeps or not has_sweeps)]
    start = next(iter(good), next(f.index for f in scene.frames if labels.in_frame(f.index)))
    chosen = scene.frames[start : start + FRAMES]
    frames = [
        Frame(
            index=i,
            timestamp_ns=frame.timestamp_ns,
            sweeps={c: thinned(sweep, i) for c, sweep in frame.sweeps.items()},
            images={c: replace(image, frame=i) for c, image in frame.images.items() if image.is_present},
            name=frame.name,
            token=frame.token,
        )
        for i, frame in enumerate(chosen)
    ]
    boxes = [replace(b, frame=i) for i, frame in enumerate(chosen) for b in labels.in_frame(frame.index)]
    used = {box.track for box in boxes}
    tracks = [track for track in labels.tracks if track.token in used]
    seen = {r.channel for frame in frames for r in (*frame.sweeps.values(), *frame.images.values())}
    sensors = {c: s for c, s in scene.sensors.items() if c in seen}
    return Drive(scene=replace(scene, frames=frames, between=(), sensors=sensors), labels=Labels(tracks, boxes))


def thinned(sweep: Sweep, frame: int) -> Sweep:
    try:
        cloud = sweep.points()
    except LidarLabelError:
        return replace(sweep, frame=frame)
    every = max(1, len(cloud) // POINTS)
    thin = PointCloud(cloud.xyz[::every].copy(), {n: v[::every].copy() for n, v in cloud.fields.items()})
    return replace(sweep, frame=frame, load=lambda: thin, path=None)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SOURCES)
def test_what_comes_out_differs_only_as_announced(
    name: str, target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    data = Path() if name == "made-up" else request.getfixturevalue("shared_data")
    before, taxonomy = source(name, data)
    chosen = format_named(target)
    announced = [*chosen.losses([before]), *write_dataset(target, tmp_path / "out", [before], taxonomy)]
    back = open_dataset(tmp_path / "out")
    assert back.format == target
    (scene,) = back.scene_names
    after = Drive(scene=back.scene(scene), labels=back.labels(scene))
    said = "\n".join(f"{finding.code}: {finding.message}" for finding in announced)
    found = dict(differences(before, after, chosen))
    assert found.keys() <= WORDS.keys()
    silent = {what: how for what, how in found.items() if not re.search(WORDS[what], said, re.IGNORECASE)}
    assert not silent, f"these were lost without a word:\n{silent}\nsaid was:\n{said}"


def differences(before: Drive, after: Drive, target: Format) -> Iterator[tuple[str, str]]:
    """Yield what was there and is no more, or is something else now, by a name of `WORDS`."""
    for what, measure in MEASURES.items():
        gone = measure(before) - measure(after)
        if gone:
            yield what, str(gone)[:300]
    if target.holds.boxes:
        assert sum(map(len, (before.labels.in_frame(f.index) for f in before.scene.frames))) == len(after.labels)
    yield from of_points(before.scene, after.scene)
    yield from of_motion(before.scene, after.scene)


def categories(drive: Drive) -> Counter[object]:
    return Counter(drive.labels.track(box.track).category for box in drive.labels.boxes())


def tracks(drive: Drive) -> Counter[object]:
    """How many boxes each track has, one by one: a track that is cut is no longer there."""
    if not drive.scene.is_sequence:
        return Counter()
    return Counter(Counter(box.track for box in drive.labels.boxes()).values())


def attributes(drive: Drive) -> Counter[object]:
    values = [box.attributes for box in drive.labels.boxes()] + [track.attributes for track in drive.labels.tracks]
    return Counter({name for found in values for name, value in found.items() if value is not False})


def boxes_with(say: Callable[[Box], object]) -> Callable[[Drive], Counter[object]]:
    return lambda drive: Counter(value for box in drive.labels.boxes() if (value := say(box)) is not None)


def pictures(drive: Drive) -> Counter[object]:
    return Counter(image.encoded() for frame in drive.scene.frames for image in frame.images.values())


def lenses(drive: Drive) -> Counter[object]:
    found = {i.sensor.camera for frame in drive.scene.frames for i in frame.images.values()}
    return Counter(
        (
            *(round(float(v), 3) for v in (c.width, c.height, c.fx, c.fy, c.cx, c.cy)),
            any(c.distortion),
            type(c).__name__,
        )
        for c in found
        if c is not None
    )


def mountings(drive: Drive) -> Counter[object]:
    """Where the cameras are from the main LiDAR, in the first frame, to a centimetre and half a degree."""
    scene, found = drive.scene, []
    for image in scene.frames[0].images.values():
        if image.sensor.camera is not None:
            pose = image.world_SE3_sensor.inverse @ scene.world_SE3_lidar(0)
            numbers = (*pose.translation.tolist(), *pose.rotation_matrix.ravel().tolist())
            found.append(tuple(round(value, 2) + 0.0 for value in numbers))
    return Counter(found)


def moments(drive: Drive) -> Counter[object]:
    times = drive.scene.has_timestamps
    return Counter(round(frame.timestamp_ns, -3) for frame in drive.scene.frames if times)


MEASURES: dict[str, Callable[[Drive], Counter[object]]] = {
    "categories": categories,
    "tracks": tracks,
    "names": lambda d: Counter(track.name for track in d.labels.tracks if track.name and d.scene.is_sequence),
    "keys": boxes_with(lambda box: None if box.is_keyframe else "not a key box"),
    "attributes": attributes,
    "visibility": boxes_with(lambda box: "visibility" if box.visibility else None),
    "scores": boxes_with(lambda box: None if box.score is None else round(box.score, 4)),
    "pictures": pictures,
    "lenses": lenses,
    "mountings": mountings,
    "times": moments,
    "sensors": lambda d: Counter(s.kind for s in d.scene.sensors.values() if s.kind != "camera"),
    "between": lambda d: Counter(r.channel for r in d.scene.between),
}


def of_points(before: Scene, after: Scene) -> Iterator[tuple[str, str]]:
    ours, theirs = cloud_of(before), cloud_of(after)
    if ours is None or theirs is None:
        if ours is not None:
            yield "points", f"{len(ours)} points -> none"
        return
    if len(ours) != len(theirs):
        yield "points", f"{len(ours)} points -> {len(theirs)}"
    lost = ours.fields.keys() - theirs.fields.keys()
    if lost:
        yield "fields", f"lost {sorted(lost)}"


def cloud_of(scene: Scene) -> PointCloud | None:
    lidar = scene.main_lidar
    sweep = scene.frames[0].sweeps.get(lidar.channel) if lidar is not None else None
    try:
        return None if sweep is None else sweep.points()
    except LidarLabelError:
        return None


def of_motion(before: Scene, after: Scene) -> Iterator[tuple[str, str]]:
    """Compare how far the LiDAR went, and the way that points and boxes lie to each other in world."""
    if len(before.frames) < 2 or before.main_lidar is None:
        return
    moves = []
    for scene in (before, after):
        first, second = (scene.world_SE3_lidar(i) for i in (0, 1))
        moves.append(float(np.linalg.norm(first.inverse.apply(second.translation[None])[0])))
    if abs(moves[0] - moves[1]) > 2e-3:
        yield "motion", f"{moves[0]:.4f} m -> {moves[1]:.4f} m"
