"""One nuScenes scene from its rows: frames, what lies between them, and the sensors that recorded it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Literal

from lidar_label.datasets.files import inside, read_bytes
from lidar_label.datasets.nuscenes.clouds import SUFFIXES, CloudFile, read_cloud
from lidar_label.datasets.nuscenes.records import CalibrationRow, DataRow, Poses, SampleRow
from lidar_label.errors import BrokenReference, InvalidValue, UnreadableFile
from lidar_label.model import SE3, Camera, Frame, Image, Pinhole, Scene, Sensor, Sweep

Origin = tuple[float, float, float]
NO_ORIGIN: Origin = (0.0, 0.0, 0.0)
_GAP = 1.5
Note = Callable[[Literal["info", "warning"], str, str, object], None]


@dataclass(frozen=True, slots=True)
class Recordings:
    """What the big tables of sensor data hold.

    `root` is where file names start, `table` is sample_data.json. `classes` is the file of point classes of a row of
    it, by token; `fields` what a person said of a point's values.
    """

    by_sample: dict[str, list[DataRow]]
    poses: Poses
    root: Path
    table: Path
    classes: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


class SceneBuilder:
    """Makes the frames of one scene, and counts what is unusual about its data on the way."""

    def __init__(
        self,
        recordings: Recordings,
        calibrations: dict[str, CalibrationRow],
        origin: Origin,
        name: str,
        note: Note,
    ) -> None:
        self.sensors: dict[str, Sensor] = {}
        self.between: list[Sweep | Image] = []
        self._recordings = recordings
        self._calibrations = calibrations
        self._origin = origin
        self._name = name
        self._note = note
        self._made: dict[tuple[str, int, int], Sensor] = {}
        self._counts: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._unread: Counter[tuple[str, str]] = Counter()

    def frame(self, index: int, sample: SampleRow) -> Frame:
        """Make a frame; what belongs to its sample and is no key goes to `between`."""
        keys: dict[str, Sweep | Image] = {}
        rows = self._recordings.by_sample[sample.token]
        for row in sorted(rows, key=lambda row: abs(row.timestamp_ns - sample.timestamp_ns)):
            calibration = self._calibration(row)
            channel = calibration.sensor.channel
            is_key = row.is_key and channel not in keys
            self._counts["doubled"] += row.is_key and not is_key
            recording = self._recording(row, calibration, index, is_key)
            if recording is None:
                if calibration.sensor.kind is None:
                    self._unknown[calibration.sensor.modality] += 1
                else:
                    self._unread[channel, Path(row.filename).suffix] += 1
            elif is_key:
                keys[channel] = recording
            else:
                self.between.append(recording)
        by_channel = sorted(keys.items())
        return Frame(
            index=index,
            timestamp_ns=sample.timestamp_ns,
            sweeps={channel: data for channel, data in by_channel if isinstance(data, Sweep)},
            images={channel: data for channel, data in by_channel if isinstance(data, Image)},
            token=sample.token,
        )

    def scene(self, frames: list[Frame], description: str, log: dict[str, str], token: str) -> Scene:
        """Put the frames together and note what was counted."""
        self._tell()
        self._tell_gaps(frames)
        return Scene(
            name=self._name,
            frames=tuple(frames),
            sensors=dict(sorted(self.sensors.items())),
            between=tuple(sorted(self.between, key=lambda recording: recording.timestamp_ns)),
            origin=self._origin,
            description=description,
            log=log,
            has_poses=bool(self._recordings.poses.index),
            token=token,
        )

    def _recording(self, row: DataRow, calibration: CalibrationRow, frame: int, is_key: bool) -> Sweep | Image | None:
        kind = calibration.sensor.kind
        if kind is None:
            return None
        path = self._inside(row, row.filename)
        if kind != "camera" and path.suffix not in SUFFIXES:
            return None
        present = path.is_file()
        self._counts["files"] += 1
        self._counts["missing"] += not present
        pose = self._pose(row)
        if kind == "camera":
            return Image(
                sensor=self._sensor(calibration, row.width, row.height, path if present else None),
                timestamp_ns=row.timestamp_ns,
                world_SE3_ego=pose,
                frame=frame,
                is_keyframe=is_key,
                path=path,
                token=row.token,
                load=partial(read_bytes, path),
                suffix=path.suffix.lower(),
            )
        return Sweep(
            sensor=self._sensor(calibration, 0, 0, None),
            timestamp_ns=row.timestamp_ns,
            world_SE3_ego=pose,
            frame=frame,
            is_keyframe=is_key,
            path=path,
            token=row.token,
            load=partial(read_cloud, self._cloud_file(row, path)),
        )

    def _inside(self, row: DataRow, name: str) -> Path:
        return inside(self._recordings.root, name, where=self._where(row))

    def _cloud_file(self, row: DataRow, path: Path) -> CloudFile:
        classes = self._recordings.classes.get(row.token, "")
        return CloudFile(
            path,
            row.timestamp_ns,
            self._recordings.fields,
            self._inside(row, row.info) if row.info else None,
            self._inside(row, classes) if classes else None,
        )

    def _calibration(self, row: DataRow) -> CalibrationRow:
        found = self._calibrations.get(row.calibration)
        if found is None:
            raise BrokenReference(
                f"calibrated_sensor_token names {row.calibration}, which is not in calibrated_sensor.json",
                where=self._where(row),
            )
        return found

    def _pose(self, row: DataRow) -> SE3:
        poses = self._recordings.poses
        if not poses.index:
            return SE3.identity("world", "ego")
        if row.pose not in poses.index:
            raise BrokenReference(
                f"ego_pose_token names {row.pose}, which is not in ego_pose.json", where=self._where(row)
            )
        return poses.world_SE3_ego(row.pose, self._origin)

    def _sensor(self, calibration: CalibrationRow, width: int, height: int, image: Path | None) -> Sensor:
        key = (calibration.token, width, height)
        if key in self._made:
            return self._made[key]
        kind, channel = calibration.sensor.kind, calibration.sensor.channel
        if kind is None:  # `_recording` has turned these away
            raise UnreadableFile(f"{channel} is a {calibration.sensor.modality}", where=calibration.row)
        camera = self._camera(calibration, width, height, image) if kind == "camera" and calibration.matrix else None
        made = Sensor(
            channel=channel,
            kind=kind,
            ego_SE3_sensor=calibration.ego_SE3_sensor,
            camera=camera,
            token=calibration.token,
        )
        self._made[key] = made
        first = self.sensors.setdefault(channel, made)
        self._counts["recalibrated"] += first is not made
        return made

    def _camera(self, calibration: CalibrationRow, width: int, height: int, image: Path | None) -> Camera:
        k = calibration.matrix
        channel = calibration.sensor.channel
        if width <= 0 or height <= 0:
            width, height = _size_of(image) or (round(2 * k[0][2]), round(2 * k[1][2]))
            message = f"the tables do not give the image size of {channel}; {width} x {height} is taken"
            self._note("info", "image-size", message, self._name)
        if k[0][1] or k[1][0]:
            self._note("warning", "camera-skew", f"the skew of {channel} ({k[0][1]:g}) is ignored", calibration.row)
        try:
            return Pinhole(
                width=width,
                height=height,
                fx=k[0][0],
                fy=k[1][1],
                cx=k[0][2],
                cy=k[1][2],
                distortion=calibration.distortion,
            )
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=calibration.row) from None

    def _where(self, row: DataRow) -> str:
        return f"{self._recordings.table}, row {row.number}"

    def _tell(self) -> None:
        counts = self._counts
        if counts["missing"]:
            message = f"{counts['missing']} of {counts['files']} sensor files are not there"
            self._note("warning", "missing-file", message, self._name)
        if counts["doubled"]:
            message = f"{counts['doubled']} samples have more than one key recording of a channel; the nearest is used"
            self._note("warning", "doubled-key", message, self._name)
        if counts["recalibrated"]:
            self._note("info", "recalibrated", "a sensor's calibration changes within the scene", self._name)
        for modality, number in self._unknown.items():
            message = f"{number} recordings of a {modality or 'nameless'} sensor are not read"
            self._note("warning", "unknown-sensor", message, self._name)
        for (channel, suffix), number in self._unread.items():
            message = f"{number} recordings of {channel} are {suffix or 'nameless'} files, which are not read"
            self._note("warning", "not-read", message, self._name)

    def _tell_gaps(self, frames: list[Frame]) -> None:
        """Note channels that skip a sample, and samples that come late: times are used as they are."""
        for channel in sorted(self.sensors):
            absent = sum(channel not in frame.sweeps and channel not in frame.images for frame in frames)
            if absent:
                message = f"{absent} of {len(frames)} samples have no key recording of {channel}"
                self._note("warning", "missing-key", message, self._name)
        steps = sorted(b.timestamp_ns - a.timestamp_ns for a, b in pairwise(frames))
        if steps:
            usual = steps[len(steps) // 2]
            late = sum(step > _GAP * usual for step in steps)
            if late:
                message = f"{late} samples come more than {_GAP} times as late as usual ({usual * 1e-9:.2f} s)"
                self._note("info", "uneven-times", message, self._name)


def _size_of(path: Path | None) -> tuple[int, int] | None:
    """Return width and height as an image's header has them; None where it cannot be read."""
    if path is None:
        return None
    from PIL import Image as Picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Picture.DecompressionBombWarning)  # only the header is read
            with Picture.open(path) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        return None
