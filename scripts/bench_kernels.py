"""Part of scripts/bench: kernels beside Open3D, shapely and the nuScenes devkit; the results are compared first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from bench_plan import Plan, best_of, in_turns
from bench_table import Row

BOXES = 100


def _boxes(random: np.random.Generator, reach: float) -> tuple[Any, Any, Any]:
    from lidar_label.model import SE3

    places = random.uniform(-reach, reach, (BOXES, 3))
    poses = [SE3.from_yaw("world", "box", random.uniform(-3, 3), place) for place in places]
    rotations = np.array([pose.rotation_matrix for pose in poses])
    return np.array([pose.translation for pose in poses]), rotations, np.tile((4.5, 1.9, 1.7), (BOXES, 1))


def points_in_boxes_devkit(plan: Plan) -> Iterator[Row]:
    from lidar_label.datasets import open_dataset
    from lidar_label.kernels.points_in_boxes import count_points_in_boxes

    dataset = open_dataset(plan.drive())
    points = dataset.scene(dataset.scene_names[0]).frames[0].sweep().points().xyz
    centers, rotations, sizes = _boxes(np.random.default_rng(0), 30)
    counts = count_points_in_boxes(points, centers, rotations, sizes)
    ours = best_of(5, lambda: count_points_in_boxes(points, centers, rotations, sizes)) * 1000
    row = Row("points in 100 boxes, a KITTI sweep", ours, "ms")
    try:
        from nuscenes.utils.data_classes import Box
        from nuscenes.utils.geometry_utils import points_in_box
        from pyquaternion import Quaternion
    except ImportError:
        row.absent = "no nuscenes-devkit here"
        yield row
        return
    boxes = [
        Box(center, (1.9, 4.5, 1.7), Quaternion(matrix=turn)) for center, turn in zip(centers, rotations, strict=True)
    ]
    across = points.T.astype(np.float64)

    def theirs() -> list[int]:
        return [int(points_in_box(box, across).sum()) for box in boxes]

    if theirs() != counts.tolist():
        raise RuntimeError("the devkit counts otherwise")
    row.peer, row.theirs = "nuscenes-devkit", best_of(3, theirs) * 1000
    yield row


def _open3d() -> Any:  # noqa: ANN401 - the module
    try:
        import open3d
    except ImportError:
        return None
    return open3d


def points_in_boxes(plan: Plan) -> Iterator[Row]:
    from lidar_label.kernels.points_in_boxes import indices_in_boxes

    random = np.random.default_rng(0)
    for count in (1_000_000,) if plan.quick else (1_000_000, 10_000_000):
        points = random.uniform((-50, -50, -3), (50, 50, 3), (count, 3)).astype(np.float32)
        centers, rotations, sizes = _boxes(random, 45)
        centers[:, 2] /= 20

        def ours(points: Any = points, centers: Any = centers, turns: Any = rotations, sizes: Any = sizes) -> Any:  # noqa: ANN401
            return indices_in_boxes(points, centers, turns, sizes)

        offsets, indices = ours()
        row = Row(f"indices of {count // 10**6} M points in {BOXES} boxes", unit="ms", least=10.0)
        o3d = _open3d()
        if o3d is None:
            row.ours, row.absent = best_of(5, ours) * 1e3, "no Open3D here"
            yield row
            continue
        cloud = o3d.utility.Vector3dVector(points.astype(np.float64))
        solids = [o3d.geometry.OrientedBoundingBox(*one) for one in zip(centers, rotations, sizes, strict=True)]

        def theirs(cloud: Any = cloud, solids: Any = solids) -> Any:  # noqa: ANN401
            return [solid.get_point_indices_within_bounding_box(cloud) for solid in solids]

        for box, found in enumerate(theirs()):
            own = indices[offsets[box] : offsets[box + 1]]
            if len(np.setxor1d(own, found)) > 2:  # on a face, to the last bit
                raise RuntimeError(f"box {box}: Open3D finds other points")
        mine, other = in_turns(ours, theirs, 5, 2)
        row.ours, row.peer, row.theirs = mine * 1e3, "Open3D", other * 1e3
        yield row


def voxel_downsample(plan: Plan) -> Iterator[Row]:
    import laspy

    from lidar_label.kernels.voxel import voxel_downsample as downsample

    count = 1_000_000 if plan.quick else 5_000_000
    with laspy.open(plan.cloud(10_000_000)) as reader:
        town = next(iter(reader.chunk_iterator(count)))
    exact = np.column_stack([town.x, town.y, town.z])
    points = (exact - exact[0]).astype(np.float32)
    row = Row(f"voxel downsample to means, {count // 10**6} M points of a street, 0.1 m", unit="ms", least=3.0)

    def ours() -> Any:  # noqa: ANN401
        return downsample(points, 0.1, "centroid")

    ours()
    o3d = _open3d()
    if o3d is None:
        row.ours, row.absent = best_of(5, ours) * 1e3, "no Open3D here"
        yield row
        return
    cloud = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points.astype(np.float64)))
    tensor = o3d.t.geometry.PointCloud(o3d.core.Tensor(points))
    mine, legacy = in_turns(ours, lambda: cloud.voxel_down_sample(0.1), 4, 2)
    faster = min(legacy, best_of(2, lambda: tensor.voxel_down_sample(0.1)))
    row.ours, row.theirs = mine * 1e3, faster * 1e3
    row.peer = "Open3D" if faster == legacy else "Open3D, tensors"
    yield row


def rotated_iou(plan: Plan) -> Iterator[Row]:
    from lidar_label.kernels.rotated_iou import iou_of_pairs

    random = np.random.default_rng(0)
    count = 200_000 if plan.quick else 1_000_000
    first = np.column_stack(
        [random.uniform(-50, 50, (count, 3)), random.uniform(1, 5, (count, 3)), random.uniform(-4, 4, count)]
    )
    second = first + np.column_stack([random.uniform(-0.3, 0.3, (count, 6)), random.uniform(-4, 4, count)])
    found = iou_of_pairs(first, second)
    if found.min() <= 0:
        raise RuntimeError("not all pairs overlap")
    ours = count / best_of(5, lambda: iou_of_pairs(first, second)) / 1e6
    row = Row("rotated 3D IoU, all pairs overlapping", ours, "M pairs/s", 10.0, more=True)
    try:
        import shapely
    except ImportError:
        row.absent = "no shapely here"
        yield row
        return
    some = 5_000

    def plans(boxes: Any) -> Any:  # noqa: ANN401
        c, s = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
        corners = [(x * boxes[:, 3] / 2, y * boxes[:, 4] / 2) for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1))]
        rings = [np.stack([boxes[:, 0] + c * x - s * y, boxes[:, 1] + s * x + c * y], axis=1) for x, y in corners]
        return shapely.polygons(np.stack(rings, axis=1))

    def theirs() -> Any:  # noqa: ANN401
        a, b = first[:some], second[:some]
        flat = shapely.area(shapely.intersection(plans(a), plans(b)))
        tops = np.minimum(a[:, 2] + a[:, 5] / 2, b[:, 2] + b[:, 5] / 2)
        bottoms = np.maximum(a[:, 2] - a[:, 5] / 2, b[:, 2] - b[:, 5] / 2)
        shared = flat * np.maximum(tops - bottoms, 0)
        return shared / (a[:, 3:6].prod(axis=1) + b[:, 3:6].prod(axis=1) - shared)

    worst = float(np.abs(theirs() - found[:some]).max())
    if worst > 1e-9:
        raise RuntimeError(f"shapely gives another overlap, {worst:.1e} away")
    row.peer, row.theirs = "shapely", some / best_of(3, theirs) / 1e6
    yield row


ROWS = (points_in_boxes_devkit, points_in_boxes, voxel_downsample, rotated_iou)
