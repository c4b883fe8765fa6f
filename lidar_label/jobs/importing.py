"""Make a project on a data set, with the labels the data set has."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from lidar_label.datasets import NO_OPTIONS, Dataset, ReadOptions, open_dataset
from lidar_label.datasets.tokens import steady_taxonomy
from lidar_label.edit import ImportLabels, Session
from lidar_label.errors import CannotWrite, InvalidValue, MissingFile
from lidar_label.jobs.project import SUFFIX, fingerprint, options_text, path_for_ref, read_options
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.model import Category, Labels, Taxonomy, driving_taxonomy, with_usual_look
from lidar_label.progress import Progress
from lidar_label.store import ProjectStore, SceneRef


def import_drive(
    source: Path,
    project: Path,
    *,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    labels: bool = True,
    progress: Progress | None = None,
    author: str = "",
) -> Report:
    """Make a new project file on `source`; the data itself is only referred to.

    Parameters
    ----------
    source : Path
        A data set in any format that can be read.
    project : Path
        The file to make, ``NAME.lidarlabel``; it appears whole, or not at all.
    read : ReadOptions
        What the reader is told of the source; the project remembers it.
    labels : bool
        Whether to take over the labels that the source has.

    Raises
    ------
    LidarLabelError
        If the source cannot be read or the project file exists or cannot be made.
    """
    _check_place(project)
    dataset = open_dataset(source, source_format, read)
    return make_project(project, dataset, read, labels=labels, progress=progress, author=author)


def make_project(
    project: Path,
    dataset: Dataset,
    read: ReadOptions = NO_OPTIONS,
    *,
    labels: bool = True,
    progress: Progress | None = None,
    author: str = "",
) -> Report:
    """Make a new project file on a data set that is open; see `import_drive`."""
    _check_place(project)
    progress = progress or Progress()
    unfinished = project.with_name(f".{project.name}.{os.getpid()}.part")
    try:
        scenes = _fill(unfinished, project, dataset, read, labels, progress, author)
        unfinished.replace(project)
    except OSError as error:
        raise CannotWrite(f"the project file cannot be made: {error.strerror}", where=project) from None
    finally:
        for leftover in unfinished.parent.glob(f"{unfinished.name}*"):
            leftover.unlink()
    return Report(target=project, scenes=scenes, findings=list(dataset.findings))


def _check_place(project: Path) -> None:
    if project.suffix != SUFFIX:
        raise CannotWrite(f"a project file ends in {SUFFIX}", where=project)
    if project.exists():
        raise CannotWrite("the project file exists already", where=project, hint="open it, or choose another name")
    if not project.parent.is_dir():
        raise MissingFile("the folder for the project file is not there", where=project.parent)


def _fill(
    file: Path, project: Path, dataset: Dataset, read: ReadOptions, labels: bool, progress: Progress, author: str
) -> list[SceneReport]:
    reports: list[SceneReport] = []
    store = ProjectStore.create(file, _looking_usual(dataset.taxonomy))
    session = Session(store, author)
    try:
        names = dataset.scene_names
        for position, name in enumerate(progress.over(names, len(names), "import")):
            scene = dataset.scene(name)
            found = dataset.labels(name) if labels else Labels()
            ref = SceneRef(
                token=scene.token,
                name=scene.name,
                path=path_for_ref(project, dataset.path),
                format=dataset.format,
                scene=name,
                frames=len(scene.frames),
                fingerprint=fingerprint(scene),
                position=position,
                options=options_text(read, scene.origin),
            )
            missing = _missing(store.taxonomy(), dataset.taxonomy, found, is_last=position + 1 == len(names))
            session.do(ImportLabels(ref, found, missing))
            reports.append(
                SceneReport(name=name, status="done", frames=ref.frames, tracks=len(found.tracks), boxes=len(found))
            )
    finally:
        session.close()
    return reports


def _looking_usual(taxonomy: Taxonomy) -> Taxonomy:
    """Return a taxonomy whose categories have sizes and colours, which few files give."""
    return Taxonomy(map(with_usual_look, taxonomy.categories), taxonomy.attributes, taxonomy.visibilities)


def _missing(taxonomy: Taxonomy, read: Taxonomy, labels: Labels, *, is_last: bool) -> Taxonomy:
    """Return what a project's taxonomy lacks: categories of the labels, or for want of any those of the road.

    Attributes are those of `read`, the data set's taxonomy, which some readers know only once they read labels.
    """
    names = dict.fromkeys(track.category for track in labels.tracks if track.category not in taxonomy)
    known = {attribute.name for attribute in taxonomy.attributes}
    attributes = [attribute for attribute in read.attributes if attribute.name not in known]
    if is_last and not (names or attributes or taxonomy.categories):
        return driving_taxonomy()
    return _looking_usual(steady_taxonomy(Taxonomy([Category(name=name) for name in names], attributes)))


def project_for(
    path: Path,
    *,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    progress: Progress | None = None,
    author: str = "",
) -> Path:
    """Return the project file for a path a person wants to open.

    A project file is itself; for a data set it is the one beside it, made now where there is none
    yet. Where the data's folder cannot be written, it lies in the user's own data folder.

    Raises
    ------
    InvalidValue
        If the project is there already and was made with another format or other options.
    """
    if not path.exists():
        raise MissingFile("there is nothing at this path", where=path)
    is_project = path.is_file() and path.suffix == SUFFIX
    project = path if is_project else default_project_path(path)
    if not project.exists():
        import_drive(path, project, source_format=source_format, read=read, progress=progress, author=author)
    elif source_format or read != NO_OPTIONS:
        _check_remembered(project, source_format, read)
    return project


def _check_remembered(project: Path, source_format: str, read: ReadOptions) -> None:
    with ProjectStore.open(project) as store:
        refs = store.scenes()
    for ref in refs:
        known = read_options(ref, project)
        if source_format not in ("", ref.format) or (read != NO_OPTIONS and read != known):
            raise InvalidValue(
                f"scene {ref.name} was imported as {ref.format} with the options {options_text(known)}, "
                "which a project keeps",
                where=project,
                hint="make another project with other options: lidar-label import",
            )


def default_project_path(source: Path) -> Path:
    """Return where the project file of a data set belongs."""
    source = source.resolve()
    beside = source.parent / f"{source.name}{SUFFIX}"
    if beside.exists() or os.access(source.parent, os.W_OK):
        return beside
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    folder = Path(base) / "lidar-label" / "projects"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(str(source).encode()).hexdigest()[:8]
    return folder / f"{source.name}-{digest}{SUFFIX}"
