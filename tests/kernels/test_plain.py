"""The plain twins beside the compiled functions they stand in for, and what is imported when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.kernels import camera_dots, compiled
from lidar_label.kernels.camera_dots import Window, nearest_dots
from lidar_label.kernels.colorize import colors_by_value
from lidar_label.kernels.lines import split_by_depth
from lidar_label.kernels.rigid import transform_points
from lidar_label.kernels.splat import Lens, new_keys, resolve, splat_xyz
from lidar_label.kernels.stamps import stamp
from lidar_label.kernels.straight_lines import straight_lines
from lidar_label.kernels.top_view import splat_top

Arrays = tuple[np.ndarray, ...]


def cloud(seed: int, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    xyz = dice.normal(0, 6, (count, 3)).astype(np.float32)
    xyz[:, 2] = np.round(xyz[:, 2], 1)  # many as high as others
    xyz[::97] = np.nan
    xyz[1::97, 0] = np.inf
    colors = dice.integers(0, 256, (count, 4), np.uint8)
    colors[::5, 3] = 0
    return xyz, colors


def transformed() -> Arrays:
    xyz, _ = cloud(0)
    turn = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    return (transform_points(xyz[np.isfinite(xyz).all(axis=1)], turn, np.array([4e5, -3.0, 0.25]), threads=1),)


def colored() -> Arrays:
    values, table = cloud(1)[0][:, 0], np.arange(768, dtype=np.uint8).reshape(256, 3)
    grid = np.arange(3000, dtype=np.uint16).reshape(1000, 3)[:, 1]
    return colors_by_value(values, -3.0, 5.0, table), colors_by_value(values, 2.0, 2.0, table), colors_by_value(
        grid, 10.0, 2000.0, table
    )  # fmt: skip


def from_above() -> Arrays:
    xyz, colors = cloud(2)
    return tuple(splat_top(xyz.astype(kind), colors, -8.0, -5.0, 0.1, 160, 90, side) for side in (1, 3) for kind in (np.float32, np.float64))  # noqa: E501  # fmt: skip


def through_a_lens() -> Arrays:
    xyz, colors = cloud(3)
    found: list[np.ndarray] = []
    for side in (1, 2, 5):
        lens = Lens(
            axes=np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), eye=np.array([-20.0, 0.5, 1.0]),
            focal=120.0, width=161, height=90, low=(-9.0, -np.inf, -np.inf), high=(np.inf, 7.0, np.inf), side=side,
        )  # fmt: skip
        keys = new_keys(lens, 2)
        splat_xyz(keys[0], xyz[:1500], colors[:1500], lens)
        splat_xyz(keys[1], xyz[1500:], colors[1500:], lens)
        picture, depth = np.zeros((90, 161, 4), np.uint8), np.zeros((90, 161), np.float32)
        for first, last in ((0, 31), (31, 90)):
            resolve(keys, lens, picture, depth, first, last)
        found += [picture, depth]
    return tuple(found)


def lines() -> Arrays:
    dice = np.random.default_rng(4)
    starts, ends = dice.normal(0, 9, (2, 900, 3))
    starts[::50], ends[1::50, 1] = ends[::50], np.nan
    ends[2::50] = starts[2::50] * (1.0, 1.0, 0.3)  # some straight up in the picture
    turn, place = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), np.array([0.2, 1.0, 9.0])
    cut, ahead, kept = straight_lines(starts, ends, turn, place, (90.0, 90.0), (80.0, 45.0), 0.1, (0.0, 0.0), (161.0, 90.0))  # noqa: E501  # fmt: skip
    depth = dice.uniform(2, 25, (180, 322)).astype(np.float32)
    depth[:, 100:140], depth[40:60] = np.inf, 1.0
    return cut, ahead, kept, *split_by_depth(cut, ahead, depth, 0.3, 0.02, 2.0)


def dots() -> Arrays:
    xyz, colors = cloud(5)
    xyz[2::90] = xyz[::90]  # as near as others
    turn, window = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), Window(-0.5, -0.5, 160, 90, 40, 23)
    found: list[np.ndarray] = []
    for kind, bend, widest in ((0, [0.0], np.inf), (0, [0.1, -0.02, 0.003, 0.001], 1.5), (1, [0.05, -0.01], 1.4)):
        lens = camera_dots.Lens(kind, 90.0, 90.0, 80.0, 45.0, np.pad(bend, (0, 8 - len(bend))), widest, 0.1)
        for chosen in (None, colors[:, 0] > 90):
            found += nearest_dots(xyz, turn, [0.2, 1.0, 2.0], lens, window, chosen)
    picture = np.zeros((90, 160, 4), np.uint8)
    spots = np.random.default_rng(6).integers(-4, 164, (900, 2))
    stamp(picture, spots, colors[:900], 3)
    return *found, picture


@pytest.mark.parametrize("draw", [transformed, colored, from_above, through_a_lens, lines, dots])
def test_the_plain_twin_gives_the_same(draw: Callable[[], Arrays], monkeypatch: pytest.MonkeyPatch) -> None:
    ours = draw()
    ran: list[str] = []
    monkeypatch.setattr(compiled.Compiled, "dispatcher", property(lambda self: ran.append(self.__name__)))
    monkeypatch.setattr(compiled, "_is_put_off", True)
    plain = draw()
    assert not ran
    for one, other in zip(ours, plain, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-9)
        assert one.dtype == np.bool_ or len(np.unique(one)) > 5  # something is drawn


SHOW = """
import sys
from lidar_label.kernels import compiled, rigid
import numpy as n
def move(): return rigid.transform_points(n.ones((2, 3), n.float32), n.eye(3), n.ones(3), threads=1)[1, 2]
compiled.put_off()
print(move(), "numba" in sys.modules)
def fail(): raise ValueError
try: compiled.load([move, fail])
except ValueError: print("numba" in sys.modules, compiled.is_put_off(), len(rigid._transform.signatures))
"""


def test_numba_is_imported_when_compiled_code_is_loaded_and_no_sooner() -> None:
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["2.0 False", "True False 1"]


def test_no_kernel_imports_numba_by_itself() -> None:
    folder = Path(compiled.__file__).parent
    lines = "\n".join(f"import lidar_label.kernels.{path.stem}" for path in sorted(folder.glob("[a-z]*.py")))
    code = f"import sys\n{lines}\nprint('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
