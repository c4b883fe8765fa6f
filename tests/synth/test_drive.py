"""A made-up drive: what it promises of its clouds, pictures and labels."""

from __future__ import annotations

import hashlib
import io
import itertools

import numpy as np
import pytest
from PIL import Image as Decoder
from scipy.spatial import ConvexHull

from lidar_label.datasets.nuscenes.results import DETECTION_CLASSES
from lidar_label.errors import Cancelled, InvalidValue
from lidar_label.kernels.points_in_boxes import box_of_points, points_in_boxes
from lidar_label.model import Box, Fisheye, Frame, Pinhole, driving_taxonomy
from lidar_label.progress import Progress
from lidar_label.synth import SynthDrive, make_drive
from lidar_label.synth.lidar import Spinner
from lidar_label.synth.pictures import look


@pytest.fixture(scope="module")
def drive() -> SynthDrive:
    """A small drive that moves as a real one does."""
    return make_drive(frames=4, seed=5, cameras=2, columns=600, frame_rate_hz=2.5, image_size=(320, 180))


@pytest.fixture(scope="module")
def frozen() -> SynthDrive:
    """A drive whose world stands still while the LiDAR turns; its clouds are kept, and are the same."""
    return make_drive(frames=2, seed=1, cameras=1, columns=900, rolling=False, image_size=(480, 270), keep=True)


def in_sensor(frame: Frame, boxes: tuple[Box, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    back = frame.sweep().world_SE3_sensor.inverse
    poses = [back @ box.world_SE3_box for box in boxes]
    return (
        np.array([pose.translation for pose in poses]),
        np.array([pose.rotation_matrix for pose in poses]),
        np.array([box.size for box in boxes]),
    )


def test_a_box_holds_all_points_of_its_object_and_no_others(frozen: SynthDrive) -> None:
    spinner = Spinner(columns=900, rolling=False)
    for frame in frozen.scene.frames:
        time = frame.index / 5
        cloud, owners = spinner.turn(frozen.world, time, (1, round(time * 1e9) + 1_000_000_000))
        np.testing.assert_array_equal(cloud.xyz, frame.sweep().points().xyz)
        boxes = frozen.labels.in_frame(frame.index)
        assert len(boxes) > 30
        inside = points_in_boxes(cloud.xyz, *in_sensor(frame, boxes))
        things = {box.track: m for m, box in enumerate(boxes)}
        assert len(things) == len(boxes)
        assert [box.num_lidar_pts for box in boxes] == inside.sum(axis=1).tolist()
        held = [set(owners[row].tolist()) for row in inside]
        assert all(len(owner) == 1 for owner in held)
        for row, owner in zip(inside, held, strict=True):
            assert set(np.flatnonzero(row)) == set(np.flatnonzero(owners == owner.pop()))


def test_a_box_is_tight(frozen: SynthDrive) -> None:
    """Of the nearest car, points lie within 3 cm of the faces that the LiDAR can see."""
    frame = frozen.scene.frames[0]
    cars = [b for b in frozen.labels.in_frame(0) if frozen.labels.track(b.track).category == "vehicle.car"]
    car = max(cars, key=lambda box: box.num_lidar_pts or 0)
    place, turn, size = in_sensor(frame, (car,))
    local = (frame.sweep().points().xyz.astype(float) - place[0]) @ turn[0]
    local = local[(np.abs(local) * 2 <= size).all(axis=1)]
    assert len(local) > 300
    assert size[0, 1] / 2 - np.abs(local[:, 1]).max() < 0.05
    assert size[0, 2] / 2 - local[:, 2].max() < 0.1


def test_a_full_turn_has_about_a_hundred_thousand_points() -> None:
    made = make_drive(frames=1, cameras=0)
    cloud = made.scene.frames[0].sweep().points()
    assert 90_000 < len(cloud) < 115_200
    # Rays reach 100 m; the car goes on by up to 0.6 m from a ray's time to the cloud's, and leaves let some light in.
    assert (np.linalg.norm(cloud.xyz, axis=1) < 102.0).all()


def test_the_fields_of_a_cloud(drive: SynthDrive) -> None:
    for frame in drive.scene.frames:
        cloud = frame.sweep().points()
        assert set(cloud.fields) == {"intensity", "ring", "time_s"}
        intensity, ring, time_s = (cloud.fields[name] for name in ("intensity", "ring", "time_s"))
        assert (intensity.dtype, ring.dtype, time_s.dtype) == (np.float32, np.uint16, np.float32)
        assert intensity.min() >= 0
        assert intensity.max() <= 255
        assert np.ptp(intensity) > 100
        assert set(np.unique(ring)) == set(range(64))
        assert -0.0501 < time_s.min() < -0.045
        assert 0.045 < time_s.max() < 0.0501
        # Straight ahead is the middle of the turn; the left is seen before the right.
        ahead = (np.abs(cloud.xyz[:, 0]) < 1) & (cloud.xyz[:, 1] > 5)
        assert np.abs(time_s[ahead]).max() < 0.005
        assert time_s[cloud.xyz[:, 0] < -5].mean() < -0.01 < 0.01 < time_s[cloud.xyz[:, 0] > 5].mean()


def test_the_elevation_of_a_point_is_that_of_its_ring(drive: SynthDrive) -> None:
    made = make_drive(frames=1, seed=5, cameras=0, columns=600, rolling=False)
    cloud = made.scene.frames[0].sweep().points()
    up = np.arctan2(cloud.xyz[:, 2], np.hypot(cloud.xyz[:, 0], cloud.xyz[:, 1]))
    elevations = Spinner().elevations
    assert (np.diff(elevations) > 0).all()
    np.testing.assert_allclose(up, elevations[cloud.fields["ring"]], atol=1e-4)


def test_the_ego_motion_is_taken_out(drive: SynthDrive) -> None:
    """The car moves by a metre in a turn; what stands still is in its box all the same, all around."""
    spinner, standing, all_around = Spinner(columns=600), 0, set()
    for frame in drive.scene.frames:
        time = frame.index / 2.5
        cloud, owners = spinner.turn(drive.world, time, (5, round(time * 1e9) + 1_000_000_000))
        boxes = tuple(b for b in drive.labels.in_frame(frame.index) if "vehicle.parked" in b.attributes)
        inside = points_in_boxes(cloud.xyz, *in_sensor(frame, boxes))
        for row in inside:
            owner = np.unique(owners[row])
            assert len(owner) == 1
            assert set(np.flatnonzero(row)) == set(np.flatnonzero(owners == owner[0]))
            all_around |= set(np.sign(cloud.fields["time_s"][row]))
            standing += int(row.sum())
    assert standing > 2000
    assert {-1.0, 1.0} <= all_around


def test_the_same_seed_makes_the_same_drive(drive: SynthDrive) -> None:
    again = make_drive(frames=4, seed=5, cameras=2, columns=600, frame_rate_hz=2.5, image_size=(320, 180))
    assert again.taxonomy == drive.taxonomy == driving_taxonomy()
    assert list(again.labels.boxes()) == list(drive.labels.boxes())
    assert again.labels.tracks == drive.labels.tracks
    assert again.scene.token == drive.scene.token
    for one, other in zip(again.scene.recordings(), drive.scene.recordings(), strict=True):
        assert one == other
    first, second = (made.scene.frames[1] for made in (again, drive))
    np.testing.assert_array_equal(first.sweep().points().xyz, second.sweep().points().xyz)
    image = drive.scene.frames[1].images["CAM_FRONT"]
    digests = {hashlib.sha256(i.encoded()).digest() for i in (image, image, first.images["CAM_FRONT"])}
    assert len(digests) == 1


def test_another_seed_makes_another_drive(drive: SynthDrive) -> None:
    other = make_drive(frames=1, seed=6, cameras=0, columns=600)
    assert other.scene.token != drive.scene.token
    assert not {b.token for b in other.labels.boxes()} & {b.token for b in drive.labels.boxes()}
    assert len(other.scene.frames[0].sweep().points()) != len(drive.scene.frames[0].sweep().points())


def test_labels_make_sense(drive: SynthDrive) -> None:
    taxonomy, labels = drive.taxonomy, drive.labels
    flags = {attribute.name for attribute in taxonomy.attributes}
    levels = {level.token for level in taxonomy.visibilities}
    for track in labels.tracks:
        boxes = labels.of_track(track.token)
        assert boxes
        assert track.category in taxonomy
        assert len({box.size for box in boxes}) == 1
        for box in boxes:
            assert set(box.attributes) <= flags
            assert box.visibility in levels
            assert (box.num_lidar_pts or 0) > 0
            kind = track.category.split(".")[0]
            prefix = {"human": "pedestrian.", "movable_object": "-"}.get(kind, "vehicle.")
            if track.category in ("vehicle.bicycle", "vehicle.motorcycle"):
                prefix = "cycle."
            assert all(name.startswith(prefix) for name in box.attributes)
        ends = boxes[0], boxes[-1]
        moved = np.linalg.norm(ends[1].center - ends[0].center)
        said = {name for box in boxes for name in box.attributes}
        if said <= {"vehicle.parked", "vehicle.stopped", "pedestrian.standing", "cycle.without_rider"}:
            assert moved < 0.05
        if said & {"vehicle.moving", "pedestrian.moving"} and len(boxes) == 4:
            assert moved > 0.2
    assert len({box.visibility for box in labels.boxes()}) == 4
    assert {"vehicle.car", "vehicle.bicycle", "human.pedestrian.adult"} <= {t.category for t in labels.tracks}


def test_boxes_of_different_objects_never_overlap() -> None:
    made = make_drive(frames=12, seed=2, cameras=0, columns=200, beams=24, frame_rate_hz=1.0)
    for frame in range(12):
        boxes = made.labels.in_frame(frame)
        for a, b in itertools.combinations(boxes, 2):
            if np.linalg.norm(a.center - b.center) > (np.linalg.norm(a.size) + np.linalg.norm(b.size)) / 2:
                continue
            # Two convex bodies are apart where some direction of a face of either has them apart.
            corners = a.corners(), b.corners()
            axes = np.concatenate([ConvexHull(c).equations[:, :3] for c in corners])
            spans = [c @ axes.T for c in corners]
            gap = np.maximum(
                spans[0].min(axis=0) - spans[1].max(axis=0), spans[1].min(axis=0) - spans[0].max(axis=0)
            ).max()
            assert gap > 0, (made.labels.track(a.track), made.labels.track(b.track))


# How far the nuScenes devkit looks for each class when it evaluates detections (detection_cvpr_2019), metres.
DETECTION_RANGES = {
    "car": 50, "truck": 50, "bus": 50, "trailer": 50, "construction_vehicle": 50, "pedestrian": 40, "motorcycle": 40,
    "bicycle": 40, "traffic_cone": 30, "barrier": 30,
}  # fmt: skip


@pytest.mark.parametrize(("seed", "frames", "rate"), [*((seed, 8, 1.0) for seed in range(3)), (3, 6, 2.0)])
def test_every_class_that_detectors_are_judged_by_is_near(seed: int, frames: int, rate: float) -> None:
    """In 8 seconds of the default drive, and in the 3 seconds of short ones, each class is seen where it counts."""
    made = make_drive(frames=frames, frame_rate_hz=rate, seed=seed, cameras=0, columns=1200)
    classes = {track.token: DETECTION_CLASSES[track.category] for track in made.labels.tracks}
    near = set()
    for box in made.labels.boxes():
        away = box.center - made.scene.frames[box.frame].world_SE3_ego.translation
        if np.hypot(away[0], away[1]) < DETECTION_RANGES[classes[box.track]] and (box.num_lidar_pts or 0) >= 5:
            near.add(classes[box.track])
    assert near == set(DETECTION_CLASSES.values())


def test_a_trailer_follows_its_lorry() -> None:
    made = make_drive(frames=3, cameras=0, columns=600)
    tracks = {category: [t.token for t in made.labels.tracks if t.category == category] for category in (
        "vehicle.truck", "vehicle.trailer")}  # fmt: skip
    for frame in range(3):
        places = {
            box.track: (box.world_SE3_box, box.size[0])
            for box in made.labels.in_frame(frame)
            if "vehicle.moving" in box.attributes
        }
        trailers = [places[token] for token in tracks["vehicle.trailer"] if token in places]
        lorries = [places[token] for token in tracks["vehicle.truck"] if token in places]
        assert trailers
        for pose, length in trailers:
            ahead = [(pose.inverse @ lorry).translation - ((length + other) / 2, 0, 0) for lorry, other in lorries]
            gap = min(ahead, key=lambda gap: float(np.hypot(gap[0], gap[1])))
            assert 0.2 < gap[0] < 0.4
            assert abs(gap[1]) < 0.3


def test_recordings_have_their_own_time_and_pose(drive: SynthDrive) -> None:
    frame = drive.scene.frames[1]
    assert frame.timestamp_ns == frame.sweep().timestamp_ns
    assert frame.images["CAM_FRONT"].timestamp_ns == frame.timestamp_ns
    left = frame.images["CAM_FRONT_LEFT"]
    assert 10_000_000 < frame.timestamp_ns - left.timestamp_ns < 20_000_000
    assert left.world_SE3_ego != frame.world_SE3_ego
    assert all(data.timestamp_ns % 1000 == 0 for data in drive.scene.recordings())
    path = np.array([f.world_SE3_ego.translation for f in drive.scene.frames])
    speed = np.linalg.norm(np.diff(path, axis=0), axis=1) * 2.5
    assert (speed > 9.5).all()
    assert (speed < 12.5).all()


@pytest.mark.parametrize("lenses", ["plain", "mixed"])
def test_pictures_fit_the_cloud(lenses: str) -> None:
    """Where a point of an object falls into a picture, the picture shows that object."""
    made = make_drive(
        frames=2, seed=4, cameras=4, columns=700, rolling=False, noise=False, image_size=(640, 360), lenses=lenses
    )
    frame, time = made.scene.frames[1], 0.2
    boxes = made.labels.in_frame(1)
    sweep = frame.sweep()
    cloud = sweep.points().xyz
    owner = box_of_points(cloud, *in_sensor(frame, boxes))
    tokens = [box.track for box in boxes]
    from lidar_label.synth.truth import track_token

    things = {track_token(4, m): m for m in range(len(made.world.things))}
    checked = 0
    for channel in ("CAM_FRONT", "CAM_BACK"):
        image = frame.images[channel]
        camera = image.sensor.camera
        assert camera is not None
        seen = look(made.world, camera, image.world_SE3_sensor, time)
        picture = np.asarray(Decoder.open(io.BytesIO(image.encoded())))
        assert picture.shape == (360, 640, 3)
        assert np.abs(picture.astype(float) - seen.rgb).mean() < 4
        mine = np.flatnonzero(owner >= 0)
        world = sweep.world_SE3_sensor.apply(cloud[mine])
        local = image.world_SE3_sensor.inverse.apply(world)
        uv, ahead = camera.project(local)
        shown = ahead & camera.inside(uv)
        u, v = np.rint(uv[shown]).astype(int).T
        expected = np.array([things[tokens[k]] for k in owner[mine[shown]]])
        got = seen.objects[v, u]
        # A camera stands elsewhere than the LiDAR: what it sees before the object is no miss.
        hidden = np.zeros(len(got), dtype=bool)
        for k in np.flatnonzero(got != expected):
            window = seen.objects[max(v[k] - 1, 0) : v[k] + 2, max(u[k] - 1, 0) : u[k] + 2]
            hidden[k] = expected[k] not in window
        assert (got == expected).mean() > 0.8
        near_edge = (got != expected) & ~hidden
        assert near_edge.mean() < 0.12
        in_front = hidden & (got >= 0)
        assert (hidden & ~in_front).sum() <= 0.005 * len(got)  # never the sky or the ground instead
        checked += len(got)
    assert checked > 500


def test_mixed_lenses() -> None:
    made = make_drive(frames=1, cameras=4, columns=20, image_size=(64, 36), lenses="mixed")
    lenses = {channel: sensor.camera for channel, sensor in made.scene.sensors.items()}
    assert isinstance(lenses["CAM_BACK"], Fisheye)
    assert isinstance(lenses["CAM_FRONT"], Pinhole)
    assert lenses["CAM_FRONT"].distortion
    assert lenses["LIDAR_TOP"] is None


def test_recordings_between_the_frames() -> None:
    made = make_drive(frames=3, cameras=1, columns=40, beams=8, frame_rate_hz=2.0, sweeps_between=4)
    between = made.scene.between
    assert len(between) == 2 * 4 * 2
    assert not any(data.is_keyframe for data in between)
    times = [data.timestamp_ns for data in between]
    assert times == sorted(times)
    assert {data.frame for data in between} == {1, 2}
    lidar = sorted(data.timestamp_ns for data in made.scene.recordings() if data.channel == "LIDAR_TOP")
    assert np.unique(np.diff(lidar)).tolist() == [100_000_000]
    tokens = [data.token for data in made.scene.recordings()]
    assert len(set(tokens)) == len(tokens)


@pytest.mark.parametrize(
    ("say", "change"),
    [
        ("frames", {"frames": 0}),
        ("seed", {"seed": -1}),
        ("cameras", {"cameras": 7}),
        ("frames a second", {"frame_rate_hz": 20.0}),
        ("10 times a second", {"sweeps_between": 5}),
        ("rays", {"columns": 0}),
        ("lenses", {"lenses": "odd"}),
        ("pixels", {"image_size": (4, 4)}),
    ],
)
def test_numbers_out_of_range_are_named(say: str, change: dict[str, int]) -> None:
    with pytest.raises(InvalidValue, match=say):
        make_drive(**change)  # type: ignore[arg-type]


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_drive(frames=3, cameras=0, columns=20, progress=progress)
