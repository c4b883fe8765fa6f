"""Findings on paper: one HTML file with plots, figures by class and a picture of each finding; it opens offline."""

from __future__ import annotations

import base64
import html
from collections import Counter
from collections.abc import Iterable, Sequence

from lidar_label.jobs.check_figures import Figures, by_annotator, summed
from lidar_label.jobs.checking import Checked, SceneCheck

_COLORS = {"error": "#d64545", "warning": "#d9a400", "info": "#4a90d9"}
_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#1d2127;background:#fff}
h1{font-size:1.6em} h2{margin-top:2em;font-size:1.25em} table{border-collapse:collapse;margin:.6em 0}
td,th{padding:.25em .8em;border-bottom:1px solid #dde1e6;text-align:left} td.n{text-align:right}
td{overflow-wrap:anywhere} td:not(:last-child){min-width:4em}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(32em,1fr));gap:1em}
.card{border:1px solid #dde1e6;border-left:5px solid;border-radius:4px;padding:.7em .9em}
.card img{width:100%;border-radius:3px} .card p{margin:.35em 0} .why{color:#5b6570} .place{font-size:.9em;color:#5b6570}
svg text{font:12px system-ui,sans-serif;fill:#1d2127}
@media(prefers-color-scheme:dark){body,svg text{background:#16181c;color:#e4e7ea;fill:#e4e7ea}
td,th,.card{border-color:#343a42}.why,.place{color:#9aa4af}}
"""
_LEGEND = """<p class=why>Each picture shows the place from above, from the side and, where one sees it, in a camera:
<b style="color:#c98f00">the box</b>, <b style="color:#96764a">where its track is two frames before and after</b>,
<b style="color:#4a90d9">other boxes</b>. A picture is square; the line in a box goes to its front.</p>"""


def check_page(checked: Checked) -> str:
    """Return the page of what was found, with the pictures that were made on the way."""
    title = html.escape(f"Checks of {checked.path.name}")
    counts = ", ".join(f"{number} {severity}" for severity, number in checked.counts.items())
    boxes = sum(scene.boxes for scene in checked.scenes)
    parts: list[str] = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>",
        f"<h1>{title}</h1><p>Scenes: {len(checked.scenes)}, boxes: {boxes}; {counts}.</p>",
        "<h2>By rule</h2>",
        _bars([(name, number, severity) for severity, _, number, name in checked.rule_rows()]),
        *_figures([scene.figures for scene in checked.scenes]),
        *(_frames(scene) for scene in checked.scenes),
    ]
    if checked.findings:
        rows = [(finding.severity, finding.message, finding.where) for finding in checked.findings]
        parts += ["<h2>What the data says of itself</h2>", _table(("severity", "message", "where"), rows)]
    parts += _waived(checked.scenes)
    parts += ["<h2>Findings</h2>", _LEGEND, "<div class=cards>", *_cards(checked), "</div></html>"]
    return "\n".join(parts)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def cell(value: object) -> str:
        if isinstance(value, float):
            return f"<td class=n>{value:.1f}"
        return f"<td class=n>{value}" if isinstance(value, int) else f"<td>{html.escape(str(value))}"

    body = "".join("<tr>" + "".join(map(cell, row)) for row in rows)
    return "<table><tr>" + "".join(f"<th>{html.escape(head)}" for head in heads) + body + "</table>"


def _bars(rows: Sequence[tuple[str, int, str]]) -> str:
    """Return bars with names before and numbers behind them."""
    most = max((number for _, number, _ in rows), default=1)
    lines = []
    for place, (name, number, severity) in enumerate(rows):
        y, wide = 22 * place, 360 * number / most
        lines.append(
            f"<text x=330 y={y + 15} text-anchor=end>{html.escape(name)}</text>"
            f'<rect x=340 y={y + 3} width={wide:.1f} height=15 fill="{_COLORS[severity]}"/>'
            f"<text x={346 + wide:.1f} y={y + 15}>{number}</text>"
        )
    return f"<svg width=760 height={22 * len(rows) + 4} role=img>{''.join(lines)}</svg>" if rows else "<p>Nothing.</p>"


def _figures(scenes: Sequence[Figures]) -> list[str]:
    heads = ("boxes", "findings", "in a hundred boxes")
    parts = ["<h2>By class</h2>", _table(("class", *heads), summed(scenes, lambda maker: maker.category))]
    parts += ["<h2>By what made the box</h2>", _table(("made by", *heads), summed(scenes, lambda maker: maker.source))]
    people = by_annotator(scenes)
    told = "<p>Who wrote each box last, without what was imported as it is.</p>" + _table(
        ("annotator", "class", *heads), people
    )
    return [*parts, "<h2>By annotator and class</h2>", told if people else "<p>Nothing says who made these boxes.</p>"]


def _waived(scenes: Sequence[SceneCheck]) -> list[str]:
    rows = [
        (one.rule.id, scene.name, max(one.remark.frame, 0), one.remark.message, waiver.reason, waiver.author)
        for scene in scenes
        for one, waiver in scene.waived
    ]
    heads = ("rule", "scene", "frame", "finding", "why it is right", "says")
    return ["<h2>Waived</h2>", _table(heads, rows)] if rows else []


def _frames(scene: SceneCheck) -> str:
    """Return a plot of how many findings point to each frame."""
    numbers = Counter(frame for one in scene.found for frame in (one.remark.frames or (one.remark.frame,)))
    most = max(numbers.values(), default=0)
    if not most or not scene.frames:
        return ""
    wide = 720 / scene.frames
    bars = "".join(
        f"<rect x={frame * wide:.2f} y={80 - 76 * number / most:.1f} width={max(wide - 0.5, 0.5):.2f} "
        f'height={76 * number / most:.1f} fill="#d9a400"><title>frame {frame}: {number}</title></rect>'
        for frame, number in sorted(numbers.items())
        if frame >= 0
    )
    title = f"Scene {html.escape(scene.name)}: findings by frame, up to {most}"
    return f"<h2>{title}</h2><svg width=720 height=82>{bars}</svg>"


def _cards(checked: Checked) -> Iterable[str]:
    for scene in checked.scenes:
        for place, one in enumerate(scene.found):
            rule, remark = one.rule, one.remark
            image = scene.pictures.get(place)
            shown = ""
            if image is not None:
                text = base64.b64encode(image).decode("ascii")
                shown = f'<img alt="from above, from the side and in a camera" src="data:image/png;base64,{text}">'
            measured = ""
            if remark.value is not None and remark.bound is not None:
                measured = f" Measured {remark.value:.2f}, bound {remark.bound:.2f}."
            track = f", {remark.track.category} {remark.track.name or remark.track.token}" if remark.track else ""
            where = f"{scene.name}, frame {remark.frame}{track}; {rule.id}, confidence {one.confidence:.0%}"
            yield (
                f'<div class=card style="border-left-color:{_COLORS[rule.severity]}">{shown}'
                f"<p><b>{html.escape(rule.name)}</b>: {html.escape(remark.message)}.{measured}</p>"
                f"<p class=place>{html.escape(where)}</p><p class=why>{html.escape(rule.why)}</p></div>"
            )
