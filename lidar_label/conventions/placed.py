"""Where a convention puts everything that was gathered of a drive."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from lidar_label.conventions.evidence import Evidence
from lidar_label.model import Camera, Floats
from lidar_label.model.convention import Convention, fixed_boxes, fixed_lens, fixed_mount, picture_shift_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Mountings and poses, (N, 4, 4), lenses, and boxes in the source's frame, as they are meant."""

    lidars: Floats
    cameras: Floats
    lenses: tuple[Camera, ...]
    shift_s: float
    poses: Floats
    centers: Floats
    rotations: Floats
    sizes: Floats

    @property
    def digest(self) -> bytes:
        """The same for the same places, to half a millimetre."""
        digest = hashlib.blake2b(repr((self.lenses, self.shift_s)).encode(), digest_size=16)
        for array in (self.lidars, self.cameras, self.poses, self.centers, self.rotations, self.sizes):
            digest.update((np.round(array * 1e3) + 0.0).tobytes())
        return digest.digest()

    def apart(self, other: Placed) -> tuple[float, float]:
        """Return by how much the boxes' corners and headings differ at most from another's, in metres."""
        if not len(self.centers):
            return 0.0, 0.0
        corners = [_corners(one) for one in (self, other)]
        heading = np.linalg.norm(self.rotations[:, :, 0] - other.rotations[:, :, 0], axis=1)
        nearest = np.linalg.norm(corners[0][:, :, None] - corners[1][:, None], axis=-1).min(axis=2)
        return float(nearest.max()), float(heading.max())


def _corners(placed: Placed) -> Floats:
    signs = np.stack(np.meshgrid(*[(-0.5, 0.5)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    found: Floats = placed.centers[:, None] + np.einsum("nij,nkj->nki", placed.rotations, signs * placed.sizes[:, None])
    return found


def placed(evidence: Evidence, convention: Convention) -> Placed:
    """Return where a convention puts what was gathered."""
    moments, views = evidence.moments, evidence.views
    boxes = [np.concatenate([getattr(m.boxes, name) for m in moments]) for name in ("centers", "rotations", "sizes")]
    centers, rotations, sizes = fixed_boxes(boxes[0], boxes[1], boxes[2], convention.of("boxes"))
    cameras = np.array([view.ego_T_camera for view in views]).reshape(-1, 4, 4)
    return Placed(
        lidars=fixed_mount(np.stack([moment.ego_T_lidar for moment in moments]), convention.of("lidar"), "lidar"),
        cameras=fixed_mount(cameras, convention.of("camera"), "camera"),
        lenses=tuple(fixed_lens(view.camera, convention.of("lens")) for view in views),
        shift_s=picture_shift_s(convention.of("time")),
        poses=fixed_mount(evidence.path[:: max(1, len(evidence.path) // 20)], convention.of("poses"), "poses"),
        centers=centers,
        rotations=rotations,
        sizes=sizes,
    )
