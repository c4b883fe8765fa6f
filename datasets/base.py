"""What every format is made of: a Format that reads and writes, and the Dataset that reading gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from lidar_label.datasets.tokens import steady_taxonomy
from lidar_label.errors import BrokenReference, CannotWrite, InvalidValue
from lidar_label.model import SE3, Area, Box, Finding, Labels, Scene, Taxonomy
from lidar_label.model.convention import MEANT
from lidar_label.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What a format can hold; the rest is lost on the way in, and said so.

    `rotation` is "yaw" where a box turns about one axis only, "full" where it turns freely.
    `point_fields` means that a point keeps every field it has, `point_times` its own time,
    `point_classes` the class (and instance) painted on it, `areas` polygons on the ground. `note`
    says what else a person should know before choosing it.
    """

    boxes: bool = True
    tracks: bool = False
    rotation: Literal["yaw", "full"] = "yaw"
    attributes: bool = False
    visibility: bool = False
    scores: bool = False
    cameras: bool = False
    poses: bool = False
    timestamps: bool = False
    sweeps_between: bool = False
    point_fields: bool = False
    point_times: bool = False
    point_classes: bool = False
    areas: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A convention that a format leaves open: what can be meant, and what is taken unless told.

    `choices` is empty where any text will do (the name of a topic). `meaning` says in one sentence
    what it decides. ``--assume KEY=VALUE`` sets it.
    """

    key: str
    choices: tuple[str, ...]
    default: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What a person may tell a reader.

    `fields` names the values of a point where a raw file does not say them: ``x, y, z, intensity``.
    `assume` chooses among a format's `Assumption`s, by key; ``meant`` says of any format what is meant otherwise than
    it is read, as a `Convention` writes it.
    """

    fields: tuple[str, ...] = ()
    assume: Mapping[str, str] = field(default_factory=dict)

    def checked(self, chosen: Format) -> ReadOptions:
        """Return these options; raise `InvalidValue` for a key or a choice that the format has not."""
        known = {item.key: item for item in chosen.assumptions}
        for key, value in self.assume.items():
            if key == MEANT:
                continue  # of any format
            if key not in known:
                hint = f"it has {', '.join(known)}" if known else "it leaves nothing open"
                raise InvalidValue(f"{chosen.title} has no assumption {key!r}", hint=hint)
            if known[key].choices and value not in known[key].choices:
                raise InvalidValue(f"{key} cannot be {value!r}", hint=f"one of {', '.join(known[key].choices)}")
        if self.fields and not chosen.takes_fields:
            raise InvalidValue(
                f"the files of {chosen.title} say themselves what a point holds", hint="leave out the fields"
            )
        return self


NO_OPTIONS = ReadOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """One scene with its labels: what a writer is given.

    `classes` is what the numbers in the field ``semantic_class`` of its sweeps mean: a category each, 0 is none. It is
    empty where nobody gave points classes. `areas` are the polygons on the ground that the drive keeps.
    """

    scene: Scene
    labels: Labels
    classes: Mapping[int, str] = field(default_factory=dict)
    areas: Sequence[Area] = ()


class Dataset(ABC):
    """A folder (or file) of a known format: it knows its scenes and has loaded none of their data.

    Attributes
    ----------
    format : str
        Name of its `Format`.
    path : Path
        What was opened.
    taxonomy : Taxonomy
        The categories, attributes and visibility levels its labels use. Their tokens follow from
        their names, unless the format has tokens of its own (`own_tokens`).
    findings : list of Finding
        What a person should know of this data: what was assumed, what is missing or ignored.
        Reading a scene or its labels may add to it.
    """

    own_tokens: ClassVar[bool] = False

    def __init__(self, format: str, path: Path, taxonomy: Taxonomy) -> None:  # noqa: A002
        self.format = format
        self.path = path
        self.taxonomy = taxonomy
        self.findings: list[Finding] = []

    @property
    def taxonomy(self) -> Taxonomy:
        """The categories, attributes and visibility levels its labels use."""
        return self._taxonomy

    @taxonomy.setter
    def taxonomy(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy if self.own_tokens else steady_taxonomy(taxonomy)

    @property
    @abstractmethod
    def scene_names(self) -> tuple[str, ...]:
        """The names of its scenes, in natural order; each is unique."""

    @abstractmethod
    def scene(self, name: str) -> Scene:
        """Return a scene without loading any sensor data; raise `BrokenReference` for a wrong name."""

    @abstractmethod
    def labels(self, name: str) -> Labels:
        """Return the labels of a scene; empty where it has none."""

    def find(self, severity: Literal["info", "warning", "error"], code: str, message: str, where: object = "") -> None:
        """Note a finding once."""
        finding = Finding(severity, code, message, str(where))
        if finding not in self.findings:
            self.findings.append(finding)

    def check_name(self, name: str) -> None:
        """Raise `BrokenReference` if there is no scene of this name."""
        if name not in self.scene_names:
            known = ", ".join(self.scene_names[:5]) + (", ..." if len(self.scene_names) > 5 else "")
            raise BrokenReference(f"there is no scene {name!r}", where=self.path, hint=f"it has {known or 'none'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """What a person may ask of a writer.

    `jobs` is the number of sensor files written at once. `version` is the name of the tables'
    folder in nuScenes-like formats. `source` is the data set the drives come from, where there is
    one: nothing is ever written inside it.
    """

    jobs: int = 1
    version: str = "v1.0-mini"
    source: Path | None = None
    progress: Progress = field(default_factory=Progress)


class Format(ABC):
    """A format as one object: its name, what it can hold, how to read it and how to write it.

    What was written is read back and compared before it gets its name. A box's centre and size may
    then be off by `precision_m` metres and its heading by `precision_rad` radians, which is above
    the default only where the format itself rounds. `merges_scenes` is True where the format has
    no scenes, so that those written come back as one. `splits_tracks` is True where the format cuts
    a track that it cannot hold in one piece, so that more tracks may come back. `assumptions` lists
    the conventions that it leaves open; `takes_fields` is True where its files may not name the
    values of a point, and a person may.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    holds: ClassVar[Holds]
    tried_on: ClassVar[str] = "real files"
    writes: ClassVar[bool] = True
    precision_m: ClassVar[float] = 1e-6
    precision_rad: ClassVar[float] = 1e-6
    merges_scenes: ClassVar[bool] = False
    splits_tracks: ClassVar[bool] = False
    assumptions: ClassVar[tuple[Assumption, ...]] = ()
    takes_fields: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Say from names and first bytes alone whether `path` looks like this format."""

    def assumed(self, options: ReadOptions, key: str) -> str:
        """Return what is taken for one of the format's assumptions."""
        default = next(item.default for item in self.assumptions if item.key == key)
        return options.assume.get(key, default)

    @abstractmethod
    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open `path` without loading sensor data.

        A convention that the files do not state is taken from `assumed`, and said in a finding
        with the code ``assumed``.

        Raises
        ------
        MissingFile, UnreadableFile, BrokenReference, UnsafePath
            If it is not what the format promises.
        """

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,
        options: WriteOptions,
    ) -> list[Finding] | None:
        """Write drives into an existing, empty folder. Call `write_dataset` instead.

        Returns
        -------
        list of Finding or None
            What turned up while writing that `losses` could not know, such as absent files.

        Raises
        ------
        CannotWrite
            If the format cannot be written, or these drives do not fit it.
        """
        raise CannotWrite(f"{self.title} can be read but not written", hint="see: lidar-label formats")

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold, before anything is written."""
        return []

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one data set out of several of this format, in an existing, empty folder.

        The scenes of a batch are written one by one and joined at the end. The parts, each as `write` (or an earlier
        `join`) made it, are left as they are: files are linked where the disk can, else copied. This suits a format
        that gives each scene a folder of its own, and files that are the same for all; one that numbers scenes or
        frames, or has tables over all scenes, joins in its own way.

        Returns
        -------
        list of Finding
            What had to be renamed; `where` is the part.

        Raises
        ------
        CannotWrite
            If two parts have different files, or rows, for one place.
        """
        from lidar_label.datasets.joining import join_trees

        join_trees(parts, folder)
        return []

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what is wrong with a folder of this format as it lies there, in the words of its files.

        It is asked before the folder is read, so that one that cannot be read is told all that is wrong with it.
        """
        yield from ()

    def comparable_pose(self, scene: Scene, box: Box) -> SE3:
        """Return the pose of a box in the frame in which this format keeps it.

        The source's own world where the format keeps poses; else the main LiDAR's frame. A format that keeps boxes
        in another frame (a camera's) overrides this.
        """
        if self.holds.poses:
            pose = box.world_SE3_box
            return SE3(pose.dst, pose.src, pose.rotation, pose.translation + scene.origin)
        return scene.lidar_SE3_box(box)
