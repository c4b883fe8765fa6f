"""Part of scripts/check_injected: which mistakes findings name, and which findings name none."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from lidar_label.check import Found, check_drive
from lidar_label.model import Labels, PointCloud, Scene, Taxonomy
from lidar_label.synth import make_drive
from lidar_label.synth.mistakes import Mistake, make_mistakes

NEAR_FRAMES, NEAR_M = 1, 3.0  # a finding this near to a mistake names it


@dataclass
class Score:
    """What was found: of each kind how many mistakes were made and found, and of each rule how often it was wrong."""

    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: int = 0
    false: list[tuple[str, str]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(sum(self.made.values()), 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.right + len(self.false), 1)

    def add(self, other: Score) -> None:
        self.made += other.made
        self.found += other.found
        self.right += other.right
        self.false += other.false
        self.missed += other.missed


def names(found: Found, mistake: Mistake) -> bool:
    """Say whether a finding names a mistake: its track and about its frame, or its place."""
    remark = found.remark
    frames = remark.frames or ((remark.frame,) if remark.frame >= 0 else tuple(mistake.frames))
    near = any(abs(frame - wrong) <= NEAR_FRAMES for frame in frames for wrong in mistake.frames)
    tracks = {one.token for one in (remark.track, remark.other) if one is not None}
    if tracks:
        return bool(tracks & mistake.tracks) and near
    if remark.place is None:
        return False
    x, y, _ = remark.place
    return any(
        math.hypot(x - place[0], y - place[1]) < NEAR_M
        for frame, place in mistake.places.items()
        if abs(frame - remark.frame) <= NEAR_FRAMES
    )


def score(findings: Sequence[Found], mistakes: Sequence[Mistake]) -> Score:
    """Compare findings with the mistakes that were made.

    Findings of one track (or place) whose frames meet are one: a person who is led there sees what is wrong.
    """
    done = Score(made=Counter(m.kind for m in mistakes))
    seen: set[int] = set()
    groups: dict[object, list[Found]] = defaultdict(list)
    for one in findings:
        hits = [k for k, mistake in enumerate(mistakes) if names(one, mistake)]
        seen.update(hits)
        if hits:
            groups["right", tuple(hits)].append(one)
        else:
            token = one.remark.track.token if one.remark.track is not None else one.remark.place
            groups["false", token].append(one)
    for (verdict, *_), members in groups.items():  # type: ignore[misc]
        if verdict == "right":
            done.right += 1
        else:
            done.false.append((members[0].rule.id, f"frame {members[0].remark.frame}: {members[0].remark.message}"))
    done.found = Counter(mistakes[k].kind for k in seen)
    done.missed = [f"{m.kind}: {sorted(m.tracks)[0][:8]} {sorted(m.frames)[:3]}" for k, m in enumerate(mistakes)
                   if k not in seen]  # fmt: skip
    return done


@dataclass(frozen=True)
class Drive:
    """A made-up drive whose sweeps are kept."""

    scene: Scene
    labels: Labels
    taxonomy: Taxonomy

    def check(self, labels: Labels) -> list[Found]:
        return check_drive(self.scene, labels, self.taxonomy)

    def spoil(self, share: float, seed: int) -> tuple[Labels, list[Mistake]]:
        return make_mistakes(self.scene, self.labels, share, seed)


def kept_drive(seed: int, frames: int, rate: float = 5.0, beams: int = 64, columns: int = 1800) -> Drive:
    """Make a drive, and each of its sweeps once."""
    made = make_drive(frames=frames, seed=seed, cameras=0, frame_rate_hz=rate, beams=beams, columns=columns)
    print(f"made drive {seed}", file=sys.stderr)
    kept = []
    for frame in made.scene.frames:
        sweeps = {name: replace(sweep, load=partial(_same, sweep.points())) for name, sweep in frame.sweeps.items()}
        kept.append(replace(frame, sweeps=sweeps))
    return Drive(replace(made.scene, frames=kept), made.labels, made.taxonomy)


def _same(cloud: PointCloud) -> PointCloud:
    return cloud
