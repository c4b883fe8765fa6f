"""Risk: which tracks a reviewer should look at first, and a sample of them that no one can guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lidar_label.check.run import Found
from lidar_label.model import Labels, Source

_WEIGHT = {"error": 1.0, "warning": 0.8, "info": 0.2}
_MACHINE, _DOUBT, _LEAST = 0.15, 0.5, 0.02  # that a box no person set, or the machine doubts, is wrong; and any at all


def risks(found: Iterable[Found], labels: Labels) -> dict[str, float]:
    """Return how likely something is wrong with each track, 0 to 1, by what checks found and who made its boxes.

    Parameters
    ----------
    found : iterable of Found
    labels : Labels
        Of the scene.
    """
    right = {track.token: 1.0 - _LEAST for track in labels.tracks}
    for one in found:
        for track in (one.remark.track, one.remark.other):
            if track is not None and track.token in right:
                right[track.token] *= 1.0 - _WEIGHT[one.rule.severity] * one.confidence
    for track in labels.tracks:
        boxes = labels.of_track(track.token)
        made = sum(box.source in (Source.MACHINE, Source.PROPAGATED) for box in boxes) / max(len(boxes), 1)
        right[track.token] *= (1.0 - _MACHINE * made) * (1.0 - _DOUBT * any(box.doubt for box in boxes))
    return {token: 1.0 - share for token, share in right.items()}


def sample(risk: Mapping[str, float], count: int, *, seed: int = 0, done: Sequence[str] = ()) -> list[str]:
    """Return tracks to review, the riskiest first: each is drawn the likelier the greater its risk.

    Parameters
    ----------
    risk : mapping of track to 0 to 1
    count : int
        How many at most.
    seed : int
        The same seed draws the same.
    done : sequence of str
        Tracks that need no review any more.
    """
    left = sorted(set(risk) - set(done))
    weight = np.array([risk[token] for token in left])
    drawable = int((weight > 0).sum())
    if not drawable:
        return []
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(left), size=min(count, drawable), replace=False, p=weight / weight.sum())
    return sorted((left[k] for k in drawn), key=lambda token: (-risk[token], token))
