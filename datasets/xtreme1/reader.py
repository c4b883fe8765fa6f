"""Reading Xtreme1's folders: a scene folder is a scene, a cloud a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import natural_key, read_bytes
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES as SUFFIXES
from lidar_label.datasets.images import image_size
from lidar_label.datasets.lidar_frames import FRAME_NS, LidarFrame, Picture, lidar_scene, shared_origin
from lidar_label.datasets.losses import some
from lidar_label.datasets.placed import WholeDataset
from lidar_label.datasets.xtreme1.calib import CameraConfig, read_cameras
from lidar_label.datasets.xtreme1.format import CLOUD_FOLDER, CONFIG, DATA, PICTURE_FOLDER, RESULT, SCENE, Xtreme1
from lidar_label.datasets.xtreme1.labels import ResultReader
from lidar_label.errors import LidarLabelError, MissingFile
from lidar_label.model import Labels, Scene

_CLEARLY = 0.15  # how much more upright cameras must be before a pose is said to be the wrong way round


class Xtreme1Dataset(WholeDataset[Path]):
    """One scene a folder; ``Scene_NAME`` is the drive NAME, any other folder a set of unrelated frames.

    Of a scene the cameras of each frame and the first points of one cloud are read; objects with one trackId are a
    track.

    Raises
    ------
    MissingFile
        If there is no such folder.
    UnreadableFile
        If a result or a camera is none.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        found = find_drives(path, Xtreme1.is_scene)
        named: dict[str, Path] = {}
        for name, folder in found.items():
            drive = name[len(SCENE) :] if _is_drive(folder) and "/" not in name else ""
            named[name if not drive or drive in found or drive in named else drive] = folder
        places = {name: named[name] for name in sorted(named, key=natural_key)}
        absent = MissingFile("there is no scene", where=path, hint="SCENE/lidar_point_cloud_0/*.pcd is expected")
        super().__init__(format.name, path, places, absent=absent)
        self._options = options
        self._matrix, self._direction = format.assumed(options, "matrix"), format.assumed(options, "direction")
        self._result = format.assumed(options, "result")
        self.learn_all()

    def _read(self, name: str, folder: Path) -> tuple[Scene, Labels]:
        scene, results = self._scene(name, folder), folder / RESULT
        return scene, ResultReader(scene, results, self._result, self.find).read(_files(results, (".json",)))

    def _scene(self, name: str, folder: Path) -> Scene:
        clouds = self._clouds(folder)
        names = {*clouds, *_files(folder / RESULT, (".json",)), *_files(folder / DATA, (".json",))}
        stems = sorted(names, key=natural_key)
        bare = [stem for stem in stems if stem not in clouds]
        if bare:
            text = f"{len(bare)} clouds are not there, so their frames come without points: {some(bare)}"
            self.find("warning", "missing-sweeps", text, folder)
        self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", folder)
        pictures = self._pictures(folder, stems)
        frames = [
            LidarFrame(name=stem, timestamp_ns=index * FRAME_NS, cloud=clouds.get(stem), pictures=pictures[stem])
            for index, stem in enumerate(stems)
        ]
        return lidar_scene(
            self.format, name, frames, origin=shared_origin(clouds.values(), self.find, self._options),
            options=self._options, is_sequence=_is_drive(folder), description="Xtreme1 scene",
        )  # fmt: skip

    def _clouds(self, folder: Path) -> dict[str, Path]:
        """Return the clouds of the first LiDAR by their stems; of others it is told that they are left out."""
        found = [child for child in subfolders(folder) if CLOUD_FOLDER.fullmatch(child.name)]
        used = [child for child in found if _files(child, (".pcd",))]
        if len(used) > 1:
            self.find("warning", "other-clouds", f"left out: the clouds in {some(c.name for c in used[1:])}", folder)
        return _files(used[0], (".pcd",)) if used else {}

    def _pictures(self, folder: Path, stems: Sequence[str]) -> dict[str, dict[str, Picture]]:
        """Return the pictures of each frame by the name of their camera."""
        places = [child for child in subfolders(folder) if PICTURE_FOLDER.fullmatch(child.name)]
        taken = {place.name: _files(place, SUFFIXES) for place in places}
        taken = {place: files for place, files in taken.items() if files}
        configs = _files(folder / CONFIG, (".json",))
        if len(configs) == 1 and len(stems) > 1:
            only = next(iter(configs.values()))
            self.find("info", "assumed", f"{only.name} is the only camera file; it is taken for every frame", folder)
            configs = dict.fromkeys(stems, only)
        known = self._cameras(configs)
        self._report(known, folder)
        sizes: dict[str, tuple[int, int]] = {}
        found: dict[str, dict[str, Picture]] = {}
        for stem in stems:
            here = [place for place, files in taken.items() if stem in files]
            cameras = known[configs[stem]] if stem in configs else []
            # as many cameras as the scene has folders, or as this frame has pictures
            order = list(taken) if len(cameras) >= len(taken) else here
            found[stem] = {}
            for place, config in zip(order, [*cameras, *([None] * len(order))], strict=False):
                if place in here:
                    channel = config.name if config is not None and config.name else place
                    channel = place if channel in found[stem] else channel
                    found[stem][channel] = self._picture(taken[place][stem], place, config, sizes)
        return found

    def _cameras(self, configs: Mapping[str, Path]) -> dict[Path, list[CameraConfig]]:
        """Return the cameras of each file; files that say the same are read once."""
        found: dict[Path, list[CameraConfig]] = {}
        by_content: dict[bytes, list[CameraConfig]] = {}
        for path in configs.values():
            if path not in found:
                data = read_bytes(path)
                if data not in by_content:
                    by_content[data] = read_cameras(path, self._matrix, self._direction)
                found[path] = by_content[data]
        return found

    def _picture(
        self, path: Path, place: str, config: CameraConfig | None, sizes: dict[str, tuple[int, int]]
    ) -> Picture:
        if config is None or config.internal is None or config.camera_SE3_lidar is None:
            self.find("info", "uncalibrated-camera", "pictures without a calibration show no boxes", path.parent)
            return Picture(path=path)
        size = config.size or sizes.get(place)
        if size is None:
            try:
                size = sizes[place] = image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
                return Picture(path=path)
        return Picture(path=path, camera=config.lens(size), camera_SE3_lidar=config.camera_SE3_lidar)

    def _report(self, known: Mapping[Path, Sequence[CameraConfig]], folder: Path) -> None:
        """Tell how the cameras' numbers were understood, and what else they might mean."""
        where = folder / CONFIG
        cameras = [camera for found in known.values() for camera in found if camera.camera_SE3_lidar is not None]
        unknown = {key for found in known.values() for camera in found for key in camera.unknown}
        if unknown:
            self.find("info", "not-read", f"of cameras this is not read: {some(unknown)}", where)
        if any(camera.by_column for camera in cameras):
            text = "the 16 numbers of cameras' poses are taken to run down the columns (--assume matrix=row)"
            self.find("info", "assumed", text, where)
        if any(camera.contradicts_flag for camera in cameras):
            text = "rowMajor says otherwise than where the zeros of the numbers are; the zeros are believed"
            self.find("warning", "row-major", text, where)
        if cameras and sum(camera.inverted for camera in cameras) / len(cameras) > _CLEARLY:
            other = "camera-to-lidar" if self._direction == "lidar-to-camera" else "lidar-to-camera"
            text = (
                f"the cameras lie on their side or head; their poses may be meant {other} (--assume direction={other})"
            )
            self.find("warning", "inverted-calibration", text, where)


def _is_drive(folder: Path) -> bool:
    return folder.resolve().name.lower().startswith(SCENE.lower())


def _files(folder: Path, suffixes: Sequence[str]) -> dict[str, Path]:
    """Return the files of a folder by their stems, in natural order."""
    found = [p for p in folder.iterdir() if p.suffix.lower() in suffixes and p.is_file()] if folder.is_dir() else []
    return {path.stem: path for path in sorted(found, key=lambda path: natural_key(path.name))}
