"""Breaking conventions: a drive's evidence as it would be read wrongly, and the place at which the truth is found."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lidar_label.conventions.evidence import Boxes, Evidence, View, gather
from lidar_label.conventions.placed import Placed, placed
from lidar_label.conventions.scores import Scorer
from lidar_label.conventions.search import askable, rank, together
from lidar_label.datasets import Drive
from lidar_label.model import Fisheye, Floats, Pinhole
from lidar_label.model.convention import FIXES, Convention, along, fixed_boxes, fixed_mount, inverse

_OTHER = {
    "xyzw": "wxyz", "forward-x": "already-from-x", "forward-y": "already-from-y", "left-90": "right-90",
    "origin-bottom": "origin-centre", "size-whl": "size-hlw", "yaw+90": "yaw-90",
}  # fmt: skip
_OTHER |= {value: key for key, value in _OTHER.items()}
_SEEN_M, _SEEN_TURN, _SEEN_PX = 0.35, 2 * math.sin(math.radians(5)), 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One drive broken in one way: what puts it right, and at which place that was found."""

    drive: str
    fixes: tuple[str, ...]
    place: int
    first: str
    short: float

    def as_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return {"drive": self.drive, "broken": list(self.fixes), "place": self.place, "first": self.first}


def broken_in_turn(name: str, drive: Drive, *, in_world: bool, pairs: int, part: tuple[int, int] = (0, 1)) -> list[Row]:
    """Break a drive by nothing, by each of its conventions, and by some pairs; see where the truth comes.

    Of many cases `part` takes every so many-th: (first, step).
    """
    truth = gather(drive.scene, drive.labels, in_world=in_world)
    places: dict[Any, float] = {}
    cases = [(), *_cases(truth, pairs)]
    return [
        _row(name, truth, broken(truth, case) if case else truth, case, places) for case in cases[part[0] :: part[1]]
    ]


def _cases(truth: Evidence, pairs: int) -> list[tuple[str, ...]]:
    """Return each fix whose fault can be seen, and pairs of them of which each can be seen beside the other."""
    lenses = ("lens:none", "lens:pinhole") if truth.views else ()
    fixes = [*(text for text in askable(truth) if FIXES[text].part != "lens"), *lenses]
    shown = [text for text in fixes if is_seen(truth, broken(truth, (text,)))]
    both = [chosen for chosen in together(shown) if len(chosen) == 2]
    random.Random(8).shuffle(both)
    found: list[tuple[str, ...]] = []
    for chosen in both:
        if len(found) >= pairs:
            break
        wrong = broken(truth, chosen)
        if is_seen(truth, wrong) and all(is_seen(broken(truth, (text,)), wrong) for text in chosen):
            found.append(chosen)
    return [*((text,) for text in shown), *found]


def _row(name: str, truth: Evidence, wrong: Evidence, fixes: tuple[str, ...], places: dict[Any, float]) -> Row:
    found = rank(wrong, scorer=Scorer(wrong, places=places))
    at = next((i for i, one in enumerate(found) if not is_seen(truth, wrong, one.convention)), len(found))
    short = found[0].score - found[at].score if at < len(found) else math.inf
    return Row(drive=name, fixes=fixes, place=at + 1, first=found[0].convention.text, short=short)


def broken(truth: Evidence, fixes: tuple[str, ...]) -> Evidence:
    """Return evidence as it would have been read by somebody for whom `fixes` are the remedy."""
    c = Convention(fixes)
    camera, lidar, poses, boxes = (_undo(c.of(part)) for part in ("camera", "lidar", "poses", "boxes"))
    path = fixed_mount(truth.path, poses, "poses")
    moments = [
        replace(
            m, ego_T_lidar=fixed_mount(m.ego_T_lidar[None], lidar, "lidar")[0],
            world_T_ego=fixed_mount(m.world_T_ego[None], poses, "poses")[0], boxes=_boxes(m.boxes, boxes),
        )
        for m in truth.moments
    ]  # fmt: skip
    steps = replace(
        truth.steps, before=_boxes(truth.steps.before, boxes), after=_boxes(truth.steps.after, boxes),
        poses_before=_mounted(truth.steps.poses_before, poses), poses_after=_mounted(truth.steps.poses_after, poses),
    )  # fmt: skip
    views = [_view(truth, view, c, camera, poses) for view in truth.views]
    return replace(truth, moments=moments, steps=steps, views=views, path=path)


def _mounted(poses: Floats, names: list[str]) -> Floats:
    return fixed_mount(poses, names, "poses") if len(poses) else poses


def _undo(names: tuple[str, ...]) -> list[str]:
    return [_OTHER.get(name, name) for name in reversed(names)]


def _boxes(boxes: Boxes, names: list[str]) -> Boxes:
    centers, rotations, sizes = boxes.centers, boxes.rotations, boxes.sizes
    for name in names:
        if name == "radians":
            yaw = np.arctan2(rotations[:, 1, 0], rotations[:, 0, 0])
            turn = np.radians(yaw) - yaw
            for row, angle in enumerate(turn):
                s, co = math.sin(angle), math.cos(angle)
                rotations = rotations.copy()
                rotations[row] = np.array([[co, -s, 0], [s, co, 0], [0, 0, 1]]) @ rotations[row]
        elif len(centers):
            centers, rotations, sizes = fixed_boxes(centers, rotations, sizes, [name])
    return replace(boxes, centers=centers, rotations=rotations, sizes=sizes)


def _view(truth: Evidence, view: View, c: Convention, camera: list[str], poses: list[str]) -> View:
    lens = view.camera
    shared = {key: getattr(lens, key) for key in ("width", "height", "fx", "fy", "cx", "cy")}
    for name in c.of("lens"):
        lens = Pinhole(**shared, distortion=(-0.3, 0.1, 0.0, 0.0)) if name == "none" else Fisheye(**shared)
    ego = view.world_T_ego[None]
    for name in c.of("time"):
        ego = along(truth.path, truth.times_s, [view.time_s - float(name.removesuffix("s"))])
    return replace(
        view, camera=lens, ego_T_camera=fixed_mount(view.ego_T_camera[None], camera, "camera")[0],
        world_T_ego=fixed_mount(ego, poses, "poses")[0],
    )  # fmt: skip


def is_seen(truth: Evidence, wrong: Evidence, convention: Convention = Convention()) -> bool:  # noqa: B008
    """Say whether anybody could see a difference: in boxes, in pictures, or in where the vehicle goes."""
    a, b = placed(truth, Convention()), placed(wrong, convention)
    corners, heading = a.apart(b)
    if corners > _SEEN_M or heading > _SEEN_TURN:
        return True
    if np.abs(a.lidars - b.lidars).max() > 0.1 or np.abs(a.poses - b.poses).max() > 0.1:
        return True
    if a.shift_s != b.shift_s and convention.of("time"):
        return True
    return any(_shift_px(truth, i, a, b) > _SEEN_PX for i in range(len(truth.views)))


def _shift_px(truth: Evidence, index: int, a: Placed, b: Placed) -> float:
    """Return how far points move in a picture, in the middle of all that one of two ways shows."""
    moment = truth.moments[truth.views[index].moment]
    level = np.eye(4)
    level[:3, :3] = moment.cloud.level_R_lidar.T
    spots = []
    for one in (a, b):
        matrix = inverse(one.cameras[index][None])[0] @ moment.ego_T_lidar @ level
        uv, seen = one.lenses[index].project(moment.cloud.plain @ matrix[:3, :3].T + matrix[:3, 3])
        spots.append((uv, seen & one.lenses[index].inside(np.where(np.isfinite(uv), uv, -1e9))))
    inside = spots[0][1]
    if not inside.any():
        return 0.0
    shift = np.linalg.norm(spots[0][0][inside] - spots[1][0][inside], axis=1)
    return float(np.median(np.where(np.isfinite(shift), shift, 1e3)))
