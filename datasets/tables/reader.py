"""Reading tables of boxes: a scene is all rows of one name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import Dataset, ReadOptions
from lidar_label.datasets.files import inside, natural_key
from lidar_label.datasets.lidar_frames import FRAME_NS, LIDAR, load_cloud
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.tables.files import Table, read_table
from lidar_label.datasets.tables.format import BOX_COLUMNS, BOXES, FRAME_COLUMNS, FRAMES, BoxTable
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.datasets.values import attribute
from lidar_label.datasets.vocabulary import Vocabulary
from lidar_label.errors import BrokenReference, InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Frame, Labels, Scene, Sensor, Source, Sweep, Taxonomy, Track

_FAR_M = 10_000.0
_POSE = ("ego_x", "ego_y", "ego_z", "ego_qw", "ego_qx", "ego_qy", "ego_qz")
_QUATERNION = ("qw", "qx", "qy", "qz")
_SAME_RAD = 1e-3
_YES, _NO = {"true", "1", "yes", "1.0"}, {"false", "0", "no", "0.0"}
Attributes = Mapping[str, AttributeValue]


class TableDataset(Dataset):
    """One scene for each name in the column scene; all rows of both tables are read on opening.

    Raises
    ------
    UnreadableFile
        If a table is none, or a cell is not what its column holds; the row is named.
    """

    def __init__(self, format: BoxTable, path: Path, options: ReadOptions) -> None:  # noqa: A002
        super().__init__(format.name, path, Taxonomy())
        table = format.table_at(path) or path
        self._boxes = read_table(table, BOX_COLUMNS)
        frames = table.with_name(f"{FRAMES}{table.suffix}")
        has_frames = table.stem == BOXES and frames.is_file()
        self._frames = read_table(frames, FRAME_COLUMNS) if has_frames else None
        self._degrees = format.assumed(options, "angle_unit") == "deg"
        self._in_ego = format.assumed(options, "coordinates") == "ego"
        self._parsed: dict[str, Attributes] = {"": {}}
        self._extra = {name: _typed(cells) for name, cells in self._boxes.extra.items()}
        self._rows = _by_scene(self._boxes, table.stem)
        self._frame_rows = _by_scene(self._frames, table.stem) if self._frames is not None else {}
        names = dict.fromkeys((*self._frame_rows, *self._rows))
        self._names = tuple(sorted(names, key=natural_key))
        self._scenes: dict[str, Scene] = {}
        self._index: dict[str, dict[str, int]] = {}
        self._report()
        words = Vocabulary()
        for row in range(self._boxes.rows):
            self._learn(words, row)
        self.taxonomy = words.taxonomy()

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The names in the column scene; the file's own where there is no such column."""
        return self._names

    def _report(self) -> None:
        table = self._boxes
        if table.renamed:
            shown = some(f"{name} as {ours}" for name, ours in table.renamed.items())
            self.find("info", "assumed", f"columns are taken by what they are called: {shown}", table.path)
        if self._extra:
            self.find("info", "own-columns", f"columns that are attributes of a box: {some(self._extra)}", table.path)
        has_rotation = all(name in table.floats for name in _QUATERNION)
        if not has_rotation and "yaw" not in table.floats:
            self.find(
                "warning", "no-rotation", "no column says how boxes are turned; all are level and ahead", table.path
            )
        yaw = table.floats.get("yaw")
        if not has_rotation and yaw is not None and not self._degrees and len(yaw):
            most = float(np.nanmax(np.abs(yaw), initial=0.0))
            if most > 4 * math.pi:
                text = f"yaw goes up to {most:.0f}, which looks like degrees and is taken as radians"
                self.find("warning", "angle-unit", f"{text} (--assume angle_unit=deg)", table.path)

    def _learn(self, words: Vocabulary, row: int) -> None:
        texts = self._boxes.texts
        category = texts["category"][row] if "category" in texts else ""
        if not category.strip():
            raise UnreadableFile("a box needs a category", where=self._boxes.where(row))
        words.category(category)
        words.visibility(_cell(texts, "visibility", row))
        for name, value in self._attributes("attributes", row).items():
            words.attribute(name, value, per_box=True)
        for name, value in self._attributes("track_attributes", row).items():
            words.attribute(name, value, per_box=False)
        for name, cells in self._extra.items():
            if cells[row] is not None:
                words.attribute(name, cells[row] or "", per_box=True)

    def _attributes(self, column: str, row: int) -> Attributes:
        text = _cell(self._boxes.texts, column, row)
        if text not in self._parsed:
            where = self._boxes.where(row)
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                raise UnreadableFile(f"{column} is no JSON: {text[:40]!r}", where=where) from None
            if not isinstance(found, dict):
                raise UnreadableFile(f"{column} is no JSON object: {text[:40]!r}", where=where)
            self._parsed[text] = {k: item for k, v in found.items() if (item := attribute(v)) is not None}
        return self._parsed[text]

    def scene(self, name: str) -> Scene:
        """Return a scene; its frames are those of the table of frames, or those that boxes name."""
        self.check_name(name)
        if name not in self._scenes:
            self._scenes[name] = steady_scene(self.format, self._scene(name))
        return self._scenes[name]

    def _scene(self, name: str) -> Scene:
        table = self._boxes if self._frames is None else self._frames
        rows = (self._rows if self._frames is None else self._frame_rows).get(name, np.zeros(0, dtype=np.int64))
        keys, first = _frames_of(table, rows)
        times, has_times = self._times(table, keys, first)
        self._index[name] = {key: index for index, key in enumerate(keys)}
        poses = [_pose(table, row) for row in first] if self._frames is not None else []
        has_poses = bool(poses) and all(pose is not None for pose in poses)
        if not has_poses and any(pose is not None for pose in poses):
            self.find(
                "warning", "missing-poses", f"some frames of scene {name} have no pose, so none is used", table.path
            )
        origin = self._origin(name, poses if has_poses else [])
        lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))
        frames: list[Frame] = []
        for index, (key, row) in enumerate(zip(keys, first, strict=True)):
            given = poses[index] if has_poses else None
            pose = SE3.identity("world", "ego")
            if given is not None:
                pose = SE3("world", "ego", given.rotation, given.translation - origin)
            sweeps: dict[str, Sweep] = {}
            cloud = self._cloud(table, row)
            if cloud is not None:
                load = partial(load_cloud, cloud, (0.0, 0.0, 0.0) if has_poses else origin)
                sweeps[LIDAR] = Sweep(
                    sensor=lidar, timestamp_ns=times[index], world_SE3_ego=pose, frame=index, path=cloud, load=load
                )
            named = _cell(table.texts, "frame_name" if self._frames is None else "name", row)
            bare = pose if has_poses and not sweeps else None
            frames.append(Frame(index=index, timestamp_ns=times[index], sweeps=sweeps, name=named or key, pose=bare))
        used = {LIDAR: lidar} if any(frame.sweeps for frame in frames) else {}
        if not used:
            self.find("info", "no-sweeps", "the table names no clouds, so frames come without points", table.path)
        return Scene(
            name=name, frames=frames, sensors=used, origin=origin, has_poses=has_poses, has_timestamps=has_times
        )

    def _cloud(self, table: Table, row: int) -> Path | None:
        text = _cell(table.texts, "cloud", row)
        if not text:
            return None
        path = inside(table.path.parent, text, where=table.where(row))
        if not path.is_file():
            self.find("warning", "missing-file", "clouds that the table names are not there", table.path)
            return None
        return path

    def _times(self, table: Table, keys: Sequence[str], first: Sequence[int]) -> tuple[list[int], bool]:
        known = table.times_known.get("timestamp_ns")
        if known is not None and all(known[row] for row in first):
            times = [int(table.times["timestamp_ns"][row]) for row in first]
            if times and all(a < b for a, b in pairwise(times)):
                return times, True
        self.find(
            "warning", "no-timestamps", "frames have no times that go up, so ten a second are assumed", table.path
        )
        return [index * FRAME_NS for index in range(len(keys))], False

    def _origin(self, name: str, poses: Sequence[SE3 | None]) -> tuple[float, float, float]:
        """Return whole metres to take off a world that is far from its origin."""
        first = next((pose.translation for pose in poses if pose is not None), None)
        rows = self._rows.get(name)
        if first is None and rows is not None and len(rows):
            first = np.array([self._boxes.floats[axis][rows[0]] for axis in "xyz"])
        if first is None or not np.isfinite(first).all() or np.abs(first).max() < _FAR_M:
            return (0.0, 0.0, 0.0)
        x, y, z = np.round(first).tolist()
        self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", self._boxes.path)
        return (x, y, z)

    def labels(self, name: str) -> Labels:
        """Return the tracks and boxes of a scene."""
        scene = self.scene(name)
        table, texts, index = self._boxes, self._boxes.texts, self._index[name]
        book = TrackBook(self.find)
        names: dict[str, str] = {}
        boxes: list[Box] = []
        has_tracks = "track" in texts
        if not has_tracks and table.rows:
            self.find("info", "no-tracks", "there is no column track, so each box is an object of its own", table.path)
        for row in self._rows.get(name, ()):
            where, key = table.where(row), _frame_key(table, row)
            if key not in index:
                raise BrokenReference(f"the box is in frame {key!r}, which the table of frames has not", where=where)
            category, fixed = texts["category"][row], self._attributes("track_attributes", row)
            if has_tracks:
                track = book.track(index[key], _plain(texts["track"][row]), category, where, fixed)
            else:
                track = book.alone(category, fixed)
            if "track_name" in texts:
                names[track.token] = texts["track_name"][row]
            try:
                boxes.append(self._box(scene, track, index[key], row))
            except InvalidValue as error:
                raise UnreadableFile(error.what, where=where) from None
        tracks = [
            Track(category=t.category, name=names.get(t.token, t.name), attributes=t.attributes, token=t.token)
            for t in book.tracks
        ]
        return steady_labels(scene, tracks, sorted(boxes, key=lambda box: box.frame))

    def _box(self, scene: Scene, track: Track, frame: int, row: int) -> Box:
        floats, texts = self._boxes.floats, self._boxes.texts
        place = np.array([floats[axis][row] for axis in "xyz"])
        pose = self._turned(row, place)
        if self._in_ego:
            pose = scene.frames[frame].world_SE3_ego @ SE3("ego", "box", pose.rotation, pose.translation)
            if not scene.has_poses:
                pose = SE3("world", "box", pose.rotation, pose.translation - scene.origin)
        else:
            pose = SE3("world", "box", pose.rotation, pose.translation - scene.origin)
        own = {name: value for name, cells in self._extra.items() if (value := cells[row]) is not None}
        score = float(floats["score"][row]) if "score" in floats else math.nan
        attributes = {**own, **self._attributes("attributes", row)}
        if not math.isnan(score) and not 0.0 <= score <= 1.0:
            attributes["score"] = score
            score = math.nan
        source = _cell(texts, "source", row)
        return Box(
            track=track.token,
            frame=frame,
            world_SE3_box=pose,
            size=(float(floats["l"][row]), float(floats["w"][row]), float(floats["h"][row])),
            attributes=attributes,
            visibility=_cell(texts, "visibility", row),
            is_keyframe=self._flag("is_keyframe", row, default=True),
            source=Source(source) if source in set(Source) else Source.IMPORTED,
            score=None if math.isnan(score) else score,
            num_lidar_pts=self._count("num_lidar_pts", row),
            num_radar_pts=self._count("num_radar_pts", row),
        )

    def _turned(self, row: int, place: NDArray[np.float64]) -> SE3:
        floats = self._boxes.floats
        yaw = float(floats["yaw"][row]) if "yaw" in floats else math.nan
        yaw = math.radians(yaw) if self._degrees else yaw
        if all(name in floats for name in _QUATERNION):
            rotation = [float(floats[name][row]) for name in _QUATERNION]
            if not any(map(math.isnan, rotation)):
                pose = SE3("world", "box", rotation, place)
                if not math.isnan(yaw) and abs(math.remainder(pose.yaw - yaw, math.tau)) > _SAME_RAD:
                    text = "yaw is another than that of the quaternion, which stands"
                    self.find("warning", "two-rotations", text, self._boxes.path)
                return pose
        return SE3.from_yaw("world", "box", 0.0 if math.isnan(yaw) else yaw, place)

    def _flag(self, column: str, row: int, *, default: bool) -> bool:
        text = _cell(self._boxes.texts, column, row).strip().lower()
        if text in _YES or text in _NO:
            return text in _YES
        if text:
            raise InvalidValue(f"{column} is {text[:20]!r}, neither true nor false")
        return default

    def _count(self, column: str, row: int) -> int | None:
        value = float(self._boxes.floats[column][row]) if column in self._boxes.floats else math.nan
        if math.isnan(value):
            return None
        if value < 0 or value != math.floor(value) or value > 2**53:
            raise InvalidValue(f"{column} is {value:g}, not a count")
        return int(value)


def _cell(texts: Mapping[str, Sequence[str]], column: str, row: int) -> str:
    return texts[column][row] if column in texts else ""


def _by_scene(table: Table, single: str) -> dict[str, NDArray[np.int64]]:
    """Return the rows of each scene, in their order; of a table without that column all are one scene."""
    if "scene" not in table.texts or not table.rows:
        return {single: np.arange(table.rows)} if table.rows else {}
    names, codes = np.unique(
        np.array([text or single for text in table.texts["scene"]], dtype=object), return_inverse=True
    )
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1])
    return {str(name): rows for name, rows in zip(names, parts, strict=True)}


def _frame_key(table: Table, row: int) -> str:
    """Return what tells frames apart: the column frame, else the time."""
    if "frame" in table.texts:
        return _plain(table.texts["frame"][row])
    if "timestamp_ns" in table.times and table.times_known["timestamp_ns"][row]:
        return str(table.times["timestamp_ns"][row])
    raise UnreadableFile("a row needs a frame or a timestamp_ns", where=table.where(row))


def _frames_of(table: Table, rows: NDArray[np.int64]) -> tuple[list[str], list[int]]:
    """Return the frames of a scene in order, each with the first row that speaks of it."""
    first: dict[str, int] = {}
    for row in rows.tolist():
        key = _frame_key(table, row)
        if not key:
            raise UnreadableFile("the cell frame is empty", where=table.where(row))
        first.setdefault(key, row)
    keys = sorted(first, key=lambda key: (0, int(key), ()) if _is_whole(key) else (1, 0, natural_key(key)))
    return keys, [first[key] for key in keys]


def _plain(text: str) -> str:
    """Return a number as text without the fraction that a column of floats gives it."""
    short = text.strip().removesuffix(".0")
    return short if _is_whole(short) else text.strip()


def _is_whole(key: str) -> bool:
    return key.isascii() and key.removeprefix("-").isdigit() and len(key) < 20


def _pose(table: Table, row: int) -> SE3 | None:
    values = [float(table.floats[name][row]) if name in table.floats else math.nan for name in _POSE]
    if any(map(math.isnan, values)):
        return None
    try:
        return SE3("world", "ego", values[3:], values[:3])
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=table.where(row)) from None


def _typed(cells: Sequence[str]) -> Sequence[AttributeValue | None]:
    """Return the cells of a column as numbers or flags where all of them are; None where one is empty."""
    filled = {cell for cell in cells if cell}
    if filled <= {"true", "false", "True", "False"}:
        return [cell.lower() == "true" if cell else None for cell in cells]
    try:
        numbers: dict[str, AttributeValue] = {cell: _number(cell) for cell in filled}
    except ValueError:
        return [cell or None for cell in cells]
    return [numbers[cell] if cell else None for cell in cells]


def _number(cell: str) -> int | float:
    found = attribute(json.loads(cell))
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(cell)
    return found
