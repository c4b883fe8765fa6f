"""The KITTI raw recordings: drives with clouds, pictures, OXTS packets and tracklets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.kitti.common import CLOUDS, LIDAR, has_file, kitti_taxonomy, some, subfolders
from lidar_label.datasets.kitti.frame_list import read_frame_list
from lidar_label.datasets.kitti.raw_drive import read_drive
from lidar_label.datasets.kitti.tracklets import INTERPOLATED, OUTSIDE, Tracklet, TrackletPose, read_tracklets
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.errors import MissingFile
from lidar_label.model import SE3, Box, Finding, Frame, Labels, Scene, Source, Taxonomy, Track, wrap_angle


class KittiRaw(Format):
    """KITTI raw: ``DATE/DATE_drive_NUMBER_sync`` with ``velodyne_points``, ``image_0X`` and ``oxts``."""

    name = "kitti-raw"
    title = "KITTI raw"
    holds = Holds(
        tracks=True,
        cameras=True,
        poses=True,
        timestamps=True,
        note="a box has only a yaw, about the Velodyne's z; a track is cut where it has a gap or changes its size; "
        "world starts at the first pose; of a point x, y, z and intensity are kept",
    )
    splits_tracks = True
    assumptions = (
        Assumption(
            "tracklets", ("auto", "kitti", "cvat"), "auto",
            "what tracklets mean: as KITTI has it, or as CVAT writes it (h, w, l along x, y, z; centres; three "
            "angles); auto takes CVAT's where its frame_list.txt is there",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a drive, a day or a folder of days."""
        return bool(_drives(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a drive, a day or a folder of days; see `KittiRawDataset`."""
        return KittiRawDataset(path, self.assumed(options, "tracklets"))

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a drive in the folder of its day; see `write_raw`."""
        from lidar_label.datasets.kitti.raw_writer import write_raw

        return write_raw(folder, drives, options)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one data set out of several; see `join_raw`."""
        from lidar_label.datasets.kitti.joining import join_raw

        return join_raw(parts, folder)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these drives will trip over; see `lidar_label.datasets.kitti.sanity_raw`."""
        from lidar_label.datasets.kitti.sanity_raw import sanity

        yield from sanity(_drives(path))

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the layout cannot hold."""
        from lidar_label.datasets.kitti.losses import losses_in_velodyne

        return losses_in_velodyne(drives)

    def comparable_pose(self, scene: Scene, box: Box) -> SE3:
        """Return a box's pose in the Velodyne's frame, where it has a yaw alone."""
        from lidar_label.datasets.kitti.reference import references

        return references(scene).velo_SE3_box(box)


def _drives(path: Path, *, first: bool = False) -> list[Path]:
    """Return the drive folders at `path`: itself, its children, or those of its days."""
    if _is_drive(path):
        return [path]
    found: list[Path] = []
    for child in subfolders(path):
        if _is_drive(child):
            found.append(child)
        else:
            found += (drive for drive in subfolders(child) if _is_drive(drive))
        if first and found:
            break
    return found


def _is_drive(path: Path) -> bool:
    return has_file(path / "velodyne_points" / "data", *CLOUDS)


class KittiRawDataset(Dataset):
    """One scene a drive, under the name of its folder.

    Raises
    ------
    MissingFile
        If there is no drive.
    """

    def __init__(self, path: Path, tracklets: str = "auto") -> None:
        super().__init__(KittiRaw.name, path, kitti_taxonomy())
        self._meant = tracklets
        drives = _drives(path)
        if not drives:
            raise MissingFile("there is no drive", where=path, hint="velodyne_points/data/*.bin is expected")
        named = {drive.resolve().name: drive for drive in drives}
        if len(named) < len(drives):
            named = {f"{drive.parent.name}_{drive.name}": drive for drive in drives}
        self._drives = {name: named[name] for name in sorted(named, key=natural_key)}
        self._scenes: dict[str, Scene] = {}

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The drives' folder names."""
        return tuple(self._drives)

    def scene(self, name: str) -> Scene:
        """Return a drive; its times, calibration, packets and the size of its pictures are read."""
        self.check_name(name)
        if name not in self._scenes:
            self._scenes[name] = steady_scene(self.format, read_drive(name, self._drives[name], self.find))
        return self._scenes[name]

    def labels(self, name: str) -> Labels:
        """Return the tracklets that live in the frames there are; empty where the drive has none."""
        scene = self.scene(name)
        path = self._drives[name] / "tracklet_labels.xml"
        if not path.is_file():
            return Labels()
        file, listed = read_tracklets(path), read_frame_list(self._drives[name])
        is_cvat = self._meant == "cvat" or (self._meant == "auto" and bool(listed))
        if is_cvat and self._meant == "auto":
            text = "tracklets are read as CVAT writes them, since frame_list.txt is there (--assume tracklets=kitti)"
            self.find("info", "assumed", text, path)
        numbers = {named: number for number, named in listed.items()}
        frames = {numbers[f.name] if listed else int(f.name): f for f in scene.frames}
        tracks: list[Track] = []
        boxes: list[Box] = []
        gone = 0
        for number, tracklet in enumerate(file.tracklets):
            track = Track(category=tracklet.kind, name=str(number), attributes=tracklet.attributes)
            poses = list(enumerate(tracklet.poses, start=tracklet.first_frame))
            if is_cvat:
                gone += sum(pose.truncation in OUTSIDE for _, pose in poses)
                poses = [(at, pose) for at, pose in poses if pose.truncation not in OUTSIDE]
            make = _box_of_cvat if is_cvat else _box
            found = [make(track, tracklet, pose, frames[at]) for at, pose in poses if at in frames]
            if found:
                tracks.append(track)
                boxes += found
        if file.miscounted:
            text = f"the file's own counts are wrong, what is there was read: {some(file.miscounted)}"
            self.find("warning", "wrong-count", text, path)
        self._report(path, file.tracklets, len(tracks), len(boxes) + gone, is_cvat=is_cvat)
        return steady_labels(scene, tracks, boxes)

    def _report(self, path: Path, tracklets: Sequence[Tracklet], tracks: int, boxes: int, *, is_cvat: bool) -> None:
        outside = sum(len(tracklet.poses) for tracklet in tracklets) - boxes
        if outside:
            text = (
                f"{outside} boxes of frames without a cloud are left out, with {len(tracklets) - tracks} whole tracks"
            )
            self.find("info", "labels-without-frame", text, path)
        negative = [number for number, tracklet in enumerate(tracklets) if tracklet.negative]
        if negative:
            text = f"{len(negative)} tracklets have a size below 0, taken without its sign: {some(negative)}"
            self.find("warning", "negative-size", text, path)
        tilted = sum(pose.tilted for tracklet in tracklets for pose in tracklet.poses)
        if tilted and not is_cvat:
            text = (
                f"{tilted} boxes also turn about x or y, which KITTI does not define; only the yaw is used "
                "(of CVAT's own: --assume tracklets=cvat)"
            )
            self.find("warning", "tilted-box", text, path)


def _box(track: Track, tracklet: Tracklet, pose: TrackletPose, frame: Frame) -> Box:
    center = (pose.x, pose.y, pose.z + tracklet.size[2] / 2)
    velo_SE3_box = SE3.from_yaw(LIDAR, "box", wrap_angle(pose.yaw), center)
    values = {"state": pose.state, "occlusion": pose.occlusion, "truncation": pose.truncation}
    return Box(
        track=track.token,
        frame=frame.index,
        world_SE3_box=frame.sweep(LIDAR).world_SE3_sensor @ velo_SE3_box,
        size=tracklet.size,
        attributes={**{name: value for name, value in values.items() if value >= 0}, **pose.attributes},
        is_keyframe=pose.state != INTERPOLATED,
        source=Source.IMPORTED,
    )


def _box_of_cvat(track: Track, tracklet: Tracklet, pose: TrackletPose, frame: Frame) -> Box:
    """Return a box whose h, w and l are along its x, y and z, about a centre, turned as three.js does by default."""
    rotation = quaternion_of((pose.roll, pose.pitch, pose.yaw), "XYZ")
    velo_SE3_box = SE3(LIDAR, "box", rotation, (pose.x, pose.y, pose.z))
    height, width, length = tracklet.size
    box = _box(track, tracklet, pose, frame)
    marked = any(other.is_key for other in tracklet.poses)
    return replace(
        box,
        world_SE3_box=frame.sweep(LIDAR).world_SE3_sensor @ velo_SE3_box,
        size=(length, width, height),
        is_keyframe=pose.is_key if marked else box.is_keyframe,
    )
