"""Mistakes made on purpose in a small made-up drive are found, and little else is; its right labels have no error."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_numpy

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_injected"
SIZE = ("--seeds", "1", "--frames", "16", "--beams", "32", "--columns", "600", "--shares", "0.12", "--draws", "1")


def test_mistakes_are_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *SIZE, "--json"])
    monkeypatch.setattr(sys, "path", list(sys.path))  # the script puts its folder there
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clean"].get("error", 0) == 0
    assert told["mistakes"] >= 20
    assert len(told["kinds"]) >= 10
    assert told["recall"] >= 0.9, told["missed"]
    assert told["precision"] >= 0.9, told["false"]
