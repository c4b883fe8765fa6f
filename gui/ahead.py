"""Ahead: which frames are read about the playhead, the likeliest first."""

from __future__ import annotations

AHEAD, BEHIND = 24, 16
NEAREST = 3  # ahead, before the first behind
_SURE = 4  # in front of the two frames that a fast hand is between
FASTEST = 4  # frames a step of a hand that drags; what goes farther is a jump


def way_of(step: int) -> tuple[int, int]:
    """Return in which direction a step of so many frames goes, 1 or -1, and how many the next may be taken to go."""
    far = abs(step)
    return 1 if step > 0 else -1, far if far <= FASTEST else 1


def frames_about(index: int, direction: int, count: int, stride: int = 1) -> list[int]:
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
    stride : int
        How many frames a step goes: those that are stepped on come before those between, all but the two beside the
        playhead, where a hand that slows down or turns round goes next.
    """
    way = -1 if direction < 0 else 1
    ahead = [index + way * step for step in _steps(AHEAD, stride)]
    behind = [index - way * step for step in _steps(BEHIND, stride)]
    # A first step back soon is as likely as the fourth ahead, so the two are woven.
    wished = [index, *ahead[:NEAREST]]
    for two in range(BEHIND):
        wished += behind[two : two + 1] + ahead[NEAREST + 2 * two : NEAREST + 2 * two + 2]
    if stride > 1:
        beside = [index - way, index + way]
        wished = [*wished[:_SURE], *beside, *(frame for frame in wished[_SURE:] if frame not in beside)]
    there = [frame for frame in wished if 0 <= frame < count]
    kept = set(there)
    others = sorted((frame for frame in range(count) if frame not in kept), key=lambda frame: abs(frame - index))
    return there + others[: len(wished) - len(there)]


def _steps(most: int, stride: int) -> list[int]:
    """Return 1 to `most`, the multiples of a stride first."""
    return sorted(range(1, most + 1), key=lambda step: (step % stride > 0, step))
