"""Classes of points by machine: what boxes hold, and what stands still in other frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.edit import PaintPoints
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import Box, Finding, Floats, Frame, Labels, PointCloud, Scene, Stroke, Sweep, Track
from lidar_label.progress import Progress
from lidar_label.store.point_labels import class_names, read_classes

if TYPE_CHECKING:
    from lidar_label.jobs.project import Project
    from lidar_label.jobs.report import Report
    from lidar_label.store import ProjectStore

REACH_M = 0.2  # how far from a labelled point of another frame a point may lie to get its class
_GROWN = 1.05  # of boxes of what moves: points on their faces are not copied either


def lidar_sweeps(frame: Frame) -> list[Sweep]:
    """Return the sweeps of a frame whose points can have classes."""
    return [sweep for sweep in frame.sweeps.values() if sweep.sensor.kind == "lidar"]


def strokes_of_boxes(frame: Frame, boxes: Sequence[Box], tracks: Mapping[str, Track]) -> list[Stroke]:
    """Return the points in boxes of a frame with their tracks' categories; the smallest box that holds a point has it.

    Raises
    ------
    UnreadableFile
        If a sweep cannot be read.
    """
    found = []
    for sweep in lidar_sweeps(frame):
        cloud = sweep.points()
        owner = box_of_each(sweep, cloud, boxes)
        inside = np.flatnonzero(owner >= 0)
        if len(inside):
            names = tuple(dict.fromkeys(tracks[box.track].category for box in boxes))
            kinds = np.array([names.index(tracks[box.track].category) for box in boxes])
            found.append(Stroke(frame.index, sweep.channel, len(cloud), inside, names, kinds[owner[inside]]))
    return found


def box_of_each(sweep: Sweep, cloud: PointCloud, boxes: Sequence[Box], grown: float = 1.0) -> NDArray[np.intp]:
    """Return the smallest box that holds each point of a sweep, (N,), -1 where none does or there was no return."""
    from lidar_label.kernels.points_in_boxes import box_of_points

    owner = np.full(len(cloud), -1, np.intp)
    if not boxes or not len(cloud):
        return owner
    order = np.argsort([float(np.prod(box.size)) for box in boxes], kind="stable")
    poses = [sweep.world_SE3_sensor.inverse @ boxes[i].world_SE3_box for i in order]
    first = box_of_points(
        cloud.xyz,
        np.stack([pose.translation for pose in poses]),
        np.stack([pose.rotation_matrix for pose in poses]),
        np.array([boxes[i].size for i in order], dtype=np.float64) * grown,
    )
    inside = (first >= 0) & cloud.valid
    owner[inside] = order[first[inside]]
    return owner


class Stills:
    """What is painted in one frame, to be copied to others: only what stands still, in world.

    Raises
    ------
    CannotEdit
        If the drive has no poses, or no point of the frame that stands still has a class.
    """

    def __init__(self, store: ProjectStore, scene: Scene, token: str, frame: int) -> None:
        if not scene.has_poses:
            raise CannotEdit("the drive has no poses, so nobody knows what stands where in other frames")
        self._store, self._scene, self._frame = store, scene, frame
        labels = store.labels(token)
        times = [moment.timestamp_ns for moment in scene.frames]
        self._moving = {t.token for t in labels.tracks if not _stands(labels.of_track(t.token), times)}
        self._labels = labels
        names = class_names(store)
        places: list[Floats] = []
        numbers: list[NDArray[np.uint16]] = []
        for sweep in lidar_sweeps(scene.frames[frame]):
            cloud = sweep.points()
            classes = read_classes(store, token, frame, sweep.channel, len(cloud))
            kept = (classes > 0) & cloud.valid & ~self._moves(sweep, cloud, frame)
            places.append(sweep.world_SE3_sensor.apply(cloud.xyz[kept].astype(np.float64)))
            numbers.append(classes[kept])
        if not sum(map(len, numbers)):
            raise CannotEdit("no point of this frame that stands still has a class", hint="paint some first")
        found, self._which = np.unique(np.concatenate(numbers), return_inverse=True)
        self._names = tuple(names.get(int(number), "") for number in found)
        from scipy.spatial import cKDTree

        self._tree = cKDTree(np.concatenate(places))

    def strokes(self, frame: int, reach: float = REACH_M) -> list[Stroke]:
        """Return the points of another frame that lie by labelled ones, with the class of the nearest."""
        found = []
        for sweep in lidar_sweeps(self._scene.frames[frame]):
            cloud = sweep.points()
            free = np.flatnonzero(cloud.valid & ~self._moves(sweep, cloud, frame))
            world = sweep.world_SE3_sensor.apply(cloud.xyz[free].astype(np.float64))
            away, nearest = self._tree.query(world, distance_upper_bound=reach)
            near = np.isfinite(away)
            if near.any():
                which = self._which.reshape(-1)[nearest[near]]
                found.append(Stroke(frame, sweep.channel, len(cloud), free[near], self._names, which))
        return found

    def _moves(self, sweep: Sweep, cloud: PointCloud, frame: int) -> NDArray[np.bool_]:
        boxes = [box for box in self._labels.in_frame(frame) if box.track in self._moving]
        return np.asarray(box_of_each(sweep, cloud, boxes, _GROWN) >= 0)


def _stands(boxes: Sequence[Box], times_ns: Sequence[int]) -> bool:
    from lidar_label.assist.static import is_static

    return is_static(boxes, times_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which classes are made: from boxes, or from one frame to all others by what stands still.

    `first` and `last` are the frames that are written; `last` None is the drive's last.
    """

    from_boxes: bool = False
    copy_from: int | None = None
    only_unlabelled: bool = False
    first: int = 0
    last: int | None = None


def segment_project(project: Project, wanted: Wanted, progress: Progress | None = None) -> Report:
    """Give points classes as it is wanted, each scene in one edit, and count them.

    Raises
    ------
    InvalidValue
        If the frames are none of a scene.
    CannotEdit
        If what is wanted does not fit the project.
    Cancelled
        If the progress was stopped; nothing was written of the scene under way.
    """
    from lidar_label.jobs.report import Report, SceneReport

    told, scenes, findings = progress or Progress(), [], []
    for ref in project.refs:
        scene, store = project.scene(ref.token), project.session.store
        end = len(scene.frames) - 1 if wanted.last is None else wanted.last
        if not 0 <= wanted.first <= end < len(scene.frames) or (wanted.copy_from or 0) >= len(scene.frames):
            raise InvalidValue(f"the scene has {len(scene.frames)} frames", where=f"scene {ref.name}")
        frames = range(wanted.first, end + 1)
        boxed = store.labels(ref.token) if wanted.from_boxes else Labels()
        tracks = {track.token: track for track in boxed.tracks}
        stills = Stills(store, scene, ref.token, wanted.copy_from) if wanted.copy_from is not None else None
        strokes: list[Stroke] = []
        for frame in told.over(frames, len(frames), ref.name):
            if stills is not None and frame != wanted.copy_from:
                strokes += stills.strokes(frame)
            strokes += strokes_of_boxes(scene.frames[frame], boxed.in_frame(frame), tracks)
        points = sum(len(stroke.indices) for stroke in strokes)
        if strokes:
            project.session.do(PaintPoints(ref.token, tuple(strokes), wanted.only_unlabelled))
        counts = store.counts(ref.token)
        findings.append(Finding("info", "points-classed", f"{points} points were given a class", ref.name))
        scenes.append(SceneReport(name=ref.name, status="done", frames=len(frames), tracks=counts.tracks,
                                  boxes=counts.boxes))  # fmt: skip
    return Report(target=project.path, scenes=scenes, findings=findings)
