"""The bench says what it measured: ratios, bounds, what is absent, and the memory of a process of its own."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
Part = Callable[[str], ModuleType]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    """Return a function that gives a part of scripts/bench."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def found(name: str) -> ModuleType:
        return importlib.import_module(name)

    return found


def cells(row: Any) -> list[str]:
    return list(row.cells())


def test_a_ratio_says_how_many_times_better_ours_is(part: Part) -> None:
    Row = part("bench_table").Row
    assert Row("time", 2.0, "s", theirs=6.0).ratio == 3.0
    assert Row("rate", 6.0, "M points/s", theirs=2.0, more=True).ratio == 3.0
    assert Row("no peer", 2.0).ratio is None


@pytest.mark.parametrize(
    ("given", "is_over"),
    [
        ({"ours": 2.0, "bound": 3.0}, False),
        ({"ours": 4.0, "bound": 3.0}, True),
        ({"ours": 4.0, "bound": 3.0, "more": True}, False),
        ({"ours": 2.0, "bound": 3.0, "more": True}, True),
        ({"ours": 1.0, "theirs": 9.0, "least": 10.0}, True),
        ({"ours": 1.0, "theirs": 11.0, "least": 10.0}, False),
        ({"ours": 1.0, "least": 10.0, "absent": "no peer here"}, False),
        ({"ours": 1.0, "peak_mb": 1001.0, "peak_bound_mb": 1000.0}, True),
        ({"ours": 0.0, "unit": "MB", "bound": 100.0}, False),
        ({"absent": "no display"}, False),
        ({"failed": "it broke"}, True),
    ],
)
def test_a_bound_that_does_not_hold_is_seen(part: Part, given: dict[str, Any], is_over: bool) -> None:
    row = part("bench_table").Row("row", **given)
    assert row.is_over is is_over
    assert ("over" in cells(row)[1] or "failed" in cells(row)[1]) is is_over


def test_a_row_without_its_peer_or_data_says_so(part: Part) -> None:
    Row = part("bench_table").Row
    assert cells(Row("query", absent="left out: no display"))[1] == "left out: no display"
    alone = cells(Row("query", 2.0, "ms", absent="no Open3D here"))
    assert "2 ms" in alone[1]
    assert "no Open3D here" in alone[1]


def test_rows_come_back_from_json_and_make_the_page(part: Part) -> None:
    table = part("bench_table")
    titles = part("bench_groups").TITLES
    rows = [
        table.Row(
            "one | thing", 2.0, "s", bound=3.0, peer="peer", theirs=20.0, least=5.0, group="tiles", peak_mb=812.3
        ),
        table.Row("other", absent="left out: no display", group="desk"),
    ]
    kept = json.loads(table.as_json(rows, "--quick"))
    assert table.rows_of(kept) == rows
    page = "\n".join(table.page(kept, titles))
    assert "| one / thing | 2 s | at most 3 s, 5x | peer | 20 s | 10x | 812 MB |" in page
    assert f"## {titles['tiles']}" in page
    assert "`scripts/bench --quick`" in page
    assert str(Path.home()) not in page
    assert str(ROOT) not in page


def test_the_memory_of_a_child_is_its_own(part: Part) -> None:
    child = part("bench_child")
    held = np.ones(60_000_000)  # what this process holds must not count
    little = child.in_child("bench_child:peak_mb")
    much = child.in_child("bench_child:hold", 300)
    assert held.nbytes == 480_000_000
    assert little.peak_mb < 200
    assert much.peak_mb > 300


def test_a_limit_holds_for_a_child_and_its_words_are_told(part: Part) -> None:
    child = part("bench_child")
    assert child.in_child("bench_child:hold", 50, limit_mb=1500).value == 50
    with pytest.raises(child.ChildFailed, match="Memory"):
        child.in_child("bench_child:hold", 3000, limit_mb=1500)


def test_times_are_taken_in_turns(part: Part) -> None:
    plan = part("bench_plan")
    order: list[str] = []
    plan.in_turns(lambda: order.append("ours"), lambda: order.append("theirs"), 3, 2)
    assert order == ["ours", "theirs", "ours", "theirs", "ours"]


def test_a_cloud_that_does_not_fit_on_the_disk_is_left_out(part: Part, tmp_path: Path) -> None:
    plan = part("bench_plan")
    with pytest.raises(plan.LeftOut, match="are free"):
        plan.Plan(tmp_path, tmp_path).cloud(10**12)
    assert list(tmp_path.iterdir()) == []


def test_the_command_leaves_out_what_it_lacks(tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bench"), "--only", "stepping", "--json", str(out), str(tmp_path)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    assert [row["group"] for row in json.loads(out.read_text("utf-8"))["rows"]] == ["desk"]


class TestMadeTowns:
    """The big clouds, read by laspy."""

    @pytest.fixture
    def town(self, part: Part, tmp_path: Path) -> Path:
        path = tmp_path / "town.las"
        part("bench_data").make_las(path, 1_200_000, seed=3)
        return path

    def test_laspy_reads_every_field(self, town: Path) -> None:
        laspy = pytest.importorskip("laspy", reason="laspy is not installed")
        las = laspy.read(town)
        assert las.header.point_count == 1_200_000
        assert str(las.header.version) == "1.4"
        assert las.header.point_format.id == 7
        assert np.array_equal(las.xyz.min(axis=0), las.header.mins)
        assert np.array_equal(las.xyz.max(axis=0), las.header.maxs)
        number = np.asarray(las.return_number)
        assert np.array_equal(np.bincount(number, minlength=16)[1:], las.header.number_of_points_by_return)
        assert (number <= np.asarray(las.number_of_returns)).all()
        assert set(np.unique(las.classification).tolist()) == {1, 2, 5, 6, 11, 64}
        for name in ("intensity", "red", "green", "blue", "gps_time", "scan_angle"):
            assert len(np.unique(las[name])) > 100, name
        assert (np.diff(las.gps_time) >= 0).all()  # the order of the scan
        assert las.x.min() > 499_000
        assert las.y.min() > 5_399_000

    def test_the_same_seed_gives_the_same_bytes(self, part: Part, town: Path, tmp_path: Path) -> None:
        data = part("bench_data")
        data.make_las(tmp_path / "again.las", 1_200_000, seed=3)
        data.make_las(tmp_path / "other.las", 1_200_000, seed=4)
        assert (tmp_path / "again.las").read_bytes() == town.read_bytes()
        assert (tmp_path / "other.las").read_bytes() != town.read_bytes()
