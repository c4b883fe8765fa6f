"""Whether a folder is whole, for whoever reads it after us: rules on files and tables as they lie there."""

from lidar_label.datasets.sanity.rule import FolderRule, folder_rules, found_by

__all__ = ["FolderRule", "folder_rules", "found_by"]
