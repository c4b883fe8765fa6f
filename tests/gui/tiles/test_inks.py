"""Inks of tiles: any field of a file through the colours that its sample calls for."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from lidar_label.gui.tiles import ink as inks


def points(**fields: np.ndarray) -> SimpleNamespace:  # type: ignore[type-arg]
    count = len(next(iter(fields.values())))
    return SimpleNamespace(grid=np.zeros((count, 3), np.uint16), corner=np.zeros(3), step=np.ones(3), fields=fields)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float64])
def test_a_field_is_coloured_alike_in_every_tile_and_rises_with_its_values(dtype: type) -> None:
    sample = np.arange(100).astype(dtype)
    found = inks.by_field("echo", sample)
    assert found is not None
    assert found.fields == ("echo",)
    one = found.paint(0, points(echo=np.array([5, 50, 90], dtype)))
    other = found.paint(1, points(echo=np.array([90, 5], dtype)))
    assert one.shape == (3, 4)
    assert (one[:, 3] == 255).all()
    np.testing.assert_array_equal(one[[2, 0]], other)
    brightness = one[:, :3].astype(int).sum(axis=1)
    assert brightness[0] < brightness[1] < brightness[2]


def test_a_field_of_one_value_and_one_without_numbers() -> None:
    same = inks.by_field("flag", np.full(9, 3, np.uint8))
    assert same is not None
    assert len(np.unique(same.paint(0, points(flag=np.full(4, 3, np.uint8))), axis=0)) == 1
    assert inks.by_field("gap", np.full(5, np.nan)) is None
    assert inks.by_field("none", np.empty(0, np.float32)) is None


def test_points_show_their_own_colours_of_eight_bits_or_sixteen() -> None:
    wide = {
        "r": np.array([0x1234, 0xFF00], np.uint16),
        "g": np.array([0, 1], np.uint16),
        "b": np.array([9, 0], np.uint16),
    }
    found = inks.by_color(wide, ("r", "g", "b"))
    assert found is not None
    assert found.paint(0, points(**wide)).tolist() == [[0x12, 0, 0, 255], [0xFF, 0, 0, 255]]
    narrow = {name: np.array([7, 255], np.uint16) for name in "rgb"}
    found = inks.by_color(narrow, ("r", "g", "b"))
    assert found is not None
    assert found.paint(0, points(**narrow)).tolist() == [[7, 7, 7, 255], [255, 255, 255, 255]]
    assert inks.by_color(wide, ("r", "g")) is None
    assert inks.by_color({**wide, "b": np.zeros(2)}, ("r", "g", "b")) is None
    assert inks.by_color({name: np.zeros(2, np.uint8) for name in "rgb"}, ("r", "g", "b")) is None, "black is no colour"
