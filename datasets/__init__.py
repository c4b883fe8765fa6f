"""Formats: one room each, reader and writer, behind one registry."""

from lidar_label.datasets.base import Dataset, Drive, Format, Holds, WriteOptions
from lidar_label.datasets.export import write_dataset
from lidar_label.datasets.registry import broken_formats, format_named, formats, open_dataset

__all__ = [
    "Dataset", "Drive", "Format", "Holds", "WriteOptions", "broken_formats", "format_named", "formats",
    "open_dataset", "write_dataset",
]  # fmt: skip
