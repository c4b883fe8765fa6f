"""Part of scripts/draft: the sums and the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from draft_effort import Effort
from draft_run import CLASSES, Result

_RANGES = (0.0, 20.0, 40.0, 60.0)
_SCORES = (0.05, 0.3, 0.5, 0.7, 0.9, 1.01)


def sums(results: Sequence[Result], least: float) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of all tables, for programs."""
    found: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    efforts: list[dict[str, Any]] = []
    for title in dict.fromkeys(result.title for result in results):
        own = [result for result in results if result.title == title]
        drafted = [row for result in own for row in result.drafted]
        labelled = [row for result in own for row in result.labelled]
        spans = [*pairwise(_RANGES), (0.0, _RANGES[-1])]
        for kind in (*CLASSES, "all"):
            for low, high in spans if kind in ("car", "all") else spans[-1:]:
                found += _row(title, kind, low, high, drafted, labelled, least)
        for low, high in pairwise(_SCORES):
            right = [row[3] for row in drafted if low <= row[2] < high]
            if right:
                scores.append({"set": title, "from": low, "to": min(high, 1.0), "boxes": len(right),
                               "right": float(np.mean(right))})  # fmt: skip
        done = [result.effort for result in own if result.effort is not None]
        if done:
            efforts.append({"set": title, **_effort(done)})
        frames = sum(result.frames for result in own)
        efforts.append({"set": title, "frames": frames,
                        "seconds_a_frame": sum(result.seconds for result in own) / max(frames, 1)})  # fmt: skip
    return {"found": found, "scores": scores, "effort": efforts}


def _row(
    title: str, kind: str, low: float, high: float, drafted: list[Any], labelled: list[Any], least: float
) -> list[dict[str, Any]]:
    made = [row for row in drafted if kind in (row[0], "all") and low <= row[1] < high and row[2] >= least]
    truth = [row for row in labelled if kind in (row[0], "all") and low <= row[1] < high]
    if not truth and not made:
        return []
    precision = float(np.mean([row[3] for row in made])) if made else None
    recall = float(np.mean([row[2] >= least for row in truth])) if truth else None
    return [{"set": title, "class": kind, "from_m": low, "to_m": high, "drafted": len(made), "labelled": len(truth),
             "precision": precision, "recall": recall}]  # fmt: skip


def _effort(done: Sequence[Effort]) -> dict[str, Any]:
    nothing, draft = sum(one.nothing.seconds for one in done), sum(one.draft.seconds for one in done)
    return {
        "drives": len(done), "objects": sum(one.objects for one in done), "drafted": sum(one.drafted for one in done),
        "from_nothing_s": nothing, "with_draft_s": draft, "saved": 1 - draft / max(nothing, 1e-9),
        "from_nothing": _actions([one.nothing for one in done]), "with_draft": _actions([one.draft for one in done]),
    }  # fmt: skip


def _actions(works: Sequence[Any]) -> dict[str, int]:
    return {name: sum(getattr(work, name) for work in works) for name in ("new", "corrections", "deletions", "looks")}


def tables(rows: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Yield the tables in Markdown."""
    yield "| set | class | range, m | labelled | drafted | precision | recall |"
    yield "|---|---|---|---|---|---|---|"
    for r in rows["found"]:
        yield (f"| {r['set']} | {r['class']} | {r['from_m']:.0f} to {r['to_m']:.0f} | {r['labelled']} | {r['drafted']} "
               f"| {_share(r['precision'])} | {_share(r['recall'])} |")  # fmt: skip
    yield ""
    yield "| set | score | boxes | right |"
    yield "|---|---|---|---|"
    for r in rows["scores"]:
        yield f"| {r['set']} | {r['from']:.2f} to {r['to']:.2f} | {r['boxes']} | {_share(r['right'])} |"
    yield ""
    for r in rows["effort"]:
        if "saved" in r:
            yield (f"{r['set']}: {r['objects']} objects of {r['drives']} drives, {r['drafted']} drafted: "
                   f"{r['from_nothing_s']:.0f} s from nothing {r['from_nothing']}, {r['with_draft_s']:.0f} s with the "
                   f"draft {r['with_draft']}: {_share(r['saved'])} less")  # fmt: skip
        else:
            yield f"{r['set']}: {r['frames']} frames, {r['seconds_a_frame']:.2f} s a frame"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"
