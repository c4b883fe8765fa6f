"""Detections made from labels, by a noise model that is stated here: for where no detector's output may be kept.

A box of the truth is found with a chance that falls with its distance and with how much of it is hidden. What is
found is off as a detector is: a few centimetres near by, more far away, and more along the line of sight; its heading
is turned round now and then; its size is off by 8 %. False ones stand about, some for a few frames at one place. Scores
are log-odds that tell true from false, but not well.
"""

from __future__ import annotations

import numpy as np

from lidar_label.check.mot import Objects
from lidar_label.model import Floats

FALSE_A_FRAME = {"Car": 2.5, "Pedestrian": 1.0, "Cyclist": 0.5}
_USUAL = {"Car": (3.9, 1.6, 1.5), "Pedestrian": (0.8, 0.6, 1.75), "Cyclist": (1.8, 0.6, 1.75)}


def noisy_detections(truth: Objects, frames: int, category: str, seed: int) -> tuple[np.ndarray, Floats, Floats]:
    """Return frame (N,), boxes (N, 7) and log-odds (N,) of made-up detections, in the frame of the truth's boxes.

    The sensor is at the origin; `ignored` truth is found half as often.
    """
    rng = np.random.default_rng(seed)
    boxes, away = truth.boxes, np.hypot(*truth.boxes[:, :2].T)
    chance = np.clip(1.02 - away / 110, 0.2, 0.97) * np.where(truth.ignored, 0.5, 1.0)
    rows = np.flatnonzero(rng.random(len(boxes)) < chance)
    seen, far = boxes[rows].copy(), away[rows]
    small = 0.6 if category != "Car" else 1.0
    sight = seen[:, :2] / np.maximum(far, 1e-6)[:, None]
    radial, across = rng.normal(size=(2, len(rows))) * small * np.stack([0.05 + 0.004 * far, 0.03 + 0.002 * far])
    seen[:, 0] += radial * sight[:, 0] - across * sight[:, 1]
    seen[:, 1] += radial * sight[:, 1] + across * sight[:, 0]
    seen[:, 2] += rng.normal(size=len(rows)) * (0.03 + 0.002 * far)
    seen[:, 3:6] *= np.exp(rng.normal(size=(len(rows), 3)) * 0.08)
    seen[:, 6] += rng.normal(size=len(rows)) * 0.06 + np.pi * (rng.random(len(rows)) < 0.03 + 0.002 * far)
    true_odds = rng.normal(5.0 - far / 20, 1.5)
    false_frame, false_boxes = _false_ones(rng, frames, category)
    frame = np.concatenate([truth.frame[rows], false_frame])
    odds = np.concatenate([true_odds, rng.normal(0.3, 1.3, len(false_frame))])
    order = np.argsort(frame, kind="stable")
    return frame[order], np.concatenate([seen, false_boxes])[order], odds[order]


def _false_ones(rng: np.random.Generator, frames: int, category: str) -> tuple[np.ndarray, Floats]:
    """Return false detections: each place is taken for something in 1 to 8 frames."""
    many = rng.poisson(FALSE_A_FRAME[category] * frames / 3)
    first, lasts = rng.integers(0, frames, many), np.minimum(rng.geometric(1 / 3, many), 8)
    place = np.column_stack([rng.uniform(5, 70, many), rng.uniform(-25, 25, many), rng.normal(-0.9, 0.2, many)])
    shape = np.array(_USUAL[category]) * np.exp(rng.normal(size=(many, 3)) * 0.1)
    still = np.column_stack([place, shape, rng.uniform(-np.pi, np.pi, many)])
    which = np.repeat(np.arange(many), lasts)
    frame = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(lasts) - lasts, lasts)
    inside = frame < frames
    made = still[which][inside]
    made[:, :2] += rng.normal(size=(len(made), 2)) * 0.15
    return frame[inside].astype(np.int64), made
