"""The measure of effort on a small drive: propagation takes fewer boxes by hand than the best straight lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_numpy

ROOT = Path(__file__).resolve().parent.parent
SIZE = ("--drives", "1", "--frames", "40", "--every", "9", "--beams", "24", "--columns", "600", "--jobs", "1")


def test_fewer_boxes_by_hand() -> None:
    command = [sys.executable, str(ROOT / "scripts/effort"), *SIZE, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours, linear = json.loads(done.stdout)
    assert ours["boxes_in_result"] == linear["boxes_in_result"] > 100
    assert ours["share_at_0.7"] >= 0.99
    assert ours["boxes_in_result"] >= 12 * ours["boxes_by_hand"]
    assert ours["boxes_by_hand"] < linear["boxes_by_hand"]
    assert ours["seconds"] < linear["seconds"]
    assert ours["new"] + ours["corrections"] == ours["boxes_by_hand"]
