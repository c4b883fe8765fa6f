"""The convention lab as a job: rank what a drive can be meant as, draw it, and keep the choice in a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lidar_label.conventions.evidence import Evidence, gather
from lidar_label.conventions.placed import placed
from lidar_label.conventions.scores import Scorer
from lidar_label.conventions.search import A_FIX, Ranked, rank
from lidar_label.datasets import NO_OPTIONS, Dataset, Drive, ReadOptions, format_named, open_dataset
from lidar_label.datasets.meant import IN_WORLD, joined
from lidar_label.edit.convention_commands import SetReading
from lidar_label.errors import CannotWrite, InvalidValue, LidarLabelError
from lidar_label.jobs.importing import default_project_path, import_drive
from lidar_label.jobs.overlays import Drawable, OverlayOptions, draw_overlays
from lidar_label.jobs.project import SUFFIX, Project, open_project, options_text, read_options
from lidar_label.model import Taxonomy, with_usual_look
from lidar_label.model.convention import MEANT, Convention
from lidar_label.model.meant import meant_boxes, meant_labels, meant_scene
from lidar_label.progress import Progress

__all__ = [
    "LabReport", "Ranked", "Reading", "SceneLab", "draw_meant", "draw_one", "keep", "rank_open_scene", "rank_scene",
    "reading", "try_conventions",
]  # fmt: skip

_WORDS = {
    "pictures": "edges of things lie on those in the pictures, which stand upright",
    "boxes": "points fill the boxes, which stand on the ground and have usual sizes",
    "level": "the vehicle's up is that of the road",
    "motion": "objects go where they point",
    "poses": "sweeps fit together, and the vehicle goes where it looks",
}
_MATTERS = 1.0  # log odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A convention that the format itself leaves open, taken otherwise: ``--assume KEY=VALUE``, with its score."""

    assume: str
    meaning: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneLab:
    """One scene: what it was told by, and the ranking, the best first.

    `readings` are other ways in which its format can read the files, the best first, scored as the ranking is.
    """

    name: str
    drive: Drive
    evidence: Evidence
    ranking: Sequence[Ranked]
    as_read: Ranked
    readings: Sequence[Reading] = ()

    @property
    def is_clear(self) -> bool:
        """Whether the best is better than the next by more than a convention costs."""
        return len(self.ranking) < 2 or self.ranking[0].score - self.ranking[1].score > A_FIX / 2

    def reasons(self, one: Ranked) -> list[tuple[str, float]]:
        """Return in words what speaks for a convention, above 0, or against it, beside how the data was read."""
        apart = {part: one.parts[part] - self.as_read.parts[part] for part in one.parts}
        told = sorted((part for part in apart if abs(apart[part]) > _MATTERS), key=lambda part: -abs(apart[part]))
        return [(_WORDS[part], apart[part]) for part in told]

    def why(self, one: Ranked) -> str:
        """Return the reasons as one sentence."""
        words = [f"{'' if apart > 0 else 'less: '}{text} ({apart:+.0f})" for text, apart in self.reasons(one)]
        return "; ".join(words) or "nothing tells it from how it was read"

    def as_dict(self, most: int = 20) -> dict[str, Any]:
        """Return the scene as the command line's JSON prints it."""
        e = self.evidence
        return {
            "name": self.name,
            "frames": len(e.moments), "pictures": len(e.views), "boxes": sum(len(m.boxes) for m in e.moments),
            "missing": list(e.missing), "clear": self.is_clear,
            "ranking": [
                {
                    "meant": one.convention.text, "says": one.convention.words, "why": self.why(one),
                    "score": round(one.score, 3), "parts": {k: round(float(v), 3) for k, v in one.parts.items()},
                    "alike": [other.text for other in one.alike],
                }
                for one in self.ranking[:most]
            ],
            "readings": [asdict(one) for one in self.readings],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LabReport:
    """What came of a path."""

    scenes: Sequence[SceneLab] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        return {"scenes": [scene.as_dict() for scene in self.scenes]}


def try_conventions(
    path: Path,
    *,
    scenes: Sequence[str] = (),
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    most: int = 2,
    progress: Progress | None = None,
) -> LabReport:
    """Rank what a drive can be meant as; nothing is written.

    Parameters
    ----------
    path : Path
        A data set, or a project file, of which the labels as they are stored are looked at.
    scenes : sequence of str
        Names; the first scene alone where none is named, since one maker wrote them all.
    most : int
        How many conventions are taken to be wrong at most.

    Raises
    ------
    InvalidValue
        If there is no such scene, or it has no points to tell anything by.
    Cancelled
        If the person stopped it.
    """
    if path.suffix.lower() == SUFFIX and path.is_file():
        with open_project(path) as project:
            return LabReport(scenes=[
                rank_scene(drive, name, in_world=in_world, most=most, progress=progress)
                for name, drive, in_world in _of_project(project, scenes)
            ])  # fmt: skip
    dataset = open_dataset(path, source_format, read)
    found = []
    for name in _chosen(scenes, dataset.scene_names):
        drive, in_world = _drive(dataset, name), dataset.format in IN_WORLD
        lab = rank_scene(drive, name, in_world=in_world, most=most, progress=progress)
        found.append(replace(lab, readings=_readings(path, dataset.format, read, lab)))
    return LabReport(scenes=found)


def _drive(dataset: Dataset, name: str) -> Drive:
    return Drive(scene=dataset.scene(name), labels=dataset.labels(name))


def _readings(path: Path, name: str, read: ReadOptions, lab: SceneLab) -> list[Reading]:
    """Score the other choices that a format leaves a person, each alone; those that change nothing are left out."""
    chosen = format_named(name)
    seen = {placed(lab.evidence, Convention()).digest}
    found: list[Reading] = []
    for item in chosen.assumptions:
        for value in item.choices:
            if value in ("auto", chosen.assumed(read, item.key)):
                continue
            told = ReadOptions(fields=read.fields, assume={**read.assume, item.key: value})
            try:
                drive = _drive(open_dataset(path, name, told), lab.name)
                evidence = gather(drive.scene, drive.labels, in_world=lab.evidence.in_world)
            except LidarLabelError:
                continue  # it cannot be meant so
            digest = placed(evidence, Convention()).digest
            if digest not in seen:
                seen.add(digest)
                score = sum(Scorer(evidence).parts(Convention((), evidence.in_world)).values()) - A_FIX
                found.append(Reading(assume=f"{item.key}={value}", meaning=item.meaning, score=round(score, 3)))
    return sorted(found, key=lambda one: -one.score)


def rank_scene(drive: Drive, name: str, *, in_world: bool, most: int = 2, progress: Progress | None = None) -> SceneLab:
    """Rank what one scene can be meant as."""
    evidence = gather(drive.scene, drive.labels, in_world=in_world, progress=progress)
    ranking = rank(evidence, most=most, progress=progress)
    as_read = next(one for one in ranking if not one.convention.fixes)
    return SceneLab(name=name, drive=drive, evidence=evidence, ranking=ranking, as_read=as_read)


def draw_meant(lab: SceneLab, convention: Convention, target: Path, progress: Progress | None = None) -> int:
    """Draw points and boxes into the pictures that the lab looked at, as a convention means them; say how many."""
    scene, labels = (
        meant_scene(lab.drive.scene, convention),
        meant_labels(lab.drive.scene, lab.drive.labels, convention),
    )
    names = dict.fromkeys(track.category for track in labels.tracks)
    taxonomy = Taxonomy(map(with_usual_look, Taxonomy().with_categories(names).categories))
    drawable = Drawable(scene=scene, tracks=labels.tracks, boxes=labels.in_frame, taxonomy=taxonomy, folder=target)
    frames = [moment.frame for moment in lab.evidence.moments]
    options = OverlayOptions(frames=frames, points=True, names=False, overwrite=True)
    return draw_overlays([drawable], target, options, progress).pictures


def keep(
    path: Path,
    convention: Convention,
    *,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    author: str = "",
    progress: Progress | None = None,
) -> Path:
    """Keep a convention in a project, which from then on is opened so; the source is never touched.

    In a project file, its scenes are read so from now on and the stored boxes move along: one step to undo a scene.
    For a data set a new project is made beside it.

    Returns
    -------
    Path
        The project.

    Raises
    ------
    CannotWrite
        If a data set has a project already: say which.
    """
    if not convention.fixes:
        raise InvalidValue("there is nothing to keep: everything is meant as it is read")
    if not (path.suffix.lower() == SUFFIX and path.is_file()):
        dataset = open_dataset(path, source_format, read)
        target = default_project_path(dataset.path)
        if target.exists():
            raise CannotWrite("there is a project on this data already", where=target, hint="give the project's path")
        told = ReadOptions(fields=read.fields, assume={**read.assume, MEANT: _after(read, convention)})
        import_drive(path, target, source_format=source_format, read=told, author=author, progress=progress)
        return target
    with open_project(path, author) as project:
        for ref in project.refs:
            project.session.do(reading(project, ref.token, convention))
    return path


def reading(project: Project, token: str, convention: Convention) -> SetReading:
    """Return the edit that has a scene of a project read as a convention means it, its boxes moved along."""
    ref = project.ref(token)
    before = read_options(ref, project.path)
    scene, labels = project.scene(token), project.session.store.labels(token)
    meant = Convention(convention.fixes, in_world=ref.format in IN_WORLD)
    told = ReadOptions(fields=before.fields, assume={**before.assume, MEANT: _after(before, meant)})
    options = options_text(told, meant_scene(scene, meant).origin)
    return SetReading(ref, options, tuple(meant_boxes(scene, list(labels.boxes()), meant)))


def rank_open_scene(project: Project, token: str, progress: Progress | None = None) -> SceneLab:
    """Rank what a scene of an open project can be meant as, with its boxes as they are stored."""
    ref = project.ref(token)
    drive = Drive(scene=project.scene(token), labels=project.session.store.labels(token))
    return rank_scene(drive, ref.name, in_world=ref.format in IN_WORLD, progress=progress)


def draw_one(lab: SceneLab, convention: Convention, view: int) -> Any:  # noqa: ANN401  Pillow's picture
    """Return one picture that the lab looked at, with points and boxes as a convention means them."""
    from lidar_label.jobs.overlay_drawing import Shown, drawn, readable, world_points
    from lidar_label.model import Category

    seen = lab.evidence.views[view]
    number = lab.evidence.moments[seen.moment].frame
    frame = meant_scene(lab.drive.scene, convention).frames[number]
    boxes = meant_boxes(lab.drive.scene, list(lab.drive.labels.in_frame(number)), convention)
    kinds = {track.token: with_usual_look(Category(name=track.category)) for track in lab.drive.labels.tracks}
    shown = [Shown(box, readable(kinds[box.track].color), "") for box in boxes]
    return drawn(frame.images[seen.channel], shown, world_points(frame))


def _after(read: ReadOptions, convention: Convention) -> str:
    return joined(read.assume.get(MEANT, ""), convention)


def _of_project(project: Project, scenes: Sequence[str]) -> list[tuple[str, Drive, bool]]:
    chosen = _chosen(scenes, [ref.name for ref in project.refs])
    refs = [ref for ref in project.refs if ref.name in chosen]
    store = project.session.store
    return [
        (ref.name, Drive(scene=project.scene(ref.token), labels=store.labels(ref.token)), ref.format in IN_WORLD)
        for ref in refs
    ]


def _chosen(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    missing = [name for name in asked if name not in known]
    if missing:
        raise InvalidValue(f"there is no scene {missing[0]!r}", hint=f"there are: {', '.join(known[:8]) or 'none'}")
    return list(asked) or list(known[:1])
