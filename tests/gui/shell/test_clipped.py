"""No text of the whole desk is cut off, in both languages and at the usual scales of screens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.patience import PROCESS_S

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("factor", "width", "height"), [(1.0, 1600, 1000), (1.5, 1067, 667), (2.0, 800, 500)])
def test_no_text_is_cut_off(factor: float, width: int, height: int, tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    environment = {**os.environ, "QT_SCALE_FACTOR": str(factor), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.shell.clipped_desk", str(folder), str(width), str(height)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PROCESS_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 40, "everything was shown, in both languages"
    assert {what: cut for what, cut in found.items() if cut} == {}
