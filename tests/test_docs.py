"""Pages that are made from the program's tables say what the tables say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def make_docs(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "make_docs"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize("page", ["checks", "formats", "conversions", "keys", "performance"])
def test_a_page_is_current(page: str) -> None:
    done = make_docs("--check", page)
    assert done.returncode == 0, done.stderr


def test_every_format_and_kind_is_on_the_page() -> None:
    from lidar_label.datasets import format_names
    from lidar_label.datasets.clouds.registry import cloud_names

    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for name in (*format_names(), *cloud_names()):
        assert f"| {name} |" in page


def test_an_unknown_page_is_refused() -> None:
    done = make_docs("--check", "no-such-page")
    assert done.returncode == 2
    assert "formats" in done.stderr
