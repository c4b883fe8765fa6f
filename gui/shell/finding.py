"""What the palette finds: commands, tracks, categories and frames, the best match first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.shell.commands import ACTIONS, CONTEXT, MENUS, SHEET_ONLY, Action

if TYPE_CHECKING:
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.shell.keymap import KeyMap

MOST = 60
_T = QT_TRANSLATE_NOOP
_KINDS = {
    "track": _T("Palette", "Track"),
    "category": _T("Palette", "Category"),
    "frame": _T("Palette", "Frame"),
}
_FIRST, _NEXT, _INSIDE, _LATER = 10.0, 6.0, 2.0, 0.1


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line of the palette.

    `refusal` says why it cannot be run now; None where it can. `names` are searched, `title` is shown.
    """

    title: str
    names: tuple[str, ...]
    kind: str
    run: Callable[[], object]
    keys: str = ""
    refusal: str | None = None
    command: str = ""


def score(wanted: str, text: str) -> float:
    """Return how well letters match a text in their order: 0 not at all, more where they begin words or stand together.

    Both are taken without regard to case. A blank in `wanted` matches anything.
    """
    letters, inside = "".join(wanted.split()).casefold(), text.casefold()
    if not letters:
        return 1.0
    whole = inside.find(wanted.strip().casefold())
    if whole >= 0:
        starts = whole == 0 or not inside[whole - 1].isalnum()
        return (_FIRST if starts else _NEXT) * len(letters) + 1.0 / (1 + whole)
    total, at = 0.0, -1
    for letter in letters:
        word = next((i for i in range(at + 1, len(inside)) if inside[i] == letter and _begins(inside, i)), -1)
        there = inside.find(letter, at + 1)
        if there < 0:
            return 0.0
        if there != at + 1 and word >= 0 and all(rest in inside[word:] for rest in letters):
            there = word
        total += _FIRST if _begins(inside, there) else _NEXT if there == at + 1 else _INSIDE
        total -= _LATER * (there - at - 1)
        at = there
    return max(total / 2, 0.01)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def find(wanted: str, lines: Iterable[Found], recent: Sequence[str]) -> list[Found]:
    """Return the lines that match, the best first; among equals what was run lately, then what can be run now."""
    ranked = []
    for place, line in enumerate(lines):
        best = max(score(wanted, name) for name in line.names)
        if best > 0:
            lately = recent.index(line.command) if line.command in recent else len(recent)
            ranked.append((-round(best), lately, line.refusal is not None, place, line))
    ranked.sort(key=lambda row: row[:4])
    return [row[4] for row in ranked[:MOST]]


def commands(desk: Desk, keymap: KeyMap, run: Callable[[Action], object]) -> Iterator[Found]:
    """Yield every command of the table, found by its title in the language in use and in English."""
    titles = {**MENUS, **SHEET_ONLY}
    for action in ACTIONS:
        if action.menu == "hidden" or action.id == "palette":  # told with others of their kind
            continue
        yield Found(
            title=action.title,
            names=(action.title, action.text, action.tool, action.tool_title, action.id),
            kind=QCoreApplication.translate(CONTEXT, titles[action.menu]),
            run=partial(run, action),
            keys=keymap.text(action.id),
            refusal=action.refusal(desk),
            command=action.id,
        )


def tracks(desk: Desk) -> Iterator[Found]:
    """Yield the tracks of the scene, found by name, by "#name" and by category."""
    kind = QCoreApplication.translate("Palette", _KINDS["track"])
    for track in desk.tracks.values():
        title = f"#{track.name or track.token[:8]}"
        yield Found(
            title=f"{title}  {track.category}",
            names=(title, track.name, f"{title} {track.category}"),
            kind=kind,
            run=partial(_go_to_track, desk, track.token),
        )


def categories(desk: Desk) -> Iterator[Found]:
    """Yield the categories that a track can be given."""
    kind = QCoreApplication.translate("Palette", _KINDS["category"])
    if desk.scene is not None:
        for category in desk.taxonomy.categories:
            name = category.name
            yield Found(title=name, names=(name,), kind=kind, run=partial(desk.set_category, name))


def frame(desk: Desk, text: str) -> Iterator[Found]:
    """Yield the frame of a number after a colon."""
    number = text.removeprefix(":").strip()
    if desk.times_ns and number.isdecimal():
        at = min(int(number), len(desk.times_ns) - 1)
        kind = QCoreApplication.translate("Palette", _KINDS["frame"])
        yield Found(title=f"{kind} {at}", names=(text,), kind=f"0 – {len(desk.times_ns) - 1}",
                    run=lambda: desk.go_to(at))  # fmt: skip


def _go_to_track(desk: Desk, token: str) -> None:
    """Select a track, and go to the nearest of its frames where it has no box in this one."""
    desk.select(token)
    span = desk.track_counts.get(token)
    if span is not None and not any(box.track == token for box in desk.boxes):
        desk.go_to(min(max(desk.index, span[0]), span[1]))
