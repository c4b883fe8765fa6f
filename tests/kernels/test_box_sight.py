"""What points say of boxes: a case by hand, random ones against plain numpy, and the edges."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.kernels.box_sight import COLUMNS, SHELL_M, sight_of_boxes
from lidar_label.kernels.lowest import lowest_of_cells
from lidar_label.kernels.points_in_boxes import indices_in_boxes

SIDE = {name: place for place, name in enumerate(COLUMNS)}


def sight(xyz: np.ndarray, box: list[float], times: np.ndarray | None = None, owner: int = -1) -> dict[str, float]:
    points = np.asarray(xyz, dtype=np.float32)
    stamps = np.zeros(len(points), np.float32) if times is None else times.astype(np.float32)
    row = np.array([box], dtype=np.float64)
    offsets, index = np.array([0, len(points)]), np.arange(len(points))
    found = sight_of_boxes(points, stamps, np.full(len(points), owner, np.int32), offsets, index, row)
    return dict(zip(COLUMNS, found[0].tolist(), strict=True))


def test_a_case_by_hand() -> None:
    box = [0.0, 0.0, 1.0, 1.0, 0.0, 2.0, 1.0, 1.0, 10.0, 0.0, 0.0, 1.0]
    told = sight([[1.5, 0, 1], [2.2, 0, 1], [-1, 0.9, 0.1], [0, 0, 2.2], [5, 5, 5]], box)
    assert [told[name] for name in ("inside", "untimed", "solid", "outside")] == [2, 2, 1, 2]
    assert told["front"] == pytest.approx(2.2)
    assert told["upper"] == pytest.approx(1.2)
    moved = sight([[2.5, 0, 1]], box, np.array([0.1]))  # where the object was a tenth of a second later
    assert (moved["inside"], moved["untimed"]) == (1, 0)
    assert moved["seconds"] == pytest.approx(0.1)
    assert sight([[2.2, 0, 1]], box, owner=3)["outside"] == 0  # it is another's


def test_the_ground_around() -> None:
    box = [0.0, 0.0, 1.5, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    ring = [[1.6 * np.cos(a), 1.6 * np.sin(a), -0.2] for a in np.arange(0, 6, 0.7)]
    assert sight(ring, box)["low"] == pytest.approx(-0.7)
    assert np.isnan(sight(ring[:2], box)["low"])


def test_against_plain_numpy() -> None:
    rng = np.random.default_rng(1)
    xyz = rng.uniform(-6, 6, (3000, 3)).astype(np.float32)
    yaw, half = rng.uniform(-3, 3, 5), rng.uniform(0.5, 3, (5, 3))
    centers, velocity = rng.uniform(-2, 2, (5, 3)), np.zeros((5, 3))
    turns = np.stack([[[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]] for a in yaw])
    offsets, index = indices_in_boxes(xyz, centers, turns, 2 * half + 3.0)
    rows = np.column_stack([centers, np.cos(yaw), np.sin(yaw), half, velocity, np.ones(5)])
    found = sight_of_boxes(xyz, np.zeros(3000, np.float32), np.full(3000, -1, np.int32), offsets, index, rows)
    for m in range(5):
        local = (xyz - centers[m]) @ turns[m]
        inside = (np.abs(local) <= half[m]).all(axis=1)
        up, beside = local[:, 2] + half[m, 2], (np.abs(local[:, :2]) - half[m, :2]).max(axis=1)
        near = (up > 0.25) & (up <= 2 * half[m, 2] + SHELL_M) & (beside <= SHELL_M)
        assert found[m, SIDE["inside"]] == found[m, SIDE["untimed"]] == inside.sum()
        assert found[m, SIDE["outside"]] == (near & ~inside).sum()
        assert found[m, SIDE["front"]] == pytest.approx(local[near, 0].max(), abs=1e-5)


def test_edges() -> None:
    none = np.zeros((0, 3), np.float32)
    rows = np.zeros((0, 12))
    assert sight_of_boxes(none, none[:, 0], np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int64),
                          rows).shape == (0, len(COLUMNS))  # fmt: skip
    box = [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    told = sight([[np.nan, 0, 0]], box)
    assert (told["inside"], told["outside"], told["front"]) == (0, 0, -np.inf)
    with pytest.raises(ValueError, match="boxes needs"):
        sight_of_boxes(none, none[:, 0], np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int64), none)


def test_the_lowest_of_cells() -> None:
    xyz = np.array([[0.5, 0.5, 2], [0.6, 0.4, 1], [1.5, 0.5, 3], [9, 9, -5], [np.nan, 0, -9]], np.float32)
    found = lowest_of_cells(xyz, (0.0, 0.0), 1.0, 2)
    assert found.tolist() == [[1.0, np.inf], [3.0, np.inf]]
    assert np.isinf(lowest_of_cells(xyz[:0], (0.0, 0.0), 1.0, 2)).all()
    with pytest.raises(ValueError, match="cells"):
        lowest_of_cells(xyz, (0.0, 0.0), 0.0, 2)
