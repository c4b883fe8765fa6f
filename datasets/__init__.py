"""Formats: one room each, reader and writer, behind one registry."""

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.export import check_target, write_dataset
from lidar_label.datasets.registry import (
    broken_formats,
    format_named,
    format_names,
    format_needs,
    formats,
    open_dataset,
    recognised,
)

__all__ = [
    "NO_OPTIONS", "Assumption", "Dataset", "Drive", "Format", "Holds", "ReadOptions", "WriteOptions",
    "broken_formats", "check_target", "format_named", "format_names", "format_needs", "formats", "open_dataset",
    "recognised", "write_dataset",
]  # fmt: skip
