"""A drive that has a little of everything, and what it means that a format gave it back."""

from __future__ import annotations

import gzip
import io
import re
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Drive, Format, open_dataset
from lidar_label.errors import LidarLabelError
from lidar_label.model import (
    SE3,
    Box,
    Frame,
    Image,
    Labels,
    Pinhole,
    PointCloud,
    Scene,
    Sensor,
    Source,
    Sweep,
    Track,
)

SECOND = 1_000_000_000
SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2
LOOKS_AHEAD = (0.5, -0.5, 0.5, -0.5)


def picture_bytes(shade: int) -> bytes:
    buffer = io.BytesIO()
    Picture.new("RGB", (64, 48), (shade, 80, 120)).save(buffer, format="PNG")
    return buffer.getvalue()


def make_full_drive(
    name: str = "full",
    *,
    frames: int = 4,
    start_ns: int = 1_700_000_000 * SECOND + 123_456_789,
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
    poses: bool = True,
    data: bool = True,
    tilt: float = 0.08,
    distortion: tuple[float, ...] = (),
) -> Drive:
    """A car, a nameless lorry, a child and a barrier; frame 2 has no box; the camera has times and poses of its own."""
    lidar = Sensor(
        channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3.from_yaw("ego", "LIDAR_TOP", -1.57, (0.9, 0.1, 1.8))
    )
    camera = Sensor(
        channel="CAM_FRONT", kind="camera", ego_SE3_sensor=SE3("ego", "CAM_FRONT", LOOKS_AHEAD, (1.5, 0.0, 1.5)),
        camera=Pinhole(width=64, height=48, fx=40, fy=41, cx=31.5, cy=23.5, distortion=distortion),
    )  # fmt: skip
    made: list[Frame] = []

    def place(time_ns: int) -> SE3:
        t = (time_ns - start_ns) / SECOND
        return SE3.from_yaw("world", "ego", 0.3 + 0.1 * t, (40 + 5 * t, 12 + t, 0.2)) if poses else NOWHERE

    for index in range(frames):
        time_ns = start_ns + index * SECOND // 10
        sweeps, images = {}, {}
        if data:
            rng = np.random.default_rng(index)
            cloud = PointCloud(
                rng.uniform(-20, 20, (30, 3)).astype(np.float32),
                {"intensity": rng.random(30).astype(np.float32), "ring": np.arange(30, dtype=np.uint16)},
            )
            sweeps["LIDAR_TOP"] = Sweep(
                sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=place(time_ns), frame=index, load=lambda c=cloud: c
            )
            taken_ns = time_ns + 7_000_001
            images["CAM_FRONT"] = Image(
                sensor=camera, timestamp_ns=taken_ns, world_SE3_ego=place(taken_ns), frame=index, suffix=".png",
                load=partial(picture_bytes, index),
            )  # fmt: skip
        pose = None if data else place(time_ns)
        made.append(
            Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=f"{index + 7:06d}", pose=pose)
        )
    tracks = [
        Track(category="Car", name="7", attributes={"color": "red", "doors": 4}),
        Track(category="Truck"),
        Track(category="Pedestrian", name="the child 出典"),
        Track(category="Barrier", name="b1", attributes={"plastic": True}),
    ]
    boxes: list[Box] = []
    for index in range(frames):
        if index == 2:
            continue
        for number, track in enumerate(tracks):
            if index == 1 and number == 2:
                continue
            lean = SE3("box", "box", (np.cos(tilt / 2), np.sin(tilt / 2), 0, 0), (0, 0, 0))
            pose = SE3.from_yaw("world", "box", 3.0 + number * 0.9, (50 + 9 * number + index, 10 - number, 0.8))
            boxes.append(
                Box(
                    track=track.token, frame=index, world_SE3_box=pose @ lean, size=(4.5 - number, 1.9, 1.5),
                    attributes={"moving": True, "note": "x, \"y\"; {z}", "speed": 1.5 * index} if number == 0 else {},
                    visibility="3" if number == 0 else "", is_keyframe=not (number == 1 and index == 1),
                    score=0.25 * number if number else None, num_lidar_pts=10 + index if number == 0 else None,
                    source=Source.IMPORTED if number == 0 else Source.MACHINE,
                )
            )  # fmt: skip
    scene = Scene(
        name=name, frames=made, sensors={"LIDAR_TOP": lidar, "CAM_FRONT": camera}, origin=origin, has_poses=poses,
        description="made by hand", log={"vehicle": "n1"},
    )  # fmt: skip
    return Drive(scene=scene, labels=Labels(tracks, boxes))


NOWHERE = SE3.identity("world", "ego")


@pytest.fixture(scope="session")
def full_drive() -> Callable[..., Drive]:
    """Make a drive with attributes of every kind, scores, gaps, and times of its own for each sensor."""
    return make_full_drive


@pytest.fixture(scope="session")
def same() -> Callable[..., None]:
    """Assert that a drive was given back; `but` names what the format cannot hold."""
    return assert_same


def assert_same(fmt: Format, given: Drive, back: Drive, but: Collection[str] = (), atol: float = 1e-6) -> None:
    assert len(back.scene.frames) == len(given.scene.frames)
    if "frame names" not in but:
        assert [f.name for f in back.scene.frames] == [f.name for f in given.scene.frames]
    if "times" not in but:
        assert back.scene.has_timestamps == given.scene.has_timestamps
        assert [f.timestamp_ns for f in back.scene.frames] == [f.timestamp_ns for f in given.scene.frames]
    assert len(back.labels) == len(given.labels)
    for frame in given.scene.frames:
        ours, theirs = given.labels.in_frame(frame.index), back.labels.in_frame(frame.index)
        assert len(ours) == len(theirs), f"frame {frame.index}"
        for box, other in zip(ours, theirs, strict=True):
            place, there = fmt.comparable_pose(given.scene, box), fmt.comparable_pose(back.scene, other)
            scaled = SIGNS * np.array(box.size), SIGNS * np.array(other.size)
            np.testing.assert_allclose(place.apply(scaled[0]), there.apply(scaled[1]), atol=atol)
            assert other.size == pytest.approx(box.size, abs=atol)
            track, same_track = given.labels.track(box.track), back.labels.track(other.track)
            assert same_track.category == track.category
            if "names" not in but:
                assert same_track.name == track.name
            if "attributes" not in but:
                assert other.attributes == box.attributes
                assert same_track.attributes == track.attributes
            for name in ("visibility", "score", "num_lidar_pts", "is_keyframe"):
                if name not in but:
                    assert getattr(other, name) == getattr(box, name), name
    if "tracks" not in but:
        assert len(back.labels.tracks) == len(given.labels.tracks)


@pytest.fixture(scope="session")
def survives() -> Callable[..., None]:
    """Open a path and read all of it: a LidarLabelError may come, in one line, and nothing else."""

    def survive(path: Path, format_name: str) -> None:
        found: LidarLabelError | None = None
        try:
            dataset = open_dataset(path, format_name)
            for name in dataset.scene_names:
                scene = dataset.scene(name)
                dataset.labels(name)
                for recording in scene.recordings():
                    if isinstance(recording, Sweep):
                        recording.points()
                    else:
                        recording.encoded()
        except LidarLabelError as error:
            found = error
        assert found is None or (found.what and "\n" not in found.what)

    return survive


ROUNDS = 80
LONGEST_S = 5
MOST_BYTES = 512 * 2**20
PICTURES = {".png", ".jpg", ".jpeg"}
# What a number or a word in a text file is changed into.
LIES = (
    b"-1", b"0", b"99999999999999999999", b"4294967295", b"1e999", b"-1e308", b"NaN", b"null", b'""', b"[]", b"{}",
    b'"../../../etc/passwd"', b"true", b"[[[[[[[[", b"1e-320", b"0x41", b'"\\ud800"',
)  # fmt: skip


@contextmanager
def bounds() -> Iterator[None]:
    """Stop what takes over five seconds or half a gigabyte more than there is now."""
    import resource  # which Windows has not

    def late(*_: object) -> None:
        raise TimeoutError(f"it took over {LONGEST_S} s")

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, late)
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST_BYTES, before[1]))
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    """Return a file cut, with bytes turned over, a stretch doubled, or a number or word that lies."""
    kind = int(rng.integers(5))
    if not data or kind == 0:
        return data[: int(rng.integers(len(data) + 1))]
    if kind == 1:
        changed = bytearray(data)
        for at in rng.integers(len(data), size=int(rng.integers(1, 5))):
            changed[at] ^= 1 << int(rng.integers(8))
        return bytes(changed)
    if kind == 2:
        at, size = int(rng.integers(len(data))), int(rng.integers(1, 40))
        return data[:at] + data[at : at + size] + data[at:]
    words = list(re.finditer(rb"-?\d[\d.eE+-]*|\"[^\"\n]{0,60}\"", data[:200_000]))
    if not words:
        return data + b"\0" * int(rng.integers(1, 30))
    word = words[int(rng.integers(len(words)))]
    return data[: word.start()] + LIES[int(rng.integers(len(LIES)))] + data[word.end() :]


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() not in PICTURES)


def _wound_and_open(whole: Path, format_name: str, survives: Callable[[Path, str], object], seed: int) -> None:
    rng = np.random.default_rng([seed, len(format_name)])
    files = files_of(whole if whole.is_dir() else whole.parent)
    for turn in range(ROUNDS):
        path = files[turn % len(files)] if turn < len(files) * 2 else files[int(rng.integers(len(files)))]
        kept = path.read_bytes()
        path.write_bytes(_damage_within(path, kept, rng))
        try:
            with bounds():
                survives(whole, format_name)
        except BaseException as error:
            error.add_note(f"round {turn}: {path.relative_to(whole.parent)} was damaged: {path.read_bytes()[:2000]!r}")
            raise
        finally:
            path.write_bytes(kept)


def _damage_within(path: Path, kept: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file; one that is packed as a whole mostly inside, where no checksum tells."""
    if path.suffix.lower() != ".gz" or rng.integers(4) == 0:
        return damage(kept, rng)
    return gzip.compress(damage(gzip.decompress(kept), rng), compresslevel=1)


@pytest.fixture(scope="session")
def wound_and_open() -> Callable[..., None]:
    """Damage the files of a set one at a time and read all of it: see `survives`; soon, and in little memory."""
    return _wound_and_open
