"""Open a project file together with the drives it labels."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any, Self

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.edit import Session
from lidar_label.errors import BrokenReference, MissingFile, UnreadableFile
from lidar_label.held import Held, Holder, hold, holder_of
from lidar_label.jobs.merged import MERGED, MergedDrive
from lidar_label.model import Finding, Scene
from lidar_label.store import HistoryEntry, ProjectStore, SceneRef

SUFFIX = ".lidarlabel"


class Project:
    """A project file that is open, and the drives its scenes refer to.

    Parameters
    ----------
    path : Path
        The project file.
    author : str
        Who edits; kept with each edit.
    alone : bool
        Hold the project as long as it is open, as a desk does. Where another has it, or where it cannot be written,
        it is open for reading only: then `session.read_only` is True, and `holder` says who has it, if anybody.
    """

    def __init__(self, path: Path, author: str = "", *, alone: bool = False) -> None:
        self.path = path
        self.holder: Holder | None = None
        self.is_free = False  # whether the holder was seen to be gone
        self._held: Held | None = None
        read_only = alone and not self._hold()
        try:
            self.session = Session(ProjectStore.open(path, read_only=read_only), author)
        except BaseException:
            self._let_go()
            raise
        self._datasets: dict[tuple[str, str, str], Dataset] = {}
        self._lock = threading.Lock()

    @property
    def refs(self) -> tuple[SceneRef, ...]:
        """The scenes of the project."""
        return self.session.store.scenes()

    def ref(self, token: str) -> SceneRef:
        """Return the reference of one scene; raise `BrokenReference` where there is none."""
        for ref in self.refs:
            if ref.token == token:
                return ref
        raise BrokenReference(f"the project has no scene {token}", where=self.path)

    def dataset(self, ref: SceneRef) -> Dataset:
        """Open the data set a scene lies in, once, as it was read when the project was made.

        Raises
        ------
        MissingFile
            If the data is not where the project says.
        """
        key = (ref.path, ref.format, options_text(read_options(ref, self.path)))
        with self._lock:
            if key not in self._datasets:
                source = source_of(self.path, ref)
                if not source.exists():
                    raise MissingFile(
                        f"the data of scene {ref.name} is not there: {source}",
                        where=self.path,
                        hint="move the data back, or keep the project file beside it",
                    )
                self._datasets[key] = _opened(source, ref.format, read_options(ref, self.path))
            return self._datasets[key]

    def scene(self, token: str) -> Scene:
        """Open a scene of the project; nothing of its sensor data is loaded."""
        ref = self.ref(token)
        return self.dataset(ref).scene(ref.scene)

    def findings(self, token: str) -> list[Finding]:
        """Return what there is to say of a scene's data, first of all whether it has changed."""
        ref = self.ref(token)
        scene = self.scene(token)
        found = list(self.dataset(ref).findings)
        if fingerprint(scene) != ref.fingerprint:
            message = "the frames of the data are not those that the project was made on; labels may be off"
            found.insert(0, Finding("warning", "source-changed", message, scene.name))
        before = _remembered_origin(ref)
        if before is not None and before != tuple(scene.origin):
            was, now = (", ".join(f"{v:.0f}" for v in place) for place in (before, scene.origin))
            message = (
                f"the world was shifted by {was} m when the project was made and is by {now} m now; labels are off"
            )
            found.insert(0, Finding("warning", "source-changed", message, scene.name))
        return found

    def close(self) -> None:
        """Close the project file; every edit is in it already."""
        try:
            self.session.close()
        finally:
            self._let_go()

    def _hold(self) -> bool:
        """Hold the project; False where it can only be read."""
        effective = os.access in os.supports_effective_ids
        places = (self.path, self.path.resolve().parent)
        if self.path.is_file() and not all(os.access(place, os.W_OK, effective_ids=effective) for place in places):
            return False
        lock = lock_path(self.path)
        try:
            self._held = hold(lock)
        except OSError:
            return False
        if self._held is None:
            self.holder = holder_of(lock)
        return self._held is not None

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_project(path: Path, author: str = "", *, alone: bool = False) -> Project:
    """Open a project file for editing; with `alone`, for reading only where another has it or it cannot be written.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or is no project file.
    """
    return Project(path, author, alone=alone)


def _opened(source: Path, name: str, read: ReadOptions) -> Dataset:
    if name.startswith(MERGED):
        return MergedDrive(source, name, read)
    return open_dataset(source, name, read)


def last_edit(path: Path) -> HistoryEntry | None:
    """Return the newest edit that stands in a project file, which is only read; None where there is none."""
    with ProjectStore.open(path, read_only=True) as store:
        return next((entry for entry in store.history() if entry.state == "done"), None)


def is_held(path: Path) -> bool:
    """Say whether a desk has a project open for editing."""
    try:
        held = hold(lock_path(path))
    except OSError:
        return True
    if held is not None:
        held.let_go()
    return held is None


def lock_path(project: Path) -> Path:
    """Return the file that a desk holds while it has the project open."""
    project = project.resolve()
    return project.with_name(f".{project.name}.lock")


def source_of(project: Path, ref: SceneRef) -> Path:
    """Return where the data of a scene lies."""
    return Path(os.path.normpath(project.resolve().parent / ref.path))


def path_for_ref(project: Path, source: Path) -> str:
    """Return how a project file refers to its data: relative, so that both can move together."""
    folder, target = project.resolve().parent, source.resolve()
    try:
        return Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:  # another drive letter
        return target.as_posix()


def options_text(read: ReadOptions, origin: tuple[float, float, float] | None = None) -> str:
    """Return how a project file remembers what a reader was told, and by what it shifted the world."""
    told = {
        "fields": list(read.fields),
        "assume": dict(sorted(read.assume.items())),
        "origin": [float(value) for value in origin or ()],
    }
    return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False)


def read_options(ref: SceneRef, project: Path) -> ReadOptions:
    """Return what the reader of a scene was told when the project was made.

    Raises
    ------
    UnreadableFile
        If the project file holds something else there.
    """
    try:
        found: Any = json.loads(ref.options)
        fields, assume = found.get("fields", []), found.get("assume", {})
        texts = [*fields, *assume.keys(), *assume.values()]
        if not isinstance(fields, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("not texts")
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise UnreadableFile(
            f"the options of scene {ref.name} are damaged: {ref.options[:80]!r}", where=project
        ) from None
    return ReadOptions(fields=tuple(fields), assume=assume)


def _remembered_origin(ref: SceneRef) -> tuple[float, float, float] | None:
    """Return by what the world was shifted when the project was made; None where an older project does not say."""
    try:
        x, y, z = json.loads(ref.options)["origin"]
        return (float(x), float(y), float(z))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def fingerprint(scene: Scene) -> str:
    """Digest what identifies the frames of a scene: their names, times and files."""
    digest = hashlib.sha256()
    for frame in scene.frames:
        digest.update(f"{frame.name}\0{frame.timestamp_ns}\0".encode())
        for channel, sweep in sorted(frame.sweeps.items()):
            digest.update(f"{channel}\0{sweep.path.name if sweep.path else ''}\0".encode())
    return digest.hexdigest()
