"""Conventions: what numbers can be meant as, and how what was read one way is put right, as plain matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lidar_label.errors import InvalidValue
from lidar_label.model.camera import Camera, Fisheye, Pinhole
from lidar_label.model.se3 import Floats

MEANT = "meant"  # the key of --assume under which a convention is told to any format


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that numbers can be meant as.

    `part` is what it is about: "camera" (mounting), "lens", "time" (of the pictures), "lidar" (mounting), "poses" or
    "boxes". `rank` orders fixes of a part: what a reader does last is taken back first. `says` tells it in words.
    """

    part: str
    name: str
    rank: int
    says: str

    @property
    def text(self) -> str:
        """How it is written: ``part:name``."""
        return f"{self.part}:{self.name}"


_MOUNT = (
    ("inverse", 0, "{} take points the other way: from what was taken for the target"),
    ("transposed", 2, "rotations of {} are column by column, not row by row"),
    ("xyzw", 3, "quaternions of {} have their real part last (x, y, z, w)"),
    ("wxyz", 3, "quaternions of {} have their real part first (w, x, y, z)"),
)
_CAMERA_AXES = {
    "forward-x": ("the camera's axes are x forward, y left, z up", [[0, 0, 1], [-1, 0, 0], [0, -1, 0]]),
    "forward-y": ("the camera's axes are x right, y forward, z up", [[1, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "already-from-x": ("the camera's axes are optical; they were turned from x forward for nothing",
                       [[0, -1, 0], [0, 0, -1], [1, 0, 0]]),
    "already-from-y": ("the camera's axes are optical; they were turned from y forward for nothing",
                       [[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "up-y": ("the camera's axes are x right, y up, z backward, as in OpenGL", [[1, 0, 0], [0, -1, 0], [0, 0, -1]]),
    "upside-down": ("the picture is upside down", [[-1, 0, 0], [0, -1, 0], [0, 0, 1]]),
}  # fmt: skip
_BODY_AXES = {
    "left-90": ("are turned by a quarter to the left: what was taken for x is y", [[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
    "right-90": ("are turned by a quarter to the right: what was taken for y is x", [[0, 1, 0], [-1, 0, 0], [0, 0, 1]]),
    "back": ("are turned about: x is backward", [[-1, 0, 0], [0, -1, 0], [0, 0, 1]]),
    "left-handed": ("are left-handed: y has the other sign", [[1, 0, 0], [0, -1, 0], [0, 0, 1]]),
}
_DOWN = ("are x forward, y right, z down", [[1, 0, 0], [0, -1, 0], [0, 0, -1]])
_SIZES = {
    "wlh": (1, 0, 2), "hwl": (2, 1, 0), "lhw": (0, 2, 1), "whl": (2, 0, 1), "hlw": (1, 2, 0),
}  # name of the file's own order: at which places it has length, width and height  # fmt: skip
_YAWS = {"yaw+90": math.pi / 2, "yaw-90": -math.pi / 2, "yaw+180": math.pi}
_TIMES_S = (-0.1, -0.05, 0.05, 0.1)


def _fixes() -> dict[str, Fix]:
    found: list[Fix] = []
    for part, of in (("camera", "cameras"), ("lidar", "the LiDAR"), ("poses", "ego poses")):
        what = {"camera": "extrinsics of cameras", "lidar": "the LiDAR's mounting", "poses": "ego poses"}[part]
        for name, rank, says in _MOUNT:
            text = f"{what} {'is' if part == 'lidar' else 'are'} the other way round (inverse)"
            found.append(Fix(part, name, rank, text if name == "inverse" else says.format(of)))
    found += [Fix("camera", name, 1, says) for name, (says, _) in _CAMERA_AXES.items()]
    found += [Fix("lidar", name, 1, f"the LiDAR's axes {says}") for name, (says, _) in _BODY_AXES.items()]
    found.append(Fix("lidar", "down", 1, f"the LiDAR's axes {_DOWN[0]}"))
    found += [
        Fix("lens", "none", 0, "the pictures are free of distortion already: the coefficients are not to be used"),
        Fix("lens", "fisheye", 0, "the lenses are fisheyes (equidistant)"),
        Fix("lens", "pinhole", 0, "the lenses are pinholes, no fisheyes"),
    ]
    found += [
        Fix("time", f"{shift:+g}s", 0, f"pictures were taken {abs(shift):g} s {'later' if shift > 0 else 'earlier'}")
        for shift in _TIMES_S
    ]
    found += [Fix("boxes", name, 0, f"the boxes' axes {says}") for name, (says, _) in _BODY_AXES.items()]
    found += [
        Fix("boxes", "origin-bottom", 1, "a box's place is the middle of its bottom, not its centre"),
        Fix("boxes", "origin-centre", 1, "a box's place is its centre, not the middle of its bottom"),
    ]
    words = {"l": "length", "w": "width", "h": "height"}
    found += [Fix("boxes", f"size-{name}", 2, f"sizes are {', '.join(words[c] for c in name)}") for name in _SIZES]
    found += [
        Fix("boxes", name, 3, f"headings are off by {round(math.degrees(angle)):+d} degrees: another axis is zero")
        for name, angle in _YAWS.items()
    ]
    found += [
        Fix("boxes", "yaw-negated", 4, "headings turn the other way (clockwise)"),
        Fix("boxes", "radians", 5, "headings are radians that were taken for degrees"),
        Fix("boxes", "xyzw", 6, "quaternions of boxes have their real part last (x, y, z, w)"),
        Fix("boxes", "wxyz", 6, "quaternions of boxes have their real part first (w, x, y, z)"),
    ]
    return {fix.text: fix for fix in found}


FIXES = _fixes()


@dataclass(frozen=True, slots=True)
class Convention:
    """What of a drive is meant otherwise than it was read; empty where nothing is.

    Parameters
    ----------
    fixes : tuple of str
        Keys of `FIXES`, in the order in which they are applied; of one kind at most one.
    in_world : bool
        Whether the source's boxes lie in world, so that a fix of the ego poses does not move them.

    Raises
    ------
    InvalidValue
        If there is no such fix.
    """

    fixes: tuple[str, ...] = ()
    in_world: bool = False

    def __post_init__(self) -> None:
        for text in self.fixes:
            if text not in FIXES:
                hint = f"one of {', '.join(FIXES)}"
                raise InvalidValue(f"nothing is meant by {text!r}", hint=hint)
        order = sorted(self.fixes, key=lambda text: FIXES[text].rank)
        object.__setattr__(self, "fixes", tuple(order))

    @classmethod
    def parse(cls, text: str, *, in_world: bool = False) -> Convention:
        """Return the convention that `text` writes; raise `InvalidValue` where it is none."""
        return cls(tuple(word.strip() for word in text.split(",") if word.strip()), in_world)

    @property
    def text(self) -> str:
        """How it is written, for ``--assume meant=TEXT`` and project files."""
        return ",".join(self.fixes)

    def of(self, *parts: str) -> tuple[str, ...]:
        """Return the names of the fixes of some parts, in the order in which they are applied."""
        return tuple(text.partition(":")[2] for text in self.fixes if FIXES[text].part in parts)

    @property
    def words(self) -> str:
        """What is meant, in words."""
        return "; ".join(FIXES[text].says for text in self.fixes) or "everything is meant as it was read"


def fixed_mount(matrices: Floats, names: Sequence[str], part: str) -> Floats:
    """Return mountings or poses, (N, 4, 4), as they are meant; a left-handed one has determinant -1."""
    for name in names:
        matrices = _MOUNTS[name](matrices) if name in _MOUNTS else matrices @ _four(_axes(part, name))
    return matrices


def _axes(part: str, name: str) -> Floats:
    if part == "camera":
        return np.array(_CAMERA_AXES[name][1], dtype=np.float64)
    return np.array(_DOWN[1] if name == "down" else _BODY_AXES[name][1], dtype=np.float64)


def _four(rotation: Floats) -> Floats:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    return matrix


def inverse(matrices: Floats) -> Floats:
    """Return the inverse of rigid transforms, mirrored ones included, (N, 4, 4)."""
    back = matrices.copy()
    back[:, :3, :3] = np.swapaxes(matrices[:, :3, :3], 1, 2)
    back[:, :3, 3] = -np.einsum("nij,nj->ni", back[:, :3, :3], matrices[:, :3, 3])
    return back


def _transposed(matrices: Floats) -> Floats:
    found = matrices.copy()
    found[:, :3, :3] = np.swapaxes(matrices[:, :3, :3], 1, 2)
    return found


def _reordered(shift: int) -> Callable[[Floats], Floats]:
    def reorder(matrices: Floats) -> Floats:
        found = matrices.copy()
        # A quaternion is of the right-handed part of what was put right to left-handed axes already.
        mirror = np.where(np.linalg.det(matrices[:, :3, :3]) < 0, -1.0, 1.0)[:, None, None]
        across = np.concatenate([np.ones_like(mirror), mirror, np.ones_like(mirror)], axis=2)
        turned = _rotations(np.roll(quaternions(matrices[:, :3, :3] * across), shift, axis=1))
        found[:, :3, :3] = turned * across
        return found

    return reorder


_MOUNTS: dict[str, Callable[[Floats], Floats]] = {
    "inverse": inverse, "transposed": _transposed, "xyzw": _reordered(1), "wxyz": _reordered(-1),
}  # fmt: skip


def quaternions(rotations: Floats) -> Floats:
    """Return (N, 3, 3) rotations as (N, 4) quaternions w, x, y, z with the larger half to the front."""
    from scipy.spatial.transform import Rotation  # here, since it takes a second to load

    found: Floats = Rotation.from_matrix(rotations).as_quat(canonical=True, scalar_first=True)
    return found


def _rotations(wxyz: Floats) -> Floats:
    from scipy.spatial.transform import Rotation

    found: Floats = Rotation.from_quat(wxyz, scalar_first=True).as_matrix()
    return found


def fixed_boxes(centers: Floats, rotations: Floats, sizes: Floats, names: Sequence[str]) -> tuple[Floats, ...]:
    """Return boxes as they are meant.

    Parameters
    ----------
    centers : (N, 3) float64, metres
    rotations : (N, 3, 3) float64
        Columns are a box's axes; both in the frame in which the source has its boxes, z up.
    sizes : (N, 3) float64, metres
        Length, width, height as they were read.
    names : sequence of str
        Of fixes of boxes.
    """
    for name in names:
        if name in _BODY_AXES:
            turn = _axes("boxes", name)
            centers, rotations = centers @ turn.T, turn @ rotations
            if name == "left-handed":
                rotations = rotations * (1.0, -1.0, 1.0)  # a box is the same seen in a mirror
        elif name.startswith("origin"):
            half = sizes[:, 2:] / 2 * (1 if name == "origin-bottom" else -1)
            centers = centers + rotations[:, :, 2] * half
        elif name.startswith("size"):
            sizes = sizes[:, _SIZES[name.removeprefix("size-")]]
        elif name in ("xyzw", "wxyz"):
            rotations = _rotations(np.roll(quaternions(rotations), 1 if name == "xyzw" else -1, axis=1))
        else:
            rotations = _with_yaw(rotations, name)
    return centers, rotations, sizes


def _with_yaw(rotations: Floats, name: str) -> Floats:
    """Return rotations with another heading and the same tilt."""
    yaw = np.arctan2(rotations[:, 1, 0], rotations[:, 0, 0])
    if name == "yaw-negated":
        meant = -yaw
    elif name == "radians":
        meant = np.degrees(yaw)
    else:
        meant = yaw + _YAWS[name]
    return _about_z(meant - yaw) @ rotations


def _about_z(angles: Floats) -> Floats:
    found = np.zeros((len(angles), 3, 3))
    found[:, 0, 0] = found[:, 1, 1] = np.cos(angles)
    found[:, 1, 0], found[:, 0, 1] = np.sin(angles), -np.sin(angles)
    found[:, 2, 2] = 1.0
    return found


def fixed_lens(camera: Camera, names: Sequence[str]) -> Camera:
    """Return a lens as it is meant."""
    shared = {key: getattr(camera, key) for key in ("width", "height", "fx", "fy", "cx", "cy")}
    for name in names:
        if name == "none":
            camera = type(camera)(**shared)
        else:
            kind = Fisheye if name == "fisheye" else Pinhole
            known = camera.distortion if len(camera.distortion) == 4 else ()
            camera = kind(**shared, distortion=known)
    return camera


def picture_shift_s(names: Sequence[str]) -> float:
    """Return by how much later pictures were taken than their times say, in seconds."""
    return sum(float(name.removesuffix("s")) for name in names)


def along(path: Floats, times_s: Floats, wanted: Sequence[float]) -> Floats:
    """Return poses at other times of a path, (N, 4, 4); before its start and after its end it goes on as it did.

    `path` is (K, 4, 4) at the rising `times_s`, (K,).
    """
    from scipy.spatial.transform import Rotation

    found = []
    for time in wanted:
        i = int(np.clip(np.searchsorted(times_s, time) - 1, 0, max(len(times_s) - 2, 0)))
        j = min(i + 1, len(times_s) - 1)
        part = (time - times_s[i]) / max(times_s[j] - times_s[i], 1e-9) if j > i else 0.0
        pose = np.eye(4)
        pose[:3, 3] = path[i, :3, 3] + part * (path[j, :3, 3] - path[i, :3, 3])
        first, last = Rotation.from_matrix(path[i, :3, :3]), Rotation.from_matrix(path[j, :3, :3])
        pose[:3, :3] = (first * Rotation.from_rotvec(part * (first.inv() * last).as_rotvec())).as_matrix()
        found.append(pose)
    return np.stack(found)
