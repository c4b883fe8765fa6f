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

    @property
    def first(self) -> int:
        """The first frame with points, or 0: of a sample of a drive many moments may have labels alone."""
        return next((index for index, frame in enumerate(self.scene.frames) if frame.sweeps), 0)


def open_path(path: Path, author: str, progress: Progress, big_points: int = BIG_POINTS) -> Opened:
    """Open a project file, or a data set through its project file; a tile store as what it was built from.

    Runs off the GUI thread.
    """
    from lidar_label.jobs import open_project, project_for  # a second of libraries, so here in the thread
    from lidar_label.jobs.big import source_of_store

    store = path if path.is_dir() else None
    source = source_of_store(path) if store is not None else None
    if source is not None and (source[1] or source[0].is_dir()):
        from lidar_label.jobs.merged import merged_project

        path = merged_project(*source, author=author)
    elif source is not None:
        path, big_points = source[0], 0
    project = open_project(project_for(path, progress=progress, author=author), author, alone=True)
    try:
        if not project.refs:
            raise InvalidValue("the project has no scene", where=project.path)
        kept = store if source is not None else None
        found = open_scene(project, project.refs[0].token, big_points, progress, kept)
        if source is not None and found.big is not None:
            found = replace(found, big=replace(found.big, store=store))
        return found
    except BaseException:
        project.close()
        raise


def open_scene(
    project: Project,
    token: str,
    big_points: int = BIG_POINTS,
    progress: Progress | None = None,
    store: Path | None = None,
) -> Opened:
    """Open a scene of a project that is open; runs off the GUI thread.

    A drive as one cloud has its tiles built first, with their progress, or drawn from the `store` a person opened.
    """
    scene = project.scene(token)
    state = read_state(project.session, token, range(min(len(scene.frames), 10)), "")
    findings = tuple(project.findings(token))
    big = _big_cloud(project, token, scene, big_points, progress, store)
    if big is not None:
        from lidar_label.jobs.big import with_sample

        scene = with_sample(scene, big)
    return Opened(project=project, token=token, scene=scene, state=state, findings=findings, big=big)


def open_as_one(project: Project, token: str, progress: Progress) -> Opened:
    """Open a scene of a project as one cloud, in a project of its own that is made beside the drive.

    The frames are merged into tiles first, with progress, and boxes of what stands still come along; runs off the GUI
    thread.

    Raises
    ------
    InvalidValue
        If the scene has no poses.
    """
    from lidar_label.jobs import open_project
    from lidar_label.jobs.merged import merged_project, part_of, standing_labels
    from lidar_label.jobs.project import read_options, source_of

    ref, author = project.ref(token), project.session.author
    times = [frame.timestamp_ns for frame in project.scene(token).frames]
    path = merged_project(
        source_of(project.path, ref), part_of(ref.scene), format_name=ref.format,
        options=read_options(ref, project.path), taxonomy=project.session.store.taxonomy(),
        standing=standing_labels(project.session.store.labels(token), times), author=author,
    )  # fmt: skip
    merged = open_project(path, author, alone=True)
    try:
        return open_scene(merged, merged.refs[0].token, progress=progress)
    except BaseException:
        merged.close()
        raise


def _big_cloud(
    project: Project, token: str, scene: Scene, big_points: int, progress: Progress | None, store: Path | None
) -> BigCloud | None:
    if len(scene.frames) != 1 or not any(sweep.path for sweep in scene.frames[0].sweeps.values()):
        return None
    from lidar_label.jobs.big import big_cloud, merged_cloud

    return merged_cloud(project, token, progress, store) or big_cloud(project, token, big_points)
