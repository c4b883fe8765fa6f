"""A heading is the same whole turns on: angles beyond half a turn are read, and come out wrapped."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.model import Category, Taxonomy


def turn_on(value: Any, by: float) -> int:
    """Add to every angle about z in a JSON value; return how many there were."""
    if isinstance(value, list):
        return sum(turn_on(item, by) for item in value)
    if not isinstance(value, dict):
        return 0
    count = 0
    for key, inner in value.items():
        if key in ("rotation", "rotation3D") and isinstance(inner, list | dict):
            place: Any = 2 if isinstance(inner, list) else "z"
            inner[place] = float(inner[place]) + by
            count += 1
        else:
            count += turn_on(inner, by)
    return count


@pytest.mark.parametrize("turns", [-3, 1, 2])
@pytest.mark.parametrize("target", ["sustechpoints", "xtreme1", "supervisely", "datumaro"])
def test_whole_turns_change_nothing(small_drive: Callable[..., Drive], tmp_path: Path, target: str, turns: int) -> None:
    given = small_drive("drive", start_s=1_700_000_000)
    write_dataset(target, tmp_path / "out", [given], Taxonomy([Category(name="car", size=(4.5, 1.8, 1.6))]))

    def boxes() -> list[Any]:
        dataset = open_dataset(tmp_path / "out", target)
        return [box for name in dataset.scene_names for box in dataset.labels(name).boxes()]

    before = boxes()
    changed = 0
    for path in (tmp_path / "out").rglob("*.json"):
        content = json.loads(path.read_text("utf-8"))
        found = turn_on(content, turns * math.tau)
        if found:
            path.write_text(json.dumps(content), "utf-8")
        changed += found
    assert changed >= len(before) == 2
    for old, new in zip(before, boxes(), strict=True):
        np.testing.assert_allclose(new.corners(), old.corners(), atol=1e-9)
        assert -math.pi < new.yaw <= math.pi
