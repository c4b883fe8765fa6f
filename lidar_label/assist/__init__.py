"""What the machine does for the person who labels: boxes between, behind and ahead of those set; straight sweeps."""

from lidar_label.assist.deskew import Deskewed, PointTimes, deskew_sweep, point_times, pose_track, why_compensated
from lidar_label.assist.heading import set_headings
from lidar_label.assist.interpolate import interpolate_track
from lidar_label.assist.motion import Motion
from lidar_label.assist.predict import copy_box, predict_box
from lidar_label.assist.smooth import Smoothed, smooth_track
from lidar_label.assist.static import is_static, static_track

__all__ = [
    "Deskewed", "Motion", "PointTimes", "Smoothed", "copy_box", "deskew_sweep", "interpolate_track", "is_static",
    "point_times", "pose_track", "predict_box", "set_headings", "smooth_track", "static_track", "why_compensated",
]  # fmt: skip
