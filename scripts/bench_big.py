"""Part of scripts/bench: the real window on a big cloud, and on a drive of real size: scrubbed, and crowded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench_plan import ROOT, LeftOut, Plan
from bench_table import Row

RSS_MB = 2000.0
DRIVE_BYTES = 200 * (200_000 * 20 + 6 * 250_000)


def _run(script: str, *arguments: object) -> dict[str, Any]:
    """Run one of the scripts that drive the window; return the JSON they print."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=1200,
    )  # fmt: skip
    start = done.stdout.find("{")
    if done.returncode or start < 0:
        words = done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["it said nothing"]
        raise RuntimeError(words[-1])
    found: dict[str, Any] = json.loads(done.stdout[start:])
    return found


def desk(plan: Plan) -> Iterator[Row]:
    plan.display()
    for points in (plan.points, *((500_000_000,) if plan.huge else ())):
        yield from _desk(plan, plan.cloud(points), points)
    if not plan.huge:
        yield Row("the desk on 500 M points", absent="left out: asked for with --huge")


def _desk(plan: Plan, cloud: Path, points: int) -> Iterator[Row]:
    plan.room(points * 48)
    found = _run("bench_desk.py", cloud, *(("--jumps", 4, "--orbit", 2) if plan.quick else ()))
    size = f"{points // 10**6} M points"
    while_building = "" if found["first_phase"] == "tiles" else ", the tiles still being built"
    yield Row(f"first picture of {size}, from the command{while_building}", found["first_picture_s"], "s", 2.0)
    yield Row(f"tiles of {size} built and shown, from the command", found["tiles_s"], "s")
    for name in ("cold", "warm"):
        jump = found[f"jump_{name}_ms"]
        what = f"a jump to anywhere in {size}, its final {jump['points'] / 1e6:.1f} M points, {name}"
        yield Row(f"{what}, median", jump["median"], "ms", 300.0)
        yield Row(f"{what}, worst", jump["worst"], "ms", 300.0 if name == "cold" else None)
    drawn = found["orbit_points"] / 1e6
    what = f"turning through {size}, 1280 x 800, {drawn:.2g} M points drawn"
    row = Row(what, found["orbit_fps"], "frames/s", 30.0, more=True)
    row.peak_mb, row.peak_bound_mb = found["peak_rss_mb"], RSS_MB
    yield row


def _drive(plan: Plan) -> Path:
    """Return the folder of the drive of real size, if there is a display to show it on and room to make it."""
    plan.display()
    cache = plan.folder / "scrub"
    if not cache.exists():
        plan.room(DRIVE_BYTES * 1.2)
    return cache


def scrub(plan: Plan) -> Iterator[Row]:
    cache = _drive(plan)
    seconds = 20 if plan.quick else 120
    found = _run("bench_scrub.py", cache, "--seconds", seconds, "--play", 0, "--no-jumps")
    steps, memory = found["step_ms"], found["rss_mb"]
    if not steps:
        raise LeftOut("no step was made")
    what = f"{steps['n']} frame steps in {seconds} s, 200 frames of 200 thousand points with six cameras"
    yield Row(f"{what}, median", steps["p50"], "ms")
    yield Row(f"{what}, 99 %", steps["p99"], "ms", 50.0)
    grown = memory["highest_after"] - memory["frame_20"]
    yield Row(
        "memory from the 20th frame on: highest beside that frame", grown, "MB", 60.0, peak_mb=memory["highest_after"]
    )


def crowd(plan: Plan) -> Iterator[Row]:
    found = _run("bench_crowd.py", _drive(plan), "--rounds", 4 if plan.quick else 12)
    where = f"among {found['boxes']} boxes in each of {found['frames']} frames"
    for kind, what in (
        ("select", "select a box by a click"), ("drag", "a move of the mouse that drags a handle"),
        ("step", "a step to the next frame"),
    ):  # fmt: skip
        yield Row(f"{what}, {where}, median", found[f"{kind}_ms"]["p50"], "ms", 50.0)
