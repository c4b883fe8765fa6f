"""Waive: leave out what a person has said is right, while it has not got worse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lidar_label.check.run import Found
from lidar_label.check.subject import Remark
from lidar_label.model import Waiver

_WORSE = 1.05  # times as far over the bound as it was when it was waived


def waiver_for(found: Found, scene: str, reason: str, *, author: str = "", time_ns: int = 0) -> Waiver:
    """Return the waiver of a finding in the scene of this token."""
    remark = found.remark
    return Waiver(
        scene=scene,
        rule=found.rule.id,
        reason=reason,
        track=None if remark.track is None else remark.track.token,
        frame=None if remark.frame < 0 else remark.frame,
        excess=remark.excess,
        author=author,
        time_ns=time_ns,
    )


def covers(waiver: Waiver, found: Found) -> bool:
    """Say whether a waiver is about a finding: its rule and track, a frame of it, and no worse than it was."""
    remark = found.remark
    track = None if remark.track is None else remark.track.token
    if waiver.rule != found.rule.id or waiver.track != track or not _meets(waiver, remark):
        return False
    return remark.excess <= waiver.excess * _WORSE


def _meets(waiver: Waiver, remark: Remark) -> bool:
    if waiver.frame is None or remark.frame < 0:
        return waiver.frame is None and remark.frame < 0
    return waiver.frame == remark.frame or waiver.frame in remark.frames


def without_waived(found: Iterable[Found], waivers: Sequence[Waiver]) -> tuple[list[Found], list[tuple[Found, Waiver]]]:
    """Return the findings that are left, and those that are waived with the waiver of each."""
    left: list[Found] = []
    waived: list[tuple[Found, Waiver]] = []
    for one in found:
        word = next((waiver for waiver in waivers if covers(waiver, one)), None)
        if word is None:
            left.append(one)
        else:
            waived.append((one, word))
    return left, waived
