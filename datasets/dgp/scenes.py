"""One DGP scene file as a scene: recordings of a sample are a frame, each with the pose and time of its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import partial

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.dgp.clouds import read_cloud
from lidar_label.datasets.dgp.scene_file import Datum, Mounted, Sample, SceneFile, lens_of, read_calibration
from lidar_label.datasets.files import inside, read_bytes
from lidar_label.datasets.moments import SECOND_NS
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import origin_of
from lidar_label.datasets.tokens import steady_scene
from lidar_label.model import SE3, Camera, Frame, Image, Scene, Sensor, Sweep

_NOWHERE = SE3.identity("world", "ego")


def make_scene(format_name: str, name: str, file: SceneFile, find: Find) -> Scene:
    """Return a scene file as a scene with steady tokens; what is missing is told through `find`."""
    rig = _Rig(file, find)
    samples = _in_order(file, find)
    used = {key for sample in samples for key in sample.keys}
    frames: list[Frame] = []
    for index, sample in enumerate(samples):
        sweeps: dict[str, Sweep] = {}
        images: dict[str, Image] = {}
        for datum in _data_of(file, sample, find):
            if datum.channel in sweeps or datum.channel in images:
                text = f"{datum.channel} is there twice in a sample; the first stands"
                find("warning", "doubled-recording", text, file.path)
            elif datum.kind == "camera":
                images[datum.channel] = rig.image(datum, sample.calibration, index, is_keyframe=True)
            else:
                sweeps[datum.channel] = rig.sweep(datum, sample.calibration, index, is_keyframe=True)
        frames.append(
            Frame(
                index=index, timestamp_ns=sample.time_ns, sweeps=sweeps, images=images,
                name=_name(file, sample, index),
            )
        )  # fmt: skip
    others = sorted((datum for key, datum in file.data.items() if key not in used), key=lambda datum: datum.time_ns)
    scene = Scene(
        name=name, frames=frames, sensors=rig.first, between=list(_between(rig, samples, others)), origin=rig.origin,
        description=file.about["description"], log={"logfile": file.about["log"]} if file.about["log"] else {},
        has_poses=rig.has_poses,
    )  # fmt: skip
    _report(file, rig, find)
    return steady_scene(format_name, scene)


def _in_order(file: SceneFile, find: Find) -> list[Sample]:
    found: list[Sample] = []
    for sample in sorted(file.samples, key=lambda sample: sample.time_ns):
        if found and sample.time_ns == found[-1].time_ns:
            find("warning", "doubled-frame", "two samples have the same time; the first stands", file.path)
        else:
            found.append(sample)
    return found


def _data_of(file: SceneFile, sample: Sample, find: Find) -> Iterator[Datum]:
    for key in sample.keys:
        if key in file.data:
            yield file.data[key]
        elif not file.skipped:
            find("warning", "missing-datum", "a sample names data that the scene does not have", file.path)


def _name(file: SceneFile, sample: Sample, index: int) -> str:
    """Return the name of a sample's first cloud, which is its time; the samples themselves have none."""
    clouds = [file.data[key] for key in sample.keys if key in file.data and file.data[key].kind == "lidar"]
    return clouds[0].path.stem if clouds else f"{index:06d}"


def _between(rig: _Rig, samples: list[Sample], others: list[Datum]) -> Iterator[Sweep | Image]:
    times = [sample.time_ns for sample in samples]
    for datum in others if samples else ():
        frame = min(bisect_left(times, datum.time_ns), len(times) - 1)
        make: Callable[..., Sweep | Image] = rig.image if datum.kind == "camera" else rig.sweep
        yield make(datum, samples[frame].calibration, frame, is_keyframe=False)


def _report(file: SceneFile, rig: _Rig, find: Find) -> None:
    if file.base_ns:
        seconds = file.base_ns // SECOND_NS
        text = f"the times are beyond the year 2262, where 64 bits of nanoseconds end; {seconds} s were taken off"
        find("info", "shifted-times", text, file.path)
    if file.skipped:
        find("info", "not-read", f"data of these kinds are not read: {', '.join(file.skipped)}", file.path)
    if not rig.has_poses:
        find("info", "no-poses", "there are no poses, so each sample stands in its own world", file.path)
    if any(rig.origin):
        x, y, z = rig.origin
        find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", file.path)


class _Rig:
    """The sensors of a scene: one for each calibration that its samples name."""

    def __init__(self, file: SceneFile, find: Find) -> None:
        self._file, self._find = file, find
        self._calibrations: dict[str, dict[str, Mounted]] = {}
        self._sensors: dict[tuple[str, str], Sensor] = {}
        self.first: dict[str, Sensor] = {}
        posed = [datum.pose for datum in file.data.values() if datum.pose is not None]
        self.has_poses = bool(posed)
        self.origin: Point3 = origin_of(posed[0].translation) if posed else (0.0, 0.0, 0.0)

    def sweep(self, datum: Datum, calibration: str, frame: int, *, is_keyframe: bool) -> Sweep:
        sensor = self._sensor(datum, calibration)
        return Sweep(
            sensor=sensor, timestamp_ns=datum.time_ns, world_SE3_ego=self._ego(datum, sensor), frame=frame,
            is_keyframe=is_keyframe, path=datum.path, load=partial(read_cloud, datum, self._file.base_ns),
        )  # fmt: skip

    def image(self, datum: Datum, calibration: str, frame: int, *, is_keyframe: bool) -> Image:
        sensor = self._sensor(datum, calibration)
        return Image(
            sensor=sensor, timestamp_ns=datum.time_ns, world_SE3_ego=self._ego(datum, sensor), frame=frame,
            is_keyframe=is_keyframe, path=datum.path, load=partial(read_bytes, datum.path),
            suffix=datum.path.suffix.lower(),
        )  # fmt: skip

    def _ego(self, datum: Datum, sensor: Sensor) -> SE3:
        """Return where the vehicle was; the file has where the sensor was."""
        if datum.pose is None:
            if self.has_poses:
                self._find("warning", "missing-poses", f"data of {datum.channel} have no pose", self._file.path)
            return _NOWHERE
        world_SE3_sensor = SE3("world", datum.channel, datum.pose.rotation, datum.pose.translation - self.origin)
        return world_SE3_sensor @ sensor.ego_SE3_sensor.inverse

    def _sensor(self, datum: Datum, calibration: str) -> Sensor:
        key = (calibration, datum.channel)
        if key not in self._sensors:
            self._sensors[key] = self._make(datum, calibration)
        found = self._sensors[key]
        self.first.setdefault(datum.channel, found)
        return found

    def _make(self, datum: Datum, calibration: str) -> Sensor:
        path = inside(self._file.path.parent, f"calibration/{calibration}.json", where=self._file.path)
        if calibration not in self._calibrations:
            if not path.is_file():
                self._find("warning", "no-calibration", "the calibration that a sample names is not there", path)
            self._calibrations[calibration] = read_calibration(path) if path.is_file() else {}
        mounted = self._calibrations[calibration].get(datum.channel)
        if mounted is None:
            if self._calibrations[calibration]:
                self._find("warning", "no-calibration", f"{datum.channel} is not in the calibration", path)
            identity = SE3.identity("ego", datum.channel)
            return Sensor(channel=datum.channel, kind=datum.kind, ego_SE3_sensor=identity)
        lens: Camera | None = None
        if datum.kind == "camera":
            found = lens_of(mounted.intrinsics, datum.size, f"{path}, {datum.channel}")
            if isinstance(found, str):
                self._find("warning", "uncalibrated-camera", f"{datum.channel}: {found}", path)
            else:
                lens = found
        return Sensor(channel=datum.channel, kind=datum.kind, ego_SE3_sensor=mounted.ego_SE3_sensor, camera=lens)
