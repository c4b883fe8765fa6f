"""Steady: ego poses without their shake, so that what stands in the world does not seem to tremble.

Recorded poses are a few centimetres off from frame to frame, most of all along the way: one taken 4 ms early lies 5 cm
back at 12 m/s. Boxes that were set on the points of a sweep shake along when they are seen in world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lidar_label.assist.chain import Chain
from lidar_label.assist.predict import time_of
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Floats

_AROUND = 50  # frames before and after that tell how much the poses shake
_LEAST_POSES = 8  # fewer say nothing of it
_SLOW_MPS = 2.0  # below this a wrong time moves nothing
_OUTLIER = 4.0  # times the usual
_LEAST_WANDER = 0.03  # of what the values bend by: what is not shake is motion, if only a little
_NO_SHAKE = 1e-6  # m or rad: exact but for rounding


class Steady:
    """The recorded poses of a stretch of a drive, and what they are without their shake.

    Parameters
    ----------
    ego : sequence of SE3, or mapping of frame to SE3
        ``world_SE3_ego`` of each frame.
    times_ns : sequence of int, or mapping of frame to int
    first, last : int
        The frames that matter; poses around them are used as far as there are any.
    """

    def __init__(
        self,
        ego: Sequence[SE3] | Mapping[int, SE3],
        times_ns: Sequence[int] | Mapping[int, int],
        first: int,
        last: int,
    ) -> None:
        known = ego if isinstance(ego, Mapping) else range(len(ego))
        frames = [frame for frame in range(max(first - _AROUND, 0), last + _AROUND + 1) if frame in known]
        self._row = {frame: row for row, frame in enumerate(frames)}
        seconds = np.array([(time_of(times_ns, frame) - time_of(times_ns, frames[0])) * 1e-9 for frame in frames])
        self._turns, self._shifts = corrections([ego[frame] for frame in frames], seconds)

    def of(self, frames: Sequence[int]) -> tuple[Floats, Floats]:
        """Return the turns (M, 3, 3) and shifts (M, 3) that take boxes of frames to where they most likely were."""
        missing = [frame for frame in frames if frame not in self._row]
        if missing:
            raise InvalidValue(f"frame {missing[0]} has no ego pose")
        rows = [self._row[frame] for frame in frames]
        return self._turns[rows], self._shifts[rows]


def corrections(poses: Sequence[SE3], seconds: Floats) -> tuple[Floats, Floats]:
    """Return what takes each recorded pose to where the vehicle most likely was.

    How much the poses shake is found from the poses themselves: what goes back and forth from one to the next is
    shake, what goes on is motion. Exact poses stay as they are.

    Parameters
    ----------
    poses : sequence of SE3
        N of ``world_SE3_ego``, in the order of time.
    seconds : (N,) float64
        When each was. Poses whose times do not rise stay as they are.

    Returns
    -------
    turns : (N, 3, 3) float64
    shifts : (N, 3) float64, metres
        In world; both are to be applied to what was placed in world by the pose of that frame.
    """
    turns, shifts = np.tile(np.eye(3), (len(poses), 1, 1)), np.zeros((len(poses), 3))
    if len(poses) < _LEAST_POSES or (np.diff(seconds) <= 0).any():
        return turns, shifts
    places = np.stack([pose.translation for pose in poses])
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    rotations = Rotation.from_quat(np.stack([pose.rotation for pose in poses]), scalar_first=True)
    axes = rotations.as_matrix()
    steps = np.einsum("ni,nij->nj", np.diff(places, axis=0), (axes[:-1] + axes[1:]) / 2)  # ahead, left and up
    turned = (rotations[:-1].inv() * rotations[1:]).as_rotvec()
    speed = np.abs(np.gradient(np.append(0.0, np.cumsum(steps[:, 0])), seconds))
    same = np.ones(len(poses))
    by = [calmed(np.append(0.0, np.cumsum(steps[:, n])), seconds, speed if n == 0 else same) for n in range(3)]
    about = [calmed(np.append(0.0, np.cumsum(turned[:, n])), seconds, same) for n in range(3)]
    turns = axes @ Rotation.from_rotvec(np.stack(about, axis=1)).as_matrix() @ axes.transpose(0, 2, 1)
    there = places + np.einsum("nij,nj->ni", axes, np.stack(by, axis=1))
    return turns, there - np.einsum("nij,nj->ni", turns, places)


def calmed(values: Floats, seconds: Floats, speed: Floats) -> Floats:
    """Return what to add to values so that they do not shake, (N,).

    The shake of each is taken to be in proportion to `speed` (N,): that of places along the way comes from wrong times.
    """
    steps, scale = np.diff(seconds), np.maximum(speed, _SLOW_MPS)
    usual = float(np.median(steps))
    bends = np.diff(np.diff(values) / steps) * usual / scale[1:-1]
    limit = _OUTLIER * 1.4826 * float(np.median(np.abs(bends)))
    bends = np.clip(bends, -limit, limit)
    # Of shake alone, the square of a bend is 6 on the mean and the product of two neighbours -4; of a velocity that
    # wanders they are 2/3 and 1/6.
    alone, beside = float(np.mean(bends**2)), float(np.mean(bends[1:] * bends[:-1]))
    shake = (alone - 4 * beside) / 22
    wander = 1.5 * max(alone - 6 * shake, _LEAST_WANDER * alone)
    if shake * float(np.mean(scale)) ** 2 <= _NO_SHAKE**2:
        return np.zeros(len(values))
    chain = Chain(len(values), 1)
    chain.wander(steps, np.full(len(steps), usual**3 / (wander * float(np.mean(scale**2)))))
    chain.measure_places((values - values[0])[:, None], 1 / (shake * scale**2))
    found: Floats = chain.solve()[0][:, 0] + values[0] - values
    return found
