"""Review in the desk: how far frames and tracks have come, saying so, and what was changed since one's last word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDateTime, QLocale, QObject

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.track_names import name_of
from lidar_label.model import Patch, Review

if TYPE_CHECKING:
    from lidar_label.edit import Session
    from lidar_label.model.review import BoxChange, State

translate = QCoreApplication.translate
_T = QT_TRANSLATE_NOOP
WORDS: dict[str, str] = {
    "to do": _T("Reviewing", "to do"),
    "labelled": _T("Reviewing", "labelled"),
    "checked": _T("Reviewing", "checked"),
    "rejected": _T("Reviewing", "rejected"),
    "done": _T("Reviewing", "done"),
}
CHANGED = "Δ"
GLYPHS = {"to do": "○", "labelled": "◐", "checked": "✓", "rejected": "✗", "done": "●"}


def word_of(state: str) -> str:
    """Return the word of a state in the language in use."""
    return translate("Reviewing", WORDS[state])


def said_by(author: str, time_ns: int) -> str:
    """Say who did something and when: today by the hour, else by the day."""
    moment = QDateTime.fromMSecsSinceEpoch(time_ns // 1_000_000)
    is_new = moment.date() == QDateTime.currentDateTime().date()
    short = moment.toString("HH:mm") if is_new else QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
    return " · ".join(part for part in (author, short) if part)


class Reviewing(QObject):
    """One for each desk, made by the first who asks (`Reviewing.of`)."""

    @staticmethod
    def of(desk: Desk) -> Reviewing:
        """Return the one of a desk."""
        found = desk.findChild(Reviewing)
        return found if found is not None else Reviewing(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._read: tuple[Review, ...] | None = None
        self._tracks: dict[str, Review] = {}
        self._frames: dict[int, Review] = {}
        self._since_ns = time.time_ns()
        self._out: dict[int, frozenset[str]] = {}
        desk.scene_changed.connect(self._begin)

    @property
    def began_ns(self) -> int:
        """When this sitting began: what was said before belongs to an earlier pass."""
        return self._since_ns

    @property
    def tracks(self) -> Mapping[str, Review]:
        """What was said last of each track of which anything was."""
        self._renew()
        return self._tracks

    @property
    def frames(self) -> Mapping[int, Review]:
        """What was said last of each frame of which anything was."""
        self._renew()
        return self._frames

    def state_of(self, token: str) -> str:
        """Return how far a track has come."""
        review = self.tracks.get(token)
        return "to do" if review is None else review.state

    def standing_out(self, frame: int) -> frozenset[str]:
        """Return the tracks whose boxes in a frame stand out in the views, since others changed them."""
        return self._out.get(frame, frozenset())

    def stand_out(self, places: Iterable[tuple[str, int]]) -> bool:
        """Have the boxes of these tracks and frames stand out, and no others; say whether they are others."""
        found: dict[int, set[str]] = {}
        for track, frame in places:
            found.setdefault(frame, set()).add(track)
        before, self._out = self._out, {frame: frozenset(tracks) for frame, tracks in found.items()}
        return self._out != before

    def _renew(self) -> None:
        known = self._desk.known.reviews
        if known is not self._read:
            self._read = known
            self._tracks = {review.track: review for review in known if review.track is not None}
            self._frames = {review.frame: review for review in known if review.frame is not None}

    def _begin(self) -> None:
        self._since_ns = time.time_ns()
        self._out = {}


def set_tracks(desk: Desk, state: State, tokens: Iterable[str] | None = None) -> None:
    """Give the chosen tracks a state, or those that are named, as one edit."""
    wanted = [token for token in (Multi.of(desk).tokens if tokens is None else tokens) if token in desk.tracks]
    if not wanted:
        return
    word = word_of(state)
    if len(wanted) == 1:
        said = translate("Reviewing", "Track {0}: {1}").format(name_of(desk, wanted[0]), word)
    else:
        said = translate("Reviewing", "{0} tracks: {1}").format(len(wanted), word)
    _set(desk, said, lambda who, when: [
        Review(scene=desk.scene_token, state=state, track=token, author=who, time_ns=when) for token in wanted
    ])  # fmt: skip


def set_frame(desk: Desk, state: State) -> None:
    """Give this frame a state, as one edit."""
    if not desk.times_ns:
        return
    frame, scene = desk.index, desk.scene_token
    said = translate("Reviewing", "Frame {0}: {1}").format(frame, word_of(state))
    _set(desk, said, lambda who, when: [Review(scene=scene, state=state, frame=frame, author=who, time_ns=when)])


def _set(desk: Desk, said: str, make: Callable[[str, int], Sequence[Review]]) -> None:
    title = translate("Reviewing", "Set a state of review")

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import SetReviews

        return session.do(SetReviews(tuple(make(session.author, time.time_ns())), title))

    desk.do(edit, lambda patch: desk.said.emit(said) if patch is not None else None)


def next_frame(desk: Desk) -> None:
    """Go to the next frame that a reviewer has to look at."""
    states = Reviewing.of(desk).frames
    open_ones = [i for i in range(len(desk.times_ns)) if i not in states or states[i].state in ("to do", "labelled")]
    ready = [i for i in open_ones if i in states and states[i].state == "labelled"]
    wanted = ready or open_ones
    if not wanted:
        desk.said.emit(translate("Reviewing", "Every frame has been looked at"))
        return
    desk.go_to(next((i for i in wanted if i > desk.index), wanted[0]))
    told = translate("Reviewing", "{0} frames are still to be looked at")
    desk.said.emit(told.format(len(wanted)))


def others_changes(session: Session, scene: str, began_ns: int) -> list[BoxChange]:
    """Return the boxes that others changed since one's own last word, in the order of frames.

    That is the last word on the track or the frame of the box; where there is none, the last that was said of the
    drive before this sitting.
    """
    store, me = session.store, session.author
    mine = [review for review in store.reviews(scene) if review.author == me]
    tracks = {review.track: review.time_ns for review in mine if review.track is not None}
    frames = {review.frame: review.time_ns for review in mine if review.frame is not None}
    before = max((review.time_ns for review in mine if review.time_ns < began_ns), default=2**62)

    def since(track: str, frame: int) -> int:
        return max(tracks.get(track, -1), frames.get(frame, -1)) if track in tracks or frame in frames else before

    alive = {track.token for track in store.tracks(scene)}
    return [change for change in store.changes_since(scene, since) if change.author != me and change.track in alive]
