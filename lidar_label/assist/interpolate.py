"""Fill a track between the boxes that somebody fixed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from lidar_label.assist.predict import ordered, predict_box, time_of
from lidar_label.errors import InvalidValue
from lidar_label.model import Box, Source, new_token

__all__ = ["interpolate_track", "predict_box"]


def interpolate_track(
    boxes: Sequence[Box],
    times_ns: Sequence[int] | Mapping[int, int],
    *,
    first: int | None = None,
    last: int | None = None,
) -> list[Box]:
    """Return a box for every frame between the key frames of one track.

    Position moves in a straight line in world, rotation along the shortest way, both in proportion
    to true time; a size that differs from key frame to key frame changes in the same way. What
    moves with the car cannot be told from what moves by itself: key frames a few metres of driving
    apart are enough for both.

    Parameters
    ----------
    boxes : sequence of Box
        All boxes of the track. Those with `is_keyframe` are the ends; the others are replaced
        where they lie between two ends, and keep their tokens.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.
    first, last : int, optional
        Make boxes for these frames and those between only; the key frames outside still count.

    Returns
    -------
    list of Box
        By frame. `source` is INTERPOLATED, `is_keyframe` False; attributes and visibility are those
        of the key frame before. Empty with fewer than two key frames.

    Raises
    ------
    InvalidValue
        If the boxes are of two tracks or two are in one frame, or times are missing or do not rise.
    """
    track = ordered(boxes)
    existing = {box.frame: box.token for box in track if not box.is_keyframe}
    keys = [box for box in track if box.is_keyframe]
    made: list[Box] = []
    for before, after in itertools.pairwise(keys):
        start, end = time_of(times_ns, before.frame), time_of(times_ns, after.frame)
        for frame in range(before.frame + 1, after.frame):
            if (first is not None and frame < first) or (last is not None and frame > last):
                continue
            now = time_of(times_ns, frame)
            if not start < now < end:
                raise InvalidValue(f"frame {frame} is not later than frame {before.frame} and before {after.frame}")
            made.append(_between(before, after, (now - start) / (end - start), frame, existing.get(frame)))
    return made


def _between(before: Box, after: Box, fraction: float, frame: int, token: str | None) -> Box:
    """Return the box at a fraction of the time from one key frame to the next."""
    a, b = before.size, after.size
    return Box(
        track=before.track,
        frame=frame,
        world_SE3_box=before.world_SE3_box.between(after.world_SE3_box, fraction),
        size=(
            a[0] + (b[0] - a[0]) * fraction,
            a[1] + (b[1] - a[1]) * fraction,
            a[2] + (b[2] - a[2]) * fraction,
        ),
        attributes=before.attributes,
        visibility=before.visibility,
        is_keyframe=False,
        source=Source.INTERPOLATED,
        token=token or new_token(),
    )
