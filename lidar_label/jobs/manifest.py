"""The manifest: what a conversion says, in its target, of the scenes that are in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lidar_label import __version__
from lidar_label.datasets.joining import MANIFEST
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A scene in a target.

    `digest` is made from everything that the scene was written from: the source's data and labels,
    the options, the program's version. Where it is the same, writing again would give the same.
    """

    name: str
    digest: str
    frames: int
    tracks: int
    boxes: int
    lost: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a target holds, and how it was written: format, options and the program's version."""

    format: str
    options: Mapping[str, str] = field(default_factory=dict)
    version: str = __version__
    scenes: Sequence[Entry] = ()

    def differs_from(self, other: Manifest) -> str:
        """Return in what way another manifest says otherwise how it was written; nothing where it does not."""
        for name in ("format", "version"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                what = "lidar-label" if name == "version" else "format"
                return f"it was written with {what} {mine}, not {theirs}"
        if self.options != other.options:
            return f"it was written with the options {dict(self.options)}, not {dict(other.options)}"
        return ""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest into a folder, in place of one that is there."""
    text = json.dumps({"program": "lidar-label", **asdict(manifest)}, indent=1, ensure_ascii=False)
    path = folder / MANIFEST
    path.unlink(missing_ok=True)  # it may be a link to that of a part
    path.write_text(f"{text}\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder; None where it has none.

    Raises
    ------
    UnreadableFile
        If there is one and it is damaged.
    """
    path = folder / MANIFEST
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        return Manifest(
            format=str(content["format"]),
            options={str(key): str(value) for key, value in content["options"].items()},
            version=str(content["version"]),
            scenes=tuple(_entry(item) for item in content["scenes"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableFile(
            f"what says what is in this folder is damaged: {type(error).__name__} {error}",
            where=path,
            hint="convert to another target",
        ) from None


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        name=str(item["name"]),
        digest=str(item["digest"]),
        frames=int(item["frames"]),
        tracks=int(item["tracks"]),
        boxes=int(item["boxes"]),
        lost=tuple(map(str, item["lost"])),
        findings=tuple(Finding(**found) for found in item["findings"]),
    )
