"""What the machine does for the person who labels: boxes between, behind and ahead of those set; straight sweeps."""

from lidar_label.assist.deskew import Deskewed, PointTimes, deskew_sweep, point_times, pose_track, why_compensated
from lidar_label.assist.interpolate import interpolate_track
from lidar_label.assist.predict import copy_box, predict_box

__all__ = [
    "Deskewed", "PointTimes", "copy_box", "deskew_sweep", "interpolate_track", "point_times", "pose_track",
    "predict_box", "why_compensated",
]  # fmt: skip
