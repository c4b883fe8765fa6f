"""Comparing a data set that was just written with the drives it was written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Drive, Format
from lidar_label.errors import Cancelled, CannotWrite, LidarLabelError
from lidar_label.model import Box, Floats, Scene, wrap_angle
from lidar_label.progress import Progress

FrameBoxes = tuple[Scene, int, Sequence[Box]]


def verify(written_by: Format, folder: Path, drives: Sequence[Drive], progress: Progress) -> None:
    """Read a folder back and compare scenes, frames, clouds, tracks and boxes with what was to be written.

    That a format has no room for clouds it says itself, as the loss of ``sweeps``.

    Boxes are paired frame by frame; a pair may differ by the format's own precision in the frame
    in which the format keeps boxes. A format whose boxes only yaw is not held to roll and pitch.

    Raises
    ------
    CannotWrite
        If the folder cannot be read or anything is missing, doubled or moved.
    Cancelled
        If the person stopped it.
    """
    try:
        dataset = written_by.read(folder)
        names = progress.over(dataset.scene_names, len(dataset.scene_names), "reading back")
        back = [Drive(scene=dataset.scene(name), labels=dataset.labels(name)) for name in names]
    except Cancelled:
        raise
    except LidarLabelError as error:
        raise _differs(f"it cannot be read: {error.what}", str(error.where)) from error
    if written_by.merges_scenes:
        _compare(written_by, "all scenes", drives, back)
        return
    if len(back) != len(drives):
        raise _differs(f"{len(drives)} scenes became {len(back)}")
    by_name = {drive.scene.name: drive for drive in back}
    same_names = all(drive.scene.name in by_name for drive in drives)
    for position, drive in enumerate(progress.over(drives, len(drives), "comparing")):
        other = by_name[drive.scene.name] if same_names else back[position]
        _compare(written_by, f"scene {drive.scene.name}", [drive], [other])


def _compare(written_by: Format, where: str, given: Sequence[Drive], back: Sequence[Drive]) -> None:
    _same_number("frames", where, *(sum(len(d.scene.frames) for d in side) for side in (given, back)))
    clouds, found = (sum(_frames_with_cloud(d.scene) for d in side) for side in (given, back))
    if found < clouds and not any(loss.code == "sweeps" for loss in written_by.losses(given)):
        _same_number("frames with a cloud", where, clouds, found)
    if not written_by.holds.boxes:
        return
    _same_number("boxes", where, *(sum(len(d.labels) for d in side) for side in (given, back)))
    if written_by.holds.tracks and not written_by.splits_tracks:
        _same_number("tracks", where, *(sum(_used_tracks(d) for d in side) for side in (given, back)))
    for before, after in zip(_frames(given), _frames(back), strict=True):
        place = f"{where}, frame {before[1]}"
        _same_number("boxes", place, len(before[2]), len(after[2]))
        if before[2]:
            _compare_boxes(written_by, place, before, after)


def _frames_with_cloud(scene: Scene) -> int:
    lidar = scene.main_lidar
    sweeps = (frame.sweeps.get(lidar.channel) for frame in scene.frames) if lidar is not None else ()
    return sum(1 for sweep in sweeps if sweep is not None and sweep.is_present)


def _used_tracks(drive: Drive) -> int:
    """Count the tracks that have a box; a track without one has nothing a file could hold."""
    return sum(1 for track in drive.labels.tracks if drive.labels.of_track(track.token))


def _frames(drives: Sequence[Drive]) -> Iterator[FrameBoxes]:
    return chain.from_iterable(
        ((drive.scene, frame.index, drive.labels.in_frame(frame.index)) for frame in drive.scene.frames)
        for drive in drives
    )


def _same_number(what: str, where: str, given: int, back: int) -> None:
    if given != back:
        raise _differs(f"{given} {what} became {back}", where)


def _compare_boxes(written_by: Format, where: str, before: FrameBoxes, after: FrameBoxes) -> None:
    from scipy.optimize import linear_sum_assignment

    ours, theirs = _numbers(written_by, before), _numbers(written_by, after)
    apart = np.abs(ours[:, None, :6] - theirs[None, :, :6]).max(axis=2)
    rows, columns = linear_sum_assignment(apart)
    worst = float(apart[rows, columns].max())
    if worst > written_by.precision_m:
        raise _differs(f"a box moved or changed size by {worst:.3g} m", where)
    for row, column in zip(rows, columns, strict=True):
        if written_by.holds.rotation == "full":
            first = written_by.comparable_pose(before[0], before[2][row])
            turned = first.error_to(written_by.comparable_pose(after[0], after[2][column]))[1]
        else:
            turned = abs(wrap_angle(float(ours[row, 6] - theirs[column, 6])))
        if turned > written_by.precision_rad:
            raise _differs(f"a box turned by {turned:.3g} rad", where)


def _numbers(written_by: Format, boxes: FrameBoxes) -> Floats:
    """Return centre, size and yaw of each box, (M, 7), where the format keeps them."""
    poses = [written_by.comparable_pose(boxes[0], box) for box in boxes[2]]
    rows = [(*pose.translation, *box.size, pose.yaw) for pose, box in zip(poses, boxes[2], strict=True)]
    return np.array(rows, dtype=np.float64)


def _differs(what: str, where: str = "") -> CannotWrite:
    return CannotWrite(
        f"what was written does not read back as it was given: {what}",
        where=where,
        hint="nothing was left at the target; please report this with the data",
    )
