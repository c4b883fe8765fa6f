"""Values: what a drive and its labels are made of. They know nothing of files, pens or widgets."""

from lidar_label.model.area import Area
from lidar_label.model.box import EDGES, AttributeValue, Box, Source, check_size, new_token
from lidar_label.model.camera import NEAR_M, Camera, Fisheye, Pinhole
from lidar_label.model.cloud import PointCloud
from lidar_label.model.comment import Comment
from lidar_label.model.driving import driving_taxonomy, with_usual_look
from lidar_label.model.finding import Finding, Severity
from lidar_label.model.patch import Change, Key, Patch, Row, Value
from lidar_label.model.point_classes import Stroke, number_for, spread
from lidar_label.model.review import STATES, Review
from lidar_label.model.scene import Frame, Image, Kind, Scene, Sensor, SensorData, Sweep
from lidar_label.model.se3 import SE3, Floats, wrap_angle
from lidar_label.model.taxonomy import Attribute, Category, Taxonomy, Visibility, color_for
from lidar_label.model.track import Labels, Track
from lidar_label.model.waiver import Waiver

__all__ = [
    "EDGES", "NEAR_M", "SE3", "STATES", "Area", "Attribute", "AttributeValue", "Box", "Camera", "Category", "Change",
    "Comment", "Finding", "Fisheye", "Floats", "Frame", "Image", "Key", "Kind", "Labels", "Patch", "Pinhole",
    "PointCloud", "Review", "Row", "Scene", "Sensor", "SensorData", "Severity", "Source", "Stroke", "Sweep", "Taxonomy",
    "Track", "Value", "Visibility", "Waiver", "check_size", "color_for", "driving_taxonomy", "new_token",
    "number_for", "spread", "with_usual_look", "wrap_angle",
]  # fmt: skip
