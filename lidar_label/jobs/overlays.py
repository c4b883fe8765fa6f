"""Pictures with the boxes drawn in, of a project or a data set, one file a frame and camera."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lidar_label.datasets import NO_OPTIONS, ReadOptions, open_dataset
from lidar_label.datasets.names import unique_names
from lidar_label.errors import CannotWrite, InvalidValue, LidarLabelError
from lidar_label.jobs.overlay_drawing import Shown, drawn, readable, world_points
from lidar_label.jobs.project import SUFFIX, Project, open_project
from lidar_label.model import Box, Finding, Floats, Frame, Image, Scene, Taxonomy, Track, color_for, with_usual_look
from lidar_label.progress import Progress

KINDS = {".jpg": "JPEG", ".png": "PNG"}
_QUALITY = 92
BoxesOf = Callable[[int], Sequence[Box]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayOptions:
    """What is drawn, and of what.

    Parameters
    ----------
    frames : sequence of int
        Numbers of the frames; all where none is named.
    cameras : sequence of str
        Channels; all where none is named.
    points, names : bool
        Whether the points of the LiDAR are drawn, and what each box is written at it.
    suffix : str
        A key of `KINDS`.
    overwrite : bool
        Whether files that are there already are written anew; otherwise they stop the work before it begins.
    """

    frames: Sequence[int] = ()
    cameras: Sequence[str] = ()
    points: bool = False
    names: bool = True
    suffix: str = ".jpg"
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.suffix not in KINDS:
            raise InvalidValue(f"pictures are written as {' or '.join(KINDS)}, not as {self.suffix!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayReport:
    """Where the pictures are, how many were written, and what could not be drawn."""

    target: Path
    pictures: int
    findings: Sequence[Finding] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"target": str(self.target), "pictures": self.pictures, "findings": findings}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """A scene with what is known of its boxes."""

    scene: Scene
    tracks: Sequence[Track]
    boxes: BoxesOf
    taxonomy: Taxonomy
    folder: Path


def overlays(
    source: Path,
    target: Path,
    options: OverlayOptions,
    *,
    scenes: Sequence[str] = (),
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    progress: Progress | None = None,
) -> OverlayReport:
    """Draw the boxes of a project file or of a data set's own labels into its pictures; see `draw_overlays`."""
    if source.suffix.lower() == SUFFIX and source.is_file():
        with open_project(source) as project:
            return project_overlays(project, target, options, scenes=scenes, progress=progress)
    dataset = open_dataset(source, source_format, read)
    names = [name for name in dataset.scene_names if not scenes or name in scenes]
    _check_scenes(scenes, dataset.scene_names)
    folders = _folders(target, names)
    taxonomy = Taxonomy(map(with_usual_look, dataset.taxonomy.categories))  # the colours that a project has
    found = []
    for name in names:
        scene, labels = dataset.scene(name), dataset.labels(name)
        found.append(
            Drawable(
                scene=scene, tracks=labels.tracks, boxes=labels.in_frame, taxonomy=taxonomy,
                folder=folders[name],
            )
        )  # fmt: skip
    report = draw_overlays(found, target, options, progress)
    return replace(report, findings=[*dataset.findings, *report.findings])


def project_overlays(
    project: Project,
    target: Path,
    options: OverlayOptions,
    *,
    scenes: Sequence[str] = (),
    progress: Progress | None = None,
) -> OverlayReport:
    """Draw the boxes of an open project, as they are stored, into its pictures; see `draw_overlays`.

    `scenes` are names or tokens; all where none is named.
    """
    store = project.session.store
    refs = [ref for ref in project.refs if not scenes or ref.name in scenes or ref.token in scenes]
    _check_scenes(scenes, [text for ref in project.refs for text in (ref.name, ref.token)])
    folders = _folders(target, [ref.name for ref in refs])

    def boxes_of(token: str) -> BoxesOf:
        return lambda frame: store.boxes_in_frame(token, frame)

    found = [
        Drawable(
            scene=project.scene(ref.token), tracks=store.tracks(ref.token), boxes=boxes_of(ref.token),
            taxonomy=store.taxonomy(), folder=folders[ref.name],
        )
        for ref in refs
    ]  # fmt: skip
    return draw_overlays(found, target, options, progress)


def draw_overlays(
    found: Sequence[Drawable], target: Path, options: OverlayOptions, progress: Progress | None = None
) -> OverlayReport:
    """Write each picture, in all its pixels, as ``CHANNEL/000012.jpg`` by the number of its frame.

    Of several scenes each has a folder of its own. A file has its final name only once it is whole; what was written
    before the work was stopped stays. A picture that cannot be read becomes a finding.

    Raises
    ------
    InvalidValue
        If a frame or a camera is named that is not there.
    CannotWrite
        If a file exists and may not be overwritten (nothing is written then), or the folder cannot be written.
    Cancelled
        If the person stopped it.
    """
    progress = progress or Progress()
    wanted = [(drawable, frame, path) for drawable in found for frame, path in _wanted(drawable, options)]
    there = [path for _, _, paths in wanted for _, path in paths if path.exists()]
    if there and not options.overwrite:
        raise CannotWrite(
            f"{len(there)} pictures are there already, the first: {there[0].name}",
            where=there[0].parent,
            hint="choose another folder, or say that they may be overwritten",
        )
    total, done, written = sum(len(paths) for _, _, paths in wanted), 0, 0
    findings: list[Finding] = []
    for drawable, frame, paths in wanted:
        progress.step(done, total, drawable.scene.name)
        shown = _shown(drawable, frame.index, options)
        points = _points(frame, findings) if options.points else None
        for image, path in paths:
            progress.step(done, total, drawable.scene.name)
            try:
                _save(drawn(image, shown, points), path, options.suffix)
                written += 1
            except LidarLabelError as error:
                if isinstance(error, CannotWrite):
                    raise
                findings.append(Finding("warning", "not-read", error.what, f"{error.where} (frame {frame.index})"))
            done += 1
    progress.step(total, total, "")
    return OverlayReport(target=target, pictures=written, findings=findings)


def planned(scene: Scene, target: Path, options: OverlayOptions) -> list[Path]:
    """Return the files that one scene's pictures would become in a folder."""
    drawable = Drawable(scene=scene, tracks=(), boxes=lambda _: (), taxonomy=Taxonomy(), folder=target)
    return [path for _, paths in _wanted(drawable, options) for _, path in paths]


def _wanted(drawable: Drawable, options: OverlayOptions) -> list[tuple[Frame, list[tuple[Image, Path]]]]:
    scene = drawable.scene
    count = len(scene.frames)
    wrong = [number for number in options.frames if not 0 <= number < count]
    if wrong:
        last = f"0 to {count - 1}" if count else "none"
        raise InvalidValue(f"there is no frame {wrong[0]}; the scene has {last}", where=scene.name)
    channels = sorted({channel for frame in scene.frames for channel in frame.images})
    missing = [channel for channel in options.cameras if channel not in channels]
    if missing:
        raise InvalidValue(
            f"there is no camera {missing[0]}; the scene has {', '.join(channels) or 'none'}", where=scene.name
        )
    folders = unique_names(channels)
    chosen = [scene.frames[number] for number in dict.fromkeys(options.frames)] or list(scene.frames)
    return [
        (
            frame,
            [
                (image, drawable.folder / folders[channel] / f"{frame.index:06d}{options.suffix}")
                for channel, image in frame.images.items()
                if not options.cameras or channel in options.cameras
            ],
        )
        for frame in chosen
    ]


def _shown(drawable: Drawable, frame: int, options: OverlayOptions) -> list[Shown]:
    tracks = {track.token: track for track in drawable.tracks}
    found = []
    for box in drawable.boxes(frame):
        track = tracks[box.track]
        known = track.category in drawable.taxonomy
        color = drawable.taxonomy.category(track.category).color if known else color_for(track.category)
        kind = track.category.rsplit(".", 1)[-1]
        named = track.name.lower().startswith(kind.lower())
        text = (track.name if named else f"{kind} {track.name}".strip()) if options.names else ""
        found.append(Shown(box, readable(color), text))
    return found


def _points(frame: Frame, findings: list[Finding]) -> Floats | None:
    try:
        return world_points(frame)
    except LidarLabelError as error:
        findings.append(Finding("warning", "not-read", error.what, f"{error.where} (frame {frame.index})"))
        return None


def _save(picture: Any, path: Path, suffix: str) -> None:  # noqa: ANN401  Pillow's picture
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            picture.save(part, KINDS[suffix], quality=_QUALITY) if suffix == ".jpg" else picture.save(part, "PNG")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(f"the picture cannot be written: {error}", where=path) from None


def _folders(target: Path, names: Sequence[str]) -> dict[str, Path]:
    if len(names) == 1:
        return {names[0]: target}
    unique = unique_names(names)
    return {name: target / unique[name] for name in names}


def _check_scenes(asked: Sequence[str], known: Sequence[str]) -> None:
    missing = [name for name in asked if name not in known]
    if missing:
        raise InvalidValue(f"there is no scene {missing[0]!r}", hint=f"there are: {', '.join(known[:8]) or 'none'}")
