"""The KITTI tracking benchmark: sequences with label rows that name frame and object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.kitti.calib import read_calib
from lidar_label.datasets.kitti.common import (
    CLOUDS,
    FRAME_NS,
    LIDAR,
    KittiLidar,
    Rig,
    camera_folders,
    files_by_number,
    files_by_stem,
    first_size,
    has_file,
    image_of,
    kitti_taxonomy,
    missing_between,
    pictures_by_number,
    score_of,
    some,
    subfolders,
    sweep_of,
)
from lidar_label.datasets.kitti.labels import LabelFile, LabelRow, read_label_file
from lidar_label.datasets.kitti.oxts import fill_gaps, poses_of, read_packets
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.errors import LidarLabelError, MissingFile
from lidar_label.model import SE3, Box, Finding, Frame, Image, Labels, Scene, Sensor, Source, Taxonomy, Track

_SPLITS = ("training", "testing")


class KittiTracking(Format):
    """The KITTI multi-object tracking benchmark: ``label_02``, ``calib``, ``velodyne``, ``image_02``."""

    name = "kitti-tracking"
    title = "KITTI tracking"
    holds = Holds(
        tracks=True,
        scores=True,
        cameras=True,
        poses=True,
        note="ten frames a second, without times; a box has only a yaw, about the camera's vertical axis; "
        "world starts at the first pose; of a point x, y, z and intensity are kept",
    )

    def recognises(self, path: Path) -> bool:
        """Say whether `path` or its ``training`` or ``testing`` has labels or sequences of sensor files."""
        return any(_is_split(folder) for folder in (path, *(path / name for name in _SPLITS)))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:  # noqa: ARG002
        """Open a folder of splits, or one split; see `KittiTrackingDataset`."""
        return KittiTrackingDataset(path)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a sequence of a ``training`` folder; see `write_tracking`."""
        from lidar_label.datasets.kitti.tracking_writer import write_tracking

        return write_tracking(folder, drives, options)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one data set out of several; see `join_tracking`."""
        from lidar_label.datasets.kitti.joining import join_tracking

        return join_tracking(parts, folder)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these files will trip over; see `lidar_label.datasets.kitti.sanity`."""
        from lidar_label.datasets.kitti.sanity import sanity

        yield from sanity(path, tracking=True)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the benchmark cannot hold."""
        from lidar_label.datasets.kitti.losses import losses_in_camera

        return losses_in_camera(drives, tracks=True)

    def comparable_pose(self, scene: Scene, box: Box) -> SE3:
        """Return a box's pose in the level frame at the rectified camera, where it has a yaw alone."""
        from lidar_label.datasets.kitti.reference import references

        refs = references(scene)
        return refs.level_SE3_box(box, refs.calibration(0))  # a sequence has one calibration


def _is_split(folder: Path) -> bool:
    if has_file(folder / "label_02", ".txt"):
        return True
    sequences = any(
        has_file(sequence, *CLOUDS, ".png", ".jpg")
        for name in ("velodyne", "image_02")
        for sequence in subfolders(folder / name)[:3]
    )
    return sequences and has_file(folder / "calib", ".txt")


@dataclass(slots=True)
class _Sequence:
    """Where one sequence's files are; a scene is made from them once."""

    split: Path
    stem: str
    scene: Scene | None = None
    frame_of: dict[int, int] = field(default_factory=dict)
    labels: LabelFile | None = None

    @property
    def label_path(self) -> Path:
        return self.split / "label_02" / f"{self.stem}.txt"

    @property
    def calib_path(self) -> Path:
        return self.split / "calib" / f"{self.stem}.txt"


class KittiTrackingDataset(Dataset):
    """One scene a sequence, under its number; with the split before it where there are two.

    Raises
    ------
    MissingFile
        If there is no sequence.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(KittiTracking.name, path, kitti_taxonomy())
        splits = [path / name for name in _SPLITS if _is_split(path / name)] or [path]
        self._sequences: dict[str, _Sequence] = {}
        for split in splits:
            for stem in _stems(split):
                name = f"{split.name}_{stem}" if len(splits) > 1 else stem
                self._sequences[name] = _Sequence(split, stem)
        if not self._sequences:
            raise MissingFile("there is no sequence", where=path, hint="label_02/0000.txt is expected")

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The sequences' numbers, such as ``0000``."""
        return tuple(self._sequences)

    def scene(self, name: str) -> Scene:
        """Return a sequence; its frames are its clouds and pictures, or those that its labels name."""
        self.check_name(name)
        sequence = self._sequences[name]
        if sequence.scene is None:
            sequence.scene = steady_scene(self.format, self._scene(name, sequence))
        return sequence.scene

    def _rows(self, sequence: _Sequence) -> LabelFile:
        if sequence.labels is None:
            path = sequence.label_path
            sequence.labels = read_label_file(path, tracking=True) if path.is_file() else LabelFile()
        return sequence.labels

    def _scene(self, name: str, sequence: _Sequence) -> Scene:
        split, stem = sequence.split, sequence.stem
        clouds = files_by_number(split / "velodyne" / stem, CLOUDS)
        pictures = {
            number: pictures_by_number(folder / stem)
            for number, folder in sorted(camera_folders(split, r"image_0?([0-3])").items())
        }
        numbers = sorted(set(clouds).union(*pictures.values()))
        has_data = bool(numbers)
        if not has_data:
            numbers = list(range(self._rows(sequence).last_frame + 1))
            self.find("warning", "no-sweeps", "there are no clouds and no pictures; frames come from the labels", split)
        self._report_gaps(sequence, numbers, [n for n in numbers if clouds and n not in clouds])
        rig, poses = self._rig(sequence, numbers if has_data else [])
        cameras = {n: rig.camera(n, first_size(files.values(), self._note)) for n, files in pictures.items() if files}
        frames: list[Frame] = []
        for index, number in enumerate(numbers):
            pose, time_ns = poses.get(number, SE3.identity("world", "ego")), number * FRAME_NS
            images: dict[str, Image] = {}
            for n, sensor in cameras.items():
                if number in pictures[n]:
                    images[sensor.channel] = image_of(pictures[n][number], sensor, index, time_ns, pose)
            sweeps = {}
            if number in clouds:
                sweeps[rig.lidar.channel] = sweep_of(clouds[number], rig.lidar, index, time_ns, pose)
            frames.append(Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=f"{number:06d}"))
        sequence.frame_of = {number: index for index, number in enumerate(numbers)}
        sensors: dict[str, Sensor] = {rig.lidar.channel: rig.lidar}
        sensors.update((sensor.channel, sensor) for sensor in cameras.values())
        self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", split)
        return Scene(
            name=name, frames=frames, sensors=sensors, description="KITTI tracking benchmark",
            has_poses=bool(poses), has_timestamps=False,
        )  # fmt: skip

    def _note(self, error: LidarLabelError) -> None:
        self.find("warning", "unreadable-image", error.what, error.where)

    def _report_gaps(self, sequence: _Sequence, numbers: Sequence[int], without: Sequence[int]) -> None:
        gaps = missing_between(numbers)
        if gaps:
            text = f"sequence {sequence.stem} lacks frames: {some(gaps)}"
            self.find("warning", "missing-frames", text, sequence.split)
        if without:
            text = f"{len(without)} frames of sequence {sequence.stem} have no cloud: {some(without)}"
            self.find("warning", "missing-sweeps", text, sequence.split / "velodyne" / sequence.stem)

    def _rig(self, sequence: _Sequence, numbers: Sequence[int]) -> tuple[Rig, dict[int, SE3]]:
        """Return the sensors, and ``world_SE3_ego`` of each frame number where there are poses."""
        path, oxts = sequence.calib_path, sequence.split / "oxts" / f"{sequence.stem}.txt"
        if not path.is_file():
            self.find("warning", "no-calibration", f"sequence {sequence.stem} has no calibration", path)
            return Rig(None), {}
        calibration = read_calib(path)
        if not numbers or not oxts.is_file() or calibration.velo_SE3_imu is None:
            self.find("info", "no-poses", "there are no poses, so each frame stands in its own world", sequence.split)
            return Rig(calibration), {}
        packets = dict(enumerate(read_packets(oxts)))
        known = poses_of({n: packet for n, packet in packets.items() if numbers[0] <= n <= numbers[-1]})
        lacking = [n for n in numbers if n not in known]
        if not known:
            self.find("warning", "no-poses", "no packet belongs to a frame", oxts)
            return Rig(calibration), {}
        if lacking:
            text = f"{len(lacking)} frames have no packet; the nearest pose stands: {some(lacking)}"
            self.find("warning", "missing-poses", text, oxts)
        return Rig(calibration, with_imu=True), fill_gaps(known, numbers)

    def labels(self, name: str) -> Labels:
        """Return the tracks of a sequence; empty where it has no labels."""
        scene = self.scene(name)
        sequence = self._sequences[name]
        found = self._rows(sequence)
        lidar = scene.sensors[LIDAR]
        calibration = lidar.calibration if isinstance(lidar, KittiLidar) else None
        if not found.rows:
            self._report(sequence, found, set())
            return Labels()
        if calibration is None:
            raise MissingFile("labels need a calibration", where=sequence.calib_path)
        tracks: dict[object, Track] = {}
        boxes: list[Box] = []
        outside: set[int] = set()
        for row in found.rows:
            if row.frame not in sequence.frame_of:
                outside.add(row.frame)
                continue
            frame = scene.frames[sequence.frame_of[row.frame]]
            velo_SE3_box = calibration.box_in_velo(row.location, row.size[2], row.rotation_y)
            world_SE3_velo = frame.world_SE3_ego @ lidar.ego_SE3_sensor
            score, extra = score_of(row.score)
            boxes.append(
                Box(
                    track=self._track(tracks, row, sequence).token,
                    frame=frame.index,
                    world_SE3_box=world_SE3_velo @ velo_SE3_box,
                    size=row.size,
                    attributes={**row.attributes, **extra},
                    score=score,
                    source=Source.IMPORTED if row.score is None else Source.MACHINE,
                )
            )
        self._report(sequence, found, outside)
        return steady_labels(scene, tracks.values(), boxes)

    def _track(self, tracks: dict[object, Track], row: LabelRow, sequence: _Sequence) -> Track:
        """Return the track of a row; an object without an id (-1) is one of its own."""
        key: object = row.track if row.track >= 0 else ("row", row.line)
        if key not in tracks:
            tracks[key] = Track(category=row.kind, name=str(row.track) if row.track >= 0 else "")
        elif tracks[key].category != row.kind:
            was = tracks[key].category
            text = f"object {row.track} is a {was} and from row {row.line} on a {row.kind}; the first stands"
            self.find("warning", "category-changes", text, sequence.label_path)
        return tracks[key]

    def _report(self, sequence: _Sequence, found: LabelFile, outside: set[int]) -> None:
        path = sequence.label_path
        if found.dont_care:
            self.find("info", "dont-care", f"{found.dont_care} DontCare rows are regions of the image, not boxes", path)
        if found.flat:
            self.find("warning", "no-3d-box", f"{found.flat} rows have a 2D box alone and are left out", path)
        if outside:
            text = f"labels of {len(outside)} frames that are not there are left out: {some(sorted(outside))}"
            self.find("warning", "labels-without-frame", text, path)


def _stems(split: Path) -> list[str]:
    """Return the names of a split's sequences: of its labels, or of its clouds and pictures."""
    found = set(files_by_stem(split / "label_02", (".txt",)))
    for folder in ("velodyne", "image_02"):
        found |= {sequence.name for sequence in subfolders(split / folder)}
    return sorted(found, key=natural_key)
