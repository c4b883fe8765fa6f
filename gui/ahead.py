"""Ahead: which frames are read about the playhead, the likeliest first."""

from __future__ import annotations

AHEAD, BEHIND = 24, 16
NEAREST = 3  # ahead, before the first behind


def frames_about(index: int, direction: int, count: int) -> list[int]:
    """Return the frames worth having in memory, those first that are likely to be shown soon.

    They are as many wherever the playhead is: at an end of the drive, where there is nothing behind, more are read
    ahead. So memory is full after a few frames and stays as it is.

    Parameters
    ----------
    index : int
        Where the playhead is.
    direction : int
        1 where it moves forward, -1 where it moves back.
    count : int
        How many frames the drive has.
    """
    way = -1 if direction < 0 else 1
    ahead = [index + way * step for step in range(1, AHEAD + 1)]
    behind = [index - way * step for step in range(1, BEHIND + 1)]
    # A first step back soon is as likely as the fourth ahead, so the two are woven.
    wished = [index, *ahead[:NEAREST]]
    for two in range(BEHIND):
        wished += behind[two : two + 1] + ahead[NEAREST + 2 * two : NEAREST + 2 * two + 2]
    there = [frame for frame in wished if 0 <= frame < count]
    kept = set(there)
    others = sorted((frame for frame in range(count) if frame not in kept), key=lambda frame: abs(frame - index))
    return there + others[: len(wished) - len(there)]
