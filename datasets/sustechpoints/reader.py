"""Reading SUSTechPOINTS scenes: the LiDAR is the vehicle, a frame is a cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.clouds.bin import guess_layout, read_bin
from lidar_label.datasets.clouds.pcd import read_pcd
from lidar_label.datasets.files import natural_key, read_bytes
from lidar_label.datasets.images import PICTURES, image_size
from lidar_label.datasets.lidar_frames import load_cloud, shared_origin
from lidar_label.datasets.placed import PlacedDataset, by_name
from lidar_label.datasets.sustechpoints.calib import CameraFile, read_camera, read_frame_correction, read_pose, rigid
from lidar_label.datasets.sustechpoints.categories import usual_categories
from lidar_label.datasets.sustechpoints.format import CLOUDS, scene_folders
from lidar_label.datasets.sustechpoints.labels import LabelledObject, read_label_file
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import (
    SE3,
    Attribute,
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
    Taxonomy,
    Track,
)

LIDAR = "lidar"
_FAR_M = 10_000.0
_NUMBER_NS = 100_000_000  # frames are named by their place in a recording of ten a second
_SECOND_NS = 1_000_000_000
_LEAST_STEP_S, _MOST_STEP_S = 1e-4, 3600.0
_PROBE_POINTS = 64
_SHOWN = 5


class SustechDataset(PlacedDataset[Path, None]):
    """One scene a folder, under its name.

    Of a scene calibrations, poses, the size of a picture and each cloud's first points are read.

    Raises
    ------
    MissingFile
        If there is no scene.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002, ARG002
        attribute = Attribute(name="obj_attr", description="SUSTechPOINTS obj_attr", kind="text")
        taxonomy = Taxonomy(usual_categories(), [attribute])
        absent = MissingFile("there is no scene", where=path, hint="lidar/*.pcd is expected")
        super().__init__(format.name, path, by_name(scene_folders(path)), taxonomy, absent=absent, keeps=None)

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        clouds = _by_stem(folder / "lidar", CLOUDS)
        stems = list(clouds)
        files = [path for path in (folder / "lidar").iterdir() if _is_one(path, CLOUDS)]
        if len(files) > len(stems):
            text = f"{len(files) - len(stems)} clouds have the name of another one and are left out"
            self.find("warning", "doubled-file", text, folder / "lidar")
        times, has_times = self._times(folder, clouds)
        poses, origin, has_poses = self._poses(folder, stems)
        taken_off = (0.0, 0.0, 0.0)
        if not has_poses:  # world is each cloud's own, and its origin theirs
            origin = taken_off = shared_origin((p for p in clouds.values() if p.suffix.lower() == ".pcd"), self.find)
        loads = {stem: self._loader(clouds[stem], taken_off) for stem in stems}
        lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))
        cameras = self._cameras(folder, taken_off)
        self._report_pictures(folder, cameras, stems)
        frames: list[Frame] = []
        for index, stem in enumerate(stems):
            time_ns, pose = times[stem], poses[stem]
            images: dict[str, Image] = {}
            for channel, camera in cameras.items():
                if stem in camera.files:
                    file = camera.files[stem]
                    images[channel] = Image(
                        sensor=camera.sensor_of(stem), timestamp_ns=time_ns, world_SE3_ego=pose, frame=index,
                        path=file, load=partial(read_bytes, file), suffix=file.suffix.lower(),
                    )  # fmt: skip
            sweep = Sweep(
                sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=pose, frame=index, path=clouds[stem], load=loads[stem]
            )
            frames.append(Frame(index=index, timestamp_ns=time_ns, sweeps={LIDAR: sweep}, images=images, name=stem))
        sensors = {LIDAR: lidar, **{channel: camera.sensor for channel, camera in cameras.items() if camera.files}}
        scene = Scene(
            name=name, frames=frames, sensors=sensors, origin=origin, description="SUSTechPOINTS scene",
            has_poses=has_poses, has_timestamps=has_times,
        )  # fmt: skip
        return steady_scene(self.format, scene), None

    def _loader(self, path: Path, origin: Point3) -> partial[PointCloud]:
        if path.suffix.lower() == ".pcd":
            return partial(load_cloud, path, origin)
        layout = guess_layout(path)
        if layout.doubt:
            self.find("warning", "unsure-layout", layout.doubt, path)
        return partial(read_bin, path, layout.fields)

    def _times(self, folder: Path, clouds: Mapping[str, Path]) -> tuple[dict[str, int], bool]:
        """Return the time of each cloud, and whether it is real."""
        seconds = [_first_time(path) for path in clouds.values()]
        stamped = [value for value in seconds if value is not None]
        if len(stamped) == len(seconds):
            steps = np.diff(stamped)
            if np.all((steps > _LEAST_STEP_S) & (steps < _MOST_STEP_S)):
                return {s: round(value * _SECOND_NS) for s, value in zip(clouds, stamped, strict=True)}, True
        numbers = [int(stem) for stem in clouds if stem.isascii() and stem.isdigit() and len(stem) <= 9]
        if len(numbers) == len(clouds) and all(a < b for a, b in pairwise(numbers)):
            text = "the points have no usable time, so a tenth of a second is assumed between numbers of frames"
        else:
            text = "the points have no usable time, so a tenth of a second is assumed between frames"
            numbers = list(range(len(clouds)))
        self.find("warning", "no-timestamps", text, folder / "lidar")
        return {stem: number * _NUMBER_NS for stem, number in zip(clouds, numbers, strict=True)}, False

    def _poses(self, folder: Path, stems: Sequence[str]) -> tuple[dict[str, SE3], tuple[float, float, float], bool]:
        """Return ``world_SE3_ego`` of each frame, what was taken off the world, and whether poses are real."""
        for name in ("lidar_pose", "ego_pose"):
            files = _by_stem(folder / name, (".json",))
            lacking = [stem for stem in stems if stem not in files]
            if files and not lacking:
                poses = {stem: read_pose(files[stem]) for stem in stems}
                return *self._near_origin(folder / name, poses), True
            if files:
                text = f"{len(lacking)} frames have no pose, so none is used: {_some(lacking)}"
                self.find("warning", "missing-poses", text, folder / name)
        self.find("info", "no-poses", "there are no poses, so each cloud stands in its own world", folder)
        return dict.fromkeys(stems, SE3.identity("world", "ego")), (0.0, 0.0, 0.0), False

    def _near_origin(self, folder: Path, poses: dict[str, SE3]) -> tuple[dict[str, SE3], tuple[float, float, float]]:
        """Shift a world that is far from its origin, where float32 has no centimetres."""
        first = next(iter(poses.values())).translation
        if np.abs(first).max() < _FAR_M:
            return poses, (0.0, 0.0, 0.0)
        x, y, z = np.round(first).tolist()
        self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", folder)
        moved = {stem: SE3("world", "ego", pose.rotation, pose.translation - (x, y, z)) for stem, pose in poses.items()}
        return moved, (x, y, z)

    def _cameras(self, folder: Path, origin: Point3) -> dict[str, _CameraFiles]:
        found: dict[str, _CameraFiles] = {}
        for path in _folders(folder / "camera"):
            files = _by_stem(path, PICTURES)
            calib = folder / "calib" / "camera" / f"{path.name}.json"
            size = self._size(files)
            lens = None
            if calib.is_file():
                lens = read_camera(calib)
            elif files:
                self.find("warning", "uncalibrated-camera", f"camera {path.name} has no calibration", calib)
            corrections = _by_stem(folder / "calib" / "camera" / path.name, (".json",))
            found[path.name] = _CameraFiles(path.name, files, size, lens, calib, corrections, origin)
        return found

    def _size(self, files: Mapping[str, Path]) -> tuple[int, int] | None:
        for path in files.values():
            try:
                return image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
        return None

    def _report_pictures(self, folder: Path, cameras: Mapping[str, _CameraFiles], stems: Sequence[str]) -> None:
        known = set(stems)
        for name, camera in cameras.items():
            extra = [stem for stem in camera.files if stem not in known]
            if extra:
                text = f"{len(extra)} pictures without a cloud are left out: {_some(extra)}"
                self.find("info", "images-without-frame", text, folder / "camera" / name)
        for name in ("radar", "aux_lidar", "aux_camera", "label_fusion"):
            if (folder / name).is_dir():
                self.find("info", "not-read", f"{name} is not read", folder / name)

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene; the same id in several frames is the same track."""
        scene, folder = self.scene(name), self._places[name]
        frames = {frame.name: frame for frame in scene.frames}
        files = _by_stem(folder / "label", (".json",))
        without = [stem for stem in files if stem not in frames]
        if without:
            text = f"labels of {len(without)} frames without a cloud are left out: {_some(without)}"
            self.find("warning", "labels-without-frame", text, folder / "label")
        tracks: dict[object, Track] = {}
        boxes: list[Box] = []
        for stem, path in files.items():
            if stem not in frames:
                continue
            seen: set[str] = set()
            for number, found in enumerate(read_label_file(path)):
                track = self._track(tracks, seen, found, f"{path}, object {number}")
                pose = frames[stem].sweep().world_SE3_ego @ found.lidar_SE3_box
                if not scene.has_poses:
                    pose = SE3("world", "box", pose.rotation, pose.translation - scene.origin)
                boxes.append(
                    Box(
                        track=track.token,
                        frame=frames[stem].index,
                        world_SE3_box=pose,
                        size=found.size,
                        attributes={"obj_attr": found.attribute} if found.attribute else {},
                        source=Source.IMPORTED,
                    )
                )
                if found.extra:
                    self.find("info", "not-read", f"labels also have {', '.join(found.extra)}", folder / "label")
        return steady_labels(scene, tracks.values(), boxes)

    def _track(self, tracks: dict[object, Track], seen: set[str], found: LabelledObject, where: str) -> Track:
        if not found.track or found.track in seen:
            reason = f"id {found.track} is there twice in a frame" if found.track else "an object has no id"
            self.find("warning", "no-track", f"{reason}; it is a track of its own", where)
            track = Track(category=found.kind)
            tracks[("own", where)] = track
            return track
        seen.add(found.track)
        track = tracks.setdefault(found.track, Track(category=found.kind, name=found.track))
        if track.category != found.kind:
            text = f"object {found.track} is a {track.category} and here a {found.kind}; the first stands"
            self.find("warning", "category-changes", text, where)
        return track


@dataclass(slots=True)
class _CameraFiles:
    """One camera's pictures and calibration. Sensors are made once, one more for each corrected frame."""

    channel: str
    files: Mapping[str, Path]
    size: tuple[int, int] | None
    lens: CameraFile | None
    calib: Path
    corrections: Mapping[str, Path]
    origin: Point3
    _plain: Sensor | None = None

    @property
    def sensor(self) -> Sensor:
        """The camera as the scene's own calibration has it."""
        if self._plain is None:
            self._plain = self._make(None)
        return self._plain

    def sensor_of(self, stem: str) -> Sensor:
        """Return the camera as it is in one frame."""
        return self._make(self.corrections[stem]) if stem in self.corrections else self.sensor

    def _make(self, correction: Path | None) -> Sensor:
        if self.lens is None or self.size is None:
            return Sensor(channel=self.channel, kind="camera", ego_SE3_sensor=SE3.identity("ego", self.channel))
        matrix = self.lens.extrinsic
        if correction is not None:
            matrix = matrix @ read_frame_correction(correction)
        camera_SE3_cloud = rigid(matrix, self.channel, "cloud", self.calib, "extrinsic")
        camera_SE3_ego = camera_SE3_cloud @ SE3("cloud", "ego", (1.0, 0.0, 0.0, 0.0), self.origin)
        try:
            camera = Pinhole(
                width=self.size[0], height=self.size[1],
                fx=self.lens.fx, fy=self.lens.fy, cx=self.lens.cx, cy=self.lens.cy,
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=self.calib) from None
        return Sensor(channel=self.channel, kind="camera", ego_SE3_sensor=camera_SE3_ego.inverse, camera=camera)


def _first_time(path: Path) -> float | None:
    """Return the `timestamp` of a cloud's first usable point in seconds; None where there is none."""
    if path.suffix.lower() != ".pcd":
        return None
    try:
        cloud = read_pcd(path, limit=_PROBE_POINTS)
    except LidarLabelError:
        return None  # who opens the cloud is told what is wrong with it
    stamps = cloud.fields.get("timestamp")
    if stamps is None or not np.issubdtype(stamps.dtype, np.number):
        return None
    usable = stamps[cloud.valid & np.isfinite(stamps)]
    return float(usable[0]) if len(usable) else None


def _is_one(path: Path, suffixes: Sequence[str]) -> bool:
    return path.suffix.lower() in suffixes and not path.name.startswith(".")


def _by_stem(folder: Path, suffixes: Sequence[str]) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), reverse=True):  # of x.bin and x.pcd, the first stays
        if _is_one(path, suffixes):
            found[path.name.removesuffix(path.suffix).removesuffix(".pcd")] = path
    return {stem: found[stem] for stem in sorted(found, key=natural_key)}


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return sorted(found, key=lambda path: natural_key(path.name))


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
