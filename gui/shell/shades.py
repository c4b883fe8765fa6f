"""Shades: the colours of the window itself, one set a theme. The views keep their dark ground in each: points glow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shades:
    """The colours of a theme, by what they are for, as `#rrggbb`.

    Against `panel`, `ground` and `field`, text has a contrast of 7 or more, quiet text of 4.5, and whatever else
    has to be seen of 3 (WCAG 2.2, 1.4.6, 1.4.3 and 1.4.11).
    """

    ground: str
    """Behind tables and lists."""
    panel: str
    """Of the window, its bars and its panels."""
    field: str
    """Of what can be typed in or pressed."""
    line: str
    """Between things."""
    text: str
    quiet: str
    """Text that is less important."""
    faint: str
    """What cannot be used now."""
    accent: str
    """What is in hand."""
    chosen: str
    """Behind what is selected."""
    chosen_text: str
    good: str
    warn: str
    bad: str
    strip: str
    """Behind a message of what went wrong."""
    strip_note: str
    """Behind a message that is no fault."""


DARK = Shades(
    ground="#16191d", panel="#1e2227", field="#262b31", line="#363d45", text="#dde1e6", quiet="#98a1ab",
    faint="#6b7580", accent="#4da3ff", chosen="#24507f", chosen_text="#ffffff", good="#5fc27e", warn="#e8b04a",
    bad="#ef6a62", strip="#3a2b1d", strip_note="#1f2d3d",
)  # fmt: skip
LIGHT = Shades(
    ground="#fbfbfa", panel="#eceae6", field="#ffffff", line="#c9c5be", text="#1d2125", quiet="#545b63",
    faint="#7d8389", accent="#0b62c4", chosen="#cfe2f8", chosen_text="#10202f", good="#1b7a3d", warn="#8f5a00",
    bad="#b3261e", strip="#fdeccb", strip_note="#dfeaf7",
)  # fmt: skip
THEMES: dict[str, Shades] = {"dark": DARK, "light": LIGHT}

_now = DARK


def shades() -> Shades:
    """Return the colours of the theme in use; ask again for each picture, since it may change."""
    return _now


def use_shades(name: str) -> Shades:
    """Take the colours of another theme; an unknown name is the dark one."""
    global _now
    _now = THEMES.get(name, DARK)
    return _now
