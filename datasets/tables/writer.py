"""Writing tables of boxes, and joining them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lidar_label.datasets.base import Drive, Holds, WriteOptions
from lidar_label.datasets.losses import common_losses, lost
from lidar_label.datasets.names import track_ids
from lidar_label.datasets.tables.format import BOX_COLUMNS, BOXES, FLOAT, FRAME_COLUMNS, FRAMES, TEXT
from lidar_label.errors import CannotWrite
from lidar_label.model import AttributeValue, Finding

Row = dict[str, Any]
_BATCH = 20_000


def losses(holds: Holds, drives: Sequence[Drive]) -> list[Finding]:
    """Return what of these drives a table cannot hold."""
    found = common_losses(holds, drives)
    for drive in drives:
        scene = drive.scene
        lidars = [s.channel for s in scene.sensors.values() if s.kind != "camera"]
        if lidars:
            found.append(
                lost(scene, "sweeps", f"clouds are lost: a table holds labels alone ({', '.join(lidars[:5])})")
            )
        if not scene.is_sequence:
            found.append(lost(scene, "no-sequence", "unrelated frames become those of one drive"))
    return found


def write_tables(folder: Path, drives: Sequence[Drive], suffix: str, options: WriteOptions) -> None:
    """Write ``boxes`` and ``frames``: every frame has its row, also one without boxes."""
    over = options.progress.over(drives, len(drives), "write")
    _write(folder / f"{BOXES}{suffix}", BOX_COLUMNS, (row for drive in over for row in _box_rows(drive)))
    columns = {name: kind for name, kind in FRAME_COLUMNS.items() if name != "cloud"}
    _write(folder / f"{FRAMES}{suffix}", columns, (row for drive in drives for row in _frame_rows(drive)))


def _box_rows(drive: Drive) -> Iterator[Row]:
    scene, labels, ids = drive.scene, drive.labels, track_ids(drive.labels)
    texts = {track.token: _json(track.attributes) for track in labels.tracks}
    for frame in scene.frames:
        for box in labels.in_frame(frame.index):
            track, pose = labels.track(box.track), box.world_SE3_box
            qw, qx, qy, qz = pose.rotation.tolist()
            x, y, z = (pose.translation + scene.origin).tolist()
            length, width, height = box.size
            yield {
                "scene": scene.name, "frame": str(frame.index), "frame_name": frame.name,
                "timestamp_ns": frame.timestamp_ns if scene.has_timestamps else None, "track": ids[track.token],
                "track_name": track.name, "category": track.category, "x": x, "y": y, "z": z, "l": length, "w": width,
                "h": height, "qw": qw, "qx": qx, "qy": qy, "qz": qz, "yaw": pose.yaw,
                "attributes": _json(box.attributes), "track_attributes": texts[track.token],
                "visibility": box.visibility, "score": box.score, "num_lidar_pts": box.num_lidar_pts,
                "num_radar_pts": box.num_radar_pts, "is_keyframe": json.dumps(box.is_keyframe),
                "source": str(box.source),
            }  # fmt: skip


def _frame_rows(drive: Drive) -> Iterator[Row]:
    scene = drive.scene
    for frame in scene.frames:
        row: Row = {
            "scene": scene.name, "frame": str(frame.index), "name": frame.name,
            "timestamp_ns": frame.timestamp_ns if scene.has_timestamps else None,
        }  # fmt: skip
        if scene.has_poses:
            pose = frame.world_SE3_ego
            row.update(zip(("ego_x", "ego_y", "ego_z"), (pose.translation + scene.origin).tolist(), strict=True))
            row.update(zip(("ego_qw", "ego_qx", "ego_qy", "ego_qz"), pose.rotation.tolist(), strict=True))
        yield row


def _json(values: Mapping[str, AttributeValue]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, allow_nan=False) if values else ""


def _write(path: Path, columns: Mapping[str, str], rows: Iterator[Row]) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(columns), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)  # a float is written with the fewest digits that read back the same
        return
    _write_parquet(path, columns, rows)


def _write_parquet(path: Path, columns: Mapping[str, str], rows: Iterator[Row]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {FLOAT: pa.float64(), TEXT: pa.string()}
    schema = pa.schema([(name, kinds.get(kind, pa.int64())) for name, kind in columns.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema))


def join_tables(parts: Sequence[Path], folder: Path, suffix: str) -> None:
    """Put the rows of several pairs of tables into one pair.

    Raises
    ------
    CannotWrite
        If two parts have a scene of the same name.
    """
    seen: set[str] = set()
    for part in parts:
        names = _scene_names(part / f"{FRAMES}{suffix}")
        if names & seen:
            raise CannotWrite(f"two parts have a scene {sorted(names & seen)[0]!r}", where=part)
        seen |= names
    for name in (BOXES, FRAMES):
        target, sources = folder / f"{name}{suffix}", [part / f"{name}{suffix}" for part in parts]
        if suffix == ".csv":
            _join_csv(sources, target)
        else:
            _join_parquet(sources, target)


def _scene_names(path: Path) -> set[str]:
    from pyarrow import parquet

    if path.suffix != ".csv":
        return set(parquet.read_table(path, columns=["scene"]).column("scene").to_pylist())
    with path.open(encoding="utf-8", newline="") as file:
        return {row["scene"] for row in csv.DictReader(file)}


def _join_csv(sources: Sequence[Path], target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for number, source in enumerate(sources):
            with source.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                header = next(rows)
                if number == 0:
                    writer.writerow(header)
                writer.writerows(rows)


def _join_parquet(sources: Sequence[Path], target: Path) -> None:
    from pyarrow import parquet

    with parquet.ParquetFile(sources[0]) as first:
        schema = first.schema_arrow
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for source in sources:
            with parquet.ParquetFile(source) as file:
                for batch in file.iter_batches(_BATCH):
                    writer.write_batch(batch)
