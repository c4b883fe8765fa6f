"""Where compiled code is kept, and which threads kernels run on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_numpy

SHOW = (
    "import lidar_label.kernels, numba;"
    "from lidar_label.kernels.colorize import colors_by_value as f; import numpy as n;"
    "f(n.zeros(1), 0, 1, n.zeros((256, 3), n.uint8));"
    "print(numba.config.CACHE_DIR); print(numba.config.THREADING_LAYER)"
)


def run(**changes: str) -> list[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")} | changes
    done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_compiled_code_is_kept_in_the_users_cache(tmp_path: Path) -> None:
    folder, layer = run(XDG_CACHE_HOME=str(tmp_path))
    assert Path(folder).parent == tmp_path / "lidar-label"
    assert list(Path(folder).rglob("*.nbc"))
    assert layer == "omp"


def test_a_cache_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    folder, _ = run(XDG_CACHE_HOME=str(blocked), TMPDIR=str(tmp_path))
    assert Path(folder).parent == tmp_path
    assert not Path(folder).exists()  # gone with the process


def test_the_environment_has_the_last_word(tmp_path: Path) -> None:
    chosen = str(tmp_path / "mine")
    assert run(NUMBA_CACHE_DIR=chosen, NUMBA_THREADING_LAYER="workqueue") == [chosen, "workqueue"]
