"""Convert cloud files: one into another kind, or every sweep of a drive into a folder of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from lidar_label.datasets import NO_OPTIONS, Dataset, Drive, Holds, ReadOptions, WriteOptions, check_target, recognised
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudArrays, CloudChunk, CloudFormat, CloudSource
from lidar_label.datasets.clouds.registry import (
    cloud_format_named,
    cloud_names,
    cloud_suffixes,
    open_cloud,
    write_cloud,
)
from lidar_label.datasets.export import new_folder
from lidar_label.datasets.lidar_files import lidar_origin
from lidar_label.datasets.losses import common_losses
from lidar_label.datasets.names import safe_name, unique_names
from lidar_label.datasets.work import run_all
from lidar_label.errors import CannotWrite, MissingFile
from lidar_label.jobs.report import Announce, Report, SceneReport, announce_losses, is_loss, not_read
from lidar_label.model import Finding, Scene, Sweep
from lidar_label.progress import Progress

SINGLE = "cloud"  # the format that opens one cloud file as a scene


def is_cloud_file(path: Path, source_format: str = "") -> bool:
    """Say whether a path is a cloud file: one by its name, and no drive in one file (a table of boxes)."""
    if source_format:
        return source_format in (*cloud_names(), SINGLE)
    return path.is_file() and path.suffix.lower() in cloud_suffixes() and recognised(path) in ("", SINGLE)


def kind_named(source_format: str) -> str:
    """Return the kind of cloud file that a person named; empty where it is to be told from the file."""
    return "" if source_format == SINGLE else source_format


def convert_cloud(
    source: Path,
    target: Path,
    to: str,
    *,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    options: WriteOptions | None = None,
    strict: bool = False,
    announce: Announce | None = None,
) -> Report:
    """Write the points of one file to another, in their order and number; memory does not grow with them.

    Raises
    ------
    CheckFailed
        If something would be lost and `strict` is set; nothing is written.
    LidarLabelError
        If the source cannot be read, or the target exists or cannot be written.
    """
    options = options or WriteOptions()
    opened = open_cloud(source, kind_named(source_format), read)
    kind = _writable(to)
    check_target(target, [], WriteOptions())
    losses = kind.losses(opened)
    announce_losses([*not_read(opened.findings), *losses], announce, strict=strict)
    written = write_cloud(to, target.absolute(), Watched(opened, options.progress))
    scene = SceneReport(name=source.name, status="done", frames=1, tracks=0, boxes=0, lost=_texts(losses))
    return Report(target=target, scenes=[scene], findings=list(dict.fromkeys([*opened.findings, *losses, *written])))


def convert_sweeps(
    dataset: Dataset,
    names: Sequence[str],
    target: Path,
    to: str,
    *,
    options: WriteOptions | None = None,
    strict: bool = False,
    announce: Announce | None = None,
) -> Report:
    """Write every sweep of a drive as ``CHANNEL/NAME.suffix`` in a new folder; of several scenes, in one folder each.

    Points stay in their own sensor's frame. The folder appears whole, or not at all.

    Raises
    ------
    CheckFailed
        If something would be lost and `strict` is set; nothing is written.
    LidarLabelError
        If a scene cannot be read or the target cannot be written.
    """
    options = options or WriteOptions()
    kind, target = _writable(to), target.absolute()
    check_target(target, [], WriteOptions(source=dataset.path))
    holds = Holds(boxes=False, point_fields=kind.keeps_fields, point_times=kind.keeps_fields)
    losses: dict[str, list[Finding]] = {}
    for name in names:
        drive = Drive(scene=dataset.scene(name), labels=dataset.labels(name))
        losses[name] = [*common_losses(holds, [drive]), *_of_points(kind, drive.scene)]
    every_loss = [loss for found in losses.values() for loss in found]
    announce_losses([*not_read(dataset.findings), *every_loss], announce, strict=strict)
    reports: list[SceneReport] = []
    with new_folder(target) as (folder, findings):
        for name, place in _folders(folder, names).items():
            scene = dataset.scene(name)
            files = list(_paths(scene, place, kind.suffixes[0]))
            work = [partial(_write_sweep, to, scene, sweep, path) for sweep, path in files]
            told = run_all(work, options, f"write {name}")
            findings += dict.fromkeys(finding for found in told for finding in found)
            reports.append(
                SceneReport(
                    name=name, status="done", frames=len(scene.frames), tracks=0, boxes=0, lost=_texts(losses[name])
                )
            )
    every = [*dataset.findings, *every_loss, *findings]
    return Report(target=target, scenes=reports, findings=list(dict.fromkeys(every)))


class Watched(CloudSource):
    """A source that counts its points as steps of a progress, so that a person sees and can stop it."""

    def __init__(self, source: CloudSource, progress: Progress) -> None:
        self.wraps = self._source = source
        self._progress = progress
        self.points, self.fields = source.points, source.fields
        self.step, self.step_from, self.xyz_dtype = source.step, source.step_from, source.xyz_dtype
        self.findings = source.findings

    @property
    def origin(self) -> tuple[float, float, float]:
        """What the source takes off."""
        return self._source.origin

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield what the source yields."""
        self._progress.step(0, self.points, "points")
        for chunk in self._source.chunks(size):
            yield chunk
            self._progress.step(chunk.start + len(chunk), self.points, "points")


def _writable(name: str) -> CloudFormat:
    kind = cloud_format_named(name)
    if not kind.writes:
        raise CannotWrite(f"{kind.title} can be read but not written", hint="see: lidar-label formats")
    return kind


def _texts(losses: Sequence[Finding]) -> list[str]:
    return [loss.message for loss in losses if is_loss(loss)]


def _of_points(kind: CloudFormat, scene: Scene) -> list[Finding]:
    """Return what of the points is lost, from the first sweep of each channel that is there."""
    found: dict[str, list[Finding]] = {}
    for sweep in _sweeps(scene):
        if sweep.channel not in found and sweep.is_present:
            try:
                losses = kind.losses(CloudArrays(sweep.points()))
            except MissingFile:
                continue  # gone since; writing counts it
            found[sweep.channel] = [Finding(f.severity, f.code, f.message, scene.name) for f in losses]
    return [finding for losses in found.values() for finding in losses]


def _sweeps(scene: Scene) -> Iterator[Sweep]:
    return (recording for recording in scene.recordings() if isinstance(recording, Sweep))


def _folders(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    if len(names) == 1:
        return {names[0]: folder}
    return {name: folder / safe for name, safe in unique_names(names).items()}


def _paths(scene: Scene, folder: Path, suffix: str) -> Iterator[tuple[Sweep, Path]]:
    """Yield each sweep and its file: named by its frame where that names it alone, else by its time."""
    channels: dict[str, list[Sweep]] = {}
    for sweep in _sweeps(scene):
        channels.setdefault(sweep.channel, []).append(sweep)
    for channel, safe in unique_names(list(channels)).items():
        (folder / safe).mkdir(parents=True, exist_ok=True)
        sweeps = sorted(channels[channel], key=lambda sweep: sweep.timestamp_ns)
        names = [scene.frames[sweep.frame].name for sweep in sweeps]
        if any(name != safe_name(name) for name in names) or len({name.lower() for name in names}) < len(names):
            names = [str(sweep.timestamp_ns) for sweep in sweeps]
        if len(set(names)) < len(names):
            names = [f"{index:06d}" for index in range(len(sweeps))]
        for sweep, name in zip(sweeps, names, strict=True):
            yield sweep, folder / safe / f"{name}{suffix}"


def _write_sweep(to: str, scene: Scene, sweep: Sweep, path: Path) -> list[Finding]:
    """Write a sweep where its source's own cloud has it."""
    try:
        cloud = sweep.points()
    except MissingFile as error:
        return [Finding("warning", "missing-file", "a sweep is not there and was not written", error.where)]
    main = scene.main_lidar
    origin = lidar_origin(scene) if main is not None and main.channel == sweep.channel else (0.0, 0.0, 0.0)
    return write_cloud(to, path, CloudArrays(cloud, origin))
