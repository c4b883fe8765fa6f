"""Why each rule of labels is asked, in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.finding_names import CONTEXT

if TYPE_CHECKING:
    from lidar_label.check import Rule

_T = QT_TRANSLATE_NOOP
# As lidar_label.check says them; a test compares. Those of other packages are shown as they are.
REASONS = (
    _T("Rules", "A box in a frame that does not exist has no place in any export."),
    _T("Rules", "NaN and infinity are no places and no JSON; readers fail on them."),
    _T("Rules", "An export writes references to categories; this one would point to nothing."),
    _T("Rules", "An export writes references to attributes; this one would point to nothing."),
    _T("Rules", "An export writes references to visibility levels; this one would point to nothing."),
    _T("Rules", "No sensor sees an object 500 m away: a pose or a unit is probably wrong."),
    _T("Rules", "One object labelled twice counts as a false detection for every model that sees it once."),
    _T("Rules", "Two things cannot be in one place: one of the boxes is too large, or moved."),
    _T("Rules", "It is lost on export, since formats hold tracks only through their boxes."),
    _T("Rules", "Where too little was seen the motion alone placed it, and nobody has looked at it since."),
    _T("Rules", "A value that its attribute does not allow is often a slip, and formats drop it."),
    _T("Rules", "A side far too long or too short is often a wrong category or swapped sides."),
    _T("Rules", "An object keeps its size; a box that does not is loose or cut."),
    _T("Rules", "The box fits another category far better than its own: the category was picked wrongly."),
    _T(
        "Rules",
        "Objects do not turn by half a circle between neighbouring frames; one of the boxes is the wrong way round.",
    ),
    _T("Rules", "Nothing of its kind is this fast: the track jumps from one object to another, or times are wrong."),
    _T(
        "Rules",
        "A box that leaves the course of its neighbours for a frame was moved by accident or belongs to another frame.",
    ),
    _T("Rules", "One id on two objects teaches a tracker to switch: the track goes on somewhere else."),
    _T("Rules", "Velocities that models learn come from the boxes; nothing of its kind changes its speed so much."),
    _T("Rules", "A heading that leaves those before and after it for a frame is a slip of the hand."),
    _T("Rules", "Nothing of its kind turns so fast; one of the headings is wrong."),
    _T("Rules", "Vehicles go where they point; a box that moves backwards or sideways has its front at the wrong end."),
    _T("Rules", "An object that gets a new id half way counts as an identity switch for every tracker that keeps it."),
    _T("Rules", "A car does not become a lorry; one of the two categories is wrong, and the tracks are one."),
    _T("Rules", "A box that is moving and parked at once is one of the two; formats keep only one."),
    _T("Rules", "An attribute that is asked of every box of a category was forgotten here."),
    _T("Rules", "Parked cars do not drive, and moving ones do not stand for seconds."),
    _T("Rules", "Labels that hold for another moment than the points lie beside everything that moves."),
    _T(
        "Rules",
        "A box that no sensor confirms is a guess; models learn from it that there are things where nothing is.",
    ),
    _T("Rules", "Things stand on the ground; a box that does not is too high, too low or too short."),
    _T("Rules", "A box that cuts its object teaches models a size that is too small."),
    _T(
        "Rules",
        "A side that faces the sensor and has no points is too far out: the box is too large, or beside its object.",
    ),
    _T("Rules", "An object that is seen and has no box counts as background for a frame."),
    _T("Rules", "A box that is the same in all frames, for something that drives away, is wrong in all but one."),
    _T("Rules", "What moves on a road is what a car must see; without a box it counts as background."),
    _T("Rules", "Formats that know tracks by category and name would join them."),
    _T("Rules", "Speeds by the count of frames are wrong where frames were dropped."),
    _T("Rules", "With one or two points neither place nor size can be told."),
    _T(
        "Rules",
        "A turn of the LiDAR takes a tenth of a second: the points of a fast object are metres from where it was.",
    ),
    _T("Rules", "It has the size of a car and stands alone; without a box it counts as background."),
    _T(
        "Rules",
        "Where the vehicle is was measured wrongly for a frame; every velocity there is off, and no box is to blame.",
    ),
    _T(
        "Rules",
        "What no camera and no LiDAR looks at was not seen by whoever labelled it, nor can a model see it.",
    ),
)


def rule_reason(rule: Rule) -> str:
    """Return what goes wrong where a rule is broken, in the language in use."""
    return QCoreApplication.translate(CONTEXT, rule.why)
