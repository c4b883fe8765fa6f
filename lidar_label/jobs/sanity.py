"""Whether a folder is whole for whoever reads it next, before and beside what is said of its labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lidar_label.datasets import format_named, recognised
from lidar_label.datasets.sanity import FolderRule
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding


def folder_findings(path: Path, source_format: str = "") -> list[Finding]:
    """Return what the rules of a folder's format say of it; nothing where no format knows it.

    Parameters
    ----------
    path : Path
    source_format : str
        The format's name, where the files do not tell.
    """
    name = source_format or (recognised(path) if path.exists() else "")
    if not name:
        return []
    try:
        return list(dict.fromkeys(format_named(name).sanity(path)))
    except LidarLabelError:
        return []  # whoever opens it says so


def unreadable(error: LidarLabelError, scene: str = "") -> Finding:
    """Return the finding that a data set, or a scene of it, cannot be read."""
    what = f"{scene}: {error.what}" if scene else error.what
    return Finding("error", "unreadable-scene" if scene else "unreadable", what, str(error.where))


def sanity_rules() -> Iterator[tuple[str, FolderRule]]:
    """Yield all rules on folders with what they are asked of: a format's name, or every drive."""
    from lidar_label.datasets.kitti import sanity as kitti
    from lidar_label.datasets.nuscenes import sanity as nuscenes
    from lidar_label.datasets.sanity import drives

    for title, rules in (("nuScenes, T4", nuscenes.RULES), ("KITTI", kitti.RULES), ("any", drives.RULES)):
        yield from ((title, rule) for rule in rules)
