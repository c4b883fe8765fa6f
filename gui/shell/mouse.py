"""What the mouse does, place by place. The sheet of keys and its page in the docs come from here."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

_T = QT_TRANSLATE_NOOP

# Title of a place to pairs of what the hand does and what comes of it.
MOUSE: dict[str, tuple[tuple[str, str], ...]] = {
    _T("Actions", "Mouse, in every view"): (
        (_T("Actions", "Click"), _T("Actions", "select the box under the cursor")),
        (_T("Actions", "Wheel"), _T("Actions", "zoom at the cursor")),
        (_T("Actions", "Right or middle drag"), _T("Actions", "shift the view")),
        (_T("Actions", "Esc during a drag"), _T("Actions", "put the box back to where it was")),
    ),
    _T("Actions", "In the 3D view"): (
        (_T("Actions", "Drag"), _T("Actions", "turn the view")),
        (_T("Actions", "Shift + drag"), _T("Actions", "shift the view")),
        (_T("Actions", "Double click"), _T("Actions", "turn about that point from now on")),
        (_T("Actions", "Drag a square handle"), _T("Actions", "move that side of the box")),
        (_T("Actions", "Drag the disc on the floor"), _T("Actions", "move the box along the ground")),
        (_T("Actions", "Drag the disc ahead"), _T("Actions", "turn the box")),
        (_T("Actions", "Alt + drag the selected box"), _T("Actions", "lift or lower it (Ctrl does the same)")),
        (_T("Actions", "Alt + drag the disc on the floor"), _T("Actions", "move the bottom of the box")),
    ),
    _T("Actions", "In the view from above"): (
        (_T("Actions", "Drag the ground"), _T("Actions", "shift the view")),
        (_T("Actions", "Drag the selected box"), _T("Actions", "move it")),
        (_T("Actions", "Drag an edge or a corner"), _T("Actions", "resize the box")),
        (_T("Actions", "Ctrl + drag an edge"), _T("Actions", "the edge stops at the points")),
        (_T("Actions", "Shift + drag an edge"), _T("Actions", "the box slides there and keeps its size")),
        (_T("Actions", "Drag the disc ahead"), _T("Actions", "turn the box")),
    ),
    _T("Actions", "In the side views"): (
        (_T("Actions", "Drag an edge or a corner"), _T("Actions", "move that side of the box alone")),
        (_T("Actions", "Ctrl + drag an edge"), _T("Actions", "the edge stops at the points")),
        (_T("Actions", "Shift + drag an edge"), _T("Actions", "the box slides there and keeps its size")),
        (_T("Actions", "Drag the inside"), _T("Actions", "move the box")),
        (_T("Actions", "Drag the disc ahead"), _T("Actions", "turn the box")),
        (_T("Actions", "Double click an edge or a corner"), _T("Actions", "draw it in to the points")),
        (_T("Actions", "Double click the inside"), _T("Actions", "fit all sides to the points")),
        (_T("Actions", "Double click beside the box"), _T("Actions", "show the whole box again")),
    ),
    _T("Actions", "With the tool for boxes by a click (N)"): (
        (
            _T("Actions", "Click an object"),
            _T("Actions", "a box fitted to its points, of the track expected there or a new one"),
        ),
        (_T("Actions", "Shift + click an object"), _T("Actions", "the same, for the selected track")),
        (_T("Actions", "Click again where it found nothing"), _T("Actions", "a new box of the usual size")),
    ),
    _T("Actions", "With the tool for boxes (B)"): (
        (_T("Actions", "Drag on the ground"), _T("Actions", "a new box there, turned and as high as its points")),
        (_T("Actions", "Alt + drag on the ground"), _T("Actions", "the same, just as it was drawn")),
        (_T("Actions", "Click"), _T("Actions", "a new box of the usual size")),
    ),
    _T("Actions", "While points are painted (Shift+P)"): (
        (_T("Actions", "Drag"), _T("Actions", "paint the points with the active category")),
        (_T("Actions", "B, L, P"), _T("Actions", "brush, lasso or polygon")),
        (_T("Actions", "Ctrl + wheel, [ ]"), _T("Actions", "a larger or smaller brush")),
        (_T("Actions", "Click, then double click or Enter"), _T("Actions", "the corners of a polygon")),
        (_T("Actions", "X"), _T("Actions", "how far behind the first point others are painted")),
        (_T("Actions", "U"), _T("Actions", "only points without a class")),
        (_T("Actions", "G"), _T("Actions", "only the ground; lasso and polygon are laid on it, in pictures too")),
        (_T("Actions", "E"), _T("Actions", "take classes off points")),
        (_T("Actions", "K"), _T("Actions", "keep lasso and polygon as areas on the ground (Shift+K begins with it)")),
        (_T("Actions", "Del, C over an area"), _T("Actions", "delete it, or give it the active category")),
    ),
    _T("Actions", "In the pictures"): (
        (_T("Actions", "Double click"), _T("Actions", "make it large, or small again")),
        (_T("Actions", "Drag a zoomed picture"), _T("Actions", "shift it")),
        (_T("Actions", "Click beside the boxes"), _T("Actions", "mark the point seen there, with its coordinates")),
        (_T("Actions", "Drag a square handle"), _T("Actions", "move that side of the box")),
        (_T("Actions", "Drag the disc in its middle"), _T("Actions", "slide the box, at the same depth")),
        (_T("Actions", "Drag with the tool for boxes (B)"), _T("Actions", "a new box around what is seen there")),
        (_T("Actions", "Shift + drag with the tool for boxes (B)"), _T("Actions", "the same, along its outline")),
        (_T("Actions", "Click the half disc"), _T("Actions", "brightness and contrast")),
    ),
    _T("Actions", "Mouse in all frames of the track (M)"): (
        (_T("Actions", "Click, Ctrl + click, Shift + click"), _T("Actions", "select cells")),
        (_T("Actions", "Drag an edge, the inside or the disc"), _T("Actions", "change that box alone")),
        (_T("Actions", "Double click a cell"), _T("Actions", "open its frame in the views")),
        (_T("Actions", "Ctrl + wheel"), _T("Actions", "larger or smaller cells")),
    ),
    _T("Actions", "Elsewhere"): (
        (_T("Actions", "Click or drag in the timeline"), _T("Actions", "go to that frame")),
        (_T("Actions", "Wheel over the timeline"), _T("Actions", "one frame on or back")),
        (_T("Actions", "Ctrl + wheel over the timeline"), _T("Actions", "look closer, or from farther")),
        (_T("Actions", "Drag a bracket in the timeline"), _T("Actions", "change where the track begins or ends")),
        (_T("Actions", "Double click a track's name"), _T("Actions", "rename it")),
        (_T("Actions", "Right click on a track"), _T("Actions", "give it another category")),
        (_T("Actions", "Drop a folder or a project file"), _T("Actions", "open it")),
    ),
}
