"""Run the command line as a person would: another process, its exit code and its two streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.forked import run_forked


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*arguments: object, **environment: str) -> Done:
        if hasattr(os, "fork") and not environment:
            return Done(*run_forked([str(a) for a in arguments], tmp_path, {**os.environ, "COLUMNS": "200"}))
        command = [sys.executable, "-m", "lidar_label.cli.main", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return call
