"""Mistakes: what people and machines get wrong in labels, made on purpose in labels that are right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lidar_label.model import SE3, Box, Floats, Labels, Scene, Track

_PLAIN, _MANY = 20, 60  # points of an object that is plainly seen, and well


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: of which kind, in which tracks and frames, and where the object truly is, by frame."""

    kind: str
    tracks: frozenset[str]
    frames: frozenset[int]
    places: Mapping[int, tuple[float, float, float]]


@dataclass(eq=False)
class _Draft:
    """Labels under change: boxes by track, and the tracks that have been spoilt already."""

    scene: Scene
    tracks: dict[str, Track]
    boxes: dict[str, list[Box]]
    rng: np.random.Generator
    spoilt: set[str]

    def pick(self, wanted: Callable[[Track, list[Box]], bool]) -> str | None:
        """Return a track that is right so far and as wanted; None where there is none."""
        fit = [t for t, b in self.boxes.items() if t not in self.spoilt and b and wanted(self.tracks[t], b)]
        return fit[int(self.rng.integers(len(fit)))] if fit else None

    def speed(self, boxes: list[Box]) -> float:
        """Return the mean speed of a track, m/s."""
        frames = self.scene.frames
        seconds = (frames[boxes[-1].frame].timestamp_ns - frames[boxes[0].frame].timestamp_ns) * 1e-9
        return float(np.linalg.norm(boxes[-1].center - boxes[0].center)) / max(seconds, 1e-9)

    def inner(self, boxes: list[Box], count: int = 1) -> int:
        """Return the place of a box with two before it, and two behind the `count` from it on."""
        return int(self.rng.integers(2, len(boxes) - 1 - count))


Make = Callable[[_Draft], Mistake | None]


def make_mistakes(
    scene: Scene, labels: Labels, share: float, seed: int, kinds: tuple[str, ...] = ()
) -> tuple[Labels, list[Mistake]]:
    """Return labels in which a share of the boxes is wrong, and what is wrong with them.

    Kinds take turns until the share is reached; a track has one mistake at most.

    Parameters
    ----------
    scene : Scene
    labels : Labels
        Exact ones, with `Box.num_lidar_pts`: mistakes are made where the object is seen.
    share : float
        Of the boxes: how many mistakes are to touch.
    seed : int
    kinds : tuple of str
        Of `KINDS`; all without.
    """
    rng = np.random.default_rng([seed, 77])
    draft = _Draft(scene, {t.token: t for t in labels.tracks},
                   {t.token: list(labels.of_track(t.token)) for t in labels.tracks}, rng, set())  # fmt: skip
    wanted, touched = share * len(labels), 0
    made: list[Mistake] = []
    names = list(kinds or KINDS)
    while touched < wanted and names:
        rng.shuffle(names)
        for name in tuple(names):
            if touched >= wanted:
                break
            mistake = KINDS[name](draft)
            if mistake is None:
                names.remove(name)
                continue
            made.append(mistake)
            draft.spoilt |= mistake.tracks
            touched += len(mistake.frames)
    kept = [t for t in draft.tracks.values() if draft.boxes.get(t.token)]
    return Labels(kept, [box for t in kept for box in draft.boxes[t.token]]), made


def _mistake(kind: str, boxes: list[Box], *tracks: str) -> Mistake:
    places = {box.frame: (float(box.center[0]), float(box.center[1]), float(box.center[2])) for box in boxes}
    return Mistake(kind, frozenset(tracks or (boxes[0].track,)), frozenset(box.frame for box in boxes), places)


def _wheels(track: Track) -> bool:
    return track.category.startswith("vehicle.")


def _walks(track: Track) -> bool:
    return track.category.startswith("human.")


def _points(box: Box) -> int:
    return box.num_lidar_pts or 0


def _posed(box: Box, yaw: float = 0.0, shift: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Box:
    place = (float(box.center[k] + shift[k]) for k in range(3))
    turned = box.yaw + yaw
    return replace(box, world_SE3_box=SE3.from_yaw("world", "box", math.atan2(math.sin(turned), math.cos(turned)),
                                                   tuple(place)))  # fmt: skip


def _each(draft: _Draft, token: str, change: Callable[[Box], Box], kind: str) -> Mistake:
    boxes = draft.boxes[token]
    draft.boxes[token] = [change(box) for box in boxes]
    return _mistake(kind, boxes)


def _one(draft: _Draft, token: str, change: Callable[[Box], Box], kind: str, count: int = 1) -> Mistake:
    boxes = draft.boxes[token]
    at = draft.inner(boxes, count)
    wrong = boxes[at : at + count]
    draft.boxes[token] = [*boxes[:at], *(change(box) for box in wrong), *boxes[at + count :]]
    return _mistake(kind, wrong)


def _flipped(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: (_wheels(t) or _walks(t)) and len(b) >= 6)
    return None if token is None else _one(draft, token, lambda box: _posed(box, math.pi), "flipped heading")


def _turned(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: (_wheels(t) or _walks(t)) and len(b) >= 6)
    if token is None:
        return None
    low, high = (20, 70) if _wheels(draft.tracks[token]) else (70, 120)
    turn = math.radians(float(draft.rng.uniform(low, high))) * float(draft.rng.choice([-1, 1]))
    return _one(draft, token, lambda box: _posed(box, turn), "turned heading")


def _backwards(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: _wheels(t) and len(b) >= 4 and draft.speed(b) > 4.0)
    return None if token is None else _each(draft, token, lambda box: _posed(box, math.pi), "backwards all along")


def _resized(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and min(b[0].size) > 0.45)
    if token is None:
        return None
    side, count = int(draft.rng.integers(3)), int(draft.rng.integers(1, 3))
    factor = float(draft.rng.choice([draft.rng.uniform(1.35, 1.7), draft.rng.uniform(0.5, 0.65)]))

    def change(box: Box) -> Box:
        size = list(box.size)
        size[side] *= factor
        return replace(box, size=(size[0], size[1], size[2]))

    return _one(draft, token, change, "other size", count)


def _all_sides(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: _wheels(t) and len(b) >= 4 and _well_seen(b))
    if token is None:
        return None
    factor = float(draft.rng.choice([draft.rng.uniform(1.35, 1.6), draft.rng.uniform(0.6, 0.75)]))
    name = "loose all along" if factor > 1 else "cut all along"
    return _each(draft, token, lambda box: _scaled(box, factor), name)


def _scaled(box: Box, factor: float) -> Box:
    """Scale a box about the middle of its lower side."""
    length, width, height = box.size
    shift = (0.0, 0.0, (factor - 1.0) * height / 2)
    return replace(_posed(box, 0.0, shift), size=(length * factor, width * factor, height * factor))


def _well_seen(boxes: list[Box]) -> bool:
    return sum(_points(box) >= _MANY for box in boxes) >= 3


def _shifted(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 6)
    if token is None:
        return None
    way, far = float(draft.rng.uniform(-math.pi, math.pi)), float(draft.rng.uniform(0.6, 2.0))
    return _one(draft, token, lambda box: _posed(box, 0.0, (far * math.cos(way), far * math.sin(way), 0.0)),
                "moved aside", int(draft.rng.integers(1, 3)))  # fmt: skip


def _floating(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 4 and sum(_points(box) >= _PLAIN for box in b) >= 4)
    if token is None:
        return None
    up = float(draft.rng.uniform(0.5, 1.2)) * float(draft.rng.choice([-1, 1]))
    return _each(draft, token, lambda box: _posed(box, 0.0, (0.0, 0.0, up)), "off the ground")


def _of_other_frame(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: _wheels(t) and len(b) >= 8 and draft.speed(b) > 3.0)
    if token is None:
        return None
    boxes = draft.boxes[token]
    at = draft.inner(boxes)
    other = boxes[at + int(draft.rng.choice([-2, -1, 1]))]
    draft.boxes[token] = [*boxes[:at], replace(boxes[at], world_SE3_box=other.world_SE3_box), *boxes[at + 1 :]]
    return _mistake("pose of another frame", boxes[at : at + 1])


def _lost(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and all(_points(box) >= _PLAIN for box in b) and _is_gapless(b))
    if token is None:
        return None
    boxes, count = draft.boxes[token], int(draft.rng.integers(1, 4))
    at = draft.inner(boxes, count)
    draft.boxes[token] = [*boxes[:at], *boxes[at + count :]]
    return _mistake("frames without the box", boxes[at : at + count])


def _is_gapless(boxes: list[Box]) -> bool:
    return boxes[-1].frame - boxes[0].frame + 1 == len(boxes)


def _cut_short(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 9 and all(_points(box) >= _PLAIN for box in b) and _is_gapless(b))
    if token is None:
        return None
    boxes = draft.boxes[token]
    keep = int(draft.rng.integers(len(boxes) // 3, 2 * len(boxes) // 3 + 1))
    draft.boxes[token] = boxes[:keep]
    lost = _mistake("track that ends too early", boxes[keep:])  # found wherever it goes on without a box
    return replace(lost, frames=frozenset(box.frame for box in boxes[keep : keep + 3]))


def _split(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and _is_gapless(b))
    if token is None:
        return None
    boxes = draft.boxes[token]
    at = draft.inner(boxes)
    new = replace(draft.tracks[token], token=f"{token}-split", name=f"{draft.tracks[token].name} b")
    draft.tracks[new.token] = new
    draft.boxes[token] = boxes[:at]
    draft.boxes[new.token] = [replace(box, track=new.token) for box in boxes[at:]]
    return _mistake("new id half way", boxes[at - 1 : at + 1], token, new.token)


def _swapped(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and _is_gapless(b))
    if token is None:
        return None
    boxes = draft.boxes[token]
    at = boxes[draft.inner(boxes)].frame
    here = {box.frame: box.center for box in boxes}
    kind = draft.tracks[token].category

    def near(track: Track, others: list[Box]) -> bool:
        if track.token == token or track.category != kind or not _is_gapless(others):
            return False
        frames = {box.frame: box for box in others}
        if not all(frame in frames for frame in range(at - 2, at + 2)):
            return False
        return 1.5 < float(np.linalg.norm(frames[at].center - here[at])) < 25.0

    other = draft.pick(near)
    if other is None:
        return None
    theirs = draft.boxes[other]
    for one, own, alien in ((token, boxes, theirs), (other, theirs, boxes)):
        later = [replace(box, track=one) for box in alien if box.frame >= at]
        draft.boxes[one] = [*(box for box in own if box.frame < at), *later]
    wrong = [box for box in (*boxes, *theirs) if box.frame in (at - 1, at)]
    return _mistake("two ids exchanged", wrong, token, other)


def _doubled(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 4)
    if token is None:
        return None
    new = replace(draft.tracks[token], token=f"{token}-double", name=f"{draft.tracks[token].name} c")
    draft.tracks[new.token] = new
    boxes = draft.boxes[token][:8]
    draft.boxes[new.token] = [
        replace(_posed(box, 0.0, tuple(draft.rng.normal(0, 0.05, 3))), track=new.token, token=f"{box.token}-double")
        for box in boxes
    ]
    return _mistake("labelled twice", boxes, token, new.token)


def _missing(draft: _Draft) -> Mistake | None:
    def wanted(track: Track, boxes: list[Box]) -> bool:
        near = [box for box in boxes if _points(box) >= _MANY and _range(draft, box) < 35.0]
        return (_wheels(track) or _walks(track)) and draft.speed(boxes) > 1.0 and len(near) >= 6

    token = draft.pick(wanted)
    if token is None:
        return None
    return _mistake("mover without a box", draft.boxes.pop(token))


def _range(draft: _Draft, box: Box) -> float:
    return float(np.linalg.norm(box.center - draft.scene.frames[box.frame].world_SE3_ego.translation))


def _of_other_category(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda t, b: len(b) >= 3 and t.category in _OTHERS)
    if token is None:
        return None
    choice = _OTHERS[draft.tracks[token].category]
    draft.tracks[token] = replace(draft.tracks[token], category=choice[int(draft.rng.integers(len(choice)))])
    return _mistake("other category", draft.boxes[token])


_OTHERS = {
    "vehicle.car": ("vehicle.bicycle", "vehicle.bus.rigid", "human.pedestrian.adult"),
    "vehicle.truck": ("vehicle.car", "vehicle.bicycle"),
    "vehicle.bus.rigid": ("vehicle.car",),
    "human.pedestrian.adult": ("vehicle.car", "vehicle.bicycle", "human.pedestrian.child"),
    "vehicle.bicycle": ("vehicle.car", "human.pedestrian.adult"),
    "vehicle.motorcycle": ("vehicle.car", "human.pedestrian.adult"),
    "movable_object.trafficcone": ("human.pedestrian.adult", "movable_object.barrier"),
}


def _frozen(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and draft.speed(b) > 3.0 and _well_seen(b))
    if token is None:
        return None
    boxes = draft.boxes[token]
    middle: Floats = boxes[len(boxes) // 2].center
    pose = SE3.from_yaw("world", "box", boxes[len(boxes) // 2].yaw, middle)
    return _each(draft, token, lambda box: replace(box, world_SE3_box=pose, attributes={}), "boxed as if it stood")


def _wrong_state(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 8 and draft.speed(b) > 1.2 and "vehicle.moving" in b[0].attributes)
    if token is None:
        return None
    return _one(draft, token, lambda box: replace(box, attributes={"vehicle.parked": True}), "parked while it drives",
                min(4, len(draft.boxes[token]) - 4))  # fmt: skip


def _two_states(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 6 and "vehicle.parked" in b[0].attributes)
    if token is None:
        return None
    both = {"vehicle.parked": True, "vehicle.stopped": True}
    return _one(draft, token, lambda box: replace(box, attributes=both), "two states at once")


def _no_state(draft: _Draft) -> Mistake | None:
    token = draft.pick(lambda _, b: len(b) >= 6 and any(name.startswith("vehicle.") for name in b[0].attributes))
    return None if token is None else _one(draft, token, lambda box: replace(box, attributes={}), "no state", 2)


KINDS: dict[str, Make] = {
    "flipped": _flipped, "turned": _turned, "backwards": _backwards, "resized": _resized, "all-sides": _all_sides,
    "shifted": _shifted, "floating": _floating, "other-frame": _of_other_frame, "lost": _lost, "cut-short": _cut_short,
    "split": _split, "swapped": _swapped, "doubled": _doubled, "missing": _missing, "category": _of_other_category,
    "frozen": _frozen, "wrong-state": _wrong_state, "two-states": _two_states, "no-state": _no_state,
}  # fmt: skip
"""Each way to spoil labels, by a short name; it returns None where no track is left that it fits."""
