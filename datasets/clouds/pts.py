"""PTS clouds: a line with the number of points, then a line a point."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.xyz import Text, TextFile
from lidar_label.model import Finding


class Pts(Text):
    """PTS as scanners write it: x y z, intensity, r g b; fewer points than the count ahead of them are refused."""

    name = "pts"
    title = "PTS"
    suffixes = (".pts",)
    writes = False
    note = ""

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - nothing else is called so
        """Say whether a file is called so."""
        return path.suffix.lower() in self.suffixes

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> TextFile:
        """Open a file; its lines are counted and compared with what it promises."""
        opened = super().open(path, options)
        if opened.points and opened.layout.promised is None:
            text = "no line says how many points there are, so nothing tells whether some are missing"
            opened.findings.append(Finding("warning", "no-count", text, str(path)))
        return opened
