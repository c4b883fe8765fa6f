"""A team's own model: an ONNX network or a model server, described by a small TOML file; docs/detectors.md has it."""

from lidar_label.detectors.description import Description, OnnxModel, Server, read_description
from lidar_label.detectors.detections import Detections, Detector, boxes_of, kept
from lidar_label.detectors.gather import Gatherer, View
from lidar_label.detectors.opening import open_detector

__all__ = [
    "Description", "Detections", "Detector", "Gatherer", "OnnxModel", "Server", "View", "boxes_of", "kept",
    "open_detector", "read_description",
]  # fmt: skip
