"""Long work a person starts: import, export, convert. The same functions behind button and command."""

from lidar_label.jobs.converting import convert
from lidar_label.jobs.exporting import export_project
from lidar_label.jobs.importing import default_project_path, import_drive, project_for
from lidar_label.jobs.inspect_tables import Section, sections
from lidar_label.jobs.inspecting import Inspection, SceneInfo, inspect, inspect_project
from lidar_label.jobs.project import SUFFIX, Project, open_project
from lidar_label.jobs.report import Report, SceneReport

__all__ = [
    "SUFFIX", "Inspection", "Project", "Report", "SceneInfo", "SceneReport", "Section", "convert",
    "default_project_path", "export_project", "import_drive", "inspect", "inspect_project", "open_project",
    "project_for", "sections",
]  # fmt: skip
