"""What the lists of a reviewer hold: tracks to look at, boxes that others changed, differences of two label sets."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.reviewing import CHANGED, GLYPHS, Reviewing, said_by, word_of
from lidar_label.gui.track_names import name_of
from lidar_label.gui.views.shown import label_of
from lidar_label.model import Box

if TYPE_CHECKING:
    from lidar_label.check.agreement_differences import Difference
    from lidar_label.model.review import BoxChange

translate = QCoreApplication.translate
_T = QT_TRANSLATE_NOOP
# Sign and word of each kind of difference.
KINDS: dict[str, tuple[str, str]] = {
    "missed": ("−", _T("ReviewItems", "only here")),
    "extra": ("+", _T("ReviewItems", "only there")),
    "identity": ("⇄", _T("ReviewItems", "other track")),
    "category": ("≠", _T("ReviewItems", "category")),
    "flipped": ("↻", _T("ReviewItems", "turned round")),
    "heading": ("∠", _T("ReviewItems", "heading")),
    "size": ("⤢", _T("ReviewItems", "size")),
    "place": ("↔", _T("ReviewItems", "place")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a list.

    Parameters
    ----------
    key : str
        The same for the same thing when the list is made anew.
    glyph, word : str
        A sign and what it stands for.
    shade : str
        Which of the colours of the theme the sign has.
    what, who : str
        What it is about, and who did it when.
    told : str
        The whole of it, for the line below the list and for a tip.
    frame : int
        Where to go; -1 where the track says.
    track : str
        Token of the track to select; empty for none.
    beside : tuple of Box
        Boxes to be drawn beside the labels, with `beside_text` at them.
    """

    key: str
    glyph: str
    word: str
    shade: str
    what: str
    told: str
    who: str = ""
    frame: int = -1
    track: str = ""
    beside: tuple[Box, ...] = ()
    beside_text: str = ""


SHADES = {"to do": "quiet", "labelled": "accent", "checked": "good", "rejected": "bad", "done": "quiet"}


def of_tracks(desk: Desk, tokens: Iterable[str], risks: dict[str, float] | None = None) -> list[Item]:
    """Return lines of tracks, each with its state, who said it, and how likely something is wrong with it."""
    known, found = Reviewing.of(desk).tracks, []
    for token in tokens:
        track = desk.tracks.get(token)
        if track is None:
            continue
        review = known.get(token)
        state = review.state if review is not None else "to do"
        name = label_of(track)
        risk = "" if risks is None else f" · {risks.get(token, 0.0):.0%}"
        who = said_by(review.author, review.time_ns) if review is not None else ""
        told = translate("ReviewItems", "Track {0}: {1}").format(name, word_of(state))
        if risks is not None:
            told += translate("ReviewItems", "; risk {0}").format(f"{risks.get(token, 0.0):.0%}")
        found.append(
            Item(
                key=token,
                glyph=GLYPHS[state],
                word=word_of(state),
                shade=SHADES[state],
                what=f"{name}{risk}",
                told=told,
                who=who,
                track=token,
            )
        )
    return found


def of_changes(desk: Desk, changes: Iterable[BoxChange]) -> list[Item]:
    """Return lines of boxes that others changed; how each was before is drawn beside it."""
    found = []
    for change in changes:
        name = name_of(desk, change.track)
        if not change.is_there:
            glyph, word, shade = "−", translate("ReviewItems", "deleted"), "bad"
        elif change.before is None:
            glyph, word, shade = "+", translate("ReviewItems", "new"), "good"
        else:
            glyph, word, shade = CHANGED, translate("ReviewItems", "changed"), "warn"
        who = said_by(change.author, change.time_ns)
        told = translate("ReviewItems", "Track {0}, frame {1}: {2} by {3}").format(
            name, change.frame, word, change.author or translate("Reviewing", "somebody")
        )
        found.append(
            Item(
                key=f"{change.track}:{change.frame}",
                glyph=glyph,
                word=word,
                shade=shade,
                what=_placed(desk, change.track, change.frame),
                told=told,
                who=who,
                frame=change.frame,
                track=change.track,
                beside=() if change.before is None else (change.before,),
                beside_text=translate("ReviewItems", "before"),
            )
        )
    return found


def of_differences(desk: Desk, differences: Iterable[Difference]) -> list[Item]:
    """Return lines of what another label set has otherwise; its box is drawn beside ours."""
    found = []
    for at, one in enumerate(differences):
        glyph, word = KINDS[one.kind]
        mine = one.first.track if one.first is not None else ""
        shade = {"missed": "bad", "extra": "bad", "identity": "bad", "category": "warn", "flipped": "warn"}
        found.append(
            Item(
                key=f"{at}",
                glyph=glyph,
                word=translate("ReviewItems", word),
                shade=shade.get(one.kind, "quiet"),
                what=_placed(desk, mine, one.frame) if mine else f"{_kind_of(one)} · {_placed(desk, '', one.frame)}",
                told=_sentence(one),
                frame=one.frame,
                track=mine,
                beside=() if one.second is None else (one.second,),
                beside_text=translate("ReviewItems", "there"),
            )
        )
    return found


def _placed(desk: Desk, token: str, frame: int) -> str:
    """Return what a person knows a track by, and a frame of it."""
    track, place = desk.tracks.get(token), translate("ReviewItems", "frame {0}").format(frame)
    return place if track is None else f"{label_of(track)} · {place}"


def _kind_of(one: Difference) -> str:
    """Return the last word of the category of a box that only the other labels have."""
    return one.message.rpartition(" this ")[2].rsplit(".", 1)[-1]


def _sentence(one: Difference) -> str:
    """Say what two boxes differ in, in the language in use."""
    from lidar_label.check.agreement_differences import apart, turn

    a, b = one.first, one.second
    if a is None or b is None:
        only = {
            "missed": translate("ReviewItems", "Only these labels have this box"),
            "extra": translate("ReviewItems", "Only the other labels have this box"),
        }
        return only[one.kind]
    if one.kind == "place":
        return translate("ReviewItems", "The centres are {0} m apart").format(f"{apart(a, b):.2f}")
    if one.kind in ("heading", "flipped"):
        return translate("ReviewItems", "The headings are {0}° apart").format(f"{math.degrees(turn(a, b)):.0f}")
    if one.kind == "size":
        mine, other = (" × ".join(f"{side:.2f}" for side in box.size) for box in (a, b))
        return translate("ReviewItems", "{0} m here, {1} m there").format(mine, other)
    if one.kind == "identity":
        return translate("ReviewItems", "The other labels go on with another track here")
    here, _, there = one.message.partition(" in the first, ")
    return translate("ReviewItems", "{0} here, {1} there").format(here, there.removesuffix(" in the second"))
