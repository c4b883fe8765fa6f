"""The tables of a nuScenes-like folder: one class a table, each row checked, each reference followed."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar, get_args

import numpy as np

from lidar_label.datasets.nuscenes.rows import Row, read_rows
from lidar_label.errors import BrokenReference, InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Floats, Kind

NEEDED = ("scene", "sample", "sample_data", "calibrated_sensor", "sensor", "ego_pose")
LABEL_TABLES = ("category", "instance", "sample_annotation")
KNOWN = (*NEEDED, *LABEL_TABLES, "attribute", "visibility", "log", "map")

# Microseconds since 1970 stay below this for another three thousand years; nanoseconds are above it.
_NANOSECONDS_FROM = 1e17

Note = Callable[[Literal["info", "warning"], str, str], None]


class Tokened(Protocol):
    """A row that others refer to."""

    @property
    def token(self) -> str:
        """What they refer to it by."""


T = TypeVar("T", bound=Tokened)


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One row of scene.json, with what its log says."""

    token: str
    name: str
    description: str
    log: str
    samples: int
    first: str
    last: str
    row: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of sample.json."""

    token: str
    scene: str
    timestamp_ns: int
    prev: str
    next: str


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of sample_data.json: a file of a sensor."""

    token: str
    sample: str
    pose: str
    calibration: str
    filename: str
    timestamp_ns: int
    is_key: bool
    width: int
    height: int
    number: int


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One row of sensor.json; `kind` is None for a modality that is neither lidar, camera nor radar."""

    token: str
    channel: str
    kind: Kind | None
    modality: str


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One row of calibrated_sensor.json; `matrix` is empty for what is no calibrated camera."""

    token: str
    sensor: SensorRow
    ego_SE3_sensor: SE3
    matrix: list[list[float]]
    distortion: tuple[float, ...]
    row: str


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row of category.json, attribute.json or visibility.json."""

    token: str
    name: str
    description: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One row of instance.json. T4 gives it a name."""

    token: str
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class AnnotationRow:
    """One row of sample_annotation.json; `numbers` is translation (3), size (3) and rotation (4)."""

    token: str
    sample: str
    instance: str
    visibility: str
    attributes: tuple[str, ...]
    numbers: array[float]
    next: str
    num_lidar_pts: int
    num_radar_pts: int
    number: int


@dataclass(slots=True)
class Poses:
    """Every row of ego_pose.json as numbers: millions of them would not fit as objects."""

    path: Path
    index: dict[str, int] = field(default_factory=dict)
    numbers: Floats = field(default_factory=lambda: np.empty((0, 7)))

    def world_SE3_ego(self, token: str, origin: tuple[float, float, float]) -> SE3:
        """Return a pose less the origin; the token must exist."""
        number = self.index[token]
        try:
            return SE3("world", "ego", self.numbers[number, :4], self.numbers[number, 4:] - origin)
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=f"{self.path}, row {number}") from None


class Tables:
    """The tables of one version folder, read when they are asked for.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    note : callable(severity, code, message)
        Told what is unusual about them.
    """

    def __init__(self, folder: Path, note: Note) -> None:
        self.folder = folder
        self.note = note
        for table in NEEDED:
            if not self.has(table):
                raise MissingFile(
                    f"the table {table}.json is not there",
                    where=folder,
                    hint=f"a drive needs {', '.join(name + '.json' for name in NEEDED)}",
                )

    def path(self, table: str) -> Path:
        """Return where a table is, or would be."""
        return self.folder / f"{table}.json"

    def has(self, table: str) -> bool:
        """Say whether a table is there."""
        return self.path(table).is_file()

    def scenes(self) -> dict[str, SceneRow]:
        """Read scene.json."""
        return self._read("scene", _scene)

    def samples(self) -> dict[str, SampleRow]:
        """Read sample.json."""
        return self._read("sample", lambda row: _sample(row, self._time(row)))

    def sample_data(self, samples: dict[str, SampleRow], posed: bool) -> dict[str, list[DataRow]]:
        """Read sample_data.json, grouped by the token of the sample each row belongs to.

        Raises
        ------
        BrokenReference
            If a row names a sample that is not there.
        """
        grouped: dict[str, list[DataRow]] = {token: [] for token in samples}
        seen: set[str] = set()
        for row in read_rows(self.path("sample_data")):
            sample = row.token("sample_token")
            if sample not in samples:
                raise _broken(row, "sample_token", sample, "sample")
            token = row.token()
            if token in seen:
                raise UnreadableFile(f"two rows have the token {token}", where=row.where)
            seen.add(token)
            pose = row.token("ego_pose_token") if posed else ""
            calibration = row.token("calibrated_sensor_token")
            grouped[sample].append(
                DataRow(
                    token=token,
                    sample=samples[sample].token,
                    pose=token if pose == token else pose,
                    calibration=sys.intern(calibration),  # kept once, not a million times
                    filename=row.text("filename"),
                    timestamp_ns=self._time(row),
                    is_key=row.flag("is_key_frame"),
                    width=row.whole("width", 0),
                    height=row.whole("height", 0),
                    number=row.number,
                )
            )
        return grouped

    def poses(self) -> Poses:
        """Read ego_pose.json."""
        found = Poses(self.path("ego_pose"))
        numbers: list[tuple[float, ...]] = []
        blocks: list[Floats] = []
        for row in read_rows(found.path):
            token = row.token()
            if token in found.index:
                raise UnreadableFile(f"two rows have the token {token}", where=row.where)
            found.index[token] = row.number
            numbers.append((*self._rotation(row), *row.numbers("translation", 3)))
            if len(numbers) == 100_000:
                blocks.append(np.array(numbers))
                numbers.clear()
        found.numbers = np.concatenate([*blocks, np.array(numbers).reshape(-1, 7)])
        return found

    def calibrations(self) -> dict[str, CalibrationRow]:
        """Read sensor.json and calibrated_sensor.json."""
        sensors = self._read("sensor", _sensor)

        def make(row: Row) -> CalibrationRow:
            sensor = sensors.get(row.token("sensor_token"))
            if sensor is None:
                raise _broken(row, "sensor_token", row.token("sensor_token"), "sensor")
            try:
                mounting = SE3("ego", sensor.channel, self._rotation(row), row.numbers("translation", 3))
            except InvalidValue as error:
                raise UnreadableFile(error.what, where=row.where) from None
            matrix = row.matrix("camera_intrinsic")
            distortion = tuple(row.list_of_numbers("camera_distortion"))
            return CalibrationRow(row.token(), sensor, mounting, matrix, distortion, row.where)

        return self._read("calibrated_sensor", make)

    def logs(self) -> dict[str, dict[str, str]]:
        """Read log.json: what each log says of itself, by token. T4 writes data_captured."""
        found: dict[str, dict[str, str]] = {}
        for row in read_rows(self.path("log")) if self.has("log") else ():
            log = {key: row.text(key, "") for key in ("logfile", "vehicle", "date_captured", "location")}
            log["date_captured"] = log["date_captured"] or row.text("data_captured", "")
            found[row.token()] = {key: value for key, value in log.items() if value}
        return found

    def named(self, table: Literal["category", "attribute", "visibility"]) -> dict[str, NamedRow]:
        """Read one of the three tables of names; none where it is absent."""
        key = "level" if table == "visibility" else "name"

        def make(row: Row) -> NamedRow:
            index = row.whole("index", -1)
            return NamedRow(row.token(), row.token(key), row.text("description", ""), None if index < 0 else index)

        return self._read(table, make) if self.has(table) else {}

    def instances(self, categories: dict[str, NamedRow]) -> dict[str, InstanceRow]:
        """Read instance.json."""

        def make(row: Row) -> InstanceRow:
            category = row.token("category_token")
            if category not in categories:
                raise _broken(row, "category_token", category, "category")
            return InstanceRow(row.token(), category, row.text("instance_name", ""))

        return self._read("instance", make)

    def annotations(
        self,
        samples: dict[str, SampleRow],
        instances: dict[str, InstanceRow],
        attributes: dict[str, NamedRow],
        visibilities: dict[str, NamedRow],
    ) -> Iterable[AnnotationRow]:
        """Yield the rows of sample_annotation.json, each of its references followed.

        A token of an attribute or visibility table that is not there at all is left to the caller.
        """
        seen: set[str] = set()
        has_visibility, has_attribute = self.has("visibility"), self.has("attribute")
        for row in read_rows(self.path("sample_annotation")):
            token, sample, instance = row.token(), row.token("sample_token"), row.token("instance_token")
            visibility, flags = row.text("visibility_token", ""), row.tokens("attribute_tokens")
            if token in seen:
                raise UnreadableFile(f"two rows have the token {token}", where=row.where)
            seen.add(token)
            if sample not in samples:
                raise _broken(row, "sample_token", sample, "sample")
            if instance not in instances:
                raise _broken(row, "instance_token", instance, "instance")
            if visibility and has_visibility and visibility not in visibilities:
                raise _broken(row, "visibility_token", visibility, "visibility")
            for flag in flags if has_attribute else ():
                if flag not in attributes:
                    raise _broken(row, "attribute_tokens", flag, "attribute")
            yield AnnotationRow(
                token=token,
                sample=samples[sample].token,
                instance=instances[instance].token,
                visibility=sys.intern(visibility),
                attributes=tuple(map(sys.intern, flags)),
                numbers=array("d", [*row.numbers("translation", 3), *row.numbers("size", 3), *self._rotation(row)]),
                next=row.text("next", ""),
                num_lidar_pts=row.whole("num_lidar_pts", -1),
                num_radar_pts=row.whole("num_radar_pts", -1),
                number=row.number,
            )

    def extra(self) -> list[str]:
        """Return the names of tables that lie here and are not read."""
        return sorted(path.stem for path in self.folder.glob("*.json") if path.stem not in KNOWN)

    def _read(self, table: str, make: Callable[[Row], T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for row in read_rows(self.path(table)):
            made = make(row)
            if made.token in found:
                raise UnreadableFile(f"two rows have the token {made.token}", where=row.where)
            found[made.token] = made
        return found

    def _time(self, row: Row) -> int:
        """Return a row's time in whole nanoseconds; the schema's unit is the microsecond."""
        value = row.number_of("timestamp")
        if abs(value) >= _NANOSECONDS_FROM:
            self.note("warning", "times-in-nanoseconds", "times are in nanoseconds where nuScenes has microseconds")
            return int(value)
        whole = int(value)
        return whole * 1000 + round((value - whole) * 1000)

    def _rotation(self, row: Row) -> list[float]:
        """Return a row's rotation as a quaternion w, x, y, z."""
        value = row.values.get("rotation")
        if not (isinstance(value, list) and len(value) == 3 and isinstance(value[0], list)):
            return row.numbers("rotation", 4)
        matrix = np.array(row.matrix("rotation"))
        try:
            turn = SE3.from_matrix("a", "b", np.column_stack([matrix, np.zeros(3)]))
        except InvalidValue as error:
            raise UnreadableFile(error.what.replace("a_SE3_b", "'rotation'"), where=row.where) from None
        message = f"rotations in {row.path.name} are 3x3 matrices where nuScenes has quaternions"
        self.note("warning", "rotation-matrix", message)
        quaternion: list[float] = turn.rotation.tolist()
        return quaternion


def _scene(row: Row) -> SceneRow:
    return SceneRow(
        token=row.token(),
        name=row.token("name"),
        description=row.text("description", ""),
        log=row.text("log_token", ""),
        samples=row.whole("nbr_samples", -1),
        first=row.text("first_sample_token", ""),
        last=row.text("last_sample_token", ""),
        row=row.where,
    )


def _sample(row: Row, timestamp_ns: int) -> SampleRow:
    return SampleRow(row.token(), row.token("scene_token"), timestamp_ns, row.text("prev", ""), row.text("next", ""))


def _sensor(row: Row) -> SensorRow:
    modality = row.text("modality").lower()
    kind: Kind | None = modality if modality in get_args(Kind) else None  # type: ignore[assignment]
    return SensorRow(row.token(), row.token("channel"), kind, modality)


def _broken(row: Row, key: str, token: str, table: str) -> BrokenReference:
    return BrokenReference(
        f"{key} names {token}, which is not in {table}.json",
        where=row.where,
        hint="the tables are incomplete, or of two different versions",
    )
