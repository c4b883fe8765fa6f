"""Session: the one way to change labels, with undo, redo and one event for everybody who shows them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lidar_label.edit.commands import Command
from lidar_label.model import Patch
from lidar_label.store import ProjectStore

Listener = Callable[[Patch], None]


class Session:
    """Edits one project; safe to use from any thread, one edit at a time.

    Parameters
    ----------
    store : ProjectStore
        The session closes it.
    author : str
        Who edits; kept with each edit.

    Notes
    -----
    History belongs to the project, not to the session: an edit of yesterday can be undone, and so
    can one that another session made meanwhile.
    """

    def __init__(self, store: ProjectStore, author: str = "") -> None:
        self.store = store
        self.author = author
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._telling = False

    def do(self, command: Command) -> Patch | None:
        """Make an edit; once this returns, it survives any crash.

        Returns
        -------
        Patch or None
            What was changed; None where nothing is to be.

        Raises
        ------
        CannotEdit
            If the command does not fit the labels as they are; nothing is changed then.
        """
        with self._alone():
            changes = command.changes(self.store)
            if not changes:
                return None
            patch = Patch(title=command.title, changes=changes, author=self.author, timestamp_ns=time.time_ns())
            self.store.apply(patch)
            return self._tell(patch)

    def undo(self) -> Patch | None:
        """Take the last edit back; return what that changed, or None where there is nothing to undo."""
        with self._alone():
            return self._tell(self.store.undo())

    def redo(self) -> Patch | None:
        """Make the last undone edit again; return it, or None where there is none."""
        with self._alone():
            return self._tell(self.store.redo())

    @property
    def read_only(self) -> bool:
        """Whether the project is open for reading only; every edit is refused then."""
        return self.store.read_only

    @property
    def undo_title(self) -> str:
        """Title of the edit that `undo` takes back; empty where there is none."""
        return self.store.undo_title()

    @property
    def redo_title(self) -> str:
        """Title of the edit that `redo` makes again; empty where there is none."""
        return self.store.redo_title()

    def on_changed(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every patch once it is stored, in the thread that edits.

        A listener must not edit. If one raises, the others are still told and the edit stays; the
        error then comes out of the call that made the edit.

        Returns
        -------
        callable
            Ends the listening.
        """
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def close(self) -> None:
        """Close the project file; nothing is left to be saved."""
        with self._lock:
            self._listeners.clear()
            self.store.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            if self._telling:  # the lock lets its own thread in again
                raise RuntimeError("a listener must not edit")
            yield

    def _tell(self, patch: Patch | None) -> Patch | None:
        if patch is None:
            return None
        errors: list[Exception] = []
        self._telling = True
        try:
            for listener in tuple(self._listeners):
                try:
                    listener(patch)
                except Exception as error:  # noqa: BLE001 - raised below, when all have been told
                    errors.append(error)
        finally:
            self._telling = False
        if errors:
            raise errors[0]
        return patch
