"""Open what a person points at: the project file is found or made, and its first scene read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lidar_label.errors import InvalidValue
from lidar_label.gui.labels import LabelState, read_state
from lidar_label.model import Finding, Scene
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs import Project


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A scene of a project, ready to be shown; none of its sensor data is loaded."""

    project: Project
    token: str
    scene: Scene
    state: LabelState
    findings: tuple[Finding, ...]


def open_path(path: Path, author: str, progress: Progress) -> Opened:
    """Open a project file, or a data set through its project file; runs off the GUI thread."""
    from lidar_label.jobs import open_project, project_for  # a second of libraries, so here in the thread

    project = open_project(project_for(path, progress=progress, author=author), author)
    try:
        if not project.refs:
            raise InvalidValue("the project has no scene", where=project.path)
        return open_scene(project, project.refs[0].token)
    except BaseException:
        project.close()
        raise


def open_scene(project: Project, token: str) -> Opened:
    """Open a scene of a project that is open; runs off the GUI thread."""
    scene = project.scene(token)
    state = read_state(project.session, token, range(min(len(scene.frames), 10)), "")
    findings = tuple(project.findings(token))
    return Opened(project=project, token=token, scene=scene, state=state, findings=findings)
