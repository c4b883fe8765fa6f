"""The hidden folder beside a target in which a batch works: one run at a time, and nothing done twice."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Self

from lidar_label.datasets.export import explained, host_id, is_dead
from lidar_label.errors import CannotWrite


class Workplace:
    """``.NAME.lidar-label-work`` beside a target NAME, used as a context.

    ``scenes/DIGEST`` is a finished scene, a data set of its own; ``joined`` is what is to become the
    target; ``before`` is the earlier target, in the moment between the two renames of `swap`. The
    folder stays when a run is stopped or killed, so that the next one goes on where it was; it
    goes with the run that ends.

    Raises
    ------
    CannotWrite
        If another run works on the same target, or the disk refuses.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.lidar-label-work")
        self.scenes = self.folder / "scenes"
        self._lock = self.folder / "lock.json"
        self._before = self.folder / "before"
        self._joined = self.folder / "joined"

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(exist_ok=True)
            self._take_lock()
            self.scenes.mkdir(exist_ok=True)
            self._recover()
        except CannotWrite:
            raise
        except OSError as error:
            raise explained(error, self.target) from error
        return self

    def __exit__(self, *_: object) -> None:
        for leftover in self.scenes.glob(".*.part") if self.scenes.is_dir() else ():
            shutil.rmtree(leftover, ignore_errors=True)
        if self.scenes.is_dir() and not any(self.scenes.iterdir()):
            self.remove()
        self._lock.unlink(missing_ok=True)

    def scene(self, digest: str) -> Path:
        """Return where a finished scene is, or will be."""
        return self.scenes / digest

    def new_joined(self) -> Path:
        """Make the empty folder for what is to become the target."""
        shutil.rmtree(self._joined, ignore_errors=True)
        self._joined.mkdir()
        return self._joined

    def swap(self) -> None:
        """Give what was joined the target's name; an earlier target of ours goes once that is done."""
        if self.target.exists():
            self.target.rename(self._before)
        self._joined.rename(self.target)
        shutil.rmtree(self._before, ignore_errors=True)

    def remove(self) -> None:
        """Remove the whole folder: all is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _recover(self) -> None:
        """Put back what a run that was killed in the middle of `swap` had put aside."""
        if self._before.exists():
            if self.target.exists():
                shutil.rmtree(self._before, ignore_errors=True)
            else:
                self._before.rename(self.target)

    def _take_lock(self) -> None:
        for _ in range(2):
            try:
                with self._lock.open("x", encoding="utf-8") as file:
                    json.dump({"host": host_id(), "process": os.getpid()}, file)
            except FileExistsError:
                if not self._is_stale():
                    raise CannotWrite(
                        "another conversion to this target is running",
                        where=self.target,
                        hint=f"wait for it to end; if there is none, remove {self._lock}",
                    ) from None
                self._lock.unlink(missing_ok=True)
            else:
                return

    def _is_stale(self) -> bool:
        try:
            content = json.loads(self._lock.read_text("utf-8"))
            return bool(content["host"] == host_id() and is_dead(int(content["process"])))
        except (OSError, ValueError, TypeError, KeyError):
            return False  # it is being written just now, or is not ours to judge
