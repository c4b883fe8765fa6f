"""The scores of tracking: cases by hand, and what they are made of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lidar_label.check.mot import Comparison, Objects, Score, score_tracks, thresholds
from lidar_label.errors import InvalidValue


def objects(rows: list[tuple[int, int, float, bool]], score: list[float] | None = None) -> Objects:
    """Boxes of 4 x 2 x 1.5 m at (x, 0, 0): rows of frame, track, x, ignored."""
    boxes = np.array([[x, 0, 0, 4, 2, 1.5, 0] for _, _, x, _ in rows], dtype=float).reshape(-1, 7)
    return Objects(
        frame=np.array([row[0] for row in rows], dtype=np.int64),
        track=np.array([row[1] for row in rows], dtype=np.int64),
        boxes=boxes,
        ignored=np.array([row[3] for row in rows], dtype=np.bool_),
        score=np.array(score if score is not None else [1.0] * len(rows)),
    )


def judged(truth: Objects, tracks: Objects, least: float = 0.5) -> Score:
    return score_tracks([Comparison(truth=truth, tracks=tracks)], least_iou=least)


TEN = [(frame, 1, 3.0 * frame, False) for frame in range(10)]


def test_what_follows_all_is_perfect() -> None:
    many = [(frame, 1, 3.0 * frame, False) for frame in range(80)]  # of fewer, not every step of recall is reached
    found = judged(objects(many), objects(many))
    assert found.samota == pytest.approx(1)
    assert (found.mota, found.motp, found.recall) == (1, pytest.approx(1), 1)
    assert (found.switches, found.fragments, found.false_positives, found.false_negatives) == (0, 0, 0, 0)


def test_a_change_of_tracks_is_one_switch_and_one_fragment() -> None:
    found = judged(objects(TEN), objects([(f, 1 if f < 5 else 2, x, i) for f, _, x, i in TEN]))
    assert (found.switches, found.fragments) == (1, 1)
    assert found.mota == pytest.approx(1 - 1 / 10)


def test_a_gap_is_a_fragment_and_no_switch_whoever_comes_after() -> None:
    for after in (1, 2):
        rows = [(f, 1 if f < 5 else after, x, i) for f, _, x, i in TEN if f != 4]
        found = judged(objects(TEN), objects(rows))
        assert (found.switches, found.fragments, found.false_negatives) == (0, 1, 1)


def test_what_is_ignored_is_neither_missed_nor_false() -> None:
    truth = [(f, t, x, f >= 6) for f, t, x, _ in TEN]
    assert judged(objects(truth), objects(TEN[:6])).mota == 1
    all_found = judged(objects(truth), objects(TEN))
    assert (all_found.mota, all_found.false_positives, all_found.objects) == (1, 0, 6)


def test_a_box_that_finds_nothing_is_false_but_where_it_is_ignored() -> None:
    stray = [(0, 9, 500.0, False), (1, 9, 500.0, True)]
    found = judged(objects(TEN), objects(TEN + stray))
    assert found.false_positives == 1


def test_a_track_below_the_threshold_costs_nothing_where_the_best_one_is_chosen() -> None:
    stray = [(f, 9, 500.0, False) for f in range(10)]
    found = judged(objects(TEN), objects(TEN + stray, [2.0] * 10 + [1.0] * 10))
    assert (found.mota, found.false_positives, found.threshold) == (1, 0, 2.0)
    worse = judged(objects(TEN), objects(TEN + stray, [1.0] * 10 + [2.0] * 10))
    assert worse.false_positives == 10
    assert worse.samota < found.samota


def test_two_near_objects_are_matched_at_the_best_sum() -> None:
    """The first box overlaps the second object more than its own, which only it can find."""
    truth = [(0, 1, 0.0, False), (0, 2, 1.2, False)]
    found = judged(objects(truth), objects([(0, 1, 0.7, False), (0, 2, 2.0, False)]), 0.4)
    assert (found.true_positives, found.false_negatives) == (2, 0)


def test_overlap_below_the_least_is_no_match() -> None:
    found = judged(objects(TEN), objects([(f, t, x + 1.0, i) for f, t, x, i in TEN]), 0.7)
    assert (found.true_positives, found.false_positives, found.false_negatives) == (0, 10, 10)
    assert found.samota == 0


def test_steps_of_recall() -> None:
    steps = thresholds(np.linspace(1, 0, 80), 80)
    assert len(steps) == 40
    assert [recall for _, recall in steps] == pytest.approx([n / 40 for n in range(1, 41)])
    assert all(a[0] >= b[0] for a, b in pairwise(steps))
    assert thresholds(np.zeros(0), 5) == []


def test_what_cannot_be_judged() -> None:
    with pytest.raises(InvalidValue, match="no object that counts"):
        judged(objects([(0, 1, 0.0, True)]), objects(TEN))
    with pytest.raises(InvalidValue, match="two boxes in one frame"):
        objects([(0, 1, 0.0, False), (0, 1, 5.0, False)])
    with pytest.raises(InvalidValue, match="above 0"):
        judged(objects(TEN), objects(TEN), 0.0)
    with pytest.raises(InvalidValue, match="score"):
        Comparison(truth=objects(TEN), tracks=objects(TEN, [1.0]))


def test_no_tracks_at_all() -> None:
    found = judged(objects(TEN), objects([]))
    assert (found.samota, found.mota, found.false_negatives) == (0, 0, 10)
