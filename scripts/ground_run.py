"""One cloud's ground and clusters, ours and the peers', for `scripts/ground`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ground_scenes import Seen
from numpy.typing import NDArray

from lidar_label.assist.cluster import find_clusters
from lidar_label.assist.ground import find_ground
from lidar_label.kernels.cluster import cluster_points

Mask = NDArray[np.bool_]
Row = dict[str, Any]

_WITHIN_M = 80.0
_TIMES, _PEER_TIMES = 7, 5
_SETTINGS = ((0.5, 5), (0.7, 10))
_KITTI_HEIGHT_M = 1.723  # what Patchwork++ takes for itself


def ground_of(seen: Seen) -> Row:
    """Return how well the ground of a scene is found, and how fast."""
    away = np.min([np.hypot(*(seen.xyz[:, :2] - origin[:2]).T) for origin in seen.origins], axis=0)
    near = away < _WITHIN_M
    ms, mask = _best(lambda: find_ground(seen.xyz, seen.origins).mask, _TIMES)
    peer_ms, peer = patchwork(seen.xyz - seen.origins[0].astype(seen.xyz.dtype), seen.intensity, seen.height)
    ours, theirs = _score(mask[near], seen.ground[near]), _score(peer[near], seen.ground[near])
    return {
        "scene": seen.name, "points": len(mask), "f1": ours[0], "precision": ours[1], "recall": ours[2], "ms": ms,
        "peer_f1": theirs[0], "peer_precision": theirs[1], "peer_recall": theirs[2], "peer_ms": peer_ms,
    }  # fmt: skip


def clusters_of(seen: Seen) -> list[Row]:
    """Return how well the labelled objects of a scene are told apart, and how fast, for some settings."""
    import open3d

    over = ~find_ground(seen.xyz, seen.origins).mask
    points, owner = np.ascontiguousarray(seen.xyz[over]), seen.owner[over]
    objects = (owner >= 0) & seen.labelled[np.maximum(owner, 0)]
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points.astype(np.float64)))
    rows = []
    for reach, fewest in _SETTINGS:
        ms, ours = _best(lambda: cluster_points(points, reach, fewest), _TIMES)  # noqa: B023 - called at once
        peer_ms, theirs = _best(lambda: np.asarray(cloud.cluster_dbscan(reach, fewest)), 1, warm=False)  # noqa: B023
        split_ms, split = _best(
            lambda: find_clusters(points, reach=reach, fewest=fewest, split=True).labels,  # noqa: B023
            _TIMES,
        )
        ours, theirs, split = _alone(ours), _alone(theirs), _alone(split)
        rows.append({
            "scene": seen.name, "points": len(points), "reach": reach, "fewest": fewest,
            "ari": rand_index(ours[objects], owner[objects]), "ms": ms,
            "peer_ari": rand_index(theirs[objects], owner[objects]), "peer_ms": peer_ms,
            "same": rand_index(ours, theirs), "split_ari": rand_index(split[objects], owner[objects]),
            "split_ms": split_ms,
        })  # fmt: skip
    return rows


def real_sweeps(data: Path) -> list[Row]:
    """Return how far ours and Patchwork++ agree on KITTI's sweeps."""
    rows = []
    for file in sorted((data / "kitti_odometry_00" / "velodyne").glob("*.bin")):
        sweep = np.fromfile(file, np.float32).reshape(-1, 4)
        xyz = np.ascontiguousarray(sweep[:, :3])
        ms, mask = _best(lambda: find_ground(xyz, [(0.0, 0.0, 0.0)]).mask, _TIMES)  # noqa: B023 - called at once
        peer_ms, peer = patchwork(xyz, sweep[:, 3], _KITTI_HEIGHT_M)
        near = np.hypot(xyz[:, 0], xyz[:, 1]) < _WITHIN_M
        rows.append({"sweep": f"KITTI odometry 00 {file.stem}", "points": len(xyz),
                     "agreement": float((mask == peer)[near].mean()), "ms": ms, "peer_ms": peer_ms})  # fmt: skip
    return rows


def patchwork(xyz: NDArray[Any], intensity: NDArray[np.float32], height: float) -> tuple[float, Mask]:
    """Return how long Patchwork++ takes for a cloud, milliseconds, and the ground it finds."""
    import pypatchworkpp

    knobs = pypatchworkpp.Parameters()
    knobs.verbose, knobs.sensor_height = False, height
    table = np.column_stack([xyz, intensity]).astype(np.float32)
    peer = pypatchworkpp.patchworkpp(knobs)
    mask = np.zeros(len(xyz), np.bool_)
    ms, _ = _best(lambda: peer.estimateGround(table), _PEER_TIMES)
    mask[np.asarray(peer.getGroundIndices(), np.int64)] = True
    return ms, mask


def rand_index(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the adjusted Rand index of two partitions of the same points: 1 if they are alike, about 0 by chance."""
    _, one = np.unique(one, return_inverse=True)
    _, other = np.unique(other, return_inverse=True)
    _, both = np.unique(one.astype(np.int64) * (int(other.max()) + 1) + other, return_counts=True)

    def pairs(counts: NDArray[Any]) -> float:
        wide = counts.astype(np.float64)
        return float((wide * (wide - 1) / 2).sum())

    a, b, joint = pairs(np.bincount(one)), pairs(np.bincount(other)), pairs(both)
    chance = a * b / pairs(np.array([len(one)]))
    return (joint - chance) / ((a + b) / 2 - chance)


def _alone(labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels in which each point of no cluster is one of its own."""
    return np.where(labels < 0, -1 - np.arange(len(labels)), labels)


def _score(mask: Mask, truth: Mask) -> tuple[float, float, float]:
    hits = float((mask & truth).sum())
    precision, recall = hits / max(float(mask.sum()), 1.0), hits / max(float(truth.sum()), 1.0)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


def _best(work: Callable[[], Any], times: int, *, warm: bool = True) -> tuple[float, Any]:
    """Return the least processor time of several calls, milliseconds, and what the last one gave."""
    if warm:
        work()
    least, result = np.inf, None
    for _ in range(times):
        start = time.process_time()
        result = work()
        least = min(least, time.process_time() - start)
    return 1e3 * least, result
