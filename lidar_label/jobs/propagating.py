"""Propagate a track of a scene: its points read frame by frame, the same for the desk and the command line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from lidar_label.assist.propagate import Others, Points, Reason, Step, propagate
from lidar_label.assist.smooth import smooth_track
from lidar_label.edit import PutBoxes
from lidar_label.errors import BrokenReference, InvalidValue
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.model import Box, Finding, Floats, Scene
from lidar_label.progress import Progress

Reader = Callable[[int], Points]

_ALL_KEPT = 100  # frames of a drive whose clouds are all held while its tracks are carried on
_KEPT = 8  # clouds that are held, since a track is often begun at a frame of its seeds
_BOXES_KEPT = 64  # frames whose stored boxes are held
_LITTLE = (Reason.FEW, Reason.OCCLUDED)


class KnownBoxes:
    """The boxes of all tracks in a frame, for `propagate_track`: those a run has made before those that are stored.

    Parameters
    ----------
    stored : callable(frame) -> sequence of Box
    """

    def __init__(self, stored: Callable[[int], Sequence[Box]]) -> None:
        self._stored = lru_cache(_BOXES_KEPT)(stored)
        self._made: dict[int, dict[str, Box]] = defaultdict(dict)

    def put(self, boxes: Iterable[Box]) -> None:
        """Take boxes that were made."""
        for box in boxes:
            self._made[box.frame][box.track] = box

    def __call__(self, frame: int) -> list[Box]:
        """Return what is known of a frame."""
        made = self._made.get(frame, {})
        return [*(box for box in self._stored(frame) if box.track not in made), *made.values()]


def propagate_track(
    scene: Scene,
    boxes: Sequence[Box],
    frames: Sequence[int],
    *,
    category: str,
    read: Callable[[int], Points] | None = None,
    others: Others | None = None,
) -> Iterator[Step]:
    """Carry a track on through frames, one at a time; a frame is read when its step is asked for.

    Parameters
    ----------
    scene : Scene
    boxes : sequence of Box
        All boxes of the track. It starts at the last one before the frames in the direction of the walk; key frames
        and boxes that the machine is sure of tell of its shape and speed.
    frames : sequence of int
        To be filled, rising or falling.
    category : str
        Of the track; says how it moves.
    read : callable(frame) -> Points, optional
        Gives the points of a frame where several tracks share them; see `points_of`.
    others : callable(frame) -> sequence of Box, optional
        Gives the boxes of all tracks in a frame; see `propagate`.

    Yields
    ------
    Step
        Its box says in `doubt` why a person should look.

    Raises
    ------
    InvalidValue
        If the track has no box to start from.
    UnreadableFile
        If the points of a frame cannot be read.
    """
    if not frames:
        return
    rising = frames[-1] >= frames[0]
    before = [box for box in boxes if (box.frame < frames[0] if rising else box.frame > frames[0])]
    if not before:
        raise InvalidValue("the track has no box to start from")
    start = (max if rising else min)(before, key=lambda box: box.frame)
    filled = set(frames)
    seeds = [
        box for box in boxes if box is start or box.is_keyframe or (not box.doubt and box.frame not in filled)
    ]  # fmt: skip
    read = read or lru_cache(_KEPT)(lambda frame: points_of(scene, frame))
    times = [frame.timestamp_ns for frame in scene.frames]
    has_poses = scene.has_poses
    for step in propagate(seeds, frames, times, read, category=category, has_poses=has_poses, others=others):
        yield replace(step, box=replace(step.box, doubt=str(step.reason or "")))


def points_of(scene: Scene, frame: int) -> Points:
    """Return the points of all LiDAR sweeps of a frame in world, with their times where every sweep has them."""
    xyz: list[Floats] = []
    seconds: list[Floats | None] = []
    moment = scene.frames[frame]
    for sweep in moment.sweeps.values():
        if sweep.sensor.kind != "lidar":
            continue
        cloud = sweep.points()
        valid = cloud.valid
        xyz.append(sweep.world_SE3_sensor.apply(cloud.xyz[valid].astype(np.float64)))
        times = cloud.fields.get("time_s")
        late = (sweep.timestamp_ns - moment.timestamp_ns) * 1e-9
        seconds.append(None if times is None else times[valid].astype(np.float64) + late)
    known = [part for part in seconds if part is not None]
    return Points(
        xyz=np.concatenate(xyz) if xyz else np.empty((0, 3)),
        sensor=scene.world_SE3_lidar(frame).translation,
        seconds=np.concatenate(known) if known and len(known) == len(seconds) else None,
    )


def propagate_project(
    project: Project,
    *,
    track: str = "",
    first: int = 0,
    last: int | None = None,
    through: bool = False,
    smooth: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Carry the tracks of a project on from their key frames, each scene in one edit.

    Frames between two key frames are filled from the earlier one, then from the later one as far as that stopped;
    before the first and after the last key frame a track is carried on as far as the machine is sure.

    Parameters
    ----------
    project : Project
    track : str
        One track alone, by its token or its name; all where it is empty.
    first, last : int
        The frames to fill; those outside stay as they are.
    through : bool
        Go on where the machine is not sure; such boxes say why in `doubt`.
    smooth : bool
        Lay what was made on the way that agrees best with all of it, through the key frames; see `smooth_track`.
    progress : Progress, optional

    Raises
    ------
    BrokenReference
        If no track has this token or name.
    InvalidValue
        If the frames are none of the scene.
    Cancelled
        If the progress was stopped; nothing was written of the scene under way.
    """
    scenes, findings, known = [], [], False
    for ref in project.refs:
        scene, store = project.scene(ref.token), project.session.store
        wanted = [found for found in store.tracks(ref.token) if track in ("", found.token, found.name)]
        known = known or bool(wanted)
        end = len(scene.frames) - 1 if last is None else last
        if not 0 <= first <= end < len(scene.frames):
            raise InvalidValue(f"scene {ref.name} has frames 0 to {len(scene.frames) - 1}, not {first} to {end}")
        read = lru_cache(len(scene.frames))(partial(points_of, scene)) if len(scene.frames) <= _ALL_KEPT else None
        carried: dict[str, list[Box]] = {}
        stopped: dict[str, list[Step]] = {}
        others = KnownBoxes(partial(store.boxes_in_frame, ref.token))
        title = f"propagating {ref.name}"
        for turn in (0, 1):  # once more those that showed too little, by what was found of those about them
            left = [found for found in wanted if not turn or any(s.reason in _LITTLE for s in stopped[found.token])]
            for found in (progress or Progress()).over(left, len(left), title):
                boxes = store.boxes_of_track(found.token)
                fill, stops = _fill(
                    scene, boxes, (first, end), found.category, through=through, read=read, others=others
                )
                others.put(fill)
                carried[found.token] = _smoothed(scene, boxes, fill, found.category) if smooth else fill
                stopped[found.token] = stops
        made = [box for boxes in carried.values() for box in boxes]
        findings += [
            Finding("info", "unsure", f"track {found.name or found.token} stopped: {step.reason}",
                    f"{ref.name}, frame {step.box.frame}")
            for found in wanted for step in stopped[found.token]
        ]  # fmt: skip
        if made:
            project.session.do(PutBoxes(ref.token, tuple(made), "Propagate tracks"))
        scenes.append(
            SceneReport(
                name=ref.name, status="done", frames=len({box.frame for box in made}),
                tracks=len({box.track for box in made}), boxes=len(made),
            )
        )  # fmt: skip
    if track and not known:
        raise BrokenReference(f"the project has no track {track!r}", where=project.path)
    return Report(target=project.path, scenes=scenes, findings=findings)


def _smoothed(scene: Scene, boxes: Sequence[Box], made: Sequence[Box], category: str) -> list[Box]:
    """Return the boxes that were made on the smoothest way through the key frames; no doubt is lost."""
    keys = [box for box in boxes if box.is_keyframe]
    times = [frame.timestamp_ns for frame in scene.frames]
    laid = smooth_track([*keys, *made], times, category=category, size="keep").boxes
    return [box for box in laid if not box.is_keyframe]


def _fill(
    scene: Scene, boxes: Sequence[Box], span: tuple[int, int], category: str, *, through: bool, read: Reader | None,
    others: Others,
) -> tuple[list[Box], list[Step]]:  # fmt: skip
    """Return the boxes that fill a track about its key frames, and the steps at which the machine stopped."""
    keys = [box for box in boxes if box.is_keyframe]
    tokens = {box.frame: box.token for box in boxes if not box.is_keyframe}
    made: dict[int, Box] = {}
    stops: list[Step] = []
    ends = [None, *keys, None]
    for before, after in pairwise(ends):
        low = max(span[0], before.frame + 1 if before is not None else 0)
        high = min(span[1], after.frame - 1 if after is not None else len(scene.frames) - 1)
        ways = [(range(low, high + 1), before), (range(high, low - 1, -1), after)]
        for frames, start in ways:
            left = [frame for frame in frames if frame not in made]
            if start is None or not left:
                continue
            for step in propagate_track(scene, keys, left, category=category, read=read, others=others):
                if step.reason is not None and not through:
                    stops.append(step)
                    break
                token = tokens.get(step.box.frame, step.box.token)
                made[step.box.frame] = replace(step.box, token=token)
    return list(made.values()), stops
