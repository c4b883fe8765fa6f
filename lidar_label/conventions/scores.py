"""How well a convention fits the evidence: pictures, boxes, and the vehicle's way, each as a sum of log odds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial import cKDTree

from lidar_label.conventions.evidence import Boxes, Evidence, Moment, Steps, View
from lidar_label.kernels.box_evidence import points_about_boxes
from lidar_label.model import Floats
from lidar_label.model.convention import (
    Convention,
    along,
    fixed_boxes,
    fixed_lens,
    fixed_mount,
    inverse,
    picture_shift_s,
)

Key = tuple[object, ...]

_STEEP, _SLOPING = 2.0, 0.8  # hardly any front is steep, but saloons slope at the rear too
_VEHICLE_M = 4.0
_NO_GROUND = 1.5  # as much as a box that hangs a foot above it


@dataclass(slots=True)
class Scorer:
    """Scores conventions on one drive; what was scored is remembered, since conventions share most of their parts."""

    evidence: Evidence
    memory: dict[Key, float] = field(default_factory=dict)
    places: dict[Key, float] = field(default_factory=dict)  # by geometry, however it came about

    def parts(self, convention: Convention) -> dict[str, float]:
        """Return the score of each kind of evidence; more is better, 0 where there is none."""
        poses, lidar = convention.of("poses"), convention.of("lidar")
        camera, lens, time, boxes = (convention.of(part) for part in ("camera", "lens", "time", "boxes"))
        return {
            "pictures": self._once("pictures", (camera, lens, time, lidar, poses)),
            "boxes": self._once("boxes", (boxes, lidar, poses if self.evidence.in_world else ())),
            "level": self._once("level", (lidar,)),
            "motion": self._once("motion", (boxes, poses)),
            "poses": self._once("poses", (poses, lidar)),
        }

    def _once(self, what: str, names: tuple[tuple[str, ...], ...]) -> float:
        key = (what, names)
        if key not in self.memory:
            self.memory[key] = float(getattr(self, f"_{what}")(*names))
        return self.memory[key]

    def _pictures(self, camera: Sequence[str], lens: Sequence[str], time: Sequence[str], lidar: Sequence[str],
                  poses: Sequence[str]) -> float:  # fmt: skip
        e = self.evidence
        if not e.views:
            return 0.0
        mounts = fixed_mount(np.stack([view.ego_T_camera for view in e.views]), camera, "camera")
        egos = fixed_mount(np.stack([view.world_T_ego for view in e.views]), poses, "poses")
        shift = picture_shift_s(time)
        if shift:
            egos = along(fixed_mount(e.path, poses, "poses"), e.times_s, [view.time_s + shift for view in e.views])
        worlds = fixed_mount(np.stack([moment.world_T_ego for moment in e.moments]), poses, "poses")
        lidars = fixed_mount(np.stack([moment.ego_T_lidar for moment in e.moments]), lidar, "lidar")
        total = 0.0
        for view, mount, ego in zip(e.views, mounts, egos, strict=True):
            m = view.moment
            ego_T_ego = np.eye(4) if np.array_equal(ego, worlds[m]) else inverse(ego[None])[0] @ worlds[m]
            camera_T_level = inverse(mount[None])[0] @ ego_T_ego @ lidars[m] @ _unlevel(e.moments[m])
            total += self._view(view, lens, camera_T_level)
        return total

    def _view(self, view: View, lens: Sequence[str], camera_T_level: Floats) -> float:
        seen = replace(view, camera=fixed_lens(view.camera, lens))
        moment = self.evidence.moments[view.moment]
        key = ("view", view.channel, moment.frame, seen.camera, np.round(camera_T_level, 5).tobytes())
        return self._place(key, lambda: score_view(seen, moment, camera_T_level))

    def _place(self, key: Key, score: Callable[[], float]) -> float:
        if key not in self.places:
            self.places[key] = score()
        return self.places[key]

    def _boxes(self, boxes: Sequence[str], lidar: Sequence[str], poses: Sequence[str]) -> float:
        total = 0.0
        for moment in self.evidence.moments:
            if not len(moment.boxes):
                continue
            centers, rotations, sizes = _fixed(moment.boxes, boxes)
            ego_T_source = np.eye(4)
            if self.evidence.in_world:
                ego_T_source = inverse(fixed_mount(moment.world_T_ego[None], poses, "poses"))[0]
            total += score_lane(moment.boxes, ego_T_source, centers, rotations)
            level_T_ego = _level(moment) @ inverse(fixed_mount(moment.ego_T_lidar[None], lidar, "lidar"))[0]
            level_T_source = level_T_ego @ ego_T_source
            centers = centers @ level_T_source[:3, :3].T + level_T_source[:3, 3]
            rotations = level_T_source[:3, :3] @ rotations
            if np.linalg.det(level_T_source[:3, :3]) < 0:
                rotations = rotations * (1.0, -1.0, 1.0)
            total += self._boxes_of(moment, centers, rotations, sizes)
        return total

    def _boxes_of(self, moment: Moment, centers: Floats, rotations: Floats, sizes: Floats) -> float:
        digest = hashlib.blake2b(digest_size=16)
        for array in (centers, rotations, sizes):
            digest.update(np.round(array, 4).tobytes())
        key = ("boxes", moment.frame, digest.digest())
        return self._place(key, lambda: float(score_boxes(moment, centers, rotations, sizes).sum()))

    def _level(self, lidar: Sequence[str]) -> float:
        """Up of the vehicle is up of the cloud."""
        total = 0.0
        for moment in self.evidence.moments:
            if moment.cloud.is_sure:
                mount = fixed_mount(moment.ego_T_lidar[None], lidar, "lidar")[0]
                up = float((mount @ _unlevel(moment))[2, 2])
                total -= 10.0 * min(1.0, max(0.0, 0.98 - up) * 2)
                total -= 2.0 * (not -1.0 < mount[2, 3] < 5.0) + 2.0 * (np.hypot(*mount[:2, 3]) > 6.0)
        return total

    def _motion(self, boxes: Sequence[str], poses: Sequence[str]) -> float:
        return score_steps(self.evidence.steps, boxes, poses, in_world=self.evidence.in_world)

    def _poses(self, poses: Sequence[str], lidar: Sequence[str]) -> float:
        e = self.evidence
        if not e.has_poses:
            return 0.0
        path = fixed_mount(e.path, poses, "poses")
        score = score_path(path, e.times_s)
        worlds = fixed_mount(np.stack([moment.world_T_ego for moment in e.moments]), poses, "poses")
        lidars = fixed_mount(np.stack([moment.ego_T_lidar for moment in e.moments]), lidar, "lidar")
        placed = [w @ m @ _unlevel(moment) for w, m, moment in zip(worlds, lidars, e.moments, strict=True)]
        for i in range(len(placed) - 1):
            score += self._overlap(e.moments[i], e.moments[i + 1], inverse(placed[i][None])[0] @ placed[i + 1])
        return score

    def _overlap(self, first: Moment, second: Moment, first_T_second: Floats) -> float:
        key = ("overlap", first.frame, second.frame, np.round(first_T_second, 3).tobytes())
        return self._place(key, lambda: score_overlap(first, second, first_T_second))


def _level(moment: Moment) -> Floats:
    matrix = np.eye(4)
    matrix[:3, :3] = moment.cloud.level_R_lidar
    return matrix


def _unlevel(moment: Moment) -> Floats:
    back: Floats = inverse(_level(moment)[None])[0]
    return back


def _fixed(boxes: Boxes, names: Sequence[str]) -> tuple[Floats, ...]:
    return fixed_boxes(boxes.centers, boxes.rotations, boxes.sizes, names)


def score_view(view: View, moment: Moment, camera_T_level: Floats) -> float:
    """Score a camera's place by whether things' edges lie on the picture's, it stands upright and sees anything."""
    level_T_camera = inverse(camera_T_level[None])[0]
    down = -float(level_T_camera[2, 1])
    score = -12.0 * max(0.0, 0.7 - down)
    x, y, z = level_T_camera[:3, 3]
    height = z - moment.cloud.under
    score -= 3.0 * float(np.hypot(x, y) > 5.0) + 3.0 * float(not 0.2 < height < 5.0)
    edge, seen_edge = _dots(view, moment.cloud.edges, camera_T_level)
    plain, seen_plain = _dots(view, moment.cloud.plain, camera_T_level)
    if seen_edge < 15 or seen_plain < 15:
        return score - 6.0
    apart = float(edge.mean() - plain.mean())
    sure = 1.0 / np.sqrt(4.0 / len(edge) + 4.0 / len(plain))  # neighbours say the same: a quarter counts
    return score + float(np.clip(apart * sure, -6.0, 30.0))


def _dots(view: View, points: Floats, camera_T_level: Floats) -> tuple[Floats, int]:
    uv, seen = view.camera.project(points @ camera_T_level[:3, :3].T + camera_T_level[:3, 3])
    inside = seen & view.camera.inside(np.where(np.isfinite(uv), uv, -1e9))
    spots = np.round(uv[inside] * view.scale).astype(np.int64)
    high, wide = view.edges.shape
    at = view.edges[np.clip(spots[:, 1], 0, high - 1), np.clip(spots[:, 0], 0, wide - 1)]
    return at.astype(np.float64), len(at)


def score_boxes(moment: Moment, centers: Floats, rotations: Floats, sizes: Floats) -> Floats:
    """Score boxes by the points in and beside them, by the ground under them, and by the usual size of their kind."""
    counts, upper = points_about_boxes(moment.cloud.points, centers, rotations, sizes, 0.5, 0.3)
    inside, beside, close = counts.T.astype(np.float64)
    # The logarithm keeps a box of thousands of points from outvoting the others.
    weight = np.minimum(np.log1p(inside + beside), 6.0)
    share = np.where(inside + beside > 0, inside / np.maximum(inside + beside, 1), 0.0)
    hug = np.where(inside > 0, close / np.maximum(inside, 1), 0.0)
    score = weight * (share - 0.5) + 0.3 * weight * (hug - 0.5) - 1.0 * (inside < 1)
    bottom = centers[:, 2] - np.abs(rotations[:, 2, :] * (sizes / 2)).sum(axis=1)
    gap = np.abs(bottom - moment.cloud.ground_at(centers))
    score -= np.where(np.isfinite(gap), np.minimum(gap / 0.2, 4.0), _NO_GROUND)
    score -= 4.0 * np.clip(0.9 - rotations[:, 2, 2], 0.0, 1.0)
    with np.errstate(invalid="ignore"):
        off = np.log(sizes / moment.boxes.usual) / moment.boxes.slack[:, None]
    unusual = np.minimum(0.5 * off**2, 4.0).sum(axis=1)
    score += _bonnets(moment, centers, rotations, sizes, inside, upper)
    score -= np.where(np.isfinite(unusual), unusual, 0.0) * 0.5
    return np.asarray(score, dtype=np.float64)


def score_lane(boxes: Boxes, ego_T_source: Floats, centers: Floats, rotations: Floats) -> float:
    """Score vehicles before and behind by whether they point the way the road's own vehicle does, as most do."""
    places = centers @ ego_T_source[:3, :3].T + ego_T_source[:3, 3]
    along = (ego_T_source[:3, :3] @ rotations)[:, 0, 0]
    ahead, aside = np.abs(places[:, 0]), np.abs(places[:, 1])
    in_lane = (boxes.usual[:, 0] > _VEHICLE_M) & (ahead > 4.0) & (ahead < 50.0) & (aside < 5.0)
    return float(0.5 * along[in_lane].sum())


def _bonnets(
    moment: Moment, centers: Floats, rotations: Floats, sizes: Floats, inside: Floats, upper: Floats
) -> Floats:
    """Score which way cars point: seen from the front, the roof begins a metre in; seen from behind, sooner."""
    eye = moment.cloud.eye
    beside = np.einsum("nij,ni->nj", rotations, eye - centers)[:, 0]
    length = sizes[:, 0]
    is_car = (np.abs(moment.boxes.usual[:, 0] - 4.6) < 0.1) & (length > 3.2) & (length < 5.6)
    seen = is_car & (inside >= 40) & (np.abs(beside) > length / 2 + 1.0) & np.isfinite(upper[:, 0])
    gap = np.where(beside > 0, length / 2 - upper[:, 1], upper[:, 0] + length / 2) / length
    front = np.interp(gap, (0.12, 0.22), (-_STEEP, _SLOPING))
    return np.where(seen, front * np.sign(beside), 0.0)


def score_steps(steps: Steps, names: Sequence[str], poses: Sequence[str], *, in_world: bool) -> float:
    """Score wheeled tracks: they go where they point, and hardly any is faster than a car or leaves the ground."""
    if not len(steps):
        return 0.0
    centers, ahead = [], []
    for boxes, matrices in ((steps.before, steps.poses_before), (steps.after, steps.poses_after)):
        center, rotation, _ = _fixed(boxes, names)
        if not in_world:
            world = fixed_mount(matrices, poses, "poses")
            center = np.einsum("nij,nj->ni", world[:, :3, :3], center) + world[:, :3, 3]
            rotation = world[:, :3, :3] @ rotation
        centers.append(center)
        ahead.append(rotation[:, :, 0])
    way = centers[1] - centers[0]
    far = np.linalg.norm(way, axis=1)
    speed = far / np.maximum(steps.seconds, 1e-3)
    score = -1.0 * (speed > 45.0) - 0.5 * np.minimum(np.abs(way[:, 2]), 3.0) - 0.02 * np.minimum(far, 60.0)
    along = np.einsum("nj,nj->n", way, ahead[0] + ahead[1]) / 2
    points = along / np.maximum(far, 1e-6)
    return float((score + np.where((far > 1.0) & (speed > 1.0), points, 0.0)).sum())


def score_path(path: Floats, times_s: Floats) -> float:
    """Score poses: the vehicle stays upright, goes where it looks and not beyond any speed."""
    up = float(path[:, 2, 2].mean())
    score = -8.0 * max(0.0, 0.95 - up)
    if len(path) < 2:
        return score
    far = max(1, len(path) // 12)
    first, last = path[:-far:far], path[far::far]
    count = min(len(first), len(last))
    first, last = first[:count], last[:count]
    way = np.einsum("nij,nj->ni", inverse(first)[:, :3, :3], last[:, :3, 3] - first[:, :3, 3])
    length = np.linalg.norm(way, axis=1)
    seconds = np.maximum((times_s[far::far][:count] - times_s[:-far:far][:count]), 1e-3)
    moves = length > 0.3 * np.maximum(seconds, 0.3)
    if moves.any():
        score += 4.0 * float((way[moves, 0] / length[moves]).mean())
        score -= 3.0 * float(np.minimum(np.abs(way[moves, 2] / length[moves]), 1.0).mean())
    return score - 4.0 * float((length / seconds > 60.0).mean())


def score_overlap(first: Moment, second: Moment, first_T_second: Floats) -> float:
    """Score how sharp two clouds are laid one over the other: by the median distance to the nearest point."""
    tree = cKDTree(first.cloud.points[::4])
    moved = second.cloud.points[::16] @ first_T_second[:3, :3].T + first_T_second[:3, 3]
    near = moved[np.linalg.norm(moved, axis=1) < 40.0]
    if len(near) < 50:
        return -10.0
    distance, _ = tree.query(near, distance_upper_bound=3.0)
    return -5.0 * float(np.log(np.median(np.minimum(distance, 3.0)) + 0.05) - np.log(0.05))
