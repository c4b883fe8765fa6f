"""Reading a table row by row gives what reading it whole gives, wherever a read happens to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets.nuscenes import rows
from lidar_label.datasets.nuscenes.rows import read_rows
from lidar_label.errors import MissingFile, UnreadableFile

pytestmark = pytest.mark.one_numpy

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    table=st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=6),
    indent=st.sampled_from([None, 0, 4]),
    chunk=st.integers(1, 40),
    ascii_only=st.booleans(),
)
def test_rows_are_those_of_the_whole(
    tmp_path: Path, table: list[dict[str, object]], indent: int | None, chunk: int, ascii_only: bool
) -> None:
    path = tmp_path / "table.json"
    text = json.dumps(table, indent=indent, ensure_ascii=ascii_only)
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_CHUNK", chunk)
        found = list(read_rows(path))
    assert [row.values for row in found] == json.loads(path.read_text(encoding="utf-8"))
    assert [row.number for row in found] == list(range(len(table)))


@pytest.mark.parametrize("chunk", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"a": 1}, {"b": 2', "row 1"),
        ('[{"a": 1}; {"b": 2}]', "character 9"),
        ('[{"a": 1}, {"b": tru}]', "character 17"),
        ('[{"a": 1}', "character 9"),
        ('[{"a": 1},]', "character 10"),
        ('[{"a": 1}] {}', "character 11"),
        ("   ", "not a JSON list"),
    ],
)
def test_a_fault_is_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, text: str, place: str) -> None:
    monkeypatch.setattr(rows, "_CHUNK", chunk)
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(UnreadableFile, match=place):
        list(read_rows(tmp_path / "t.json"))


def test_a_row_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_LONGEST_ROW", 1000)
    monkeypatch.setattr(rows, "_CHUNK", 100)
    (tmp_path / "t.json").write_text('[{"a": "' + "x" * 100_000)
    with pytest.raises(UnreadableFile, match="longer than 1000 characters"):
        list(read_rows(tmp_path / "t.json"))


def test_a_missing_table_and_a_byte_order_mark(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        list(read_rows(tmp_path / "none.json"))
    (tmp_path / "t.json").write_bytes(b'\xef\xbb\xbf[{"a": 1}]')
    assert [row.values for row in read_rows(tmp_path / "t.json")] == [{"a": 1}]
