"""Keys as other tools have them, a table of command to keys each; what is not named keeps its usual keys.

A key that a preset gives away is gone from the command that usually has it, so that command gets a key that the
preset leaves free. Sources: SUSTechPOINTS ``doc/shortcuts_cn.md``; CVAT user guide, "Shortcuts"; Xtreme1
``frontend/pc-tool/src/packages/pc-editor/config/hotkey.ts``.
"""

from __future__ import annotations

Preset = dict[str, tuple[str, ...]]


def _with_fine_steps(preset: Preset) -> Preset:
    """Put the fine step of each step under the same key with Shift, where it usually is."""
    steps = ("forward", "back", "left", "right", "up", "down", "turn-left", "turn-right")
    fine = {f"{name}-fine": (f"Shift+{preset[name][0]}",) for name in steps if name in preset}
    return {**fine, **preset}


PRESETS: dict[str, Preset] = {
    # A box is moved with w a s d and turned with q e; 1 and 2 go through the boxes, 3 and 4 through the frames.
    "SUSTechPOINTS": _with_fine_steps({
        "forward": ("W",), "back": ("S",), "left": ("A",), "right": ("D",),
        "turn-left": ("Q",), "turn-right": ("E",), "flip": ("G",), "delete-box": ("Del", "Ctrl+D"),
        "previous-box": ("1", "Shift+Tab"), "next-box": ("2", "Tab"),
        "previous-frame": ("3", "PgUp", "Left"), "next-frame": ("4", "PgDown", "Right"),
        "larger": ("=", "+"), "smaller": ("-",), "play": ("Space",), "escape": ("Esc",), "batch": ("V", "M"),
        # what those keys are for otherwise
        "interpolate": ("H",), "taller": ("Ctrl+=",), "lower": ("Ctrl+-",),
        "back-10": ("Ctrl+PgUp",), "ahead-10": ("Ctrl+PgDown",), "down": ("C",), "copy-next": ("Z",),
        "category-1": ("Shift+1",), "category-2": ("Shift+2",), "category-3": ("Shift+3",),
        "category-4": ("Shift+4",),
    }),
    # f and d go through the frames, v and c by ten; r and e through the key frames; n draws.
    "CVAT": _with_fine_steps({
        "next-frame": ("F", "Right"), "previous-frame": ("D", "Left"), "ahead-10": ("V", "PgDown"),
        "back-10": ("C", "PgUp"), "next-key": ("R", "Ctrl+Right"), "previous-key": ("E", "Ctrl+Left"),
        "play": ("Space",), "draw-box": ("N",), "click-box": ("Shift+N",), "escape": ("Esc",), "delete-box": ("Del",),
        "delete-track": ("Shift+Del",), "undo": ("Ctrl+Z",), "redo": ("Ctrl+Shift+Z", "Ctrl+Y"),
        "copy-next": ("Ctrl+B",), "next-box": ("Tab",), "previous-box": ("Shift+Tab",), "shortcuts": ("F1",),
        "go-to": ("`", "Ctrl+G"),
        # what those keys are for otherwise
        "focus": ("B",), "turn-right": ("A",), "up": ("Alt+Up",), "down": ("Alt+Down",),
    }),
    # A box is moved with a d (back, ahead), q e (left, right), w s (up, down) and turned with z x; f makes one.
    "Xtreme1": _with_fine_steps({
        "draw-box": ("F",), "delete-box": ("Del",), "undo": ("Ctrl+Z",), "redo": ("Ctrl+Shift+Z",),
        "back": ("A",), "forward": ("D",), "left": ("Q",), "right": ("E",), "up": ("W",), "down": ("S",),
        "turn-left": ("Z",), "turn-right": ("X",), "turn-right-90": ("C",), "focus": ("Y",),
        "next-frame": ("Right",), "previous-frame": ("Left",),
        # what those keys are for otherwise
        "look-home": ("R",), "copy-next": ("Alt+Right",),
    }),
}  # fmt: skip
