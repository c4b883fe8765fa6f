"""Fill a track between the boxes that somebody fixed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.between import Keys, between, straight
from lidar_label.assist.motion import Motion
from lidar_label.assist.predict import ordered, predict_box, time_of
from lidar_label.assist.steady import Steady
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Floats, Source, new_token

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

__all__ = ["Method", "interpolate_track", "predict_box"]

Method = Literal["motion", "linear", "cubic"]


def interpolate_track(
    boxes: Sequence[Box],
    times_ns: Sequence[int] | Mapping[int, int],
    *,
    first: int | None = None,
    last: int | None = None,
    category: str | None = None,
    method: Method = "motion",
    ego: Sequence[SE3] | Mapping[int, SE3] | None = None,
) -> list[Box]:
    """Return a box for every frame between the key frames of one track.

    All of it in world and by true time. What stands stays on the straight line from key frame to key frame, so that
    a parked car follows the drift of the poses; what moves goes along a smooth path through all key frames, wheels
    along their headings, and turns as the path does. Rotations go the shortest way.

    Parameters
    ----------
    boxes : sequence of Box
        All boxes of the track. Those with `is_keyframe` are the ends; the others are replaced
        where they lie between two ends, and keep their tokens.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.
    first, last : int, optional
        Make boxes for these frames and those between only; the key frames outside still count.
    category : str, optional
        What the track is of: its `Motion`. Without one the size decides.
    method : "motion", "linear" or "cubic"
        "linear" moves, turns and resizes in proportion to time; "cubic" is the natural cubic spline through the
        key frames. Both are what other tools do.
    ego : sequence of SE3, or mapping of frame to SE3, optional
        ``world_SE3_ego`` of each frame, all of the drive or at least those of the track. With them, the shake that
        recorded poses have from frame to frame is followed: boxes stay on the points as these shake in world.

    Returns
    -------
    list of Box
        By frame. `source` is INTERPOLATED, `is_keyframe` False; attributes and visibility are those
        of the key frame before; the size is the median of the key frames' (with "linear" and "cubic" in proportion
        to time). Empty with fewer than two key frames.

    Raises
    ------
    InvalidValue
        If the boxes are of two tracks or two are in one frame, times are missing or do not rise, or there is no
        such method.
    """
    if method not in ("motion", "linear", "cubic"):
        raise InvalidValue(f'the method of interpolation is "motion", "linear" or "cubic", got {method!r}')
    track = ordered(boxes)
    existing = {box.frame: box.token for box in track if not box.is_keyframe}
    keys = [box for box in track if box.is_keyframe]
    steady = Steady(ego, times_ns, keys[0].frame, keys[-1].frame) if ego is not None and keys else None
    made: list[Box] = []
    for run in _runs(keys, times_ns):
        frames = [
            frame
            for before, after in itertools.pairwise(run)
            for frame in range(before.frame + 1, after.frame)
            if (first is None or frame >= first) and (last is None or frame <= last)
        ]
        if frames:
            made += _filled(run, frames, times_ns, category, method, steady, existing)
    return made


def _runs(keys: Sequence[Box], times_ns: Sequence[int] | Mapping[int, int]) -> Iterator[list[Box]]:
    """Yield the key frames in runs whose times rise: two at one time say nothing of the way between them."""
    run: list[Box] = []
    for box in keys:
        if run and len(keys) > 1 and time_of(times_ns, box.frame) <= time_of(times_ns, run[-1].frame):
            if box.frame > run[-1].frame + 1:
                frame = run[-1].frame + 1
                raise InvalidValue(f"frame {frame} is not later than frame {run[-1].frame} and before {box.frame}")
            yield run
            run = []
        run.append(box)
    yield run


def _filled(
    keys: Sequence[Box],
    frames: Sequence[int],
    times_ns: Sequence[int] | Mapping[int, int],
    category: str | None,
    method: Method,
    steady: Steady | None,
    existing: Mapping[int, str],
) -> list[Box]:
    """Return the boxes of the frames between key frames whose times rise."""
    start = time_of(times_ns, keys[0].frame)
    times = np.array([(time_of(times_ns, box.frame) - start) * 1e-9 for box in keys])
    at = np.array([(time_of(times_ns, frame) - start) * 1e-9 for frame in frames])
    gap = np.searchsorted([box.frame for box in keys], frames) - 1
    for frame, now, before in zip(frames, at, gap, strict=True):
        if not times[before] < now < times[before + 1]:
            ends = keys[before].frame, keys[before + 1].frame
            raise InvalidValue(f"frame {frame} is not later than frame {ends[0]} and before {ends[1]}")
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    turns = Rotation.from_quat(np.stack([box.world_SE3_box.rotation for box in keys]), scalar_first=True)
    places = np.stack([box.center for box in keys])
    origin = places[0]
    if steady is not None:
        about, by = steady.of([box.frame for box in keys])
        turns, places = Rotation.from_matrix(about) * turns, _moved(about, by, places)
    known = Keys(times, places - origin, np.unwrap(_yaws(turns)))
    sizes = np.array([box.size for box in keys])
    size = np.median(sizes, axis=0)
    if method == "motion":
        motion = Motion.of(category, (float(size[0]), float(size[1]), float(size[2])))
        places, yaws = between(known, at, motion, float(size[0]))
    elif method == "cubic":
        places, yaws = _cubic(known, at)
    else:
        places, yaws = straight(known, at, gap)
    places = places + origin
    part = (at - times[gap]) / (times[gap + 1] - times[gap])
    turned = _turned(turns, gap, part, yaws - straight(known, at, gap)[1])
    if steady is not None:  # back to the recorded poses
        about, by = steady.of(frames)
        about = about.transpose(0, 2, 1)
        turned, places = Rotation.from_matrix(about) * turned, _moved(about, 0.0, places - by)
    rows = (
        np.tile(size, (len(at), 1)) if method == "motion" else sizes[gap] + np.diff(sizes, axis=0)[gap] * part[:, None]
    )
    made: list[Box] = []
    for frame, before, quaternion, place, row in zip(
        frames, gap.tolist(), turned.as_quat(scalar_first=True), places, rows.tolist(), strict=True
    ):
        key = keys[before]
        made.append(
            Box(
                track=key.track,
                frame=frame,
                world_SE3_box=SE3("world", "box", quaternion, place),
                size=row,
                attributes=key.attributes,
                visibility=key.visibility,
                is_keyframe=False,
                source=Source.INTERPOLATED,
                token=existing.get(frame) or new_token(),
            )
        )
    return made


def _moved(turns: Floats, by: Floats | float, places: Floats) -> Floats:
    """Return places (N, 3), each turned by its own matrix and moved."""
    found: Floats = np.einsum("nij,nj->ni", turns, places) + by
    return found


def _yaws(turns: Rotation) -> Floats:
    """Return the headings of rotations, (N,) radians."""
    ahead = turns.apply((1.0, 0.0, 0.0))
    found: Floats = np.arctan2(ahead[:, 1], ahead[:, 0])
    return found


def _turned(turns: Rotation, gap: NDArray[np.intp], part: Floats, more: Floats) -> Rotation:
    """Return M rotations on the shortest way from one to the next, turned on by `more` radians about world's z."""
    from scipy.spatial.transform import Rotation

    steps = (turns[:-1].inv() * turns[1:]).as_rotvec()
    about = np.zeros((len(more), 3))
    about[:, 2] = more
    return Rotation.from_rotvec(about) * turns[gap] * Rotation.from_rotvec(steps[gap] * part[:, None])


def _cubic(keys: Keys, at: Floats) -> tuple[Floats, Floats]:
    """Return places and yaws on the natural cubic spline."""
    from scipy.interpolate import CubicSpline

    rows = CubicSpline(keys.times, np.column_stack([keys.places, keys.yaws]), bc_type="natural")(at)
    return rows[:, :3], rows[:, 3]
