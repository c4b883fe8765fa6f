"""Whether a folder is whole for whoever reads it next, before and beside what is said of its labels."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lidar_label.datasets import format_named, recognised
from lidar_label.datasets.sanity import FolderRule
from lidar_label.errors import LidarLabelError
from lidar_label.jobs.project import Project, source_of
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


def project_folder_findings(project: Project) -> list[Finding]:
    """Return the same of each folder that scenes of a project lie in."""
    places = dict.fromkeys((source_of(project.path, ref), ref.format) for ref in project.refs)
    return [finding for place, name in places if place.exists() for finding in folder_findings(place, name)]


def unreadable(error: LidarLabelError, scene: str = "") -> Finding:
    """Return the finding that a data set, or a scene of it, cannot be read."""
    what = f"{scene}: {error.what}" if scene else error.what
    return Finding("error", "unreadable-scene" if scene else "unreadable", what, str(error.where))


def sanity_rules() -> Iterator[tuple[str, FolderRule]]:
    """Yield all rules on folders with what they are asked of: the title of a format, or "any drive"."""
    for title, module in _RULES.items():
        yield from ((title, rule) for rule in import_module(f"lidar_label.datasets.{module}").RULES)


_RULES = {
    "nuScenes, T4": "nuscenes.sanity",
    "KITTI object and tracking": "kitti.sanity",
    "KITTI raw": "kitti.sanity_raw",
    "SemanticKITTI": "kitti.sanity_sequences",
    "ASAM OpenLABEL 1.0": "openlabel.sanity",
    "Datumaro 3D (also of CVAT)": "datumaro.sanity",
    "Supervisely point clouds and episodes": "supervisely.sanity",
    "Xtreme1 (BasicAI)": "xtreme1.sanity",
    "Scale AI LiDAR annotation": "scale.sanity",
    "Amazon SageMaker Ground Truth 3D": "sagemaker.sanity",
    "labelCloud": "labelcloud.sanity",
    "CSV of boxes": "tables.sanity",
    "SUSTechPOINTS": "sustechpoints.sanity",
    "Plain folder of clouds": "plain.sanity",
    "any drive": "sanity.drives",
}
