"""One way to break each rule on nuScenes folders, for the tests and for docs/export-sanity.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

Break = Callable[["Tables"], None]


@dataclass(frozen=True)
class Tables:
    """A folder of nuScenes that is about to be broken."""

    root: Path

    def path(self, name: str) -> Path:
        return self.root / "v1.0-mini" / f"{name}.json"

    def rows(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.path(name).read_text())
        return rows

    def write(self, name: str, rows: list[dict[str, Any]]) -> None:
        self.path(name).write_text(json.dumps(rows))

    def put(self, name: str, key: str, value: Any, *places: int) -> None:
        """Give rows a value, or what a function makes of the one they have; all rows without places."""
        rows = self.rows(name)
        for place in places or range(len(rows)):
            rows[place][key] = value(rows[place][key]) if callable(value) else value
        self.write(name, rows)

    def drop(self, name: str, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Take out the first row that is as wanted."""
        rows = self.rows(name)
        rows.remove(next(row for row in rows if wanted(row)))
        self.write(name, rows)

    def key_of(self, channel: str, at: int = 1) -> int:
        """Return the place of a key recording of a channel."""
        sensor = next(row["token"] for row in self.rows("sensor") if row["channel"] == channel)
        mine = {row["token"] for row in self.rows("calibrated_sensor") if row["sensor_token"] == sensor}
        data = enumerate(self.rows("sample_data"))
        return [n for n, row in data if row["calibrated_sensor_token"] in mine and row["is_key_frame"]][at]


def _no_column(t: Tables) -> None:
    rows = t.rows("sample_annotation")
    for row in rows:
        del row["size"]
    t.write("sample_annotation", rows)


def _no_index(t: Tables) -> None:
    rows = t.rows("sample_annotation")
    for row in rows:
        del row["num_radar_pts"]
    t.write("sample_annotation", rows)


def _cut_chain(t: Tables) -> None:
    rows = {row["token"]: row for row in t.rows("sample")}
    first = next(row for row in rows.values() if not row["prev"])
    rows[first["next"]]["prev"], first["next"] = "", ""
    t.write("sample", list(rows.values()))


def _unused(t: Tables) -> None:
    rows = t.rows("instance")
    t.write("instance", [*rows, {**rows[0], "token": "nobody", "nbr_annotations": 0,
                                 "first_annotation_token": "", "last_annotation_token": ""}])  # fmt: skip


def _two_keys(t: Tables) -> None:
    place = t.key_of("CAM_FRONT")
    rows = t.rows("sample_data")
    near = next(n for n, row in enumerate(rows)
                if row["sample_token"] == rows[place]["sample_token"] and not row["is_key_frame"]
                and row["calibrated_sensor_token"] == rows[place]["calibrated_sensor_token"])  # fmt: skip
    t.put("sample_data", "is_key_frame", True, near)


def _twice(t: Tables) -> None:
    rows = t.rows("sample_annotation")
    first = next(row for row in rows if row["next"])
    behind = next(row for row in rows if row["token"] == first["next"])
    behind["sample_token"] = first["sample_token"]
    t.write("sample_annotation", rows)


def _lidar_file(t: Tables, at: int = 1) -> Path:
    return t.root / str(t.rows("sample_data")[t.key_of("LIDAR_TOP", at)]["filename"])


def _cut_file(t: Tables) -> None:
    file = _lidar_file(t)
    file.write_bytes(file.read_bytes()[:1007])


def _small_picture(t: Tables) -> None:
    file = t.root / str(t.rows("sample_data")[t.key_of("CAM_FRONT")]["filename"])
    Image.new("RGB", (32, 24)).save(file)


def _pose_jump(t: Tables) -> None:
    pose = t.rows("sample_data")[t.key_of("LIDAR_TOP", 2)]["ego_pose_token"]
    place = next(n for n, row in enumerate(t.rows("ego_pose")) if row["token"] == pose)
    t.put("ego_pose", "translation", lambda xyz: [1000 * v for v in xyz], place)


def _camera(t: Tables) -> int:
    return next(n for n, row in enumerate(t.rows("calibrated_sensor")) if row["camera_intrinsic"])


# By rule: what was done, in the words of the page, and the deed.
BREAKAGES: tuple[tuple[str, str, Break], ...] = (
    ("table-missing", "visibility.json is deleted", lambda t: t.path("visibility").unlink()),
    ("table-unreadable", "sample.json is cut in half",
     lambda t: t.path("sample").write_text(t.path("sample").read_text()[:300])),
    ("column-missing", "annotations without size", _no_column),
    ("column-lacking", "annotations without num_radar_pts", _no_index),
    ("double-token", "two samples share a token",
     lambda t: t.put("sample", "token", t.rows("sample")[1]["token"], 2)),
    ("dangling-reference", "an annotation names an instance that is not there",
     lambda t: t.put("sample_annotation", "instance_token", "nowhere", 3)),
    ("broken-chain", "next of a sample names itself",
     lambda t: t.put("sample", "next", t.rows("sample")[1]["token"], 1)),
    ("cut-chain", "the first sample has no next, the second no prev", _cut_chain),
    ("wrong-end", "last_sample_token names the first sample",
     lambda t: t.put("scene", "last_sample_token", t.rows("scene")[0]["first_sample_token"])),
    ("wrong-count", "nbr_samples is one too many", lambda t: t.put("scene", "nbr_samples", lambda n: n + 1)),
    ("unused-row", "an instance without annotations", _unused),
    ("key-frames", "a sample has two key images of one camera", _two_keys),
    ("no-key-frame", "a sample has no key sweep",
     lambda t: t.put("sample_data", "is_key_frame", False, t.key_of("LIDAR_TOP"))),
    ("instance-twice", "a track has two boxes in a sample", _twice),
    ("rotation", "ego rotations are 3x3 matrices",
     lambda t: t.put("ego_pose", "rotation", [[1, 0, 0], [0, 1, 0], [0, 0, 1]])),
    ("place", "an ego translation is null", lambda t: t.put("ego_pose", "translation", None, 2)),
    ("sensor-far", "extrinsics in millimetres",
     lambda t: t.put("calibrated_sensor", "translation", lambda xyz: [1000 * v for v in xyz])),
    ("intrinsics", "a camera has no matrix", lambda t: t.put("calibrated_sensor", "camera_intrinsic", [], _camera(t))),
    ("time-unit", "times are nanoseconds", lambda t: t.put("sample", "timestamp", lambda time: time * 1000)),
    ("key-time", "a key sweep is a second late",
     lambda t: t.put("sample_data", "timestamp", lambda time: time + 1_000_000, t.key_of("LIDAR_TOP", 3))),
    ("pose-time", "poses are two seconds late",
     lambda t: t.put("ego_pose", "timestamp", lambda time: time + 2_000_000)),
    ("no-poses", "ego_pose.json is empty", lambda t: t.write("ego_pose", [])),
    ("pose-jump", "a pose is in millimetres", _pose_jump),
    ("box-size", "sizes are millimetres",
     lambda t: t.put("sample_annotation", "size", lambda s: [1000 * v for v in s])),
    ("box-far", "boxes are in the vehicle's frame",
     lambda t: t.put("sample_annotation", "translation", [12.0, 3.0, 0.8])),
    ("point-counts", "num_lidar_pts is 0 everywhere", lambda t: t.put("sample_annotation", "num_lidar_pts", 0)),
    ("file", "a sweep is cut off", _cut_file),
    ("picture-size", "an image was made smaller", _small_picture),
)  # fmt: skip
