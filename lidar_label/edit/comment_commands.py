"""Commands on comments: writing, answering, changing, settling and deleting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lidar_label.edit.commands import delete, frames_of, insert, need_tracks, updates
from lidar_label.errors import CannotEdit
from lidar_label.model import Change, Comment, Row
from lidar_label.store import ProjectStore, rows


@dataclass(frozen=True, slots=True)
class AddComment:
    """Write a comment. One with `reply_to` answers another, and is about the same as that."""

    comment: Comment
    title: str = "Write a comment"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the new comment's row."""
        comment = self.comment
        frames = frames_of(store, comment.scene)
        if comment.frame is not None and comment.frame >= frames:
            raise CannotEdit(f"the scene has {frames} frames, 0 to {frames - 1}", where=f"frame {comment.frame}")
        if comment.track is not None and need_tracks(store, (comment.track,))[0]["scene"] != comment.scene:
            raise CannotEdit("the track is in another scene", where=f"track {comment.track}")
        if comment.reply_to is not None:
            (first,) = need_comments(store, (comment.reply_to,))
            about = rows.read("comment", first, rows.comment_of, store.path)
            if about.scene != comment.scene:
                raise CannotEdit("the comment that is answered is in another scene", where=f"comment {about.token}")
            root = about.reply_to or about.token  # an answer to an answer belongs to the same talk
            comment = replace(comment, frame=about.frame, track=about.track, reply_to=root, done=False)
        return (insert("comment", rows.comment_row(comment)),)


@dataclass(frozen=True, slots=True)
class ChangeComment:
    """Put a comment in other words."""

    token: str
    text: str
    title: str = "Change a comment"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the comment's row where it differs."""
        (row,) = need_comments(store, (self.token,))
        replace(rows.read("comment", row, rows.comment_of, store.path), text=self.text)  # raises for an empty text
        return updates("comment", (row,), {"text": self.text})


@dataclass(frozen=True, slots=True)
class ResolveComments:
    """Say that what comments ask for was dealt with, or that it was not."""

    tokens: tuple[str, ...]
    done: bool = True
    title: str = "Settle a comment"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the comments that differ."""
        return updates("comment", need_comments(store, self.tokens), {"done": self.done})


@dataclass(frozen=True, slots=True)
class DeleteComments:
    """Delete comments with the answers to them."""

    tokens: tuple[str, ...]
    title: str = "Delete a comment"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the comments and of their answers."""
        found = {row["token"]: row for row in need_comments(store, self.tokens)}
        found |= {row["token"]: row for row in store.find_rows("comment", "reply_to", self.tokens)}
        return tuple(delete("comment", row) for row in found.values())


def need_comments(store: ProjectStore, tokens: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of comments; raise `CannotEdit` where one is not there."""
    wanted = list(dict.fromkeys(tokens))
    found = store.find_rows("comment", "token", wanted)
    missing = set(wanted) - {str(row["token"]) for row in found}
    if missing:
        raise CannotEdit(f"the project has no comment {min(missing)}", where=store.path)
    return found
