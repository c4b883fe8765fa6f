"""The KITTI object benchmark: single frames with boxes, each under its own calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.kitti.calib import read_calib
from lidar_label.datasets.kitti.common import (
    CLOUDS,
    Rig,
    camera_folders,
    files_by_stem,
    first_size,
    has_file,
    image_of,
    kitti_taxonomy,
    score_of,
    some,
    sweep_of,
)
from lidar_label.datasets.kitti.labels import read_label_file
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.errors import LidarLabelError, MissingFile
from lidar_label.model import SE3, Box, Finding, Frame, Image, Labels, Scene, Sensor, Source, Taxonomy, Track

_SPLITS = ("training", "testing")
_CLOUD_FOLDERS = ("velodyne", "velodyne_reduced")
_SECOND_NS = 1_000_000_000


class KittiObject(Format):
    """The KITTI 3D object benchmark: ``velodyne``, ``image_2``, ``calib`` and ``label_2``."""

    name = "kitti-object"
    title = "KITTI object"
    holds = Holds(
        cameras=True,
        scores=True,
        note="single frames without time or tracks; a box has only a yaw, about the camera's vertical axis; "
        "of a point x, y, z and intensity are kept",
    )
    merges_scenes = True

    def recognises(self, path: Path) -> bool:
        """Say whether `path` or its ``training`` or ``testing`` has clouds beside calibrations or labels."""
        return any(_is_split(folder) for folder in (path, *(path / name for name in _SPLITS)))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:  # noqa: ARG002
        """Open a folder of splits, or one split; see `KittiObjectDataset`."""
        return KittiObjectDataset(path)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write all frames into one ``training`` folder; see `write_object`."""
        from lidar_label.datasets.kitti.object_writer import write_object

        return write_object(folder, drives, options)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one data set out of several; see `join_object`."""
        from lidar_label.datasets.kitti.joining import join_object

        return join_object(parts, folder)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these files will trip over; see `lidar_label.datasets.kitti.sanity`."""
        from lidar_label.datasets.kitti.sanity import sanity

        yield from sanity(path, tracking=False)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the benchmark cannot hold."""
        from lidar_label.datasets.kitti.losses import losses_in_camera

        return losses_in_camera(drives, tracks=False)

    def comparable_pose(self, scene: Scene, box: Box) -> SE3:
        """Return a box's pose in the level frame at the rectified camera, where it has a yaw alone."""
        from lidar_label.datasets.kitti.reference import references

        return references(scene).level_SE3_box(box)


def _is_split(folder: Path) -> bool:
    clouds = any(has_file(folder / name, ".bin") for name in _CLOUD_FOLDERS)
    return clouds and any((folder / name).is_dir() for name in ("calib", "label_2", "image_2"))


class KittiObjectDataset(Dataset):
    """One scene a split, whose frames are unrelated; the Velodyne is the vehicle and the world.

    Raises
    ------
    MissingFile
        If there are no clouds.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(KittiObject.name, path, kitti_taxonomy())
        splits = [path / name for name in _SPLITS if _is_split(path / name)]
        folders = splits or [path]
        self._folders = {folder.resolve().name if folder == path else folder.name: folder for folder in folders}
        self._scenes: dict[str, Scene] = {}
        self._rigs: dict[bytes, Rig] = {}
        for folder in folders:
            if not _clouds(folder):
                raise MissingFile("there are no clouds", where=folder, hint="velodyne/*.bin is expected")

    @property
    def scene_names(self) -> tuple[str, ...]:
        """``training`` and ``testing``, or the folder's own name."""
        return tuple(self._folders)

    def scene(self, name: str) -> Scene:
        """Return a split as a scene; its calibrations and the sizes of its pictures are read."""
        self.check_name(name)
        if name not in self._scenes:
            self._scenes[name] = steady_scene(self.format, self._scene(name, self._folders[name]))
        return self._scenes[name]

    def _scene(self, name: str, folder: Path) -> Scene:
        pictures = {
            number: files_by_stem(path, PICTURES) for number, path in camera_folders(folder, r"image_0?([0-3])").items()
        }
        world_SE3_ego = SE3.identity("world", "ego")
        frames: list[Frame] = []
        sensors: dict[str, Sensor] = {}
        uncalibrated: list[str] = []
        for index, (stem, cloud) in enumerate(_clouds(folder).items()):
            rig = self._rig(folder, stem)
            if rig.calibration is None:
                uncalibrated.append(stem)
            time_ns = index * _SECOND_NS
            images: dict[str, Image] = {}
            for number, files in sorted(pictures.items()):
                if stem in files:
                    camera = rig.camera(number, first_size([files[stem]], self._note))
                    images[camera.channel] = image_of(files[stem], camera, index, time_ns, world_SE3_ego)
            sweep = sweep_of(cloud, rig.lidar, index, time_ns, world_SE3_ego)
            frames.append(
                Frame(index=index, timestamp_ns=time_ns, sweeps={sweep.channel: sweep}, images=images, name=stem)
            )
            for recording in (sweep, *images.values()):
                sensors.setdefault(recording.channel, recording.sensor)
        self.find("info", "no-timestamps", "single frames: times of one second apart were made up", folder)
        if uncalibrated:
            text = f"{len(uncalibrated)} frames have no calibration: {some(uncalibrated)}"
            self.find("warning", "no-calibration", text, folder / "calib")
        return Scene(
            name=name, frames=frames, sensors=sensors, is_sequence=False, has_poses=False, has_timestamps=False,
            description="KITTI object benchmark",
        )  # fmt: skip

    def _note(self, error: LidarLabelError) -> None:
        self.find("warning", "unreadable-image", error.what, error.where)

    def _rig(self, folder: Path, stem: str) -> Rig:
        """Return the sensors of a frame; frames with the same calibration share them."""
        path = folder / "calib" / f"{stem}.txt"
        content = read_bytes(path) if path.is_file() else b""
        if content not in self._rigs:
            self._rigs[content] = Rig(read_calib(path) if content else None)
        return self._rigs[content]

    def labels(self, name: str) -> Labels:
        """Return the boxes of a split, each a track of its own."""
        scene, folder = self.scene(name), self._folders[name]
        files = files_by_stem(folder / "label_2", (".txt",))
        frames: Mapping[str, Frame] = {frame.name: frame for frame in scene.frames}
        tracks: list[Track] = []
        boxes: list[Box] = []
        dont_care = flat = 0
        for stem, path in files.items():
            if stem not in frames:
                continue
            found = read_label_file(path)
            dont_care, flat = dont_care + found.dont_care, flat + found.flat
            calibration = self._rig(folder, stem).calibration
            if not found.rows:
                continue
            if calibration is None:
                raise MissingFile("labels need a calibration", where=folder / "calib" / f"{stem}.txt")
            for row in found.rows:
                velo_SE3_box = calibration.box_in_velo(row.location, row.size[2], row.rotation_y)
                score, extra = score_of(row.score)
                track = Track(category=row.kind)
                tracks.append(track)
                boxes.append(
                    Box(
                        track=track.token,
                        frame=frames[stem].index,
                        world_SE3_box=frames[stem].sweep().world_SE3_sensor @ velo_SE3_box,
                        size=row.size,
                        attributes={**row.attributes, **extra},
                        score=score,
                        source=Source.IMPORTED if row.score is None else Source.MACHINE,
                    )
                )
        without = [stem for stem in files if stem not in frames]
        self._report(folder / "label_2", dont_care, flat, without)
        return steady_labels(scene, tracks, boxes)

    def _report(self, folder: Path, dont_care: int, flat: int, without: list[str]) -> None:
        if dont_care:
            self.find("info", "dont-care", f"{dont_care} DontCare rows are regions of the image, not boxes", folder)
        if flat:
            self.find("warning", "no-3d-box", f"{flat} rows have a 2D box alone and are left out", folder)
        if without:
            text = f"labels of {len(without)} frames without a cloud are left out: {some(without)}"
            self.find("warning", "labels-without-frame", text, folder)


def _clouds(folder: Path) -> dict[str, Path]:
    """Return the clouds of a split; the full ones where there are both full and reduced."""
    for name in _CLOUD_FOLDERS:
        found = files_by_stem(folder / name, CLOUDS)
        if found:
            return found
    return {}
