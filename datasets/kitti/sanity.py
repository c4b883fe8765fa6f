"""Rules on KITTI's folders as they lie there: which files belong together, calibration, and the columns of labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lidar_label.datasets.kitti.calib import read_calib
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by
from lidar_label.datasets.sanity.rule import Said
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding

_POINT_BYTES = 16
_DONT_CARE = "DontCare"
_FAR_M, _LONG_M = 300.0, 40.0
_PICTURES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Split:
    """A ``training`` or ``testing`` folder of the object benchmark, or of tracking (with a folder a sequence)."""

    folder: Path
    tracking: bool

    @property
    def labels(self) -> Path:
        """Where the label files are."""
        return self.folder / ("label_02" if self.tracking else "label_2")

    @cached_property
    def units(self) -> dict[str, list[Path]]:
        """Clouds by what has one calibration: a frame, or a sequence."""
        place = self.folder / "velodyne"
        if not self.tracking:
            return {path.stem: [path] for path in sorted(place.glob("*.bin"))}
        return {path.name: sorted(path.glob("*.bin")) for path in sorted(place.glob("*")) if path.is_dir()}

    @cached_property
    def rows(self) -> list[tuple[Path, int, list[str]]]:
        """All label rows: file, number and cells, without the frame and id of tracking."""
        found = []
        for path in sorted(self.labels.glob("*.txt")):
            for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
                if line.strip():
                    found.append((path, number, line.split()[2 if self.tracking else 0 :]))
        return found


def sanity(path: Path, *, tracking: bool) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    splits = [path / name for name in ("training", "testing") if (path / name).is_dir()] or [path]
    for split in splits:
        yield from found_by(RULES, Split(split, tracking))


def calibrations(split: Split) -> Iterator[Said]:
    """Find frames or sequences without a calibration, or with one that is none."""
    absent = [stem for stem in split.units if not (split.folder / "calib" / f"{stem}.txt").is_file()]
    if absent:
        yield f"{len(absent)} of {len(split.units)} have no calibration, as {absent[0]}", split.folder / "calib"
    for path in sorted((split.folder / "calib").glob("*.txt")):
        try:
            read_calib(path)
        except LidarLabelError as error:
            yield f"the calibration is none: {error.what}", error.where or path


def cut_clouds(split: Split) -> Iterator[Said]:
    """Find clouds that are empty or cut off."""
    paths = [path for group in split.units.values() for path in group]
    wrong = [path for path in paths if not path.stat().st_size or path.stat().st_size % _POINT_BYTES]
    if wrong:
        yield f"{len(wrong)} of {len(paths)} clouds are no whole number of points of {_POINT_BYTES} bytes", wrong[0]


def unpaired(split: Split) -> Iterator[Said]:
    """Find labels without a cloud, and clouds without a picture where others have one."""
    if not split.units:
        return
    bare = [path for path in sorted(split.labels.glob("*.txt")) if path.stem not in split.units]
    if bare:
        yield f"{len(bare)} files of labels have no cloud", bare[0]
    name = "image_02" if split.tracking else "image_2"
    for stem, clouds in split.units.items() if split.tracking else {"": _all(split)}.items():
        folder = split.folder / name / stem
        pictures = {path.stem for path in folder.glob("*") if path.suffix.lower() in _PICTURES}
        lack = [path for path in clouds if path.stem not in pictures]
        if pictures and lack:
            yield f"{len(lack)} of {len(clouds)} clouds have no picture in {name}", lack[0]


def short_rows(split: Split) -> Iterator[Said]:
    """Find rows that have not the columns of a label."""
    wrong = [(path, number, cells) for path, number, cells in split.rows if len(cells) not in (15, 16)]
    if wrong:
        path, number, cells = wrong[0]
        yield f"{len(wrong)} rows have not 15 or 16 values, here {len(cells)}", f"{path}, row {number}"


def odd_numbers(split: Split) -> Iterator[Said]:
    """Find values that are no number, or not of the unit of their column."""
    found: dict[str, tuple[int, str]] = {}
    for path, number, cells in split.rows:
        if len(cells) in (15, 16) and cells[0] != _DONT_CARE:
            fault = _fault(cells)
            if fault:
                count, place = found.get(fault, (0, f"{path}, row {number}"))
                found[fault] = (count + 1, place)
    for fault, (count, place) in found.items():
        yield f"{count} rows have {fault}", place


def frames_beyond(split: Split) -> Iterator[Said]:
    """Find rows of tracking that name a frame without a cloud."""
    for path in sorted(split.labels.glob("*.txt")) if split.tracking else ():
        numbers = {int(cloud.stem) for cloud in split.units.get(path.stem, ()) if cloud.stem.isdigit()}
        said = [line.split()[0] for line in path.read_text("utf-8", errors="replace").splitlines() if line.strip()]
        beyond = [number for number in said if number.isdigit() and int(number) > max(numbers, default=0)]
        if numbers and beyond:
            yield f"{len(beyond)} rows name a frame after the last cloud, as {beyond[0]}", path


def _all(split: Split) -> list[Path]:
    return [path for group in split.units.values() for path in group]


def _fault(cells: list[str]) -> str:
    """Return what is wrong with a row of 15 or 16 values; empty if nothing is."""
    try:
        values = [float(cell) for cell in cells[1:]]
    except ValueError:
        return "a value that is no number"
    size, place, yaw = values[7:10], values[10:13], values[13]
    if not all(map(math.isfinite, values)):
        return "a value that is not finite"
    if all(side <= 0 for side in size) and place[0] <= -1000:
        return ""  # an object without a 3D box
    if min(size) <= 0:
        return "a side of nothing or less"
    if max(size) > _LONG_M:
        return f"a side of over {_LONG_M:.0f} m"
    if abs(yaw) > 2 * math.pi + 0.01:
        return "a rotation_y of over a whole turn: it is to be in radians"
    if math.hypot(*place) > _FAR_M:
        return f"a place over {_FAR_M:.0f} m away: it is to be metres in the camera's frame"
    left, top, right, bottom = values[3:7]
    if right < left or bottom < top:
        return "a rectangle whose right or lower side comes first"
    return ""


RULES = folder_rules(
    FolderRule("calibration", "Frame or sequence without a calibration", "error",
               "Boxes are in the camera's frame: without a calibration nobody can bring them to the points.",
               calibrations),
    FolderRule("cut-cloud", "Cloud that was cut off", "error",
               "A point is four floats; readers fail on a file that is no whole number of them.", cut_clouds),
    FolderRule("unpaired", "Files that have no partner", "warning",
               "Loaders go by one list of names and expect a file of each kind under every one.", unpaired),
    FolderRule("columns", "Label rows that are too short or too long", "error",
               "A label has fifteen values, and a sixteenth if it has a score.", short_rows),
    FolderRule("label-value", "Values that a label cannot have", "error",
               "Sides are height, width, length in metres and turns are radians; others break training unseen.",
               odd_numbers),
    FolderRule("frame-beyond", "Labels of frames that are not there", "error",
               "A label of a frame without data cannot be used, and often means that all frames are shifted.",
               frames_beyond),
)  # fmt: skip
