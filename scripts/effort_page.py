"""What the effort came to, as a table, as numbers, and as a page of the docs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from effort_person import GOOD
from effort_run import Drive


def sums(drive: Drive) -> dict[str, Any]:
    """Return what a drive took, for programs."""
    made = drive.results
    total = drive.actions.total()
    return {
        "drive": drive.title,
        "cars": len(made),
        "by_click_alone": sum(result.by_click >= GOOD for result in made),
        "reached": sum(result.final >= GOOD for result in made),
        "own_track_by_itself": sum(result.by_itself for result in made),
        "own_track": sum(result.is_own_track for result in made),
        "boxes": drive.boxes,
        "between_least_overlap": None if np.isnan(drive.between) else round(drive.between, 3),
        "actions": dict(drive.actions),
        "actions_a_box": round(total / max(drive.boxes, 1), 2),
        "actions_a_labelled_box": round(total / max(len(made), 1), 2),
        "machine_s": round(drive.machine_s, 2),
        "machine_s_a_box": round(drive.machine_s / max(drive.boxes, 1), 3),
        "slowest_box_s": round(max((result.machine_s for result in made), default=0.0), 2),
        "failures": list(drive.failures),
        "each": [
            {"name": r.name, "frame": r.frame, "points": r.points, "by_click": round(r.by_click, 3),
             "final": round(r.final, 3), "actions": r.actions, "machine_s": round(r.machine_s, 3),
             "own_track_by_itself": r.by_itself, "own_track": r.is_own_track, "said": r.said}
            for r in made
        ],
    }  # fmt: skip


def table(drive: Drive) -> Iterator[str]:
    """Yield a drive's table in Markdown."""
    yield f"## {drive.title}"
    yield ""
    yield "| car | frame | points | overlap by the click | in the end | actions | machine, s |"
    yield "|---|---|---|---|---|---|---|"
    for r in drive.results:
        yield (f"| {r.name} | {r.frame} | {r.points} | {r.by_click:.2f} | {r.final:.2f} | {r.actions} "
               f"| {r.machine_s:.2f} |")  # fmt: skip
    yield ""
    found = sums(drive)
    acted = ", ".join(f"{count} {kind}s" for kind, count in sorted(drive.actions.items()))
    yield (f"{found['by_click_alone']} of {found['cars']} boxes were good from the click alone, {found['reached']} in "
           f"the end. {found['own_track_by_itself']} came to their own track by themselves, {found['own_track']} in "
           "the end.")  # fmt: skip
    yield (f"All of it took {acted}: {found['actions_a_box']} actions for each of the {drive.boxes} boxes in the "
           f"project. The machine took {found['machine_s']} s, {found['machine_s_a_box']} s a box.")  # fmt: skip
    if not np.isnan(drive.between):
        yield (f"The frames between are interpolated; their boxes overlap with the persons' boxes, moved evenly from "
               f"the first frame to the last, by {drive.between:.2f} or more.")  # fmt: skip
    for text in drive.failures:
        yield f"The desk reported: {text}"
    yield ""


def page(drives: list[Drive]) -> Iterator[str]:
    """Yield the page of the docs."""
    yield "# What a box takes"
    yield ""
    yield "Two real drives, labelled from nothing in the real window by a script with a mouse and a keyboard"
    yield "(`scripts/effort_desk --write` writes this page). The script plays a person who sees where each car stands:"
    yield "it takes the tool for boxes by a click (N), clicks each car once in the view from above, and where the box"
    yield f"overlaps with the one that a person made by less than {GOOD} (intersection over union, seen from above), or"
    yield "heads the wrong way, it puts the tool away and pulls sides, corners or the heading until it does not. It"
    yield "labels the frames that people labelled, and fills those between. An action is a click, a drag, a key or a"
    yield "turn of the wheel. A person also has to look, which no script can count: these are the hands' actions and"
    yield "the machine's time, on two processor cores that did other work beside it."
    yield "Cars with 20 points or more that stand in a person's labels are asked for, vans included."
    yield ""
    for drive in drives:
        yield from table(drive)
