"""Talk: comments of the open scene: what they are about, writing and settling them, going to the next."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QObject

from lidar_label.edit import AddComment, ChangeComment, DeleteComments, ResolveComments, Session
from lidar_label.gui.desk import Desk
from lidar_label.gui.track_names import name_of
from lidar_label.model import Box, Comment, Patch

MARK = "✎"


@dataclass(frozen=True, slots=True)
class About:
    """What a comment is about: a box, a track, a frame, or with neither the whole drive."""

    frame: int | None = None
    track: str | None = None


class Talk(QObject):
    """One for each desk, made by the first who asks (`Talk.of`)."""

    @staticmethod
    def of(desk: Desk) -> Talk:
        """Return the one of a desk."""
        found = desk.findChild(Talk)
        return found if found is not None else Talk(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._read: tuple[Comment, ...] = ()
        self._frame = -1
        self._told: frozenset[str] = frozenset()

    @property
    def comments(self) -> tuple[Comment, ...]:
        """All comments and answers of the scene, the oldest first."""
        return self._desk.known.comments

    def choices(self) -> tuple[About, ...]:
        """Return what a new comment may be about, the nearest at hand first."""
        desk, found = self._desk, []
        if desk.scene is None:
            return ()
        if desk.selected_box is not None:
            found.append(About(desk.index, desk.selected))
        if desk.selected in desk.tracks:
            found.append(About(None, desk.selected))
        return (*found, About(desk.index), About())

    def words(self, about: About) -> str:
        """Say what a comment is about."""
        if about.track is None:
            return self.tr("whole drive") if about.frame is None else self.tr("frame {0}").format(about.frame)
        name = name_of(self._desk, about.track)
        if about.frame is None:
            return self.tr("track {0}").format(name)
        return self.tr("track {0}, frame {1}").format(name, about.frame)

    def mark(self, box: Box) -> str:
        """Return the mark at a box that has open comments, or an empty text."""
        return MARK if box.track in self.in_frame(box.frame) else ""

    def in_frame(self, frame: int) -> frozenset[str]:
        """Return the tracks of which open comments tell in a frame."""
        comments = self.comments
        if comments is not self._read or frame != self._frame:
            self._read, self._frame = comments, frame
            still = (c for c in comments if not c.done and c.reply_to is None and c.track is not None)
            self._told = frozenset(str(c.track) for c in still if c.frame in (None, frame))
        return self._told

    # Deeds

    def write(self, text: str, about: About) -> None:
        """Write a comment."""
        scene, title = self._desk.scene_token, self.tr("Write a comment")

        def edit(session: Session) -> Patch | None:
            comment = Comment(
                scene=scene, text=text, frame=about.frame, track=about.track,
                author=session.author, time_ns=time.time_ns(),
            )  # fmt: skip
            return session.do(AddComment(comment, title))

        self._desk.do(edit)

    def reply(self, text: str, token: str) -> None:
        """Answer a comment."""
        scene, title = self._desk.scene_token, self.tr("Answer a comment")

        def edit(session: Session) -> Patch | None:
            answer = Comment(
                scene=scene, text=text, reply_to=token, author=session.author, time_ns=time.time_ns()
            )  # fmt: skip
            return session.do(AddComment(answer, title))

        self._desk.do(edit)

    def change(self, token: str, text: str) -> None:
        """Put a comment in other words."""
        title = self.tr("Change a comment")
        self._desk.do(lambda session: session.do(ChangeComment(token, text, title)))

    def settle(self, tokens: Iterable[str], *, done: bool) -> None:
        """Say that comments were dealt with, or open them again."""
        title = self.tr("Settle a comment") if done else self.tr("Open a comment again")
        wanted = tuple(tokens)
        self._desk.do(lambda session: session.do(ResolveComments(wanted, done, title)))

    def delete(self, token: str) -> None:
        """Delete a comment with its answers."""
        title = self.tr("Delete a comment")
        self._desk.do(lambda session: session.do(DeleteComments((token,), title)))

    # Going there

    def go(self, comment: Comment) -> None:
        """Show what a comment is about."""
        desk = self._desk
        if comment.track is not None and comment.track in desk.tracks:
            desk.select(comment.track)
        frame = comment.frame
        if frame is None and comment.track is not None:
            first, last, boxes = desk.track_counts.get(comment.track, (0, 0, 0))
            frame = first if boxes and not first <= desk.index <= last else None
        if frame is not None and frame != desk.index:
            desk.go_to(frame)

    def next_open(self, after: str = "") -> Comment | None:
        """Return the open comment behind another one, in the order of frames; from the end on, the first."""
        order = sorted((c for c in self.comments if not c.done and c.reply_to is None), key=self._place)
        if not order:
            return None
        known = next((c for c in self.comments if c.token == after), None)
        behind = [c for c in order if known is None or self._place(c) > self._place(known)]
        return behind[0] if behind else order[0]

    def _place(self, comment: Comment) -> tuple[int, int, str]:
        first = self._desk.track_counts.get(comment.track or "", (-1, 0, 0))[0]
        return (comment.frame if comment.frame is not None else first, comment.time_ns, comment.token)
