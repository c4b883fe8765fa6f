"""Convert many scenes: each on its own, then joined into one target that appears whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from lidar_label.datasets import NO_OPTIONS, ReadOptions, WriteOptions, check_target, format_named
from lidar_label.datasets.export import explained
from lidar_label.datasets.joining import MANIFEST
from lidar_label.errors import Cancelled, CannotWrite, LidarLabelError
from lidar_label.jobs.manifest import Entry, Manifest, read_manifest, write_manifest
from lidar_label.jobs.report import Announce, Report, SceneReport, announce_losses, not_read
from lidar_label.jobs.scenes import Look, SceneTask, Source, Written, look_at, scene_task, write_scene
from lidar_label.jobs.workers import Workers
from lidar_label.jobs.workplace import Workplace
from lidar_label.model import Finding
from lidar_label.progress import Progress

T = TypeVar("T")
R = TypeVar("R")


class Batch:
    """A conversion of many scenes.

    Every scene is looked at first (what it is, what will be lost), then written as a data set of
    its own into a hidden folder beside the target (`Workplace`), read back and compared, and put
    under a digest of all it was made from. When no scene is left, those that are done are joined
    (`Format.join`) with what the target held before, read back, and given the target's name. So:

    - a run that was killed goes on where it was: what is under its digest is not done again;
    - a scene that fails is told at the end and stops no other, and leaves nothing behind;
    - a later run with the same target adds what is missing: the target's manifest says what it
      holds. A scene that is there but was made from other data, or by another version, is not
      written over.

    Parameters
    ----------
    source : Path
    source_format : str
        Name of the source's format.
    names : sequence of str
        The scenes to convert.
    target : Path
    to : str
        Name of the format to write.
    read : ReadOptions
    options : WriteOptions
        `jobs` is the number of sensor files written at once for each scene.
    """

    def __init__(
        self,
        source: Path,
        source_format: str,
        names: Sequence[str],
        target: Path,
        to: str,
        *,
        read: ReadOptions = NO_OPTIONS,
        options: WriteOptions | None = None,
    ) -> None:
        options = options or WriteOptions()
        self._target, self._progress = target.absolute(), options.progress
        self._writer = format_named(to)
        if not self._writer.writes:
            raise CannotWrite(f"{self._writer.title} can be read but not written", hint="see: lidar-label formats")
        self._place = Workplace(self._target)
        self._tasks = {
            name: scene_task(source, source_format, read, name, to, options, self._place.scenes) for name in names
        }
        self._source = source.absolute()
        self._manifest = Manifest(format=to, options=next(iter(self._tasks.values())).options)

    def run(self, workers: Workers, *, strict: bool = False, announce: Announce | None = None) -> Report:
        """Convert the scenes; see the class.

        Raises
        ------
        CheckFailed
            If something would be lost and `strict` is set; nothing is written.
        CannotWrite
            If the target is there and is none of ours, or the disk refuses.
        Cancelled
            If the person stopped it; finished scenes are kept for the next run.
        """
        if not self._is_ours():
            check_target(self._target, [], WriteOptions(source=self._source))
        with self._place, workers:
            try:
                return self._run(workers, self._entries_before(), strict, announce)
            except Cancelled as error:
                kept = sum(1 for path in self._place.scenes.iterdir() if not path.name.startswith("."))
                hint = f"{kept} finished scenes are kept: the same command goes on from there" if kept else error.hint
                raise Cancelled(error.what, hint=hint) from None
            except LidarLabelError:
                raise
            except OSError as error:
                raise explained(error, self._target) from error

    def _is_ours(self) -> bool:
        return self._target.is_dir() and (self._target / MANIFEST).is_file()

    def _entries_before(self) -> tuple[Entry, ...]:
        """Return what the target holds already; raise where it is not one to add to."""
        found = read_manifest(self._target)
        if found is None:
            return ()
        reason = found.differs_from(self._manifest)
        if reason:
            raise CannotWrite(f"the target cannot be added to: {reason}", where=self._target, hint="choose another")
        return tuple(found.scenes)

    def _run(self, workers: Workers, before: Sequence[Entry], strict: bool, announce: Announce | None) -> Report:
        there = {entry.name: entry for entry in before}
        looks = self._look(workers, there)
        losses = [loss for look in looks.values() for loss in (*not_read(look.findings), *look.losses)]
        announce_losses(losses, announce, strict=strict)
        failed = {name: look.reason for name, look in looks.items() if look.reason}
        wanted = {n: look.entry for n, look in looks.items() if look.entry is not None and look.entry.name not in there}
        missing = {name: entry for name, entry in wanted.items() if not self._place.scene(entry.digest).is_dir()}
        work = [(self._tasks[name], entry) for name, entry in missing.items()]
        for written in self._each(workers, write_scene, work, _lost, "convert"):
            if written.reason:
                failed[written.scene] = written.reason
        done = {name: entry for name, entry in wanted.items() if name not in failed}
        findings = [finding for look in looks.values() for finding in (*look.findings, *look.losses)]
        if done:
            findings += self._join(before, done)
        self._place.remove()
        reports = [_report(name, look, failed.get(name, ""), name in done) for name, look in looks.items()]
        return Report(target=self._target, scenes=reports, findings=list(dict.fromkeys(findings)))

    def _look(self, workers: Workers, there: Mapping[str, Entry]) -> dict[str, Look]:
        """Look at every scene; one that is in the target but differs, or shares its name, has failed."""
        tasks = list(self._tasks.values())
        found = {look.scene: look for look in self._each(workers, look_at, tasks, _unseen, "look at")}
        looks = {name: found[name] for name in self._tasks}
        names = Counter(look.entry.name for look in looks.values() if look.entry is not None)
        for name, look in looks.items():
            entry = look.entry
            if entry is None:
                continue
            if names[entry.name] > 1:
                reason = f"two scenes are called {entry.name!r}; convert them to targets of their own"
                looks[name] = Look(scene=name, reason=reason)
            elif entry.name in there and there[entry.name].digest != entry.digest:
                reason = "the target holds it already, made from other data or with other options"
                looks[name] = replace(look, entry=None, reason=reason)
        return looks

    def _each(
        self,
        workers: Workers,
        call: Callable[[T, Progress | None], R],
        tasks: Sequence[T],
        lost: Callable[[T, str], R],
        text: str,
    ) -> Iterator[R]:
        """Yield the results of all tasks, a step of the progress each."""
        done, total = 0, len(tasks)

        def tick() -> None:
            self._progress.step(done, total, text)

        tick()
        for result in workers.run(call, tasks, lost, tick):
            done += 1
            yield result
            tick()

    def _join(self, before: Sequence[Entry], done: Mapping[str, Entry]) -> list[Finding]:
        """Join finished scenes with what the target held, read that back, and give it the target's name."""
        parts = {self._place.scene(entry.digest): entry for entry in done.values()}
        entries: list[Entry] = []
        for part, entry in parts.items():
            signed = read_manifest(part)
            entries += signed.scenes if signed is not None else [entry]
        joined = self._place.new_joined()
        folders = [*([self._target] if before else []), *parts]
        if len(folders) == 1:
            joined.rmdir()
            folders[0].rename(joined)
            told = []
        else:
            told = self._writer.join(folders, joined)
        whole = replace(self._manifest, scenes=(*before, *entries))
        write_manifest(joined, whole)
        self._check(joined, whole.scenes)
        self._place.swap()
        renamed = [replace(f, where=parts[Path(f.where)].name if Path(f.where) in parts else f.where) for f in told]
        return [*(finding for entry in entries for finding in entry.findings), *renamed]

    def _check(self, joined: Path, entries: Sequence[Entry]) -> None:
        """Read what was joined back, one scene at a time, and compare its size with that of the parts."""
        source = Source(joined, self._manifest.format, NO_OPTIONS)
        names = source.dataset.scene_names
        frames = boxes = 0
        for name in self._progress.over(names, len(names), "reading back"):
            drive = source.drive(name)
            frames, boxes = frames + len(drive.scene.frames), boxes + len(drive.labels)
        given = (len(entries), sum(entry.frames for entry in entries), sum(entry.boxes for entry in entries))
        back = (given[0] if self._writer.merges_scenes else len(names), frames, boxes)
        if given != back:
            raise CannotWrite(
                "what was joined does not read back as it was written: scenes, frames and boxes are "
                f"{back}, not {given}",
                where=self._target,
                hint="the finished scenes are kept; please report this with the data",
            )


def _report(name: str, look: Look, reason: str, is_new: bool) -> SceneReport:
    entry = look.entry
    return SceneReport(
        name=entry.name if entry is not None else name,
        status="failed" if reason else "done" if is_new else "skipped",
        frames=entry.frames if entry is not None else 0,
        tracks=entry.tracks if entry is not None else 0,
        boxes=entry.boxes if entry is not None else 0,
        lost=entry.lost if entry is not None else (),
        reason=reason,
    )


def _unseen(task: SceneTask, reason: str) -> Look:
    return Look(scene=task.scene, reason=reason)


def _lost(task: tuple[SceneTask, Entry], reason: str) -> Written:
    return Written(scene=task[0].scene, reason=reason)
