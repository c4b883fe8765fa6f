"""Long work a person starts: import, export, convert. The same functions behind button and command.

Each is imported when it is first asked for: opening a project needs little of what all of them do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
_ROOMS = {
    "converting": ("convert",),
    "exporting": ("export_project",),
    "importing": ("default_project_path", "import_drive", "project_for"),
    "inspect_tables": ("Section", "sections"),
    "inspecting": ("Inspection", "SceneInfo", "inspect", "inspect_project"),
    "project": ("SUFFIX", "Project", "open_project"),
    "report": ("Report", "SceneReport"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  what a module holds
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
