"""Reading sequences of the odometry benchmark: the Velodyne is the vehicle, world is upright where it started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.clouds.bin import KITTI_FIELDS, read_bin
from lidar_label.datasets.clouds.pcd import read_pcd
from lidar_label.datasets.files import read_text
from lidar_label.datasets.kitti.calib import LEVEL_FROM_RECT, Calibration, read_calib, read_sequence_calib
from lidar_label.datasets.kitti.common import (
    CLOUDS,
    FRAME_NS,
    Rig,
    camera_folders,
    files_by_number,
    files_by_stem,
    first_size,
    image_of,
    is_increasing,
    kitti_taxonomy,
    missing_between,
    pictures_by_number,
    some,
    sweep_of,
)
from lidar_label.datasets.kitti.odometry import LABELS, is_poses, sequences_at
from lidar_label.datasets.kitti.point_labels import fits, with_labels
from lidar_label.datasets.placed import PlacedDataset, by_name
from lidar_label.datasets.poses import origin_of
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Frame, Image, Labels, PointCloud, Scene, Sensor

_SECOND_NS = 1_000_000_000
_LARGEST = 9e9  # of seconds, so that nanoseconds fit in 64 bits; NaN is not below it
_POINT_BYTES = 4 * len(KITTI_FIELDS)
_NOWHERE = SE3.identity("world", "ego")
_OTHERS = ("predictions", "voxels", "label_2", "oxts")


class OdometryDataset(PlacedDataset[Path, None]):
    """One scene a sequence, under its number, such as ``00``; it has no boxes, and may have labels on its points.

    Of a scene calibration, times, poses and the size of a picture are read.

    Raises
    ------
    MissingFile
        If there is no sequence.
    """

    def __init__(self, format: str, path: Path) -> None:  # noqa: A002
        absent = MissingFile("there is no sequence", where=path, hint="sequences/00/velodyne/*.bin is expected")
        super().__init__(format, path, by_name(sequences_at(path)), kitti_taxonomy(), absent=absent, keeps=None)

    def labels(self, name: str) -> Labels:
        """Return no labels: the benchmark has no boxes."""
        self.check_name(name)
        return Labels()

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        clouds = files_by_number(folder / "velodyne", CLOUDS)
        numbers = sorted(clouds)
        gaps = missing_between(numbers)
        if gaps:
            text = f"{len(gaps)} numbers between clouds are missing: {some(gaps)}"
            self.find("warning", "gaps", text, folder / "velodyne")
        times, has_times = self._times(folder, numbers)
        calibration = self._calibration(folder)
        poses, origin = self._poses(folder, numbers, calibration)
        rig = Rig(calibration)
        labels = self._labels(folder, clouds)
        cameras = {
            n: (rig.camera(n, first_size(files.values(), self._note)), files)
            for n, inner in sorted(camera_folders(folder, r"image_0?([0-3])").items())
            if (files := pictures_by_number(inner))
        }
        frames: list[Frame] = []
        for index, number in enumerate(numbers):
            time_ns, pose = times[number], poses.get(number, _NOWHERE)
            load = partial(_load, clouds[number], labels.get(number))
            sweep = sweep_of(clouds[number], rig.lidar, index, time_ns, pose, load, is_compensated=True)  # its readme
            images: dict[str, Image] = {}
            for sensor, files in cameras.values():
                if number in files:
                    images[sensor.channel] = image_of(files[number], sensor, index, time_ns, pose)
            frames.append(
                Frame(
                    index=index, timestamp_ns=time_ns, sweeps={sweep.channel: sweep}, images=images,
                    name=clouds[number].stem,
                )
            )  # fmt: skip
        self._report(folder, numbers, {n: files for n, (_, files) in cameras.items()})
        sensors: dict[str, Sensor] = {rig.lidar.channel: rig.lidar}
        sensors |= {sensor.channel: sensor for sensor, _ in cameras.values()}
        scene = Scene(
            name=name, frames=frames, sensors=sensors, origin=origin, description="KITTI odometry sequence",
            has_poses=bool(poses), has_timestamps=has_times,
        )  # fmt: skip
        return steady_scene(self.format, scene), None

    def _note(self, error: LidarLabelError) -> None:
        self.find("warning", "unreadable-image", error.what, error.where)

    def _times(self, folder: Path, numbers: Sequence[int]) -> tuple[dict[int, int], bool]:
        """Return the time of each cloud's number, and whether it is real."""
        path = _only(folder, "times.txt", lambda name: name.lower().endswith("times.txt"))
        if path is not None:
            rows = _rows(path, 1)
            known = {n: round(float(rows[n, 0]) * _SECOND_NS) for n in numbers if n < len(rows)}
            if len(known) == len(numbers) and is_increasing(list(known.values())):
                return known, True
            text = "times do not rise, or are fewer than clouds; ten frames a second are assumed"
            self.find("warning", "no-timestamps", text, path)
        else:
            self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", folder)
        return {number: number * FRAME_NS for number in numbers}, False

    def _calibration(self, folder: Path) -> Calibration:
        if (folder / "calib.txt").is_file():
            found = read_sequence_calib(folder / "calib.txt")
            if found is not None:
                return found
            text = "the calibration has no row Tr: the camera is taken to be where the Velodyne is, looking ahead"
            self.find("warning", "assumed", text, folder / "calib.txt")
            return _made_up()
        for inner in sorted(folder.glob("object_calib*")):
            files = files_by_stem(inner, (".txt",))
            if files:
                path = next(iter(files.values()))
                text = "calib.txt is absent; the calibration of an object frame is used"
                self.find("info", "calibration-assumed", text, path)
                return read_calib(path)
        text = (
            "calib.txt is absent: the camera, of which poses are, is taken to be where the Velodyne is, looking ahead"
        )
        self.find("warning", "no-calibration", text, folder)
        return _made_up()

    def _poses(
        self, folder: Path, numbers: Sequence[int], calibration: Calibration
    ) -> tuple[dict[int, SE3], tuple[float, float, float]]:
        """Return ``world_SE3_ego`` of each cloud's number, none where there are none, and what was taken off."""
        path = _only(folder, "poses.txt", is_poses)
        if path is None:
            beside = folder.resolve().parent.parent / "poses" / f"{folder.resolve().name}.txt"
            path = beside if beside.is_file() else None
        if path is None:
            self.find("info", "no-poses", "there are no poses, so each cloud stands in its own world", folder)
            return {}, (0.0, 0.0, 0.0)
        rows = _rows(path, 12)
        lacking = [number for number in numbers if number >= len(rows)]
        if lacking:
            text = f"{len(lacking)} clouds have no pose, so none is used: {some(lacking)}"
            self.find("warning", "missing-poses", text, path)
            return {}, (0.0, 0.0, 0.0)
        cam_SE3_velo = SE3.from_matrix("cam", "velo", calibration.rect_from_velo)
        velo_SE3_cam = cam_SE3_velo.inverse
        found: dict[int, SE3] = {}
        for number in numbers:
            try:
                start_SE3_cam = SE3.from_matrix("cam", "cam", rows[number].reshape(3, 4))
            except InvalidValue as error:
                raise UnreadableFile(f"a pose is none: {error.what}", where=f"{path}, row {number + 1}") from None
            pose = velo_SE3_cam @ start_SE3_cam @ cam_SE3_velo
            found[number] = SE3("world", "ego", pose.rotation, pose.translation)
        origin = origin_of(found[numbers[0]].translation)
        if any(origin):
            x, y, z = origin
            self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", path)
        return {n: SE3("world", "ego", p.rotation, p.translation - origin) for n, p in found.items()}, origin

    def _labels(self, folder: Path, clouds: Mapping[int, Path]) -> dict[int, Path]:
        """Return the label file of each cloud's number; what does not fit is told now and refused when it is read."""
        found = files_by_number(folder / "labels", (LABELS,))
        if not found:
            return {}
        without = sorted(set(found) - set(clouds))
        if without:
            text = f"{len(without)} label files have no cloud: {some(without)}"
            self.find("warning", "labels-without-frame", text, folder / "labels")
        lacking = sorted(set(clouds) - set(found))
        if lacking:
            text = f"{len(lacking)} clouds have no label file: {some(lacking)}"
            self.find("warning", "missing-labels", text, folder / "labels")
        wrong = [n for n, path in found.items() if n in clouds and not _same_length(clouds[n], path)]
        if wrong:
            text = f"{len(wrong)} label files are not of their cloud's length, and are refused: {some(wrong)}"
            self.find("error", "label-count", text, folder / "labels")
        return found

    def _report(self, folder: Path, numbers: Sequence[int], pictures: Mapping[int, Mapping[int, Path]]) -> None:
        known = set(numbers)
        for n, files in pictures.items():
            extra = sorted(set(files) - known)
            if extra:
                text = f"{len(extra)} pictures of image_{n} without a cloud are left out: {some(extra)}"
                self.find("info", "images-without-frame", text, folder)
        for name in _OTHERS:
            if (folder / name).is_dir():
                self.find("info", "not-read", f"{name} is not read", folder / name)


def _load(path: Path, labels: Path | None) -> PointCloud:
    cloud = read_pcd(path) if path.suffix.lower() == ".pcd" else read_bin(path, KITTI_FIELDS)
    return cloud if labels is None else with_labels(cloud, labels)


def _same_length(cloud: Path, labels: Path) -> bool:
    if cloud.suffix.lower() != ".bin":
        return True  # only reading it tells
    try:
        return fits(cloud.stat().st_size, _POINT_BYTES, labels.stat().st_size)
    except OSError:
        return False


def _made_up() -> Calibration:
    return Calibration({}, np.eye(3), np.hstack([LEVEL_FROM_RECT.T, np.zeros((3, 1))]))


def _only(folder: Path, usual: str, also: object) -> Path | None:
    """Return a sequence's file by its usual name, else the only one whose name will do."""
    if (folder / usual).is_file():
        return folder / usual
    found = sorted(path for path in folder.glob("*.txt") if callable(also) and also(path.name))
    return found[0] if len(found) == 1 else None


def _rows(path: Path, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a text file's rows of so many numbers; the row of a fault is named."""
    rows: list[list[float]] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        cells = line.split()
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            values = []
        if len(values) != width or not all(abs(value) <= _LARGEST for value in values):
            shown = line[:40]
            raise UnreadableFile(f"a row needs {width} numbers, got {shown!r}", where=f"{path}, row {number}")
        rows.append(values)
    return np.array(rows, dtype=np.float64).reshape(-1, width)
