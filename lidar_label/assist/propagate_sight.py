"""What one frame shows of an object that is followed."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.model import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one frame shows of an object, and where it was found.

    Parameters
    ----------
    pose : (4,) float64
        x, y, z, yaw of its box in world.
    inside : int
        Points in the box.
    expected : float
        As many as the last sure frame leads to expect at this range.
    fit : float
        What a point in the box is worth on average: 1 where all lie on the shape seen before.
    beside : float
        Points close outside the box for each point inside.
    jump : float
        How far from the prediction, in its standard deviations.
    spread : (3,) float64
        Standard deviations left: along and across as shares of the box's sides, yaw in radians.
    rival : float
        How much better the place is than the next best elsewhere; 0 to 20.
    bridged : bool
        Whether too few points were found, so that the motion alone says where it is.
    stands : bool
        Whether it has not moved since the box it started from.
    blind : float, seconds
        Since the last frame that was sure.
    step : float, seconds
        Since the frame before.
    range_m : float
        From the sensor.
    elsewhere : float
        How much better the best place near is than the one where it stood; 0 for what moves.
    known : int
        Sure frames and boxes by hand that showed it so far, since it last began to move.
    known_s : float, seconds
        Which those frames span that showed it well.
    backed : bool
        Whether it stands and the things about it say so.
    led : bool
        Whether it drives as fast as the things about it do, and nothing was seen yet of its own way.
    doubt : float
        Log-odds that the frame before was wrong.
    """

    pose: Floats
    inside: int
    expected: float
    fit: float
    beside: float
    jump: float
    spread: Floats
    rival: float
    bridged: bool
    stands: bool
    blind: float
    step: float
    range_m: float
    elsewhere: float
    known: int
    known_s: float
    backed: bool
    led: bool
    doubt: float
