"""A scene of Scale's frames: their poses, points and pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lidar_label.datasets.images import image_size
from lidar_label.datasets.links import file_beneath, folders_differ, local_path, tails
from lidar_label.datasets.objects import Find
from lidar_label.datasets.scale.format import SceneFiles
from lidar_label.datasets.scale.frames import FrameFile, lens_of, pose_of, read_points, time_ns
from lidar_label.datasets.values import is_number, listed, mapping, text
from lidar_label.datasets.world_frames import Load, Place, WorldFrame, WorldPicture, world_scene
from lidar_label.errors import LidarLabelError, UnsafePath
from lidar_label.model import Camera, PointCloud, Scene


@dataclass(frozen=True, slots=True)
class Row:
    """What the files say of one frame."""

    name: str
    entry: Mapping[str, Any]
    where: str
    frame: FrameFile | None


class SceneMaker:
    """Makes one scene of its frames; what is missing or assumed is told through `find`."""

    def __init__(self, files: SceneFiles, rows: Sequence[Row], unit: str, in_world: bool, find: Find) -> None:
        self.files, self.rows, self.unit, self.find, self.in_world = files, rows, unit, find, in_world
        self._sizes: dict[str, tuple[int, int]] = {}
        self._left_out: Counter[str] = Counter()

    def scene(self, format_name: str, name: str) -> Scene:
        """Return the scene under a name, with steady tokens."""
        sent = [row.frame for row in self.rows if row.frame is not None]
        by_folder = all(folders_differ([text(image.get("image_url")) for image in _pictures(f)]) for f in sent)
        frames = [self._frame(row, by_folder) for row in self.rows]
        scene = world_scene(
            format_name, name, frames, self.find, where=self.files.first, near=self._some_places(),
            in_world=self.in_world, description="Scale LiDAR annotation",
        )  # fmt: skip
        self._report(frames)
        return scene

    def _frame(self, row: Row, by_folder: bool) -> WorldFrame:
        frame = row.frame
        if frame is None:
            return WorldFrame(name=row.name)
        return WorldFrame(
            name=row.name, pose=frame.pose(), timestamp_ns=time_ns(frame.content.get("timestamp"), self.unit),
            cloud=frame.path, load=self._loader(frame.path) if frame.has_points else None,
            pictures=list(self._images(frame, by_folder)),
        )  # fmt: skip

    def _loader(self, path: Path) -> Load:
        unit = self.unit

        def load(place: Place | None, timestamp_ns: int) -> PointCloud:
            return read_points(path, place, timestamp_ns, unit)

        return load

    def _some_places(self) -> Iterator[Sequence[float]]:
        for row in self.rows:
            if row.frame is not None and row.frame.first_point is not None:
                yield row.frame.first_point
            cuboids = row.entry.get("cuboids")
            for cuboid in cuboids if isinstance(cuboids, list) else ():
                place = cuboid.get("position") if isinstance(cuboid, Mapping) else None
                if isinstance(place, Mapping) and all(is_number(place.get(axis)) for axis in "xyz"):
                    yield [float(place[axis]) for axis in "xyz"]

    def _images(self, frame: FrameFile, by_folder: bool) -> Iterator[WorldPicture]:
        """Yield the pictures of a frame that are there, each with its camera where the file puts it."""
        for number, row in enumerate(_pictures(frame)):
            where = f"{frame.path}, image {number}"
            url = text(row.get("image_url"))
            path = self._file(url, frame.path, where)
            if path is None:
                continue
            channel = "".join(local_path(url)[-2:-1]) if by_folder else ""
            channel = channel or f"camera_{text(row.get('camera_index')) or number}"
            lens, pose = None, None
            if row.get("position") is not None and row.get("heading") is not None:
                lens = self._lens(channel, row, path, where)
            if lens is not None:
                pose = pose_of(row["position"], row["heading"], channel, "camera", where)
            yield WorldPicture(
                channel=channel, path=path, camera=lens, world_SE3_camera=pose,
                timestamp_ns=time_ns(row.get("timestamp"), self.unit),
            )  # fmt: skip

    def _file(self, url: str, beside: Path, where: str) -> Path | None:
        """Return the picture that a link means: of its path as much as is found beneath the scene, or the frame."""
        try:
            path = file_beneath((self.files.folder, beside.parent), tails(local_path(url)), where)
        except UnsafePath:
            text_ = f"{url[:80]!r} does not lie beneath the labels, so it is not opened"
            self.find("warning", "outside-file", text_, where)
            return None
        if path is None:
            self._left_out["remote" if "://" in url else "missing"] += 1
        return path

    def _lens(self, channel: str, row: Mapping[str, Any], path: Path, where: str) -> Camera | None:
        if channel not in self._sizes:
            try:
                self._sizes[channel] = image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
                return None
        lens = lens_of(row, self._sizes[channel], where)
        if lens is None:
            text_ = f"camera {channel} has a lens of its own kind, so no box is drawn in its pictures"
            self.find("warning", "unknown-lens", text_, self.files.first)
        if row.get("skew"):
            self.find("warning", "skew", f"the pixels of {channel} are skewed, which is left out", self.files.first)
        return lens

    def _report(self, frames: Sequence[WorldFrame]) -> None:
        where = self.files.first
        if self._left_out["remote"]:
            text_ = f"{self._left_out['remote']} pictures lie on a server and not here; frames come without them"
            self.find("info", "remote-images", text_, where)
        if self._left_out["missing"]:
            text_ = f"{self._left_out['missing']} pictures are not there; frames come without them"
            self.find("warning", "missing-file", text_, where)
        if not any(frame.load is not None for frame in frames):
            self.find("info", "no-sweeps", "there are no points, so frames come without them", where)
        if any(row.frame is not None and row.frame.content.get("radar_points") for row in self.rows):
            self.find("info", "not-read", "points of radars are not read", where)


def _pictures(frame: FrameFile) -> list[Mapping[str, Any]]:
    rows = listed(frame.content.get("images") or [], "images", frame.path)
    return [mapping(row, "an image", frame.path) for row in rows]
