"""A person who labels: knows the object as it stands, clicks it, looks, and pulls the box where it is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from effort_hand import Hand
from effort_truth import Job, Truth
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, Qt

from lidar_label.gui.views import handles
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box

GOOD = 0.7
_SETTLED = 0.72  # pulled until it is good beyond doubt
_MOST_PULLS = 6
_TURNED = math.radians(4.0)
_EDGES = ("front", "rear", "left", "right", "front-left", "front-right", "rear-left", "rear-right")


@dataclass(frozen=True, slots=True)
class Result:
    """What one box took, and what it came to."""

    name: str
    frame: int
    points: int
    by_click: float
    """Overlap with the person's box, seen from above, after the click alone; 0 where it gave no box."""
    final: float
    actions: int
    machine_s: float
    said: str
    by_itself: bool
    """Whether the click gave it to the object's own track, or a new one."""
    is_own_track: bool
    """Whether it is of that track in the end."""


class Person:
    """Labels a drive with a hand."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.tracks: dict[str, str] = {}
        """The track that each object came to."""

    def label(self, job: Job) -> Iterator[Result]:
        """Label the frames that have truths, one after another; fill the frames between."""
        hand = self._hand
        self._take_car()
        hand.key("N")
        for frame in job.frames:
            self._go_to(frame)
            for truth in (truth for truth in job.truths if truth.frame == frame):
                yield self._box(truth)

    def fill(self, job: Job) -> None:
        """Interpolate every track between the frames that were labelled."""
        hand = self._hand
        hand.key("Escape")
        ends = job.frames[0], job.frames[-1]
        seen = [{truth.name for truth in job.truths if truth.frame == frame} for frame in ends]
        at_ends = {self.tracks[name] for name in seen[0] & seen[1]}
        if ends[1] - ends[0] < 2:
            return
        for token in dict.fromkeys(self.tracks.values()):
            shown = self._shown(token)
            if shown is not None and token in at_ends:
                hand.click(float(shown[0]), float(shown[1]))
                hand.key("G")

    def _take_car(self) -> None:
        """Make cars the category of the next box, by its number."""
        names = [category.name.lower() for category in self._hand.desk.taxonomy.categories]
        place = next(i for i, name in enumerate(names) if name.rsplit(".", 1)[-1] == "car")
        if self._hand.desk.active_category.lower() != names[place]:
            self._hand.key(str(place + 1))

    def _go_to(self, frame: int) -> None:
        desk = self._hand.desk
        while desk.index != frame:
            if frame == len(desk.times_ns) - 1 and frame - desk.index > 1:
                self._hand.key("End")
            else:
                self._hand.key("D")

    def _box(self, truth: Truth) -> Result:
        hand, desk = self._hand, self._hand.desk
        before, waited = hand.counts.total(), hand.waited_s
        hand.said.clear()
        x, y = self._on(truth)
        hand.click(x, y)
        by_click = self._overlap(truth)
        if desk.selected_box is None:  # it said why; the second click places the usual box
            hand.click(x, y)
        said = "; ".join(hand.said)
        known = self.tracks.get(truth.name, "")
        by_itself = desk.selected == known or (not known and desk.selected not in self.tracks.values())
        if known and not by_itself:  # it is undone, the track is taken from the list, and the object clicked for it
            hand.key("Z", Qt.KeyboardModifier.ControlModifier)
            hand.click_track(known)
            self._go_to(truth.frame)  # the list goes to a frame in which the track has a box
            hand.click(x, y, Qt.KeyboardModifier.ShiftModifier)
        if not self._heads_right(truth):
            hand.key("H")
        if self._overlap(truth) < GOOD:
            self._correct(truth)
        token = self.tracks.setdefault(truth.name, desk.selected)
        return Result(
            name=truth.name,
            frame=truth.frame,
            points=len(truth.points),
            by_click=by_click,
            final=self._overlap(truth),
            actions=hand.counts.total() - before,
            machine_s=hand.waited_s - waited,
            said=said,
            by_itself=by_itself,
            is_own_track=token == desk.selected,
        )

    def _on(self, truth: Truth) -> tuple[float, float]:
        """Return where a person clicks: on the visible points, in their midst."""
        flat = truth.points[:, :2]
        middle = np.median(flat, axis=0)
        x, y = flat[int(np.argmin(np.hypot(*(flat - middle).T)))].tolist()
        return x, y

    def _correct(self, truth: Truth) -> None:
        """Put the tool away, bring the box near, turn it, and pull its sides until it is good; take the tool again."""
        hand = self._hand
        hand.key("Escape")
        hand.key("F")
        for _ in range(_MOST_PULLS):
            shown = self._shown()
            if self._overlap(truth) >= _SETTLED or shown is None:
                break
            off = math.remainder(float(truth.box[6] - shown[6]), math.tau)
            if abs(off) > _TURNED:
                self._turn(shown, truth)
            else:
                self._pull(shown, truth)
        hand.key("N")

    def _turn(self, shown: NDArray[Any], truth: Truth) -> None:
        start = self._handle(handles.TURN)
        x, y, reach = shown[0], shown[1], self._reach(start, shown)
        yaw = float(truth.box[6])
        self._hand.drag(start, self._hand.pixel_of(x + reach * math.cos(yaw), y + reach * math.sin(yaw)))

    def _pull(self, shown: NDArray[Any], truth: Truth) -> None:
        """Pull the side or corner, or move the whole, that brings the box nearest to the object."""
        best: tuple[float, str, QPointF] | None = None
        pose = SE3.from_yaw("world", "box", float(shown[6]), shown[:3])
        box = Box(track="t", frame=0, world_SE3_box=pose, size=tuple(shown[3:6].tolist()))
        local = pose.inverse.apply(truth.box[None, :3])[0]
        for name in (*_EDGES, handles.MOVE):
            if name == handles.MOVE:
                start, goal = np.zeros(3), local
            else:
                signs = np.array(handles.SIGNS[name], dtype=float)
                start = handles.position(name, box.size)
                goal = np.where(signs != 0, local + signs * truth.box[3:6] / 2, start)
            goal[2] = start[2]
            moved = handles.changed(box, handles.change_of(name, box.size, start, goal))
            gained = overlap(_row(moved), truth.box)
            place = pose.apply(goal[None])[0]
            if best is None or gained > best[0]:
                best = gained, name, self._hand.pixel_of(float(place[0]), float(place[1]))
        assert best is not None
        _, name, end = best
        start_at = self._hand.pixel_of(float(shown[0]), float(shown[1])) if name == handles.MOVE else self._handle(name)
        self._hand.drag(start_at, end)

    def _handle(self, name: str) -> QPointF:
        places = self._hand.top.handle_places()
        if name not in places:
            raise LookupError(f"the view from above shows no handle {name!r}: {sorted(places)}")
        return QPointF(*places[name].tolist())

    def _reach(self, start: QPointF, shown: NDArray[Any]) -> float:
        x, y = self._hand.top.to_metres(start)
        return math.hypot(x - float(shown[0]), y - float(shown[1]))

    def _shown(self, token: str = "") -> NDArray[Any] | None:
        """Return the box of a track as it is now, in the ego frame; of the selected one where none is said."""
        desk, view = self._hand.desk, self._hand.stage.view
        box = next((box for box in desk.boxes if box.track == (token or desk.selected)), None)
        if box is None or view is None:
            return None
        pose = view.world_SE3_ego.inverse @ box.world_SE3_box
        return np.array([*pose.translation, *box.size, pose.yaw])

    def _overlap(self, truth: Truth) -> float:
        shown = self._shown()
        return 0.0 if shown is None else overlap(shown, truth.box)

    def _heads_right(self, truth: Truth) -> bool:
        shown = self._shown()
        return shown is None or math.cos(float(shown[6] - truth.box[6])) > 0


def _row(box: Box) -> NDArray[Any]:
    return np.array([*box.center, *box.size, box.yaw])


def overlap(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return what two boxes have in common, seen from above: intersection over union."""
    return float(iou_of_pairs(one[None], other[None], "bev")[0])
