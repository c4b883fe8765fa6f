"""The tables of a nuScenes-like folder: one class a table, each row checked, each reference followed."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeVar, get_args

import numpy as np

from lidar_label.datasets.nuscenes.records import (
    AnnotationRow,
    CalibrationRow,
    DataRow,
    InstanceRow,
    NamedRow,
    Poses,
    SampleRow,
    SceneRow,
    SensorRow,
    Tokened,
)
from lidar_label.datasets.nuscenes.rows import Row, read_rows
from lidar_label.datasets.nuscenes.schema import SCHEMA
from lidar_label.datasets.values import is_number
from lidar_label.errors import BrokenReference, InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Floats, Kind

NEEDED = ("scene", "sample", "sample_data", "calibrated_sensor", "sensor", "ego_pose")
LABEL_TABLES = ("category", "instance", "sample_annotation")
KNOWN = (*NEEDED, *LABEL_TABLES, "attribute", "visibility", "log", "map", "lidarseg")
# What relatives of nuScenes put into its tables, and is read.
_ALSO_READ = {
    "calibrated_sensor": {"camera_distortion"},
    "instance": {"instance_name"},
    "log": {"data_captured"},
    "sample_annotation": {"automatic_annotation", "autolabel_metadata"},
    "sample_data": {"info_filename", "is_valid"},
}
_COLUMNS = {table: frozenset({*keys, *_ALSO_READ.get(table, ())}) for table, keys in SCHEMA.items()}

# Microseconds since 1970 stay below this for another three thousand years; nanoseconds are above it.
_NANOSECONDS_FROM = 1e17

Note = Callable[[Literal["info", "warning"], str, str], None]


T = TypeVar("T", bound=Tokened)


class Tables:
    """The tables of one version folder, read when they are asked for.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    note : callable(severity, code, message)
        Told what is unusual about them.
    leave_out : bool
        True leaves out rows that name rows which are not there, and counts them in `left_out` by table, key and the
        table they name; False raises.
    """

    def __init__(self, folder: Path, note: Note, *, leave_out: bool = False) -> None:
        self.folder = folder
        self.note = note
        self.left_out: Counter[tuple[str, str, str]] = Counter()
        self._leave_out = leave_out
        self._columns: dict[str, set[str]] = {}
        absent = [table for table in NEEDED if not self.has(table)]
        if absent:
            verb = "table {}.json is" if len(absent) == 1 else "tables {}.json are"
            raise MissingFile(
                f"the {verb.format('.json, '.join(absent))} not there",
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

    def sample_data(
        self, samples: dict[str, SampleRow], calibrations: Collection[str], poses: Collection[str]
    ) -> dict[str, list[DataRow]]:
        """Read sample_data.json, grouped by the token of the sample each row belongs to.

        Without any poses, those that rows name do not matter.

        Raises
        ------
        BrokenReference
            If a row names a sample, calibration or pose that is not there.
        """
        grouped: dict[str, list[DataRow]] = {token: [] for token in samples}
        seen: set[str] = set()
        invalid = 0
        for row in self._rows("sample_data"):
            sample, calibration = row.token("sample_token"), row.token("calibrated_sensor_token")
            token = row.token()
            if token in seen:
                raise UnreadableFile(f"two rows have the token {token}", where=row.where)
            seen.add(token)
            pose = row.token("ego_pose_token") if poses else ""
            if (
                self._broken(row, "sample_token", sample, samples, "sample")
                or self._broken(row, "calibrated_sensor_token", calibration, calibrations, "calibrated_sensor")
                or (poses and self._broken(row, "ego_pose_token", pose, poses, "ego_pose"))
            ):
                continue
            if row.values.get("is_valid", True) is False:  # T4: a stand-in for a recording that was lost
                invalid += 1
                continue
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
                    info=row.text("info_filename", ""),
                )
            )
        if invalid:
            message = f"{invalid} rows of sample_data are marked as not valid, and are left out"
            self.note("warning", "invalid-data", message)
        return grouped

    def lidarseg(self) -> dict[str, str]:
        """Read lidarseg.json: the file of point classes of each row of sample_data."""
        rows = self._rows("lidarseg") if self.has("lidarseg") else ()
        return {row.token("sample_data_token"): row.text("filename") for row in rows}

    def maps(self) -> list[str]:
        """Return the files that map.json names."""
        return [row.text("filename", "") for row in (self._rows("map") if self.has("map") else ())]

    def poses(self) -> Poses:
        """Read ego_pose.json."""
        found = Poses(self.path("ego_pose"))
        numbers: list[tuple[float, ...]] = []
        blocks: list[Floats] = []
        for row in self._rows("ego_pose"):
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

        def make(row: Row) -> CalibrationRow | None:
            token = row.token("sensor_token")
            if self._broken(row, "sensor_token", token, sensors, "sensor"):
                return None
            sensor = sensors[token]
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
        for row in self._rows("log") if self.has("log") else ():
            log = {key: row.text(key, "") for key in ("logfile", "vehicle", "date_captured", "location")}
            log["date_captured"] = log["date_captured"] or row.text("data_captured", "")
            found[row.token()] = {key: value for key, value in log.items() if value}
        return found

    def named(self, table: Literal["category", "attribute", "visibility"]) -> dict[str, NamedRow]:
        """Read one of the three tables of names; none where it is absent."""
        key = "level" if table == "visibility" else "name"

        def make(row: Row) -> NamedRow:
            index = row.whole("index", -1)
            name = row.values.get(key)
            name = str(name) if isinstance(name, int) and not isinstance(name, bool) else row.token(key)
            return NamedRow(row.token(), name, row.text("description", ""), None if index < 0 else index)

        return self._read(table, make) if self.has(table) else {}

    def instances(self, categories: dict[str, NamedRow]) -> dict[str, InstanceRow]:
        """Read instance.json."""

        def make(row: Row) -> InstanceRow | None:
            category = row.token("category_token")
            if self._broken(row, "category_token", category, categories, "category"):
                return None
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
        for row in self._rows("sample_annotation"):
            token, sample, instance = row.token(), row.token("sample_token"), row.token("instance_token")
            visibility, flags = row.text("visibility_token", ""), row.tokens("attribute_tokens")
            if token in seen:
                raise UnreadableFile(f"two rows have the token {token}", where=row.where)
            seen.add(token)
            if self._broken(row, "sample_token", sample, samples, "sample"):
                continue
            if self._broken(row, "instance_token", instance, instances, "instance"):
                continue
            if visibility and has_visibility:
                self._broken(row, "visibility_token", visibility, visibilities, "visibility")
            for flag in flags if has_attribute else ():
                self._broken(row, "attribute_tokens", flag, attributes, "attribute")
            is_automatic, score = _autolabel(row)
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
                is_automatic=is_automatic,
                score=score,
            )

    def extra(self) -> list[str]:
        """Return the names of tables that lie here and are not read."""
        return sorted(path.stem for path in self.folder.glob("*.json") if path.stem not in KNOWN)

    def columns_not_read(self) -> list[str]:
        """Return the columns, as ``table.column``, that were met so far and are not read."""
        return sorted(f"{table}.{name}" for table, names in self._columns.items() for name in names)

    def tell_left_out(self) -> None:
        """Note what was left out so far."""
        for (table, key, other), number in self.left_out.items():
            whole = "and are left out" if key not in ("visibility_token", "attribute_tokens") else "which is left out"
            message = f"{number} rows of {table} name a row of {other} that is not there, {whole}"
            self.note("warning", "left-out", message)

    def _rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table, and note the columns that nobody reads."""
        known = _COLUMNS.get(table)
        for row in read_rows(self.path(table)):
            if known is not None and not row.values.keys() <= known:
                self._columns.setdefault(table, set()).update(row.values.keys() - known)
            yield row

    def _broken(self, row: Row, key: str, token: str, there: Collection[str], table: str) -> bool:
        """Say whether a row names another that is not there, where such rows are left out; else raise."""
        if token in there:
            return False
        if not self._leave_out:
            raise BrokenReference(
                f"{key} names {token}, which is not in {table}.json",
                where=row.where,
                hint="the tables are incomplete, or of two different versions",
            )
        self.left_out[row.path.stem, key, table] += 1
        return True

    def _read(self, table: str, make: Callable[[Row], T | None]) -> dict[str, T]:
        found: dict[str, T] = {}
        for row in self._rows(table):
            made = make(row)
            if made is None:
                continue
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


def _autolabel(row: Row) -> tuple[bool, float | None]:
    """Return whether a model made an annotation, and the first model's score."""
    automatic, models = row.values.get("automatic_annotation", False), row.values.get("autolabel_metadata")
    if automatic is not True:
        return False, None
    first = models[0] if isinstance(models, list) and models else None
    score = first.get("score") if isinstance(first, dict) else None
    return True, float(score) if is_number(score) and 0 <= score <= 1 else None
