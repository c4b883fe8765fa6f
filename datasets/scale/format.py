"""The Scale LiDAR annotation format: what it holds, how its files look, and its reader and writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.folders import find_drives
from lidar_label.model import Finding, Taxonomy

ANNOTATIONS, FRAMES, IMAGES = "annotations.json", "frames", "images"
_HEAD_BYTES = 65_536
_LOOK_AT_MOST = 50
_CUBOIDS = re.compile(rb'"cuboids"\s*:\s*\[')
_WRAPPED = re.compile(rb'(\xef\xbb\xbf)?\s*(\[|\{\s*"(response|annotations|frames)"\s*:)')
_TASK = re.compile(rb'"attachments"\s*:\s*\[')
_FRAME = re.compile(rb'(\xef\xbb\xbf)?\s*\{(\s*"points"\s*:\s*\[\s*\{|.*"device_(position|heading)"\s*:)', re.DOTALL)
_CAMERAS = re.compile(rb'(\xef\xbb\xbf)?\s*\{(?=.*"image_url"\s*:)(?=.*"fx"\s*:)', re.DOTALL)


class Scale(Format):
    """A response of a LiDAR annotation task, alone or beside the frames that were sent; or a folder of such scenes."""

    name = "scale"
    title = "Scale AI LiDAR annotation"
    tried_on = "made-up files"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        visibility=True,
        scores=True,
        cameras=True,
        poses=True,
        timestamps=True,
        point_times=True,
        note="one LiDAR, its points as JSON in world with intensity and time alone, those without a return left out; "
        "attributes of a track are written on each of its boxes; of a response alone, labels and frames are read",
    )
    assumptions = (
        Assumption(
            "heading", ("+y", "+x"), "+y",
            "which side of a cuboid is its front; +y is the tool's own, with x its width and y its length",
        ),
        Assumption(
            "points", ("world", "device"), "world", "whether points are in world, as the tool wants, or the device's"
        ),
        Assumption(
            "time_unit", ("auto", "s", "ms", "us", "ns"), "auto", "the unit of times; auto goes by how large they are"
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is such a file, a folder with some, or holds such folders."""
        return bool(scenes_at(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a file or folder; see `ScaleDataset`."""
        from lidar_label.datasets.scale.reader import ScaleDataset

        return ScaleDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a folder; see `write_scale`."""
        from lidar_label.datasets.scale.writer import write_scale

        return write_scale(folder, drives, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these files will trip over; see `lidar_label.datasets.scale.sanity`."""
        from lidar_label.datasets.scale.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.scale.losses import losses

        return losses(self.holds, drives)


@dataclass(frozen=True, slots=True)
class SceneFiles:
    """The files of one scene beneath its folder: one response, or one for each frame; and the frames, if any.

    `task` is the request that names the frames in their order.
    """

    folder: Path
    whole: Path | None
    by_frame: tuple[Path, ...]
    frames: tuple[Path, ...]
    task: Path | None = None

    @property
    def first(self) -> Path:
        """The file that stands for all in messages."""
        return self.whole or (*self.by_frame, *self.frames)[0]


def scenes_at(path: Path, *, first: bool = False) -> dict[str, SceneFiles]:
    """Return the scenes at `path` by name: of a file, its folder, or the folders in it; with `first`, one at most."""
    if path.is_file():
        return _scene_of_file(path)
    found: dict[str, SceneFiles] = {}
    for name, folder in find_drives(path, _has_scene, first=first).items():
        scenes = _scenes_of(folder, _json_files(folder))
        for stem, files in scenes.items():
            plain = stem if folder == path else f"{name}/{stem}"
            found[name if len(scenes) == 1 else plain] = files
    return found


def _scenes_of(folder: Path, files: Sequence[Path]) -> dict[str, SceneFiles]:
    """Return the scenes that JSON files of one folder make."""
    kinds = {file: _kind(file) for file in files}
    whole = [file for file, kind in kinds.items() if kind == "whole"]
    if len(whole) > 1:
        return {file.stem: SceneFiles(folder, file, (), ()) for file in whole}
    by_frame = tuple(file for file, kind in kinds.items() if kind == "cuboids")
    frames = tuple(file for file, kind in kinds.items() if kind == "frame")
    task = next((file for file, kind in kinds.items() if kind == "task"), None)
    if (whole or by_frame) and not frames:
        frames = _beneath(folder)
    if whole:
        return {whole[0].stem: SceneFiles(folder, whole[0], (), frames, task)}
    if not by_frame and not frames:
        frames = _beneath(folder)
    return {folder.resolve().name: SceneFiles(folder, None, by_frame, frames, task)} if by_frame or frames else {}


def _scene_of_file(path: Path) -> dict[str, SceneFiles]:
    """Return the scene of one file: a response beside the frames in its folder, or a single frame."""
    kind = _kind(path)
    if kind == "whole":
        name = path.resolve().parent.name if path.name == ANNOTATIONS else path.stem
        return {name: SceneFiles(path.parent, path, (), _beneath(path.parent))}
    if kind not in ("cuboids", "frame"):
        return {}
    return {path.stem: SceneFiles(path.parent, None, *(((path,), ()) if kind == "cuboids" else ((), (path,))))}


def _beneath(folder: Path) -> tuple[Path, ...]:
    return tuple(file for file in _json_files(folder / FRAMES) if _kind(file) == "frame")


def _has_scene(folder: Path) -> bool:
    """Say whether a folder has a file that begins like one of ours; only so many are looked into."""
    for place in (folder, folder / FRAMES):
        if place.is_dir():
            names = (child for child in islice(place.iterdir(), 10 * _LOOK_AT_MOST) if child.suffix.lower() == ".json")
            if any(_kind(child) not in ("", "task") for child in islice(names, _LOOK_AT_MOST)):
                return True
    return False


def _json_files(folder: Path) -> list[Path]:
    found = [p for p in folder.iterdir() if p.suffix.lower() == ".json"] if folder.is_dir() else []
    return sorted(found, key=lambda path: natural_key(path.name))


def _kind(path: Path) -> str:
    """Say from its beginning what a file is: a "whole" response, "cuboids" of one frame, a "frame", a "task"; or ""."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return ""
    if _CUBOIDS.search(head):
        return "whole" if _WRAPPED.match(head) else "cuboids"
    if _FRAME.match(head) or _CAMERAS.match(head):
        return "frame"
    return "task" if _TASK.search(head) else ""
