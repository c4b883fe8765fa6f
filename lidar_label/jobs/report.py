"""Report: what a long piece of work did, scene by scene, for a person and for a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lidar_label.model import Finding

Status = Literal["done", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneReport:
    """What became of one scene. `lost` says in sentences what did not come across."""

    name: str
    status: Status
    frames: int
    tracks: int
    boxes: int
    lost: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a job did: the scenes, what it has to say of the data, and where the result is."""

    target: Path
    scenes: Sequence[SceneReport]
    findings: Sequence[Finding] = field(default=())

    @property
    def boxes(self) -> int:
        """Boxes of all scenes together."""
        return sum(scene.boxes for scene in self.scenes)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        return {
            "target": str(self.target),
            "scenes": [
                {
                    "name": scene.name,
                    "status": scene.status,
                    "frames": scene.frames,
                    "tracks": scene.tracks,
                    "boxes": scene.boxes,
                    "lost": list(scene.lost),
                }
                for scene in self.scenes
            ],
            "findings": [finding.as_dict() for finding in self.findings],
        }
