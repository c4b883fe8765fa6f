"""Writing nuScenes v1.0: thirteen tables whose references close, and the sensor files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.nuscenes.dialect import NUSCENES, Dialect
from lidar_label.datasets.nuscenes.naming import Tokens, derived_token
from lidar_label.datasets.nuscenes.plan import Recording, ScenePlan, plan_scene
from lidar_label.datasets.nuscenes.schema import TableWriter
from lidar_label.datasets.nuscenes.sensor_files import ClassFiles, Counts, write_files
from lidar_label.datasets.nuscenes.visibility import visible_shares
from lidar_label.datasets.nuscenes.vocabulary import Vocabulary
from lidar_label.errors import CannotWrite
from lidar_label.model import Box, Finding, Image, Pinhole, Scene, Sensor, Severity, Taxonomy

_FOLDERS = frozenset({"samples", "sweeps", "maps"})
_FORMATS = {".jpeg": "jpg"}


def write_nuscenes(
    folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions, dialect: Dialect = NUSCENES
) -> list[Finding]:
    """Write drives into an empty folder, as nuScenes or as a relative of it.

    Tokens are kept wherever the model has them. Rows of absent sensor files are kept as well, so
    that the tables of a partial copy stay whole. ``num_lidar_pts`` counts the key sweeps of all
    LiDARs of a frame together.

    Raises
    ------
    CannotWrite
        If the version is no folder name, or a scene has no frame.
    UnreadableFile
        If a sensor file is not what its format promises.
    """
    version = options.version
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", version) or version in _FOLDERS:
        raise CannotWrite(f"the version {version!r} is no name for a folder of tables", hint="such as v1.0-mini")
    with TableWriter(folder / dialect.tables(version), dialect.row) as tables:
        writer = _Writer(folder, tables, Vocabulary(tables, taxonomy, drives), options, dialect)
        total = sum(1 for drive in drives for _ in drive.scene.recordings())
        for drive in drives:
            writer.write(drive, total)
        writer.finish()
    return writer.findings


class _Writer:
    """Writes scene after scene; what they share (sensors, logs, names) is kept here."""

    def __init__(
        self, folder: Path, tables: TableWriter, vocabulary: Vocabulary, options: WriteOptions, dialect: Dialect
    ) -> None:
        self.findings: list[Finding] = []
        self._dialect = dialect
        self._folder = folder
        self._tables = tables
        self._vocabulary = vocabulary
        self._options = options
        self._tokens = Tokens()
        self._names = dialect.names()
        self._channels: dict[tuple[str, str], str] = {}
        self._logs: dict[tuple[tuple[str, str], ...], str] = {}
        self._files_done = 0

    def write(self, drive: Drive, total: int) -> None:
        """Write one scene: first its files, then the rows that need to know what came of them."""
        plan = plan_scene(drive.scene, self._tokens, self._names)
        sizes: dict[str, tuple[int, int]] = {}
        counts: dict[int, Counts] = {}
        absent: Counter[str] = Counter()
        progress = self._options.progress
        progress.step(self._files_done, total, drive.scene.name)
        classes = self._class_files(drive) if drive.classes and self._dialect.has_lidarseg else None
        files = write_files(self._folder, plan.recordings, drive.labels, self._options.jobs, classes)
        with closing(files):  # on an error too: no thread may write on while the folder is removed
            for written in files:
                recording = written.recording
                sizes[recording.token] = written.size
                plan.counts["missing files"] += written.is_missing
                absent.update(written.absent_fields)
                if written.classes:
                    token = recording.token
                    self._tables.add("lidarseg", token=token, sample_data_token=token, filename=written.classes)
                if written.counts is not None:
                    frame = recording.frame
                    counts[frame] = counts[frame] + written.counts if frame in counts else written.counts
                self._files_done += 1
                progress.step(self._files_done, total, drive.scene.name)
        self._scene_rows(plan)
        self._sensor_rows(plan, sizes)
        self._label_rows(plan, drive, counts)
        self._tell(plan, absent)

    def _class_files(self, drive: Drive) -> ClassFiles:
        indices = {number: self._vocabulary.indices[name] for number, name in drive.classes.items()}
        return ClassFiles(f"lidarseg/{self._options.version}", indices)

    def finish(self) -> None:
        """Write what all scenes share."""
        tokens = sorted(self._logs.values())
        token = derived_token("map", *tokens)
        filename = self._dialect.write_map(self._folder, token)
        self._tables.add("map", token=token, log_tokens=tokens, category="semantic_prior", filename=filename)
        self._find("info", "blank-map", "the map is blank: the model has no maps")
        if self._vocabulary.added_categories:
            message = f"{self._vocabulary.added_categories} categories of the labels were not in the taxonomy"
            self._find("info", "added-category", message)
        if self._tokens.changed:
            message = f"{self._tokens.changed} tokens were used twice, and the later ones were replaced"
            self._find("info", "replaced-token", message)

    def _scene_rows(self, plan: ScenePlan) -> None:
        scene, samples = plan.scene, plan.samples
        tokens = ["", *(sample.token for sample in samples), ""]
        for index, sample in enumerate(samples):
            self._tables.add(
                "sample",
                token=sample.token,
                timestamp=sample.timestamp_us,
                prev=tokens[index],
                next=tokens[index + 2],
                scene_token=plan.token,
            )
        self._tables.add(
            "scene",
            token=plan.token,
            log_token=self._log(scene),
            nbr_samples=len(samples),
            first_sample_token=samples[0].token,
            last_sample_token=samples[-1].token,
            name=scene.name,
            description=scene.description,
        )

    def _log(self, scene: Scene) -> str:
        """Return the token of a scene's log, its row written once; scenes of one log share it."""
        row = {key: scene.log.get(key, "") for key in ("logfile", "vehicle", "date_captured", "location")}
        row["logfile"] = row["logfile"] or scene.name
        key = tuple(row.items())
        if key not in self._logs:
            self._logs[key] = derived_token("log", *row.values())
            self._tables.add("log", token=self._logs[key], **row)
        return self._logs[key]

    def _sensor_rows(self, plan: ScenePlan, sizes: dict[str, tuple[int, int]]) -> None:
        calibrations: dict[int, str] = {}
        origin = np.array(plan.scene.origin)
        for recording in plan.recordings:
            source = recording.source
            sensor = source.sensor
            if id(sensor) not in calibrations:
                calibrations[id(sensor)] = self._calibration(sensor, recording.channel, plan)
            width, height = sizes[recording.token]
            if sensor.camera is not None:
                width, height = sensor.camera.width, sensor.camera.height
            pose = source.world_SE3_ego
            self._tables.add(
                "ego_pose",
                token=recording.token,
                timestamp=recording.timestamp_us,
                rotation=_floats(pose.rotation),
                translation=_floats(pose.translation + origin),
            )
            self._tables.add(
                "sample_data",
                token=recording.token,
                sample_token=recording.sample,
                ego_pose_token=recording.token,
                calibrated_sensor_token=calibrations[id(sensor)],
                timestamp=recording.timestamp_us,
                fileformat=_file_format(recording),
                is_key_frame=recording.is_key,
                height=height,
                width=width,
                filename=recording.filename,
                prev=recording.prev,
                next=recording.next,
            )

    def _calibration(self, sensor: Sensor, channel: str, plan: ScenePlan) -> str:
        """Write a sensor's calibration and return its token; scenes with the same one share it."""
        key = (channel, sensor.kind)
        if key not in self._channels:
            self._channels[key] = derived_token("sensor", *key)
            self._tables.add("sensor", token=self._channels[key], channel=channel, modality=sensor.kind)
        row: dict[str, Any] = {
            "sensor_token": self._channels[key],
            "translation": _floats(sensor.ego_SE3_sensor.translation),
            "rotation": _floats(sensor.ego_SE3_sensor.rotation),
            "camera_intrinsic": [],
        }
        if sensor.camera is not None:
            row["camera_intrinsic"] = [_floats(line) for line in sensor.camera.matrix]
            if isinstance(sensor.camera, Pinhole) and sensor.camera.distortion:
                row["camera_distortion"] = _floats(sensor.camera.distortion)
        token, is_new = self._tokens.claim_content("calibrated_sensor", sensor.token, repr(row), plan.token)
        if is_new:
            self._tables.add("calibrated_sensor", token=token, **row)
        return token

    def _label_rows(self, plan: ScenePlan, drive: Drive, counts: dict[int, Counts]) -> None:
        numbers = _numbers_by_box(drive, counts)
        visibilities = self._visibilities(plan, drive)
        origin = np.array(plan.scene.origin)
        for track in drive.labels.tracks:
            boxes = drive.labels.of_track(track.token)
            if not boxes:
                plan.counts["empty tracks"] += 1
                continue
            instance = self._tokens.claim("instance", track.token, plan.token)
            claimed = [self._tokens.claim("sample_annotation", box.token, plan.token) for box in boxes]
            named = {"instance_name": track.name} if track.name else {}
            self._tables.add(
                "instance",
                token=instance,
                category_token=self._vocabulary.category(track.category),
                nbr_annotations=len(boxes),
                first_annotation_token=claimed[0],
                last_annotation_token=claimed[-1],
                **named,
            )
            chain = ["", *claimed, ""]
            for index, box in enumerate(boxes):
                lidar_points = numbers.get(box.token, box.num_lidar_pts)
                plan.counts["uncounted"] += lidar_points is None
                plan.counts["no radar count"] += box.num_radar_pts is None
                length, width, height = box.size
                self._tables.add(
                    "sample_annotation",
                    token=claimed[index],
                    sample_token=plan.samples[box.frame].token,
                    instance_token=instance,
                    visibility_token=visibilities[box.token],
                    attribute_tokens=self._vocabulary.attributes(track.attributes, box.attributes),
                    translation=_floats(box.center + origin),
                    size=[width, length, height],
                    rotation=_floats(box.world_SE3_box.rotation),
                    prev=chain[index],
                    next=chain[index + 2],
                    num_lidar_pts=lidar_points or 0,
                    num_radar_pts=box.num_radar_pts or 0,
                    **self._dialect.of_box(box),
                )

    def _visibilities(self, plan: ScenePlan, drive: Drive) -> dict[str, str]:
        """Return the visibility token of each box, estimated where nobody said."""
        found: dict[str, str] = {}
        for frame in drive.scene.frames:
            unknown: list[Box] = []
            for box in drive.labels.in_frame(frame.index):
                if self._vocabulary.knows_visibility(box.visibility):
                    found[box.token] = box.visibility
                else:
                    unknown.append(box)
            for box, share in zip(unknown, visible_shares(frame, unknown), strict=True):
                found[box.token] = self._vocabulary.visibility(float(share))
            plan.counts["estimated visibilities"] += len(unknown)
        return found

    def _tell(self, plan: ScenePlan, absent: Counter[str]) -> None:
        counts, name = plan.counts, plan.scene.name
        if counts["missing files"]:
            message = (
                f"{counts['missing files']} of {len(plan.recordings)} sensor files are not there; their rows are kept"
            )
            self._find("warning", "missing-file", message, name)
        for field, number in sorted(absent.items()):
            self._find("info", "field-zero", f"{number} sweeps have no {field}; it is written as 0", name)
        if plan.renamed:
            message = f"the LiDAR {plan.renamed} is written as LIDAR_TOP, the name that nuScenes tools ask for"
            self._find("info", "renamed-channel", message, name)
        if counts["moved times"]:
            message = f"{counts['moved times']} times fell on one microsecond and were moved to the next"
            self._find("warning", "moved-time", message, name)
        if counts["empty tracks"]:
            self._find("info", "empty-track", f"{counts['empty tracks']} tracks have no box and are left out", name)
        if counts["uncounted"]:
            message = f"num_lidar_pts of {counts['uncounted']} boxes is written as 0: there is no cloud to count in"
            self._find("warning", "uncounted", message, name)
        if counts["estimated visibilities"]:
            message = (
                f"the visibility of {counts['estimated visibilities']} boxes is estimated from how much of each lies "
                "in an image; what hides it is not known"
            )
            self._find("info", "estimated-visibility", message, name)
        kinds = Counter(sensor.kind for sensor in plan.scene.sensors.values())
        if kinds["lidar"] > 1:
            message = f"num_lidar_pts counts the points of all {kinds['lidar']} LiDARs together"
            self._find("info", "points-of-all-lidars", message, name)
        if kinds["radar"] and counts["no radar count"]:
            message = f"num_radar_pts of {counts['no radar count']} boxes is written as 0: nobody counted"
            self._find("info", "radar-uncounted", message, name)

    def _find(self, severity: Severity, code: str, message: str, where: str = "") -> None:
        self.findings.append(Finding(severity, code, message, where))


def _numbers_by_box(drive: Drive, counts: dict[int, Counts]) -> dict[str, int]:
    return {
        box.token: int(number)
        for frame, numbers in counts.items()
        for box, number in zip(drive.labels.in_frame(frame), numbers, strict=True)
    }


def _file_format(recording: Recording) -> str:
    if not isinstance(recording.source, Image):
        return "pcd"
    suffix = Path(recording.filename).suffix
    return _FORMATS.get(suffix, suffix[1:])


def _floats(values: Any) -> list[float]:  # noqa: ANN401 - anything numpy can iterate
    """Return Python floats: the devkit's arithmetic fails on tables of whole numbers."""
    return [float(value) for value in values]
