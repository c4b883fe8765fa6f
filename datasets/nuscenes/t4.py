"""The T4 format of TIER IV: nuScenes' tables in ``annotation``, files in ``data``, one scene a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Drive, ReadOptions, WriteOptions
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.names import unique_names
from lidar_label.datasets.nuscenes.folder import holds_tables
from lidar_label.datasets.nuscenes.format import NuScenes
from lidar_label.errors import MissingFile
from lidar_label.model import Finding, Labels, Scene, Taxonomy

_TABLES, _DATA = "annotation", "data"
_LOOK_AT_MOST = 2000


class T4(NuScenes):
    """A T4 data set, or a folder of them."""

    name = "t4"
    title = "T4 (TIER IV)"
    holds = replace(
        NuScenes.holds,
        scores=True,
        note="one folder a scene; times are whole microseconds; of a point x, y, z, intensity and ring are kept; "
        "a box with a score counts as a model's; the map is empty",
    )

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a data set or holds some."""
        return bool(_datasets(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a data set or a folder of them; see `T4Dataset`."""
        return T4Dataset(path, fields=options.fields, leave_out=self.assumed(options, "broken_rows") == "leave-out")

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write each scene as a data set of its own, in a folder of its name."""
        from lidar_label.datasets.nuscenes.dialect import T4Dialect
        from lidar_label.datasets.nuscenes.writer import write_nuscenes

        names = unique_names([drive.scene.name for drive in drives])
        found: list[Finding] = []
        for drive in drives:
            target = folder / names[drive.scene.name]
            (target / _DATA).mkdir(parents=True)
            found += write_nuscenes(target, [drive], taxonomy, options, T4Dialect())
        return found

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Bring the scenes' folders together."""
        from lidar_label.datasets.joining import join_trees

        join_trees(parts, folder)
        return []

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these tables will trip over, data set by data set."""
        for folder in _datasets(path):
            yield from super().sanity(folder)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives T4 cannot hold: what nuScenes cannot, but scores."""
        from lidar_label.datasets.nuscenes.dialect import T4_LEVELS

        found = [finding for finding in super().losses(drives) if finding.code != "scores"]
        for drive in drives:
            if any(box.visibility for box in drive.labels.boxes()):
                said = ", ".join(f"{old} is {new}" for old, new in T4_LEVELS.items())
                text = f"levels of visibility have T4's words: {said}"
                found.append(Finding("info", "visibility-words", text, drive.scene.name))
        return found


def _datasets(path: Path, *, first: bool = False) -> list[Path]:
    """Return the data sets at `path`: itself, its children, or the versions of its children."""
    if _is_one(path):
        return [path]
    found: list[Path] = []
    if not path.is_dir():
        return found
    for child in islice(path.iterdir(), _LOOK_AT_MOST):
        if child.name.startswith(".") or not child.is_dir():
            continue
        if _is_one(child):
            found.append(child)
        else:
            found += [inner for inner in islice(child.iterdir(), 20) if inner.name.isdigit() and _is_one(inner)]
        if first and found:
            break
    return sorted(found, key=lambda folder: natural_key(str(folder.relative_to(path))))


def _is_one(path: Path) -> bool:
    return holds_tables(path / _TABLES) and (path / _DATA).is_dir()


class T4Dataset(Dataset):
    """The scenes of one or more T4 data sets; categories of one name are one.

    Raises
    ------
    MissingFile
        If there is no data set.
    """

    own_tokens = True

    def __init__(self, path: Path, *, fields: tuple[str, ...] = (), leave_out: bool = False) -> None:
        from lidar_label.datasets.nuscenes.reader import NuScenesDataset

        super().__init__(T4.name, path, Taxonomy())
        folders = _datasets(path)
        if not folders:
            hint = f"{_TABLES}/*.json and {_DATA}/ are expected"
            raise MissingFile("there is no T4 data set", where=path, hint=hint)
        self._scenes: dict[str, tuple[NuScenesDataset, str]] = {}
        parts: list[NuScenesDataset] = []
        for folder in folders:
            part = NuScenesDataset(folder, format=self.format, fields=fields, leave_out=leave_out)
            parts.append(part)
            for name in part.scene_names:
                unique = name if name not in self._scenes else f"{name} ({folder.relative_to(path)})"
                self._scenes[unique] = (part, name)
            self._take_findings(part)
        self.taxonomy, self._levels = _merged([part.taxonomy for part in parts])

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The names of its scenes, in natural order."""
        return tuple(sorted(self._scenes, key=natural_key))

    def scene(self, name: str) -> Scene:
        """Return a scene; see `NuScenesDataset.scene`."""
        self.check_name(name)
        part, inner = self._scenes[name]
        scene = part.scene(inner)
        self._take_findings(part)
        return scene if inner == name else replace(scene, name=name)

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene."""
        self.check_name(name)
        part, inner = self._scenes[name]
        labels = part.labels(inner)
        self._take_findings(part)
        boxes = [replace(box, visibility=self._levels.get(box.visibility, box.visibility)) for box in labels.boxes()]
        return Labels(labels.tracks, boxes)

    def _take_findings(self, part: Dataset) -> None:
        for finding in part.findings:
            if finding not in self.findings:
                self.findings.append(finding)


def _merged(taxonomies: Sequence[Taxonomy]) -> tuple[Taxonomy, dict[str, str]]:
    """Return one taxonomy, the first of a name standing, and the token that each level's token became."""
    categories = {c.name: c for taxonomy in reversed(taxonomies) for c in taxonomy.categories}
    attributes = {a.name: a for taxonomy in reversed(taxonomies) for a in taxonomy.attributes}
    by_level = {v.level: v for taxonomy in reversed(taxonomies) for v in taxonomy.visibilities}
    kept = {v.token: v for v in by_level.values()}
    if len(taxonomies) == 1:
        return taxonomies[0], {}
    tokens = {v.token: by_level[v.level].token for taxonomy in taxonomies for v in taxonomy.visibilities}
    return Taxonomy(categories.values(), attributes.values(), kept.values()), tokens
