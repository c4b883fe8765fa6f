"""Wording: messages of the rooms that know no window, said in the language of this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.errors import LidarLabelError
from lidar_label.gui.check_texts import CHECK_PHRASES, CHECKS
from lidar_label.gui.finding_texts import FINDINGS, MORE, PHRASES
from lidar_label.gui.folder_texts import FOLDER_PHRASES, FOLDERS, TIMES
from lidar_label.gui.loss_texts import LOSSES
from lidar_label.model import Finding

CONTEXT = "Messages"
_T = QT_TRANSLATE_NOOP

# What a labeller meets in ordinary work, as the code says it; {0} is what it fills in. A test finds each in the code.
# A message that is not here is shown as it is, in English.
TEMPLATES: tuple[str, ...] = (
    # edits
    _T("Messages", "nothing is left to undo: what came before is the import of the drive"),
    _T("Messages", "there is nothing to interpolate between: the track has fewer than two key frames"),
    _T("Messages", "change its box in another frame first"),
    _T("Messages", "the next frame has a key frame of this track already"),
    _T("Messages", "it was kept as it is"),
    _T("Messages", "the project is open for reading only"),
    _T("Messages", "attribute {0} is said in {1} places that this would not fit"),
    _T("Messages", "make a new attribute, or take back what was said first"),
    # pasting
    _T("Messages", "the clipboard holds no boxes"),
    _T("Messages", "select boxes and copy them first"),
    _T("Messages", "the clipboard holds too much to be boxes that were copied here"),
    _T("Messages", "the boxes in the clipboard cannot be used: {0}"),
    _T("Messages", "the clipboard holds no boxes that were copied here"),
    _T("Messages", "copy them again"),
    # opening
    _T("Messages", "there is nothing at this path"),
    _T("Messages", "the folder is empty"),
    _T("Messages", "formats that can be read: {0}"),
    _T("Messages", "not a data set in any known format (tried {0})"),
    _T("Messages", "the folder may not be read"),
    _T("Messages", "the data of scene {0} is not there: {1}"),
    _T("Messages", "move the data back, or keep the project file beside it"),
    _T("Messages", "the project file cannot be made: {0}"),
    _T("Messages", "the project file cannot be read: {0}"),
    _T("Messages", "the project file was made by a newer version (schema {0}, this version knows {1})"),
    _T("Messages", "update lidar-label"),
    _T("Messages", "this is not a lidar-label project file"),
    _T("Messages", "lidar-label project"),
    # what is to know of the data
    _T("Messages", "there are no times, so ten frames a second are assumed"),
    _T("Messages", "there are no poses, so each frame stands in its own world"),
    _T("Messages", "there are no poses, so each cloud stands in its own world"),
    _T("Messages", "the points have no usable time, so a tenth of a second is assumed between frames"),
    _T("Messages", "the points have no usable time, so a tenth of a second is assumed between numbers of frames"),
    _T("Messages", "camera {0} has no calibration"),
    _T("Messages", "labels of {0} frames without a cloud are left out: {1}"),
    # files of a frame
    _T("Messages", "the file is not there"),
    _T("Messages", "the picture is not there"),
    _T("Messages", "the file cannot be read: {0}"),
    _T("Messages", "the file ends before its last point"),
    _T("Messages", "the file is cut off"),
    _T("Messages", "cut off while it was read"),
    _T("Messages", "{0} points of {1} bytes are {2} bytes and {3} are there"),
    _T("Messages", "this is no picture that can be decoded"),
    # tiles
    _T("Messages", "the cloud these tiles were built from is not there: {0}"),
    _T("Messages", "move the data back, or keep the tiles beside it"),
    _T("Messages", "its source changed since"),
    _T("Messages", "count points"),
    _T("Messages", "sort points"),
    _T("Messages", "write tiles"),
    _T("Messages", "unpack points"),
    _T("Messages", "another program builds the same tiles; waiting for it"),
    _T(
        "Messages",
        "an earlier build of these tiles was ended half way; what it left was removed, and it starts over",
    ),
    _T("Messages", "the disk is full: building the tiles takes {0} bytes ({1} GB)"),
    _T("Messages", "make room, or choose a folder on another disk; nothing was left there"),
    _T("Messages", "the tiles cannot be written: {0}"),
    _T("Messages", "nothing was left there"),
    _T("Messages", "the cache cannot be written: {0}"),
    _T("Messages", "choose another folder for the cache"),
    _T("Messages", "a file of the tile store is gone"),
    _T("Messages", "remove the store and build it again"),
    _T("Messages", "the file ends before its last tile"),
    _T("Messages", "tiles cannot be read: {0}"),
    _T("Messages", "the tiles of the drive are gone"),
    _T("Messages", "open it as one cloud again"),
    _T("Messages", "sweeps"),
    _T("Messages", "the frames have no poses, so they cannot be put together"),
    _T("Messages", "label this drive frame by frame"),
    # classes of points
    _T("Messages", "the drive has no poses, so nobody knows what stands where in other frames"),
    _T("Messages", "no point of this frame that stands still has a class"),
    _T("Messages", "paint some first"),
    _T("Messages", "the sweep of {0} in frame {1} has {2} points, its labels are of {3}"),
    _T("Messages", "the data was changed after its points were labelled, or is another one"),
    # areas
    _T("Messages", "the sides of the area cross each other"),
    _T("Messages", "an area has 3 to {0} corners, this one {1}"),
    _T("Messages", "category {0} has {1} areas"),
    _T("Messages", "delete them, or give them another category first"),
    # exporting
    _T("Messages", "{0} labels break a rule, the first: {1}"),
    _T("Messages", "nothing was written; see: lidar-label check"),
    _T("Messages", "the target exists already"),
    _T("Messages", "choose another name, or remove it first"),
    _T("Messages", "the disk has {0} GB free and this takes about {1} GB"),
    _T("Messages", "make room, or choose another disk"),
    _T("Messages", "an export to this target is running already"),
    _T("Messages", "wait for it to end"),
    _T("Messages", "the target lies inside the data it is made from, {0}"),
    # long work
    _T("Messages", "stopped before it was done"),
    _T("Messages", "nothing was left half-written"),
    _T("Messages", "import"),
    _T("Messages", "reading back"),
    _T("Messages", "comparing"),
    _T("Messages", "comparing labels"),
    _T("Messages", "reading the other labels"),
    _T("Messages", "there is no scene {0} in it"),
    _T("Messages", "scenes that are there: {0}"),
    _T("Messages", "no frame of one is at the time of a frame of the other"),
    _T("Messages", "look at"),
    # findings
    _T("Messages", "info"),
    _T("Messages", "warning"),
    _T("Messages", "error"),
)


def in_language(message: str) -> str:
    """Return a message in the language in use; as it is where nobody has translated it.

    Of one that begins with a name and a colon, what stands behind it may be translated alone.
    """
    for behind, pattern in _BEHIND:
        more = pattern.fullmatch(message)
        if more is not None:
            return in_language(more[1]) + _say(behind).format(more[2])
    told = _translated(message)
    if told is None:
        name, colon, rest = message.partition(": ")
        told = _translated(rest) if colon else None
        return message if told is None else f"{name}: {told}"
    return told


def is_known(message: str) -> bool:
    """Say whether there is a template of a message, or of what stands behind a name and a colon in it."""
    for _, pattern in _BEHIND:
        more = pattern.fullmatch(message)
        if more is not None:
            return is_known(more[1])
    return _translated(message) is not None or _translated(message.partition(": ")[2]) is not None


def line_of(error: LidarLabelError) -> str:
    """Return what an error says: where, what, and what to do about it."""
    where = _translated(error.where) or error.where
    return LidarLabelError(in_language(error.what), where=where, hint=in_language(error.hint)).line


def finding_text(finding: Finding) -> str:
    """Return where a finding is and what it says."""
    place = f"{_translated(finding.where) or finding.where}: " if finding.where else ""
    return f"{place}{in_language(finding.message)}"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A template with something to fill in; `begin` is its text up to that, which tells most messages apart."""

    template: str
    begin: str

    def values(self, message: str) -> tuple[str, ...] | None:
        """Return what a message has filled in; None where it is another's."""
        found = _pattern_of(self.template).fullmatch(message) if message.startswith(self.begin) else None
        return None if found is None else found.groups()


def _translated(message: str, texts: str = "all") -> str | None:
    """Return a message or a phrase in the language in use; None where no template fits."""
    plain, patterns = _known(texts)
    if message in plain:
        return _say(message)
    for pattern in patterns if message else ():
        found = pattern.values(message)
        if found is not None:
            values = (_translated(value, "phrases") or value for value in found)
            return _say(pattern.template).format(*values)
    return None


def _say(template: str) -> str:
    return QCoreApplication.translate(CONTEXT, template)


@cache
def _known(texts: str) -> tuple[frozenset[str], tuple[_Pattern, ...]]:
    """Return the templates without a hole, and patterns of the others: those with the most text of their own first."""
    every = (*TEMPLATES, *LOSSES, *FINDINGS, *CHECKS, *FOLDERS)
    templates = (*PHRASES, *CHECK_PHRASES, *FOLDER_PHRASES) if texts == "phrases" else every
    holes = [text for text in templates if _HOLE.search(text)]
    order = sorted(holes, key=lambda text: len(_HOLE.sub("", text)), reverse=True)
    return frozenset(templates) - set(holes), tuple(_Pattern(t, t[: t.index("{")]) for t in order)


@cache  # made once a message begins like it: all of them take a tenth of a second
def _pattern_of(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\d+\\\}", "(.+?)", re.escape(template)), re.DOTALL)


_HOLE = re.compile(r"\{\d+\}")
_BEHIND = [
    (text, re.compile(f"(.+){re.escape(text).replace(re.escape('{0}'), '([0-9]+)')}", re.DOTALL))
    for text in (MORE, TIMES)
]
