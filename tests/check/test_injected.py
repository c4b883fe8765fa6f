"""Mistakes made on purpose in a small made-up drive are found, and little else is; its right labels have no error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_numpy

ROOT = Path(__file__).resolve().parent.parent.parent
SIZE = ("--seeds", "1", "--frames", "16", "--beams", "32", "--columns", "600", "--shares", "0.12", "--draws", "1")


def test_mistakes_are_found() -> None:
    command = [sys.executable, str(ROOT / "scripts/check_injected"), *SIZE, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["clean"].get("error", 0) == 0
    assert told["mistakes"] >= 20
    assert len(told["kinds"]) >= 10
    assert told["recall"] >= 0.9, told["missed"]
    assert told["precision"] >= 0.9, told["false"]
