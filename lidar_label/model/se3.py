"""SE3: a rigid transform that knows which two frames it joins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.errors import FrameMismatch, InvalidValue
from lidar_label.model.turns import quaternion_of_matrix

Floats = NDArray[np.float64]

_NORM_TOLERANCE = 1e-2  # tables round their quaternions; beyond this the numbers are something else
_FARTHEST_M = 1e9  # no place on Earth is farther from any origin in use, and squares of it do not overflow
_MATRIX_TOLERANCE = 1e-3
_ROUNDING = 8 * float(np.finfo(np.float64).eps)  # a norm this near to 1 is 1: dividing again would move the bits


def wrap_angle(angle: float) -> float:
    """Wrap an angle in radians into (-pi, pi]."""
    wrapped = math.remainder(angle, math.tau)
    return math.pi if wrapped == -math.pi else wrapped


def _numbers(value: ArrayLike, name: str) -> Floats:
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidValue(f"{name} is made of something else than numbers: {value!r:.80}") from None


def _vector(value: ArrayLike, length: int, name: str) -> Floats:
    array = _numbers(value, name) + 0.0  # -0.0 becomes 0.0: equal values get equal bits and hashes
    if array.shape != (length,):
        raise InvalidValue(f"{name} needs {length} numbers, got shape {array.shape}")
    if not all(map(math.isfinite, array.tolist())):  # for so few numbers faster than numpy
        raise InvalidValue(f"{name} has a value that is not finite: {array.tolist()}")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, eq=False, init=False)
class SE3:
    """A rotation and a translation from frame `src` into frame `dst`.

    ``world_SE3_ego @ ego_SE3_lidar`` is ``world_SE3_lidar``; frames that do not meet raise.

    Parameters
    ----------
    dst, src : str
        Names of the frames: ``world``, ``ego``, ``box`` or a sensor's channel.
    rotation : (4,) float64
        Unit quaternion w, x, y, z. Normalised here; more than 1 % off is refused.
    translation : (3,) float64, metres

    Raises
    ------
    InvalidValue
        If a number is not finite or a place absurdly far, a shape is wrong or the quaternion is not a rotation.
    """

    dst: str
    src: str
    rotation: Floats
    translation: Floats

    def __init__(self, dst: str, src: str, rotation: ArrayLike, translation: ArrayLike) -> None:
        quaternion = _vector(rotation, 4, f"rotation of {dst}_SE3_{src}")
        norm = math.hypot(*quaternion.tolist())
        if abs(norm - 1.0) > _NORM_TOLERANCE:
            raise InvalidValue(f"rotation of {dst}_SE3_{src} is not a unit quaternion (norm {norm:.6g})")
        if abs(norm - 1.0) > _ROUNDING:
            quaternion = _vector(quaternion / norm, 4, "rotation")
        object.__setattr__(self, "dst", dst)
        object.__setattr__(self, "src", src)
        object.__setattr__(self, "rotation", quaternion)
        shift = _vector(translation, 3, f"translation of {dst}_SE3_{src}")
        if max(map(abs, shift.tolist())) > _FARTHEST_M:
            raise InvalidValue(f"translation of {dst}_SE3_{src} is beyond {_FARTHEST_M:g} m: {shift.tolist()}")
        object.__setattr__(self, "translation", shift)

    @classmethod
    def identity(cls, dst: str, src: str) -> SE3:
        """Return the transform under which the two frames are one."""
        return cls(dst, src, (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))

    @classmethod
    def from_yaw(cls, dst: str, src: str, yaw: float, translation: ArrayLike) -> SE3:
        """Return a turn of `yaw` radians about +z followed by a translation in metres."""
        return cls(dst, src, (math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2)), translation)

    @classmethod
    def from_matrix(cls, dst: str, src: str, matrix: ArrayLike) -> SE3:
        """Return the transform of a (3, 4) or (4, 4) matrix.

        Raises
        ------
        InvalidValue
            If the matrix is no rigid transform: rows not orthonormal to 1e-3, a mirrored
            (left-handed) rotation, or a bottom row other than 0 0 0 1.
        """
        name = f"{dst}_SE3_{src}"
        m = _numbers(matrix, name)
        if m.shape not in ((3, 4), (4, 4)):
            raise InvalidValue(f"{name} needs a 3x4 or 4x4 matrix, got shape {m.shape}")
        if not np.isfinite(m).all():
            raise InvalidValue(f"{name} has a value that is not finite")
        if m.shape == (4, 4) and np.abs(m[3] - (0, 0, 0, 1)).max() > _MATRIX_TOLERANCE:
            raise InvalidValue(f"{name} has bottom row {m[3].tolist()}", hint="a rigid transform ends in 0 0 0 1")
        r = m[:3, :3]
        too_large = np.abs(r).max() > 1 + _MATRIX_TOLERANCE  # seen first, since squares of it may overflow
        if too_large or np.abs(r @ r.T - np.eye(3)).max() > _MATRIX_TOLERANCE:
            raise InvalidValue(f"{name} is no rotation: its rows are not orthonormal")
        if np.linalg.det(r) < 0:
            raise InvalidValue(f"{name} mirrors the world (determinant -1)", hint="is one frame left-handed?")
        return cls(dst, src, quaternion_of_matrix(r), m[:3, 3])

    @property
    def rotation_matrix(self) -> Floats:
        """The rotation as a (3, 3) float64 matrix."""
        w, x, y, z = self.rotation.tolist()  # by hand: asked for many times a frame, and scipy takes 30 times as long
        xx, yy, zz, ww = x * x, y * y, z * z, w * w
        return np.array(
            [
                [xx - yy - zz + ww, 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), -xx + yy - zz + ww, 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), -xx - yy + zz + ww],
            ]
        )

    @property
    def matrix(self) -> Floats:
        """The transform as a (4, 4) float64 matrix."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation_matrix
        matrix[:3, 3] = self.translation
        return matrix

    @property
    def yaw(self) -> float:
        """Heading of the rotated +x axis about +z, radians in (-pi, pi]."""
        w, x, y, z = self.rotation.tolist()
        return math.atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z))

    @property
    def inverse(self) -> SE3:
        """The transform the other way: ``src_SE3_dst``."""
        back = self.rotation * (1.0, -1.0, -1.0, -1.0)
        return SE3(self.src, self.dst, back, -(self.rotation_matrix.T @ self.translation))

    def __matmul__(self, other: SE3) -> SE3:
        if self.src != other.dst:
            raise FrameMismatch(
                f"{self.dst}_SE3_{self.src} and {other.dst}_SE3_{other.src} do not meet",
                hint=f"'{self.src}' is not '{other.dst}'",
            )
        w, x, y, z = self.rotation.tolist()
        v, i, j, k = other.rotation.tolist()
        both = (
            w * v - x * i - y * j - z * k,
            w * i + x * v + y * k - z * j,
            w * j - x * k + y * v + z * i,
            w * k + x * j - y * i + z * v,
        )
        return SE3(self.dst, other.src, both, self.rotation_matrix @ other.translation + self.translation)

    def apply(self, points: ArrayLike) -> Floats:
        """Move (N, 3) points from frame `src` into frame `dst`, in float64."""
        array = np.asarray(points, dtype=np.float64)
        if array.ndim != 2 or array.shape[1] != 3:
            raise InvalidValue(f"points need shape (N, 3), got {array.shape}")
        moved: Floats = array @ self.rotation_matrix.T + self.translation
        return moved

    def between(self, other: SE3, fraction: float) -> SE3:
        """Interpolate towards `other`: the straight way for position, the shortest for rotation.

        `fraction` is 0 here and 1 at `other`; outside that range the motion goes on.
        """
        if (self.dst, self.src) != (other.dst, other.src):
            raise FrameMismatch(f"{self.dst}_SE3_{self.src} and {other.dst}_SE3_{other.src} join other frames")
        from scipy.spatial.transform import Rotation  # a second of libraries, which a first picture does without

        first, last = Rotation.from_quat(np.stack([self.rotation, other.rotation]), scalar_first=True)
        step = (first.inv() * last).as_rotvec()
        turn = first * Rotation.from_rotvec(step * fraction)
        place = self.translation + (other.translation - self.translation) * fraction
        return SE3(self.dst, self.src, turn.as_quat(scalar_first=True), place)

    def error_to(self, other: SE3) -> tuple[float, float]:
        """Return the distance in metres and the angle in radians between two transforms."""
        from scipy.spatial.transform import Rotation

        turn = Rotation.from_quat(self.rotation, scalar_first=True).inv()
        angle = (turn * Rotation.from_quat(other.rotation, scalar_first=True)).magnitude()
        return float(np.linalg.norm(self.translation - other.translation)), float(angle)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SE3):
            return NotImplemented
        return (
            (self.dst, self.src) == (other.dst, other.src)
            and np.array_equal(self.rotation, other.rotation)
            and np.array_equal(self.translation, other.translation)
        )

    def __hash__(self) -> int:
        return hash((self.dst, self.src, self.rotation.tobytes(), self.translation.tobytes()))

    def __repr__(self) -> str:
        x, y, z = self.translation.tolist()
        return f"{self.dst}_SE3_{self.src}(x={x:.3f}, y={y:.3f}, z={z:.3f}, yaw={self.yaw:.4f})"
