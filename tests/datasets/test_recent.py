"""What was asked for last is kept, and no more than a few."""

from __future__ import annotations

from lidar_label.datasets.recent import Recent


def test_a_few_are_kept_and_the_oldest_goes() -> None:
    made: list[str] = []

    def make(name: str) -> list[str]:
        made.append(name)
        return [name]

    recent = Recent(make, most=2)
    first = recent.get("a")
    assert recent.get("a") is first
    recent.get("b")
    assert recent.get("a") is first
    recent.get("c")
    assert made == ["a", "b", "c"]
    assert recent.get("a") is first
    assert recent.get("b") == ["b"]
    assert made == ["a", "b", "c", "b"]
