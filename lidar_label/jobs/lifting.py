"""2D labels lifted into a project: each mark in a picture becomes a box in space, all of them one edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lidar_label.assist.lift import CannotFit, Eye, Lifted, LiftView, Mark, lift
from lidar_label.assist.usual_size import learnt_size
from lidar_label.datasets.flat import FlatMark, read_flat
from lidar_label.errors import BrokenReference, InvalidValue, MissingFile, UnreadableFile
from lidar_label.jobs.draft_edit import Draft, Drafts, drafted, write_draft
from lidar_label.jobs.first_draft import look_at
from lidar_label.jobs.flat_images import Pictures, Place
from lidar_label.jobs.flat_marks import category_for, mark_of, same_object
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report
from lidar_label.model import SE3, Box, Category, Finding, Labels, Scene, Source, Track, with_usual_look
from lidar_label.progress import Progress

_USUAL_SIZE = (4.6, 1.9, 1.7)  # of what nobody knows
_NAMED = 3  # of many the first few are named
AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A mark of the file, the picture it is in, and the category its box gets."""

    flat: FlatMark
    place: Place
    category: str


def lift_file(
    project: Project,
    source: Path,
    *,
    kind: str = "",
    classes: Mapping[str, str] | None = None,
    scenes: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Lift a file of 2D labels into a project; one undo takes all of its boxes back.

    Parameters
    ----------
    project : Project
    source : Path
        COCO's JSON, KITTI's label text or nuImages' tables; see `read_flat`.
    kind : str
        coco, kitti or nuimages where it cannot be told from the path.
    classes : mapping of str to str, optional
        Categories of the file to categories of the project; to "" leaves a class out. Others keep their own name
        where the project has it, else they become the category that the name plainly means.
    scenes : sequence of str
        Tokens of the scenes, by default all.

    Returns
    -------
    Report
        Its findings say what was not lifted, and why, and how many boxes are ambiguous.

    Raises
    ------
    LidarLabelError
        If the file cannot be read, or none of its pictures is of the project; nothing is written.
    Cancelled
        If the progress was stopped; nothing is written.
    """
    return write_draft(
        project, lifted_from(project, source, kind=kind, classes=classes, scenes=scenes, progress=progress)
    )


def lifted_from(
    project: Project,
    source: Path,
    *,
    kind: str = "",
    classes: Mapping[str, str] | None = None,
    scenes: Sequence[str] = (),
    progress: Progress | None = None,
) -> Draft:
    """Return what `lift_file` writes, for a desk that stores edits in its own way."""
    progress = progress or Progress()
    progress.step(0, 0, "reading 2D labels")
    said = _Said()
    marks = _placed(project, read_flat(source, kind), dict(classes or {}), scenes, source, said)
    by_scene: dict[str, list[_Placed]] = defaultdict(list)
    for one in marks:
        by_scene[one.place.ref.token].append(one)
    total, done = len(marks), 0

    def count(number: int) -> None:
        nonlocal done
        done += number
        progress.step(done, total, "lifting")

    made: Drafts = []
    others: dict[str, tuple[Box, ...]] = {}
    for ref in project.refs:
        if ref.token in by_scene:
            sizes = _sizes(project, ref.token, {one.category for one in by_scene[ref.token]})
            labels, beside = _lifted(project.scene(ref.token), by_scene[ref.token], sizes, said, count)
            made.append((ref, labels))
            others.update(beside)
    draft = drafted(project, made, f"Lift {source.name}", beside=True)
    there = sum(len(labels) for _, labels in made if labels is not None) - draft.report.boxes
    if there == 1:
        said.other("a box was left out where there are boxes already")
    elif there:
        said.other(f"{there} boxes were left out where there are boxes already")
    return replace(draft, report=replace(draft.report, findings=tuple(said.findings(str(source)))), others=others)


def _placed(
    project: Project,
    flat: Sequence[FlatMark],
    classes: dict[str, str],
    scenes: Sequence[str],
    source: Path,
    said: _Said,
) -> list[_Placed]:
    """Return the marks with the pictures they are in."""
    if not flat:
        raise InvalidValue("there are no 2D labels in it", where=source)
    unknown = sorted(set(classes) - {mark.category for mark in flat})
    if unknown:
        raise InvalidValue(
            f"no 2D label is of the class {unknown[0]!r}", where=source,
            hint=f"there are {', '.join(sorted({m.category for m in flat})[:8])}",
        )  # fmt: skip
    pictures, taxonomy = Pictures(project, scenes), project.session.store.taxonomy()
    found = []
    for mark in flat:
        category = classes.get(mark.category, category_for(mark.category, taxonomy))
        if not category:
            continue
        places = set(pictures.places(mark.image))
        if len(places) > 1:
            named = ", ".join(sorted(f"{p.ref.name}/{p.channel}/{p.frame:06d}" for p in places)[:_NAMED])
            raise BrokenReference(
                f"the picture {mark.image!r} may be any of {len(places)}: {named}", where=mark.where,
                hint="name it with its folders, or as scene/camera/frame",
            )  # fmt: skip
        if not places:
            why = f"their pictures are not in the project, such as {mark.image!r}"
            if scenes:
                why = f"their pictures are not of this drive, such as {mark.image!r}"
            said.not_lifted(why, mark, "unknown picture")
        elif (place := places.pop()) in pictures.without_lens:
            said.not_lifted(f"the camera {place.channel} has no calibration", mark)
        else:
            found.append(_Placed(mark, place, category))
    if not found:
        raise InvalidValue(f"none of its {len(flat)} 2D labels can be lifted: {said.first()}", where=source)
    return found


def _sizes(project: Project, scene: str, names: set[str]) -> dict[str, tuple[float, float, float]]:
    """Return what categories usually measure, by what people measured in the scene, too."""
    store = project.session.store
    taxonomy = store.taxonomy()
    kinds = {track.token: track.category for track in store.tracks(scene)}
    measured: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for span in store.track_spans(scene):
        if span.size is not None:
            measured[kinds[span.track]].append(span.size)
    known = {name: taxonomy.category(name) if name in taxonomy else Category(name=name) for name in names}
    return {
        name: learnt_size(with_usual_look(category).size or _USUAL_SIZE, measured[name])
        for name, category in known.items()
    }


def _lifted(
    scene: Scene, marks: Sequence[_Placed], sizes: Mapping[str, tuple[float, float, float]], said: _Said,
    count: Callable[[int], None],
) -> tuple[Labels, dict[str, tuple[Box, ...]]]:  # fmt: skip
    """Return the boxes of a scene's marks, and what else each may be; marks of one object are one track."""
    by_frame: dict[int, list[_Placed]] = defaultdict(list)
    for one in marks:
        by_frame[one.place.frame].append(one)
    tracks: dict[str, Track] = {}
    boxes: list[Box] = []
    others: dict[str, tuple[Box, ...]] = {}
    for frame, here in sorted(by_frame.items()):
        count(0)
        try:
            look = look_at(scene, frame)
        except (MissingFile, UnreadableFile) as error:
            look, why = None, error.line
        else:
            why = f"frame {frame} has no sweep of a LiDAR"
        if look is None:
            for one in here:
                said.not_lifted(why, one.flat)
            count(len(here))
            continue
        view, ego = LiftView.of(look.xyz, look.origins), look.world_SE3_ego
        for group, found in _of_frame(scene, view, ego, frame, here, sizes, said, count):
            category, name = group[0].category, group[0].flat.object
            track = tracks.get(f"{category}\0{name}") if name and scene.is_sequence else None
            if track is None or any(box.track == track.token and box.frame == frame for box in boxes):
                track = Track(category=category, name=name)
                tracks[f"{category}\0{name}" if name else track.token] = track
            boxes.append(_box(track.token, frame, found, ego))
            if found.others:
                others[boxes[-1].token] = tuple(_box(track.token, frame, other, ego) for other in found.others)
            said.ambiguous += found.ambiguous
    used = {box.track for box in boxes}
    return Labels([track for track in tracks.values() if track.token in used], boxes), others


def _of_frame(
    scene: Scene, view: LiftView, world_SE3_ego: SE3, frame: int, here: Sequence[_Placed],
    sizes: Mapping[str, tuple[float, float, float]], said: _Said, count: Callable[[int], None],
) -> list[tuple[list[_Placed], Lifted]]:  # fmt: skip
    """Return what the marks of a frame are lifted to; those that mean the same object together."""
    eyes: dict[str, Eye] = {}
    drawn: list[tuple[_Placed, Mark]] = []
    for one in here:
        try:
            eye = eyes.setdefault(one.place.channel, _eye(scene, frame, one.place.channel, world_SE3_ego))
            drawn.append((one, mark_of(one.flat, eye)))
        except (InvalidValue, UnreadableFile) as error:
            said.not_lifted(error.what, one.flat, error.what.partition(":")[0])
    count(len(here) - len(drawn))

    def raised(group: list[tuple[_Placed, Mark]]) -> Lifted | None:
        try:
            return lift(view, [m for _, m in group], sizes[group[0][0].category], headings=(0.0,))
        except (CannotFit, InvalidValue) as error:
            for one, _ in group:
                said.not_lifted(str(error), one.flat)
            return None

    groups: dict[str, list[tuple[_Placed, Mark]]] = defaultdict(list)
    for number, (one, mark) in enumerate(drawn):
        name = one.flat.object
        taken = {other.place.channel for other, _ in groups.get(f"{one.category}\0{name}", ())} if name else set()
        groups[f"{one.category}\0{name}" if name and one.place.channel not in taken else f"\0{number}"].append(
            (one, mark)
        )
    found: list[tuple[list[tuple[_Placed, Mark]], Lifted]] = []
    for group in groups.values():
        lifted = raised(group)
        if lifted is not None:
            same = next((n for n, (other, box) in enumerate(found) if not group[0][0].flat.object
                         and _may_join(group, other) and same_object(lifted, box)), None)  # fmt: skip
            again = raised([*found[same][0], *group]) if same is not None else None
            if same is not None and again is not None:
                found[same] = ([*found[same][0], *group], again)
            else:
                found.append((group, lifted))
        count(len(group))
    return [([one for one, _ in group], lifted) for group, lifted in found]


def _may_join(group: list[tuple[_Placed, Mark]], other: list[tuple[_Placed, Mark]]) -> bool:
    """Say whether marks without names may be of one object: of one category, in different pictures."""
    channels = {one.place.channel for one, _ in other}
    return not other[0][0].flat.object and other[0][0].category == group[0][0].category and not any(
        one.place.channel in channels for one, _ in group
    )  # fmt: skip


def _eye(scene: Scene, frame: int, channel: str, world_SE3_ego: SE3) -> Eye:
    """Return a camera at the time of its picture; without a picture at that of the frame."""
    image = scene.frames[frame].images.get(channel)
    sensor = image.sensor if image is not None else scene.sensors[channel]
    if sensor.camera is None:
        raise InvalidValue(f"the camera {channel} has no calibration")
    way = image.world_SE3_sensor.inverse @ world_SE3_ego if image is not None else sensor.ego_SE3_sensor.inverse
    return Eye(sensor.camera, way)


def _box(track: str, frame: int, found: Lifted, world_SE3_ego: SE3) -> Box:
    pose = world_SE3_ego @ found.pose
    return Box(
        track=track, frame=frame, world_SE3_box=SE3.from_yaw("world", "box", pose.yaw, pose.translation),
        size=found.size, is_keyframe=False, source=Source.MACHINE, score=found.score,
        doubt=AMBIGUOUS if found.ambiguous else "",
    )  # fmt: skip


class _Said:
    """What there is to say in the end: reasons are counted, and the first marks of each named."""

    def __init__(self) -> None:
        self.ambiguous = 0
        self._reasons: dict[str, list[str]] = {}
        self._texts: dict[str, str] = {}
        self._others: list[str] = []

    def not_lifted(self, why: str, mark: FlatMark, key: str = "") -> None:
        self._texts.setdefault(key or why, why)
        self._reasons.setdefault(key or why, []).append(mark.where)

    def other(self, text: str) -> None:
        self._others.append(text)

    def first(self) -> str:
        return next(iter(self._texts.values()), "they are of classes that are left out")

    def findings(self, source: str) -> list[Finding]:
        found = []
        for key, places in self._reasons.items():
            why = self._texts[key]
            text = f"a 2D label was not lifted: {why}"
            if len(places) > 1:
                text = f"{len(places)} 2D labels were not lifted: {why}"
            found.append(Finding("warning", "not-lifted", text, places[0]))
        if self.ambiguous:
            text = "a box is ambiguous: another object explains the 2D label about as well; look there"
            if self.ambiguous > 1:
                count = self.ambiguous
                text = f"{count} boxes are ambiguous: another object explains the 2D label about as well; look there"
            found.append(Finding("warning", "ambiguous", text, source))
        return [*found, *(Finding("info", "beside", text, source) for text in self._others)]
