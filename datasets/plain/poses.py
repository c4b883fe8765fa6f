"""Poses of plain folders: KITTI's rows of 3 x 4, TUM's time and quaternion, or poses.json."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import natural_key, read_json, read_text
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.plain.transforms import flat_numbers
from lidar_label.datasets.values import listed, mapping, number, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats

_NAMES = ("poses.json", "poses.txt", "pose.txt", "poses.tum", "trajectory.txt", "trajectory.tum", "traj.txt")
_LIKELY = re.compile(r".*(pose|traj)[^/]*\.(txt|tum)", re.IGNORECASE)
_MOST_ROWS = 5_000_000
# How evenly a vehicle must go in its own direction, and how much less evenly in the usual reading, to doubt that one.
_SURE, _TIMES, _MORE = 0.98, 5, 0.01
_ALIKE = 1e-3  # of two that are as even, the likelier is taken: on a circle, poses turned round are
_LEAST_STEP_M, _MOST_STEPS = 0.5, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseTable:
    """Poses as a file has them, before it is known what they place.

    Parameters
    ----------
    path : Path
    kind : "kitti", "tum" or "json"
    rotations : (N, 4) float64
        Quaternions w, x, y, z.
    places : (N, 3) float64, metres
    times_ns : (N,) int64 or None
    names : tuple of str
        The frame that each is of, empty where it is told by its time or row.
    order_open : bool
        Whether nothing says where the real part of its quaternions stands.
    own : mapping of (sensor, time) to SE3
        Poses that hold for one sensor at one time, where another has its own then.
    """

    path: Path
    kind: str
    rotations: Floats
    places: Floats
    times_ns: np.ndarray[Any, np.dtype[np.int64]] | None = None
    names: Sequence[str] = ()
    order_open: bool = False
    own: Mapping[tuple[str, int], SE3] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def inverse(self) -> PoseTable:
        """The same poses meant the other way round."""
        from scipy.spatial.transform import Rotation  # here, since it takes a second to load

        turn = Rotation.from_quat(self.rotations, scalar_first=True).inv()
        return replace(self, rotations=turn.as_quat(scalar_first=True), places=-turn.apply(self.places))

    @property
    def reordered(self) -> PoseTable:
        """The same numbers with the real part of each quaternion at the other end."""
        order = [1, 2, 3, 0] if self.kind == "tum" else [3, 0, 1, 2]
        return replace(self, rotations=self.rotations[:, order])

    def pose(self, row: int) -> SE3:
        """Return ``world_SE3_ego`` of a row."""
        return SE3("world", "ego", self.rotations[row], self.places[row])

    def heading(self) -> tuple[Floats, float]:
        """Return the mean direction of travel in the vehicle's own frame, (3,), and how even it is, 0 to 1.

        A vehicle goes where it looks: seen from itself the way it travels stays the same. With a
        quaternion read in the wrong order, or poses the wrong way round, it does not.
        """
        gone = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.places, axis=0), axis=1))])
        if not np.isfinite(gone[-1]) or gone[-1] < _LEAST_STEP_M:
            return np.zeros(3), 0.0
        marks = np.arange(0.0, gone[-1], max(_LEAST_STEP_M, gone[-1] / _MOST_STEPS))
        rows = np.unique(np.append(np.searchsorted(gone, marks), len(self) - 1))
        steps = np.diff(self.places[rows], axis=0)
        length = np.linalg.norm(steps, axis=1)
        moved = length > 0
        from scipy.spatial.transform import Rotation

        turn = Rotation.from_quat(self.rotations[rows[:-1]][moved], scalar_first=True)
        mean: Floats = turn.inv().apply(steps[moved] / length[moved, None]).mean(axis=0)
        return mean, float(np.linalg.norm(mean))


def find_poses(folder: Path) -> list[Path]:
    """Return the files of poses in a folder, the likeliest first."""
    known = [folder / name for name in _NAMES if (folder / name).is_file()]
    others = sorted(
        (path for path in folder.iterdir() if _LIKELY.fullmatch(path.name) and path.is_file() and path not in known),
        key=lambda path: natural_key(path.name),
    )
    return known + others


def read_poses(path: Path) -> PoseTable:
    """Read a file of poses.

    A ``.json`` is ``{"poses": [{"timestamp_ns" or "name", "translation": [x, y, z], "rotation":
    {"w", "x", "y", "z"}}]}``, or has ``matrix`` in place of the last two. A text has rows of 12 or 16
    numbers (KITTI: the first three rows of a matrix), or of 8 (TUM: seconds, x y z, qx qy qz qw).

    Raises
    ------
    UnreadableFile
        If it is neither, or a rotation is none; the row is named.
    """
    if path.suffix.lower() == ".json":
        return _json(path)
    rows: list[list[float]] = []
    stamps: list[str] = []
    width = 0
    for line, raw in enumerate(read_text(path).splitlines(), start=1):
        cells = re.split(r"[,;\s]+", raw.split("#")[0].strip())
        if cells == [""]:
            continue
        width = width or len(cells)
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            if not rows:
                width = 0  # a line of names
                continue
            raise UnreadableFile("a pose has a value that is no number", where=f"{path}, line {line}") from None
        if len(values) != width or width not in (8, 12, 16):
            raise UnreadableFile(
                f"a pose has {len(values)} numbers", where=f"{path}, line {line}",
                hint="12 or 16 are a matrix row by row, 8 are seconds x y z qx qy qz qw",
            )  # fmt: skip
        rows.append(values)
        stamps.append(cells[0])
        if len(rows) > _MOST_ROWS:
            raise UnreadableFile("the file has more poses than any drive", where=path)
    if not rows:
        raise UnreadableFile("the file has no poses", where=path)
    table = np.array(rows)
    if width == 8:
        return _checked(_tum(path, table, stamps))
    return _from_matrices(path, table.reshape(len(table), -1, 4))


def _tum(path: Path, table: Floats, stamps: Sequence[str]) -> PoseTable:
    times = [parse_time(stamp) for stamp in stamps]
    if any(time is None for time in times):
        times = [parse_time(stamp, "ns") for stamp in stamps]
    if any(time is None for time in times):
        raise UnreadableFile("a pose has a time that is none", where=path)
    return PoseTable(
        path=path, kind="tum", rotations=table[:, [7, 4, 5, 6]], places=table[:, 1:4],
        times_ns=np.array(times, dtype=np.int64), order_open=True,
    )  # fmt: skip


def _from_matrices(path: Path, matrices: Floats, **more: Any) -> PoseTable:  # noqa: ANN401 - passed on
    quaternions, places = [], []
    for row, matrix in enumerate(matrices):
        try:
            pose = SE3.from_matrix("world", "ego", matrix)
        except InvalidValue as error:
            raise UnreadableFile(
                f"a pose is none: {error.what}", where=f"{path}, pose {row}", hint=error.hint
            ) from None
        quaternions.append(pose.rotation)
        places.append(pose.translation)
    kind = more.pop("kind", "kitti")
    return PoseTable(path=path, kind=kind, rotations=np.array(quaternions), places=np.array(places), **more)


def _checked(table: PoseTable) -> PoseTable:
    for row in range(len(table)):
        try:
            table.pose(row)
        except InvalidValue as error:
            raise UnreadableFile(f"a pose is none: {error.what}", where=f"{table.path}, pose {row}") from None
    return table


def _json(path: Path) -> PoseTable:
    content = read_json(path)
    rows = listed(content.get("poses") if isinstance(content, Mapping) else content, "poses", path)
    if not rows:
        raise UnreadableFile("the file has no poses", where=path)
    quaternions, places = [], []
    times: list[int] = []
    names: list[str] = []
    own: dict[tuple[str, int], SE3] = {}
    for i, given in enumerate(rows):
        where = f"{path}, pose {i}"
        row = mapping(given, "a pose", where)
        pose, time = _json_pose(row, where), _json_time(row, where)
        if time is not None and text(row.get("sensor")):
            own[text(row.get("sensor")), time] = pose
            continue
        quaternions.append(pose.rotation)
        places.append(pose.translation)
        times += [time] if time is not None else []
        names.append(text(row.get("name")))
    if not places:
        raise UnreadableFile("the file has no poses of the vehicle", where=path)
    if len(times) not in (0, len(places)):
        raise UnreadableFile("some poses have a time and others have none", where=path)
    return PoseTable(
        path=path, kind="json", rotations=np.array(quaternions), places=np.array(places),
        times_ns=np.array(times, dtype=np.int64) if times else None, names=tuple(names) if all(names) else (),
        order_open=any(isinstance(row.get("rotation"), list) for row in rows if "matrix" not in row),
        own=own,
    )  # fmt: skip


def _json_time(row: Mapping[str, Any], where: str) -> int | None:
    if "timestamp_ns" not in row and "timestamp" not in row:
        return None
    time = parse_time(row.get("timestamp_ns", row.get("timestamp")), "ns" if "timestamp_ns" in row else "s")
    if time is None:
        raise UnreadableFile("a pose has a time that is none", where=where)
    return time


def _json_pose(row: Mapping[str, Any], where: str) -> SE3:
    try:
        if "matrix" in row:
            flat = flat_numbers(row["matrix"], "a matrix", where)
            if flat.size not in (12, 16):
                raise UnreadableFile(f"a matrix has {flat.size} numbers, not 12 or 16", where=where)
            return SE3.from_matrix("world", "ego", flat.reshape(-1, 4))
        turn = row.get("rotation")
        if isinstance(turn, Mapping):
            turn = [number(turn.get(axis), f"rotation.{axis}", where) for axis in "wxyz"]
        rotation = numbers(turn, 4, "rotation (w, x, y, z)", where)
        return SE3("world", "ego", rotation, numbers(row.get("translation"), 3, "translation", where))
    except InvalidValue as error:
        raise UnreadableFile(f"a pose is none: {error.what}", where=where, hint=error.hint) from None


def poses_content(poses: Sequence[tuple[str, int | None, SE3]]) -> dict[str, Any]:
    """Return poses as `read_poses` reads them back.

    Each has the name of its frame, or a time; with a time, the name is that of the one sensor it holds for.
    """
    rows: list[dict[str, Any]] = []
    for name, time_ns, pose in poses:
        row: dict[str, Any] = {"name": name} if time_ns is None else {"timestamp_ns": time_ns}
        if name and time_ns is not None:
            row["sensor"] = name
        row["translation"] = pose.translation.tolist()
        row["rotation"] = dict(zip("wxyz", pose.rotation.tolist(), strict=True))
        rows.append(row)
    return {"poses": rows}


def more_even(default: PoseTable, others: Mapping[str, PoseTable]) -> tuple[str, float, float]:
    """Return which of several readings of the same poses makes a vehicle go where it looks; empty for the default.

    The likelier come first. Also how even the default is, and the one returned. Where by the default the
    vehicle stands still, nothing can be told: the wrong way round, it swings far about the world's origin.
    """
    mean, usual = default.heading()
    if not others or not mean.any():
        return "", usual, usual
    scores = {name: table.heading()[1] for name, table in others.items()}
    best = next(name for name in scores if scores[name] > max(scores.values()) - _ALIKE)
    if scores[best] >= _SURE and 1 - usual > _TIMES * (1 - scores[best]) + _MORE:
        return best, usual, scores[best]
    return "", usual, usual
