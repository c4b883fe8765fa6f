"""Reading a nuScenes-like folder: tables into scenes and labels."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Literal

from lidar_label.datasets.base import Dataset
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.nuscenes.audit import faults
from lidar_label.datasets.nuscenes.folder import data_root, tables_of
from lidar_label.datasets.nuscenes.labels import Annotations, read_annotations, scene_labels
from lidar_label.datasets.nuscenes.records import SampleRow, SceneRow
from lidar_label.datasets.nuscenes.scenes import NO_ORIGIN, Origin, Recordings, SceneBuilder
from lidar_label.datasets.nuscenes.tables import LABEL_TABLES, Tables
from lidar_label.errors import BrokenReference, InvalidValue, UnreadableFile
from lidar_label.model import Attribute, Category, Labels, Scene, Taxonomy, Visibility

_FAR_M = 100_000.0
_SHOWN, _COLUMNS_SHOWN = 5, 30


class NuScenesDataset(Dataset):
    """A folder of nuScenes tables (any version name; also Lyft's, T4's, TruckScenes').

    Parameters
    ----------
    path : Path
    format : str
        Name of the format that it is opened as.
    fields : tuple of str
        What the values of a point in a .bin are, where a person said; else the five of nuScenes.
    leave_out : bool
        Whether rows that name rows which are not there are left out; else they are an error.

    Raises
    ------
    MissingFile, UnreadableFile, BrokenReference
        If the tables are not whole. The message names the first fault, its hint counts all there are.
    """

    own_tokens = True

    def __init__(
        self,
        path: Path,
        *,
        format: str = "nuscenes",  # noqa: A002
        fields: tuple[str, ...] = (),
        leave_out: bool = False,
    ) -> None:
        super().__init__(format, path, Taxonomy())
        # "." and ".." have no parent by name, and the data may lie beside the tables.
        self._place = path.resolve() if path.name in ("", "..") else path
        self._tables = Tables(tables_of(self._place), self._note, leave_out=leave_out)
        self._fields, self._leave_out = fields, leave_out
        self._lock = threading.RLock()
        self._recordings: Recordings | None = None
        self._annotations: Annotations | None = None
        with self._all_faults():
            self._samples = self._tables.samples()
            self._logs = self._tables.logs()
            self._calibrations = self._tables.calibrations()
            self._categories = self._tables.named("category")
            self._attributes = self._tables.named("attribute")
            self._visibilities = self._tables.named("visibility")
            self.taxonomy = self._make_taxonomy()
            self._scenes = self._name_scenes(self._tables.scenes())
            self._samples_of = self._order_samples()
            self._note_what_is_not_read()

    @contextmanager
    def _all_faults(self) -> Iterator[None]:
        """Have an error of the tables say, beside the first fault, what else is wrong with them."""
        try:
            yield
        except (BrokenReference, UnreadableFile) as error:
            found = faults(self._place, self._tables.folder)
            found += [f.message for f in self.findings if f.severity == "warning" and f.code != "no-labels"]
            hint = error.hint
            if len(found) > 1:
                hint = "; ".join(filter(None, [hint, f"all that is wrong: {'; '.join(found)}"]))
            if isinstance(error, BrokenReference):
                hint = "; ".join(filter(None, [hint, "--assume broken_rows=leave-out opens the rest"]))
            raise type(error)(error.what, where=error.where, hint=hint) from None

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The names of its scenes, in natural order."""
        return tuple(sorted(self._scenes, key=natural_key))

    def scene(self, name: str) -> Scene:
        """Return a scene; the first one reads sample_data.json and ego_pose.json.

        Raises
        ------
        BrokenReference, UnreadableFile, UnsafePath
            If the tables contradict themselves; the message names table, row and key.
        """
        self.check_name(name)
        with self._all_faults():
            return self._scene(name, self._scenes[name], self._samples_of[name])

    def _scene(self, name: str, row: SceneRow, samples: list[SampleRow]) -> Scene:
        recordings = self._load_recordings()
        origin = self._origin(name, recordings)
        if origin != NO_ORIGIN:
            message = "the world lies far out and is moved by ({:.0f}, {:.0f}, {:.0f}) m; an export moves it back"
            self.find("info", "moved-origin", message.format(*(-v for v in origin)), name)
        builder = SceneBuilder(recordings, self._calibrations, origin, name, self._note)
        frames = [builder.frame(index, sample) for index, sample in enumerate(samples)]
        self._check_chain(name, row, samples)
        return builder.scene(frames, row.description, self._logs.get(row.log, {}), row.token)

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene; the first one reads sample_annotation.json."""
        self.check_name(name)
        if not all(self._tables.has(table) for table in LABEL_TABLES):
            return Labels()
        frames = {sample.token: index for index, sample in enumerate(self._samples_of[name])}
        with self._all_faults(), self._lock:
            origin = self._origin(name, self._load_recordings())
            if self._annotations is None:
                names = (self._categories, self._attributes, self._visibilities)
                self._annotations = read_annotations(self._tables, self._samples, *names)
                self._note_columns()
            return scene_labels(self._annotations, self._scenes[name].token, frames, origin)

    def _load_recordings(self) -> Recordings:
        with self._lock:
            if self._recordings is None:
                poses = self._tables.poses()
                if not poses.index:
                    message = "ego_pose.json is empty: the vehicle is taken to stand still at the world's origin"
                    self.find("warning", "no-ego-poses", message, poses.path)
                by_sample = self._tables.sample_data(self._samples, self._calibrations, poses.index)
                names = [row.filename for rows in list(by_sample.values())[:3] for row in rows][:40]
                root = data_root(self._place, self._tables.folder, names)
                self._recordings = Recordings(
                    by_sample, poses, root, self._tables.path("sample_data"), self._tables.lidarseg(), self._fields
                )
                self._note_columns()
            return self._recordings

    def _origin(self, name: str, recordings: Recordings) -> Origin:
        """Return what to take off the world: nothing, unless it is so far out that float32 would suffer."""
        poses = recordings.poses
        for sample in self._samples_of[name]:
            for row in recordings.by_sample[sample.token]:
                if row.pose in poses.index:
                    x, y, z = poses.numbers[poses.index[row.pose], 4:].tolist()
                    if max(abs(x), abs(y), abs(z)) <= _FAR_M:
                        return NO_ORIGIN
                    return (round(x, -3), round(y, -3), round(z, -3))
        return NO_ORIGIN

    def _make_taxonomy(self) -> Taxonomy:
        rows = list(self._categories.values())
        if all(row.index is not None for row in rows):
            rows.sort(key=lambda row: row.index or 0)
        try:
            return Taxonomy(
                [Category(name=row.name, description=row.description, token=row.token) for row in rows],
                [
                    Attribute(name=row.name, description=row.description, token=row.token)
                    for row in self._attributes.values()
                ],
                [
                    Visibility(token=row.token, level=row.name, description=row.description)
                    for row in self._visibilities.values()
                ],
            )
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=self._tables.folder) from None

    def _name_scenes(self, rows: dict[str, SceneRow]) -> dict[str, SceneRow]:
        """Return the scenes by name, each name made unique, and check the logs they name."""
        if not rows:
            raise UnreadableFile("the table has no scene", where=self._tables.path("scene"))
        counts = Counter(row.name for row in rows.values())
        named: dict[str, SceneRow] = {}
        for row in rows.values():
            if self._tables.has("log") and row.log and row.log not in self._logs and not self._leave_out:
                raise BrokenReference(f"log_token names {row.log!r}, which is not in log.json", where=row.row)
            name = row.name if counts[row.name] == 1 else f"{row.name} ({row.token[:8]})"
            if name in named:
                raise UnreadableFile(f"two scenes are called {name!r}", where=row.row)
            named[name] = row
        return named

    def _order_samples(self) -> dict[str, list[SampleRow]]:
        """Return the samples of each scene by time."""
        names = {row.token: name for name, row in self._scenes.items()}
        ordered: dict[str, list[SampleRow]] = {name: [] for name in self._scenes}
        for number, sample in enumerate(self._samples.values()):
            if sample.scene not in names and self._leave_out:
                self._tables.left_out["sample", "scene_token", "scene"] += 1
                continue
            if sample.scene not in names:
                raise BrokenReference(
                    f"scene_token names {sample.scene}, which is not in scene.json",
                    where=f"{self._tables.path('sample')}, row {number}",
                )
            ordered[names[sample.scene]].append(sample)
        for name, samples in ordered.items():
            samples.sort(key=lambda sample: sample.timestamp_ns)
            for first, second in pairwise(samples):
                if first.timestamp_ns == second.timestamp_ns:
                    raise UnreadableFile(
                        f"samples {first.token} and {second.token} of {name} have the same time",
                        where=self._tables.path("sample"),
                    )
        return ordered

    def _check_chain(self, name: str, row: SceneRow, samples: list[SampleRow]) -> None:
        """Compare prev and next with the order in time, which is the one that is used."""
        tokens = ["", *(sample.token for sample in samples), ""]
        wrong = sum(
            (sample.prev, sample.next) != (tokens[index], tokens[index + 2]) for index, sample in enumerate(samples)
        )
        if wrong:
            message = f"prev and next of {wrong} of {len(samples)} samples do not follow their times; times are used"
            self.find("warning", "sample-chain", message, name)
        if row.samples not in (-1, len(samples)):
            message = f"the scene is said to have {row.samples} samples and has {len(samples)}"
            self.find("warning", "sample-count", message, name)

    def _note_what_is_not_read(self) -> None:
        for table in LABEL_TABLES:
            if not self._tables.has(table):
                message = f"{table}.json is not there, so there are no labels"
                self.find("warning", "no-labels", message, self._tables.folder)
        extra = self._tables.extra()
        if extra:
            self.find("info", "tables-not-read", f"these tables are not read: {', '.join(extra)}", self._tables.folder)
        maps = sorted({name for name in self._tables.maps() if name})
        if maps:
            shown = ", ".join(maps[:_SHOWN]) + (", ..." if len(maps) > _SHOWN else "")
            self.find("info", "maps-not-read", f"{len(maps)} maps are not read: {shown}", self._tables.path("map"))
        if (self._place / "input_bag").is_dir():
            self.find("info", "not-read", "the recording in input_bag is not read", self._place / "input_bag")

    def _note_columns(self) -> None:
        """Say which columns were met that nobody reads, and what was left out; once all tables of a kind are read."""
        self._tables.tell_left_out()
        columns = [name[:60] for name in self._tables.columns_not_read()]
        if columns:
            shown = ", ".join(columns[:_COLUMNS_SHOWN]) + (", ..." if len(columns) > _COLUMNS_SHOWN else "")
            self.find("info", "columns-not-read", f"these columns are not read: {shown}", self._tables.folder)

    def _note(self, severity: Literal["info", "warning"], code: str, message: str, where: object = "") -> None:
        self.find(severity, code, message, where or self._tables.folder)
