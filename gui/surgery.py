"""Surgery on tracks at the desk: merge, split, swap and number, each one edit; and what a person chooses between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

from lidar_label.edit import Keep, MergePlan, MergeTracks, NameTracks, PutBoxes, SplitTrack, SwapTracks, Together
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Patch, Track, new_token

if TYPE_CHECKING:
    from lidar_label.edit import Command, Session
    from lidar_label.model import Scene

Span = tuple[int, int, int]
translate = QCoreApplication.translate


def short_name(track: Track | None) -> str:
    """Return what a track is called in a sentence: its name, or the beginning of its token."""
    return (track.name or track.token[:8]) if track is not None else ""


def long_name(desk: Desk, token: str) -> str:
    """Return what a track is called in a list: name, category, frames."""
    track, span = desk.tracks.get(token), desk.track_counts.get(token)
    kind = track.category.rsplit(".", 1)[-1] if track is not None else ""
    text = f"{short_name(track)} · {kind}"
    return text + translate("Surgery", " · frames {0} to {1}").format(*span[:2]) if span is not None else text


def partners(desk: Desk, frame: int | None = None) -> list[str]:
    """Return the other tracks that the selected one may have to do with, the likeliest first.

    One that is chosen besides comes first. With `frame`, which is that of the playhead, those follow that are near
    there; without, those of its category that live in few of the same frames and not long before or after.
    """
    mine, spans = desk.tracks.get(desk.selected), desk.track_counts
    if mine is None:
        return []
    first, last, _ = spans.get(mine.token, (0, 0, 0))
    box = desk.selected_box if frame == desk.index else None
    away = {other.track: math.dist(other.center, box.center) for other in desk.boxes} if box is not None else {}

    def rank(track: Track) -> tuple[bool, float, bool, int, str]:
        start, end, _ = spans[track.token]
        apart = max(start - last, first - end, 0)
        shared = max(min(end, last) - max(start, first) + 1, 0)
        far = away.get(track.token, math.inf)
        return (track.token not in desk.companions, far, track.category != mine.category, shared + apart, track.name)

    others = [track for track in desk.tracks.values() if track.token != mine.token and track.token in spans]
    return [track.token for track in sorted(others, key=rank)]


def read_boxes(desk: Desk, tokens: Iterable[str], then: Callable[[dict[str, tuple[Box, ...]]], None]) -> None:
    """Read the boxes of tracks beside the window, once every edit under way is stored."""
    project, wanted = desk.project, tuple(tokens)
    if project is None:
        return
    store = project.session.store
    desk.flush()
    desk.after_edits(lambda: desk.run_job(lambda _: {token: store.boxes_of_track(token) for token in wanted}, then))


# Deeds


def merge(desk: Desk, other: str, keep: Keep) -> None:
    """Give the selected track the boxes of another, which goes. In a track of one size they get that size."""
    scene, token, this = desk.scene, desk.scene_token, desk.selected
    if scene is None:
        return
    title = translate("Surgery", "Merge two tracks")

    def say(patch: Patch | None) -> None:
        if patch is not None:
            desk.said.emit(translate("Surgery", "Two tracks are one now"))

    preview = None
    if any(box.track == other for box in desk.boxes) and any(box.track == this for box in desk.boxes):
        preview = [box for box in desk.boxes if box.track != other]
    desk.do(merge_edit(scene, token, this, other, keep, title), say, preview)


def merge_edit(scene: Scene, token: str, this: str, other: str, keep: Keep, title: str) -> Edit:
    """Return the edit that merges two tracks of a scene."""

    def edit(session: Session) -> Patch | None:
        store = session.store
        theirs, size = store.boxes_of_track(other), store.track(this).locked_size
        plan = MergePlan.of(store.boxes_of_track(this), theirs, keep)
        first: Command = MergeTracks(this, other, keep, title)
        if size is None:
            return session.do(first)
        from lidar_label.assist.resize import resized

        taken = {*plan.added, *plan.from_other}
        made = tuple(
            replace(resized(box, size, scene.world_SE3_lidar(box.frame).translation), track=this)
            for box in theirs
            if box.frame in taken
        )
        return session.do(Together((first, PutBoxes(token, made, title)), title) if made else first)

    return edit


def split(desk: Desk, frame: int, name: str) -> None:
    """Have the selected track end before a frame; what follows is a new track, which is selected where it is seen."""
    track, made = desk.selected, new_token()
    title = translate("Surgery", "Split a track")

    def select(patch: Patch | None) -> None:
        if patch is not None:
            desk.said.emit(translate("Surgery", "From frame {0} on it is track {1}").format(frame, name))
            if desk.index >= frame and desk.selected == track:
                desk.select(made)

    desk.do(lambda session: session.do(SplitTrack(track, frame, made, name, title)), select)


def swap(desk: Desk, other: str, frame: int) -> None:
    """Exchange the selected track and another from a frame on."""
    track = desk.selected
    title = translate("Surgery", "Swap two tracks")

    def say(patch: Patch | None) -> None:
        if patch is not None:
            desk.said.emit(translate("Surgery", "The two tracks are exchanged from frame {0} on").format(frame))

    desk.do(lambda session: session.do(SwapTracks(track, other, frame, title)), say)


def number(desk: Desk, names: Mapping[str, str]) -> None:
    """Name tracks anew."""
    title = translate("Surgery", "Number the tracks")
    changed = {token: name for token, name in names.items() if desk.tracks[token].name != name}

    def say(patch: Patch | None) -> None:
        count = len(patch.keys("track")) if patch is not None else 0
        desk.said.emit(translate("Surgery", "{0} tracks have another name now").format(count))

    desk.do(lambda session: session.do(NameTracks(changed, title)) if changed else None, say)


def numbered(
    tracks: Iterable[Track], spans: Mapping[str, Span], start: int, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return running numbers for tracks, in the order in which they are first seen; names in `taken` are left out."""
    order = sorted(tracks, key=lambda track: spans[track.token][:2] if track.token in spans else (1 << 62, 0))
    used, names, at = set(taken), {}, start
    for track in order:
        while str(at) in used:
            at += 1
        names[track.token] = str(at)
        at += 1
    return names
