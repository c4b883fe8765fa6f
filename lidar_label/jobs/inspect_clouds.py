"""Of the import report: a single cloud file, read in pieces."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lidar_label.datasets import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.jobs.inspect_points import FieldInfo, Ranges
from lidar_label.model import Finding
from lidar_label.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudInfo:
    """A cloud file: its points, and of the `read` ones how many are invalid and where the others lie.

    Corners are in the file's own coordinates. `origin` is what is taken off them to be drawn.
    """

    points: int
    read: int
    invalid: int
    fields: tuple[FieldInfo, ...]
    minimum: tuple[float, ...] | None
    maximum: tuple[float, ...] | None
    step: tuple[float, float, float] | None
    origin: tuple[float, float, float]


def inspect_cloud(
    path: Path,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    *,
    budget_s: float | None = None,
    progress: Progress | None = None,
) -> tuple[str, CloudInfo, list[Finding]]:
    """Return the kind of a cloud file, what is in it and what there is to know.

    Reading ends after `budget_s` seconds, which is said; without it, all points are read.

    Raises
    ------
    LidarLabelError
        If it cannot be read.
    """
    progress = progress or Progress()
    cloud = open_cloud(path, source_format, read)
    ranges, invalid, done = Ranges(), 0, 0
    start = time.monotonic()
    progress.step(0, cloud.points, "points")
    for chunk in cloud.chunks():
        valid = np.isfinite(chunk.xyz).all(axis=1) & chunk.xyz.any(axis=1)
        invalid += int(len(chunk) - np.count_nonzero(valid))
        for axis, values in zip("xyz", chunk.xyz[valid].T, strict=True):
            ranges.add(axis, values)
        for name, values in chunk.fields.items():
            ranges.add(name, values)
        done += len(chunk)
        progress.step(done, cloud.points, "points")
        if budget_s is not None and time.monotonic() - start > budget_s:
            break
    findings = list(cloud.findings)
    if done < cloud.points:
        text = f"{done} of {cloud.points} points were looked at; --full looks at all"
        findings.append(Finding("info", "sampled", text, str(path)))
    low, high = ranges.corners()
    seen = {found.name: found for found in ranges.fields()}
    fields = tuple(
        seen.get(name, FieldInfo(name=name, dtype=dtype.name, minimum=None, maximum=None))
        for name, dtype in cloud.fields.items()
    )
    info = CloudInfo(
        points=cloud.points,
        read=done,
        invalid=invalid,
        fields=fields,
        minimum=low,
        maximum=high,
        step=cloud.step,
        origin=cloud.origin,
    )
    return cloud.format, info, findings
