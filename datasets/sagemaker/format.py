"""The format of SageMaker Ground Truth's 3D point cloud jobs: what it holds, and its reader and writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.folders import subfolders
from lidar_label.model import Finding, Taxonomy

MANIFEST, SEQUENCE, LABELS = "input.manifest", "sequence.json", "SeqLabel.json"
POINTS, IMAGES = "points", "images"
REVERSED, CLOCKWISE, COUNTER = "reversed", "clockwise", "counter-clockwise"
_OUTPUT = ("manifests", "output")  # where a job leaves its manifest
_SUFFIXES = (".manifest", ".jsonl", ".json")
_HEAD_BYTES = 65_536
_LOOK_AT_MOST = 200
_REFERENCE = re.compile(rb'"source-ref"\s*:\s*"([^"\n]*)"')
_MANIFEST_SIGNS = (b'"source-ref-metadata"', b'"3d-bounding-box"', b"point_cloud")
_SEQUENCE = re.compile(rb'"frames"\s*:\s*\[')
_SEQUENCE_SIGNS = (b'"number-of-frames"', b'"seq-no"', b'"ego-vehicle-pose"')
_PICTURE = re.compile(rb'"frame"\s*:\s*"[^"\n]*\.(jpe?g|png)"', re.IGNORECASE)
_TRACKING = re.compile(rb'"tracking-annotations"\s*:\s*\[')
_LABEL_SIGNS = (b'"center-x"', b'"frame-number"')


class SageMaker(Format):
    """A manifest of frames or sequences with its labels, a sequence, or a label file; or a folder with some."""

    name = "sagemaker"
    title = "Amazon SageMaker Ground Truth 3D"
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
        note="one LiDAR, its points in world as float32 with intensity and colours; times to the microsecond; links to "
        "S3 are looked for among the files beside the manifest; what is written says BUCKET where the bucket's name "
        "belongs; classes painted on points are read and not written; attributes of a track are written on each of "
        "its boxes",
    )
    assumptions = (
        Assumption(
            "yaw", (REVERSED, CLOCKWISE, COUNTER), REVERSED,
            "what a cuboid's yaw says; reversed is half a turn less the heading, as the service documents its output, "
            "counter-clockwise the heading itself, and clockwise its negative",
        ),
        Assumption("points", ("world", "device"), "world", "whether points and cuboids are in world, or the device's"),
        Assumption("labels", (), "", "the label attribute that is read where a line has several; else it is the last"),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is such a file, or a folder with one."""
        return any(kind_of(file) for file in islice(files_at(path, _LOOK_AT_MOST), _LOOK_AT_MOST))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a file or folder; see `SageMakerDataset`."""
        from lidar_label.datasets.sagemaker.reader import SageMakerDataset

        return SageMakerDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a sequence, and a manifest of them; see `write_sagemaker`."""
        from lidar_label.datasets.sagemaker.writer import write_sagemaker

        return write_sagemaker(folder, drives, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these files will trip over; see `lidar_label.datasets.sagemaker.sanity`."""
        from lidar_label.datasets.sagemaker.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.sagemaker.losses import losses

        return losses(self.holds, drives)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one manifest of several; see `join_manifests`."""
        from lidar_label.datasets.sagemaker.writer import join_manifests

        join_manifests(parts, folder)
        return []


def root_of(path: Path) -> Path:
    """Return the folder that nothing is opened outside of: that of a job, where a file is a job's manifest."""
    if not path.is_file():
        return path
    folder = path.resolve().parent
    return folder.parents[1] if folder.parts[-2:] == _OUTPUT else path.parent


def files_at(path: Path, most: int | None = None) -> Iterator[Path]:
    """Yield the files at `path` that may be of a job: itself, those of the folder, and those of its folders.

    With `most`, only so many names of each folder are looked at.
    """
    if path.is_file():
        yield path
        return
    output = path.joinpath("annotations", "consolidated-annotation", "output")
    for folder in (path, path.joinpath(*_OUTPUT), *subfolders(output, most), *subfolders(path, most)):
        children = islice(folder.iterdir(), most) if folder.is_dir() else ()
        yield from (child for child in children if _may_be(child))


def _may_be(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and not path.name.startswith(".") and path.is_file()


def kind_of(path: Path) -> str:
    """Say from its beginning what a file is: a "manifest", a "sequence" of clouds, or "labels" of one; or ""."""
    if not _may_be(path):
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return ""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return ""
    source = _REFERENCE.search(head)
    if source is not None:
        clouds = source[1].lower().endswith(b".json") or any(sign in head for sign in _MANIFEST_SIGNS)
        return "manifest" if clouds else ""
    if _TRACKING.search(head):
        return "labels" if any(sign in head for sign in _LABEL_SIGNS) else ""
    is_sequence = _SEQUENCE.search(head) and any(sign in head for sign in _SEQUENCE_SIGNS)
    return "sequence" if is_sequence and not _PICTURE.search(head) else ""
