"""What the rules of checks say, for `wording.py`: as the code says it, with {0} for what is filled in."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

_T = QT_TRANSLATE_NOOP

CHECKS: tuple[str, ...] = (
    _T("Messages", "scene {0}, frame {1}, at ({2}, {3}, {4})"),
    _T("Messages", "attributes {0} and {1} cannot both be true"),
    _T("Messages", "attribute {0} is not said, as it is of other boxes of the category"),
    _T("Messages", "an attribute says that the object moves, and it stands still"),
    _T("Messages", "an attribute says that the object stands, and it moves at {0} m/s"),
    _T("Messages", "{0} % of the smaller box lie in that of track {1}"),
    _T("Messages", "the box lies {0} m off the course of the boxes before and after it"),
    _T("Messages", "the track leaps by {0} m after frame {1} and goes on from there"),
    _T("Messages", "the speed changes by {0} m/s in a second"),
    _T("Messages", "the heading is {0} degrees off that of the boxes before and after it"),
    _T("Messages", "the heading turns at {0} degrees a second since frame {1}"),
    _T("Messages", "the heading is {0} degrees off the way the object moves"),
    _T("Messages", "no point lies in the box"),
    _T("Messages", "{0} points lie in the box"),
    _T("Messages", "one point lies in the box"),
    _T("Messages", "the lower side is {0} m over the ground"),
    _T("Messages", "the lower side is {0} m under the ground"),
    _T("Messages", "{0} % as many points as inside lie just outside"),
    _T("Messages", "the {0} side is {1} m from the nearest point, in every frame"),
    _T("Messages", "there is no box here, and {0} points lie where it would be"),
    _T("Messages", "the track has not begun here, and {0} points lie where its box would be"),
    _T("Messages", "the track has ended here, and {0} points lie where its box would be"),
    _T("Messages", "the box never moves, and in {0} frames the object is not in it"),
    _T("Messages", "its points were taken {0} m before or behind, and the box lies on them"),
    _T("Messages", "the {0} is {1} m here, and {2} m in most of the track"),
    _T("Messages", "the {0} is {1} m here, and {2} m in frame {3}"),
    _T("Messages", "{0} x {1} x {2} m is no size for {3}; it fits {4}"),
    _T("Messages", "track {0} begins in frame {1}, {2} m from where this one would be: one object"),
    _T("Messages", "it goes on in frame {0} as track {1}, a {2}"),
    _T("Messages", "{0} was taken {1} ms from the time of the labels, in {2} frames"),
    _T("Messages", "{0} steps between frames are longer than the usual {1} s, the longest {2} s"),
    _T("Messages", "something that moves at {0} m/s has no box, of the size of a {1}"),
    _T("Messages", "something that stands has no box, of the size of a car"),
    _T("Messages", "{0} tracks are {1} m off their courses in one way: the pose is wrong"),
    _T("Messages", "no picture of the frame has any of the box"),
    _T("Messages", "the rule {0} failed: {1}: {2}"),
)

# What is filled in, where it is no name or number.
CHECK_PHRASES: tuple[str, ...] = (
    _T("Messages", "front"),
    _T("Messages", "rear"),
    _T("Messages", "left"),
    _T("Messages", "right"),
    _T("Messages", "upper"),
    _T("Messages", "person"),
    _T("Messages", "cycle"),
    _T("Messages", "car"),
    _T("Messages", "lorry"),
)
