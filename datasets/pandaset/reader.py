"""Reading PandaSet sequences: clouds from the world into the sensor's frame, cuboids, and cameras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import read_bytes, read_json
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES, image_size
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.pandaset.clouds import read_cloud
from lidar_label.datasets.pandaset.dataframes import read_frame
from lidar_label.datasets.pandaset.format import FRAMES, PandaSet
from lidar_label.datasets.pandaset.labels import ATTRIBUTES, CATEGORIES, boxes_of
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Times, Trajectory, check_poses
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.datasets.values import listed, mapping, number, xyz
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Floats, Frame, Image, Labels, Pinhole, Scene, Sensor, Sweep, Taxonomy
from lidar_label.model.turns import product, turn_about

LIDAR = "lidar"
# The files' vehicle looks along +y, ours along +x.
_TURNED = SE3.from_yaw("ego", LIDAR, -np.pi / 2, (0, 0, 0))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a sensor was at each row of its tables: its times, and its poses in the files' own world."""

    times: Times
    rotations: Floats
    places: Floats


class PandaSetDataset(PlacedDataset[Path, None]):
    """One scene a sequence, under the name of its folder; its poses, times and intrinsics are read.

    Raises
    ------
    MissingFile
        If there is no sequence.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002, ARG002
        hint = "SEQUENCE/lidar/00.pkl.gz and SEQUENCE/lidar/poses.json are expected"
        absent = MissingFile("there is no sequence", where=path, hint=hint)
        taxonomy = Taxonomy(CATEGORIES, ATTRIBUTES)
        super().__init__(format.name, path, find_drives(path, PandaSet.is_scene), taxonomy, absent=absent)

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        placed = _places(folder / "lidar")
        if (np.diff(placed.times) <= 0).any():
            raise UnreadableFile("its times do not rise", where=folder / "lidar" / "timestamps.json")
        ego = product(
            placed.rotations / np.linalg.norm(placed.rotations, axis=1, keepdims=True), turn_about("z", np.pi / 2)
        )
        path = Trajectory(placed.times, ego, placed.places, folder / "lidar" / "poses.json")
        if any(path.origin):
            x, y, z = path.origin
            self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", folder)
        clouds = self._by_row(folder / "lidar", FRAMES, len(placed.times))
        classes = self._by_row(folder / "annotations" / "semseg", FRAMES, len(placed.times))
        cuboids = self._by_row(folder / "annotations" / "cuboids", FRAMES, len(placed.times))
        lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=_TURNED)
        cameras = [self._camera(camera, path, len(placed.times)) for camera in subfolders(folder / "camera")]
        pictures = [row for _, images in cameras for row in images]
        rows = sorted({*clouds, *cuboids, *pictures})
        frames: list[Frame] = []
        for index, row in enumerate(rows):
            time_ns = int(placed.times[row])
            pose = path.at(time_ns)
            sweeps = {}
            if row in clouds:
                load = partial(read_cloud, clouds[row], pose @ _TURNED, path.origin, time_ns, semseg=classes.get(row))
                sweeps[LIDAR] = Sweep(
                    sensor=lidar,
                    timestamp_ns=time_ns,
                    world_SE3_ego=pose,
                    frame=index,
                    path=clouds[row],
                    load=load,
                    is_compensated=True,  # each point is published at its place in world
                )
            images = {sensor.channel: _image(sensor, index, *found[row]) for sensor, found in cameras if row in found}
            alone = None if sweeps or images else pose
            name_of = f"{row:02d}"
            frames.append(
                Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=name_of, pose=alone)
            )
        self._report(folder, classes)
        sensors = {sensor.channel: sensor for sensor in (lidar, *(sensor for sensor, _ in cameras))}
        scene = Scene(
            name=name, frames=frames, sensors=sensors, origin=path.origin, description="PandaSet sequence",
            log={"logfile": folder.resolve().name},
        )  # fmt: skip
        return steady_scene(self.format, scene), None

    def _report(self, folder: Path, classes: Mapping[int, Path]) -> None:
        text = "a cloud holds the points of both LiDARs (d is 0 or 1), in the frame of the one that turns"
        self.find("info", "merged-lidars", text, folder / "lidar")
        if classes:
            text = "points have the numbers of their classes; the classes' names (classes.json) are not read"
            self.find("info", "not-read", text, folder / "annotations" / "semseg")
        if (folder / "meta").is_dir():
            self.find("info", "not-read", "not read: meta (GPS positions and speeds)", folder)

    def _by_row(self, folder: Path, suffixes: Sequence[str], rows: int) -> dict[int, Path]:
        """Return the files of a folder by the row of the tables that is their name."""
        found: dict[int, Path] = {}
        odd = []
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            suffix = next((suffix for suffix in suffixes if path.name.lower().endswith(suffix)), "")
            stem = path.name[: -len(suffix)] if suffix else ""
            if not suffix or path.name.startswith("."):
                continue
            if not (stem.isascii() and stem.isdigit() and len(stem) < 10 and int(stem) < rows):
                odd.append(path.name)
            elif int(stem) not in found:
                found[int(stem)] = path
        if odd:
            text = f"{len(odd)} files have no row in poses.json and timestamps.json: {', '.join(odd[:3])}"
            self.find("warning", "untimed-file", f"{text}; they are left out", folder)
        return found

    def _camera(self, folder: Path, path: Trajectory, rows: int) -> tuple[Sensor, dict[int, tuple[Path, int, SE3]]]:
        """Return a camera, and by row its picture with its time and ``world_SE3_ego``.

        The files say where the camera itself was. It is mounted as its first picture says, and the vehicle is put
        where each picture then is taken from exactly there.
        """
        channel = folder.name
        placed = _places(folder)
        pictures = self._by_row(folder, PICTURES, min(rows, len(placed.times)))
        first = min(pictures, default=0)
        origin = np.array(path.origin)
        seen = {
            row: SE3("world", channel, placed.rotations[row], placed.places[row] - origin)
            for row in {first, *pictures}
        }  # fmt: skip
        mounting = path.at(int(placed.times[first])).inverse @ seen[first]
        lens = None
        if (folder / "intrinsics.json").is_file() and pictures:
            lens = _lens(folder / "intrinsics.json", pictures[first])
        else:
            self.find("warning", "uncalibrated-camera", f"camera {channel} has no calibration", folder)
        sensor = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        back = mounting.inverse
        return sensor, {
            row: (picture, int(placed.times[row]), seen[row] @ back) for row, picture in pictures.items()
        }  # fmt: skip

    def labels(self, name: str) -> Labels:
        """Return the cuboids of a sequence; a track is known by its uuid."""
        scene = self.scene(name)
        folder = self._places[name] / "annotations" / "cuboids"
        index = {int(frame.name): frame.index for frame in scene.frames}
        files = self._by_row(folder, FRAMES, max(index, default=-1) + 1)
        book = TrackBook(self.find)
        boxes = [box for row, path in files.items() for box in boxes_of(read_frame(path), index[row], scene, book)]
        labels = steady_labels(scene, book.tracks, boxes)
        siblings = sum("sibling_id" in box.attributes for box in boxes)
        if siblings:
            text = f"{siblings} boxes have a sibling: the same moving object as the other LiDAR saw it; both are kept"
            self.find("info", "sibling-boxes", text, folder)
        return self.learn(labels)


def _places(folder: Path) -> _Places:
    """Read ``poses.json`` and ``timestamps.json`` of a sensor."""
    stamps, poses = folder / "timestamps.json", folder / "poses.json"
    times = [parse_time(value) for value in listed(read_json(stamps), "the file", stamps)]
    if None in times:
        raise UnreadableFile(f"row {times.index(None)} is no time in seconds", where=stamps)
    rotations, places = [], []
    for row, item in enumerate(listed(read_json(poses), "the file", poses)):
        where = f"{poses}, row {row}"
        pose = mapping(item, "a pose", where)
        heading = mapping(pose.get("heading"), "heading", where)
        rotations.append([number(heading.get(axis), f"heading.{axis}", where) for axis in "wxyz"])
        places.append(xyz(pose.get("position"), "position", where))
    if len(times) != len(rotations):
        raise UnreadableFile(f"{len(rotations)} poses are for {len(times)} times", where=poses)
    if not times:
        raise UnreadableFile("there is no pose", where=poses)
    turns, at = np.array(rotations, dtype=np.float64), np.array(places, dtype=np.float64)
    check_poses(turns, at, poses)
    return _Places(np.array(times, dtype=np.int64), turns, at)


def _lens(path: Path, picture: Path) -> Pinhole:
    found = mapping(read_json(path), "the file", path)
    fx, fy, cx, cy = (number(found.get(key), key, path) for key in ("fx", "fy", "cx", "cy"))
    width, height = image_size(picture)
    try:
        return Pinhole(width=width, height=height, fx=fx, fy=fy, cx=cx, cy=cy)
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=path) from None


def _image(sensor: Sensor, frame: int, picture: Path, time_ns: int, pose: SE3) -> Image:
    return Image(
        sensor=sensor, timestamp_ns=time_ns, world_SE3_ego=pose, frame=frame, path=picture,
        load=partial(read_bytes, picture), suffix=picture.suffix.lower(),
    )  # fmt: skip
