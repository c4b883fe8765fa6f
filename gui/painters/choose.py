"""Which painter draws: the one that was faster here, unless a person or the environment says otherwise."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal, get_args

from lidar_label.gui.painters.base import Painter
from lidar_label.gui.painters.splat import SplatPainter

Wanted = Literal["auto", "vtk", "splat"]
WANTED: tuple[Wanted, ...] = get_args(Wanted)
VARIABLE = "LIDAR_LABEL_PAINTER"
_CLEARLY = 0.7  # of the other's time: reading back from a graphics card varies
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds a picture of a million points took, and what OpenGL runs on."""

    vtk: float
    splat: float
    graphics: str = ""

    @classmethod
    def read(cls, text: str) -> Measured | None:
        """Return what `text` says; None where it says nothing of use."""
        try:
            kept = json.loads(text)
            made = cls(float(kept["vtk"]), float(kept["splat"]), str(kept.get("graphics", "")))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return made if min(made.vtk, made.splat) > 0 and not math.isnan(made.vtk + made.splat) else None

    def text(self) -> str:
        """Return it as `read` takes it."""
        return json.dumps({"vtk": self.vtk, "splat": self.splat, "graphics": self.graphics})


NO_GRAPHICS = Measured(vtk=float("inf"), splat=1.0)
"""Where VTK could not be measured: it may not work at all."""


def from_environment() -> Wanted | None:
    """Return what the environment asks for, or None."""
    said = os.environ.get(VARIABLE, "")
    return next((name for name in WANTED if name == said), None)


def chosen(wanted: Wanted, measured: Measured | None) -> Literal["vtk", "splat"]:
    """Return which painter to take. Until it was measured, the one that works everywhere."""
    wanted = from_environment() or wanted
    if wanted != "auto":
        return wanted
    return "vtk" if measured is not None and measured.vtk < _CLEARLY * measured.splat else "splat"


def make(name: Literal["vtk", "splat"]) -> Painter:
    """Return a painter; VTK is loaded only where it is wanted."""
    if name == "vtk":
        from lidar_label.gui.vtk.points import VtkPainter

        return VtkPainter()
    return SplatPainter()


class Measuring:
    """One measurement in a process of its own, which `stop` ends."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lidar_label.gui.painters.measure"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait(self) -> Measured:
        """Return what was measured; `NO_GRAPHICS` where the process failed or took too long."""
        try:
            said, _ = self._process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            self.stop()
            said, _ = self._process.communicate()
        return Measured.read(said) or NO_GRAPHICS

    def stop(self) -> None:
        """End it now."""
        self._process.kill()
