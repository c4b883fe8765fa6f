"""How fast a box of a track goes and turns, by the boxes about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lidar_label.assist.predict import time_of
from lidar_label.model import Box

_NEAR_S, _FAR_S = 0.3, 1.5  # boxes so near in time all count; without one on a side, the next one that far away


def speed_of(
    box: Box, track: Sequence[Box], times_ns: Sequence[int] | Mapping[int, int]
) -> tuple[float, float] | None:  # fmt: skip
    """Return how fast a box goes over ground and turns: the line that lies best on the boxes about it.

    Parameters
    ----------
    box : Box
    track : sequence of Box
        The boxes of its track, in world, by frame; `box` itself counts instead of that of its frame.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.

    Returns
    -------
    (float, float) or None
        Metres a second along its heading, below 0 where it goes backwards, and radians a second, above 0 to the left;
        None where no other box is within one and a half seconds.

    Raises
    ------
    InvalidValue
        If a time is missing.
    """
    now = time_of(times_ns, box.frame)
    since = {other.frame: (time_of(times_ns, other.frame) - now) * 1e-9 for other in track if other.frame != box.frame}
    others = {other.frame: other for other in track}
    chosen = {frame for frame, seconds in since.items() if abs(seconds) <= _NEAR_S}
    for way in (1, -1):
        side = [frame for frame, seconds in since.items() if 0 < way * seconds <= _FAR_S]
        if side:
            chosen.add(min(side, key=lambda frame: abs(since[frame])))
    about = [(0.0, box), *((since[frame], others[frame]) for frame in sorted(chosen))]
    seconds = np.array([time for time, _ in about])
    seconds -= seconds.mean()
    spread = float(seconds @ seconds)
    if spread == 0:
        return None
    velocity = seconds @ np.array([one.center[:2] for _, one in about]) / spread
    order = np.argsort(seconds)
    yaws = np.unwrap([about[k][1].yaw for k in order])
    along = float(velocity @ (np.cos(box.yaw), np.sin(box.yaw)))
    speed = float(np.hypot(*velocity))
    return (-speed if along < 0 else speed), float(seconds[order] @ yaws / spread)
