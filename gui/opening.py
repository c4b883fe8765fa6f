"""Open what a person points at: the project file is found or made, and its first scene read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lidar_label.errors import InvalidValue
from lidar_label.gui.labels import LabelState, read_state
from lidar_label.gui.look import BIG_POINTS
from lidar_label.model import Finding, Scene
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs import Project
    from lidar_label.jobs.big import BigCloud


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A scene of a project, ready to be shown; none of its sensor data is loaded.

    With `big`, the scene's one sweep is a coarse sample of that cloud.
    """

    project: Project
    token: str
    scene: Scene
    state: LabelState
    findings: tuple[Finding, ...]
    big: BigCloud | None = None


def open_path(path: Path, author: str, progress: Progress, big_points: int = BIG_POINTS) -> Opened:
    """Open a project file, or a data set through its project file; a tile store as the cloud it was built from.

    Runs off the GUI thread.
    """
    from lidar_label.jobs import open_project, project_for  # a second of libraries, so here in the thread
    from lidar_label.jobs.big import source_of_store

    store = path if path.is_dir() else None
    source = source_of_store(path) if store is not None else None
    if source is not None:
        path, big_points = source, 0
    project = open_project(project_for(path, progress=progress, author=author), author, alone=True)
    try:
        if not project.refs:
            raise InvalidValue("the project has no scene", where=project.path)
        found = open_scene(project, project.refs[0].token, big_points)
        if source is not None and found.big is not None:
            found = replace(found, big=replace(found.big, store=store))
        return found
    except BaseException:
        project.close()
        raise


def open_scene(project: Project, token: str, big_points: int = BIG_POINTS) -> Opened:
    """Open a scene of a project that is open; runs off the GUI thread."""
    scene = project.scene(token)
    state = read_state(project.session, token, range(min(len(scene.frames), 10)), "")
    findings = tuple(project.findings(token))
    big = _big_cloud(project, token, scene, big_points)
    if big is not None:
        from lidar_label.jobs.big import with_sample

        scene = with_sample(scene, big)
    return Opened(project=project, token=token, scene=scene, state=state, findings=findings, big=big)


def _big_cloud(project: Project, token: str, scene: Scene, big_points: int) -> BigCloud | None:
    if len(scene.frames) != 1 or not any(sweep.path for sweep in scene.frames[0].sweeps.values()):
        return None
    from lidar_label.jobs.big import big_cloud

    return big_cloud(project, token, big_points)
