"""Rules on KITTI's raw drives as they lie there: files by number, times, packets, calibrations and tracklets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lidar_label.datasets.kitti.common import CLOUDS, camera_folders, files_by_stem
from lidar_label.datasets.kitti.oxts import read_packet
from lidar_label.datasets.kitti.times import read_times
from lidar_label.datasets.kitti.tracklets import TrackletPose, read_tracklets
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, pictures_in
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding

_CALIBRATIONS = ("calib_velo_to_cam.txt", "calib_cam_to_cam.txt")
_POSE_FILE, _TRACKLETS, _LIST = "calib_imu_to_velo.txt", "tracklet_labels.xml", "frame_list.txt"


def sanity(drives: Sequence[Path]) -> Iterator[Finding]:
    """Yield what a reader of raw drives will trip over."""
    laid = Laid()
    for drive in drives:
        _drive(laid, drive)
    yield from found_by(RULES, laid)


def _drive(laid: Laid, drive: Path) -> None:
    data = drive / "velodyne_points" / "data"
    clouds = files_by_stem(data, CLOUDS)
    laid.clouds += clouds.values()
    if (drive / _LIST).is_file():
        return  # as CVAT writes it: names in a list, and nothing of a recording
    _times(laid, drive / "velodyne_points", len(clouds))
    for folder in camera_folders(drive, r"image_0?([0-3])").values():
        pictures = pictures_in(folder / "data")
        if pictures:
            laid.paired(clouds, pictures, f"clouds have no picture in {folder.name}")
            _times(laid, folder, len(pictures))
    packets = files_by_stem(drive / "oxts" / "data", (".txt",))
    if packets:
        laid.paired(clouds, packets, "clouds have no packet in oxts")
    for file in packets.values():
        try:
            read_packet(file)
        except LidarLabelError as error:
            laid.note("unreadable-file", error.what, file)
    wanted = (*_CALIBRATIONS, _POSE_FILE) if packets else _CALIBRATIONS
    for name in wanted:
        if not any((folder / name).is_file() for folder in (drive, drive / "calib", drive.parent)):
            laid.note("no-calibration", f"{name} is not there", drive)
    if (drive / _TRACKLETS).is_file():
        _tracklets(laid, drive / _TRACKLETS, len(clouds))


def _times(laid: Laid, folder: Path, count: int) -> None:
    path = folder / "timestamps.txt"
    if not path.is_file():
        laid.note("unpaired", f"{folder.name} has no timestamps.txt", folder)
        return
    try:
        stamps = read_times(path)
    except LidarLabelError as error:
        laid.note("unreadable-file", error.what, error.where or path)
        return
    if len(stamps) < count:
        laid.note("wrong-count", f"timestamps.txt has {len(stamps)} lines for {count} files", path)
    laid.times[str(path)] = [
        (stamp * 1e-9, f"{path}, row {number}") for number, stamp in enumerate(stamps, 1) if stamp is not None
    ]


def _tracklets(laid: Laid, path: Path, frames: int) -> None:
    try:
        found = read_tracklets(path)
    except LidarLabelError as error:
        laid.note("unreadable-file", error.what, error.where or path)
        return
    for said in found.miscounted:
        laid.note("wrong-count", "a count in the tracklets is not what follows it", said)
    for number, tracklet in enumerate(found.tracklets):
        where = f"{path}, tracklet {number}"
        if tracklet.negative:
            laid.note("negative-side", "a tracklet has a side below 0", where)
        if frames and tracklet.first_frame + len(tracklet.poses) > frames:
            laid.note("frame-beyond", "a tracklet goes on after the last cloud", where)
        for step, pose in enumerate(tracklet.poses):
            laid.boxes.append(
                BoxRow(where, f"{path}/{tracklet.first_frame + step}", tracklet.size, _place(pose),
                       (pose.roll, pose.pitch, pose.yaw))
            )  # fmt: skip


def _place(pose: TrackletPose) -> tuple[float, float, float]:
    return (pose.x, pose.y, pose.z)


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    shared.COUNT,
    FolderRule("no-calibration", "Drive without a calibration", "warning",
               "Without it points do not come to the pictures, nor poses to the points.",
               shared.noted("no-calibration")),
    FolderRule("negative-side", "Tracklet with a side below 0", "warning",
               "Readers that do not expect one draw the box inside out.", shared.noted("negative-side")),
    FolderRule("frame-beyond", "Tracklet after the last cloud", "error",
               "A label of a frame without data cannot be used, and often means that all frames are shifted.",
               shared.noted("frame-beyond")),
    shared.VALUE,
    shared.TIMES,
)  # fmt: skip
