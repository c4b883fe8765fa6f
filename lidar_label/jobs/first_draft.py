"""The first draft of a project without any detections: its points read frame by frame, road users found and tracked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from lidar_label.assist.draft import WITHIN_M, Drafted, Look, find_road_users, join_road_users
from lidar_label.assist.draft_static import settle
from lidar_label.assist.draft_walkers import in_stride
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile
from lidar_label.jobs.draft_edit import Draft, Drafts, drafted, finding_of_frames, write_draft
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report
from lidar_label.model import Box, Finding, Floats, Labels, Scene, Taxonomy, Track
from lidar_label.progress import Progress

_NAMES = {  # words of names of categories, the best first, and what is added to a taxonomy that has none
    "car": (("car", "regular_vehicle", "vehicle"), "vehicle.car"),
    "truck": (("truck", "lorry", "large_vehicle"), "vehicle.truck"),
    "bus": (("bus", "coach"), "vehicle.bus.rigid"),
    "person": (("pedestrian.adult", "pedestrian", "person", "human"), "human.pedestrian.adult"),
    "rider": (("cyclist", "rider", "bicycle", "bike"), "vehicle.bicycle"),
}


def draft_from_points(
    project: Project,
    *,
    within: float = WITHIN_M,
    scenes: Sequence[str] = (),
    least_score: float = 0.3,
    progress: Progress | None = None,
) -> Report:
    """Find road users in the points of a project and add tracks of them; one undo takes all of them back.

    A track is left out where half of its boxes or more lie on boxes that are there already. Clouds are read one at a
    time, so that memory does not grow with the length of a drive.

    Parameters
    ----------
    project : Project
    within : float, metres
        How far from the main LiDAR is looked.
    scenes : sequence of str
        Tokens of the scenes, by default all.
    least_score : float
        How likely a track has to be, 0 to 1.

    Raises
    ------
    LidarLabelError
        If no frame of a scene can be read; nothing is written.
    Cancelled
        If the progress was stopped; nothing is written.
    """
    return write_draft(
        project, made_from_points(project, within=within, scenes=scenes, least_score=least_score, progress=progress)
    )


def made_from_points(
    project: Project,
    *,
    within: float = WITHIN_M,
    scenes: Sequence[str] = (),
    least_score: float = 0.3,
    progress: Progress | None = None,
) -> Draft:
    """Return the draft that `draft_from_points` writes, for a desk that stores edits in its own way."""
    progress = progress or Progress()
    refs = [ref for ref in project.refs if not scenes or ref.token in scenes]
    taxonomy = project.session.store.taxonomy()
    total, done = sum(ref.frames for ref in refs), 0
    findings: list[Finding] = []

    def count() -> None:
        nonlocal done
        done += 1
        progress.step(done, total, "looking for road users")

    progress.step(0, total, "looking for road users")
    made: Drafts = []
    for ref in refs:
        found, told = draft_scene(project.scene(ref.token), within, least_score, progress, count)
        findings += told
        made.append((ref, labels_of(found, taxonomy)))
    draft = drafted(project, made, "First draft", beside=True)
    return replace(draft, report=replace(draft.report, findings=tuple(findings)))


def draft_scene(
    scene: Scene,
    within: float = WITHIN_M,
    least_score: float = 0.3,
    progress: Progress | None = None,
    after: Callable[[], None] = lambda: None,
) -> tuple[list[Drafted], list[Finding]]:
    """Return the tracks of the road users of a scene, the likeliest first, and what could not be read.

    Raises
    ------
    LidarLabelError
        If no frame can be read.
    """
    progress = progress or Progress()
    found: list[list[Box]] = []
    empty: list[int] = []
    unreadable: list[tuple[int, LidarLabelError]] = []
    for frame in range(len(scene.frames)):
        progress.check()
        look = None
        try:
            look = look_at(scene, frame)
        except (MissingFile, UnreadableFile) as error:
            unreadable.append((frame, error))
        else:
            empty += [frame] if look is None else []
        found.append(find_road_users(look, frame, within) if look is not None else [])
        after()
    if unreadable and len(unreadable) + len(empty) == len(scene.frames):
        raise unreadable[0][1]
    tracks = _joined(scene, found, least_score)

    def again(frame: int) -> Look | None:
        progress.check()
        return look_at(scene, frame)

    told = [
        finding_of_frames("no-sweep", empty, "without a sweep of a LiDAR", scene.name),
        finding_of_frames("not-read", [n for n, _ in unreadable],
                          f"not read: {unreadable[0][1].line}" if unreadable else "", scene.name),
    ]  # fmt: skip
    if scene.is_sequence and scene.has_poses:
        tracks = in_stride(settle(tracks, again), *_times_and_sensors(scene))
    return tracks, [finding for finding in told if finding is not None]


def _joined(scene: Scene, found: Sequence[Sequence[Box]], least_score: float) -> list[Drafted]:
    """Return tracks; of frames that are unrelated each box is one."""
    times, sensors = _times_and_sensors(scene)
    if scene.is_sequence:
        return join_road_users(found, times, sensors, least_score=least_score)
    alone: list[Drafted] = []
    for frame, boxes in enumerate(found):
        for box in boxes:
            one = join_road_users([[replace(box, frame=0)]], [0], [sensors[frame]], least_score=least_score)
            alone += [replace(d, boxes=tuple(replace(b, frame=frame) for b in d.boxes)) for d in one]
    return alone


def _times_and_sensors(scene: Scene) -> tuple[list[int], list[Floats]]:
    """Return the time of each frame, and where its main LiDAR was in world."""
    sensors = [scene.world_SE3_lidar(frame.index).translation for frame in scene.frames]
    return [frame.timestamp_ns for frame in scene.frames], sensors


def look_at(scene: Scene, frame: int) -> Look | None:
    """Return what the LiDARs of a frame saw, or None where there is no sweep of one.

    Raises
    ------
    MissingFile, UnreadableFile
        If a sweep cannot be read.
    """
    moment = scene.frames[frame]
    ego_SE3_world = moment.world_SE3_ego.inverse
    parts: list[Floats] = []
    origins: list[Floats] = []
    for sweep in moment.sweeps.values():
        if sweep.sensor.kind == "lidar":
            ego_SE3_sensor = ego_SE3_world @ sweep.world_SE3_sensor
            cloud = sweep.points()
            parts.append(ego_SE3_sensor.apply(cloud.xyz[cloud.valid].astype(np.float64)))
            origins.append(ego_SE3_sensor.translation)
    if not parts:
        return None
    main = ego_SE3_world.apply(scene.world_SE3_lidar(frame).translation[None])
    origins.sort(key=lambda at: float(np.linalg.norm(at - main[0])))
    xyz = np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)
    return Look(xyz, np.array(origins), moment.world_SE3_ego)


def labels_of(found: Sequence[Drafted], taxonomy: Taxonomy) -> Labels:
    """Return tracks as labels, in the categories that a taxonomy has for them."""
    names = {kind: _category(kind, taxonomy) for kind in _NAMES}
    tracks: list[Track] = []
    boxes: list[Box] = []
    for one in found:
        track = Track(category=names[one.kind])
        tracks.append(track)
        boxes += [replace(box, track=track.token) for box in one.boxes]
    return Labels(tracks, boxes)


def _category(kind: str, taxonomy: Taxonomy) -> str:
    words, usual = _NAMES[kind]
    if usual in taxonomy:
        return usual
    return next(iter(_having(words, taxonomy)), usual)


def _having(words: Sequence[str], taxonomy: Taxonomy) -> Iterator[str]:
    """Yield the categories whose names are or end in a word; else those that have it in them."""
    names = [category.name for category in taxonomy.categories]
    for word in words:
        yield from (name for name in names if name.lower().replace(" ", "_").split(".")[-1] == word.split(".")[-1])
    for word in words[:-1] or words:
        yield from (name for name in names if word in name.lower())
