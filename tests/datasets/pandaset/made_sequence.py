"""PandaSet sequences made by its definition, their frames pickled as old pandas did."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image as Picture

from lidar_label.model import Floats

T0 = 1557539924.49
COLUMNS = (
    "uuid", "label", "yaw", "stationary", "camera_used", "position.x", "position.y", "position.z", "dimensions.x",
    "dimensions.y", "dimensions.z", "attributes.object_motion", "cuboids.sibling_id", "cuboids.sensor_id",
    "attributes.pedestrian_age",
)  # fmt: skip


@contextmanager
def old_pandas() -> Iterator[dict[str, Any]]:
    """Stand-ins for the classes of pandas before 1.3, under their names, which pickle as those did."""

    class DataFrame:
        pass

    class BlockManager:
        axes: list[object]
        blocks: list[tuple[np.ndarray, object]]

        def __getstate__(self) -> tuple[object, ...]:
            blocks = [{"values": values, "mgr_locs": places} for values, places in self.blocks]
            extra = {"0.14.1": {"axes": self.axes, "blocks": blocks}}
            return (self.axes, [b["values"] for b in blocks], [None for _ in blocks], extra)

    def _new_Index(cls: type, d: dict[str, object]) -> object: ...

    class Index:
        def __init__(self, **parts: object) -> None:
            self.parts = parts

        def __reduce__(self) -> tuple[object, ...]:
            return _new_Index, (type(self), self.parts), None

    class Int64Index(Index): ...

    class RangeIndex(Index): ...

    homes = {
        DataFrame: "pandas.core.frame", BlockManager: "pandas.core.internals.managers",
        _new_Index: "pandas.core.indexes.base", Index: "pandas.core.indexes.base",
        Int64Index: "pandas.core.indexes.numeric", RangeIndex: "pandas.core.indexes.range",
    }  # fmt: skip
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "pandas"}
    for name in kept:
        del sys.modules[name]
    for thing, home in homes.items():
        parts = home.split(".")
        for depth in range(1, len(parts) + 1):
            sys.modules.setdefault(".".join(parts[:depth]), ModuleType(".".join(parts[:depth])))
        thing.__module__, thing.__qualname__ = home, thing.__name__
        setattr(sys.modules[home], thing.__name__, thing)
    try:
        yield {thing.__name__: thing for thing in homes}
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "pandas"]:
            del sys.modules[name]
        sys.modules.update(kept)


def pickled(columns: dict[str, np.ndarray], index: np.ndarray | None = None, protocol: int = 4) -> bytes:
    """Return a frame as pandas 1.0 pickled it: one block for each type of column, transposed."""
    rows = len(next(iter(columns.values())))
    with old_pandas() as pandas:
        by_type: dict[str, list[int]] = {}
        for place, values in enumerate(columns.values()):
            by_type.setdefault(values.dtype.str, []).append(place)
        manager = pandas["BlockManager"]()
        names = np.array(list(columns), dtype=object)
        ranged = pandas["RangeIndex"](name="index", start=0, stop=rows, step=1)
        numbered = pandas["Int64Index"](name="index", data=index)
        manager.axes = [pandas["Index"](data=names, name=None), ranged if index is None else numbered]
        listed = list(columns.values())
        manager.blocks = [
            (np.array([listed[place] for place in places]),
             slice(places[0], places[-1] + 1, 1) if places == list(range(places[0], places[-1] + 1))
             else np.array(places, dtype=np.int64))
            for places in by_type.values()
        ]  # fmt: skip
        frame = pandas["DataFrame"]()
        frame._data, frame._typ, frame._metadata = manager, "dataframe", []
        return pickle.dumps(frame, protocol)


def save(path: Path, columns: dict[str, np.ndarray], index: np.ndarray | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = pickled(columns, index)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def texts(*values: object) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def pose(yaw: float, tilt: float, place: tuple[float, float, float]) -> tuple[dict[str, dict[str, float]], Floats]:
    """A pose as the files say it, and its matrix, written out: a tilt about x, then a turn about z."""
    cy, sy, cx, sx = np.cos(yaw / 2), np.sin(yaw / 2), np.cos(tilt / 2), np.sin(tilt / 2)
    said = {"w": cy * cx, "x": cy * sx, "y": sy * sx, "z": sy * cx}
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turn @ lean, place
    return {"position": dict(zip("xyz", place, strict=True)), "heading": {k: float(v) for k, v in said.items()}}, matrix


def lidar_pose(row: int, far: float = 0.0) -> tuple[dict[str, dict[str, float]], Floats]:
    return pose(0.3 + 0.1 * row, 0.02, (far + 2.0 * row, 1.0 - far, 0.5))


def cloud(row: int, far: float = 0.0) -> dict[str, np.ndarray]:
    """Points in world, many of them in the car."""
    rng = np.random.default_rng(row)
    points = np.vstack([rng.uniform(-20, 20, (40, 3)), rng.uniform(-2, 2, (60, 3)) + np.array([10 + row, 6, 1])])
    points += (far, -far, 0)
    stamps = T0 + 0.1 * row + np.linspace(-0.05, 0.05, 100)
    sensors = (np.arange(100) >= 70).astype(np.int64)
    return dict(zip("xyz", points.T, strict=True)) | {
        "i": rng.integers(0, 256, 100).astype(np.float64), "t": stamps, "d": sensors
    }  # fmt: skip


def cuboids(row: int, far: float = 0.0) -> dict[str, np.ndarray]:
    """A car that drives along +x, and a child that looks along +y."""
    nan = float("nan")
    values = (
        texts("car-1", "child-2"), texts("Car", "Pedestrian"), np.array([-np.pi / 2, 0.0]), np.array([False, True]),
        np.array([-1, 3]), np.array([10.0 + row, -4.0]) + far, np.array([6.0, 3.0]) - far, np.array([1.0, 0.9]),
        np.array([1.9, 0.5]), np.array([4.4, 0.7]), np.array([1.6, 1.2]), texts("Moving", nan),
        texts("car-9" if row else "-", "-"), np.array([0 if row else -1, -1]), texts(nan, "Child"),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def make_sequence(folder: Path, *, suffix: str = ".pkl.gz", frames: int = 3, far: float = 0.0) -> Path:
    """A sequence by the definition of the devkit's readme and docstrings."""
    stamps = [T0 + 0.1 * row for row in range(frames)]
    for row in range(frames):
        save(folder / "lidar" / f"{row:02d}{suffix}", cloud(row, far))
        save(folder / "annotations" / "cuboids" / f"{row:02d}{suffix}", cuboids(row, far))
        kinds = {"class": np.arange(100, dtype=np.int64) % 43}
        save(folder / "annotations" / "semseg" / f"{row:02d}{suffix}", kinds)
    (folder / "lidar" / "poses.json").write_text(json.dumps([lidar_pose(row, far)[0] for row in range(frames)]))
    (folder / "lidar" / "timestamps.json").write_text(json.dumps(stamps))
    camera = folder / "camera" / "front_camera"
    camera.mkdir(parents=True)
    picture = io.BytesIO()
    Picture.new("RGB", (64, 48), (9, 80, 120)).save(picture, format="JPEG")
    for row in range(frames):
        (camera / f"{row:02d}.jpg").write_bytes(picture.getvalue())
    (camera / "poses.json").write_text(json.dumps([camera_pose(row, far)[0] for row in range(frames)]))
    (camera / "timestamps.json").write_text(json.dumps([stamp + 0.021 for stamp in stamps]))
    (camera / "intrinsics.json").write_text(json.dumps({"fx": 50.0, "fy": 51.0, "cx": 31.5, "cy": 23.5}))
    (folder / "meta").mkdir()
    (folder / "meta" / "gps.json").write_text("[]")
    return folder


def camera_pose(row: int, far: float = 0.0) -> tuple[dict[str, dict[str, float]], Floats]:
    """It looks along world's +y: its z is +y, its y is down."""
    return pose(0.01 * row, -np.pi / 2, (far + 2.0 * row + 0.2, 1.4 - far, 1.1))
