"""Report: what a long piece of work did, scene by scene, for a person and for a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lidar_label.errors import CheckFailed
from lidar_label.model import Finding

Status = Literal["done", "skipped", "failed"]
Announce = Callable[[Sequence[Finding]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneReport:
    """What became of one scene.

    "skipped" is what the target held already. `lost` says in sentences what did not come across,
    `reason` why a scene failed.
    """

    name: str
    status: Status
    frames: int
    tracks: int
    boxes: int
    lost: Sequence[str] = ()
    reason: str = ""


def is_loss(finding: Finding) -> bool:
    """Say whether what a format says before it is written is a loss, and no mere remark."""
    return finding.severity != "info"


def not_read(findings: Sequence[Finding]) -> list[Finding]:
    """Return what of a source its reader could not take in, by what it said: that is lost as well."""
    return [finding for finding in findings if finding.code == "not-read" and is_loss(finding)]


def announce_losses(losses: Sequence[Finding], announce: Announce | None, *, strict: bool) -> None:
    """Hand what will be lost to `announce`, before anything is written.

    Raises
    ------
    CheckFailed
        If something will be lost and `strict` says that nothing may be.
    """
    found = [finding for finding in losses if is_loss(finding)]
    if found and announce is not None:
        announce(found)
    if found and strict:
        count = "1 thing" if len(found) == 1 else f"{len(found)} things"
        raise CheckFailed(
            f"{count} would be lost: {'; '.join(dict.fromkeys(finding.message for finding in found))}",
            where=", ".join(dict.fromkeys(finding.where for finding in found if finding.where)),
            hint="nothing was written; without --strict it would be",
        )


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

    @property
    def failed(self) -> list[SceneReport]:
        """The scenes that could not be done."""
        return [scene for scene in self.scenes if scene.status == "failed"]

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
                    "reason": scene.reason,
                }
                for scene in self.scenes
            ],
            "findings": [finding.as_dict() for finding in self.findings],
        }
