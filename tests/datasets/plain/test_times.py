"""Times in names and in files beside them: the unit is found, and a number of a frame is no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from lidar_label.datasets.plain.times import frame_numbers, parse_stamps, read_times, times_in_names

SECOND = 10**9
T = 1_532_402_927_647_951_000


@pytest.mark.parametrize(
    ("names", "times"),
    [
        (["1532402927.647951", "1532402928.147951"], [T, T + SECOND // 2]),
        (["1532402927647951", "1532402928147951"], [T, T + SECOND // 2]),
        (["1532402927647951000", "1532402928147951001"], [T, T + SECOND // 2 + 1]),
        (["1532402927", "1532402928"], [T // SECOND * SECOND, T // SECOND * SECOND + SECOND]),
        (["1532402927647", "1532402928147"], [T // 10**6 * 10**6, T // 10**6 * 10**6 + SECOND // 2]),
        (["315966265259836000", "315966265360032000"], [315966265259836000, 315966265360032000]),
        (["1403636579_763555584", "1403636580_763555584"], [1403636579763555584, 1403636580763555584]),
        (["lidar-1532402927_647951", "lidar-1532402928_147951"], [T, T + SECOND // 2]),
        (["n008-2018-07-24-11-22-45+0800__LIDAR_TOP__1532402927647951"], [T]),
        (["2011-09-26_13-02-25.594360375", "2011-09-26T13:02:25.7"], [1317042145594360375, 1317042145700000000]),
        (["20200101T120000Z", "20200101T120001Z"], [1577880000 * SECOND, 1577880001 * SECOND]),
        (["20200101120000", "20200101120001"], [1577880000 * SECOND, 1577880001 * SECOND]),
        (["0.0", "0.1", "0.2"], [0, SECOND // 10, SECOND // 5]),
        (["frame_12.5", "frame_13.25"], [12_500_000_000, 13_250_000_000]),
    ],
)
def test_names_that_are_times(names: list[str], times: list[int]) -> None:
    found = times_in_names(names, "auto")
    assert found is not None
    assert list(found.times_ns) == times
    assert found.how


@pytest.mark.parametrize(
    "names",
    [
        ["000001", "000002"],
        ["00000000000", "00000000001"],
        ["a", "b"],
        ["1532402927_000001", "1532402927_000002", "1532402927_000003"],
        ["2018-07-24-11-22-45_000001", "2018-07-24-11-22-45_000002"],
        ["1532402927647951", "1532402927647951_b"],
        ["1532402927647951", "cloud"],
        [],
    ],
)
def test_names_that_are_none(names: list[str]) -> None:
    assert times_in_names(names, "auto") is None


def test_a_unit_that_is_told() -> None:
    found = times_in_names(["15569195938203752", "15569195939203480"], "ns")
    assert found is not None
    assert list(found.times_ns) == [15569195938203752, 15569195939203480]
    told = parse_stamps(["1000", "2000"], "ms", "x")
    assert told is not None
    assert told.times_ns == (SECOND, 2 * SECOND)


def test_numbers_of_frames() -> None:
    assert frame_numbers(["000001", "000005"]) == [1, 5]
    assert frame_numbers(["cloud_2 (left)", "cloud_10 (left)"]) == [2, 10]
    assert frame_numbers(["b1", "a1"]) is None
    assert frame_numbers(["1532402927647951"]) is None


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("0.0\n1.037359e-01\n", [0, 103735900]),
        ("# of the lidar\n1532402927647951\n1532402928147951\n", [T, T + SECOND // 2]),
        ("2011-09-26 13:02:25.594360375\n2011-09-26 13:02:25.7\n", [1317042145594360375, 1317042145700000000]),
        ("1532402927.647951000, 000001.pcd\n1532402928.147951000, 000002.pcd\n", [T, T + SECOND // 2]),
        ("-1.5\n0\n", [-1_500_000_000, 0]),
    ],
)
def test_a_file_of_times(tmp_path: Path, text: str, times: list[int]) -> None:
    path = tmp_path / "times.txt"
    path.write_text(text)
    found = read_times(path, "auto")
    assert found is not None
    assert list(found.times_ns) == times


@pytest.mark.parametrize("text", ["", "a\nb\n", "1.0\n1.0\n", "1.0\nx\n", "\ufffd"])
def test_a_file_of_something_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "times.txt"
    path.write_text(text)
    assert read_times(path, "auto") is None
    path.write_bytes(b"\xff\xfe\x00")
    assert read_times(path, "auto") is None
