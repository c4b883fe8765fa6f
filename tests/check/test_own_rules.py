"""Rules of other packages: the example of the documentation, installed as a package is, stands beside ours."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lidar_label.check import RULES, all_rules, check_drive, rule_named
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Category, Frame, Labels, Scene, Taxonomy, Track

pytestmark = pytest.mark.one_numpy
PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages with the example in it."""
    module, entry = (
        block.strip() for block in re.findall(r"```(?:python|toml)\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    )
    (tmp_path / "own_rules.py").write_text(module, encoding="utf-8")
    group, line = re.findall(r'entry-points\."([^"]+)"\]\n(\w+) = "([^"]+)"', entry)[0][0], entry.splitlines()[-1]
    info = tmp_path / "own_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-rules\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group}]\n{line.replace(chr(34), '')}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    all_rules.cache_clear()
    yield tmp_path
    all_rules.cache_clear()
    sys.modules.pop("own_rules", None)


def drive() -> tuple[Scene, Labels, Taxonomy]:
    truck = Track(category="truck", name="1", token="t")
    frame = Frame(index=0, timestamp_ns=0, sweeps={}, pose=SE3.identity("world", "ego"))
    box = Box(track="t", frame=0, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (9, 0, 1)), size=(6.0, 2.4, 1.9))
    return Scene(name="s", frames=[frame], sensors={}), Labels([truck], [box]), Taxonomy([Category(name="truck")])


def test_the_example_of_the_page_finds_what_it_says(package: Path) -> None:
    found = [one for one in check_drive(*drive(), points=False) if one.rule.id == "low-truck"]
    assert [(one.remark.message, one.remark.frame) for one in found] == [("a truck 1.9 m high", 0)]
    assert len(all_rules()) == len(RULES) + 1


def test_a_package_that_is_broken_is_told(package: Path) -> None:
    (package / "own_rules.py").write_text("RULES = [1]", encoding="utf-8")
    with pytest.raises(InvalidValue, match=r"'ours' of lidar_label\.rules is neither a Rule nor"):
        rule_named("low-truck")
    all_rules.cache_clear()
    (package / "own_rules.py").write_text("import nowhere_at_all", encoding="utf-8")
    sys.modules.pop("own_rules", None)
    with pytest.raises(InvalidValue, match="cannot be loaded: No module named 'nowhere_at_all'"):
        rule_named("low-truck")
