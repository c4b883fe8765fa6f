"""Names of rules and severities in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

if TYPE_CHECKING:
    from lidar_label.check import Rule

_T = QT_TRANSLATE_NOOP
CONTEXT = "Rules"
SEVERITIES = {"error": _T("Rules", "error"), "warning": _T("Rules", "warning"), "info": _T("Rules", "remark")}
# As lidar_label.check names them; a test compares. Rules of other packages are shown as they are called.
NAMES = (
    _T("Rules", "Box outside the scene"),
    _T("Rules", "Number that is not finite"),
    _T("Rules", "Category that is not in the taxonomy"),
    _T("Rules", "Attribute that is not in the taxonomy"),
    _T("Rules", "Visibility level that is not in the taxonomy"),
    _T("Rules", "Attribute with a value of another kind"),
    _T("Rules", "Box far from the car"),
    _T("Rules", "Two tracks with the same boxes"),
    _T("Rules", "Boxes that lie in each other"),
    _T("Rules", "Track without a box"),
    _T("Rules", "Box that the machine is not sure of"),
    _T("Rules", "Two tracks of one category with the same name"),
    _T("Rules", "Size far from what its category has"),
    _T("Rules", "Size that differs from the rest of its track"),
    _T("Rules", "Size of another category"),
    _T("Rules", "Heading that turns round at once"),
    _T("Rules", "Faster than its category"),
    _T("Rules", "Box off its track's course"),
    _T("Rules", "Track that leaps to another place"),
    _T("Rules", "Speeds up or brakes beyond its category"),
    _T("Rules", "Heading off that of its neighbours"),
    _T("Rules", "Turns faster than its category"),
    _T("Rules", "Heading against the motion"),
    _T("Rules", "Two tracks of one object"),
    _T("Rules", "Object that goes on as another category"),
    _T("Rules", "Attributes that cannot both be true"),
    _T("Rules", "Attribute that others of the category have"),
    _T("Rules", "Attribute against the motion"),
    _T("Rules", "Labels of another time than the sweep"),
    _T("Rules", "Frames that are missing"),
    _T("Rules", "Pose that shakes"),
    _T("Rules", "Box in no sensor's view"),
    _T("Rules", "Box without a point"),
    _T("Rules", "Box with very few points"),
    _T("Rules", "Box over or under the ground"),
    _T("Rules", "Points of the object left outside"),
    _T("Rules", "Side that no point comes near"),
    _T("Rules", "Frame without a box of an object that is there"),
    _T("Rules", "One box for something that moves"),
    _T("Rules", "Fast object boxed where its points were taken"),
    _T("Rules", "Something that moves and has no box"),
    _T("Rules", "Something that has no box"),
    _T("Rules", "Rule that fails"),
)


def rule_name(rule: Rule) -> str:
    """Return what a rule is called, in the language in use."""
    return QCoreApplication.translate(CONTEXT, rule.name)


def severity_word(severity: str) -> str:
    """Return a severity in the language in use."""
    return QCoreApplication.translate(CONTEXT, SEVERITIES[severity])
